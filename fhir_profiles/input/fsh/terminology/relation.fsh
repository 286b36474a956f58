CodeSystem: Relation
Id: relation
Title: "Relation to the person"
Description: "What a relative (närstående) is to the person."
* insert Title([[Relation till personen]])
* insert WholeSystem(relation)
* insert Concept(guardian, [[Vårdnadshavare]], [[Guardian]], [[Has custody of the person, who is a child.]])
* insert Concept(parent, [[Förälder]], [[Parent]], [[Is the person's parent, with or without custody.]])
* insert Concept(spouse, [[Make, maka eller sambo]], [[Spouse or partner]], [[Lives together with the person as a couple.]])
* insert Concept(child, [[Barn]], [[Child]], [[Is the person's child, of any age.]])
* insert Concept(sibling, [[Syskon]], [[Sibling]], [[Is the person's brother or sister.]])
* insert Concept(friend, [[Vän]], [[Friend]], [[Is a friend or a neighbour.]])
* insert Concept(trustee, [[God man]], [[Trustee]], [[Is appointed by a court to act with the person's consent.]])
* insert Concept(administrator, [[Förvaltare]], [[Administrator]], [[Is appointed by a court to act in the person's place.]])
* insert Concept(other, [[Annan närstående]], [[Other]], [[Is close to the person in another way.]])

ValueSet: RelationCodes
Id: relation
Title: "Relation to the person"
Description: "What a relative (närstående) is to the person."
* insert Title([[Relation till personen]])
* include codes from system Relation
