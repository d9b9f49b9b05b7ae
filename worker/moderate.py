"""Deciding items: the task drains its lane until nothing is due, or its turn is over and it rings again."""

import time

import structlog

from moderation.items.verdicts import run_round
from moderation.queue import MODERATE
from worker.app import app
from worker.room import room

log = structlog.get_logger(__name__)

TURN_SECONDS = 5.0


@app.task(name=MODERATE)
def moderate(lane: str) -> None:
    """Decide what is due in *lane*.

    A model, a policy (any tenant's that is live) or a registry that cannot be trusted raises before anything is
    claimed, so items wait.
    """
    house = room()
    started = time.monotonic()
    while time.monotonic() - started < TURN_SECONDS:
        outcome = run_round(house.db, house.settings, house.judge, lane)
        if outcome.decided:
            house.doorbell.announce(outcome.decided)
        if outcome.deliveries:
            house.doorbell.deliver()
        if not outcome.claimed:
            return
    house.doorbell.moderate(lane)
