"""A platform with endpoints and decided items, and settings under which webhooks may reach loopback."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest

from moderation.access.models import Tenant
from moderation.db import Database, utcnow
from moderation.items.models import DECIDED, Item
from moderation.settings import Settings
from moderation.webhooks import signing
from moderation.webhooks.dispatch import Dispatcher
from moderation.webhooks.models import EVENTS, WebhookEndpoint
from moderation.webhooks.outbox import Announcement, enqueue_many
from moderation.webhooks.sender import Sender
from tests.webhooks.receiver import Receiver

LOOPBACK = {"webhook_networks": "127.0.0.0/8,::1/128", "webhook_plain_http": True, "webhook_timeout": 5.0}


class Tenancy:
    """One tenant, with what a test gives it."""

    def __init__(self, db: Database, name: str):
        self.db = db
        self._items = 0
        with db.write() as session:
            tenant = Tenant(name=name)
            session.add(tenant)
            session.flush()
            self.id = tenant.id

    def endpoint(self, url: str = "https://platform.example/hook", **fields: object) -> WebhookEndpoint:
        secrets, _ = signing.first_secrets(utcnow())
        row = WebhookEndpoint(**{"tenant_id": self.id, "url": url, "secrets": secrets, "events": list(EVENTS)} | fields)
        with self.db.write() as session:
            session.add(row)
        return row

    def item(self) -> int:
        self._items += 1
        row = Item(
            tenant_id=self.id, external_id=f"post-{self._items}", content_hash="", kind="post", body={}, state=DECIDED
        )
        with self.db.write() as session:
            session.add(row)
        return row.id

    def decide(self, item_id: int, seq: int = 1, context: object = None) -> int:
        document = {"id": f"post-{item_id}", "verdict": "block", "reasons": [{"message": "不看征信"}]}
        with self.db.write() as session:
            return enqueue_many(session, [Announcement(self.id, item_id, seq, document, context)])

    def decided(self, count: int) -> list[int]:
        """Return *count* new items with a first decision each."""
        ids = [self.item() for _ in range(count)]
        for item_id in ids:
            self.decide(item_id)
        return ids


@pytest.fixture
def tenancy(db: Database) -> Tenancy:
    return Tenancy(db, "webhook platform")


@pytest.fixture
def other_tenancy(db: Database) -> Tenancy:
    return Tenancy(db, "webhook stranger")


@pytest.fixture
def open_settings(settings: Settings) -> Settings:
    """Settings under which loopback may be reached over plain HTTP."""
    return settings.model_copy(update=LOOPBACK)


@pytest.fixture
def local_settings() -> Settings:
    """The same without a database."""
    return Settings(**LOOPBACK | {"webhook_timeout": 1.0})


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


class Clock:
    """A clock that stands still until told."""

    def __init__(self) -> None:
        self.now = utcnow()

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def dispatcher_at(db: Database, open_settings: Settings) -> Iterator[Callable[..., Dispatcher]]:
    """Make dispatchers: ``dispatcher_at(clock)``; they are closed at the end."""
    made: list[Dispatcher] = []

    def make(clock: Callable[[], datetime] = utcnow, **settings: object) -> Dispatcher:
        chosen = open_settings.model_copy(update=settings)
        made.append(Dispatcher(db, chosen, Sender(chosen), clock))
        return made[-1]

    yield make
    for dispatcher in made:
        dispatcher.close()
