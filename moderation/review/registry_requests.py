"""Reading what the registry's pages are asked: days, numbers, choices, names and notes.

What is not of the form raises BadRequest.
"""

from datetime import date

from flask import request
from werkzeug.exceptions import BadRequest

from moderation.access import login
from moderation.days import today

LONGEST_NAME = 200


def person() -> login.Person:
    """Return who asks."""
    known = login.person()
    assert known is not None  # noqa: S101 - the gate lets nobody else in
    return known


def day() -> date:
    """Return the day asked for; today unless given."""
    given = request.args.get("at")
    try:
        return date.fromisoformat(given) if given else today()
    except ValueError as error:
        raise BadRequest("not a day") from error


def whole(field: str) -> int | None:
    """Return a whole number that isn't negative and that the database's columns hold."""
    value = request.values.get(field)
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise BadRequest("not a number")
    return int(value)


def one_of(field: str, choices: tuple[str, ...]) -> str | None:
    """Return which of *choices* was made, if any."""
    value = request.args.get(field) or None
    if value is not None and value not in choices:
        raise BadRequest("no such choice")
    return value


def name(field: str) -> str:
    """Return a name, or part of one."""
    value = request.args.get(field, "").strip()
    if len(value) > LONGEST_NAME:
        raise BadRequest("too long for a name")
    return value


def note() -> str:
    """Return a note as it was typed: forms send line ends as two characters, and PostgreSQL's texts hold no U+0000."""
    return request.form.get("note", "").replace("\r\n", "\n").replace("\x00", "").strip()
