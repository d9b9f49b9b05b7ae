"""``daidun up``: it comes up, says what is needed, and goes down in order."""

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from moderation.supervisor.state import StateDir
from tests.supervisor.running_up import Up, await_end, kill
from tests.support.servers import short_folder
from tests.support.stack import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def running() -> Iterator[Up]:
    """A service that has just been started for the first time."""
    folder = short_folder("dd-up-").resolve()
    with Up(folder / "var") as up:
        yield up.ready()
        stop(up, signal.SIGINT)
    shutil.rmtree(folder)


def stop(up: Up, number: signal.Signals) -> None:
    """Ask it to stop; it must do so with success and leave nobody."""
    pids = list(up.processes())
    up.process.send_signal(number)
    assert up.process.wait(60) == 0, up.output
    assert await_end(pids, 1) == []
    up.await_words("daidun: stopped")


def post(url: str, key: str, item: dict[str, str]) -> Any:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Prefer": "wait=30"}
    request = urllib.request.Request(f"{url}/v1/items", json.dumps(item).encode(), headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def key_of(up: Up) -> str:
    return up.told("API key").split()[0]


def test_the_first_start_shows_a_key_that_works_and_a_moderator(running: Up) -> None:
    record = post(running.url, key_of(running), {"id": "first", "text": "黑户秒批，不看征信，加微信"})
    assert record["decision"]["verdict"] == "block"
    assert "one-time password" in running.told("Moderator")


def test_the_state_is_for_its_owner_only(running: Up) -> None:
    state = running.state
    for path in (state, state / "secrets", state / "run", state / "log"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700, path
    for path in (state / "secrets").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert stat.S_IMODE((state / "run" / "valkey.sock").stat().st_mode) == 0o700


def test_no_secret_is_in_a_command_line(running: Up) -> None:
    secrets = [path.read_text().strip() for path in (running.state / "secrets").iterdir()]
    for line in running.processes().values():
        assert not [secret for secret in [*secrets, key_of(running)] if secret in line]


def test_a_second_one_on_the_same_state_is_refused_and_the_first_goes_on(running: Up) -> None:
    with Up(running.state) as second:
        assert second.process.wait(30) == 2
        second.await_words(f"process {running.process.pid}")
    with urllib.request.urlopen(f"{running.url}/readyz", timeout=20) as answer:
        assert answer.status == 200


def test_another_terminal_makes_a_key_that_works(running: Up) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "moderation", "keys", "create", "second"],
        cwd=ROOT,
        env={**os.environ, "DAIDUN_STATE_DIR": str(running.state)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert post(running.url, done.stdout.strip(), {"id": "2", "text": "今天天气不错"})["state"] == "decided"


def test_a_child_that_dies_is_told_and_started_again(running: Up) -> None:
    running.complete()
    for name in ("valkey-server", "gunicorn", "--queues live"):
        kill(running.process_named(name))
    for name in ("valkey", "web", "live"):
        running.await_words(f"{name} was ended by SIGKILL; starting it again in 0.5 s")
    record = post(running.url, key_of(running), {"id": "after", "text": "今天天气不错"})
    assert record["decision"]["verdict"] == "allow"
    running.complete()


def test_a_later_start_shows_no_credentials_and_knows_what_was(folder: Path) -> None:
    with Up(folder / "var") as up:
        key = key_of(up.ready())
        stop(up, signal.SIGTERM)
    with Up(folder / "var") as again:
        again.ready()
        assert "shown this once" not in again.output
        assert again.told("A new API key") == "daidun keys create NAME"
        assert post(again.url, key, {"id": "1", "text": "今天天气不错"})["state"] == "decided"


def test_a_port_in_use_is_told_and_nothing_is_left_running(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with Up(folder / "var", "--port", port) as up:
            assert up.process.wait(30) == 2
            up.await_words(f"port {port} of 127.0.0.1 is in use")
            assert up.processes() == {}


def test_a_state_folder_too_deep_for_a_socket_works(folder: Path) -> None:
    deep = folder / ("deep" * 25) / "with a space"
    with Up(deep) as up:
        up.ready()
        assert not (deep / "run" / "valkey.sock").exists()
        assert StateDir(deep).broker_socket.is_socket()
        stop(up, signal.SIGTERM)
        assert not StateDir(deep).broker_socket.parent.exists()


def test_make_run_is_over_when_make_is_killed(folder: Path) -> None:
    script = "import subprocess, sys; sys.exit(subprocess.run(sys.argv[1:], check=False).returncode)"
    with Up(folder / "var", "--with-parent", starter=(sys.executable, "-c", script)) as up:
        up.ready()
        pids = up.complete(one_more=True)
        kill(up.process.pid)
        assert await_end(pids, 45) == []
