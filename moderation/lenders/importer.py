"""Files into changes: what a file would change, and the change that proposes it."""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from sqlalchemy.orm import Session

from moderation.days import today
from moderation.errors import Conflict
from moderation.lenders import changes, ledgers, sheets, store
from moderation.lenders import difference as differences
from moderation.lenders.difference import Difference
from moderation.lenders.kinds import Kind
from moderation.lenders.layouts import OURS, Layout
from moderation.lenders.models import RegistryChange
from moderation.lenders.refusals import FileRefused

SHIPPED: tuple[tuple[Kind, str], ...] = (
    ("lenders", "licensed_lenders.csv"),
    ("operators", "platform_operators.csv"),
    ("brands", "brand_claims_unverified.csv"),
)
_SHIPPER = "shipped with Daidun"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to import. Without ``kind`` its columns tell what it holds."""

    data: bytes
    name: str
    kind: Kind | None = None
    layout: Layout = OURS

    @classmethod
    def read(cls, path: Path, kind: Kind | None = None, layout: Layout = OURS) -> "Upload":
        """Read the file at *path*.

        Raises:
            OSError: it cannot be read.
        """
        return cls(path.read_bytes(), path.name, kind, layout)


def compare_file(session: Session, upload: Upload) -> Difference:
    """Return what a file would change; nothing is written.

    Raises:
        FileRefused: with everything that is wrong with the file.
    """
    return compare(session, sheets.read(upload.data, upload.name, upload.kind, upload.layout))


def compare(session: Session, reading: sheets.Reading) -> Difference:
    """Return what a file that was read would change.

    Raises:
        FileRefused: a row contradicts itself or names a lender that isn't there.
    """
    kind = reading.sheet.kind
    stored = store.current(session, kind)
    lenders = stored if kind == "lenders" else store.keys(session, "lenders")
    if faults := ledgers.faults(kind, reading.records, lenders):
        raise FileRefused(reading.file_name, faults)
    day = today()
    wanted = {
        record.key: ledgers.settled(kind, record.fields, stored.get(record.key, {}), day) for record in reading.records
    }
    return differences.of(reading, stored, wanted)


def propose_file(
    session: Session, upload: Upload, *, by: str, note: str = "", expected: Difference | None = None
) -> RegistryChange | None:
    """Propose what a file changes; a change that widens nothing goes live at once. None: nothing would change.

    Raises:
        FileRefused: with everything that is wrong with the file; nothing was written.
        Conflict: *expected* was shown to somebody, and by now the file would change something else.
    """
    store.lock(session)
    found = compare_file(session, upload)
    if expected is not None and expected != found:
        raise Conflict("the registry was changed since the difference was shown; look at it again")
    return None if found.empty else changes.propose(session, found, by=by, note=note)


def seed(session: Session) -> list[RegistryChange]:
    """Enter the shipped files, which were reviewed before they were shipped. See ``seed/README.md``."""
    return [
        changes.admit(session, found, by=_SHIPPER)
        for kind, name in SHIPPED
        if not (found := compare_file(session, Upload(shipped_file(name), name, kind))).empty
    ]


def shipped_file(name: str) -> bytes:
    """Return the content of a shipped file."""
    return (files("moderation.lenders") / "seed" / name).read_bytes()
