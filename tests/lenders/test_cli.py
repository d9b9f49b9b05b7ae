"""``daidun lenders``: what it shows, what it asks, what it writes."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet

from moderation.db import Base, Database, make_engine
from moderation.lenders import models
from moderation.lenders.cli import group
from tests.lenders.conftest import BANK, HEADER, LENDERS

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    url = f"sqlite:///{tmp_path / 'daidun.db'}"
    monkeypatch.setenv("DAIDUN_DATABASE_URL", url)
    monkeypatch.setenv("DAIDUN_ENCRYPTION_KEYS", Fernet.generate_key().decode())
    db = Database(make_engine(url))
    Base.metadata.create_all(db.engine, tables=models.TABLES)
    db.close()
    return lambda *words, **options: CliRunner().invoke(group, [str(word) for word in words], **options)


@pytest.fixture
def lenders(tmp_path: Path) -> Path:
    path = tmp_path / "lenders.csv"
    path.write_text(LENDERS, encoding="utf-8")
    return path


def test_an_import_is_shown_asked_for_written_and_remembered(run: Run, lenders: Path) -> None:
    result = run("import", lenders, "--by", "Ann", input="y\n")
    assert result.exit_code == 0
    assert "+ 甲乙银行股份有限公司" in result.stdout
    assert result.stdout.endswith("written\n")
    assert "Ann" in run("history").stdout


def test_no_is_an_answer(run: Run, lenders: Path) -> None:
    assert run("import", lenders, input="n\n").exit_code == 1
    assert "甲乙" not in run("list").stdout


def test_a_dry_run_writes_nothing_and_does_not_ask(run: Run, lenders: Path) -> None:
    result = run("import", lenders, "--dry-run")
    assert (result.exit_code, "4 added" in result.stdout) == (0, True)
    assert "甲乙" not in run("list").stdout


def test_changes_are_shown_field_by_field(run: Run, lenders: Path) -> None:
    run("import", lenders, "--yes")
    lenders.write_text(HEADER + BANK.replace(",high", ",low"), encoding="utf-8")
    result = run("import", lenders, "--yes")
    assert "confidence: high → low" in result.stdout
    assert "? 丙丁消费金融有限公司: not in the file; it stays" in result.stdout


def test_the_same_file_again_is_not_asked_about(run: Run, lenders: Path) -> None:
    run("import", lenders, "--yes")
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
    run("import", lenders, "--yes")
    result = run("show", "庚辛小贷")
    assert "庚辛小额贷款有限公司" in result.stdout
    assert "suspended from 2025-02-28" in result.stdout


def test_showing_nobody_is_an_error(run: Run) -> None:
    assert run("show", "无名银行").exit_code != 0


def test_match_prints_places_separated_by_tabs(run: Run, lenders: Path) -> None:
    run("import", lenders, "--yes")
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
    run("import", lenders, "--yes")
    assert run("standing", *words).stdout.startswith(standing)
