"""Writing resources of one person: match, decide, store and audit in one transaction."""
