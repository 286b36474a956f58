Profile: SamplanProfessionalGoal
Parent: Goal
Id: professional-goal
Title: "Professional goal"
Description: "A goal that professionals set beside one of the person's own, which it serves."
* insert Swedish([[Professionellt mål]], [[Ett mål som professionen sätter vid sidan av ett av personens egna, som det ska bidra till.]])
* insert OfGiver
* insert AsItStands
* obeys sp-goal-2 and sp-goal-3
* extension contains $goalrelationship named relationship 1..*
* description.text 1..1
* achievementStatus from $goalachievement (required)
* subject only Reference(SEBasePatient)
* expressedBy 1..1
* expressedBy only Reference(SEBasePractitioner or SEBasePractitionerRole)

Invariant: sp-goal-2
Description: "A professional goal is not expressed by the person."
Severity: #error
Expression: "expressedBy.where(reference = %resource.subject.reference).empty()"
