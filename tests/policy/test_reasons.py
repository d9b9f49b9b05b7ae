"""Reasons are few, in plain Chinese, placed in the text, and rest on law that was read at its source."""

import re

import pytest

from classifiers.labels import TAXONOMY, Group
from moderation.lenders.standing import Finding, Standing
from moderation.policy import wording
from moderation.policy.basis import BASIS, basis_of
from moderation.policy.reasons import MOST_REASONS, MOST_SPANS
from tests.policy.readings import (
    COMPLETE,
    claimant,
    codes,
    contact,
    hit,
    lender,
    mention,
    ngram,
    nobody,
    reading,
    verdict,
)

BLOCKING = [label.key for label in TAXONOMY if label.group is not Group.BENIGN]

# Texts and articles read in a public source; a new one is added here once somebody has read it.
CITABLE = {
    "《银行业监督管理法》": {"第十九条", "第四十四条"},
    "《最高人民法院关于审理民间借贷案件适用法律若干问题的规定》": {
        "第十三条第三项", "第二十五条", "第二十六条", "第二十八条", "第二十九条",
    },
    "《关于办理非法放贷刑事案件若干问题的意见》": {"（2019年）"},
    "银发〔2019〕316号": {"第一条"},
    "中国人民银行公告〔2021〕第3号": {""},
    "《金融产品网络营销管理办法》": {"（2026年9月30日起施行）"},
    "金规〔2025〕9号": {""},
    "大学生互联网消费贷款监管通知": {"（2021年2月24日）"},
    "《反电信网络诈骗法》": {"第二十五条第二款第二项", "第二十六条", "第四十三条"},
    "《刑法》": {
        "第一百七十五条之一", "第一百九十六条", "第二百二十五条", "第二百五十三条之一", "第二百八十七条之一",
        "第二百八十七条之二", "第二百九十三条之一",
    },
    "《广告法》": {
        "第四条", "第八条", "第九条第二项", "第十一条", "第十四条", "第二十八条", "第三十四条", "第四十五条",
    },
    "《征信业管理条例》": {"第十六条", "第二十五条"},
    "《个人信息保护法》": {"第六条", "第二十三条", "第二十四条", "第二十八条", "第二十九条"},
    "北京市金融投资理财类广告发布合规指引": {""},
}  # fmt: skip
ALLOWED = {title + article for title, articles in CITABLE.items() for article in articles}


@pytest.mark.parametrize("key", BASIS)
def test_only_texts_read_at_their_source_are_cited(key):
    assert set(basis_of(key)) <= ALLOWED


def test_the_article_on_investments_is_never_cited_for_loans():
    assert not any("《广告法》第二十五条" in cited for bases in BASIS.values() for cited in bases)


def test_what_nobody_looked_up_has_no_basis():
    assert basis_of("label.of.tomorrow") == ()


@pytest.mark.parametrize("label", BLOCKING)
@pytest.mark.parametrize("standing", Standing)
def test_every_block_is_explained_without_a_single_piece_of_evidence(label, standing):
    outcome = verdict(reading("借钱找我", **{label: 0.99}), Finding(standing, remarks=("foreign_landing",)))
    assert outcome.verdict == "block"
    for reason in outcome.reasons:
        assert re.search(r"[\u4e00-\u9fff]{6}", reason.message)
        assert not re.search(r"[{}]|None", reason.message)
    assert any(reason.basis for reason in outcome.reasons)


@pytest.mark.parametrize("label", BLOCKING)
def test_every_label_that_blocks_has_words_a_basis_and_a_notice(label):
    words = wording.LABELS[label]
    assert all((words.found, words.why, words.notice, BASIS[label]))


def test_fee_in_advance_tells_the_consumer_what_it_is_and_whom_to_call():
    notice = verdict(reading("先交解冻费", advance_fee=0.99), nobody()).notice
    assert notice is not None
    assert "放款前收费的都是诈骗" in notice
    assert "96110" in notice


def test_every_code_has_words():
    assert {code for code in BASIS if code.startswith("lender.")} <= set(wording.LENDER)
    assert {code for code in BASIS if code.startswith("disclosure.")} == set(wording.DISCLOSURES)


