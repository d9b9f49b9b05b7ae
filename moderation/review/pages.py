"""The moderators' pages: mounted at /review, closed to everybody who is not logged in."""

from datetime import datetime

import structlog
from flask import Blueprint, Flask, current_app, g, redirect, render_template, request, url_for
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect  # type: ignore[import-untyped]
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import Forbidden, HTTPException, NotFound, ServiceUnavailable
from werkzeug.wrappers import Response as BaseResponse

from classifiers.labels import LABELS
from moderation.access import login
from moderation.days import CHINA
from moderation.errors import DaidunError
from moderation.review import account_views, case_views, registry_views
from moderation.review.exhibit import inert

log = structlog.get_logger(__name__)

_OPEN_TO_ALL = {"review.login"}
_OPEN_BEFORE_CHANGE = {"review.password", "review.logout"}
_OPEN_TO_ALL_ROLES = {"review.password", "review.logout"}
_csrf = CSRFProtect()


def install(app: Flask) -> None:
    """Mount the pages with sessions, CSRF tokens and the log-in limiter."""
    settings = app.extensions["daidun"].settings
    login.install(app, settings)
    # The API has no cookies to forge with; the gate below checks the pages. A token lives as long as its session.
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None)
    _csrf.init_app(app)
    limiter = Limiter(
        get_remote_address,
        app=app,
        storage_uri=settings.limiter_storage,
        storage_options={"socket_timeout": 2, "socket_connect_timeout": 1},
        in_memory_fallback_enabled=True,
        headers_enabled=True,
        key_prefix="daidun:limits",
    )
    app.register_blueprint(_blueprint(limiter))


def _blueprint(limiter: Limiter) -> Blueprint:
    blueprint = Blueprint("review", __name__, url_prefix="/review")
    blueprint.before_request(_gate)
    blueprint.context_processor(lambda: {"person": g.get("person")})
    blueprint.add_app_template_filter(inert)
    blueprint.add_app_template_filter(_beijing, "beijing")
    blueprint.add_app_template_filter(_label, "label")
    blueprint.register_error_handler(HTTPException, _failed)
    blueprint.register_error_handler(DaidunError, _refused)
    blueprint.register_error_handler(DBAPIError, _unavailable)
    blueprint.register_error_handler(PoolTimeout, _unavailable)
    account_views.register(blueprint, limiter)
    case_views.register(blueprint)
    registry_views.register(blueprint)
    blueprint.add_url_rule("/", "home", _home)
    blueprint.add_url_rule("/<path:path>", "nowhere", _nowhere)
    return blueprint


def _gate() -> BaseResponse | None:
    """Let in who may: log in first, then change a one-time password; only some roles may change anything."""
    if not current_app.secret_key:
        raise ServiceUnavailable("DAIDUN_SESSION_KEY is not set")
    if request.endpoint in _OPEN_TO_ALL:
        _csrf.protect()
        return None
    person = g.person = login.person()
    if person is None:
        return redirect(url_for("review.login", next=_wanted()), 303)
    _csrf.protect()
    if person.must_change_password and request.endpoint not in _OPEN_BEFORE_CHANGE:
        return redirect(url_for("review.password"), 303)
    if request.method == "POST" and request.endpoint not in _OPEN_TO_ALL_ROLES and not person.decides:
        raise Forbidden
    return None


def _wanted() -> str | None:
    if request.method != "GET" or request.endpoint in {"review.queue", "review.home", "review.nowhere"}:
        return None
    return request.full_path.rstrip("?")


def _home() -> BaseResponse:
    return redirect(url_for("review.queue"), 303)


def _nowhere(path: str) -> BaseResponse:
    raise NotFound(path)


def _failed(error: HTTPException) -> BaseResponse | tuple[str, int, dict[str, str]]:
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()
    headers = {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After"}}
    return _problem(error.code, headers)


def _refused(error: DaidunError) -> tuple[str, int, dict[str, str]]:
    return _problem(error.status, error.headers)


def _unavailable(error: Exception) -> tuple[str, int, dict[str, str]]:
    log.error("review.database_failed", error=type(error).__name__)
    return _problem(503, {"Retry-After": "5"})


def _problem(status: int, headers: dict[str, str]) -> tuple[str, int, dict[str, str]]:
    return render_template("review/problem.html", status=status), status, headers


def _beijing(instant: datetime) -> str:
    return instant.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


def _label(key: str) -> str:
    return LABELS[key].zh if key in LABELS else key
