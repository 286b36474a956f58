Profile: SamplanConsent
Parent: Consent
Id: consent
Title: "Consent to shared records"
Description: "The person's consent (samtycke) that one care giver, a unit of it or a member of staff reads what others have documented (2022:913, 3 kap.)."
* insert Swedish([[Samtycke till sammanhållen vård- och omsorgsdokumentation]], [[Personens samtycke till att en vårdgivare, en enhet eller en medarbetare tar del av det andra har dokumenterat (2022:913, 3 kap.).]])
* insert OfGiver
* insert AsItStands
* scope = $consentscope#patient-privacy
* category insert ByConcept
* category contains kind 1..1
* category[kind] = ConsentType#access
* patient 1..1
* patient only Reference(SEBasePatient)
* dateTime 1..1
* performer 1..*
* performer ^short = "The person, or who consented in their place"
* policyRule 1..1
* policyRule.text 1..1
* provision 1..1
* provision.type 1..1
* provision.type = #permit
* provision.period 1..1
* provision.period.start 1..1
* provision.actor 1..*
* provision.actor insert ByRole
* provision.actor contains recipient 1..*
* provision.actor[recipient].role = $participation#IRCP
* provision.actor[recipient].reference only Reference(SEBaseOrganization or SEBasePractitioner or SEBasePractitionerRole)
* provision.actor[recipient] ^short = "Who may read"
