"""The promises, on running processes: nothing accepted is lost, whoever is killed and whatever is wiped."""

import signal
from collections.abc import Iterator

import pytest

from tests.support.receiver import Receiver
from tests.support.stack import Stack

PENDING = "SELECT count(*) FROM items WHERE due_at IS NOT NULL"
DECISIONS = "SELECT count(*) FROM decisions"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    listening = Receiver()
    yield listening
    listening.close()


@pytest.fixture(params=["embedded", "servers"])
def stack(request: pytest.FixtureRequest, receiver: Receiver) -> Iterator[Stack]:
    running = Stack(request.param, lease_seconds="3", claim_batch="20").start()
    status, endpoint = running.request("POST", "/v1/webhooks", {"url": receiver.url, "events": ["item.decided"]})
    assert status == 201, endpoint
    receiver.secret = endpoint["secret"]
    yield running
    running.stop()


def batch(start: int, count: int) -> list[dict[str, str]]:
    return [
        {"id": f"i{n}", "text": f"第 {n} 条：今天天气不错" if n % 2 else f"黑户也能贷，秒批，加微信 abc{n}"}
        for n in range(start, start + count)
    ]


def test_an_item_is_judged_and_its_webhook_arrives(stack: Stack, receiver: Receiver) -> None:
    status, record = stack.request("POST", "/v1/items", batch(0, 1)[0], {"Prefer": "wait=20"})
    assert (status, record["state"]) == (200, "decided")
    assert record["decision"]["verdict"] == "block"
    receiver.await_items(1, 20)
    (message,) = receiver.by_item()["i0"]
    assert message.data["verdict"] == "block"
    assert message.data["sequence"] == 1
    assert receiver.refused == 0


def test_a_killed_worker_and_a_wiped_broker_lose_nothing_and_double_nothing(stack: Stack, receiver: Receiver) -> None:
    count, sent = 600, 0
    for disturbance in range(6):
        for _ in range(2):
            assert stack.request("POST", "/v1/items", batch(sent, 50))[0] in {200, 202}
            sent += 50
        if disturbance == 3:
            stack.redis.wipe()
        else:
            stack.kill("live")
            stack.start_worker("live")
    assert sent == count
    stack.await_count(PENDING, 0, 90)
    receiver.await_items(count, 60)
    assert stack.count(DECISIONS) == count
    assert (
        stack.count("SELECT count(*) FROM (SELECT item_id, seq FROM decisions GROUP BY item_id, seq) AS unique_pairs")
        == count
    )
    for messages in receiver.by_item().values():
        assert {message.data["sequence"] for message in messages} == {1}
        assert len({message.message_id for message in messages}) == 1


def test_items_sent_while_the_broker_is_away_are_judged_when_it_is_back(stack: Stack, receiver: Receiver) -> None:
    stack.redis.stop(signal.SIGKILL)
    assert stack.request("POST", "/v1/items", batch(0, 50))[0] == 202
    assert stack.request("GET", "/readyz")[0] == 200
    stack.redis.start()
    receiver.await_items(50, 60)
    assert stack.count(DECISIONS) == 50


def test_webhooks_outlive_a_receiver_that_fails_and_a_killed_deliverer(stack: Stack, receiver: Receiver) -> None:
    receiver.answers = [500] * 3
    stack.request("POST", "/v1/items", batch(0, 10))
    stack.kill("deliver")
    stack.start_worker("deliver")
    receiver.await_items(10, 90)
