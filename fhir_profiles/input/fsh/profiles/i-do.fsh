Profile: SamplanIDo
Parent: SamplanActivity
Id: i-do
Title: "What I do"
Description: "Something that the person does."
* insert Swedish([[Det jag gör]], [[Något som personen själv gör.]])
* obeys sp-do-1
* category[part] = AgreementPart#i-do
* category contains kind 0..1
* category[kind] insert OfSystem(https://samplan.se/fhir/CodeSystem/activity-kind)
* category[kind] from ActivityKindCodes (required)
* category[kind] ^short = "What kind of activity it is"
* code 1..1
* code.text 1..1
* performer 1..1
* performer only Reference(SEBasePatient)

Invariant: sp-do-1
Description: "The person performs it."
Severity: #error
Expression: "performer.where(reference = %resource.subject.reference).exists()"
