"""Requests for leave: a worker's own, those that wait for a member, and what falls into their days. All take the day."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from caseload.cover.queries import Covered, covered_by
from caseload.enums import Tier
from caseload.groups.queries import GroupDay, facilitated_meetings
from caseload.next_steps.queries import NextStepRow, steps_of_member
from caseload.queries.held import SupportedPerson, held_by
from caseload.queries.settings import quiet_from
from peerload.core import dates
from peerload.core.compile_once import compile_once
from peerload.core.formats import format_list, format_short_day
from peerload.staff import queries as staff
from peerload.staff.enums import Role
from peerload.staff.models import Absence, ClosureDay, Member, Organisation, Post, Team
from peerload.staff.rules import hours_on
from workload.months.queries import reports_due
from workload.months.queries.team import ReportDue
from workload.queries.deciding import leads_here

from ..enums import OPEN_LEAVE, LeaveState
from ..models import LeaveRequest, Session
from . import rules
from .rules import LeaveSpan

FULL_TIME = 40
OTHER_DAYS = 40  # of a page: earlier requests

# Whose it is, and who answers -----------------------------------------------------------------------------------------


class Answering(NamedTuple):
    """Who answers a worker's request, by primary key, and who of all leads the worker's team."""

    team_id: int | None
    members: tuple[int, ...]
    leads: frozenset[int]


def answering(workers: Collection[Member], on: date) -> dict[int, Answering]:
    """
    Return who answers the requests of workers of one service on a day, by worker.

    In seven statements, and four more while all who are asked are away.
    """
    keys = [worker.pk for worker in workers]
    if not keys:
        return {}
    posts = Post.objects.written_for(on).filter(worker__in=keys, team__isnull=False)
    post_teams = dict(posts.values_list("worker", "team"))
    team_of = {worker.pk: post_teams.get(worker.pk, worker.home_team_id) for worker in workers}
    teams = Team.objects.in_bulk({key for key in team_of.values() if key})
    leading = {team: [each.pk for each in found] for team, found in staff.members_leading(list(teams), on).items()}
    manages = {key for key, team_id in team_of.items() if team_id and teams[team_id].manager_id == key}
    alone = {key for key, team_id in team_of.items() if not set(leading.get(team_id or 0, ())) - {key}}
    above = _service_managers(workers) if manages | alone else []
    here = at_work([*above, *(key for found in leading.values() for key in found)], on)
    found = {}
    for key, team_id in team_of.items():
        leads = leading.get(team_id or 0, [])
        asked = rules.answering(key, key in manages, leads, above, here=here)
        found[key] = Answering(team_id, tuple(asked), frozenset(leads) - {key})
    away = [key for key, each in found.items() if not here.intersection(each.members)]
    return found | _while_away({key: found[key] for key in away}, manages, workers, on) if away else found


def _while_away(
    found: dict[int, Answering], manages: Collection[int], workers: Collection[Member], on: date
) -> dict[int, Answering]:
    """Return who answers while all who are asked are away, by worker."""
    above = _service_managers(workers)
    services = {worker.organisation_id for worker in workers}
    managers = Member.objects.at_work(on).filter(leads_here(on), organisation__in=services).order_by("pk")
    managers = list(managers.values_list("pk", flat=True))
    here = {*managers, *at_work(above, on)}
    instead = {}
    for key, each in found.items():
        others = [manager for manager in managers if manager not in each.leads]
        asked = rules.answering(key, key in manages, sorted(each.leads), above, others, here=here)
        instead[key] = each._replace(members=tuple(asked))
    return instead


def at_work(members: Collection[int], on: date) -> set[int]:
    """Return those of some members who are at work on a day."""
    there = Member.objects.at_work(on).filter(pk__in=members)
    return set(there.values_list("pk", flat=True)) if members else set()


def _service_managers(workers: Collection[Member]) -> list[int]:
    services = {worker.organisation_id for worker in workers}
    above = Member.objects.active().filter(organisation__in=services, role=Role.SERVICE_MANAGER)
    return list(above.order_by("pk").values_list("pk", flat=True))


def own(member: Member, on: date) -> list[LeaveRequest]:
    """Return a member's own requests, the latest days first."""
    found = LeaveRequest.objects.filter(worker=member).select_related("answered_by", "absence")
    return list(found.order_by("-starts_on", "-pk")[:OTHER_DAYS])


