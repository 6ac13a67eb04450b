"""
Charts in templates: a worker's points, people against the boundary, keeping in touch, the weeks ahead.

A tag works out places, x in per cent and y in pixels, so that a figure fills its width and its words keep their size; its
template in templates/ui/charts draws them. No script, no inline style. What each class means is in docs/look.md.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar, cast

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from peerload.core.translation import LazyText

from .ui import points, tier_words

register = template.Library()

T = TypeVar("T")
Number = Decimal | float
Figure = Decimal | float | str | None  # of a template: a number, or nothing

SCALE_TOP = 120  # points at the right end of a load bar, the same for a whole team
BOUNDARY_AT = 80  # per cent of the width at which every tier's boundary is drawn
ELEMENTS = (
    ("stable", gettext_lazy("stable")),
    ("extra", gettext_lazy("extra")),
    ("case", gettext_lazy("cases")),
    ("weight", gettext_lazy("weight")),
)


def across(value: Number | str, top: Number) -> str:
    """Return a place on the scale from 0 to ``top`` as per cent, never outside it."""
    share = min(max(float(value) / float(top) * 100, 0), 100)
    return f"{share:.2f}".rstrip("0").rstrip(".") + "%"


def value_of(row: object, name: str) -> Any:
    return row.get(name) if isinstance(row, dict) else getattr(row, name, None)


# Points: the bar, its key, its parts -----------------------------------------------------------------


@register.inclusion_tag("ui/charts/load_bar.html")
def load_bar(
    *,
    stable: Figure = 0,
    extra: Figure = 0,
    case: Figure = 0,
    weight: Figure = 0,
    mark: Figure = None,
    limit: Figure = None,
    top: float = SCALE_TOP,
    alone: bool = False,
) -> dict[str, Any]:
    """
    Draw one worker's points by element against mark and limit.

    In a row the figures are beside it and it is hidden from screen readers; ``alone=True`` gives it a name. Where a
    team holds more than 120 anywhere, pass ``{% load_top totals as top %}`` to all its bars.
    """
    values = {"stable": stable, "extra": extra, "case": case, "weight": weight}
    parts, start = [], 0.0
    for element, __ in ELEMENTS:
        if size := max(float(values[element] or 0), 0.0):
            width = across(min(size, max(top - start, 0)), top)
            parts.append({"element": element, "x": across(start, top), "width": width})
            start += size
    return {
        "words": _load_words(values, mark, limit) if alone else "",
        "parts": parts,
        "mark": place(mark, top),
        "limit": place(limit, top),
    }


def place(value: Figure, top: Number) -> str:
    """Return the place of a value across a bar; nothing where there is none."""
    return "" if value is None or value == "" else across(value, top)


def _load_words(values: dict[str, Figure], mark: Figure, limit: Figure) -> str:
    total = sum(Decimal(value or 0) for value in values.values())
    if limit is not None and mark is not None:
        words = _("%(parts)s: %(total)s of %(limit)s; little room from %(mark)s")
    elif limit is not None:
        words = _("%(parts)s: %(total)s of %(limit)s")
    elif mark is not None:
        words = _("%(parts)s: %(total)s; little room from %(mark)s")
    else:
        words = _("%(parts)s: %(total)s")
    parts = load_parts(**values).capitalize() or _("Nothing")
    return words % {"parts": parts, "total": points(total), "limit": points(limit), "mark": points(mark)}


@register.simple_tag
def load_parts(*, stable: Figure = 0, extra: Figure = 0, case: Figure = 0, weight: Figure = 0) -> str:
    """Name the elements of a total, without those of 0: "stable 15, cases 58, weight 7"."""
    values = {"stable": stable, "extra": extra, "case": case, "weight": weight}
    return ", ".join(f"{word} {points(values[element])}" for element, word in ELEMENTS if values[element])


@register.simple_tag
def load_top(totals: Iterable[Figure]) -> int:
    """Return the right end of the bars of a team: 120, or the next ten above its highest total."""
    highest = max((Decimal(total or 0) for total in totals), default=Decimal(0))
    return max(SCALE_TOP, int((highest / 10).to_integral_value(ROUND_CEILING)) * 10)


@register.inclusion_tag("ui/charts/load_key.html")
def load_key(
    *,
    stable: Figure = None,
    extra: Figure = None,
    case: Figure = None,
    weight: Figure = None,
    mark: Figure = None,
    limit: Figure = None,
    mix: bool = False,
) -> dict[str, Any]:
    """
    Draw the key of the bars; with numbers it also names them, without it explains a whole table.

    :param mix: whether the rows have `mix_small`, too
    """
    values = {"stable": stable, "extra": extra, "case": case, "weight": weight}
    elements = [{"name": name, "word": word, "points": values[name]} for name, word in ELEMENTS]
    return {"elements": elements, "mark": mark, "limit": limit, "mix": mix}


# People against the boundary -------------------------------------------------------------------------


@register.inclusion_tag("ui/charts/mix_bars.html")
def mix_bars(
    rows: Iterable, caption: LazyText = _("People in each tier of support against the caseload boundary")
) -> dict:
    """
    Draw people by tier against the boundary, which is at 80 % for every tier, so that one line is enough.

    ``rows`` are objects or dicts with ``tier``, ``people``, ``boundary`` (``None``: no boundary).
    """
    bars = [_mix(value_of(row, "tier"), value_of(row, "people"), value_of(row, "boundary")) for row in rows]
    known = [bar["boundary"] for bar in bars if bar["boundary"] is not None]
    return {
        "bars": bars,
        "caption": caption,
        "people": sum(bar["people"] for bar in bars),
        "boundary": sum(known) if known else None,
    }


def _mix(tier: object, people: int, boundary: Number | None) -> dict[str, Any]:
    people = people or 0
    if not boundary:
        share = Decimal(0) if not people or boundary is None else Decimal(100)
    else:
        share = min(Decimal(people) / Decimal(boundary) * BOUNDARY_AT, Decimal(100))
    return {
        "label": tier_words(tier).capitalize(),
        "people": people,
        "boundary": boundary,
        "over": boundary is not None and people > boundary,
        "within": across(min(share, Decimal(BOUNDARY_AT)), 100),
        "beyond": across(share - BOUNDARY_AT, 100) if share > BOUNDARY_AT else "",
    }


MIX_FLOOR, MIX_LINE = 26, 8  # of the small bars, in pixels: where they stand, and the boundary's line


@register.simple_tag
def mix_small(people: Sequence[int], boundary: Sequence[Number]) -> SafeString:
    """
    Draw people by tier as four small bars in a row of a table, against one line: the boundary of each.

    Its figures stand beside it, so it is hidden from screen readers. A bar above the line ends a little above it.
    """
    bars = []  # without a template: a page draws one a row
    for n, (count, bound) in enumerate(zip(people, boundary, strict=True)):
        share = Decimal(count) / Decimal(bound) if bound else Decimal(2 if count else 0)
        height = min(round(share * (MIX_FLOOR - MIX_LINE)), MIX_FLOOR)
        bars.append(("s-over-people" if count > bound else "s-fill", 1 + n * 13, MIX_FLOOR - height, height))
    return format_html(
        '<svg class="pl-mix-small" width="52" height="26" viewBox="0 0 52 26" aria-hidden="true">{}'
        '<line class="s-limit" x1="0" x2="52" y1="8" y2="8"/></svg>',
        format_html_join("", '<rect class="{}" x="{}" y="{}" width="10" height="{}"/>', bars),
    )


# Keeping in touch ------------------------------------------------------------------------------------


@register.inclusion_tag("ui/charts/keeping_line.html")
def keeping_line(*, parked_on: date, contacts: Sequence[date], due_on: date | None, on: date, weeks: int = 24) -> dict:
    """
    Draw the weeks since a person was parked: a dot a contact, a ring for the next due, both ends in words.

    ``contacts`` are the days the person was reached since ``parked_on``, in any order.
    """
    ends_on = parked_on + timedelta(weeks=weeks)
    dots = sorted(contacts)
    last = max([ends_on, *dots, *([due_on] if due_on else [])])
    length = (last - parked_on).days

    def along(day: date) -> Decimal:
        return Decimal((day - parked_on).days) / length * 100

    ring = along(due_on) if due_on else None
    return {
        "on": on,
        "parked_on": parked_on,
        "ends_on": ends_on,
        "weeks": weeks,
        "due_on": due_on,
        "contacts": dots,
        "dots": _labelled([(along(day), day) for day in dots], ring),
        "ring": {"x": across(ring, 100), "anchor": _anchor(ring), "dx": _nudge(ring)} if ring is not None else None,
        "now_x": across(along(on), 100),
        "end_x": across(along(ends_on), 100),
        "late": ends_on < last,
    }


def _labelled(dots: list[tuple[Decimal, date]], ring: Decimal | None) -> list[dict]:
    """
    Write the day at a dot where there is room for it.

    On a desk that is 12 % from the last day written and 20 % from the ring, whose word is longer; where it is
    less than 18 and 32 % the day is ``alt``: left out on a phone, where the same word takes more of the width.
    """
    drawn, written = [], Decimal(-100)
    for x, when in dots:
        to_last, to_ring = x - written, 100 if ring is None else abs(ring - x)
        room = to_last >= 12 and to_ring >= 20
        written = x if room else written
        alt = to_last < 18 or to_ring < 32
        word = {"day": when if room else None, "alt": alt, "anchor": _anchor(x), "dx": _nudge(x)}
        drawn.append({"x": across(x, 100), **word})
    return drawn


def _anchor(x: Decimal) -> str:
    return "end" if x > 88 else "start" if x < 8 else "middle"


def _nudge(x: Decimal) -> int:
    """Return the pixels that bring a word at either end back over its dot."""
    return 8 if x > 88 else -8 if x < 8 else 0


# The weeks ahead -------------------------------------------------------------------------------------


@register.inclusion_tag("ui/charts/weeks_ahead.html")
def weeks_ahead(
    *,
    steps: Iterable[object],
    on: date,
    mark: Figure = None,
    limit: Figure = None,
    weeks: int = 8,
    opened: bool = False,
) -> dict[str, Any]:
    """
    Draw the points of each day ahead, as far as known today.

    ``steps`` are objects or dicts with ``on``, ``total``, ``mark`` and ``limit`` (those given here, where a step has none)
    and ``what`` (why anything changes); the first is today's. ``opened`` shows the table beside the figure at once.
    """
    found = [PointsAhead.of(step, mark, limit) for step in steps]
    span = weeks * 7
    y = _heights(max(max(step.total, step.limit) for step in found) + 5)
    starts = [0, *(min((step.on - on).days, span) for step in found[1:])]
    marks, limits = ([(n, getattr(step, name)) for n, step in zip(starts, found, strict=True)] for name in BOUNDS)
    totals = stretches([(n, step.total) for n, step in zip(starts, found, strict=True)], span)
    levels = [_level(start, end, span, total, y(total)) for start, end, total in totals]
    _place_words(levels, {y(bound) for step in found for bound in (step.mark, step.limit)})
    return {
        "weeks": weeks,
        "on": on,
        "opened": opened,
        "steps": found,
        "bounds_move": len({(step.mark, step.limit) for step in found}) > 1,
        "levels": levels,
        "drops": [{"x": after["x1"], "y1": before["y"], "y2": after["y"]} for before, after in pairwise(levels)],
        "floor": FLOOR,
        "beside_axis": beside_axis([found[0].mark, found[0].limit]),
        "marks": bound_line(marks, y, span),
        "limits": bound_line(limits, y, span),
        "ticks": [_tick(at, weeks, on + timedelta(weeks=at)) for at in range(0, weeks + 1, 2)],
    }


def _heights(top: Decimal) -> Callable[[Number], Decimal]:
    """Return how far down a number of points is drawn; the floor is 0, since the area under the line is filled."""
    return lambda value: (PAD + (top - Decimal(value)) / top * (FLOOR - PAD)).quantize(Decimal("0.1"))


def _place_words(levels: Iterable[dict[str, Any]], bounds: Collection[Decimal]) -> None:
    """Put each figure above its line, or under it where it would cover the mark or the limit."""
    for level in levels:
        under = any(abs(level["y"] - 12 - bound) < 10 for bound in bounds)
        level |= {"within": under, "word_y": level["y"] + (17 if under else -8)}


class PointsAhead(NamedTuple):
    """The points from a day on, and why they change then."""

    on: date
    total: Decimal
    mark: Decimal
    limit: Decimal
    what: str

    @classmethod
    def of(cls, step: object, mark: Figure, limit: Figure) -> "PointsAhead":
        own_mark, own_limit = value_of(step, "mark"), value_of(step, "limit")
        return cls(
            value_of(step, "on"),
            Decimal(value_of(step, "total")),
            Decimal(cast(Number, mark) if own_mark is None else own_mark),
            Decimal(cast(Number, limit) if own_limit is None else own_limit),
            value_of(step, "what") or "",
        )


BOUNDS = ("mark", "limit")


def stretches(values: Sequence[tuple[int, T]], end: int) -> Iterator[tuple[int, int, T]]:
    """Yield where each value begins, where another follows, and the value, from (place, value) in order."""
    begins = [(place, value) for n, (place, value) in enumerate(values) if n == 0 or value != values[n - 1][1]]
    for (start, value), (until, __) in zip(begins, [*begins[1:], (end, None)], strict=False):
        yield start, until, value


def beside_axis(values: Iterable[Figure]) -> str:
    """Return the class of a chart that leaves room beside its axis for the longest of some figures."""
    longest = max((len(points(value)) for value in values if value is not None), default=0)
    return "pl-plot--seven" if longest > 5 else "pl-plot--five" if longest > 3 else ""


def bound_line(values: Sequence[tuple[int, T | None]], y: Callable[[T], Decimal], span: int) -> list[dict[str, Any]]:
    """
    Return mark or limit as a level line a stretch, its figure where it begins or changes: for ui/charts/bound_line.html.

    ``values`` are (place, value) in order, places from 0 to ``span``; where the value is ``None`` nothing is drawn.
    """
    return [
        {"x1": across(start, span), "x2": across(end, span), "y": y(value), "value": value, "first": not start}
        for start, end, value in stretches(values, span)
        if value is not None
    ]


def _tick(at: int, weeks: int, when: date) -> dict:
    return {
        "x": across(at, weeks),
        "day": when,
        "alt": at % 4 == 2,
        "anchor": "start" if at == 0 else "end" if at + 2 > weeks else "middle",
    }


PAD, FLOOR = 6, 138  # pixels from the top to the highest value, and to the line of the words


def _level(start: int, end: int, span: int, total: Decimal, y: Decimal) -> dict:
    start, end = min(start, span), min(end, span)
    narrow = end - start < 0.08 * span
    return {
        "x1": across(start, span),
        "x2": across(end, span),
        "width": across(end - start, span),
        "word_x": across(start if narrow else (start + end) / 2, span),
        "anchor": "start" if narrow else "middle",
        "y": y,
        "height": FLOOR - y,
        "total": total,
        "written": start == 0 or end - start >= 0.08 * span and start + end >= 0.2 * span,
    }
