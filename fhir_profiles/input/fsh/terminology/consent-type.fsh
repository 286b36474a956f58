CodeSystem: ConsentType
Id: consent-type
Title: "Kind of consent"
Description: "What a Consent is about."
* insert Title([[Typ av samtycke]])
* insert WholeSystem(consent-type)
* insert Concept(sip, [[Samtycke till samordnad individuell plan]], [[Consent to a coordinated individual plan]], [[The person agrees that a SIP is made.]])
* insert Concept(access, [[Samtycke till sammanhållen vård- och omsorgsdokumentation]], [[Consent to shared records]], [[The person agrees that others may read what one care giver has documented.]])
* insert Concept(block, [[Spärr]], [[Block]], [[The person closes what one care giver, or one of its units, has documented.]])

ValueSet: ConsentTypeCodes
Id: consent-type
Title: "Kind of consent"
Description: "What a Consent is about."
* insert Title([[Typ av samtycke]])
* include codes from system ConsentType
