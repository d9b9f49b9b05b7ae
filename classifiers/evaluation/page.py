"""Writes the tables: into the model card, as CSV, and the reliability plot as SVG. No text of anybody's is quoted."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from classifiers.evaluation.measures import Bin, reliability
from classifiers.evaluation.tables import Table
from classifiers.evaluation.view import View
from classifiers.training import markdown

PLOT = "reliability.svg"
_SIDE, _EDGE = 320, 40


def write(tables: Sequence[Table], view: View, card: Path, folder: Path) -> None:
    """Put *tables* between the marks of *card* and as CSV files into *folder*, with the plot."""
    folder.mkdir(parents=True, exist_ok=True)
    for table in tables:
        with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([table.heads, *table.rows])
    (folder / PLOT).write_text(_plot(view), encoding="utf-8")
    sections = [_section(table) for table in tables]
    sections.append(f"![Share of illegal texts by score]({folder.relative_to(card.parent) / PLOT})")
    before = card.read_text(encoding="utf-8") if card.exists() else "# Model card\n"
    card.write_text(markdown.replaced(before, "\n\n".join(sections)), encoding="utf-8")


def _section(table: Table) -> str:
    rows = markdown.table(table.heads, [[str(cell) for cell in row] for row in table.rows])
    remark = f"{table.remark}\n\n" if table.remark else ""
    return f"## {table.title}\n\n{remark}{rows}"


def _plot(view: View) -> str:
    """Draw score against share, one line for unseen authors, one for real texts; the diagonal is perfect."""
    known = view.illegal | view.innocent
    curves = [
        (name, colour, reliability(view.score()[known & side], view.illegal[known & side]))
        for name, colour, side in (("unseen authors", "#0b5", view.authored), ("real texts", "#05b", ~view.authored))
        if np.any(known & side)
    ]
    size = _SIDE + 2 * _EDGE
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" font-family="sans-serif" font-size="12">',
        f'<rect width="{size}" height="{size}" fill="#fff"/>',
        f'<path d="M{_at(0, 0)} L{_at(1, 1)}" stroke="#bbb" fill="none"/>',
        f'<path d="M{_at(0, 1)} L{_at(0, 0)} L{_at(1, 0)}" stroke="#333" fill="none"/>',
        f'<text x="{size / 2}" y="{size - 8}" text-anchor="middle">mean score</text>',
        f'<text transform="translate(14 {size / 2}) rotate(-90)" text-anchor="middle">share illegal</text>',
    ]
    for place, (name, colour, bins) in enumerate(curves):
        lines += _curve(bins, colour)
        lines.append(f'<text x="{_EDGE + 10}" y="{_EDGE + 16 * (place + 1)}" fill="{colour}">{name}</text>')
    return "\n".join([*lines, "</svg>", ""])


def _curve(bins: Sequence[Bin], colour: str) -> list[str]:
    path = " L".join(_at(each.score, each.illegal) for each in bins)
    dots = [
        f'<circle cx="{_at(each.score, each.illegal).replace(" ", chr(34) + " cy=" + chr(34))}" r="3" fill="{colour}"/>'
        for each in bins
    ]
    return [f'<path d="M{path}" stroke="{colour}" fill="none"/>', *dots]


def _at(across: float, up: float) -> str:
    return f"{_EDGE + across * _SIDE:.1f} {_EDGE + (1 - up) * _SIDE:.1f}"
