"""The FHIR R4 vocabulary: types, search parameters, elements, references, strict JSON, Bundles, the check (pure)."""
