"""Policies over HTTP: a key may tighten, a person lets in what widens, and a stranger finds nothing."""

from collections.abc import Callable

import pytest
from flask import Flask

from moderation.db import Database
from moderation.items.models import LIVE
from moderation.items.verdicts import run_round
from moderation.policies import life
from moderation.services import Services
from tests.conftest import Platform
from tests.policies.conftest import LAXER, SHIPPED, STRICTER, Desk, digest, document

URL = "/v1/policies"


def keep(platform: Platform, **changes: object) -> str:
    answer = platform.post(URL, json={"source": document(**changes)})
    assert answer.status_code in {200, 201}
    return str(answer.json["digest"])


class TestDrafting:
    def test_a_document_is_kept_once_and_found_at_its_address(self, platform: Platform) -> None:
        source = "# ours\n" + document(**STRICTER)
        first = platform.post(URL, json={"source": source, "note": "for May"})
        again = platform.post(URL, json={"source": document(**STRICTER)})
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json == again.json
        assert first.json["author"].startswith("key:")
        shown = platform.get(first.headers["Location"]).json
        assert (shown["source"], shown["note"], shown["state"]) == (source, "for May", "draft")
        assert shown["values"]["block_score"] == STRICTER["block_score"]
        assert [event["what"] for event in shown["events"]] == ["drafted"]

    @pytest.mark.parametrize("path", [URL, f"{URL}/validate"])
    def test_every_fault_is_told_with_its_line(self, platform: Platform, path: str) -> None:
        source = document(block_score=2, sample_rate=-1)
        answer = platform.post(path, json={"source": source})
        assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
        lines = source.splitlines()
        told = {fault["loc"]: lines[fault["line"] - 1] for fault in answer.json["errors"]}
        assert told == {"block_score": "block_score: 2", "sample_rate": "sample_rate: -1"}
        assert platform.get(URL).json["total"] == 0

    def test_checking_stores_nothing(self, platform: Platform) -> None:
        answer = platform.post(f"{URL}/validate", json={"source": document(**STRICTER)})
        assert (answer.status_code, answer.json["digest"]) == (200, digest(**STRICTER))
        assert platform.get(URL).json["policies"] == []


class TestLife:
    def test_a_key_tightens_at_once(self, platform: Platform) -> None:
        word = keep(platform, **STRICTER)
        answer = platform.post(f"{URL}/{word}/publish")
        assert (answer.status_code, answer.json["state"], answer.json["widening"]) == (200, "live", [])
        assert platform.get(f"{URL}/live").json["digest"] == word
        assert platform.get(URL).json["in_force"] == word
        assert platform.post(f"{URL}/{word}/publish").status_code == 409

    def test_what_widens_waits_for_a_person(self, platform: Platform, desk: Desk) -> None:
        word = keep(platform, **LAXER)
        answer = platform.post(f"{URL}/{word}/publish")
        assert (answer.status_code, answer.json["state"]) == (202, "proposed")
        assert "block_score" in answer.json["widening"][0]
        assert answer.json["proposed_by"].startswith("key:")
        assert platform.get(f"{URL}/live").json["digest"] == SHIPPED.digest
        assert platform.post(f"{URL}/{word}/publish").status_code == 202
        assert desk.do(life.approve, word, "Ann").state == "live"
        assert platform.get(f"{URL}/live").json["digest"] == word

    def test_no_way_of_the_api_approves(self, app: Flask) -> None:
        paths = app.test_client().get("/openapi.json").json["paths"]
        assert not [path for path in paths if path.startswith(URL) and ("approve" in path or "retire" in path)]

    def test_without_a_document_of_ones_own_the_shipped_one_is_live(self, platform: Platform) -> None:
        live = platform.get(f"{URL}/live").json
        assert (live["digest"], live["version"], live["state"]) == (SHIPPED.digest, SHIPPED.version, None)
        assert platform.get(f"{URL}/default").json == platform.get(f"{URL}/{SHIPPED.digest}").json == live

    def test_a_shadow_begins_and_ends(self, platform: Platform) -> None:
        word = keep(platform, **LAXER)
        assert platform.get(f"{URL}/shadow").status_code == 404
        assert platform.post(f"{URL}/{word}/shadow").json["state"] == "shadow"
        assert platform.get(f"{URL}/shadow").json["digest"] == word
        assert platform.post(f"{URL}/{word}/shadow").status_code == 409
        assert platform.open("DELETE", f"{URL}/{word}/shadow").json["state"] == "draft"
        assert platform.open("DELETE", f"{URL}/{word}/shadow").status_code == 409


