// One of the seven: answered once, with a comment below the answer.
RuleSet: Answered(number)
* item[q{number}].linkId = "{number}"
* item[q{number}].answer 1..1
* item[q{number}].answer.value[x] 1..1
* item[q{number}].answer.value[x] only Coding
* item[q{number}].answer.value[x] from AnswerCodes (required)
* item[q{number}].answer.item ^short = "A comment, with linkId {number}.comment"

Profile: SamplanSevenQuestionsAnswers
Parent: QuestionnaireResponse
Id: seven-questions-answers
Title: "Answers to the seven questions"
Description: "How far a patient contract works, by the seven questions of SKR, answered by the person or by a member of staff."
* insert Swedish([[Svar på de sju frågorna]], [[Hur långt patientkontraktet fungerar, enligt de sju frågorna: personens eller personalens svar.]])
* insert AsItStands
* insert NotToldStatus
* obeys sp-questions-1
* questionnaire 1..1
* questionnaire = "https://samplan.se/fhir/Questionnaire/seven-questions"
* subject 1..1
* subject only Reference(SEBasePatient)
* source 1..1
* source ^short = "Who answers: the person, or a member of staff"
* item 1..*
* item ^slicing.discriminator.type = #value
* item ^slicing.discriminator.path = "linkId"
* item ^slicing.rules = #open
* item contains
    q1 0..1 and
    q2 0..1 and
    q3 0..1 and
    q4 0..1 and
    q5 0..1 and
    q6 0..1 and
    q7 0..1
* insert Answered(1)
* insert Answered(2)
* insert Answered(3)
* insert Answered(4)
* insert Answered(5)
* insert Answered(6)
* insert Answered(7)

Invariant: sp-questions-1
Description: "Each question is answered once."
Severity: #error
Expression: "item.linkId.isDistinct()"
