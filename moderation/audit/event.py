"""What is recorded of what somebody did, and the text over which its hash is taken."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

Code: TypeAlias = str | int | bool | None
Details: TypeAlias = Mapping[str, Code | list[Code]]

SYSTEM = "system"
"""The actor where nobody showed who they are: the command line, the first start, a failed login."""
MOST_DETAILS = 2000
"""Characters of the details' JSON."""

_ACTION = re.compile(r"[a-z_]{1,30}(?:\.[a-z_]{1,30}){1,2}")
_KEY = re.compile(r"[a-z_]{1,40}")
_RESERVED = ("key:", "person:")


@dataclass(frozen=True, slots=True)
class Event:
    """Somebody did something.

    ``actor`` is an account (see ``person``), ``key:<id>`` or ``SYSTEM``; ``action`` is dotted, such as
    ``case.decided``; ``subject`` is what it was done to, such as ``case:12``. ``details`` holds codes and whole
    numbers: never a text of an item, a note, a name other than an account's, a contact or a secret. Characters of
    actor and subject that do not print, which could hide who it was, are written as escapes, and both cut to their
    columns' length: nobody's name may keep an action from being recorded, or from being done.

    Raises:
        ValueError: a part is empty or has another form, or the details are too long.
    """

    actor: str
    action: str
    subject: str
    details: Details = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not _ACTION.fullmatch(self.action):
            raise ValueError(f"{self.action!r} is no action; one looks like case.decided")
        for name, most in (("actor", 120), ("subject", 300)):
            part = _printable(getattr(self, name))[:most]
            if not part:
                raise ValueError(f"{self.action} has no {name}")
            object.__setattr__(self, name, part)
        for key, value in self.details.items():
            _check_detail(key, value)
        if len(_json(dict(self.details))) > MOST_DETAILS:
            raise ValueError(f"the details of {self.action} are longer than {MOST_DETAILS} characters")

    @property
    def fields(self) -> dict[str, Any]:
        """The event's columns."""
        return {
            "actor": self.actor,
            "action": self.action,
            "subject": self.subject,
            "details": dict(self.details),
        }


def person(name: str) -> str:
    """Return how the account *name* stands as an actor: as it is, unless it could be taken for somebody else."""
    return f"person:{name}" if name == SYSTEM or name.startswith(_RESERVED) else name


def canonical(number: int, at: datetime, fields: Mapping[str, Any]) -> bytes:
    """Return the row as ASCII JSON with sorted keys and no spaces; *at* in UTC with microseconds."""
    row = {"id": number, "at": at.astimezone(UTC).isoformat(timespec="microseconds"), **fields}
    return _json(row).encode("ascii")


def _check_detail(key: str, value: Code | list[Code]) -> None:
    if not _KEY.fullmatch(key):
        raise ValueError(f"{key!r} is no name of a detail; one looks like verdict")
    # Floats are left out: the databases do not give all of them back as they were spelled.
    for each in value if isinstance(value, list) else [value]:
        if not (each is None or isinstance(each, str | int)):
            raise ValueError(f"{key} is neither a code nor a whole number")
        if isinstance(each, str) and not (len(each) <= 100 and each.isprintable()):
            raise ValueError(f"{key} is no code: more than 100 characters, or some that do not print")


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text)


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
