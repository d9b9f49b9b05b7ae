"""People at the review desk, and cases for them, for tests of the pages."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from moderation.access import keys, people
from moderation.access.models import User
from moderation.db import Database, utcnow
from moderation.decisions.append import Verdict, append
from moderation.decisions.models import MACHINE, Decision
from moderation.items.models import DECIDED, QUARANTINED, Item
from moderation.review.models import QUARANTINE, UNCERTAIN, ReviewCase

OWN_PASSWORD = "correct horse battery"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_VERSION = re.compile(r'name="version" value="(\d+)"')

ANSWER: dict[str, Any] = {
    "verdict": "block",
    "final": False,
    "label": "bad_credit_loan",
    "labels": {"bad_credit_loan": 0.61, "unlicensed_loan_ad": 0.3, "question_talk": 0.06, "licensed_ad": 0.03},
    "score": 0.61,
    "reasons": [
        {
            "code": "lexicon.bad_credit_loan",
            "source": "lexicon",
            "message": "承诺向征信不良者放款",
            "spans": [{"field": "text", "start": 0, "end": 4, "text": "黑户可做"}],
            "basis": ["《贷款广告规定》第三条"],
        }
    ],
    "lender": {"claimed": "某某消费金融有限公司", "matched": None, "standing": "unverified_claim"},
    "missing": ["annual_rate"],
    "notice": "请通过正规金融机构借款。",
    "versions": {"model": "m1", "policy": "p1", "registry": "r1"},
    "elapsed_ms": 1.0,
}


def add_person(db: Database, name: str, role: str = "moderator") -> str:
    """Add somebody who has not logged in yet; return the one-time password."""
    with db.write() as session:
        return people.create(session, name, role)[1]


def add_case(db: Database, text: str = "黑户可做，当天放款", cause: str = UNCERTAIN, age: int = 0, **body: Any) -> int:
    """Store an item with the machine's answer (a quarantined one has none) and open a case; return its id."""
    quarantined = cause == QUARANTINE
    with db.write() as session:
        tenant = keys.tenant_named(session, "platform")
        count = len(session.scalars(select(Item.id)).all())
        item = Item(
            tenant_id=tenant.id,
            external_id=f"post-{count + 1}",
            content_hash="0" * 64,
            kind="post",
            body={"id": f"post-{count + 1}", "kind": "post", "text": text, **body},
            state=QUARANTINED if quarantined else DECIDED,
            last_error="MemoryError in assess, cascade.py:1" if quarantined else None,
        )
        session.add(item)
        session.flush()
        if not quarantined:
            answer = ANSWER | {"id": item.external_id} | body.get("answer", {})
            append(session, [Verdict(item, answer, MACHINE)])
        case = ReviewCase(item_id=item.id, cause=cause, created_at=utcnow() - timedelta(seconds=age))
        session.add(case)
        session.flush()
        return case.id


def decisions(db: Database, case_id: int) -> list[Decision]:
    """Return the decisions on a case's item, first to last."""
    with db.read() as session:
        item_id = session.get_one(ReviewCase, case_id).item_id
        return list(session.scalars(select(Decision).where(Decision.item_id == item_id).order_by(Decision.seq)))


def user(db: Database, name: str) -> User:
    """Return somebody's row."""
    with db.read() as session:
        return people.find(session, name)


class Desk:
    """Somebody's browser, as far as forms go: it sends the token of the page it looked at last."""

    def __init__(self, client: FlaskClient):
        self.client = client
        self.page = ""

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        return self._look(self.client.get(path, **kwargs))

    def post(self, path: str, **fields: Any) -> TestResponse:
        token = _TOKEN.search(self.page)
        data = {"csrf_token": token[1] if token else "", **fields}
        return self._look(self.client.post(path, data=data))

    def log_in(self, name: str, password: str) -> TestResponse:
        self.get("/review/login")
        return self.post("/review/login", name=name, password=password)

    def change_password(self, old: str, new: str = OWN_PASSWORD, again: str | None = None) -> TestResponse:
        self.get("/review/password")
        return self.post("/review/password", old=old, new=new, again=new if again is None else again)

    def open_case(self, case_id: int) -> str:
        self.get(f"/review/cases/{case_id}")
        return self.page

    def decide(self, case_id: int, action: str = "block", label: str = "usury_loan", **fields: Any) -> TestResponse:
        """Send the form of the case page looked at last."""
        fields = {"version": self.version, "action": action, f"{action}_label": label, **fields}
        return self.post(f"/review/cases/{case_id}/decision", **fields)

    @property
    def version(self) -> str:
        found = _VERSION.search(self.page)
        return found[1] if found else "1"

    def _look(self, response: TestResponse) -> TestResponse:
        if response.mimetype == "text/html" and response.status_code != 303:
            self.page = response.get_data(as_text=True)
        return response


def seat(app: Flask, db: Database) -> Callable[..., Desk]:
    """Return a function that adds somebody, logs them in and has them change their one-time password."""

    def take(name: str, role: str = "moderator") -> Desk:
        password = add_person(db, name, role)
        desk = Desk(app.test_client())
        desk.log_in(name, password)
        desk.change_password(password)
        return desk

    return take
