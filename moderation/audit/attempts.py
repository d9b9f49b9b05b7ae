"""Failed logins in the audit log: kept, but so that they cannot be used against it.

Each account has a quota a minute, and all names that are no account's share one: whoever guesses at random drowns
nothing but such guesses. What goes beyond is counted, and the next event of that quota tells how many there were.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from weakref import WeakKeyDictionary

from sqlalchemy import text
from sqlalchemy.orm import Session

from moderation.audit import trail
from moderation.audit.event import SYSTEM, Event
from moderation.db import Database

PER_MINUTE = 20
"""Events a minute of each quota in one process."""


class Why(StrEnum):
    """What was wrong. People who log in are not told which."""

    UNKNOWN = "unknown"
    PASSWORD = "password"  # noqa: S105 - a code
    DISABLED = "disabled"


@dataclass(slots=True)
class _Window:
    begun: float
    used: int = 0
    missed: int = 0


class Quotas:
    """Counts attempts by account, for one process; safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._lock = threading.Lock()
        self._windows: dict[str, _Window] = {}

    def take(self, account: str) -> int | None:
        """Return how many attempts went unrecorded before this one; None if this one does, too."""
        now = self._clock()
        with self._lock:
            window = self._windows.setdefault(account, _Window(now))
            if now - window.begun >= 60:
                window.begun, window.used = now, 0
            if window.used >= PER_MINUTE:
                window.missed += 1
                return None
            window.used += 1
            missed, window.missed = window.missed, 0
            return missed

    def give_back(self, account: str, missed: int) -> None:
        """Count as unrecorded what ``take`` let through but could not be written."""
        with self._lock:
            self._windows[account].missed += missed + 1


_quotas: WeakKeyDictionary[Database, Quotas] = WeakKeyDictionary()


def failed(db: Database, typed: str, account: str | None, why: Why) -> None:
    """Record that a login as *typed* failed; *account* is whose name that is, None if nobody's.

    What was typed is not stored if it is nobody's name: people type passwords into the wrong field.
    """
    quotas = _quotas.setdefault(db, Quotas())
    quota = account or ""
    missed = quotas.take(quota)
    if missed is None:
        return
    written = False
    try:
        with db.write() as session:
            _yield_to_others(session)
            head = trail.lock(session)
            subject = f"unknown:{head.pseudonym(typed)}" if account is None else f"user:{account}"
            details = {"why": str(why)} | ({"unrecorded": missed} if missed else {})
            trail.follow(session, head, Event(SYSTEM, "login.failed", subject, details))
        written = True
    finally:
        if not written:
            quotas.give_back(quota, missed)


def _yield_to_others(session: Session) -> None:
    # The head is let go without waiting for the disk. Whatever is committed after this one takes it along, so that
    # a crash can lose the newest failed logins, but nothing out of the middle of the chain.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL synchronous_commit = off"))
        session.execute(text("SET LOCAL lock_timeout = '5s'"))
