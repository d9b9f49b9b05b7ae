"""``daidun policy``: what it shows, what it compares, and who may change what."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet
from sqlalchemy import select, update

from moderation.access import keys, people
from moderation.db import Base, Database, make_engine, opened
from moderation.errors import Forbidden, NotFound, SecondPersonNeeded, Unauthenticated
from moderation.items import store
from moderation.items.check_cli import check
from moderation.items.models import LIVE
from moderation.items.schemas import ItemIn
from moderation.policies import shadowing
from moderation.policies.cli import group
from moderation.policies.models import StoredPolicy
from moderation.policies.shadowing import Comparison
from moderation.policy.config import Policy, PolicyError
from moderation.policy.outcome import Outcome, Reason
from moderation.privacy import vault
from moderation.settings import Settings
from tests.policies.conftest import LAXER, SHIPPED, STRICTER, digest, document

Run = Callable[..., Result]
SECRET = "a long enough password"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command as Ann, a lead; Ben is one, too; Cid is a moderator. There is one tenant, the default one."""
    url = f"sqlite:///{tmp_path / 'daidun.db'}"
    monkeypatch.setenv("DAIDUN_DATABASE_URL", url)
    key = Fernet.generate_key().decode()
    vault.install(vault.Vault([key]))
    monkeypatch.setenv("DAIDUN_ENCRYPTION_KEYS", key)
    monkeypatch.setenv("REGISTRY_USER", "Ann")
    monkeypatch.setenv("REGISTRY_PASSWORD", SECRET)
    db = Database(make_engine(url))
    Base.metadata.create_all(db.engine)
    with db.write() as session:
        keys.tenant_named(session, "default")
    for name, role in (("Ann", "lead"), ("Ben", "admin"), ("Cid", "moderator")):
        with db.write() as session:
            user, password = people.create(session, name, role)
        people.change_password(db, user.id, password, SECRET)
    db.close()
    return lambda *words: CliRunner().invoke(group, [str(word) for word in words])


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def write(**changes: object) -> Path:
        path = tmp_path / f"{digest(**changes)}.yaml"
        path.write_text(document(**changes), encoding="utf-8")
        return path

    return write


File = Callable[..., Path]


