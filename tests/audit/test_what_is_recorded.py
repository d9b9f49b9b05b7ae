"""What people do leaves one event each, and none holds what somebody wrote."""

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner

from moderation.access import keys_cli, people, users_cli
from moderation.audit.models import AuditEvent
from moderation.audit.verify import verify
from moderation.db import Database
from moderation.review.models import QUARANTINE
from tests.audit.conftest import events
from tests.lenders.conftest import LENDERS, OPERATORS, enter
from tests.support.desk import OWN_PASSWORD, Desk, add_case, add_person, decisions
from tests.support.registry_desk import SUSPENDED, act, partner, propose

SECRET_TEXT = "黑户可做，加微信 abc123"
NOTE = "与张三同一团伙"


def _told(event: AuditEvent) -> tuple[str, str, str, dict[str, object]]:
    return event.actor, event.action, event.subject, event.details


def _after(db: Database, count: int) -> list[tuple[str, str, str, dict[str, object]]]:
    return [_told(each) for each in events(db)[count:]]


@pytest.mark.parametrize(("verdict", "label"), [("block", "usury_loan"), ("allow", "question_talk")])
def test_a_decision(seat: Callable[..., Desk], db: Database, verdict: str, label: str) -> None:
    desk, case = seat("李审核"), add_case(db)
    before = len(events(db))
    desk.open_case(case)
    assert desk.decide(case, verdict, label, note=NOTE).status_code == 303
    item = decisions(db, case)[0].item_id
    told = {"item": item, "verdict": verdict, "label": label}
    assert _after(db, before) == [("李审核", "case.decided", f"case:{case}", told)]


def test_a_decision_that_came_too_late_leaves_none(seat: Callable[..., Desk], db: Database) -> None:
    desk, case = seat("李审核"), add_case(db)
    desk.open_case(case)
    desk.decide(case)
    before = len(events(db))
    assert desk.decide(case).status_code == 409
    assert _after(db, before) == []


def test_another_try_for_a_quarantined_item(seat: Callable[..., Desk], db: Database) -> None:
    desk, case = seat("李审核"), add_case(db, cause=QUARANTINE)
    before = len(events(db))
    desk.open_case(case)
    assert desk.post(f"/review/cases/{case}/redrive", version=desk.version).status_code == 303
    assert _after(db, before) == [("李审核", "case.redriven", f"case:{case}", {})]


def test_logins_and_a_new_password(app: object, seat: Callable[..., Desk], db: Database) -> None:
    seat("ann")
    assert [_told(each)[:3] for each in events(db)] == [
        ("system", "user.created", "user:ann"),
        ("ann", "login.succeeded", "user:ann"),
        ("ann", "password.changed", "user:ann"),
    ]


@pytest.mark.parametrize(("name", "subject"), [("ann", "user:ann"), ("nobody I know", "unknown:")])
def test_a_failed_login(seat: Callable[..., Desk], db: Database, name: str, subject: str) -> None:
    desk = seat("ann")
    before = len(events(db))
    desk.client.delete_cookie("daidun_review", path="/review")
    assert desk.log_in(name, "wrong").status_code == 401
    [event] = events(db)[before:]
    assert (event.actor, event.action) == ("system", "login.failed")
    assert event.subject.startswith(subject)
    assert "nobody" not in event.subject


def test_an_account_called_like_the_system_is_not_taken_for_it(seat: Callable[..., Desk], db: Database) -> None:
    seat("system")
    assert [each.actor for each in events(db, "login.succeeded", "password.changed")] == ["person:system"] * 2


def test_a_wrong_current_password_changes_nothing(db: Database) -> None:
    add_person(db, "ann")
    before = len(events(db))
    with db.read() as session:
        user = people.find(session, "ann")
    with pytest.raises(people.WrongPassword):
        people.change_password(db, user.id, "wrong", OWN_PASSWORD)
    assert _after(db, before) == []


