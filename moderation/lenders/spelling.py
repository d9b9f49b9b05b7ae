"""One slip of the keyboard or the eye between two words in plain Latin letters."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_LOOK_ALIKE = frozenset(map(frozenset, ("mn", "nu", "uv", "vw", "il", "ij", "jl", "co", "ce", "gq", "bh", "ft")))


@dataclass(frozen=True, slots=True)
class Slip:
    """What makes the known word the other: *kind* of change at the offset ``at`` in the known word."""

    kind: Literal["substitute", "swap", "insert", "delete"]
    at: int
    old: str
    new: str

    @property
    def escapes_notice(self) -> bool:
        """Tell whether the change is one that a reader overlooks: letters of a like look, or changed places."""
        return self.kind == "swap" or frozenset((self.old, self.new)) in _LOOK_ALIKE


def without_one(word: str) -> Iterator[str]:
    """Yield *word* without each of its characters in turn."""
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def one_slip(known: str, other: str) -> Slip | None:
    """Return the single change between the two; None if they are equal or further apart."""
    before = _in_common(known, other)
    old, new = known[before:], other[before:]
    after = _in_common(old[::-1], new[::-1])
    old, new = old[: len(old) - after], new[: len(new) - after]
    if len(old) == len(new) == 1:
        return Slip("substitute", before, old, new)
    if len(old) == 2 and new == old[::-1]:
        return Slip("swap", before, old, new)
    if not old and len(new) == 1:
        return Slip("insert", before, old, new)
    if not new and len(old) == 1:
        return Slip("delete", before, old, new)
    return None


def _in_common(one: str, other: str) -> int:
    """Return how many characters at their beginning two words share."""
    for at, (mine, yours) in enumerate(zip(one, other, strict=False)):
        if mine != yours:
            return at
    return min(len(one), len(other))
