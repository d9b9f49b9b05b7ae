"""POST /v1/items and GET /v1/items/{id}: what is accepted, what is refused, and that nothing is lost or doubled."""

import io
import json

import pytest
from sqlalchemy import func, select

from moderation.db import Database
from moderation.items.models import Item
from tests.conftest import Platform

AD = {"id": "ad-1", "kind": "ad", "text": "黑户也能贷，加微信 abc12345"}


def stored(db: Database) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(Item)) or 0


def test_an_item_is_stored_before_it_is_acknowledged(platform: Platform, db: Database) -> None:
    answer = platform.post("/v1/items", json=AD)
    assert answer.status_code == 202
    assert answer.json["id"] == "ad-1"
    assert answer.json["state"] == "pending"
    assert answer.headers["Location"] == "/v1/items/ad-1"
    assert stored(db) == 1


def test_what_people_wrote_is_not_readable_in_the_database(platform: Platform, db: Database) -> None:
    platform.post("/v1/items", json=AD)
    with db.read() as session:
        raw = session.connection().exec_driver_sql("SELECT body FROM items").scalar_one()
    assert "黑户".encode() not in bytes(raw)
    assert b"abc12345" not in bytes(raw)


@pytest.mark.parametrize("wrap", [lambda items: items, lambda items: {"items": items}], ids=["array", "object"])
def test_a_batch_is_answered_in_its_order(platform: Platform, db: Database, wrap) -> None:  # type: ignore[no-untyped-def]
    items = [{"id": f"i{n}", "text": f"text {n}"} for n in (3, 1, 2)]
    answer = platform.post("/v1/items", json=wrap(items))
    assert answer.status_code == 202
    assert [record["id"] for record in answer.json["items"]] == ["i3", "i1", "i2"]
    assert stored(db) == 3


def test_the_same_item_again_is_the_same_record(platform: Platform, db: Database) -> None:
    first = platform.post("/v1/items", json=AD)
    again = platform.post("/v1/items", json=dict(reversed(AD.items())))
    assert again.json == first.json
    assert stored(db) == 1


def test_the_same_item_twice_in_one_batch_is_stored_once(platform: Platform, db: Database) -> None:
    answer = platform.post("/v1/items", json=[AD, AD])
    assert [record["id"] for record in answer.json["items"]] == ["ad-1", "ad-1"]
    assert stored(db) == 1


def test_the_same_id_with_other_content_is_a_conflict(platform: Platform, db: Database) -> None:
    platform.post("/v1/items", json=AD)
    answer = platform.post("/v1/items", json=AD | {"text": "something else"})
    assert answer.status_code == 409
    assert answer.content_type == "application/problem+json"
    assert stored(db) == 1


def test_a_batch_with_a_conflict_stores_nothing_and_names_the_place(platform: Platform, db: Database) -> None:
    platform.post("/v1/items", json=AD)
    answer = platform.post("/v1/items", json=[{"id": "new", "text": "new"}, AD | {"text": "other"}])
    assert answer.status_code == 409
    assert [fault["loc"] for fault in answer.json["errors"]] == ["/items/1/id"]
    assert stored(db) == 1


def test_two_tenants_may_use_the_same_id(platform: Platform, stranger: Platform, db: Database) -> None:
    assert platform.post("/v1/items", json=AD).status_code == 202
    assert stranger.post("/v1/items", json=AD | {"text": "theirs"}).status_code == 202
    assert stored(db) == 2


def test_a_stranger_does_not_find_the_item(platform: Platform, stranger: Platform) -> None:
    platform.post("/v1/items", json=AD)
    assert platform.get("/v1/items/ad-1").status_code == 200
    assert stranger.get("/v1/items/ad-1").status_code == 404


def test_ids_with_slashes_and_chinese_are_found_again(platform: Platform) -> None:
    platform.post("/v1/items", json=AD | {"id": "频道/帖 1?x=#%2F"})
    answer = platform.get("/v1/items/%E9%A2%91%E9%81%93/%E5%B8%96%201%3Fx%3D%23%252F")
    assert answer.status_code == 200
    assert answer.json["id"] == "频道/帖 1?x=#%2F"


