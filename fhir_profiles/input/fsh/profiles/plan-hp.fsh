Profile: SamplanPlanHp
Parent: SamplanLinkedPlan
Id: plan-hp
Title: "Habilitation plan"
Description: "A pointer to a plan of type HP."
* insert Swedish([[Habiliteringsplan]], [[En hänvisning till en plan av typen HP.]])
* category[type] = $typeofcareplan#HP
