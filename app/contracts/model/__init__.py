"""The patient contract (patientkontrakt) as pydantic models."""
