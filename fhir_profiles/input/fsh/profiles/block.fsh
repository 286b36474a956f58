Profile: SamplanBlock
Parent: Consent
Id: block
Title: "Block"
Description: "A block (spärr) that the person has set on what one care giver has documented, towards other care givers, or on what one of its units has documented, towards its other units."
* insert Swedish([[Spärr]], [[En spärr som personen har satt på det en vårdgivare har dokumenterat, mot andra vårdgivare, eller på det en vårdenhet har dokumenterat, mot vårdgivarens andra enheter.]])
* insert OfGiver
* insert AsItStands
* scope = $consentscope#patient-privacy
* category insert ByConcept
* category contains kind 1..1
* category[kind] = ConsentType#block
* patient 1..1
* patient only Reference(SEBasePatient)
* dateTime 1..1
* policyRule 1..1
* policyRule.text 1..1
* provision 1..1
* provision.type 1..1
* provision.type = #deny
* provision.period 1..1
* provision.period.start 1..1
* provision.period.end ^short = "When the block was lifted"
* provision.dataPeriod ^short = "When what is blocked was documented; all, if it is not said"
* provision.actor 1..*
* provision.actor insert ByRole
* provision.actor contains custodian 1..1
* provision.actor[custodian].role = $participation#CST
* provision.actor[custodian].reference only Reference(SEBaseOrganization)
* provision.actor[custodian] ^short = "Whose documentation is blocked: a care giver (outer block) or a unit (inner block)"
