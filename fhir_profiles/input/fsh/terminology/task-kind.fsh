CodeSystem: TaskKind
Id: task-kind
Title: "Kind of task"
Description: "What a Task around a patient contract is about."
* insert Title([[Typ av uppgift]])
* insert WholeSystem(task-kind)
* insert Concept(review, [[Uppföljning]], [[Review]], [[The contract is followed up.]])
* insert Concept(sip-summons, [[Kallelse till SIP]], [[Summons to a SIP]], [[The parties are summoned to plan together after the person is ready for discharge.]])

ValueSet: TaskKindCodes
Id: task-kind
Title: "Kind of task"
Description: "What a Task around a patient contract is about."
* insert Title([[Typ av uppgift]])
* include codes from system TaskKind
