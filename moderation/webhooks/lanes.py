"""Sharing the sending threads between endpoints, so that a slow receiver keeps only itself waiting.

An endpoint is slow until it has answered well within a second, and again once it fails or takes longer. A slow
one has one thread, and all slow ones together at most half of them; a fast one may have three quarters.
"""

import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from moderation.webhooks.claims import Claimed
from moderation.webhooks.models import PENDING
from moderation.webhooks.outcomes import Outcome

SLOW_MS = 1000.0
_SLOW_QUOTA = 2
_UNLIMITED = 1_000_000


class Lanes:
    """Claimed deliveries on their way to the threads, and outcomes on their way back. Thread-safe.

    *fast* remembers from one turn to the next which endpoints are. A delivery with less than *seconds_to_send*
    left of its lease is put back untried.
    """

    def __init__(self, threads: int, seconds_to_send: float, fast: dict[str, bool], clock: Callable[[], datetime]):
        self._threads = threads
        self._margin = timedelta(seconds=seconds_to_send)
        self._fast = fast
        self._clock = clock
        lock = threading.Lock()
        self._work = threading.Condition(lock)
        self._news = threading.Condition(lock)
        self._waiting: dict[str, deque[Claimed]] = {}
        self._running: Counter[str] = Counter()
        self._outcomes: list[Outcome] = []
        self._closed = False

    @property
    def held(self) -> int:
        """How many deliveries are in here, outcomes that were not collected included."""
        with self._work:
            return self._unfinished() + len(self._outcomes)

    def add(self, claimed: Iterable[Claimed]) -> None:
        """Queue deliveries for sending."""
        with self._work:
            for one in claimed:
                self._waiting.setdefault(one.endpoint_id, deque()).append(one)
            self._work.notify_all()

    def try_take(self) -> Claimed | None:
        """Return a delivery that may be sent now, if there is one."""
        with self._work:
            return self._next()

    def take(self) -> Claimed | None:
        """Wait for a delivery that may be sent now; None once the lanes are closed."""
        with self._work:
            while not self._closed:
                if (one := self._next()) is not None:
                    return one
                self._work.wait()
            return None

    def finish(self, outcome: Outcome) -> None:
        """Hand in what came of a delivery that was taken."""
        endpoint = outcome.claimed.endpoint_id
        with self._work:
            self._running[endpoint] -= 1
            self._outcomes.append(outcome)
            fast = outcome.delivered and outcome.latency_ms < SLOW_MS
            if fast != self._fast.get(endpoint, False):
                self._fast[endpoint] = fast
                self._work.notify_all()
            if not fast:
                self._put_back(endpoint)
            self._news.notify()

    def collect(self, enough: int, seconds: float) -> list[Outcome]:
        """Wait until there are *enough* outcomes, or all there will be, or *seconds* have passed; return them."""
        with self._news:
            self._news.wait_for(lambda: len(self._outcomes) >= enough or not self._unfinished(), seconds)
            outcomes, self._outcomes = self._outcomes, []
            return outcomes

    def put_back(self) -> None:
        """Give up what no thread has taken yet."""
        with self._work:
            for endpoint in list(self._waiting):
                self._put_back(endpoint)

    def close(self) -> None:
        """Let the threads go when they have finished what they took."""
        with self._work:
            self._closed = True
            self._work.notify_all()

    def quota(self) -> Callable[[str], int]:
        """Return how many more of an endpoint's deliveries to claim: of slow ones, few each and few in all."""
        with self._work:
            held = Counter({endpoint: self._held_by(endpoint) for endpoint in {*self._waiting, *self._running}})
        slow_room = self._threads - sum(count for endpoint, count in held.items() if not self._fast.get(endpoint))

        def room(endpoint: str) -> int:
            nonlocal slow_room
            if self._fast.get(endpoint):
                return _UNLIMITED
            granted = max(min(_SLOW_QUOTA - held[endpoint], slow_room), 0)
            slow_room -= granted
            return granted

        return room

    def _next(self) -> Claimed | None:
        slow = sum(count for endpoint, count in self._running.items() if not self._fast.get(endpoint))
        for endpoint in list(self._waiting):
            while endpoint in self._waiting and self._may_run(endpoint, slow):
                one = self._pop(endpoint)
                if one.lease_until - self._clock() > self._margin:
                    self._running[endpoint] += 1
                    return one
                self._outcomes.append(_untried(one, self._clock()))
        return None

    def _may_run(self, endpoint: str, slow: int) -> bool:
        running = self._running[endpoint]
        if self._fast.get(endpoint):
            return running < self._threads - self._threads // 4
        return running < 1 and slow < max(self._threads // 2, 1)

    def _pop(self, endpoint: str) -> Claimed:
        """Take the endpoint's first delivery and move the endpoint behind the others."""
        queue = self._waiting.pop(endpoint)
        one = queue.popleft()
        if queue:
            self._waiting[endpoint] = queue
        return one

    def _put_back(self, endpoint: str) -> None:
        now = self._clock()
        self._outcomes += [_untried(one, now) for one in self._waiting.pop(endpoint, ())]
        self._news.notify()

    def _held_by(self, endpoint: str) -> int:
        return len(self._waiting.get(endpoint, ())) + self._running[endpoint]

    def _unfinished(self) -> int:
        return sum(map(len, self._waiting.values())) + self._running.total()


def _untried(claimed: Claimed, now: datetime) -> Outcome:
    return Outcome(claimed, PENDING, at=now, sent=False, due_at=now)
