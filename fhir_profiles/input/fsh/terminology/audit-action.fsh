CodeSystem: AuditAction
Id: audit-action
Title: "Action in the trail"
Description: "What was done, where FHIR has no interaction for it."
* insert Title([[Åtgärd i loggen]])
* insert WholeSystem(audit-action)
* insert Concept(block, [[Spärrade]], [[Blocked]], [[A block was set.]])
* insert Concept(unblock, [[Hävde spärr]], [[Unblocked]], [[A block was lifted.]])

ValueSet: AuditActionCodes
Id: audit-action
Title: "Action in the trail"
Description: "What was done, where FHIR has no interaction for it."
* insert Title([[Åtgärd i loggen]])
* include codes from system AuditAction
