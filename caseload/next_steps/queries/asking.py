"""What speaks against a day or an hour for a next step, and the days that are offered."""

from datetime import date, time
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core import dates
from peerload.core.arrays import any_of
from peerload.core.formats import format_weekday
from peerload.core.translation import LazyText
from peerload.staff.models import Absence, ClosureDay, Member, Post
from peerload.staff.rules import hours_on

from ...enums import NextStepKind, ResponsibleAs
from ...groups.queries import facilitated_meetings
from ...models import (
    Allocation,
    Client,
    ClientQuerySet,
    Cover,
    NextStep,
)
from ...signals import engagements_asked
from .. import rules
from .responsible import ResponsibleMember, responsible_members

SURE = "sure"  # the field of a form that was asked about, and is meant all the same


class Wanted(NamedTuple):
    """When an appointment is wanted: a day, an hour, and how long."""

    due_on: date
    starts_at: time
    minutes: int

    @property
    def span(self) -> rules.Hours:
        return rules.Hours(self.starts_at, self.minutes)

    @property
    def sure(self) -> str:
        """What a form carries that was asked about, and is meant all the same."""
        return f"{self.due_on:%Y-%m-%d} {self.starts_at:%H:%M} {self.minutes}"


def questions(person: Client, wanted: Wanted, reader: Member, today: date, *, besides: int | None = None) -> list[str]:
    """
    Return what speaks against an appointment, each as a sentence: it is asked about, never refused (R94).

    The worker is away or does not work that day, the service is shut, or the worker has something else at that time.

    :param besides: the primary key of the step that is moved
    """
    found = []
    closures = ClosureDay.objects.filter(organisation=person.organisation_id, on=wanted.due_on)
    if dates.is_shut(wanted.due_on, reader.organisation.region, frozenset(closures.values_list("on", flat=True))):
        found.append(_("The service is shut on %(day)s.") % {"day": format_weekday(wanted.due_on)})
    seen = responsible_members([person.pk], wanted.due_on).get(person.pk)
    if seen is None:
        return found
    if seen.responsible_as == ResponsibleAs.COVER:
        found.append(
            _("Their worker is away that day. %(cover)s covers, and is responsible for this appointment.")
            % {"cover": seen.name}
        )
    words = {"worker": seen.name, "day": format_weekday(wanted.due_on)}
    found += [str(sentence) % words for sentence in _against_the_day(seen.member_id, wanted.due_on)]
    found += _at_once(seen, wanted, reader, today, besides)
    return found


def _against_the_day(worker_id: int, on: date) -> list[LazyText]:
    """Return why a worker may not be there on a day."""
    found: list[LazyText] = []
    if Absence.objects.on(on).filter(worker=worker_id).exists():
        found.append(gettext_lazy("%(worker)s is away on %(day)s."))
    post = Post.objects.on(on).filter(worker=worker_id).first()
    if post is None:
        if Post.objects.filter(worker=worker_id).exists():
            found.append(gettext_lazy("%(worker)s is in no post on %(day)s."))
    elif not hours_on(on.weekday(), post.weekly_hours or FULL_TIME, post.day_hours):
        found.append(gettext_lazy("%(worker)s does not work on %(day)s."))
    return found


FULL_TIME = Decimal(40)


def _at_once(seen: ResponsibleMember, wanted: Wanted, reader: Member, today: date, besides: int | None) -> list[str]:
    """Return what else a worker has at that time; another person is named to those who may see them."""
    taken = [(rules.Hours(*span), _("a session")) for span in engagements(seen.member_id, wanted.due_on)]
    taken += [
        (rules.Hours(starts_at, minutes), name) for starts_at, minutes, name in _meeting(seen.member_id, wanted.due_on)
    ]
    taken += _appointments(seen.member_id, wanted.due_on, Client.objects.visible_to(reader, today), besides)
    words = {"worker": seen.name, "day": format_weekday(wanted.due_on)}
    return [
        _("%(worker)s has %(what)s at the same time.") % (words | {"what": what})
        for what in rules.at_once(wanted.span, taken)
    ]


def engagements(worker_id: int, on: date) -> list[tuple[time, int]]:
    """Return the hours of a day that a worker's sessions take, as the app above knows them."""
    answers = engagements_asked.send(Member, worker_id=worker_id, on=on)
    return [span for __, spans in answers for span in spans]


def _meeting(worker_id: int, on: date) -> list[tuple[time, int, str]]:
    """Return the meetings on a day of the groups a worker facilitates, with the hour (R131)."""
    found = facilitated_meetings(Member(pk=worker_id), on, on)
    return [
        (each.meeting.starts_at, each.meeting.minutes, each.group.name)
        for each in sorted(found, key=lambda each: each.order)
        if each.meeting.starts_at
    ]


def _appointments(worker_id: int, on: date, seen: ClientQuerySet, besides: int | None) -> list[tuple[rules.Hours, str]]:
    people = Allocation.objects.on(on).filter(worker=worker_id, closed_on=None).values("client")
    covers = Cover.objects.holding(on).filter(worker=worker_id).values("client")
    theirs = NextStep.objects.standing().filter(
        any_of("client", people.union(covers, all=True)), kind=NextStepKind.APPOINTMENT, due_on=on
    )
    rows = theirs.exclude(pk=besides).annotate(  # type: ignore[no-redef]  # declared on `NextStep`
        seen=Exists(seen.filter(pk=OuterRef("client")))
    )
    return [
        (
            rules.Hours(row.starts_at, row.minutes),
            _("an appointment with %(name)s") % {"name": row.client.name} if row.seen else _("another appointment"),
        )
        for row in rows.select_related("client").order_by("starts_at", "pk")
    ]


# Days offered ----------------------------------------------------------------------------------------------------------


class OfferedDay(NamedTuple):
    """A day offered as a button."""

    day: date
    words: str


def offered(due_on: date | None, on: date, region: str) -> list[OfferedDay]:
    """Return the days offered for a promise, or to move a step to."""

    def words(day: date) -> str:
        if day == on:
            return _("Today")
        return _("Tomorrow") if day == on + dates.DAY else format_weekday(day)

    found = rules.days_offered(due_on, on, lambda day: dates.is_working_day(day, region))
    return [OfferedDay(day, words(day)) for day in found]
