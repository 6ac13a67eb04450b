"""The parts of a week against their guides (P08-P10, R69), and a plan against the hours of its post (R70)."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext as _

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


class AgainstGuide(StrEnum):
    """The state of hours against their guide."""

    AS_GUIDE = "as_guide"
    BELOW = "below"
    OVER = "over"
    NO_RULE = "no_rule"


class PlanGuideline(NamedTuple):
    """A part of the week against its guide: ``apart`` is the difference in hours, ``share`` the per cent of the week."""

    focus: Focus
    hours: Decimal
    guide: Decimal
    state: AgainstGuide
    apart: Decimal
    share: Decimal | None

    @property
    def words(self) -> str:
        if self.state == AgainstGuide.AS_GUIDE:
            return _("within half") if self.focus == Focus.CONTACT else _("meets the guide")
        if self.state == AgainstGuide.BELOW:
            return _("%(apart)s h below the guide") % {"apart": format_hours(self.apart)}
        return (
            _("%(apart)s h over half") % {"apart": format_hours(self.apart)}
            if self.state == AgainstGuide.OVER
            else _("a guide, not a rule")
        )


def guides(
    by_focus: Mapping[Focus, Decimal], *, groups: Decimal, marketing: Decimal, hours: Decimal
) -> list[PlanGuideline]:
    """
    Return the three parts of a week against their guides (P08-P10, R69).

    :param by_focus: hours a week
    :param groups: the group sessions planned a week
    :param marketing: the hours planned for relationships outside; there is no guide for them
    :param hours: available a week
    """
    wellbeing, contact, management = (by_focus[focus] for focus in Focus)
    kept, most = hours * WELLBEING_SHARE, most_contact_hours(hours)
    admin = contact * ADMIN_SHARE + groups * GROUP_ADMIN_HOURS + marketing
    found = (
        (Focus.WELLBEING, wellbeing, kept, AgainstGuide.BELOW if wellbeing < kept else AgainstGuide.AS_GUIDE),
        (Focus.CONTACT, contact, most, AgainstGuide.OVER if contact > most else AgainstGuide.AS_GUIDE),
        (Focus.MANAGEMENT, management, admin, AgainstGuide.NO_RULE),
    )
    return [
        PlanGuideline(focus, much, guide, state, abs(much - guide), percent(much, hours))
        for focus, much, guide, state in found
    ]


def guides_of(plan: Grid, hours: Decimal) -> list[PlanGuideline]:
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
    if len(apart) == WEEKS and len({total for __, total in apart}) == 1:
        return _("The weeks come to %(apart)s hours each; the post has %(hours)s.") % {
            "apart": format_hours(apart[0][1]),
            "hours": format_hours(hours),
        }
    (week, total), *others = apart
    parts = [_("Week %(week)s comes to %(total)s") % {"week": week, "total": format_hours(total)}]
    parts += [_("week %(week)s to %(total)s") % {"week": week, "total": format_hours(total)} for week, total in others]
    return _("%(weeks)s hours; the post has %(hours)s.") % {"weeks": ", ".join(parts), "hours": format_hours(hours)}
