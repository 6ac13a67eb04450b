"""Plans to begin from: those that come with the product, scaled to the hours of a post (R72)."""

from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from peerload.core.translation import LazyText

from ...enums import Focus
from .grids import FIXED, WEEKS, ZERO, Grid, apportioned, grid_of_weeks, make_grid


class Template(NamedTuple):
    """A template for plans; ``hours`` are the week's it was made for."""

    key: str
    name: LazyText
    words: LazyText
    hours: Decimal
    grid: Grid


def every_week(**hours: float | str) -> dict[str, tuple[float | str, ...]]:
    """Return rows with the same hours in each week."""
    return {name: (each,) * WEEKS for name, each in hours.items()}


SESSIONS = {"supervision": (0, 0, 0, 1), "reflective_practice": (1, 0, 1, 0), "te_kairaranga": (0, 1, 0, 0)}
WELLBEING = SESSIONS | every_week(physical_exercise=2, personal_learning=2)
FULL_WEEK = Decimal(40)
PUBLISHED = Template(
    "as_published",
    _("from the practice note’s table"),
    _("The table of the practice note, as printed. Contact takes 1 hour over half of the week."),
    FULL_WEEK,
    make_grid(
        WELLBEING
        | every_week(high_1_1=13, medium_1_1=4, groups=3, parked=1)
        | every_week(client_admin=10, group_admin=2, marketing=2)
    ),
)
NOTES = Template(
    "from_the_notes",
    _("from the practice note’s text"),
    _("From the notes in the practice note: 5 people at 2.5 hours each, 3 meetings, 2 groups and 2 contacts a week."),
    FULL_WEEK,
    make_grid(
        WELLBEING
        | every_week(high_1_1="12.5", medium_1_1=3, groups=3, parked=1)
        # the extra contact hour of the table, and half of its rounding, go to management, whose label says 15
        | every_week(client_admin="10.5", group_admin=2, marketing=3)
    ),
)
REMOTE = Template(
    "remote",
    _("remote service"),
    _("An extra group session and fewer one-to-one meetings, for areas where people live far apart."),
    FULL_WEEK,
    make_grid(
        WELLBEING
        | every_week(high_1_1="12.5", medium_1_1="1.5", groups="4.5", parked=1)
        | every_week(client_admin=10, group_admin=3, marketing="2.5")
    ),
)


def scaled(template: Template, hours: Decimal) -> Grid:
    """
    Return a template for a week of so many hours (R72).

    Shares scale; supervision, reflective practice and Te Kairaranga stay, and take of the wellbeing time first. In quarter
    hours, each week together exactly ``hours`` where the template's is exactly its own.
    """
    if hours == template.hours:
        return template.grid
    weeks = [_scaled_week(template, n, hours) for n in range(WEEKS)]
    return grid_of_weeks(template.grid.rows, weeks)


def _scaled_week(template: Template, week: int, hours: Decimal) -> dict[str, Decimal]:
    plan = template.grid
    was = {code: plan[code][week] for code in plan}
    if not template.hours:
        return dict.fromkeys(was, ZERO)
    whole = sum(was.values()) * hours / template.hours
    by_focus = apportioned(whole, [sum((was[row.code] for row in plan.of(focus)), ZERO) for focus in Focus])
    found: dict[str, Decimal] = {}
    for focus, much in zip(Focus, by_focus, strict=True):
        codes = [row.code for row in plan.of(focus)]
        if focus == Focus.WELLBEING:
            fixed = {code: was[code] for code in codes if code in FIXED}
            found |= fixed
            codes = [code for code in codes if code not in FIXED]
            much = max(much - sum(fixed.values()), ZERO)
        found |= dict(zip(codes, apportioned(much, [was[code] for code in codes]), strict=True))
    return found


PART_TIME = Template(
    "part_time",
    gettext_lazy("part-time"),
    _(
        "The same as “from the practice note’s text”, for a half-time post. "
        "Supervision, reflective practice and Te Kairaranga stay as they are."
    ),
    FULL_WEEK / 2,
    scaled(NOTES, FULL_WEEK / 2),
)
TEMPLATES = (NOTES, PUBLISHED, REMOTE, PART_TIME)  # the first is the one for new workers (R66)
