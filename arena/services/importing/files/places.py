"""Where in a file does something stand? So that every fault can name file and line. Next file to read: records.py."""

from collections.abc import Callable
from dataclasses import dataclass

from arena.domain.errors import ImportFault

Refuse = Callable[[ImportFault], None]
"""Called with the fault of a bad row: raises it, or notes it so that the row is skipped."""


@dataclass(frozen=True)
class Place:
    """number counts from 1; text files have lines, Parquet has rows."""

    file: str
    number: int
    unit: str = "line"

    def __str__(self) -> str:
        return f"{self.file}, {self.unit} {self.number}"

    def fault(self, problem: str) -> ImportFault:
        if self.unit == "line":
            return ImportFault(self.file, self.number, problem)
        return ImportFault(str(self), None, problem)


def refuse_all(fault: ImportFault) -> None:
    """The rule of imports that are all or nothing."""
    raise fault
