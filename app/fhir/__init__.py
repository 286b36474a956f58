"""The FHIR R4 vocabulary: parse, check, reference, bundles, outcomes (pure)."""
