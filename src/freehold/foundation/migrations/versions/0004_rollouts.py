"""Rollouts: plans and states, history, measurements, examples."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def _name(*, primary_key: bool = False) -> sa.Column[str]:
    if primary_key:
        return sa.Column("name", sa.Text, primary_key=True)
    target = sa.ForeignKey("rollouts.name", ondelete="CASCADE")
    return sa.Column("rollout", sa.Text, target, nullable=False)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def upgrade() -> None:
    """Version 3 → 4."""
    versions = sa.Sequence("rollout_versions")
    op.execute(sa.schema.CreateSequence(versions))
    op.create_table(
        "rollouts",
        _name(primary_key=True),
        sa.Column("route", sa.Text, nullable=False),
        sa.Column("plan", sa.JSON, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        _moment("since"),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("decision", sa.JSON),
        _moment("looked_at"),
        _moment("created_at"),
        sa.Column("created_by", sa.Text, nullable=False),
        _moment("updated_at"),
        sa.Column("version", sa.BigInteger, nullable=False),
    )
    op.create_index(
        "uq_rollouts_route_in_force",
        "rollouts",
        ["route"],
        unique=True,
        postgresql_where=sa.text("state IN ('shadow', 'canary', 'paused', 'promoted')"),
    )
    op.create_table(
        "rollout_history",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        _name(),
        _moment("at"),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("action", "actor", "from_state", "to_state")),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("decision", sa.JSON),
    )
    op.create_index("ix_rollout_history_rollout", "rollout_history", ["rollout"])
    op.create_table(
        "rollout_values",
        _name(),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("arm", sa.Text, nullable=False),
        sa.Column("metric", sa.Text, nullable=False),
        sa.Column("value", sa.Double, nullable=False),
    )
    op.create_index("ix_rollout_values_step", "rollout_values", ["rollout", "step"])
    op.create_table(
        "rollout_examples",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        _name(),
        _moment("expires_at"),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_rollout_examples_rollout", "rollout_examples", ["rollout"])
    op.create_index("ix_rollout_examples_expires_at", "rollout_examples", ["expires_at"])
