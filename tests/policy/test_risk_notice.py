"""What reminds a reader of risk, of moderation or of the duty to repay, and what says the opposite in like words."""

import pytest

from moderation.policy.patterns import fold
from moderation.policy.risk_notice import is_given

REMINDERS = [
    # Risk by its name.
    "贷款有风险", "借款有风险，选择需谨慎", "借贷有风险", "投资有风险、借款亦有成本", "风险自担",
    "请充分了解相关风险", "风险提示：借款须量力",
    "请注意借贷风险", "风险揭示书请仔细阅读", "投资风险须知",
    # Moderation.
    "请理性借贷", "理性消费", "借款需谨慎", "请审慎签约", "请慎重决策", "谨慎举债", "量力而行", "量入为出",
    "三思而后借", "适度借贷",
    "消费有度", "开车讲安全，借钱讲分寸", "借款有数", "请合理借贷", "请合理规划还款", "按需借款", "拿什么还？",
    "借多少先看还得起多少",
    "借之前先想好怎么还", "想清楚再借", "没有稳定收入，请别申请", "签字前请再读一遍合同", "请根据自身财务状况作出决定",
    # Ability to repay.
    "请评估自身还款能力", "切勿超出还款能力", "请依据偿还能力申请", "请考虑家庭的承受能力",
    # The duty to repay.
    "还款是责任", "借钱是要还的", "有借有还", "有借有还，再借不难", "借了就要还", "借了就守时还", "贷款是要还的",
    "借的钱总要还", "欠债还钱，天经地义",
    "按时还款", "请按期偿还", "按约还款", "诚信还款", "守时还款", "如期归还", "及时还款护信用", "别忘了还款日",
    "把还款写进日历里", "借款人须承担还款责任",
    "还款是每个借款人的义务",
    # Excess.
    "请勿过度负债", "避免过度借贷", "不要冲动借款", "切莫盲目举债", "请勿多头借贷", "勿以贷养贷", "拒绝超前消费",
    "警惕过度授信", "过度负债会影响生活",
    "别让今天的周转变成明天的负担", "别让冲动变成债务", "勿因借贷影响生活",
    # Consequences.
    "逾期影响征信", "逾期将计收罚息", "到期未还将计罚息、上征信", "未按时还款将产生罚息", "逾期有代价",
    "违约将承担责任", "如不能偿还可能失去房产",
    "未履约可能影响个人信用", "逾期会影响您的信用", "断供将失去抵押物",
    # Credit and cost.
    "请珍惜信用", "珍爱个人征信", "信用无价", "守护信用", "维护良好征信", "借贷有成本", "借钱有代价", "贷款不是收入",
    "贷款并非福利", "贷款也是负债",
]  # fmt: skip


@pytest.mark.parametrize("words", REMINDERS)
def test_it_reminds(words):
    assert is_given(fold(f"好期贷由招联提供，{words}。"))


OPPOSITES = [
    # No risk, and risk as a firm's trade.
    "零风险", "无风险", "0风险", "没有风险", "没有任何风险", "毫无风险", "不存在风险", "零 风险", "风险为零",
    "风险极低", "风险可控", "低风险", "风险投资",
    "风险投资公司出资", "风险管理部审核", "风险控制体系", "风险定价", "风险准备金保障", "抗风险", "风险由我们承担",
    "不承担任何风险", "告别风险", "无信用风险",
    "风险兜底", "风险评估三分钟", "风控系统",
    # Moderation thrown off.
    "不用谨慎", "不必理性", "何必量力而行", "别太谨慎", "无需三思", "想怎么还就怎么还", "松紧适度",
    # Ability that nobody asks for.
    "不看还款能力", "无需还款能力证明", "不问偿还能力",
    # Debts made light of.
    "借了还能再借", "借了还想借", "按时还款即可提额", "按时还款有奖", "按时还款送积分",
    # Excess and delay welcome.
    "有逾期也可来", "负债过高也能借", "过度负债也能批", "不怕负债过高", "逾期也能贷", "逾期不上征信",
    "逾期不影响征信", "逾期无罚息", "逾期免罚息", "查询不影响征信",
    "不会影响信用", "有逾期记录照样批", "无逾期记录", "没有不良信用记录", "征信好即可",
    # Nothing at all.
    "", "额度高，利率低", "还款方式灵活", "支持提前还款", "征信良好者优先", "信用贷款",
]  # fmt: skip


@pytest.mark.parametrize("words", OPPOSITES)
def test_it_does_not_remind(words):
    assert not is_given(fold(f"好期贷由招联提供，{words}。"))


def test_one_reminder_is_enough_beside_an_opposite():
    assert is_given("零风险投资？没有的事：贷款有风险")


@pytest.mark.parametrize("text", ["风险" * 20_000, "逾期" * 20_000, "不要" * 20_000, "借了" * 20_000, "信用" * 20_000])
def test_long_texts_are_read_in_good_time(text):
    assert isinstance(is_given(text), bool)
