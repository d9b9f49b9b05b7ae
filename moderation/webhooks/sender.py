"""One POST: checked, over in time, its answer read up to a limit, no redirect followed."""

import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpcore

from moderation.settings import Settings
from moderation.webhooks.deadlines import deadline
from moderation.webhooks.failures import DeliveryFailure
from moderation.webhooks.guard import Connector, GuardedBackend, Resolver, connect, resolve
from moderation.webhooks.targets import Target, read

MAX_ANSWER = 64 * 1024
HEAD_CHARS = 500
_BODY_SECONDS = 1.0
_KEEPALIVE_SECONDS = 30.0
_WAITS = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class Answer:
    """A receiver's acknowledgement. ``head`` is the beginning of its body, for the log."""

    status: int
    head: str


class Sender:
    """Sends from any number of threads over connections that are kept open."""

    def __init__(
        self,
        settings: Settings,
        resolver: Resolver = resolve,
        connector: Connector = connect,
        ssl_context: ssl.SSLContext | None = None,
    ):
        self._seconds = settings.webhook_timeout
        self._plain_http = settings.webhook_plain_http
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl_context or httpcore.default_ssl_context(),
            max_connections=2 * settings.webhook_concurrency,
            max_keepalive_connections=2 * settings.webhook_concurrency,
            keepalive_expiry=_KEEPALIVE_SECONDS,
            network_backend=GuardedBackend(settings.allowed_networks, resolver, connector),
        )

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """POST *body* and return the answer if it is 2xx.

        Raises:
            Refused: the guard does not let it out.
            DeliveryFailure: no answer in time, no HTTP, or a status other than 2xx.
        """
        target = read(url, plain_http=self._plain_http)
        try:
            with deadline(self._seconds):
                return self._exchange(target, headers, body)
        except httpcore.TimeoutException as error:
            raise DeliveryFailure(f"no answer within {self._seconds:g} s") from error
        except httpcore.ConnectError as error:
            raise DeliveryFailure(f"cannot connect: {error}"[:300]) from error
        except httpcore.NetworkError as error:
            raise DeliveryFailure("the connection broke") from error
        except httpcore.ProtocolError as error:
            # The message would quote what the receiver sent.
            raise DeliveryFailure("the answer is not HTTP, or there was none") from error

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()

    def _exchange(self, target: Target, headers: Mapping[str, str], body: bytes) -> Answer:
        url = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
        sent = [("Host", _host_header(target)), ("Content-Length", str(len(body))), *headers.items()]
        extensions = {"timeout": {"pool": self._seconds}}
        with self._pool.stream("POST", url, headers=sent, content=body, extensions=extensions) as response:
            head = _head(response.iter_stream())
            return _acknowledged(response, head)


def _acknowledged(response: httpcore.Response, head: str) -> Answer:
    status = response.status
    if 200 <= status < 300:
        return Answer(status, head)
    wait = _retry_after(response.headers, datetime.now(UTC)) if status in _WAITS else None
    raise DeliveryFailure(
        f"the receiver answered {status}", permanent=status == 410, status=status, retry_after=wait, head=head
    )


def _head(stream: Iterable[bytes]) -> str:
    """Read the answer's body and return its beginning.

    The status has decided already: a body that drips, breaks off or is too long changes nothing. Leaving it
    half-read closes the connection.
    """
    read_bytes = bytearray()
    try:
        with deadline(_BODY_SECONDS):
            for chunk in stream:
                read_bytes += chunk
                if len(read_bytes) > MAX_ANSWER:
                    break
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
        pass
    # PostgreSQL stores no NUL in text.
    return read_bytes[: 4 * HEAD_CHARS].decode("utf-8", "replace")[:HEAD_CHARS].replace("\0", "\ufffd")


def _host_header(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    return host if target.port == {"http": 80, "https": 443}[target.scheme] else f"{host}:{target.port}"


def _retry_after(headers: Iterable[tuple[bytes, bytes]], now: datetime) -> float | None:
    """Return the seconds that a Retry-After header (RFC 9110: seconds or a date) asks for."""
    values = [value.decode("latin-1").strip() for name, value in headers if name.lower() == b"retry-after"]
    if not values:
        return None
    if values[0].isascii() and values[0].isdigit():
        return float(values[0][:9])
    try:
        moment = parsedate_to_datetime(values[0])
    except ValueError:
        return None
    return max((moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds(), 0.0)
