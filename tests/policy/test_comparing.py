"""What two policies differ in, and which changes need a second person."""

import json
from dataclasses import replace

import pytest

from moderation.lenders.standing import Standing
from moderation.policy.comparing import changed, widening
from moderation.policy.config import Policy
from moderation.policy.rules import Condition, Rule
from tests.policy.readings import POLICY

LENDERS = frozenset({Standing.VERIFIED_LENDER})
BLOCKS = Rule("notices", Condition(situations=frozenset({"notice_elsewhere"})), verdict="block")
ALLOWS = Rule("gaps", Condition(situations=frozenset({"trusted_lacking"})), verdict="allow")
ASKS = Rule("partners", Condition(standings=frozenset({Standing.VERIFIED_PARTNER})), review="always")

TIGHTENS = [
    {"block_score": 0.3},
    {"lending_ad_score": 0.3},
    {"label_scores": {"cash_out": 0.3}},
    {"allowing": LENDERS},
    {"max_annual_rate": 20.0},
    {"uncertain_from": 0.1},
    {"uncertain_to": 0.99},
    {"sample_rate": 0.5},
    {"rules": (BLOCKS,)},
    {"unable": "block"},
    {"notices": {"cash_out": "…"}},
]
WIDENS = [
    {"block_score": 0.6},
    {"lending_ad_score": 0.6},
    {"label_scores": {"cash_out": 0.6}},
    {"max_annual_rate": 36.0},
    {"uncertain_from": 0.2},
    {"uncertain_to": 0.9},
    {"sample_rate": 0.001},
    {"rules": (ALLOWS,)},
    {"rules": (ASKS,)},
    {"rules": (replace(BLOCKS, review="never"),)},
]


def name(change):
    return "-".join(f"{key}={value}"[:60] for key, value in change.items())


@pytest.mark.parametrize("change", TIGHTENS, ids=name)
def test_what_can_only_block_more_needs_nobody_else_but_its_opposite_does(change):
    after = replace(POLICY, **change)
    assert widening(POLICY, after) == ()
    if "notices" not in change:
        assert widening(after, POLICY)


@pytest.mark.parametrize("change", WIDENS, ids=name)
def test_what_could_let_something_through_says_why(change):
    assert widening(POLICY, replace(POLICY, **change))


def test_a_score_of_a_labels_own_that_falls_away_widens_where_the_common_one_is_higher():
    strict = replace(POLICY, label_scores={"cash_out": 0.3})
    assert widening(strict, POLICY) == (f"label_scores.cash_out rises from 0.3 to {POLICY.block_score:g}",)


def test_rules_in_another_order_need_a_second_person():
    one = replace(POLICY, rules=(ALLOWS, ASKS))
    assert widening(one, replace(POLICY, rules=(ASKS, ALLOWS)))
    assert widening(one, replace(POLICY, rules=(BLOCKS, ALLOWS, ASKS))) == ()


def test_differences_are_told_key_by_key():
    after = replace(POLICY, uncertain_to=0.9, label_scores={"cash_out": 0.6})
    found = {each.key: (each.before, each.after) for each in changed(POLICY, after)}
    assert found == {"uncertain.to": (POLICY.uncertain_to, 0.9), "label_scores.cash_out": (None, 0.6)}
    assert changed(POLICY, Policy.load()) == ()


def test_the_layout_of_a_document_is_no_difference():
    shipped = POLICY.values()
    assert Policy.parse(json.dumps(shipped)).digest == POLICY.digest
