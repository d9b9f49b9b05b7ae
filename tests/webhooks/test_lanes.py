"""A slow receiver keeps only itself waiting."""

import threading
from collections import Counter
from datetime import timedelta

from moderation.db import utcnow
from moderation.webhooks.claims import Claimed
from moderation.webhooks.lanes import SLOW_MS, Lanes
from moderation.webhooks.models import DELIVERED, PENDING
from moderation.webhooks.outcomes import Outcome

FAR = timedelta(hours=1)


def claimed(endpoint: str, number: int = 0, lease: timedelta = FAR) -> Claimed:
    now = utcnow()
    return Claimed(f"{endpoint}-{number}", endpoint, "https://x.example/", (), b"", 1, now, "lease", now + lease, False)


def several(endpoint: str, count: int) -> list[Claimed]:
    return [claimed(endpoint, number) for number in range(count)]


def lanes(fast: dict[str, bool] | None = None, threads: int = 8) -> Lanes:
    return Lanes(threads, 15.0, {} if fast is None else fast, utcnow)


def done(one: Claimed, latency_ms: float = 5.0, state: str = DELIVERED) -> Outcome:
    return Outcome(one, state, utcnow(), latency_ms=latency_ms)


def take_all(room: Lanes) -> list[Claimed]:
    taken = []
    while (one := room.try_take()) is not None:
        taken.append(one)
    return taken


def test_an_unknown_endpoint_gets_one_thread_and_a_fast_one_three_quarters() -> None:
    fast: dict[str, bool] = {}
    room = lanes(fast)
    room.add(several("a", 10))
    (first,) = take_all(room)
    room.finish(done(first))
    assert fast == {"a": True}
    assert len(take_all(room)) == 6


def test_slow_endpoints_share_half_of_the_threads() -> None:
    room = lanes({"quick": True})
    for endpoint in "abcdefgh":
        room.add(several(endpoint, 3))
    room.add(several("quick", 10))
    taken = Counter(one.endpoint_id for one in take_all(room))
    assert taken.pop("quick") == 6
    assert set(taken.values()) == {1}
    assert len(taken) == 4


def test_endpoints_take_turns() -> None:
    room = lanes({"a": True, "b": True})
    room.add(several("a", 10))
    room.add(several("b", 10))
    assert [one.endpoint_id for one in take_all(room)[:6]] == ["a", "b", "a", "b", "a", "b"]


def test_a_failure_or_a_long_answer_puts_back_what_waits_behind_it() -> None:
    for outcome in ({"state": PENDING}, {"latency_ms": SLOW_MS}):
        room = lanes({"a": True})
        room.add(several("a", 10))
        first, *others = take_all(room)
        room.finish(done(first, **outcome))  # type: ignore[arg-type]
        outcomes = room.collect(100, 0)
        assert len(others) == 5
        assert [one.sent for one in outcomes] == [True, False, False, False, False]
        assert room.held == 5


def test_what_could_outlast_its_lease_is_not_begun() -> None:
    room = lanes()
    room.add([claimed("a", 1, timedelta(seconds=10)), claimed("a", 2)])
    (taken,) = take_all(room)
    assert taken.id == "a-2"
    (outcome,) = room.collect(1, 0)
    assert (outcome.claimed.id, outcome.sent, outcome.state) == ("a-1", False, PENDING)


def test_slow_endpoints_may_hold_few_each_and_few_in_all() -> None:
    room = lanes({"quick": True}, threads=8)
    room.add(several("a", 1))
    quota = room.quota()
    assert quota("a") == 1
    assert [quota(endpoint) for endpoint in "bcdef"] == [2, 2, 2, 0, 0]
    assert quota("quick") > 1000


def test_one_thread_serves_everybody() -> None:
    room = lanes(threads=1)
    room.add([*several("a", 2), *several("b", 2)])
    order = []
    for _ in range(4):
        one = room.try_take()
        assert one is not None
        order.append(one.endpoint_id)
        room.finish(done(one))
    assert order == ["a", "b", "a", "b"]


def test_a_waiting_thread_is_woken_by_work_and_by_the_end() -> None:
    room = lanes()
    taken: list[Claimed] = []

    def work() -> None:
        while (one := room.take()) is not None:
            taken.append(one)
            room.finish(done(one))

    thread = threading.Thread(target=work)
    thread.start()
    room.add(several("a", 5))
    collected: list[Outcome] = []
    while room.held:
        collected += room.collect(5, 10)
    room.close()
    thread.join(10)
    assert not thread.is_alive()
    assert len(taken) == len(collected) == 5
