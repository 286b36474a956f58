// The seven questions are SKR's; the wording is ours.
RuleSet: Question(number, text)
* item[+].linkId = "{number}"
* item[=].prefix = "{number}"
* item[=].text = "{text}"
* item[=].type = #choice
* item[=].answerValueSet = "https://samplan.se/fhir/ValueSet/answer"
* item[=].item.linkId = "{number}.comment"
* item[=].item.text = "Vill du säga något mer?"
* item[=].item.type = #text

Instance: seven-questions
InstanceOf: SamplanQuestionnaire
Usage: #definition
Title: "The seven questions"
Description: "How far a patient contract works, by the seven questions of SKR."
* url = "https://samplan.se/fhir/Questionnaire/seven-questions"
* version = "0.1.0"
* language = #sv
* name = "SevenQuestions"
* title = "De sju frågorna"
* status = #active
* subjectType = #Patient
* description = "Sju frågor om hur ditt patientkontrakt fungerar för dig."
* insert Question(1, [[Kan du ägna dig åt ditt liv, och räkna med att hjälpen är lätt att få?]])
* insert Question(2, [[Har ni en överenskommelse som bygger på det som betyder mest för dig, och vet du av den vad du gör för att må bra, vad du gör när du blir sjuk och vad vården gör?]])
* insert Question(3, [[Är det lätt för dig att nå vården?]])
* insert Question(4, [[Finns det en fast vårdkontakt för dig, om du behöver en?]])
* insert Question(5, [[Vet du vad som händer härnäst?]])
* insert Question(6, [[Bestämde du och vården er nästa tid tillsammans?]])
* insert Question(7, [[Kan du se alla dina planer på ett ställe, och få hjälp att hålla ihop dem om du behöver det?]])
