CodeSystem: AgreementPart
Id: agreement-part
Title: "Part of a patient contract"
Description: "What an activity, a plan or a document is in a patient contract."
* insert Title([[Del av patientkontrakt]])
* insert WholeSystem(agreement-part)
* insert Concept(i-do, [[Det jag gör]], [[What I do]], [[What the person does.]])
* insert Concept(care-does, [[Det vården och omsorgen gör]], [[What care does]], [[What health care or social care does.]])
* insert Concept(others-do, [[Det andra gör]], [[What others do]], [[What relatives, or actors outside health and social care, do.]])
* insert Concept(if-worse, [[Om jag blir sämre]], [[If I get worse]], [[What to do, and whom to contact, when a warning sign is there.]])
* insert Concept(patient-contract, [[Patientkontrakt]], [[Patient contract]], [[The agreement itself.]])
* insert Concept(linked-plan, [[Länkad plan]], [[Linked plan]], [[A pointer to a plan that lives elsewhere.]])
* insert Concept(plan-document, [[Plan som dokument]], [[Plan as a document]], [[A plan of which only a document travels.]])

ValueSet: AgreementPartCodes
Id: agreement-part
Title: "Part of a patient contract"
Description: "What an activity, a plan or a document is in a patient contract."
* insert Title([[Del av patientkontrakt]])
* include codes from system AgreementPart
