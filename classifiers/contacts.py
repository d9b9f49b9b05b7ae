"""Ways to reach the author: WeChat, QQ, Telegram, phone, links, groups and e-mail, disguised or plain."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from classifiers.assessment import Contact, ContactKind
from classifiers.normalize import Normalized

_SAYS = r"(?:号|号码|同号|id|联系|咨询|是|为|即)*\s?[::;]?\s?[(\[【「@]?"
_HOST = r"(?:[a-z0-9](?:[a-z0-9-]{0,62})\.)+"
_TLD = (
    r"(?:com|cn|net|org|top|xyz|vip|cc|me|io|shop|club|site|online|info|biz|app|link|ltd|co|tv|fun|live|pro|work|"
    r"asia|mobi|store|tech|ink|win|bid|icu|cyou|buzz|hk|tw|mo|la|ws|to|ly|gl|im)"
)
_HAN_TLD = "(?:公司|网络|中国|网址|在线|商城|集团|网店|我爱你|中文网|企业|餐厅|娱乐|游戏)"
_PATH = r"(?::\d{2,5})?(?:/[a-z0-9\-._~%!$&'()*+;=:@/?#]*)?"
_BANK_LINES = "955[0-9]{2}|95017|95118|95188|95511|95519|96110|12378|12363|12386|12315|12345|12337"
_TELEGRAM = "(?:(?<![a-z0-9_./@#-])tg|(?<![a-z0-9_./@#-])telegram|电报|飞机|✈️?)+(?:telegram)?"
_NOT_A_LINK = "(?!https?(?![a-z0-9_]))"
_NOT_A_SERVICE = "(?!公众|支付|小程序|红包|视频号|读书|运动|朋友圈)"
_WECHAT_ID = rf"{_NOT_A_LINK}(?:[a-z][a-z0-9_-]{{4,19}}|1[3-9]\d{{9}}|[a-z0-9]{{0,5}}\d[a-z0-9_-]{{5,19}})"
_CALL = "(?:电话|热线|拨打|致电|客服|来电|专线|☎|📞|打)"


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to write a contact; the pattern's group ``value`` is what to call."""

    kind: ContactKind
    pattern: re.Pattern[str]


def _form(kind: ContactKind, pattern: str) -> _Form:
    return _Form(kind, re.compile(pattern))


