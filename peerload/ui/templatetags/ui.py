"""
The look in templates: icons, chips, bars, lines and the words for days and numbers.

Everything is drawn here as SVG and text, x in per cent and y in pixels, so a figure fills its width and its
words keep their size. No script, no inline style. What each class means is in docs/look.md.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from inspect import signature
from itertools import pairwise
from typing import NamedTuple

from django import template
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from peerload.core.formats import format_day, format_number, format_short_day, format_weekday

register = template.Library()

SCALE_TOP = 120  # points at the right end of a load bar, the same for a whole team
BOUNDARY_AT = 80  # per cent of the width at which every tier's boundary stands

BANDS = {
    "room": ("good", "room", "circle"),
    "limited": ("watch", "little room", "circle-half"),
    "over": ("act", "over", "arrow-up-circle"),
}
TIERS = {
    "high": ("high", "people"),
    "medium": ("medium", "people"),
    "group": ("group", "people"),
    "parked": ("keeping in touch (parked)", "telephone"),
    "inactive": ("not in touch now", "pause"),
}
ELEMENTS = (("stable", "stable"), ("extra", "extra"), ("case", "cases"), ("weight", "weight"))
NUMBERS = "no one two three four five six seven eight nine ten".split()


# Icons and chips ------------------------------------------------------------------------------------


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str) -> SafeString:
    """Draw one icon of static/peerload/icons.svg; beside it stands a word, so it is hidden from screen readers."""
    return format_html(
        '<svg class="pl-icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("peerload/icons.svg"), name
    )


@register.simple_tag
def chip(kind: str, text: object, icon_name: str) -> SafeString:
    """Draw a state: icon, word and tint. ``kind`` is good, watch, act, quiet or empty."""
    tint = f" pl-chip--{kind}" if kind else ""
    return format_html('<span class="pl-chip{}">{}{}</span>', tint, icon(icon_name), text)


@register.simple_tag
@lru_cache(maxsize=256)
def band_chip(band: object) -> SafeString | str:
    """Draw room, little room or over; nothing where there is no band."""
    found = BANDS.get(_key(band))
    return chip(*found) if found else ""


@register.simple_tag
@lru_cache(maxsize=256)
def contact_chip(state: object, days: int | None = None) -> SafeString | str:
    """
    Draw when the next contact is due.

    ``state`` is upcoming, due or overdue; ``days`` counts to the due day, or from it once it is over.
    """
    days = abs(days or 0)
    match _key(state):
        case "upcoming":
            return chip("quiet", "tomorrow" if days == 1 else f"in {days} days", "calendar3")
        case "due":
            return chip("watch", "today", "calendar-event")
        case "overdue":
            return chip("act", f"{plural(days, 'day')} over", "clock-history")
    return ""


@register.simple_tag
@lru_cache(maxsize=256)
def tier_chip(tier: object) -> SafeString:
    """Draw the support somebody has; before the first tier it says so."""
    words, name = TIERS.get(_key(tier), ("support not decided yet", "circle"))
    return chip("", words, name)


@register.filter
def tier_words(tier: object) -> str:
    """Say a tier in the words for the screen."""
    return TIERS.get(_key(tier), ("support not decided yet", ""))[0]


def _key(value: object) -> str:
    return str(value or "").strip().lower().replace(" ", "_")


# Points: the bar, its key, its parts -----------------------------------------------------------------


@register.simple_tag
def load_bar(*, stable=0, extra=0, case=0, weight=0, mark=None, limit=None, top=SCALE_TOP, alone=False) -> SafeString:
    """
    Draw one worker's points by element against mark and limit.

    In a row the figures stand beside it and it is hidden from readers; ``alone=True`` gives it a name. Where a
    team holds more than 120 anywhere, pass ``{% load_top totals as top %}`` to all its bars.
    """
    values = {"stable": stable, "extra": extra, "case": case, "weight": weight}
    name = (
        format_html('role="img" aria-label="{}"', _load_words(values, mark, limit)) if alone else 'aria-hidden="true"'
    )
    drawn = [
        f'<svg class="pl-bar" height="22" {name}><rect class="s-track" x="0" y="4" width="100%" height="14" rx="3"/>',
        upright("s-mark", mark, top),
    ]
    start = 0.0
    for element, _ in ELEMENTS:
        if size := max(float(values[element] or 0), 0.0):
            hatch = HATCH if element == "weight" else ""
            width = across(min(size, max(top - start, 0)), top)
            drawn.append(
                f'<rect class="s-{element}" x="{across(start, top)}" y="4" width="{width}" height="14"{hatch}/>'
            )
            start += size
    drawn += [upright("s-halo", limit, top), upright("s-limit", limit, top), "</svg>"]
    return SafeString("".join(drawn))  # per cents, and a name that is escaped above


HATCH = SafeString(' fill="url(#weight)"')


def across(value, top) -> str:
    """Return a place on the scale from 0 to ``top`` as per cent, never outside it."""
    share = min(max(float(value) / float(top) * 100, 0), 100)
    return f"{share:.2f}".rstrip("0").rstrip(".") + "%"


def upright(kind: str, value, top) -> str:
    """Return a line from top to bottom of a bar where a value stands; nothing where there is none."""
    if value is None or value == "":
        return ""
    x = across(value, top)
    return f'<line class="{kind}" x1="{x}" x2="{x}" y1="0" y2="22"/>'


def _load_words(values: dict, mark, limit) -> str:
    total = sum(Decimal(value or 0) for value in values.values())
    words = f"{load_parts(**values).capitalize() or 'Nothing'}: {points(total)}"
    if limit is not None:
        words += f" of {points(limit)}"
    if mark is not None:
        words += f"; little room from {points(mark)}"
    return words


@register.simple_tag
def load_parts(*, stable=0, extra=0, case=0, weight=0) -> str:
    """Say the elements of a total, those that are nothing left out: "stable 15, cases 58, weight 7"."""
    values = {"stable": stable, "extra": extra, "case": case, "weight": weight}
    return ", ".join(f"{word} {points(values[element])}" for element, word in ELEMENTS if values[element])


@register.simple_tag
def load_top(totals: Iterable) -> int:
    """Return the right end of the bars of a team: 120, or the next ten above its highest total."""
    highest = max((Decimal(total or 0) for total in totals), default=Decimal(0))
    return max(SCALE_TOP, int((highest / 10).to_integral_value(ROUND_CEILING)) * 10)


@register.simple_tag
def load_key(*, stable=None, extra=None, case=None, weight=None, mark=None, limit=None) -> SafeString:
    """Draw the key of the bars; with numbers it also says them, without it explains a whole table."""
    values = {"stable": stable, "extra": extra, "case": case, "weight": weight}
    elements = format_html_join(
        "",
        "<li>{}<span>{}{}</span></li>",
        ((_swatch(element), _bold(values[element]), word) for element, word in ELEMENTS),
    )
    lines = format_html_join(
        "",
        "<li>{}{}</li>",
        (
            (_stroke("s-mark"), "little room from here" if mark is None else f"little room from {points(mark)}"),
            (_stroke("s-limit"), "limit, 100 times FTE" if limit is None else f"limit {points(limit)}"),
        ),
    )
    return format_html('<ul class="pl-legend pl-legend--under">{}{}</ul>', elements, lines)


def _swatch(element: str) -> SafeString:
    return format_html(
        '<svg viewBox="0 0 14 14" aria-hidden="true"><rect class="s-{}" width="14" height="14" rx="2"{}/></svg>',
        element,
        HATCH if element == "weight" else "",
    )


def _stroke(kind: str) -> SafeString:
    return format_html(
        '<svg viewBox="0 0 14 14" aria-hidden="true"><line class="{}" x1="7" x2="7" y1="0" y2="14"/></svg>', kind
    )


def _bold(value) -> SafeString | str:
    return "" if value is None else format_html("<b>{}</b> ", points(value))


# People against the boundary -------------------------------------------------------------------------


@register.inclusion_tag("ui/charts/mix_bars.html")
def mix_bars(rows: Iterable, caption: str = "People in each tier of support against the caseload boundary") -> dict:
    """
    Draw people by tier against the boundary, which stands at 80 % for every tier, so that one line does for all.

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


