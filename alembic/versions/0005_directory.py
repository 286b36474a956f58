"""The directory of organisations, units and staff: what an import stores, and what finds it."""

from alembic import op

revision = "0005"
down_revision = "0004"

TABLES = {
    "directory_entry": """(
        type text NOT NULL, id text NOT NULL, hsa_id text, export text NOT NULL, name text NOT NULL, english text,
        parent text, kinds text NOT NULL, tokens text[] NOT NULL, digest text NOT NULL,
        source_updated timestamptz NOT NULL, updated timestamptz NOT NULL, version bigint NOT NULL,
        number bigint NOT NULL, body text NOT NULL, PRIMARY KEY (type, id))""",
    "directory_name": """(
        type text NOT NULL, name text COLLATE "C" NOT NULL, id text NOT NULL, PRIMARY KEY (type, name, id))""",
    "directory_import": """(
        number bigint NOT NULL GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL, export text NOT NULL,
        operator text NOT NULL, PRIMARY KEY (number))""",
}

INDEXES = (
    "CREATE INDEX directory_entry_by_token ON directory_entry USING gin (tokens)",
    "CREATE INDEX directory_entry_by_number ON directory_entry (number)",
    "CREATE INDEX directory_name_of ON directory_name (type, id)",
)

GRANTS = {
    "SELECT, INSERT, UPDATE": "directory_entry",
    "SELECT, INSERT, DELETE": "directory_name",
    "SELECT, INSERT": "directory_import",
}


def upgrade() -> None:
    """Create the tables, which belong to no patient, and let the app's role read and fill them."""
    for name, definition in TABLES.items():
        op.execute(f"CREATE TABLE {name} {definition}")
    for index in INDEXES:
        op.execute(index)
    for privileges, table in GRANTS.items():
        op.execute(f"GRANT {privileges} ON {table} TO samplan_app")


def downgrade() -> None:
    """Drop the tables, newest first."""
    for name in reversed(TABLES):
        op.execute(f"DROP TABLE {name}")
