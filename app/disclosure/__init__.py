"""Disclosure on the record: intent, facts, decision, outcome, and the audit trail."""
