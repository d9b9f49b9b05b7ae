"""Character for character: compatibility forms, traditional forms, case, look-alikes, invisible ones."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

import opencc

from classifiers.normalize.mapping import Draft, Edit
from classifiers.normalize.tables import table

_SURROGATES = range(0xD800, 0xE000)
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_MARKS = "\u0300-\u036f\u0488\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f"
_HIDDEN = re.compile(f"[{_INVISIBLE}]+|(?<=[\u3400-\u9fff])[{_MARKS}]+|\u20e3|[\u0488\u0489]")
_MAY_HIDE = re.compile(f"[{_INVISIBLE}{_MARKS}]")
_WORD_BEFORE = re.compile(r"[\w\u3400-\u9fff]")


def _negative_symbols() -> dict[str, str]:
    """Negative circled and squared letters and digits: NFKC leaves them, their names tell what they are."""
    found = {}
    for code in (*range(0x24EA, 0x2500), *range(0x2776, 0x2794), *range(0x1F10B, 0x1F18A)):
        name = unicodedata.name(chr(code), "")
        letter = re.search(r"LATIN CAPITAL LETTER ([A-Z])$", name)
        value = unicodedata.numeric(chr(code), None)
        if letter:
            found[chr(code)] = letter[1].lower()
        elif value is not None and "CIRCLED" in name:
            found[chr(code)] = str(int(value))
    return found


def _simplified(characters: list[str]) -> dict[str, str]:
    """OpenCC's reading of single characters: its phrases would change the length of the text."""
    answer = opencc.OpenCC("t2s").convert("\n".join(characters)).split("\n")
    return {old: new for old, new in zip(characters, answer, strict=True) if len(new) == 1 and new != old}


@cache
def _folding() -> tuple[dict[int, str], dict[int, str]]:
    """Return (one for one, one for several): NFKC, then traditional to simplified, then case folding."""
    codes = (code for code in range(0x80, 0x30000) if code not in _SURROGATES)
    folded = {code: unicodedata.normalize("NFKC", chr(code)).casefold() for code in codes}
    folded.update({code: chr(code + 32) for code in range(ord("A"), ord("Z") + 1)})
    folded.update(dict.fromkeys((*range(9), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, 0x2800), " "))
    # A lone surrogate can't be encoded, which the automata need.
    folded.update(dict.fromkeys(_SURROGATES, "\ufffd"))
    folded[0x0D] = "\n"
    folded[0x2028] = folded[0x2029] = folded[0x85] = "\n"
    spelling: dict[str, str] = table("characters")["spelling"]
    han = spelling | _simplified([chr(code) for code in (*range(0x3400, 0xA000), *range(0xF900, 0xFB00))])
    single, several = {}, {}
    for code, form in folded.items():
        new = "".join(han.get(character, character) for character in form)
        if new != chr(code) and len(new) == 1:
            single[code] = new
        elif new != chr(code) and len(new) > 1:
            several[code] = new
    return single, several


@cache
def _disguises() -> dict[int, str]:
    rows = table("characters")
    return {ord(old): new for name in ("radicals", "glyphs") for old, new in rows[name].items()}


@cache
def _symbols() -> dict[str, str]:
    named: dict[str, str] = table("characters")["symbols"]
    return _negative_symbols() | named


@cache
def _martian() -> dict[int, str]:
    rows: dict[str, str] = table("characters")["martian"]
    return {ord(old): new for old, new in rows.items() if len(old) == 1}


@cache
def _confusables() -> dict[int, str]:
    return {ord(pair[0]): pair[1].lower() for pair in table("characters")["confusables"].split()}


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    def one_of(characters: Iterable[str]) -> str:
        return "[" + re.escape("".join(characters)) + "]"

    alike = re.escape("".join(map(chr, _confusables())))
    several = {chr(code) for code in _folding()[1]} | set(_symbols())
    return {
        # A class with many characters beyond U+FFFF is searched one by one, so those are looked up afterwards.
        "several": re.compile(one_of(sorted(c for c in several if c <= "\uffff")) + "|[\U00010000-\U0010ffff]"),
        "disguises": re.compile(one_of(map(chr, _disguises())) + "+"),
        "martian": re.compile(one_of(map(chr, _martian()))),
        "alike": re.compile(f"[{alike}]"),
        "run": re.compile(f"[0-9A-Za-z_\\-\u0370-\u03ff\u0400-\u052f\u0561-\u0587{alike}]+"),
    }


_FOREIGN = re.compile("[\u0370-\u03ff\u0400-\u052f\u0531-\u0587]")
_FOREIGN_WORD = re.compile(f"{_FOREIGN.pattern}{{2}}")
_ASCII_WORD = re.compile("[0-9A-Za-z]")
_HAN = re.compile("[\u3400-\u9fff]")


def read_confusables(draft: Draft) -> None:
    """Read Cyrillic and Greek look-alikes as Latin where Latin or digits or Chinese betray them."""
    patterns = _patterns()
    if not patterns["alike"].search(draft.text):
        return
    plain = draft.text.translate(_confusables())
    posed = _HAN.search(draft.text) is not None and not _FOREIGN_WORD.search(plain)
    edits: list[Edit] = []
    for run in patterns["run"].finditer(draft.text):
        new = run[0].translate(_confusables())
        mixed = _ASCII_WORD.search(run[0]) and not _FOREIGN.search(new)
        if new != run[0] and (mixed or (posed and len(run[0]) > 1)):
            edits.append((run.start(), run.end(), new))
    draft.edit(edits)


def drop_invisible(draft: Draft) -> None:
    """Delete characters that show nothing; between word characters they are counted as a disguise."""
    text = draft.text
    if not _MAY_HIDE.search(text):
        return
    plain: list[Edit] = []
    hiding: list[Edit] = []
    for found in _HIDDEN.finditer(text):
        before, after = text[max(0, found.start() - 1) : found.start()], text[found.end() : found.end() + 1]
        hides = _WORD_BEFORE.match(before) and _WORD_BEFORE.match(after) and "\ufe0f" not in found[0]
        (hiding if hides else plain).append((found.start(), found.end(), ""))
    for begin, end, _ in hiding:
        draft.touched.update(range(draft.starts[begin], draft.ends[end - 1]))
    draft.edit(sorted(plain + hiding), disguise=False)


def fold(draft: Draft) -> None:
    """Fold compatibility, traditional and letter-case forms."""
    single, several = _folding()
    symbols = _symbols()
    if not draft.text.isascii():
        found = [(m, symbols.get(m[0]) or several.get(ord(m[0]))) for m in _patterns()["several"].finditer(draft.text)]
        draft.edit([(m.start(), m.end(), new) for m, new in found if new], disguise=False)
    draft.retype(draft.text.translate(single))


def read_glyphs(draft: Draft) -> None:
    """Read rare glyphs that stand for a common one, and 火星文 where there is enough of it."""
    disguises = _disguises()
    patterns = _patterns()
    draft.edit([(m.start(), m.end(), m[0].translate(disguises)) for m in patterns["disguises"].finditer(draft.text)])
    martian = patterns["martian"]
    if len(set(martian.findall(draft.text))) < 3:
        return
    table_ = _martian()
    draft.edit([(m.start(), m.end(), m[0].translate(table_)) for m in martian.finditer(draft.text)])