def test_the_location_leads_to_the_item_whatever_its_id(platform: Platform) -> None:
    location = platform.post("/v1/items", json=AD | {"id": "频道/帖 1?x=#%2F"}).headers["Location"]
    assert platform.get(location).json["id"] == "频道/帖 1?x=#%2F"


def test_the_context_comes_back_unchanged(platform: Platform) -> None:
    context = {"a": [1, None, {"b": "\u0000 ☃ \\"}], "n": 12345678901234567890}
    platform.post("/v1/items", json=AD | {"context": context})
    assert platform.get("/v1/items/ad-1").json["context"] == context


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"text": None}, "/text"),
        ({"text": 5}, "/text"),
        ({"text": "x" * 100_001}, "/text"),
        ({"id": ""}, "/id"),
        ({"id": "a\nb"}, "/id"),
        ({"id": " a"}, "/id"),
        ({"id": "x" * 201}, "/id"),
        ({"kind": "song"}, "/kind"),
        ({"published_at": "yesterday"}, "/published_at"),
        ({"published_at": "2026-01-01T00:00:00"}, "/published_at"),
        ({"published_at": 1700000000}, "/published_at"),
        ({"links": ["x" * 2049]}, "/links/0"),
        ({"links": "https://example.com"}, "/links"),
        ({"publisher": {"verified": "yes"}}, "/publisher/verified"),
        ({"publisher": {"licence": "x"}}, "/publisher/licence"),
        ({"colour": "red"}, "/colour"),
        ({"context": "x" * 20_000}, "/context"),
        ({"text": "  \n\u3000"}, "/"),
    ],
)
def test_a_fault_is_named_with_its_place(
    platform: Platform, db: Database, change: dict[str, object], place: str
) -> None:
    answer = platform.post("/v1/items", json=AD | change)
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert [fault["loc"] for fault in answer.json["errors"]] == [place]
    assert stored(db) == 0


def test_a_fault_in_a_batch_names_the_item_and_stores_nothing(platform: Platform, db: Database) -> None:
    answer = platform.post("/v1/items", json=[{"id": "good", "text": "good"}, {"id": "bad"}])
    assert answer.status_code == 422
    assert [fault["loc"] for fault in answer.json["errors"]] == ["/items/1/text"]
    assert stored(db) == 0


def test_a_fault_never_repeats_the_text(platform: Platform) -> None:
    answer = platform.post("/v1/items", json={"id": "a", "text": ["13800138000"]})
    assert answer.status_code == 422
    assert "13800138000" not in answer.text


@pytest.mark.parametrize(
    ("count", "status"), [(0, 422), (500, 202), (501, 422)], ids=["none", "as many as allowed", "one too many"]
)
def test_a_batch_has_a_limit(platform: Platform, count: int, status: int) -> None:
    answer = platform.post("/v1/items", json=[{"id": f"i{n}", "text": "t"} for n in range(count)])
    assert answer.status_code == status


def test_a_text_of_one_hundred_thousand_characters_is_taken(platform: Platform) -> None:
    assert platform.post("/v1/items", json=AD | {"text": "贷" * 100_000}).status_code == 202


