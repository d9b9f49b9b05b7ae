"""``daidun audit``."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result

from moderation.audit.cli import group
from moderation.audit.trail import SYSTEM, Event, record
from moderation.db import Database, utcnow
from tests.audit.conftest import events, tamper


@pytest.fixture
def log(db: Database) -> Database:
    record(db, Event("李审核", "case.decided", "case:1", {"verdict": "block"}))
    record(db, Event("李审核", "case.redriven", "case:2"))
    record(db, Event(SYSTEM, "key.revoked", "key:abc"))
    return db


def _run(commands: CliRunner, *arguments: str) -> Result:
    return commands.invoke(group, list(arguments))


def test_verify_prints_the_length_and_the_head(commands: CliRunner, log: Database) -> None:
    result = _run(commands, "verify")
    head = events(log)[-1].hash
    assert (result.exit_code, result.output) == (0, f"3 events, head {head}\n")
    assert _run(commands, "verify", "--expect", head).exit_code == 0


def test_verify_fails_with_the_first_event_that_does_not_fit(commands: CliRunner, log: Database) -> None:
    tamper(log, "UPDATE audit_events SET actor = 'bob' WHERE id = 2")
    result = _run(commands, "verify")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("altered: event 2 is not as it was written\n1 events before that fit")


def test_verify_fails_where_the_expected_head_is_not_in_the_chain(commands: CliRunner, log: Database) -> None:
    result = _run(commands, "verify", "--expect", "a" * 64)
    assert result.exit_code == 1
    assert result.stderr.startswith("set back: ")


@pytest.mark.parametrize("expect", ["", "abc", "G" * 64, "A" * 64])
def test_verify_refuses_what_is_no_hash(commands: CliRunner, log: Database, expect: str) -> None:
    assert _run(commands, "verify", "--expect", expect).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "numbers"),
    [
        ([], [3, 2, 1]),
        (["--actor", "李审核"], [2, 1]),
        (["--action", "case"], [2, 1]),
        (["--action", "case.decided"], [1]),
        (["--action", "case.d"], []),
        (["--action", "_"], []),
        (["--subject", "key:abc"], [3]),
        (["--limit", "1"], [3]),
        (["--since", f"{utcnow() - timedelta(days=2):%Y-%m-%d}"], [3, 2, 1]),
        (["--since", f"{utcnow() + timedelta(days=2):%Y-%m-%dT%H:%M:%S}"], []),
        (["--actor", "李审核", "--subject", "case:2"], [2]),
    ],
)
def test_show_lists_what_is_asked_for(
    commands: CliRunner, log: Database, arguments: list[str], numbers: list[int]
) -> None:
    result = _run(commands, "show", "--json", *arguments)
    assert result.exit_code == 0, result.output
    assert [json.loads(line)["id"] for line in result.output.splitlines()] == numbers


def test_show_tells_who_what_and_when(commands: CliRunner, log: Database) -> None:
    lines = _run(commands, "show").output.splitlines()
    assert [line.split("\t")[2:] for line in lines] == [
        [SYSTEM, "key.revoked", "key:abc"],
        ["李审核", "case.redriven", "case:2"],
        ["李审核", "case.decided", "case:1", '{"verdict": "block"}'],
    ]
    assert lines[0].split("\t")[1] == f"{events(log)[-1].at:%Y-%m-%d %H:%M:%S}Z"


def test_json_holds_the_whole_row(commands: CliRunner, log: Database) -> None:
    row = json.loads(_run(commands, "show", "--json", "--limit", "1").output)
    event = events(log)[-1]
    assert row["at"] == event.at.isoformat()
    assert (row["hash"], row["previous"], row["details"]) == (event.hash, event.previous, {})


def test_a_row_that_was_tampered_with_does_not_steer_the_terminal(commands: CliRunner, log: Database) -> None:
    tamper(log, "UPDATE audit_events SET actor = 'a' || chr(27) || '[2J' WHERE id = 3".replace(*_char(log)))
    assert "\x1b" not in _run(commands, "show").output
    assert "\x1b" not in _run(commands, "show", "--json").output


def _char(db: Database) -> tuple[str, str]:
    return ("chr(", "char(" if db.is_sqlite else "chr(")
