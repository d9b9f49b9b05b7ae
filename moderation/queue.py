"""The doorbell: how the service wakes workers. Task names only; task code lives in ``worker``.

The database row is the truth and the broker may lose everything, so a failed ring is counted, logged and
left to the sweeper: it must never fail, or hold up, what rang it.
"""

import threading
import time
from collections.abc import Iterable

import structlog
from celery import Celery
from kombu.exceptions import OperationalError
from prometheus_client import Counter
from redis import Redis
from redis.exceptions import RedisError

from moderation.items.models import LIVE, RESCAN
from moderation.settings import Settings

MODERATE = "daidun.moderate"
DELIVER = "daidun.deliver"
SWEEP = "daidun.sweep"
PRUNE = "daidun.prune"
LANES = (LIVE, RESCAN)
DELIVER_QUEUE = "deliver"
UPKEEP_QUEUE = "upkeep"
DECIDED_CHANNEL = "daidun:decided"

_PAUSE_AFTER_FAILURE = 1.0

rings_lost = Counter("daidun_rings_lost_total", "Doorbell messages the broker did not take.", ["task"])
log = structlog.get_logger(__name__)


def celery_client(settings: Settings) -> Celery:
    """Return a Celery application that can only send: short timeouts, no retries, no results."""
    client = Celery("daidun", broker=settings.celery_broker, set_as_current=False)
    client.conf.update(
        task_ignore_result=True,
        task_serializer="json",
        broker_transport_options={"socket_timeout": 2, "socket_connect_timeout": 1, "max_retries": 0},
        broker_connection_timeout=1,
        task_publish_retry=False,
    )
    return client


class Doorbell:
    """Rings the workers' lanes."""

    def __init__(self, settings: Settings, client: Celery | None = None):
        self._client = client or celery_client(settings)
        self._quiet_until = 0.0
        self._redis = Redis.from_url(settings.redis, socket_timeout=2, socket_connect_timeout=1)
        self._lock = threading.Lock()

    def moderate(self, lane: str) -> None:
        """Tell the workers of *lane* that items wait."""
        self._ring(MODERATE, queue=lane, lane=lane)

    def deliver(self) -> None:
        """Tell the delivery workers that webhooks wait."""
        self._ring(DELIVER, queue=DELIVER_QUEUE)

    def _ring(self, task: str, *, queue: str, **kwargs: str) -> None:
        if time.monotonic() < self._quiet_until:
            rings_lost.labels(task).inc()
            return
        try:
            with self._lock:
                self._client.send_task(task, kwargs=kwargs, queue=queue, retry=False, expires=60)
        except (OperationalError, RedisError, OSError) as error:
            self._quiet_until = time.monotonic() + _PAUSE_AFTER_FAILURE
            rings_lost.labels(task).inc()
            log.warning("doorbell.lost", task=task, error=str(error))

    def announce(self, item_ids: Iterable[int]) -> None:
        """Tell whoever waits for these items that they are decided. Best effort: waiters also look."""
        try:
            self._redis.publish(DECIDED_CHANNEL, ",".join(map(str, item_ids)))
        except RedisError as error:
            log.warning("announce.lost", error=str(error))

    def close(self) -> None:
        """Give the connections back."""
        self._redis.close()
        self._client.close()
