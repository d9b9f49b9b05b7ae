"""Promises, borrowed authority and students: what an ad claims itself, and words that only hold the same letters."""

import pytest

from moderation.policy.disclosures import check
from tests.policy.readings import COMPLETE, LENDER


def codes(words):
    return [fault.code for fault in check(COMPLETE + words, lenders=[LENDER])]


@pytest.mark.parametrize(
    "words",
    [
        "来就批。", "不下款不收费。", "走内部通道。", "百分百下款。", "100%可提现。", "100%通过！", "白户也能贷。",
        "花户可做。",
        "当前逾期可做。",
        "负债高可做。", "征信花了也能批。", "当天下款。", "３分钟放款。", "十分钟内到账。", "通过率高达98%。",
        "人人都能借。",
        "上午签字下午见钱。", "强开额度。", "无门槛借款。", "保证能批。", "立即下款。", "无需审核。",
        "手机号就能借。", "０成本用钱。",
    ],
)  # fmt: skip
def test_a_promise_in_the_trades_words_is_a_fault(words):
    assert codes(words) == ["promise"]


@pytest.mark.parametrize(
    "words",
    [
        # Denied, asked about, or warned of.
        "不出现“秒批”“零门槛”“人人有额度”。", "并非人人可贷。", "没有内部通道。", "从不承诺百分百下款。",
        "绝不承诺秒批。",
        "如遇“包过”“必下”请举报。", "识别“强开额度”骗局。", "“无视征信”均为虚假宣传。",
        "所谓内部渠道都是假的。",
        # The same letters in other words.
        "请您一定通过官方App办理。", "请务必肯定通过本行网点核实。", "确保通过官方渠道申请。", "防诈反诈人人有责。",
        "人人都应理性借贷。",
        "打开中邮钱包下方按钮。", "钱包过期请更新。", "钱包批量管理。", "不必过度借贷。", "何必过度负债。",
        "未必批准。", "不必下载其他软件。",
        "为避免审核不通过，请如实填写。", "豁免审查。", "提前还款零成本。", "提前结清0成本。",
        "凭身份证即可查询额度。", "凭手机号就能登录。",
        "100%本人操作。", "百分之百真实。", "秒下单赢好礼。", "几秒到达页面。", "还款立即到账。", "年满10利息不变。",
        "每日10门槛不变。", "最快当天下款，以审批为准。", "无门槛优惠券。", "确保放款安全。", "担保放款须审核。",
    ],
)  # fmt: skip
def test_a_promise_denied_or_only_spelt_alike_is_none(words):
    assert codes(words) == []


ACCIDENTS = [
    # What users of word filters complain about.
    "路口交通管制，网点绕行。", "大麻烦也能找客服。", "女装、装修、妹妹的新衣都可分期。", "陆家容经理已离职。",
    "货款与贷款分账管理。", "花呗账单每月一号出。",
    "平安夜网点照常营业。", "招商会周四举行。", "兴业路网点搬迁。",
    # Ours.
    "小学生都懂的理财课。", "学生家长会。", "大学生村官也来咨询。", "同学聚会贷款？不必。", "返乡大学生创业故事。",
    "校园招聘启动。", "凡购房者请看按揭页面。",
    "必过之路。", "承包过年货。", "书包下架。", "红包批量发放。", "分秒过去。", "秒表。", "口子镇网点。",
    "人口子系统升级。", "闪电贷是招行产品。",
    "官方认证公众号同名。", "请认准官方指定下载渠道。", "请致电官方认证客服。", "财政贴息政策以公告为准。",
    "经国家金融监督管理总局批准设立。",
    "接受金融监管总局监管。", "中国人民银行征信中心可查询报告。", "持银保监会颁发的牌照。", "国家开发银行。",
    "政府网站可查。", "国务院令可查。",
]  # fmt: skip


@pytest.mark.parametrize("words", ACCIDENTS)
def test_no_accident_of_spelling_blocks_a_complete_ad(words):
    assert codes(words) == []


class TestStateAura:
    @pytest.mark.parametrize(
        "words",
        [
            "国家政策扶持。", "国家惠民工程。", "国家级扶贫项目。", "政府合作平台。", "政府主导的贷款。",
            "央行授权。", "人民银行备案。",
            "国家金融监督管理总局推荐产品。", "人社局合作贷款。", "官方授权办理。", "公安局合作。",
            "财政部支持项目。", "国务院扶持。",
        ],
    )  # fmt: skip
    def test_borrowed_authority_is_a_fault(self, words):
        assert codes(words) == ["state_aura"]

    @pytest.mark.parametrize(
        "words",
        ["未与任何政府部门合作。", "未获央行授权的都是假冒。", "并非国家扶持项目。", "冒充银保监备案的不要信。"],
    )
    def test_denied_it_is_none(self, words):
        assert codes(words) == []


class TestStudents:
    @pytest.mark.parametrize(
        "words",
        [
            "学生党看过来。", "在读研究生可申请。", "大一新生专属。", "同学们看过来。", "宿舍急用。",
            "校园代理火热招募。", "未成年人也能借。",
            "高校学生都可申请。", "凭学号申请。", "学信网认证提额。",
        ],
    )  # fmt: skip
    def test_aiming_at_students_is_a_fault(self, words):
        assert codes(words) == ["student_targeting"]

    @pytest.mark.parametrize(
        "words",
        [
            "哪些情况不能申请？A：在校学生、无稳定收入者。", "谁不能借：在校学生、未满18周岁。",
            "大学生请远离校园贷。", "抵制校园贷。",
            "申请人须为非在校学生。", "学生群体除外。", "在校大学生谢绝申请。", "不准入人群：在校学生。",
        ],
    )  # fmt: skip
    def test_turning_them_away_is_none(self, words):
        assert codes(words) == []


class TestInterestDeducted:
    @pytest.mark.parametrize("words", ["放款前扣除服务费10%。", "一次性扣除手续费500元。", "收取砍头息。"])
    def test_a_sum_held_back_is_a_fault(self, words):
        assert "interest_deducted" in codes(words)

    @pytest.mark.parametrize(
        "words",
        ["无砍头息。", "不收砍头息。", "本产品不收取砍头息、账户管理费。", "绝无预先扣除手续费。", "拒绝砍头息。"],
    )
    def test_none_is_when_the_ad_renounces_it(self, words):
        assert codes(words) == []


@pytest.mark.parametrize(
    "text", ["“秒批”" * 10_000, "秒" * 50_000, "不能？" * 20_000, "大学生" * 10_000, "一定" * 20_000]
)
def test_long_texts_are_read_in_good_time(text):
    assert isinstance(codes(text), list)


@pytest.mark.parametrize("words", ["分付能提现啦，转进银行卡。", "花呗可取现。", "先用后付开通提现，马上变现。"])
def test_credit_for_shopping_is_not_offered_as_cash(words):
    assert codes(words) == ["cash_from_shopping_credit"]


@pytest.mark.parametrize(
    "words",
    [
        "分付仅用于消费，不能提取现金、不能转账。",
        "花呗不支持提现，谨防“可取现”骗局。",
        "花呗付款，借呗可提现。",
        "现金分期直接转到银行卡。",
        "先用后付，收货满意再付款。",
    ],
)
def test_who_says_that_it_is_no_cash_or_speaks_of_another_product_may(words):
    assert "cash_from_shopping_credit" not in codes(words)
