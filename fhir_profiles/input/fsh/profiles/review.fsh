Profile: SamplanReview
Parent: Task
Id: review
Title: "Review"
Description: "When a patient contract is followed up, and by whom."
* insert Swedish([[Uppföljning]], [[När patientkontraktet följs upp, och av vem.]])
* insert OfGiver
* insert AsItStands
* status ^short = "completed (done); cancelled, rejected, failed, entered-in-error (cancelled); any other (planned)"
* intent = #plan
* code 1..1
* code = TaskKind#review
* focus 1..1
* focus only Reference(CarePlan)
* for 1..1
* for only Reference(SEBasePatient)
* restriction 1..1
* restriction.period 1..1
* restriction.period.end 1..1
* restriction.period.end ^short = "The day of the review"
