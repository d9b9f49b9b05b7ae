"""Security headers, and the static files that pages load."""

import hashlib
import re
from pathlib import Path

import pytest
from flask import Flask

import moderation
from moderation.db import Database
from tests.support.desk import Desk, add_case

STATIC = Path(moderation.__file__).parent / "static"


@pytest.mark.parametrize(
    "path",
    ["/review/login", "/review", "/review/none", "/static/review.css", "/healthz", "/v1/none", "/none", "/docs/none"],
)
def test_every_answer_carries_the_headers(app: Flask, path: str) -> None:
    with app.test_client().get(path) as response:
        headers = response.headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers


def test_the_review_pages_may_run_no_script_and_load_nothing_foreign(outsider: Desk) -> None:
    policy = outsider.get("/review/login").headers["Content-Security-Policy"]
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_review_pages_are_not_kept_by_caches_but_static_files_may_be(outsider: Desk) -> None:
    assert outsider.get("/review/login").headers["Cache-Control"] == "no-store"
    with outsider.client.get("/static/review.css") as response:
        assert response.headers["Cache-Control"] == "no-cache"
        assert "Set-Cookie" not in response.headers


def test_errors_under_review_are_pages(moderator: Desk) -> None:
    response = moderator.get("/review/no/such/page")
    assert response.status_code == 404
    assert "没有这个页面" in moderator.page
    response = moderator.client.delete("/review")
    assert response.status_code == 405


def test_the_docs_page_allows_its_own_inline_script_by_hash_only(app: Flask) -> None:
    response = app.test_client().get("/docs/swagger")
    policy = response.headers["Content-Security-Policy"]
    scripts = policy.split("script-src")[1].split(";")[0]
    assert re.fullmatch(r" 'self' 'sha256-[A-Za-z0-9+/=]{44}'", scripts)
    assert "unsafe-eval" not in policy


def test_pages_have_no_inline_script_or_style(moderator: Desk, db: Database) -> None:
    case = add_case(db)
    for path in ("/review", f"/review/cases/{case}", "/review/password"):
        moderator.get(path)
        assert "<script" not in moderator.page
        assert "<style" not in moderator.page
        assert not re.search(r"\s(style|on\w+)=", moderator.page)


def test_pages_name_only_files_of_ours(moderator: Desk) -> None:
    moderator.get("/review")
    files = re.findall(r'(?:src|href)="(/static/[^"]+)"', moderator.page)
    assert len(files) == 3
    for file in files:
        with moderator.client.get(file) as response:
            assert response.status_code == 200


def test_every_input_has_a_label(moderator: Desk, db: Database) -> None:
    case = add_case(db)
    for path in (f"/review/cases/{case}", "/review/password"):
        moderator.get(path)
        unlabelled = re.sub(r"<label>.*?</label>", "", moderator.page, flags=re.DOTALL)
        fields = re.findall(r"<(?:input|select|textarea)[^>]*>", unlabelled)
        assert all('type="hidden"' in field or " hidden " in field for field in fields)


def test_vendored_files_are_unchanged_and_come_with_their_licence() -> None:
    lines = (STATIC / "vendor" / "SHA256SUMS").read_text().splitlines()
    expected = {name: digest for digest, name in (line.split("  ") for line in lines)}
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (STATIC / "vendor").iterdir()
        if path.name != "SHA256SUMS"
    }
    assert found == expected
    assert "MIT License" in (STATIC / "vendor" / "pico-LICENSE.md").read_text()


def test_style_sheets_load_nothing_from_elsewhere() -> None:
    for sheet in STATIC.rglob("*.css"):
        content = sheet.read_text()
        assert "@import" not in content
        assert all(target.startswith(('"data:', "data:")) for target in re.findall(r"url\(([^)]+)", content))
