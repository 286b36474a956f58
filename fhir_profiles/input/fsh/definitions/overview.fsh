Instance: overview
InstanceOf: OperationDefinition
Usage: #definition
Title: "Overview"
Description: "All that is planned and agreed with one person."
* url = "https://samplan.se/fhir/OperationDefinition/overview"
* version = "0.1.0"
* name = "Overview"
* title = "Overview of one person"
* status = #active
* kind = #operation
* affectsState = false
* code = #overview
* resource = #Patient
* system = false
* type = false
* instance = true
* description = "All that is planned and agreed with one person, as far as the caller may see it, from the server's own store and from every source that may know the person. Every question is in the audit trail."
* comment = "It takes no parameters. A person that the caller may not ask about, and one that does not exist, are the same 404."
* parameter.name = #return
* parameter.use = #out
* parameter.min = 1
* parameter.max = "1"
* parameter.type = #Bundle
* parameter.documentation = "A searchset: an entry with search mode match for each resource, and one with mode outcome, an OperationOutcome, for each source that did not answer."