# Ascending generality: a stretch taken by an earlier form is not read again by a later one.
_FORMS = (
    _form("email", r"(?<![a-z0-9._%+-])(?P<value>[a-z0-9._%+-]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,10})(?![a-z0-9])"),
    _form(
        "telegram", r"(?:https?://)?(?<![a-z0-9.-])(?:t|telegram)\.me/(?:s/|joinchat/)?(?P<value>\+?[a-z0-9_-]{4,40})"
    ),
    _form(
        "telegram",
        rf"(?:{_TELEGRAM})(?:号|频道|联系)?\s?(?:[::]\s?@?|@)(?P<value>{_NOT_A_LINK}[a-z][a-z0-9_]{{4,31}})(?![a-z0-9_.])",
    ),
    _form("telegram", rf"(?:{_TELEGRAM})\s?(?P<value>(?=[a-z0-9_]*[0-9_])[a-z][a-z0-9_]{{4,31}})(?![a-z0-9_.])"),
    _form("url", rf"(?P<value>https?://[a-z0-9\u4e00-\u9fff.-]{{1,253}}{_PATH})"),
    _form(
        "url",
        rf"(?<![a-z0-9@._-])(?P<value>{_HOST}(?:{_TLD}|xn--[a-z0-9-]+)(?:\.(?:cn|hk|tw))?(?![a-z0-9_-]|\.[a-z]){_PATH})",
    ),
    _form(
        "url",
        rf"(?<![\w.])(?P<value>[a-z0-9\u4e00-\u9fff-]{{1,20}}\.(?:{_HAN_TLD}|com|cn|net|com\.cn)(?![\w.-]){_PATH})",
    ),
    _form("url", rf"(?<![\w.])(?P<value>(?:www\.)?[a-z0-9\u4e00-\u9fff-]{{1,20}}\.{_HAN_TLD}(?![a-z0-9.-]))"),
    _form("group", rf"(?:qq|微信|企鹅|交流|讨论|粉丝|口子|进|加|入|扣)群{_SAYS}(?P<value>[1-9]\d{{5,11}})(?!\d)"),
    _form("group", r"(?<![\u4e00-\u9fff])群(?:号|号码)?\s?[::]\s?(?P<value>[1-9]\d{5,11})(?!\d)"),
    _form("qq", rf"(?<![a-z0-9])(?:qq|扣扣|企鹅|🐧){_SAYS}(?P<value>[1-9](?:[ .·-]?\d){{4,10}})(?!\d)"),
    _form(
        "wechat",
        rf"(?:(?<![a-z0-9_./@#-])(?:we-?chat|weixin|wx|vx)|微信|企微){_NOT_A_SERVICE}{_SAYS}(?P<value>{_WECHAT_ID})(?![a-z0-9_@.])",
    ),
    _form("wechat", rf"(?<![a-z0-9_./@#-])v(?:号|同号)?\s?[::]\s?(?P<value>{_WECHAT_ID})(?![a-z0-9_@.])"),
    _form(
        "wechat",
        r"(?:加|\+|滴|联系|私)\s?我?v?\s?[::]?\s?(?P<value>(?=[a-z0-9_-]*[0-9_-])[a-z][a-z0-9_-]{5,19})(?![a-z0-9_@.])",
    ),
    _form(
        "phone",
        r"(?<![\d.a-z_/-])(?P<value>(?:(?:\+|00)?86[ -]?)?1[3-9]\d(?:[ ·-]?\d){8}|1[3-9]\d\.\d{4}\.\d{4})"
        r"(?![\d_]|\.\d)",
    ),
    _form("phone", r"(?<![\d.a-z_/-])(?P<value>[48]00(?:[ -]?\d){7})(?![\d_]|\.\d|元|万)"),
    _form("phone", r"(?<![\d.a-z_/-])(?P<value>\(?0(?:10|2\d|[3-9]\d{2})\)?[ -]?[2-9]\d{6,7})(?![\d_]|\.\d)"),
    _form("phone", r"(?<![\d.a-z_/-])(?P<value>09\d{2}[ -]?\d{3}[ -]?\d{3})(?![\d_]|\.\d)"),
    _form("phone", r"(?<![\w.])(?P<value>\+(?!86)\d{1,3}[ -]?\d(?:[ -]?\d){6,11})(?![\d_])"),
    _form("phone", rf"(?<![\d.,a-z_/-])(?P<value>{_BANK_LINES})(?![\d_a-z]|\.\d|,\d|元|万|块|人|个|次)"),
    _form("phone", rf"{_CALL}{_SAYS}(?P<value>9[56]\d{{3,4}})(?![\d_]|\.\d|元|万|块)"),
)
_MAYBE = re.compile(r"\d{4}|[a-z0-9]\.|[./@]|[a-z][a-z0-9_-]{4}|\.[\u4e00-\u9fff]|\d[ -]\d")
_FILLING = re.compile(r"[ ().·\-]")
_COUNTRY = re.compile(r"^(?:\+|00)?86(?=1\d{10}$)")
_SCHEME = re.compile(r"^https?://(?:www\.)?|^www\.")
_FULL_WIDTH = re.compile("[\uff01-\uff5e\u3000]")


def _canonical(kind: ContactKind, value: str) -> str:
    if kind in {"phone", "qq", "group"}:
        return _COUNTRY.sub("", _FILLING.sub("", value))
    if kind == "url":
        return _SCHEME.sub("", value).rstrip("/.")
    return value


def _written_oddly(written: str, value: str) -> bool:
    """Tell whether digits or letters of a contact are not the ones on a keyboard (full width is ordinary)."""
    return value.isascii() and not _FULL_WIDTH.sub("", written).isascii()


def _matches(normalized: Normalized) -> Iterator[tuple[ContactKind, re.Match[str]]]:
    for form in _FORMS:
        for found in form.pattern.finditer(normalized.text):
            yield form.kind, found


def _contact(normalized: Normalized, kind: ContactKind, found: re.Match[str]) -> Contact:
    value = found["value"]
    span = normalized.span(*found.span("value"))
    hidden = normalized.disguises(normalized.span(*found.span())) or _written_oddly(span.text, value)
    return Contact(kind, _canonical(kind, value), hidden, span)


def find_contacts(normalized: Normalized) -> tuple[Contact, ...]:
    """Return the contacts in *normalized*, in the order of the text.

    A mobile number that is said to be a WeChat id too is returned once, as ``wechat``.
    """
    if not _MAYBE.search(normalized.text):
        return ()
    taken = bytearray(len(normalized.text))
    contacts: list[Contact] = []
    for kind, found in _matches(normalized):
        begin, end = found.span("value")
        if not any(taken[begin:end]):
            taken[begin:end] = b"\1" * (end - begin)
            contacts.append(_contact(normalized, kind, found))
    return tuple(sorted(contacts, key=lambda contact: (contact.span.start, contact.span.end)))
