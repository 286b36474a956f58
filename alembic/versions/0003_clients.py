"""The registered client systems, and a version that tells the app when one of them has changed."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from alembic import op

revision = "0003"
down_revision = "0002"

CHANGED = """CREATE FUNCTION samplan_registry_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE registry SET version = version + 1;
    RETURN NULL;
END $$"""


def upgrade() -> None:
    """Make the tables, with a version from the clock, so that a new registry never repeats an old one's version."""
    op.create_table(
        "client",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("giver", sa.Text, nullable=False),
        sa.Column("unit", sa.Text),
        sa.Column("issuer", sa.Text),
        sa.Column("keys", JSONB),
        sa.Column("jwks_url", sa.Text),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("owns", JSONB, nullable=False),
        sa.Column("copies", JSONB, nullable=False),
        sa.Column("source", sa.Text),
        sa.Column("properties", JSONB, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("keys IS NULL OR jwks_url IS NULL", name="client_keys"),
    )
    op.create_table(
        "registry",
        sa.Column("singleton", sa.Boolean, primary_key=True, server_default=sa.text("true")),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.CheckConstraint("singleton", name="registry_only"),
    )
    op.execute("INSERT INTO registry (version) VALUES (extract(epoch FROM clock_timestamp()) * 1000)")
    op.execute(CHANGED)
    op.execute(
        "CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON client "
        "FOR EACH STATEMENT EXECUTE FUNCTION samplan_registry_changed()"
    )
    op.execute("GRANT SELECT ON client, registry TO samplan_app")


def downgrade() -> None:
    """Take the tables and the trigger away."""
    op.drop_table("client")
    op.drop_table("registry")
    op.execute("DROP FUNCTION samplan_registry_changed()")
