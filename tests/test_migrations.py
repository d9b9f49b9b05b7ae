"""One history of migrations gives the same schema as the models, on both databases, and can be undone."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select

from moderation import models  # noqa: F401 - fills the metadata
from moderation.access.models import ApiKey
from moderation.bootstrap import bring_up
from moderation.db import Base, Database, make_engine
from moderation.lenders import changes
from moderation.lenders.loading import load_registry
from moderation.lenders.standing import Publisher
from moderation.migrations.head import behind, config_for, upgrade
from moderation.policies import life
from moderation.policies.assigned import SHIPPED_ONLY, CurrentPolicies
from moderation.policy.config import Policy
from tests.support.servers import PostgresServer


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        db = Database(make_engine(f"sqlite:///{tmp_path / 'empty.db'}"))
        yield db
        db.close()
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    server.execute("CREATE DATABASE empty_daidun TEMPLATE template0")
    db = Database(make_engine(server.url("empty_daidun")))
    yield db
    db.close()
    server.execute("DROP DATABASE empty_daidun WITH (FORCE)")


def test_the_migrations_give_what_the_models_say(empty: Database) -> None:
    upgrade(empty)
    with empty.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_running_them_again_changes_nothing(empty: Database) -> None:
    upgrade(empty)
    upgrade(empty)
    assert behind(empty) is None


def test_an_old_schema_is_told(empty: Database) -> None:
    assert "daidun db upgrade" in (behind(empty) or "")


def test_they_can_be_undone(empty: Database) -> None:
    upgrade(empty)
    with empty.engine.begin() as connection:
        command.downgrade(config_for(connection), "base")
    assert inspect(empty.engine).get_table_names() == ["alembic_version"]


def test_a_registry_of_schema_0001_is_carried_over(empty: Database) -> None:
    """Lenders, their names, domains and states, operators and brands, as version 0001 kept them."""
    with empty.engine.begin() as connection:
        command.upgrade(config_for(connection), "0001")
        for statement in OLD_REGISTRY:
            connection.exec_driver_sql(statement)
    bring_up(empty)
    with empty.read() as session:
        registry = load_registry(session)
        [lenders, operators, brands] = reversed(changes.history(session))
    assert [lenders.kind, operators.kind, brands.kind] == ["lenders", "operators", "brands"]
    publisher = Publisher(name="甲乙银行股份有限公司", domain="jiayi.example.cn", verified=True)
    days = (date(2025, 1, 1), date(2026, 1, 1))
    assert [registry.standing(publisher, at=day).standing.value for day in days] == [
        "verified_lender",
        "licence_suspended",
    ]
    found = {
        (mention.name, mention.kind, mention.confidence) for mention in registry.mentions("甲乙闪借 癸贷超市 甲乙e贷")
    }
    assert found == {("甲乙闪借", "brand", "low"), ("癸贷超市", "operator", "medium"), ("甲乙e贷", "brand", "medium")}


def test_tenants_and_keys_of_schema_0002_stay_and_get_the_shipped_policy(empty: Database) -> None:
    with empty.engine.begin() as connection:
        command.upgrade(config_for(connection), "0002")
        connection.exec_driver_sql(f"INSERT INTO tenants VALUES (1, 'acme', {NOW})")
        connection.exec_driver_sql(
            "INSERT INTO api_keys VALUES"
            f" ('0123456789ab', 1, 'pipeline', '[\"check\", \"lenders:read\"]', 'hash', {NOW}, NULL, NULL)"
        )
    upgrade(empty)
    with empty.read() as session:
        assert CurrentPolicies().get(session) == SHIPPED_ONLY
        assert life.in_force(session, 1) == Policy.load().digest
        assert session.scalars(select(ApiKey.scopes)).one() == ["check", "lenders:read"]


NOW = "'2026-01-01 00:00:00'"
OLD_REGISTRY = (
    (
        "INSERT INTO lender_entities VALUES (1, '甲乙银行股份有限公司', '城市商业银行', 'B9001H244030001', '', '全国',"
        f" '广东', 'suspended', 'high', '', 'a list', NULL, {NOW})"
    ),
    "INSERT INTO lender_names VALUES (1, 1, '甲乙银行股份有限公司', 'legal_name', 'high', 'a list', 'legal_name')",
    "INSERT INTO lender_names VALUES (2, 1, '甲乙e贷', 'brand', 'medium', 'a list', 'brands_supported')",
    "INSERT INTO lender_names VALUES (3, 1, '甲乙闪借', 'brand', 'low', 'from memory', 'brands')",
    "INSERT INTO lender_domains VALUES (1, 1, 'jiayi.example.cn', 'medium', 'a list', 'domains')",
    "INSERT INTO lender_statuses VALUES (1, 1, 'active', NULL, '2025-02-28')",
    "INSERT INTO lender_statuses VALUES (2, 1, 'suspended', '2025-02-28', NULL)",
    (
        "INSERT INTO lender_operators VALUES"
        f" (1, '壬癸科技有限公司', '[\"癸贷超市\"]', '贷超', 'a list', 'medium', '', {NOW})"
    ),
    f"INSERT INTO registry_state VALUES (1, 'the hash of before', 3, {NOW})",
)
