Profile: SamplanPatientContract
Parent: CarePlan
Id: patient-contract
Title: "Patient contract"
Description: "The agreement of a patient contract as a whole: whose it is, what matters to them, for how long, and references to all its parts. Each part is a resource of its own, so that access is decided for each."
* insert Swedish([[Patientkontrakt]], [[Överenskommelsen som helhet: vems den är, vad som är viktigt för personen, hur länge den gäller och vilka delar den har. Varje del är en egen resurs, så att åtkomst prövas för var och en.]])
* insert OfGiver
* insert AsItStands
* obeys sp-note-1
* category 2..*
* category insert ByConcept
* category contains
    contract 1..1 and
    record 1..1
* category[contract] = AgreementPart#patient-contract
* category[contract] ^short = "It is a patient contract"
* category[record] = $sct#734163000
* category[record] ^short = "It is a care plan"
* intent = #plan
* title 1..1
* subject only Reference(SEBasePatient)
* replaces ^short = "The contract that this one replaces"
* careTeam only Reference(CareTeam)
* careTeam ^short = "The team, and each permanent contact"
* goal ^short = "The person's goals, and those of professionals"
* activity ^short = "What the person, care and others do, agreed times and tasks"
* activity.detail 0..0
* activity.detail ^short = "Each activity is a resource of its own"
* supportingInfo ^short = "Linked plans, documents, answers, relatives, consent"
* note ^short = "What matters to the person, in their own words"

Invariant: sp-note-1
Description: "What matters to the person is a note that the person is the author of."
Severity: #error
Expression: "note.where(author.ofType(Reference).reference = %resource.subject.reference).exists()"
