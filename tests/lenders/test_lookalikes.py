"""What is almost a lender's name or domain is told from what is exactly one, and from what merely resembles it."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.lenders.facts import Facts, KnownDomain, KnownName, Lender
from moderation.lenders.loading import shipped_registry
from moderation.lenders.lookalikes import KnownDomains, NearMisses, lookalike
from moderation.lenders.name_rules import load_rules
from moderation.lenders.registry import Registry
from moderation.lenders.spelling import one_slip

CORPUS = Path(__file__).parents[2] / "classifiers/training/corpus/authored"
MISSES = NearMisses(shipped_registry().facts, load_rules())
DOMAINS = KnownDomains(shipped_registry().facts)

PIECES = [
    "微粒袋",
    "京冬金条",
    "借唄",
    "招商银航",
    "微·粒·贷",
    "we6ank",
    "额度",
    "招商银行",
    "е招贷",
    " ",
    "·",
    "\ud800",
    "平安",
    "貸",
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=12).map("".join)
HOSTS = st.lists(st.sampled_from([*"webankico1-.сеа", "webank", "icbc", "xn--", ".com", ".cn"]), max_size=12).map(
    "".join
)


@pytest.fixture(scope="module")
def listed() -> KnownDomains:
    """Domains of a lender and of a family of firms that the shipped registry doesn't list."""
    names = (KnownName("甲乙贷", "brand", "high"),)
    domains = tuple(KnownDomain(host, "high") for host in ("weilidai.com", "jdjr.com"))
    return KnownDomains(Facts((Lender("甲乙银行股份有限公司", "民营银行", "", "广东", "high", names, domains, ()),)))


@pytest.mark.parametrize(
    ("text", "span", "name", "how"),
    [
        ("微粒袋最高30万额度", "微粒袋", "微粒贷", "sound"),
        ("微粒袋", "微粒袋", "微粒贷", "sound"),
        ("【京冬金条】专属客服", "京冬金条", "京东金条", "sound"),
        ("招商银航客户经理", "招商银航", "招商银行", "sound"),
        ("招连金融提醒您", "招连金融", "招联金融", "sound"),
        ("度小蛮借款额度", "度小蛮", "度小满", "sound"),
        ("拍拍袋放款快", "拍拍袋", "拍拍贷", "sound"),
        ("内部开通微粒货额度", "微粒货", "微粒贷", "shape"),
        ("农业银荇贷款中心", "农业银荇", "农业银行", "shape"),
        ("徽粒贷开通", "徽粒贷", "微粒贷", "shape"),
        ("开通借唄", "借唄", "借呗", "traditional"),
        ("360借條", "360借條", "360借条", "traditional"),
        ("微眾銀行貸後中心", "微眾銀行", "微众银行", "traditional"),
        ("招联晗期在线申请", "招联晗期", "招联好期贷", "odd_character"),
        ("京东🔥条", "京东🔥条", "京东白条", "odd_character"),
        ("转账到招商*行", "招商*行", "招商银行", "odd_character"),
        ("微·粒·贷额度", "微·粒·贷", "微粒贷", "separator"),
        ("微 粒 贷额度", "微 粒 贷", "微粒贷", "separator"),
        ("京-东-金-条", "京-东-金-条", "京东金条", "separator"),
        ("京东\u200b金条", "京东\u200b金条", "京东金条", "separator"),
        ("微x粒贷额度", "微x粒贷", "微粒贷", "letter"),
        ("京东条金", "京东条金", "京东金条", "swap"),
        ("招银商行", "招银商行", "招商银行", "swap"),
        ("申请微贷粒", "微贷粒", "微粒贷", "swap"),
        ("we6ank 官方", "we6ank", "webank", "latin"),
        ("36О借条", "36О借条", "360借条", "latin"),
        ("OPP0借钱", "OPP0借钱", "OPPO借钱", "latin"),
        ("е招贷额度", "е招贷", "e招贷", "latin"),
    ],
)
def test_a_near_miss_is_found_and_explained(text: str, span: str, name: str, how: str) -> None:
    found = [(text[miss.start : miss.end], miss.name, miss.how) for miss in MISSES.find(text)]
    assert found == [(span, name, how)]


