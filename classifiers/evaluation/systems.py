"""The ways of judging a text that the model card compares, each trained without the texts it judges here."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from classifiers import labels
from classifiers.assessment import Evidence
from classifiers.gate import Gate, Opinion
from classifiers.lexicon import Lexicon
from classifiers.passages import Reading
from classifiers.second import SecondStage
from classifiers.stacking import Stack
from classifiers.training.folds import Log
from classifiers.training.samples import Sample

Doubles = NDArray[np.float64]

_ENCODER_ALONE = Stack(0.0, np.array([0.0, 1.0, 1.0]), 0.0, 1.0)
_MOST_FEATURES = 300_000


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one system makes of every held text: a score, and a main label if it names one."""

    score: Doubles
    label: NDArray[np.str_] | None = None


@dataclass(frozen=True, slots=True)
class Systems:
    """All systems, by name, over the same texts; ``asked`` tells which the cascade sent to the encoder."""

    judged: dict[str, Judgement]
    asked: NDArray[np.bool_]


def judge(held: Sequence[Sample], taught: Sequence[Sample], gate: Gate, second: SecondStage, log: Log) -> Systems:
    """Judge *held* by all systems; those that learn, learn from *taught*."""
    read = [Reading.of(sample.text) for sample in held]
    opinions = gate.judge(read)
    log("gate: done")
    impressions = [second.worst(reading)[1] for reading in read]
    margins = np.array([each.illegal for each in impressions]), np.stack([each.labels for each in impressions])
    both, alone = (stack.join(opinions, *margins) for stack in (second.stack, _ENCODER_ALONE))
    log("encoder: done")
    terms = _terms(read)
    asked = np.array([second.doubts(*pair) for pair in zip(opinions, terms, strict=True)])
    joined = [last if sent else own for last, own, sent in zip(both, opinions, asked, strict=True)]
    return Systems(
        {
            "lexicon": Judgement(_lexicon(terms)),
            "TF-IDF and logistic regression": Judgement(_baseline(held, taught)),
            "gate": _of(opinions),
            "encoder": _of(alone),
            "gate and encoder on every text": _of(both),
            "cascade": _of(joined),
        },
        asked,
    )


def cascade(texts: Sequence[str], gate: Gate, second: SecondStage) -> Doubles:
    """Return the score that the cascade gives each of *texts*."""
    read = [Reading.of(text) for text in texts]
    opinions = gate.judge(read)
    scores = np.array([opinion.score for opinion in opinions])
    terms = _terms(read)
    asked = [row for row, opinion in enumerate(opinions) if second.doubts(opinion, terms[row])]
    rulings = second.judge([read[row] for row in asked], [opinions[row] for row in asked])
    scores[asked] = [ruling.opinion.score for ruling in rulings]
    return scores


def _of(opinions: Sequence[Opinion]) -> Judgement:
    return Judgement(
        np.array([opinion.score for opinion in opinions]), np.array([opinion.main_label for opinion in opinions])
    )


def _terms(read: Sequence[Reading]) -> list[tuple[Evidence, ...]]:
    lexicon = Lexicon.load()
    return [lexicon.match(reading.normalized) for reading in read]


def _lexicon(terms: Sequence[tuple[Evidence, ...]]) -> Doubles:
    """Count the terms of illegal labels: what a list of words would do."""
    return np.array([float(sum(each.label in labels.ILLEGAL for each in found)) for found in terms])


def _baseline(held: Sequence[Sample], taught: Sequence[Sample]) -> Doubles:
    """Fit what one would try first: character 1-3-grams of the raw text, logistic regression."""
    known = [sample for sample in taught if sample.illegal is not None]
    vectorizer = TfidfVectorizer(
        analyzer="char", ngram_range=(1, 3), min_df=3, sublinear_tf=True, max_features=_MOST_FEATURES, dtype=np.float32
    )
    rows = vectorizer.fit_transform(sample.text for sample in known)
    model = LogisticRegression(C=10.0, max_iter=300).fit(rows, [bool(sample.illegal) for sample in known])
    scores: Doubles = model.predict_proba(vectorizer.transform(sample.text for sample in held))[:, 1]
    return scores
