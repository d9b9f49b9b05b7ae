"""Reads the data sets and says what each row may teach: its label, whether it is illegal, or neither."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifiers import labels

REAL_LABELS: Mapping[str, str] = {"other_illicit": "unrelated", "app_description": "other_ad"}
"""Labels of the real sets that are not of the taxonomy, and what they come to here."""

UNDECIDABLE = frozenset({"ambiguous_claims_licensed", "licensed_promo", "lending_app_description"})
"""Labels of the real sets whose verdict hangs on a licence that the text can't show."""

FORBIDDEN = frozenset({"telecom_fraud_texts5"})
"""Real sets whose publishers forbid commercial use: a model that ships to everybody must not learn from them."""

PUBLISHER_PART = "publisher"

_OFFER_HEAD = 12
"""So many characters of an offer inside a passage make the passage one that offers."""

_LICENSED = frozenset({"licensed_ad", "licensed_noncompliant_ad"})
_BEYOND_THE_TEXT = re.compile("domain|landing|page|scope|licence", re.IGNORECASE)
_TOKENS: Mapping[str, str] = {
    "CELLPHONE": "16900000000",
    "PHONE": "16900000000",
    "HOTLINE": "4000000000",
    "WECHAT": "wx88888888",
    "DIGIT": "8",
    "URL": "t.cn",
    "BANK": "银行",
    "NAME": "",
    "PLACE": "",
}
_TOKEN = re.compile("|".join(_TOKENS))


@dataclass(frozen=True, slots=True)
class Sample:
    """One text to learn from or to be judged on.

    ``part`` is the authored part (one author each) or the name of the real set. ``illegal`` is ``None`` where the
    text alone can't tell, such rows teach the label head only.
    """

    text: str
    label: str
    part: str
    authored: bool
    illegal: bool | None
    evasions: tuple[str, ...] = ()
    """The techniques by which the text hides what it says, as its author tagged them."""
    offers: tuple[str, ...] = ()
    """The stretches of a long text that solicit, where its author marked them."""
    plain: str = ""
    """What a disguised text says, where its author wrote it down."""

    def solicits_in(self, passage: str) -> bool:
        """Tell whether *passage* holds the beginning of a stretch that solicits."""
        return any(offer[:_OFFER_HEAD] in passage for offer in self.offers)

    @property
    def evasive(self) -> bool:
        """Whether the text hides what it says."""
        return bool(self.evasions)


def load(folder: Path) -> list[Sample]:
    """Return the samples of ``folder/authored`` and, where it exists, ``folder/real``, in a fixed order.

    Raises:
        FileNotFoundError: there is no authored part in *folder*.
    """
    authored = sorted((folder / "authored").glob("*.jsonl"), key=_part_order)
    if not authored:
        raise FileNotFoundError(f"{folder / 'authored'} holds no .jsonl file")
    samples = [sample for path in authored for sample in _authored(path)]
    samples += [sample for path in sorted((folder / "real").glob("*.jsonl")) for sample in _real(path)]
    return samples


def _part_order(path: Path) -> tuple[int, str]:
    digits = re.sub(r"\D", "", path.stem)
    return (int(digits) if digits else 10_000, path.stem)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def _authored(path: Path) -> Iterator[Sample]:
    for row in _rows(path):
        if path.stem == PUBLISHER_PART and _BEYOND_THE_TEXT.search(row["why"]) and row["label"] not in _LICENSED:
            continue
        label = row["label"]
        illegal = None if label in _LICENSED else label in labels.ILLEGAL
        yield Sample(
            row["text"],
            label,
            path.stem,
            True,
            illegal,
            tuple(row.get("evasion") or ()),
            tuple(row.get("offer") or ()),
            row.get("plain", ""),
        )


def _real(path: Path) -> Iterator[Sample]:
    for row in _rows(path):
        if row["label"] in UNDECIDABLE or row["set"] in FORBIDDEN:
            continue
        label = REAL_LABELS.get(row["label"], row["label"])
        text = _without_tokens(row["text"]) if row["set"] == "fbs_sms" else row["text"]
        yield Sample(text, label, row["set"], False, label in labels.ILLEGAL)


def _without_tokens(text: str) -> str:
    """Put something natural in place of the tokens one set writes for digits, places and names.

    Left as they are they would tell that set from all others.
    """
    return _TOKEN.sub(lambda match: _TOKENS[match[0]], text)
