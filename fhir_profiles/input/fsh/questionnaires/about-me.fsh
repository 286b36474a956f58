Instance: about-me
InstanceOf: SamplanQuestionnaire
Usage: #definition
Title: "About me"
Description: "What the person tells: their story, needs and wishes, their language, and what support they need."
* url = "https://samplan.se/fhir/Questionnaire/about-me"
* version = "0.1.0"
* language = #sv
* name = "AboutMe"
* title = "Om mig"
* status = #active
* subjectType = #Patient
* description = "Det som du vill att de som hjälper dig ska veta."
* item[0].linkId = "story"
* item[=].text = "Vad vill du berätta om dig själv?"
* item[=].type = #text
* item[+].linkId = "needs"
* item[=].text = "Vad behöver du hjälp med?"
* item[=].type = #text
* item[+].linkId = "wishes"
* item[=].text = "Vad önskar du?"
* item[=].type = #text
* item[+].linkId = "language"
* item[=].text = "Vilket språk talar du helst?"
* item[=].type = #choice
* item[=].answerValueSet = "http://hl7.org/fhir/ValueSet/all-languages"
* item[+].linkId = "interpreter"
* item[=].text = "Behöver du tolk?"
* item[=].type = #boolean
* item[+].linkId = "support"
* item[=].text = "Vilket stöd behöver du för att kunna delta?"
* item[=].type = #text
