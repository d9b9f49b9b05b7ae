"""Nobody lets a change of the lender registry in alone, by the web page as little as by command."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from moderation.db import Database
from moderation.lenders.models import APPLIED, PROPOSED, REJECTED
from tests.lenders.conftest import BANK, HEADER
from tests.support.desk import Desk
from tests.support.registry_desk import SUSPENDED, act, all_changes, partner, propose, send, stored


@pytest.fixture
def admin(seat: Callable[..., Desk]) -> Desk:
    return seat("周管理", "admin")


@pytest.mark.parametrize("role", ["lead", "admin"])
def test_a_keeper_approves_what_another_proposed(seat: Callable[..., Desk], filled: Database, role: str) -> None:
    number = propose(filled, partner())
    desk = seat("ann", role)
    assert act(desk, number, "approve") == 303
    found = stored(filled, number)
    assert (found.state, found.decided_by) == (APPLIED, "ann")
    desk.get(f"/review/registry/changes/{number}?done=approve")
    assert "已批准，变更已生效" in desk.page


@pytest.mark.parametrize("role", ["viewer", "moderator", "investigator", "auditor"])
def test_nobody_else_decides(seat: Callable[..., Desk], filled: Database, role: str) -> None:
    number = propose(filled, partner())
    desk = seat("ann", role)
    for looked_at, action in ((number, "approve"), (number, "reject"), (1, "undo")):
        desk.get(f"/review/registry/changes/{looked_at}")
        assert 'name="action"' not in desk.page
        assert "只能查看" in desk.page
        assert send(desk, looked_at, action) == 403
    assert stored(filled, number).state == PROPOSED
    assert len(all_changes(filled)) == 3


def test_who_proposed_it_is_told_why_not_and_cannot(lead: Desk, filled: Database) -> None:
    number = propose(filled, partner(), by="孙组长")
    lead.get(f"/review/registry/changes/{number}")
    assert 'value="approve"' not in lead.page
    assert "须由另一位组长或管理员批准" in lead.page
    assert send(lead, number, "approve") == 409
    assert "须由另一人批准" in lead.page
    assert stored(filled, number).state == PROPOSED


def test_who_proposed_it_may_take_it_back(lead: Desk, filled: Database) -> None:
    number = propose(filled, partner(), by="孙组长")
    assert act(lead, number, "reject", "弄错了\r\n文件\x00") == 303
    assert (stored(filled, number).state, stored(filled, number).note) == (REJECTED, "弄错了\n文件")
    lead.get(f"/review/registry/changes/{number}?done=reject")
    assert "已撤回" in lead.page


def test_undoing_what_widened_is_live_at_once_and_the_rest_waits(lead: Desk, admin: Desk, filled: Database) -> None:
    widened = propose(filled, partner())
    act(lead, widened, "approve")
    assert act(lead, widened, "undo") == 303
    opposite = all_changes(filled)[-1]
    assert (opposite.undoes, opposite.state, opposite.proposed_by) == (widened, APPLIED, "孙组长")
    assert act(lead, opposite.id, "undo") == 303
    again = all_changes(filled)[-1]
    assert (again.undoes, again.state) == (opposite.id, PROPOSED)
    lead.get(f"/review/registry/changes/{again.id}?done=undo")
    assert "须由另一人批准" in lead.page
    assert act(lead, again.id, "approve") == 409
    assert act(admin, again.id, "approve") == 303


def test_one_change_is_undone_once(lead: Desk, admin: Desk, filled: Database) -> None:
    narrowed = propose(filled, SUSPENDED)
    assert act(lead, narrowed, "undo") == 303
    admin.get(f"/review/registry/changes/{narrowed}")
    assert 'value="undo"' not in admin.page
    assert send(admin, narrowed, "undo") == 409
    assert "已经撤销过" in admin.page
    assert "孙组长" in admin.page
    assert [change.undoes for change in all_changes(filled)].count(narrowed) == 1


@pytest.mark.parametrize(("state", "action"), [
    (APPLIED, "approve"), (APPLIED, "reject"), (REJECTED, "approve"), (REJECTED, "reject"), (REJECTED, "undo"),
    (PROPOSED, "undo"),
])  # fmt: skip
def test_what_the_state_does_not_allow_is_a_conflict(
    lead: Desk, admin: Desk, filled: Database, state: str, action: str
) -> None:
    number = propose(filled, partner())
    if state != PROPOSED:
        act(admin, number, "approve" if state == APPLIED else "reject")
    assert act(lead, number, action) == 409
    assert "没有生效" in lead.page
    assert "现状" in lead.page
    assert stored(filled, number).state == state


def test_of_two_at_once_the_second_sees_who_was_first(lead: Desk, admin: Desk, filled: Database) -> None:
    for round_ in range(3):
        number = propose(filled, HEADER + BANK.replace("jiayi.example.cn", f"jiayi.example.cn;n{round_}.cn"))
        desks = {"approve": lead, "reject": admin}
        barrier = threading.Barrier(2)

        def click(action: str) -> int:
            desks[action].get(f"/review/registry/changes/{number}")  # noqa: B023
            barrier.wait()  # noqa: B023
            return send(desks[action], number, action)  # noqa: B023

        with ThreadPoolExecutor(2) as pool:
            answers = dict(zip(desks, pool.map(click, desks), strict=True))
        assert sorted(answers.values()) == [303, 409]
        first, second = sorted(answers, key=lambda action: answers[action])
        assert stored(filled, number).state == {"approve": APPLIED, "reject": REJECTED}[first]
        assert "已由他人处理" in desks[second].page
        assert {"approve": "孙组长", "reject": "周管理"}[first] in desks[second].page
        act(lead, number, "undo")


def test_of_two_that_approve_at_once_one_does(lead: Desk, admin: Desk, filled: Database) -> None:
    number = propose(filled, partner())
    for desk in (lead, admin):
        desk.get(f"/review/registry/changes/{number}")
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda desk: send(desk, number, "approve"), (lead, admin)))
    assert sorted(answers) == [303, 409]


def test_ones_own_second_click_is_told_kindly(lead: Desk, filled: Database) -> None:
    number = propose(filled, partner())
    act(lead, number, "approve")
    assert act(lead, number, "approve") == 409
    assert "您已处理过此变更" in lead.page


def test_without_the_pages_token_nothing_happens(lead: Desk, filled: Database) -> None:
    number = propose(filled, partner())
    lead.page = ""
    assert send(lead, number, "approve") == 400
    assert stored(filled, number).state == PROPOSED


def test_a_form_that_says_too_little_is_refused(lead: Desk, filled: Database) -> None:
    number = propose(filled, partner())
    forms: list[dict[str, object]] = [{"number": number}, {"number": number, "action": "erase"}, {"action": "approve"}]
    forms += [{"number": odd, "action": "approve"} for odd in ("x", "9" * 30, "３", "-1", "1.0")]
    for fields in forms:
        lead.get(f"/review/registry/changes/{number}")
        assert lead.post("/review/registry/decision", **fields).status_code == 400, fields
    assert stored(filled, number).state == PROPOSED


def test_an_unknown_change_is_not_found(lead: Desk, filled: Database) -> None:
    lead.get("/review/registry/changes/1")
    assert send(lead, 77, "approve") == 404


def test_a_note_has_a_limit(lead: Desk, filled: Database) -> None:
    number = propose(filled, partner())
    assert act(lead, number, "reject", "长" * 2001) == 422
    assert "至多 2000 个字" in lead.page
    assert stored(filled, number).state == PROPOSED
    assert act(lead, number, "reject", "长\r\n" * 1000) == 303
