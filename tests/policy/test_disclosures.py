"""What a licensed lender's ad must tell and must not say: one row a rule, its innocent twin beside it."""

import pytest

from classifiers.assessment import Contact, Span
from moderation.policy.disclosures import CHECKS, Advert, Fault, check
from tests.policy.readings import COMPLETE, LENDER

BANK = "宁波银行股份有限公司"


def codes(text, *lenders):
    return [fault.code for fault in check(text, lenders=lenders or (LENDER,))]


def ad(rate="年化利率（单利）7.3%至24%", rest=""):
    return f"好期贷由{LENDER}提供，{rate}，额度以审批为准。{rest}贷款有风险，请理性借贷。"


def test_a_complete_ad_has_no_faults():
    assert check(COMPLETE, lenders=[LENDER]) == ()


class TestLenderName:
    def test_a_brand_alone_is_not_enough(self):
        assert codes(COMPLETE.replace(LENDER, "好期贷平台")) == ["lender_name"]

    def test_another_lenders_name_is_not_enough(self):
        assert codes(COMPLETE, "马上消费金融股份有限公司") == ["lender_name"]

    @pytest.mark.parametrize("written", ["招联消费金融有限公司", "招联 消费金融 股份有限公司", "招联消费金融公司"])
    def test_the_form_of_company_and_spaces_do_not_matter(self, written):
        assert codes(COMPLETE.replace(LENDER, written)) == []

    def test_a_bank_may_leave_its_form_out_altogether(self):
        assert codes(COMPLETE.replace(LENDER, "宁波银行"), BANK) == []

    def test_full_width_brackets_are_the_same_as_half_width_ones(self):
        assert codes(COMPLETE.replace(LENDER, "某某（中国）银行有限公司"), "某某(中国)银行有限公司") == []

    @pytest.mark.parametrize(
        ("written", "lender"),
        [
            ("梅赛德斯奔驰汽车金融有限公司", "梅赛德斯-奔驰汽车金融有限公司"),
            ("某某银行（中国）", "某某银行(中国)有限公司"),
            ("青禾县农村信用合作联社", "青禾县农村信用合作联社"),
        ],
    )
    def test_dashes_and_what_a_legal_name_need_not_have_do_not_matter(self, written, lender):
        assert codes(COMPLETE.replace(LENDER, written), lender) == []

    def test_a_former_name_will_do_if_the_caller_gives_it(self):
        text = COMPLETE.replace(LENDER, "岚桥消费金融有限公司")
        assert codes(text, "汇棠消费金融有限公司") == ["lender_name"]
        assert codes(text, "汇棠消费金融有限公司", "岚桥消费金融有限公司") == []

    @pytest.mark.parametrize(
        "written", ["某某汽车金融(中国)有限公司", "某某汽车金融（中国）有限公司", "青禾县农村信用合作联社"]
    )
    def test_brackets_and_cooperatives_are_of_the_right_form(self, written):
        assert check(COMPLETE.replace(LENDER, written)) == ()

    def test_without_a_known_lender_any_name_of_the_right_form_will_do(self):
        assert check(COMPLETE) == ()
        assert [fault.code for fault in check(COMPLETE.replace(LENDER, "我们公司"))] == ["lender_name"]


class TestRates:
    @pytest.mark.parametrize(
        "rate",
        [
            "年化利率（单利）3.0%—5.6%",
            "年化利率：7.2％~24％",
            "综合年化资金成本7.2%-23.4%",
            "年化利率按单利计算为3.1%至4.35%",
            "年化3.05%起，最高不超过6.8%",
            "年化单利6.8%起、21.6%封顶",
            "年利率（单利）3.65%起至9.9%",
            "年化利率百分之七点二到百分之二十四",
            "月费率0.6%（年化7.2%）",
            "7.2%-24%（年化）",
            "年利率为LPR加50个基点",
            "年化利率固定为8%",
            "单利年化7.2到24",
            "信用贷3.4%-6.0%\n（均为年化单利）",
            "利率LPR5Y-70BP",
        ],
    )
    def test_an_annualised_rate_is_read_in_many_forms(self, rate):
        assert codes(ad(rate)) == []

    @pytest.mark.parametrize("rate", ["低息好用", "利率3.6%至24%", "最高额度20万元", "服务费每笔2%"])
    def test_a_price_that_is_not_annualised_or_no_price_at_all_is_a_fault(self, rate):
        assert codes(ad(rate)) == ["annual_rate"]

    @pytest.mark.parametrize(
        "rate",
        ["日息万分之二", "日利率0.02%", "月息1.6%", "借一万每天只要2元", "一天一杯奶茶钱", "每月只还288元", "月息8厘"],
    )
    def test_a_price_a_day_or_a_month_alone_is_a_fault(self, rate):
        (fault,) = check(ad(rate), lenders=[LENDER])
        assert (fault.code, fault.lacks) == ("short_period_rate", "annual_rate")
        assert fault.spans

    def test_a_daily_price_beside_the_annualised_one_is_none(self):
        assert codes(ad("日利率0.02%至0.065%，年化利率（单利）7.3%至24%")) == []

    @pytest.mark.parametrize(
        "rate", ["年化利率低至3.6%", "年化最低仅2.78%", "最低年化利率3%", "年化利率（单利）3.0%起", "年化7.2%起"]
    )
    def test_the_lowest_rate_without_a_range_is_a_fault(self, rate):
        assert codes(ad(rate)) == ["rate_range"]

    def test_the_guide_of_beijing_case_lowest_rate_without_a_range_even_from_a_bank(self):
        faults = check("宁波银行股份有限公司：利率低至3.6%，贷款有风险", lenders=[BANK])
        assert [fault.code for fault in faults] == ["annual_rate", "rate_range"]
        assert faults[1].spans[0].text == "利率低至3.6%"

    def test_a_lawsuit_is_no_lowest_rate(self):
        assert codes(ad(rest="本金的3%起诉费另计。")) == []


