Profile: SamplanAuditEvent
Parent: AuditEvent
Id: audit-event
Title: "Event in the trail"
Description: "Who asked for what, in which assignment and about whom, what was shown and what came of it (HSLF-FS 2016:40, 4 kap. 9 §)."
* insert Swedish([[Händelse i loggen]], [[Vem som frågade efter vad, i vilket uppdrag och om vem, vad som visades och hur det gick (HSLF-FS 2016:40, 4 kap. 9 §).]])
* insert AsItStands
* type = $auditeventtype#rest
* subtype 1..*
* action 1..1
* outcome 1..1
* outcomeDesc 1..1
* agent ^short = "Who asked"
* agent.role 1..*
* agent.who 1..1
* entity ^slicing.discriminator.type = #pattern
* entity ^slicing.discriminator.path = "role"
* entity ^slicing.rules = #open
* entity contains
    patient 0..1 and
    shown 0..*
* entity[patient] ^short = "Whom it was about"
* entity[patient].what 1..1
* entity[patient].what only Reference(SEBasePatient)
* entity[patient].role 1..1
* entity[patient].role = $objectrole#1
* entity[shown] ^short = "What was shown"
* entity[shown].what 1..1
* entity[shown].role 1..1
* entity[shown].role = $objectrole#4
