"""Whatever JSON, or whatever bytes, are sent: a documented answer, a problem that is JSON, and nothing half stored."""

import itertools
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from moderation.db import Database
from moderation.items.models import Item
from tests.conftest import Platform

ANSWERS = {200, 202, 400, 409, 413, 415, 422}
QUICK = settings(
    max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40)
anything = st.recursive(scalars, lambda part: st.lists(part, max_size=4) | st.dictionaries(st.text(max_size=12), part))
# Close to an item, so that most examples get past the first check and fail, or pass, further in.
almost_items = st.fixed_dictionaries(
    {"id": st.text(min_size=1, max_size=5) | anything, "text": st.text(max_size=60) | anything},
    optional={
        "kind": st.sampled_from(["post", "ad", "comment", "profile", "message", "song"]),
        "title": st.text(max_size=20) | anything,
        "links": st.lists(st.text(max_size=20) | anything, max_size=3),
        "publisher": st.fixed_dictionaries({}, optional={"name": st.text(), "verified": st.booleans() | anything}),
        "published_at": st.datetimes().map(str) | st.datetimes(timezones=st.just(None)).map(lambda at: f"{at}Z"),
        "context": anything,
    },
)
batches = st.lists(almost_items, max_size=4)


def stored(db: Database) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(Item)) or 0


def send(platform: Platform, db: Database, body: bytes) -> None:
    before = stored(db)
    answer = platform.post("/v1/items", data=body, content_type="application/json")
    assert answer.status_code in ANSWERS, answer.text
    if answer.status_code >= 400:
        assert answer.content_type == "application/problem+json"
        assert answer.json["status"] == answer.status_code
        assert answer.json["detail"]
        assert stored(db) == before
    else:
        for record in answer.json.get("items", [answer.json]):
            assert record["state"] == "pending"
        assert stored(db) >= before


def test_any_json_has_its_answer(platform: Platform, db: Database) -> None:
    @QUICK
    @given(anything)
    def holds(value: Any) -> None:
        send(platform, db, json.dumps(value).encode())

    holds()


def test_almost_items_and_batches_of_them_have_their_answer(platform: Platform, db: Database) -> None:
    @QUICK
    @given(almost_items | batches | st.builds(dict, items=batches))
    def holds(value: Any) -> None:
        send(platform, db, json.dumps(value).encode())

    holds()


def test_any_bytes_have_their_answer(platform: Platform, db: Database) -> None:
    @QUICK
    @given(st.binary(max_size=200))
    def holds(body: bytes) -> None:
        send(platform, db, body)

    holds()


def test_what_is_accepted_comes_back_as_it_was_sent(platform: Platform, db: Database) -> None:
    numbers = itertools.count()
    plain = st.text(st.characters(exclude_categories=["Cs"]), max_size=50)

    @QUICK
    @given(plain, plain, st.integers() | plain | st.lists(plain))
    def holds(title: str, text: str, context: Any) -> None:
        name = f"item-{next(numbers)}"
        item = {"id": name, "title": title, "text": text + "x", "context": context}
        assert platform.post("/v1/items", json=item).status_code == 202
        with db.read() as session:
            body = session.scalars(select(Item).where(Item.external_id == name)).one().body
        assert (body["title"], body["text"], body.get("context")) == (title, text + "x", context)

    holds()
