"""Voices made from recordings, and the consents that they rest on."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def _owner() -> list[sa.Column[str]]:
    target = sa.ForeignKey("people.id", ondelete="CASCADE")
    return [sa.Column("owner_id", sa.Text, target, nullable=False), _text("organisation_id")]


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _made() -> sa.Column[object]:
    return sa.Column("created_at", sa.DateTime(timezone=True), nullable=False)


def upgrade() -> None:
    """Version 4 → 5."""
    op.create_table(
        "voice_consents",
        sa.Column("id", sa.Text, primary_key=True),
        *_owner(),
        *(_text(name) for name in ("name", "language", "phrase", "heard_by", "media_type")),
        _made(),
        sa.Column("recording", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_voice_consents_newest", "voice_consents", ["owner_id", "created_at", "id"])
    op.create_index("ix_voice_consents_organisation", "voice_consents", ["organisation_id"])
    consent = sa.ForeignKey("voice_consents.id", ondelete="CASCADE")
    op.create_table(
        "custom_voices",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("consent_id", sa.Text, consent, nullable=False),
        *_owner(),
        _text("name"),
        _text("status"),
        sa.Column("shared", sa.Boolean, nullable=False),
        sa.Column("base_voice", sa.Text),
        sa.Column("match", sa.JSON, nullable=False),
        sa.Column("profile", sa.JSON, nullable=False),
        _made(),
        sa.Column("decided_by", sa.Text),
        _text("reason"),
        sa.Column("sample", sa.LargeBinary),
        sa.CheckConstraint("status IN ('ready', 'pending_approval', 'rejected')", name="status_is_known"),
        sa.CheckConstraint("sample IS NOT NULL OR status = 'rejected'", name="live_voices_have_samples"),
    )
    op.create_index("ix_custom_voices_consent_id", "custom_voices", ["consent_id"])
    op.create_index("ix_custom_voices_organisation", "custom_voices", ["organisation_id"])
    op.create_index("ix_custom_voices_owner_id", "custom_voices", ["owner_id"])
