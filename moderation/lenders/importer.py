"""Importing files into the registry: look first, then write all of it in one transaction, with its history."""

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from moderation.db import utcnow
from moderation.errors import Conflict
from moderation.lenders import difference as differences
from moderation.lenders import sheets
from moderation.lenders.difference import Difference
from moderation.lenders.facts import Facts, read_facts
from moderation.lenders.ledgers import ledger
from moderation.lenders.models import RegistryImport, RegistryState
from moderation.lenders.refusals import FileRefused
from moderation.lenders.sheets import Kind

SHIPPED: tuple[tuple[Kind, str], ...] = (
    ("lenders", "licensed_lenders.csv"),
    ("operators", "platform_operators.csv"),
    ("brands", "brand_claims_unverified.csv"),
)


def import_file(
    session: Session,
    path: Path,
    kind: Kind | None = None,
    by: str = "unknown",
    dry_run: bool = False,
) -> Difference:
    """Import a CSV file, or with *dry_run* only tell what it would change. The caller commits.

    Raises:
        FileRefused: a row is wrong; nothing was written.
        OSError: the file cannot be read.
    """
    return import_bytes(session, path.read_bytes(), path.name, kind, by, dry_run=dry_run)


def import_bytes(
    session: Session,
    data: bytes,
    file_name: str,
    kind: Kind | None = None,
    by: str = "unknown",
    *,
    dry_run: bool = False,
    expected: Difference | None = None,
) -> Difference:
    """Import a file's content, as ``import_file`` does.

    Raises:
        Conflict: *expected* was shown to somebody, and by now the file would change something else.
    """
    if not dry_run:
        # Two imports at once must not both compare with the same state.
        session.scalar(select(RegistryState).with_for_update())
    reading = sheets.read(data, file_name, kind)
    book = ledger(session, reading.sheet.kind, utcnow().date())
    if faults := book.faults(reading.records):
        raise FileRefused(file_name, faults)
    stored = book.stored()
    wanted = {record.key: book.settled(record.fields, stored.get(record.key, {})) for record in reading.records}
    added, changed, missing = differences.compare(stored, wanted)
    found = Difference(
        kind=reading.sheet.kind,
        file_name=file_name,
        sha256=differences.sha256(data),
        added=tuple(added),
        changed=tuple(changed),
        unchanged=len(wanted) - len(added) - len(changed),
        missing=tuple(missing),
        warnings=reading.warnings,
    )
    if expected is not None and expected != found:
        raise Conflict("the registry was changed since the difference was shown; look at it again")
    if not dry_run and not found.empty:
        for key in [*added, *(change.key for change in changed)]:
            book.put(key, {**stored.get(key, {}), **wanted[key]})
        _record(session, found, by)
    return found


def seed(session: Session, by: str = "shipped with Daidun") -> list[Difference]:
    """Import the shipped files. See ``seed/README.md`` for what they are worth."""
    folder = files("moderation.lenders") / "seed"
    return [import_bytes(session, (folder / name).read_bytes(), name, kind, by) for kind, name in SHIPPED]


def history(session: Session, limit: int = 50) -> Sequence[RegistryImport]:
    """Return the imports that changed something, newest first."""
    return session.scalars(select(RegistryImport).order_by(RegistryImport.id.desc()).limit(limit)).all()


def facts_hash(session: Session) -> str:
    """Return the hash of the facts as the last import left them."""
    return session.scalar(select(RegistryState.facts)) or Facts().fingerprint


def _record(session: Session, found: Difference, by: str) -> None:
    session.flush()
    facts = read_facts(session).fingerprint
    session.add(
        RegistryImport(
            kind=found.kind,
            file_name=found.file_name[:255],
            sha256=found.sha256,
            rows_added=len(found.added),
            rows_changed=len(found.changed),
            rows_missing=len(found.missing),
            difference=found.as_json(),
            facts=facts,
            imported_by=by[:100],
        )
    )
    state = session.get(RegistryState, 1)
    if state is None:
        session.add(RegistryState(id=1, facts=facts, counter=1))
    else:
        state.facts, state.counter, state.changed_at = facts, state.counter + 1, utcnow()
    session.flush()
