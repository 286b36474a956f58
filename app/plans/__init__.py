"""Stories about the plans we hold."""
