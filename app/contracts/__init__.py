"""The patient contract (patientkontrakt) and its FHIR (pure)."""
