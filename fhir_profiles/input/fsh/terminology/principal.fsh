CodeSystem: Principal
Id: principal
Title: "Principal"
Description: "Which public body answers for care: the region for health care, the municipality for social care and some health care."
* insert Title([[Huvudman]])
* insert WholeSystem(principal)
* insert Concept(region, [[Region]], [[Region]], [[The region answers.]])
* insert Concept(municipality, [[Kommun]], [[Municipality]], [[The municipality answers.]])

ValueSet: PrincipalCodes
Id: principal
Title: "Principal"
Description: "Which public body answers for care: the region for health care, the municipality for social care and some health care."
* insert Title([[Huvudman]])
* include codes from system Principal
