"""``daidun up``: it comes up, says what is needed, and goes down in order."""

import json
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.supervisor.running_up import Up, await_end, kill
from tests.support.stack import ROOT

pytestmark = pytest.mark.slow


def post_item(url: str, key: str, item: dict[str, str]) -> Any:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Prefer": "wait=30"}
    request = urllib.request.Request(f"{url}/v1/items", json.dumps(item).encode(), headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def test_the_first_start_shows_credentials_that_work_and_the_second_shows_none(folder: Path) -> None:
    with Up(folder / "var") as up:
        up.ready()
        key = up.told("API key").split()[0]
        assert "one-time password" in up.told("Moderator")
        record = post_item(up.url, key, {"id": "1", "text": "黑户秒批，不看征信，加微信"})
        assert record["decision"]["verdict"] == "block"
        stop(up)
    with Up(folder / "var") as again:
        again.ready()
        assert "API key  " not in again.output
        assert "one-time" not in again.output
        assert "daidun keys create" in again.output
        assert post_item(again.url, key, {"id": "1", "text": "黑户秒批，不看征信，加微信"})["state"] == "decided"
        stop(again)


def stop(up: Up, number: signal.Signals = signal.SIGTERM) -> None:
    pids = list(up.processes())
    up.process.send_signal(number)
    assert up.process.wait(60) == 0, up.output
    assert await_end(pids, 1) == []
    assert "stopped" in up.output


def test_the_state_is_for_its_owner_only(folder: Path) -> None:
    with Up(folder / "var") as up:
        up.ready()
        for path in (up.state, up.state / "secrets", up.state / "run", up.state / "log"):
            assert stat.S_IMODE(path.stat().st_mode) == 0o700
        for path in (up.state / "secrets").iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE((up.state / "run" / "valkey.sock").stat().st_mode) == 0o700
        for pid, line in up.processes().items():
            assert "dd_" not in line, f"process {pid} carries a secret in its arguments"


def test_a_second_one_on_the_same_state_is_refused_and_the_first_goes_on(folder: Path) -> None:
    with Up(folder / "var") as first:
        first.ready()
        with Up(folder / "var") as second:
            assert second.process.wait(30) == 2
            second.await_words(f"process {first.process.pid}")
        with urllib.request.urlopen(f"{first.url}/readyz", timeout=5) as answer:
            assert answer.status == 200
        stop(first, signal.SIGINT)


def test_a_port_in_use_is_told_and_nothing_is_left_running(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with Up(folder / "var", "--port", port) as up:
            assert up.process.wait(30) == 2
            assert f"port {port} of 127.0.0.1 is in use" in up.await_words("--port")
            assert up.processes() == {}


def test_a_state_folder_too_deep_for_a_socket_works(folder: Path) -> None:
    deep = folder / ("deep" * 25) / "with a space"
    with Up(deep) as up:
        up.ready()
        assert not (deep / "run" / "valkey.sock").exists()
        stop(up)


def test_a_child_that_dies_is_told_and_started_again(folder: Path) -> None:
    with Up(folder / "var") as up:
        up.ready()
        key = up.told("API key").split()[0]
        for name in ("valkey-server", "gunicorn", "--queues live"):
            kill(up.process_named(name))
        for name in ("valkey", "web", "live"):
            up.await_words(f"{name} was ended by SIGKILL; starting it again in 0.5 s")
        assert post_item(up.url, key, {"id": "2", "text": "今天天气不错"})["decision"]["verdict"] == "allow"
        stop(up)


def test_make_run_is_over_when_make_is_killed(folder: Path) -> None:
    script = "import subprocess, sys; subprocess.run(sys.argv[1:], check=False)"
    with Up(folder / "var") as up:
        up.ready()
        stop(up)
    starter = subprocess.Popen(
        [sys.executable, "-c", script, sys.executable, "-m", "moderation", "up", "--port", "0", "--with-parent",
         "--state-dir", str(folder / "var")],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert starter.stdout
    with starter.stdout as said:
        assert any("Ctrl-C stops it." in line for line in said)
        pids = list(up.processes())
        assert pids
        starter.kill()
        starter.wait(10)
        assert await_end(pids, 45) == []
