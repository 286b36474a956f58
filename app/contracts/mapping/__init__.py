"""Contract fields and the FHIR elements that hold them, one file for each kind of resource."""
