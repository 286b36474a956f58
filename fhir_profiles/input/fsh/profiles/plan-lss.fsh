Profile: SamplanPlanLss
Parent: SamplanLinkedPlan
Id: plan-lss
Title: "Individual plan by LSS"
Description: "A pointer to a plan of type LSS."
* insert Swedish([[Individuell plan enligt LSS]], [[En hänvisning till en plan av typen LSS.]])
* category[type] = PlanType#LSS
