"""Checks of FHIR R4 resources against compiled schemas, invariants and profiles."""
