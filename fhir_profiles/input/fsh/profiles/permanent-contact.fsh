Profile: SamplanPermanentContact
Parent: CareTeam
Id: permanent-contact
Title: "Permanent contact"
Description: "One permanent contact (fast vårdkontakt, fast läkarkontakt, fast omsorgskontakt) as a team of one, as Inera's draft has it, who may have substitutes and a successor."
* insert Swedish([[Fast kontakt]], [[En fast vårdkontakt, läkarkontakt eller omsorgskontakt som ett team med en medlem, som kan ha ersättare och efterträdare.]])
* insert OfGiver
* insert AsItStands
* insert NotToldStatus
* obeys sp-contact-1 and sp-way-2
* category 1..*
* category insert ByConcept
* category contains permanent 1..1
* category[permanent] = $careteamtype#fast-kontakt
* subject 1..1
* subject only Reference(SEBasePatient)
* participant 1..*
* participant insert ByRole
* participant contains
    contact 1..1 and
    substitute 0..* and
    successor 0..1
* participant[contact] ^short = "The permanent contact"
* participant[contact].extension contains ContactViaTeam named viaTeam 0..1
* participant[contact].role 1..1
* participant[contact].role insert OfSystem(urn:oid:1.2.752.129.5.1.69)
* participant[contact].role from PermanentContactCodes (required)
* participant[substitute] ^short = "Who steps in"
* participant[substitute].role 1..1
* participant[substitute].role = ContactRole#substitute
* participant[successor] ^short = "Who takes over, and from which day"
* participant[successor].role 1..1
* participant[successor].role = ContactRole#successor
* participant[successor].period 1..1
* participant[successor].period.start 1..1
* telecom ^short = "Ways to contact them"
* telecom.extension contains ContactWay named way 0..1

Invariant: sp-contact-1
Description: "Exactly one participant is the permanent contact, of one of Inera's types."
Severity: #error
Expression: "participant.where(role.coding.where(system = 'urn:oid:1.2.752.129.5.1.69').exists()).count() = 1"
