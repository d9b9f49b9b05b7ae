"""Schemathesis reads the OpenAPI document and looks for answers that contradict it, with all its checks."""

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.conftest import Platform


def test_no_answer_contradicts_the_document(app: Flask, platform: Platform, subtests: pytest.Subtests) -> None:
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app)
    operations = [result.ok() for result in schema.get_all_operations()]
    assert operations
    for operation in operations:
        with subtests.test(operation.label):
            _fuzz(operation, platform.token)


def _fuzz(operation: schemathesis.APIOperation, token: str) -> None:  # type: ignore[type-arg]
    # A schema can't say which addresses a webhook may reach, nor which text is a policy: what it lets pass may well be
    # refused there.
    lenient = operation.path.startswith(("/v1/webhooks", "/v1/policies"))
    excluded = [positive_data_acceptance] if lenient else []

    @given(case=operation.as_strategy())
    @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def holds(case: schemathesis.Case) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, excluded_checks=excluded)

    holds()
