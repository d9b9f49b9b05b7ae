"""``daidun lenders import`` and what becomes of it: changes to look at, approve, reject, undo."""

import sys
from pathlib import Path
from typing import Any, get_args

import click

from moderation.access import officers
from moderation.db import Database, opened
from moderation.lenders import changes, importer, report
from moderation.lenders.difference import Difference
from moderation.lenders.kinds import Kind
from moderation.lenders.layouts import OURS, Layout, load_layout
from moderation.lenders.models import APPLIED, PROPOSED, REJECTED, RegistryChange
from moderation.lenders.refusals import FileRefused
from moderation.settings import Settings


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", type=click.Choice(get_args(Kind)), help="What the file holds; its columns tell, unless given.")
@click.option(
    "--layout",
    "layout_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML that says which column is which; see docs/lenders.md.",
)
@click.option("--set", "constants", multiple=True, metavar="COLUMN=VALUE", help="What holds for all rows; repeat.")
@click.option("--dry-run", is_flag=True, help="Show the difference and stop; needs no account.")
@click.option("--note", default="", help="Why; kept with the change.")
@click.option("--yes", is_flag=True, help="Do not ask before writing.")
@click.option("--as", "name", envvar="REGISTRY_USER", help="Your account; asked for unless given.")
@click.option("--password", envvar="REGISTRY_PASSWORD", help="Asked for unless given.")
def import_(
    file: Path,
    kind: Kind | None,
    layout_file: Path | None,
    constants: tuple[str, ...],
    dry_run: bool,
    note: str,
    **options: Any,
) -> None:
    """Show what FILE (CSV or XLSX) would change, then propose it: all of it, or nothing if a row is wrong.

    Rows that FILE does not have are reported and stay. The same file again changes nothing. A change that could turn
    a block into an allow waits for somebody else's approval; every other one is live at once.
    """
    try:
        upload = importer.Upload.read(file, kind, _layout(layout_file, constants))
    except OSError as error:
        raise click.UsageError(f"{file} cannot be read: {error.strerror}") from error
    with opened(Settings()) as db:
        found = _shown(db, upload)
        if dry_run or found.empty:
            return
        by = officers.known(db, *_account(options["name"], options["password"]))
        if not options["yes"]:
            click.confirm("propose this?", abort=True, err=True)
        with db.write() as session:
            change = importer.propose_file(session, upload, by=by, note=note, expected=found)
    if change is not None:
        _tell(change)


@click.command("changes")
@click.option("--state", type=click.Choice([PROPOSED, APPLIED, REJECTED]), help="Only changes in this state.")
@click.option("--about", "key", help="Only changes that touched this lender (legal name) or record.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1))
def list_changes(state: str | None, key: str | None, limit: int) -> None:
    """List changes of the registry, newest first; those that wait for approval are ``proposed``."""
    with opened(Settings()) as db, db.read() as session:
        found = changes.about(session, key, limit) if key else changes.history(session, limit, state)
        report.changes([each for each in found if state in {None, each.state}])


@click.command("change")
@click.argument("number", type=int)
def show_change(number: int) -> None:
    """Show change NUMBER, field by field, and why it needs a second person, if it does."""
    with opened(Settings()) as db, db.read() as session:
        report.change(changes.find(session, number))


@click.command("approve")
@click.argument("number", type=int)
@officers.signed
def approve(number: int, name: str, password: str) -> None:
    """Let change NUMBER in. Who proposed it can't."""
    with opened(Settings()) as db:
        by = officers.known(db, name, password)
        with db.write() as session:
            _tell(changes.approve(session, number, by=by))


@click.command("reject")
@click.argument("number", type=int)
@click.option("--note", default="", help="Why; kept with the change.")
@officers.signed
def reject(number: int, note: str, name: str, password: str) -> None:
    """Turn change NUMBER down."""
    with opened(Settings()) as db:
        by = officers.known(db, name, password)
        with db.write() as session:
            changes.reject(session, number, by=by, note=note)
    click.echo(f"change {number} is rejected")


@click.command("undo")
@click.argument("number", type=int)
@officers.signed
def undo(number: int, name: str, password: str) -> None:
    """Propose the opposite of change NUMBER; live at once unless it could turn a block into an allow."""
    with opened(Settings()) as db:
        by = officers.known(db, name, password)
        with db.write() as session:
            _tell(changes.undo(session, number, by=by))


COMMANDS: tuple[click.Command, ...] = (import_, list_changes, show_change, approve, reject, undo)


def _layout(path: Path | None, constants: tuple[str, ...]) -> Layout:
    pairs = [pair.partition("=") for pair in constants]
    if any(not sign or not column for column, sign, _ in pairs):
        raise click.UsageError("--set needs COLUMN=VALUE")
    return (load_layout(path) if path else OURS).with_constants({column: value for column, _, value in pairs})


def _account(name: str | None, password: str | None) -> tuple[str, str]:
    return (
        name or click.prompt("account", err=True),
        password or click.prompt("password", hide_input=True, err=True),
    )


def _tell(change: RegistryChange) -> None:
    if change.state == APPLIED:
        click.echo(f"change {change.id} is live")
    else:
        click.echo(
            f"change {change.id} waits for somebody else: it could turn a block into an allow.\n"
            f"  daidun lenders change {change.id}     shows it\n"
            f"  daidun lenders approve {change.id}    lets it in"
        )


def _shown(db: Database, upload: importer.Upload) -> Difference:
    try:
        with db.read() as session:
            found = importer.compare_file(session, upload)
    except FileRefused as refused:
        for fault in refused.faults:
            click.echo(f"{refused.file_name}: {fault}", err=True)
        click.echo(f"daidun: {refused}", err=True)
        sys.exit(2)
    report.difference(found)
    return found
