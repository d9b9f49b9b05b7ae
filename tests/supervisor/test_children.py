"""A child is kept running, heard, and stopped; with small programs instead of ours."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from moderation.supervisor import children
from moderation.supervisor.children import Child, ending
from moderation.supervisor.logs import ChildLog
from moderation.supervisor.programs import Program
from moderation.supervisor.warden import Warden
from tests.supervisor.running_up import await_end, living


class House:
    """One child under a real warden; what was said can be waited for."""

    def __init__(self, folder: Path, script: str, grace: float = 10):
        self.said: list[str] = []
        self.hurry = asyncio.Event()
        self._news = asyncio.Condition()
        self.log = ChildLog(folder / "child.log")
        program = Program("child", [sys.executable, "-u", "-c", script], grace)
        self.child = Child(program, os.environ, self.log, self.said.append)

    async def during(self, work: Callable[["House"], Awaitable[None]]) -> None:
        lock = os.open(os.devnull, os.O_RDONLY)
        warden = Warden(lock)
        guard = asyncio.ensure_future(warden.keep())
        keeping = asyncio.ensure_future(self.child.keep(warden))
        try:
            async with asyncio.timeout(30):
                await work(self)
        finally:
            await self.child.stop(self.hurry)
            await keeping
            guard.cancel()
            await warden.dismiss()
            self.log.close()
            os.close(lock)

    async def logged(self, words: str) -> str:
        while words not in (text := self.log.path.read_text()):
            await asyncio.sleep(0.01)
        return text


def run(folder: Path, script: str, work: Callable[[House], Awaitable[None]], grace: float = 10) -> House:
    async def main() -> House:
        house = House(folder, script, grace)
        await house.during(work)
        return house

    return asyncio.run(main())


def test_what_a_child_writes_is_in_its_log(folder: Path) -> None:
    async def work(house: House) -> None:
        assert "out\nerr\n" in await house.logged("err")

    run(folder, "import sys, time; print('out'); print('err', file=sys.stderr); time.sleep(60)", work)


def test_a_child_that_ends_is_told_and_started_again_after_a_longer_pause(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "_FIRST_PAUSE", 0.05)

    async def work(house: House) -> None:
        await house.logged("run\nrun\nrun\n")

    house = run(folder, "print('run'); raise SystemExit(7)", work)
    assert house.child.deaths >= 2
    assert "child ended with exit code 7; starting it again in 0.05 s" in house.said[0]
    assert "starting it again in 0.1 s" in house.said[1]


def test_a_program_that_is_not_there_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moderation.supervisor.warden._SCRIPT", ("/no/such/python",))

    async def work(house: House) -> None:
        while not house.said:
            await asyncio.sleep(0.01)

    house = run(folder, "", work)
    assert "child could not be started: [Errno 2]" in house.said[0]


def test_a_child_that_ignores_sigterm_is_killed_when_its_grace_is_over(folder: Path) -> None:
    async def work(house: House) -> None:
        await house.logged("deaf")

    script = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf'); time.sleep(60)"
    house = run(folder, script, work, grace=0.2)
    assert house.said == ["child did not stop within 0.2 s: killed"]


def test_hurry_kills_without_waiting_for_the_grace(folder: Path) -> None:
    async def work(house: House) -> None:
        await house.logged("deaf")
        house.hurry.set()

    script = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf'); time.sleep(60)"
    assert run(folder, script, work, grace=600).said == []


def test_a_child_is_given_its_grace(folder: Path) -> None:
    async def work(house: House) -> None:
        await house.logged("up")

    script = (
        "import signal, sys, time\n"
        "def bye(*_):\n    print('warm'); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, bye); print('up'); time.sleep(60)"
    )
    assert "warm" in run(folder, script, work).log.path.read_text()


def test_what_a_child_forked_ends_with_it(folder: Path) -> None:
    forked: list[int] = []

    async def work(house: House) -> None:
        forked.append(int((await house.logged("\n")).split()[0]))
        assert forked[0] in living()

    script = (
        "import subprocess, sys, time; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
        "print(p.pid); time.sleep(60)"
    )
    run(folder, script, work)
    assert await_end(forked, 3) == []


@pytest.mark.parametrize(("code", "words"), [(0, "exit code 0"), (3, "exit code 3"), (-9, "SIGKILL")])
def test_an_end_is_told_in_words(code: int, words: str) -> None:
    assert words in ending(code)