@pytest.mark.parametrize(
    ("kind", "called"),
    [
        ("post", "这条帖子"), ("ad", "这条广告"), ("comment", "这条评论"), ("profile", "这份主页资料"),
        ("message", "这条消息"), ("something new", "这段内容"),
    ],
)  # fmt: skip
def test_the_item_is_called_what_it_is(kind, called):
    outcome = verdict(reading("黑户可做", bad_credit_loan=0.99), nobody(), kind=kind)
    assert outcome.reasons[0].message.startswith(called)


class TestEvidence:
    TEXT = "黑户可做，无视征信，身份证就能下，套现也行，加微信 demo_x9"

    def evidence(self):
        return [
            ngram("黑户可做", self.TEXT),
            hit("套现", self.TEXT, "cash_out"),
            hit("无视征信", self.TEXT),
            hit("黑户可做", self.TEXT),
        ]

    def test_the_label_comes_first_with_the_models_places_then_terms_of_that_label_then_others(self):
        outcome = verdict(reading(self.TEXT, bad_credit_loan=0.99, evidence=self.evidence()), nobody())
        assert codes(outcome) == ["label.bad_credit_loan", "lexicon.bad_credit_loan", "lexicon.cash_out"]
        assert [span.text for span in outcome.reasons[0].spans] == ["黑户可做"]
        assert "“无视征信”、“黑户可做”" in outcome.reasons[1].message

    def test_spans_are_places_in_the_text(self):
        outcome = verdict(reading(self.TEXT, bad_credit_loan=0.99, evidence=self.evidence()), nobody())
        spans = [span for reason in outcome.reasons for span in reason.spans]
        assert all(self.TEXT[span.start : span.end] == span.text for span in spans)

    def test_a_private_contact_is_a_reason_but_stands_in_the_span_only(self):
        contacts = [contact("wechat", "demo_x9", self.TEXT, disguised=True)]
        outcome = verdict(reading(self.TEXT, bad_credit_loan=0.99, contacts=contacts), nobody())
        reason = outcome.reasons[-1]
        assert (reason.code, reason.spans[0].text) == ("contact.private", "demo_x9")
        assert "demo_x9" not in reason.message
        assert "躲避审核" in reason.message

    def test_reasons_are_a_handful_and_so_are_their_places(self):
        labels = ["bad_credit_loan", "cash_out", "usury_loan", "campus_loan", "quota_hack", "credit_repair"]
        text = "".join(f"词{number}" for number in range(10, 70))
        hits = [hit(f"词{number}", text, labels[number % 6]) for number in range(10, 70)]
        outcome = verdict(reading(text, bad_credit_loan=0.99, evidence=hits), nobody())
        assert len(outcome.reasons) == MOST_REASONS
        assert all(len(reason.spans) <= MOST_SPANS for reason in outcome.reasons)

    def test_a_warning_that_quotes_bait_is_allowed_without_reasons(self):
        outcome = verdict(reading(self.TEXT, news_education=0.99, evidence=self.evidence()), nobody())
        assert (outcome.verdict, outcome.reasons) == ("allow", ())


def test_the_lenders_name_is_shown_where_it_stands():
    outcome = verdict(reading(COMPLETE, licensed_ad=0.99), claimant(mentions=[mention(), mention()]))
    (span,) = outcome.reasons[0].spans
    assert (span.start, COMPLETE[span.start : span.end]) == (0, "好期贷")


def test_a_name_that_stood_there_in_disguise_has_no_place():
    outcome = verdict(reading(COMPLETE, licensed_ad=0.99), claimant(mentions=[mention(name="郝期贷")]))
    assert outcome.reasons[0].spans == ()


def test_a_verified_lender_is_not_accused_of_posing_as_one():
    outcome = verdict(reading(COMPLETE, licensed_ad=0.99), lender(remarks=["foreign_landing"]))
    assert "冒充" not in "".join(reason.message for reason in outcome.reasons)


def test_no_place_of_publication_is_told_where_no_lender_is_known():
    outcome = verdict(reading(COMPLETE, licensed_ad=0.99), Finding(Standing.LICENCE_SUSPENDED))
    assert wording.UNNAMED in outcome.reasons[0].message
