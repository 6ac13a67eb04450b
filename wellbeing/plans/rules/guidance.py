"""The parts of a week against their guides (P08-P10, R69), and a plan against the hours of its post (R70)."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from caseload.rules import GROUP_HOURS, most_contact_hours, percent, rounded

from ...enums import Focus, PlanActivity
from .grids import WEEKS, ZERO, Grid, a_week, format_hours, of_focus, totals


def whole_percents(hours: Iterable[Decimal], whole: Decimal) -> list[int]:
    """Return shares as the practice note prints them, each rounded half up; they need not come to 100 (R67)."""
    return [int(rounded(each * 100 / whole, 0)) for each in hours]


def contact_over(contact: Decimal, hours: Decimal) -> Decimal:
    """Return the hours of contact above half of the available ones, 0 within (P08)."""
    return max(contact - most_contact_hours(hours), ZERO)


WELLBEING_SHARE = Decimal("0.125")  # five hours of forty, an hour a day (P09)
ADMIN_SHARE = Decimal("0.5")  # of planned contact, for administration (P10, R69)
GROUP_ADMIN_HOURS = Decimal(1)  # a group a week (P10)
MARKETING_SHARE = Decimal("0.05")  # two hours of forty (P10)


class State(StrEnum):
    """How hours stand against their guide."""

    AS_GUIDE = "as_guide"
    BELOW = "below"
    OVER = "over"
    NO_RULE = "no_rule"


class Guide(NamedTuple):
    """A part of the week against its guide: ``apart`` are the hours between them, ``share`` is that of the week in per cent."""

    focus: Focus
    hours: Decimal
    guide: Decimal
    state: State
    apart: Decimal
    share: Decimal | None

    @property
    def words(self) -> str:
        if self.state == State.AS_GUIDE:
            return "within half" if self.focus == Focus.CONTACT else "as the guide"
        if self.state == State.BELOW:
            return f"{format_hours(self.apart)} h below the guide"
        return f"{format_hours(self.apart)} h over half" if self.state == State.OVER else "no rule, a guide"


def guides(by_focus: Mapping[Focus, Decimal], *, groups: Decimal, marketing: Decimal, hours: Decimal) -> list[Guide]:
    """
    Return the three parts of a week against their guides (P08-P10, R69).

    :param by_focus: hours a week
    :param groups: the group sessions planned a week
    :param marketing: the hours planned for relationships outside; no guide says anything about them
    :param hours: available a week
    """
    wellbeing, contact, management = (by_focus[focus] for focus in Focus)
    kept, most = hours * WELLBEING_SHARE, most_contact_hours(hours)
    admin = contact * ADMIN_SHARE + groups * GROUP_ADMIN_HOURS + marketing
    found = (
        (Focus.WELLBEING, wellbeing, kept, State.BELOW if wellbeing < kept else State.AS_GUIDE),
        (Focus.CONTACT, contact, most, State.OVER if contact > most else State.AS_GUIDE),
        (Focus.MANAGEMENT, management, admin, State.NO_RULE),
    )
    return [
        Guide(focus, much, guide, state, abs(much - guide), percent(much, hours)) for focus, much, guide, state in found
    ]


def guides_of(plan: Grid, hours: Decimal) -> list[Guide]:
    """Return an average week of a plan against the guides."""
    return guides(
        {focus: a_week(of_focus(plan, focus)) for focus in Focus},
        groups=a_week(plan[PlanActivity.GROUPS]) / GROUP_HOURS,
        marketing=a_week(plan[PlanActivity.MARKETING]),
        hours=hours,
    )


def not_adding_up(plan: Grid, hours: Decimal) -> str:
    """Say which weeks of a plan do not come to the hours of the post; "" where all do (R70)."""
    apart = [(week, total) for week, total in enumerate(totals(plan), 1) if total != hours]
    if not apart:
        return ""
    if len(apart) == WEEKS and len({total for _, total in apart}) == 1:
        return f"The weeks come to {format_hours(apart[0][1])} hours each; the post has {format_hours(hours)}."
    words = ", ".join(f"week {week} to {format_hours(total)}" for week, total in apart)
    return f"{words[0].upper()}{words[1:].replace(' to ', ' comes to ', 1)} hours; the post has {format_hours(hours)}."
