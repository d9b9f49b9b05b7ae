"""Webhooks over HTTP, as the platform and as a stranger."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from moderation.access.keys import tenant_named
from moderation.access.models import Tenant
from moderation.db import Database, utcnow
from moderation.items.models import DECIDED, Item
from moderation.webhooks import signing
from moderation.webhooks.claims import claim
from moderation.webhooks.models import WebhookDelivery, WebhookEndpoint
from moderation.webhooks.outbox import Announcement, enqueue_many
from moderation.webhooks.outcomes import Outcome, settle
from tests.conftest import Platform

URL = "https://platform.example/daidun"


def create(platform: Platform, url: str = URL) -> dict[str, Any]:
    response = platform.post("/v1/webhooks", json={"url": url})
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json
    return created


def decide(db: Database, count: int = 1) -> None:
    """Give the platform *count* items with a first decision each."""
    with db.write() as session:
        tenant = tenant_named(session, "platform")
        for _ in range(count):
            number = len(session.scalars(select(Item.id)).all())
            item = Item(
                tenant_id=tenant.id, external_id=str(number), content_hash="", kind="post", body={}, state=DECIDED
            )
            session.add(item)
            session.flush()
            enqueue_many(session, [Announcement(tenant.id, item.id, 1, {"id": item.external_id})])


def attempt(db: Database, state: str = "delivered", status: int = 204) -> str:
    """Claim one delivery and settle it as *state*; return its id."""
    now = utcnow()
    with db.write() as session:
        (one,) = claim(session, now, 1, 60)
        settle(session, [Outcome(one, state, now, latency_ms=2.0, status=status, head="thanks")], now)
    return one.id


def test_a_receiver_is_registered_and_its_secret_shown_once(platform: Platform, db: Database) -> None:
    response = platform.post("/v1/webhooks", json={"url": URL})
    created = response.json
    assert response.headers["Location"] == f"/v1/webhooks/{created['id']}"
    assert created["secret"].startswith("whsec_")
    assert (created["url"], created["events"], created["state"]) == (URL, ["item.decided"], "active")
    shown = platform.get(f"/v1/webhooks/{created['id']}")
    assert created["secret"] not in shown.text
    assert shown.json == {key: value for key, value in created.items() if key != "secret"}
    assert platform.get("/v1/webhooks").json == {"webhooks": [shown.json]}
    with db.read() as session:
        row = session.get_one(WebhookEndpoint, created["id"])
    assert signing.live(row.secrets, utcnow()) == [created["secret"]]


@pytest.mark.parametrize(
    "url",
    [
        "http://platform.example/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://u:p@x.example/",
        "https://[::1]/",
        "x",
    ],
)
def test_a_url_that_webhooks_may_not_go_to_is_refused(platform: Platform, url: str) -> None:
    response = platform.post("/v1/webhooks", json={"url": url})
    assert response.status_code == 422
    assert response.content_type == "application/problem+json"
    assert response.json["errors"][0]["loc"] == "/url"
    created = create(platform)
    assert platform.open("PATCH", f"/v1/webhooks/{created['id']}", json={"url": url}).status_code == 422
    assert platform.get(f"/v1/webhooks/{created['id']}").json["url"] == URL


@pytest.mark.parametrize(
    "body", [{}, {"url": URL, "events": []}, {"url": URL, "events": ["x"]}, {"url": URL, "more": 1}]
)
def test_a_body_that_breaks_the_schema_is_refused(platform: Platform, body: dict[str, Any]) -> None:
    assert platform.post("/v1/webhooks", json=body).status_code == 422


def test_there_is_a_limit_to_receivers(platform: Platform) -> None:
    for number in range(20):
        create(platform, f"{URL}/{number}")
    assert platform.post("/v1/webhooks", json={"url": URL}).status_code == 409


def test_a_receiver_can_be_changed_disabled_and_activated(platform: Platform, db: Database) -> None:
    path = f"/v1/webhooks/{create(platform)['id']}"
    assert platform.open("PATCH", path, json={"url": f"{URL}/2"}).json["url"] == f"{URL}/2"
    disabled = platform.open("PATCH", path, json={"state": "disabled"}).json
    assert (disabled["state"], disabled["disabled_reason"]) == ("disabled", "disabled over the API")
    decide(db)
    with db.write() as session:
        endpoint = session.scalars(select(WebhookEndpoint)).one()
        endpoint.failures, endpoint.trips, endpoint.circuit_until = 9, 2, utcnow() + timedelta(hours=1)
    assert platform.get(path).json["circuit_until"] is not None
    active = platform.open("PATCH", path, json={"state": "active"}).json
    assert (active["state"], active["disabled_reason"], active["failures"]) == ("active", None, 0)
    assert active["circuit_until"] is None


def test_a_rotation_returns_the_new_secret_and_ends_the_old_one(platform: Platform) -> None:
    created = create(platform)
    path = f"/v1/webhooks/{created['id']}"
    rotated = platform.post(f"{path}/rotate", json={"overlap_hours": 1}).json
    assert rotated["secret"] not in {created["secret"], None}
    assert [secret["expires_at"] is None for secret in rotated["secrets"]] == [True, False]
    at_once = platform.post(f"{path}/rotate", json={"overlap_hours": 0}).json
    assert len(at_once["secrets"]) == 1
    assert platform.post(f"{path}/rotate", json={"overlap_hours": 1000}).status_code == 422


def test_a_removed_receiver_takes_its_messages_along(platform: Platform, db: Database) -> None:
    path = f"/v1/webhooks/{create(platform)['id']}"
    decide(db, 2)
    attempt(db)
    assert platform.open("DELETE", path).status_code == 204
    assert platform.get(path).status_code == 404
    with db.read() as session:
        assert not session.scalars(select(WebhookDelivery)).all()


def test_a_test_message_is_queued_and_logged(platform: Platform) -> None:
    path = f"/v1/webhooks/{create(platform)['id']}"
    response = platform.post(f"{path}/test", json={})
    assert response.status_code == 202
    assert (response.json["event"], response.json["state"]) == ("webhook.test", "pending")
    assert platform.get(f"{path}/deliveries").json["deliveries"] == [response.json]
    platform.open("PATCH", path, json={"state": "disabled"})
    assert platform.post(f"{path}/test", json={}).status_code == 409


def test_the_log_shows_deliveries_with_attempts_page_by_page(platform: Platform, db: Database) -> None:
    path = f"/v1/webhooks/{create(platform)['id']}/deliveries"
    decide(db, 5)
    delivered = attempt(db)
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        page = platform.get(f"{path}?limit=2{cursor}").json
        assert len(page["deliveries"]) <= 2
        seen += [row["id"] for row in page["deliveries"]]
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
    assert len(seen) == 5
    assert seen == sorted(seen, reverse=True)
    (row,) = platform.get(f"{path}?state=delivered").json["deliveries"]
    assert (row["id"], row["sequence"], row["next_attempt_at"]) == (delivered, 1, None)
    (logged,) = row["attempts"]
    assert (logged["number"], logged["status"], logged["response_head"]) == (1, 204, "thanks")


@pytest.mark.parametrize("query", ["limit=0", "limit=1000", "state=lost", "cursor=%00", "page=2"])
def test_a_question_the_log_does_not_know_is_refused(platform: Platform, query: str) -> None:
    path = f"/v1/webhooks/{create(platform)['id']}/deliveries"
    assert platform.get(f"{path}?{query}").status_code == 422


@pytest.mark.parametrize("state", ["delivered", "dead"])
def test_a_finished_message_can_be_sent_once_more(platform: Platform, db: Database, state: str) -> None:
    create(platform)
    decide(db)
    message = attempt(db, state)
    response = platform.post(f"/v1/webhooks/deliveries/{message}/redeliver", json={})
    assert response.status_code == 202
    assert (response.json["id"], response.json["state"]) == (message, "pending")
    assert attempt(db) == message
    with db.read() as session:
        assert session.get_one(WebhookDelivery, message).attempts == 2


def test_a_message_in_flight_or_for_a_disabled_receiver_is_not_sent_once_more(platform: Platform, db: Database) -> None:
    webhook = create(platform)["id"]
    decide(db)
    with db.write() as session:
        (one,) = claim(session, utcnow(), 1, 60)
    path = f"/v1/webhooks/deliveries/{one.id}/redeliver"
    assert platform.post(path, json={}).status_code == 409
    with db.write() as session:
        settle(session, [Outcome(one, "delivered", utcnow())], utcnow())
    platform.open("PATCH", f"/v1/webhooks/{webhook}", json={"state": "disabled"})
    assert platform.post(path, json={}).status_code == 409


def test_a_stranger_finds_nothing(platform: Platform, stranger: Platform, db: Database) -> None:
    path = f"/v1/webhooks/{create(platform)['id']}"
    decide(db)
    message = attempt(db)
    assert stranger.get("/v1/webhooks").json == {"webhooks": []}
    answers = [
        stranger.get(path),
        stranger.open("PATCH", path, json={"state": "disabled"}),
        stranger.open("DELETE", path),
        stranger.post(f"{path}/rotate", json={}),
        stranger.post(f"{path}/test", json={}),
        stranger.get(f"{path}/deliveries"),
        stranger.post(f"/v1/webhooks/deliveries/{message}/redeliver", json={}),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert platform.get(path).json["state"] == "active"


def test_a_key_without_the_scope_is_forbidden(app: Flask, key_for: Callable[..., str]) -> None:
    reader = Platform(app.test_client(), key_for("platform", scopes=["items:read"]))
    assert reader.get("/v1/webhooks").status_code == 403
    assert app.test_client().get("/v1/webhooks").status_code == 401


def test_tenants_do_not_share_the_limit(platform: Platform, stranger: Platform, db: Database) -> None:
    create(platform)
    create(stranger)
    with db.read() as session:
        assert len(session.scalars(select(Tenant)).all()) == 2