def own_ahead(member: Member, on: date) -> LeaveRequest | None:
    """Return the request of a member that My day speaks of: one without agreement, else the next that is agreed."""
    theirs = LeaveRequest.objects.filter(worker=member, ends_before__gt=on)
    theirs = theirs.filter(Q(state__in=OPEN_LEAVE) | Q(state=LeaveState.AGREED, calls_off=False))
    found = list(theirs.order_by("starts_on", "pk"))
    return next((each for each in found if each.is_open), found[0] if found else None)


class Seen(NamedTuple):
    """A request as a member sees it: whether it is theirs, whether they answer it, and whether they may see names in it."""

    request: LeaveRequest
    is_own: bool
    answers: bool
    sees_people: bool  # the worker, and who leads their team: also the kind and the worker's words


def seen_by(member: Member, uid: UUID, on: date) -> Seen | None:
    """Return a request that a member may see: their own, that of a worker they lead, or one they answer; else None."""
    found = LeaveRequest.objects.filter(uid=uid, organisation=member.organisation_id)
    request = found.select_related("worker__organisation", "answered_by", "absence").first()
    if request is None:
        return None
    if request.worker_id == member.pk:
        return Seen(request, True, False, True)
    who = answering([request.worker], on)[request.worker_id]
    answers, leads = member.pk in who.members, member.pk in who.leads
    return Seen(request, False, answers, leads) if answers or leads else None


def waiting_for(member: Member, on: date, *, team_ids: Collection[int] | None = None) -> list[LeaveRequest]:
    """
    Return the requests that wait for a member's answer, in the order of their days.

    :param team_ids: only of workers of these teams
    """
    if member.role == Role.PEER_WORKER and not Team.objects.led_by(member, on).exists():
        return []
    found = _asked_of_others(member.pk, member.organisation_id)
    who = answering([each.worker for each in found], on)
    return [
        each
        for each in found
        if member.pk in who[each.worker_id].members and (team_ids is None or who[each.worker_id].team_id in team_ids)
    ]


@compile_once
def _asked_of_others(member_id: int, organisation_id: int) -> "QuerySet[LeaveRequest]":
    asked = LeaveRequest.objects.asked().filter(organisation=organisation_id).exclude(worker=member_id)
    return asked.select_related("worker", "absence").order_by("starts_on", "worker__name_key", "pk")


# Days ------------------------------------------------------------------------------------------------------------------


def works_on(worker: Member, on: date) -> Callable[[date], bool]:
    """Return whether a worker works on a day, as their post of a day says and the service is open."""
    organisation = worker.organisation
    closures = frozenset(ClosureDay.objects.filter(organisation=organisation).values_list("on", flat=True))
    post = Post.objects.written_for(on).filter(worker=worker).first()
    hours, day_hours = (post.weekly_hours or FULL_TIME, post.day_hours) if post else (FULL_TIME, None)

    def works(day: date) -> bool:
        return bool(hours_on(day.weekday(), hours, day_hours)) and not dates.is_shut(day, organisation.region, closures)

    return works


def spans_away(worker: Member, *, besides: int | None = None) -> list[LeaveSpan]:
    """
    Return the absences of a worker; one with an expected return lasts until then.

    :param besides: the absence that is to change
    """
    absences = Absence.objects.filter(worker=worker).exclude(pk=besides).order_by("starts_on")
    return [LeaveSpan(each.starts_on, each.ends_before or each.expected_back) for each in absences]


def spans_asked(worker: Member, *, besides: int | None = None) -> list[LeaveSpan]:
    """
    Return a worker's requests that may still be agreed.

    :param besides: the request that changes
    """
    asked = LeaveRequest.objects.open().filter(worker=worker).exclude(pk=besides).order_by("starts_on")
    return [LeaveSpan(each.starts_on, each.ends_before) for each in asked]


class ShutDay(NamedTuple):
    """A day on which the service is shut: a public holiday, or a closure with its label."""

    on: date
    label: str
    is_holiday: bool

    def said(self, on: date) -> str:
        """Write the day out, with what it is."""
        what = _("public holiday") if self.is_holiday else self.label
        day = format_short_day(self.on, on)
        return _("%(day)s (%(what)s)") % {"day": day, "what": what} if what else day


def shut_days(organisation: Organisation, first: date, last: date) -> list[ShutDay]:
    """Return the days from one through another on which a service is shut, in order."""
    closures = ClosureDay.objects.filter(organisation=organisation, on__range=(first, last))
    found = {each.on: ShutDay(each.on, each.label, False) for each in closures}
    for year in range(first.year, last.year + 1):
        for day in dates.public_holidays(organisation.region, year):
            if first <= day <= last:
                found.setdefault(day, ShutDay(day, "", True))
    return [found[day] for day in sorted(found)]


# Who else is away ------------------------------------------------------------------------------------------------------


