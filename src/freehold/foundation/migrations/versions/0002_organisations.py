"""Organisations, teams, what keys may be used for, and the audit log.

Everybody who is there already joins the organisation `org_default`, which is also where people begin who are
added without naming one.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

# PostgreSQL itself refuses to change what has been recorded, whoever asks.
REFUSE_CHANGES = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit log is append-only.';
END $$;
CREATE TRIGGER audit_log_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    """Create the tables around people, then give people and keys their further columns."""
    _create_organisations()
    _extend_people()
    _create_teams()
    _extend_keys()
    _create_audit_log()


def _create_organisations() -> None:
    op.create_table(
        "organisations",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.execute("INSERT INTO organisations (id, name, created_at) VALUES ('org_default', 'Default', now())")


def _extend_people() -> None:
    organisation = sa.ForeignKey("organisations.id")
    op.add_column(
        "people", sa.Column("organisation_id", sa.Text, organisation, nullable=False, server_default="org_default")
    )
    op.add_column("people", sa.Column("kind", sa.Text, nullable=False, server_default="person"))
    op.add_column("people", sa.Column("tier", sa.Text, nullable=False, server_default=""))
    op.add_column("people", sa.Column("disabled_at", sa.DateTime(timezone=True)))
    op.create_index("ix_people_newest", "people", ["organisation_id", "created_at", "id"])
    op.drop_constraint("role_is_known", "people", type_="check")
    op.create_check_constraint("role_is_known", "people", "role IN ('admin', 'manager', 'auditor', 'member')")
    op.create_check_constraint("kind_is_known", "people", "kind IN ('person', 'service')")


def _create_teams() -> None:
    organisation = sa.ForeignKey("organisations.id", ondelete="CASCADE")
    op.create_table(
        "teams",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("organisation_id", sa.Text, organisation, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("organisation_id", "name"),
    )
    person = sa.ForeignKey("people.id", ondelete="CASCADE")
    op.create_table(
        "team_members",
        sa.Column("team_id", sa.Text, sa.ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("person_id", sa.Text, person, primary_key=True, index=True),
    )


def _extend_keys() -> None:
    team = sa.ForeignKey("teams.id", ondelete="SET NULL")
    successor = sa.ForeignKey("api_keys.id", ondelete="SET NULL")
    op.add_column("api_keys", sa.Column("team_id", sa.Text, team, index=True))
    for scope in ("models", "endpoints", "origins"):
        op.add_column("api_keys", sa.Column(scope, postgresql.ARRAY(sa.Text)))
    op.add_column("api_keys", sa.Column("expires_at", sa.DateTime(timezone=True)))
    op.add_column("api_keys", sa.Column("replaced_by", sa.Text, successor, index=True))


def _create_audit_log() -> None:
    # No foreign keys: what was done stays on record when those who did it are gone.
    op.create_table(
        "audit_log",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Text),
        sa.Column("actor_name", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("organisation_id", sa.Text),
        sa.Column("details", postgresql.JSONB, nullable=False),
    )
    op.create_index("ix_audit_log_newest", "audit_log", ["organisation_id", "id"])
    op.create_index("ix_audit_log_subject", "audit_log", ["subject", "id"])
    op.execute(REFUSE_CHANGES)
