Profile: SamplanPlanRp
Parent: SamplanLinkedPlan
Id: plan-rp
Title: "Rehabilitation plan"
Description: "A pointer to a plan of type RP."
* insert Swedish([[Rehabiliteringsplan]], [[En hänvisning till en plan av typen RP.]])
* category[type] = $typeofcareplan#RP