class TestLooking:
    def test_the_shipped_policy_and_files_need_no_database(self, file: File) -> None:
        shown = CliRunner().invoke(group, ["show", "default"])
        assert json.loads(shown.stdout)["version"] == SHIPPED.version
        own = json.loads(CliRunner().invoke(group, ["show", str(file(**STRICTER))]).stdout)
        assert (own["digest"], own["values"]["block_score"]) == (digest(**STRICTER), STRICTER["block_score"])

    def test_validate_prints_the_version_of_a_good_file(self, file: File) -> None:
        result = CliRunner().invoke(group, ["validate", str(file())])
        assert (result.exit_code, result.stdout) == (0, f"{SHIPPED.version}\n")

    def test_validate_tells_every_fault_with_its_place(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.yaml"
        source = document(block_score=2, sample_rate="x")
        path.write_text(source, encoding="utf-8")
        result = CliRunner().invoke(group, ["validate", str(path)])
        assert result.exit_code == 2
        told = re.findall(r"^(.+):(\d+):(\d+): (\w+): .+$", result.stderr, re.MULTILINE)
        lines = source.splitlines()
        assert [(name, lines[int(line) - 1].split(":")[0], key) for name, line, _, key in told] == [
            (str(path), "block_score", "block_score"),
            (str(path), "sample_rate", "sample_rate"),
        ]

    def test_show_tells_what_decides_now(self, run: Run, file: File) -> None:
        assert json.loads(run("show").stdout)["digest"] == SHIPPED.digest
        run("publish", file(**STRICTER))
        shown = json.loads(run("show").stdout)
        assert (shown["digest"], shown["state"]) == (digest(**STRICTER), "live")
        assert [event["what"] for event in shown["events"]] == ["drafted", "published"]
        assert run("show", "live", "--source").stdout == document(**STRICTER)

    def test_a_stored_text_that_is_refused_is_shown_with_its_faults(self, run: Run, file: File) -> None:
        run("draft", file(**STRICTER))
        with opened(Settings()) as db, db.write() as session:
            session.execute(update(StoredPolicy).values(source="block_score: 2"))
        result = run("show", digest(**STRICTER))
        assert (result.exit_code, json.loads(result.stdout)["state"]) == (2, "draft")
        assert f"{digest(**STRICTER)}:1:1: block_score: " in result.stderr

    def test_what_is_not_there_is_told(self, run: Run, tmp_path: Path) -> None:
        assert isinstance(run("show", "shadow").exception, NotFound)
        assert isinstance(run("show", "0123456789abcdef").exception, NotFound)
        assert isinstance(run("show", "--tenant", "nobody").exception, NotFound)
        assert isinstance(run("show", tmp_path / "absent.yaml").exception, PolicyError)


class TestDiff:
    def test_it_tells_field_by_field_and_why_it_widens(self, run: Run, file: File) -> None:
        result = run("diff", "live", file(**LAXER))
        assert result.exit_code == 1
        assert f"block_score: {SHIPPED.block_score} → 0.7" in result.stdout
        assert any(line.startswith("! block_score rises") for line in result.stdout.splitlines())

    def test_the_way_back_widens_nothing(self, run: Run, file: File) -> None:
        assert "!" not in run("diff", file(**LAXER), "default").stdout

    def test_documents_that_say_the_same_do_not_differ(self, run: Run, file: File) -> None:
        result = run("diff", file(), "default")
        assert (result.exit_code, result.stdout) == (0, "")

    def test_what_cannot_be_read_is_neither(self, run: Run, tmp_path: Path) -> None:
        path = tmp_path / "mine.yaml"
        path.write_text("block_score: 2", encoding="utf-8")
        assert run("diff", "live", path).exit_code == 2


class TestChanging:
    def test_what_tightens_is_live_at_once(self, run: Run, file: File) -> None:
        assert run("publish", file(**STRICTER)).stdout == f"policy {digest(**STRICTER)} is live\n"

    def test_what_widens_needs_two(self, run: Run, file: File) -> None:
        word = digest(**LAXER)
        assert run("draft", file(**LAXER), "--note", "for May").stdout == f"policy {word} is kept as a draft\n"
        result = run("publish", word)
        assert f"policy {word} waits for somebody else" in result.stdout
        assert "! block_score rises" in result.stdout
        assert isinstance(run("approve", word).exception, SecondPersonNeeded)
        assert run("approve", word, "--as", "Ben").stdout == f"policy {word} is live\n"
        listed = run("list").stdout.splitlines()[1].split("\t")
        assert [listed[place] for place in (0, 1, 3, 4, 5, 6)] == [word, "live", "Ann", "Ann", "Ben", "for May"]

    def test_a_proposal_is_turned_down(self, run: Run, file: File) -> None:
        run("publish", file(**LAXER))
        assert run("reject", digest(**LAXER), "--as", "Ben", "--note", "too much").stdout.endswith("is a draft\n")
        assert "too much" in run("show", digest(**LAXER)).stdout

    def test_retiring_what_blocks_more_needs_two(self, run: Run, file: File) -> None:
        run("publish", file(**STRICTER))
        assert "to retire it could turn a block into an allow" in run("retire").stdout
        assert "live, retiring" in run("list").stdout
        assert run("approve", "live", "--as", "Ben").stdout == f"policy {digest(**STRICTER)} is retired\n"
        assert json.loads(run("show").stdout)["digest"] == SHIPPED.digest

    @pytest.mark.parametrize(
        ("name", "password", "error"),
        [("Ann", "not her password", Unauthenticated), ("Nobody", SECRET, Unauthenticated), ("Cid", SECRET, Forbidden)],
    )
    def test_policies_are_changed_by_their_keepers_only(
        self, run: Run, file: File, name: str, password: str, error: type[Exception]
    ) -> None:
        word = digest(**LAXER)
        run("publish", file(**LAXER))
        as_other = ("--as", name, "--password", password)
        for words in (("draft", file()), ("shadow", file()), ("publish", file(**STRICTER)), ("withdraw",)):
            assert isinstance(run(*words, *as_other).exception, error)
        for command in ("approve", "reject"):
            assert isinstance(run(command, word, *as_other).exception, error)
        assert isinstance(run("retire", *as_other).exception, error)
        assert run("list").stdout.splitlines()[1].split("\t")[:2] == [word, "proposed"]

    def test_a_file_that_makes_no_sense_is_told_before_anybody_is_asked(self, run: Run, tmp_path: Path) -> None:
        path = tmp_path / "mine.yaml"
        path.write_text("block_score: 2", encoding="utf-8")
        for command in ("draft", "shadow", "publish"):
            result = run(command, path, "--password", "not her password")
            assert (result.exit_code, f"{path}:1:1: block_score: " in result.stderr) == (2, True)


def test_a_shadow_and_how_it_differs(run: Run, file: File) -> None:
    assert run("shadow", file(**STRICTER)).stdout == f"policy {digest(**STRICTER)} is in shadow\n"
    with opened(Settings()) as db, db.write() as session:
        row = session.scalars(select(StoredPolicy)).one()
        taken = store.accept(session, row.tenant_id, [ItemIn(id="post-7", text="x")], LIVE, row.created_at).rows[0]
        allow = Outcome("allow", "unrelated", 0.4, final=False)
        block = Outcome("block", "cash_out", 0.4, reasons=(Reason("label.cash_out", "model", "…"),))
        shadowing.record(
            session, [Comparison(row.id, taken.id, allow, block), Comparison(row.id, taken.id, allow, None)]
        )
    lines = [line.split("\t") for line in run("differences").stdout.splitlines()]
    assert ["allow (asks)", "block", "1"] in lines
    assert ["allow (asks)", "failed", "1"] in lines
    told = next(line for line in lines if "block cash_out" in line)
    assert told[1:] == ["post-7", "allow (asks) unrelated", "block cash_out", "", "label.cash_out"]
    assert run("withdraw").stdout == f"policy {digest(**STRICTER)} is a draft\n"


def test_check_judges_by_a_file(file: File) -> None:
    path = file(block_score=0.4)
    result = CliRunner().invoke(check, ["今天天气不错", "--policy", str(path)])
    assert json.loads(result.stdout)["versions"]["policy"] == Policy.load(path).version
