CodeSystem: RevisionAction
Id: revision-action
Title: "Action of a revision"
Description: "What was done to a patient contract in one revision."
* insert Title([[Åtgärd i en revision]])
* insert WholeSystem(revision-action)
* insert Concept(create, [[Upprättat]], [[Created]], [[A first contract was made.]])
* insert Concept(revise, [[Ändrat]], [[Revised]], [[The contract was changed.]])
* insert Concept(end, [[Avslutat]], [[Ended]], [[The contract was ended.]])
* insert Concept(replace, [[Ersätter ett tidigare]], [[Replaces an earlier one]], [[A new contract was made in place of an older.]])
* insert Concept(reopen, [[Återupptaget]], [[Reopened]], [[An ended contract was taken up again.]])

ValueSet: RevisionActionCodes
Id: revision-action
Title: "Action of a revision"
Description: "What was done to a patient contract in one revision."
* insert Title([[Åtgärd i en revision]])
* include codes from system RevisionAction
