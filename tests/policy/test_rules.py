"""A document's own rules, thresholds by label and notices: what they can change, and what they can't."""

from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.labels import KEYS, LABELS, Group
from moderation.lenders.standing import Finding, Standing
from moderation.policy.case import Case
from moderation.policy.config import Policy, PolicyError
from moderation.policy.decide import TABLE, TURNED, row_for
from moderation.policy.rules import Condition, Rule
from moderation.policy.situations import CHOICES
from tests.policy.readings import COMPLETE, LENDER, POLICY, claimant, codes, lender, nobody, reading, verdict

SHIPPED = files("moderation.policy").joinpath("default.yaml").read_text(encoding="utf-8")
LICENSED_AD = reading(COMPLETE, licensed_ad=0.99)
NO_RISK_WORDS = reading(f"好期贷由{LENDER}提供，年化利率（单利）7.3%至24%，额度以审批为准。", licensed_ad=0.99)
NOTHING_BUT_A_NAME = reading("好期贷，马上来借", licensed_noncompliant_ad=0.99)
NOTICE = reading("【好期贷】您的账户今晚冻结，请点击链接认证", service_notice=0.98)


def policy(*rules):
    """Return the shipped policy with *rules*, each given as YAML of `when` and `then`."""
    told = [
        f"  - name: rule {number}\n    when: {when}\n    then: {then}\n" for number, (when, then) in enumerate(rules)
    ]
    return Policy.parse(SHIPPED.replace("rules: []", "rules:\n" + "".join(told)))


class TestBounds:
    def test_every_row_of_the_table_says_what_may_be_chosen_and_its_own_verdict_first(self):
        assert list(CHOICES) == [row.name for row in TABLE]
        assert {name for name, choices in CHOICES.items() if len(choices) > 1} == set(TURNED)

    @pytest.mark.parametrize("row", [name for name, choices in CHOICES.items() if "allow" not in choices])
    def test_no_document_allows_what_nobody_may_publish(self, row):
        with pytest.raises(PolicyError, match=f"no policy can allow what row {row} decides"):
            policy((f"{{situations: [trusted_lacking, {row}]}}", "{verdict: allow}"))

    def test_a_verdict_needs_the_rows_that_it_is_for(self):
        with pytest.raises(PolicyError, match="must name the `situations`"):
            policy(("{labels: [licensed_ad]}", "{verdict: allow}"))

    @pytest.mark.parametrize(
        ("when", "then", "told"),
        [
            ("{}", "{review: always}", "must name a condition"),
            ("{kinds: [ad]}", "{}", "must give a verdict"),
            ("{kinds: []}", "{review: always}", "kinds"),
            ("{kinds: [ad, ad]}", "{review: always}", "names ad twice"),
            ("{remarks: [nonsense]}", "{review: always}", "is no remark"),
            ("{faults: [riskless]}", "{review: always}", "is no fault of a disclosure"),
            ("{standings: [trusted]}", "{review: always}", "is no standing"),
            ("{kinds: [ad]}", "{review: sometimes}", "review"),
        ],
    )
    def test_a_rule_that_makes_no_sense_is_refused(self, when, then, told):
        with pytest.raises(PolicyError, match=told):
            policy((when, then))

    def test_two_rules_of_one_name_are_refused(self):
        one = "  - {name: one, when: {kinds: [ad]}, then: {review: always}}\n"
        with pytest.raises(PolicyError, match="names one twice"):
            Policy.parse(SHIPPED.replace("rules: []", "rules:\n" + one + one))


class TestVerdicts:
    def test_a_lenders_ad_may_pass_with_a_small_gap_and_is_told_to_mend_it(self):
        lenient = policy(("{situations: [trusted_lacking], only_faults: [risk_notice]}", "{verdict: allow}"))
        outcome = verdict(NO_RISK_WORDS, lender(), policy=lenient)
        assert (outcome.verdict, outcome.label, outcome.missing) == ("allow", "licensed_ad", ("risk_notice",))
        assert codes(outcome) == ["lender.tolerated", "disclosure.risk_notice"]
        assert outcome.notice is None

    def test_only_these_faults_means_none_besides(self):
        lenient = policy(("{situations: [trusted_lacking], only_faults: [risk_notice]}", "{verdict: allow}"))
        assert verdict(NOTHING_BUT_A_NAME, lender(), policy=lenient).verdict == "block"

    def test_it_stays_an_allow_for_nobody_else(self):
        lenient = policy(("{situations: [trusted_lacking], only_faults: [risk_notice]}", "{verdict: allow}"))
        assert verdict(NO_RISK_WORDS, claimant(), policy=lenient).verdict == "block"

    def test_partners_ads_may_be_refused_though_they_are_complete(self):
        strict = policy(("{situations: [trusted_complete], standings: [verified_partner]}", "{verdict: block}"))
        partner = replace(lender(), standing=Standing.VERIFIED_PARTNER)
        outcome = verdict(LICENSED_AD, partner, policy=strict)
        assert (outcome.verdict, outcome.label, codes(outcome)) == ("block", "licensed_ad", ["lender.not_accepted"])
        assert outcome.notice
        assert verdict(LICENSED_AD, lender(), policy=strict).verdict == "allow"

    def test_notices_that_lead_elsewhere_may_be_blocked(self):
        strict = policy(("{situations: [notice_elsewhere]}", "{verdict: block}"))
        outcome = verdict(NOTICE, claimant(links=["example.org"]), policy=strict)
        assert (outcome.verdict, outcome.label) == ("block", "impersonation")

    def test_the_first_rule_that_applies_counts(self):
        both = policy(
            ("{situations: [trusted_lacking], kinds: [post]}", "{verdict: allow}"),
            ("{situations: [trusted_lacking]}", "{verdict: block, review: always}"),
        )
        assert verdict(NO_RISK_WORDS, lender(), policy=both, kind="post").verdict == "allow"
        blocked = verdict(NO_RISK_WORDS, lender(), policy=both, kind="ad")
        assert (blocked.verdict, blocked.review) == ("block", "policy")


