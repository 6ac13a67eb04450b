"""
The rules once more, one day at a time: what the fast ones are held to.

Everything here counts straight from the facts of one day, without intervals, lines or windows put together. It is slow
and meant to be obviously right, each function saying one sentence of the rules. Of the product it uses only the facts'
tuples and the words (enums), never its calculations.
"""

import calendar
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import NamedTuple

import holidays

from caseload.enums import ContactState, Outcome, ParkedOutcome, ReminderKind, Tier
from caseload.rules import Cadence, Reached
from peerload.staff.rules import Post
from workload.enums import Band, Condition, CountedPer, Element, Window
from workload.rules import Activity, Holding, Person, PostPeriod, Responsibility, Scheme, Weight, Working

DAY = timedelta(days=1)


# Days -----------------------------------------------------------------------------------------------------------------


def has_come(day: date | None, on: date) -> bool:
    """Whether a date is given and not ahead."""
    return day is not None and day <= on


@cache
def public_holidays(region: str, year: int) -> frozenset[date]:
    country, _, subdivision = region.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=year))


def is_working_day(day: date, working: Working) -> bool:
    """Monday to Friday, less the region's public holidays, less the service's own closures."""
    return (
        day.strftime("%A") not in ("Saturday", "Sunday")
        and day not in public_holidays(working.region, day.year)
        and day not in working.closures
    )


@cache
def working_day_after(start: date, count: int, working: Working) -> date:
    """The first, second ... working day after a start, which itself is day 0."""
    day = start
    for _ in range(count):
        day += DAY
        while not is_working_day(day, working):
            day += DAY
    return day


def same_day_next_month(day: date) -> date:
    """10 March: 10 April. 31 January: 28 February, or 29."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    days_in_month = calendar.monthrange(year, month)[1]
    return date(year, month, min(day.day, days_in_month))


# The scheme -----------------------------------------------------------------------------------------------------------


def scheme_in_force(schemes: Sequence[Scheme], on: date) -> Scheme:
    """The last version that has begun; before all of them, the first."""
    begun = [scheme for scheme in schemes if scheme.starts_on <= on]
    return begun[-1] if begun else schemes[0]


def row_for(scheme: Scheme, code: str) -> Weight | None:
    """The scheme's row for a kind of work, if it is switched on."""
    for row in scheme.weights:
        if row.code == code and row.on and row.condition != Condition.DUTY:
            return row
    return None


def points_of_tier(scheme: Scheme, tier: str | None) -> Decimal:
    """What a case in a tier earns; without a tier, or not in touch, nothing."""
    for row in scheme.weights:
        if row.code == "case" and row.tier == tier and row.on:
            return row.points
    return Decimal(0)


def is_within_window(row: Weight, start: date, scheme: Scheme, working: Working, on: date) -> bool:
    """Whether work begun on a day still earns its points: the start is day 0, or 1, and the window's last day counts."""
    if on < start:
        return False
    if row.window == Window.MONTH:
        return on < same_day_next_month(start)
    if row.window == Window.CALENDAR_MONTH:
        return (on.year, on.month) == (start.year, start.month)
    if row.window == Window.WORKING_DAYS and scheme.start_day_is_first:
        return working_days_from(start, on, working) <= row.length
    if row.window == Window.WORKING_DAYS:
        return on <= working_day_after(start, row.length, working)
    if row.window == Window.DAYS:
        return (on - start).days + scheme.start_day_is_first <= row.length
    return True


@cache
def working_days_from(start: date, on: date, working: Working) -> int:
    """How many working days it takes to come from a start, which may be the first, to the day, or to the next one."""
    days = [start + timedelta(days=n) for n in range((on - start).days + 1)]
    return sum(is_working_day(day, working) for day in days) + (not is_working_day(on, working))


# One person -----------------------------------------------------------------------------------------------------------


def tier_on(tiers: Sequence[tuple[date, str]], on: date) -> str | None:
    """The tier of the last row that has begun."""
    tier = None
    for starts_on, of_row in tiers:
        if starts_on <= on:
            tier = of_row
    return tier


def is_held(holding: Holding, on: date) -> bool:
    """Held from the allocation until another worker has the person, through the day of closing."""
    return (
        has_come(holding.starts_on, on)
        and not has_come(holding.ends_before, on)
        and not (holding.closed_on and holding.closed_on < on)
    )


def holding_on(person: Person, on: date) -> Holding | None:
    """Who holds the person that day."""
    held = [holding for holding in person.holdings if is_held(holding, on)]
    assert len(held) <= 1, "held twice"
    return held[0] if held else None


