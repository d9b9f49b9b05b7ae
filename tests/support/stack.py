"""The whole service as processes: broker, database, web server and workers, each of which can be killed."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import text

from moderation.bootstrap import Welcome, prepare
from moderation.db import Database, open_database
from moderation.settings import Settings
from tests.support.servers import PostgresServer, RedisServer, redis_server, short_folder, valkey_server

ROOT = Path(__file__).resolve().parents[2]

# What docker-compose.yml grants a worker: a soft shutdown of 20 s and a broker connection that times out after 30.
_GRACE_SECONDS = 60


class Stack:
    """A service of its own on free ports. ``engine`` is ``embedded`` (SQLite, Valkey) or ``servers``."""

    def __init__(self, engine: str, *, durable: bool = False, worker_app: str = "worker.app", **settings: str):
        self.folder = short_folder("dd-s-")
        self.redis: RedisServer = (valkey_server if engine == "embedded" else redis_server)(self._sub("redis"))
        self.postgres = PostgresServer(short_folder("dd-p-"), durable=durable) if engine == "servers" else None
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._worker_app = worker_app
        self.environment = {
            "DAIDUN_STATE_DIR": str(self.folder),
            "DAIDUN_REDIS_URL": self.redis.url,
            "DAIDUN_PEPPER": "pepper",
            "DAIDUN_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
            "DAIDUN_SESSION_KEY": "session",
            "DAIDUN_WEBHOOK_NETWORKS": "127.0.0.0/8",
            "DAIDUN_WEBHOOK_PLAIN_HTTP": "true",
            "DAIDUN_SWEEP_SECONDS": "1",
            **{f"DAIDUN_{name.upper()}": value for name, value in settings.items()},
        }
        if self.postgres:
            self.environment["DAIDUN_DATABASE_URL"] = self.postgres.url("daidun")
        self.welcome = Welcome()

    def start(self) -> "Stack":
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def _start(self) -> None:
        self.redis.start()
        if self.postgres:
            self.postgres.start()
            self.postgres.execute("CREATE DATABASE daidun")
        self.welcome = prepare(self.settings())
        self.start_web()
        for lane in ("live", "deliver", "upkeep"):
            self.start_worker(lane)
        self.await_ready()

    def settings(self) -> Settings:
        """Settings as the processes see them."""
        values = {name.removeprefix("DAIDUN_").lower(): value for name, value in self.environment.items()}
        return Settings(**values)  # type: ignore[arg-type]

    def database(self) -> Database:
        return open_database(self.settings())

    def start_web(self) -> None:
        command = ["-m", "gunicorn", "--bind", f"unix:{self.folder / 'web'}", "--worker-class", "gthread",
                   "--workers", "1", "--threads", "8", "--log-level", "warning", "moderation.wsgi:app"]  # fmt: skip
        self._spawn("web", command)

    def start_worker(self, queue: str) -> None:
        extra = ["-B", "-s", str(self.folder / "beat")] if queue == "upkeep" else []
        command = ["-m", "celery", "-A", self._worker_app, "worker", "-Q", queue, "-n", f"{queue}@%h", "-c", "1"]
        self._spawn(queue, [*command, "--without-gossip", "--without-mingle", "-l", "warning", *extra])

    def kill(self, name: str) -> None:
        """kill -9 the process and all its children."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for name, process in self.processes.items():
            try:
                process.wait(_GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill_group(process)
                raise AssertionError(f"{name} did not stop on SIGTERM:\n{self.log(name)[-2000:]}") from None
        self.processes.clear()
        self.redis.stop()
        if self.postgres:
            self.postgres.stop()
            shutil.rmtree(self.postgres.folder)
        shutil.rmtree(self.folder)

    @staticmethod
    def kill_group(process: subprocess.Popen[bytes]) -> None:
        os.killpg(process.pid, signal.SIGKILL)

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def await_ready(self, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                if self.request("GET", "/readyz")[0] == 200:
                    return
            except OSError:
                pass
            if time.monotonic() > deadline:
                raise AssertionError(f"not ready after {seconds} s:\n{self.log('web')[-3000:]}")
            time.sleep(0.05)

    def request(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """Send one request with the first API key; return status and parsed body."""
        connection = SocketConnection(self.folder / "web")
        try:
            return connection.exchange(
                method, path, body, {"Authorization": f"Bearer {self.welcome.api_key}", **(headers or {})}
            )
        finally:
            connection.close()

    def count(self, query: str) -> int:
        """Return the single number that *query* gives."""
        db = self.database()
        try:
            with db.read() as session:
                return int(session.scalar(text(query)) or 0)
        finally:
            db.close()

    def await_count(self, query: str, wanted: int, seconds: float) -> None:
        """Poll until *query* gives *wanted*."""
        deadline = time.monotonic() + seconds
        while (seen := self.count(query)) != wanted:
            if time.monotonic() > deadline:
                raise AssertionError(f"{query}: {seen}, wanted {wanted} within {seconds} s\n{self.log('live')[-3000:]}")
            time.sleep(0.1)

    def _spawn(self, name: str, arguments: list[str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env={**os.environ, **self.environment},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _sub(self, name: str) -> Path:
        path = self.folder / name
        path.mkdir()
        return path


class SocketConnection(http.client.HTTPConnection):
    """HTTP over the web server's unix socket, kept alive between requests."""

    def __init__(self, path: Path):
        super().__init__("localhost", timeout=60)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(60)
        self.sock.connect(str(self._path))

    def exchange(self, method: str, path: str, body: object, headers: Mapping[str, str]) -> tuple[int, Any]:
        """Send *body* as JSON; return the status and the parsed answer."""
        encoded = None if body is None else json.dumps(body).encode()
        self.request(method, path, encoded, {"Content-Type": "application/json", **headers})
        answer = self.getresponse()
        content = answer.read()
        is_json = "json" in (answer.headers.get("Content-Type") or "")
        return answer.status, json.loads(content) if is_json else content
