"""A moderator at work, in a real browser: wide, narrow and dark."""

import pytest
from playwright.sync_api import expect

from moderation.db import Database
from moderation.review.models import QUARANTINE
from tests.support.desk import OWN_PASSWORD, add_case, add_person, decisions
from tests.ui.conftest import Window

TEXT = (
    "黑户可做，当天放款，无视征信！\u200b加薇信 abc\u202e123 了解\n"
    "<script>alert(1)</script><img src=//evil.example/x onerror=alert(1)>"
)


def _seat(window: Window, db: Database, name: str = "李审核", role: str = "moderator") -> None:
    password = add_person(db, name, role)
    window.log_in(name, password)
    window.change_password(password, OWN_PASSWORD)


def test_from_the_one_time_password_to_a_verdict(window: Window, db: Database, request: pytest.FixtureRequest) -> None:
    kind = request.node.callspec.params["window"]
    add_case(
        db,
        TEXT,
        age=600,
        title="急用钱看这里",
        links=["http://loan.example/" + "a" * 90],
        publisher={"id": "u-1", "name": "某某贷款王经理"},
    )
    add_case(db, "模型没能读懂的内容", cause=QUARANTINE, age=60)
    password = add_person(db, "李审核")
    window.open("/review")
    window.shot(f"{kind}-login")
    _fits(window)
    window.log_in("李审核", password)
    expect(window.page.get_by_text("一次性密码")).to_be_visible()
    window.shot(f"{kind}-password")
    _fits(window)
    window.change_password(password, OWN_PASSWORD)
    expect(window.page.get_by_role("heading", name="待审队列")).to_be_visible()
    window.shot(f"{kind}-queue")
    _fits(window)
    window.page.get_by_text("急用钱看这里").click()
    expect(window.page.locator("mark").first).to_have_text("黑户可做")
    window.shot(f"{kind}-case")
    _fits(window)
    window.page.get_by_label("备注").fill("明显违规")
    window.page.get_by_label("拦截，认定为").select_option("bad_credit_loan")
    window.page.get_by_role("button", name="拦截").click()
    expect(window.page.get_by_role("status")).to_contain_text("已拦截")
    expect(window.page.get_by_text("MemoryError")).to_be_visible()
    window.shot(f"{kind}-quarantine")
    assert [decision.source for decision in decisions(db, 1)] == ["machine", "moderator"]
    window.page.get_by_role("button", name="退出").click()
    expect(window.page.get_by_role("heading", name="登录")).to_be_visible()
    assert window.complaints == []
    assert window.foreign == []


def test_a_late_click_shows_who_was_first(window: Window, db: Database, request: pytest.FixtureRequest) -> None:
    case = add_case(db)
    _seat(window, db)
    window.open(f"/review/cases/{case}")
    second = window.page.context.new_page()
    second.goto(f"{window.server}/review/cases/{case}")
    second.get_by_role("button", name="放行").click()
    window.page.get_by_role("button", name="拦截").click()
    expect(window.page.get_by_role("heading", name="您已处理过此案件")).to_be_visible()
    window.shot(f"{request.node.callspec.params['window']}-late")
    assert [decision.verdict for decision in decisions(db, case)] == ["block", "allow"]


def test_the_keyboard_alone_is_enough(window: Window, db: Database) -> None:
    case = add_case(db)
    _seat(window, db)
    window.open(f"/review/cases/{case}")
    window.page.keyboard.press("Tab")
    expect(window.page.get_by_role("link", name="跳到正文")).to_be_focused()
    window.page.keyboard.press("Enter")
    stops = []
    for _ in range(30):
        window.page.keyboard.press("Tab")
        focused = window.page.evaluate(
            "() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [e.textContent.trim(), e.tagName, s.outlineStyle !== 'none' || s.boxShadow !== 'none'] }"
        )
        assert focused[2], f"no visible focus on {focused[:2]}"
        stops.append(focused[0])
        if focused[0] == "放行":
            break
    assert "拦截" in stops
    window.page.keyboard.press("Enter")
    expect(window.page.get_by_role("status")).to_contain_text("已放行")
    assert decisions(db, case)[-1].verdict == "allow"


def test_very_long_text_stays_in_its_box(window: Window, db: Database) -> None:
    case = add_case(db, "W" * 50_000 + "贷" * 50_000, publisher={"name": "x" * 200})
    _seat(window, db)
    window.open(f"/review/cases/{case}")
    _fits(window)
    window.open("/review")
    _fits(window)


def test_the_api_documentation_works_under_its_policy(window: Window) -> None:
    window.open("/docs/swagger")
    expect(window.page.get_by_text("Daidun 贷盾").first).to_be_visible()
    assert window.complaints == []
    assert window.foreign == []


def _fits(window: Window) -> None:
    over = window.page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert over <= 0, f"the page is {over} px wider than the window"
