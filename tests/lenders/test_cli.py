"""``daidun lenders``: what it shows, what it asks, what it writes."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet

from moderation.access import people
from moderation.audit import models as audit
from moderation.db import Base, Database, make_engine, opened, utcnow
from moderation.errors import Forbidden, SecondPersonNeeded, Unauthenticated
from moderation.lenders import models
from moderation.lenders.cli import group
from moderation.privacy import vault
from moderation.settings import Settings
from tests.lenders import conftest
from tests.lenders.conftest import BANK, HEADER, LENDERS

Run = Callable[..., Result]
SECRET = "a long enough password"


def _key() -> str:
    """Install a vault, as commands do, and return its key."""
    key = Fernet.generate_key().decode()
    vault.install(vault.Vault([key]))
    return key


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command as Ann, a lead; Ben is one, too; Cid is a moderator."""
    url = f"sqlite:///{tmp_path / 'daidun.db'}"
    monkeypatch.setenv("DAIDUN_DATABASE_URL", url)
    monkeypatch.setenv("DAIDUN_ENCRYPTION_KEYS", _key())
    monkeypatch.setenv("REGISTRY_USER", "Ann")
    monkeypatch.setenv("REGISTRY_PASSWORD", SECRET)
    db = Database(make_engine(url))
    Base.metadata.create_all(db.engine, tables=(*models.TABLES, *audit.TABLES, Base.metadata.tables["users"]))
    for name, role in (("Ann", "lead"), ("Ben", "admin"), ("Cid", "moderator")):
        with db.write() as session:
            user, password = people.create(session, name, role)
        people.change_password(db, user.id, password, SECRET)
    db.close()
    return lambda *words, **options: CliRunner().invoke(group, [str(word) for word in words], **options)


def enter(run: Run, file: Path) -> None:
    """Have Ann propose and Ben approve what *file* holds."""
    result = run("import", file, "--yes")
    assert result.exit_code == 0, result.output
    if found := re.search(r"change (\d+) waits", result.stdout):
        assert run("approve", found[1], "--as", "Ben").exit_code == 0


@pytest.fixture
def lenders(tmp_path: Path) -> Path:
    path = tmp_path / "lenders.csv"
    path.write_text(LENDERS, encoding="utf-8")
    return path


def test_an_import_is_shown_asked_for_written_and_remembered(run: Run, lenders: Path) -> None:
    result = run("import", lenders, input="y\n")
    assert result.exit_code == 0
    assert "+ 甲乙银行股份有限公司" in result.stdout
    assert "! 甲乙银行股份有限公司: active from the beginning" in result.stdout
    assert "change 1 waits for somebody else" in result.stdout
    assert "甲乙" not in run("list").stdout
    assert run("approve", "1", "--as", "Ben").stdout == "change 1 is live\n"
    assert "甲乙" in run("list").stdout
    listed = run("changes").stdout.splitlines()[1].split("\t")
    assert [listed[place] for place in (0, 1, 5, 7)] == ["1", "applied", "Ann", "Ben"]


def test_nobody_approves_their_own_proposal(run: Run, lenders: Path) -> None:
    run("import", lenders, "--yes")
    assert isinstance(run("approve", "1").exception, SecondPersonNeeded)
    assert "甲乙" not in run("list").stdout


@pytest.mark.parametrize(
    ("name", "password", "error"),
    [("Ann", "not her password", Unauthenticated), ("Nobody", SECRET, Unauthenticated), ("Cid", SECRET, Forbidden)],
)
def test_the_registry_is_changed_by_its_keepers_only(
    run: Run, lenders: Path, name: str, password: str, error: type[Exception]
) -> None:
    assert isinstance(run("import", lenders, "--yes", "--as", name, "--password", password).exception, error)
    run("import", lenders, "--yes")
    for command in ("approve", "reject", "undo"):
        assert isinstance(run(command, "1", "--as", name, "--password", password).exception, error)
    assert run("changes").stdout.splitlines()[1].split("\t")[1] == "proposed"


def test_a_one_time_password_changes_nothing(run: Run, lenders: Path) -> None:
    with opened(Settings()) as db, db.write() as session:
        _, password = people.create(session, "Dan", "admin")
    assert isinstance(run("import", lenders, "--yes", "--as", "Dan", "--password", password).exception, Forbidden)


def test_a_proposal_is_shown_rejected_and_stays_in_the_list(run: Run, lenders: Path) -> None:
    run("import", lenders, "--yes", "--note", "list of June")
    shown = run("change", "1").stdout
    assert "+ 丙丁消费金融有限公司" in shown
    assert "list of June" in shown
    assert run("reject", "1", "--as", "Ben", "--note", "no source").exit_code == 0
    assert "no source" in run("changes", "--state", "rejected").stdout
    assert "no source" in run("changes", "--about", "丙丁消费金融有限公司").stdout
    assert "no source" not in run("changes", "--about", "无名银行股份有限公司").stdout


def test_a_change_is_undone_by_its_opposite(run: Run, lenders: Path) -> None:
    enter(run, lenders)
    lenders.write_text(HEADER + BANK.replace(",high", ",low"), encoding="utf-8")
    assert "change 2 is live" in run("import", lenders, "--yes").stdout
    assert "change 3 waits" in run("undo", "2").stdout
    assert run("approve", "3", "--as", "Ben").exit_code == 0
    assert "confidence high" in run("show", "甲乙银行").stdout


