Profile: SamplanPlanSplptlrv
Parent: SamplanLinkedPlan
Id: plan-splptlrv
Title: "Coordinated plan under the acts on compulsory psychiatric care (LPT, LRV)"
Description: "A pointer to a plan of type SPLPTLRV."
* insert Swedish([[Samordnad plan enligt LPT och LRV]], [[En hänvisning till en plan av typen SPLPTLRV.]])
* category[type] = $typeofcareplan#SPLPTLRV
