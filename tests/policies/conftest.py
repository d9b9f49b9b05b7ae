"""Policies that differ from the shipped one in a few keys, and a judge whose readings are written in the texts."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
import yaml

from classifiers import Classifier
from classifiers.assessment import Assessment
from moderation.access import keys
from moderation.db import Database, utcnow
from moderation.items import store as items
from moderation.items.models import LIVE
from moderation.items.schemas import ItemIn
from moderation.policies import life
from moderation.policies.models import StoredPolicy
from moderation.policies.portrait import shipped_source
from moderation.policy.config import Policy
from tests.policy.readings import reading

SHIPPED = Policy.load()
STRICTER = {"block_score": 0.3}
LAXER = {"block_score": 0.7}


def document(**changes: Any) -> str:
    """The shipped document with other values."""
    return yaml.safe_dump(yaml.safe_load(shipped_source()) | changes, sort_keys=False)


def digest(**changes: Any) -> str:
    return Policy.parse(document(**changes)).digest


class Desk:
    """One tenant's policies; each call is a transaction of its own."""

    def __init__(self, db: Database, name: str):
        self.db = db
        with db.write() as session:
            self.tenant = keys.tenant_named(session, name).id

    def draft(self, by: str = "Ann", **changes: Any) -> StoredPolicy:
        with self.db.write() as session:
            return life.draft(session, self.tenant, document(**changes), by=by)[0]

    def do(self, what: Callable[..., StoredPolicy], word: str = "live", by: str = "Ann") -> StoredPolicy:
        with self.db.write() as session:
            return what(session, self.tenant, word, by=by)

    def publish(self, by: str = "Ann", **changes: Any) -> StoredPolicy:
        return self.do(life.publish, self.draft(by, **changes).digest, by)

    def enforce(self, **changes: Any) -> StoredPolicy:
        """Have Ann publish a document, and Ben approve it if that is needed."""
        row = self.publish(**changes)
        return self.do(life.approve, row.digest, "Ben") if row.state == "proposed" else row

    def in_force(self) -> str:
        with self.db.read() as session:
            return life.in_force(session, self.tenant)

    def state(self, word: str) -> str:
        with self.db.read() as session:
            return life.store.find(session, self.tenant, word).state

    def send(self, *scores: str) -> None:
        """Send an item for each score, under its place as id."""
        sent = [ItemIn(id=f"{self.tenant}-{place}", text=score) for place, score in enumerate(scores)]
        with self.db.write() as session:
            items.accept(session, self.tenant, sent, LIVE, utcnow())


class Reader:
    """Stands in for the classifier: a text that is a number promotes a cash-out with that probability."""

    calls = 0

    def assess(self, texts: Sequence[str]) -> list[Assessment]:
        self.calls += 1
        return [reading(text, cash_out=_number(text)) for text in texts]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Reader:
    stand_in = Reader()
    monkeypatch.setattr(Classifier, "load", lambda **_: stand_in)
    return stand_in


@pytest.fixture
def desk(db: Database) -> Desk:
    return Desk(db, "platform")


@pytest.fixture
def other(db: Database) -> Desk:
    return Desk(db, "stranger")
