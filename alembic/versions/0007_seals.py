"""The seals of the trail: signed Merkle roots, each with the hash of every row that it covers."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table; the app may add seals and read them."""
    op.execute(
        """CREATE TABLE audit_seal (
            number bigint NOT NULL, first_seq bigint NOT NULL, last_seq bigint NOT NULL, leaves bytea NOT NULL,
            signed text NOT NULL, PRIMARY KEY (number), CONSTRAINT audit_seal_rows CHECK (first_seq <= last_seq))"""
    )
    op.execute("GRANT SELECT, INSERT ON audit_seal TO samplan_app")


def downgrade() -> None:
    """Take the table away."""
    op.execute("DROP TABLE audit_seal")
