"""Other systems: asks every source that may hold plans of the person, within a deadline."""
