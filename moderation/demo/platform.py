"""The demo platform: registers its webhook, sends the sample items, waits for what the webhooks say."""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from moderation.demo.outcome import Outcome
from moderation.demo.receiver import Receiver
from moderation.samples import Sample

SINGLES = 6
_BATCH = 20
_WAIT_SECONDS = 30
_WEBHOOK_SECONDS = 60.0


class DemoFailed(Exception):
    """The service did not do what it promises; the message says what."""


@dataclass(frozen=True, slots=True)
class Performance:
    """What came of the demo. ``answers`` are the seconds from POST to verdict of the items sent one by one."""

    outcomes: list[Outcome]
    answers: list[float]
    refused: int


def perform(url: str, api_key: str, samples: Sequence[Sample], receiver: Receiver) -> Performance:
    """Send *samples* through the HTTP interface at *url* and wait for their signed webhooks.

    Raises:
        DemoFailed: a request was refused, or webhooks are missing.
    """
    headers = {"Authorization": f"Bearer {api_key}"}
    # What the shell's proxy settings say is not for loopback.
    with httpx.Client(base_url=url, headers=headers, timeout=_WAIT_SECONDS + 15, trust_env=False) as client:
        endpoint = _call(client, "POST", "/v1/webhooks", {"url": receiver.url, "events": ["item.decided"]})
        receiver.secret = endpoint["secret"]
        try:
            return _Run(client, receiver).of(samples)
        finally:
            client.delete(f"/v1/webhooks/{endpoint['id']}")


class _Run:
    """One pass; its token makes the ids new, so that a second demo on the same state is not answered from the first."""

    def __init__(self, client: httpx.Client, receiver: Receiver):
        self._client = client
        self._receiver = receiver
        self._token = secrets.token_hex(4)
        self._sent: dict[str, float] = {}

    def of(self, samples: Sequence[Sample]) -> Performance:
        answers = [self._send_one(sample) for sample in samples[:SINGLES]]
        for start in range(SINGLES, len(samples), _BATCH):
            self._send_many(samples[start : start + _BATCH])
        if not self._receiver.wait_for(self._sent, _WEBHOOK_SECONDS):
            missing = sorted(self._sent.keys() - self._receiver.heard.keys())
            raise DemoFailed(
                f"{len(missing)} of {len(self._sent)} webhooks did not come within {_WEBHOOK_SECONDS:g} s "
                f"({self._receiver.refused} had no valid signature): {', '.join(missing)}"
            )
        return Performance([self._outcome(sample) for sample in samples], answers, self._receiver.refused)

    def _send_one(self, sample: Sample) -> float:
        item = self._item(sample)
        began = self._sent[item["id"]] = time.monotonic()
        record = _call(self._client, "POST", "/v1/items", item, {"Prefer": f"wait={_WAIT_SECONDS}"})
        if record["state"] != "decided":
            raise DemoFailed(f"{sample.item['id']} is {record['state']} after {_WAIT_SECONDS} s")
        return time.monotonic() - began

    def _send_many(self, samples: Sequence[Sample]) -> None:
        items = [self._item(sample) for sample in samples]
        self._sent |= dict.fromkeys((item["id"] for item in items), time.monotonic())
        _call(self._client, "POST", "/v1/items", {"items": items})

    def _item(self, sample: Sample) -> dict[str, Any]:
        return {**sample.item, "id": f"{self._token}-{sample.item['id']}"}

    def _outcome(self, sample: Sample) -> Outcome:
        identifier = self._item(sample)["id"]
        heard = self._receiver.heard[identifier]
        return Outcome(sample, heard.decision, (heard.at - self._sent[identifier]) * 1000)


def _call(client: httpx.Client, method: str, path: str, body: Any, headers: dict[str, str] | None = None) -> Any:
    try:
        answer = client.request(method, path, json=body, headers=headers)
    except httpx.HTTPError as error:
        raise DemoFailed(f"{method} {path}: {type(error).__name__} {error}") from error
    if not answer.is_success:
        raise DemoFailed(f"{method} {path} was answered {answer.status_code}: {answer.text}")
    return answer.json()
