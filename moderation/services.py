"""What a process of ours holds: settings, database, doorbell, judge. Made once, handed to whoever needs it."""

from dataclasses import dataclass
from functools import cached_property
from threading import BoundedSemaphore

from flask import current_app

from moderation.db import Database, open_database
from moderation.decisions.judge import CurrentJudge, Judge
from moderation.items.waiting import Arrivals
from moderation.lenders.loading import CurrentRegistry
from moderation.queue import Doorbell
from moderation.settings import Settings


@dataclass(frozen=True)
class Services:
    """Everything with a connection or a model; the judge is loaded when first asked for."""

    settings: Settings
    db: Database
    doorbell: Doorbell
    arrivals: Arrivals
    waiting_room: BoundedSemaphore

    @cached_property
    def registry(self) -> CurrentRegistry:
        """The lender registry, kept current."""
        return CurrentRegistry()

    @cached_property
    def _current_judge(self) -> CurrentJudge:
        return CurrentJudge(self.db, self.settings, self.registry)

    @property
    def judge(self) -> Judge:
        """The judge with registry and policies as they are now; see ``CurrentJudge.judge`` for what it raises."""
        return self._current_judge.judge()

    def close(self) -> None:
        """Give back connections and stop listening."""
        self.arrivals.close()
        self.doorbell.close()
        self.db.close()


def open_services(settings: Settings) -> Services:
    """Open all connections lazily: nothing is contacted before it is used."""
    # Requests that wait for a verdict may take at most three of four threads: the rest go on taking items.
    seats = BoundedSemaphore(max(1, settings.web_threads * 3 // 4))
    return Services(settings, open_database(settings), Doorbell(settings), Arrivals(settings.redis), seats)


def services() -> Services:
    """Return the services of the current Flask application."""
    house: Services = current_app.extensions["daidun"]
    return house
