Profile: SamplanSip
Parent: SamplanPatientContract
Id: sip
Title: "Coordinated individual plan (SIP)"
Description: "A patient contract that region and municipality have made together with the person: who answers for each intervention is said by the interventions, and who has the overall responsibility by the team."
* insert Swedish([[Samordnad individuell plan (SIP)]], [[Ett patientkontrakt som region och kommun har gjort tillsammans med personen. Insatserna säger vem som ansvarar för var och en, och teamet vem som har det övergripande ansvaret.]])
* obeys sp-sip-1
* category contains sip 1..1
* category[sip] = $typeofcareplan#SIP
* category[sip] ^short = "It is a SIP"

Invariant: sp-sip-1
Description: "A SIP has a team, which says who the principals are and which of them has the overall responsibility."
Severity: #error
Expression: "careTeam.exists()"
