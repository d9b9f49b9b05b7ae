"""``daidun lenders``: importing into the registry, and asking it."""

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import get_args

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from moderation.db import Database, open_database, utcnow
from moderation.errors import NotFound
from moderation.lenders import importer, report
from moderation.lenders.difference import Difference
from moderation.lenders.models import LenderEntity, LenderName
from moderation.lenders.refusals import FileRefused
from moderation.lenders.registry import load_registry
from moderation.lenders.sheets import Kind
from moderation.lenders.standing import Publisher
from moderation.settings import Settings

_DAY = click.DateTime(["%Y-%m-%d"])


@contextmanager
def _database() -> Iterator[Database]:
    db = open_database(Settings())
    try:
        yield db
    finally:
        db.close()


@click.group("lenders")
def group() -> None:
    """The registry of licensed lenders."""


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", type=click.Choice(get_args(Kind)), help="What the file holds; its columns tell, unless given.")
@click.option("--dry-run", is_flag=True, help="Show the difference and stop.")
@click.option("--by", default=None, help="Who imports; kept in the history. Your user name unless given.")
@click.option("--yes", is_flag=True, help="Do not ask before writing.")
def import_(file: Path, kind: Kind | None, dry_run: bool, by: str | None, yes: bool) -> None:
    """Show what FILE would change, then write it: all of it, or nothing if a row is wrong.

    Rows that FILE does not have are reported and stay. The same file again changes nothing.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise click.UsageError(f"{file} cannot be read: {error.strerror}") from error
    with _database() as db:
        found = _shown(db, data, file.name, kind)
        if dry_run or found.empty:
            return
        if not yes:
            click.confirm("write this?", abort=True, err=True)
        with db.write() as session:
            importer.import_bytes(session, data, file.name, kind, by or getpass.getuser(), expected=found)
    click.echo("written")


@group.command("list")
@click.option("--type", "licence_type", default="", help="Only licence types that hold this text.")
def list_(licence_type: str) -> None:
    """List all lenders: status today, confidence, licence type, province, legal name; tab-separated when piped."""
    query = select(LenderEntity).where(LenderEntity.licence_type.contains(licence_type, autoescape=True))
    with _database() as db, db.read() as session:
        rows = session.scalars(query.order_by(LenderEntity.id)).all()
        report.table(
            ("status", "confidence", "licence type", "province", "legal name"),
            [(row.status, row.confidence, row.licence_type, row.province, row.legal_name) for row in rows],
        )


@group.command()
@click.argument("name")
def show(name: str) -> None:
    """Show all that is known of the lenders called NAME: a legal name, a former name, an alias or a brand."""
    with _database() as db, db.read() as session:
        rows = _called(session, name)
        if not rows:
            raise NotFound(f"no lender is called {name}")
        for row in rows:
            report.entity(row)


@group.command()
@click.argument("text")
def match(text: str) -> None:
    """Print the names that TEXT mentions, with their places."""
    with _database() as db, db.read() as session:
        found = load_registry(session).mentions(text)
    report.table(
        ("start", "end", "name", "kind", "confidence", "entity"),
        [(str(m.start), str(m.end), m.name, m.kind, m.confidence, m.entity) for m in found],
    )


@group.command()
@click.option("--name", help="The publisher's name.")
@click.option("--domain", help="The publisher's domain.")
@click.option("--licence-no", help="The licence number that the publisher declares.")
@click.option("--verified", is_flag=True, help="The platform verified this identity.")
@click.option("--text", default="", help="The item's text.")
@click.option("--link", "links", multiple=True, help="A link of the item; may be given several times.")
@click.option("--at", "day", type=_DAY, help="Day of publication; today unless given.")
def standing(
    name: str | None,
    domain: str | None,
    licence_no: str | None,
    verified: bool,
    text: str,
    links: tuple[str, ...],
    day: datetime | None,
) -> None:
    """Say how a publisher stands on a day."""
    publisher = Publisher(name=name, licence_no=licence_no, domain=domain, verified=verified)
    at: date = day.date() if day else utcnow().date()
    with _database() as db, db.read() as session:
        registry = load_registry(session)
    report.finding(registry.standing(publisher, mentions=registry.mentions(text), links=links, at=at), at)


@group.command()
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1))
def history(limit: int) -> None:
    """List the imports that changed something, newest first."""
    with _database() as db, db.read() as session:
        report.table(
            ("when", "by", "kind", "added", "changed", "missing", "file"),
            [
                (
                    f"{row.imported_at:%Y-%m-%d %H:%M}",
                    row.imported_by,
                    row.kind,
                    *map(str, (row.rows_added, row.rows_changed, row.rows_missing)),
                    row.file_name,
                )
                for row in importer.history(session, limit)
            ],
        )


def _shown(db: Database, data: bytes, file_name: str, kind: Kind | None) -> Difference:
    try:
        with db.read() as session:
            found = importer.import_bytes(session, data, file_name, kind, dry_run=True)
    except FileRefused as refused:
        for fault in refused.faults:
            click.echo(f"{refused.file_name}: {fault}", err=True)
        click.echo(f"daidun: {refused}", err=True)
        sys.exit(2)
    report.difference(found)
    return found


def _called(session: Session, name: str) -> list[LenderEntity]:
    holders = select(LenderName.entity_id).where(LenderName.name == name)
    query = select(LenderEntity).where((LenderEntity.legal_name == name) | LenderEntity.id.in_(holders))
    return list(session.scalars(query.order_by(LenderEntity.id)))
