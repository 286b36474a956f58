CodeSystem: Party
Id: party
Title: "Party to a contract"
Description: "Who confirms a patient contract."
* insert Title([[Part i kontraktet]])
* insert WholeSystem(party)
* insert Concept(person, [[Personen]], [[The person]], [[The person whose contract it is.]])
* insert Concept(relative, [[Närstående]], [[A relative]], [[A relative, such as a guardian.]])
* insert Concept(region, [[Regionen]], [[The region]], [[Somebody on behalf of the region.]])
* insert Concept(municipality, [[Kommunen]], [[The municipality]], [[Somebody on behalf of the municipality.]])
* insert Concept(other, [[Annan part]], [[Another party]], [[Somebody on behalf of another party.]])

ValueSet: PartyCodes
Id: party
Title: "Party to a contract"
Description: "Who confirms a patient contract."
* insert Title([[Part i kontraktet]])
* include codes from system Party
