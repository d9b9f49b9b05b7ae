"""Sessions of people in the review pages: a signed cookie that names the account and its session epoch.

The server keeps no list of sessions. Raising the account's epoch makes every cookie of it worthless; so does
disabling the account, and so do twelve hours without a request.
"""

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from flask import Flask, session
from flask_login import LoginManager, current_user, login_user, logout_user  # type: ignore[import-untyped]

from moderation.access import people
from moderation.access.models import User
from moderation.services import services
from moderation.settings import Settings

IDLE = timedelta(hours=12)
COOKIE_PATH = "/review"


@dataclass(frozen=True, slots=True)
class Person:
    """Who is logged in, as of this request. The four names below are what Flask-Login asks for."""

    id: int
    name: str
    role: str
    must_change_password: bool
    epoch: int

    is_authenticated: ClassVar[bool] = True
    is_active: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False

    def get_id(self) -> str:
        return f"{self.id}.{self.epoch}"

    @property
    def decides(self) -> bool:
        """Whether this person's word is a verdict."""
        return self.role in people.DECIDERS


def install(app: Flask, settings: Settings) -> None:
    """Configure session cookies and tell Flask-Login how to find people."""
    app.config.update(
        SESSION_COOKIE_NAME="daidun_review",
        SESSION_COOKIE_PATH=COOKIE_PATH,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=IDLE,
    )
    manager = LoginManager(app, add_context_processor=False)
    # Binding a session to an address logs people out whenever their network changes.
    manager.session_protection = None
    manager.user_loader(_load)


def person() -> Person | None:
    """Return who sent this request, or None."""
    known: Person | None = current_user._get_current_object() if current_user.is_authenticated else None
    return known


def sign_in(user: User) -> None:
    """Start a new session for *user*; whatever the old one held, also its CSRF token, is gone."""
    session.clear()
    session.permanent = True
    session["seen"] = int(time.time())
    login_user(_person(user))


def sign_out(user_id: int) -> None:
    """End every session of the account: a copied cookie must not outlive the log-out."""
    with services().db.write() as transaction:
        people.end_sessions(transaction, user_id)
    logout_user()
    session.clear()


def _load(session_id: str) -> Person | None:
    now = int(time.time())
    if now - session.get("seen", 0) > IDLE.total_seconds():
        return None
    user_id, _, epoch = session_id.partition(".")
    with services().db.read() as transaction:
        user = transaction.get(User, int(user_id))
    if user is None or user.disabled_at is not None or str(user.session_epoch) != epoch:
        return None
    session["seen"] = now
    return _person(user)


def _person(user: User) -> Person:
    return Person(user.id, user.name, user.role, user.must_change_password, user.session_epoch)
