CodeSystem: InformationCategory
Id: information-category
Title: "Information category"
Description: "Whose rules an item of a plan stands under."
* insert Title([[Informationskategori]])
* insert WholeSystem(information-category)
* insert Concept(health, [[Hälso- och sjukvård]], [[Health care]], [[Documented in health care.]])
* insert Concept(social, [[Socialtjänst]], [[Social care]], [[Documented in social care.]])
* insert Concept(home-care, [[Hemtjänst]], [[Home care]], [[An activity that home-care staff take part in.]])

ValueSet: InformationCategoryCodes
Id: information-category
Title: "Information category"
Description: "Whose rules an item of a plan stands under."
* insert Title([[Informationskategori]])
* include codes from system InformationCategory