def _mix(tier: object, people: int, boundary) -> dict:
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
        "bar": _mix_bar(share, bounded=boundary is not None),
    }


def _mix_bar(share: Decimal, *, bounded: bool) -> SafeString:
    drawn = [
        '<svg class="pl-bar" height="14" aria-hidden="true"><rect class="s-track" x="0" y="3" width="100%" height="8" rx="4"/>',
        f'<rect class="s-fill" x="0" y="3" width="{across(min(share, BOUNDARY_AT), 100)}" height="8" rx="4"/>',
    ]
    if share > BOUNDARY_AT:
        beyond = across(share - BOUNDARY_AT, 100)
        drawn.append(f'<rect class="s-beyond" x="80%" y="3.5" width="{beyond}" height="7" fill="url(#weight)"/>')
    if bounded:
        drawn.append('<line class="s-limit" x1="80%" x2="80%" y1="0" y2="14"/>')
    return SafeString("".join([*drawn, "</svg>"]))


def value_of(row: object, name: str):
    return row.get(name) if isinstance(row, dict) else getattr(row, name, None)


# Keeping in touch ------------------------------------------------------------------------------------


@register.inclusion_tag("ui/charts/keeping_line.html")
def keeping_line(*, parked_on: date, contacts: Sequence[date], due_on: date | None, on: date, weeks: int = 24) -> dict:
    """
    Draw the weeks since somebody was parked: a dot a contact, a ring for the next due, both ends in words.

    ``contacts`` are the days somebody was reached since ``parked_on``, in any order.
    """
    ends_on = parked_on + timedelta(weeks=weeks)
    dots = sorted(contacts)
    last = max([ends_on, *dots, *([due_on] if due_on else [])])
    length = (last - parked_on).days

    def place(day: date) -> Decimal:
        return Decimal((day - parked_on).days) / length * 100

    ring = place(due_on) if due_on else None
    return {
        "parked_on": parked_on,
        "ends_on": ends_on,
        "weeks": weeks,
        "due_on": due_on,
        "contacts": dots,
        "dots": _labelled([(place(day), day) for day in dots], ring),
        "ring": {"x": across(ring, 100), "anchor": _anchor(ring), "dx": _nudge(ring)} if due_on else None,
        "now_x": across(place(on), 100),
        "end_x": across(place(ends_on), 100),
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
def weeks_ahead(*, steps: Iterable, on: date, mark=None, limit=None, weeks: int = 8, opened: bool = False) -> dict:
    """
    Draw how many points stand on each day ahead, as far as known today.

    ``steps`` are objects or dicts with ``on``, ``total``, ``mark`` and ``limit`` (those given here, where a step has none)
    and ``what`` (why anything changes); the first is today's. ``opened`` shows the table beside the figure at once.
    """
    found = [Known.of(step, mark, limit) for step in steps]
    span = weeks * 7
    top = max(max(step.total, step.limit) for step in found) + 5

    def y(value) -> Decimal:
        """Return how far down a number of points is drawn; the floor is 0, since the area under the line is filled."""
        return (PAD + (top - Decimal(value)) / top * (FLOOR - PAD)).quantize(Decimal("0.1"))

    ends = [min((step.on - on).days, span) for step in found[1:]] + [span]
    starts = [0, *ends[:-1]]
    marks, limits = ([(n, getattr(step, name)) for n, step in zip(starts, found, strict=True)] for name in BOUNDS)
    levels = [
        _level(start, end, span, total, y(total))
        for start, end, total in stretches([(n, step.total) for n, step in zip(starts, found, strict=True)], span)
    ]
    bounds = {y(bound) for step in found for bound in (step.mark, step.limit)}
    for level in levels:  # the figure above its line, or under it where it would stand on the mark or the limit
        under = any(abs(level["y"] - 12 - bound) < 10 for bound in bounds)
        level |= {"within": " s-within" if under else "", "word_y": level["y"] + (17 if under else -8)}
    return {
        "weeks": weeks,
        "on": on,
        "opened": opened,
        "steps": found,
        "bounds_move": len({(step.mark, step.limit) for step in found}) > 1,
        "areas": each_drawn(AREA, levels),
        "lines": each_drawn(LEVEL, levels),
        "drops": each_drawn(
            DROP, ({"x": after["x1"], "y1": before["y"], "y2": after["y"]} for before, after in pairwise(levels))
        ),
        "words": each_drawn(WORD, (level for level in levels if level["written"])),
        "floor": FLOOR,
        "beside_axis": beside_axis([found[0].mark, found[0].limit]),
        "marks": bound_line("s-mark", "", marks, y, span),
        "limits": bound_line("s-limit", "s-strong", limits, y, span),
        "ticks": each_drawn(TICK, (_tick(at, weeks, on + timedelta(weeks=at)) for at in range(0, weeks + 1, 2))),
    }


class Known(NamedTuple):
    """What stands from a day on, and why it changes then."""

    on: date
    total: Decimal
    mark: Decimal
    limit: Decimal
    what: str

    @classmethod
    def of(cls, step: object, mark, limit) -> "Known":
        own_mark, own_limit = value_of(step, "mark"), value_of(step, "limit")
        return cls(
            value_of(step, "on"),
            Decimal(value_of(step, "total")),
            Decimal(mark if own_mark is None else own_mark),
            Decimal(limit if own_limit is None else own_limit),
            value_of(step, "what") or "",
        )


BOUNDS = ("mark", "limit")


def stretches(values: Sequence[tuple], end) -> Iterator[tuple]:
    """Yield where each value begins, where another follows, and the value, from (place, value) in order."""
    begins = [(place, value) for n, (place, value) in enumerate(values) if n == 0 or value != values[n - 1][1]]
    for (start, value), (until, _) in zip(begins, [*begins[1:], (end, None)], strict=False):
        yield start, until, value


def beside_axis(values: Iterable) -> str:
    """Return the class of a chart that leaves room beside its axis for the longest of some figures."""
    longest = max((len(points(value)) for value in values if value is not None), default=0)
    return "pl-plot--seven" if longest > 5 else "pl-plot--five" if longest > 3 else ""


def bound_line(kind: str, words: str, values: Sequence[tuple], y: Callable, span) -> SafeString:
    """
    Draw mark or limit as a level line a stretch, its figure where it begins or changes.

    ``values`` are (place, value) in order, places from 0 to ``span``; where the value is ``None`` nothing is drawn.
    """
    drawn = []
    for start, end, value in stretches(values, span):
        if value is not None:
            place = {"kind": kind, "words": words, "y": y(value), "value": points(value)}
            place |= {"x1": across(start, span), "x2": across(end, span)}
            drawn.append((BOUND + (NEXT_FIGURE if start else FIRST_FIGURE)).format(**place))
    return SafeString("".join(drawn))


BOUND = '<line class="{kind}" x1="{x1}" x2="{x2}" y1="{y}" y2="{y}"/>'
FIRST_FIGURE = '<text class="{words}" x="{x1}" dx="-8" y="{y}" dy=".35em" text-anchor="end">{value}</text>'
NEXT_FIGURE = '<text class="{words}" x="{x1}" dx="2" y="{y}" dy="-.35em">{value}</text>'
AREA = '<rect class="s-area" x="{x1}" y="{y}" width="{width}" height="{height}"/>'
LEVEL = '<line class="s-line" x1="{x1}" x2="{x2}" y1="{y}" y2="{y}"/>'
DROP = '<line class="s-line" x1="{x}" x2="{x}" y1="{y1}" y2="{y2}"/>'
WORD = '<text class="s-strong{within}" x="{word_x}" y="{word_y}" text-anchor="{anchor}">{words}</text>'
TICK = '<text {alt}x="{x}" y="156" text-anchor="{anchor}">{day}</text>'


def each_drawn(shape: str, values: Iterable[dict]) -> SafeString:
    """Draw a shape for each of some values, which are numbers and words of ours: nothing in them is to be escaped."""
    return SafeString("".join(shape.format(**value) for value in values))


def _tick(at: int, weeks: int, when: date) -> dict:
    return {
        "x": across(at, weeks),
        "day": tiny_day(when),
        "alt": 'class="s-alt" ' if at % 4 == 2 else "",
        "anchor": "start" if at == 0 else "end" if at + 2 > weeks else "middle",
    }


PAD, FLOOR = 6, 138  # pixels from the top to the highest value, and to the line the words stand under


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
        "words": points(total),
        "written": start == 0 or end - start >= 0.08 * span and start + end >= 0.2 * span,
    }


