"""The lender registry's pages about changes: which there are, what one does, and what becomes of it."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import structlog
from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest, Forbidden
from werkzeug.wrappers import Response as BaseResponse

from moderation.access import officers
from moderation.days import today
from moderation.errors import Conflict, SecondPersonNeeded
from moderation.lenders import changes, expiry
from moderation.lenders.models import APPLIED, PROPOSED, RegistryChange
from moderation.lenders.refusals import RegistryDamaged
from moderation.review import registry_changes as ledger
from moderation.review import registry_lender_views, registry_words
from moderation.review import registry_requests as asked
from moderation.review.rulings import MAX_NOTE
from moderation.services import services

log = structlog.get_logger(__name__)

SOON = timedelta(days=60)
_ROOT = "/registry"


def register(blueprint: Blueprint) -> None:
    """Add the routes and the words that their templates use."""
    registry_words.install(blueprint)
    blueprint.add_url_rule(_ROOT, "registry", home)
    blueprint.add_url_rule(f"{_ROOT}/changes/<int(max=9223372036854775807):number>", "registry_change", change)
    blueprint.add_url_rule(f"{_ROOT}/decision", "registry_decide", decide, methods=["POST"])
    registry_lender_views.register(blueprint, _ROOT)


def home() -> str:
    """List changes, those that wait for a second person first, and the licences that expire soon."""
    state, before = asked.one_of("state", ledger.STATES), asked.whole("before")
    overview = state is None and before is None
    with services().db.read() as session:
        states = (state,) if state else [each for each in ledger.STATES if each != PROPOSED]
        page = ledger.page(session, states, before)
        waiting = ledger.page(session, [PROPOSED]) if overview else None
        counts = ledger.counts(session)
        soon = _soon(session) if overview else None
    return render_template(
        "review/registry_home.html",
        page=page,
        waiting=waiting,
        counts=counts,
        state=state,
        states=ledger.STATES,
        overview=overview,
        soon=soon,
        soon_days=SOON.days,
    )


def change(number: int) -> str:
    """Show one change record by record, and what the person who looks may do with it."""
    with services().db.read() as session:
        return _change_page(session, number)


def decide() -> BaseResponse | tuple[str, int]:
    """Approve, reject or undo a change, unless somebody was there first."""
    person = asked.person()
    if person.role not in officers.KEEPERS:
        raise Forbidden
    number, action, note = asked.whole("number"), request.form.get("action", ""), asked.note()
    if number is None or action not in _ACTIONS:
        raise BadRequest("the form lacks the change or what to do with it")
    house = services()
    if len(note) > MAX_NOTE:
        with house.db.read() as session:
            return _change_page(session, number, fault="note"), 422
    try:
        with house.db.write() as session:
            outcome = _ACTIONS[action](session, number, person.name, note)
    except Conflict as refusal:
        return _refused(number, action, refusal)
    log.info("registry.decided", change=number, action=action, actor=person.id, outcome=outcome.id, now=outcome.state)
    return redirect(url_for("review.registry_change", number=outcome.id, done=action), 303)


def _change_page(session: Session, number: int, fault: str | None = None) -> str:
    found = changes.find(session, number)
    records = ledger.records(session, found)
    share, about, alone = asked.one_of("only", ledger.SHARES), request.args.get("about"), asked.whole("record")
    shown = [each for each in records if _wanted(each, share, about, alone)]
    pages = max(1, -(-len(shown) // ledger.RECORDS))
    at = min(max(1, asked.whole("page") or 1), pages)
    return render_template(
        "review/registry_change.html",
        change=found,
        total=len(records),
        shares=ledger.shares(records),
        moved=sum(each.moved for each in records),
        records=shown[(at - 1) * ledger.RECORDS : at * ledger.RECORDS],
        most=ledger.BRIEF if alone is None else ledger.FULL,
        share=share,
        about=about,
        alone=alone,
        page=at,
        pages=pages,
        undoing=changes.undoing(session, number),
        keeper=asked.person().role in officers.KEEPERS,
        most_note=MAX_NOTE,
        fault=fault,
    )


def _wanted(record: ledger.Record, share: str | None, about: str | None, alone: int | None) -> bool:
    if alone is not None:
        return record.position == alone
    if about is not None and record.lender != about:
        return False
    return share is None or (bool(record.reasons) if share == "widening" else record.share == share)


def _approve(session: Session, number: int, by: str, _note: str) -> RegistryChange:
    return changes.approve(session, number, by=by)


def _reject(session: Session, number: int, by: str, note: str) -> RegistryChange:
    return changes.reject(session, number, by=by, note=note)


def _undo(session: Session, number: int, by: str, _note: str) -> RegistryChange:
    return changes.undo(session, number, by=by)


_ACTIONS: Mapping[str, Callable[[Session, int, str, str], RegistryChange]] = {
    "approve": _approve,
    "reject": _reject,
    "undo": _undo,
}


def _refused(number: int, action: str, refusal: Conflict) -> tuple[str, int]:
    with services().db.read() as session:
        found = changes.find(session, number)
        undoing = changes.undoing(session, number)
        moved = sorted(ledger.moved_keys(session, found))
    why = _why(action, found, refusal, undoing)
    log.info("registry.refused", change=number, action=action, actor=asked.person().id, why=why)
    page = render_template(
        "review/registry_conflict.html", change=found, why=why, undoing=undoing, moved=moved, action=action
    )
    return page, 409


def _why(action: str, found: RegistryChange, refusal: Conflict, undoing: RegistryChange | None) -> str:
    if isinstance(refusal, SecondPersonNeeded):
        return "second_person"
    if action != "undo":
        return "moved" if found.state == PROPOSED else "decided"
    if found.state != APPLIED:
        return "not_live"
    return "undone" if undoing else "moved"


def _soon(session: Session) -> list[expiry.Ending] | None:
    """Return what stops to hold soon, licences first; None where the registry's rows cannot be trusted."""
    day = today()
    try:
        facts = services().registry.get(session).facts
    except RegistryDamaged:
        log.exception("registry.damaged")
        return None
    return sorted(expiry.ending(facts, day, day + SOON), key=lambda each: each.what != "licence")
