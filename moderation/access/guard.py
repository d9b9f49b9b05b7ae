"""Authentication at the edge: a view says which scope it needs, and the request is settled before its body is read."""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app, g, request

from moderation.access import keys
from moderation.access.keys import SCOPES, Caller
from moderation.db import utcnow
from moderation.errors import Forbidden, Unauthenticated
from moderation.services import services

View = TypeVar("View", bound=Callable[..., object])
SECURITY: list[dict[str, list[str]]] = [{"api_key": []}]
_SCOPE = "daidun_scope"


def requires(scope: str) -> Callable[[View], View]:
    """Declare that a view needs an API key with *scope*; put it directly above the view."""
    if scope not in SCOPES:
        raise ValueError(f"{scope!r} is no scope")

    def mark(view: View) -> View:
        setattr(view, _SCOPE, scope)
        return view

    return mark


def caller() -> Caller:
    """Return who sent the current request; only views that declare a scope have one."""
    holder: Caller = g.caller
    return holder


def install(app: Flask) -> None:
    """Check the key of every request whose view declares a scope."""
    app.before_request(_authenticate)


def _authenticate() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    scope = getattr(view, _SCOPE, None)
    if scope is None:
        return
    house = services()
    with house.db.read() as session:
        g.caller = keys.authenticate(session, house.settings.pepper.get_secret_value(), _token(), utcnow())
    if scope not in g.caller.scopes:
        raise Forbidden(f"this API key lacks the scope {scope}")


def _token() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated(
            "send the API key as 'Authorization: Bearer dd_…'", headers={"WWW-Authenticate": 'Bearer realm="daidun"'}
        )
    return token.strip()
