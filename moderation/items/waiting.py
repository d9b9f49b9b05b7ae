"""Waiting for a verdict inside a request: one subscriber thread a process, one event a waiting request.

The announcement is only a hint that may be lost; whoever waits looks at the database when it arrives, and once
a second in any case.
"""

import threading
import time
from collections.abc import Callable, Iterable

import structlog
from redis import Redis
from redis.exceptions import RedisError

from moderation.queue import DECIDED_CHANNEL

log = structlog.get_logger(__name__)

_LOOK_AGAIN = 1.0
_RECONNECT = 1.0


class Arrivals:
    """Hears which items were decided and wakes the requests that wait for them."""

    def __init__(self, redis_url: str):
        self._redis_url = redis_url
        self._lock = threading.Lock()
        self._waiting: dict[int, set[threading.Event]] = {}
        self._thread: threading.Thread | None = None
        self._closed = threading.Event()

    def wait(self, ids: Iterable[int], done: Callable[[], bool], seconds: float) -> bool:
        """Return whether *done* held within *seconds*; it is asked at each announcement and once a second."""
        ids = list(ids)
        event = threading.Event()
        deadline = time.monotonic() + seconds
        self._register(ids, event)
        try:
            while not done():
                remaining = deadline - time.monotonic()
                if remaining <= 0 or self._closed.is_set():
                    return False
                event.wait(min(remaining, _LOOK_AGAIN))
                event.clear()
            return True
        finally:
            self._forget(ids, event)

    def close(self) -> None:
        """Stop listening; waiting requests return."""
        self._closed.set()

    def _register(self, ids: list[int], event: threading.Event) -> None:
        with self._lock:
            for item_id in ids:
                self._waiting.setdefault(item_id, set()).add(event)
            if self._thread is None:
                self._thread = threading.Thread(target=self._listen, name="arrivals", daemon=True)
                self._thread.start()

    def _forget(self, ids: list[int], event: threading.Event) -> None:
        with self._lock:
            for item_id in ids:
                events = self._waiting.get(item_id, set())
                events.discard(event)
                if not events:
                    self._waiting.pop(item_id, None)

    def _listen(self) -> None:
        while not self._closed.is_set():
            try:
                self._hear()
            except RedisError as error:
                log.warning("arrivals.deaf", error=str(error))
                self._closed.wait(_RECONNECT)

    def _hear(self) -> None:
        with Redis.from_url(self._redis_url, socket_timeout=5, socket_connect_timeout=1) as redis:
            channel = redis.pubsub(ignore_subscribe_messages=True)
            channel.subscribe(DECIDED_CHANNEL)
            with channel:
                while not self._closed.is_set():
                    message = channel.get_message(timeout=_LOOK_AGAIN)
                    if message is not None:
                        self._wake(message["data"].decode())

    def _wake(self, announced: str) -> None:
        with self._lock:
            for part in announced.split(","):
                for event in self._waiting.get(int(part), ()):
                    event.set()
