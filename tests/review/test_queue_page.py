"""The queue: oldest first, in pages, by cause; and the way from case to case."""

import re

import pytest

from moderation.db import Database
from moderation.review import backlog
from moderation.review.models import CAUSES, QUARANTINE, SPOT_CHECK, UNCERTAIN
from tests.support.desk import Desk, add_case


def _listed(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'href="/review/cases/(\d+)', page)]


def test_an_empty_queue_says_so(moderator: Desk) -> None:
    moderator.get("/review")
    assert "没有待审的案件" in moderator.page


def test_open_cases_stand_oldest_first(moderator: Desk, db: Database) -> None:
    young, old, middle = (add_case(db, age=age) for age in (1, 300, 20))
    moderator.get("/review")
    assert _listed(moderator.page) == [old, middle, young]


def test_a_decided_case_leaves_the_queue(moderator: Desk, db: Database) -> None:
    first, second = add_case(db, age=9), add_case(db)
    moderator.open_case(first)
    moderator.decide(first)
    moderator.get("/review")
    assert _listed(moderator.page) == [second]


@pytest.mark.parametrize("cause", CAUSES)
def test_the_queue_can_be_narrowed_to_a_cause(moderator: Desk, db: Database, cause: str) -> None:
    cases = {each: add_case(db, cause=each) for each in CAUSES}
    moderator.get(f"/review?cause={cause}")
    assert _listed(moderator.page) == [cases[cause]]
    assert f'cause={cause}" aria-current="page"' in moderator.page


def test_pages_follow_a_cursor_and_show_each_case_once(moderator: Desk, db: Database) -> None:
    # Equal instants, too: the id decides.
    cases = [add_case(db, age=60 - number // 3 * 3) for number in range(60)]
    seen: list[int] = []
    path = "/review"
    while path:
        moderator.get(path)
        seen += _listed(moderator.page)
        onward = re.search(r'rel="next" href="([^"]+)"', moderator.page)
        path = onward[1].replace("&amp;", "&") if onward else ""
    assert sorted(seen) == cases
    assert len(seen) == len(set(seen)) == 60


def test_a_cursor_outlives_its_case(moderator: Desk, db: Database) -> None:
    cases = [add_case(db, age=100 - number) for number in range(3)]
    moderator.open_case(cases[0])
    moderator.decide(cases[0])
    moderator.get(f"/review?after={cases[0]}")
    assert _listed(moderator.page) == cases[1:]


@pytest.mark.parametrize("query", ["after=x", "after=-1", "after=" + "9" * 30, "cause=nonsense", "after=1' OR 1=1"])
def test_a_malformed_query_is_refused(moderator: Desk, query: str) -> None:
    assert moderator.get(f"/review?{query}").status_code == 400


def test_counts_stop_where_nobody_reads_on(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "COUNT_LIMIT", 3)
    for _ in range(4):
        add_case(db)
    with db.read() as session:
        assert backlog.counts(session) == dict.fromkeys(CAUSES, 0) | {UNCERTAIN: 3}


def test_deciding_leads_to_the_next_case_of_the_same_cause(moderator: Desk, db: Database) -> None:
    first, _, third = (
        add_case(db, cause=cause, age=age) for cause, age in [(UNCERTAIN, 9), (SPOT_CHECK, 8), (UNCERTAIN, 7)]
    )
    moderator.get(f"/review/cases/{first}?cause=uncertain")
    response = moderator.decide(first, cause="uncertain")
    assert response.location == f"/review/cases/{third}?cause=uncertain&done=block"
    moderator.get(response.location)
    assert "已拦截" in moderator.page
    assert moderator.decide(third, cause="uncertain").location == "/review?cause=uncertain&done=block"


def test_skipping_leaves_the_case_to_others_and_comes_round_again(moderator: Desk, db: Database) -> None:
    first, second = add_case(db, age=9), add_case(db)
    assert moderator.get(f"/review/cases/{first}/next").location == f"/review/cases/{second}"
    assert moderator.get(f"/review/cases/{second}/next").location == f"/review/cases/{first}"
    moderator.get("/review")
    assert _listed(moderator.page) == [first, second]


def test_skipping_the_only_case_leads_to_the_queue(moderator: Desk, db: Database) -> None:
    case = add_case(db)
    assert moderator.get(f"/review/cases/{case}/next").location == "/review"


def test_a_case_shows_what_a_moderator_needs(viewer: Desk, db: Database) -> None:
    case = add_case(
        db,
        "黑户可做，当天放款",
        title="急用钱看过来",
        links=["http://loan.example/apply"],
        publisher={"id": "u1", "name": "某某金融", "licence_no": "L-1", "domain": "loan.example"},
    )
    page = viewer.open_case(case)
    for shown in (
        "急用钱看过来", "<mark>黑户可做</mark>，当天放款", "http://loan.example/apply", "某某金融", "L-1", "未核验",
        "自称某机构，未核验", "某某消费金融有限公司", "拦截", "黑户贷", "0.610", "承诺向征信不良者放款",
        "《贷款广告规定》第三条", '<progress max="1" value="0.6100"', "61.0%", "待人工确认",
    ):  # fmt: skip
        assert shown in page
    assert 'href="http://loan.example' not in page


def test_without_a_machines_reading_no_label_is_preselected(moderator: Desk, db: Database) -> None:
    case = add_case(db, cause=QUARANTINE)
    page = moderator.open_case(case)
    assert "selected" not in page
    assert page.count('<option value="">请选择</option>') == 2
    assert moderator.decide(case, "block", "").status_code == 422
    assert "选好标签" in moderator.page


def test_the_likeliest_labels_are_preselected(moderator: Desk, db: Database) -> None:
    page = moderator.open_case(add_case(db))
    assert re.findall(r'value="(\w+)" title="[^"]*" selected', page) == ["bad_credit_loan", "question_talk"]
