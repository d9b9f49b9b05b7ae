"""POST /v1/hooks/content: signed, fresh, taken once."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from standardwebhooks.webhooks import Webhook

from moderation.access import hooks, keys
from moderation.db import Database, utcnow
from moderation.items.models import Item
from tests.conftest import Platform

ITEM = {"id": "post-1", "text": "hello"}
Send = Callable[..., Any]


@pytest.fixture
def source(db: Database) -> tuple[str, str]:
    with db.write() as session:
        row, secret = hooks.create(session, keys.tenant_named(session, "platform"), "pipeline")
        return row.id, secret


@pytest.fixture
def send(app: Flask, source: tuple[str, str]) -> Send:
    client = app.test_client()

    def post(
        payload: object = ITEM,
        *,
        secret: str = source[1],
        at: datetime | None = None,
        message: str = "msg_1",
        **changes: str,
    ) -> Any:
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        at = at or utcnow()
        headers = {
            "webhook-id": message,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(secret).sign(message, at, body.decode("utf-8", "replace")),
        } | changes
        return client.post(
            f"/v1/hooks/content?source={source[0]}", data=body, headers=headers, content_type="application/json"
        )

    return post


def stored(db: Database) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(Item)) or 0


def test_a_signed_item_is_stored(send: Send, db: Database, platform: Platform) -> None:
    answer = send()
    assert answer.status_code == 202
    assert answer.json["id"] == "post-1"
    assert platform.get("/v1/items/post-1").status_code == 200


@pytest.mark.parametrize(
    "payload",
    [
        [ITEM],
        {"items": [ITEM]},
        {"type": "content.created", "data": ITEM},
        {"type": "content.created", "data": {"items": [ITEM]}},
    ],
    ids=["array", "batch", "event", "event with a batch"],
)
def test_the_payload_may_be_an_item_a_batch_or_an_event(send: Send, db: Database, payload: object) -> None:
    assert send(payload).status_code == 202
    assert stored(db) == 1


def test_the_same_message_again_is_answered_alike_and_stored_once(send: Send, db: Database) -> None:
    assert send().json == send().json
    assert stored(db) == 1


def test_the_same_message_id_with_another_body_is_a_conflict(send: Send, db: Database) -> None:
    send()
    assert send({"id": "post-2", "text": "other"}).status_code == 409
    assert stored(db) == 1


@pytest.mark.parametrize("seconds", [-301, 301, -86400])
def test_outside_the_window_nothing_is_taken(send: Send, db: Database, seconds: int) -> None:
    answer = send(at=utcnow() + timedelta(seconds=seconds))
    assert answer.status_code == 401
    assert stored(db) == 0


def test_a_wrong_secret_is_refused(send: Send, db: Database) -> None:
    assert send(secret="whsec_" + "A" * 43 + "=").status_code == 401
    assert stored(db) == 0


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("webhook-signature", "v1,AAAA"),
        ("webhook-signature", "nonsense"),
        ("webhook-signature", ""),
        ("webhook-timestamp", "soon"),
        ("webhook-timestamp", "NaN"),
        ("webhook-timestamp", "9" * 400),
        ("webhook-id", ""),
        ("webhook-id", "m" * 201),
    ],
)
def test_a_spoilt_header_is_refused(send: Send, db: Database, header: str, value: str) -> None:
    assert send(**{header: value}).status_code in {401, 422}
    assert stored(db) == 0


def test_a_changed_body_is_refused(send: Send, app: Flask, source: tuple[str, str]) -> None:
    at = utcnow()
    signature = Webhook(source[1]).sign("msg_1", at, json.dumps(ITEM))
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}
    answer = app.test_client().post(
        f"/v1/hooks/content?source={source[0]}", json=ITEM | {"text": "changed"}, headers=headers
    )
    assert answer.status_code == 401


def test_both_secrets_work_during_a_rotation_and_the_oldest_ends(
    send: Send, db: Database, source: tuple[str, str]
) -> None:
    with db.write() as session:
        second = hooks.rotate(session, source[0])
    assert send(message="a").status_code == 202
    assert send(message="b", secret=second).status_code == 202
    with db.write() as session:
        hooks.rotate(session, source[0])
    assert send(message="c").status_code == 401
    assert send(message="d", secret=second).status_code == 202


def test_a_revoked_source_is_refused(send: Send, db: Database, source: tuple[str, str]) -> None:
    with db.write() as session:
        hooks.revoke(session, source[0])
    assert send().status_code == 401


@pytest.mark.parametrize(
    ("payload", "status"),
    [(b"[" * 10_000, 400), (b"{}", 422), (b'{"type": "x", "data": 5}', 422), (b"\xff", 401), (b"[]", 422)],
)
def test_a_signed_but_bad_body_is_told_what_is_wrong(send: Send, db: Database, payload: bytes, status: int) -> None:
    answer = send(payload)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert stored(db) == 0
    # Nothing was taken, so the same message id is free for the mended body.
    assert send().status_code == 202


def test_without_a_source_nothing_is_taken(app: Flask) -> None:
    assert app.test_client().post("/v1/hooks/content", json=ITEM).status_code in {401, 422}
