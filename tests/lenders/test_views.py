"""The registry is read over HTTP with the right key."""

from collections.abc import Callable

import pytest
from flask import Flask

from moderation.db import Database
from tests.conftest import Platform
from tests.lenders.conftest import LENDERS, enter


@pytest.fixture
def reader(app: Flask, db: Database, key_for: Callable[..., str]) -> Platform:
    enter(db, LENDERS)
    return Platform(app.test_client(), key_for("platform", scopes=["lenders:read"]))


def test_lenders_are_found_by_part_of_any_name(reader: Platform) -> None:
    answer = reader.get("/v1/lenders?name=丙丁花").json
    assert (answer["total"], [lender["legal_name"] for lender in answer["lenders"]]) == (1, ["丙丁消费金融有限公司"])
    assert len(answer["registry"]) == 12


def test_percent_is_no_wildcard(reader: Platform) -> None:
    assert reader.get("/v1/lenders?name=%25").json["total"] == 0


@pytest.mark.parametrize(("day", "status"), [("2025-02-27", "unknown"), ("2025-02-28", "suspended")])
def test_status_is_that_of_the_day_asked_for(reader: Platform, day: str, status: str) -> None:
    found = reader.get(f"/v1/lenders?name=庚辛&at={day}").json["lenders"][0]
    assert (found["status"], found["at"]) == (status, day)
    assert reader.get(f"/v1/lenders/{found['id']}?at={day}").json == found


def test_pages_are_cut_and_counted(reader: Platform) -> None:
    page = reader.get("/v1/lenders?limit=2&offset=3").json
    assert (page["total"], len(page["lenders"])) == (4, 1)


def test_an_unknown_lender_is_not_found(reader: Platform) -> None:
    assert reader.get("/v1/lenders/999999").status_code == 404


@pytest.mark.parametrize("query", ["at=yesterday", "limit=0", "colour=red"])
def test_a_wrong_question_is_refused(reader: Platform, query: str) -> None:
    assert reader.get(f"/v1/lenders?{query}").status_code == 422


def test_a_key_without_the_scope_is_refused(app: Flask, key_for: Callable[..., str]) -> None:
    other = Platform(app.test_client(), key_for("platform", scopes=["check"]))
    assert other.get("/v1/lenders").status_code == 403
