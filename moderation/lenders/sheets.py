"""Reading a file to import: whole or not at all, with everything that is wrong told at once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from moderation.lenders import licence_numbers
from moderation.lenders.kinds import SHEETS, Kind, Sheet
from moderation.lenders.layouts import OURS, Layout
from moderation.lenders.refusals import Fault, FileRefused
from moderation.lenders.tables import read_table


@dataclass(frozen=True, slots=True)
class Record:
    """A row whose cells are all valid, in canonical form."""

    line: int
    key: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that may be imported."""

    file_name: str
    sha256: str
    sheet: Sheet
    records: tuple[Record, ...]
    warnings: tuple[Fault, ...]


def read(data: bytes, file_name: str, kind: Kind | None = None, layout: Layout = OURS) -> Reading:
    """Read a CSV or XLSX file laid out as *layout* says; without *kind* its columns tell what it is.

    Raises:
        FileRefused: with everything that is wrong with the file.
    """
    raw = read_table(data, file_name, encoding=layout.encoding, header_row=layout.header_row, sheet=layout.sheet)
    table = layout.applied(raw, file_name)
    sheet = _sheet(table.header, file_name, kind or layout.kind)
    faults: list[Fault] = []
    records = [record for line, row in table.lines if (record := _record(sheet, table.header, line, row, faults))]
    faults += _repeated(records)
    if faults:
        raise FileRefused(file_name, sorted(faults, key=lambda fault: fault.line))
    return Reading(file_name, hashlib.sha256(data).hexdigest(), sheet, tuple(records), tuple(_oddities(records)))


def _sheet(header: Sequence[str], file_name: str, kind: Kind | None) -> Sheet:
    fitting = [sheet for sheet in SHEETS.values() if sheet.required <= set(header)]
    # A list of partners has all the columns of a list of operators.
    sheet = SHEETS[kind] if kind else max(fitting, key=lambda each: len(each.required), default=None)
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
    if any(name not in fields for name in sheet.key if name in sheet.required):
        return None
    return Record(line, sheet.key_of(fields), fields)


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
