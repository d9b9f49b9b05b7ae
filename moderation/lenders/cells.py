"""What a cell of an import file may hold. Each check returns the value in its one canonical form.

Every check raises ValueError with a message that tells what the cell should have held.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from stdnum.cn import uscc as credit_code

from moderation.lenders import licence_numbers, links, timeline

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SUSPENDED = re.compile(r"\s*[（(][^（()）]*暂停@(?P<day>[^（()）]*)[)）]")
_FORMER = "(旧名)"
_MOST_YUAN = 10**12

PRODUCTS = ("consumer", "business", "vehicle", "mortgage", "student_aid")
CHANNELS = ("online", "offline", "both")
REACHED_BY = ("domain", "app", "wechat_oa", "hotline")
ROLES = ("marketing", "credit_enhancement", "technology", "collection")


def text(value: str) -> str:
    """A line of text."""
    if _CONTROL.search(value):
        raise ValueError("holds a control character")
    return value


def named(value: str) -> str:
    """A name; it may not be empty."""
    if not 2 <= len(value) <= 200:
        raise ValueError("must be 2 to 200 characters long")
    return text(value)


def sourced(value: str) -> str:
    """Where the row comes from; it may not be empty."""
    if not value:
        raise ValueError("is empty: every row says where it comes from")
    return text(value)


def confidence(value: str) -> str:
    """high, medium or low."""
    if value not in {"high", "medium", "low"}:
        raise ValueError("must be high, medium or low")
    return value


def optional_confidence(value: str) -> str:
    """high, medium, low, or nothing."""
    return confidence(value) if value else ""


def nfra_code(value: str) -> str:
    """A financial licence number, or nothing."""
    if value and not licence_numbers.well_formed(value):
        raise ValueError("must be a licence number such as B0593H244030001")
    return value


def uscc(value: str) -> str:
    """A unified social credit code (统一社会信用代码), or nothing."""
    code: str = credit_code.compact(unicodedata.normalize("NFKC", value))
    if code and not credit_code.is_valid(code):
        raise ValueError("must be a unified social credit code of 18 characters whose last one checks the others")
    return code


def amount(value: str) -> str:
    """The largest loan in yuan that the licence allows, or nothing."""
    plain = value.replace(",", "").removesuffix("元")
    if plain and not (plain.isascii() and plain.isdigit() and 0 < int(plain) <= _MOST_YUAN):
        raise ValueError("must be a whole number of yuan such as 200000")
    return str(int(plain)) if plain else ""


def products(value: str) -> str:
    """What may be lent for, with semicolons between."""
    return _joined(_one_of(part, PRODUCTS) for part in parts(value))


def channel(value: str) -> str:
    """Where the licence lets its holder lend."""
    return _one_of(value, CHANNELS) if value else ""


def channel_kind(value: str) -> str:
    """What a lender is reached by."""
    return _one_of(value, REACHED_BY)


def channel_value(value: str) -> str:
    """A domain, the identifier of an app, an official account's name or a telephone number."""
    return named(" ".join(value.split()))


def role(value: str) -> str:
    """What a partner does for a lender."""
    return _one_of(value, ROLES)


def day(value: str) -> str:
    """A day such as 2025-02-28, or nothing."""
    try:
        return date.fromisoformat(value).isoformat() if value else ""
    except ValueError as error:
        raise ValueError("must be a day such as 2025-02-28") from error


def status(value: str) -> str:
    """What the licence's state is now."""
    if value and value not in timeline.STATUSES:
        raise ValueError(f"must be one of {', '.join(timeline.STATUSES)}")
    return value


def statuses(value: str) -> str:
    """States and the days they began: suspended@2025-02-28;active@2025-11-12."""
    if any("@" not in part for part in parts(value)):
        raise ValueError("each status needs the day it began: suspended@2025-02-28")
    return timeline.render(timeline.parse(value))


def licence_type(value: str) -> str:
    """A type of licence; it may carry the day of a suspension: 小额贷款公司(网贷资格暂停@2025-02-28)."""
    if "暂停" in value and suspended_since(value) is None:
        raise ValueError("tells of a suspension without its day: (…暂停@2025-02-28)")
    return named(value)


def suspended_since(licence: str) -> str | None:
    """Return the day since which a licence type says that the licence is suspended."""
    match = _SUSPENDED.search(licence)
    return day(match["day"].strip()) or None if match else None


def plain_licence_type(licence: str) -> str:
    """Return a licence type without its remark on a suspension."""
    return _SUSPENDED.sub("", licence)


def names(value: str) -> str:
    """Names with semicolons between them; 捷信(旧名) marks a former one."""
    return _joined(named(part) for part in parts(value))


def domains(value: str) -> str:
    """Domains with semicolons between them."""
    return _joined(_domain(part) for part in parts(value))


def parts(value: str) -> list[str]:
    """Split a cell at its semicolons."""
    return [part.strip() for part in value.replace("；", ";").split(";") if part.strip()]


def former(name: str) -> str | None:
    """Return the name that 苏宁银行(旧名) marks as a former one."""
    return name.removesuffix(_FORMER) if name.endswith(_FORMER) else None


def _domain(value: str) -> str:
    host = links.host_of(value)
    if host is None or "/" in value or links.registrable(host) is None:
        raise ValueError(f"{value!r} is no domain")
    return host


def _one_of(value: str, allowed: Iterable[str]) -> str:
    if value not in allowed:
        raise ValueError(f"must be one of {', '.join(allowed)}")
    return value


def _joined(values: Iterable[str]) -> str:
    return ";".join(sorted(set(values)))
