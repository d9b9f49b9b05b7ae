"""Signatures as a receiver checks them: with the reference verifier."""

import base64
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from moderation.webhooks import signing

BODY = '{"text":"贷款"}'.encode()
NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def _by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reference verifier looks at the clock, and a long run of tests may reach this file late."""
    monkeypatch.setattr(sys.modules[__name__], "NOW", datetime.now(UTC))


def test_a_receiver_with_the_secret_accepts_the_message() -> None:
    entries, secret = signing.first_secrets(NOW)
    headers = signing.headers("msg_1", BODY, signing.live(entries, NOW), NOW)
    assert Webhook(secret).verify(BODY, headers) == {"text": "贷款"}


def test_another_body_id_or_secret_is_rejected() -> None:
    entries, secret = signing.first_secrets(NOW)
    headers = signing.headers("msg_1", BODY, signing.live(entries, NOW), NOW)
    for body, changed, key in [
        (BODY + b" ", headers, secret),
        (BODY, headers | {"webhook-id": "msg_2"}, secret),
        (BODY, headers, signing.new_secret()),
    ]:
        with pytest.raises(WebhookVerificationError):
            Webhook(key).verify(body, changed)


def test_during_the_overlap_both_secrets_verify_and_then_only_the_new_one() -> None:
    entries, old = signing.first_secrets(NOW)
    entries, new = signing.rotate(entries, NOW, timedelta(hours=1))
    headers = signing.headers("msg_1", BODY, signing.live(entries, NOW), NOW)
    assert len(headers["webhook-signature"].split(" ")) == 2
    Webhook(old).verify(BODY, headers)
    Webhook(new).verify(BODY, headers)
    assert signing.live(entries, NOW + timedelta(hours=1)) == [new]


def test_no_more_than_two_secrets_are_ever_live() -> None:
    entries, first = signing.first_secrets(NOW)
    entries, second = signing.rotate(entries, NOW, timedelta(days=7))
    entries, third = signing.rotate(entries, NOW, timedelta(days=7))
    assert signing.live(entries, NOW) == [third, second]
    assert first not in str(entries)


def test_a_second_rotation_does_not_prolong_the_first() -> None:
    entries, _ = signing.first_secrets(NOW)
    entries, second = signing.rotate(entries, NOW, timedelta(hours=1))
    entries, third = signing.rotate(entries, NOW + timedelta(minutes=1), timedelta(days=1))
    assert signing.live(entries, NOW + timedelta(hours=2)) == [third, second]
    assert signing.live(entries, NOW + timedelta(hours=26)) == [third]


def test_without_an_overlap_the_old_secret_ends_at_once() -> None:
    entries, _ = signing.first_secrets(NOW)
    entries, new = signing.rotate(entries, NOW, timedelta())
    assert signing.live(entries, NOW) == [new]


def test_a_secret_is_32_random_bytes() -> None:
    secret = signing.new_secret()
    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert secret != signing.new_secret()


def test_the_timestamp_is_an_instant_whatever_its_zone() -> None:
    secret = signing.new_secret()
    elsewhere = NOW.astimezone(timezone(timedelta(hours=8)))
    assert signing.headers("msg_1", BODY, [secret], elsewhere) == signing.headers("msg_1", BODY, [secret], NOW)
    with pytest.raises(ValueError, match="time zone"):
        signing.headers("msg_1", BODY, [secret], NOW.replace(tzinfo=None))
