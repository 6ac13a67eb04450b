"""A member's sessions, the state of each kind, and who gives supervision. Every function takes the day."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, time, timedelta
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from caseload.cover.queries import facts_of
from caseload.cover.rules import Who
from peerload.core import dates
from peerload.core.arrays import any_of
from peerload.core.compile_once import compile_once
from peerload.core.periods import lasts_half_open
from peerload.core.sql import rows
from peerload.staff import queries as staff
from peerload.staff.enums import Role
from peerload.staff.models import Absence, Member, MemberQuerySet, Organisation, Post, Team, leavings
from peerload.staff.roles import MAY_LEAD
from workload.months.rules import Supervision

from ..enums import SessionKind, SessionState
from ..models import Session, SessionCadence, SessionNote, SessionQuerySet
from ..plans.rules import dated
from . import rules

YEAR = timedelta(days=365)
SOON = timedelta(weeks=4)  # My day shows sessions planned within it


def cadence(organisation: Organisation) -> dict[SessionKind, int]:
    """Return the weeks from one session to the next of each kind, 0 when wanted."""
    changed = SessionCadence.objects.filter(organisation=organisation)
    return rules.cadence(dict(changed.values_list("kind", "every_weeks")))


# What comes next -------------------------------------------------------------------------------------------------------


class SessionRow(NamedTuple):
    """A kind of session for one worker: its state on the day, and the session that is planned first."""

    standing: rules.Standing
    session: Session | None
    state: SessionState
    days_late: int
    lies_ahead: bool

    @property
    def is_to_book(self) -> bool:
        """Whether it is late and none is planned; a planned day that has passed without being confirmed does not count."""
        return not self.lies_ahead and self.days_late > 0


def standing(organisation: Organisation, workers: Iterable[Member], on: date) -> dict[int, list[SessionRow]]:
    """
    Return the state of each kind for these workers, by member; in six statements for any number.

    A kind is counted from the last one held, or from the first day of the worker's first post; never from before the
    service wrote down its first session of that kind, because it is not known what was held until then. Without a post
    nothing is due.
    """
    keys = [worker.pk for worker in workers]
    weeks = cadence(organisation)
    held, planned = _last_held(keys), _planned_of(keys)
    began = _first_posts(keys, on)
    written = _first_written(organisation)
    away = defaultdict(list)
    for absence in Absence.objects.filter(worker__in=keys, starts_on__lte=on):
        away[absence.worker_id].append(facts_of(absence))

    def row(key: int, kind: SessionKind) -> SessionRow:
        counted = max(began[key], written[kind]) if key in began and kind in written else None
        last, found_planned = held.get((key, kind)), planned[key, kind]
        session = found_planned[0] if found_planned else None
        lies_ahead = any(each.planned_on >= on and _can_be_had(each) for each in found_planned)
        found = rules.Standing(
            kind=kind,
            weeks=weeks[kind],
            last_held_on=last,
            planned_on=session.planned_on if session else None,
            due_by=rules.due_by(last or counted, weeks[kind], away[key], on) if key in began else None,
            has_post=key in began,
            is_away=any(dates.contains(each.starts_on, each.ends_before, on) for each in away[key]),
        )
        return SessionRow(found, session, found.state(on), found.days_late(on), lies_ahead)

    return {key: [row(key, kind) for kind in SessionKind] for key in keys}


def _first_written(organisation: Organisation) -> dict[str, date]:
    """Return the day of the first session of each kind that a service wrote down."""
    found = rows(FIRST_WRITTEN, {"organisation": organisation.pk, "kinds": list(SessionKind)})
    return {kind: day for kind, day in found if day}


# One look into the index for each kind, however many sessions there are.
FIRST_WRITTEN = """
SELECT asked.kind, (SELECT min(coalesce(s.held_on, s.planned_on)) FROM wellbeing_session s
                     WHERE s.organisation_id = %(organisation)s AND s.kind = asked.kind)
  FROM unnest(%(kinds)s::varchar[]) AS asked (kind)
