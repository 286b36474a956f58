Profile: SamplanTeam
Parent: CareTeam
Id: team
Title: "Team"
Description: "The team around the person: members of region, municipality and other givers, the principals of a SIP, relatives who take part, actors who get a copy, and the ways to contact care."
* insert Swedish([[Team]], [[Teamet runt personen: medlemmar från region, kommun och andra, huvudmännen i en SIP, närstående som deltar, de som får en kopia, och vägarna att kontakta vården.]])
* insert OfGiver
* insert AsItStands
* insert NotToldStatus
* obeys sp-team-1 and sp-team-2 and sp-way-2
* category 1..*
* category insert ByConcept
* category contains team 1..1
* category[team] = $careteamtype#team
* subject 1..1
* subject only Reference(SEBasePatient)
* participant insert ByRole
* participant ^short = "Members, principals of a SIP (role from principal), relatives who take part, who gets a copy"
* participant contains
    printed 0..* and
    exported 0..*
* participant[printed] ^short = "Who gets a printed copy"
* participant[printed].role 1..1
* participant[printed].role = ContactRole#copy-printed
* participant[exported] ^short = "Who gets an exported copy"
* participant[exported].role 1..1
* participant[exported].role = ContactRole#copy-exported
* telecom ^short = "Ways to contact care"
* telecom.extension contains ContactWay named way 0..1

Invariant: sp-team-1
Description: "At most one participant has the overall responsibility."
Severity: #error
Expression: "participant.where(role.coding.where(system = 'https://samplan.se/fhir/CodeSystem/contact-role' and code = 'overall-responsibility').exists()).count() <= 1"

Invariant: sp-team-2
Description: "Who has the overall responsibility is a principal."
Severity: #error
Expression: "participant.where(role.coding.where(system = 'https://samplan.se/fhir/CodeSystem/contact-role' and code = 'overall-responsibility').exists()).all(role.coding.where(system = 'https://samplan.se/fhir/CodeSystem/principal').exists())"

Invariant: sp-way-2
Description: "The web address of a way of contact is an https address."
Severity: #error
Expression: "telecom.where(system = 'url').value.all(startsWith('https://'))"
