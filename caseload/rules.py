"""
Keeping in touch, and the caseload boundary. Nothing here reads the clock, the database or settings.

Source: 000 *Active Clients* and *Safe Case Loads*; R49-R64.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from peerload.core.formats import format_day

from .enums import (
    ACTIVE_TIERS,
    CASELOAD_TIERS,
    ContactState,
    Outcome,
    ParkedOutcome,
    ReminderKind,
    Tier,
    WrongDay,
)

SOON_DAYS = 7  # a reminder comes so many days before a contact is due (R61)
RAISED_DAYS = 7  # the manager is told when a contact is so many days over
NEW = timedelta(weeks=2)  # how long a person counts as new with a worker
LATELY = timedelta(days=28)  # over which new allocations are counted
LOOK_AGAIN = timedelta(days=28)  # after which looking at an allocation again is proposed (W25)
COMING_BACK = timedelta(weeks=52)  # within this time, supporting a person again is coming back (L05)
LOOKED_BACK = 2 * COMING_BACK  # over which that is counted
LONGEST_WAIT = 31 * 24 * 3600  # seconds that an answer may wait on a phone for a signal
WAITED = 60  # seconds from which an answer is shown as one that waited


class Cadence(NamedTuple):
    """How often parked people are contacted, and when the outcome is decided, in weeks (P05, P06)."""

    parked_weeks: int = 6
    inactive_weeks: int = 24

    @property
    def between(self) -> timedelta:
        """The longest time between two contacts."""
        return timedelta(weeks=self.parked_weeks)

    @property
    def whole(self) -> timedelta:
        """The time after which the contacts decide."""
        return timedelta(weeks=self.inactive_weeks)

    @property
    def contacts_needed(self) -> int:
        """How many contacts must say that no support is needed: 24 / 6 = 4, rounded up (R52)."""
        return -(-self.inactive_weeks // self.parked_weeks)

    @property
    def longest_gap_days(self) -> int:
        """More days than this without contact: a manager decides (R52)."""
        return 2 * self.parked_weeks * 7


class Reached(NamedTuple):
    """A contact that reached the person: the day, and its outcome."""

    on: date
    outcome: Outcome


class InTouch(NamedTuple):
    """The facts about a person kept in touch with: the derived columns a sweep decides on."""

    parked_on: date
    six_weeks_from: date
    last_contact_on: date | None
    contacts_since_parked: int
    longest_gap: int  # days, over closed gaps; the open one is from the last contact to the day asked about
    support_wanted_on: date | None


def in_touch(parked_on: date, *, talked: bool, contacts: Iterable[Reached]) -> InTouch:
    """
    Return the facts about a parked person that follow from the contacts that reached them (R50-R52, R55).

    :param talked: whether parking was talked about together; if not, the six weeks run from the last contact before
    :param contacts: all that reached the person, any order, before and after the parking day
    """
    contacts = sorted(contacts)
    before = [contact.on for contact in contacts if contact.on < parked_on]
    after = [contact for contact in contacts if contact.on > parked_on]
    days = sorted({contact.on for contact in after})
    anchor = parked_on if talked or not before else before[-1]
    return InTouch(
        parked_on=parked_on,
        six_weeks_from=days[-1] if days else anchor,
        last_contact_on=days[-1] if days else None,
        contacts_since_parked=len({c.on for c in after if c.outcome == Outcome.NO_SUPPORT_NEEDED}),
        longest_gap=max(((b - a).days for a, b in zip([parked_on, *days], days, strict=False)), default=0),
        support_wanted_on=min((c.on for c in after if c.outcome == Outcome.SUPPORT_WANTED), default=None),
    )


def due_on(six_weeks_from: date, cadence: Cadence) -> date:
    """Return the day by which a parked person is contacted: six weeks from the last contact (R50)."""
    return six_weeks_from + cadence.between


def contact_state(due: date, on: date) -> tuple[ContactState, int]:
    """Return where a contact stands that day, and how many days it is over (E02)."""
    if on < due:
        return ContactState.UPCOMING, 0
    return (ContactState.OVERDUE, (on - due).days) if on > due else (ContactState.DUE, 0)


FIRST_WEEK = timedelta(days=7)
LONG_WITHOUT_POST = timedelta(weeks=13)  # a worker who comes back after it begins anew


def first_day_of_worker(posts: Iterable[tuple[date, date | None]], on: date) -> date | None:
    """
    Return the day on which a worker began: of their first post, or of the last one begun after 13 weeks without a post (R117).

    :param posts: the first day of each and the day after its last, ``None`` where it is open, in order of their days
    :return: ``None`` if no post is recorded
    """
    began: date | None = None
    without_since: date | None = (
        None  # the day after the last day in post; ``None`` before the first, and in an open one
    )
    for starts_on, ends_before in posts:
        if began is None:
            began, without_since = starts_on, ends_before
            continue
        if without_since is None or starts_on > on:
            break
        if starts_on - without_since >= LONG_WITHOUT_POST:
            began = starts_on
        without_since = max(without_since, ends_before) if ends_before else None
    return began


def is_first_week(first_day: date | None, on: date) -> bool:
    """Return whether a day lies in a worker's first week: the day they began and the six days after it (R117)."""
    return first_day is not None and first_day <= on < first_day + FIRST_WEEK