"""


def _first_posts(keys: Collection[int], on: date) -> dict[int, date]:
    """Return the first day of the first post of those workers who have a post on a day or later; notice ends it."""
    lasting = Count("pk", filter=lasts_half_open(on))
    here = Member.objects.staying(on).filter(pk__in=keys)
    posts = Post.objects.filter(worker__in=here).values("worker").annotate(lasting=lasting, first=Min("starts_on"))
    return dict(posts.filter(lasting__gt=0).values_list("worker", "first"))


def _last_held(keys: Collection[int]) -> dict[tuple[int, str], date]:
    held = Session.objects.held().filter(worker__in=keys).values_list("worker", "kind").annotate(Max("held_on"))
    return {(worker, kind): day for worker, kind, day in held}


def _planned_of(keys: Collection[int]) -> Mapping[tuple[int, str], list[Session]]:
    left = leavings("with_member").filter(last_day__lt=OuterRef("planned_on"))
    planned = Session.objects.planned().filter(worker__in=keys).select_related("with_member")
    has_left = Exists(left)
    planned = planned.annotate(with_who_has_left=has_left)  # type: ignore[no-redef]  # declared on `Session`
    found = defaultdict(list)
    for each in planned.order_by("planned_on", "pk"):
        found[each.worker_id, each.kind].append(each)
    return found


def _can_be_had(session: Session) -> bool:
    """Return whether the one it is planned with is here that day: with a sign-in, and not past their last day."""
    return session.with_member is None or (session.with_member.active and not session.with_who_has_left)


class SessionsOfCycle(NamedTuple):
    """The four weeks a day is in, from a Monday through a Sunday, and what they hold of each kind of session."""

    first: date
    last: date
    rows: list[rules.CycleRow]


def four_weeks(worker: Member, on: date) -> SessionsOfCycle:
    """Return the sessions of a worker in the four weeks a day is in (P11, R194); each row's keys are `Session`."""
    mondays = dated.mondays(on, worker.organisation.cycle_anchor)
    first, last = mondays[0], mondays[-1] + timedelta(days=6)
    found = Session.objects.filter(worker=worker, missed_on=None).annotate(day=Coalesce("held_on", "planned_on"))
    sessions = [
        rules.InCycle(SessionKind(each.kind), each.led_by, each.held_on or each.planned_on, bool(each.held_on), each)
        for each in found.filter(day__range=(first, last)).select_related("with_member").order_by("day", "pk")
    ]
    return SessionsOfCycle(first, last, rules.cycle(cadence(worker.organisation), sessions))


def supervisor_of(worker: Member, on: date) -> Member | None:
    """Return who gives a worker supervision now."""
    found = supervisors(worker.organisation, on).get(worker.pk)
    return Member.objects.active().filter(pk=found.now).first() if found and found.now else None


def to_talk_with(worker: Member, on: date, day: date) -> Member | None:
    """Return who a worker who would like to talk is booked with: who gives supervision, else who leads, here on the day."""
    team = Team.objects.filter(pk=team_on(worker, on)).first()
    wanted = [supervisor_of(worker, on), *staff.members_leading_it(team, on)]
    here = set(Member.objects.at_work(day).filter(organisation=worker.organisation).values_list("pk", flat=True))
    return next((each for each in wanted if each and each.pk in here and each.pk != worker.pk), None)


def debrief_ahead(worker: Member, on: date) -> Session | None:
    """Return a worker's debrief that is planned for a day or later."""
    planned = Session.objects.planned().filter(worker=worker, kind=SessionKind.DEBRIEF, planned_on__gte=on)
    return planned.select_related("with_member").order_by("planned_on", "pk").first()


def held_in_last_year(worker: Member, on: date) -> list[Session]:
    """Return the sessions a worker had, the latest first, each with its note if there is one."""
    held = Session.objects.filter(worker=worker, held_on__gt=on - YEAR)
    return list(held.select_related("with_member", "note").order_by("-held_on", "-pk"))


