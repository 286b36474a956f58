Profile: SamplanRelative
Parent: RelatedPerson
Id: relative
Title: "Relative"
Description: "A relative (närstående) of the person, such as a guardian, a spouse or a trustee, and how to reach them. It gives nobody access."
* insert Swedish([[Närstående]], [[En närstående, till exempel en vårdnadshavare, en partner eller en god man, och hur hen nås. Det ger ingen åtkomst.]])
* insert AsItStands
* obeys sp-way-2
* active ^short = "A contract tells of a relative whatever this says, as long as its CarePlan refers to them"
* patient only Reference(SEBasePatient)
* relationship 1..*
* relationship insert ByConcept
* relationship contains relation 1..1
* relationship[relation] insert OfSystem(https://samplan.se/fhir/CodeSystem/relation)
* relationship[relation] from RelationCodes (required)
* name 1..*
* name.text 1..1
* telecom.extension contains ContactWay named way 0..1
