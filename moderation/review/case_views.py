"""The queue and its cases: looking at them, and deciding them."""

from typing import Any, Literal, cast

import structlog
from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as BaseResponse

from moderation.access import login
from moderation.audit import trail
from moderation.review import backlog, rulings
from moderation.review.exhibit import excerpt, pieces
from moderation.review.models import CAUSES, OPEN
from moderation.review.rulings import AlreadyHandled, Ruling
from moderation.services import services

log = structlog.get_logger(__name__)

_BARS = 6
_EXCERPT = 140
_CASE = "/cases/<int(max=9223372036854775807):case_id>"


def register(blueprint: Blueprint) -> None:
    """Add the routes."""
    blueprint.add_url_rule("", "queue", queue)
    blueprint.add_url_rule(_CASE, "case", case)
    blueprint.add_url_rule(f"{_CASE}/next", "next_case", next_case)
    blueprint.add_url_rule(f"{_CASE}/decision", "decide", decide, methods=["POST"])
    blueprint.add_url_rule(f"{_CASE}/redrive", "redrive", redrive, methods=["POST"])


def queue() -> str:
    """List open cases, oldest first."""
    cause = _cause()
    with services().db.read() as session:
        page = backlog.page(session, cause, _number(request.args.get("after")))
        counts = backlog.counts(session)
    return render_template(
        "review/queue.html",
        page=page,
        counts=counts,
        cause=cause,
        causes=CAUSES,
        most=backlog.COUNT_LIMIT,
        excerpts={entry.case.id: excerpt(_reading(entry.item.body), _EXCERPT) for entry in page.entries},
    )


def case(case_id: int) -> str:
    """Show one case."""
    with services().db.read() as session:
        return _case_page(session, case_id)


def next_case(case_id: int) -> BaseResponse:
    """Go to the open case after this one: to skip it is to leave it to others."""
    return _onward(case_id, None)


def decide(case_id: int) -> BaseResponse | tuple[str, int]:
    """Store a verdict, unless somebody was there first."""
    action = request.form.get("action", "")
    ruling = Ruling(
        cast(Literal["block", "allow"], action),
        request.form.get(f"{action}_label", ""),
        request.form.get("note", "").strip(),
    )
    house = services()
    try:
        with house.db.write() as session:
            ruled = rulings.decide(session, case_id, _version(), ruling, _actor())
            told = {"item": ruled.item_id, "verdict": ruling.verdict, "label": ruling.label}
            trail.append(session, trail.Event(_account(), "case.decided", f"case:{case_id}", told))
    except AlreadyHandled:
        return _too_late(case_id)
    if ruled.deliveries:
        house.doorbell.deliver()
    house.doorbell.announce([ruled.item_id])
    log.info("case.decided", case=case_id, item=ruled.item_id, actor=_actor(), verdict=ruling.verdict)
    return _onward(case_id, ruling.verdict)


def redrive(case_id: int) -> BaseResponse | tuple[str, int]:
    """Give a quarantined item to the machine once more."""
    house = services()
    try:
        with house.db.write() as session:
            lane = rulings.redrive(session, case_id, _version(), _actor())
            trail.append(session, trail.Event(_account(), "case.redriven", f"case:{case_id}"))
    except AlreadyHandled:
        return _too_late(case_id)
    house.doorbell.moderate(lane)
    log.info("case.redriven", case=case_id, actor=_actor())
    return _onward(case_id, "redrive")


def _case_page(session: Session, case_id: int) -> str:
    file = backlog.open_file(session, case_id)
    body, decision = file.entry.item.body, file.entry.decision
    spans = _spans(decision.document if decision else None)
    return render_template(
        "review/case.html",
        file=file,
        entry=file.entry,
        open=file.entry.case.state == OPEN,
        cause=_cause(),
        title=pieces(body.get("title") or "", spans["title"]),
        text=pieces(body["text"], spans["text"]),
        bars=_bars(decision.document["labels"]) if decision else [],
        blockable=rulings.BLOCKABLE,
        allowable=rulings.ALLOWABLE,
        block_label=rulings.suggested(rulings.BLOCKABLE, decision),
        allow_label=rulings.suggested(rulings.ALLOWABLE, decision),
        most=rulings.MAX_NOTE,
    )


def _too_late(case_id: int) -> tuple[str, int]:
    with services().db.read() as session:
        file = backlog.open_file(session, case_id)
    log.info("case.late", case=case_id, actor=_actor())
    return render_template("review/conflict.html", file=file, entry=file.entry, cause=_cause()), 409


def _onward(case_id: int, done: str | None) -> BaseResponse:
    cause = _cause()
    with services().db.read() as session:
        following = backlog.following(session, cause, case_id)
    if following is None:
        return redirect(url_for("review.queue", cause=cause, done=done), 303)
    return redirect(url_for("review.case", case_id=following, cause=cause, done=done), 303)


def _cause() -> str | None:
    cause = request.values.get("cause") or None
    if cause is not None and cause not in CAUSES:
        raise BadRequest("there is no such cause")
    return cause


def _number(value: str | None) -> int | None:
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise BadRequest("not a number")
    return int(value)


def _version() -> int:
    version = _number(request.form.get("version"))
    if version is None or version >= 2**31:
        raise BadRequest("the form lacks the case's version")
    return version


def _actor() -> int:
    person = login.person()
    assert person is not None  # noqa: S101 - the gate lets nobody else in
    return person.id


def _account() -> str:
    person = login.person()
    assert person is not None  # noqa: S101 - the gate lets nobody else in
    return trail.person(person.name)


def _reading(body: dict[str, Any]) -> str:
    return " ".join(filter(None, [body.get("title"), body["text"] or body.get("landing_url"), *body.get("links", [])]))


def _spans(document: dict[str, Any] | None) -> dict[str, list[tuple[int, int]]]:
    places: dict[str, list[tuple[int, int]]] = {"title": [], "text": []}
    for reason in document["reasons"] if document else []:
        for span in reason["spans"]:
            places[span.get("field", "text")].append((span["start"], span["end"]))
    return places


def _bars(labels: dict[str, float]) -> list[tuple[str, float]]:
    return sorted(labels.items(), key=lambda pair: -pair[1])[:_BARS]
