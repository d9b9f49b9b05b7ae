"""Delivering webhooks: the task drains what is due until nothing is, or its turn is over and it rings again."""

from functools import cache

from moderation.queue import DELIVER
from moderation.webhooks.dispatch import Dispatcher
from moderation.webhooks.sender import Sender
from worker.app import app
from worker.room import room

TURN_SECONDS = 5.0
# A turn may end with an attempt that takes the whole webhook_timeout, and has a batch to settle after that.
_LIMIT_SECONDS = 90


@cache
def dispatcher() -> Dispatcher:
    """Return this process's dispatcher; its connections stay open between turns."""
    house = room()
    return Dispatcher(house.db, house.settings, Sender(house.settings))


@app.task(name=DELIVER, soft_time_limit=_LIMIT_SECONDS, time_limit=_LIMIT_SECONDS + 10)
def deliver() -> None:
    """Send what is due; what fails is due again later, by its row."""
    if dispatcher().drain(TURN_SECONDS):
        room().doorbell.deliver()
