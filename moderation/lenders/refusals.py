"""Failures of the registry; they belong to the tree in ``moderation.errors``.

Invalid
└── FileRefused         a file to import breaks its rules; ``faults`` names each place
Unavailable
└── RegistryDamaged     the rows are not those that the last import left
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from moderation.errors import Invalid, Unavailable


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, or only odd, in a file: the line that the row begins on, the column, the value."""

    line: int
    column: str
    value: str
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}" + (f", {self.column}" if self.column else "")
        return f"{place}: {self.message}" + (f" (it says {self.value!r})" if self.value else "")


class FileRefused(Invalid):
    """Nothing of the file was written; ``faults`` holds everything that is wrong with it."""

    code = "file_refused"

    def __init__(self, file_name: str, faults: Sequence[Fault]):
        count = f"{len(faults)} errors" if len(faults) != 1 else "1 error"
        super().__init__(f"{file_name}: {count}; nothing was written", errors=[asdict(fault) for fault in faults])
        self.file_name = file_name
        self.faults = tuple(faults)


class RegistryDamaged(Unavailable):
    """The registry's rows were changed by something other than a change of the registry."""

    code = "registry_damaged"