def test_two_documents_are_compared(platform: Platform) -> None:
    word = keep(platform, **LAXER)
    found = platform.get(f"{URL}/{word}/diff?against=live").json
    assert (found["before"], found["after"]) == (SHIPPED.digest, word)
    assert found["changed"] == [{"key": "block_score", "before": SHIPPED.block_score, "after": 0.7}]
    assert "block_score" in found["widening"][0]
    assert platform.get(f"{URL}/default/diff?against={word}").json["widening"] == []
    assert platform.get(f"{URL}/{word}/diff?against=0123456789abcdef").status_code == 404


@pytest.mark.usefixtures("reader")
def test_what_the_shadow_says_is_counted_and_paged(
    db: Database, house: Services, desk: Desk, platform: Platform
) -> None:
    word = keep(platform, **STRICTER)
    platform.post(f"{URL}/{word}/shadow")
    desk.send("0.05", "0.4", "0.4", "0.4")
    run_round(db, house.settings, house.judge, LIVE)
    page = platform.get(f"{URL}/shadow/shadow?limit=2").json
    assert (page["digest"], page["kept"]) == (word, 3)
    assert {(each["live"], each["shadow"], each["count"]) for each in page["counts"]} == {
        ("allow", "allow", 1),
        ("allow", "block", 3),
    }
    rest = platform.get(f"{URL}/{word}/shadow?limit=2&cursor={page['next_cursor']}").json
    items = [each["item"] for each in page["differences"] + rest["differences"]]
    assert items == [f"{desk.tenant}-{place}" for place in (3, 2, 1)]
    assert rest["next_cursor"] is None
    assert page["differences"][0]["shadow"]["codes"]


class TestStrangers:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", ""),
            ("GET", "/diff"),
            ("GET", "/shadow"),
            ("POST", "/shadow"),
            ("DELETE", "/shadow"),
            ("POST", "/publish"),
        ],
    )
    def test_anothers_document_is_not_found(
        self, platform: Platform, stranger: Platform, method: str, path: str
    ) -> None:
        word = keep(platform, **LAXER)
        platform.post(f"{URL}/{word}/shadow")
        assert stranger.open(method, f"{URL}/{word}{path}").status_code == 404
        assert platform.get(f"{URL}/{word}").json["state"] == "shadow"

    def test_lists_comparisons_and_what_is_live_are_ones_own(self, platform: Platform, stranger: Platform) -> None:
        word = keep(platform, **STRICTER)
        platform.post(f"{URL}/{word}/publish")
        assert stranger.get(URL).json == {"total": 0, "in_force": SHIPPED.digest, "policies": []}
        assert stranger.get(f"{URL}/live").json["digest"] == SHIPPED.digest
        assert stranger.get(f"{URL}/live/diff?against={word}").status_code == 404

    @pytest.mark.parametrize(
        ("scopes", "method", "path", "status"),
        [
            (["policies:read"], "GET", "", 200),
            (["policies:read"], "POST", "", 403),
            (["policies:read"], "POST", "/live/publish", 403),
            (["policies:write"], "GET", "", 403),
            (["items:write", "check"], "GET", "", 403),
        ],
    )
    def test_a_key_does_what_its_scopes_say(
        self, app: Flask, key_for: Callable[..., str], scopes: list[str], method: str, path: str, status: int
    ) -> None:
        holder = Platform(app.test_client(), key_for("platform", scopes=scopes))
        assert holder.open(method, URL + path).status_code == status


@pytest.mark.parametrize(
    "path", ["/nonsense", "/0123", "?limit=0", "?colour=red", "/live/diff?against=x", "/live/shadow?limit=0"]
)
def test_a_wrong_question_is_refused(platform: Platform, path: str) -> None:
    assert platform.get(URL + path).status_code == 422


def test_lists_are_paged_newest_first_without_texts(platform: Platform) -> None:
    words = [keep(platform, block_score=score) for score in (0.2, 0.3, 0.4)]
    page = platform.get(f"{URL}?limit=2").json
    assert (page["total"], [each["digest"] for each in page["policies"]]) == (3, words[:0:-1])
    assert "source" not in page["policies"][0]
    assert [each["digest"] for each in platform.get(f"{URL}?limit=2&offset=2").json["policies"]] == words[:1]
