"""No outbox: nobody read it, and the history holds the same in order (docs/decisions/0032)."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Drop the outbox."""
    op.execute("DROP TABLE outbox")


def downgrade() -> None:
    """Make the outbox, empty."""
    op.execute(
        """CREATE TABLE outbox (
            patient text NOT NULL, seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY, type text NOT NULL,
            id text NOT NULL, version bigint NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (patient, seq))"""
    )
    op.execute("GRANT SELECT, INSERT ON outbox TO samplan_app")
