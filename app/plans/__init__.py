"""Read, search and write the plans in our own store."""