def given_by(member: Member, on: date) -> list[Session]:
    """Return the sessions planned with a member, and those held in the last year, in order of days from the latest."""
    theirs = Session.objects.filter(with_member=member, worker__active=True).filter(
        Q(held_on=None, missed_on=None) | Q(held_on__gt=on - YEAR)
    )
    return list(theirs.select_related("worker", "note").order_by("-planned_on", "-pk"))


class Soon(NamedTuple):
    """A member's own sessions, in order of days: those whose day has passed without a record, and those planned."""

    to_confirm: list[Session]
    ahead: list[Session]


def soon(member: Member, on: date) -> Soon:
    """Return a member's own sessions planned within four weeks, and those whose day has passed without a record."""
    planned = _planned(member.pk, on + SOON)
    return Soon([each for each in planned if each.planned_on < on], [each for each in planned if each.planned_on >= on])


@compile_once
def _planned(worker_id: int, until: date) -> SessionQuerySet:
    planned = Session.objects.planned().filter(worker=worker_id, planned_on__lte=until)
    return planned.select_related("with_member").order_by("planned_on", "pk")[:5]


class InCalendar(NamedTuple):
    """
    A session as a calendar shows it.

    ``uid`` is that of the session first booked, however often another day was booked instead; ``moved`` counts these.
    """

    uid: UUID
    on: date
    at: time | None
    minutes: int
    moved: int


def in_calendar(member: Member, first: date, last: date) -> list[InCalendar]:
    """Return a member's own sessions and those others have with them from a day through another, planned and held."""
    mine = Q(worker=member) | Q(with_member=member)
    found = Session.objects.filter(mine, missed_on=None, organisation=member.organisation_id)
    found = found.filter(Q(held_on__range=(first, last)) | Q(held_on=None, planned_on__range=(first, last)))
    sessions = list(found.order_by("planned_on", "pk"))
    firsts = _first_booked(sessions)
    return [
        InCalendar(
            firsts[each.pk][0],
            each.held_on or each.planned_on,
            each.starts_at if each.held_on in (None, each.planned_on) else None,
            each.minutes,
            firsts[each.pk][1],
        )
        for each in sessions
    ]


def _first_booked(sessions: Iterable[Session]) -> dict[int, tuple[UUID, int]]:
    """Return for each session the uid of the one first booked that it replaces, and how often another day was booked."""
    found = {each.pk: (each.uid, 0) for each in sessions}
    looked_at = {pk: pk for pk in found}  # what was looked at last, and the session that it leads to
    while looked_at:
        before = Session.objects.filter(instead__in=looked_at).values_list("pk", "uid", "instead")
        earlier = {}
        for pk, uid, instead in before:
            assert instead is not None  # it is one of those asked for
            session = looked_at[instead]
            found[session], earlier[pk] = (uid, found[session][1] + 1), session
        looked_at = earlier
    return found


def hours_taken(member_id: int, on: date) -> list[tuple[time, int]]:
    """Return the hours of a day that the sessions planned of a member, and with them, take; those without an hour take none."""
    theirs = Session.objects.planned().filter(Q(worker=member_id) | Q(with_member=member_id), planned_on=on)
    theirs = theirs.filter(starts_at__isnull=False).order_by("starts_at", "pk")
    return list(theirs.values_list("starts_at", "minutes"))


def seen_by(member: Member, on: date) -> SessionQuerySet:
    """Return the sessions a member may see: their own, those with them, and those of workers they lead."""
    led = staff.workers_led_by(member, on).order_by().values("pk")
    theirs = Q(worker=member) | Q(with_member=member) | Q(any_of("worker", led))
    return Session.objects.filter(theirs, organisation=member.organisation_id)


def of_both(member: Member) -> SessionQuerySet:
    """Return the sessions between a member and another one of the service, of which they may keep a note."""
    between = Q(worker=member) | Q(with_member=member)
    return Session.objects.held().filter(between, with_member__isnull=False, organisation=member.organisation_id)


