Profile: SamplanIfWorse
Parent: SamplanActivity
Id: if-worse
Title: "If I get worse"
Description: "What the person does when a warning sign is there, how soon, and whom to contact."
* insert Swedish([[Om jag blir sämre]], [[Vad personen gör vid ett varningstecken, hur snart, och vem hen kontaktar.]])
* obeys sp-do-1
* insert NotToldStatus
* category[part] = AgreementPart#if-worse
* extension contains ActivityContactPoint named contact 0..1
* asNeeded[x] 1..1
* asNeeded[x] only CodeableConcept
* asNeededCodeableConcept.text 1..1
* asNeededCodeableConcept ^short = "The warning sign"
* priority ^short = "How soon: routine, urgent (soon), asap (today), stat (emergency)"
* patientInstruction 1..1
* patientInstruction ^short = "What to do"
* performer 1..1
* performer only Reference(SEBasePatient)