def stands_with(person: Person, worker: int, scheme: Scheme, on: date) -> bool:
    """Held that day, not by a student, in a tier worth something, and not past the days after a decision to close."""
    holding = holding_on(person, on)
    if holding is None or holding.worker != worker or holding.student_held:
        return False
    if points_of_tier(scheme, tier_on(person.tiers, on)) == 0:
        return False
    if has_come(holding.close_decided_on, on):
        return (on - holding.close_decided_on).days + scheme.decision_day_is_first <= scheme.close_window_days
    return True


def is_running(activity: Activity, on: date) -> bool:
    """Begun, and not after its last day."""
    return activity.starts_on <= on and not (activity.finished_on and activity.finished_on < on)


def is_a_case_of_its_own(person: Person, on: date) -> bool:
    """Looked after, or on a child protection plan: a fact, whatever the service has switched off."""
    return any(
        activity.code in ("looked_after", "protection_plan") and is_running(activity, on)
        for activity in person.activities
    )


def is_first_of_its_kind(activity: Activity, person: Person) -> bool:
    """As it says; where it says nothing, the person's earliest."""
    if activity.first is None:
        return activity.starts_on == min(other.starts_on for other in person.activities if other.code == activity.code)
    return activity.first


def earning_row(activity: Activity, person: Person, scheme: Scheme, working: Working, on: date) -> Weight | None:
    """The row by which an activity of a standing person earns points that day, if it does."""
    row = row_for(scheme, activity.code)
    if row is None or not is_within_window(row, activity.starts_on, scheme, working, on):
        return None
    if not is_running(activity, on) and not (scheme.windows_run_on and row.window != Window.NONE):
        return None
    if row.condition == Condition.FIRST and not is_first_of_its_kind(activity, person):
        return None
    if row.condition == Condition.MINUTES_OVER and not (activity.minutes_each_way or 0) > row.condition_value:
        return None
    return row


# Cases ----------------------------------------------------------------------------------------------------------------


class Unit(NamedTuple):
    """A family with its members, or one person without a family (``family`` None)."""

    family: int | None
    people: Sequence[Person]


def cases_of(unit: Unit, worker: int, scheme: Scheme, on: date) -> list[list[Person]]:
    """The worker's cases in a family: a case each for those looked after or on a plan, one for all others together."""
    standing = [person for person in unit.people if stands_with(person, worker, scheme, on)]
    own = [[person] for person in standing if unit.family is None or is_a_case_of_its_own(person, on)]
    together = [person for person in standing if [person] not in own]
    return [*own, together] if together else own


def case_points(case: list[Person], scheme: Scheme, working: Working, on: date) -> Decimal:
    """The highest of the members' tiers, one more while newly allocated, and every activity of every member."""
    points = max(points_of_tier(scheme, tier_on(person.tiers, on)) for person in case)
    allocated_on = min(holding_on(person, on).starts_on for person in case)
    new = row_for(scheme, "new")
    if new and is_within_window(new, allocated_on, scheme, working, on):
        points += new.points
    return points + activity_points(case, scheme, working, on)


def activity_points(case: list[Person], scheme: Scheme, working: Working, on: date) -> Decimal:
    """Each activity earns; core assessments and section 47 of one case earn once, however many."""
    points, once_a_case = Decimal(0), {}
    for person in case:
        for activity in person.activities:
            row = earning_row(activity, person, scheme, working, on)
            if row is None:
                continue
            if row.one_of or row.per == CountedPer.CASE:
                once_a_case[row.one_of or row.code] = row.points
            else:
                points += row.points
    return points + sum(once_a_case.values())


# One worker -----------------------------------------------------------------------------------------------------------


def post_on(posts: Sequence[PostPeriod], on: date) -> PostPeriod | None:
    """The post of a day; it lasts until its last day or the next post."""
    return next((p for p in posts if has_come(p.starts_on, on) and not has_come(p.ends_before, on)), None)


def stable_points(posts: Sequence[PostPeriod], scheme: Scheme, on: date) -> Decimal:
    """The base: 15, on duty 30, the same for everybody unless the scheme scales it with the FTE."""
    post = post_on(posts, on)
    if post is None:
        return Decimal(0)
    on_duty = [row for row in scheme.weights if row.code == "stable" and row.condition == Condition.DUTY and row.on]
    row = on_duty[0] if post.duty and on_duty else row_for(scheme, "stable")
    if row is None:
        return Decimal(0)
    return row.points * post.fte if scheme.stable_scales_with_fte else row.points


def responsibility_earns(held: Responsibility, row: Weight, scheme: Scheme, working: Working, on: date) -> bool:
    """While held, or for as long from its date as its window says; inside the base nothing does but what goes with cases."""
    if scheme.extras_inside_base and not row.linked_to_cases:
        return False
    if row.window != Window.NONE:
        return is_within_window(row, held.starts_on, scheme, working, on)
    return held.starts_on <= on and not (held.until and held.until < on)