def state_for_worker(due: date, on: date, first_day: date | None) -> tuple[ContactState, int]:
    """
    Return where a contact stands for a worker, and how many days it is over: nothing is late that could not be done (R116).

    What was due before the worker's first day is due in their first week, and late after it, counted from the first day.

    :param first_day: when the worker began (`first_day_of_worker`), ``None`` if no post is recorded
    """
    if first_day is None or due >= first_day:
        return contact_state(due, on)
    return (ContactState.DUE, 0) if is_first_week(first_day, on) else contact_state(first_day, on)


def period_ends_on(parked_on: date, cadence: Cadence) -> date:
    """Return the day on which 24 weeks are over (R53: from that day on)."""
    return parked_on + cadence.whole


def gap_on(known: InTouch, on: date) -> int:
    """Return the longest gap in days without contact since parking, the open one included."""
    return max(known.longest_gap, (on - (known.last_contact_on or known.parked_on)).days)


def outcome(known: InTouch, on: date, cadence: Cadence) -> ParkedOutcome:
    """
    Return the result of keeping in touch on a day, while the tier is parked (R52-R55).

    Contacts dated after ``on`` must not be among what is known.
    """
    if known.support_wanted_on:
        return ParkedOutcome.REACTIVATE
    if on < period_ends_on(known.parked_on, cadence):
        return ParkedOutcome.NOT_YET
    if gap_on(known, on) > cadence.longest_gap_days:
        return ParkedOutcome.REVIEW
    if known.contacts_since_parked < cadence.contacts_needed or on > due_on(known.six_weeks_from, cadence):
        return ParkedOutcome.AWAITING_CONTACT
    return ParkedOutcome.INACTIVATE


def inactive_on(known: InTouch, on: date, cadence: Cadence) -> date | None:
    """
    Return the day up to ``on`` from which a person is not in touch any more, ``None`` if there is none.

    It is the day the rule came true after the last contact, not the day of the sweep: a sweep that was down for nine
    weeks finds the day it would have found then.
    """
    came_true = max(period_ends_on(known.parked_on, cadence), known.last_contact_on or known.parked_on)
    if came_true > on or outcome(known, came_true, cadence) != ParkedOutcome.INACTIVATE:
        return None
    return came_true


class SweepDays(NamedTuple):
    """The cut-off days of a sweep's statement, all inclusive (see `caseload.actions.sweep`)."""

    parked_by: date  # people parked by this day have reached 24 weeks
    silent_since: date  # people whose last contact was before this day have too long a gap


def sweep_days(on: date, cadence: Cadence) -> SweepDays:
    """Return the days that a sweep compares the derived columns with."""
    return SweepDays(on - cadence.whole, on - timedelta(days=cadence.longest_gap_days))


STAGE_DAYS = {
    ReminderKind.RAISED: RAISED_DAYS,
    ReminderKind.OVERDUE: 1,
    ReminderKind.DUE: 0,
    ReminderKind.SOON: -SOON_DAYS,
}  # the last stage first: so many days after the contact is due (R61)


def reminder(due: date, on: date) -> ReminderKind | None:
    """Return the last stage a reminder has reached, ``None`` while it is too early (R61)."""
    over = (on - due).days
    return next((kind for kind, days in STAGE_DAYS.items() if over >= days), None)


def anchored_by(kind: ReminderKind, on: date, cadence: Cadence) -> date:
    """Return the last day the six weeks may be counted from for a stage to be reached on a day."""
    return on - cadence.between - timedelta(days=STAGE_DAYS[kind])


