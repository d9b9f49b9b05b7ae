"""Look-alikes in findings: what is suspected, what never is, and that nothing else in a finding rests on it."""

from dataclasses import replace
from datetime import date
from importlib.resources import files
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.lenders import skeletons, versions
from moderation.lenders.facts import Facts
from moderation.lenders.glances import Glances
from moderation.lenders.loading import standing
from moderation.lenders.name_rules import load_rules
from moderation.lenders.registry import Registry
from moderation.lenders.separated import parted
from moderation.lenders.standing import Finding, Publisher, Standing

DAY = date(2026, 5, 1)
WEBANK, FINANCE = "深圳前海微众银行股份有限公司", "招联消费金融股份有限公司"
LURE = "【微粒袋】最高30万额度，点击领取"


def verified(name: str, domain: str | None = None) -> Publisher:
    return Publisher(name=name, domain=domain, verified=True)


def ask(publisher: Publisher | None, text: str = "", *links: str) -> Finding:
    return standing(publisher, DAY, text=text, links=links)


def suspected(found: Finding) -> list[tuple[str, str, str]]:
    return [(each.written, each.resembles, each.kind) for each in found.suspicions]


@pytest.mark.parametrize(
    ("text", "written", "resembles", "kind"),
    [
        (LURE, "微粒袋", "微粒贷", "sound"),
        ("您的京冬金条额度已升级，点此领取", "京冬金条", "京东金条", "sound"),
        ("内部开通微粒货额度，今日有效", "微粒货", "微粒贷", "shape"),
        ("微·粒·贷额度升级，联系专员", "微·粒·贷", "微粒贷", "separator"),
        ("微x粒贷额度升级，联系专员", "微x粒贷", "微粒贷", "letter"),
        ("转账到招商*行，今日放款到账", "招商*行", "招商银行", "odd_character"),
        ("we6ank 官方下载，额度30万", "we6ank", "webank", "latin"),
        ("【借唄】额度升级，专属客服", "借唄", "借呗", "traditional"),
        ("京东条金邀您开通，额度20万", "京东条金", "京东金条", "swap"),
    ],
)
def test_a_near_miss_is_told_with_what_it_resembles(text: str, written: str, resembles: str, kind: str) -> None:
    found = ask(None, text)
    assert suspected(found) == [(written, resembles, kind)]
    assert found.remarks == ("lookalike_name",)
    (each,) = found.suspicions
    assert text[each.start : each.end] == written
    assert each.what == "name"
    assert each.entity


def test_a_suspicion_tells_whose_name_it_is() -> None:
    assert [each.entity for each in ask(None, LURE).suspicions] == [WEBANK]


def test_without_the_text_as_written_no_name_is_suspected(shipped: Registry) -> None:
    assert shipped.standing(None, mentions=shipped.mentions(LURE), at=DAY).suspicions == ()


@pytest.mark.parametrize(
    ("link", "written", "resembles", "kind"),
    [
        ("https://webank-loan.cn/x", "webank-loan.cn", "webank.com", "addition"),
        ("1cbc.com.cn", "1cbc.com.cn", "icbc.com.cn", "digits"),
        ("http://xn--icb-6ed.com.cn/login", "icbс.com.cn", "icbc.com.cn", "confusable"),
        ("https://webank.top", "webank.top", "webank.com", "suffix"),
        ("http://icbc.com.cn.evil.top/a", "icbc.com.cn.evil.top", "icbc.com.cn", "subdomain"),
        ("https://link.zhihu.com/?target=https%3A%2F%2Fwebank-loan.cn%2Fx", "webank-loan.cn", "webank.com", "addition"),
        ("https://safe.example.cn/go?url=https%253A%252F%252Fwebank.top", "webank.top", "webank.com", "suffix"),
        ("https://link.zhihu.com/?target=http://xn--icb-6ed.com.cn", "icbс.com.cn", "icbc.com.cn", "confusable"),
        ("https://www.webank.com@webank.top/", "webank.top", "webank.com", "suffix"),
    ],
)
def test_a_look_alike_domain_is_told_wherever_the_link_carries_it(
    link: str, written: str, resembles: str, kind: str
) -> None:
    found = ask(None, "", link, link)
    assert suspected(found) == [(written, resembles, kind)]
    assert "lookalike_domain" in found.remarks
    assert (found.suspicions[0].what, found.suspicions[0].start) == ("domain", None)


