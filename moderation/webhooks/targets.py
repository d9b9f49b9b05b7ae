"""What a webhook URL names, read strictly: what two parsers might read differently is refused."""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from moderation.webhooks.addresses import PORTS, Address, Network, may_reach
from moderation.webhooks.failures import Refused

MAX_URL = 2048
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_LOCAL_NAMES = ("localhost", "local", "localdomain", "internal", "intranet", "home.arpa")


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect. ``host`` is ASCII and lower case; ``address`` is set if it is a literal."""

    scheme: str
    host: str
    port: int
    path: str
    address: Address | None


def read(url: str, *, plain_http: bool = False) -> Target:
    """Return what *url* names.

    Raises:
        Refused: (permanent) the URL is malformed, ambiguous, of another scheme, or carries credentials.
    """
    if len(url) > MAX_URL or _UNSAFE.search(url):
        raise _refusal(f"the URL has white space, control characters or backslashes, or over {MAX_URL} characters")
    parts, port = _split(url)
    if parts.scheme != "https" and not (plain_http and parts.scheme == "http"):
        raise _refusal(
            "the URL must begin with http:// or https://" if plain_http else "the URL must begin with https://"
        )
    if "@" in parts.netloc:
        raise _refusal("the URL must not carry a user name or password")
    if parts.fragment or not (parts.path + parts.query).isascii():
        raise _refusal("the URL must have no fragment, and its path and query must be percent-encoded")
    host = _ascii_host(parts.hostname or "", bracketed="[" in parts.netloc)
    query = f"?{parts.query}" if parts.query else ""
    target = (parts.path or "/") + query
    return Target(parts.scheme, host, _DEFAULT_PORTS[parts.scheme] if port is None else port, target, _literal(host))


def check(url: str, allowed: Sequence[Network], *, plain_http: bool = False) -> Target:
    """Return what *url* names if it may be registered; a name's addresses are checked at every connection.

    Raises:
        Refused: see ``read``; or it names a private address, a local name or no web server's port.
    """
    target = read(url, plain_http=plain_http)
    if target.address is not None:
        if not may_reach(target.address, target.port, allowed):
            raise _refusal("the URL's address or port is not open to webhooks")
    elif not allowed and (target.port not in PORTS or _is_local(target.host)):
        raise _refusal(f"the URL must name a public host, on port {', '.join(map(str, sorted(PORTS)))}")
    return target


def _split(url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _refusal("the URL's host or port is malformed") from error
    return parts, port


def _ascii_host(host: str, *, bracketed: bool) -> str:
    """Return *host* as DNS sees it: IDNA unfolds full-width digits, which could hide an address."""
    if ":" in host:
        return host
    if bracketed:
        raise _refusal("the URL's host is no valid name")
    try:
        name = host.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError as error:
        raise _refusal("the URL's host is no valid name") from error
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise _refusal("the URL's host is no valid name")
    return name


def _literal(host: str) -> Address | None:
    if ":" not in host and not _NUMBER.fullmatch(host.rpartition(".")[2]):
        return None
    try:
        return ipaddress.ip_address(host)
    except ValueError as error:
        # inet_aton would read 2130706433, 0x7f.1 and 0177.0.0.1 as 127.0.0.1.
        raise _refusal("the URL's host is a number that is no plain IP address") from error


def _is_local(host: str) -> bool:
    return "." not in host or host.endswith(tuple(f".{name}" for name in _LOCAL_NAMES))


def _refusal(message: str) -> Refused:
    return Refused(message, permanent=True)
