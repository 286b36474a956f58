Profile: SamplanQuestionnaire
Parent: Questionnaire
Id: questionnaire
Title: "Questionnaire"
Description: "Questions that a person answers around a patient contract, in a version of their own."
* insert Swedish([[Frågeformulär]], [[Frågor som en person svarar på kring sitt patientkontrakt.]])
* insert AsItStands
* url 1..1
* version 1..1
* title 1..1
* subjectType 1..1
* subjectType = #Patient
* item 1..*
