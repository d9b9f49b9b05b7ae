"""Intake over HTTP: POST /v1/items, GET /v1/items/{id}, POST /v1/check."""

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from flask import Response, current_app, request
from flask_openapi import APIBlueprint
from pydantic import BaseModel, ConfigDict, Field

from moderation.access.guard import SECURITY, caller, requires
from moderation.db import utcnow
from moderation.items import store
from moderation.items.models import Item
from moderation.items.schemas import (
    Answer,
    CheckAnswer,
    Checked,
    DecisionOut,
    Id,
    ItemIn,
    RecordOut,
    RecordsOut,
    Submission,
    date_of,
)
from moderation.problems import documented
from moderation.services import Services, services

api = APIBlueprint(
    "items",
    __name__,
    url_prefix="/v1",
    abp_security=SECURITY,
    abp_tags=[{"name": "items", "description": "Send posts and ads, read their verdicts."}],
    abp_responses=documented(400, 401, 403, 413, 415, 422, 503),
)
_WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,6})\"?", re.IGNORECASE)


class IntakeQuery(BaseModel):
    """``lane``: rescan is for historical items, judged by their own workers after live ones."""

    model_config = ConfigDict(extra="forbid")

    lane: Literal["live", "rescan"] = "live"


class IntakeHeaders(BaseModel):
    """RFC 7240: ``Prefer: wait=N`` asks to wait up to N seconds for the verdict."""

    prefer: str | None = Field(None, description="wait=N waits up to N seconds for the verdict", examples=["wait=5"])


class ItemPath(BaseModel):
    """The caller's own id."""

    item_id: Id


@dataclass(frozen=True, slots=True)
class Intake:
    """Accepted rows and how the answer should be shaped."""

    rows: list[Item]
    single: bool
    waited: int | None = None


@api.post(
    "/items",
    summary="Send one item, or up to 500",
    responses={200: Answer, 202: Answer, **documented(409)},
)
@requires("items:write")
def post_items(query: IntakeQuery, header: IntakeHeaders, body: Submission) -> Response:
    """Store items, all or none, and have them judged.

    202: stored, verdicts follow. 200: all verdicts are in the answer.
    """
    house = services()
    rows = take(house, caller().tenant_id, body.items, query.lane)
    waited = _wait(house, rows, _wish(header.prefer, house))
    return answer(house, Intake(rows, body.single, waited))


@api.get(
    "/items/<path:item_id>", summary="Read an item's state and verdict", responses={200: RecordOut, **documented(404)}
)
@requires("items:read")
def get_item(path: ItemPath) -> Response:
    """Return the item with the caller's id; another tenant's is not found."""
    with services().db.read() as session:
        row = store.find(session, caller().tenant_id, path.item_id)
        return _json(store.records(session, [row])[0], 200)


@api.post("/check", summary="Judge at once, store nothing", responses={200: CheckAnswer})
@requires("check")
def check(body: Submission) -> Response:
    """Judge items without storing anything: for previews and tests.

    A single item is answered with its decision alone.
    """
    judgements = services().judge.judge(
        [(item, date_of(item)) for item in body.items], [caller().tenant_id] * len(body.items)
    )
    decisions = [DecisionOut.model_validate(judgement.document) for judgement in judgements]
    return _json(decisions[0] if body.single else Checked(items=decisions), 200)


def take(house: Services, tenant_id: int, items: list[ItemIn], lane: str) -> list[Item]:
    """Store *items* in one transaction and ring once it is committed."""
    with house.db.write() as session:
        accepted = store.accept(session, tenant_id, items, lane, utcnow())
    if accepted.new:
        house.doorbell.moderate(lane)
    return accepted.rows


def answer(house: Services, intake: Intake) -> Response:
    """Answer 200 when every verdict is there, else 202."""
    with house.db.read() as session:
        rows = store.reload(session, [row.id for row in intake.rows]) if intake.waited is not None else intake.rows
        records = store.records(session, rows)
    status = 202 if any(record.state == "pending" for record in records) else 200
    response = _json(records[0] if intake.single else RecordsOut(items=records), status)
    if intake.waited is not None:
        response.headers["Preference-Applied"] = f"wait={intake.waited}"
    return response


def _wish(prefer: str | None, house: Services) -> int:
    match = _WAIT.search(prefer or "")
    return min(int(match[1]), int(house.settings.max_wait)) if match else 0


def _wait(house: Services, rows: list[Item], seconds: int) -> int | None:
    """Wait for verdicts if asked to and if a thread can be spared; return the seconds granted, or None."""
    ids = [row.id for row in rows]
    if not seconds or not house.waiting_room.acquire(blocking=False):
        return None
    try:
        house.arrivals.wait(ids, lambda: not _pending(house, ids), seconds)
    finally:
        house.waiting_room.release()
    return seconds


def _pending(house: Services, ids: list[int]) -> bool:
    with house.db.read() as session:
        return store.pending(session, ids)


def _json(model: BaseModel, status: int) -> Response:
    response = current_app.response_class(model.model_dump_json(), status, content_type="application/json")
    if request.method == "POST" and isinstance(model, RecordOut):
        response.headers["Location"] = f"/v1/items/{quote(model.id)}"
    return response
