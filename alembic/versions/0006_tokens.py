"""The revoked tokens, and the ids of proofs and tokens that are accepted once."""

import sqlalchemy as sa

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables; a change of the revoked tokens is one of the registry."""
    op.create_table(
        "denied_token",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, primary_key=True),
        sa.Column("issued_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.CheckConstraint("kind IN ('jti', 'sub', 'client_id')", name="denied_token_kind"),
    )
    op.create_table(
        "used_id",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    )
    op.execute(
        "CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON denied_token "
        "FOR EACH STATEMENT EXECUTE FUNCTION samplan_registry_changed()"
    )
    op.execute("GRANT SELECT ON denied_token TO samplan_app")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON used_id TO samplan_app")


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("denied_token")
    op.drop_table("used_id")
