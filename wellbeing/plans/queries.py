"""
Plans for pages: the existing ones, the hours of a post and of a real week, the hours needed, the time logged.

Every function takes the day.
"""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from caseload.groups.queries import facilitated_by
from caseload.queries.settings import cadence_of
from peerload.core import dates
from peerload.core.arrays import any_of
from peerload.core.periods import lasts_half_open, sql_holds_half_open
from peerload.core.sql import rows
from peerload.staff.enums import Role
from peerload.staff.models import Absence, Member, Organisation, Team
from peerload.staff.queries import members_leading
from peerload.staff.rules import hours_on
from workload import queries as workload
from workload.months.queries import leaders_of, other_managers

from ..enums import Focus, PlanState
from ..models import PlanLine, PlanRow, PlanTemplate, Session, TimePlan
from .rules.dated import WorkDay, monday_of, real_week, week_of
from .rules.grids import BUILT_IN_ROWS, ROWS_BY_FOCUS, WEEKS, ZERO, Grid, GridRow, make_grid, middle, rows_of_service
from .rules.needs import AskedOfWorker
from .rules.templates import TEMPLATES, Template

# Rows ------------------------------------------------------------------------------------------------------------------


def plan_rows(organisation_id: int, *, also: Collection[str] = ()) -> tuple[GridRow, ...]:
    """
    Return the rows of a service's time plans: those of the practice note, then its own, by part of the week.

    :param also: codes that stay although the service does not offer them any more, because hours are written there
    """
    own = PlanRow.objects.filter(organisation=organisation_id).order_by("pk")
    kept = [row for row in own if row.in_use or row.code in also]
    named = {row.code: row.label for row in kept}
    built_in = {row.code for row in BUILT_IN_ROWS}
    added = [GridRow(row.code, row.label, Focus(row.focus)) for row in kept if row.code not in built_in]
    return rows_of_service(named, added)


# Plans -----------------------------------------------------------------------------------------------------------------


def in_force(worker: Member, on: date) -> TimePlan | None:
    """Return the plan that holds for a worker on a day."""
    return TimePlan.objects.in_force(on).filter(worker=worker).select_related("agreed_by").first()


def open_plan(worker: Member) -> TimePlan | None:
    """Return a worker's draft, or what they have proposed."""
    return TimePlan.objects.open().filter(worker=worker).first()


def versions(worker: Member) -> list[TimePlan]:
    """Return a worker's agreed plans, the newest first."""
    return list(TimePlan.objects.agreed().filter(worker=worker).select_related("agreed_by").order_by("-starts_on"))


def grid_of(plan: TimePlan) -> Grid:
    """Return the hours of a plan by activity and week."""
    return grids_of([plan])[plan.pk]


def grids_of(plans: Iterable[TimePlan]) -> dict[int, Grid]:
    """Return the hours of a service's plans by their primary key, in two statements."""
    plans = list(plans)
    found: dict[int, dict[str, list[Decimal]]] = {plan.pk: {} for plan in plans}
    for line in PlanLine.objects.filter(plan__in=found):
        found[line.plan_id].setdefault(line.activity, [ZERO] * WEEKS)[line.week - 1] = line.hours
    if not plans:
        return {}
    written = {code for hours in found.values() for code, weeks in hours.items() if any(weeks)}
    rows = plan_rows(plans[0].organisation_id, also=written)
    known = {row.code for row in rows}
    return {
        pk: make_grid({code: weeks for code, weeks in hours.items() if code in known}, rows)
        for pk, hours in found.items()
    }


# Who agrees ------------------------------------------------------------------------------------------------------------


class PlannedPost(NamedTuple):
    """A worker's hours a week and their team on a day; without a recorded post, those of the service's full week."""

    hours: Decimal
    team: Team | None
    is_recorded: bool = True


