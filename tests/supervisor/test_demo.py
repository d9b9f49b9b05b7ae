"""The demo: its receiver, its table, and the whole of it."""

import io
import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from standardwebhooks.webhooks import Webhook

from moderation.demo import table
from moderation.demo.outcome import Outcome
from moderation.demo.platform import Performance
from moderation.demo.receiver import Receiver
from moderation.samples import Expectation, Sample, load
from tests.support.stack import ROOT

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    listening = Receiver()
    listening.secret = SECRET
    yield listening
    listening.close()


def send(receiver: Receiver, decision: dict[str, Any], secret: str = SECRET) -> int:
    body = json.dumps({"type": "item.decided", "data": decision})
    now = datetime.now(UTC)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", now, body),
    }
    try:
        with urllib.request.urlopen(urllib.request.Request(receiver.url, body.encode(), headers), timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_the_receiver_takes_a_signed_message(receiver: Receiver) -> None:
    assert send(receiver, {"id": "a", "verdict": "block"}) == 204
    assert receiver.wait_for(["a"], 0)
    assert receiver.heard["a"].decision["verdict"] == "block"


def test_the_receiver_refuses_a_message_signed_by_somebody_else(receiver: Receiver) -> None:
    assert send(receiver, {"id": "a", "verdict": "block"}, "whsec_" + "QUJD" * 8) == 401
    assert not receiver.wait_for(["a"], 0)
    assert receiver.refused == 1


def test_closing_the_receiver_ends_the_waiting() -> None:
    listening = Receiver()
    listening.close()
    assert not listening.wait_for(["a"], 600)


def outcome(verdict: str, expected: str) -> Outcome:
    sample = Sample({"id": "demo-1", "text": "黑户秒批" * 10}, Expectation(expected, ("bad_credit_loan",)))
    decision = {
        "id": "x-demo-1",
        "verdict": verdict,
        "final": True,
        "label": "bad_credit_loan",
        "reasons": [{"message": "涉嫌“黑户贷”[link]"}],
        "lender": {"claimed": None, "matched": None, "standing": "no_claim"},
    }
    return Outcome(sample, decision, 12.3)


def test_a_difference_names_item_and_both_verdicts() -> None:
    assert outcome("block", "block").differences() == []
    assert outcome("allow", "block").differences() == ["demo-1: verdict is allow, not block"]


def test_the_table_shows_what_a_person_asks() -> None:
    console = Console(width=150, record=True, file=io.StringIO())
    table.show(console, Performance([outcome("block", "block"), outcome("allow", "block")], [0.1], 0))
    text = console.export_text()
    for part in ("demo-1", "黑户贷", "涉嫌“黑户贷”[link]", "12", "✓", "✗", "2 items: 1 blocked, 1 allowed."):
        assert part in text


def test_there_are_samples_of_every_kind() -> None:
    samples = load()
    assert len(samples) >= 60
    assert any("publisher" in sample.item for sample in samples)


@pytest.mark.slow
def test_the_demo_comes_out_as_expected(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "moderation", "demo", "--state-dir", str(folder / "var")],
        cwd=ROOT, capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    assert f"{len(load())} webhooks with valid signatures, 0 messages refused." in done.stdout
    assert "Every verdict is as expected" in done.stdout
