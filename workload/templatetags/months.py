"""
Months in templates: a worker's and a team's month by month, how evenly a load is spread, the days to the 15th.

Plain values come in; places go to a template, which draws them as SVG and says the same as a table: x in per cent, y in
pixels. Nothing here counts points or decides a band. How to call each is in docs/look.md.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from django import template
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core.formats import weekday_name
from peerload.core.translation import LazyText
from peerload.ui.templatetags.charts import PAD, across, beside_axis, bound_line, value_of
from peerload.ui.templatetags.ui import BANDS, points, short_day, tiny_day

from ..charts import (
    AXIS,
    ChartCell,
    ChartKey,
    ChartMonth,
    ChartTable,
    ChartTableRow,
    alternate,
    centre,
    chart_months,
    in_points,
    month_names,
    month_row,
    said_aloud,
    scale,
)

if TYPE_CHECKING:
    from workload.months.rules import Supervision

register = template.Library()

ENOUGH = 5  # workers needed to show a spread: among fewer everyone would know whose dot is whose


# A worker, month by month ----------------------------------------------------------------------------


@register.inclusion_tag("workload/months/charts/months_line.html")
def months_line(*, months: Iterable) -> dict:
    """
    Draw a worker's totals month by month against mark and limit.

    ``months`` are objects or dicts in order, none left out: ``month`` (its first day), ``total`` (points, ``None`` where
    there is no figure: the line breaks), ``mark`` and ``limit`` (points of that month, which may change from one to the
    next; ``None``: not known), ``band`` (a `Band`, or empty), ``kept`` (whether the figure can still change) and ``note``
    (a few words for the table: "away", "brought in"). A month kept has a full sign, one that is open a hollow one; above
    the limit it is a diamond.
    """
    found = chart_months(months)
    known = [month for month in found if month.total is not None]
    heights = [value for month in found for value in (month.total, month.mark, month.limit) if value is not None]
    y = scale(heights)
    return {
        "known": known,
        "key": [
            *_kinds(known),
            ChartKey("line", "s-mark", _("little room from here")),
            ChartKey("line", "s-limit", _("limit")),
        ],
        "label": said_aloud(_("Points at each month’s end"), [(month.day, _points_aloud(month)) for month in found]),
        "table": ChartTable(
            _("Points at each month’s end"),
            [_("Month"), _("Points"), _("Little room from"), _("Limit")],
            [_points_row(month) for month in found],
            on_paper=False,
        ),
        "axis": AXIS,
        "beside_axis": beside_axis([value for month in found[:1] for value in (month.mark, month.limit)]),
        "marks": bound_line([(n, month.mark) for n, month in enumerate(found)], y, len(found)),
        "limits": bound_line([(n, month.limit) for n, month in enumerate(found)], y, len(found)),
        "curve": _curve(found, y),
        "signs": [_sign(found, n, y) for n, month in enumerate(found) if month.total is not None],
        "names": month_names(found, 174),
    }


def _points_aloud(month: ChartMonth) -> list[LazyText]:
    if month.total is None:
        return []
    said = [points(month.total) if month.limit is None else _of(month.total, month.limit)]
    said += [_("over")] if month.is_over else []
    return [*said, *([] if month.kept else [_("not agreed yet")])]


def _of(total: Decimal, limit: Decimal) -> str:
    return _("%(total)s of %(limit)s") % {"total": points(total), "limit": points(limit)}


def _points_row(month: ChartMonth) -> ChartTableRow:
    row = month_row(month, _("agreed"), _("not agreed yet"), [month.total, month.mark, month.limit])
    return row._replace(cells=[ChartCell(row.cells[0].words, month.band_words), *row.cells[1:]])


def _curve(months: Sequence[ChartMonth], y: Callable) -> list[dict]:
    """Return a line from each month to the next; where either has no figure there is none."""
    at = [across(centre(n, len(months)), 100) for n in range(len(months))]
    return [
        {"x1": at[n], "x2": at[n + 1], "y1": y(here.total), "y2": y(there.total)}
        for n, (here, there) in enumerate(pairwise(months))
        if here.total is not None and there.total is not None
    ]


def _sign(months: Sequence[ChartMonth], n: int, y: Callable) -> dict:
    """Return one month's sign and its figure: under it where the line comes down to it and goes up again."""
    month, count = months[n], len(months)
    neighbours = [x for x in (*months[max(n - 1, 0) : n], *months[n + 1 : n + 2]) if x.total is not None]
    under = neighbours and month.total < min(x.total for x in neighbours if x.total is not None)
    strong = month.is_over or n + 1 == count
    # Beside another month over the limit there is no room for both figures.
    crowded = not month.is_over or any(x.is_over for x in neighbours)
    shown = " ".join(filter(None, ["s-strong" if strong else "", alternate(n, count) if crowded else ""]))
    place = {"x": across(centre(n, count), 100), "y": y(month.total), "kind": _kind(month), "diamond": month.is_over}
    return place | {"words": shown, "dy": "1.7em" if under else "-.8em", "total": month.total}


