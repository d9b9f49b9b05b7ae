"""The tables of the model card: heads and rows of plain values, written as Markdown and as CSV."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_auc_score

from classifiers import labels
from classifiers.evaluation.held import Held
from classifiers.evaluation.measures import Quality, Share, expected_calibration_error, quality, reliability
from classifiers.evaluation.view import CASCADE, Mask, View
from classifiers.passages import LONG_TEXT
from classifiers.training.measures import threshold

Cells = Sequence[str | int | float]

_SHORT = 20


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its name (of its CSV file), title, and a remark on how to read it."""

    name: str
    title: str
    heads: Sequence[str]
    rows: Sequence[Cells]
    remark: str = ""


def tables(held: Held) -> list[Table]:
    """Return every table of the model card."""
    view = View.of(held)
    return [
        _systems(view),
        _by_author(view),
        _by_label(view),
        _main_labels(view),
        _by_evasion(view),
        _disguised_and_plain(view),
        _by_length(view),
        _benign_sources(view),
        _real_genres(view),
        _calibration(view),
        _asked(view),
        _evidence(view),
    ]


def _systems(view: View) -> Table:
    rows: list[Cells] = []
    hard = view.authored & view.innocent
    for name in view.held.systems.judged:
        score = view.score(name)
        chosen = view.authored & (view.illegal | view.innocent)
        auc = float(roc_auc_score(view.illegal[chosen], score[chosen]))
        recalls = [
            _percent((score[view.authored & view.illegal] > threshold(score[hard], rate)).mean())
            for rate in (0.005, 0.01, 0.03)
        ]
        given = view.held.systems.judged[name].label
        accuracy = "" if given is None else _percent((given == view.truth)[view.authored].mean())
        rows.append([name, f"{auc:.4f}", *recalls, accuracy])
    return Table(
        "systems",
        "Unseen authors: what each stage is good for",
        ["system", "AUC", "recall @0.5 %", "recall @1 %", "recall @3 %", "label accuracy"],
        rows,
        "Recall of illegal texts where so many of the hard innocent texts are blocked.",
    )


def _by_author(view: View) -> Table:
    parts = sorted(set(view.part[view.authored].tolist()), key=lambda name: (len(name), name))
    rows: list[Cells] = []
    for part in [*parts, "all"]:
        chosen = view.authored & ((view.part == part) | (part == "all"))
        rows.append(
            [
                part,
                *_share(view.blocked(chosen & view.illegal & ~_evasive(view))),
                *_share(view.blocked(chosen & view.illegal & _evasive(view))),
                *_share(view.blocked(chosen & view.innocent)),
            ]
        )
    return Table(
        "authors",
        "Unseen authors, at the recommended block threshold",
        ["author", "plain", "recall", "95 %", "evasive", "recall", "95 %", "innocent", "blocked", "95 %"],
        rows,
    )


def _by_label(view: View) -> Table:
    rows: list[Cells] = []
    for label in labels.TAXONOMY:
        chosen = view.authored & (view.truth == label.key)
        if chosen.any():
            rows.append([f"`{label.key}` {label.zh}", *_share(view.blocked(chosen))])
    return Table(
        "blocked_by_label",
        "Blocked by true label, unseen authors",
        ["label", "texts", "blocked", "95 %"],
        rows,
        "By the text alone: a licensed lender's ad scores as illegal only where it isn't recognised as one.",
    )


def _main_labels(view: View) -> Table:
    given = view.labels()[view.authored]
    truth = view.truth[view.authored]
    rows: list[Cells] = []
    for label in labels.TAXONOMY:
        found = quality(given == label.key, truth == label.key)
        rows.append([f"`{label.key}`", found.texts, *_quality(found)])
    accuracy = Share(int((given == truth).sum()), truth.size)
    rows.append(["all (accuracy)", accuracy.of, _percent(accuracy.value), "", _interval(accuracy), "", "", ""])
    return Table(
        "labels",
        "The main label, unseen authors",
        ["label", "texts", "precision", "95 %", "recall", "95 %", "F1", "95 %"],
        rows,
        "Intervals by bootstrap over texts, of these authors: another author may differ by more.",
    )


def _quality(found: Quality) -> Iterator[str]:
    for value, low, high in (found.precision, found.recall, found.f1):
        yield "" if math.isnan(value) else _percent(value)
        yield "" if math.isnan(low) else f"{100 * low:.0f}–{100 * high:.0f}"


def _by_evasion(view: View) -> Table:
    samples = view.held.samples
    tags = sorted({tag for sample in samples for tag in sample.evasions})
    rows: list[Cells] = []
    for tag in ["none", *tags]:
        chosen = view.authored & np.array([tag in (sample.evasions or ("none",)) for sample in samples])
        rows.append([tag, *_share(view.blocked(chosen & view.illegal)), *_share(view.blocked(chosen & view.innocent))])
    return Table(
        "evasion",
        "By technique of evasion, unseen authors",
        ["technique", "illegal", "recall", "95 %", "innocent", "blocked", "95 %"],
        rows,
    )