class TestReview:
    @pytest.mark.parametrize(
        ("when", "applies"),
        [
            ("{labels: [licensed_ad]}", True),
            ("{labels: [cash_out]}", False),
            ("{standings: [verified_lender]}", True),
            ("{standings: [no_claim]}", False),
            ("{kinds: [ad]}", True),
            ("{kinds: [post]}", False),
            ("{remarks: [names_other_lender]}", True),
            ("{remarks: [shortened_link]}", False),
            ("{labels: [licensed_ad], kinds: [post]}", False),
            ("{faults: [risk_notice]}", False),
            ("{only_faults: [risk_notice]}", False),
        ],
    )
    def test_a_person_is_asked_where_all_conditions_hold(self, when, applies):
        asking = policy((when, "{review: always}"))
        outcome = verdict(LICENSED_AD, lender(remarks=["names_other_lender"]), policy=asking, kind="ad")
        assert (outcome.verdict, outcome.review, outcome.final) == (
            "allow",
            "policy" if applies else None,
            not applies,
        )

    def test_nobody_is_asked_where_a_rule_says_so(self):
        quiet = policy(("{labels: [question_talk]}", "{review: never}"))
        text = reading("…", cash_out=0.4, question_talk=0.6)
        assert verdict(text, nobody()).review == "uncertain"
        assert verdict(text, nobody(), policy=quiet).final

    def test_doubt_that_was_there_keeps_its_name(self):
        asking = policy(("{labels: [question_talk]}", "{review: always}"))
        assert verdict(reading("…", cash_out=0.4, question_talk=0.6), nobody(), policy=asking).review == "uncertain"


class TestScoresByLabel:
    PICKY = replace(POLICY, label_scores={"debt_collection": 0.9})

    @pytest.mark.parametrize(("score", "expected"), [(0.89, "allow"), (0.9, "block")])
    def test_a_label_is_blocked_from_its_own_score(self, score, expected):
        text = reading("…", score=score, debt_collection=score)
        assert verdict(text, nobody(), policy=self.PICKY).verdict == expected

    def test_other_labels_keep_theirs(self):
        assert verdict(reading("…", cash_out=0.6), nobody(), policy=self.PICKY).verdict == "block"

    def test_it_holds_for_a_trusted_publisher_too(self):
        text = reading(COMPLETE, debt_collection=0.7, licensed_ad=0.3)
        assert verdict(text, lender()).label == "debt_collection"
        assert verdict(text, lender(), policy=self.PICKY).verdict == "allow"

    def test_a_score_outside_of_the_band_is_refused(self):
        with pytest.raises(PolicyError, match="cash_out"):
            Policy.parse(SHIPPED.replace("label_scores: {}", "label_scores: {cash_out: 0.99}"))


def test_a_notice_of_ones_own_replaces_the_shipped_one():
    own = replace(POLICY, notices={"cash_out": "请拨打本平台热线。"})
    assert verdict(reading("…", cash_out=0.99), nobody(), policy=own).notice == "请拨打本平台热线。"
    assert verdict(reading("…", usury_loan=0.99), nobody(), policy=own).notice != "请拨打本平台热线。"


weights = st.lists(st.integers(0, 100), min_size=len(KEYS), max_size=len(KEYS)).filter(any)
conditions = st.builds(
    Condition,
    labels=st.frozensets(st.sampled_from(KEYS), max_size=3),
    standings=st.frozensets(st.sampled_from(Standing), max_size=3),
    kinds=st.frozensets(st.sampled_from(["ad", "post"]), max_size=1),
)


@st.composite
def bounded(draw):
    """A rule as a document may hold it."""
    row = draw(st.sampled_from(list(CHOICES)))
    condition = replace(draw(conditions), situations=frozenset({row}))
    return Rule(row, condition, draw(st.sampled_from([None, *CHOICES[row]])), draw(st.sampled_from([None, "always"])))


@given(weights, st.sampled_from(Standing), st.booleans(), st.lists(bounded(), max_size=4))
def test_whatever_the_rules_no_loan_ad_passes_but_a_trusted_publishers(numbers, standing, complete, rules):
    labels = {key: number / sum(numbers) for key, number in zip(KEYS, numbers, strict=True)}
    text = reading(COMPLETE if complete else "借钱找我", **labels)
    finding = Finding(standing, claimed=LENDER, matched=LENDER)
    own = replace(POLICY, rules=tuple(rules))
    outcome = verdict(text, finding, policy=own)
    row = row_for(Case(text, finding, text.normalized, "ad", own)).name
    if outcome.verdict == "allow":
        assert row in {"benign", "notice_elsewhere"} or standing in POLICY.allowing
        assert LABELS[outcome.label].group is Group.BENIGN or outcome.label == "licensed_ad"
    else:
        assert LABELS[outcome.label].group is not Group.BENIGN
        assert outcome.notice
    assert outcome.final is (outcome.review is None)