def may_be_with(worker: Member, on: date) -> list[Member]:
    """Return who a session can be with: who works in the worker's team, who leads a team, service managers."""
    team = team_on(worker, on)
    leads = Q(any_of("pk", Member.objects.leading(on).values("pk")))
    there = Q(any_of("pk", Member.objects.of_teams([team], on).values("pk"))) if team else Q()
    members = Member.objects.active().staying(on).filter(organisation=worker.organisation_id).exclude(pk=worker.pk)
    return list(members.filter(leads | there | Q(role=Role.SERVICE_MANAGER), role__in=WITH).named())


WITH = (*MAY_LEAD, Role.SERVICE_MANAGER)


def booked_for_by(member: Member, on: date) -> MemberQuerySet:
    """Return the members a member books sessions for: themselves, those they lead, and those whose supervision passes to them."""
    led = staff.workers_led_by(member, on).order_by().values("pk")
    passed = [each.worker_id for each in passed_to(member, on)]
    mine = Q(pk=member.pk, role__in=MAY_LEAD)
    return Member.objects.active().filter(
        mine | Q(any_of("pk", led)) | Q(pk__in=passed), organisation=member.organisation_id
    )


def expected_back(worker: Member, on: date) -> date | None:
    """Return when an absent member is expected back, ``None`` where that is unknown, or where they are here."""
    absence = Absence.objects.on(on).filter(worker=worker).first()
    back = absence and (absence.ends_before or absence.expected_back)
    return back if back and back > on else None


# The month's record ----------------------------------------------------------------------------------------------------


def supervisions(worker_ids: Collection[int], months: Collection[date]) -> Mapping[tuple[int, date], Supervision]:
    """Return which supervision was held in each month and which is next, by member and month; in one statement."""
    if not months:
        return {}
    day = Coalesce("held_on", "planned_on")
    found = Session.objects.filter(worker__in=worker_ids, kind=SessionKind.SUPERVISION, missed_on=None)
    found = found.annotate(day=day).filter(day__gte=min(months))
    held: dict[int, set[date]] = defaultdict(set)
    planned: dict[int, set[date]] = defaultdict(set)
    for worker, held_on, planned_on in found.values_list("worker", "held_on", "planned_on"):
        (planned if held_on is None else held)[worker].add(held_on or planned_on)
    return {
        (worker, month): rules.in_month(month, held[worker], planned[worker])
        for worker in {*held, *planned}
        for month in months
    }


class NextSupervision(NamedTuple):
    """A worker's supervision as seen from a day: the next one, one that no one has confirmed since, and the last one held."""

    next_on: date | None
    unconfirmed_on: date | None
    last_on: date | None


def next_supervisions(worker_ids: Collection[int], on: date) -> dict[int, NextSupervision]:
    """Return the supervision of workers before and after a day, by member, in one statement; who had none is left out."""
    asked = {"workers": list(worker_ids), "kind": SessionKind.SUPERVISION, "on": on}
    return {worker: NextSupervision(*days) for worker, *days in rows(NEXT_SUPERVISIONS, asked)}


NEXT_SUPERVISIONS = """
SELECT worker_id,
       min(coalesce(held_on, planned_on)) FILTER (WHERE held_on > %(on)s OR held_on IS NULL AND planned_on >= %(on)s),
       min(planned_on) FILTER (WHERE held_on IS NULL AND planned_on < %(on)s), max(held_on) FILTER (WHERE held_on <= %(on)s)
  FROM wellbeing_session WHERE worker_id = ANY(%(workers)s) AND kind = %(kind)s AND missed_on IS NULL
 GROUP BY worker_id
"""


# Who gives supervision -------------------------------------------------------------------------------------------------


class Supervisor(NamedTuple):
    """The member who gives a worker supervision: as usual, and now; ``since`` is the day from which it has passed on."""

    worker_id: int
    usual: int | None
    now: int | None
    since: date | None


