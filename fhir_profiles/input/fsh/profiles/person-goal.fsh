Profile: SamplanPersonGoal
Parent: Goal
Id: person-goal
Title: "The person's goal"
Description: "A goal in the person's own words, how far they have come, and whether they accept it."
* insert Swedish([[Personens mål]], [[Ett mål med personens egna ord, hur långt personen har kommit, och om hen godtar det.]])
* insert OfGiver
* insert AsItStands
* obeys sp-goal-1 and sp-goal-3
* extension contains $goalacceptance named acceptance 0..*
* description.text 1..1
* achievementStatus from $goalachievement (required)
* subject only Reference(SEBasePatient)
* expressedBy 1..1
* expressedBy only Reference(SEBasePatient)

Invariant: sp-goal-1
Description: "The person's goal is expressed by the person."
Severity: #error
Expression: "expressedBy.where(reference = %resource.subject.reference).exists()"

Invariant: sp-goal-3
Description: "No target is due before the goal starts, as far as the precision of the two days tells."
Severity: #error
Expression: "target.due.ofType(date).where($this < %resource.start.ofType(date)).empty()"
