"""Webhook deliveries a second: claim, decrypt, sign, POST, settle, by one delivery worker.

    python -m bench.webhooks [--count 5000] [--database URL]

The receiver runs in a process of its own. ``cores`` is the worker's CPU time by wall time, ``load_before`` the
machine's load average: on a busy machine the rate is what was left, rate / cores is what a whole core would do.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import func, select

from bench.machine import append
from moderation.access.models import Tenant
from moderation.db import Base, Database, open_database, utcnow
from moderation.items.models import DECIDED, Item
from moderation.settings import Settings
from moderation.webhooks import signing
from moderation.webhooks.dispatch import Dispatcher
from moderation.webhooks.models import DELIVERED, EVENTS, WebhookDelivery, WebhookEndpoint
from moderation.webhooks.outbox import Announcement, enqueue_many
from moderation.webhooks.sender import Sender

RECEIVER = Path(__file__).parent / "receiver.py"


@contextmanager
def receiver(folder: Path) -> Iterator[str]:
    """Run the receiver; yield its URL."""
    port = folder / "port"
    process = subprocess.Popen([sys.executable, RECEIVER, port, folder / "heard.json"])
    while not (port.exists() and port.read_text()):
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port.read_text()}/"
    process.terminate()
    process.wait(30)


def prepare(db: Database, count: int, url: str) -> None:
    """Store *count* decided items and enqueue their webhooks."""
    Base.metadata.create_all(db.engine)
    document = {
        "verdict": "block", "final": True, "label": "illegal_loan", "labels": {"illegal_loan": 0.97}, "score": 0.97,
        "reasons": [{"code": "no_credit_check", "source": "lexicon", "message": "不看征信" * 20, "spans": []}],
    }  # fmt: skip
    with db.write() as session:
        tenant = Tenant(name="bench")
        session.add(tenant)
        session.flush()
        secrets, _ = signing.first_secrets(utcnow())
        session.add(WebhookEndpoint(tenant_id=tenant.id, url=url, secrets=secrets, events=list(EVENTS)))
        items = [
            Item(tenant_id=tenant.id, external_id=str(n), content_hash="", kind="post", body={}, state=DECIDED)
            for n in range(count)
        ]
        session.add_all(items)
        session.flush()
        begun = time.perf_counter()
        enqueue_many(
            session, [Announcement(tenant.id, item.id, 1, document | {"id": item.external_id}) for item in items]
        )
        session.flush()
        sys.stderr.write(f"enqueued {count / (time.perf_counter() - begun):.0f}/s\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--database", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = Settings(
            state_dir=folder,
            database_url=options.database,
            encryption_keys=SecretStr(Fernet.generate_key().decode()),
            webhook_networks="127.0.0.0/8",
            webhook_plain_http=True,
        )
        db = open_database(settings)
        with receiver(folder) as url:
            prepare(db, options.count, url)
            load = round(os.getloadavg()[0], 1)
            row = {"database": db.engine.dialect.name, "load_before": load} | measure(db, settings)
        db.close()
        heard = len({item for item, *_ in json.loads((folder / "heard.json").read_text())})
    print(json.dumps(row | {"heard": heard}))
    append("webhooks", [row | {"heard": heard}])


def measure(db: Database, settings: Settings) -> dict[str, float]:
    """Drain the outbox; return the rate, the CPU seconds per wall second and the number delivered."""
    dispatcher = Dispatcher(db, settings, Sender(settings))
    begun, cpu = time.perf_counter(), time.process_time()
    dispatcher.drain(600)
    took, used = time.perf_counter() - begun, time.process_time() - cpu
    dispatcher.close()
    with db.read() as session:
        query = select(func.count()).where(WebhookDelivery.state == DELIVERED)
        delivered = session.scalar(query) or 0
    return {"per_second": round(delivered / took, 1), "cores": round(used / took, 2), "delivered": delivered}


if __name__ == "__main__":
    main()