def test_administration_of_users(commands: CliRunner, db: Database) -> None:
    for arguments in (
        ["add", "ann", "--role", "lead"],
        ["set-role", "ann", "viewer"],
        ["reset-password", "ann"],
        ["disable", "ann"],
        ["enable", "ann"],
        ["list"],
    ):
        assert commands.invoke(users_cli.group, arguments).exit_code == 0
    assert commands.invoke(users_cli.group, ["disable", "nobody"]).exit_code == 1
    assert _after(db, 0) == [
        ("system", "user.created", "user:ann", {"role": "lead"}),
        ("system", "role.changed", "user:ann", {"before": "lead", "after": "viewer"}),
        ("system", "password.reset", "user:ann", {}),
        ("system", "user.disabled", "user:ann", {}),
        ("system", "user.enabled", "user:ann", {}),
    ]


def test_administration_of_keys_and_sources(commands: CliRunner, db: Database) -> None:
    secrets = [_run(commands, "create", "key of Mr. Zhang", "--days", "3").split("\n")[0]]
    first = secrets[0].split("_")[1]
    secrets.append(_run(commands, "rotate", first).split("\n")[0])
    second = secrets[1].split("_")[1]
    _run(commands, "revoke", second)
    path, secret, *_ = _run(commands, "hook-create", "pipeline").split("\n")
    source = path.split("=")[1]
    secrets += [secret, _run(commands, "hook-rotate", source).strip()]
    _run(commands, "hook-revoke", source)
    assert [each[1:3] for each in _after(db, 0)] == [
        ("key.created", f"key:{first}"),
        ("key.rotated", f"key:{first}"),
        ("key.revoked", f"key:{second}"),
        ("source.created", f"source:{source}"),
        ("source.rotated", f"source:{source}"),
        ("source.revoked", f"source:{source}"),
    ]
    assert _all_text(db).isdisjoint(secrets)
    assert not any("Zhang" in each for each in _all_text(db))


def test_changes_of_the_registry(seat: Callable[..., Desk], db: Database) -> None:
    enter(db, LENDERS)
    enter(db, OPERATORS)
    lead = seat("孙组长", "lead")
    before = len(events(db))
    first = propose(db, partner(), by="赵提议")
    assert act(lead, first, "reject", note=NOTE) == 303
    second = propose(db, partner(), by="赵提议")
    assert act(lead, second, "approve") == 303
    third = propose(db, SUSPENDED, by="赵提议")
    assert act(lead, third, "undo") == 303
    told = _after(db, before)
    assert [each[:3] for each in told] == [
        ("赵提议", "registry.proposed", f"registry:{first}"),
        ("孙组长", "registry.rejected", f"registry:{first}"),
        ("赵提议", "registry.proposed", f"registry:{second}"),
        ("孙组长", "registry.approved", f"registry:{second}"),
        ("赵提议", "registry.applied", f"registry:{third}"),
        ("孙组长", "registry.proposed", f"registry:{third + 1}"),
    ]
    assert told[3][3] == {"kind": "partners", "records": 1, "undoes": None}
    assert told[-1][3]["undoes"] == third


def test_an_approval_that_is_refused_leaves_none(seat: Callable[..., Desk], db: Database) -> None:
    enter(db, LENDERS)
    lead = seat("孙组长", "lead")
    number = propose(db, partner(), by="孙组长")
    before = len(events(db))
    assert act(lead, number, "approve") == 409
    assert _after(db, before) == []


def test_no_event_holds_what_people_wrote(seat: Callable[..., Desk], db: Database) -> None:
    enter(db, LENDERS)
    desk, lead = seat("李审核"), seat("孙组长", "lead")
    case = add_case(db, SECRET_TEXT, title="标题贷款")
    desk.open_case(case)
    desk.decide(case, note=NOTE)
    act(lead, propose(db, partner(), by="赵提议", note=NOTE), "approve")
    desk.log_in(SECRET_TEXT, SECRET_TEXT)
    told = "\n".join(_all_text(db))
    for written in (SECRET_TEXT, "标题贷款", NOTE, "名录", "壬癸", "甲乙", "post-1", OWN_PASSWORD):
        assert written not in told
    assert verify(db).finding is None


def _run(commands: CliRunner, *arguments: str) -> str:
    result = commands.invoke(keys_cli.group, list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


def _all_text(db: Database) -> set[str]:
    return {
        part
        for each in events(db)
        for part in (each.actor, each.action, each.subject, json.dumps(each.details, ensure_ascii=False))
    }
