"""How names compare, and the short names that follow from a legal name."""

import re
import unicodedata

_FORMS = ("股份有限公司", "有限责任公司", "有限公司", "股份公司")
_COUNTRY = re.compile(r"[（(]中国[）)]$")
_REMARK = re.compile(r"\s*\([^()]*\)\s*$")
_FIRM = re.compile(r"(银行|消费金融|消金|汽车金融|信托|小贷|金融)$")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
# One character for one character, so that offsets into the folded text are offsets into the text.
_FOLD = {full: chr(full - 0xFEE0).lower() for full in range(0xFF01, 0xFF5F)}
_FOLD |= {letter: chr(letter + 32) for letter in range(ord("A"), ord("Z") + 1)}

_PLACES = re.compile(
    "北京|天津|河北|山西|内蒙古|辽宁|吉林|黑龙江|上海|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|广西|海南|"
    "重庆|四川|贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆|深圳|宁波|厦门|青岛|大连|温州|武汉|无锡|威海|梅州|珠海"
)
# What is left of 厦门国际银行 without its place is no name.
_TOO_BROAD = frozenset({"", "国际", "商业", "市商业", "农村商业", "通商", "中关村"})


def fold(text: str) -> str:
    """Return *text* with full-width and capital Latin made plain; every character stays at its offset."""
    return text.translate(_FOLD)


def identity(name: str) -> str:
    """Return the form in which two names of a firm are the same: width, case and spacing do not count."""
    return "".join(unicodedata.normalize("NFKC", name).translate(_INVISIBLE).split()).casefold()


def bare(name: str) -> str:
    """Return *name* without a remark in half-width brackets: 携程小额贷款(legal name to verify)."""
    return _REMARK.sub("", name).strip()


def is_firm(name: str) -> bool:
    """Tell whether a short name is the firm's own (工商银行) and not a product's (融e借)."""
    return len(name) >= 4 and _FIRM.search(name) is not None


def short_names(legal_name: str) -> tuple[str, ...]:
    """Return the short names that a lender's legal name implies, without the legal name itself."""
    stem = _stem(bare(legal_name))
    found = {stem, stem.removeprefix("中国") if stem != "中国银行" else stem}
    found |= {name.replace("消费金融", "消金") for name in found if name.endswith("消费金融")}
    found |= {name.replace("农村商业银行", short) for name in found for short in ("农商银行", "农商行")}
    found |= _placeless(stem)
    return tuple(sorted(name for name in found if name != legal_name and len(name) >= 4))


def _stem(name: str) -> str:
    for form in _FORMS:
        if name.endswith(form):
            name = name.removesuffix(form)
            break
    return _COUNTRY.sub("", name)


def _placeless(stem: str) -> set[str]:
    """Return 网商银行 for 浙江网商银行, if what is left is a name of its own."""
    place = _PLACES.match(stem)
    rest = stem[place.end() :] if place else ""
    own = rest.endswith("银行") and len(rest) >= 4 and rest.removesuffix("银行") not in _TOO_BROAD
    return {rest} if own else set()
