"""A private PostgreSQL server for the demo and the tests."""
