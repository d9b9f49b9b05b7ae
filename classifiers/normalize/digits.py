"""Digits written as Chinese numerals, radio words or letters, where a number to call is meant."""

import re

from classifiers.normalize.mapping import Draft, Edit

_VALUES = dict(zip("零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖幺洞两拐勾", "00123456789123456789102" + "79", strict=True))
_DIGIT = f"[0-9{''.join(_VALUES)}]"
_NUMERAL = f"[{''.join(_VALUES)}]"
# Five in a row, groups of three and more, or seven that stand one by one.
_RUN = re.compile(f"{_DIGIT}{{3,}}(?:[- ]{_DIGIT}{{3,}})+|{_DIGIT}{{5,}}|{_DIGIT}(?:[- ]{_DIGIT}){{6,}}")
# A lone numeral between arabic digits and other characters belongs to those: 拨打12378一起.
_HEAD = re.compile(rf"{_NUMERAL}(?=[0-9])")
_TAIL = re.compile(rf"(?<=[0-9]){_NUMERAL}$")
# 5000三 is five thousand three hundred.
_ROUND = re.compile(rf"00{_NUMERAL}$")
_HAN = re.compile("[\u3400-\u9fff]")
_SHORTEST = 5
_CHINESE = re.compile(f"[{''.join(_VALUES)}]")
_TABLE = {ord(old): new for old, new in _VALUES.items()}
# 13一17日: a numeral for want of a dash.
_DASHED = re.compile(r"[0-9]+(?:一+[0-9]+)+")
_COUNTING = ("一二三四五六七八九", "九八七六五四三二一", "零一二三四五六七八九", "一三五七九", "二四六八")
_LETTERS = re.compile(
    r"(?<![a-z\d])\d+(?:[oil]+\d+)+(?![a-z])|(?<![a-z\d.])[1-9]o{2,}(?![a-z])|(?<=\d)o(?=[万千百])"
    r"|(?<![a-z0-9_-])[1il][3-9oil][0-9oil]-[0-9oil]{4}-[0-9oil]{4}(?![a-z0-9_-])"
)
_NUMBERED = re.compile(f"((?:尾号|工号|房号|号码|验证码|账户|热线)[::]?)([0-9o{''.join(_VALUES)}]{{3,}}l?)")
_IN_HANDLE = re.compile(f"{_NUMERAL}(?<=[0-9_o].){_NUMERAL}*(?=[0-9]{{0,8}}[a-z_@])")
_MAY_BE_RUN = re.compile(f"{_DIGIT}(?:[- ]?{_DIGIT}){{4}}")
_MIXED = re.compile(r"\d[oil]|[oil1-9][oil0-9]{2}-")
_LETTER_TABLE = {ord("o"): "0", ord("i"): "1", ord("l"): "1"}
_CAPITALS = re.compile("[壹贰叁肆伍陆柒捌玖][零壹贰叁肆伍陆柒捌玖拾佰仟]*")
_FORMAL = re.compile("[元圆整亿角]|万[元圆零壹贰叁肆伍陆柒捌玖]")
_MEASURE = re.compile("[万千百分厘成天期年张家个日折笔人次]|小时")
_NAME = re.compile("[大登着内水]陆|[队入退]伍|[放市酒]肆|.?(?:陆[家人续军地]|伍家|[伍壹]佰(?![万个块天多元到]))")
_UNITS = {"拾": 10, "佰": 100, "仟": 1000}


def _counts(run: str) -> bool:
    """Tell whether *run* merely counts (一二三四五), or is written in arabic digits anyway."""
    if not _CHINESE.search(run) or _DASHED.fullmatch(run):
        return True
    return any(run in counting for counting in _COUNTING)


def _own(text: str, found: re.Match[str]) -> tuple[int, int]:
    """Return the range of the run without a numeral that belongs to its neighbours."""
    begin, end = found.span()
    if _HEAD.match(found[0]) and _HAN.match(text[max(0, begin - 1) : begin]):
        begin += 1
    if _ROUND.search(found[0]) or (_TAIL.search(found[0]) and _HAN.match(text, end)):
        end -= 1
    return begin, end


def read_digits(draft: Draft) -> None:
    """Read numerals as arabic digits in runs of five and more, and letters posing as digits."""
    if _MAY_BE_RUN.search(draft.text):
        _read_runs(draft)
    if _MIXED.search(draft.text):
        letters = [(m.start(), m.end(), m[0].translate(_LETTER_TABLE)) for m in _LETTERS.finditer(draft.text)]
        draft.edit(letters)
    if _CHINESE.search(draft.text) or _MIXED.search(draft.text):
        _read_labelled(draft)
        _read_capitals(draft)


def _read_runs(draft: Draft) -> None:
    runs: list[Edit] = []
    for found in _RUN.finditer(draft.text):
        begin, end = _own(draft.text, found)
        run = draft.text[begin:end]
        if len(run) >= _SHORTEST and not _counts(run):
            runs.append((begin, end, run.translate(_TABLE)))
    draft.edit(runs)


def _read_labelled(draft: Draft) -> None:
    """Read numerals behind 尾号 and the like, and inside handles."""
    numbers = [(*m.span(2), m[2].translate(_TABLE | _LETTER_TABLE)) for m in _NUMBERED.finditer(draft.text)]
    draft.edit([edit for edit in numbers if edit[2] != draft.text[edit[0] : edit[1]]])
    draft.edit([(m.start(), m.end(), m[0].translate(_TABLE)) for m in _IN_HANDLE.finditer(draft.text)])


def _value(numeral: str) -> str:
    """Return the arabic form of a numeral in capitals up to 9999; digits without units are spelled."""
    if not any(unit in numeral for unit in _UNITS):
        return numeral.translate(_TABLE)
    total, digit, unit = 0, 1, 1
    for character in numeral:
        if character in _UNITS:
            unit = _UNITS[character]
            total += digit * unit
            digit = 0
        else:
            digit = int(_VALUES[character])
    # 壹佰贰 is a hundred and twenty, 壹佰零贰 a hundred and two.
    spoken = digit and "零" not in numeral and unit > 10
    return str(total + (digit * unit // 10 if spoken else digit))


def _counted(text: str, begin: int, end: int) -> bool:
    """Tell whether a numeral in capitals counts something, and is no name (大陆人, 陆家嘴, 伍佰) or formal amount."""
    if _FORMAL.match(text, end) or _NAME.match(text, max(0, begin - 1)):
        return False
    return bool(_MEASURE.match(text, end)) or (end - begin > 1 and not _UNITS.keys().isdisjoint(text[begin:end]))


def _read_capitals(draft: Draft) -> None:
    """Read numerals in capitals (伍仟, 叁天), except in the formal amounts they are made for (壹万元整)."""
    text = draft.text
    counting = [m for m in _CAPITALS.finditer(text) if _counted(text, *m.span())]
    draft.edit([(m.start(), m.end(), _value(m[0])) for m in counting])
