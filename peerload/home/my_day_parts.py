"""The parts of My day: what is for today, the days ahead, people who are quiet for long or covered. Plain values."""

from collections.abc import Iterable, Sequence, Sized
from datetime import date, time, timedelta
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from caseload import rules as caseload_rules
from caseload.cover.queries import Covered
from caseload.groups.queries import GroupDay
from caseload.next_steps.queries import NextStepRow
from caseload.queries.held import SupportedPerson, ToContact, contacts_to_make, quiet_for_long
from caseload.to_decide import Deciding
from peerload.core.formats import format_list
from peerload.staff.models import Member
from peerload.ui.templatetags.ui import number
from wellbeing.models import Session
from workload.points.ahead import StepAhead

CONTACTS_SHOWN = 4  # in Today, before the others are folded
STEPS_SHOWN = 3
TO_DO_SHOWN = 3
QUIET_SHOWN = 4
NEWS_SHOWN = 3
NEW_SHOWN = 3
CONTACTS_OF_A_DAY = 4  # in a line of the week


class Folded(NamedTuple):
    """Rows that are shown, and those behind a fold that says how many they are."""

    first: Sequence
    more: Sequence

    @classmethod
    def after(cls, rows: Sequence, shown: int) -> "Folded":
        """Fold what comes after so many rows."""
        return cls(rows[:shown], rows[shown:])

    def __bool__(self) -> bool:
        return bool(self.first)


class ToDo(NamedTuple):
    """How many things there are to decide, to answer or to read; folded where people come first."""

    number: int
    busy: bool  # contacts, promises or appointments are for today

    @property
    def folded(self) -> bool:
        return self.busy and self.number > TO_DO_SHOWN


class Due(NamedTuple):
    """The contacts of one's own and of covered people, each in the order of their days."""

    overdue: list[SupportedPerson]
    today: list[SupportedPerson]
    week: list[SupportedPerson]
    before_first_day: int  # of those for today, so many were due before the worker's first day

    @classmethod
    def of(cls, people: Iterable[SupportedPerson]) -> "Due":
        found = contacts_to_make(people)
        return cls(*found, sum(person.due.before_first_day for person in found.today if person.due))

    @property
    def now(self) -> list[SupportedPerson]:
        return [*self.overdue, *self.today]


class Covering(NamedTuple):
    """The people one covers while a worker is away: those whose contact is due within a week first."""

    absent: Member
    expected_back: date | None
    people: list[SupportedPerson]
    due: int  # of them, today or before
    week: int
    gone: bool

    @classmethod
    def of(cls, covered: Covered) -> "Covering":
        due: ToContact = contacts_to_make(covered.people)
        first = [*due.overdue, *due.today, *due.week]
        keys = {person.pk for person in first}
        people = [*first, *(person for person in covered.people if person.pk not in keys)]
        now = len(due.overdue) + len(due.today)
        return cls(covered.absent, covered.expected_back, people, now, len(due.week), covered.gone)


def count_decisions(deciding: Deciding | None, to_decide: Sized) -> int:
    """Return how many decisions wait for a manager: people of their teams, and monthly records."""
    return (deciding.number if deciding else 0) + len(to_decide)


# The lead --------------------------------------------------------------------------------------------------------------


def lead(
    due: Due,
    people: Sequence[SupportedPerson],
    covered: Sequence[Covering],
    steps: Iterable[NextStepRow],
    decisions: int,
) -> str:
    """
    Summarise the day in a few sentences: contacts of one's own and of covered people, decisions, then the hours that are taken.

    :param steps: those of the day, and late ones, whose hour has passed
    :param decisions: how many wait for a manager
    """
    if not people and not covered:
        return _("You support no one yet.")
    said = []
    if not people:
        names = format_list(each.absent.name for each in covered)
        said.append(_("You cover for %(names)s.") % {"names": names})
    said.append(_contacts(due))
    if decisions:
        words = ngettext("%(number)s decision waits for you.", "%(number)s decisions wait for you.", decisions)
        said.append(words % {"number": number(decisions).capitalize()})
    if hours := [
        f"{step.starts_at:%H:%M}" for step in steps if step.is_appointment and step.starts_at and not step.late
    ]:
        words = ngettext("Today’s appointment: %(hours)s.", "Today’s appointments: %(hours)s.", len(hours))
        said.append(words % {"hours": format_list(hours)})
    return " ".join(said)


def _contacts(due: Due) -> str:
    overdue, today, week = len(due.overdue), len(due.today), len(due.week)
    if overdue or today:
        if due.before_first_day and due.before_first_day == overdue + today:
            words = ngettext(
                "%(due)s It was due before your first day.",
                "%(due)s They were due before your first day.",
                due.before_first_day,
            )
            return words % {"due": _due(overdue, today)}
        if due.before_first_day:
            words = ngettext(
                "%(due)s %(number)s of them was due before your first day.",
                "%(due)s %(number)s of them were due before your first day.",
                due.before_first_day,
            )
            count = number(due.before_first_day).capitalize()
            return words % {"due": _due(overdue, today), "number": count}
        return _due(overdue, today)
    if not week:
        return _("No contact is due today or within a week.")
    words = ngettext(
        "No contact is due today. %(number)s contact is due within a week.",
        "No contact is due today. %(number)s contacts are due within a week.",
        week,
    )
    return words % {"number": number(week).capitalize()}


