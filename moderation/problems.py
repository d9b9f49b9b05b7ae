"""Errors over HTTP: every one is RFC 9457 problem+json, whoever raised it."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, g, request
from flask_openapi.types import ResponseDict
from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from moderation.bodies import faults
from moderation.errors import DaidunError

CONTENT_TYPE = "application/problem+json"


class Fault(BaseModel):
    """One thing that is wrong: where (a JSON pointer into the body, or a parameter's name) and what."""

    model_config = ConfigDict(extra="allow")

    loc: str
    msg: str


class Problem(BaseModel):
    """RFC 9457 problem details. ``code`` is stable; ``title`` and ``detail`` are for people."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    request_id: str | None = None
    errors: list[Fault] = []


def documented(*statuses: int) -> ResponseDict:
    """Return the OpenAPI entries of these error statuses, as problem+json."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {CONTENT_TYPE: {"schema": schema}}}
        for status in statuses
    }


def problem(status: int, title: str, detail: str, code: str, errors: Sequence[dict[str, Any]] = ()) -> Response:
    """Return a problem+json answer."""
    body = Problem(
        title=title,
        status=status,
        detail=detail,
        code=code,
        request_id=g.get("request_id"),
        errors=[Fault.model_validate(error) for error in errors],
    )
    return current_app.response_class(body.model_dump_json(exclude_defaults=True), status, content_type=CONTENT_TYPE)


def invalid(error: ValidationError) -> Response:
    """Tell what is wrong with a request that flask-openapi read."""
    found = faults(error)
    return problem(422, "Invalid content", f"{len(found)} fault(s); see errors", "invalid", found[:100])


def install(app: Flask) -> None:
    """Answer every failure under /v1 and elsewhere as problem+json, except in the review pages."""
    app.register_error_handler(DaidunError, _ours)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DataError, _unstorable)
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(PoolTimeout, _database)


def _ours(error: DaidunError) -> Response:
    answer = problem(error.status, error.title, error.detail, error.code, error.errors)
    answer.headers.update(error.headers)
    return answer


def _http(error: HTTPException) -> Response | HTTPException:
    if error.response is not None:
        return error
    status = error.code or 500
    code = (error.name or "error").lower().replace(" ", "_")
    answer = problem(status, error.name or "Error", error.description or "", code)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            answer.headers[name] = value
    return answer


def _unstorable(error: DataError) -> Response:
    # A net: what a database can't hold should have been refused by a schema before.
    current_app.logger.error("database.refused %s %s", type(error).__name__, request.path)
    return problem(400, "Bad request", "a value in this request can't be stored or looked up", "malformed")


def _database(error: Exception) -> Response:
    current_app.logger.error("database.failed %s %s", type(error).__name__, request.path)
    answer = problem(503, "Service unavailable", "the database does not answer; nothing was stored", "unavailable")
    answer.headers["Retry-After"] = "5"
    return answer
