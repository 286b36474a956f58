"""Use cases: read, search and write plans, contracts and blocks, each on the audit trail."""
