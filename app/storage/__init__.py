"""PostgreSQL: tables, statements, migrations; no other package uses the database."""
