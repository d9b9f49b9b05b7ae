"""A lender's name is found exactly, by its type, and not inside other words."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.lenders.loading import shipped_registry
from moderation.lenders.naming import fold, short_names
from moderation.lenders.registry import Registry
from moderation.lenders.standing import Mention

PIECES = [
    "招商银行",
    "闪电贷",
    "E秒贷",
    "ｅ招贷",
    "e招贷",
    "平安",
    "夜",
    "贷款",
    "年化",
    " ",
    "“",
    "”",
    "上海银行",
    "卡",
    "İ",
    "𝔸",
    "A1",
    "花呗",
    "拍拍贷",
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12).map("".join)


def entities(registry: Registry, text: str) -> list[str]:
    return [mention.entity for mention in registry.mentions(text)]


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("由中国工商银行股份有限公司放款", "中国工商银行股份有限公司"),
        ("中国工商银行", "中国工商银行股份有限公司"),
        ("工商银行", "中国工商银行股份有限公司"),
        ("工行信用卡", "中国工商银行股份有限公司"),
        ("兴业消费金融", "兴业消费金融股份公司"),
        ("兴业银行", "兴业银行股份有限公司"),
        ("平安消费金融", "平安消费金融有限公司"),
        ("平安新一贷 年化", "平安银行股份有限公司"),
        ("京东金条客服", "重庆京东盛际小额贷款有限公司"),
        ("大众汽车金融(中国)有限公司", "大众汽车金融（中国）有限公司"),
        ("成都农商行", "成都农村商业银行股份有限公司"),
        ("ｅ秒贷", "广发银行股份有限公司"),
    ],
)
def test_a_name_means_its_entity(shipped: Registry, text: str, entity: str) -> None:
    assert set(entities(shipped, text)) == {entity}


@pytest.mark.parametrize(
    "text",
    [
        "平安夜快乐",
        "一路平安，贷款的事再说",
        "平安普惠信贷顾问",
        "招商会下周举行，可申请贷款",
        "兴业路88号",
        "乡村振兴业务贷款",
        "中国银行业协会提醒",
        "中国银行保险监督管理委员会",
        "上海银行卡怎么办",
        "北京银行贷款中介",
        "钱不够花",
        "没有钱花了",
        "直接贷款给个人",
        "养殖户专属快贷，额度高",
        "DeFi 闪电贷套利，利率低，可申请",
        "用 Aave 的闪电贷借款",
        "你还呗跟我客气",
        "early点贷款",
        "施工行业贷款",
        "途中行驶",
        "me招贷",
    ],
)
def test_other_words_are_nobodys_name(shipped: Registry, text: str) -> None:
    assert shipped.mentions(text) == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("招商银行闪电贷", "闪电贷"),
        ("闪电贷年化利率3.2%起", "闪电贷"),
        ("建设银行的快贷", "快贷"),
        ("海尔消费金融“够花”", "够花"),
        ("有钱花额度", "有钱花"),
        ("“放心借”借款申请", "放心借"),
    ],
)
def test_a_doubtful_name_counts_in_its_context(shipped: Registry, text: str, name: str) -> None:
    assert name in [mention.name for mention in shipped.mentions(text)]


def test_a_mention_tells_its_kind_and_how_sure_it_is(shipped: Registry) -> None:
    found = shipped.mentions("招联消费金融股份有限公司的好期贷，拍拍贷，唯品花")
    assert [(m.name, m.kind, m.confidence) for m in found] == [
        ("招联消费金融股份有限公司", "legal_name", "high"),
        ("好期贷", "brand", "medium"),
        ("拍拍贷", "operator", "medium"),
        ("唯品花", "brand", "low"),
    ]


def test_a_lender_comes_before_an_operator_that_shares_its_brand(shipped: Registry) -> None:
    assert [(m.entity, m.kind) for m in shipped.mentions("花呗")] == [("重庆蚂蚁消费金融有限公司", "brand")]


@given(TEXTS)
def test_offsets_always_slice_to_the_name(text: str) -> None:
    found = shipped_registry().mentions(text)
    assert all(fold(text[m.start : m.end]) == fold(m.name) for m in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))


@given(TEXTS)
def test_case_does_not_matter(text: str) -> None:
    def places(found: tuple[Mention, ...]) -> list[tuple[str, int, int]]:
        return [(mention.name, mention.start, mention.end) for mention in found]

    registry = shipped_registry()
    swapped = "".join(c.swapcase() if c.isascii() else c for c in text)
    assert places(registry.mentions(swapped)) == places(registry.mentions(text))


@pytest.mark.parametrize(
    ("legal", "short"),
    [
        ("中国工商银行股份有限公司", ("中国工商银行", "工商银行")),
        ("中国银行股份有限公司", ("中国银行",)),
        ("浙江网商银行股份有限公司", ("浙江网商银行", "网商银行")),
        ("厦门国际银行股份有限公司", ("厦门国际银行",)),
        ("四川银行股份有限公司", ("四川银行",)),
        ("上海农村商业银行股份有限公司", ("上海农商行", "上海农商银行", "上海农村商业银行")),
        ("兴业消费金融股份公司", ("兴业消费金融", "兴业消金")),
        ("宝马汽车金融（中国）有限公司", ("宝马汽车金融",)),
    ],
)
def test_short_names_follow_from_the_legal_name(legal: str, short: tuple[str, ...]) -> None:
    assert short_names(legal) == short
