"""What every chart of months has: a month, where it stands, its key, and the table that says the same as the chart."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from peerload.core.formats import format_month
from peerload.core.translation import LazyText
from peerload.ui.templatetags.charts import across, value_of
from peerload.ui.templatetags.ui import BANDS, points

LOWEST, AXIS = 134, 158  # pixels from the top to the lowest value, and to the line of the months' names
ABOVE = 24  # pixels above the highest value, for the figure over it
FEW = 6  # months whose words fit beside each other on a phone


class ChartMonth(NamedTuple):
    """A month to draw; ``None`` is unknown."""

    day: date
    total: Decimal | None
    mark: Decimal | None
    limit: Decimal | None
    percent: Decimal | None
    kept: bool
    band: str
    note: str

    @property
    def is_over(self) -> bool:
        return self.band == "over"

    @property
    def band_words(self) -> LazyText:
        return BANDS[self.band][1] if self.band else ""


def chart_months(rows: Iterable) -> list[ChartMonth]:
    return [
        ChartMonth(
            day=value_of(row, "month"),
            total=_number(value_of(row, "total")),
            mark=_number(value_of(row, "mark")),
            limit=_number(value_of(row, "limit")),
            percent=_number(value_of(row, "percent")),
            kept=bool(value_of(row, "kept")),
            band=str(value_of(row, "band") or ""),
            note=value_of(row, "note") or "",
        )
        for row in rows
    ]


def _number(value: Decimal | int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


class ChartKey(NamedTuple):
    """A sign of a chart's key: its shape (``""``: words alone) and class as the chart draws it, and what it means."""

    shape: str
    kind: str
    words: LazyText
    fill: str = ""


class ChartCell(NamedTuple):
    words: LazyText
    sub: LazyText = ""


class ChartTableRow(NamedTuple):
    heading: LazyText
    sub: LazyText
    cells: Sequence[ChartCell]


class ChartTable(NamedTuple):
    """
    What a chart says, as a table.

    :param on_paper: whether it is printed beside the chart, too
    """

    says: LazyText
    columns: Sequence[LazyText]
    rows: Sequence[ChartTableRow]
    on_paper: bool = True


def month_row(
    month: ChartMonth, kept: LazyText, still_open: LazyText, cells: Sequence[Decimal | None]
) -> ChartTableRow:
    """Return a month's row with its state."""
    state = _("no figure") if month.total is None else kept if month.kept else still_open
    sub = _("%(state)s, %(note)s") % {"state": state, "note": month.note} if month.note else state
    return ChartTableRow(date_format(month.day, "M Y"), sub, [ChartCell(in_points(value)) for value in cells])


def in_points(value: Decimal | int | None) -> str:
    return "–" if value is None else points(value)


def said_aloud(says: LazyText, months: Iterable[tuple[date, Sequence[LazyText]]]) -> str:
    """Return what who cannot see a chart hears: what is drawn, then each month with its figures."""
    said = (f"{format_month(day)} {', '.join(map(str, words)) or _('no figure')}" for day, words in months)
    return f"{says}: {'; '.join(said)}"


def scale(values: Sequence[Decimal]) -> Callable[[Decimal], Decimal]:
    """Return what puts a value at its height: from a ten below the lowest, or nought, up to the highest."""
    top = max(values, default=Decimal(1))
    low = max((min(values, default=Decimal(0)) / 10 - 1).to_integral_value(ROUND_FLOOR) * 10, Decimal(0))
    room = LOWEST - ABOVE

    def y(value: Decimal) -> Decimal:
        return (ABOVE + (top - value) / max(top - low, Decimal(1)) * room).quantize(Decimal("0.1"))

    return y


def centre(at: int, count: int) -> Decimal:
    return (at + Decimal("0.5")) / count * 100


def month_names(months: Sequence[ChartMonth], y: int) -> list[dict]:
    """Return the months under the line, and the year under each January and the first, if January is not too near."""
    count = len(months)
    named = []
    for n, month in enumerate(months):
        x = across(centre(n, count), 100)
        named.append({"x": x, "y": y, "alt": alternate(n, count), "words": f"{month.day:%b}"})
        if month.day.month == 1 or n == 0 and month.day.month < 11:
            named.append({"x": x, "y": y + 16, "alt": "", "words": month.day.year})
    return named


def alternate(n: int, count: int) -> str:
    """Return what leaves every second word out on a phone, where there are many; the last one stays."""
    return "s-alt" if count > FEW and (count - n) % 2 == 0 else ""
