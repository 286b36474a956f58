CodeSystem: ActivityKind
Id: activity-kind
Title: "Kind of activity"
Description: "What kind of thing is planned, as an overview tells them apart."
* insert Title([[Slag av aktivitet]])
* insert WholeSystem(activity-kind)
* insert Concept(care-contact, [[Vårdkontakt]], [[Care contact]], [[A contact with care: a visit, a call, a meeting.]])
* insert Concept(intervention, [[Insats]], [[Intervention]], [[Something that is done for the person or together with them.]])
* insert Concept(medication, [[Läkemedel]], [[Medication]], [[Medicine is taken, or given.]])
* insert Concept(sampling, [[Provtagning]], [[Sampling]], [[A sample or a measurement is taken.]])
* insert Concept(self-care, [[Egenvård]], [[Self-care]], [[Care that the person does themselves, or gets help with.]])

ValueSet: ActivityKindCodes
Id: activity-kind
Title: "Kind of activity"
Description: "What kind of thing is planned, as an overview tells them apart."
* insert Title([[Slag av aktivitet]])
* include codes from system ActivityKind
