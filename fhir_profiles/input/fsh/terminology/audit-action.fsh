CodeSystem: AuditAction
Id: audit-action
Title: "Action in the trail"
Description: "What was done, where FHIR has no interaction for it."
* insert Title([[Åtgärd i loggen]])
* insert WholeSystem(audit-action)
* insert Concept(block, [[Spärrade]], [[Blocked]], [[A block was set.]])
* insert Concept(unblock, [[Hävde spärr]], [[Unblocked]], [[A block was lifted.]])
* insert Concept(emergency, [[Nödöppnade]], [[Opened in an emergency]], [[What other givers hold was opened in an emergency.]])
* insert Concept(prune, [[Gallrade]], [[Pruned]], [[Months of the trail that are older than they must be kept were deleted.]])

ValueSet: AuditActionCodes
Id: audit-action
Title: "Action in the trail"
Description: "What was done, where FHIR has no interaction for it."
* insert Title([[Åtgärd i loggen]])
* include codes from system AuditAction
