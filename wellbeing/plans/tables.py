"""Four weeks as a table: hours planned, needed and logged; to read or to fill in."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from caseload.rules import PARKED_HOURS, percent
from peerload.core.formats import format_list
from peerload.core.translation import LazyText

from ..enums import Focus, PlanActivity
from .forms import GridForm, field_name
from .queries import LoggedWeeks, Week
from .rules.dated import monday_of
from .rules.grids import WEEKS, ZERO, Grid, GridRow, format_hours, of_focus, totals
from .rules.guidance import PlanGuideline, contact_over, guides_of, not_adding_up
from .rules.needs import AskedOfWorker, contact_needed, hours_needed

# The text beside an activity: which people its hours needed are counted from.
SAID: dict[str, Callable[[int], str]] = {
    PlanActivity.HIGH_1_1: lambda n: ngettext("%(people)s person, 2.5 h each", "%(people)s people, 2.5 h each", n),
    PlanActivity.MEDIUM_1_1: lambda n: ngettext(
        "%(people)s person: three meetings a week for every ten people",
        "%(people)s people: three meetings a week for every ten people",
        n,
    ),
    PlanActivity.GROUPS: lambda n: ngettext("%(groups)s group, 1.5 h each", "%(groups)s groups, 1.5 h each", n),
    PlanActivity.PARKED: lambda n: ngettext(
        "%(people)s person, %(contacts)s contacts a week", "%(people)s people, %(contacts)s contacts a week", n
    ),
}
GUIDED: Mapping[str, LazyText] = {
    PlanActivity.CLIENT_ADMIN: gettext_lazy("guide: half of the contact hours"),
    PlanActivity.GROUP_ADMIN: gettext_lazy("guide: 1 hour for each group"),
    PlanActivity.MARKETING: gettext_lazy("guide: 2 hours in a week of 40"),
}
SHARES = {
    Focus.WELLBEING: gettext_lazy("guide: 12.5%, 1 hour a day"),
    Focus.CONTACT: gettext_lazy("guide: at most half of the week"),
    Focus.MANAGEMENT: gettext_lazy(
        "guide: half of the contact hours, 1 hour for each group, and time for relationships"
    ),
}


class Head(NamedTuple):
    """The head of a week: its number, its Monday, whether it is now, what makes it shorter and the hours that are left then."""

    week: int
    monday: date | None
    now: bool
    shorter: str
    hours: Decimal | None = None


class Cell(NamedTuple):
    """The hours of one week, or the field for them."""

    week: int
    now: bool
    hours: Decimal
    field: BoundField | None = None


class ActivityRow(NamedTuple):
    label: str
    beside: str
    cells: list[Cell]
    need: Decimal | None
    logged: str


class FocusRows(NamedTuple):
    """A focus with its rows; ``together`` is the sum of contact."""

    focus: Focus
    guide: PlanGuideline
    guide_words: str
    rows: list[ActivityRow]
    together: ActivityRow | None


class WeeksTable(NamedTuple):
    hours: Decimal
    heads: list[Head]
    parts: list[FocusRows]
    whole: list[Cell]
    notes: list[str]  # weeks whose hours differ from the post's, and weeks with fewer
    columns: int

    @property
    def share(self) -> Decimal | None:
        """The share of an average week that is planned, in per cent: 100.0 where it comes to the post's hours (R67)."""
        return percent(sum(part.guide.hours for part in self.parts), self.hours)


def sheet(
    grid: Grid,
    hours: Decimal,
    *,
    weeks: Sequence[Week] = (),
    on: date | None = None,
    asked: AskedOfWorker | None = None,
    logged: LoggedWeeks | None = None,
    form: GridForm | None = None,
) -> WeeksTable:
    """
    Return four weeks as a table to draw.

    :param hours: of the post, a week
    :param weeks: the real weeks beside them, in order of their number
    :param asked: the people the worker supports; without it no need is shown
    :param logged: only for the worker
    :param form: the fields, for a table to fill in
    """
    needed = hours_needed(asked) if asked else {}
    heads = [_head(n, weeks[n - 1] if weeks else None, on) for n in range(1, WEEKS + 1)]
    parts = []
    for guide in guides_of(grid, hours):
        rows = [_row(row, grid, heads, asked, needed, logged, form) for row in grid.of(guide.focus)]
        together = _together(grid, heads, needed, logged) if guide.focus == Focus.CONTACT else None
        parts.append(FocusRows(guide.focus, guide, SHARES[guide.focus], rows, together))
    return WeeksTable(
        hours=hours,
        heads=heads,
        parts=parts,
        whole=_cells(totals(grid), heads),
        notes=[words for words in (not_adding_up(grid, hours), *_short_weeks(grid, heads, weeks)) if words],
        columns=1 + WEEKS + bool(asked) + bool(logged),
    )


