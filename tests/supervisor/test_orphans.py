"""kill -9 of the supervisor leaves nobody behind: neither a child nor a child's child."""

from pathlib import Path

import pytest

from tests.supervisor.running_up import Up, await_end, kill

pytestmark = pytest.mark.slow


def warden(up: Up) -> int:
    return up.process_named("orphans.py watch")


def test_no_orphan_is_left_when_the_supervisor_is_killed(folder: Path) -> None:
    with Up(folder / "var") as up:
        up.ready()
        up.complete()
        kill(up.process.pid)
        assert up.nobody_left(), up.processes()
    with Up(folder / "var") as successor:
        successor.await_words("starting the broker")


def test_no_orphan_is_left_when_the_warden_is_killed_with_it(folder: Path) -> None:
    with Up(folder / "var") as up:
        up.ready()
        up.complete()
        kill(warden(up))
        kill(up.process.pid)
        assert up.nobody_left(), up.processes()


def test_no_orphan_is_left_when_the_supervisor_is_killed_while_it_starts(folder: Path) -> None:
    with Up(folder / "var") as up:
        up.await_words("starting the web server")
        kill(up.process.pid)
        assert up.nobody_left(), up.processes()


def test_a_killed_warden_is_replaced_and_knows_the_groups(folder: Path) -> None:
    with Up(folder / "var") as up:
        up.ready()
        up.complete()
        first = warden(up)
        kill(first)
        assert await_end([first], 3) == []
        up.complete()
        kill(up.process.pid)
        assert up.nobody_left(), up.processes()


def test_what_a_killed_web_server_forked_goes_with_it(folder: Path) -> None:
    with Up(folder / "var") as up:
        up.ready()
        family = [pid for pid, line in up.processes().items() if "gunicorn" in line]
        assert len(family) == 2
        kill(up.process_named("gunicorn"))
        assert await_end(family, 3) == []
