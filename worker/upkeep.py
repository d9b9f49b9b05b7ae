"""Upkeep: finds what nobody was told of, and forgets what need not be kept."""

from datetime import timedelta

import structlog
from sqlalchemy import delete

from moderation.access.models import HookMessage
from moderation.db import utcnow
from moderation.items import claims
from moderation.queue import LANES, PRUNE, SWEEP
from moderation.webhooks import upkeep as webhooks
from moderation.webhooks.claims import waiting as deliveries_waiting
from worker.app import app
from worker.room import room

log = structlog.get_logger(__name__)

# A row younger than this has most likely just been rung for.
_GRACE = timedelta(seconds=2)
_LOG_KEPT = timedelta(days=30)


@app.task(name=SWEEP)
def sweep() -> None:
    """Ring for every lane in which something has been due for longer than a ring takes."""
    house = room()
    before = utcnow() - _GRACE
    with house.db.read() as session:
        forgotten = [lane for lane in LANES if claims.waiting(session, lane, before)]
        deliveries = deliveries_waiting(session, before)
    for lane in forgotten:
        house.doorbell.moderate(lane)
    if deliveries:
        house.doorbell.deliver()
    if forgotten or deliveries:
        log.info("sweep.rang", lanes=forgotten, deliveries=deliveries)


@app.task(name=PRUNE)
def prune() -> None:
    """Delete what is past its use: ids of inbound messages that can't be replayed, the old delivery log."""
    house = room()
    now = utcnow()
    with house.db.write() as session:
        horizon = now - timedelta(seconds=4 * house.settings.hook_tolerance)
        session.execute(delete(HookMessage).where(HookMessage.received_at < horizon))
        buried = webhooks.expire(session, now, timedelta(seconds=house.settings.webhook_horizon))
        pruned = webhooks.prune(session, now - _LOG_KEPT)
    log.info("prune.done", deliveries_buried=buried, deliveries_pruned=pruned)
