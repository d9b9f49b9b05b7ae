"""The second stage: what it is asked, what it is shown, and how both models' voices are joined."""

from collections.abc import Callable

import numpy as np
import pytest

from classifiers import ArtifactError, labels
from classifiers.artifact import SHIPPED
from classifiers.assessment import Evidence, Span
from classifiers.contacts import find_contacts
from classifiers.encoder import Impression
from classifiers.gate import Gate, Opinion
from classifiers.normalize import normalize
from classifiers.passages import LONG_TEXT, Reading
from classifiers.second import EXCERPT, Band, SecondStage, excerpts
from classifiers.stacking import Stack
from classifiers.surface import Surface

BAIT = "黑户白户都能下款，征信花了不要紧，今天还剩三个名额，抓紧私我"
STORY = "那天早上下了一点小雨，我们沿着河边走了很久，谁也没有说话。" * 40

ENCODER_ONLY = Stack(0.0, np.array([0.0, 1.0, 0.0]), 0.0, 1.0)
GATE_ONLY = Stack(0.0, np.array([1.0, 0.0, 0.0]), 1.0, 0.0)


class _Finder:
    """Finds a passage illegal if a word is in it, by that word's characters."""

    version = "finder"

    def __init__(self, word: str) -> None:
        self.word = word
        self.seen: list[str] = []

    def read(self, surface: Surface) -> Impression:
        self.seen.append(surface.text)
        shares = np.zeros(surface.places[-1] + 1 if surface.places else 0)
        at = surface.text.find(self.word)
        if at >= 0:
            shares[list(surface.places[at : at + len(self.word)])] = 6.0 / len(self.word)
        margins = np.full(len(labels.KEYS), -4.0)
        margins[labels.KEYS.index("bad_credit_loan" if at >= 0 else "unrelated")] = 4.0
        return Impression(6.0 if at >= 0 else -6.0, margins, shares)


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate.load(SHIPPED)


@pytest.fixture
def stage(gate: Gate) -> Callable[[_Finder, Stack], SecondStage]:
    return lambda reader, stack: SecondStage(gate, reader, stack, Band(0.1, 0.9))


def _reading(text: str) -> Reading:
    normalized = normalize(text)
    return Reading(normalized, find_contacts(normalized))


class TestBand:
    @pytest.mark.parametrize(("score", "inside"), [(0.05, False), (0.1, True), (0.5, True), (0.9, False), (1.0, False)])
    def test_it_holds_its_lower_end_but_not_its_upper(self, score: float, inside: bool) -> None:
        assert Band(0.1, 0.9).holds(score) is inside


class TestDoubts:
    @pytest.mark.parametrize(
        ("score", "label", "asked"),
        [
            (0.001, "bad_credit_loan", True),
            (0.001, "contact_diversion", False),
            (0.001, None, False),
            (0.5, None, True),
            (0.95, "bad_credit_loan", False),
        ],
    )
    def test_a_term_of_an_illegal_label_is_enough_to_ask(
        self, stage: Callable[[_Finder, Stack], SecondStage], score: float, label: str | None, asked: bool
    ) -> None:
        shares = np.full(len(labels.KEYS), 1 / len(labels.KEYS))
        found = [] if label is None else [Evidence("lexicon.x", "lexicon", label, "x", 0.0, Span(0, 1, "x"))]
        assert stage(_Finder("x"), ENCODER_ONLY).doubts(Opinion(score, shares), found) is asked


class TestExcerpts:
    def test_a_short_text_is_read_whole(self, gate: Gate) -> None:
        ((start, passage),) = excerpts(gate, _reading(BAIT))
        assert start == 0
        assert passage.normalized == normalize(BAIT).text

    @pytest.mark.parametrize("at", [0, 600, len(STORY)])
    def test_a_long_one_where_the_offer_is(self, gate: Gate, at: int) -> None:
        reading = _reading(STORY[:at] + BAIT + STORY[at:])
        assert len(reading.normalized.text) > LONG_TEXT
        found = excerpts(gate, reading)
        assert any("黑户白户都能下款" in passage.normalized for _, passage in found)
        for start, passage in found:
            assert reading.normalized.text[start : start + len(passage.normalized)] == passage.normalized
            assert len(passage.normalized) <= EXCERPT

    @pytest.mark.parametrize("at", [2500, 50_000, 97_499])
    def test_the_longest_text_costs_no_more_than_three_and_hides_nothing(self, gate: Gate, at: int) -> None:
        story = (STORY * 90)[: 100_000 - len(BAIT)]
        found = excerpts(gate, _reading(story[:at] + BAIT + story[at:]))
        assert len(found) == 3
        assert any("征信花了不要紧" in passage.normalized for _, passage in found)


class TestSecondStage:
    def test_the_worst_passage_decides_and_its_characters_are_the_evidence(
        self, gate: Gate, stage: Callable[[_Finder, Stack], SecondStage]
    ) -> None:
        text = STORY + BAIT + STORY
        reading = _reading(text)
        (ruling,) = stage(_Finder("黑户白户"), ENCODER_ONLY).judge([reading], gate.judge([reading]))
        assert ruling.opinion.score > 0.9
        assert ruling.opinion.main_label == "bad_credit_loan"
        assert ruling.weights is not None
        weights = ruling.weights
        assert {text[place] for place in np.flatnonzero(weights > 0)} == set("黑户白")
        assert weights.size == len(reading.normalized.text)

    def test_the_stack_decides_whose_voice_counts(
        self, gate: Gate, stage: Callable[[_Finder, Stack], SecondStage]
    ) -> None:
        reading = _reading(BAIT)
        (own,) = gate.judge([reading])
        (deaf,) = stage(_Finder("no such word"), GATE_ONLY).judge([reading], [own])
        (led,) = stage(_Finder("no such word"), ENCODER_ONLY).judge([reading], [own])
        assert deaf.opinion.score == pytest.approx(own.score, abs=1e-6)
        assert deaf.opinion.main_label == own.main_label
        assert led.opinion.score < 0.1
        assert led.opinion.main_label == "unrelated"

    def test_nothing_in_nothing_out(self, stage: Callable[[_Finder, Stack], SecondStage]) -> None:
        assert stage(_Finder("x"), ENCODER_ONLY).judge([], []) == []


class TestStack:
    def test_joint_labels_are_probabilities_whose_illegal_ones_sum_to_the_score(self) -> None:
        shares = np.full(len(labels.KEYS), 1 / len(labels.KEYS))
        illegal = float(shares[[key in labels.ILLEGAL for key in labels.KEYS]].sum())
        stack = Stack(0.3, np.array([0.7, 0.5, 0.2]), 0.4, 0.6)
        (joined,) = stack.join([Opinion(illegal, shares)], np.array([1.5]), np.arange(24.0)[None, :] / 10)
        assert joined.labels.sum() == pytest.approx(1.0)
        assert joined.labels[[key in labels.ILLEGAL for key in labels.KEYS]].sum() == pytest.approx(joined.score)

    @pytest.mark.parametrize("card", [{}, {"stack": {}}, {"stack": {"weights": "x"}}, {"stack": None}])
    def test_a_card_that_describes_none_is_refused(self, card: dict[str, object]) -> None:
        with pytest.raises(ArtifactError, match="join"):
            Stack.of(card)
