"""From POST to stored verdict and to webhook received, on running processes.

    python -m bench.end_to_end --engine servers --scenario batches --rate 300 --seconds 60
    python -m bench.end_to_end --engine servers --scenario singles --rate 20 --seconds 60
    python -m bench.end_to_end --engine servers --scenario flood --judge noop

``batches`` sends batches of 50 at a steady rate and then waits for the backlog to drain; ``singles`` sends
single items with ``Prefer: wait=5``, so that the answer carries the verdict; ``flood`` sends as fast as two
connections can for the time given and counts what was decided by the end of the drain. Texts come from the
authored corpus, or from the JSONL files of --data. ``--judge noop`` replaces reading, lookup and policy by a
constant: the engine's own limit. Load generator and receiver run on the same cores.
"""

import argparse
import glob
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bench.machine import append
from tests.support.stack import ROOT, SocketConnection, Stack

BATCH = 50
CORPUS = ROOT / "classifiers" / "training" / "corpus"


@dataclass
class Run:
    """What was sent and when."""

    sent: dict[str, float] = field(default_factory=dict)
    posts: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    refused: int = 0


def texts(folder: Path) -> list[str]:
    """Return all texts of the JSONL files below *folder*, shuffled with a fixed seed."""
    found = []
    for path in sorted(glob.glob(str(folder / "**" / "*.jsonl"), recursive=True)):
        with open(path, encoding="utf-8") as file:
            found += [json.loads(line)["text"] for line in file]
    random.Random(1).shuffle(found)
    return found


def items(pool: Sequence[str], prefix: str) -> Iterator[dict[str, Any]]:
    """Yield items without end."""
    number = 0
    while True:
        yield {"id": f"{prefix}{number}", "kind": "post", "text": pool[number % len(pool)]}
        number += 1


