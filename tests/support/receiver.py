"""A platform's webhook receiver: verifies signatures and remembers what it was told, in order."""

import json
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook, WebhookVerificationError


@dataclass
class Heard:
    """One verified message."""

    message_id: str
    data: dict[str, Any]
    at: float = field(default_factory=time.time)


class Receiver:
    """Listens on a free loopback port; ``answers`` may script status codes before it starts saying 200."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.refused = 0
        self.secret = ""
        self.answers: list[int] = []
        self._changed = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/hook"

    def await_items(self, count: int, seconds: float) -> None:
        """Wait until *count* different items were heard of."""
        with self._changed:
            arrived = self._changed.wait_for(lambda: len(self.by_item()) >= count, seconds)
        if not arrived:
            raise AssertionError(f"{len(self.by_item())} of {count} items heard of within {seconds} s")

    def by_item(self) -> dict[str, list[Heard]]:
        items: dict[str, list[Heard]] = defaultdict(list)
        for message in list(self.heard):
            items[message.data["id"]].append(message)
        return items

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """Return the status to answer with."""
        try:
            Webhook(self.secret).verify(body, headers, json_parse=False)
        except WebhookVerificationError:
            self.refused += 1
            return 401
        with self._changed:
            if self.answers:
                return self.answers.pop(0)
            self.heard.append(Heard(headers["webhook-id"], json.loads(body)["data"]))
            self._changed.notify_all()
        return 200

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = receiver.take({name.lower(): value for name, value in self.headers.items()}, body)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    return Handler
