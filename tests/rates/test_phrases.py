"""What an ad says of its price is found where it stands and computed by the convention that it names."""

from decimal import ROUND_HALF_UP, Decimal

import pytest

from moderation.rates.phrases import find_quotes
from moderation.rates.quote import Quote

Row = tuple[str, str, str, str | None, str | None]


def only(text: str) -> Quote:
    found = find_quotes(text)
    assert len(found) == 1, [quote.span.text for quote in found]
    return found[0]


def rounded(figure: Decimal | None) -> str | None:
    return None if figure is None else str(figure.quantize(Decimal("0.01"), ROUND_HALF_UP))


STATED: list[Row] = [
    ("年化利率(单利)7.2%-24%", "annual", "stated", "7.20", "24.00"),
    ("年化利率（单利）７．２％－２４％", "annual", "stated", "7.20", "24.00"),
    ("年化利率7.2%~24%", "annual", "stated", "7.20", "24.00"),
    ("年化综合资金成本7.2%—24%（单利）", "annual", "stated", "7.20", "24.00"),
    ("7.2%-24%（年化，单利）", "annual", "stated", "7.20", "24.00"),
    ("年化利率（单利）3.1%起至10.8%", "annual", "stated", "3.10", "10.80"),
    ("年化利率(单利)最低4.98%,最高24%", "annual", "stated", "4.98", "24.00"),
    ("年利率百分之七至百分之二十四", "annual", "stated", "7.00", "24.00"),
    ("年利率不超过百分之二十四", "annual", "stated", None, "24.00"),
    ("综合年化成本24%封顶", "annual", "stated", None, "24.00"),
    ("年化利率低至3.6%", "annual", "stated", "3.60", None),
    ("APR 18%", "annual", "stated", "18.00", "18.00"),
    ("年化4.2起", "annual", "stated", "4.20", None),
    ("年化十点八", "annual", "stated", "10.80", "10.80"),
    ("年化四个点的抵押", "annual", "stated", "4.00", "4.00"),
    ("年息一分二", "annual", "stated", "12.00", "12.00"),
    ("年利率壹拾贰%", "annual", "stated", "12.00", "12.00"),
    ("利率3.2%", "annual", "assumed_annual", "3.20", "3.20"),
    ("利率三点一，可谈", "annual", "assumed_annual", "3.10", "3.10"),
    ("房贷利率自1月1日调整为3.05%", "annual", "assumed_annual", "3.05", "3.05"),
]
PERIODIC: list[Row] = [
    ("日息0.02%", "daily", "times_365", "7.30", "7.30"),
    ("日利率万分之五", "daily", "times_365", "18.25", "18.25"),
    ("日息万五", "daily", "times_365", "18.25", "18.25"),
    ("日息万5", "daily", "times_365", "18.25", "18.25"),
    ("日息万2.5", "daily", "times_365", "9.13", "9.13"),
    ("日息万二起，最高20万", "daily", "times_365", "7.30", None),
    ("日息低至万分之一", "daily", "times_365", "3.65", None),
    ("日息万分之二至万分之五", "daily", "times_365", "7.30", "18.25"),
    ("日利率0.5‰", "daily", "times_365", "18.25", "18.25"),
    ("日息千二", "daily", "times_365", "73.00", "73.00"),
    ("日 息 ０.０ ５ ％", "daily", "times_365", "18.25", "18.25"),
    ("日 利 率 ： 0 . 0 5 %", "daily", "times_365", "18.25", "18.25"),
    ("日息0\ufe0f\u20e3.0\ufe0f\u20e35\ufe0f\u20e3%", "daily", "times_365", "18.25", "18.25"),
    ("日\u200b息0.0\u200b5%", "daily", "times_365", "18.25", "18.25"),
    ("每天0.1%的利息，借款", "daily", "times_365", "36.50", "36.50"),
    ("0.02 % 每天，借款", "daily", "times_365", "7.30", "7.30"),
    ("千分之三一天的利息", "daily", "times_365", "109.50", "109.50"),
    ("借钱万五随借随还", "daily", "assumed_daily", "18.25", "18.25"),
    ("利息万分之三，随借随还", "daily", "assumed_daily", "10.95", "10.95"),
    ("月息3厘", "monthly", "times_12", "3.60", "3.60"),
    ("月息2分", "monthly", "times_12", "24.00", "24.00"),
    ("月息贰分", "monthly", "times_12", "24.00", "24.00"),
    ("3厘月息", "monthly", "times_12", "3.60", "3.60"),
    ("月三厘八起", "monthly", "times_12", "4.56", None),
    ("利息低至月⑤厘，额度高", "monthly", "times_12", "6.00", None),
    ("月息一分五", "monthly", "times_12", "18.00", "18.00"),
    ("月息1毛", "monthly", "times_12", "120.00", "120.00"),
    ("月息1.5%-2%", "monthly", "times_12", "18.00", "24.00"),
    ("一个月利息三分", "monthly", "times_12", "36.00", "36.00"),
    ("每月利息百分之二", "monthly", "times_12", "24.00", "24.00"),
    ("月利率0.8一年到底是多少", "monthly", "times_12", "9.60", "9.60"),
    ("最低月息3厘起", "monthly", "times_12", "3.60", None),
    ("利息3厘", "monthly", "assumed_monthly", "3.60", "3.60"),
    ("利息一分二", "monthly", "assumed_monthly", "14.40", "14.40"),
    ("一毛五的利息", "monthly", "assumed_monthly", "180.00", "180.00"),
    ("三分利借款", "monthly", "assumed_monthly", "36.00", "36.00"),
    ("上班族信用3.2厘，随时可借", "monthly", "assumed_monthly", "3.84", "3.84"),
    ("周息八个点", "weekly", "times_52", "416.00", "416.00"),
    ("周息两个点半", "weekly", "times_52", "130.00", "130.00"),
    ("利息八个点 十天一期", "term", "term_simple", "292.00", "292.00"),
    ("7天一期,每期服务费15%", "term", "term_simple", "782.14", "782.14"),
]
FEES: list[Row] = [
    ("手续费率每期0.75%共12期", "fee", "flat_fee_irr", "16.22", "16.22"),
    ("月费率0.6%,12期", "fee", "flat_fee_irr", "13.03", "13.03"),
    ("1万元12期，每期手续费率0.6%", "fee", "flat_fee_irr", "13.03", "13.03"),
    ("月综合费率2.4%", "fee", "flat_fee_simple", "28.80", "28.80"),
    ("分期手续费0.6%每月", "fee", "flat_fee_simple", "7.20", "7.20"),
    ("服务费率3%", "fee", "none", None, None),
    ("砍头息30%", "deduction", "none", None, None),
    ("7天一期砍头息30%", "deduction", "bullet_simple", "2234.69", "2234.69"),
    ("砍头两成，7天一期", "deduction", "bullet_simple", "1303.57", "1303.57"),
    ("十天一还，利息先扣两成", "deduction", "bullet_simple", "912.50", "912.50"),
    ("七天一轮，到手七成，借款", "deduction", "bullet_simple", "2234.69", "2234.69"),
    ("十天一期，不看征信借款", "term", "none", None, None),
    ("利率7折", "discount", "none", None, None),
    ("利率打六折", "discount", "none", None, None),
    ("分12期免息", "interest_free", "stated_zero", "0.00", "0.00"),
    ("24期0利息", "interest_free", "stated_zero", "0.00", "0.00"),
    ("花呗分期免息", "interest_free", "stated_zero", "0.00", "0.00"),
    ("一年期LPR+50BP", "annual", "lpr_margin", None, None),
    ("年化利率为一年期LPR加50个基点", "annual", "lpr_margin", None, None),
    ("不超过4倍LPR", "annual", "lpr_multiple", None, None),
]
SUMS: list[Row] = [
    ("15000元12期每期1506.93元", "instalments", "irr", "36.00", "36.00"),
    ("13,000元，分12期，每期1,306.01元", "instalments", "irr", "36.00", "36.00"),
    ("借1.5w分12期每期还1506.93", "instalments", "irr", "36.00", "36.00"),
    ("借15k，12期，每期1506.93元", "instalments", "irr", "36.00", "36.00"),
    ("借 15 000 元，12 期，每期 1 506.93 元", "instalments", "irr", "36.00", "36.00"),
    ("12期，每期1506.93元，借1万5", "instalments", "irr", "36.00", "36.00"),
    ("借1万分12期每月还1000", "instalments", "irr", "35.07", "35.07"),
    ("借一万,十二期,每个月还一千", "instalments", "irr", "35.07", "35.07"),
    ("借20万3年每月还6500", "instalments", "irr", "10.49", "10.49"),
    ("5000元分6期共还5700", "instalments", "irr", "46.53", "46.53"),
    ("借一万，每天收一百二，收一百天", "instalments", "irr", "136.20", "136.20"),
    ("借3000，4周，每周还900", "instalments", "irr", "401.12", "401.12"),
    ("借1000到手700七天还1000", "bullet", "bullet_simple", "2234.69", "2234.69"),
    ("借 3000 到手 2100，一周还 3000", "bullet", "bullet_simple", "2234.69", "2234.69"),
    ("到手700 7天还1000", "bullet", "bullet_simple", "2234.69", "2234.69"),
    ("借②000给手里到手①④00，⑦天还②000", "bullet", "bullet_simple", "2234.69", "2234.69"),
    ("一万到手七千五，十天就让还一万", "bullet", "bullet_simple", "1216.67", "1216.67"),
    ("借一千到手七百，七天", "bullet", "bullet_simple", "2234.69", "2234.69"),
    ("到手六个,还九个,七天", "bullet", "bullet_simple", "2607.14", "2607.14"),
    ("借五百还六百五，五天", "bullet", "bullet_simple", "2190.00", "2190.00"),
    ("借1万一个月还1.1万", "bullet", "bullet_simple", "121.67", "121.67"),
    ("1万元借一年利息800", "bullet", "bullet_simple", "8.00", "8.00"),
    ("1万元用一天2.5元", "daily", "times_365", "9.13", "9.13"),
    ("借1000每天只要3毛", "daily", "times_365", "10.95", "10.95"),
    ("万元日息80", "daily", "times_365", "292.00", "292.00"),
    ("日息两百借2万", "daily", "times_365", "365.00", "365.00"),
    ("借一万日息两块五", "daily", "times_365", "9.13", "9.13"),
    ("每天只要3毛就能借", "daily", "none", None, None),
    ("月息500元借2万", "monthly", "times_12", "30.00", "30.00"),
]


