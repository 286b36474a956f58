Profile: SamplanCareDoes
Parent: SamplanActivity
Id: care-does
Title: "What care does"
Description: "An intervention of health care or social care, who does it, and the principal that answers for it."
* insert Swedish([[Det vården och omsorgen gör]], [[En insats från vård eller omsorg, vem som gör den och vilken huvudman som ansvarar.]])
* category[part] = AgreementPart#care-does
* category contains
    kind 0..1 and
    information 0..1 and
    principal 0..1
* category[kind] insert OfSystem(https://samplan.se/fhir/CodeSystem/activity-kind)
* category[kind] from ActivityKindCodes (required)
* category[kind] ^short = "What kind of activity it is"
* category[information] insert OfSystem(https://samplan.se/fhir/CodeSystem/information-category)
* category[information] from InformationCategoryCodes (required)
* category[information] ^short = "Whose rules it stands under"
* category[principal] insert OfSystem(https://samplan.se/fhir/CodeSystem/principal)
* category[principal] from PrincipalCodes (required)
* category[principal] ^short = "Which principal answers for it"
* code 1..1
* code.text 1..1
* performer only Reference(SEBasePractitioner or SEBasePractitionerRole or SEBaseOrganization or CareTeam or HealthcareService)
