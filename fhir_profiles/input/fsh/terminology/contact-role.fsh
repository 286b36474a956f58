CodeSystem: ContactRole
Id: contact-role
Title: "Role in a team"
Description: "What somebody is in a team or to a permanent contact, beyond profession."
* insert Title([[Roll i teamet]])
* insert WholeSystem(contact-role)
* insert Concept(substitute, [[Ersättare]], [[Substitute]], [[Steps in when the permanent contact is away.]])
* insert Concept(successor, [[Efterträdare]], [[Successor]], [[Takes over from the permanent contact.]])
* insert Concept(overall-responsibility, [[Övergripande ansvar]], [[Overall responsibility]], [[The principal that has the overall responsibility for a coordinated individual plan (SIP).]])
* insert Concept(copy-printed, [[Får en utskriven kopia]], [[Gets a printed copy]], [[Gets the contract on paper, and never access.]])
* insert Concept(copy-exported, [[Får en exporterad kopia]], [[Gets an exported copy]], [[Gets the contract as a file, and never access.]])

ValueSet: ContactRoleCodes
Id: contact-role
Title: "Role in a team"
Description: "What somebody is in a team or to a permanent contact, beyond profession."
* insert Title([[Roll i teamet]])
* include codes from system ContactRole
