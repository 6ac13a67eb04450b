"""Lines of points, joined where they say the same, and cut where another version of the scheme begins."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from peerload.core import dates
from peerload.core.dates import FOREVER

from ..enums import Element, Ending
from .facts import Line
from .scheme import Scheme, Version, scheme_on


def join(lines: Iterable[Line]) -> list[Line]:
    """Return lines with equal neighbours put together, so that nothing is cut where no point changes."""
    lines = list(lines)
    if len(lines) < 2:
        return lines
    joined: list[Line] = []
    for line in sorted(lines, key=_identity):
        last = joined[-1] if joined else None
        if last and last.ends_before == line.starts_on and _identity(last)[:-1] == _identity(line)[:-1]:
            joined[-1] = last._replace(ends_before=line.ends_before, ending=line.ending)
        else:
            joined.append(line)
    return joined


def _identity(line: Line) -> tuple[int, str, str, int, int, int, Decimal, date]:
    return (
        line.worker,
        line.element,
        line.code,
        line.person or 0,
        line.family or 0,
        line.source or 0,
        line.points,
        line.starts_on,
    )


def _clip(lines: Iterable[Line], version: Version) -> Iterator[Line]:
    for line in lines:
        starts = max(line.starts_on, version.starts_on)
        ends = min(line.ends_before or FOREVER, version.ends_before)
        if starts < ends:
            cut = ends != (line.ends_before or FOREVER)
            yield line._replace(
                starts_on=starts,
                ends_before=None if ends == FOREVER else ends,
                ending=Ending.SCHEME if cut else line.ending,
            )


def line_label(line: Line, schemes: Sequence[Scheme], on: date) -> str:
    """Return a line's label: from the scheme of a day, for the stable element from its own row."""
    if line.element == Element.STABLE and line.reason:
        return line.reason[:LONGEST_LABEL]
    return scheme_on(schemes, on).label(line.code, schemes)[:LONGEST_LABEL]


LONGEST_LABEL = 120  # how many letters a record keeps


def standing(lines: Iterable[Line], on: date) -> list[Line]:
    """Return the lines that count on a day."""
    return [line for line in lines if dates.contains(line.starts_on, line.ends_before, on)]
