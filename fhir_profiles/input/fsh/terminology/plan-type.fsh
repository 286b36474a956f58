// Inera's TypeOfCarePlan has no code for the self-care plan (egenvårdsplan) and the individual plan of LSS 10 §.
CodeSystem: PlanType
Id: plan-type
Title: "Type of plan"
Description: "The types of plan for which Inera's TypeOfCarePlan has no code."
* insert Title([[Typ av plan]])
* ^caseSensitive = true
* insert Concept(EGV, [[Egenvårdsplan]], [[Self-care plan]], [[How care that the person does themselves, or gets help with at home, is planned and followed up.]])
* insert Concept(LSS, [[Individuell plan enligt LSS]], [[Individual plan by LSS]], [[The plan that is offered with each measure by LSS 10 § and lists what others do too; reviewed at least once a year.]])

ValueSet: PlanTypeCodes
Id: plan-type
Title: "Type of plan"
Description: "Every type of plan that a patient contract may point to: Inera's TypeOfCarePlan, the self-care plan and the individual plan by LSS."
* insert Title([[Typ av plan]])
* $typeofcareplan#SIP "Samordnad individuell plan"
* $typeofcareplan#SPLPTLRV "Samordnad plan enligt LPT och LRV"
* $typeofcareplan#SPU "Samordnad plan vid utskrivning"
* $typeofcareplan#VP "Vårdplan"
* $typeofcareplan#HP "Habiliteringsplan"
* $typeofcareplan#RP "Rehabiliteringsplan"
* $typeofcareplan#GP "Genomförandeplan"
* $typeofcareplan#SVP "Standardiserad vårdplan"
* PlanType#EGV "Egenvårdsplan"
* PlanType#LSS "Individuell plan enligt LSS"
