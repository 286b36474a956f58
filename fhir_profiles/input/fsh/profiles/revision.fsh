Profile: SamplanRevision
Parent: Provenance
Id: revision
Title: "Revision"
Description: "One revision of a patient contract: what was done and why, when and by whom. What access is decided on is here: the care giver as custodian, the unit and the member of staff as authors."
* insert Swedish([[Revision]], [[En revision av ett patientkontrakt: vad som gjordes och varför, när och av vem.]])
* insert AsItStands
* activity 1..1
* activity.coding ^slicing.discriminator.type = #value
* activity.coding ^slicing.discriminator.path = "system"
* activity.coding ^slicing.rules = #open
* activity.coding contains
    operation 1..1 and
    action 1..1
* activity.coding[operation].system 1..1
* activity.coding[operation].system = "http://terminology.hl7.org/CodeSystem/v3-DataOperation"
* activity.coding[operation].code 1..1
* activity.coding[action].system 1..1
* activity.coding[action].system = "https://samplan.se/fhir/CodeSystem/revision-action"
* activity.coding[action].code 1..1
* activity.coding[action] from RevisionActionCodes (required)
* reason ^short = "Why, in words"
* agent ^slicing.discriminator.type = #pattern
* agent ^slicing.discriminator.path = "type"
* agent ^slicing.rules = #open
* agent contains
    custodian 1..1 and
    author 0..*
* agent[custodian] ^short = "The care giver that answers for it"
* agent[custodian].type 1..1
* agent[custodian].type = $provenanceparticipant#custodian
* agent[custodian].role from InformationCategoryCodes (required)
* agent[custodian].who only Reference(SEBaseOrganization)
* agent[author] ^short = "The unit, and the member of staff"
* agent[author].type 1..1
* agent[author].type = $provenanceparticipant#author
* agent[author].who only Reference(SEBasePractitioner or SEBasePractitionerRole or SEBaseOrganization or SEBasePatient or RelatedPerson)
