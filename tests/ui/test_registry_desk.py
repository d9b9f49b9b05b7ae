"""A policy owner at the lender registry, in a real browser: wide, narrow and dark."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from moderation.db import Database, utcnow
from moderation.lenders import changes
from moderation.lenders.models import APPLIED, REJECTED
from tests.lenders.conftest import BANK, FINANCE, HEADER, LENDERS, enter
from tests.support.desk import OWN_PASSWORD, add_case, add_person
from tests.support.registry_desk import BANK_NAME, propose, stored
from tests.ui.conftest import Window

# The light narrow window is left to the desk's own tests: the pages share their layout.
pytestmark = pytest.mark.parametrize("window", ["1280-light", "390-dark"], indirect=True)

HOSTILE = "<script>alert(1)</script>\u202e款贷\u200b有限公司"
PARTNERS = "legal_name,operator_name,role,source,confidence,as_of,valid_to,product\n"
STATES = "legal_name,licence_type,status_history,source,confidence\n"
# What `scrollWidth` tells is the layout's; a text that sticks out of its own box shows here.
_CONTRAST = """() => {
  const light = c => { const v = c.match(/[\\d.]+/g).map(Number);
    const f = x => (x /= 255) <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
    return 0.2126 * f(v[0]) + 0.7152 * f(v[1]) + 0.0722 * f(v[2]); };
  const ground = e => { for (; e; e = e.parentElement) {
      const c = getComputedStyle(e).backgroundColor;
      if (!/, 0\\)$|transparent/.test(c)) return c; } return 'rgb(255, 255, 255)'; };
  const poor = [];
  for (const e of document.querySelectorAll('main *')) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.checkVisibility()) continue;
    const s = getComputedStyle(e), a = light(s.color), b = light(ground(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.push([e.tagName, e.textContent.trim().slice(0, 20), ratio.toFixed(2), s.color, ground(e)]);
  }
  return poor; }"""


def _seat(window: Window, db: Database, name: str = "孙组长", role: str = "lead") -> None:
    password = add_person(db, name, role)
    window.log_in(name, password)
    window.change_password(password, OWN_PASSWORD)


def _fits(window: Window) -> None:
    over = window.page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert over <= 0, f"the page is {over} px wider than the window"
    assert window.page.evaluate(_CONTRAST) == []


@pytest.fixture
def filled(db: Database) -> Database:
    enter(db, LENDERS)
    soon = (utcnow() + timedelta(days=30)).date().isoformat()
    enter(db, HEADER.replace("nfra_code", "expires") + FINANCE.replace("X9002H231000001", soon))
    enter(db, STATES + f"{BANK_NAME},城市商业银行,suspended@2025-02-28;active@2025-11-12,某省名单,high\n")
    row = f"{BANK_NAME},壬癸科技有限公司,marketing,该行官网合作机构页 https://jiayi.example.cn/partners,high,2026-03-03"
    enter(db, PARTNERS + f"{row},{soon},甲乙e贷\n")
    channels = [
        "legal_name,channel,value,source,confidence,as_of,valid_to",
        f"{BANK_NAME},hotline,95500,卡片背面,medium,2025-02-02,",
        f"{BANK_NAME},wechat_oa,甲乙银行,官网,high,,2025-01-01",
    ]
    enter(db, "\n".join(channels))
    for number in range(3):
        lender = {"claimed": BANK_NAME, "matched": None, "standing": "unverified_claim"}
        add_case(db, answer={"lender": lender, "verdict": "allow" if number == 1 else "block"})
    return db


def test_from_what_waits_to_an_approval(window: Window, filled: Database, request: pytest.FixtureRequest) -> None:
    kind = request.node.callspec.params["window"]
    text = HEADER + BANK.replace("jiayi.example.cn", "jiayi.example.cn;jiayi-loan.example.cn").replace("广东", "广西")
    number = propose(filled, text + f'"{HOSTILE}",城市商业银行,,,,,,某名单,high\n', note="年中更新")
    _seat(window, filled)
    window.page.get_by_role("link", name="机构名录").click()
    expect(window.page.get_by_role("heading", name="等待第二人复核")).to_be_visible()
    window.shot(f"registry-{kind}-home")
    _fits(window)
    window.page.get_by_role("link", name=f"#{number} ").click()
    expect(window.page.get_by_role("heading", name=f"变更 #{number}")).to_be_visible()
    expect(window.page.get_by_text("U+202E").first).to_be_visible()
    window.shot(f"registry-{kind}-change")
    _fits(window)
    window.page.get_by_role("button", name="批准").click()
    expect(window.page.get_by_role("status")).to_contain_text("已批准")
    assert stored(filled, number).state == APPLIED
    window.page.get_by_text("撤销此变更").click()
    window.shot(f"registry-{kind}-approved")
    _fits(window)
    window.page.get_by_role("button", name="撤销").click()
    expect(window.page.get_by_role("status")).to_contain_text("撤销")
    assert window.complaints == []
    assert window.foreign == []


def test_the_proposer_reads_why_there_is_no_button(
    window: Window, filled: Database, request: pytest.FixtureRequest
) -> None:
    number = propose(filled, HEADER + BANK.replace("jiayi.example.cn", "other.cn"), by="孙组长")
    _seat(window, filled)
    window.open(f"/review/registry/changes/{number}")
    expect(window.page.get_by_text("须由另一位组长或管理员批准")).to_be_visible()
    expect(window.page.get_by_role("button", name="批准")).to_have_count(0)
    window.shot(f"registry-{request.node.callspec.params['window']}-own")
    _fits(window)
    window.page.get_by_label("撤回理由").fill("弄错了文件")
    window.page.get_by_role("button", name="撤回").click()
    expect(window.page.get_by_role("status")).to_contain_text("已撤回")
    assert stored(filled, number).state == REJECTED


def test_a_late_click_shows_who_was_first(window: Window, filled: Database, request: pytest.FixtureRequest) -> None:
    number = propose(filled, HEADER + BANK.replace("jiayi.example.cn", "other.cn"), by="周管理")
    _seat(window, filled)
    window.open(f"/review/registry/changes/{number}")
    with filled.write() as session:
        changes.reject(session, number, by="吴管理", note="来源不足")
    window.page.get_by_role("button", name="批准").click()
    expect(window.page.get_by_role("heading", name="已由他人处理")).to_be_visible()
    expect(window.page.get_by_text("吴管理")).to_be_visible()
    window.shot(f"registry-{request.node.callspec.params['window']}-late")
    _fits(window)


def test_a_lender_is_found_and_drawn(window: Window, filled: Database, request: pytest.FixtureRequest) -> None:
    kind = request.node.callspec.params["window"]
    _seat(window, filled, "陈旁观", "viewer")
    window.open("/review/registry/lenders")
    window.page.get_by_label("名称").fill("甲乙e贷")
    window.page.get_by_label("哪一天").fill("2025-06-01")
    window.page.get_by_role("button", name="查询").click()
    expect(window.page.get_by_role("status")).to_contain_text("共 1 家；2025-06-01")
    expect(window.page.get_by_text("牌照中止")).to_be_visible()
    window.shot(f"registry-{kind}-lenders")
    _fits(window)
    window.page.get_by_role("link", name=BANK_NAME).click()
    expect(window.page.get_by_role("heading", name=BANK_NAME)).to_be_visible()
    window.shot(f"registry-{kind}-lender")
    _fits(window)
    window.page.get_by_label("哪一天").fill("2026-01-01")
    window.page.get_by_role("button", name="查看").click()
    expect(window.page.locator(".headline").get_by_text("牌照有效")).to_be_visible()
    window.open("/review/registry/lenders?name=无此机构")
    window.shot(f"registry-{kind}-none")
    _fits(window)
    assert window.complaints == []


def test_an_empty_registry_is_no_bare_page(window: Window, db: Database, request: pytest.FixtureRequest) -> None:
    _seat(window, db)
    window.open("/review/registry")
    expect(window.page.get_by_text("没有等待复核的变更")).to_be_visible()
    window.shot(f"registry-{request.node.callspec.params['window']}-empty")
    _fits(window)


def test_a_long_import_with_long_cells_fits(window: Window, filled: Database, request: pytest.FixtureRequest) -> None:
    rows = "".join(
        f"第{each}号{'长' * 150}银行股份有限公司,城市商业银行,,广东,,,,{'W' * 400},high\n" for each in range(40)
    )
    number = propose(filled, HEADER + rows)
    _seat(window, filled)
    for path in (
        f"/changes/{number}",
        f"/changes/{number}?record=0",
        f"/lenders/第1号{'长' * 150}银行股份有限公司",
        "",
    ):
        window.open(f"/review/registry{path}")
        _fits(window)
    window.open(f"/review/registry/changes/{number}?page=2")
    window.shot(f"registry-{request.node.callspec.params['window']}-long")


def test_the_keyboard_alone_is_enough(window: Window, filled: Database) -> None:
    number = propose(filled, HEADER + BANK.replace("jiayi.example.cn", "other.cn"), by="周管理")
    _seat(window, filled)
    window.open(f"/review/registry/changes/{number}")
    for _ in range(30):
        window.page.keyboard.press("Tab")
        name, visible = window.page.evaluate(
            "() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [e.textContent.trim(), s.outlineStyle !== 'none' || s.boxShadow !== 'none'] }"
        )
        assert visible, f"no visible focus on {name}"
        if name.startswith("批准"):
            break
    window.page.keyboard.press("Enter")
    expect(window.page.get_by_role("status")).to_contain_text("已批准")
    assert stored(filled, number).state == APPLIED
