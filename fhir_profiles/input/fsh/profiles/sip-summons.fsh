Profile: SamplanSipSummons
Parent: Task
Id: sip-summons
Title: "Summons to a SIP"
Description: "The summons to plan together after the person is ready for discharge, due within three days (2017:612, 4 kap. 3 §)."
* insert Swedish([[Kallelse till SIP]], [[Kallelsen till gemensam planering när personen är utskrivningsklar, som ska gå ut inom tre dagar (2017:612, 4 kap. 3 §).]])
* insert OfGiver
* insert AsItStands
* insert NotToldStatus
* obeys sp-summons-1 and sp-summons-2
* intent = #order
* code 1..1
* code = TaskKind#sip-summons
* focus 1..1
* focus only Reference(CarePlan)
* for 1..1
* for only Reference(SEBasePatient)
* restriction 1..1
* restriction.period 1..1
* restriction.period.start 1..1
* restriction.period.start ^short = "The day on which the person is ready for discharge"
* restriction.period.end 1..1
* restriction.period.end ^short = "The last day to send the summons"
* executionPeriod.end ^short = "The day on which it was sent"

Invariant: sp-summons-1
Description: "The summons is due within three days after the person is ready for discharge."
Severity: #error
Expression: "restriction.period.end <= restriction.period.start + 3 days"

Invariant: sp-summons-2
Description: "A summons that is completed says when it was sent."
Severity: #error
Expression: "status = 'completed' implies executionPeriod.end.exists()"
