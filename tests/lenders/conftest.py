"""A registry of a few made-up and shipped lenders, on SQLite in memory; no server is needed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from cryptography.fernet import Fernet

from moderation.audit import models as audit
from moderation.days import day_of
from moderation.db import Base, Database, make_engine
from moderation.lenders import changes, importer, models
from moderation.lenders.kinds import Kind
from moderation.lenders.loading import load_registry, shipped_registry
from moderation.lenders.models import RegistryChange
from moderation.lenders.registry import Registry
from moderation.privacy import vault

TODAY = date(2026, 6, 1)
HEADER = "legal_name,licence_type,nfra_code,province,brands_supported,domains,domain_confidence,source,confidence\n"
BANK = "甲乙银行股份有限公司,城市商业银行,B9001H244030001,广东,甲乙银行;甲乙e贷,jiayi.example.cn,medium,a list,high\n"
FINANCE = (
    "丙丁消费金融有限公司,消费金融公司,X9002H231000001,上海,丙丁消费金融;丙丁花,bingding.com,medium,a list,medium\n"
)
WEAK = "戊己网络小额贷款有限公司,网络小额贷款公司,,重庆,戊己借条,wuji.com,medium,from memory,low\n"
HELD = "庚辛小额贷款有限公司,小额贷款公司(网贷资格暂停@2025-02-28),,重庆,庚辛小贷,,,a list,medium\n"
LENDERS = HEADER + BANK + FINANCE + WEAK + HELD
OPERATORS = "operator_name,brands,role,source,confidence\n壬癸科技有限公司,癸贷超市,贷超,a list,medium\n"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The registry's clock: one instant, which a test may move."""
    hands = [datetime.combine(TODAY, datetime.min.time(), UTC)]
    monkeypatch.setattr(importer, "today", lambda: day_of(hands[0]))
    monkeypatch.setattr(changes, "utcnow", lambda: hands[0])
    return hands


@pytest.fixture
def book() -> Iterator[Database]:
    """An empty registry."""
    db = Database(make_engine("sqlite://"))
    Base.metadata.create_all(db.engine, tables=(*models.TABLES, *audit.TABLES))
    vault.install(vault.Vault([Fernet.generate_key().decode()]))
    yield db
    db.close()


def enter(db: Database, text: str, kind: Kind | None = None) -> RegistryChange | None:
    """Propose what *text* changes as Ann; if that needs a second person, Ben approves it."""
    with db.write() as session:
        change = importer.propose_file(session, importer.Upload(text.encode(), "file.csv", kind), by="Ann")
        if change is not None and change.state == models.PROPOSED:
            changes.approve(session, change.id, by="Ben")
    return change


@pytest.fixture
def filled(book: Database) -> Database:
    enter(book, LENDERS)
    enter(book, OPERATORS)
    return book


@pytest.fixture
def registry(filled: Database) -> Registry:
    with filled.read() as session:
        return load_registry(session)


@pytest.fixture(scope="session")
def shipped() -> Registry:
    return shipped_registry()
