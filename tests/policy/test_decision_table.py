"""The decision table, one test a row, and the order of its rows."""

from dataclasses import replace
from pathlib import Path

import pytest

from classifiers.labels import TAXONOMY, Group
from moderation.lenders.standing import Finding, Standing, Suspicion
from moderation.policy.case import Case
from moderation.policy.decide import TABLE, decide, row_for
from tests.policy.readings import (
    COMPLETE,
    LENDER,
    POLICY,
    claimant,
    codes,
    contact,
    lender,
    mention,
    nobody,
    reading,
    verdict,
)

ILLICIT = [label.key for label in TAXONOMY if label.group is Group.ILLICIT]
BENIGN = [label.key for label in TAXONOMY if label.group is Group.BENIGN]
UNTRUSTED = [each for each in Standing if each not in POLICY.allowing]
LOAN_AD = reading("信用贷当天放款", unlicensed_loan_ad=0.99)
IMITATION = Suspicion("domain", "webank-loan.example.com", "webank.com", "深圳前海微众银行股份有限公司", "addition")
LICENSED_AD = reading(COMPLETE, licensed_ad=0.99)


def row(assessment, finding, policy=POLICY):
    return row_for(Case(assessment, finding, assessment.normalized, "ad", policy)).name


class TestIllicit:
    @pytest.mark.parametrize("label", ILLICIT)
    @pytest.mark.parametrize("standing", Standing)
    def test_it_is_blocked_whoever_publishes_it(self, label, standing):
        assessment = reading("一段招揽", **{label: 0.99})
        finding = Finding(standing, claimed=LENDER, matched=LENDER)
        outcome = verdict(assessment, finding)
        assert row(assessment, finding) == "illicit"
        assert (outcome.verdict, outcome.label, outcome.final) == ("block", label, True)
        assert outcome.reasons[0].code == f"label.{label}"
        assert outcome.notice

    def test_a_verified_lender_is_blocked_for_a_campus_loan_though_it_discloses_everything(self):
        outcome = verdict(reading(COMPLETE, campus_loan=0.95, licensed_ad=0.05), lender())
        assert (outcome.verdict, outcome.label) == ("block", "campus_loan")

    def test_it_keeps_its_label_when_it_names_a_lender_and_a_private_contact(self):
        text = "强开好期贷，加 demo_qk1"
        outcome = verdict(reading(text, quota_hack=0.97, contacts=[contact("wechat", "demo_qk1", text)]), claimant())
        assert outcome.label == "quota_hack"


class TestBenign:
    @pytest.mark.parametrize("label", BENIGN)
    @pytest.mark.parametrize("standing", Standing)
    def test_it_is_allowed_whoever_publishes_it(self, label, standing):
        assessment = reading("一段话", **{label: 1.0})
        outcome = verdict(assessment, Finding(standing, matched=LENDER))
        assert row(assessment, Finding(standing)) == "benign"
        assert (outcome.verdict, outcome.label, outcome.final) == ("allow", label, True)
        assert (outcome.reasons, outcome.notice) == ((), None)

    def test_a_warning_that_names_a_lender_and_a_phone_number_is_no_impersonation(self):
        text = "冒充好期贷客服的号码13800000000是骗子"
        assessment = reading(text, news_education=0.98, contacts=[contact("phone", "13800000000", text)])
        assert verdict(assessment, claimant(links=["evil.example.com"])).verdict == "allow"


