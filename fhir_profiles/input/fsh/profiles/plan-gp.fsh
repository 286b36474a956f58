Profile: SamplanPlanGp
Parent: SamplanLinkedPlan
Id: plan-gp
Title: "Implementation plan of social care"
Description: "A pointer to a plan of type GP."
* insert Swedish([[Genomförandeplan]], [[En hänvisning till en plan av typen GP.]])
* category[type] = $typeofcareplan#GP