def extra_points(held: Sequence[Responsibility], scheme: Scheme, working: Working, on: date) -> Decimal:
    """Once a worker, once an entry, or times the quantity."""
    points, once_a_worker = Decimal(0), {}
    for responsibility in held:
        row = row_for(scheme, responsibility.code)
        if row is None or row.element != Element.EXTRA:
            continue
        if not responsibility_earns(responsibility, row, scheme, working, on):
            continue
        if row.per == CountedPer.WORKER:
            once_a_worker[row.code] = row.points
        else:
            points += row.points * (responsibility.quantity if row.per == CountedPer.QUANTITY else 1)
    return points + sum(once_a_worker.values())


class Service(NamedTuple):
    """All facts that carry points."""

    units: Sequence[Unit]
    posts: Mapping[int, Sequence[PostPeriod]]
    responsibilities: Mapping[int, Sequence[Responsibility]]
    schemes: Sequence[Scheme]
    working: Working


class Count(NamedTuple):
    """A worker's points on a day."""

    stable: Decimal
    extras: Decimal
    cases: Decimal
    case_count: int

    @property
    def subtotal(self) -> Decimal:
        return self.stable + self.extras + self.cases


def count(service: Service, worker: int, on: date) -> Count:
    """What a worker holds on a day."""
    scheme = scheme_in_force(service.schemes, on)
    cases = [case for unit in service.units for case in cases_of(unit, worker, scheme, on)]
    return Count(
        stable_points(service.posts.get(worker, ()), scheme, on),
        extra_points(service.responsibilities.get(worker, ()), scheme, service.working, on),
        sum((case_points(case, scheme, service.working, on) for case in cases), Decimal(0)),
        len(cases),
    )


def workload_weight(count: Count, scheme: Scheme) -> int:
    """One point for every whole ten accumulated, of everything or of cases alone, unless switched off."""
    accumulated = count.cases if scheme.weight_of_cases_only else count.subtotal
    weight = 0
    while scheme.weight_on and (weight + 1) * 10 <= accumulated:
        weight += 1
    return weight


def band(total: Decimal, fte: Decimal, scheme: Scheme) -> Band:
    """Over above the limit, little room from the mark on, each times the FTE."""
    if total > scheme.limit * fte:
        return Band.OVER
    if total >= scheme.mark * fte:
        return Band.LIMITED
    return Band.ROOM


# What is known on a day -----------------------------------------------------------------------------------------------


def person_known(person: Person, on: date) -> Person:
    """The facts as they stood: no row dated later, no later date inside a row."""
    return Person(
        key=person.key,
        tiers=[row for row in person.tiers if row[0] <= on],
        holdings=[holding_known(holding, on) for holding in person.holdings if holding.starts_on <= on],
        activities=[
            activity._replace(finished_on=activity.finished_on if has_come(activity.finished_on, on) else None)
            for activity in person.activities
            if activity.starts_on <= on
        ],
    )


def holding_known(holding: Holding, on: date) -> Holding:
    """A closing is known from its day on and ends the holding the day after; any other end once it has come."""
    ends_with_closing = holding.closed_on is not None and holding.ends_before == holding.closed_on + DAY
    end_is_known = has_come(holding.closed_on if ends_with_closing else holding.ends_before, on)
    return holding._replace(
        ends_before=holding.ends_before if end_is_known else None,
        close_decided_on=holding.close_decided_on if has_come(holding.close_decided_on, on) else None,
        closed_on=holding.closed_on if has_come(holding.closed_on, on) else None,
    )


def posts_known(posts: Sequence[PostPeriod], on: date) -> list[PostPeriod]:
    """A post's end is known from its last day on; where the next post ends it, from the next one's first day on."""
    known = []
    for post in posts:
        is_ended_by_next = any(other.starts_on == post.ends_before for other in posts)
        tells = post.ends_before if is_ended_by_next or not post.ends_before else post.ends_before - DAY
        if post.starts_on <= on:
            known.append(post._replace(ends_before=post.ends_before if has_come(tells, on) else None))
    return known


def responsibilities_known(held: Sequence[Responsibility], on: date) -> list[Responsibility]:
    return [r._replace(until=r.until if has_come(r.until, on) else None) for r in held if r.starts_on <= on]


def schemes_known(schemes: Sequence[Scheme], on: date) -> list[Scheme]:
    """A version dated later is not looked at; there is always the first."""
    return [schemes[0], *(scheme for scheme in schemes[1:] if scheme.starts_on <= on)]


# Who is listed --------------------------------------------------------------------------------------------------------


def is_listed(posts: Sequence[Post], first_work_on: date | None, on: date) -> bool:
    """With posts: on days inside one. With none (as known that day): from the first allocation or responsibility on."""
    known = [post for post in posts if post.starts_on <= on]
    if known:
        return any(not has_come(post.ends_before, on) for post in known)
    return has_come(first_work_on, on)


