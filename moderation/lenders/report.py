"""The registry's answers as text: tables on a terminal, tab-separated lines in a pipe."""

from collections.abc import Sequence
from datetime import date

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from moderation.lenders.difference import Difference
from moderation.lenders.models import LenderEntity
from moderation.lenders.standing import Finding


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows below a header."""
    console = Console()
    if not console.is_terminal:
        for row in (header, *rows):
            click.echo("\t".join(cell.replace("\t", " ") for cell in row))
        return
    grid = Table(*header)
    for row in rows:
        # Text, because a cell may hold what rich reads as markup.
        grid.add_row(*(Text(cell) for cell in row))
    console.print(grid)


def difference(found: Difference) -> None:
    """Print what a file changes."""
    for warning in found.warnings:
        click.echo(f"warning: {found.file_name}: {warning}", err=True)
    for key in found.added:
        click.echo(f"+ {key}")
    for change in found.changed:
        click.echo(f"~ {change.key}")
        for each in change.fields:
            click.echo(f"    {each.field}: {each.old or '(nothing)'} → {each.new or '(nothing)'}")
    for key in found.missing:
        click.echo(f"? {key}: not in the file; it stays")
    click.echo(
        f"{found.kind}: {len(found.added)} added, {len(found.changed)} changed, "
        f"{found.unchanged} unchanged, {len(found.missing)} not in the file"
    )


def entity(row: LenderEntity) -> None:
    """Print a lender."""
    click.echo(f"{row.legal_name}\n  {row.licence_type}, {row.status}, confidence {row.confidence}")
    for label, value in (
        ("licence number", row.nfra_code),
        ("regulator", row.regulator),
        ("region", row.region),
        ("province", row.province),
        ("as of", row.as_of.isoformat() if row.as_of else ""),
        ("source", row.source),
        ("note", row.note),
    ):
        if value:
            click.echo(f"  {label}: {value}")
    for period in row.periods:
        click.echo(f"  status: {period.status} from {period.valid_from or '…'} to {period.valid_to or '…'}")
    for name in row.names:
        click.echo(f"  name: {name.name} ({name.kind}, {name.confidence}, {name.origin})")
    for domain in row.domains:
        click.echo(f"  domain: {domain.domain} ({domain.confidence})")


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
