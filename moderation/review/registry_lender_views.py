"""The lender registry's pages about lenders: finding one, and all that is known of it."""

from flask import Blueprint, render_template, request

from moderation.decisions import dependents
from moderation.errors import NotFound
from moderation.lenders import store
from moderation.review import registry_changes as ledger
from moderation.review import registry_portraits as portraits
from moderation.review import registry_requests as asked
from moderation.services import services

PAGE = 25
VERDICTS = 20
HISTORY = 20


def register(blueprint: Blueprint, root: str) -> None:
    """Add the routes below *root*."""
    blueprint.add_url_rule(f"{root}/lenders", "registry_lenders", lenders)
    blueprint.add_url_rule(f"{root}/lenders/<path:legal_name>", "registry_lender", lender)
    blueprint.add_url_rule(f"{root}/lender", "registry_lender_called", lender_called)


def lenders() -> str:
    """Find lenders by a part of any of their names."""
    name, day, start = asked.name("name"), asked.day(), asked.whole("from") or 0
    with services().db.read() as session:
        registry = services().registry.get(session)
    total, hits = portraits.found(registry.facts, name, day, start, PAGE)
    return render_template(
        "review/registry_lenders.html",
        name=name,
        day=day,
        at=request.args.get("at") or None,
        hits=hits,
        total=total,
        start=start,
        size=PAGE,
        version=registry.version,
    )


def lender(legal_name: str) -> str:
    """Show all that is known of one lender, what was changed, and which verdicts hang on it."""
    day = asked.day()
    with services().db.read() as session:
        facts = services().registry.get(session).facts
        there = any(each.legal_name == legal_name for each in facts.lenders)
        history = ledger.concerning(session, legal_name, HISTORY)
        if not there and not history:
            raise NotFound("there is no such lender")
        return render_template(
            "review/registry_lender.html",
            name=legal_name,
            day=day,
            at=request.args.get("at") or None,
            portrait=portraits.drawn(store.about(session, legal_name), day) if there else None,
            history=history,
            verdicts=dependents.count(session, legal_name),
            newest=dependents.newest(session, legal_name, VERDICTS),
        )


def lender_called() -> str:
    """Show the lender whose name no path can carry."""
    return lender(asked.name("name"))
