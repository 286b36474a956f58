Profile: SamplanPlanDocument
Parent: DocumentReference
Id: plan-document
Title: "Plan as a document"
Description: "A plan of which only a document travels: of which type, whose, of what kind, and where it is."
* insert Swedish([[Plan som dokument]], [[En plan som bara finns som dokument: vilken typ av plan, vems, i vilket format, och var den finns.]])
* insert OfGiver
* insert AsItStands
* obeys sp-doc-1 and sp-doc-2
* type 1..1
* type from PlanTypeCodes (required)
* category 1..*
* category insert ByConcept
* category contains part 1..1
* category[part] = AgreementPart#plan-document
* subject 1..1
* subject only Reference(SEBasePatient)
* author ^short = "Who owns the plan"
* description 1..1
* description ^short = "What the plan is called"
* content.attachment.contentType 1..1

Invariant: sp-doc-1
Description: "The document is there, or the address that it is at."
Severity: #error
Expression: "content.attachment.all(url.exists() or data.exists())"

Invariant: sp-doc-2
Description: "The document is at an https address, or a Binary of the server that the resource is on."
Severity: #error
Expression: "content.attachment.url.all(startsWith('https://') or startsWith('Binary/'))"
