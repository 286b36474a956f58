"""PostgreSQL, the only room that knows it."""
