"""/healthz: this process answers. /readyz: what it needs answers too. /metrics: Prometheus."""

from collections.abc import Callable

from flask import Flask, Response, current_app, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from classifiers import ArtifactError
from moderation.errors import DaidunError
from moderation.migrations.head import behind
from moderation.services import Services, services


def install(app: Flask) -> None:
    """Mount the three."""
    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/readyz", "readyz", readyz)
    app.add_url_rule("/metrics", "metrics", metrics)


def healthz() -> Response:
    """Answer as long as the process can."""
    return jsonify(status="ok")


def readyz() -> Response:
    """Answer 200 when database, migrations, model and registry are in order; the broker is told but not required.

    Items are taken while the broker is down and judged when it is back, so its loss must not take the intake
    out of the load balancer.
    """
    house = services()
    faults = {name: fault for name, check in _CHECKS.items() if (fault := check(house)) is not None}
    fatal = {name for name in faults if name != "broker"}
    response = jsonify(status="unready" if fatal else "ready", faults=faults)
    response.status_code = 503 if fatal else 200
    return response


def metrics() -> Response:
    """Return this process's counters in the Prometheus text format."""
    registry: CollectorRegistry = REGISTRY
    return current_app.response_class(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _database(house: Services) -> str | None:
    try:
        return behind(house.db)
    except SQLAlchemyError as error:
        return f"does not answer: {type(error).__name__}"


def _model(house: Services) -> str | None:
    try:
        _ = house.judge
    except (ArtifactError, DaidunError, SQLAlchemyError) as error:
        return str(error)
    return None


def _broker(house: Services) -> str | None:
    try:
        with Redis.from_url(house.settings.redis, socket_timeout=1, socket_connect_timeout=1) as redis:
            redis.ping()
    except RedisError as error:
        return f"does not answer: {type(error).__name__}"
    return None


_CHECKS: dict[str, Callable[[Services], str | None]] = {"database": _database, "judge": _model, "broker": _broker}
