"""Compiles StructureDefinitions into the JSON Schemas that app/fhir/schemas holds."""