def _kind(month: ChartMonth) -> str:
    if month.is_over:
        return "s-over" if month.kept else "s-over-open"
    return "s-dot" if month.kept else "s-open"


def _kinds(known: Sequence[ChartMonth]) -> list[ChartKey]:
    """Return the signs of the key: only those that are there."""
    there = {_kind(month) for month in known}
    return [
        ChartKey("diamond" if "over" in kind else "circle", kind, words) for kind, words in KEY.items() if kind in there
    ]


KEY = {
    "s-dot": gettext_lazy("agreed, does not change any more"),
    "s-open": gettext_lazy("not agreed yet"),
    "s-over": gettext_lazy("over the limit"),
    "s-over-open": gettext_lazy("over the limit, not agreed yet"),
}


# A team, month by month ------------------------------------------------------------------------------


@register.inclusion_tag("workload/months/charts/bars.html")
def team_months(*, months: Iterable) -> dict:
    """
    Draw what a team held month by month against what its posts allowed, as bars from nought.

    ``months`` as for `months_line`, with ``total``, ``limit``, ``percent`` (of the limit, as the rules round it), ``kept``
    and ``note``. A month kept is a full bar, one that is open an outline; what lies above the limit is hatched.
    """
    found = chart_months(months)
    top = max([value for month in found for value in (month.total, month.limit) if value is not None], default=0)

    def y(value: Decimal) -> Decimal:
        return (PAD + (top - value) / max(top, Decimal(1)) * (AXIS - PAD)).quantize(Decimal("0.1"))

    count, known = len(found), [month for month in found if month.total is not None]
    says = _("Points the team held at each month’s end")
    return {
        "known": known,
        "key": _held_key(known),
        "label": said_aloud(says, [(month.day, _held_aloud(month)) for month in found]),
        "table": ChartTable(
            says,
            [_("Month"), _("Points"), _("Limit"), _("Per cent")],
            [
                month_row(month, _("sent"), _("not sent yet"), [month.total, month.limit, month.percent])
                for month in found
            ],
        ),
        "axis": AXIS,
        "bars": [part for n, month in enumerate(found) if month.total is not None for part in _bar(month, n, count, y)],
        "limits": bound_line([(n, month.limit) for n, month in enumerate(found)], y, count),
        "names": month_names(found, 190),
        "figures": _under_bars([in_points(month.percent) for month in found]),
    }


def _held_key(known: Sequence[ChartMonth]) -> list[ChartKey]:
    """Return the key: only signs that are there."""
    key = [ChartKey("square", "s-fill", _("points held"))]
    if any(_beyond(month) for month in known):
        key.append(ChartKey("square", "s-beyond", _("above the limit"), HATCH))
    if any(not month.kept for month in known):
        key.append(ChartKey("outline", "s-open", _("not sent yet, can still change")))
    key.append(ChartKey("line", "s-limit", _("limit of the team’s posts")))
    return [*key, ChartKey("", "", _("under each bar: per cent of the limit"))]


def _held_aloud(month: ChartMonth) -> list[LazyText]:
    if month.total is None:
        return []
    said = [points(month.total) if month.limit is None else _of(month.total, month.limit)]
    if month.percent is not None:
        said.append(_("%(percent)s per cent") % {"percent": points(month.percent)})
    return [*said, *([] if month.kept else [_("still open")])]


def _beyond(month: ChartMonth) -> bool:
    return None not in (month.total, month.limit) and month.total > month.limit


def _bar(month: ChartMonth, n: int, count: int, y: Callable) -> list[dict]:
    """Return a month's bar, and what of it lies above the limit as a part of its own."""
    place = {"x": across((n + Decimal("0.2")) / count * 100, 100), "width": across(Decimal(60) / count, 100)}
    beyond = _beyond(month)
    foot = y(month.limit if beyond else month.total)
    kind = "s-fill" if month.kept else "s-open"
    parts = [{**place, "kind": kind, "fill": "", "y": foot, "height": AXIS - foot}]
    if beyond:
        head = y(month.total)
        parts.append({**place, "kind": "s-beyond", "fill": HATCH, "y": head, "height": foot - head})
    return parts


# Counts, month by month ---------------------------------------------------------------------------------


HATCH = "url(#weight)"
PARTS: dict[
    int, tuple[tuple[str, str], ...]
] = {  # the class of each part of a bar, and its pattern, which prints in grey
    2: (("s-fill", ""), ("s-beyond", HATCH)),
    4: (("s-stable", ""), ("s-extra", ""), ("s-case", ""), ("s-weight", HATCH)),
}


