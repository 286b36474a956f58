"""Reading and writing a patient contract (patientkontrakt)."""
