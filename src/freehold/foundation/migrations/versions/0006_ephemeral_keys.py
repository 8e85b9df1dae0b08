"""Secrets that end within hours: client secrets, and the tokens of realtime sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Version 5 → 6."""
    op.create_table(
        "ephemeral_keys",
        sa.Column("secret_hash", sa.LargeBinary, primary_key=True),
        *(
            sa.Column(name, sa.Text, sa.ForeignKey(target, ondelete="CASCADE"), nullable=False)
            for name, target in (("person_id", "people.id"), ("key_id", "api_keys.id"))
        ),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("session", sa.LargeBinary),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("created_at", "expires_at")),
        sa.CheckConstraint("purpose IN ('client_secret', 'session')", name="purpose_is_known"),
    )
    for name in ("person_id", "key_id", "expires_at"):
        op.create_index(f"ix_ephemeral_keys_{name}", "ephemeral_keys", [name])
