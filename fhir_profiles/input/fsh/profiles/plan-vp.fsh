Profile: SamplanPlanVp
Parent: SamplanLinkedPlan
Id: plan-vp
Title: "Care plan of a unit"
Description: "A pointer to a plan of type VP."
* insert Swedish([[Vårdplan]], [[En hänvisning till en plan av typen VP.]])
* category[type] = $typeofcareplan#VP
