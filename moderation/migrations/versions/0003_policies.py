"""policies: documents of tenants, what was done with them, and how a shadow policy compares"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "policies",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("tenant_id", _BIG, nullable=False),
        sa.Column("digest", sa.String(length=16), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shadow_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposed_by", sa.String(length=100), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("against", sa.String(length=16), nullable=True),
        sa.Column("widening", _JSON, nullable=False),
        sa.Column("retiring", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_policies_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policies")),
        sa.UniqueConstraint("tenant_id", "digest", name=op.f("uq_policies_tenant_id_digest")),
    )
    for state in ("live", "shadow"):
        among = sa.text(f"state = '{state}'")
        op.create_index(
            f"uq_policies_{state}", "policies", ["tenant_id"], unique=True, sqlite_where=among, postgresql_where=among
        )
    op.create_table(
        "policy_events",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("policy_id", _BIG, nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", _JSON, nullable=False),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_policy_events_policy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_events")),
    )
    op.create_index(op.f("ix_policy_events_policy_id"), "policy_events", ["policy_id"])
    op.create_table(
        "policy_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_state")),
    )
    op.create_table(
        "shadow_counts",
        sa.Column("policy_id", _BIG, nullable=False),
        sa.Column("live_verdict", sa.String(length=8), nullable=False),
        sa.Column("live_final", sa.Boolean(), nullable=False),
        sa.Column("shadow_verdict", sa.String(length=8), nullable=False),
        sa.Column("shadow_final", sa.Boolean(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_shadow_counts_policy_id")),
        sa.PrimaryKeyConstraint(
            "policy_id",
            "live_verdict",
            "live_final",
            "shadow_verdict",
            "shadow_final",
            name=op.f("pk_shadow_counts"),
        ),
    )
    op.create_table(
        "shadow_differences",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("policy_id", _BIG, nullable=False),
        sa.Column("item_id", _BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(column for side in ("live", "shadow") for column in _side(side)),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_shadow_differences_item_id")),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], name=op.f("fk_shadow_differences_policy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shadow_differences")),
    )
    op.create_index(op.f("ix_shadow_differences_item_id"), "shadow_differences", ["item_id"])
    op.create_index("ix_shadow_differences_policy_id_id", "shadow_differences", ["policy_id", "id"])


def downgrade() -> None:
    for table in ("shadow_differences", "shadow_counts", "policy_state", "policy_events", "policies"):
        op.drop_table(table)


def _side(side: str) -> tuple[sa.Column[object], ...]:
    return (
        sa.Column(f"{side}_verdict", sa.String(length=8), nullable=False),
        sa.Column(f"{side}_final", sa.Boolean(), nullable=False),
        sa.Column(f"{side}_label", sa.String(length=32), nullable=False),
        sa.Column(f"{side}_codes", _JSON, nullable=False),
    )
