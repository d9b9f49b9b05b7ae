"""Logs, listening, readiness, the settings' reference and what setup says."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from moderation.bootstrap import Welcome
from moderation.supervisor import readiness, setup
from moderation.supervisor.errors import CannotStart
from moderation.supervisor.listening import authority, listen, reachable
from moderation.supervisor.logs import ChildLog


def test_a_log_is_capped_and_keeps_three_before_it(tmp_path: Path) -> None:
    log = ChildLog(tmp_path / "web.log", cap=10)
    for line in (b"first 888", b"second 88", b"third 888", b"fourth 88", b"fifth 888"):
        log.write(line)
    log.close()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["web.log", "web.log.1", "web.log.2", "web.log.3"]
    assert [(tmp_path / name).read_bytes() for name in names] == [
        b"fifth 888",
        b"fourth 88",
        b"third 888",
        b"second 88",
    ]


def test_a_log_goes_on_where_it_was(tmp_path: Path) -> None:
    for _ in range(2):
        log = ChildLog(tmp_path / "web.log")
        log.write(b"line\n")
        log.close()
    assert log.tail(5) == "line\nline"


def test_verbose_shows_whole_lines_with_the_childs_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = ChildLog(tmp_path / "web.log", echo=True)
    log.write(b"half a ")
    assert capsys.readouterr().err == ""
    log.write(b"line\nnext")
    log.close()
    assert capsys.readouterr().err == "     web | half a line\n"


def test_port_zero_takes_a_free_port() -> None:
    with listen("127.0.0.1", 0) as listening:
        assert listening.getsockname()[1] > 0


def test_a_taken_port_is_told() -> None:
    with listen("127.0.0.1", 0) as taken, pytest.raises(CannotStart, match="in use"):
        listen("127.0.0.1", taken.getsockname()[1])


def test_an_address_of_another_machine_is_told() -> None:
    with pytest.raises(CannotStart, match=r"cannot listen on 192\.0\.2\.1:80"):
        listen("192.0.2.1", 80)


@pytest.mark.parametrize(
    ("host", "reached", "spelt"),
    [
        ("127.0.0.1", "127.0.0.1", "127.0.0.1:80"),
        ("0.0.0.0", "127.0.0.1", "0.0.0.0:80"),
        ("::", "::1", "[::]:80"),
        ("localhost", "localhost", "localhost:80"),
    ],
)
def test_addresses_as_urls_spell_them(host: str, reached: str, spelt: str) -> None:
    assert reachable(host) == reached
    assert authority(host, 80) == spelt


def answers(*faults: str | None) -> readiness.Ask:
    left: Iterator[str | None] = iter(faults)

    async def ask() -> str | None:
        return next(left)

    return ask


def test_readiness_is_asked_for_until_it_is_there() -> None:
    asyncio.run(readiness.until(answers("not yet", "not yet", None), 10, print))


def test_what_was_last_wrong_is_told_when_the_time_is_up() -> None:
    with pytest.raises(readiness.NotReady, match="not yet"):
        asyncio.run(readiness.until(answers(*["not yet"] * 1000), 0.2, print))


def test_what_is_awaited_is_told_while_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "_PATIENCE", 0.01)
    said: list[str] = []
    asyncio.run(readiness.until(answers("the model is loading", "the model is loading", None), 10, said.append))
    assert "still waiting: the model is loading" in said


def test_a_broker_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    fault = asyncio.run(readiness.broker_fault(tmp_path / "none.sock"))
    assert fault is not None
    assert "does not listen" in fault


def test_a_web_server_that_is_not_there_is_a_fault() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    fault = asyncio.run(readiness.web_fault("127.0.0.1", port))
    assert fault is not None
    assert "does not answer" in fault


def test_setup_shows_credentials_once_and_says_so() -> None:
    assert setup.lines(Welcome()) == ["The database is up to date."]
    text = "\n".join(setup.lines(Welcome("dd_key", "moderator", "pass-word")))
    assert "dd_key" in text
    assert "pass-word" in text
