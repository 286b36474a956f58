Profile: SamplanPlanEgv
Parent: SamplanLinkedPlan
Id: plan-egv
Title: "Self-care plan"
Description: "A pointer to a plan of type EGV."
* insert Swedish([[Egenvårdsplan]], [[En hänvisning till en plan av typen EGV.]])
* category[type] = PlanType#EGV
