"""How a regulator's list is laid out: which of its columns is which of ours, and what holds for all of its rows.

A layout is a YAML file::

    kind: lenders
    header_row: 3
    columns: {legal_name: 机构名称, nfra_code: 机构编码}
    constants: {licence_type: 消费金融公司, source: 法人名单 2025-06-30, confidence: high}

Columns of the list that the layout doesn't name are left out.
"""

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from moderation.errors import Invalid
from moderation.lenders.kinds import Kind
from moderation.lenders.refusals import Fault, FileRefused
from moderation.lenders.tables import Table


class Layout(BaseModel):
    """Where a file's facts are. The default is the layout of our own files."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind | None = None
    encoding: str = "utf-8-sig"
    sheet: str | None = None
    header_row: int = Field(1, ge=1)
    columns: dict[str, str] = {}
    constants: dict[str, str] = {}

    def with_constants(self, more: dict[str, str]) -> "Layout":
        """Return the layout with constants added, such as this edition's date."""
        return self.model_copy(update={"constants": self.constants | more})

    def applied(self, table: Table, file_name: str) -> Table:
        """Return *table* with our columns.

        Raises:
            FileRefused: a column that the layout names isn't there.
        """
        absent = [name for name in self.columns.values() if name not in table.header]
        if absent:
            faults = [Fault(self.header_row, name, "", "is not among the columns of the file") for name in absent]
            raise FileRefused(file_name, faults)
        ours = {source: target for target, source in self.columns.items()}
        kept = [place for place, name in enumerate(table.header) if not self.columns or name in ours]
        header = [ours.get(table.header[place], table.header[place]) for place in kept]
        width = len(table.header)
        lines = [
            (line, [*(row[place] for place in kept), *self.constants.values()] if len(row) == width else row)
            for line, row in table.lines
        ]
        return Table([*header, *self.constants], lines)


OURS = Layout()


def load_layout(path: Path) -> Layout:
    """Read a layout.

    Raises:
        Invalid: it can't be read, or isn't one.
    """
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Layout.model_validate(content)
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Invalid(f"{path} is no YAML: {error}") from error
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise Invalid(f"{path} is no layout: {told}") from error