class TestRiskNotice:
    @pytest.mark.parametrize(
        "words",
        ["贷款有风险", "请理性借贷", "量力而行", "借款需谨慎", "请珍惜信用", "请按期偿还", "逾期将计罚息、上征信"],
    )
    def test_many_words_will_do(self, words):
        text = f"好期贷由{LENDER}提供，年化利率（单利）7.3%至24%。{words}。"
        assert codes(text) == []

    @pytest.mark.parametrize("words", ["无风险", "零风险借款", "有逾期也可来", ""])
    def test_the_opposite_will_not(self, words):
        text = f"好期贷由{LENDER}提供，年化利率（单利）7.3%至24%。{words}。"
        assert "risk_notice" in codes(text)


class TestPromises:
    @pytest.mark.parametrize(
        "words",
        [
            "秒批秒到。", "百分百通过！", "零门槛。", "无视征信。", "不看负债。", "人人有额度。", "身份证就能借。",
            "一分钟到账。", "签字即放款。", "必过！", "０利息！", "马上到账。", "审核一定能通过。",
        ],
    )  # fmt: skip
    def test_a_promise_is_a_fault_and_quoted(self, words):
        (fault,) = check(ad(rest=words), lenders=[LENDER])
        assert fault.code == "promise"
        assert fault.spans[0].text in words
        assert f"“{fault.spans[0].text}”" in fault.message

    @pytest.mark.parametrize(
        "words",
        [
            "不承诺秒批。", "我们不保证通过。", "不代表一定放款。", "声称百分百下款的都是骗子。",
            "谨防“无视征信”骗局。", "一定会批吗？不一定。", "请勿相信零门槛广告。", "凡承诺必过的请举报。",
            "平安信秒贷。",
        ],
    )  # fmt: skip
    def test_a_promise_denied_or_warned_of_is_none(self, words):
        assert codes(ad(rest=words)) == []


class TestStateAura:
    @pytest.mark.parametrize("words", ["国家扶持项目。", "央行合作产品。", "银保监备案。", "政府贴息。", "官方指定。"])
    def test_borrowed_authority_is_a_fault(self, words):
        assert codes(ad(rest=words)) == ["state_aura"]

    @pytest.mark.parametrize(
        "words", ["经国家金融监督管理总局批准设立。", "本产品没有政府背书。", "可在金融监管总局网站查询许可证。"]
    )
    def test_telling_of_the_licence_is_none(self, words):
        assert codes(ad(rest=words)) == []


class TestStudents:
    @pytest.mark.parametrize("words", ["大学生也能借。", "凭学生证申请。", "学生专享额度。", "校园分期。"])
    def test_aiming_at_students_is_a_fault(self, words):
        assert codes(ad(rest=words)) == ["student_targeting"]

    @pytest.mark.parametrize(
        "words", ["不面向在校学生。", "在校学生请勿申请。", "不向大学生放款。", "年满22周岁，不含在校生。"]
    )
    def test_turning_students_away_is_none(self, words):
        assert codes(ad(rest=words)) == []

    def test_state_student_aid_is_none(self):
        assert codes(ad(rest="国家助学贷款面向大学生开放申请。")) == []


def test_a_private_contact_is_a_fault_and_a_hotline_is_none():
    mobile = Contact("phone", "13800000000", False, Span(0, 11, "13800000000"))
    hotline = Contact("phone", "95786", False, Span(0, 5, "95786"))
    assert [fault.code for fault in check(COMPLETE, lenders=[LENDER], contacts=[mobile])] == ["private_contact"]
    assert check(COMPLETE, lenders=[LENDER], contacts=[hotline]) == ()


def test_spans_count_in_the_original_text_even_when_it_is_full_width():
    text = ad("年化利率低至３．６％")
    (fault,) = check(text, lenders=[LENDER])
    (span,) = fault.spans
    assert text[span.start : span.end] == span.text
    assert span.text.endswith("３．６％")


def test_the_gravest_fault_comes_first():
    assert codes("大学生秒批，日息万分之二")[:2] == ["student_targeting", "promise"]


def test_a_further_check_is_one_more_function(monkeypatch):
    def too_short(advert: Advert) -> Fault | None:
        return Fault("too_short") if len(advert.text) < 5 else None

    monkeypatch.setattr("moderation.policy.disclosures.CHECKS", (*CHECKS, too_short))
    assert codes("借")[-1] == "too_short"


@pytest.mark.parametrize("text", ["", " ", "贷" * 50_000, "年化" * 20_000, "7.3%" * 10_000, "低至利率" * 10_000])
def test_any_text_is_checked_in_good_time(text):
    assert "risk_notice" in codes(text)
