"""Sources that speak FHIR R4."""
