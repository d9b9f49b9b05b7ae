"""The OpenAPI document is served, valid and whole."""

import re

from flask import Flask
from openapi_spec_validator import validate
from pydantic import BaseModel

FIXED = {
    ("/v1/items", "post"),
    ("/v1/items/{item_id}", "get"),
    ("/v1/check", "post"),
    ("/v1/hooks/content", "post"),
    ("/v1/webhooks", "post"),
    ("/v1/webhooks", "get"),
    ("/v1/lenders", "get"),
}


def test_the_document_is_valid_openapi_3_1(app: Flask) -> None:
    document = app.test_client().get("/openapi.json").json
    assert document["openapi"] == "3.1.1"
    validate(document)


def test_the_fixed_names_are_in_it(app: Flask) -> None:
    paths = app.test_client().get("/openapi.json").json["paths"]
    assert {(path, method) for path, methods in paths.items() for method in methods} >= FIXED


def test_every_api_route_is_documented(app: Flask) -> None:
    paths = app.test_client().get("/openapi.json").json["paths"]
    routes = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(rule)) for rule in app.url_map.iter_rules()}
    assert {route for route in routes if route.startswith("/v1/")} == set(paths)


def test_the_documentation_page_is_served_without_the_network(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/docs").status_code == 302
    page = client.get("/docs/swagger", follow_redirects=True)
    assert page.status_code == 200
    assert "https://" not in page.text


def test_no_two_models_share_a_name(app: Flask) -> None:
    """The document keeps one schema a name, so a second model of that name would silently replace the first."""
    owners: dict[str, set[str]] = {}
    pending = list(BaseModel.__subclasses__())
    while pending:
        model = pending.pop()
        pending += model.__subclasses__()
        if model.__module__.startswith("moderation.") and "[" not in model.__name__:
            owners.setdefault(model.__name__, set()).add(model.__module__)
    assert {name: modules for name, modules in owners.items() if len(modules) > 1} == {}