def test_a_near_miss_tells_whose_name_it_almost_is() -> None:
    (miss,) = MISSES.find("好消息：微粒袋放款")
    assert (miss.entity, miss.start, miss.end) == ("深圳前海微众银行股份有限公司", 4, 7)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "微粒贷额度",
            "京东金条",
            "招商银行股份有限公司",
            "花呗借呗额度",
            "招联好期贷",
            "E秒贷额度",
            "ｅ招贷",
            "webank 官方",
        ),
        *(
            "快递贷款合同",
            "有钱化解债务，银行申请",
            "分期了三个月还款",
            "拍拍带货，额度不限",
            "马上消耗完额度",
            "平按摩店",
            "金条和白条",
        ),
        *(
            "精英贷额度30万",
            "网上银行申请",
            "网上贷款利率",
            "微利贷款利率低",
            "信易贷平台申请",
            "民意贷款调查",
            "提前花的额度",
            "空手道培训借款",
        ),
        *(
            "北京 银行从业考试",
            "上海·银行网点",
            "网上 银行转账",
            "东京银行利率",
            "泰州银行利率",
            "宿州银行存款利率",
            "衢州银行贷款",
            "兴华银行",
        ),
        *(
            "市中心银行贷款",
            "海上银行",
            "微商银行卡",
            "忠诚信托",
            "他把钱借被骗了",
            "颗粒袋子",
            "微粒袋子装米",
            "因为粒贷",
            "平安夜借款",
        ),
        *(
            "中国银行业协会",
            "升级带宽申请",
            "闪电带走额度",
            "任性的人借款",
            "好奇带你看贷款",
            "小花钱的额度",
            "新一代贷款系统",
            "华鑫信托获批",
        ),
        *(
            "京东快递",
            "京西金条",
            "招商引资办理",
            "滴水袋申请",
            "优享贷年化7.2%",
            "上海闵行办理",
            "5000元 360天",
            "w6 bank",
            "微 信 支 付",
        ),
    ],
)
def test_what_is_exact_or_ordinary_is_not_reported(text: str) -> None:
    assert MISSES.find(text) == ()


@pytest.mark.parametrize("text", ["桌上有一只微粒袋", "公园里有拍拍袋", "微 粒 贷是什么字"])
def test_a_short_name_needs_a_word_of_lending_nearby(text: str) -> None:
    assert MISSES.find(text) == ()
    assert MISSES.find(text + "，额度30万")


def test_innocent_texts_hold_hardly_any_near_miss() -> None:
    lines = [line for part in (10, 20) for line in (CORPUS / f"part{part}.jsonl").read_text("utf-8").splitlines()]
    found = [(text, miss) for text in (json.loads(line)["text"] for line in lines) for miss in MISSES.find(text)]
    assert {text[miss.start : miss.end] for text, miss in found} <= {"京冬金条"}


@pytest.mark.parametrize("bare", [Facts(), Facts((Lender("甲", "", "", "", "low", (), (), ()),))])
def test_an_empty_registry_has_no_near_misses(bare: Facts) -> None:
    assert NearMisses(bare, load_rules()).find("微粒袋额度") == ()


def test_registry_names_are_no_near_misses_of_each_other(shipped: Registry) -> None:
    names = [name.text for lender in shipped.facts.lenders for name in lender.names]
    assert [name for name in names if MISSES.find(name)] == []


@given(TEXTS)
def test_any_text_can_be_searched_and_answers_the_same_twice(text: str) -> None:
    found = MISSES.find(text)
    assert found == MISSES.find(text)
    ends = [0, *(place for miss in found for place in (miss.start, miss.end))]
    assert ends == sorted(ends)
    assert ends[-1] <= len(text)
    assert all(miss.start < miss.end and text[miss.start : miss.end] != miss.name for miss in found)


@given(TEXTS)
def test_a_name_put_right_is_no_near_miss_any_more(text: str) -> None:
    for miss in MISSES.find(text):
        assert MISSES.find(miss.name) == ()


