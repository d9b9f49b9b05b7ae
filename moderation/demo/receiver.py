"""The demo platform's webhook receiver: on loopback, verifies every signature, remembers what it heard."""

import json
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook, WebhookVerificationError


@dataclass(frozen=True, slots=True)
class Heard:
    """A decision as the webhook told it, and when (``time.monotonic``)."""

    decision: dict[str, Any]
    at: float


class Receiver:
    """Listens on a free port until closed. ``secret`` is set once the endpoint is registered."""

    def __init__(self) -> None:
        self.secret = ""
        self.refused = 0
        self.heard: dict[str, Heard] = {}
        self._closed = False
        self._changed = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/webhook"

    def wait_for(self, ids: Iterable[str], seconds: float) -> bool:
        """Wait until all *ids* were heard of; return whether they were when the time was up or we were closed."""
        wanted = set(ids)
        with self._changed:
            self._changed.wait_for(lambda: self._closed or wanted <= self.heard.keys(), seconds)
            return wanted <= self.heard.keys()

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """Return the status to answer a message with."""
        try:
            Webhook(self.secret).verify(body, headers, json_parse=False)
        except WebhookVerificationError:
            with self._changed:
                self.refused += 1
            return 401
        decision = json.loads(body)["data"]
        with self._changed:
            # A message may come more than once; what counts is when it was first heard.
            self.heard.setdefault(decision["id"], Heard(decision, time.monotonic()))
            self._changed.notify_all()
        return 204

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status = receiver.take({name.lower(): value for name, value in self.headers.items()}, body)
            self.send_response(status)
            if status != 204:
                self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing: the table is the log."""

    return Handler