def team_on(member: Member, on: date) -> int | None:
    """Return the primary key of a member's team on a day: that of their post, or else their home team."""
    posts = Post.objects.written_for(on).filter(worker=member, team__isnull=False)
    return posts.values_list("team", flat=True).first() or member.home_team_id


def _planned_with(organisation: Organisation, on: date) -> dict[int, int | None]:
    """Return by worker the member their next supervision is planned with; None where it is a person outside."""
    supervision = Session.objects.planned().filter(
        Q(with_member=None) | Q(with_member__active=True),
        organisation=organisation,
        kind=SessionKind.SUPERVISION,
        planned_on__gte=on,
    )
    return dict(supervision.order_by("-planned_on", "-pk").values_list("worker", "with_member"))


def supervisors(organisation: Organisation, on: date) -> dict[int, Supervisor]:
    """
    Return who gives supervision to each active worker, by member; in seven statements (W22, R44).

    The usual one is the member the next session is planned with; without one, the manager of the worker's team, for the
    manager the deputy.
    """
    posts = Post.objects.written_for(on).filter(worker=OuterRef("pk"), team__isnull=False)
    active = Member.objects.active().filter(organisation=organisation).named()
    active = active.annotate(post_team=Subquery(posts.values("team")[:1]))  # type: ignore[no-redef]  # declared on `Member`
    members = {each.pk: each for each in active}
    teams = {team.pk: team for team in Team.objects.filter(organisation=organisation)}
    acting = staff.leader_keys(teams, on)
    here = set(Member.objects.at_work(on).filter(organisation=organisation).values_list("pk", flat=True))
    absences = Absence.objects.on(on).filter(organisation=organisation)
    passes = {absence.worker_id: rules.passes_from(facts_of(absence), on) for absence in absences}
    planned = _planned_with(organisation, on)
    service_managers = [each.pk for each in members.values() if each.role == Role.SERVICE_MANAGER]

    def who(key: int | None) -> Who | None:
        return Who(key, key in here) if key in members else None

    def team_of(member: Member) -> Team | None:
        return teams.get(member.post_team or member.home_team_id)

    def found(worker: Member) -> Supervisor:
        team = team_of(worker)
        leading = [team.manager_id, team.deputy_id] if team else []
        usual = planned[worker.pk] if worker.pk in planned else None
        if worker.pk not in planned:
            usual = next((key for key in leading if key and key != worker.pk), None)
        since = passes.get(usual) if usual else None
        above = team_of(members[usual]) if usual in members else None
        own = [above.manager_id, above.deputy_id] if above and above.manager_id != usual else []
        stands_in = acting[team.pk].for_manager if team and usual == team.manager_id else None
        others = [stands_in, *own, *service_managers, *leading[1:]]
        now = rules.gives(worker.pk, usual, since is not None, map(who, others))
        return Supervisor(worker.pk, usual, now, since if now != usual else None)

    return {key: found(worker) for key, worker in members.items() if worker.role in MAY_LEAD}


def passed(organisation: Organisation, on: date) -> list[Supervisor]:
    """Return whose supervision has passed on; one statement where no supervisor is away so long."""
    absences = Absence.objects.on(on).filter(organisation=organisation)
    if not any(rules.passes_from(facts_of(absence), on) for absence in absences):
        return []
    return [each for each in supervisors(organisation, on).values() if each.since]


def passed_to(member: Member, on: date) -> list[Supervisor]:
    """Return the workers whose supervision has passed to a member."""
    return [each for each in passed(member.organisation, on) if each.now == member.pk]


# Notes -----------------------------------------------------------------------------------------------------------------


def note_of(session: Session) -> SessionNote | None:
    return SessionNote.objects.filter(session=session).select_related("written_by").first()


def mark_of(note: SessionNote) -> str:
    """Return a fingerprint of a note's current version; each save changes it, even with equal words."""
    return sha256(note.sealed).hexdigest()[:16]


def other_of(session: Session, member: Member) -> Member | None:
    """Return the other of the two of a session."""
    return session.with_member if member.pk == session.worker_id else session.worker
