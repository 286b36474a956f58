"""What the app knows of organisations, units, staff roles and client systems: import, read, search, follow."""
