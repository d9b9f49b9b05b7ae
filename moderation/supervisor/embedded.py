"""The whole service on one machine: what starts when, what stops when."""

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Self

from pydantic import SecretStr

from moderation.bootstrap import Welcome, prepare
from moderation.settings import PREFIX, Settings
from moderation.supervisor import keyring, programs, readiness
from moderation.supervisor.children import Child
from moderation.supervisor.errors import CannotStart
from moderation.supervisor.listening import authority, listen, reachable
from moderation.supervisor.logs import ChildLog
from moderation.supervisor.programs import Program
from moderation.supervisor.state import StateDir
from moderation.supervisor.warden import Warden

_START_SECONDS = 60.0
_DEATHS_AT_START = 3


@dataclass(frozen=True)
class Plan:
    """What was asked for. ``overrides`` are settings, by field name, that outrank the environment."""

    overrides: Mapping[str, Any] = field(default_factory=dict)
    live_workers: int = 1
    verbose: bool = False


class Embedded:
    """Broker, web server and workers, as an asynchronous context: entered and left on every way out.

    Entering takes the state folder and the port, so that it fails before anything runs. ``start`` returns when
    /readyz does. Leaving stops the web server first, then the workers, then the broker. ``hurry`` makes
    stopping immediate.
    """

    def __init__(self, plan: Plan, say: Callable[[str], None]):
        self._plan = plan
        self._say = say
        settings = Settings(**plan.overrides)
        self.state = StateDir(settings.state_dir)
        self.state.create()
        self._lock = self.state.lock()
        self.hurry = asyncio.Event()
        self._children: list[tuple[Child, asyncio.Task[None]]] = []
        try:
            self._listening = listen(settings.host, settings.port)
            self.settings = self._settle(settings)
        except BaseException:
            os.close(self._lock)
            raise
        self._warden = Warden(self._lock)

    @property
    def url(self) -> str:
        """Where this machine reaches the web server."""
        return f"http://{authority(reachable(self.settings.host), self.settings.port)}"

    @property
    def children(self) -> dict[str, Child]:
        """What runs, by name."""
        return {child.program.name: child for child, _ in self._children}

    async def __aenter__(self) -> Self:
        self._guard = asyncio.ensure_future(self._warden.keep())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stop(programs.WEB)
        self._listening.close()
        lanes = [name for name in self.children if name != programs.BROKER]
        await asyncio.gather(*map(self._stop, lanes))
        await self._stop(programs.BROKER)
        self._guard.cancel()
        await self._warden.dismiss()
        self.state.tidy()
        os.close(self._lock)

    async def start(self) -> Welcome:
        """Start everything and wait until it is ready; return the credentials made at the first start.

        Raises:
            CannotStart: something dies again and again, or is not ready in time.
        """
        if self._broker_is_ours:
            self._say("starting the broker")
            self.state.broker_socket.unlink(missing_ok=True)
            self._launch(programs.broker(self.state))
            await self._await(programs.BROKER, partial(readiness.broker_fault, self.state.broker_socket))
        self._say("preparing the database")
        welcome = await asyncio.to_thread(prepare, self.settings)
        self._say("starting the web server and the workers")
        live, *others = programs.workers(self.state.run, self._plan.live_workers)
        self._launch(programs.web(self._listening.fileno()))
        self._launch(live)
        host = reachable(self.settings.host)
        await self._await(programs.WEB, partial(readiness.web_fault, host, self.settings.port))
        # Items are taken and judged by now; all at once would have kept a small machine's cores from these two.
        for worker in others:
            self._launch(worker)
        return welcome

    def _settle(self, settings: Settings) -> Settings:
        """Return the settings with what only the supervisor knows: the port, the broker's socket, the secrets."""
        self._secret_files = keyring.ensure(self.state, os.environ)
        self._broker_is_ours = not settings.redis_url
        known = {"state_dir": self.state.path, "port": self._listening.getsockname()[1]}
        if self._broker_is_ours:
            known["redis_url"] = f"unix://{self.state.broker_socket}"
        read = {name: SecretStr(path.read_text(encoding="ascii").strip()) for name, path in self._secret_files.items()}
        self._known = {**self._plan.overrides, **known}
        return Settings(**{**self._known, **read})

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            **keyring.variables(self._secret_files),
            **{f"{PREFIX}{name.upper()}": str(value) for name, value in self._known.items()},
            # Children import the code that we run, wherever we were started.
            "PYTHONPATH": os.pathsep.join(filter(None, [str(_CODE), os.environ.get("PYTHONPATH")])),
            "PYTHONUNBUFFERED": "1",
            # One thread a process: the lanes are the parallelism, and idle pools of threads cost memory.
            **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
        }

    def _launch(self, program: Program) -> None:
        log = ChildLog(self.state.log / f"{program.name}.log", echo=self._plan.verbose)
        child = Child(program, self._environment(), log, self._say)
        self._children.append((child, asyncio.ensure_future(child.keep(self._warden))))

    async def _await(self, name: str, ask: readiness.Ask) -> None:
        child = self.children[name]

        async def ask_if_alive() -> str | None:
            if child.deaths >= _DEATHS_AT_START:
                raise readiness.NotReady(f"it died {child.deaths} times")
            return await ask()

        try:
            await readiness.until(ask_if_alive, _START_SECONDS, self._say)
        except readiness.NotReady as error:
            told = f"{name} did not become ready: {error}"
            raise CannotStart(f"{told}\nThe end of {child.log.path}:\n{child.log.tail()}") from error

    async def _stop(self, name: str) -> None:
        for child, task in self._children:
            if child.program.name == name:
                await child.stop(self.hurry)
                await task
                child.log.close()


_CODE = Path(__file__).resolve().parents[2]