def _disguised_and_plain(view: View) -> Table:
    """Compare disguised texts with what their author says that they mean, judged as texts of their own."""
    plain = view.held.plain
    rows: list[Cells] = []
    for name, group in (("illegal", view.illegal), ("innocent", view.innocent)):
        chosen = np.flatnonzero(group & np.isin(np.arange(view.illegal.size), list(plain)))
        shown = Share(int((view.score()[chosen] >= view.block).sum()), chosen.size)
        meant = Share(sum(plain[int(row)] >= view.block for row in chosen), chosen.size)
        rows.append([name, chosen.size, _percent(shown.value), _percent(meant.value)])
    return Table(
        "plain",
        "Disguised texts beside what they mean, unseen authors",
        ["texts", "pairs", "blocked as written", "blocked as meant"],
        rows,
    )


def _by_length(view: View) -> Table:
    lengths = np.array([len(sample.text) for sample in view.held.samples])
    ranges = ((0, _SHORT), (_SHORT, 60), (60, LONG_TEXT), (LONG_TEXT, 10**9))
    rows: list[Cells] = []
    for low, high in ranges:
        inside = (lengths > low) & (lengths <= high)
        name = f"over {low}" if high == 10**9 else f"{low + 1} to {high}"
        rows.append(
            [
                name,
                *_share(view.blocked(inside & view.illegal & view.authored)),
                *_share(view.blocked(inside & view.innocent & view.authored)),
                *_share(view.blocked(inside & view.illegal & ~view.authored)),
                *_share(view.blocked(inside & view.innocent & ~view.authored), per=10_000),
            ]
        )
    heads = ["illegal", "recall", "95 %", "innocent", "blocked", "95 %"]
    return Table(
        "length",
        "By length in characters: unseen authors, then real texts (blocked innocent ones per 10,000)",
        ["characters", *heads, *(f"real {head}" for head in heads)],
        rows,
    )


def _benign_sources(view: View) -> Table:
    rows: list[Cells] = []
    rows += [
        [part, *_share(view.blocked((view.part == part) & view.innocent), per=10_000)]
        for part in sorted(set(view.part[~view.authored].tolist()))
    ]
    rows.append(["all", *_share(view.blocked(~view.authored & view.innocent), per=10_000)])
    return Table(
        "sources",
        "False blocks per 10,000 real innocent texts, by source",
        ["source", "texts", "blocked per 10,000", "95 %"],
        rows,
    )


def _real_genres(view: View) -> Table:
    rows: list[Cells] = []
    for label in labels.TAXONOMY:
        chosen = ~view.authored & (view.truth == label.key)
        if chosen.any():
            rows.append([f"`{label.key}` {label.zh}", *_share(view.blocked(chosen))])
    return Table("genres", "Real texts by genre", ["genre", "texts", "blocked", "95 %"], rows)


def _calibration(view: View) -> Table:
    rows: list[Cells] = []
    for name, side in (("unseen authors", view.authored), ("real texts", ~view.authored)):
        chosen = side & (view.illegal | view.innocent)
        if not chosen.any():
            continue
        score, illegal = view.score()[chosen], view.illegal[chosen]
        bins = reliability(score, illegal)
        rows += [[name, found.texts, f"{found.score:.3f}", f"{found.illegal:.3f}"] for found in bins]
        rows.append(
            [
                f"{name}: expected calibration error",
                int(chosen.sum()),
                "",
                f"{expected_calibration_error(score, illegal):.4f}",
            ]
        )
    return Table("calibration", "Calibration", ["texts", "number", "mean score", "share illegal"], rows)


def _asked(view: View) -> Table:
    asked = view.held.systems.asked
    both = "gate and encoder on every text"
    rows: list[Cells] = []
    for name, chosen in (
        ("unseen authors, illegal", view.authored & view.illegal),
        ("unseen authors, innocent", view.authored & view.innocent),
        ("real, illegal", ~view.authored & view.illegal),
        ("real, innocent", ~view.authored & view.innocent),
    ):
        if not chosen.any():
            continue
        cascade, everything = ((view.score(system)[chosen] >= view.block).mean() for system in (CASCADE, both))
        rows.append([name, int(chosen.sum()), _percent(asked[chosen].mean()), _percent(cascade), _percent(everything)])
    return Table(
        "cascade",
        "What the cascade costs and saves",
        ["texts", "number", "sent to the encoder", "blocked by the cascade", "blocked if every text is sent"],
        rows,
    )


def _evidence(view: View) -> Table:
    found = view.held.deletion
    wins = Share(found.wins, found.evidence.size)
    rows: list[Cells] = [
        ["the evidence", found.evidence.size, f"{found.evidence.mean():.2f}", *_share(wins)[1:]],
        ["other words, as many characters", found.others.size, f"{found.others.mean():.2f}", "", ""],
    ]
    return Table(
        "evidence",
        "Is the evidence what moved the model?",
        ["removed", "texts", "log-odds lost, mean", "loses more than other words, %", "95 %"],
        rows,
        "Blocked illegal texts of unseen authors. Words are jieba's, drawn at random outside of the evidence.",
    )


def _evasive(view: View) -> Mask:
    return np.array([sample.evasive for sample in view.held.samples])


def _share(share: Share, per: int = 100) -> list[str | int]:
    if not share.of:
        return [0, "", ""]
    low, high = share.interval
    return [share.of, f"{per * share.value:.1f}", f"{per * low:.1f}–{per * high:.1f}"]


def _interval(share: Share) -> str:
    low, high = share.interval
    return f"{100 * low:.0f}–{100 * high:.0f}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"
