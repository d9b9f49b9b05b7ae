"""``daidun audit``: check the log, and read it."""

import json
import re
import sys
from datetime import UTC, datetime

import click
from sqlalchemy import or_, select

from moderation.audit.models import AuditEvent
from moderation.audit.verify import verify
from moderation.db import opened
from moderation.settings import Settings


@click.group("audit")
def group() -> None:
    """The audit log: who did what, in a chain of hashes that shows whether anything was changed."""


@group.command("verify")
@click.option("--expect", metavar="HASH", help="A head noted earlier, elsewhere: it must be in the chain.")
def verify_log(expect: str | None) -> None:
    """Check every event against the chain; print how many there are and the head, to be noted elsewhere.

    Exit code 1 if something does not fit: the first such event and what is wrong with it are told.
    """
    if expect is not None and not re.fullmatch(r"[0-9a-f]{64}", expect):
        raise click.UsageError("--expect needs the 64 hex digits that `daidun audit verify` printed")
    with opened(Settings()) as db:
        report = verify(db, expect)
    if report.finding is None:
        click.echo(f"{report.count} events, head {report.hash}")
        return
    click.echo(f"{report.finding.fault}: {report.finding.told}", err=True)
    click.echo(f"{report.count} events before that fit, the last has the hash {report.hash}", err=True)
    sys.exit(1)


@group.command()
@click.option("--actor", help="An account, key:ID, or system.")
@click.option("--action", help="An action, such as case.decided, or the first part of some, such as case.")
@click.option("--subject", help="What it was done to, such as case:12.")
@click.option("--since", type=click.DateTime(), help="Only events from this instant (UTC) on.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1), help="The newest so many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def show(
    actor: str | None, action: str | None, subject: str | None, since: datetime | None, limit: int, as_json: bool
) -> None:
    """List events, newest first. It does not check them: `daidun audit verify` does."""
    query = select(AuditEvent).order_by(AuditEvent.id.desc()).limit(limit)
    if actor is not None:
        query = query.where(AuditEvent.actor == actor)
    if action is not None:
        family = AuditEvent.action.startswith(f"{action}.", autoescape=True)
        query = query.where(or_(AuditEvent.action == action, family))
    if subject is not None:
        query = query.where(AuditEvent.subject == subject)
    if since is not None:
        query = query.where(AuditEvent.at >= since.replace(tzinfo=UTC))
    with opened(Settings()) as db, db.read() as session:
        for event in session.scalars(query):
            click.echo(_as_json(event) if as_json else _line(event))


def _as_json(event: AuditEvent) -> str:
    row = {column.name: getattr(event, column.name) for column in AuditEvent.__table__.columns}
    return json.dumps(row | {"at": event.at.isoformat()}, ensure_ascii=False)


def _line(event: AuditEvent) -> str:
    details = json.dumps(event.details, ensure_ascii=False, sort_keys=True) if event.details else ""
    cells = (str(event.id), f"{event.at:%Y-%m-%d %H:%M:%S}Z", event.actor, event.action, event.subject, details)
    # Rows may have been tampered with: what they hold must not steer the terminal.
    return "\t".join("".join(c if c.isprintable() else "�" for c in cell) for cell in cells).rstrip("\t")
