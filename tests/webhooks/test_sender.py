"""What each kind of receiver comes to. The receivers are real, on loopback."""

import datetime
import itertools
import socket
import time
from collections.abc import Iterable
from email.utils import format_datetime

import pytest

from moderation.settings import Settings
from moderation.webhooks.failures import DeliveryFailure
from moderation.webhooks.sender import HEAD_CHARS, Sender
from tests.webhooks.receiver import Receiver, Request, answer


def send(settings: Settings, receiver: Receiver, body: bytes = b'{"a":1}'):  # type: ignore[no-untyped-def]
    sender = Sender(settings)
    try:
        return sender.send(receiver.url, {"webhook-id": "msg_1"}, body)
    finally:
        sender.close()


def failure(settings: Settings, receiver: Receiver) -> DeliveryFailure:
    with pytest.raises(DeliveryFailure) as caught:
        send(settings, receiver)
    return caught.value


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_2xx_acknowledges(local_settings: Settings, status: int) -> None:
    with Receiver(lambda request: answer(status)) as receiver:
        assert send(local_settings, receiver).status == status
    (request,) = receiver.requests
    assert request.line == "POST /hook HTTP/1.1"
    assert request.body == b'{"a":1}'
    assert request.headers["webhook-id"] == "msg_1"
    assert request.headers["host"] == f"127.0.0.1:{receiver.port}"


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 401, 404, 500, 502])
def test_any_other_status_is_a_failure_that_may_pass(local_settings: Settings, status: int) -> None:
    with Receiver(lambda request: answer(status, b"no", "Location: http://127.0.0.1:1/")) as receiver:
        failed = failure(local_settings, receiver)
    assert (failed.status, failed.permanent, failed.head) == (status, False, "no")
    assert len(receiver.requests) == 1


def test_410_is_for_good(local_settings: Settings) -> None:
    with Receiver(lambda request: answer(410)) as receiver:
        failed = failure(local_settings, receiver)
    assert failed.permanent
    assert failed.gone


@pytest.mark.parametrize(
    ("status", "value", "wait"),
    [
        (429, "120", 120.0),
        (503, "0", 0.0),
        (503, "soon", None),
        (503, "-5", None),
        (503, "9" * 400, 999999999.0),
        (500, "120", None),
        (429, format_datetime(datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC), usegmt=True), 0.0),
    ],
)
def test_retry_after_counts_on_429_and_503(
    local_settings: Settings, status: int, value: str, wait: float | None
) -> None:
    with Receiver(lambda request: answer(status, b"", f"Retry-After: {value}")) as receiver:
        assert failure(local_settings, receiver).retry_after == wait


def test_retry_after_may_be_a_date(local_settings: Settings) -> None:
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=5)
    with Receiver(lambda request: answer(429, b"", f"Retry-After: {format_datetime(later, usegmt=True)}")) as receiver:
        wait = failure(local_settings, receiver).retry_after
    assert wait is not None
    assert 290 < wait <= 300


def test_headers_that_drip_do_not_outlast_the_deadline(local_settings: Settings) -> None:
    with Receiver() as receiver:
        receiver.script = lambda request: _drip(receiver, b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 10_000)
        begun = time.monotonic()
        failed = failure(local_settings, receiver)
        took = time.monotonic() - begun
    assert str(failed) == "no answer within 1 s"
    assert took < 2.5


def test_an_acknowledgement_counts_although_its_body_drips(local_settings: Settings) -> None:
    with Receiver() as receiver:
        drip = _drip(receiver, b"x" * 10_000)
        receiver.script = lambda request: itertools.chain([b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n"], drip)
        begun = time.monotonic()
        assert send(local_settings, receiver).status == 200
        assert time.monotonic() - begun < 2.5


def test_a_receiver_that_never_answers_is_left(local_settings: Settings) -> None:
    with Receiver() as receiver:
        receiver.script = lambda request: [b""] * receiver.closing.wait(30)
        assert str(failure(local_settings, receiver)) == "no answer within 1 s"


def test_a_receiver_that_does_not_read_is_left(local_settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sender = Sender(local_settings)
        with pytest.raises(DeliveryFailure, match="no answer within 1 s"):
            sender.send(f"http://127.0.0.1:{listener.getsockname()[1]}/", {}, b"x" * 50_000_000)
        sender.close()


def test_a_huge_body_is_not_read(local_settings: Settings) -> None:
    sent = itertools.count()

    def flood(request: Request) -> Iterable[bytes]:
        yield b"HTTP/1.1 200 OK\r\n\r\n"
        for _ in range(100_000):
            next(sent)
            yield b"y" * 65_536

    with Receiver(flood) as receiver:
        answered = send(local_settings, receiver)
    assert answered.head == "y" * HEAD_CHARS
    # What the socket buffers swallowed, and no more.
    assert next(sent) < 1000


def test_the_head_is_text_that_every_database_stores(local_settings: Settings) -> None:
    with Receiver(lambda request: answer(200, b"\x00\xff\xe8\xb4\xb7")) as receiver:
        assert send(local_settings, receiver).head == "\ufffd\ufffd贷"


@pytest.mark.parametrize(
    "garbage",
    [
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"\x00\x01\x02\x03\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: " + b"x" * 300_000 + b"\r\n\r\n",
    ],
)
def test_garbage_is_a_failure_that_quotes_nothing(local_settings: Settings, garbage: bytes) -> None:
    def reply(request: Request) -> Iterable[bytes]:
        yield garbage
        raise OSError("closes")

    with Receiver(reply) as receiver:
        failed = failure(local_settings, receiver)
    assert not failed.permanent
    assert str(failed) in {"the answer is not HTTP, or there was none", "the connection broke"}


def test_connections_are_kept_and_closed_ones_replaced(local_settings: Settings) -> None:
    with Receiver() as receiver:
        sender = Sender(local_settings)
        for _ in range(3):
            sender.send(receiver.url, {}, b"{}")
        assert receiver.connections == 1
        receiver.script = lambda request: answer(200, b"", "Connection: close")
        sender.send(receiver.url, {}, b"{}")
        sender.send(receiver.url, {}, b"{}")
        assert receiver.connections == 2
        sender.close()


def _drip(receiver: Receiver, data: bytes) -> Iterable[bytes]:
    for byte in data:
        if receiver.closing.wait(0.02):
            return
        yield bytes([byte])
