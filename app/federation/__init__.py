"""Other systems: ask every source that may know the person, within a deadline."""
