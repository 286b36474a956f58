Profile: SamplanPlanSvp
Parent: SamplanLinkedPlan
Id: plan-svp
Title: "Standardised care plan"
Description: "A pointer to a plan of type SVP."
* insert Swedish([[Standardiserad vårdplan]], [[En hänvisning till en plan av typen SVP.]])
* category[type] = $typeofcareplan#SVP
