// An R4 back-port of the extension of the same meaning in Inera's draft "Fasta kontakter", which is for R5.
Extension: ContactViaTeam
Id: contact-via-team
Title: "Reached through a team"
Description: "The team whose ways of contact reach this participant."
Context: CareTeam.participant
* insert Title([[Nås via teamet]])
* value[x] 1..1
* value[x] only Reference(CareTeam)
