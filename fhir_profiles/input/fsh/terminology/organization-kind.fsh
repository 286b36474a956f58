CodeSystem: OrganizationKind
Id: organization-kind
Title: "Kind of organisation"
Description: "What an organisation is by the laws on records: a giver, which answers for its records, or a part of one."
* insert Title([[Slag av organisation]])
* insert WholeSystem(organization-kind)
* insert Concept(care-giver, [[Vårdgivare]], [[Care giver]], [[Answers for records of health care.]])
* insert Concept(social-care-giver, [[Omsorgsgivare]], [[Social care giver]], [[Answers for records of social care.]])
* insert Concept(care-unit, [[Vårdenhet]], [[Care unit]], [[A unit of health care, which an inner block names.]])
* insert Concept(social-care-unit, [[Omsorgsenhet]], [[Social care unit]], [[A unit of social care.]])
* insert Concept(unit, [[Enhet]], [[Unit]], [[Any other part of an organisation.]])

ValueSet: OrganizationKindCodes
Id: organization-kind
Title: "Kind of organisation"
Description: "What an organisation is by the laws on records: a giver, which answers for its records, or a part of one."
* insert Title([[Slag av organisation]])
* include codes from system OrganizationKind