class AwayThen(NamedTuple):
    """Another member of the team who is away in some of the days, or has asked for them; of which kind is not said."""

    name: str
    starts_on: date
    last_day: date | None
    is_asked: bool

    def said(self, on: date) -> str:
        """Name the member, with the days."""
        words = {"name": self.name, "first": format_short_day(self.starts_on, on)}
        if self.last_day is None:
            return _("%(name)s (from %(first)s, no return date)") % words
        words["days"] = rules.say_days(self.starts_on, self.last_day, on)
        return _("%(name)s (has asked for %(days)s)") % words if self.is_asked else _("%(name)s (%(days)s)") % words


def others_away(team_ids: Collection[int], first: date, last: date, on: date) -> dict[int, list[tuple[int, AwayThen]]]:
    """
    Return who of some teams is away, or has asked to be, in days from one through another: by team, with the member's key.

    The number of statements does not depend on how many they are. Members of a day ahead are in the team of today.
    """
    members = Member.objects.active().filter(pk__in=Member.objects.of_teams(team_ids, on).values("pk"))
    team_of = _teams_of(list(members), team_ids, on)
    absences = Absence.objects.filter(worker__in=team_of, starts_on__lte=last).select_related("worker")
    asked = LeaveRequest.objects.asked().filter(worker__in=team_of, starts_on__lte=last, ends_before__gt=first)
    found: dict[int, list[tuple[int, AwayThen]]] = defaultdict(list)
    rows = []
    for each in absences:
        end = each.ends_before or (each.expected_back if each.expected_back and each.expected_back > on else None)
        if LeaveSpan(each.starts_on, end).has_a_day_of(first, last):
            rows.append((each.worker, AwayThen(each.worker.name, each.starts_on, dates.last_day(end), False)))
    for request in asked.filter(absence=None).select_related("worker"):
        rows.append((request.worker, AwayThen(request.worker.name, request.starts_on, request.last_day, True)))
    for worker, row in sorted(rows, key=lambda each: (each[1].starts_on, each[0].name_key, each[0].pk)):
        found[team_of[worker.pk]].append((worker.pk, row))
    return found


def _teams_of(members: Sequence[Member], team_ids: Collection[int], on: date) -> dict[int, int]:
    """Return the team of each of these members on a day: that of their post, or else their home."""
    posts = Post.objects.written_for(on).filter(worker__in=members, team__in=team_ids)
    at = dict(posts.values_list("worker", "team"))
    found = {each.pk: at.get(each.pk, each.home_team_id) for each in members}
    return {key: team for key, team in found.items() if team is not None}


# What falls into the days ----------------------------------------------------------------------------------------------


class QuietThen(NamedTuple):
    """A person with high support who will have been without contact for long on a day of the leave."""

    person: SupportedPerson
    on: date


class Outstanding(NamedTuple):
    """What falls into the days of a leave, from what is recorded: with people, in groups and with colleagues."""

    steps: list[NextStepRow]
    high: list[QuietThen]
    contacts: list[SupportedPerson]
    reviews: list[SupportedPerson]
    covering: list[Covered]
    meetings: list[GroupDay]
    sessions: list[Session]
    reports: list[ReportDue]

    def __bool__(self) -> bool:
        return any(self)

    @property
    def appointments(self) -> int:
        return sum(step.is_appointment for step in self.steps)

    @property
    def promises(self) -> int:
        return len(self.steps) - self.appointments

    @property
    def names(self) -> int:
        """How many people stand in it by name, for the audit."""
        people = {step.person_pk for step in self.steps} | {each.person.pk for each in self.high}
        return len(people | {each.pk for each in [*self.contacts, *self.reviews]})

    @property
    def covered(self) -> int:
        return sum(len(each.people) for each in self.covering)

    @property
    def counts(self) -> list[str]:
        """Say how many there are of each; nothing of what there is none of."""
        found = (
            (self.appointments, ngettext_lazy("%(n)d appointment", "%(n)d appointments", "n")),
            (self.promises, ngettext_lazy("%(n)d promise", "%(n)d promises", "n")),
            (len(self.high), ngettext_lazy("%(n)d person with high support", "%(n)d people with high support", "n")),
            (len(self.contacts), ngettext_lazy("%(n)d contact due", "%(n)d contacts due", "n")),
            (len(self.reviews), ngettext_lazy("%(n)d review of support", "%(n)d reviews of support", "n")),
            (self.covered, ngettext_lazy("%(n)d person covered", "%(n)d people covered", "n")),
            (len(self.meetings), ngettext_lazy("%(n)d group meeting", "%(n)d group meetings", "n")),
            (len(self.sessions), ngettext_lazy("%(n)d session", "%(n)d sessions", "n")),
            (len(self.reports), ngettext_lazy("%(n)d report due", "%(n)d reports due", "n")),
        )
        return [str(words % {"n": count}) for count, words in found if count]