def post_of(worker: Member, on: date) -> PlannedPost:
    """
    Return a worker's post as it is listed that day.

    A member who is not listed, because they support no one or have not begun, has the post of that day or the next one.
    A member without any is measured with the service's full week, in their home team; pages say that no post is
    recorded.
    """
    organisation = worker.organisation
    listed = workload.listed(organisation, on, worker_ids=[worker.pk])
    if not listed:
        posts = worker.posts.filter(lasts_half_open(on)).select_related("team")
        post = posts.order_by("starts_on").first()
        if post is None:
            return PlannedPost(organisation.full_time_hours, worker.home_team, is_recorded=False)
        hours = post.fte * organisation.full_time_hours if post.weekly_hours is None else post.weekly_hours
        return PlannedPost(hours, post.team or worker.home_team)
    team = Team.objects.filter(pk=listed[0].team_id).first()
    return PlannedPost(listed[0].weekly_hours, team, is_recorded=listed[0].has_post)


def post_then(worker: Member, starts_on: date, on: date) -> PlannedPost:
    """Return the post a plan from a Monday on is measured with: the one held then, today's at the earliest."""
    return post_of(worker, max(on, starts_on))


def agreeing(worker: Member, team: Team | None, on: date) -> list[Member]:
    """
    Return who agrees a worker's plan with them: their team manager; never themself (as for months, R41).

    Where no one else leads the team, any other manager at work; where all are away, any of these.
    """
    leaders = [member for member in leaders_of(team, on) if member.pk != worker.pk]
    if leaders:
        return leaders
    here = list(other_managers(worker, team, on=on))
    return here or list(other_managers(worker, team, on=on, away_too=True))


def proposed_to(member: Member, on: date, *, team_ids: Collection[int] | None = None) -> list[TimePlan]:
    """
    Return the plans that wait for a member to agree, in order of the workers' names.

    :param team_ids: only of workers of these teams
    """
    if member.role != Role.MANAGER and not Team.objects.led_by(member, on).exists():
        return []  # no one is left to agree with a worker who leads no team
    waiting = TimePlan.objects.filter(organisation=member.organisation_id, state=PlanState.PROPOSED)
    if team_ids is not None:
        waiting = waiting.filter(any_of("worker", Member.objects.ever_in(team_ids).values("pk")))
    plans = list(waiting.exclude(worker=member).select_related("worker").order_by("worker__name_key", "pk"))
    if not plans:
        return []
    workers = [plan.worker_id for plan in plans]
    listed = {each.member_id: each for each in workload.listed(member.organisation, on, worker_ids=workers)}
    at = {
        plan.pk: listed[plan.worker_id].team_id if plan.worker_id in listed else plan.worker.home_team_id
        for plan in plans
    }
    teams = Team.objects.in_bulk({key for key in at.values() if key})
    leaders = members_leading(teams, on)
    found = []
    for plan in plans:
        key = at[plan.pk]
        if team_ids is not None and key not in team_ids:
            continue
        there = [each for each in leaders.get(key, ()) if each.pk != plan.worker_id]
        if member.pk in {each.pk for each in there or agreeing(plan.worker, teams.get(key), on)}:
            found.append(plan)
    return found


def plan_seen_by(member: Member, uid: UUID, on: date) -> TimePlan | None:
    """Return a plan a member may see: their own, and, once it is proposed or agreed, one they agree to; no other exists."""
    plans = TimePlan.objects.filter(uid=uid, organisation=member.organisation_id)
    plan = plans.select_related("worker__organisation", "worker__home_team", "agreed_by").first()
    if plan is None or plan.worker_id == member.pk:
        return plan
    if plan.state == PlanState.DRAFT:
        return None
    may = agreeing(plan.worker, post_of(plan.worker, on).team, on)
    return plan if member in may else None


# Templates -------------------------------------------------------------------------------------------------------------


def templates(organisation: Organisation) -> list[Template]:
    """Return the plans to begin from: those that come with the product, then the service's own by name."""
    own = list(PlanTemplate.objects.filter(organisation=organisation).order_by("name", "pk"))
    rows = plan_rows(organisation.pk, also={code for row in own for code in row.hours})
    built_in = [template._replace(grid=make_grid(template.grid, rows)) for template in TEMPLATES]
    return [*built_in, *(as_template(row, rows) for row in own)]