def _head(n: int, week: Week | None, on: date | None) -> Head:
    if week is None:
        return Head(n, None, False, "")
    now = on is not None and week.monday == monday_of(on)
    words = shorter(week)
    return Head(n, week.monday, now, words, week.hours if words else None)


def shorter(week: Week) -> str:
    """Say why a week is shorter and how many hours are left: "2 days away, so 24 hours"; "" for a usual one."""
    parts = []
    if week.away:
        parts.append(ngettext("%(count)s day away", "%(count)s days away", week.away) % {"count": week.away})
    if week.shut:
        parts.append(ngettext("%(count)s closure day", "%(count)s closure days", week.shut) % {"count": week.shut})
    if not parts:
        return ""
    return _("%(days)s, so %(hours)s hours") % {"days": format_list(parts), "hours": format_hours(week.hours)}


def _short_weeks(grid: Grid, heads: list[Head], weeks: Sequence[Week]) -> list[str]:
    contact = of_focus(grid, Focus.CONTACT)
    found = []
    for head, week, planned in zip(heads, weeks, contact, strict=False):
        if head.shorter:
            over = contact_over(planned, week.hours)
            words = (
                _("Week %(week)s has %(shorter)s. Contact is %(over)s hours over half that week.")
                if over
                else _("Week %(week)s has %(shorter)s.")
            )
            found.append(words % {"week": head.week, "shorter": head.shorter, "over": format_hours(over)})
    return found


def _cells(hours: Sequence[Decimal], heads: list[Head]) -> list[Cell]:
    return [Cell(head.week, head.now, each) for head, each in zip(heads, hours, strict=True)]


def _row(
    row: GridRow,
    grid: Grid,
    heads: list[Head],
    asked: AskedOfWorker | None,
    needed: Mapping[str, Decimal],
    logged: LoggedWeeks | None,
    form: GridForm | None,
) -> ActivityRow:
    cells = _cells(grid[row.code], heads)
    if form is not None:
        cells = [cell._replace(field=form[field_name(row.code, cell.week)]) for cell in cells]
    beside = _beside(row.code, asked) if asked and row.code in SAID else GUIDED.get(row.code, "")
    return ActivityRow(row.label, beside, cells, needed.get(row.code), _logged(row, logged))


def _beside(code: str, asked: AskedOfWorker) -> str:
    tiers = (PlanActivity.HIGH_1_1, PlanActivity.MEDIUM_1_1, PlanActivity.GROUPS, PlanActivity.PARKED)
    by_tier: dict[str, int] = dict(zip(tiers, asked.people, strict=True))
    people = by_tier[code]
    contacts = hours_needed(asked)[PlanActivity.PARKED] / PARKED_HOURS
    many = people if code != PlanActivity.GROUPS else 1 if asked.sessions == 1 else 2  # 1.5 groups are several
    return SAID[code](many) % {
        "people": people,
        "groups": format_hours(asked.sessions),
        "contacts": format_hours(contacts),
    }


def _logged(row: GridRow, logged: LoggedWeeks | None) -> str:
    if logged is None:
        return ""
    hours = logged.hours.get(row.code)
    if hours:
        return format_hours(hours)
    if row.code in logged.held:
        return _("held")
    return "0" if hours is not None and row.focus == Focus.CONTACT else _("not logged")


def _together(grid: Grid, heads: list[Head], needed: Mapping[str, Decimal], logged: LoggedWeeks | None) -> ActivityRow:
    hours = None
    if logged is not None and logged.hours:
        hours = sum(logged.hours.get(row.code, ZERO) for row in grid.of(Focus.CONTACT))
    return ActivityRow(
        _("Contact, total"),
        "",
        _cells(of_focus(grid, Focus.CONTACT), heads),
        contact_needed(needed) if needed else None,
        "" if hours is None else format_hours(hours),
    )
