"""registry records: what the registry holds and held, by the change that brought it; verdicts by lender"""

import json
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_ORIGINS = ("former_names", "brands_supported", "brands_unverified")


def upgrade() -> None:
    # Verdicts from before have none: their documents, which are encrypted, tell.
    op.add_column("decisions", sa.Column("lender", sa.String(length=200), nullable=True))
    lender = sa.text("lender IS NOT NULL")
    op.create_index("ix_decisions_lender", "decisions", ["lender"], sqlite_where=lender, postgresql_where=lender)
    op.create_table(
        "registry_changes",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("entries", _JSON, nullable=False),
        sa.Column("missing", _JSON, nullable=False),
        sa.Column("widening", _JSON, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("proposed_by", sa.String(length=100), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("undoes", _BIG, nullable=True),
        sa.Column("facts", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["undoes"], ["registry_changes.id"], name=op.f("fk_registry_changes_undoes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_changes")),
    )
    op.create_index(op.f("ix_registry_changes_state"), "registry_changes", ["state"])
    op.create_index(op.f("ix_registry_changes_decided_at"), "registry_changes", ["decided_at"])
    op.create_table(
        "registry_records",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("key", sa.String(length=800), nullable=False),
        sa.Column("fields", _JSON, nullable=False),
        sa.Column("since_id", _BIG, nullable=False),
        sa.Column("until_id", _BIG, nullable=True),
        sa.ForeignKeyConstraint(["since_id"], ["registry_changes.id"], name=op.f("fk_registry_records_since_id")),
        sa.ForeignKeyConstraint(["until_id"], ["registry_changes.id"], name=op.f("fk_registry_records_until_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_records")),
    )
    op.create_index(op.f("ix_registry_records_since_id"), "registry_records", ["since_id"])
    op.create_index(op.f("ix_registry_records_until_id"), "registry_records", ["until_id"])
    op.create_index(
        "uq_registry_records_current",
        "registry_records",
        ["kind", "key"],
        unique=True,
        sqlite_where=sa.text("until_id IS NULL"),
        postgresql_where=sa.text("until_id IS NULL"),
    )
    _carry_over(op.get_bind())
    for table in ("lender_statuses", "lender_names", "lender_domains", "registry_imports"):
        op.drop_table(table)
    for table in ("lender_operators", "lender_entities"):
        op.drop_table(table)


def downgrade() -> None:
    """Make the tables of before, empty: they can't hold what the records hold. The next start seeds them anew."""
    op.drop_index("ix_decisions_lender", "decisions")
    with op.batch_alter_table("decisions") as batch:
        batch.drop_column("lender")
    for table in ("registry_records", "registry_changes"):
        op.drop_table(table)
    op.execute("DELETE FROM registry_state")
    op.create_table(
        "lender_entities",
        sa.Column("id", _BIG, nullable=False),
        *(sa.Column(name, sa.String(length=200), nullable=False) for name in ("legal_name", "regulator", "region")),
        sa.Column("licence_type", sa.String(length=100), nullable=False),
        sa.Column("nfra_code", sa.String(length=15), nullable=False),
        sa.Column("province", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("confidence", sa.String(length=6), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lender_entities")),
        sa.UniqueConstraint("legal_name", name=op.f("uq_lender_entities_legal_name")),
    )
    op.create_table(
        "lender_operators",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("brands", _JSON, nullable=False),
        sa.Column("role", sa.String(length=100), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("confidence", sa.String(length=6), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lender_operators")),
        sa.UniqueConstraint("name", name=op.f("uq_lender_operators_name")),
    )
    op.create_table(
        "registry_imports",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        *(sa.Column(f"rows_{name}", sa.Integer(), nullable=False) for name in ("added", "changed", "missing")),
        sa.Column("difference", _JSON, nullable=False),
        sa.Column("facts", sa.String(length=64), nullable=False),
        sa.Column("imported_by", sa.String(length=100), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_imports")),
    )
    op.create_index(op.f("ix_registry_imports_imported_at"), "registry_imports", ["imported_at"])
    _owned("lender_domains", "domain", 253)
    _owned("lender_names", "name", 200, sa.Column("kind", sa.String(length=12), nullable=False))
    op.create_table(
        "lender_statuses",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("entity_id", _BIG, nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["entity_id"], ["lender_entities.id"], name=op.f("fk_lender_statuses_entity_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lender_statuses")),
    )
    op.create_index(op.f("ix_lender_statuses_entity_id"), "lender_statuses", ["entity_id"])


def _owned(table: str, column: str, length: int, *more: sa.Column[Any]) -> None:
    op.create_table(
        table,
        sa.Column("id", _BIG, nullable=False),
        sa.Column("entity_id", _BIG, nullable=False),
        sa.Column(column, sa.String(length=length), nullable=False),
        *more,
        sa.Column("confidence", sa.String(length=6), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["entity_id"], ["lender_entities.id"], name=op.f(f"fk_{table}_entity_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("entity_id", column, "origin", name=op.f(f"uq_{table}_entity_id_{column}_origin")),
    )
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_index(op.f(f"ix_{table}_entity_id"), table, ["entity_id"])


def _carry_over(bind: sa.Connection) -> None:
    """Write what the old tables hold as records of one change each; the hash of the facts is left to the next start."""
    lenders = _lenders(bind)
    if not lenders:
        return
    now = datetime.now(UTC)
    for kind, records in (("lenders", lenders), ("operators", _operators(bind)), ("brands", _brands(bind))):
        number = bind.execute(
            sa.text(
                "INSERT INTO registry_changes (kind, file_name, sha256, entries, missing, widening, state,"
                " proposed_by, proposed_at, decided_by, decided_at, note)"
                " VALUES (:kind, '', '', :entries, '[]', '[]', 'applied', :by, :now, :by, :now, '') RETURNING id"
            ).bindparams(sa.bindparam("now", type_=sa.DateTime(timezone=True))),
            {
                "kind": kind,
                "entries": json.dumps([[key, None, fields] for key, fields in records.items()], ensure_ascii=False),
                "by": "carried over from schema 0001",
                "now": now if bind.dialect.name != "sqlite" else now.replace(tzinfo=None),
            },
        ).scalar_one()
        insert = sa.text(
            "INSERT INTO registry_records (kind, key, fields, since_id) VALUES (:kind, :key, :fields, :since)"
        )
        rows = [
            {"kind": kind, "key": key, "fields": json.dumps(fields, ensure_ascii=False), "since": number}
            for key, fields in records.items()
        ]
        if rows:
            bind.execute(insert, rows)
    bind.execute(sa.text("UPDATE registry_state SET facts = ''"))


def _lenders(bind: sa.Connection) -> dict[str, dict[str, str]]:
    columns = ["legal_name", "licence_type", "nfra_code", "regulator", "province", "confidence", "note", "source"]
    names, domains, periods = (_rows_of(bind, f"lender_{table}") for table in ("names", "domains", "statuses"))
    records = {}
    for row in bind.execute(sa.text("SELECT * FROM lender_entities ORDER BY id")).mappings():
        own, hosts = names[row["id"]], domains[row["id"]]
        fields = {name: row[name] for name in columns}
        fields |= {"valid_region": row["region"], "as_of": str(row["as_of"] or "")}
        fields |= {
            origin: ";".join(sorted(_marked(name, origin) for name in own if name["origin"] == origin))
            for origin in _ORIGINS
        }
        listed = [each for each in hosts if each["origin"] == "domains"]
        fields["domains"] = ";".join(sorted(each["domain"] for each in listed))
        fields["domain_confidence"] = listed[0]["confidence"] if listed else ""
        fields["domains_unverified"] = ";".join(
            sorted(each["domain"] for each in hosts if each["origin"] == "domains_unverified")
        )
        fields["statuses"] = ";".join(
            each["status"] + (f"@{each['valid_from']}" if each["valid_from"] else "") for each in periods[row["id"]]
        )
        records[row["legal_name"]] = fields
    return records


def _operators(bind: sa.Connection) -> dict[str, dict[str, str]]:
    records = {}
    for row in bind.execute(sa.text("SELECT * FROM lender_operators ORDER BY id")).mappings():
        brands = row["brands"] if isinstance(row["brands"], list) else json.loads(row["brands"])
        plain = {name: row[name] for name in ("role", "source", "confidence", "note")}
        records[row["name"]] = {"operator_name": row["name"], "brands": ";".join(sorted(brands)), **plain}
    return records


def _brands(bind: sa.Connection) -> dict[str, dict[str, str]]:
    query = (
        "SELECT e.legal_name, n.name, n.kind, n.source, n.confidence FROM lender_names n"
        " JOIN lender_entities e ON e.id = n.entity_id WHERE n.origin = 'brands' ORDER BY n.id"
    )
    records = {}
    for row in bind.execute(sa.text(query)).mappings():
        brand = f"{row['name']}(旧名)" if row["kind"] == "former_name" else row["name"]
        records[f"{row['legal_name']} / {brand}"] = {
            "legal_name": row["legal_name"],
            "brand": brand,
            "source": row["source"],
            "confidence": row["confidence"],
        }
    return records


def _rows_of(bind: sa.Connection, table: str) -> dict[int, list[Any]]:
    rows: dict[int, list[Any]] = defaultdict(list)
    for row in bind.execute(sa.text(f"SELECT * FROM {table} ORDER BY id")).mappings():  # noqa: S608 - names above
        rows[row["entity_id"]].append(row)
    return rows


def _marked(name: Any, origin: str) -> str:
    former = name["kind"] == "former_name" and origin != "former_names"
    return f"{name['name']}(旧名)" if former else str(name["name"])