def test_what_ends_soon_is_listed(run: Run, lenders: Path) -> None:
    enter(run, lenders)
    day = utcnow().date() + timedelta(days=30)
    lenders.write_text(
        "legal_name,operator_name,role,source,confidence,valid_to\n"
        f"甲乙银行股份有限公司,某科技有限公司,marketing,a list,high,{day}\n",
        encoding="utf-8",
    )
    enter(run, lenders)
    assert "partner 某科技有限公司 (marketing)" in run("expiring").stdout
    assert "某科技" not in run("expiring", "--within", "7").stdout


def test_no_is_an_answer(run: Run, lenders: Path) -> None:
    assert run("import", lenders, input="n\n").exit_code == 1
    assert "甲乙" not in run("list").stdout


def test_a_dry_run_writes_nothing_and_does_not_ask(run: Run, lenders: Path) -> None:
    result = run("import", lenders, "--dry-run")
    assert (result.exit_code, "4 added" in result.stdout) == (0, True)
    assert "甲乙" not in run("list").stdout


def test_changes_are_shown_field_by_field(run: Run, lenders: Path) -> None:
    enter(run, lenders)
    lenders.write_text(HEADER + BANK.replace(",high", ",low"), encoding="utf-8")
    result = run("import", lenders, "--yes")
    assert "confidence: high → low" in result.stdout
    assert "? 丙丁消费金融有限公司: not in the file; it stays" in result.stdout


def test_the_same_file_again_is_not_asked_about(run: Run, lenders: Path) -> None:
    enter(run, lenders)
    result = run("import", lenders)
    assert (result.exit_code, "0 added, 0 changed, 4 unchanged" in result.stdout) == (0, True)


def test_errors_are_all_told_with_their_places(run: Run, lenders: Path) -> None:
    lenders.write_text(HEADER + BANK.replace(",high", ",sure").replace("B9001", "9001"), encoding="utf-8")
    result = run("import", lenders, "--yes")
    assert result.exit_code == 2
    assert "lenders.csv: line 2, confidence: must be high, medium or low (it says 'sure')" in result.stderr
    assert "line 2, nfra_code" in result.stderr
    assert "2 errors; nothing was written" in result.stderr


def test_show_tells_all_of_a_lender_by_any_of_its_names(run: Run, lenders: Path) -> None:
    enter(run, lenders)
    result = run("show", "庚辛小贷")
    assert "庚辛小额贷款有限公司" in result.stdout
    assert "suspended@2025-02-28" in result.stdout


def test_showing_nobody_is_an_error(run: Run) -> None:
    assert run("show", "无名银行").exit_code != 0


def test_match_prints_places_separated_by_tabs(run: Run, lenders: Path) -> None:
    enter(run, lenders)
    line = run("match", "找甲乙银行").stdout.splitlines()[1]
    assert line.split("\t") == ["1", "5", "甲乙银行", "brand", "high", "甲乙银行股份有限公司"]


@pytest.mark.parametrize(
    ("words", "standing"),
    [
        (("--name", "甲乙银行股份有限公司", "--verified"), "verified_lender on "),
        (("--name", "甲乙银行股份有限公司"), "unverified_claim on "),
        (("--name", "庚辛小额贷款有限公司", "--verified", "--at", "2025-03-01"), "licence_suspended on 2025-03-01"),
        (("--domain", "bingding.com", "--verified", "--text", "丙丁花"), "verified_lender on "),
    ],
)
def test_standing_is_told_for_a_day(run: Run, lenders: Path, words: tuple[str, ...], standing: str) -> None:
    enter(run, lenders)
    assert run("standing", *words).stdout.startswith(standing)


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Ask a registry that is filled already; no account is needed for that."""
    url = f"sqlite:///{tmp_path / 'daidun.db'}"
    monkeypatch.setenv("DAIDUN_DATABASE_URL", url)
    monkeypatch.setenv("DAIDUN_ENCRYPTION_KEYS", _key())
    db = Database(make_engine(url))
    Base.metadata.create_all(db.engine, tables=(*models.TABLES, *audit.TABLES))
    conftest.enter(db, LENDERS)
    db.close()
    return lambda *words, **options: CliRunner().invoke(group, list(words), **options)


def test_match_shows_near_misses_apart_from_names(ask: Run) -> None:
    lines = ask("match", "甲乙银行和丙丁化额度").stdout.splitlines()
    assert lines[1].split("\t")[2] == "甲乙银行"
    assert lines[3] == "not names, only like them:"
    assert lines[4:] == [
        "start\tend\twritten\tresembles\tby\tentity",
        "5\t8\t丙丁化\t丙丁花\tsound\t丙丁消费金融有限公司",
    ]
    assert "only like them" not in ask("match", "找甲乙银行").stdout


def test_standing_tells_suspicions_as_such(ask: Run) -> None:
    found = ask("standing", "--text", "丙丁化额度升级，联系专员", "--link", "https://bingding-loan.top/x").stdout
    assert found.startswith("no_claim on ")
    assert "claimed" not in found
    assert "  suspicion: 丙丁化 resembles 丙丁花 of 丙丁消费金融有限公司 (by sound)\n" in found
    assert "  suspicion: bingding-loan.top resembles bingding.com of 丙丁消费金融有限公司 (by addition)\n" in found
    assert "lookalike_name lookalike_domain" in found
    assert "suspicion" not in ask("standing", "--text", "丙丁花额度升级").stdout
