Profile: SamplanAboutMeAnswers
Parent: QuestionnaireResponse
Id: about-me-answers
Title: "About me"
Description: "What the person tells: their story, needs and wishes, their language, and what support they need."
* insert Swedish([[Om mig]], [[Vad personen berättar: sin historia, sitt språk och vilket stöd hen behöver.]])
* insert AsItStands
* insert NotToldStatus
* questionnaire 1..1
* questionnaire = "https://samplan.se/fhir/Questionnaire/about-me"
* subject 1..1
* subject only Reference(SEBasePatient)
* item 1..*
* item ^slicing.discriminator.type = #value
* item ^slicing.discriminator.path = "linkId"
* item ^slicing.rules = #open
* item contains
    story 0..1 and
    needs 0..1 and
    wishes 0..1 and
    language 0..1 and
    interpreter 0..1 and
    support 0..1
* item[story].linkId = "story"
* item[story].answer 1..1
* item[story].answer.value[x] 1..1
* item[story].answer.value[x] only string
* item[needs].linkId = "needs"
* item[needs].answer 1..1
* item[needs].answer.value[x] 1..1
* item[needs].answer.value[x] only string
* item[wishes].linkId = "wishes"
* item[wishes].answer 1..1
* item[wishes].answer.value[x] 1..1
* item[wishes].answer.value[x] only string
* item[language].linkId = "language"
* item[language].answer 1..1
* item[language].answer.value[x] 1..1
* item[language].answer.value[x] only Coding
* item[language].answer.valueCoding.system 1..1
* item[language].answer.valueCoding.system = $bcp47
* item[language].answer.valueCoding.code 1..1
* item[interpreter].linkId = "interpreter"
* item[interpreter].answer 1..1
* item[interpreter].answer.value[x] 1..1
* item[interpreter].answer.value[x] only boolean
* item[support].linkId = "support"
* item[support].answer 1..1
* item[support].answer.value[x] 1..1
* item[support].answer.value[x] only string
