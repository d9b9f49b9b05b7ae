"""The web application: rooms mounted, edges settled (ids, limits, errors, headers), nothing decided."""

import re
import secrets

import structlog
from flask import Flask, Response, g, redirect, request
from flask_openapi import OpenAPI
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix

from moderation import headers, health, problems
from moderation.access import guard, hook_views
from moderation.bodies import StrictRequest
from moderation.items import views as items
from moderation.lenders import views as lenders
from moderation.policies import views as policies
from moderation.problems import Problem, invalid
from moderation.review import pages
from moderation.services import open_services
from moderation.settings import Settings
from moderation.webhooks import views as webhooks

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class _Api(OpenAPI):
    request_class = StrictRequest


def create_app(settings: Settings) -> Flask:
    """Return the application; it opens its connections when first used."""
    app = _Api(
        __name__,
        info={"title": "Daidun 贷盾", "version": "1", "description": "May this post or ad promote a loan?"},
        security_schemes={"api_key": {"type": "http", "scheme": "bearer", "bearerFormat": "dd_<id>_<secret>"}},
        validation_error_callback=invalid,
        validation_error_model=Problem,
        doc_prefix="/docs",
    )
    app.openapi_version = "3.1.1"
    app.config.update(
        MAX_CONTENT_LENGTH=settings.max_body_bytes,
        SECRET_KEY=settings.session_key.get_secret_value() or None,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    if proxies := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, proxies, proxies, proxies)  # type: ignore[method-assign]
    app.extensions["daidun"] = open_services(settings)
    app.before_request(_begin)
    app.after_request(_end)
    problems.install(app)
    guard.install(app)
    headers.install(app)
    for api in (items.api, hook_views.api, webhooks.api, lenders.api, policies.api):
        app.register_api(api)
    health.install(app)
    pages.install(app)
    app.add_url_rule("/openapi.json", "openapi_document", lambda: app.api_doc)
    app.add_url_rule("/docs", "docs", lambda: redirect("/docs/swagger"))
    return app


def _begin() -> None:
    asked = request.headers.get("X-Request-Id", "")
    g.request_id = asked if _REQUEST_ID.fullmatch(asked) else secrets.token_hex(8)
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    if (request.content_length or 0) > (request.max_content_length or 0):
        raise RequestEntityTooLarge(
            f"the body is {request.content_length} bytes; the limit is {request.max_content_length}"
        )


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    structlog.contextvars.clear_contextvars()
    return response
