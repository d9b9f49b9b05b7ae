"""``daidun lenders``: asking the registry, and changing it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import click

from moderation.console import table
from moderation.days import today
from moderation.db import opened
from moderation.decisions import dependents
from moderation.decisions.judge import CurrentJudge
from moderation.decisions.recheck import recheck
from moderation.errors import NotFound
from moderation.lenders import expiry, loading, portrait, report, store, timeline
from moderation.lenders.changes_cli import COMMANDS
from moderation.lenders.loading import load_registry
from moderation.lenders.standing import Publisher
from moderation.settings import Settings

_INSTANT = click.DateTime(["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"])
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group("lenders")
def group() -> None:
    """The registry of licensed lenders."""


@group.command("list")
@click.option("--type", "licence_type", default="", help="Only licence types that hold this text.")
@click.option("--at", "day", type=_DAY, help="Day that status is given for; today unless given.")
def list_(licence_type: str, day: datetime | None) -> None:
    """List all lenders: status, confidence, licence type, province, legal name; tab-separated when piped."""
    with opened(Settings()) as db, db.read() as session:
        lenders = store.facts(session).lenders
    table(
        ("status", "confidence", "licence type", "province", "legal name"),
        [
            (timeline.at(each.statuses, _day(day)), each.confidence, each.licence_type, each.province, each.legal_name)
            for each in lenders
            if licence_type in each.licence_type
        ],
    )


@group.command()
@click.argument("name")
@click.option("--at", "day", type=_DAY, help="Day that status is given for; today unless given.")
@click.option("--known-at", type=_INSTANT, help="As the registry was at this instant, in UTC; now unless given.")
def show(name: str, day: datetime | None, known_at: datetime | None) -> None:
    """Show all that is known of the lenders called NAME: a legal name, a former name, an alias or a brand."""
    instant = known_at.replace(tzinfo=UTC) if known_at else None
    with opened(Settings()) as db, db.read() as session:
        called = [
            lender
            for lender in store.facts(session, instant).lenders
            if name == lender.legal_name or any(known.text == name for known in lender.names)
        ]
        if not called:
            raise NotFound(f"no lender is called {name}")
        for lender in called:
            report.lender(portrait.draw(store.about(session, lender.legal_name, instant), _day(day)))


@group.command()
@click.option("--within", default=60, show_default=True, type=click.IntRange(0), help="Days from today.")
def expiring(within: int) -> None:
    """List what stops to hold soon: licences, names, domains, contacts, partnerships."""
    day = today()
    with opened(Settings()) as db, db.read() as session:
        found = expiry.ending(store.facts(session), day, day + timedelta(days=within))
    table(("last day", "what", "lender"), [(each.last_day.isoformat(), each.what, each.lender) for each in found])


@group.command()
@click.argument("text")
def match(text: str) -> None:
    """Print the names that TEXT mentions, with their places; then what is almost a name, if anything is."""
    with opened(Settings()) as db, db.read() as session:
        registry = load_registry(session)
    found, almost = registry.mentions(text), registry.near_misses(text)
    table(
        ("start", "end", "name", "kind", "confidence", "entity"),
        [(str(m.start), str(m.end), m.name, m.kind, m.confidence, m.entity) for m in found],
    )
    if almost:
        click.echo("\nnot names, only like them:")
        table(
            ("start", "end", "written", "resembles", "by", "entity"),
            [(str(s.start), str(s.end), s.written, s.resembles, s.kind, s.entity) for s in almost],
        )


@group.command()
@click.option("--name", help="The publisher's name.")
@click.option("--domain", help="The publisher's domain.")
@click.option("--licence-no", help="The licence number that the publisher declares.")
@click.option("--verified", is_flag=True, help="The platform verified this identity.")
@click.option("--text", default="", help="The item's text.")
@click.option("--link", "links", multiple=True, help="A link of the item; may be given several times.")
@click.option("--at", "day", type=_DAY, help="Day of publication; today unless given.")
@click.option("--known-at", type=_INSTANT, help="As the registry was at this instant, in UTC; now unless given.")
def standing(
    text: str, links: tuple[str, ...], day: datetime | None, known_at: datetime | None, **publisher: Any
) -> None:
    """Say how a publisher stands on a day, and what in its item looks made to be taken for a lender's."""
    with opened(Settings()) as db, db.read() as session:
        registry = load_registry(session, known_at.replace(tzinfo=UTC) if known_at else None)
    at = _day(day)
    found = loading.standing(Publisher(**publisher), at, registry=registry, text=text, links=links)
    report.finding(found, at)
    for each in found.suspicions:
        click.echo(f"  suspicion: {each.written} resembles {each.resembles} of {each.entity} (by {each.kind})")


@group.command()
@click.argument("legal_name")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1))
@click.option("--again", is_flag=True, help="Judge them again, store nothing, and list those that would differ.")
def verdicts(legal_name: str, limit: int, again: bool) -> None:
    """List the standing verdicts on items whose publisher is, or which claim, the lender LEGAL_NAME."""
    if again:
        _rechecked(legal_name, limit)
        return
    with opened(Settings()) as db, db.read() as session:
        counted = dependents.count(session, legal_name)
        newest = dependents.newest(session, legal_name, limit)
    click.echo(", ".join(f"{number} {verdict}" for verdict, number in sorted(counted.items())) or "none", err=True)
    table(
        ("decided", "tenant", "item", "verdict", "label", "by", "registry"),
        [
            (f"{e.decided_at:%Y-%m-%d %H:%M}", e.tenant, e.item, e.verdict, e.label, e.source, e.registry_version)
            for e in newest
        ],
    )


def _rechecked(legal_name: str, limit: int) -> None:
    settings = Settings()
    with opened(settings) as db:
        judge = CurrentJudge(db, settings).judge()
        with db.read() as session:
            all_ = list(recheck(session, judge, legal_name))
    different = [each for each in all_ if each.before != each.after]
    click.echo(f"{len(all_)} machine verdicts judged again, {len(different)} would differ", err=True)
    table(
        ("tenant", "item", "verdict", "label", "would be", "label"),
        [(each.tenant, each.item, *each.before, *each.after) for each in different[:limit]],
    )


for command in COMMANDS:
    group.add_command(command)


def _day(given: datetime | None) -> date:
    return given.date() if given else today()