class TestNotices:
    NOTICE = reading("【好期贷】您的账户今晚冻结，请点击链接认证", service_notice=0.98)

    def test_a_lenders_notice_that_leads_to_an_unknown_domain_is_allowed_and_looked_at(self):
        finding = claimant(links=["example.org"])
        outcome = verdict(self.NOTICE, finding)
        assert row(self.NOTICE, finding) == "notice_elsewhere"
        assert (outcome.verdict, outcome.label, outcome.final) == ("allow", "service_notice", False)
        assert codes(outcome) == ["lender.notice_elsewhere"]

    def test_one_without_a_foreign_link_or_from_the_verified_lender_is_nobodys_concern(self):
        assert verdict(self.NOTICE, claimant()).final
        assert verdict(self.NOTICE, lender()).final

    def test_news_that_names_a_lender_and_links_to_a_newspaper_is_allowed(self):
        assert verdict(reading("好期贷降价", news_education=0.98), claimant(links=["example.org"])).final

    @pytest.mark.parametrize("finding", [nobody(), claimant(links=["webank-loan.example.com"])])
    def test_one_with_a_link_made_to_look_like_a_lenders_is_blocked_and_looked_at(self, finding):
        finding = replace(finding, suspicions=(IMITATION,))
        outcome = verdict(self.NOTICE, finding)
        assert row(self.NOTICE, finding) == "notice_imitates"
        assert (outcome.verdict, outcome.label, outcome.final) == ("block", "impersonation", False)
        assert codes(outcome)[0] == "lender.lookalike_domain"
        assert "webank.com" in outcome.reasons[0].message

    def test_one_in_a_lenders_name_with_a_link_under_a_cheap_suffix_is_blocked_and_looked_at(self):
        finding = replace(claimant(links=["huabei-demo.icu"]), remarks=("cheap_domain",))
        outcome = verdict(self.NOTICE, finding)
        assert (outcome.verdict, outcome.label, outcome.final) == ("block", "impersonation", False)
        assert codes(outcome)[0] == "lender.notice_lure"
        assert verdict(self.NOTICE, replace(nobody(), remarks=("cheap_domain",))).verdict == "allow"

    @pytest.mark.parametrize("label", ["news_education", "complaint", "question_talk"])
    def test_who_warns_of_such_a_link_is_not_blocked(self, label):
        finding = replace(claimant(links=["webank-loan.example.com"]), suspicions=(IMITATION,))
        assert verdict(reading("假冒网站，别点", **{label: 0.98}), finding).verdict == "allow"

    def test_an_ad_with_such_a_link_poses_as_the_lender_though_it_names_none(self):
        finding = replace(nobody(), suspicions=(IMITATION,))
        outcome = verdict(LOAN_AD, finding)
        assert row(LOAN_AD, finding) == "poses_as_lender"
        assert (outcome.label, codes(outcome)[:2]) == (
            "impersonation",
            ["label.impersonation", "lender.lookalike_domain"],
        )

    def test_a_disguised_name_is_told_where_it_stands_and_changes_no_verdict(self):
        text = "微粒袋快速放款，额度二十万"
        near = Suspicion("name", "微粒袋", "微粒贷", "深圳前海微众银行股份有限公司", "sound", 0, 3)
        plain = verdict(reading(text, unlicensed_loan_ad=0.99), nobody())
        outcome = verdict(reading(text, unlicensed_loan_ad=0.99), replace(nobody(), suspicions=(near,)))
        told = next(reason for reason in outcome.reasons if reason.code == "lender.lookalike_name")
        assert [(span.start, span.end, span.text) for span in told.spans] == [(0, 3, "微粒袋")]
        assert (outcome.verdict, outcome.label) == (plain.verdict, plain.label)
        assert verdict(reading(text, question_talk=0.99), replace(nobody(), suspicions=(near,))).final


class TestWhatMayBeAnAd:
    DOUBTFUL = reading("好期贷，随时可用", other_ad=0.7, licensed_noncompliant_ad=0.3)

    def test_a_lenders_ad_that_does_not_read_like_one_is_looked_at(self):
        outcome = verdict(self.DOUBTFUL, lender(), kind="ad")
        assert row(self.DOUBTFUL, lender()) == "perhaps_ad"
        assert (outcome.verdict, outcome.label, outcome.review) == ("allow", "other_ad", "uncertain")
        assert codes(outcome)[0] == "lender.perhaps_ad"
        assert "disclosure.annual_rate" in codes(outcome)

    def test_its_posts_and_complete_ads_are_not(self):
        assert verdict(self.DOUBTFUL, lender(), kind="post").final
        assert verdict(reading(COMPLETE, other_ad=0.7, licensed_ad=0.3), lender(), kind="ad").final


