"""A real browser against the real application on a real port."""

import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

_FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def _chromium() -> str | None:
    wanted = os.environ.get("CHROMIUM")
    found = (
        (wanted,)
        if wanted
        else (shutil.which("chromium"), shutil.which("chromium-browser"), shutil.which("google-chrome"))
    )
    return next((path for path in found if path and Path(path).exists()), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for one file: Playwright's event loop would be in the way of tests that start their own."""
    binary = _chromium()
    if binary is None:
        pytest.skip("no Chromium here: install chromium, or name one by CHROMIUM, to run the browser tests")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=binary, args=_FLAGS)
        yield running
        running.close()


@pytest.fixture
def server(app: Flask) -> Iterator[str]:
    httpd = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    thread.join()
    httpd.server_close()


@dataclass
class Window:
    """A page with what it complained of and what it asked other hosts for."""

    page: Page
    server: str
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.page.on("request", self._note)

    def open(self, path: str) -> None:
        self.page.goto(f"{self.server}{path}")

    def log_in(self, name: str, password: str) -> None:
        self.open("/review")
        self.page.get_by_label("用户名").fill(name)
        self.page.get_by_label("密码").fill(password)
        self.page.get_by_role("button", name="登录").click()

    def change_password(self, old: str, new: str) -> None:
        self.page.get_by_label("当前密码", exact=True).fill(old)
        self.page.get_by_label("新密码", exact=True).fill(new)
        self.page.get_by_label("再输一次新密码").fill(new)
        self.page.get_by_role("button", name="保存").click()

    def shot(self, name: str) -> None:
        """Keep a picture where DAIDUN_SCREENSHOTS says, for people to look at."""
        folder = os.environ.get("DAIDUN_SCREENSHOTS")
        if folder:
            self.page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)

    def _note(self, request: object) -> None:
        url: str = request.url  # type: ignore[attr-defined]
        if not url.startswith((self.server, "data:")):
            self.foreign.append(url)


@pytest.fixture(params=["1280-light", "390-light", "390-dark"])
def window(request: pytest.FixtureRequest, browser: Browser, server: str) -> Iterator[Window]:
    width, scheme = request.param.split("-")
    context: BrowserContext = browser.new_context(
        viewport={"width": int(width), "height": 844},
        color_scheme=scheme,
        locale="zh-CN",
    )
    opened = Window(context.new_page(), server)
    opened.watch()
    yield opened
    context.close()