@register.inclusion_tag("workload/months/charts/bars.html")
def month_bars(*, months: Iterable, parts: Sequence[LazyText], says: LazyText, under: LazyText) -> dict:
    """
    Draw counts month by month as bars from nought, in two or four parts one upon the other.

    ``months`` are objects or dicts in order, none left out: ``month`` (its first day), ``counts`` (one a part; ``None``
    where there is no figure) and ``figure`` (what stands under the bar). ``parts`` names the parts from the bottom up, for
    the key and the table, ``says`` what is drawn, for who hears it, ``under`` what the figures are.
    """
    found = [(value_of(row, "month"), value_of(row, "counts"), value_of(row, "figure")) for row in months]
    looks = PARTS[len(parts)]
    drawn = [ChartMonth(month, None, None, None, None, True, "", "") for month, __, __ in found]
    aloud = [
        (day, [f"{part} {n}" for part, n in zip(parts, counts or (), strict=bool(counts))]) for day, counts, __ in found
    ]
    signs = [ChartKey("square", kind, words, fill) for (kind, fill), words in zip(looks, parts, strict=True)]
    return {
        "known": any(counts for __, counts, __ in found),
        "key": [*signs, ChartKey("", "", under)],
        "label": said_aloud(says, aloud),
        "table": ChartTable(
            says, [_("Month"), *(capfirst(part) for part in parts)], [_counts_row(*each, len(parts)) for each in found]
        ),
        "axis": AXIS,
        "bars": _count_bars([counts or () for __, counts, __ in found], looks),
        "limits": (),
        "figures": _under_bars([words if counts else None for __, counts, words in found]),
        "names": month_names(drawn, 190),
    }


def _counts_row(month: date, counts: Sequence[int] | None, figure: object, parts: int) -> ChartTableRow:
    cells = [ChartCell(in_points(count)) for count in counts or (None,) * parts]
    return ChartTableRow(date_format(month, "M Y"), "", cells)


def _count_bars(months: Sequence[Sequence[int]], looks: Sequence[tuple[str, str]]) -> list[dict]:
    """Return the parts of all bars; the highest bar fills the chart."""
    count, top = len(months), max(map(sum, months), default=0) or 1
    return [
        {"x": across((n + Decimal("0.2")) / count * 100, 100), "width": across(Decimal(60) / count, 100), **part}
        for n, counts in enumerate(months)
        for part in _stacked(counts, looks, top)
    ]


def _under_bars(figures: Sequence[object]) -> list[dict]:
    """Return the figures under the bars; on a phone every second one is left out."""
    count = len(figures)
    return [
        {
            "alt": f"s-strong {alternate(n, count)}".strip(),
            "x": across(centre(n, count), 100),
            "y": 174,
            "words": words,
        }
        for n, words in enumerate(figures)
        if words is not None
    ]


def _stacked(counts: Sequence[int], looks: Sequence[tuple[str, str]], top: int) -> list[dict]:
    """Return the parts of one bar from the bottom up, without those of 0."""
    found, held = [], 0
    for value, (kind, fill) in zip(counts, looks, strict=False):
        height = (Decimal(value) / top * (AXIS - PAD)).quantize(Decimal("0.1"))
        y = (AXIS - Decimal(held + value) / top * (AXIS - PAD)).quantize(Decimal("0.1"))
        found += [{"kind": kind, "fill": fill, "y": y, "height": height}] if value else []
        held += value
    return found


# How evenly a load is spread --------------------------------------------------------------------------


@register.inclusion_tag("workload/months/charts/spread.html")
def spread(*, totals: Iterable, away: int = 0) -> dict:
    """
    Draw each worker's share of their own limit as a dot, without a name; with fewer than five workers say why not.

    ``totals`` are objects or dicts with ``total``, ``mark``, ``limit`` (points) and ``band``, of workers who are there
    (without a limit there is no share); ``away`` is how many are left out because they are away.
    """
    held = [[value_of(total, name) for name in ("total", "mark", "limit", "band")] for total in totals]
    shares = sorted((_share(total, limit), str(band)) for total, __, limit, band in held if limit)
    if len(shares) < ENOUGH:
        return {"few": True, "counted": len(shares), "away": away}
    mark = next(_share(mark, limit) for __, mark, limit, __ in held if limit)
    low = min((shares[0][0] / 10).to_integral_value(ROUND_FLOOR) * 10, Decimal(60))
    top = max((shares[-1][0] / 10).to_integral_value(ROUND_CEILING) * 10, Decimal(120))
    bands = [(key, str(BANDS[key][1]), sum(band == key for __, band in shares)) for key in BANDS]
    dots, rows = _piled([((share - low) / (top - low) * 100, band) for share, band in shares])
    floor = 24 + rows * STEP
    aloud = ", ".join(f"{words} {count}" for __, words, count in bands)
    if away:
        aloud += "; " + _("away %(count)s") % {"count": away}
    says = _("Each worker’s share of their own limit, without names")
    return {
        "few": False,
        "label": f"{says}: {aloud}",
        "table": ChartTable(
            says,
            [_("Share of their own limit"), _("Workers")],
            _share_rows(bands, away, points(mark.quantize(Decimal("0.1")))),
            on_paper=False,
        ),
        "mark": mark,
        "mark_x": across(mark - low, top - low),
        "limit_x": across(100 - low, top - low),
        "dots": [{"x": across(x, 100), "y": floor - 12 - row * STEP, "over": band == "over"} for x, row, band in dots],
        "floor": floor,
        "height": floor + 28,
        "words_y": floor + 20,
        "ticks": [_tick(value, low, top) for value in range(int(low), int(top) + 1, 20)],
    }


