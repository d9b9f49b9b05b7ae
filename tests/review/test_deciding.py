"""A moderator's word: appended in one transaction, once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import update

from moderation.access import people
from moderation.db import Database, utcnow
from moderation.errors import Invalid
from moderation.items.models import DECIDED, PENDING, QUARANTINED, Item
from moderation.items.schemas import DecisionOut
from moderation.review import rulings
from moderation.review.models import CLOSED, OPEN, QUARANTINE, SPOT_CHECK, ReviewCase
from moderation.review.rulings import AlreadyHandled, Ruling
from tests.support.desk import ANSWER, Desk, add_case, decisions, user


def _case(db: Database, case_id: int) -> ReviewCase:
    with db.read() as session:
        return session.get_one(ReviewCase, case_id)


def _item(db: Database, case_id: int) -> Item:
    with db.read() as session:
        return session.get_one(Item, session.get_one(ReviewCase, case_id).item_id)


def test_blocking_appends_a_final_decision_by_the_moderator(moderator: Desk, db: Database) -> None:
    case = add_case(db)
    moderator.open_case(case)
    assert moderator.decide(case, "block", "usury_loan").status_code == 303
    machine, human = decisions(db, case)
    assert machine.source == "machine"
    assert (human.seq, human.source, human.verdict, human.label, human.final) == (
        2,
        "moderator",
        "block",
        "usury_loan",
        True,
    )
    assert human.actor_id == user(db, "李审核").id
    reason = human.document["reasons"][0]
    assert (reason["code"], reason["source"]) == ("moderator.block", "moderator")
    assert reason["message"] == "人工审核：拦截，认定为“高利贷”"
    DecisionOut.model_validate(human.document)


def test_the_machines_grounds_stay_where_the_moderator_agrees(moderator: Desk, db: Database) -> None:
    case = add_case(db)
    moderator.open_case(case)
    moderator.decide(case, "block", "bad_credit_loan")
    document = decisions(db, case)[-1].document
    assert [reason["source"] for reason in document["reasons"]] == ["moderator", "lexicon"]
    assert document["missing"] == ANSWER["missing"]
    assert document["notice"] == ANSWER["notice"]


def test_the_machines_grounds_go_where_the_moderator_allows(moderator: Desk, db: Database) -> None:
    case = add_case(db)
    moderator.open_case(case)
    moderator.decide(case, "allow", "question_talk")
    document = decisions(db, case)[-1].document
    assert (document["verdict"], document["label"]) == ("allow", "question_talk")
    assert [reason["source"] for reason in document["reasons"]] == ["moderator"]
    assert document["missing"] == []
    assert document["notice"] is None
    assert document["labels"] == ANSWER["labels"]
    assert document["versions"] == ANSWER["versions"]


def test_the_case_closes_with_who_when_and_the_note(moderator: Desk, db: Database) -> None:
    case = add_case(db)
    moderator.open_case(case)
    moderator.decide(case, note="  与 #12 同一团伙 ")
    row = _case(db, case)
    assert (row.state, row.version, row.closed_by, row.note) == (CLOSED, 2, user(db, "李审核").id, "与 #12 同一团伙")
    assert row.closed_at is not None
    assert "同一团伙" not in str(decisions(db, case)[-1].document)
    assert "同一团伙" in moderator.open_case(case)


def test_a_quarantined_item_can_be_decided(moderator: Desk, db: Database) -> None:
    case = add_case(db, cause=QUARANTINE)
    assert "MemoryError" in moderator.open_case(case)
    assert moderator.decide(case, "block", "cash_out").status_code == 303
    (only,) = decisions(db, case)
    assert (only.seq, only.verdict, only.score) == (1, "block", 1.0)
    assert only.document["versions"]["model"] == "none"
    DecisionOut.model_validate(only.document)
    assert _item(db, case).state == DECIDED


def test_a_quarantined_item_can_be_given_back_to_the_machine(moderator: Desk, db: Database) -> None:
    case = add_case(db, cause=QUARANTINE)
    moderator.open_case(case)
    response = moderator.post(f"/review/cases/{case}/redrive", version=moderator.version)
    assert response.status_code == 303
    item = _item(db, case)
    assert (item.state, item.attempts, item.last_error) == (PENDING, 0, None)
    assert item.due_at is not None
    assert _case(db, case).state == CLOSED
    assert decisions(db, case) == []


def test_only_quarantined_items_are_given_back(moderator: Desk, db: Database) -> None:
    case = add_case(db, cause=SPOT_CHECK)
    moderator.open_case(case)
    assert moderator.post(f"/review/cases/{case}/redrive", version=1).status_code == 422
    assert _case(db, case).state == OPEN


def test_a_worker_that_holds_the_item_loses_it_to_the_moderator(moderator: Desk, db: Database) -> None:
    case = add_case(db)
    with db.write() as session:
        session.execute(update(Item).values(state=PENDING, due_at=utcnow(), lease="worker"))
    moderator.open_case(case)
    moderator.decide(case)
    item = _item(db, case)
    assert (item.state, item.due_at, item.lease) == (DECIDED, None, None)


def test_the_second_of_two_moderators_is_told_and_changes_nothing(
    moderator: Desk, colleague: Desk, db: Database
) -> None:
    case = add_case(db)
    moderator.open_case(case)
    colleague.open_case(case)
    moderator.decide(case, "block", "usury_loan")
    response = colleague.decide(case, "allow", "complaint")
    assert response.status_code == 409
    assert "已由他人处理" in colleague.page
    assert "李审核" in colleague.page
    assert "高利贷" in colleague.page
    assert [decision.label for decision in decisions(db, case)] == ["bad_credit_loan", "usury_loan"]


def test_a_late_second_click_of_ones_own_is_told_kindly(moderator: Desk, db: Database) -> None:
    case = add_case(db)
    page = moderator.open_case(case)
    moderator.decide(case)
    moderator.page = page
    assert moderator.decide(case).status_code == 409
    assert "您已处理过此案件" in moderator.page
    assert len(decisions(db, case)) == 2


def test_a_stale_version_is_refused_though_the_case_is_open(moderator: Desk, db: Database) -> None:
    case = add_case(db)
    moderator.open_case(case)
    with db.write() as session:
        session.execute(update(ReviewCase).values(version=5))
    assert moderator.decide(case).status_code == 409
    assert len(decisions(db, case)) == 1
    assert _case(db, case).state == OPEN


def test_two_moderators_at_once_give_one_verdict(moderator: Desk, colleague: Desk, db: Database) -> None:
    for _ in range(5):
        case = add_case(db)
        moderator.open_case(case)
        colleague.open_case(case)
        barrier = threading.Barrier(2)

        def click(desk: Desk, action: str, label: str) -> int:
            barrier.wait()  # noqa: B023
            return desk.decide(case, action, label).status_code  # noqa: B023

        with ThreadPoolExecutor(2) as pool:
            clicks = [
                pool.submit(click, moderator, "block", "usury_loan"),
                pool.submit(click, colleague, "allow", "complaint"),
            ]
            answers = [each.result() for each in clicks]
        assert sorted(answers) == [303, 409]
        (_, human) = decisions(db, case)
        assert human.label == ("usury_loan" if answers[0] == 303 else "complaint")
        assert human.actor_id == _case(db, case).closed_by


def test_of_twenty_threads_one_closes_the_case(moderator: Desk, db: Database) -> None:
    case, actor = add_case(db), user(db, "李审核").id
    barrier = threading.Barrier(20)

    def rule() -> bool:
        barrier.wait()
        try:
            with db.write() as session:
                rulings.decide(session, case, 1, Ruling("block", "usury_loan"), actor)
        except AlreadyHandled:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        won = [each.result() for each in [pool.submit(rule) for _ in range(20)]]
    assert won.count(True) == 1
    assert len(decisions(db, case)) == 2


def test_what_fails_after_the_case_was_closed_leaves_it_open(moderator: Desk, db: Database) -> None:
    case = add_case(db)
    actor = user(db, "李审核").id

    def fail_late() -> None:
        with db.write() as session:
            rulings.decide(session, case, 1, Ruling("block", "usury_loan"), actor)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_late()
    assert _case(db, case).state == OPEN
    assert len(decisions(db, case)) == 1


def test_deciding_and_giving_back_at_once_do_one_of_the_two(moderator: Desk, colleague: Desk, db: Database) -> None:
    case = add_case(db, cause=QUARANTINE)
    moderator.open_case(case)
    colleague.open_case(case)
    assert colleague.post(f"/review/cases/{case}/redrive", version=1).status_code == 303
    assert moderator.decide(case).status_code == 409
    assert decisions(db, case) == []
    assert _item(db, case).state == PENDING


def test_an_item_that_left_quarantine_otherwise_is_not_given_back(moderator: Desk, db: Database) -> None:
    case = add_case(db, cause=QUARANTINE)
    with db.write() as session:
        session.execute(update(Item).where(Item.state == QUARANTINED).values(state=DECIDED))
    moderator.open_case(case)
    assert moderator.post(f"/review/cases/{case}/redrive", version=1).status_code == 409
    assert _case(db, case).state == OPEN


@pytest.mark.parametrize("role", ["viewer", "investigator", "auditor"])
def test_roles_that_only_look_see_no_buttons_and_cannot_decide(
    seat: Callable[..., Desk], db: Database, role: str
) -> None:
    case = add_case(db, cause=QUARANTINE)
    desk = seat("ann", role)
    page = desk.open_case(case)
    assert 'name="action"' not in page
    assert "只能查看" in page
    assert desk.decide(case).status_code == 403
    assert "没有权限" in desk.page
    desk.get("/review/password")
    assert desk.post(f"/review/cases/{case}/redrive", version=1).status_code == 403
    assert _case(db, case).state == OPEN


@pytest.mark.parametrize("role", ["moderator", "lead", "admin"])
def test_roles_that_decide_can(seat: Callable[..., Desk], db: Database, role: str) -> None:
    case = add_case(db)
    desk = seat("ann", role)
    desk.open_case(case)
    assert desk.decide(case).status_code == 303


def test_a_role_taken_away_counts_at_the_next_click(moderator: Desk, db: Database) -> None:
    case = add_case(db)
    moderator.open_case(case)
    with db.write() as session:
        people.set_role(session, "李审核", "viewer")
    assert moderator.decide(case).status_code == 403


@pytest.mark.parametrize(
    ("action", "label"),
    [
        ("block", "unrelated"),
        ("allow", "usury_loan"),
        ("block", "nonsense"),
        ("block", ""),
        ("erase", "usury_loan"),
        ("", ""),
    ],
)
def test_a_verdict_that_makes_no_sense_is_refused(moderator: Desk, db: Database, action: str, label: str) -> None:
    case = add_case(db)
    moderator.open_case(case)
    assert moderator.decide(case, action, label).status_code == 422
    assert _case(db, case).state == OPEN
    with pytest.raises(Invalid):
        Ruling(action, label)  # type: ignore[arg-type]


def test_a_note_has_a_limit(moderator: Desk, db: Database) -> None:
    case = add_case(db)
    moderator.open_case(case)
    assert moderator.decide(case, note="长" * 2001).status_code == 422


@pytest.mark.parametrize("version", ["", "x", "-1", "1.0", "99999999999999999999", "2147483648", "１"])
def test_a_version_that_is_none_is_refused(moderator: Desk, db: Database, version: str) -> None:
    case = add_case(db)
    moderator.open_case(case)
    assert moderator.decide(case, version=version).status_code == 400
    assert _case(db, case).state == OPEN


def test_a_case_that_does_not_exist_is_not_found(moderator: Desk) -> None:
    moderator.get("/review")
    for case in (77, 9223372036854775807):
        assert moderator.get(f"/review/cases/{case}").status_code == 404
        moderator.get("/review")
        assert moderator.decide(case).status_code == 404
        moderator.get("/review")
    assert moderator.get("/review/cases/9223372036854775808").status_code == 404
