"""The classifier: normalise, find contacts and terms, ask the gate and, where it can't tell, the encoder."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from classifiers import grounds, labels
from classifiers.artifact import SHIPPED
from classifiers.assessment import Assessment, Evidence, Versions
from classifiers.contacts import find_contacts
from classifiers.gate import Gate, Opinion
from classifiers.lexicon import Lexicon
from classifiers.normalize import normalize
from classifiers.passages import Reading


class Encoder(Protocol):
    """A second, slower model that sees only what the gate can't settle."""

    version: str

    def doubts(self, opinion: Opinion) -> bool:
        """Tell whether a text of which the gate has this *opinion* needs a second one."""

    def judge(self, readings: Sequence[Reading], opinions: Sequence[Opinion]) -> list[Opinion]:
        """Return the final opinion of each of *readings*, given the gate's."""


@dataclass(frozen=True, slots=True)
class _Verdict:
    opinion: Opinion
    stage: Literal["gate", "encoder"]


@dataclass(frozen=True, slots=True)
class Classifier:
    """Reads texts. Stateless once loaded, safe to share between threads.

    The ``score`` of an assessment is the sum of its ``labels`` over ``labels.ILLEGAL``. The main ``label`` is the
    likeliest one on the likelier side, illegal or not: illegal exactly when ``score`` is at least one half. It
    names what the text is; whether that is enough to block is a matter of ``score`` and the policy's thresholds.
    """

    gate: Gate
    lexicon: Lexicon
    versions: Versions
    encoder: Encoder | None = None

    @classmethod
    def load(cls, artifacts: Path | None = None) -> "Classifier":
        """Load the models in *artifacts*, by default those shipped with the package.

        Raises:
            ArtifactError: a model or the lexicon is missing, damaged, or of another format.
        """
        gate, lexicon = Gate.load(artifacts or SHIPPED), Lexicon.load()
        return cls(gate, lexicon, Versions(gate.version, lexicon.version))

    def assess(self, texts: Sequence[str]) -> list[Assessment]:
        """Return an assessment of each of *texts*, in their order. What stands beside a text never matters."""
        readings = [_read(text) for text in texts]
        verdicts = self._verdicts(readings)
        return [self._assessment(reading, verdict) for reading, verdict in zip(readings, verdicts, strict=True)]

    def _verdicts(self, readings: Sequence[Reading]) -> list[_Verdict]:
        verdicts = [_Verdict(opinion, "gate") for opinion in self.gate.judge(readings)]
        if self.encoder is None:
            return verdicts
        open_cases = [index for index, verdict in enumerate(verdicts) if self.encoder.doubts(verdict.opinion)]
        opinions = self.encoder.judge(
            [readings[index] for index in open_cases], [verdicts[index].opinion for index in open_cases]
        )
        for index, opinion in zip(open_cases, opinions, strict=True):
            verdicts[index] = _Verdict(opinion, "encoder")
        return verdicts

    def _assessment(self, reading: Reading, verdict: _Verdict) -> Assessment:
        opinion, normalized = verdict.opinion, reading.normalized
        return Assessment(
            label=opinion.main_label,
            labels=dict(zip(labels.KEYS, opinion.labels.tolist(), strict=True)),
            score=opinion.score,
            evidence=self._evidence(reading, opinion),
            contacts=reading.contacts,
            normalized=normalized.text,
            disguise=min(normalized.disguised / max(len(normalized.original), 1), 1.0),
            stage=verdict.stage,
            versions=self.versions,
        )

    def _evidence(self, reading: Reading, opinion: Opinion) -> tuple[Evidence, ...]:
        """Model evidence first, by weight; a text far from blocked needs no explanation by the model."""
        found = self.lexicon.match(reading.normalized)
        if opinion.score < self.gate.explain_from:
            return tuple(found)
        return (*grounds.find(self.gate, reading, opinion.likeliest(illegal=True)), *found)


def _read(text: str) -> Reading:
    normalized = normalize(text)
    return Reading(normalized, find_contacts(normalized))
