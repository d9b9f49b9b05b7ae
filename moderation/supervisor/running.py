"""Runs the embedded service until it is told to stop, with something to do meanwhile."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from typing import TypeVar

from moderation.bootstrap import Welcome
from moderation.supervisor.embedded import Embedded, Plan

Result = TypeVar("Result")
Work = Callable[[Embedded, Welcome], Awaitable[Result]]


def run(plan: Plan, say: Callable[[str], None], work: Work[Result]) -> Result | None:
    """Start the service, do *work*, stop the service; return what *work* returned, or None if a signal came first.

    The first SIGINT, SIGTERM or SIGHUP stops it in order, the second at once.
    """
    return asyncio.run(_run(plan, say, work))


async def _run(plan: Plan, say: Callable[[str], None], work: Work[Result]) -> Result | None:
    told = asyncio.Event()
    service = Embedded(plan, say)
    _on_signals(told, service.hurry, say)
    async with service:
        working = asyncio.ensure_future(_work(service, work))
        stopping = asyncio.ensure_future(told.wait())
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if working.done():
            return working.result()
        working.cancel()
        return None


async def _work(service: Embedded, work: Work[Result]) -> Result:
    return await work(service, await service.start())


def _on_signals(told: asyncio.Event, hurry: asyncio.Event, say: Callable[[str], None]) -> None:
    def stop() -> None:
        if told.is_set():
            hurry.set()
        else:
            say("stopping (once more stops at once)")
        told.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Under nohup a closed terminal is none of our business.
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            asyncio.get_running_loop().add_signal_handler(number, stop)
