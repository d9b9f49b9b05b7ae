"""Texts and models for judging: whatever is judged was read by none of the models."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifiers import encoder
from classifiers.artifact import SHIPPED
from classifiers.assessment import Versions
from classifiers.cascade import Classifier
from classifiers.encoder import Encoder
from classifiers.evaluation import systems
from classifiers.evaluation.faithfulness import Deletion, by_deletion
from classifiers.evaluation.systems import Systems
from classifiers.gate import Gate
from classifiers.lexicon import Lexicon
from classifiers.second import Band, SecondStage
from classifiers.stacking import Stack
from classifiers.training import study
from classifiers.training.folds import Log
from classifiers.training.samples import Sample
from classifiers.training.splitting import digest, gate_without, split

_EXPLAINED = 1000
_NONE = Versions("", "")


@dataclass(frozen=True, slots=True)
class Held:
    """The held samples, what the systems make of them, and the thresholds that the shipped encoder recommends."""

    samples: Sequence[Sample]
    systems: Systems
    thresholds: dict[str, float]
    plain: dict[int, float]
    """What the cascade gives to the meaning of a disguised text, by the text's row."""
    deletion: Deletion
    """What becomes of the scores when evidence is removed."""


def judge(folder: Path, log: Log, artifacts: Path = SHIPPED) -> Held:
    """Judge the authors that the encoder in *artifacts* never read, and a tenth of the real texts in *folder*.

    The shipped gate has read all authored texts: one trained without the held ones stands in for it.
    """
    card = encoder.read_card(artifacts)
    prepared = study.prepare(folder, log)
    parts = split(prepared, card["held"])
    gate = gate_without(prepared, parts, Gate.load(artifacts))
    log(f"gate trained on {parts.taught.size} texts")
    second = SecondStage(gate, Encoder.load(artifacts, threads=2), Stack.of(card), Band.of(card))
    held, taught = ([prepared.samples[index] for index in rows] for rows in (parts.held, parts.taught))
    if digest(held) != card.get("held_real"):
        log("these are not the real texts that were held from this encoder: only its held authors are judged")
        held = [sample for sample in held if sample.authored]
    meant = {row: sample.plain for row, sample in enumerate(held) if sample.plain and sample.plain != sample.text}
    scores = systems.cascade(list(meant.values()), gate, second)
    return Held(
        held,
        systems.judge(held, taught, gate, second, log),
        dict(card["thresholds"]),
        dict(zip(meant, scores.tolist(), strict=True)),
        _deletion(
            Classifier(gate, Lexicon.load(), _NONE, float(card["thresholds"]["review_from"]), second), held, card
        ),
    )


def _deletion(classifier: Classifier, held: Sequence[Sample], card: Mapping[str, Any]) -> Deletion:
    some = [sample.text for sample in held if sample.authored and sample.illegal][:_EXPLAINED]
    return by_deletion(classifier, some, float(card["thresholds"]["block"]))