# Days, numbers and names in words ------------------------------------------------------------------


# A moment is written as the day it is where the service is, whatever day it is in UTC.
day = register.filter("day", format_day, expects_localtime=True)
short_day = register.filter("short_day", format_short_day, expects_localtime=True)
weekday = register.filter("weekday", format_weekday, expects_localtime=True)
points = register.filter("points", format_number)


@register.filter
def tiny_day(value: date | None) -> str:
    """Write a day for a chart: 12 Nov."""
    return f"{value.day} {value:%b}" if value else ""


@register.filter
def plural(count, noun: str) -> str:
    """Count things: ``3|plural:"contact"`` is 3 contacts, ``1|plural:"person,people"`` is 1 person."""
    one, _, many = noun.partition(",")
    return f"{points(count)} {one if count == 1 else many or one + 's'}"


@register.filter
def in_points(value) -> str:
    """Count points, which may be fractions: 1 point, 7.5 points."""
    words = ngettext("%(points)s point", "%(points)s points", 1 if value == 1 else 2)
    return words % {"points": points(value)}


@register.filter
def number(count: int) -> str:
    """Write a small number as a word, as sentences do; above ten as figures."""
    return NUMBERS[count] if 0 <= count <= 10 else points(count)


@register.filter
def by_name(name: object) -> str:
    """Return the first name, as one would speak of somebody: Tāne Rāwiri is Tāne."""
    words = str(name or "").split()
    return words[0] if words else ""


