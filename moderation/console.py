"""What commands print: tables on a terminal, tab-separated lines in a pipe."""

from collections.abc import Sequence

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text


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
