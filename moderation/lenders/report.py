"""The registry's answers as text: tables on a terminal, tab-separated lines in a pipe."""

from collections.abc import Sequence
from datetime import date

import click

from moderation.console import table
from moderation.lenders.difference import Difference, Entry
from moderation.lenders.models import RegistryChange
from moderation.lenders.portrait import Claim, LenderOut
from moderation.lenders.standing import Finding

_MOST = 40


def difference(found: Difference) -> None:
    """Print what a file changes."""
    for warning in found.warnings:
        click.echo(f"warning: {found.file_name}: {warning}", err=True)
    _entries(found.entries)
    for key in found.missing:
        click.echo(f"? {key}: not in the file; it stays")
    for reason in found.widening[:_MOST]:
        click.echo(f"! {reason}")
    if len(found.widening) > _MOST:
        click.echo(f"! … and {len(found.widening) - _MOST} more reasons to have a second person look at it")
    click.echo(
        f"{found.kind}: {len(found.added)} added, {len(found.changed)} changed, "
        f"{found.unchanged} unchanged, {len(found.missing)} not in the file"
    )


def changes(rows: Sequence[RegistryChange]) -> None:
    """Print changes, one a line."""
    table(
        ("change", "state", "kind", "records", "proposed", "by", "decided", "by", "file", "note"),
        [
            (
                str(row.id),
                row.state,
                row.kind,
                str(len(row.entries)),
                f"{row.proposed_at:%Y-%m-%d %H:%M}",
                row.proposed_by,
                f"{row.decided_at:%Y-%m-%d %H:%M}" if row.decided_at else "",
                row.decided_by or "",
                row.file_name,
                row.note,
            )
            for row in rows
        ],
    )


def change(row: RegistryChange) -> None:
    """Print a change, field by field."""
    changes([row])
    _entries([Entry(*each) for each in row.entries])
    for reason in row.widening:
        click.echo(f"! {reason}")


def _entries(entries: Sequence[Entry]) -> None:
    for entry in entries:
        click.echo(f"{'+' if entry.before is None else '-' if entry.after is None else '~'} {entry.key}")
        if entry.before is not None and entry.after is not None:
            for each in entry.changes:
                click.echo(f"    {each.field}: {each.old or '(nothing)'} → {each.new or '(nothing)'}")


def lender(drawn: LenderOut) -> None:
    """Print a lender."""
    click.echo(f"{drawn.legal_name}\n  {drawn.licence_type}, {drawn.status}, confidence {drawn.confidence}")
    for label, value in (
        ("credit code", drawn.uscc),
        ("licence number", drawn.nfra_code or drawn.licence_no),
        ("regulator", drawn.regulator),
        ("region", drawn.region),
        ("province", drawn.province),
        ("products", ", ".join(drawn.products)),
        ("channel", drawn.channel),
        ("largest loan", str(drawn.max_amount or "")),
        ("status", drawn.status_history),
        ("expires", drawn.expires.isoformat() if drawn.expires else ""),
        ("as of", drawn.as_of.isoformat() if drawn.as_of else ""),
        ("source", drawn.source),
        ("note", drawn.note),
    ):
        if value:
            click.echo(f"  {label}: {value}")
    for name in drawn.names:
        click.echo(f"  name: {name.name} ({name.kind}, {name.confidence}{_span(name)})")
    for domain in drawn.domains:
        click.echo(f"  domain: {domain.domain} ({domain.confidence}{_span(domain)})")
    for contact in drawn.contacts:
        click.echo(f"  {contact.kind}: {contact.value} ({contact.confidence}{_span(contact)})")
    for partner in drawn.partners:
        product = f", {partner.product}" if partner.product else ""
        click.echo(f"  partner: {partner.operator} ({partner.role}{product}, {partner.confidence}{_span(partner)})")


def _span(claim: Claim) -> str:
    if claim.valid_from is None and claim.valid_to is None:
        return ""
    return f", from {claim.valid_from or '…'} until {claim.valid_to or '…'}"


def finding(found: Finding, at: date) -> None:
    """Print a standing and what it rests on."""
    click.echo(f"{found.standing.value} on {at.isoformat()}")
    for label, value in (
        ("claimed", found.claimed),
        ("matched", found.matched),
        ("own links", " ".join(found.own_links)),
        ("foreign links", " ".join(found.foreign_links)),
        ("remarks", " ".join(found.remarks)),
        ("registry", found.registry),
    ):
        if value:
            click.echo(f"  {label}: {value}")