def test_control_characters_in_a_text_are_taken_as_they_are(platform: Platform, db: Database) -> None:
    text = "a\u0000b\u001b[31m\u202e\ufeff\u200bc"
    assert platform.post("/v1/items", json=AD | {"text": text}).status_code == 202
    with db.read() as session:
        assert session.scalars(select(Item)).one().body["text"] == text


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b'{"id": "a", "text": "b"}', "text/plain", 415),
        (b'{"id": "a", "text": "b"}', "application/json; charset=gbk", 415),
        (b'{"id": "a", "text": "b"}', "", 415),
        (b'{"id": "a", "text": "b"}', "application/json; charset=UTF-8", 202),
        ('{"id": "a", "text": "贷"}'.encode("gbk"), "application/json", 400),
        ('{"id": "a", "text": "b"}'.encode("utf-16"), "application/json", 400),
        (b"", "application/json", 400),
        (b"{", "application/json", 400),
        (b'{"id": "a", "text": "b"} x', "application/json", 400),
        (b'{"id": "a", "text": "b", "context": NaN}', "application/json", 400),
        (b'{"id": "a", "text": "\\ud800"}', "application/json", 400),
        (b'"{}"', "application/json", 422),
        (b"null", "application/json", 422),
        (b"7", "application/json", 422),
        (b"[" * 10_000 + b"]" * 10_000, "application/json", 400),
        (b'{"id":"a","text":"b","context":' + b"[" * 10_000 + b"]" * 10_000 + b"}", "application/json", 400),
        (b'{"id":"a","text":"b","context":' + b'{"a":' * 5_000 + b"1" + b"}" * 5_001, "application/json", 400),
    ],
)
def test_each_kind_of_body_has_its_answer(
    platform: Platform, db: Database, body: bytes, content_type: str, status: int
) -> None:
    answer = platform.post("/v1/items", data=body, content_type=content_type)
    assert answer.status_code == status
    assert stored(db) == (status == 202)
    if status >= 400:
        assert answer.content_type == "application/problem+json"
        assert answer.json["detail"]


def test_a_body_over_the_limit_is_refused_before_it_is_read(platform: Platform, db: Database) -> None:
    answer = platform.post("/v1/items", data=b" " * (8 * 2**20 + 1), content_type="application/json")
    assert answer.status_code == 413
    assert stored(db) == 0


def test_a_body_that_hides_its_length_is_refused_as_well(platform: Platform, db: Database) -> None:
    body = b" " * (8 * 2**20) + json.dumps(AD).encode()
    answer = platform.post(
        "/v1/items",
        input_stream=io.BytesIO(body),
        content_type="application/json",
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
    )
    # What is read ends at the limit, so that it is either too large or no JSON.
    assert answer.status_code in {400, 413}
    assert stored(db) == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": ""}, 401),
        ({"Authorization": "Bearer dd_000000000000_" + "x" * 43}, 401),
        ({"Authorization": "Basic YTpi"}, 401),
        ({"Authorization": "Bearer \u00e4"}, 401),
    ],
)
def test_without_a_valid_key_nothing_is_read(
    platform: Platform, db: Database, headers: dict[str, str], status: int
) -> None:
    answer = platform.post("/v1/items", data=b"not even json", headers=headers)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"


def test_a_key_without_the_scope_is_refused(app, key_for) -> None:  # type: ignore[no-untyped-def]
    reader = Platform(app.test_client(), key_for("platform", scopes=["items:read"]))
    assert reader.post("/v1/items", json=AD).status_code == 403
    assert reader.get("/v1/items/none").status_code == 404


def test_an_unknown_lane_or_parameter_is_refused(platform: Platform) -> None:
    assert platform.post("/v1/items?lane=fast", json=AD).status_code == 422
    assert platform.post("/v1/items?line=live", json=AD).status_code == 422


def test_an_unknown_path_and_method_are_problems_too(platform: Platform) -> None:
    assert platform.get("/v1/nothing").content_type == "application/problem+json"
    answer = platform.open("DELETE", "/v1/items")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_items_are_taken_while_the_broker_is_down(platform: Platform, house, db: Database) -> None:  # type: ignore[no-untyped-def]
    house.doorbell.close()
    assert platform.post("/v1/items", json=AD).status_code == 202
    assert stored(db) == 1


NOWHERE = ["/v1/items/a%00b", "/v1/lenders?name=%00", "/v1/webhooks/%00", "/v1/webhooks/deliveries/%00/redeliver"]


@pytest.mark.parametrize("path", NOWHERE)
def test_a_character_that_no_column_holds_is_refused_not_stumbled_over(platform: Platform, path: str) -> None:
    answer = platform.open("POST" if path.endswith("redeliver") else "GET", path)
    assert answer.status_code in {404, 422}
    assert answer.content_type == "application/problem+json"
