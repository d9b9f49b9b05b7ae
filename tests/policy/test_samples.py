"""The demonstration's items are well formed and cover the taxonomy."""

import json
from collections import Counter
from importlib.resources import files

import pytest

from classifiers.labels import KEYS, LABELS, Group
from moderation import samples
from moderation.items.schemas import ItemIn
from moderation.lenders.standing import Standing

SAMPLES = samples.load()


def test_there_are_at_least_seventy_with_ids_of_their_own():
    ids = [sample.item["id"] for sample in SAMPLES]
    assert len(ids) >= 70
    assert len(set(ids)) == len(ids)


def test_every_label_is_expected_at_least_twice():
    counts = Counter(label for sample in SAMPLES for label in sample.expect.labels)
    assert {key: counts[key] for key in KEYS if counts[key] < 2} == {}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.item["id"])
def test_each_is_an_item_and_its_expectation_makes_sense(sample):
    assert ItemIn.model_validate(sample.item).id == sample.item["id"]
    expect = sample.expect
    groups = {LABELS[label].group for label in expect.labels}
    if expect.verdict == "allow":
        assert groups == {Group.BENIGN} or expect.labels == ("licensed_ad",)
    else:
        assert expect.verdict == "block"
        assert Group.BENIGN not in groups
    assert expect.standing is None or Standing(expect.standing)


def test_the_expectation_never_reaches_the_service():
    assert not any("expect" in sample.item for sample in SAMPLES)


def test_texts_are_written_once_but_for_the_one_that_different_publishers_copy():
    texts = Counter(sample.item["text"] for sample in SAMPLES)
    ((_, copies),) = [pair for pair in texts.items() if pair[1] > 1]
    assert copies == 3


def test_verdicts_of_all_kinds_of_publishers_are_shown():
    standings = {sample.expect.standing for sample in SAMPLES}
    assert {"verified_lender", "verified_unlicensed", "licence_suspended", "unverified_claim"} <= standings


def test_a_difference_is_told_in_words():
    expect = samples.Expectation("block", ("cash_out", "disguised_loan"), "no_claim")
    right = {"verdict": "block", "label": "cash_out", "lender": {"standing": "no_claim"}}
    assert expect.faults(right) == []
    assert expect.faults(right | {"verdict": "allow", "label": "other_ad"}) == [
        "verdict is allow, not block",
        "label is other_ad, not cash_out or disguised_loan",
    ]


def test_the_file_is_one_json_object_a_line():
    lines = files("moderation.samples").joinpath("items.jsonl").read_text(encoding="utf-8").splitlines()
    assert all(isinstance(json.loads(line), dict) for line in lines)
