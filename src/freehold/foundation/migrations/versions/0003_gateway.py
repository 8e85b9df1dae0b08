"""The gateway: ledger, counters of limits, stored configuration."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TEXTS = ("request_id", "organisation_id", "team_id", "person_id", "key_id", "tier", "endpoint", "model", "provider")
MORE_TEXTS = ("upstream_model", "vendor", "outcome")
COUNTS = ("attempts", "input_tokens", "cached_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens")
MORE_COUNTS = ("audio_milliseconds", "characters", "images", "machine_microseconds")

# Takes every counter's lock in the order of names, so that two calls never wait for each other in a circle; then
# checks all and counts all, or counts nothing. A counter by process ignores what processes that died have left.
RESERVE = """
CREATE FUNCTION reserve_counters(
    names text[], slots bigint[], oldest bigint[], amounts bigint[], ceilings bigint[], by_process boolean[],
    expiries timestamptz[], alive_since timestamptz, OUT used bigint[], OUT first_slots bigint[], OUT refused integer
) LANGUAGE plpgsql AS $$
DECLARE
    name text;
    sums bigint;
    first_slot bigint;
BEGIN
    FOR name IN SELECT DISTINCT unnest(names) ORDER BY 1 LOOP
        PERFORM pg_advisory_xact_lock(hashtextextended(name, 7));
    END LOOP;
    FOR i IN 1 .. cardinality(names) LOOP
        SELECT coalesce(sum(c.amount), 0), min(c.slot) INTO sums, first_slot FROM limit_counters c
        WHERE c.counter = names[i] AND CASE WHEN by_process[i]
            THEN c.slot IN (SELECT r.number FROM replicas r WHERE r.seen_at > alive_since)
            ELSE c.slot >= oldest[i] END;
        used := array_append(used, sums);
        first_slots := array_append(first_slots, first_slot);
        IF refused IS NULL AND sums + amounts[i] > ceilings[i] THEN
            refused := i - 1;
        END IF;
    END LOOP;
    IF refused IS NULL THEN
        INSERT INTO limit_counters AS c (counter, slot, amount, expires_at)
        SELECT n, s, sum(a), max(e) FROM unnest(names, slots, amounts, expiries) AS t(n, s, a, e)
        GROUP BY n, s ORDER BY n, s
        ON CONFLICT (counter, slot) DO UPDATE SET amount = c.amount + excluded.amount, expires_at = excluded.expires_at;
    END IF;
END $$
"""

ADJUST = """
CREATE FUNCTION adjust_counters(names text[], slots bigint[], deltas bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT DISTINCT unnest(names) ORDER BY 1 LOOP
        PERFORM pg_advisory_xact_lock(hashtextextended(name, 7));
    END LOOP;
    UPDATE limit_counters c SET amount = c.amount + d.delta
    FROM (SELECT n, s, sum(x) AS delta FROM unnest(names, slots, deltas) AS t(n, s, x) GROUP BY n, s) AS d
    WHERE c.counter = d.n AND c.slot = d.s;
END $$
"""


def upgrade() -> None:
    """Create the gateway's tables and functions."""
    op.create_table(
        "ledger",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in TEXTS + MORE_TEXTS),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("stream", sa.Boolean, nullable=False),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in COUNTS + MORE_COUNTS),
        sa.Column("estimated", sa.Boolean, nullable=False),
        sa.Column("cost", sa.BigInteger),
        sa.Column("price", sa.Text),
        sa.Column("equivalent", sa.Text),
        sa.Column("equivalent_cost", sa.BigInteger),
        sa.Column("equivalent_price", sa.Text),
        sa.Column("counts_as_saving", sa.Boolean, nullable=False),
        sa.Column("first_byte_milliseconds", sa.Double),
        sa.Column("total_milliseconds", sa.Double, nullable=False),
        sa.Column("decision", sa.JSON),
    )
    for owner in ("organisation_id", "team_id", "person_id", "key_id"):
        op.create_index(f"ix_ledger_{owner}_at", "ledger", [owner, "at"])
    op.create_index("ix_ledger_at", "ledger", ["at"])
    op.create_table(
        "limit_counters",
        sa.Column("counter", sa.Text, primary_key=True),
        sa.Column("slot", sa.BigInteger, primary_key=True),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False, index=True),
    )
    op.create_table(
        "replicas",
        sa.Column("number", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.execute(RESERVE)
    op.execute(ADJUST)
    op.create_table(
        "gateway_config",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.JSON, nullable=False),
        sa.Column("secret", sa.LargeBinary),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Text, nullable=False),
    )
    op.create_table(
        "gateway_config_version",
        sa.Column("id", sa.Boolean, sa.CheckConstraint("id", name="one_row"), primary_key=True),
        sa.Column("version", sa.BigInteger, nullable=False),
    )
    op.execute("INSERT INTO gateway_config_version VALUES (true, 0)")
