"""The links inside a link: where a redirect leads, read from the link alone; nothing is fetched.

Platforms send outgoing links through a page of their own (link.zhihu.com/?target=…), and deceivers put a known host
before theirs. What a shortener hides stays hidden: t.cn/abc is returned by nobody.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from urllib.parse import unquote

from moderation.lenders import links
from moderation.lenders.naming import fold

_LONGEST_LINK = 16_384
_DEEPEST = 5
_MOST_LINKS = 16
_MOST_PARAMETERS = 64
_MOST_DECODINGS = 3
_SHORTEST_BASE64 = 12

REDIRECTORS: dict[str, frozenset[str]] = {
    host: frozenset(names.split())
    for host, names in {
        "google.com": "q url adurl",
        "google.com.hk": "q url adurl",
        "youtube.com": "q",
        "bing.com": "u r",
        "duckduckgo.com": "uddg",
        "yandex.ru": "text l",
        "facebook.com": "u",
        "instagram.com": "u",
        "vk.com": "to",
        "t.me": "url",
        "weibo.cn": "u toasturl",
        "weibo.com": "url u",
        "zhihu.com": "target",
        "csdn.net": "target",
        "juejin.cn": "target",
        "gitee.com": "target",
        "jianshu.com": "to url",
        "douban.com": "url",
        "qq.com": "pfurl url jumpurl s_url",
        "douyin.com": "target url scheme",
        "toutiao.com": "target url",
        "baidu.com": "url src lurl",
        "sogou.com": "url",
        "so.com": "u url",
        "163.com": "url target",
        "bilibili.com": "url",
        "oschina.net": "url",
        "steamcommunity.com": "url u",
        "yuque.com": "url",
        "taobao.com": "url tu",
        "alipay.com": "url scheme goto",
    }.items()
}
"""Known redirectors, by registrable domain, and the parameters in which they carry where they lead."""

_NAMES = frozenset(
    name
    for row in (
        "url uri u to target targeturl dest destination redirect redirecturl redirecturi redir rd jump jumpto jumpurl",
        "link goto go gourl out outlink exit continue next return returnurl returnto ret forward fwd callback backurl",
        "back location loc landing landingurl lp page view web weburl h5url openurl open pfurl scheme deeplink",
        "fallback browserfallbackurl toasturl clickurl adurl",
    )
    for name in row.split()
)
_ENDINGS = ("url", "uri", "link")
# Pictures and the like: their links lead a reader nowhere.
_OTHER = re.compile(r"img|image|pic|photo|icon|logo|cover|avatar|head|thumb|video|audio|share|api|static|css|js|font")
_WEB = re.compile(r"https?:/{0,2}[^/\s]", re.IGNORECASE)
_BARE = re.compile(r"(?://|www\.)[^/\s]|[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}/", re.IGNORECASE)
_EMBEDDED = re.compile(r"https?:/{1,2}", re.IGNORECASE)
_NOT_IN_NAMES = re.compile("[^a-z0-9]+")
_SEPARATORS = re.compile(r"[&;]")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")
_INVISIBLE = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060\ufeff]+")


def unwrap(link: str) -> tuple[str, ...]:
    """Return the links nested in *link*, the outermost first, each once; empty if there are none.

    Looks five levels deep, at the first 16,384 characters and at most 64 parameters of a link, and returns no more
    than 16 links. Never raises, whatever the encoding.
    """
    found: dict[str, None] = {link: None}
    level = [link]
    for _ in range(_DEEPEST):
        inner = [each for outer in level for each in _inside(outer[:_LONGEST_LINK])]
        level = [each for each in dict.fromkeys(inner) if each not in found][:_MOST_LINKS]
        found.update(dict.fromkeys(level))
        if not level or len(found) > _MOST_LINKS:
            break
    return tuple(found)[1 : _MOST_LINKS + 1]


def destinations(link: str) -> tuple[str, ...]:
    """Return where *link* may lead: itself, unless it is a known redirector's page, and what it carries within."""
    inside = unwrap(link)
    passed = inside and links.party(link) in REDIRECTORS
    return inside if passed else (link, *inside)


def _inside(link: str) -> Iterator[str]:
    """Yield the links that stand directly in *link*."""
    link = _whole(link)
    host = links.host_of(link) or ""
    if links.is_shortener(host):
        return
    special = REDIRECTORS.get(links.registrable(host) or "", frozenset())
    yield from _in_path(link)
    for name, value in _parameters(link):
        if _leads_on(name, special):
            yield from _link_in(value)


def _whole(link: str) -> str:
    """Undo an encoding of the whole link: https%3A%2F%2Flink.zhihu.com%2F%3Ftarget%3D…"""
    for _ in range(_MOST_DECODINGS):
        if "://" in link or "%" not in link:
            break
        link = unquote(link)
    return link


def _in_path(link: str) -> Iterator[str]:
    """Yield a link that is written into the path, as archives and proxies do."""
    path = re.split(r"[?#]", link, maxsplit=1)[0]
    begun = _EMBEDDED.match(path)
    for at in _EMBEDDED.finditer(unquote(path), begun.end() if begun else 0):
        yield from _link_in(unquote(path)[at.start() :] + link[len(path) :])
        break


def _parameters(link: str) -> Iterator[tuple[str, str]]:
    """Yield the parameters of the query and of the fragment, whose value may be a link with parameters itself."""
    before, _, query = link.partition("?")
    query, _, fragment = (query or "#" + before.partition("#")[2]).partition("#")
    fragment = fragment.partition("?")[2] or fragment
    for text in (query, fragment):
        if _WEB.match(text):
            yield "", text
    parts = _SEPARATORS.split(f"{query}&{fragment}", maxsplit=_MOST_PARAMETERS)
    for part in parts[:_MOST_PARAMETERS]:
        name, _, value = part.partition("=")
        yield _NOT_IN_NAMES.sub("", fold(unquote(name)).rpartition(".")[2]), value


def _leads_on(name: str, special: frozenset[str]) -> bool:
    return not name or name in _NAMES or name in special or (name.endswith(_ENDINGS) and not _OTHER.search(name))


def _link_in(value: str) -> Iterator[str]:
    """Yield the link that *value* is, percent-encoded up to three times or in base64."""
    for _ in range(_MOST_DECODINGS + 1):
        plain = _INVISIBLE.sub("", value)
        if _is_link(plain):
            yield plain
            return
        if decoded := _from_base64(plain):
            yield decoded
            return
        if "%" not in value:
            return
        value = unquote(value)


def _is_link(text: str) -> bool:
    """Tell whether *text* is a web link; without a scheme it needs a public suffix."""
    if _WEB.match(fold(text)):
        return links.host_of(text) is not None
    return _BARE.match(text) is not None and links.party(text) is not None


def _from_base64(value: str) -> str | None:
    """Return the web link that *value* is in base64, either alphabet, with or without its padding."""
    if len(value) < _SHORTEST_BASE64 or not _BASE64.fullmatch(value):
        return None
    digits = value.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        text = base64.b64decode(digits + "=" * (-len(digits) % 4), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return None
    text = _INVISIBLE.sub("", text)
    return text if _WEB.match(text) and links.host_of(text) else None