@register.filter
def initials(name: object) -> str:
    """Return the letters for the round mark in the header."""
    words = str(name or "").split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


# Forms -----------------------------------------------------------------------------------------------


@register.filter
def choices_class(field) -> str:
    """Lay few short choices in a row, and longer ones under each other."""
    labels = [str(label) for value, label in field.field.choices]
    short = len(labels) <= 8 and all(len(label) <= 24 for label in labels)
    return "pl-choices pl-choices--row" if short else "pl-choices"


@register.simple_tag
def table_rows(table) -> list[SafeString]:
    """
    Draw the rows of a table of django-tables2.

    What belongs to a column is worked out once, not once a cell as the library does, which costs it three quarters of its
    time; so attributes cannot depend on the row.
    """
    columns = [(_cell_opens(column, first=not n), _cell_of(table, column)) for n, column in enumerate(table.columns)]
    return [
        _row([opens.format(conditional_escape(_stripped(cell(row)))) for opens, cell in columns])
        for row in table.paginated_rows
    ]


def _row(cells: list[str]) -> SafeString:
    return SafeString(f'<tr role="row">{"".join(cells)}</tr>')


def _cell_opens(column, *, first: bool) -> str:
    """Return a cell to be filled in: the first column is the row's heading."""
    attributes = column.attrs["td"].as_html()
    shape = (
        format_html('<th scope="row" role="rowheader" {}>', attributes)
        if first
        else format_html('<td role="cell" data-label="{}" {}>', column.header, attributes)
    )
    return shape.replace("{", "{{").replace("}", "}}") + ("{}</th>" if first else "{}</td>")


