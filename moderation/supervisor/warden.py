"""The supervisor's side of the warden (see ``orphans``): tell it which process groups are ours."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress

from moderation.supervisor import orphans

_PAUSE = 0.1
_SCRIPT = (sys.executable, "-I", "-S", orphans.__file__)


def leashed(command: Sequence[str]) -> list[str]:
    """Return *command* such that it dies with the process that starts it."""
    return [*_SCRIPT, "leash", str(os.getpid()), *command]


class Warden:
    """Kills our process groups if we die. It inherits the state folder's lock and keeps it until they are gone.

    A warden that dies is replaced at the next look, see ``keep``.
    """

    def __init__(self, lock: int):
        self._lock = lock
        self._groups: set[int] = set()
        self._process: Process | None = None

    async def keep(self) -> None:
        """Run wardens, one after the other, until cancelled."""
        while True:
            with suppress(OSError):  # No process can be had just now: one will be had later.
                await (await self._start()).wait()
            await asyncio.sleep(_PAUSE)

    async def _start(self) -> Process:
        # A session of its own: what is sent to our process group or terminal must not reach it.
        process = await asyncio.create_subprocess_exec(
            *_SCRIPT, "watch", stdin=PIPE, pass_fds=[self._lock], start_new_session=True
        )
        self._process = process
        for group in self._groups:
            self._tell(f"+{group}")
        return process

    def watch(self, group: int) -> None:
        """Kill *group* if we die."""
        self._groups.add(group)
        self._tell(f"+{group}")

    def forget(self, group: int) -> None:
        """The group is gone; its number may come to mean somebody else."""
        self._groups.discard(group)
        self._tell(f"-{group}")

    async def dismiss(self) -> None:
        """Close the pipe and wait for the warden to end; groups still watched are killed."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            await self._process.wait()

    def _tell(self, line: str) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.write(f"{line}\n".encode())