def outstanding(worker: Member, first: date, last: date, on: date) -> Outstanding:
    """Return what falls into the days of a leave, from the facts known on a day."""
    people = [person for person in held_by(worker, on) if not person.please_dont and not person.closed_on]
    quiet_high = quiet_from(worker.organisation).of(Tier.HIGH)
    quiet = [
        QuietThen(person, day)
        for person in people
        if person.tier == Tier.HIGH and (day := rules.quiet_on(person.quiet_since, quiet_high, first, last))
    ]
    mine = Q(worker=worker) | Q(with_member=worker)
    sessions = Session.objects.planned().filter(mine, planned_on__range=(first, last))
    return Outstanding(
        steps=[step for step in steps_of_member(worker, first, last, on) if first <= step.due_on],
        high=sorted(quiet, key=lambda each: (each.on, each.person.name_key)),
        contacts=sorted(
            (person for person in people if person.due and first <= person.due.on <= last),
            key=lambda person: (person.due.on if person.due else first, person.name_key),
        ),
        reviews=[person for person in people if person.review_on and first <= person.review_on <= last],
        covering=[
            each
            for each in covered_by(worker, on)
            if each.gone or each.expected_back is None or each.expected_back > first
        ],
        meetings=sorted(facilitated_meetings(worker, first, last), key=lambda each: each.order),
        sessions=list(sessions.select_related("worker", "with_member").order_by("planned_on", "starts_at", "pk")),
        reports=reports_due(worker, first, last, on=on),
    )


# For those who answer --------------------------------------------------------------------------------------------------


class ToAnswer(NamedTuple):
    """A request with what its reader goes by, as a row: counts, no names of people supported."""

    request: LeaveRequest
    work_days: int
    others: list[AwayThen]
    shut: list[ShutDay]
    outstanding: Outstanding
    sees_kind: bool
    on: date

    @property
    def in_counts(self) -> str:
        """Say what falls into the days, in counts."""
        counts = self.outstanding.counts
        if not counts:
            return _("Nothing recorded falls into these days.")
        return _("In these days: %(counts)s.") % {"counts": format_list(counts)}

    @property
    def also_away(self) -> str:
        """Say who else of the team is away in the days, or has asked to be."""
        if not self.others:
            return _("No one else of the team is away then.")
        return _("Also away: %(members)s.") % {"members": format_list(each.said(self.on) for each in self.others)}

    @property
    def shut_then(self) -> str:
        """Say on which of the days the service is closed; "" where it is open."""
        if not self.shut:
            return ""
        return _("The service is closed on %(days)s.") % {"days": format_list(day.said(self.on) for day in self.shut)}


def to_answer(requests: Iterable[LeaveRequest], member: Member, on: date) -> list[ToAnswer]:
    """Return requests with who else is away, when the service is shut and what is outstanding in their days."""
    found = []
    requests = list(requests)
    who = answering([each.worker for each in requests], on)
    for request in requests:
        worker = request.worker
        worker.organisation = member.organisation
        leads = member.pk in who[worker.pk].leads
        found.append(with_facts(request, who[worker.pk].team_id, on, sees_kind=leads))
    return found


def with_facts(request: LeaveRequest, team_id: int | None, on: date, *, sees_kind: bool) -> ToAnswer:
    """Return a request with what falls into its days."""
    first, last, worker = request.starts_on, request.last_day, request.worker
    others = others_away([team_id], first, last, on).get(team_id, ()) if team_id else ()
    return ToAnswer(
        request=request,
        work_days=rules.work_days(first, last, works_on(worker, max(first, on))),
        others=[row for key, row in others if key != worker.pk],
        shut=shut_days(worker.organisation, first, last),
        outstanding=outstanding(worker, first, last, on),
        sees_kind=sees_kind,
        on=on,
    )


def facts_of(request: LeaveRequest, on: date, *, sees_kind: bool) -> ToAnswer:
    """Return the same of one request, which came with its worker and service."""
    team_id = answering([request.worker], on)[request.worker_id].team_id
    return with_facts(request, team_id, on, sees_kind=sees_kind)


def kinds_offered(organisation: Organisation, recorded: str = "") -> list[str]:
    """Return the kinds of leave that can be asked for."""
    return staff.leave_kinds_offered(organisation, recorded)
