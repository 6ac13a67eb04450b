"""What is wrong with a file, said to the person who has it open: which sheet, which row, which column, and why."""

from collections.abc import Iterable
from typing import NamedTuple

SHOWN = 200  # more than this many say how many more there are


class Fault(NamedTuple):
    """One fault. ``row`` counts as a spreadsheet does, the header being row 1; 0 and "" where it is about more than that."""

    sheet: str
    row: int
    column: str
    says: str

    def __str__(self):
        where = ", ".join(
            part
            for part in (
                self.sheet,
                f"row {self.row}" if self.row else "",
                f"column {self.column}" if self.column else "",
            )
            if part
        )
        return f"{where}: {self.says}" if where else self.says


class Refused(Exception):
    """A file that is not brought in; nothing of it was saved."""

    def __init__(self, faults: Iterable[Fault] | str):
        self.faults = [Fault("", 0, "", faults)] if isinstance(faults, str) else list(faults)
        super().__init__("\n".join(self.lines()))

    def lines(self) -> list[str]:
        """Return one sentence a fault, cut off after `SHOWN` with the number of those left out."""
        lines = [str(fault) for fault in self.faults[:SHOWN]]
        if len(self.faults) > SHOWN:
            lines.append(f"and {len(self.faults) - SHOWN} more faults.")
        return lines