class Boundary(NamedTuple):
    """The indicative caseload of one full-time worker, people a tier (P01)."""

    high: Decimal = Decimal(5)
    medium: Decimal = Decimal(10)
    group: Decimal = Decimal(15)
    parked: Decimal = Decimal(20)

    @property
    def total(self) -> Decimal:
        return sum(self, Decimal(0))

    def times(self, fte: Decimal) -> "Boundary":
        """Return the boundary for a number of full-time workers, exact (R16)."""
        return Boundary(*(tier * fte for tier in self))


class Mix(NamedTuple):
    """People a tier."""

    high: int = 0
    medium: int = 0
    group: int = 0
    parked: int = 0

    @property
    def total(self) -> int:
        return sum(self)


def mix(tiers: Iterable[str]) -> Mix:
    """Return how many people are in each tier."""
    tiers = list(tiers)
    return Mix(*(tiers.count(tier) for tier in CASELOAD_TIERS))


def over_boundary(people: Mix, boundary: Boundary) -> list[str]:
    """Return the tiers above the boundary, in order, then ``total`` (R64: both warn, neither blocks)."""
    over = [str(tier.value) for tier, n, most in zip(CASELOAD_TIERS, people, boundary, strict=True) if n > most]
    return [*over, "total"] if people.total > boundary.total else over


def capacity_by_tier(people: Mix, boundary: Boundary) -> Boundary:
    """Return how many more people of each tier the boundary has room for; below 0 where there are more (R64)."""
    return Boundary(*(most - n for n, most in zip(people, boundary, strict=True)))


class Needed(NamedTuple):
    """The full-time workers that people ask for, tier by tier and unrounded; ``None`` of a tier the boundary leaves out."""

    high: Decimal | None
    medium: Decimal | None
    group: Decimal | None
    parked: Decimal | None

    @property
    def most(self) -> Decimal:
        """Return the workers needed in all: those of the tier that needs most, for each worker has capacity in every
        tier (P14).
        """
        return max((tier for tier in self if tier is not None), default=Decimal(0))


def workers_needed(people: Mix, boundary: Boundary) -> Needed:
    """Return how many full-time workers a mix of people asks for: people / boundary, tier by tier (P14)."""
    return Needed(*(Decimal(n) / most if most else None for n, most in zip(people, boundary, strict=True)))


class QuietFrom(NamedTuple):
    """From how many days without contact a person is quiet for long, by kind of support (R115)."""

    high: int = 14
    medium: int = 28
    group: int = 42

    def of(self, tier: str | None) -> int | None:
        """Return the days of a kind of support; ``None`` where there is none, or a contact has a day by which it is due."""
        return dict(zip(ACTIVE_TIERS, self, strict=True)).get(Tier(tier)) if tier else None

    def last_day(self, tier: Tier, on: date) -> date:
        """Return the last day from which a person with this support has been quiet for long by another day."""
        return on - timedelta(days=self[ACTIVE_TIERS.index(tier)])


def is_quiet(tier: str | None, quiet_since: date, on: date, days: QuietFrom) -> bool:
    """
    Return whether a person counts as quiet for long: shown to their worker, never a reminder and never late (R115).

    :param quiet_since: the day of the last contact, or since when they are with their worker
    """
    most = days.of(tier)
    return most is not None and (on - quiet_since).days >= most


def quiet_order(tier: str, reached: bool, quiet_since: date) -> tuple[int, bool, date]:
    """Order people who are quiet for long: high, medium, group; of each never contacted first, then the longest (R115)."""
    return ACTIVE_TIERS.index(Tier(tier)), reached, quiet_since


HIGH_HOURS = Decimal("2.5")  # a high-intensity person a week (P12)
GROUP_HOURS = Decimal("1.5")
GROUP_SIZE = Decimal("7.5")
PARKED_HOURS = Decimal("0.5")


def parked_contacts_a_week(parked: int, cadence: Cadence) -> Decimal:
    """Return how many contacts a week keep all parked people in touch (R49), unrounded."""
    return Decimal(parked) / cadence.parked_weeks


def projected_contact_hours(people: Mix, cadence: Cadence) -> Decimal:
    """Return the contact hours a week that a mix of people asks for (P12, F07), unrounded."""
    return (
        people.high * HIGH_HOURS
        + people.medium * 3 / Decimal(10)
        + people.group * GROUP_HOURS / GROUP_SIZE
        + people.parked * PARKED_HOURS / cadence.parked_weeks
    )


CONTACT_SHARE = Decimal("0.5")  # of the hours of a post, at most (P08)


