"""The classifier: normalise, find contacts and terms, ask the gate and, where it can't tell, the encoder."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np

from classifiers import encoder, grounds, labels
from classifiers.answers import Answers
from classifiers.artifact import SHIPPED
from classifiers.assessment import Assessment, Evidence, Versions
from classifiers.encoder import Encoder
from classifiers.gate import Gate, Opinion
from classifiers.hub import HubReader
from classifiers.lexicon import Lexicon
from classifiers.passages import Reading
from classifiers.second import Band, Ruling, SecondStage
from classifiers.stacking import Stack

SHIPPED_ENCODER, NO_ENCODER = "shipped", "off"

NGRAM, TOKEN = "model.ngram", "model.token"
"""Codes of evidence, by the model whose weights it shows."""


class Second(Protocol):
    """A second, slower model that sees only what the gate can't settle."""

    @property
    def version(self) -> str:
        """What changes whenever the same text might be judged otherwise."""

    def doubts(self, opinion: Opinion, found: Sequence[Evidence]) -> bool:
        """Tell whether a text of which the gate has this *opinion*, and in which these terms were found, needs one."""

    def judge(self, readings: Sequence[Reading], opinions: Sequence[Opinion]) -> list[Ruling]:
        """Return the last word on each of *readings*, given the gate's opinions."""


@dataclass(frozen=True, slots=True)
class _Verdict:
    opinion: Opinion
    stage: Literal["gate", "encoder"]
    ruling: Ruling | None = None


@dataclass(frozen=True, slots=True)
class Classifier:
    """Reads texts. Answers hang on the text alone; safe to share between threads.

    The ``score`` of an assessment is the sum of its ``labels`` over ``labels.ILLEGAL``. The main ``label`` is the
    likeliest one on the likelier side, illegal or not: illegal exactly when ``score`` is at least one half. It
    names what the text is; whether that is enough to block is a matter of ``score`` and the policy's thresholds.
    """

    gate: Gate
    lexicon: Lexicon
    versions: Versions
    explain_from: float
    """The score from which on a text is worth explaining."""
    second: Second | None = None
    answers: Answers = field(default_factory=Answers, init=False)

    @classmethod
    def load(cls, artifacts: Path | None = None, second: str = SHIPPED_ENCODER, threads: int = 1) -> "Classifier":
        """Load the models in *artifacts*, by default those shipped with the package.

        *second* names the encoder: ``shipped``, ``off`` for the gate alone, or the folder or hub name of a Hugging Face
        sequence classifier. *threads* are used for each text that the shipped encoder reads.

        Raises:
            ArtifactError: a model or the lexicon is missing, damaged, or of another format.
        """
        folder = artifacts or SHIPPED
        gate, lexicon = Gate.load(folder), Lexicon.load()
        if second == NO_ENCODER:
            return cls(gate, lexicon, Versions(gate.version, lexicon.version), gate.explain_from)
        card = encoder.read_card(folder)
        stage = _second(folder, card, gate, second, threads)
        # What a score means hangs on both models.
        model = hashlib.sha256(f"{gate.version} {stage.version}".encode()).hexdigest()
        return cls(gate, lexicon, Versions(model, lexicon.version), float(card["thresholds"]["review_from"]), stage)

    def assess(self, texts: Sequence[str]) -> list[Assessment]:
        """Return an assessment of each of *texts*, in their order. What stands beside a text never matters."""
        known = {text: self.answers.get(text) for text in texts}
        fresh = [text for text, answer in known.items() if answer is None]
        readings = [Reading.of(text) for text in fresh]
        terms = [self.lexicon.match(reading.normalized) for reading in readings]
        for text, reading, found, verdict in zip(fresh, readings, terms, self._verdicts(readings, terms), strict=True):
            assessment = self._assessment(reading, found, verdict)
            known[text] = assessment
            self.answers.put(text, assessment)
        return [answer for text in texts if (answer := known[text]) is not None]

    def _verdicts(self, readings: Sequence[Reading], terms: Sequence[tuple[Evidence, ...]]) -> list[_Verdict]:
        verdicts = [_Verdict(opinion, "gate") for opinion in self.gate.judge(readings)]
        if self.second is None:
            return verdicts
        open_cases = [
            index
            for index, (verdict, found) in enumerate(zip(verdicts, terms, strict=True))
            if self.second.doubts(verdict.opinion, found)
        ]
        rulings = self.second.judge(
            [readings[index] for index in open_cases], [verdicts[index].opinion for index in open_cases]
        )
        for index, ruling in zip(open_cases, rulings, strict=True):
            verdicts[index] = _Verdict(ruling.opinion, "encoder", ruling)
        return verdicts

    def _assessment(self, reading: Reading, found: tuple[Evidence, ...], verdict: _Verdict) -> Assessment:
        opinion, normalized = verdict.opinion, reading.normalized
        return Assessment(
            label=opinion.main_label,
            labels=dict(zip(labels.KEYS, opinion.labels.tolist(), strict=True)),
            score=opinion.score,
            evidence=self._evidence(reading, found, verdict),
            contacts=reading.contacts,
            normalized=normalized.text,
            disguise=min(normalized.disguised / max(len(normalized.original), 1), 1.0),
            stage=verdict.stage,
            versions=self.versions,
        )

    def _evidence(self, reading: Reading, found: tuple[Evidence, ...], verdict: _Verdict) -> tuple[Evidence, ...]:
        """Model evidence first, by weight; a text far from blocked needs no explanation by the model."""
        opinion = verdict.opinion
        if opinion.score < self.explain_from:
            return found
        weights, code = None if verdict.ruling is None else verdict.ruling.weights, TOKEN
        if weights is None:
            weights, code = grounds.of_gate(self.gate, reading), NGRAM
        return (*grounds.find(weights, reading, code, opinion.likeliest(illegal=True)), *found)


def _second(folder: Path, card: Mapping[str, Any], gate: Gate, name: str, threads: int) -> SecondStage:
    """Return the second stage with the shipped encoder, or with the Hugging Face model *name*.

    How far a foreign model is to be trusted beside the gate was not measured by anybody: it has the last word wherever
    the gate leaves a doubt, and the gate's labels are kept only if it knows none.
    """
    band = Band.of(card)
    if name == SHIPPED_ENCODER:
        return SecondStage(gate, Encoder.load(folder, threads), Stack.of(card), band)
    reader = HubReader.load(name)
    knows = float(reader.knows_labels)
    return SecondStage(gate, reader, Stack(0.0, np.array([0.0, 1.0, 0.0]), 1.0 - knows, knows), band)
