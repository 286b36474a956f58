Profile: SamplanConfirmation
Parent: Provenance
Id: confirmation
Title: "Confirmation"
Description: "One party confirms a patient contract."
* insert Swedish([[Bekräftelse]], [[En part bekräftar patientkontraktet.]])
* insert AsItStands
* obeys sp-confirm-1
* target only Reference(CarePlan)
* agent ^slicing.discriminator.type = #pattern
* agent ^slicing.discriminator.path = "type"
* agent ^slicing.rules = #open
* agent contains attester 1..1
* agent[attester].type 1..1
* agent[attester].type = $provenanceparticipant#attester
* agent[attester].role 1..*
* agent[attester].role from PartyCodes (required)

Invariant: sp-confirm-1
Description: "An agent confirms as the person if, and only if, it is the person."
Severity: #error
Expression: "agent.all(role.coding.where(system = 'https://samplan.se/fhir/CodeSystem/party' and code = 'person').exists() = who.where(type = 'Patient' or reference.startsWith('Patient/') or reference.contains('/Patient/')).exists())"
