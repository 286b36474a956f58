Profile: SamplanSipTeam
Parent: SamplanTeam
Id: sip-team
Title: "Team of a SIP"
Description: "The team of a coordinated individual plan: both principals, by the organizations that answer for them, and which of them has the overall responsibility. One that is only proposed may lack them."
* insert Swedish([[Team i en SIP]], [[Teamet i en samordnad individuell plan: båda huvudmännen, genom de organisationer som svarar för dem, och vem av dem som har det övergripande ansvaret. Ett team som bara är föreslaget (proposed) kan sakna dem.]])
* obeys sp-principals-1 and sp-principals-2 and sp-principals-3

Invariant: sp-principals-1
Description: "One participant is the region and one the municipality, unless the team is only proposed."
Severity: #error
Expression: "status = 'proposed' or (participant.where(role.coding.where(system = 'https://samplan.se/fhir/CodeSystem/principal' and code = 'region').exists()).count() = 1 and participant.where(role.coding.where(system = 'https://samplan.se/fhir/CodeSystem/principal' and code = 'municipality').exists()).count() = 1)"

Invariant: sp-principals-2
Description: "A participant has the overall responsibility, unless the team is only proposed."
Severity: #error
Expression: "status = 'proposed' or participant.where(role.coding.where(system = 'https://samplan.se/fhir/CodeSystem/contact-role' and code = 'overall-responsibility').exists()).exists()"

Invariant: sp-principals-3
Description: "Each principal is named."
Severity: #error
Expression: "participant.where(role.coding.where(system = 'https://samplan.se/fhir/CodeSystem/principal').exists()).all(member.exists())"