def fte_on(posts: Sequence[Post], on: date) -> Decimal:
    """The FTE of the day's post; without any post, full time."""
    for post in posts:
        if post.starts_on <= on and not has_come(post.ends_before, on):
            return post.fte
    return Decimal(1)


# Keeping in touch -----------------------------------------------------------------------------------------------------


class Parked(NamedTuple):
    """The answers about a person kept in touch with, on a day."""

    parked_on: date
    last_contact_on: date | None
    due_on: date
    state: ContactState
    days_over: int
    contacts: int
    longest_gap: int
    period_ends_on: date
    outcome: ParkedOutcome
    reminder: ReminderKind | None


def parked_since(tiers: Sequence[tuple[date, str]], on: date) -> date | None:
    """The day of the last row that has begun, if it says parked; a repeated ``parked`` starts anew."""
    begun = [row for row in tiers if row[0] <= on]
    return begun[-1][0] if begun and begun[-1][1] == Tier.PARKED else None


def parked_as_of(parked_on: date, talked: bool, contacts: Sequence[Reached], cadence: Cadence, on: date) -> Parked:
    """Everything about a parked person, from the contacts that had reached them by that day."""
    known = [contact for contact in contacts if contact.on <= on]
    since = sorted({contact.on for contact in known if contact.on > parked_on})
    good = {contact.on for contact in known if contact.on > parked_on and contact.outcome == Outcome.NO_SUPPORT_NEEDED}
    wanted = any(contact.on > parked_on and contact.outcome == Outcome.SUPPORT_WANTED for contact in known)
    due = six_weeks_from(parked_on, talked, known) + timedelta(days=7 * cadence.parked_weeks)
    gap = longest_silence(parked_on, since, on)
    period_ends = parked_on + timedelta(days=7 * cadence.inactive_weeks)
    return Parked(
        parked_on=parked_on,
        last_contact_on=since[-1] if since else None,
        due_on=due,
        state=ContactState.UPCOMING if on < due else ContactState.DUE if on == due else ContactState.OVERDUE,
        days_over=(on - due).days if on > due else 0,
        contacts=len(good),
        longest_gap=gap,
        period_ends_on=period_ends,
        outcome=parked_outcome(wanted, on < period_ends, gap, len(good), on > due, cadence),
        reminder=reminder_stage(due, on),
    )


def six_weeks_from(parked_on: date, talked: bool, known: Sequence[Reached]) -> date:
    """From the last contact since parking; before that from parking, or, not talked about, the last before it."""
    since = [contact.on for contact in known if contact.on > parked_on]
    before = [contact.on for contact in known if contact.on < parked_on]
    if since:
        return max(since)
    return max(before) if before and not talked else parked_on


def longest_silence(parked_on: date, contact_days: Sequence[date], on: date) -> int:
    """The most days that went by without contact since parking, the days up to now among them."""
    longest, silent, day = 0, 0, parked_on
    while day < on:
        day, silent = day + DAY, silent + 1
        longest = max(longest, silent)
        if day in contact_days:
            silent = 0
    return longest


def contacts_needed(cadence: Cadence) -> int:
    """As many six-weeks as it takes to fill the twenty-four."""
    needed = 0
    while needed * cadence.parked_weeks < cadence.inactive_weeks:
        needed += 1
    return needed


def parked_outcome(wanted: bool, early: bool, gap: int, good: int, overdue: bool, cadence: Cadence) -> ParkedOutcome:
    """Support wanted before all; then 24 weeks; then whether a whole contact was missed; then the contacts."""
    if wanted:
        return ParkedOutcome.REACTIVATE
    if early:
        return ParkedOutcome.NOT_YET
    if gap > 2 * 7 * cadence.parked_weeks:
        return ParkedOutcome.REVIEW
    if good < contacts_needed(cadence) or overdue:
        return ParkedOutcome.AWAITING_CONTACT
    return ParkedOutcome.INACTIVATE


def reminder_stage(due: date, on: date) -> ReminderKind | None:
    """Seven days before, on the day, one day over, and raised at seven days over: the last one reached."""
    days_over = (on - due).days
    if days_over >= 7:
        return ReminderKind.RAISED
    if days_over >= 1:
        return ReminderKind.OVERDUE
    if days_over == 0:
        return ReminderKind.DUE
    return ReminderKind.SOON if days_over >= -7 else None


def not_in_touch_from(
    parked_on: date, talked: bool, contacts: Sequence[Reached], cadence: Cadence, on: date
) -> date | None:
    """The first day, from the last contact to now, whose outcome is inactive; a late sweep finds it too."""
    known = [contact for contact in contacts if contact.on <= on]
    day = max([parked_on, *(contact.on for contact in known)])
    while day <= on:
        if parked_as_of(parked_on, talked, known, cadence, day).outcome == ParkedOutcome.INACTIVATE:
            return day
        day += DAY
    return None
