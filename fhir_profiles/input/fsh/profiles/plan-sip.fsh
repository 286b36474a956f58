Profile: SamplanPlanSip
Parent: SamplanLinkedPlan
Id: plan-sip
Title: "Coordinated individual plan kept elsewhere"
Description: "A pointer to a plan of type SIP."
* insert Swedish([[Samordnad individuell plan som finns någon annanstans]], [[En hänvisning till en plan av typen SIP.]])
* category[type] = $typeofcareplan#SIP
