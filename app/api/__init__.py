"""The edge: FHIR and JSON over HTTP."""