@pytest.mark.parametrize(
    ("host", "domain", "how"),
    [
        ("icbс.com.cn", "icbc.com.cn", "confusable"),
        ("xn--icb-6ed.com.cn", "icbc.com.cn", "confusable"),
        ("xn--wbank-bsa.com", "webank.com", "confusable"),
        ("webаnk-loan.cn", "webank.com", "confusable"),
        ("1cbc.com.cn", "icbc.com.cn", "digits"),
        ("www.we6ank.com", "webank.com", "digits"),
        ("duxia0man.com", "duxiaoman.com", "digits"),
        ("webamk.com", "webank.com", "edit"),
        ("vvebank.com", "webank.com", "edit"),
        ("webnak.com", "webank.com", "edit"),
        ("duxiaomen.com", "duxiaoman.com", "edit"),
        ("duxiaoma.cn", "duxiaoman.com", "edit"),
        ("abchlna.com", "abchina.com", "edit"),
        ("webank-loan.cn", "webank.com", "addition"),
        ("icbc-vip.com", "icbc.com.cn", "addition"),
        ("login.vip-webank.com", "webank.com", "addition"),
        ("duxiaoman88.com", "duxiaoman.com", "addition"),
        ("webank.top", "webank.com", "suffix"),
        ("https://duxiaoman.vip/apply", "duxiaoman.com", "suffix"),
        ("weilidai.xyz", "webank.com", "pinyin"),
        ("weilidai-loan.com", "webank.com", "pinyin"),
        ("icbc.com.cn.evil.top", "icbc.com.cn", "subdomain"),
        ("www-icbc-com-cn.evil.top", "icbc.com.cn", "subdomain"),
        ("bank.pingan.com.evil.cc", "bank.pingan.com", "subdomain"),
    ],
)
def test_a_lookalike_host_is_told_with_the_domain_it_imitates(host: str, domain: str, how: str) -> None:
    found = lookalike(host, DOMAINS)
    assert found is not None
    assert (found.domain, found.how, found.entity) == (domain, how, DOMAINS.entities[domain])


@pytest.mark.parametrize(
    "host",
    [
        *(
            "icbc.com.cn",
            "m.icbc.com.cn",
            "www.pingan.com",
            "bank.pingan.com",
            "mybank.cn",
            "zzbank.cc",
            "lzccb.cn",
            "t.cn",
        ),
        *(
            "mp.weixin.qq.com",
            "apps.apple.com",
            "www.pbc.gov.cn",
            "abc.com",
            "boc.com",
            "ccb.cn",
            "citibank.com",
            "hsbc.com.cn",
        ),
        *(
            "webbank.com",
            "debank.com",
            "ebank.com",
            "tebank.com",
            "webrank.com",
            "webanks.com",
            "hebeibank.com",
            "webank.cn",
        ),
        *(
            "xuzhoubank.com",
            "fuzhoubank.com",
            "jingzhoubank.com",
            "henan-bank.com",
            "icbc.com",
            "icbc.com.hk",
            "mytank.com",
        ),
        *(
            "icbc-axa.com",
            "icbcleasing.com",
            "pinganbank.com",
            "weilidai.com",
            "jdjr360.top",
            "icbc.tmall.com",
            "duxiaoman.cn",
        ),
        *(
            "www-icbc-com-cn.translate.goog",
            "icbc.com.cn.cdn20.com",
            "webank.github.io",
            "1.2.3.4",
            "[::1]",
            "",
            "工商银行.中国",
        ),
    ],
)
def test_a_lenders_own_host_and_an_unrelated_one_are_not_reported(host: str) -> None:
    assert lookalike(host, DOMAINS) is None


@pytest.mark.parametrize(
    ("host", "how"), [("weilidai.xyz", "suffix"), ("jdjr360.top", "addition"), ("jdjr-kefu.com", "addition")]
)
def test_a_domain_is_imitated_only_where_it_is_listed(listed: KnownDomains, host: str, how: str) -> None:
    found = lookalike(host, listed)
    assert found is not None
    assert found.how == how


@given(st.text(max_size=60) | HOSTS)
def test_any_host_can_be_judged_and_no_known_domain_is_a_lookalike(host: str) -> None:
    found = lookalike(host, DOMAINS)
    assert found == lookalike(host, DOMAINS)
    assert found is None or (lookalike(found.domain, DOMAINS) is None and found.host != found.domain)


@pytest.mark.parametrize(
    "host", ["a" * 100_000, "a." * 50_000 + "com", "xn--" + "a9" * 50_000 + ".com", "-" * 300 + ".cn"]
)
def test_a_host_too_long_to_be_one_is_left_alone(host: str) -> None:
    assert lookalike(host, DOMAINS) is None


@pytest.mark.parametrize(
    ("known", "other", "kind"),
    [
        ("webank", "webamk", "substitute"),
        ("webank", "webnak", "swap"),
        ("webank", "webannk", "insert"),
        ("webank", "webnk", "delete"),
        ("webank", "webank", None),
        ("webank", "wabenk", None),
    ],
)
def test_one_slip_is_told_from_none_and_from_two(known: str, other: str, kind: str | None) -> None:
    slip = one_slip(known, other)
    assert (slip and slip.kind) == kind
