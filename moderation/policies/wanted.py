"""Which document a word of the command line means: a file, or one that the database holds."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy.orm import Session

from moderation.db import opened
from moderation.policies import portrait, store
from moderation.policy.config import Policy, PolicyError
from moderation.settings import Settings

_STORED = re.compile(r"[0-9a-f]{16}|live|shadow|default")

TENANT = click.option("--tenant", default="default", show_default=True, help="Whose policies.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A document's text, and where it is from."""

    name: str
    source: str

    def policy(self) -> Policy:
        """Return the policy; if the text makes no sense, tell each fault with its place and exit with 2."""
        try:
            return Policy.parse(self.source, self.name)
        except PolicyError as error:
            for fault in error.faults:
                key = f"{fault.key}: " if fault.key else ""
                click.echo(f"{self.name}:{fault.line}:{fault.column}: {key}{fault.message}", err=True)
            sys.exit(2)


@contextmanager
def asked(tenant: str) -> Iterator[tuple[Session, int]]:
    """A transaction for reading, and the tenant's id."""
    with opened(Settings()) as db, db.read() as session:
        yield session, store.tenant_id(session, tenant)


def is_stored(word: str) -> bool:
    """Tell whether *word* names a document in the database: a digest, ``live``, ``shadow`` or ``default``."""
    return _STORED.fullmatch(word) is not None


def find(word: str, tenant: str) -> Wanted:
    """Return the document that *word* names; the database is opened only if it has to be.

    Raises:
        NotFound: there is no such tenant, or it has no such document.
        PolicyError: the file can't be read.
    """
    if word == portrait.DEFAULT:
        return Wanted(word, portrait.shipped_source())
    if not is_stored(word):
        return read(Path(word))
    with asked(tenant) as (session, owner):
        return Wanted(word, portrait.source_of(session, owner, word))


def read(path: Path) -> Wanted:
    """Return the document in the file at *path*.

    Raises:
        PolicyError: it can't be read.
    """
    try:
        return Wanted(str(path), path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PolicyError(f"{path} cannot be read: {error.strerror} (a digest has 16 hex digits)") from error
    except UnicodeDecodeError as error:
        raise PolicyError(f"{path} cannot be read: it is not UTF-8") from error


def checked(path: Path) -> Wanted:
    """Return the document in the file at *path*; if it makes no sense, tell its faults and exit with 2.

    Raises:
        PolicyError: it can't be read.
    """
    document = read(path)
    document.policy()
    return document