def as_template(template: PlanTemplate, rows: tuple[GridRow, ...]) -> Template:
    """Return a service's own template as the rules take it; its key is ``own-17``."""
    hours = make_grid(template.hours, rows)
    return Template(f"own-{template.pk}", template.name, _("Of your service."), template.weekly_hours, hours)


# Real weeks ------------------------------------------------------------------------------------------------------------


class Week(NamedTuple):
    """A week from its Monday: working days away, days the service is shut, and the hours that are left (R70)."""

    monday: date
    away: int
    shut: int
    hours: Decimal


def weeks(worker: Member, mondays: Collection[date], hours: Decimal, on: date) -> list[Week]:
    """Return real weeks of a worker as far as they are known on a day."""
    last = max(mondays) + timedelta(days=6)
    absences = workload.absences_between([worker.pk], min(mondays), last).get(worker.pk, [])
    working = workload.working(worker.organisation)
    by_days = list(worker.posts.filter(starts_on__lte=last).exclude(day_hours=None))
    found = []
    for monday in mondays:
        days = [
            WorkDay(
                hours=hours_on(day.weekday(), hours, _day_hours(by_days, day)),
                away=any(_is_away(absence, day, on) for absence in absences),
                shut=dates.is_shut(day, working.region, working.closures),
            )
            for day in (monday + timedelta(days=n) for n in range(7))
        ]
        found.append(Week(monday, *real_week(days)))
    return found


def _day_hours(posts: Iterable, day: date) -> list[Decimal] | None:
    """Return the hours of Monday to Sunday in the post of a day, where they are recorded."""
    return next((post.day_hours for post in posts if dates.contains(post.starts_on, post.ends_before, day)), None)


def _is_away(absence: Absence, day: date, on: date) -> bool:
    """Return whether a worker is away on a day; for future days only as long as is expected today."""
    expected = absence.expected_back if absence.expected_back and absence.expected_back > on else None
    return dates.contains(absence.starts_on, absence.ends_before or expected, day)


# Need and what happened ------------------------------------------------------------------------------------------------


def asked_of(worker: Member, on: date) -> AskedOfWorker:
    """Return the people a worker supports on a day, and the groups they facilitate."""
    people = workload.mix_on([worker.pk], on)[worker.pk]
    return AskedOfWorker(people, len(facilitated_by(worker, on)), cadence_of(worker.organisation))


class LoggedWeeks(NamedTuple):
    """What was logged in the last four full weeks: hours a week by activity, contacts without minutes, sessions held."""

    hours: dict[str, Decimal]
    without_minutes: int
    held: frozenset[str]


def logged(worker: Member, on: date) -> LoggedWeeks:
    """Return what a worker has logged in the four full weeks before a day's."""
    first, last = monday_of(on) - timedelta(weeks=WEEKS), monday_of(on) - dates.DAY
    by_week: dict[date, dict[str, Decimal]] = {}
    without = 0
    for monday, activity, minutes, missing in _logged(worker, first, last):
        by_week.setdefault(monday, {})[activity] = Decimal(minutes) / 60
        without += missing
    held = Session.objects.held().filter(worker=worker, held_on__range=(first, last))
    rows = plan_rows(worker.organisation_id, also={code for week in by_week.values() for code in week})
    return LoggedWeeks(middle(by_week.values(), rows), without, frozenset(held.values_list("kind", flat=True)))


class ThisWeek(NamedTuple):
    """Hours of contact in the week a day is in: planned, if there is a plan, and logged so far."""

    week: int
    planned: Decimal | None
    logged: Decimal


def this_week(worker: Member, on: date) -> ThisWeek:
    """Return a worker's week so far; one statement."""
    week = week_of(on, worker.organisation.cycle_anchor)
    asked = {"organisation": worker.organisation_id, "worker": worker.pk, "on": on, "week": week, "contact": _CONTACT}
    [(planned, minutes)] = rows(PLANNED_AND_LOGGED, asked | {"first": monday_of(on), "last": on})
    return ThisWeek(week, planned, Decimal(minutes) / 60)


def _logged(worker: Member, first: date, last: date) -> list[tuple]:
    """Return Monday, activity, minutes and the number of contacts without minutes, of the time logged on some days."""
    return rows(LOGGED, {"worker": worker.pk, "first": first, "last": last})


