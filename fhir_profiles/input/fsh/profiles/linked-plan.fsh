Profile: SamplanLinkedPlan
Parent: CarePlan
Id: linked-plan
Title: "Linked plan"
Description: "A pointer to a plan that lives elsewhere: of which type, what it is called, who owns it and where it is. Each type of plan has a profile of its own."
* insert Swedish([[Länkad plan]], [[En hänvisning till en plan som finns någon annanstans: vilken typ den är av, vad den heter, vem som äger den och var den finns.]])
* insert OfGiver
* insert AsItStands
* ^abstract = true
* category 2..*
* category insert ByConcept
* category contains
    pointer 1..1 and
    type 1..1
* category[pointer] = AgreementPart#linked-plan
* category[pointer] ^short = "It is only a pointer"
* category[type] from PlanTypeCodes (required)
* category[type] ^short = "The type of plan"
* intent = #plan
* title 1..1
* subject only Reference(SEBasePatient)
* author ^short = "Who owns the plan"
* extension contains PortalLink named link 0..1
