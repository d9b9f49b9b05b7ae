"""What is advised and never blocks: to say that approval decides, and to mark what no platform marks."""

import pytest

from moderation.policy import wording
from moderation.policy.advice import advise
from moderation.policy.basis import BASIS, basis_of
from moderation.policy.disclosures import check
from tests.policy.readings import COMPLETE, LENDER

BARE = f"好期贷由{LENDER}提供，额度最高20万元，年化利率（单利）7.3%至24%。贷款有风险，请理性借贷。"


def codes(text, **of):
    return [each.code for each in advise(text, **of)]


def test_advice_never_is_a_fault_and_says_so():
    (each,) = advise(BARE)
    assert (each.code, each.key, each.blocks) == ("approval_caveat", "advice.approval_caveat", False)
    assert "以审批结果为准" in each.message
    assert check(BARE, lenders=[LENDER]) == ()


def test_faults_say_that_they_block():
    (fault,) = check(COMPLETE.replace(LENDER, "我们"), lenders=[LENDER])
    assert (fault.key, fault.blocks) == ("disclosure.lender_name", True)


@pytest.mark.parametrize(
    "words",
    [
        "以审批结果为准", "具体额度以审核为准", "最终以我行审批意见为准", "视个人资质而定", "取决于综合评估",
        "由系统审批", "须经银行审核",
        "是否获批由本行决定", "不保证通过", "申请不等于获批", "审批由本公司独立作出", "额度因人而异",
        "本行有权拒绝申请", "贷与不贷由农行确定",
        "保留依据资信批核之权利", "批不批，人家审核说了算", "能否借由审核决定", "过不过看审核", "先审后批",
        "授信非承诺", "依个人情况核定",
    ],
)  # fmt: skip
def test_many_words_say_that_approval_decides(words):
    assert codes(BARE + words + "。") == []


@pytest.mark.parametrize("words", ["审批快", "三分钟审批", "审核通过即可放款", "额度高", "申请简单", "放款快"])
def test_praise_of_approval_does_not_say_it(words):
    assert codes(BARE + words + "。") == ["approval_caveat"]


def test_an_ad_that_says_nothing_of_amount_or_approval_needs_no_caveat():
    assert codes(f"{LENDER}祝您新年快乐，理性消费。") == []


class TestAdMark:
    @pytest.mark.parametrize("kind", ["post", "comment"])
    def test_a_post_or_comment_that_advertises_must_carry_the_word(self, kind):
        (each,) = advise(COMPLETE, kind=kind)
        assert each.key == "advice.ad_mark"
        assert basis_of(each.key) == ("《广告法》第十四条",)

    @pytest.mark.parametrize("kind", ["ad", "message", "profile"])
    def test_an_ad_is_marked_by_the_platform(self, kind):
        assert codes(COMPLETE, kind=kind) == []

    def test_and_so_is_what_the_caller_says_is_marked(self):
        assert codes(COMPLETE, kind="post", marked_as_ad=True) == []

    @pytest.mark.parametrize(
        "marked",
        [
            "【广告】{}",
            "广告｜{}",
            "{} #广告",
            "（推广）{}",
            "[赞助]{}",
            "{}\n以上内容为广告。",
            "本文系品牌推广。{}",
            "广告：{}",
            "{}（广告）",
            "本内容由银行赞助。{}",
        ],
    )
    def test_the_word_may_stand_anywhere_as_a_mark(self, marked):
        assert codes(marked.format(COMPLETE), kind="post") == []

    @pytest.mark.parametrize("words", ["请勿相信零门槛广告。", "拒绝小广告骚扰。", "广告位招租。", "推广大使招募。"])
    def test_to_talk_of_advertising_is_no_mark(self, words):
        assert codes(COMPLETE + words, kind="post") == ["ad_mark"]


def test_every_advice_has_words_and_a_place_in_the_table_of_law():
    assert {code for code in BASIS if code.startswith("advice.")} == set(wording.ADVICE)


@pytest.mark.parametrize("text", ["", "额度" * 20_000, "以" * 50_000, "广告" * 20_000, "由审批" * 10_000])
def test_any_text_is_read_in_good_time(text):
    assert isinstance(advise(text, kind="post"), tuple)
