"""5,000 items while the worker is killed (-9) five times and the broker is wiped once: what was lost, what doubled?

    python -m bench.disturbed --engine servers

Every item must end with exactly one decision and every webhook must be received at least once, with one
sequence number an item. Exits 1 if that is not so.
"""

import argparse
import sys
import time
from typing import Any

from bench.end_to_end import CORPUS, Listening, Sender, texts
from bench.machine import append
from tests.support.stack import Stack

ITEMS, KILLS = 5000, 5
_PENDING = "SELECT count(*) FROM items WHERE due_at IS NOT NULL"
_UNSENT = "SELECT count(*) FROM webhook_deliveries WHERE due_at IS NOT NULL"


def disturb(engine: str) -> dict[str, Any]:
    """Run the drill on *engine* and return what came of it."""
    stack = Stack(engine, durable=True).start()
    receiver = Listening(stack)
    try:
        sender = Sender(stack, texts(CORPUS))
        began = time.monotonic()
        for part in range(KILLS + 1):
            sender.count(ITEMS // (KILLS + 1) if part < KILLS else ITEMS - KILLS * (ITEMS // (KILLS + 1)))
            if part == KILLS // 2:
                stack.redis.wipe()
            if part < KILLS:
                _await_work(stack)
                stack.kill("live")
                stack.start_worker("live")
        sent = time.monotonic() - began
        stack.await_count(_PENDING, 0, 300)
        decided = time.monotonic() - began
        stack.await_count(_UNSENT, 0, 300)
        delivered = time.monotonic() - began
        heard = receiver.stop()
        return {
            "engine": engine,
            "items": len(sender.run.sent),
            "kills": KILLS,
            "wipes": 1,
            "decisions": stack.count("SELECT count(*) FROM decisions"),
            "items_decided": stack.count("SELECT count(DISTINCT item_id) FROM decisions"),
            "quarantined": stack.count("SELECT count(*) FROM items WHERE state = 'quarantined'"),
            "items_heard_of": len(heard.first),
            "messages_heard": heard.messages,
            "distinct_messages": heard.distinct,
            "sent_s": round(sent, 1),
            "decided_s": round(decided, 1),
            "delivered_s": round(delivered, 1),
        }
    finally:
        receiver.stop()
        stack.stop()


def _await_work(stack: Stack) -> None:
    """Wait until the worker is deciding: killing one that still starts would prove little."""
    before = stack.count("SELECT count(*) FROM decisions")
    deadline = time.monotonic() + 60
    while stack.count("SELECT count(*) FROM decisions") == before:
        if time.monotonic() > deadline:
            raise RuntimeError("the worker decides nothing")
        time.sleep(0.005)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", choices=["embedded", "servers"], default="servers")
    parser.add_argument("--write", action="store_true", help="append the row to bench/results/disturbed.csv")
    options = parser.parse_args()
    row = disturb(options.engine)
    for name, value in row.items():
        print(f"{name:<18} {value}")
    if options.write:
        print("appended to", append("disturbed", [row]))
    whole = {row["items"], row["decisions"], row["items_decided"], row["items_heard_of"], row["distinct_messages"]}
    sys.exit(whole != {ITEMS})


if __name__ == "__main__":
    main()
