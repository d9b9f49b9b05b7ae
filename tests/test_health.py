"""/healthz, /readyz and /metrics: what each says when something is out of order."""

import pytest
from flask import Flask
from sqlalchemy import text

from classifiers import ArtifactError, Classifier
from moderation.db import Database
from moderation.services import Services


def test_all_is_well(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/healthz").json == {"status": "ok"}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"faults": {}, "status": "ready"})


def test_without_the_broker_the_intake_stays_ready_and_the_fault_is_told(app: Flask, house: Services) -> None:
    object.__setattr__(house, "settings", house.settings.model_copy(update={"redis_url": "unix:///nowhere.sock"}))
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 200
    assert "broker" in answer.json["faults"]


def test_a_damaged_model_is_not_ready(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(*_: object, **__: object) -> Classifier:
        raise ArtifactError("gate.npz is damaged")

    monkeypatch.setattr(Classifier, "load", damaged)
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json["faults"] == {"judge": "gate.npz is damaged"}


def test_an_old_schema_is_not_ready(app: Flask, db: Database) -> None:
    with db.write() as session:
        head = session.scalar(text("SELECT version_num FROM alembic_version"))
        session.execute(text("UPDATE alembic_version SET version_num = 'old'"))
    try:
        answer = app.test_client().get("/readyz")
    finally:
        with db.write() as session:
            session.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": head})
    assert answer.status_code == 503
    assert "daidun db upgrade" in answer.json["faults"]["database"]


def test_metrics_are_in_the_prometheus_format(app: Flask) -> None:
    answer = app.test_client().get("/metrics")
    assert answer.content_type.startswith("text/plain")
    assert b"# TYPE daidun_rings_lost_total counter" in answer.data
