"""The score decides whether, the labels decide which; near the threshold a person is asked."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.labels import KEYS, LABELS, Group
from moderation.lenders.standing import Finding, Standing
from tests.policy.readings import COMPLETE, LENDER, POLICY, claimant, codes, lender, nobody, reading, verdict


def test_a_benign_main_label_with_a_high_score_is_blocked_under_the_likeliest_promotion():
    outcome = verdict(reading("…", score=0.99, question_talk=0.6, cash_out=0.25, usury_loan=0.15), nobody())
    assert (outcome.verdict, outcome.label) == ("block", "cash_out")


def test_an_illicit_main_label_with_a_low_score_passes_under_the_likeliest_benign_label():
    outcome = verdict(reading("…", score=0.1, cash_out=0.5, question_talk=0.3, unrelated=0.2), nobody())
    assert (outcome.verdict, outcome.label) == ("allow", "question_talk")


@pytest.mark.parametrize(
    ("score", "expected", "final"),
    [
        (POLICY.uncertain_from - 1e-4, "allow", True),
        (POLICY.uncertain_from, "allow", False),
        (POLICY.block_score - 1e-4, "allow", False),
        (POLICY.block_score, "block", False),
        (POLICY.uncertain_to, "block", False),
        (POLICY.uncertain_to + 1e-4, "block", True),
    ],
)
def test_the_band_and_the_threshold_include_their_ends(score, expected, final):
    outcome = verdict(reading("…", score=score, cash_out=score), nobody())
    assert (outcome.verdict, outcome.final) == (expected, final)
    assert outcome.review == (None if final else "uncertain")


def test_doubt_is_told_and_names_what_is_suspected():
    allowed = verdict(reading("…", cash_out=0.4, question_talk=0.6), nobody(), kind="comment")
    assert codes(allowed) == ["model.uncertain"]
    assert "这条评论" in allowed.reasons[0].message
    assert "套现" in allowed.reasons[0].message
    assert "model.uncertain" in codes(verdict(reading("…", cash_out=0.9), nobody()))


def test_who_publishes_changes_how_likely_an_illegal_promotion_is():
    text = reading(COMPLETE, unlicensed_loan_ad=0.3, licensed_ad=0.65, campus_loan=0.05)
    assert verdict(text, lender()).score == pytest.approx(0.05)
    assert verdict(text, claimant()).score == pytest.approx(1.0)


def test_doubt_about_an_illicit_offer_is_reviewed_though_a_trusted_lender_publishes_it():
    outcome = verdict(reading(COMPLETE, campus_loan=0.4, licensed_ad=0.6), lender())
    assert (outcome.verdict, outcome.final, codes(outcome)) == (
        "allow",
        False,
        ["lender.licensed", "model.uncertain"],
    )


def test_the_more_harmful_of_two_equally_likely_labels_wins():
    assert verdict(reading("…", cash_out=0.5, campus_loan=0.5), nobody()).label == "campus_loan"


def test_a_reading_without_labels_is_judged_by_its_score_alone():
    outcome = verdict(replace(reading("…", score=0.99), labels={}), lender())
    assert outcome.verdict == "block"


def test_another_policy_gives_another_verdict():
    lenient = replace(POLICY, block_score=0.95)
    text = reading("…", cash_out=0.9)
    assert (verdict(text, nobody()).verdict, verdict(text, nobody(), policy=lenient).verdict) == ("block", "allow")


weights = st.lists(st.integers(0, 100), min_size=len(KEYS), max_size=len(KEYS)).filter(any)


@given(weights, st.sampled_from(Standing), st.booleans())
def test_verdict_label_and_reasons_never_contradict_each_other(numbers, standing, complete):
    labels = {key: number / sum(numbers) for key, number in zip(KEYS, numbers, strict=True)}
    finding = Finding(standing, claimed=LENDER, matched=LENDER)
    outcome = verdict(reading(COMPLETE if complete else "借钱找我", **labels), finding)
    benign = LABELS[outcome.label].group is Group.BENIGN
    assert 0 <= outcome.score <= 1
    assert outcome.final is (outcome.review is None)
    if outcome.verdict == "block":
        assert not benign
        assert any(reason.message for reason in outcome.reasons)
        assert outcome.notice
    else:
        assert benign or (outcome.label == "licensed_ad" and standing in POLICY.allowing)
