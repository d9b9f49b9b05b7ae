"""The SSRF guard: the network below httpcore, which only connects to addresses it has checked itself.

A host is resolved once; every address it has must be allowed; the connection goes to one of these very
addresses, so that a second, different answer of the DNS has no effect. TLS and the Host header keep the name.
"""

import queue
import socket
import threading
from collections.abc import Callable, Iterable, Sequence
from ipaddress import ip_address

import httpcore
from httpcore import SOCKET_OPTION

from moderation.webhooks.addresses import Address, Network, may_reach
from moderation.webhooks.deadlines import TimedStream, remaining
from moderation.webhooks.failures import DeliveryFailure, Refused

Resolver = Callable[[str, int], Sequence[str]]
Connector = Callable[[tuple[str, int], float], socket.socket]

_MAX_ADDRESSES = 4


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of *host* from the system's resolver; raise OSError if there are none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def connect(address: tuple[str, int], timeout: float) -> socket.socket:
    """Open a TCP connection. Without Nagle's delay: headers and body are written one after the other."""
    connection = socket.create_connection(address, timeout)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


class GuardedBackend(httpcore.NetworkBackend):
    """Connects to allowed addresses only. *resolver* and *connect* are the seams for tests."""

    def __init__(
        self,
        allowed: Sequence[Network],
        resolver: Resolver = resolve,
        connect: Connector = connect,
    ):
        self._allowed = allowed
        self._resolver = resolver
        self._connect = connect

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first of the checked addresses that answers.

        Raises:
            Refused: an address, or the port, is not allowed.
            DeliveryFailure: the name has no address.
        """
        failure: OSError = OSError("no address")
        for address in self._checked(host, port)[:_MAX_ADDRESSES]:
            try:
                connection = self._connect((str(address), port), remaining())
            except OSError as error:
                failure = error
            else:
                return TimedStream(connection)
        raise httpcore.ConnectError(str(failure)) from failure

    def _checked(self, host: str, port: int) -> list[Address]:
        addresses = _addresses(host, port, self._resolver)
        if not all(may_reach(address, port, self._allowed) for address in addresses):
            raise Refused("the host resolves to an address, or the URL names a port, that is not open to webhooks")
        return addresses


def _addresses(host: str, port: int, resolver: Resolver) -> list[Address]:
    try:
        return [ip_address(host)]
    except ValueError:
        return [ip_address(text) for text in _ask(host, port, resolver)]


def _ask(host: str, port: int, resolver: Resolver) -> Sequence[str]:
    """Resolve in a thread of its own: the system's resolver knows no deadline."""
    answers: queue.SimpleQueue[Sequence[str] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolver(host, port))
        except OSError as error:
            answers.put(error)

    threading.Thread(target=ask, name="resolve", daemon=True).start()
    try:
        answer = answers.get(timeout=remaining())
    except queue.Empty as error:
        raise httpcore.ConnectTimeout from error
    if isinstance(answer, OSError):
        raise DeliveryFailure("the host's name does not resolve") from answer
    return answer