@pytest.mark.parametrize(("text", "kind", "convention", "low", "high"), STATED + PERIODIC + FEES + SUMS)
def test_a_price_is_found_and_computed(
    text: str, kind: str, convention: str, low: str | None, high: str | None
) -> None:
    quote = only(text)
    assert (quote.kind, quote.convention) == (kind, convention)
    assert (rounded(quote.annual_low), rounded(quote.annual_high)) == (low, high)
    assert quote.span.text == text[quote.span.start : quote.span.end]


@pytest.mark.parametrize(
    ("text", "effective"),
    [("15000元12期每期1506.93元", "42.58"), ("13000元12期每期1306.01元", "42.58"), ("月费率0.6%,12期", "13.84")],
)
def test_instalments_tell_the_effective_rate_too(text: str, effective: str) -> None:
    assert rounded(only(text).effective) == effective


@pytest.mark.parametrize(
    ("text", "lowest_only", "is_range"),
    [
        ("年化利率低至7.2%", True, False),
        ("年化利率7.2%起", True, False),
        ("年化利率7.2%(单利)起", True, False),
        ("最低年化利率7.2%", True, False),
        ("年化利率7.2%起诉", False, False),
        ("年化利率最低7.2%,最高24%", False, True),
        ("年化利率7.2%起,最高24%", False, True),
        ("年化利率7.2%-24%", False, True),
        ("最高50万,年化利率7.2%", False, False),
        ("年化利率24%", False, False),
    ],
)
def test_a_floor_without_a_ceiling_is_told_from_a_range(text: str, lowest_only: bool, is_range: bool) -> None:
    quote = only(text)
    assert (quote.lowest_only, quote.is_range) == (lowest_only, is_range)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("周转，月息3厘，当天放款", "月息3厘"),
        ("【广告】年化利率（单利）7.2%—24%，以审批为准", "年化利率（单利）7.2%—24%"),
        ("急用钱？借1000到手700七天还1000，加微", "借1000到手700七天还1000"),
        ("门口写着“利息3厘起”", "利息3厘起"),
        ("𝟕天免费,日 息 0. 0 5 %！", "日 息 0. 0 5 %"),
    ],
)
def test_the_span_is_the_price_in_the_text_as_given(text: str, span: str) -> None:
    assert only(text).span.text == span


