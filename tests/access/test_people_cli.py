"""``daidun users``."""

import pytest
from click.testing import CliRunner, Result

from moderation.access import people
from moderation.access.users_cli import group
from moderation.db import Database
from moderation.settings import Settings


@pytest.fixture
def users(settings: Settings, db: Database, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("DAIDUN_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("DAIDUN_ENCRYPTION_KEYS", settings.encryption_keys.get_secret_value())
    return CliRunner()


def _run(users: CliRunner, *arguments: str) -> Result:
    return users.invoke(group, list(arguments))


def _password(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return result.output.split()[-1]


def test_a_person_is_added_and_logs_in_with_the_printed_password(users: CliRunner, db: Database) -> None:
    password = _password(_run(users, "add", "ann", "--role", "lead"))
    user = people.verify(db, "ann", password)
    assert user is not None
    assert user.role == "lead"


def test_a_reset_prints_a_new_password(users: CliRunner, db: Database) -> None:
    old = _password(_run(users, "add", "ann"))
    new = _password(_run(users, "reset-password", "ann"))
    assert people.verify(db, "ann", old) is None
    assert people.verify(db, "ann", new) is not None


def test_the_list_shows_roles_and_who_is_disabled_but_no_passwords(users: CliRunner) -> None:
    _run(users, "add", "ann")
    _run(users, "add", "bob", "--role", "viewer")
    _run(users, "disable", "bob")
    assert _run(users, "list").output == "ann\tmoderator\topen\nbob\tviewer\tdisabled\n"
    _run(users, "enable", "bob")
    _run(users, "set-role", "bob", "auditor")
    assert "bob\tauditor\topen" in _run(users, "list").output


@pytest.mark.parametrize(
    "arguments", [["reset-password", "nobody"], ["disable", "nobody"], ["enable", "nobody"], ["add", " "]]
)
def test_a_refusal_is_one_line_and_an_exit_code(users: CliRunner, arguments: list[str]) -> None:
    result = _run(users, *arguments)
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert "Traceback" not in result.output


def test_an_unknown_role_is_refused(users: CliRunner) -> None:
    assert _run(users, "add", "ann", "--role", "emperor").exit_code == 2


def test_a_name_is_added_once(users: CliRunner) -> None:
    _run(users, "add", "ann")
    result = _run(users, "add", "ann")
    assert result.exit_code == 1
    assert "already" in result.output
