"""Who may have which role and sign-in; posts and absences. Pure."""

import re
from collections.abc import Collection, Hashable, Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core import dates
from peerload.core.formats import format_day

from .enums import MAY_LEAD, AbsenceBand, Role

# Roles and sign-in -----------------------------------------------------------------------------------------------------


class Staffed(NamedTuple):
    """The facts about a member that the rules of role and sign-in need."""

    name: str
    role: str
    active: bool = True  # can sign in
    last_day: date | None = None  # of a member who has given notice
    supports: int = 0  # people, now or from a day ahead
    manages: tuple[str, ...] = ()  # teams, by name
    deputises: tuple[str, ...] = ()

    @property
    def stays_admin(self) -> bool:
        """Whether they are an admin who can sign in and has not given notice."""
        return self.active and self.role == Role.ADMIN and self.last_day is None


def not_as_they_are(member: Staffed) -> str:
    """
    Return why a member cannot have this role or sign-in with their people and teams; "" if they can (R81).

    Only a manager manages a team; only managers and peer workers deputise and support people.
    """
    leads = member.manages + member.deputises
    if not member.active or member.role not in MAY_LEAD:
        if member.supports:
            people = (
                _("one person") if member.supports == 1 else _("%(supports)s people") % {"supports": member.supports}
            )
            return _("%(member)s still supports %(people)s. Hand them over first.") % {
                "member": member.name,
                "people": people,
            }
    elif member.role != Role.MANAGER:
        leads = member.manages
    else:
        leads = ()
    if leads:
        return _("%(member)s leads %(names)s. Name another person there first.") % {
            "member": member.name,
            "names": ", ".join(sorted(leads)),
        }
    return ""


K = TypeVar("K", bound=Hashable)


def last_admins(before: Mapping[K, Staffed], after: Mapping[K, Staffed]) -> list[K]:
    """
    Return who would stop being an admin although no admin would be left; empty where that does not happen.

    A service that has no admin yet may go on without one: the first is invited.

    :param before: the staff, or at least every admin, as they are
    :param after: the same and those who join them, as they would be
    """
    if any(member.stays_admin for member in after.values()):
        return []
    return [
        key
        for key, member in before.items()
        if (member.active and member.role == Role.ADMIN)
        and (not after[key].active or after[key].role != Role.ADMIN or member.stays_admin)
    ]


def only_admin(name: str) -> str:
    """Return the sentence that a member is the last admin."""
    return _("%(name)s is the only admin. Make another member an admin first.") % {"name": name}


def cannot_support(member: Staffed, on: date) -> str:
    """Return why a member cannot be given people from a day on; "" if they can."""
    if not member.active:
        return _("%(member)s cannot support people, because they do not work here now. Choose another worker.") % {
            "member": member.name
        }
    if member.role not in MAY_LEAD:
        return _("%(member)s cannot support people. Choose a peer worker or a manager.") % {"member": member.name}
    if member.last_day and member.last_day < on:
        return _("%(member)s cannot support people from then on. Their last day is %(day)s.") % {
            "member": member.name,
            "day": format_day(member.last_day),
        }
    return ""


def cannot_lead(manager: Staffed | None, deputy: Staffed | None) -> dict[str, str]:
    """Return why a member cannot lead a team, by ``manager`` and ``deputy``; empty if they can."""
    wrong = {}
    if manager and manager.role != Role.MANAGER:
        wrong["manager"] = _("%(manager)s cannot manage a team. Choose a manager.") % {"manager": manager.name}
    if deputy and deputy.role not in MAY_LEAD:
        wrong["deputy"] = _("%(deputy)s cannot deputise. Choose a manager or a peer worker.") % {"deputy": deputy.name}
    for name, member in (("manager", manager), ("deputy", deputy)):
        if member and not member.active:
            wrong[name] = _("%(member)s cannot lead a team, because their sign-in is closed.") % {"member": member.name}
    return wrong


def told_for_team(
    manager: K | None, deputy: K | None, acting: Collection[K], *, here: Collection[K], known: Collection[K]
) -> list[K]:
    """
    Return who is told what a team's manager has to know: the manager, or while they are away who acts and the deputy.

    While none of them is here it waits for the manager, or the deputy of a team without one (R58, R171).

    :param here: who works here, can sign in and is not away
    :param known: who can sign in, away or not
    """
    if manager is not None and manager in here:
        return [manager]
    found = [key for key in dict.fromkeys((*acting, deputy)) if key is not None and key in here]
    return found or [key for key in (manager, deputy) if key is not None and key in known][:1]


def team_there(name: str) -> str:
    """Return the sentence that a team has such a name."""
    return _("There is a team %(name)s already. Choose another name.") % {"name": name}


SAME_DEPUTY = gettext_lazy("The deputy and the manager have to be different people.")


