"""The three kinds of files that can be imported: their columns, and reading them whole or not at all."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from moderation.lenders import cells, licence_numbers
from moderation.lenders.refusals import Fault, FileRefused

if TYPE_CHECKING:
    import _csv

Kind = Literal["lenders", "operators", "brands"]
MAX_BYTES = 32 * 2**20


@dataclass(frozen=True, slots=True)
class Column:
    """A column by name, and the check of its cells. A file may leave out what is not ``required``."""

    name: str
    check: Callable[[str], str] = cells.text
    required: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A kind of file; ``key`` names the columns that tell its rows apart."""

    kind: Kind
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def required(self) -> set[str]:
        return {column.name for column in self.columns if column.required}


@dataclass(frozen=True, slots=True)
class Record:
    """A row whose cells are all valid, in canonical form."""

    line: int
    key: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that may be imported."""

    sheet: Sheet
    records: tuple[Record, ...]
    warnings: tuple[Fault, ...]


SHEETS: dict[Kind, Sheet] = {
    "lenders": Sheet(
        "lenders",
        ("legal_name",),
        (
            Column("legal_name", cells.named, required=True),
            Column("licence_type", cells.licence_type, required=True),
            Column("source", cells.sourced, required=True),
            Column("confidence", cells.confidence, required=True),
            Column("nfra_code", cells.nfra_code),
            Column("regulator"),
            Column("valid_region"),
            Column("province"),
            Column("former_names", cells.names),
            Column("brands_supported", cells.names),
            Column("brands_unverified", cells.names),
            Column("domains", cells.domains),
            Column("domain_confidence", cells.optional_confidence),
            Column("domains_unverified", cells.domains),
            Column("status", cells.status),
            Column("status_history", cells.statuses),
            Column("as_of", cells.day),
            Column("note"),
        ),
    ),
    "operators": Sheet(
        "operators",
        ("operator_name",),
        (
            Column("operator_name", cells.named, required=True),
            Column("source", cells.sourced, required=True),
            Column("confidence", cells.confidence, required=True),
            Column("brands", cells.names),
            Column("role"),
            Column("note"),
        ),
    ),
    "brands": Sheet(
        "brands",
        ("legal_name", "brand"),
        (
            Column("legal_name", cells.named, required=True),
            Column("brand", cells.named, required=True),
            Column("source", cells.sourced, required=True),
            Column("confidence", cells.confidence, required=True),
        ),
    ),
}


def read(data: bytes, file_name: str, kind: Kind | None = None) -> Reading:
    """Read a CSV file, UTF-8 with or without a byte order mark; without *kind* its columns tell what it is.

    Raises:
        FileRefused: with everything that is wrong with the file.
    """
    rows = csv.reader(io.StringIO(_decoded(data, file_name), newline=""), strict=True)
    try:
        header = [name.strip() for name in next(rows, [])]
        sheet = _sheet(header, file_name, kind)
        lines = _numbered(rows)
    except csv.Error as error:
        raise FileRefused(file_name, [Fault(rows.line_num, "", "", f"is no valid CSV: {error}")]) from error
    faults: list[Fault] = []
    records = [record for line, row in lines if (record := _record(sheet, header, line, row, faults))]
    faults += _repeated(records)
    if faults:
        raise FileRefused(file_name, sorted(faults, key=lambda fault: fault.line))
    return Reading(sheet, tuple(records), tuple(_oddities(records)))


def _decoded(data: bytes, file_name: str) -> str:
    if len(data) > MAX_BYTES:
        raise FileRefused(file_name, [Fault(1, "", "", f"is {len(data)} bytes; the limit is {MAX_BYTES}")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileRefused(file_name, [Fault(line, "", "", f"is not UTF-8 at byte {error.start}")]) from error


def _numbered(rows: "_csv.Reader") -> list[tuple[int, list[str]]]:
    """Pair each row with the line it begins on; a quoted cell may span lines."""
    lines: list[tuple[int, list[str]]] = []
    begins = rows.line_num + 1
    for row in rows:
        if any(cell.strip() for cell in row):
            lines.append((begins, row))
        begins = rows.line_num + 1
    return lines


def _sheet(header: Sequence[str], file_name: str, kind: Kind | None) -> Sheet:
    fitting = [sheet for sheet in SHEETS.values() if sheet.required <= set(header)]
    sheet = SHEETS[kind] if kind else fitting[0] if fitting else None
    if sheet is None:
        needed = "; ".join(f"{each.kind}: {', '.join(sorted(each.required))}" for each in SHEETS.values())
        raise FileRefused(file_name, [Fault(1, "", "", f"its columns are of no known kind of file ({needed})")])
    known = {column.name for column in sheet.columns}
    faults = [
        Fault(1, name, "", f"a file of {sheet.kind} needs this column") for name in sorted(sheet.required - set(header))
    ]
    faults += [
        Fault(1, name, name, f"a file of {sheet.kind} has no such column") for name in header if name not in known
    ]
    faults += [Fault(1, name, name, "is there twice") for name in sorted({n for n in header if header.count(n) > 1})]
    if faults:
        raise FileRefused(file_name, faults)
    return sheet


def _record(sheet: Sheet, header: list[str], line: int, row: list[str], faults: list[Fault]) -> Record | None:
    if len(row) != len(header):
        faults.append(Fault(line, "", "", f"has {len(row)} cells where the header has {len(header)}"))
        return None
    cells_by_name = dict(zip(header, row, strict=True))
    fields: dict[str, str] = {}
    for column in sheet.columns:
        if column.name in cells_by_name:
            value = cells_by_name[column.name].strip()
            try:
                fields[column.name] = column.check(value)
            except ValueError as error:
                faults.append(Fault(line, column.name, value, str(error)))
    if any(name not in fields for name in sheet.key):
        return None
    return Record(line, " / ".join(fields[name] for name in sheet.key), fields)


def _repeated(records: Sequence[Record]) -> list[Fault]:
    first: dict[str, int] = {}
    faults = []
    for record in records:
        line = first.setdefault(record.key, record.line)
        if line != record.line:
            faults.append(Fault(record.line, "", record.key, f"line {line} is about the same"))
    return faults


def _oddities(records: Sequence[Record]) -> list[Fault]:
    warnings = []
    for record in records:
        code, province = record.fields.get("nfra_code", ""), record.fields.get("province", "")
        if code and not licence_numbers.fits_province(code, province):
            warnings.append(Fault(record.line, "nfra_code", code, f"its region digits are not those of {province}"))
        if province and province not in licence_numbers.PROVINCES:
            warnings.append(Fault(record.line, "province", province, "is no province-level region"))
    return warnings
