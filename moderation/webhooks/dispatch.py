"""Delivering: claim, send from a few threads, settle; nothing here is lost when the process dies."""

import contextlib
import random
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import structlog
from prometheus_client import Counter, Histogram

from moderation.db import Database, utcnow
from moderation.settings import Settings
from moderation.webhooks import claims, signing
from moderation.webhooks.claims import Claimed
from moderation.webhooks.failures import DeliveryFailure
from moderation.webhooks.lanes import Lanes
from moderation.webhooks.models import DEAD, DELIVERED, PENDING
from moderation.webhooks.outcomes import Outcome, settle
from moderation.webhooks.schedule import next_attempt
from moderation.webhooks.sender import Sender

BUFFER = 128
_BATCH = 32
_LOOK_SECONDS = 0.2
_CONSTANT_HEADERS = {"Content-Type": "application/json", "User-Agent": "Daidun-Webhooks/1"}

attempts = Counter("daidun_webhook_attempts_total", "Webhook attempts by what came of them.", ["outcome"])
seconds = Histogram("daidun_webhook_seconds", "Time from the start of a webhook attempt to its end.")
log = structlog.get_logger(__name__)


class Dispatcher:
    """Delivers what is due. One object a process; its methods are called from one thread."""

    def __init__(
        self,
        db: Database,
        settings: Settings,
        sender: Sender,
        clock: Callable[[], datetime] = utcnow,
        rng: random.Random | None = None,
    ):
        self._db = db
        self._settings = settings
        self._sender = sender
        self._clock = clock
        self._rng = rng or random.Random()  # noqa: S311 - jitter is no secret
        self._threads = ThreadPoolExecutor(settings.webhook_concurrency, thread_name_prefix="deliver")
        self._fast: dict[str, bool] = {}
        # Time for a whole attempt must be left when sending begins, and for settling when it ends.
        self._margin = settings.webhook_timeout + 5
        self._lease = max(settings.lease_seconds, 2 * self._margin)

    def run_once(self, limit: int) -> int:
        """Claim up to *limit* due deliveries, send them; return how many were claimed."""
        lanes = self._lanes()
        claimed = self._fill(lanes, limit, None)
        if claimed:
            with self._crew(lanes) as collect:
                while lanes.held:
                    self._settle(collect())
        return claimed

    def drain(self, deadline_seconds: float) -> int:
        """Deliver until nothing is due or *deadline_seconds* have passed; return how many were settled.

        After the deadline nothing more is begun; what was begun takes ``webhook_timeout`` at most.
        """
        stop_at = time.monotonic() + deadline_seconds
        lanes = self._lanes()
        settled = 0
        if not self._fill(lanes, BUFFER, lanes.quota()):
            return 0
        with self._crew(lanes) as collect:
            while lanes.held:
                settled += self._settle(collect())
                if time.monotonic() >= stop_at:
                    lanes.put_back()
                elif lanes.held <= BUFFER // 2:
                    self._fill(lanes, BUFFER - lanes.held, lanes.quota())
        return settled

    def close(self) -> None:
        """Let the threads and the connections go."""
        self._threads.shutdown()
        self._sender.close()

    @contextlib.contextmanager
    def _crew(self, lanes: Lanes) -> Iterator[Callable[[], list[Outcome]]]:
        """Put the threads to work on *lanes*; what is handed out collects a batch of their outcomes.

        A thread that broke down brings the turn down with it: its rows come back when their lease ends.
        """
        running = [self._threads.submit(self._work, lanes) for _ in range(self._settings.webhook_concurrency)]

        def collect() -> list[Outcome]:
            for thread in running:
                if thread.done():
                    thread.result()
            return lanes.collect(_BATCH, _LOOK_SECONDS)

        try:
            yield collect
        finally:
            lanes.close()

    def _lanes(self) -> Lanes:
        return Lanes(self._settings.webhook_concurrency, self._margin, self._fast, self._clock)

    def _fill(self, lanes: Lanes, limit: int, quota: Callable[[str], int] | None) -> int:
        with self._db.write() as session:
            claimed = claims.claim(session, self._clock(), limit, self._lease, quota)
        lanes.add(claimed)
        return len(claimed)

    def _settle(self, outcomes: Sequence[Outcome]) -> int:
        if outcomes:
            with self._db.write() as session:
                settle(session, outcomes, self._clock())
        return sum(outcome.sent for outcome in outcomes)

    def _work(self, lanes: Lanes) -> None:
        while (claimed := lanes.take()) is not None:
            outcome = self._deliver(claimed)
            attempts.labels(_label(outcome)).inc()
            seconds.observe(outcome.latency_ms / 1000)
            lanes.finish(outcome)

    def _deliver(self, claimed: Claimed) -> Outcome:
        at = self._clock()
        headers = _CONSTANT_HEADERS | signing.headers(claimed.id, claimed.body, claimed.secrets, at)
        begun = time.perf_counter()
        try:
            answer = self._sender.send(claimed.url, headers, claimed.body)
        except DeliveryFailure as failure:
            return self._failed(claimed, at, _milliseconds_since(begun), failure)
        return Outcome(
            claimed, DELIVERED, at, latency_ms=_milliseconds_since(begun), status=answer.status, head=answer.head
        )

    def _failed(self, claimed: Claimed, at: datetime, latency_ms: float, failure: DeliveryFailure) -> Outcome:
        horizon = timedelta(seconds=self._settings.webhook_horizon)
        again = None
        if not failure.permanent:
            again = next_attempt(
                claimed.created_at, claimed.attempts, self._clock(), self._rng, failure.retry_after, horizon
            )
        log.info("webhook.failed", delivery=claimed.id, endpoint=claimed.endpoint_id, error=str(failure))
        return Outcome(
            claimed,
            DEAD if again is None else PENDING,
            at,
            due_at=again,
            latency_ms=latency_ms,
            status=failure.status,
            error=str(failure),
            head=failure.head,
            retry_after=failure.retry_after,
        )


def _label(outcome: Outcome) -> str:
    return "retry" if outcome.state == PENDING else outcome.state


def _milliseconds_since(begun: float) -> float:
    return (time.perf_counter() - begun) * 1000
