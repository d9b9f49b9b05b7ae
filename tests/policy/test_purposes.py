"""A loan offered for a first payment, for markets, other debts or gambling; and what only sounds like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.policy import patterns, purposes
from moderation.policy.basis import basis_of
from moderation.policy.disclosures import check
from tests.policy.readings import COMPLETE, LENDER


def found(text):
    return [match.group() for match in purposes.forbidden(patterns.fold(text))]


OFFERED = [
    # A home's first payment, and houses to sell on.
    "首付差三十万？好期贷帮您补！", "首付不够来凑。", "凑首付，找我们。", "首付贷限时开放。", "没首付也能上车。",
    "缺首付就用好期贷。",
    "资金可用于购房、装修。", "买房、炒股都能用。", "想买房又缺钱？", "置业缺资金？一贷解决。",
    "囤房好时机，三十万备用金。",
    "炒房资金随借随到。", "首付款没着落？", "无论购房还是投资，都能满足。",
    # Markets.
    "抄底、打新、加仓随您支配。", "行情来了，借钱炒股。", "可用于投资理财。", "资金拿去买股票也行，用于股票投资。",
    "贷款买基金，收益更高。",
    "炒币资金周转。", "打新股缺钱找我。", "杠杆炒期货，额度三十万。", "用途不限：装修、旅游、理财均可。",
    "借款投向股市。", "用来买比特币也没人管。",
    "提供股票配资。", "特别推荐：炒股备用金。", "用途包括但不限于购房、投资。",
    # Other debts.
    "以贷养贷不用愁，我们来。", "帮您一次还清其他平台。", "旅游、装修、还卡债均可。", "替你还清网贷，只留一笔。",
    "债务整合，一笔搞定。",
    "信用卡还不上？好期贷帮您。", "借新还旧更轻松。", "可用于偿还信用卡欠款。", "用于还房贷、还信用卡。",
    "网贷合并成一笔，月供更低。",
    "多笔欠款归集，轻松上岸。", "置换高息网贷。", "拿来还花呗也可以。",
    # Gambling.
    "赌资周转。", "输了也能翻本，额度随到。", "可用于购买彩票。",
]  # fmt: skip


@pytest.mark.parametrize("words", OFFERED)
def test_a_forbidden_purpose_that_is_offered_is_a_fault_and_quoted(words):
    (fault,) = [each for each in check(COMPLETE + words, lenders=[LENDER]) if each.code == "forbidden_purpose"]
    assert fault.blocks
    assert fault.lacks is None
    assert fault.spans[0].text in words
    assert f"“{fault.spans[0].text}”" in fault.message


RULED_OUT = [
    # As lenders write it.
    "不得用于购房、炒股。", "资金不得用于购房、股票等投资性领域。", "禁止流入股市楼市。",
    "资金用途：不得用于购房、投资及偿还贷款。",
    "贷款资金不可用于买房、理财、炒股。", "严禁将贷款资金用于炒股、炒币、赌博。", "资金禁止入股市、购房。",
    "勿将贷款用于投资理财。",
    "请勿将贷款用于购房投资。", "请勿以贷养贷。", "避免以贷养贷。", "不支持首付贷。", "本行不提供首付贷。",
    "我行不办理首付贷，不受理首付贷申请。",
    "不要以贷养贷，不要借新还旧。", "违规用于炒股的，我行有权提前收回。", "购房、炒股、理财等用途除外。",
    "炒股、买房不在可用范围之内。",
    "家庭消费，不碰投资。", "不可流入房市股市。", "切勿用于炒期货。", "不得挪用于偿还其他贷款或信用卡。",
    "可以用于炒股吗？不可以。",
    "问：能用于购房吗？答：不能。", "禁止用途：购房、炒股、偿还债务。",
    "以下用途不得使用：\n一、购房；\n二、炒股；\n三、赌博。",
    "别拿贷款炒股。", "谨防“首付贷”骗局。", "如发现用于炒股，将终止授信。", "未经许可用于理财的，追究违约责任。",
    "资金不得进入证券市场、期货市场、房地产市场，不得用于炒币。",
    "仅限消费，购房炒股一律不行。", "拒绝炒房，拒绝炒股。", "不会用于炒股。",
    "本贷款不得用于支付首付，首付不足请另行筹措。", "贷款用途须合规，不得用于股权投资、支付购房首付。",
]  # fmt: skip


@pytest.mark.parametrize("words", RULED_OUT)
def test_what_the_ad_rules_out_is_none(words):
    assert check(COMPLETE + words, lenders=[LENDER]) == ()


INNOCENT = [
    # Paying back is no purpose.
    "请按时还款。", "按时还贷，信用更好。", "绑定银行卡用于还款。", "支持提前还贷。", "请在扣款日前存足还款资金。",
    "随借随还。",
    # Homes, by their own loan, and cars.
    "个人住房贷款可用于购房，首付两成起。", "房屋按揭，用于购买二手房。", "购房按揭贷款，满足购房需求。",
    "新车首付两成起。",
    "买车首付不够？汽车金融来帮忙。", "购车首付差一点也能分期。", "首付比例不低于15%。",
    "房贷客户、购房客户均可申请装修分期。",
    # Words that only look alike.
    "拨打新客服热线。", "主打新能源车主。", "抄底价买家电。", "门店加仓库统一配送。", "投资有风险，借款亦有成本。",
    "理财客户均可申请。",
    "持有我行基金、理财的客户可查询额度。", "可用于经营投资、设备投资。", "用于装修、教育、旅游。",
    "信用卡账单分期，还不上可办理。",
    "在股票交易软件内看到的广告是假的。", "本行投资银行部获奖。", "资金用于真实消费。", "货款、贷款都可用于进货。",
    "赌气不如理性。", "区别于首付比例。",
]  # fmt: skip


@pytest.mark.parametrize("words", INNOCENT)
def test_what_is_no_such_offer_is_none(words):
    assert found(words) == []


def test_no_rule_that_was_read_sets_the_purposes_so_none_is_cited():
    assert basis_of("disclosure.forbidden_purpose") == ()


@given(
    st.lists(
        st.sampled_from(["装修", "购房", "炒股", "、", "，", "可用于", "不得用于", "。", "都可", "首付", "？"]),
        max_size=60,
    )
)
def test_any_text_is_read_and_every_place_is_in_it(parts):
    folded = "".join(parts)
    assert all(folded[match.start() : match.end()] == match.group() for match in purposes.forbidden(folded))


@given(st.sampled_from(OFFERED))
def test_the_same_words_behind_a_denial_are_none(words):
    assert found("不得" + words.rstrip("。！？").split("？")[0]) == []