# The service -----------------------------------------------------------------------------------------------------------

LIMITS = {  # of its settings: the lowest and the highest value, on the page and in the sheet
    "full_time_hours": (1, 168),
    "parked_weeks": (1, 52),
    "inactive_weeks": (1, 104),
    "undo_weeks": (0, 260),
    "consecutive_over": (1, 12),
    "boundary_high": (0, 1000),
    "boundary_medium": (0, 1000),
    "boundary_group": (0, 1000),
    "boundary_parked": (0, 1000),
    "quiet_high": (1, 365),
    "quiet_medium": (1, 365),
    "quiet_group": (1, 365),
    "action_days": (1, 365),
}

# Kinds of leave that a new service begins with (L13); it changes the list as it likes.
LEAVE_KINDS = (
    gettext_lazy("Annual leave"),
    gettext_lazy("Mental health day"),
    gettext_lazy("Sick leave"),
    gettext_lazy("Bereavement or tangihanga leave"),
    gettext_lazy("Parental leave"),
    gettext_lazy("Training"),
    gettext_lazy("Other"),
)

# Names -----------------------------------------------------------------------------------------------------------------


def choice_label(name: str, email: str, namesakes: Collection[str]) -> str:
    """
    Return a member's label in a choice: the name, and where others have the same one the beginning of the email, too.

    :param namesakes: the emails of the others of that name; where one begins alike, the whole email is shown
    """
    if not namesakes:
        return name
    local = email.partition("@")[0]
    alike = any(other.partition("@")[0] == local for other in namesakes)
    return f"{name} ({email if alike else local})"


# Posts -----------------------------------------------------------------------------------------------------------------

FULL_TIME = Decimal(1)


class Post(NamedTuple):
    """One period of a worker's post; ``weekly_hours`` None means FTE times full-time hours."""

    starts_on: date
    ends_before: date | None
    fte: Decimal
    weekly_hours: Decimal | None = None
    duty: bool = False
    team_id: int | None = None


class Listing(NamedTuple):
    """A period in which a worker is listed, and with which post."""

    starts_on: date
    ends_before: date | None
    fte: Decimal
    weekly_hours: Decimal
    duty: bool
    team_id: int | None


def listings(
    posts: list[Post], first_work_on: date | None, full_time_hours: Decimal, last_day: date | None = None
) -> list[Listing]:
    """
    Return the periods in which a worker is listed, in order.

    A worker with posts is listed on the days inside one; before the first, and where there is none, from the first
    allocation or responsibility on as 1.0 FTE at full-time hours, not on duty. No one is listed after the last day of a
    notice.

    :param posts: in order, not overlapping
    :param first_work_on: the day of the first allocation or responsibility
    :param last_day: of the notice that is under way
    """
    listed = []
    first_post_on = posts[0].starts_on if posts else None
    if first_work_on and (first_post_on is None or first_work_on < first_post_on):
        listed.append(Listing(first_work_on, first_post_on, FULL_TIME, full_time_hours, False, None))
    listed += [
        Listing(
            post.starts_on,
            post.ends_before,
            post.fte,
            post.fte * full_time_hours if post.weekly_hours is None else post.weekly_hours,
            post.duty,
            post.team_id,
        )
        for post in posts
    ]
    if last_day is None:
        return listed
    after = last_day + dates.DAY
    return [
        each._replace(ends_before=dates.earliest(each.ends_before, after)) for each in listed if each.starts_on < after
    ]


WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WORKING_DAYS = 5  # of a week without recorded days: Monday to Friday, in equal parts
LONGEST_DAY = Decimal(24)
NO_HOURS = Decimal(0)

DayHours = tuple[Decimal, ...]  # of Monday to Sunday


class UnreadableDays(ValueError):
    """Days and hours that cannot be read; the text is a sentence."""


def read_days(text: str) -> DayHours | None:
    """
    Return the hours of Monday to Sunday written as ``Mon-Thu 7.5, Fri 4`` (T20); ``None`` for an empty text.

    :raises UnreadableDays: saying what is wrong
    """
    hours: dict[int, Decimal] = {}
    for part in filter(None, (part.strip() for part in text.replace(";", ",").split(","))):
        found = DAYS_PART.fullmatch(part)
        if not found:
            raise UnreadableDays(
                _("“%(part)s” cannot be read. Write days and hours as Mon-Thu 7.5, Fri 4.") % {"part": part}
            )
        first = _weekday(found["first"])
        last = _weekday(found["last"] or found["first"])
        if last < first:
            raise UnreadableDays(_("“%(part)s” ends before it begins. A week goes from Mon to Sun.") % {"part": part})
        for day in range(first, last + 1):
            if day in hours:
                raise UnreadableDays(_("%(weekdays)s is there twice.") % {"weekdays": WEEKDAYS[day]})
            hours[day] = Decimal(found["hours"])
            if hours[day] > LONGEST_DAY:
                raise UnreadableDays(
                    _("%(weekdays)s has %(hours)s hours; a day has %(longest_day)s.")
                    % {"weekdays": WEEKDAYS[day], "hours": hours[day], "longest_day": LONGEST_DAY}
                )
    return tuple(hours.get(day, NO_HOURS) for day in range(len(WEEKDAYS))) if hours else None


