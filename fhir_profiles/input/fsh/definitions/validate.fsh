Instance: validate
InstanceOf: OperationDefinition
Usage: #definition
Title: "Validate"
Description: "Check a resource against R4, Samplan's profiles and invariants, and store nothing."
* url = "https://samplan.se/fhir/OperationDefinition/validate"
* version = "0.1.0"
* name = "Validate"
* title = "Validate a resource"
* status = #active
* kind = #operation
* affectsState = false
* code = #validate
* base = "http://hl7.org/fhir/OperationDefinition/Resource-validate"
* resource = #Resource
* system = true
* type = true
* instance = true
* description = "Check a resource against R4, the profiles that it names and the one that is asked for, with the same rules as a write, and store nothing."
* comment = "The parameters are those of the base definition. A resource with faults is no failed request: the answer is 200 with an OperationOutcome that lists each fault with its FHIRPath."
* parameter[0].name = #resource
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].type = #Resource
* parameter[=].documentation = "What to check; must be there unless the mode is delete, or the operation stands on an instance."
* parameter[+].name = #mode
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].type = #code
* parameter[=].binding.strength = #required
* parameter[=].binding.valueSet = "http://hl7.org/fhir/ValueSet/resource-validation-mode"
* parameter[=].documentation = "Check for a create, an update or a delete."
* parameter[+].name = #profile
* parameter[=].use = #in
* parameter[=].min = 0
* parameter[=].max = "1"
* parameter[=].type = #uri
* parameter[=].documentation = "The canonical URL of a profile to check against, beside those that the resource names."
* parameter[+].name = #return
* parameter[=].use = #out
* parameter[=].min = 1
* parameter[=].max = "1"
* parameter[=].type = #OperationOutcome
* parameter[=].documentation = "Each fault, or that there is none."
