"""People's accounts: names, roles and passwords (Argon2id).

Hashing takes tens of milliseconds, so functions that hash what somebody typed take the database and do it
between transactions; SQLite has one write lock. Every password is NFKC-normalised: what an input method
composes differently on another machine is the same password.
"""

import secrets
import unicodedata
from enum import StrEnum

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from moderation.access.models import User
from moderation.audit import attempts, trail
from moderation.audit.attempts import Why
from moderation.audit.trail import SYSTEM, Event
from moderation.db import Database, utcnow
from moderation.errors import Conflict, Invalid, NotFound

log = structlog.get_logger(__name__)

ROLES = ("viewer", "moderator", "lead", "admin", "investigator", "auditor")
DECIDERS = frozenset({"moderator", "lead", "admin"})
"""Roles whose word is a verdict."""
MIN_LENGTH = 12
MAX_LENGTH = 256

# OWASP's second choice of equal strength (19 MiB, 2 passes, 1 lane): eight threads that log in at once stay small.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))
# Without i, l, o, 0 and 1, which are mistaken for each other when read from a screen.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class Flaw(StrEnum):
    """Why a new password is refused."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    SAME = "same"


class PasswordRefused(Invalid):
    """The new password breaks a rule; ``flaw`` says which."""

    def __init__(self, flaw: Flaw):
        super().__init__(f"the new password is refused: {flaw}")
        self.flaw = flaw


class WrongPassword(Invalid):
    """The current password is not that."""


def create(session: Session, name: str, role: str) -> tuple[User, str]:
    """Add a person; return the row and a one-time password, which is shown this once.

    Raises:
        Invalid: the name is empty, too long or not printable, or there is no such role.
        Conflict: the name is taken.
    """
    name = _name(name)
    if not name or len(name) > 100 or not name.isprintable():
        raise Invalid("a name is 1 to 100 printable characters")
    _check_role(role)
    if session.scalar(select(User.id).where(User.name == name)) is not None:
        raise Conflict(f"there is already a user {name}")
    password = one_time_password()
    user = User(name=name, role=role, password_hash=_HASHER.hash(password))
    session.add(user)
    trail.append(session, Event(SYSTEM, "user.created", f"user:{user.name}", {"role": role}))
    return user, password


def first_moderator(session: Session) -> tuple[str, str] | None:
    """Make the first account, if there is none at all; return its name and one-time password."""
    if session.scalar(select(func.count()).select_from(User)):
        return None
    user, password = create(session, "moderator", "moderator")
    return user.name, password


def verify(db: Database, name: str, password: str) -> User | None:
    """Return the person if the password is theirs and the account is not disabled.

    An unknown name costs a hash like a known one, so that time does not tell which names exist. A hash made
    with older parameters is replaced.
    """
    user = None
    if "\x00" not in name:  # No name holds it, and PostgreSQL cannot even compare it.
        with db.read() as session:
            user = session.scalar(select(User).where(User.name == _name(name)))
    known = _matches(user.password_hash if user else _NOBODY, password)
    if user is None or not known or user.disabled_at is not None:
        why = Why.UNKNOWN if user is None else Why.DISABLED if known else Why.PASSWORD
        attempts.failed(db, _name(name), user.name if user else None, why)
        return None
    if _HASHER.check_needs_rehash(user.password_hash):
        _replace_hash(db, user, {"password_hash": _HASHER.hash(_normal(password))})
    return user


def change_password(db: Database, user_id: int, old: str, new: str) -> User:
    """Set a new password and end every session of the account; return the row as it is now.

    Raises:
        WrongPassword: *old* is not the current one, or somebody changed it meanwhile.
        PasswordRefused: *new* is too short, too long or equal to *old*.
    """
    with db.read() as session:
        user = session.get_one(User, user_id)
    if not _matches(user.password_hash, old):
        raise WrongPassword("the current password is wrong")
    _check_rules(old, new)
    changed = {
        "password_hash": _HASHER.hash(_normal(new)),
        "must_change_password": False,
        "session_epoch": User.session_epoch + 1,
    }
    event = Event(trail.person(user.name), "password.changed", f"user:{user.name}")
    if not _replace_hash(db, user, changed, event):
        raise WrongPassword("the password was changed meanwhile")
    log.info("password.changed", user=user.id)
    with db.read() as session:
        return session.get_one(User, user_id)


def reset_password(session: Session, name: str) -> str:
    """Give the account a new one-time password and end its sessions; return the password, shown this once."""
    user = find(session, name)
    password = one_time_password()
    user.password_hash = _HASHER.hash(password)
    user.must_change_password = True
    user.session_epoch += 1
    trail.append(session, Event(SYSTEM, "password.reset", f"user:{user.name}"))
    return password


def set_role(session: Session, name: str, role: str) -> User:
    """Give the account another role; it holds from the person's next request."""
    _check_role(role)
    user = find(session, name)
    before, user.role = user.role, role
    trail.append(session, Event(SYSTEM, "role.changed", f"user:{user.name}", {"before": before, "after": role}))
    return user


def disable(session: Session, name: str) -> User:
    """Close the account and end its sessions."""
    user = find(session, name)
    user.disabled_at = user.disabled_at or utcnow()
    user.session_epoch += 1
    trail.append(session, Event(SYSTEM, "user.disabled", f"user:{user.name}"))
    return user


def enable(session: Session, name: str) -> User:
    """Open a disabled account again; sessions from before stay ended."""
    user = find(session, name)
    user.disabled_at = None
    trail.append(session, Event(SYSTEM, "user.enabled", f"user:{user.name}"))
    return user


def end_sessions(session: Session, user_id: int) -> None:
    """Log the account out everywhere."""
    session.execute(update(User).where(User.id == user_id).values(session_epoch=User.session_epoch + 1))


def find(session: Session, name: str) -> User:
    """Return the account *name*, or raise NotFound."""
    user = session.scalar(select(User).where(User.name == _name(name)))
    if user is None:
        raise NotFound(f"there is no user {name}")
    return user


def one_time_password() -> str:
    """Return 20 random letters and digits in four groups: 99 bits, easy to read out and to type."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))
    return "-".join(groups)


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise Invalid(f"{role!r} is no role; there are {', '.join(ROLES)}")


def _check_rules(old: str, new: str) -> None:
    length = len(_normal(new))
    if length < MIN_LENGTH:
        raise PasswordRefused(Flaw.TOO_SHORT)
    if length > MAX_LENGTH:
        raise PasswordRefused(Flaw.TOO_LONG)
    if _normal(new) == _normal(old):
        raise PasswordRefused(Flaw.SAME)


def _replace_hash(db: Database, user: User, values: dict[str, object], event: Event | None = None) -> bool:
    # Whoever hashed outside a transaction may find that the password has changed: then nothing is overwritten.
    unchanged = (User.id == user.id, User.password_hash == user.password_hash)
    statement = update(User).where(*unchanged).values(**values).returning(User.id)
    with db.write() as session:
        replaced = session.scalar(statement) is not None
        if replaced and event is not None:
            trail.append(session, event)
        return replaced


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, _normal(password)[: MAX_LENGTH + 1])
    except (VerificationError, InvalidHashError):
        return False


def _name(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip()


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
