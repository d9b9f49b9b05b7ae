"""The demonstration's items through the shipped model, registry and policy, as the service judges them."""

from datetime import datetime

import pytest

from classifiers import Classifier
from moderation import samples
from moderation.decisions.judge import Judge
from moderation.items.schemas import ItemIn
from moderation.lenders.registry import shipped_registry
from moderation.policy.config import Policy

MISSED = {
    "demo-037": "a private lender's offer inside a listing of second-hand goods",
    "demo-058": "a phishing notice: nothing in its words promotes a loan; it is allowed, and goes to a moderator",
}
"""Expectations that the shipped model does not meet yet, though they are right. Remove a line once it does."""


@pytest.fixture(scope="module")
def documents():
    judge = Judge(Classifier.load(), Policy.load(), shipped_registry())
    items = [ItemIn.model_validate(sample.item) for sample in samples.load()]
    judgements = judge.judge([(item, _instant(item)) for item in items])
    return {judgement.document["id"]: judgement.document for judgement in judgements}


def _instant(item: ItemIn) -> datetime:
    assert item.published_at is not None
    return item.published_at


def _cases():
    for sample in samples.load():
        key = sample.item["id"]
        yield pytest.param(sample, id=key, marks=[pytest.mark.xfail(reason=MISSED[key])] if key in MISSED else [])


@pytest.mark.parametrize("sample", list(_cases()))
def test_the_verdict_is_the_expected_one(documents, sample):
    assert sample.expect.faults(documents[sample.item["id"]]) == []


def test_every_block_has_a_reason_and_every_span_is_a_place(documents):
    by_id = {sample.item["id"]: sample.item for sample in samples.load()}
    for key, document in documents.items():
        assert document["verdict"] == "allow" or document["reasons"]
        for span in (span for reason in document["reasons"] for span in reason["spans"]):
            assert by_id[key][span["field"]][span["start"] : span["end"]] == span["text"]