def _share_rows(bands: Sequence[tuple[str, str, int]], away: int, mark: str) -> list[ChartTableRow]:
    shares = {
        "room": _("under %(mark)s%%") % {"mark": mark},
        "limited": _("%(mark)s%% to 100%%") % {"mark": mark},
        "over": _("above 100%"),
    }
    rows = [ChartTableRow(shares[key], words, [ChartCell(points(count))]) for key, words, count in bands]
    return [*rows, *([ChartTableRow(_("away, not counted"), "", [ChartCell(points(away))])] if away else [])]


def _share(value: Decimal | int, limit: Decimal | int) -> Decimal:
    return Decimal(value) / Decimal(limit) * 100


STEP, TOUCHING = 19, 6  # pixels from one row of dots to the next; per cent of the width a dot takes on a phone


def _piled(dots: Sequence[tuple[Decimal, str]]) -> tuple[list[tuple[Decimal, int, str]], int]:
    """Put each dot into the lowest row where it touches no other; return them, and how many rows there are."""
    last_in_row: list[Decimal] = []
    placed = []
    for x, band in dots:
        row = next((n for n, last in enumerate(last_in_row) if x - last >= TOUCHING), len(last_in_row))
        last_in_row[row : row + 1] = [x]
        placed.append((x, row, band))
    return placed, len(last_in_row)


def _tick(value: int, low: Decimal, top: Decimal) -> dict:
    anchor = "start" if value == low else "end" if value == top else "middle"
    return {"x": across(value - low, top - low), "value": value, "anchor": anchor}


# Supervision ------------------------------------------------------------------------------------------


@register.filter
def next_supervision(supervision: "Supervision", on: date) -> str:
    """
    Say when the next supervision is, as of a day.

    One on a day gone by is not next: it was held as well, or no one has recorded it and the page asks.
    """
    if supervision.next_was_held:
        words = _("held again on %(when)s")
    elif supervision.is_unconfirmed(on):
        words = _("planned on %(when)s: was it held?")
    else:
        words = _("next %(when)s")
    return words % {"when": short_day(supervision.next_on, on)}


# The days to the 15th ---------------------------------------------------------------------------------


@register.inclusion_tag("workload/months/countdown.html")
def countdown(
    *, due_on: date, aim_on: date, on: date, sent_on: date | None = None, heading_id: str = "countdown"
) -> dict:
    """
    Draw how long there is until a month's report is due, as a heading, a sentence and a line of days.

    ``due_on`` is the 15th, ``aim_on`` the working day on or before it, ``on`` today, ``sent_on`` the day it was sent. A
    report is late from the day after. The heading has the id ``heading_id``, for the section around it.
    """
    days = (due_on - on).days
    begins_on = due_on.replace(day=1)
    span = (due_on - begins_on).days
    now = min(max((on - begins_on).days, 0), span)
    return {
        "heading_id": heading_id,
        "due_on": due_on,
        "aim_on": aim_on,
        "aim_gone": on > aim_on,
        "late_from": due_on + timedelta(days=1),
        "sent_on": sent_on,
        "sent_late": sent_on is not None and sent_on > due_on,
        "days": days,
        "late": days < 0,
        "days_late": -days,
        "begun": on >= begins_on,
        "now_x": across(now, span),
        "now_words": _("today") if days < 0 else _("today, %(day)s") % {"day": on.day},
        "now_anchor": "start" if now * 5 < span else "end" if (span - now) * 5 < span else "middle",
        "aim_x": across((aim_on - begins_on).days, span),
        "aim_words": _("aim for %(weekday)s %(day)s") % {"weekday": weekday_name(aim_on), "day": aim_on.day},
        "begins": tiny_day(begins_on),
        "ticks": [across(day, span) for day in range(span + 1)],
    }
