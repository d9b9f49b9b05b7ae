"""``daidun up`` as a process: what it says, which processes are its, and waiting for their end."""

import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path
from types import TracebackType

from tests.support.stack import ROOT

READY = "Ctrl-C stops it."
# Supervisor, warden, broker, web arbiter and worker, three lanes with a child each, upkeep with its clock.
ALL = 13


class Up:
    """Runs ``daidun up`` on *state* and a free port; whatever is left of it is killed at the end."""

    def __init__(self, state: Path, *options: str, starter: tuple[str, ...] = ()):
        self.state = state
        # In the environment, so that every process of this run can be told from those of any other.
        self._mark = f"DAIDUN_UP_OF_THE_TESTS={uuid.uuid4()}"
        self._said: list[str] = []
        self._changed = threading.Condition()
        self.process = subprocess.Popen(
            [*starter, sys.executable, "-m", "moderation", "up", "--port", "0", *options],
            cwd=ROOT,
            env={**os.environ, "DAIDUN_STATE_DIR": str(state), **dict([self._mark.split("=")])},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def __enter__(self) -> "Up":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pid in self.processes():
            kill(pid)
        self.process.kill()
        self.process.wait(10)
        self._reader.join()
        assert self.process.stdout
        self.process.stdout.close()

    def await_words(self, words: str, seconds: float = 60) -> str:
        """Wait until the output has *words*; return all of it."""
        with self._changed:
            self._changed.wait_for(lambda: words in self.output or self._ended(), seconds)
        assert words in self.output, self.output
        return self.output

    def ready(self) -> "Up":
        self.await_words(READY)
        return self

    @property
    def output(self) -> str:
        return "".join(self._said)

    def told(self, name: str) -> str:
        """Return the value that the banner gives for *name*."""
        line = next(line for line in self.output.splitlines() if line.strip().startswith(f"{name}  "))
        return line.strip().removeprefix(name).strip()

    @property
    def url(self) -> str:
        return self.told("API").removesuffix("/v1/items")

    def processes(self) -> dict[int, str]:
        """Return the living processes of this service, the supervisor and its warden too, with their commands."""
        return {pid: command(pid) for pid in living() if self._is_ours(pid)}

    def complete(self, seconds: float = 60, *, one_more: bool = False) -> list[int]:
        """Wait until every process there should be is there; return them. /readyz speaks for the web server only."""
        deadline = time.monotonic() + seconds
        while len(pids := list(self.processes())) != ALL + one_more:
            assert time.monotonic() < deadline, self.processes()
            time.sleep(0.05)
        return pids

    def nobody_left(self, seconds: float = 3) -> bool:
        """Wait until none of this run's processes lives, those that were just being started included."""
        deadline = time.monotonic() + seconds
        while pids := list(self.processes()):
            if await_end(pids, deadline - time.monotonic()):
                return False
        return True

    def process_named(self, part: str) -> int:
        """Return the one process that is a child of the supervisor and has *part* in its command."""
        (pid,) = (pid for pid, line in self.processes().items() if part in line and parent(pid) == self.process.pid)
        return pid

    def _is_ours(self, pid: int) -> bool:
        try:
            return self._mark.encode() in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        except OSError:
            return False

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            with self._changed:
                self._said.append(line)
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    def _ended(self) -> bool:
        return self.process.poll() is not None


def living() -> list[int]:
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit() and _stat(int(entry))[:1] not in ([], ["Z"])]


def parent(pid: int) -> int:
    return int((_stat(pid) or ["", "0"])[1])


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def kill(pid: int, number: signal.Signals = signal.SIGKILL) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def await_end(pids: list[int], seconds: float) -> list[int]:
    """Wait until the processes have ended (zombies have); return those that haven't when the time is up."""
    deadline = time.monotonic() + seconds
    return [pid for pid in pids if not _ends(pid, deadline)]


def _ends(pid: int, deadline: float) -> bool:
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))[0])
    finally:
        os.close(descriptor)


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return []