def test_the_figures_parsed_are_told() -> None:
    quote = only("借1万分12期每月还1000")
    assert quote.figures == (("principal", Decimal(10000)), ("payment", Decimal(1000)), ("count", Decimal(12)))
    assert only("一年期LPR-20BP").figure("margin") == Decimal("-0.2")
    assert only("利率7折").figure("discount") == 7
    assert only("日息0.02%").figure("payment") is None


def test_each_price_of_a_text_is_found_in_order() -> None:
    text = "日利率0.02%-0.05%，年化利率7.3%-18.25%。借1万，12期，每期还923元；手续费率3%"
    assert [(quote.kind, rounded(quote.annual_high)) for quote in find_quotes(text)] == [
        ("daily", "18.25"),
        ("annual", "18.25"),
        ("instalments", "19.30"),
        ("fee", None),
    ]


def test_the_example_of_an_ad_agrees_with_the_rate_that_it_states() -> None:
    text = "示例：借款10,000元，12期，年化利率15.6%，每期应还约905.22元"
    instalments, stated = find_quotes(text)
    assert instalments.annual_high == pytest.approx(stated.annual_high, abs=Decimal("0.1"))


def test_another_sentence_is_another_loan() -> None:
    kinds = [quote.kind for quote in find_quotes("借1000到手700七天还1000。借2000到手1400七天还2000")]
    assert kinds == ["bullet", "bullet"]