def _cell_of(table, column):
    """Return what draws a column's cell of a row: the table's own ``render_x(self, record)``, or the library."""
    render = getattr(table, f"render_{column.name}", None)
    if render is not None and list(signature(render).parameters) == ["record"]:
        return lambda row: render(row.record)
    return lambda row: row.get_cell(column.name)


def _stripped(cell):
    """Return a cell without the blanks of its template; an empty one, also the library's dash, is empty to the stylesheet."""
    if isinstance(cell, SafeString):
        return SafeString(cell.strip())
    return "" if cell == "—" else cell


@register.filter
def anchor(field) -> str:
    """Return the id that leads to a field: its own, or that of the first of its radios."""
    return field.id_for_label or (f"{field.auto_id}_0" if field.use_fieldset else field.auto_id)


@register.simple_tag
def refused(form) -> str:
    """Return the heading above a form that was refused: how many answers need checking."""
    count = sum(len(errors) for errors in form.errors.values())
    return "Check one answer" if count == 1 else f"{number(count).capitalize()} answers need checking"


@register.filter
def keeps_words(form) -> bool:
    """Return whether everything typed comes back with a refused form; passwords and files never do."""
    kinds = {getattr(field.widget, "input_type", "") for field in form.fields.values()}
    return not kinds & {"password", "file"}