class TestALendersAd:
    def test_a_verified_lender_with_complete_disclosures_is_allowed(self):
        outcome = verdict(LICENSED_AD, lender())
        assert row(LICENSED_AD, lender()) == "trusted_complete"
        assert (outcome.verdict, outcome.label, outcome.final) == ("allow", "licensed_ad", True)
        assert codes(outcome) == ["lender.licensed"]
        assert LENDER in outcome.reasons[0].message

    def test_it_is_allowed_though_its_words_read_like_anybodys_loan_ad(self):
        outcome = verdict(reading(COMPLETE, unlicensed_loan_ad=0.97), lender())
        assert (outcome.verdict, outcome.label) == ("allow", "licensed_ad")
        assert outcome.score < 0.1

    def test_a_verified_partner_that_names_the_lender_is_allowed(self):
        partner = Finding(
            Standing.VERIFIED_PARTNER, claimed=LENDER, matched="某某信息科技有限公司", mentions=(mention(),)
        )
        outcome = verdict(LICENSED_AD, partner)
        assert (outcome.verdict, codes(outcome)) == ("allow", ["lender.partner"])

    def test_a_verified_partner_that_hides_the_lender_is_blocked(self):
        text = "随手借，年化利率7.3%至24%，贷款有风险，请理性借贷。"
        partner = Finding(Standing.VERIFIED_PARTNER, claimed=LENDER, matched="某某信息科技有限公司")
        outcome = verdict(reading(text, licensed_ad=0.99), partner)
        assert (outcome.verdict, outcome.missing) == ("block", ("lender_name",))

    def test_one_that_lacks_disclosures_is_blocked_and_told_which(self):
        assessment = reading("好期贷利率低至3.6%，马上来借", licensed_noncompliant_ad=0.99)
        outcome = verdict(assessment, lender())
        assert row(assessment, lender()) == "trusted_lacking"
        assert (outcome.verdict, outcome.label, outcome.final) == ("block", "licensed_noncompliant_ad", True)
        assert outcome.missing == ("lender_name", "annual_rate", "rate_range", "risk_notice")
        assert codes(outcome) == [f"disclosure.{code}" for code in outcome.missing]

    def test_disclosures_may_stand_in_the_title(self):
        outcome = decide(
            assessment=LICENSED_AD, finding=lender(), text="点击申请", title=COMPLETE, kind="ad", policy=POLICY
        )
        assert outcome.verdict == "allow"

    @pytest.mark.parametrize("standing", [Standing.VERIFIED_LENDER, Standing.UNVERIFIED_CLAIM])
    def test_one_that_speaks_for_another_lender_is_blocked(self, standing):
        finding = lender(remarks=["claims_other_lender"], standing=standing)
        outcome = verdict(LICENSED_AD, finding)
        assert row(LICENSED_AD, finding) == "other_lender"
        assert (outcome.verdict, outcome.label, codes(outcome)) == ("block", "impersonation", ["lender.other_lender"])

    @pytest.mark.parametrize("remark", ["domain_of_other_lender", "name_unknown_to_domain"])
    def test_one_whose_name_and_domain_are_of_different_parties_is_blocked(self, remark):
        finding = claimant()
        finding = replace(finding, remarks=(remark,))
        outcome = verdict(LICENSED_AD, finding)
        assert row(LICENSED_AD, finding) == "contradiction"
        assert (outcome.verdict, outcome.label, codes(outcome)) == ("block", "impersonation", ["lender.contradiction"])

    def test_one_that_leads_to_a_foreign_domain_is_blocked(self):
        finding = lender(remarks=["foreign_landing"])
        outcome = verdict(LICENSED_AD, finding)
        assert row(LICENSED_AD, finding) == "foreign_landing"
        assert (outcome.verdict, outcome.label, codes(outcome)) == (
            "block",
            "impersonation",
            ["lender.foreign_landing"],
        )

    @pytest.mark.parametrize("remark", ["landing_unconfirmed", "shortened_link", "licence_number_mismatch"])
    def test_what_the_registry_cannot_settle_is_allowed_and_looked_at(self, remark):
        outcome = verdict(LICENSED_AD, lender(remarks=[remark]))
        assert (outcome.verdict, outcome.final, outcome.review) == ("allow", False, "uncertain")
        assert codes(outcome) == ["lender.licensed", f"lender.{remark}"]

    def test_an_oddity_that_is_no_fault_does_not_block(self):
        assert verdict(LICENSED_AD, lender(remarks=["licence_number_format"])).verdict == "allow"

    def test_one_that_leads_to_a_private_account_is_blocked(self):
        text = COMPLETE + "加微信 demo_kf01"
        outcome = verdict(reading(text, licensed_ad=0.99, contacts=[contact("wechat", "demo_kf01", text)]), lender())
        assert (outcome.verdict, codes(outcome)) == ("block", ["disclosure.private_contact"])

    def test_one_that_gives_the_lenders_hotline_is_allowed(self):
        text = COMPLETE + "客服热线95786"
        hotline = contact("phone", "95786", text)
        assert verdict(reading(text, licensed_ad=0.99, contacts=[hotline]), lender()).verdict == "allow"

    def test_a_text_that_may_be_no_ad_at_all_is_blocked_only_until_a_person_has_looked(self):
        doubtful = (POLICY.lending_ad_score + POLICY.block_score) / 2
        text = reading("好期贷又涨了", licensed_noncompliant_ad=doubtful, question_talk=1 - doubtful)
        outcome = verdict(text, lender())
        assert (outcome.verdict, outcome.final, outcome.review) == ("block", False, "uncertain")