@pytest.mark.parametrize(
    "link",
    [
        "https://t.cn/A6webank",
        "https://bit.ly/webank-loan",
        "https://mp.weixin.qq.com/s/webank",
        "https://apps.apple.com/cn/app/webank/id1",
        "https://www.webank.com/",
        "https://m.webank.com/go?url=https://www.icbc.com.cn",
        "https://shop.example.com/webank.top",
        "mailto:a@webank.top",
        "",
    ],
)
def test_shorteners_stores_and_lenders_themselves_are_not_suspected(link: str) -> None:
    assert ask(None, "", link).suspicions == ()


def test_a_shortener_is_still_remarked_upon() -> None:
    assert ask(None, "", "https://t.cn/A6webank").remarks == ("shortened_link",)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("微粒袋额度", "a search term"),
        ("为什么我的微粒袋没有额度", "a customer's question"),
        ("微粒货怎么还不能借款？", "a customer's question"),
        (
            "請問內地的朋友，「花唄」跟「信用卡」上徵信有什麼不同，我在廈門工作兩年，準備申請房貸",
            "written so throughout",
        ),
        ("招商銀行提醒您：年化利率7.2%起，貸款有風險，借款需謹慎", "written so throughout"),
        ("微粒贷额度30万，年化利率7.2%", "the name itself"),
        ("网上银行申请贷款，优享贷年化7.2%起", "other names"),
        ("周末和家人去公园，天气很好", "nothing of the kind"),
    ],
)
def test_what_may_be_innocent_is_not_suspected(text: str, why: str) -> None:
    assert ask(None, text).suspicions == (), why


def test_a_question_that_leads_to_a_contact_is_suspected_all_the_same() -> None:
    assert suspected(ask(None, "缺钱吗？微粒袋额度30万 加wld8866")) == [("微粒袋", "微粒贷", "sound")]


@pytest.mark.parametrize("text", ["微粒袋额度", "为什么我的微粒袋没有额度"])
def test_the_search_itself_tells_all_near_misses(shipped: Registry, text: str) -> None:
    assert [each.written for each in shipped.near_misses(text)] == ["微粒袋"]


LINKS = ("https://webank-loan.cn", "http://xn--icb-6ed.com.cn")
PUBLISHERS = [
    None,
    Publisher(name="快乐小店"),
    verified("某某咨询有限公司"),
    verified(WEBANK),
    verified("招商银行股份有限公司", "cmbchina.com"),
    verified("重庆信喜小额贷款有限公司"),
    verified("中国工商银行股份有限公司"),
]


def innocent(found: Finding) -> Finding:
    """Return the finding as it would be if nothing were suspected."""
    remarks = tuple(each for each in found.remarks if not each.startswith("lookalike_"))
    return replace(found, suspicions=(), remarks=remarks)


@pytest.mark.parametrize(("publisher", "links"), list(product(PUBLISHERS, [(), LINKS])))
def test_a_suspicion_changes_nothing_else(
    shipped: Registry, publisher: Publisher | None, links: tuple[str, ...]
) -> None:
    text = LURE + "，京冬金条、招商银航同办"
    without, found = (
        shipped.standing(publisher, mentions=shipped.mentions(text), links=links, at=DAY, text=each)
        for each in ("", text)
    )
    assert len(found.suspicions) > len(without.suspicions)
    assert innocent(found) == innocent(without)


@pytest.mark.parametrize("publisher", [None, Publisher(name="快乐小店"), verified("某某咨询有限公司")])
def test_a_near_miss_claims_nobody(publisher: Publisher | None) -> None:
    found = ask(publisher, LURE, "https://webank-loan.cn")
    unlicensed = Standing.NO_CLAIM if publisher is None or not publisher.verified else Standing.VERIFIED_UNLICENSED
    assert (found.standing, found.claimed, found.matched, found.mentions) == (unlicensed, None, None, ())
    assert found.remarks == ("lookalike_name", "lookalike_domain")


