"""A file's rows as text, whatever its format: CSV, or a sheet of an XLSX workbook."""

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from python_calamine import CalamineError, CalamineWorkbook, WorksheetNotFound

from moderation.lenders.refusals import Fault, FileRefused

if TYPE_CHECKING:
    import _csv

MAX_BYTES = 32 * 2**20
_MAX_UNPACKED = 256 * 2**20
"""Of a workbook, which is a zip archive: a small one may hold very much."""
_MAX_CELLS = 5_000_000
_ZIP = b"PK\x03\x04"

Line = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the rows below it that aren't blank, each with its line (row) in the file."""

    header: list[str]
    lines: list[Line]


def read_table(
    data: bytes, file_name: str, *, encoding: str = "utf-8-sig", header_row: int = 1, sheet: str | None = None
) -> Table:
    """Read a file's content; what stands above its *header_row* is left out.

    Raises:
        FileRefused: it is too large, or damaged, or neither of these formats.
    """
    if len(data) > MAX_BYTES:
        raise FileRefused(file_name, [Fault(1, "", "", f"is {len(data)} bytes; the limit is {MAX_BYTES}")])
    packed = data.startswith(_ZIP)
    lines = _from_workbook(data, file_name, sheet) if packed else _from_csv(data, file_name, encoding)
    below = [line for line in lines if line[0] >= header_row]
    header = [name.strip() for name in below[0][1]] if below else []
    return Table(header, below[1:])


def _from_csv(data: bytes, file_name: str, encoding: str) -> list[Line]:
    rows = csv.reader(io.StringIO(_decoded(data, file_name, encoding), newline=""), strict=True)
    try:
        return _numbered(rows)
    except csv.Error as error:
        raise FileRefused(file_name, [Fault(rows.line_num, "", "", f"is no valid CSV: {error}")]) from error


def _decoded(data: bytes, file_name: str, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        told = "UTF-8" if encoding.startswith("utf-8") else encoding
        raise FileRefused(file_name, [Fault(line, "", "", f"is not {told} at byte {error.start}")]) from error


def _numbered(rows: "_csv.Reader") -> list[Line]:
    """Pair each row with the line it begins on; a quoted cell may span lines."""
    lines: list[Line] = []
    begins = 1
    for row in rows:
        if any(cell.strip() for cell in row):
            lines.append((begins, row))
        begins = rows.line_num + 1
    return lines


def _from_workbook(data: bytes, file_name: str, sheet: str | None) -> list[Line]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > _MAX_UNPACKED:
            fault = Fault(1, "", "", f"unpacks to {unpacked} bytes; the limit is {_MAX_UNPACKED}")
            raise FileRefused(file_name, [fault])
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        page = workbook.get_sheet_by_name(sheet) if sheet else workbook.get_sheet_by_index(0)
    except WorksheetNotFound as error:
        raise FileRefused(file_name, [Fault(1, "", "", f"has no sheet {sheet!r}")]) from error
    except (zipfile.BadZipFile, CalamineError) as error:
        raise FileRefused(file_name, [Fault(1, "", "", f"is no workbook that can be read: {error}")]) from error
    if page.total_height * page.total_width > _MAX_CELLS:
        raise FileRefused(file_name, [Fault(1, "", "", f"has more than {_MAX_CELLS} cells")])
    rows = enumerate(page.to_python(skip_empty_area=False), start=1)
    return _squared([(line, [_text(cell) for cell in row]) for line, row in rows if any(_text(cell) for cell in row)])


def _squared(lines: Sequence[Line]) -> list[Line]:
    """Cut off the columns to the right in which no row has anything."""
    width = max((place for _, row in lines for place, cell in enumerate(row, start=1) if cell), default=0)
    return [(line, row[:width]) for line, row in lines]


def _text(cell: object) -> str:
    """Write a cell as a person would have typed it: dates as 2025-02-28, whole numbers without a point."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
