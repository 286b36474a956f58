// R4 gives Goal no search by status, and its search of Provenance by patient finds less than ours.
Instance: goal-status
InstanceOf: SearchParameter
Usage: #definition
Title: "Goal by status"
Description: "Search of Goal by its lifecycle status."
* url = "https://samplan.se/fhir/SearchParameter/goal-status"
* version = "0.1.0"
* name = "GoalStatus"
* status = #active
* description = "The goal's lifecycle status, under the name by which the other resources are searched."
* code = #status
* base = #Goal
* type = #token
* expression = "Goal.lifecycleStatus"
* xpath = "f:Goal/f:lifecycleStatus"
* xpathUsage = #normal

Instance: provenance-patient
InstanceOf: SearchParameter
Usage: #definition
Title: "Provenance by patient"
Description: "Search of Provenance by the person whose resources it tells of."
* url = "https://samplan.se/fhir/SearchParameter/provenance-patient"
* version = "0.1.0"
* name = "ProvenancePatient"
* status = #active
* description = "Every Provenance that tells of one person's resources. A server knows whose each target is; no path through the resource itself says it."
* code = #patient
* base = #Provenance
* type = #reference
* target = #Patient
