CodeSystem: Answer
Id: answer
Title: "Answer to one of the seven questions"
Description: "How far one of the seven questions holds."
* insert Title([[Svar på en av de sju frågorna]])
* insert WholeSystem(answer)
* insert Concept(yes, [[Ja]], [[Yes]], [[It is so.]])
* insert Concept(partly, [[Delvis]], [[Partly]], [[It is so in part.]])
* insert Concept(no, [[Nej]], [[No]], [[It is not so.]])

ValueSet: AnswerCodes
Id: answer
Title: "Answer to one of the seven questions"
Description: "How far one of the seven questions holds."
* insert Title([[Svar på en av de sju frågorna]])
* include codes from system Answer
