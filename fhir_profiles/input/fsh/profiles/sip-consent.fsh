Profile: SamplanSipConsent
Parent: Consent
Id: sip-consent
Title: "Consent to a SIP"
Description: "The person's consent to a coordinated individual plan, given, declined or withdrawn. It opens nothing for anybody."
* insert Swedish([[Samtycke till SIP]], [[Personens samtycke till en samordnad individuell plan: lämnat, nekat eller återtaget. Det öppnar ingenting för någon.]])
* insert OfGiver
* insert AsItStands
* status ^short = "active (given), rejected (declined), inactive (withdrawn); a contract tells of no other"
* scope = $consentscope#treatment
* category insert ByConcept
* category contains kind 1..1
* category[kind] = ConsentType#sip
* patient 1..1
* patient only Reference(SEBasePatient)
* dateTime 1..1
* dateTime ^short = "The day of the answer"
* performer 1..*
* performer ^short = "The person, or who answered in their place"
* policyRule 1..1
* policyRule.text 1..1