def most_contact_hours(weekly_hours: Decimal) -> Decimal:
    """Return the most contact hours a week for a post of so many hours (P08)."""
    return weekly_hours * CONTACT_SHARE


def rounded(value: Decimal, places: int) -> Decimal:
    """Return a value rounded half up, for showing."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def percent(part: Decimal, whole: Decimal) -> Decimal | None:
    """Return a percentage with one decimal, half up; ``None`` of a whole of 0."""
    return rounded(part * 100 / whole, 1) if whole else None


def first_day_with(starts_on: date, earlier: Iterable[tuple[date, date | None]]) -> date:
    """
    Return since when a person is with a worker without a day between, for an allocation that begins on a day.

    :param earlier: first day, and first day after, of their other allocations to the same worker
    """
    begins = {ends_before: first for first, ends_before in earlier}
    while starts_on in begins:
        starts_on = begins.pop(starts_on)
    return starts_on


def is_new(starts_on: date, on: date) -> bool:
    """Return whether a person allocated from a day on is new with the worker on another day: for two weeks (W25)."""
    return starts_on <= on < starts_on + NEW


class CameBack(NamedTuple):
    """How often people became "not in touch", how often they came back, and for how many of the others that is still open."""

    ended: int = 0
    back: int = 0
    open: int = 0


def came_back(spells: Iterable[tuple[date, date | None, int]], on: date) -> CameBack:
    """
    Return how often people who were not in touch any more came back within 52 weeks, as known on a day (L05, R56).

    :param spells: since when not in touch, from when supported again or ``None``, and how often that was so
    """
    ended = back = still_open = 0
    for since, back_on, count in spells:
        if not on - LOOKED_BACK < since <= on:
            continue
        ended += count
        if back_on and back_on <= since + COMING_BACK:
            back += count
        elif not back_on and on <= since + COMING_BACK:
            still_open += count
    return CameBack(ended, back, still_open)


def tier_on(tiers: Sequence[tuple[date, str]], on: date) -> str | None:
    """Return the tier of a day from rows (from, tier) in order; each lasts until the next."""
    return next((tier for starts_on, tier in reversed(tiers) if starts_on <= on), None)


def parked_since(tiers: Sequence[tuple[date, str]], on: date) -> date | None:
    """Return since when a person is parked that day, ``None`` if not; a repeated ``parked`` starts again."""
    known = [row for row in tiers if row[0] <= on]
    return known[-1][0] if known and known[-1][1] == Tier.PARKED else None


class Keys(NamedTuple):
    """What two records are compared by: the words of the name in order, and the last digits of the phone."""

    words: str
    phone: str


def before_waiting(name: str, since: date) -> str:
    """Return the sentence that no one can be allocated from a day before the service knew of them."""
    return _("%(name)s has waited for a worker since %(day)s. Choose that day or a later one.") % {
        "name": name,
        "day": format_day(since),
    }


def when_answered(now: datetime, waited: int, *, today: date) -> tuple[date, datetime | None]:
    """
    Return the day of an answer, and when it was tapped if it then waited for a signal.

    It is reckoned back from the server's clock, so a wrong clock on the phone changes nothing; it is never after today.

    :param now: when it arrived, in the service's time zone
    :param waited: for how many seconds it had waited on the phone
    """
    said_at = (now.astimezone(UTC) - timedelta(seconds=waited)).astimezone(now.tzinfo)
    on = today - (now.date() - said_at.date())
    return min(on, today), said_at.replace(second=0, microsecond=0) if waited >= WAITED else None


# What a person said -----------------------------------------------------------------------------------------------------


def wrong_day(begins: date, ends: date | None, today: date) -> WrongDay | None:
    """
    Return what is wrong with the days of a goal or a consent; None where they are right (R121).

    Neither may lie ahead, and it ends on the day it began or later.
    """
    if max(begins, ends or begins) > today:
        return WrongDay.AHEAD
    return WrongDay.BEFORE if ends is not None and ends < begins else None


def not_yet(day: date, today: date) -> str:
    """Return the sentence that a day has not come."""
    return _("%(day)s has not come yet. Today is %(today)s.") % {"day": format_day(day), "today": format_day(today)}


def asks_for_more(tier: str | None, *, waits: bool, merged: bool) -> bool:
    """
    Return whether the page of a person asks for something new: a next step, a goal, a consent (R124).

    It does not while they are not in touch, unless they came back and wait, nor where they go on in another record.
    """
    return not merged and (waits or tier != Tier.INACTIVE)
