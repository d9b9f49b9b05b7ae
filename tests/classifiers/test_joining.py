"""Splitting, and joining both models on what neither has read."""

from dataclasses import replace

import numpy as np
import pytest

from classifiers import labels
from classifiers.gate import Margins, Opinion
from classifiers.training.encoder.joining import fit_band, fit_stack
from classifiers.training.folds import Prepared
from classifiers.training.measures import Judged, judged_by
from classifiers.training.samples import Sample
from classifiers.training.splitting import digest, split

ILLEGAL = np.array([key in labels.ILLEGAL for key in labels.KEYS])


def _sample(text: str, *, illegal: bool, part: str = "part1", authored: bool = True) -> Sample:
    return Sample(text, "cash_out" if illegal else "unrelated", part, authored, illegal)


def _opinion(score: float) -> Opinion:
    shares = np.where(ILLEGAL, score / ILLEGAL.sum(), (1 - score) / (~ILLEGAL).sum())
    return Opinion(score, shares)


def _judged(scores: list[float], illegal: list[bool]) -> Judged:
    samples = [_sample(str(number), illegal=each) for number, each in enumerate(illegal)]
    return judged_by([_opinion(score) for score in scores], samples)


class TestStack:
    def test_the_model_that_knows_better_gets_the_say(self) -> None:
        dice = np.random.default_rng(1)
        illegal = dice.random(600) < 0.5
        samples = [_sample(str(number), illegal=bool(each)) for number, each in enumerate(illegal)]
        guesses = [_opinion(float(score)) for score in dice.uniform(0.2, 0.8, 600)]
        knowing = np.where(illegal, 2.0, -2.0) + dice.normal(0, 1, 600)
        by_label = dice.normal(0, 0.1, (600, len(labels.KEYS)))
        stack = fit_stack(guesses, Margins(knowing, by_label), samples)
        assert stack.weights[1] > 5 * abs(stack.weights[0])
        scores = np.array([each.score for each in stack.join(guesses, knowing, by_label)])
        assert ((scores > 0.5) == illegal).mean() > 0.95

    def test_licensed_ads_say_nothing_of_right_and_wrong(self) -> None:
        samples = [_sample(str(number), illegal=number % 2 == 0) for number in range(40)]
        odd = [replace(samples[0], text="ad", label="licensed_ad", illegal=None) for _ in range(40)]
        opinions = [_opinion(0.7 if number % 2 == 0 else 0.4) for number in range(40)]
        margins = np.array([1.0 if number % 2 == 0 else -0.5 for number in range(40)]) + np.linspace(-1, 1, 40)
        flat = np.zeros((80, len(labels.KEYS)))
        with_ads = fit_stack(
            [*opinions, *opinions], Margins(np.concatenate((margins, margins * 9)), flat), [*samples, *odd]
        )
        without = fit_stack(opinions, Margins(margins, flat[:40]), samples)
        assert with_ads.weights == pytest.approx(without.weights, abs=1e-3)


class TestBand:
    def test_it_starts_below_what_both_would_block(self) -> None:
        gate = _judged([0.01, 0.2, 0.4, 0.9, 0.95], [False, False, True, True, False])
        both = _judged([0.01, 0.1, 0.9, 0.9, 0.1], [False, False, True, True, False])
        band = fit_band(gate, both, block=0.8, review_from=0.5)
        assert 0.2 < band.low <= 0.4
        assert band.holds(0.95)

    def test_above_it_the_gate_blocks_by_itself(self) -> None:
        """The case in which the gate gives innocent texts little and many illegal ones less than it takes to block."""
        illegal = [True] * 250 + [False] * 250
        gate = _judged([0.05] * 50 + np.linspace(0.3, 0.6, 200).tolist() + [0.01] * 250, illegal)
        both = _judged([0.95] * 250 + [0.01] * 250, illegal)
        band = fit_band(gate, both, block=0.8, review_from=0.5)
        alone = [score for score in gate.score[:250] if not band.holds(float(score)) and score < 0.8]
        assert alone == []

    def test_innocent_texts_that_the_encoder_spares_are_shown_to_it(self) -> None:
        gate = _judged([0.99] * 10 + [0.999] * 90, [False] * 10 + [True] * 90)
        both = _judged([0.2] * 10 + [0.99] * 90, [False] * 10 + [True] * 90)
        band = fit_band(gate, both, block=0.8, review_from=0.5)
        assert band.holds(0.99)
        assert not band.holds(0.999)


class TestSplit:
    def _prepared(self, texts: list[str]) -> Prepared:
        real = [_sample(text, illegal=False, part="set", authored=False) for text in texts]
        samples = [
            _sample("作者的话", illegal=True, part="part4"),
            _sample("另一位作者", illegal=True, part="part5"),
            *real,
        ]
        groups = np.arange(len(samples))
        return Prepared(samples, None, groups)  # type: ignore[arg-type]

    def test_a_held_author_and_a_tenth_of_the_real_texts_are_held(self) -> None:
        prepared = self._prepared([f"第{number}条平常话" for number in range(2000)])
        parts = split(prepared, ["part4"])
        held = [prepared.samples[row] for row in parts.held]
        assert [sample.part for sample in held if sample.authored] == ["part4"]
        assert 120 < len(held) < 280
        assert not set(parts.held) & set(parts.taught)

    def test_the_same_real_texts_are_held_whatever_stands_beside_them(self) -> None:
        texts = [f"第{number}条平常话" for number in range(500)]
        one, other = self._prepared(texts), self._prepared(["新来的一条", *texts[::-1]])
        chosen = [
            {prepared.samples[row].text for row in split(prepared, ["part4"]).held} - {"新来的一条"}
            for prepared in (one, other)
        ]
        assert chosen[0] == chosen[1]

    def test_near_duplicates_of_what_is_held_are_not_taught(self) -> None:
        prepared = self._prepared(["甲", "乙"])
        together = replace(prepared, groups=np.zeros(4, dtype=np.int64))
        assert split(together, ["part4"]).taught.size == 0

    def test_an_author_that_is_not_there_cannot_be_held(self) -> None:
        with pytest.raises(ValueError, match="part99"):
            split(self._prepared(["甲"]), ["part99"])

    def test_the_digest_tells_other_real_texts_apart(self) -> None:
        samples = self._prepared(["甲", "乙"]).samples
        assert digest(samples) == digest(samples[::-1]) == digest(samples[1:])
        assert digest(samples) != digest(samples[:-1])
