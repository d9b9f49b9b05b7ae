"""A receiver on loopback that behaves as a test tells it to, down to the bytes."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Script = Callable[["Request"], Iterable[bytes]]


@dataclass(frozen=True)
class Request:
    """What arrived; header names are lower case."""

    line: str
    headers: dict[str, str]
    body: bytes


def answer(status: int, body: bytes = b"", *headers: str) -> Iterable[bytes]:
    """Return a well-formed answer."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}", *headers, "", ""]
    return ["\r\n".join(lines).encode() + body]


class Receiver:
    """Listens in a thread, one thread a connection; answers by ``script`` and remembers what came."""

    def __init__(self, script: Script | None = None, context: ssl.SSLContext | None = None):
        self.script = script or (lambda request: answer(204))
        self.requests: list[Request] = []
        self.connections = 0
        self.closing = threading.Event()
        self._context = context
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/hook"

    def __enter__(self) -> "Receiver":
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._context is None:
                self._converse(connection)
                return
            with self._context.wrap_socket(connection, server_side=True) as secured:
                self._converse(secured)

    def _converse(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as stream:
            while (line := stream.readline()).strip():
                headers: dict[str, str] = {}
                while field := stream.readline().decode("latin-1").strip():
                    name, _, value = field.partition(":")
                    headers[name.lower()] = value.strip()
                body = stream.read(int(headers.get("content-length", 0)))
                request = Request(line.decode().strip(), headers, body)
                self.requests.append(request)
                for part in self.script(request):
                    connection.sendall(part)
