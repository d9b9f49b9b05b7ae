"""Names written apart: 微·粒·贷, 京 东 金 条, 微x粒贷."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

_HAN = "[\u3400-\u9fff]"
# No ordinary sentence puts one of these between two characters of a word; emoji are among them.
_HARD = "·•‧・_*^~|\\\\`'′.+=#@♥❤★☆\u00ad\u200b-\u200d\u2060\ufeff\u2600-\u27bf\U0001f300-\U0001faff"
_SOFT = " \t\u3000/\\-、,"
# Gaps are rare, so they are looked for before what stands around them.
_GAP = re.compile(rf"[{_HARD}{_SOFT}a-z](?<={_HAN}.)(?:(?<=[{_HARD}])[{_HARD}])?(?={_HAN})", re.DOTALL)
_IS_HARD = re.compile(f"[{_HARD}]")


@dataclass(frozen=True, slots=True)
class Parted:
    """A text without what stands alone between two Chinese characters.

    ``cuts[i]`` is the offset in ``text`` before which the gap ``gaps[i]`` stood, and ``lost[i]`` how many characters
    all gaps before that one had.
    """

    text: str
    cuts: list[int]
    gaps: list[str]
    lost: list[int]

    def place(self, offset: int) -> int:
        """Return where the character at *offset* of ``text`` stands in the text with its gaps."""
        return offset + self.lost[bisect_right(self.cuts, offset)]

    def how(self, start: int, end: int, own: int) -> Literal["separator", "letter"] | None:
        """Tell what parts the name at the range, if that is more than a space between two words.

        *own* is the length of the name's part before 银行 or the like: 北京 银行 is written so by people in earnest.
        """
        inside = range(bisect_right(self.cuts, start), bisect_left(self.cuts, end))
        gaps = [self.gaps[index] for index in inside]
        places = [self.cuts[index] - start for index in inside]
        letters = sum(gap.isalpha() for gap in gaps)
        if not gaps or (letters and len(gaps) > 1):
            return None
        if len(gaps) == end - start - 1:
            return "separator"
        if own in places and len(gaps) == 1:
            return None
        if letters:
            return "letter"
        hard = all(_IS_HARD.match(gap) for gap in gaps)
        return "separator" if hard or places == [1] else None


def parted(text: str) -> Parted | None:
    """Take the gaps out of *text*; None if there are none."""
    found = list(_GAP.finditer(text))
    if not found:
        return None
    lost = [0, *accumulate(len(gap[0]) for gap in found)]
    cuts = [gap.start() - before for gap, before in zip(found, lost, strict=False)]
    return Parted(_GAP.sub("", text), cuts, [gap[0] for gap in found], lost)