class TestOwn:
    """A verified lender's names and domains are its own, however they are written."""

    @pytest.mark.parametrize(
        "text", [LURE, "微·粒·贷额度升级，联系专员", "【微粒貸】额度升级，专属客服", "WeB4nk 微粒货额度"]
    )
    def test_a_lender_may_write_its_names_as_it_likes(self, text: str) -> None:
        assert ask(None, text).suspicions
        assert ask(verified(WEBANK), text).suspicions == ()

    def test_anothers_name_is_suspected_in_a_lenders_ad(self) -> None:
        found = ask(verified(FINANCE), "好期贷由招联消费金融提供，微粒袋额度5万")
        assert (found.standing, suspected(found)) == (
            Standing.VERIFIED_LENDER,
            [("微粒袋", "微粒贷", "sound")],
        )

    @pytest.mark.parametrize("link", ["https://m.webank.com/x", "https://link.zhihu.com/?target=https://webank.com"])
    def test_a_listed_domain_is_never_suspected(self, link: str) -> None:
        assert ask(verified(WEBANK), "微粒贷", link).suspicions == ()

    def test_every_listed_domain_is_its_lenders_own(self, shipped: Registry) -> None:
        for lender in shipped.facts.lenders:
            links = [f"https://{prefix}{domain.host}/" for domain in lender.domains for prefix in ("", "m.", "www.")]
            found = shipped.standing(verified(lender.legal_name), links=links, at=DAY, text=lender.legal_name * 2)
            assert found.suspicions == (), lender.legal_name

    def test_the_domain_that_the_platform_verified_is_not_suspected(self) -> None:
        found = ask(verified(WEBANK, "webank-loan.cn"), "微粒贷 webank-loan.cn", "https://www.webank-loan.cn/a")
        assert (found.standing, found.suspicions) == (Standing.VERIFIED_LENDER, ())

    def test_a_look_alike_of_its_own_domain_is(self) -> None:
        found = ask(verified(WEBANK), "微粒贷", "https://webank-loan.cn/a")
        assert suspected(found) == [("webank-loan.cn", "webank.com", "addition")]
        assert found.remarks == ("foreign_landing", "lookalike_domain")

    def test_a_verified_strangers_domain_may_look_like_a_lenders(self) -> None:
        found = ask(verified("某某咨询有限公司", "webank-loan.cn"), "", "https://webank-loan.cn/a")
        assert (found.standing, found.remarks) == (Standing.VERIFIED_UNLICENSED, ("lookalike_domain",))

    def test_an_unverified_name_excuses_nothing(self) -> None:
        assert suspected(ask(Publisher(name=WEBANK), LURE)) == [("微粒袋", "微粒贷", "sound")]


def test_a_lender_of_one_place_is_not_taken_for_one_that_is_imitated(registry: Registry) -> None:
    assert registry.near_misses("丙丁化额度30万") != ()
    assert registry.near_misses("更辛小贷额度30万") == ()


@pytest.mark.parametrize("name", [*versions.SCOPE, *versions.LOOKALIKES])
def test_the_version_tells_every_rule(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    package = tmp_path / "lenders"
    (package / "seed").mkdir(parents=True)
    source = files("moderation.lenders")
    for each in (*versions.SCOPE, *versions.LOOKALIKES):
        (package / each).write_bytes(source.joinpath(each).read_bytes())
    monkeypatch.setattr(versions, "files", lambda _: package)
    seen = []
    for content in (b"", b"# another rule\n"):
        (package / name).write_bytes((package / name).read_bytes() + content)
        versions._program.cache_clear()
        seen.append(versions.version_of("00", load_rules()))
    versions._program.cache_clear()
    assert seen[0] != seen[1]


def test_a_registry_without_names_suspects_nobody() -> None:
    bare = Registry(Facts())
    assert bare.standing(None, at=DAY, text=LURE, links=["https://webank.top"]).suspicions == ()


NAMES = ("微粒贷", "京东金条")
GLANCES = Glances(NAMES)


@pytest.mark.parametrize(
    ("text", "traditional", "parted"),
    [
        ("微粒贷", False, False),
        ("微，粒", False, True),
        ("京  东", False, True),
        ("天，气 好", False, False),
        ("條", True, True),
        ("ABC", False, False),
        ("", False, False),
        ("\ud800", False, False),
    ],
)
def test_a_glance_tells_what_is_worth_a_second_look(text: str, traditional: bool, parted: bool) -> None:
    seen = GLANCES.of(text)
    assert (seen.traditional, seen.parted, len(seen.shape_and_sound)) == (traditional, parted, 2 * len(text))


@given(st.text(alphabet=st.sampled_from([*"微粒贷袋·,，、 x*", "\u200b", "貸"]), max_size=12))
def test_a_glance_overlooks_no_name_that_stands_apart(text: str) -> None:
    without = parted(skeletons.plain().of(text))
    apart = without is not None and any(name in without.text and name not in text for name in NAMES)
    assert GLANCES.of(text).parted or not apart
