// What several definitions say in the same way.

// The title in Swedish, beside the English one.
RuleSet: Title(sv)
* ^title.extension[0].url = $translation
* ^title.extension[0].extension[0].url = "lang"
* ^title.extension[0].extension[0].valueCode = #sv
* ^title.extension[0].extension[1].url = "content"
* ^title.extension[0].extension[1].valueString = "{sv}"

// Title and description in Swedish.
RuleSet: Swedish(title, description)
* insert Title([[{title}]])
* ^description.extension[0].url = $translation
* ^description.extension[0].extension[0].url = "lang"
* ^description.extension[0].extension[0].valueCode = #sv
* ^description.extension[0].extension[1].url = "content"
* ^description.extension[0].extension[1].valueMarkdown = "{description}"

// One concept: its code, what to call it in Swedish and in English, and what it means.
RuleSet: Concept(code, sv, en, definition)
* #{code} "{sv}" "{definition}"
  * ^designation[0].language = #sv
  * ^designation[0].value = "{sv}"
  * ^designation[1].language = #en
  * ^designation[1].value = "{en}"

// A code system that has a value set of the same id with all of its codes.
RuleSet: WholeSystem(id)
* ^caseSensitive = true
* ^valueSet = "https://samplan.se/fhir/ValueSet/{id}"

// CodeableConcepts that are told apart by what they must hold; other systems may add theirs.
RuleSet: ByConcept
* ^slicing.discriminator.type = #pattern
* ^slicing.discriminator.path = "$this"
* ^slicing.rules = #open

// A CodeableConcept that is told apart by its system, so that a code of it that is not there is an error.
RuleSet: OfSystem(system)
* ^patternCodeableConcept.coding.system = "{system}"

// Participants of a CareTeam, and actors of a Consent, that are told apart by role.
RuleSet: ByRole
* ^slicing.discriminator.type = #pattern
* ^slicing.discriminator.path = "role"
* ^slicing.rules = #open

// R4 lets these rules change what all the rest means; what a contract is read from is taken as it stands.
RuleSet: AsItStands
* implicitRules 0..0

// A status that a contract does not tell of.
RuleSet: NotToldStatus
* status ^short = "A contract tells of it whatever its status, as long as the contract's CarePlan refers to it"

// A resource that may say in itself which care giver and unit it belongs to, beside its Provenance.
RuleSet: OfGiver
* extension contains HsaHierarchy named hsaHierarchy 0..1