def _due(overdue: int, today: int) -> str:
    """Say how many contacts are overdue and due today: "Two contacts are overdue and one is due today."."""
    words = ngettext("%(number)s contact is overdue", "%(number)s contacts are overdue", overdue)
    late = words % {"number": number(overdue).capitalize()}
    if not today:
        return f"{late}."
    if not overdue:
        words = ngettext("%(number)s contact is due today.", "%(number)s contacts are due today.", today)
        return words % {"number": number(today).capitalize()}
    words = ngettext("%(overdue)s and %(number)s is due today.", "%(overdue)s and %(number)s are due today.", today)
    return words % {"overdue": late, "number": number(today)}


# The week --------------------------------------------------------------------------------------------------------------


class WeekEntry(NamedTuple):
    """Something on a day ahead: a link, and the words before it."""

    words: str
    label: str
    url: str


class DayAhead(NamedTuple):
    """A day ahead with what is on it; ``more`` further contacts are in the list of people."""

    on: date
    entries: list[WeekEntry]
    more: int


def days_ahead(
    on: date,
    *,
    due: Sequence[SupportedPerson],
    steps: Iterable[NextStepRow],
    groups: Iterable[GroupDay],
    sessions: Iterable[Session],
) -> list[DayAhead]:
    """Return the seven days after a day that have something on them: hours first, then promises, then contacts."""
    found = []
    sessions_url = reverse("my_sessions")
    for day in (on + timedelta(days=n) for n in range(1, caseload_rules.SOON_DAYS + 1)):
        rows: list[tuple[time, WeekEntry]] = []
        for step in steps:
            if step.due_on == day:
                rows.append((step.starts_at or time.max, _of_step(step)))
        for each in groups:
            if each.on == day:
                rows.append((each.meeting.starts_at or time.max, _of_group(each)))
        for session in sessions:
            if session.planned_on == day:
                rows.append((session.starts_at or time.max, _of_session(session, sessions_url)))
        contacts = [person for person in due if person.due and person.due.on == day]
        entries = [entry for __, entry in sorted(rows, key=lambda row: row[0])]
        shown = Folded.after(contacts, CONTACTS_OF_A_DAY)
        entries += [_of_contact(person) for person in shown.first]
        if entries:
            found.append(DayAhead(day, entries, len(shown.more)))
    return found


def _hour(at: time | None) -> str:
    return f"{at:%H:%M}" if at else ""


def _of_step(step: NextStepRow) -> WeekEntry:
    url = reverse("person", args=[step.person_uid])
    words = _hour(step.starts_at) if step.is_appointment else _("promise to")
    if step.absent:
        words = _("%(words)s (covering)") % {"words": words}
    return WeekEntry(words, step.name, url)


def _of_group(each: GroupDay) -> WeekEntry:
    return WeekEntry(_hour(each.meeting.starts_at), each.group.name, reverse("group", args=[each.group.uid]))


def _of_session(session: Session, url: str) -> WeekEntry:
    other = session.with_member.name if session.with_member else session.with_name
    words = {"kind": session.get_kind_display(), "name": other}
    return WeekEntry(_hour(session.starts_at), _("%(kind)s with %(name)s") % words, url)


def _of_contact(person: SupportedPerson) -> WeekEntry:
    words = _("contact (covering)") if person.covered else _("contact")
    return WeekEntry(words, person.name, reverse("person", args=[person.uid]))


# Quiet for long --------------------------------------------------------------------------------------------------------


class Quiet(NamedTuple):
    """A person who is quiet for long: days since the last contact, or with their worker without one."""

    person: SupportedPerson
    days: int


class QuietPeople(NamedTuple):
    """Those shown, and how many more the list of people has."""

    first: list[Quiet]
    more: int


def quiet(
    people: Iterable[SupportedPerson], on: date, days: caseload_rules.QuietFrom, *, shown_above: set[int]
) -> QuietPeople:
    """Return who is quiet for long and is not shown for today already (R119)."""
    found = [person for person in quiet_for_long(people, on, days) if person.pk not in shown_above]
    first = Folded.after(found, QUIET_SHOWN).first
    return QuietPeople([Quiet(person, (on - person.quiet_since).days) for person in first], len(found) - len(first))


# The weeks ahead -----------------------------------------------------------------------------------------------------


def next_change(steps: Iterable[StepAhead], on: date) -> StepAhead | None:
    """Return what changes the points next, ``None`` if nothing is known of the weeks ahead."""
    return next((step for step in steps if step.on > on), None)
