"""Changes of a made-up registry, and what people at the review desk do about them, for tests of the pages."""

import re

from moderation.db import Database
from moderation.lenders import changes, importer
from moderation.lenders.models import RegistryChange
from tests.support.desk import Desk

BANK_NAME, FINANCE_NAME = "甲乙银行股份有限公司", "丙丁消费金融有限公司"
HOSTILE = '<script>alert("1")</script>\u202e贷\u200b款有限公司'
SUSPENDED = (
    "legal_name,licence_type,status_history,source,confidence\n"
    f"{BANK_NAME},城市商业银行,suspended@2026-04-01,a list,high\n"
)
_PARTNERS = "legal_name,operator_name,role,source,confidence,as_of,valid_from,valid_to\n"


def partner(until: str = "") -> str:
    """A file that says that the bank has a partner, until a day: it widens."""
    return (
        _PARTNERS + f"{BANK_NAME},壬癸科技有限公司,marketing,the bank's own list,high,2026-03-03,2026-01-01,{until}\n"
    )


def lender_row(name: str, source: str = "a list") -> str:
    """A row of a bank with this name, below ``tests.lenders.conftest.HEADER``."""
    return f"{quoted(name)},城市商业银行,,广东,,,,{quoted(source)},high\n"


def quoted(cell: str) -> str:
    """A cell of a CSV file."""
    return '"' + cell.replace('"', '""') + '"'


def propose(db: Database, text: str, by: str = "赵提议", note: str = "") -> int:
    """Propose what a file with this text changes; return the change's number."""
    with db.write() as session:
        upload = importer.Upload(text.encode(), "名录 2026-06.csv")
        change = importer.propose_file(session, upload, by=by, note=note)
    assert change is not None
    return change.id


def stored(db: Database, number: int) -> RegistryChange:
    """Return a change as it is now."""
    with db.read() as session:
        return changes.find(session, number)


def all_changes(db: Database) -> list[RegistryChange]:
    """All changes, oldest first."""
    with db.read() as session:
        return list(reversed(changes.history(session)))


def listed(page: str) -> list[int]:
    """The numbers of the changes that a page links to, in its order."""
    return [int(number) for number in re.findall(r'href="/review/registry/changes/(\d+)', page)]


def records(page: str) -> list[str]:
    """The lenders whose records the page of a change shows."""
    return re.findall(r"<h3><a [^>]*><bdi>([^<]+)", page)


def onward(page: str) -> str:
    """The address of the next page; empty on the last."""
    link = re.search(r'rel="next" href="([^"]+)"', page)
    return link[1].replace("&amp;", "&") if link else ""


def act(desk: Desk, number: int, action: str, note: str = "") -> int:
    """Look at the change, then send what its form would; return the answer's status."""
    desk.get(f"/review/registry/changes/{number}")
    return send(desk, number, action, note)


def send(desk: Desk, number: int, action: str, note: str = "") -> int:
    """Send the form with the token of the page looked at last; return the answer's status."""
    return desk.post("/review/registry/decision", number=number, action=action, note=note).status_code
