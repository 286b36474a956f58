Profile: SamplanPlanSpu
Parent: SamplanLinkedPlan
Id: plan-spu
Title: "Coordinated plan at discharge"
Description: "A pointer to a plan of type SPU."
* insert Swedish([[Samordnad plan vid utskrivning]], [[En hänvisning till en plan av typen SPU.]])
* category[type] = $typeofcareplan#SPU