# One to one by the support of that day; at a group its facilitators' time counts, not the contact of each who came. A group
# that came in by a sheet has contacts alone: those of one day are one session, as long as the longest of them, where no
# session of the day is recorded.
# A drop-in counts its minutes, unless one of the people has a contact of that day that carries them (R88).
# ``worker``, ``first`` and ``last`` are put in by the caller: one worker's span, or a row of several; ``drop_in`` is the row
# of the plan, or the kind of work, that drop-ins are counted in.
WORKED = f"""
        SELECT c."on", c.minutes, c.reached AS counts,
               CASE t.tier WHEN 'high' THEN 'high_1_1' WHEN 'group' THEN 'groups' WHEN 'parked' THEN 'parked'
                    ELSE 'medium_1_1' END AS activity
          FROM caseload_contact c
          LEFT JOIN caseload_tierperiod t
            ON t.client_id = c.client_id AND {sql_holds_half_open("t", 'c."on"')}
         WHERE c.author_id = {{worker}} AND c."on" BETWEEN {{first}} AND {{last}} AND c.voided_at IS NULL
           AND c.channel <> 'group'
        UNION ALL
        SELECT c."on", max(c.minutes), true, 'groups'
          FROM caseload_contact c
         WHERE c.author_id = {{worker}} AND c."on" BETWEEN {{first}} AND {{last}} AND c.voided_at IS NULL
           AND c.channel = 'group' AND c.reached
           AND NOT EXISTS (SELECT FROM caseload_attendance a WHERE a.contact_id = c.id)
           AND NOT EXISTS (
                SELECT FROM caseload_sessionfacilitator f JOIN caseload_groupsession s ON s.id = f.session_id
                 WHERE f.worker_id = c.author_id AND s."on" = c."on" AND s.voided_at IS NULL)
         GROUP BY c."on"
        UNION ALL
        SELECT s."on", s.facilitator_minutes, true, 'groups'
          FROM caseload_sessionfacilitator f JOIN caseload_groupsession s ON s.id = f.session_id
         WHERE f.worker_id = {{worker}} AND s."on" BETWEEN {{first}} AND {{last}} AND s.voided_at IS NULL
        UNION ALL
        SELECT e."on", e.minutes, true, e.activity
          FROM wellbeing_timeentry e
         WHERE e.worker_id = {{worker}} AND e."on" BETWEEN {{first}} AND {{last}}
        UNION ALL
        SELECT d."on", d.minutes, true, '{{drop_in}}'
          FROM caseload_dropin d
         WHERE d.author_id = {{worker}} AND d."on" BETWEEN {{first}} AND {{last}} AND d.voided_at IS NULL
           AND d.contact_id IS NULL
"""
LOGGED = f"""
    SELECT "on" - (extract(isodow FROM "on")::integer - 1) AS monday, activity,
           COALESCE(sum(minutes), 0) AS minutes, count(*) FILTER (WHERE minutes IS NULL AND counts) AS without
      FROM ({WORKED.format(worker="%(worker)s", first="%(first)s", last="%(last)s", drop_in="medium_1_1")}) entry
     GROUP BY 1, 2
"""

_CONTACT = [activity.value for activity in ROWS_BY_FOCUS[Focus.CONTACT]]
PLANNED_AND_LOGGED = f"""
    WITH contact AS (SELECT %(contact)s::text[] || ARRAY(
            SELECT code::text FROM wellbeing_planrow WHERE organisation_id = %(organisation)s AND focus = 'contact'
        ) AS codes)
    SELECT (SELECT sum(line.hours) FROM wellbeing_planline line
             WHERE week = %(week)s AND activity = ANY(contact.codes) AND plan_id = (
                    SELECT id FROM wellbeing_timeplan
                     WHERE worker_id = %(worker)s AND state = 'agreed' AND starts_on <= %(on)s
                     ORDER BY starts_on DESC LIMIT 1)),
           (SELECT COALESCE(sum(logged.minutes), 0) FROM ({LOGGED}) logged WHERE logged.activity = ANY(contact.codes))
      FROM contact
"""
