"""Logging in and out, and changing one's password."""

import re
from hashlib import sha256

import structlog
from flask import Blueprint, redirect, render_template, request, url_for
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response as BaseResponse

from moderation.access import login, people
from moderation.access.people import PasswordRefused, WrongPassword
from moderation.audit import trail
from moderation.services import services

log = structlog.get_logger(__name__)

PER_ADDRESS = "30/minute"
PER_ACCOUNT = "5/minute;30/hour"
# Only our own pages, spelled plainly: nothing a browser could read as another host.
_OWN_PAGE = re.compile(r"/review(?:/[a-z0-9/]*)?(?:\?[a-z0-9_=&]*)?")


def register(blueprint: Blueprint, limiter: Limiter) -> None:
    """Add the routes; attempts are limited by address, and by account from that address."""
    by_account = limiter.limit(PER_ACCOUNT, key_func=_account, methods=["POST"])
    by_address = limiter.limit(PER_ADDRESS, key_func=get_remote_address, methods=["POST"])
    by_person = limiter.limit(PER_ACCOUNT, key_func=_person, methods=["POST"])
    blueprint.add_url_rule("/login", "login", by_address(by_account(log_in)), methods=["GET", "POST"])
    blueprint.add_url_rule("/password", "password", by_person(change_password), methods=["GET", "POST"])
    blueprint.add_url_rule("/logout", "logout", log_out, methods=["POST"])


def log_in() -> BaseResponse | tuple[str, int]:
    """Show the form, or check name and password; a wrong name and a wrong password look alike."""
    target = request.values.get("next", "")
    if request.method == "GET":
        return render_template("review/login.html", next=target, failed=False), 200
    name, password = request.form.get("name", ""), request.form.get("password", "")
    user = people.verify(services().db, name, password)
    if user is None:
        log.warning("login.failed", address=request.remote_addr)
        return render_template("review/login.html", next=target, failed=True), 401
    trail.record(services().db, trail.Event(trail.person(user.name), "login.succeeded", f"user:{user.name}"))
    login.sign_in(user)
    log.info("login.succeeded", user=user.id)
    return redirect(target if _OWN_PAGE.fullmatch(target) else url_for("review.queue"), 303)


def change_password() -> BaseResponse | tuple[str, int]:
    """Show the form, or set a new password, which ends every other session of the account."""
    person = login.person()
    assert person is not None  # noqa: S101 - the gate lets nobody else in
    if request.method == "GET":
        return _password_form(None), 200
    old, new, again = (request.form.get(field, "") for field in ("old", "new", "again"))
    if new != again:
        return _password_form("differ"), 422
    try:
        user = people.change_password(services().db, person.id, old, new)
    except WrongPassword:
        return _password_form("wrong"), 422
    except PasswordRefused as error:
        return _password_form(error.flaw.value), 422
    login.sign_in(user)
    return redirect(url_for("review.queue", done="password"), 303)


def log_out() -> BaseResponse:
    """End every session of the account."""
    person = login.person()
    if person is not None:
        login.sign_out(person.id)
    return redirect(url_for("review.login"), 303)


def _password_form(fault: str | None) -> str:
    return render_template("review/password.html", fault=fault, least=people.MIN_LENGTH)


def _account() -> str:
    # People type passwords into the wrong field: what they typed must not become a key that others can read.
    name = request.form.get("name", "").strip().casefold()
    return f"{get_remote_address()}|{sha256(name.encode('utf-8', 'replace')).hexdigest()[:32]}"


def _person() -> str:
    person = login.person()
    return str(person.id) if person else get_remote_address()
