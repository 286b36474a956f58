// The statement of every Samplan server. /fhir/metadata of a running server holds the same; a test compares them.
RuleSet: Stored(type)
* rest.resource[+].type = #{type}
* rest.resource[=].documentation = "Parameters _count (at most 200) and _total (none, accurate) are supported; an unknown parameter is refused."
* rest.resource[=].interaction[0].code = #read
* rest.resource[=].interaction[+].code = #create
* rest.resource[=].interaction[+].code = #update
* rest.resource[=].interaction[+].code = #search-type
* rest.resource[=].versioning = #versioned-update
* rest.resource[=].readHistory = false
* rest.resource[=].updateCreate = false
* rest.resource[=].conditionalRead = #not-match
* rest.resource[=].operation.name = "validate"
* rest.resource[=].operation.definition = "https://samplan.se/fhir/OperationDefinition/validate"
* insert Searched(_id, token, http://hl7.org/fhir/SearchParameter/Resource-id)

RuleSet: Directory(type)
* rest.resource[+].type = #{type}
* rest.resource[=].documentation = "The directory belongs to no patient, and is read only. Parameters _count (at most 200) and _total (none, accurate) are supported; a name is searched by its beginning."
* rest.resource[=].interaction[0].code = #read
* rest.resource[=].interaction[+].code = #search-type
* rest.resource[=].versioning = #versioned
* rest.resource[=].readHistory = false
* rest.resource[=].updateCreate = false
* rest.resource[=].conditionalRead = #not-match
* rest.resource[=].operation.name = "validate"
* rest.resource[=].operation.definition = "https://samplan.se/fhir/OperationDefinition/validate"
* insert Searched(_id, token, http://hl7.org/fhir/SearchParameter/Resource-id)

RuleSet: Searched(name, type, definition)
* rest.resource[=].searchParam[+].name = "{name}"
* rest.resource[=].searchParam[=].type = #{type}
* rest.resource[=].searchParam[=].definition = "{definition}"

RuleSet: OfPatient(definition)
* insert Searched(patient, reference, {definition})
* rest.resource[=].searchParam[=].documentation = "Required: `Patient/id` or the id alone."

RuleSet: Profiled(id)
* rest.resource[=].supportedProfile[+] = "https://samplan.se/fhir/StructureDefinition/{id}"

Instance: samplan-server
InstanceOf: CapabilityStatement
Usage: #definition
Title: "Samplan server"
Description: "What a Samplan server offers."
* url = "https://samplan.se/fhir/CapabilityStatement/samplan-server"
* version = "0.1.0"
* name = "SamplanServer"
* title = "What a Samplan server offers"
* status = #active
* date = "2026-11-25"
* description = "Reading, writing and searching what is planned with one person at a time, a push as a transaction, an overview, and validation. A caller gets only what law, relation, consent and role let them see."
* kind = #requirements
* fhirVersion = #4.0.1
* format[0] = #application/fhir+json
* format[+] = #json
* implementationGuide = "http://hl7.se/fhir/ig/base/ImplementationGuide/hl7se.fhir.base"
* rest.mode = #server
* rest.documentation = "A search is about one person (send patient or _id) or the directory. A date is a day in Europe/Stockholm. Send no personal number in an address."
* rest.security.cors = false
* rest.security.service = http://terminology.hl7.org/CodeSystem/restful-security-service#SMART-on-FHIR
* rest.security.description = "Bearer tokens by RFC 9068; SMART v2 system scopes for system clients."
* rest.interaction.code = #transaction
* rest.operation.name = "validate"
* rest.operation.definition = "https://samplan.se/fhir/OperationDefinition/validate"
* insert Stored(Appointment)
* insert OfPatient(http://hl7.org/fhir/SearchParameter/Appointment-patient)
* insert Searched(status, token, http://hl7.org/fhir/SearchParameter/Appointment-status)
* insert Profiled(agreed-time)
* insert Stored(CarePlan)
* insert OfPatient(http://hl7.org/fhir/SearchParameter/clinical-patient)
* insert Searched(status, token, http://hl7.org/fhir/SearchParameter/CarePlan-status)
* insert Profiled(patient-contract)
* insert Profiled(sip)
* insert Profiled(plan-egv)
* insert Profiled(plan-gp)
* insert Profiled(plan-hp)
* insert Profiled(plan-lss)
* insert Profiled(plan-rp)
* insert Profiled(plan-sip)
* insert Profiled(plan-splptlrv)
* insert Profiled(plan-spu)
* insert Profiled(plan-svp)
* insert Profiled(plan-vp)
* insert Stored(CareTeam)
* insert OfPatient(http://hl7.org/fhir/SearchParameter/clinical-patient)
* insert Searched(status, token, http://hl7.org/fhir/SearchParameter/CareTeam-status)
* insert Profiled(team)
* insert Profiled(sip-team)
* insert Profiled(permanent-contact)
* insert Stored(Consent)
* insert OfPatient(http://hl7.org/fhir/SearchParameter/clinical-patient)
* insert Searched(status, token, http://hl7.org/fhir/SearchParameter/Consent-status)
* insert Profiled(sip-consent)
* insert Profiled(consent)
* insert Profiled(block)
* insert Stored(DocumentReference)
* insert OfPatient(http://hl7.org/fhir/SearchParameter/clinical-patient)
* insert Searched(status, token, http://hl7.org/fhir/SearchParameter/DocumentReference-status)
* insert Profiled(plan-document)
* insert Stored(Goal)
* insert OfPatient(http://hl7.org/fhir/SearchParameter/clinical-patient)
* insert Searched(status, token, https://samplan.se/fhir/SearchParameter/goal-status)
* insert Profiled(person-goal)
* insert Profiled(professional-goal)
* insert Stored(Patient)
* insert Searched(identifier, token, http://hl7.org/fhir/SearchParameter/Patient-identifier)
* rest.resource[=].searchParam[=].documentation = "Only by POST _search."
* rest.resource[=].supportedProfile = "http://hl7.se/fhir/ig/base/StructureDefinition/SEBasePatient"
* rest.resource[=].operation[1].name = "overview"
* rest.resource[=].operation[1].definition = "https://samplan.se/fhir/OperationDefinition/overview"
* insert Stored(Provenance)
* insert OfPatient(https://samplan.se/fhir/SearchParameter/provenance-patient)
* insert Profiled(revision)
* insert Profiled(confirmation)
* insert Stored(QuestionnaireResponse)
* insert OfPatient(http://hl7.org/fhir/SearchParameter/QuestionnaireResponse-patient)
* insert Searched(status, token, http://hl7.org/fhir/SearchParameter/QuestionnaireResponse-status)
* insert Profiled(about-me-answers)
* insert Profiled(seven-questions-answers)
* insert Stored(RelatedPerson)
* insert OfPatient(http://hl7.org/fhir/SearchParameter/RelatedPerson-patient)
* insert Profiled(relative)
* insert Stored(ServiceRequest)
* insert OfPatient(http://hl7.org/fhir/SearchParameter/clinical-patient)
* insert Searched(status, token, http://hl7.org/fhir/SearchParameter/ServiceRequest-status)
* insert Profiled(i-do)
* insert Profiled(care-does)
* insert Profiled(sip-care-does)
* insert Profiled(others-do)
* insert Profiled(if-worse)
* insert Stored(Task)
* insert OfPatient(http://hl7.org/fhir/SearchParameter/Task-patient)
* insert Searched(status, token, http://hl7.org/fhir/SearchParameter/Task-status)
* insert Profiled(review)
* insert Profiled(sip-summons)
* insert Directory(HealthcareService)
* insert Searched(identifier, token, http://hl7.org/fhir/SearchParameter/HealthcareService-identifier)
* insert Searched(name, string, http://hl7.org/fhir/SearchParameter/HealthcareService-name)
* insert Searched(organization, reference, http://hl7.org/fhir/SearchParameter/HealthcareService-organization)
* insert Searched(location, reference, http://hl7.org/fhir/SearchParameter/HealthcareService-location)
* insert Searched(service-type, token, http://hl7.org/fhir/SearchParameter/HealthcareService-service-type)
* insert Searched(active, token, http://hl7.org/fhir/SearchParameter/HealthcareService-active)
* insert Directory(Location)
* insert Searched(identifier, token, http://hl7.org/fhir/SearchParameter/Location-identifier)
* insert Searched(name, string, http://hl7.org/fhir/SearchParameter/Location-name)
* insert Searched(organization, reference, http://hl7.org/fhir/SearchParameter/Location-organization)
* insert Searched(partof, reference, http://hl7.org/fhir/SearchParameter/Location-partof)
* insert Searched(type, token, http://hl7.org/fhir/SearchParameter/Location-type)
* insert Searched(status, token, http://hl7.org/fhir/SearchParameter/Location-status)
* insert Directory(Organization)
* insert Searched(identifier, token, http://hl7.org/fhir/SearchParameter/Organization-identifier)
* insert Searched(name, string, http://hl7.org/fhir/SearchParameter/Organization-name)
* insert Searched(partof, reference, http://hl7.org/fhir/SearchParameter/Organization-partof)
* insert Searched(type, token, http://hl7.org/fhir/SearchParameter/Organization-type)
* insert Searched(active, token, http://hl7.org/fhir/SearchParameter/Organization-active)
* insert Directory(Practitioner)
* insert Searched(identifier, token, http://hl7.org/fhir/SearchParameter/Practitioner-identifier)
* insert Searched(name, string, http://hl7.org/fhir/SearchParameter/Practitioner-name)
* insert Searched(active, token, http://hl7.org/fhir/SearchParameter/Practitioner-active)
* insert Directory(PractitionerRole)
* insert Searched(identifier, token, http://hl7.org/fhir/SearchParameter/PractitionerRole-identifier)
* insert Searched(practitioner, reference, http://hl7.org/fhir/SearchParameter/PractitionerRole-practitioner)
* insert Searched(organization, reference, http://hl7.org/fhir/SearchParameter/PractitionerRole-organization)
* insert Searched(location, reference, http://hl7.org/fhir/SearchParameter/PractitionerRole-location)
* insert Searched(role, token, http://hl7.org/fhir/SearchParameter/PractitionerRole-role)
* insert Searched(active, token, http://hl7.org/fhir/SearchParameter/PractitionerRole-active)
* rest.resource[+].type = #AuditEvent
* rest.resource[=].documentation = "For log auditors. Parameters _count (at most 200) and _total (none, accurate) are supported."
* rest.resource[=].interaction.code = #search-type
* rest.resource[=].versioning = #no-version
* insert OfPatient(http://hl7.org/fhir/SearchParameter/AuditEvent-patient)
* insert Searched(date, date, http://hl7.org/fhir/SearchParameter/AuditEvent-date)
* insert Profiled(audit-event)
