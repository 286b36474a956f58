Profile: SamplanOthersDo
Parent: SamplanActivity
Id: others-do
Title: "What others do"
Description: "Something that a relative does, or an actor outside health and social care such as a school or an employer."
* insert Swedish([[Det andra gör]], [[Något som en närstående gör, eller en aktör utanför vård och omsorg som en skola eller en arbetsgivare.]])
* category[part] = AgreementPart#others-do
* category contains kind 0..1
* category[kind] insert OfSystem(https://samplan.se/fhir/CodeSystem/activity-kind)
* category[kind] from ActivityKindCodes (required)
* category[kind] ^short = "What kind of activity it is"
* code 1..1
* code.text 1..1
* performer 1..*
* performer only Reference(RelatedPerson or SEBaseOrganization)