class Sender:
    """Posts over kept-alive connections at the times that the rate says, late or not (open loop)."""

    def __init__(self, stack: Stack, pool: Sequence[str], prefix: str = ""):
        self._stack = stack
        self._items = items(pool, prefix)
        self._lock = threading.Lock()
        self.run = Run()

    def batches(self, rate: float, seconds: float) -> None:
        self._paced(rate / BATCH, seconds, BATCH, connections=2)

    def singles(self, rate: float, seconds: float) -> None:
        self._paced(rate, seconds, 1, connections=4)

    def flood(self, seconds: float) -> None:
        self._paced(float("inf"), seconds, BATCH, connections=2)

    def count(self, items: int) -> None:
        """Send so many items, in batches, as fast as they are taken."""
        connection = SocketConnection(self._stack.folder / "web")
        for start in range(0, items, BATCH):
            self._post(connection, [next(self._items) for _ in range(min(BATCH, items - start))])
        connection.close()

    def _paced(self, requests_per_second: float, seconds: float, size: int, connections: int) -> None:
        start = time.monotonic()
        turn = iter(range(10**9))

        def work() -> None:
            connection = SocketConnection(self._stack.folder / "web")
            while True:
                with self._lock:
                    due = start + next(turn) / requests_per_second
                    body = [next(self._items) for _ in range(size)]
                if max(due, time.monotonic()) >= start + seconds:
                    return
                time.sleep(max(0.0, due - time.monotonic()))
                self._post(connection, body if size > 1 else body[0])

        threads = [threading.Thread(target=work) for _ in range(connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _post(self, connection: SocketConnection, body: Any) -> None:
        headers = {"Authorization": f"Bearer {self._stack.welcome.api_key}"}
        single = isinstance(body, dict)
        if single:
            headers["Prefer"] = "wait=5"
        began = time.time()
        status, _ = connection.exchange("POST", "/v1/items", body, headers)
        took = time.time() - began
        with self._lock:
            if status not in {200, 202}:
                self.run.refused += 1
                return
            (self.run.waits if single else self.run.posts).append(took)
            self.run.sent.update(dict.fromkeys([body["id"]] if single else [item["id"] for item in body], began))


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Run one scenario and return its row."""
    worker_app = "bench.noop" if options.judge == "noop" else "worker.app"
    stack = Stack(options.engine, durable=True, worker_app=worker_app, sweep_seconds="5").start()
    receiver = Listening(stack)
    try:
        warm = Sender(stack, texts(options.data))
        warm.batches(100, 3)
        _drained(stack, 60)
        sender = Sender(stack, texts(options.data), prefix="measured-")
        started = time.monotonic()
        getattr(sender, options.scenario)(*([options.rate] if options.scenario != "flood" else []), options.seconds)
        sending = time.monotonic() - started
        backlog = stack.count("SELECT count(*) FROM items WHERE due_at IS NOT NULL")
        drain = _drained(stack, 600)
        return _row(options, stack, sender.run, receiver.stop().first, sending, backlog, drain)
    finally:
        receiver.stop()
        stack.stop()


def _drained(stack: Stack, seconds: float) -> float:
    """Wait until every item is decided and every webhook delivered; return how long the items took."""
    started = time.monotonic()
    stack.await_count("SELECT count(*) FROM items WHERE due_at IS NOT NULL", 0, seconds)
    took = time.monotonic() - started
    stack.await_count("SELECT count(*) FROM webhook_deliveries WHERE due_at IS NOT NULL", 0, seconds)
    return took


def _row(
    options: argparse.Namespace,
    stack: Stack,
    run: Run,
    heard: dict[str, float],
    sending: float,
    backlog: int,
    drain: float,
) -> dict[str, Any]:
    verdicts = _verdict_delays(stack, run)
    hooks = [heard[name] - at for name, at in run.sent.items() if name in heard]
    return {
        "engine": options.engine,
        "judge": options.judge,
        "scenario": options.scenario,
        "offered_per_s": options.rate if options.scenario != "flood" else "",
        "items": len(run.sent),
        "decided_per_s": round(len(verdicts) / (sending + drain), 1),
        "refused_requests": run.refused,
        "backlog_at_end": backlog,
        "drain_s": round(drain, 2),
        "undecided": len(run.sent) - len(verdicts),
        "webhooks_missing": len(run.sent) - len(hooks),
        **_percentiles("post", run.posts or run.waits),
        **_percentiles("verdict", run.waits or verdicts),
        **_percentiles("webhook", hooks),
    }


def _verdict_delays(stack: Stack, run: Run) -> list[float]:
    db = stack.database()
    query = text("SELECT i.external_id, d.created_at FROM decisions d JOIN items i ON i.id = d.item_id").columns()
    with db.read() as session:
        rows = session.execute(query).all()
    db.close()
    return [_epoch(at) - run.sent[name] for name, at in rows if name in run.sent]


def _epoch(value: Any) -> float:
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return float((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())


def _percentiles(name: str, seconds: list[float]) -> dict[str, Any]:
    if len(seconds) < 2:
        return {f"{name}_p{p}_ms": "" for p in (50, 95, 99)}
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return {f"{name}_p{p}_ms": round(cuts[p - 1] * 1000, 1) for p in (50, 95, 99)}


@dataclass(frozen=True)
class Heard:
    """What a receiver heard: when of each item first, how many messages, how many different ones."""

    first: dict[str, float] = field(default_factory=dict)
    messages: int = 0
    distinct: int = 0


class Listening:
    """The receiver's process, subscribed to every decision."""

    def __init__(self, stack: Stack):
        self._port, self._result = stack.folder / "port", stack.folder / "heard.json"
        self._heard = Heard()
        command = [sys.executable, "-m", "bench.receiver", str(self._port), str(self._result)]
        self._process: subprocess.Popen[bytes] | None = subprocess.Popen(command, cwd=ROOT)
        while not self._port.exists() or not self._port.read_text():
            time.sleep(0.01)
        url = f"http://127.0.0.1:{self._port.read_text()}/hook"
        status, answer = stack.request("POST", "/v1/webhooks", {"url": url, "events": ["item.decided"]})
        if status != 201:
            raise RuntimeError(f"the endpoint was refused: {answer}")

    def stop(self) -> Heard:
        """End the process, if it still runs; return what it heard."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(30)
            self._process = None
            first: dict[str, float] = {}
            messages = json.loads(self._result.read_text())
            for name, at, _ in messages:
                first.setdefault(name, at)
            self._heard = Heard(first, len(messages), len({message for *_, message in messages}))
        return self._heard


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", choices=["embedded", "servers"], default="servers")
    parser.add_argument("--judge", choices=["real", "noop"], default="real")
    parser.add_argument("--scenario", choices=["batches", "singles", "flood"], default="batches")
    parser.add_argument("--rate", type=float, default=300, help="items per second")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--data", type=Path, default=CORPUS, help="folder of JSONL files with a text in each line")
    parser.add_argument("--write", action="store_true", help="append the row to bench/results/end_to_end.csv")
    options = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    row = measure(options)
    width = max(map(len, row))
    for name, value in row.items():
        print(f"{name:<{width}}  {value}")
    if options.write:
        print("appended to", append("end_to_end", [row]))


if __name__ == "__main__":
    main()
