"""One deadline for a whole delivery: connecting, TLS, sending, and each byte of the answer."""

import contextlib
import math
import select
import socket
import ssl
import time
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

import httpcore

_deadline: ContextVar[float] = ContextVar("daidun_webhook_deadline")


@contextlib.contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Give what this thread does on timed streams *seconds* in all, or what an outer deadline left."""
    token = _deadline.set(min(time.monotonic() + seconds, _deadline.get(math.inf)))
    try:
        yield
    finally:
        _deadline.reset(token)


def remaining() -> float:
    """Return the seconds left; raise httpcore.TimeoutException if none are."""
    left = _deadline.get() - time.monotonic()
    if left <= 0:
        raise httpcore.TimeoutException
    return left


class TimedStream(httpcore.NetworkStream):
    """A socket whose every operation gets what is left of the deadline: dripping bytes buys no time."""

    def __init__(self, connection: socket.socket):
        self._socket = connection

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            self._socket.settimeout(remaining())
            return self._socket.recv(max_bytes)
        except TimeoutError as error:
            raise httpcore.ReadTimeout from error
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        left = memoryview(buffer)
        try:
            while left:
                self._socket.settimeout(remaining())
                left = left[self._socket.send(left) :]
        except TimeoutError as error:
            raise httpcore.WriteTimeout from error
        except OSError as error:
            raise httpcore.WriteError(str(error)) from error

    def close(self) -> None:
        self._socket.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        try:
            self._socket.settimeout(remaining())
            return TimedStream(ssl_context.wrap_socket(self._socket, server_hostname=server_hostname))
        except TimeoutError as error:
            self.close()
            raise httpcore.ConnectTimeout from error
        except OSError as error:
            self.close()
            raise httpcore.ConnectError(str(error)) from error

    def get_extra_info(self, info: str) -> Any:
        """Say whether the peer closed, or sent what nobody asked for; httpcore drops such a connection."""
        if info == "is_readable":
            return _is_readable(self._socket)
        return self._socket if info == "socket" else None


def _is_readable(connection: socket.socket) -> bool:
    if connection.fileno() < 0:
        return True
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))
