"""Showing somebody's text as it is: evidence marked, characters that hide or reorder made visible."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# Control and format characters, lone surrogates, private use. A zero-width joiner between emoji is spelling.
_HIDDEN = re.compile(
    r"(?<![\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d"
    r"|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    r"\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff9-\ufffb"
    r"\ud800-\udfff\ue000-\uf8ff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch to show: ``marked`` as evidence, or ``hidden``, when ``text`` names the character instead."""

    text: str
    marked: bool = False
    hidden: bool = False
    title: str = ""


def pieces(text: str, spans: Iterable[tuple[int, int]] = ()) -> list[Piece]:
    """Split *text* at the edges of *spans* (code points; they may overlap) and at hidden characters."""
    return [piece for start, end, marked in _stretches(len(text), spans) for piece in _reveal(text[start:end], marked)]


def inert(text: object) -> str:
    """Return *text* with hidden characters named: for the one-line places where strangers' words are quoted."""
    return _HIDDEN.sub(lambda match: f"⟨{_code(match[0])}⟩", str(text))


def excerpt(text: str, limit: int) -> str:
    """Return the beginning of *text* on one line, without hidden characters."""
    line = " ".join(_HIDDEN.sub("", text[: limit * 4]).split())
    return f"{line[:limit]}…" if len(line) > limit else line


def _stretches(length: int, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, bool]]:
    at = 0
    for start, end in sorted((max(start, 0), min(end, length)) for start, end in spans):
        if end <= max(start, at):
            continue
        if start > at:
            yield at, start, False
        yield max(start, at), end, True
        at = end
    if at < length:
        yield at, length, False


def _reveal(text: str, marked: bool) -> Iterator[Piece]:
    at = 0
    for match in _HIDDEN.finditer(text):
        if match.start() > at:
            yield Piece(text[at : match.start()], marked)
        yield Piece(_code(match[0]), marked, hidden=True, title=unicodedata.name(match[0], ""))
        at = match.end()
    if at < len(text):
        yield Piece(text[at:], marked)


def _code(character: str) -> str:
    return f"U+{ord(character):04X}"
