"""Logging in and out of the review pages."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from pydantic import SecretStr

from moderation.access import people
from moderation.app import create_app
from moderation.db import Database
from moderation.services import Services
from moderation.settings import Settings
from tests.support.desk import OWN_PASSWORD, Desk, add_case, add_person, decisions, user

_PAGES = ["/review", "/review/", "/review/cases/1", "/review/cases/1/next", "/review/password", "/review/no/such/page"]
_ACTIONS = ["/review/cases/1/decision", "/review/cases/1/redrive", "/review/password", "/review/logout"]


@pytest.mark.parametrize("page", _PAGES)
def test_a_stranger_is_sent_to_the_log_in_from_every_page(outsider: Desk, page: str) -> None:
    response = outsider.get(page)
    assert response.status_code == 303
    assert response.location.startswith("/review/login")


@pytest.mark.parametrize("action", _ACTIONS)
def test_a_stranger_can_do_nothing(outsider: Desk, db: Database, action: str) -> None:
    case = add_case(db)
    outsider.get("/review/login")
    response = outsider.post(action, version=1, action="block", block_label="usury_loan")
    assert response.status_code == 303
    assert response.location.startswith("/review/login")
    assert len(decisions(db, case)) == 1


def test_every_route_but_the_log_in_is_closed_to_strangers(app: Flask, outsider: Desk) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("review.")]
    assert len(rules) >= 9
    for rule in rules:
        path = rule.rule.replace("<int(max=9223372036854775807):case_id>", "1").replace("<path:path>", "x")
        for method in (rule.methods or set()) - {"OPTIONS", "HEAD"}:
            response = outsider.client.open(path, method=method)
            closed = response.status_code == 303 and "/review/login" in response.location
            assert closed or rule.endpoint == "review.login", (path, method)


def test_a_one_time_password_opens_nothing_but_its_change(outsider: Desk, db: Database) -> None:
    case = add_case(db)
    password = add_person(db, "ann")
    assert outsider.log_in("ann", password).status_code == 303
    for page in ("/review", f"/review/cases/{case}"):
        assert outsider.get(page).location == "/review/password"
    outsider.get("/review/password")
    assert "一次性密码" in outsider.page
    assert outsider.decide(case).location == "/review/password"
    assert len(decisions(db, case)) == 1


def test_after_the_change_the_queue_is_open(outsider: Desk, db: Database) -> None:
    password = add_person(db, "ann")
    outsider.log_in("ann", password)
    response = outsider.change_password(password)
    assert response.location == "/review?done=password"
    assert outsider.get(response.location).status_code == 200
    assert "密码已修改" in outsider.page


@pytest.mark.parametrize(
    ("old", "new", "again", "message"),
    [
        ("wrong", "x" * 12, "x" * 12, "当前密码不正确"),
        (None, "x" * 11, "x" * 11, "至少要有 12 个字符"),
        (None, None, None, "不能与当前密码相同"),
        (None, "x" * 12, "y" * 12, "不一致"),
        (None, "x" * 300, "x" * 300, "太长"),
    ],
)
def test_a_refused_password_says_why(
    outsider: Desk, db: Database, old: str | None, new: str | None, again: str | None, message: str
) -> None:
    password = add_person(db, "ann")
    outsider.log_in("ann", password)
    response = outsider.change_password(old or password, new or password, again or password)
    assert response.status_code == 422
    assert message in outsider.page
    assert user(db, "ann").must_change_password


def test_a_wrong_name_and_a_wrong_password_look_alike(outsider: Desk, db: Database) -> None:
    add_person(db, "ann")
    answers = []
    for name in ("ann", "nobody"):
        assert outsider.log_in(name, "wrong").status_code == 401
        answers.append(outsider.page.split("csrf_token")[0])
    assert answers[0] == answers[1]
    assert "用户名或密码不正确" in answers[0]


def test_a_disabled_person_cannot_log_in_and_is_logged_out(moderator: Desk, outsider: Desk, db: Database) -> None:
    with db.write() as session:
        people.disable(session, "李审核")
    assert moderator.get("/review").location.startswith("/review/login")
    assert outsider.log_in("李审核", OWN_PASSWORD).status_code == 401


def test_logging_out_ends_copies_of_the_cookie_too(moderator: Desk, app: Flask) -> None:
    thief = app.test_client()
    stolen = moderator.client.get_cookie("daidun_review", path="/review")
    assert stolen is not None
    thief.set_cookie("daidun_review", stolen.value, path="/review")
    assert thief.get("/review").status_code == 200
    moderator.get("/review")
    assert moderator.post("/review/logout").location == "/review/login"
    assert moderator.get("/review").status_code == 303
    assert thief.get("/review").status_code == 303


def test_a_changed_password_ends_the_other_sessions(moderator: Desk, outsider: Desk) -> None:
    outsider.log_in("李审核", OWN_PASSWORD)
    assert outsider.get("/review").status_code == 200
    moderator.change_password(OWN_PASSWORD, "another long password")
    assert moderator.get("/review").status_code == 200
    assert outsider.get("/review").status_code == 303


def test_twelve_idle_hours_end_a_session_and_less_do_not(moderator: Desk) -> None:
    with moderator.client.session_transaction(path="/review") as session:
        session["seen"] = int(time.time()) - 12 * 3600 + 60
    assert moderator.get("/review").status_code == 200
    with moderator.client.session_transaction(path="/review") as session:
        assert session["seen"] > time.time() - 60
        session["seen"] = int(time.time()) - 12 * 3600 - 60
    assert moderator.get("/review").status_code == 303


def test_the_cookie_is_hidden_from_scripts_and_from_other_sites(outsider: Desk, db: Database) -> None:
    response = outsider.log_in("ann", add_person(db, "ann"))
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/review" in cookie
    assert "Secure" not in cookie


def test_behind_tls_the_cookie_is_secure(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"secure_cookies": True}))
    response = app.test_client().get("/review/login", base_url="https://desk.example")
    assert "Secure" in response.headers["Set-Cookie"]
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
    app.extensions["daidun"].close()


def test_logging_in_renews_the_token(outsider: Desk, db: Database) -> None:
    password = add_person(db, "ann")
    outsider.get("/review/login")
    with outsider.client.session_transaction(path="/review") as session:
        before = session["csrf_token"]
        session["planted"] = "x"
    outsider.log_in("ann", password)
    with outsider.client.session_transaction(path="/review") as session:
        assert session.get("csrf_token") != before
        assert "planted" not in session


@pytest.mark.parametrize("target", ["/review/cases/7?cause=uncertain", "/review"])
def test_the_log_in_leads_back_to_the_page_that_was_asked_for(outsider: Desk, db: Database, target: str) -> None:
    password = add_person(db, "ann")
    outsider.get("/review/login")
    assert outsider.post("/review/login", name="ann", password=password, next=target).location == target


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/review/../\\evil.example",
        "/reviewer",
        "/review/%0d%0aX: y",
        "javascript:alert(1)",
    ],
)
def test_the_log_in_leads_nowhere_else(outsider: Desk, db: Database, target: str) -> None:
    password = add_person(db, "ann")
    outsider.get("/review/login")
    assert outsider.post("/review/login", name="ann", password=password, next=target).location == "/review"


@pytest.mark.parametrize("action", ["/review/login", *_ACTIONS])
def test_without_a_csrf_token_nothing_happens(moderator: Desk, db: Database, action: str) -> None:
    case = add_case(db)
    fields = {
        "version": "1",
        "action": "block",
        "block_label": "usury_loan",
        "name": "李审核",
        "password": OWN_PASSWORD,
    }
    response = moderator.client.post(action, data=fields)
    assert response.status_code == 400
    assert "页面已过期" in response.get_data(as_text=True)
    assert len(decisions(db, case)) == 1
    assert moderator.get("/review").status_code == 200


def test_another_sessions_csrf_token_does_not_count(moderator: Desk, colleague: Desk, db: Database) -> None:
    case = add_case(db)
    colleague.open_case(case)
    moderator.page = colleague.page
    assert moderator.decide(case).status_code == 400


def test_guessing_is_slowed_down_for_one_name(outsider: Desk, db: Database, app: Flask) -> None:
    password = add_person(db, "ann")
    answers = [outsider.log_in("ann", "wrong") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "尝试次数过多" in outsider.page
    assert outsider.log_in(" ANN", password).status_code == 429
    assert Desk(app.test_client()).log_in("bob", "wrong").status_code == 401


def test_guessing_is_slowed_down_for_one_address(outsider: Desk) -> None:
    answers = [outsider.log_in(f"name {number}", "wrong").status_code for number in range(31)]
    assert answers == [401] * 30 + [429]


def test_the_current_password_cannot_be_guessed_either(moderator: Desk) -> None:
    answers = [moderator.change_password("wrong", "x" * 12).status_code for _ in range(6)]
    assert answers.count(422) <= 5
    assert answers[-1] == 429


def test_without_a_broker_logging_in_works_and_stays_limited(settings: Settings, db: Database) -> None:
    app = create_app(settings.model_copy(update={"redis_url": "unix:///nonexistent/broker.sock"}))
    desk = Desk(app.test_client())
    assert desk.log_in("ann", add_person(db, "ann")).status_code == 303
    answers = [desk.log_in("bob", "wrong").status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]
    app.extensions["daidun"].close()


def test_without_a_session_key_the_pages_are_closed(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"session_key": SecretStr("")}))
    response = app.test_client().get("/review/login")
    assert response.status_code == 503
    app.extensions["daidun"].close()


def test_when_the_database_fails_the_page_says_so(app: Flask, house: Services, moderator: Desk) -> None:
    class Broken(Database):
        def __init__(self) -> None:
            super().__init__(house.db.engine.execution_options(schema_translate_map={None: "nowhere"}))

    app.extensions["daidun"] = replace(house, db=Broken())
    response = moderator.get("/review")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert "服务暂不可用" in moderator.page


def test_two_people_have_sessions_of_their_own(seat: Callable[..., Desk]) -> None:
    one, two = seat("ann"), seat("bob", "viewer")
    assert "ann" in one.get("/review").get_data(as_text=True)
    assert "bob" in two.get("/review").get_data(as_text=True)
