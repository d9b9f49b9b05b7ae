"""The Celery application. Messages are doorbells: losing one costs at most a sweep, repeating one costs a look.

That is why tasks are acknowledged early, against the usual advice: a task that dies is not delivered again,
the rows it had claimed come back when their lease ends. Nothing can be redelivered for ever, and no visibility
timeout has to be longer than the longest task.
"""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_embedded_init, setup_logging, worker_process_init, worker_process_shutdown, worker_ready
from kombu import Queue

from moderation.logs import configure_logging
from moderation.queue import DELIVER_QUEUE, LANES, PRUNE, SWEEP, UPKEEP_QUEUE, Doorbell
from moderation.settings import Settings
from moderation.supervisor.orphans import die_with_parent
from worker.room import close_room

settings = Settings()
app = Celery("daidun", broker=settings.celery_broker, include=["worker.moderate", "worker.deliver", "worker.upkeep"])
app.conf.update(
    task_queues=[Queue(name) for name in (*LANES, DELIVER_QUEUE, UPKEEP_QUEUE)],
    task_default_queue=UPKEEP_QUEUE,
    task_create_missing_queues=False,
    task_ignore_result=True,
    result_backend=None,
    task_serializer="json",
    accept_content=["json"],
    task_acks_late=False,
    worker_prefetch_multiplier=1,
    worker_max_tasks_per_child=20_000,
    worker_max_memory_per_child=600_000,  # kB
    task_soft_time_limit=20,
    task_time_limit=25,  # Below the lease, so that a hung task is dead before its rows come back.
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_pool_acquire_timeout=5,
    broker_transport_options={
        "socket_timeout": 30,
        "socket_connect_timeout": 5,
        "socket_keepalive": True,
        "health_check_interval": 25,
        "visibility_timeout": 900,
    },
    worker_soft_shutdown_timeout=20,
    worker_send_task_events=False,
    worker_hijack_root_logger=False,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    beat_schedule={
        "sweep": {
            "task": SWEEP,
            "schedule": settings.sweep_seconds,
            "options": {"expires": settings.sweep_seconds * 2},
        },
        "prune": {"task": PRUNE, "schedule": 3600.0, "options": {"expires": 600}},
    },
)


@setup_logging.connect
def _log_as_json(**_: object) -> None:
    configure_logging(settings.log_level)


@beat_embedded_init.connect
@worker_process_init.connect
def _end_with_the_worker(**_: object) -> None:
    die_with_parent()


@worker_process_init.connect
def _one_thread(**_: object) -> None:
    # Each process is one lane's worth of work: numeric libraries must not start threads of their own beside it.
    os.environ.setdefault("OMP_NUM_THREADS", "1")


@worker_ready.connect
def _ring_own_lanes(sender: Any, **_: object) -> None:
    """Have each child load what it needs, and look for what was left behind, before the first item comes."""
    doorbell = Doorbell(settings)
    own = {queue.name for queue in sender.task_consumer.queues}
    for _child in range(sender.controller.concurrency):
        for lane in own.intersection(LANES):
            doorbell.moderate(lane)
        if DELIVER_QUEUE in own:
            doorbell.deliver()
    doorbell.close()


@worker_process_shutdown.connect
def _close(**_: object) -> None:
    close_room()
