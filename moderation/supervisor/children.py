"""One child: started, heard, started again when it dies, stopped when it is time."""

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable, Mapping
from contextlib import suppress

from moderation.supervisor.logs import ChildLog
from moderation.supervisor.orphans import kill_group
from moderation.supervisor.programs import Program
from moderation.supervisor.warden import Warden, leashed

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_STEADY_SECONDS = 30.0


class Child:
    """Keeps one program running. Each run is a process group of its own, and none of it outlives its leader."""

    def __init__(self, program: Program, environment: Mapping[str, str], log: ChildLog, say: Callable[[str], None]):
        self.program = program
        self.log = log
        self.deaths = 0
        self._environment = environment
        self._say = say
        self._stopping = asyncio.Event()
        self._process: Process | None = None

    @property
    def pid(self) -> int | None:
        """The running process, if there is one."""
        return self._process.pid if self._process else None

    async def keep(self, warden: Warden) -> None:
        """Run until ``stop``; a run that ends by itself is told and followed by another, later and later."""
        clock = asyncio.get_running_loop().time
        pause = _FIRST_PAUSE
        while not self._stopping.is_set():
            started = clock()
            try:
                ended = ending(await self._run(warden))
            except OSError as error:
                ended = f"could not be started: {error}"
            if self._stopping.is_set():
                return
            self.deaths += 1
            pause = _FIRST_PAUSE if clock() - started > _STEADY_SECONDS else pause
            self._say(f"{self.program.name} {ended}; starting it again in {pause:g} s (log: {self.log.path})")
            await _wait(self._stopping, pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def stop(self, hurry: asyncio.Event) -> None:
        """Ask the process to end; kill it when its grace is over, or at once when *hurry* is set."""
        self._stopping.set()
        process = self._process
        if process is None:
            return
        _signal(process, signal.SIGTERM)
        ended, hurried = asyncio.ensure_future(process.wait()), asyncio.ensure_future(hurry.wait())
        await asyncio.wait({ended, hurried}, timeout=self.program.grace, return_when=asyncio.FIRST_COMPLETED)
        if not ended.done():
            if not hurry.is_set():
                self._say(f"{self.program.name} did not stop within {self.program.grace:g} s: killed")
            kill_group(process.pid)
        hurried.cancel()
        await ended

    async def _run(self, warden: Warden) -> int:
        reading, writing = os.pipe()
        try:
            self._process = await asyncio.create_subprocess_exec(
                *leashed(self.program.command),
                env=self._environment,
                stdin=DEVNULL,
                stdout=writing,
                stderr=writing,
                pass_fds=self.program.descriptors,
                start_new_session=True,
            )
        except OSError:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        warden.watch(self._process.pid)
        if self._stopping.is_set():  # stop() came while the process was being made.
            _signal(self._process, signal.SIGTERM)
        heard = asyncio.ensure_future(self._listen(reading))
        code = await self._process.wait()
        # Whatever the leader forked goes with it, else the pipe stays open and the port, the lane taken.
        kill_group(self._process.pid)
        warden.forget(self._process.pid)
        self._process = None
        await heard
        return code

    async def _listen(self, pipe: int) -> None:
        # Our own pipe, not asyncio's: process.wait() must not wait for what grandchildren hold open.
        loop, ended = asyncio.get_running_loop(), asyncio.Event()

        def hear() -> None:
            chunk = os.read(pipe, 65536)
            if chunk:
                self.log.write(chunk)
            else:
                ended.set()

        loop.add_reader(pipe, hear)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(pipe)
            os.close(pipe)


def ending(code: int) -> str:
    """Say how a process ended."""
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"


def _signal(process: Process, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        process.send_signal(number)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
