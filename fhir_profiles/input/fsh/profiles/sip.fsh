Profile: SamplanSip
Parent: SamplanPatientContract
Id: sip
Title: "Coordinated individual plan (SIP)"
Description: "A patient contract that region and municipality have made together with the person: the interventions (sip-care-does) say which principal answers for each, and the team (sip-team) who the principals are and which of them has the overall responsibility."
* insert Swedish([[Samordnad individuell plan (SIP)]], [[Ett patientkontrakt som region och kommun har gjort tillsammans med personen. Insatserna (sip-care-does) säger vilken huvudman som ansvarar för var och en, och teamet (sip-team) vilka huvudmännen är och vem som har det övergripande ansvaret.]])
* obeys sp-sip-1 and sp-sip-2 and sp-sip-3
* category contains sip 1..1
* category[sip] = $typeofcareplan#SIP
* category[sip] ^short = "It is a SIP"
* careTeam only Reference(SamplanSipTeam or SamplanPermanentContact)
* careTeam ^short = "The team with both principals, and each permanent contact"
* activity ^short = "What the person, care and others do, agreed times, the review and the summons"
* supportingInfo ^short = "The consent; linked plans, documents, answers, relatives"

Invariant: sp-sip-1
Description: "A SIP has a team, which says who the principals are and which of them has the overall responsibility."
Severity: #error
Expression: "careTeam.exists()"

Invariant: sp-sip-2
Description: "A SIP that is no draft has the person's answer to whether they consent to it."
Severity: #error
Expression: "status = 'draft' or supportingInfo.where(type = 'Consent' or reference.startsWith('Consent/') or reference.contains('/Consent/')).exists()"

Invariant: sp-sip-3
Description: "A SIP that is no draft is followed up: its review is a Task among its activities."
Severity: #error
Expression: "status = 'draft' or activity.reference.where(type = 'Task' or reference.startsWith('Task/') or reference.contains('/Task/')).exists()"
