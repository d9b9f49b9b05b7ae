"""The commands of ``daidun policy`` that change something; each asks who you are."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy.orm import Session

from moderation.access import officers
from moderation.db import opened
from moderation.policies import life, store, wanted
from moderation.policies.models import DRAFT, LIVE, PROPOSED, SHADOW, StoredPolicy
from moderation.policies.wanted import Wanted
from moderation.settings import Settings

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NOTE = click.option("--note", default="", help="Why; kept with the policy.")


@dataclass(frozen=True, slots=True)
class _Act:
    """A transaction in which the person ``by`` changes the policies of a tenant."""

    session: Session
    tenant: int
    by: str

    def digest(self, document: Wanted | str) -> str:
        """Return the digest of *document*; one from a file is kept as a draft if it is new."""
        if isinstance(document, str):
            return document
        return life.draft(self.session, self.tenant, document.source, by=self.by)[0].digest


@contextmanager
def _acting(tenant: str, name: str, password: str) -> Iterator[_Act]:
    with opened(Settings()) as db:
        by = officers.known(db, name, password)
        with db.write() as session:
            yield _Act(session, store.tenant_id(session, tenant), by)


@click.command("draft")
@click.argument("file", type=_FILE)
@wanted.TENANT
@_NOTE
@officers.signed
def draft(file: Path, tenant: str, note: str, name: str, password: str) -> None:
    """Keep the policy in FILE as a draft and print its digest."""
    document = wanted.checked(file)
    with _acting(tenant, name, password) as act:
        row, new = life.draft(act.session, act.tenant, document.source, by=act.by, note=note)
    click.echo(f"policy {row.digest} is {'kept as a draft' if new else f'there already: {row.state}'}")


@click.command("shadow")
@click.argument("word", metavar="DIGEST|FILE")
@wanted.TENANT
@officers.signed
def shadow(word: str, tenant: str, name: str, password: str) -> None:
    """Have a policy judge beside the live one, without consequence; `daidun policy differences` tells what it says."""
    document = _document(word)
    with _acting(tenant, name, password) as act:
        row = life.shadow(act.session, act.tenant, act.digest(document), by=act.by)
    click.echo(f"policy {row.digest} is in shadow")


@click.command("withdraw")
@click.argument("digest", default=SHADOW)
@wanted.TENANT
@officers.signed
def withdraw(digest: str, tenant: str, name: str, password: str) -> None:
    """Take a policy, by default the one there is, out of shadow."""
    with _acting(tenant, name, password) as act:
        row = life.withdraw(act.session, act.tenant, digest, by=act.by)
    click.echo(f"policy {row.digest} is a draft")


@click.command("publish")
@click.argument("word", metavar="DIGEST|FILE")
@wanted.TENANT
@officers.signed
def publish(word: str, tenant: str, name: str, password: str) -> None:
    """Put a policy in force; if it could turn a block into an allow, it waits for somebody else's approval."""
    document = _document(word)
    with _acting(tenant, name, password) as act:
        row = life.publish(act.session, act.tenant, act.digest(document), by=act.by)
    _tell(row, tenant)


@click.command("approve")
@click.argument("digest")
@wanted.TENANT
@officers.signed
def approve(digest: str, tenant: str, name: str, password: str) -> None:
    """Let in what waits: the proposed policy DIGEST, or the retirement of the live one. Who asked for it can't."""
    with _acting(tenant, name, password) as act:
        row = life.approve(act.session, act.tenant, digest, by=act.by)
    _tell(row, tenant)


@click.command("reject")
@click.argument("digest")
@wanted.TENANT
@_NOTE
@officers.signed
def reject(digest: str, tenant: str, note: str, name: str, password: str) -> None:
    """Turn down what waits: a proposed policy is a draft again, one that was to be retired stays live."""
    with _acting(tenant, name, password) as act:
        row = life.reject(act.session, act.tenant, digest, by=act.by, note=note)
    click.echo(f"policy {row.digest} is {'a draft' if row.state == DRAFT else 'still live'}")


@click.command("retire")
@click.argument("digest", default=LIVE)
@wanted.TENANT
@officers.signed
def retire(digest: str, tenant: str, name: str, password: str) -> None:
    """Take the live policy out of force, so that the shipped one counts; that may have to wait for somebody else."""
    with _acting(tenant, name, password) as act:
        row = life.retire(act.session, act.tenant, digest, by=act.by)
    _tell(row, tenant)


COMMANDS: tuple[click.Command, ...] = (draft, shadow, withdraw, publish, approve, reject, retire)


def _document(word: str) -> Wanted | str:
    """Return the digest that *word* is, or the document in the file that it names, checked before anybody logs in."""
    return word if wanted.is_stored(word) else wanted.checked(Path(word))


def _tell(row: StoredPolicy, tenant: str) -> None:
    if row.state != PROPOSED and not row.retiring:
        click.echo(f"policy {row.digest} is {row.state}")
        return
    what = "to retire it" if row.retiring else "it"
    click.echo(f"policy {row.digest} waits for somebody else: {what} could turn a block into an allow.")
    for reason in row.widening:
        click.echo(f"! {reason}")
    before, after = (row.digest, "default") if row.retiring else (LIVE, row.digest)
    click.echo(f"  daidun policy diff {before} {after} --tenant {tenant}    shows it")
    click.echo(f"  daidun policy approve {row.digest} --tenant {tenant}    lets it in")