class TestEverybodyElsesAd:
    @pytest.mark.parametrize("standing", UNTRUSTED)
    @pytest.mark.parametrize("label", ["unlicensed_loan_ad", "licensed_noncompliant_ad", "licensed_ad"])
    def test_no_standing_but_a_trusted_one_earns_an_allow(self, standing, label):
        outcome = verdict(reading(COMPLETE, **{label: 0.99}), Finding(standing, claimed=LENDER, matched=LENDER))
        assert outcome.verdict == "block"

    def test_a_suspended_lender_is_blocked(self):
        finding = lender(standing=Standing.LICENCE_SUSPENDED)
        outcome = verdict(LICENSED_AD, finding)
        assert row(LICENSED_AD, finding) == "suspended"
        assert (outcome.verdict, outcome.label, outcome.final) == ("block", "unlicensed_loan_ad", True)
        assert outcome.reasons[0].code == "lender.suspended"

    @pytest.mark.parametrize("exceeded", ["product", "amount", "region"])
    def test_a_lender_that_offers_more_than_its_licence_allows_is_blocked(self, exceeded):
        finding = lender(standing=Standing.OUT_OF_SCOPE, remarks=[f"{exceeded}_beyond_licence"])
        outcome = verdict(LICENSED_AD, finding)
        assert row(LICENSED_AD, finding) == "out_of_scope"
        assert (outcome.verdict, outcome.label, outcome.final) == ("block", "licensed_noncompliant_ad", True)
        assert outcome.reasons[0].code == f"lender.{exceeded}_beyond_licence"
        assert outcome.reasons[0].basis

    def test_a_partner_of_another_day_is_blocked_and_told_why(self):
        finding = Finding(Standing.VERIFIED_UNLICENSED, claimed=LENDER, remarks=("partner_expired",))
        outcome = verdict(LICENSED_AD, finding)
        assert row(LICENSED_AD, finding) == "partner_expired"
        assert (outcome.verdict, outcome.label) == ("block", "unlicensed_loan_ad")
        assert outcome.reasons[0].code == "lender.partner_expired"

    def test_an_unconfirmed_entry_is_blocked_until_a_person_has_looked(self):
        finding = lender(standing=Standing.UNCONFIRMED_ENTRY)
        outcome = verdict(LICENSED_AD, finding)
        assert row(LICENSED_AD, finding) == "unconfirmed"
        assert (outcome.verdict, outcome.final, outcome.review) == ("block", False, "uncertain")
        assert outcome.reasons[0].code == "lender.unconfirmed"

    @pytest.mark.parametrize(
        ("kind", "value"),
        [
            ("wechat", "demo_kefu"),
            ("qq", "10000001"),
            ("phone", "13800000000"),
            ("telegram", "demo_tg"),
            ("group", "100000001"),
        ],
    )
    def test_a_lenders_name_beside_a_private_contact_is_impersonation(self, kind, value):
        text = f"{COMPLETE}{value}"
        assessment = reading(text, licensed_ad=0.99, contacts=[contact(kind, value, text)])
        outcome = verdict(assessment, claimant())
        assert row(assessment, claimant()) == "poses_as_lender"
        assert (outcome.verdict, outcome.label) == ("block", "impersonation")
        assert codes(outcome)[:2] == ["lender.impersonated", "label.impersonation"]

    def test_a_lenders_name_that_leads_to_somebody_elses_domain_is_impersonation(self):
        outcome = verdict(LICENSED_AD, claimant(links=["example.org"]))
        assert (outcome.verdict, outcome.label) == ("block", "impersonation")

    def test_a_lenders_hotline_is_no_private_contact(self):
        text = COMPLETE + "95786"
        assessment = reading(text, licensed_ad=0.99, contacts=[contact("phone", "95786", text)])
        assert row(assessment, claimant()) == "unverified_claim"

    def test_who_names_three_lenders_is_a_broker_and_poses_as_none(self):
        names = [mention(f"{name}银行股份有限公司", f"{name}银行") for name in ("甲", "乙", "丙")]
        assessment = reading(
            "甲银行乙银行丙银行都能做，13800000000",
            unlicensed_loan_ad=0.99,
            contacts=[contact("phone", "13800000000", "甲银行乙银行丙银行都能做，13800000000")],
        )
        assert verdict(assessment, claimant(mentions=names)).label == "unlicensed_loan_ad"

    def test_a_verified_firm_without_a_licence_is_blocked(self):
        finding = Finding(Standing.VERIFIED_UNLICENSED, matched="某某信息科技有限公司")
        outcome = verdict(LICENSED_AD, finding)
        assert row(LICENSED_AD, finding) == "verified_unlicensed"
        assert (outcome.verdict, outcome.label) == ("block", "unlicensed_loan_ad")
        assert outcome.reasons[0].code == "lender.verified_unlicensed"

    def test_an_operator_that_uses_its_sister_lenders_domain_is_an_operator(self):
        finding = Finding(Standing.VERIFIED_UNLICENSED, remarks=("domain_of_other_lender",))
        assert row(LOAN_AD, finding) == "verified_unlicensed"

    def test_a_verified_firm_that_leads_to_its_own_site_poses_as_nobody(self):
        finding = Finding(Standing.VERIFIED_UNLICENSED, claimed=LENDER, foreign_links=("example.com",))
        assert verdict(LOAN_AD, finding).label == "unlicensed_loan_ad"

    def test_a_partner_whom_the_policy_does_not_accept_is_blocked(self):
        strict = replace(POLICY, allowing=frozenset({Standing.VERIFIED_LENDER}))
        finding = lender(standing=Standing.VERIFIED_PARTNER)
        assert row(LICENSED_AD, finding, strict) == "not_accepted"
        assert codes(verdict(LICENSED_AD, finding, policy=strict))[0] == "lender.not_accepted"

    def test_a_perfect_copy_of_a_licensed_ad_is_blocked_without_a_verified_publisher(self):
        outcome = verdict(LICENSED_AD, claimant())
        assert row(LICENSED_AD, claimant()) == "unverified_claim"
        assert (outcome.verdict, outcome.label, outcome.final) == ("block", "licensed_ad", True)
        assert outcome.reasons[0].code == "lender.unverified"
        assert outcome.missing == ()

    def test_an_incomplete_copy_also_learns_what_it_lacks(self):
        outcome = verdict(reading("好期贷来啦", licensed_noncompliant_ad=0.99), claimant())
        assert (outcome.verdict, outcome.label) == ("block", "licensed_noncompliant_ad")
        assert outcome.missing == ("lender_name", "annual_rate", "risk_notice")

    def test_an_ordinary_loan_ad_is_blocked(self):
        outcome = verdict(LOAN_AD, nobody())
        assert row(LOAN_AD, nobody()) == "no_licence"
        assert (outcome.verdict, outcome.label, outcome.missing) == ("block", "unlicensed_loan_ad", ())
        assert codes(outcome) == ["lender.no_licence", "label.unlicensed_loan_ad"]


def test_every_row_has_a_test_here_and_a_name_of_its_own():
    names = [each.name for each in TABLE]
    source = Path(__file__).read_text(encoding="utf-8")
    assert len(set(names)) == len(names)
    assert [name for name in names if f'"{name}"' not in source] == []
