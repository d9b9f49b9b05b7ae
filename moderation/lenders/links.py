"""Whose page a link leads to, judged by its host alone; nothing is fetched.

The list of public suffixes is the one that tldextract ships, its private part included: on shared hosting
(somebody.github.io) each customer is a party of its own.
"""

import ipaddress
import re
import unicodedata
from functools import lru_cache
from urllib.parse import unquote

import idna
from tldextract import TLDExtract

from moderation.lenders.naming import fold

_WEB = re.compile(r"^(?:https?:)?/*", re.IGNORECASE)
_APP_SCHEME = re.compile(r"^(?!https?:)[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
_EDGES = " \t\r\n\v\f\x00\u3000\u200b\u200c\u200d\ufeff<>\"'“”‘’"

SHORTENERS = frozenset(
    {
        "t.cn",
        "url.cn",
        "w.url.cn",
        "dwz.cn",
        "dwz.mk",
        "suo.im",
        "suo.nz",
        "mrw.so",
        "sourl.cn",
        "985.so",
        "rrd.me",
        "bit.ly",
        "tinyurl.com",
        "is.gd",
        "goo.gl",
        "t.co",
        "ow.ly",
        "cutt.ly",
        "rb.gy",
        "reurl.cc",
        "v.gd",
    }
)
"""Hosts that hide where a link leads: neither own nor foreign, but remarked upon."""

NEUTRAL = frozenset(
    {
        "apps.apple.com",
        "itunes.apple.com",
        "appsto.re",
        "play.google.com",
        "appgallery.huawei.com",
        "appgallery.cloud.huawei.com",
        "url.cloud.huawei.com",
        "app.mi.com",
        "app.xiaomi.com",
        "h5coml.vivo.com.cn",
        "appstore.vivo.com.cn",
        "store.oppomobile.com",
        "app.oppomobile.com",
        "a.app.qq.com",
        "sj.qq.com",
        "android.myapp.com",
        "app.flyme.cn",
        "mp.weixin.qq.com",
        "servicewechat.com",
        "gov.cn",
    }
)
"""App stores, official accounts of WeChat (not u.wechat.com, a person's contact) and authorities."""


def host_of(link: str) -> str | None:
    """Return the host that a browser would contact, in Unicode and lower case; None if *link* names none.

    Browsers read a backslash as a slash and ``user@host`` as host, which is how icbc.com.cn@evil.cn deceives.
    """
    text = fold(link.strip(_EDGES)).replace("\\", "/")
    if _APP_SCHEME.match(text):
        return None
    authority = re.split(r"[/?#\s]", _WEB.sub("", text), maxsplit=1)[0].rpartition("@")[2]
    host = authority.partition("]")[0] + "]" if authority.startswith("[") else authority.partition(":")[0]
    return _canonical(host) if host else None


@lru_cache(maxsize=4096)
def registrable(host: str) -> str | None:
    """Return the domain that somebody registered to have *host*, or an IP address as it is; None for neither."""
    literal = host.strip("[]")
    try:
        return ipaddress.ip_address(literal).compressed
    except ValueError:
        return _extract()(host).top_domain_under_public_suffix or None


def party(link: str) -> str | None:
    """Return the registrable domain that *link* leads to."""
    host = host_of(link)
    return registrable(host) if host else None


def below(host: str, domain: str) -> bool:
    """Tell whether *host* is *domain* or lies below it."""
    return host == domain or host.endswith(f".{domain}")


def is_shortener(host: str) -> bool:
    """Tell whether *host* redirects to somebody else's page."""
    return host in SHORTENERS or registrable(host) in SHORTENERS


def is_neutral(host: str) -> bool:
    """Tell whether *host* says nothing about who is behind a link."""
    return is_shortener(host) or any(below(host, domain) for domain in NEUTRAL)


def _canonical(host: str) -> str | None:
    plain = unicodedata.normalize("NFKC", unquote(host)).replace("。", ".").strip(".").lower()
    labels = [_decoded(label) for label in plain.split(".")]
    return ".".join(labels) if all(labels) and ("." in plain or ":" in plain) else None


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return idna.decode(label)
    except (idna.IDNAError, UnicodeError):
        return label


@lru_cache(maxsize=1)
def _extract() -> TLDExtract:
    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