DAYS_PART = re.compile(r"(?P<first>[A-Za-z]+)(\s*[-–]\s*(?P<last>[A-Za-z]+))?\s+(?P<hours>\d{1,3}(\.\d{1,2})?)( ?h)?")


def _weekday(word: str) -> int:
    found = [n for n, day in enumerate(WEEKDAYS) if word[:3].title() == day]
    if not found:
        raise UnreadableDays(
            _("“%(word)s” is no day of the week. Write %(names)s.") % {"word": word, "names": ", ".join(WEEKDAYS)}
        )
    return found[0]


def write_days(day_hours: Iterable[Decimal] | None) -> str:
    """Return the hours of Monday to Sunday as `read_days` reads them, days with the same hours in a row together."""
    runs: list[tuple[int, int, Decimal]] = []
    for day, hours in enumerate(day_hours or ()):
        if runs and hours == runs[-1][2] and runs[-1][1] == day - 1:
            runs[-1] = (runs[-1][0], day, hours)
        elif hours:
            runs.append((day, day, hours))
    return ", ".join(
        f"{WEEKDAYS[first]}{f'-{WEEKDAYS[last]}' if last > first else ''} {hours.normalize():f}"
        for first, last, hours in runs
    )


def apart_from_days(weekly_hours: Decimal, by_days: Decimal) -> str:
    """Say that the hours a week differ from the sum of its days."""
    return _(
        "The days come to %(by_days)s hours, not %(weekly_hours)s. "
        "Correct one of them, or leave the hours a week empty."
    ) % {"by_days": f"{by_days.normalize():f}", "weekly_hours": f"{weekly_hours.normalize():f}"}


def hours_on(weekday: int, weekly_hours: Decimal, day_hours: Iterable[Decimal] | None) -> Decimal:
    """
    Return a member's hours on a day of the week, Monday being 0.

    :param day_hours: of Monday to Sunday; if not recorded, Monday to Friday in equal parts
    """
    if day_hours is not None:
        return tuple(day_hours)[weekday]
    return weekly_hours / WORKING_DAYS if weekday < WORKING_DAYS else NO_HOURS


def part_of_days(day_hours: Iterable[Decimal] | None, fte: Decimal, full: Decimal) -> DayHours | None:
    """
    Return the days of a part of a post, each with its part of the hours; ``None`` where the post's are not known.

    :param full: the FTE of the whole post
    """
    return (
        None
        if day_hours is None
        else tuple((each * fte / full).quantize(Decimal("0.01"), ROUND_HALF_UP) for each in day_hours)
    )


class ReturnStep(NamedTuple):
    """A day from which a member works a part of their post, on their return after an absence (L02)."""

    starts_on: date
    fte: Decimal


def hours_of(weekly_hours: Decimal | None, fte: Decimal, full: Decimal) -> Decimal | None:
    """
    Return the hours a week of a part of a post; ``None`` where the post's follow from its FTE.

    :param full: the FTE of the whole post
    """
    return None if weekly_hours is None else (weekly_hours * fte / full).quantize(Decimal("0.01"), ROUND_HALF_UP)


def days_away(starts_on: date, expected_back: date | None, on: date) -> int:
    """Return an absence's days: the longer of those elapsed and those expected (R75, R76)."""
    expected = (expected_back - starts_on).days if expected_back else 0
    return max((on - starts_on).days, expected)


def absence_band(days: int) -> AbsenceBand:
    """Return the band of an absence of so many days (A06-A08, R74)."""
    if days < 14:
        return AbsenceBand.UNDER_2_WEEKS
    return AbsenceBand.WEEKS_2_TO_8 if days <= 56 else AbsenceBand.OVER_8_WEEKS


def is_long(starts_on: date, back: date | None) -> bool:
    """Return whether an absence takes two weeks or more, as far as is known; one without an expected return may."""
    return back is None or absence_band((back - starts_on).days) != AbsenceBand.UNDER_2_WEEKS


def band_expected(starts_on: date | None, expected_back: date | None) -> AbsenceBand | None:
    """Return the band of the expected length alone, ``None`` while it is unknown."""
    return absence_band((expected_back - starts_on).days) if starts_on and expected_back else None


def is_away(starts_on: date, back_on: date | None, on: date) -> bool:
    """Return whether a member is away that day; past the expected return they are still away."""
    return dates.contains(starts_on, back_on, on)
