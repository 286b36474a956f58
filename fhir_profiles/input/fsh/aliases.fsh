// Names for systems that others publish.
Alias: $sct = http://snomed.info/sct
Alias: $bcp47 = urn:ietf:bcp:47
Alias: $consentscope = http://terminology.hl7.org/CodeSystem/consentscope
Alias: $participation = http://terminology.hl7.org/CodeSystem/v3-ParticipationType
Alias: $provenanceparticipant = http://terminology.hl7.org/CodeSystem/provenance-participant-type
Alias: $auditeventtype = http://terminology.hl7.org/CodeSystem/audit-event-type
Alias: $objectrole = http://terminology.hl7.org/CodeSystem/object-role
Alias: $goalachievement = http://hl7.org/fhir/ValueSet/goal-achievement

// Inera
Alias: $typeofcareplan = https://fhir.inera.se/CodeSystem/typeofcareplan-cs
Alias: $permanentcontact = urn:oid:1.2.752.129.5.1.69
Alias: $careteamtype = https://fhir.inera.se/ig/careteam/CodeSystem/typ-av-careteam-cs

// HL7 and commonprofiles.care
Alias: $goalacceptance = http://hl7.org/fhir/StructureDefinition/goal-acceptance
Alias: $goalrelationship = http://hl7.org/fhir/StructureDefinition/goal-relationship
Alias: $translation = http://hl7.org/fhir/StructureDefinition/translation
