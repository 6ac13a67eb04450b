"""Every notice has a line on its recipient's first page, with a link that opens for them (K2): one test over all kinds."""

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from html import unescape
from typing import NamedTuple

import pytest
from django.test import Client as Browser
from django.urls import reverse

from caseload import actions as caseload
from caseload.cover import actions as cover
from caseload.duplicates.actions.finding import look_for_all
from caseload.groups.actions import meetings
from caseload.leaving import actions as leaving
from caseload.models import PossibleDuplicate, TemporaryMove
from caseload.temporary_moves import actions as moves
from caseload.waiting import actions as waiting
from peerload.guides import actions as guides
from peerload.guides import rules as guide_rules
from peerload.guides.surveys import actions as surveys
from peerload.guides.surveys import queries as survey_queries
from peerload.home.sweep import sweep
from peerload.interchange.exports import actions as exports
from peerload.interchange.models import Export
from peerload.notices import kinds
from peerload.notices.models import Notice
from peerload.staff import actions as staff
from peerload.staff.models import Member
from tests import factories
from tests.conftest import TODAY
from tests.test_access import BACKEND
from tests.workload.months import scene
from wellbeing.leave import actions as leave
from wellbeing.plans import actions as plans
from wellbeing.private import actions as private
from wellbeing.private import notices as private_notices
from wellbeing.sessions import actions as sessions
from workload import notices as workload_notices
from workload.actions import create_scheme
from workload.months import actions as months
from workload.schemes import actions as schemes

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
OCTOBER = date(2026, 10, 1)
SIX_WEEKS = 42 * DAY


class Line(NamedTuple):
    """What stands on a reader's first page: words, and the address of a link to open. Without one the page itself is it."""

    words: str
    url: str = ""


class World:
    """A service in which everything that is told can happen."""

    set_day: Callable[[date], date]

    def __init__(self):
        self.service = factories.OrganisationFactory()
        make = lambda name, **more: factories.MemberFactory(organisation=self.service, name=name, **more)  # noqa: E731
        self.manager, self.other_manager = make("Ana Whitford", role="manager"), make("Lena Okafor", role="manager")
        self.team = factories.TeamFactory(organisation=self.service, name="Harbourside", manager=self.manager)
        self.other_team = factories.TeamFactory(organisation=self.service, name="Northcote", manager=self.other_manager)
        self.worker, self.mate = make("Mere Paki", in_team=self.team), make("Tom Lealaiauloto", in_team=self.team)
        self.deputy = make("Dev Rao", in_team=self.team)
        self.above, self.admin = make("Ruth Hale", role="service_manager"), make("Sam Ito", role="admin")

    def person(self, **more):
        more.setdefault("supported_by", self.worker)
        return factories.ClientFactory(organisation=self.service, team=self.team, name="Hana Rewi", **more)

    def parked(self, due_on: date, **more):
        return self.person(support="parked", since=due_on - SIX_WEEKS, **more)

    def deputise(self):
        self.team.deputy = self.deputy
        self.team.save()

    def away(self, member: Member, since: date = TODAY - 2 * DAY, **more):
        return factories.AbsenceFactory(worker=member, starts_on=since, **more)

    def sweep(self, on: date = TODAY):
        sweep(self.service, self.set_day(on))


Told = dict[Member, Line]
CASES: list[tuple[str, Callable[[World], Told]]] = []


def case(*kinds_told: str):
    """Register a case of kinds: it brings the notice about, and returns the line of each of its recipients."""

    def register(bring_about):
        CASES.extend((kind, bring_about) for kind in kinds_told)
        return bring_about

    return register


def at(name: str, *args, query: str = "") -> str:
    return reverse(name, args=args) + query


def month(name: str, worker: Member) -> str:
    return at(name, worker.uid, "2026-10")


# People ---------------------------------------------------------------------------------------------------------------


@case("statutory")
def nobody_sees_to_somebody_statutory(w: World) -> Told:
    person = w.person(supported_by=None, statutory=True, support=None)
    w.sweep()
    return {
        w.manager: Line("Hana Rewi", at("person", person.uid)),
        w.above: Line("with statutory status has no one covering", at("team_attention", "statutory")),
    }


@case("soon", "due", "overdue", "raised")
def a_contact_of_ones_own(w: World, days: int = 0, kind: str = "") -> Told:
    person = w.parked(TODAY - {"soon": -3, "due": 0, "overdue": 2, "raised": 9}[kind] * DAY)
    w.sweep()
    found = {w.worker: Line("Hana Rewi", at("person", person.uid))}
    return found | ({w.manager: Line("Hana Rewi", at("person", person.uid))} if kind == "raised" else {})


@case("soon", "due", "overdue", "raised")
def a_contact_of_a_worker_who_is_away_with_nobody_covering(w: World, kind: str = "") -> Told:
    person = w.parked(TODAY - {"soon": -3, "due": 0, "overdue": 2, "raised": 9}[kind] * DAY)
    w.away(w.worker)
    w.sweep()
    return {w.manager: Line("Hana Rewi", at("person", person.uid))}


@case("soon", "due", "overdue", "raised")
def a_contact_while_worker_and_manager_are_away(w: World, kind: str = "") -> Told:
    w.deputise()
    person = w.parked(TODAY - {"soon": -3, "due": 0, "overdue": 2, "raised": 9}[kind] * DAY)
    w.away(w.worker), w.away(w.manager)
    w.sweep()
    return {w.deputy: Line("Hana Rewi", at("person", person.uid))}


@case("soon", "due", "overdue", "raised")
def a_contact_one_covers(w: World, kind: str = "") -> Told:
    person = w.parked(TODAY - {"soon": -3, "due": 0, "overdue": 2, "raised": 9}[kind] * DAY)
    factories.CoverFactory(absence=w.away(w.worker), client=person, worker=w.mate)
    w.sweep()
    found = {w.mate: Line("Hana Rewi", at("person", person.uid))}
    return found | ({w.manager: Line("Hana Rewi", at("person", person.uid))} if kind == "raised" else {})


@case("review")
def twenty_four_weeks_with_too_long_a_gap(w: World) -> Told:
    w.parked(TODAY - 25 * WEEK + SIX_WEEKS)
    person = w.person(support="parked", since=TODAY - 25 * WEEK)
    w.sweep()
    return {w.manager: Line("Hana Rewi", at("decide_not_in_touch", person.uid))}


@case("review")
def the_same_while_the_manager_is_away(w: World) -> Told:
    w.deputise()
    w.away(w.manager)
    person = w.person(support="parked", since=TODAY - 25 * WEEK)
    w.sweep()
    return {w.deputy: Line("Hana Rewi", at("decide_not_in_touch", person.uid))}


@case("inactivated")
def twenty_four_weeks_end_somebody(w: World) -> Told:
    person = factories.ended_by_time(worker=w.worker, on=TODAY - 3 * DAY, name="Hana Rewi", team=w.team)
    line = Line("Hana Rewi", at("person", person.uid))
    return {w.worker: line, w.manager: line}


@case("inactivated")
def twenty_four_weeks_end_somebody_one_covers(w: World) -> Told:
    absence = w.away(w.worker, TODAY - 10 * DAY)
    person = w.person(support="parked", since=TODAY - 3 * DAY - 24 * WEEK)
    factories.CoverFactory(absence=absence, client=person, worker=w.mate)
    for n in range(4):
        factories.ContactFactory(client=person, on=TODAY - 3 * DAY - n * SIX_WEEKS)
    factories.refresh_derived(person)
    w.sweep(TODAY - 3 * DAY)
    line = Line("Hana Rewi", at("person", person.uid))
    return {w.mate: line, w.manager: line}


@case("window")
def the_time_to_close_is_over(w: World) -> Told:
    person = w.person()
    caseload.decide_to_close(client_id=person.pk, on=TODAY - 29 * DAY, by=w.worker, today=TODAY)
    w.sweep()
    line = Line("Hana Rewi", at("close", person.uid))
    return {w.worker: line, w.manager: line}


@case("window")
def the_time_to_close_is_over_of_somebody_one_covers(w: World) -> Told:
    person = w.person()
    caseload.decide_to_close(client_id=person.pk, on=TODAY - 29 * DAY, by=w.worker, today=TODAY)
    w.deputise()
    w.away(w.manager)
    factories.CoverFactory(absence=w.away(w.worker), client=person, worker=w.mate)
    w.sweep()
    line = Line("Hana Rewi", at("close_withdraw", person.uid))
    return {w.mate: line, w.deputy: line}


@case("waiting_due", "waiting_overdue", "waiting_raised")
def somebody_waits_past_the_day(w: World, kind: str = "") -> Told:
    person = w.person(supported_by=None, support=None)
    due_on = TODAY - {"waiting_due": 0, "waiting_overdue": 2, "waiting_raised": 8}[kind] * DAY
    factories.ReferralFactory(client=person, owner=w.worker, due_on=due_on, referred_on=due_on - WEEK)
    w.sweep()
    line = Line("Hana Rewi", at("person", person.uid))
    return {w.worker: line} | ({w.manager: line} if kind == "waiting_raised" else {})


def hold(w: World, person, **more):
    fields = {"owner": w.mate, "action": "Ring", "due_on": TODAY + WEEK, "contingency": "", "referred_on": TODAY}
    return waiting.write_down(client_id=person.pk, by=w.manager, today=TODAY, version="", fields=fields | more)


@case("next_step")
def something_is_arranged_for_tomorrow(w: World) -> Told:
    person = w.person()
    factories.NextStepFactory(client=person, due_on=TODAY + DAY, appointment=True)
    w.sweep()
    return {w.worker: Line("Hana Rewi", at("person", person.uid))}


@case("next_step")
def something_is_arranged_while_a_worker_is_away(w: World) -> Told:
    w.away(w.worker)
    person = w.person()
    factories.NextStepFactory(client=person, due_on=TODAY + DAY, appointment=True)
    w.sweep()
    return {w.manager: Line("Hana Rewi", at("person", person.uid))}


def a_group_of_two(w: World):
    group = factories.GroupFactory(team=w.team, name="Walkers", facilitated_by=w.worker)
    group.facilitators.create(organisation=w.service, worker=w.mate, starts_on=TODAY)
    return group, {"group_id": group.pk, "key": "2026-11-18", "by": w.mate, "today": TODAY, "version": 0}


@case("meeting_moved")
def another_facilitator_moves_a_meeting(w: World) -> Told:
    group, of = a_group_of_two(w)
    meetings.change_meeting(**of, on=date(2026, 11, 20), starts_at=time(14, 0), minutes=60)
    words = "Tom Lealaiauloto moved the meeting to Friday 20 November at 14:00"
    return {w.worker: Line(words, at("group", group.uid))}


@case("meeting_called_off")
def another_facilitator_calls_a_meeting_off(w: World) -> Told:
    group, of = a_group_of_two(w)
    meetings.call_off(**of)
    return {w.worker: Line("Tom Lealaiauloto called off the meeting on Wednesday 18 November", at("group", group.uid))}


@case("meeting_taken_back")
def another_facilitator_takes_a_change_back(w: World) -> Told:
    group, of = a_group_of_two(w)
    meetings.call_off(**of)
    meetings.take_back(**(of | {"version": 1}))
    words = "Tom Lealaiauloto took a change back: the meeting on Wednesday 18 November is as usual"
    return {w.worker: Line(words, at("group", group.uid))}


@case("waits_for")
def somebody_waits_for_whom_one_is_responsible(w: World) -> Told:
    person = w.person(supported_by=None, support=None)
    hold(w, person)
    return {w.mate: Line("Hana Rewi", at("person", person.uid))}


@case("waits_here")
def somebody_who_waits_comes_to_the_team(w: World) -> Told:
    person = w.person(supported_by=None, support=None)
    hold(w, person)
    waiting.go_to_team(client_id=person.pk, team=w.other_team, by=w.manager, today=TODAY)
    return {w.other_manager: Line("Hana Rewi", at("person", person.uid))}


def allocate(w: World, on: date):
    person = w.person(supported_by=None, support=None)
    words = {"terms": caseload.Terms(purpose="Housing", first_action="Ring"), "tier": "medium", "worker": w.mate}
    caseload.allocate(client_id=person.pk, on=on, by=w.manager, today=TODAY, **words)
    return person


@case("newly_with")
def somebody_is_newly_with_one(w: World) -> Told:
    return {w.mate: Line("Hana Rewi", at("person", allocate(w, TODAY).uid))}


@case("newly_with")
def somebody_will_be_with_one(w: World) -> Told:
    allocate(w, TODAY + WEEK)
    return {w.mate: Line("From 19 November 2026", at("people"))}


@case("entered_twice")
def somebody_may_have_been_entered_in_another_team_too(w: World) -> Told:
    fields = {"name": "Hana Rewi", "phone": "021 555 0101"}
    for team, by in ((w.team, w.manager), (w.other_team, w.other_manager)):
        caseload.add_person(organisation=w.service, by=by, on=TODAY, fields=fields | {"team": team})
    look_for_all(w.service, TODAY)
    pair = PossibleDuplicate.objects.get()
    told = Notice.objects.get(kind="entered_twice").recipient
    return {told: Line("Hana Rewi", at("possible_duplicate", pair.uid))}


@case("may_return")
def somebody_may_come_back(w: World, leader: str = "manager") -> Told:
    person = w.person()
    absence = w.away(w.worker, expected_back=TODAY + 30 * DAY)
    w.deputise()
    moves.move(
        absence_id=absence.pk, receivers={person.pk: w.mate}, on=TODAY, until=TODAY + WEEK, by=w.manager, today=TODAY
    )
    assert TemporaryMove.objects.exists()
    w.away(w.manager, TODAY + DAY)
    w.sweep(TODAY + WEEK)
    return {n.recipient: Line("May move back", at("returns")) for n in Notice.objects.filter(kind="may_return")}


@case("covered")
def one_covers(w: World) -> Told:
    person = w.person()
    absence = w.away(w.worker)
    cover.cover(absence_id=absence.pk, given={person.pk: w.mate}, starts_on=TODAY, by=w.manager, today=TODAY)
    return {w.mate: Line("Hana Rewi", at("person", person.uid))}


@case("covered")
def one_will_cover(w: World) -> Told:
    person = w.person()
    absence = w.away(w.worker, TODAY + WEEK)
    cover.cover(absence_id=absence.pk, given={person.pk: w.mate}, starts_on=TODAY + WEEK, by=w.manager, today=TODAY)
    return {w.mate: Line("From 19 November 2026", at("people"))}


@case("asked_not")
def somebody_asks_not_to_be_contacted(w: World) -> Told:
    w.deputise()
    person = w.person()
    fields = {"contact_preference": "please_dont"}
    caseload.edit_person(client_id=person.pk, by=w.worker, today=TODAY, version=person.version, fields=fields)
    line = Line("Hana Rewi", at("please_dont_agree", person.uid))
    return {w.manager: line, w.deputy: line}


# Away and leaving -------------------------------------------------------------------------------------------------------


@case("absence_cover_plan", "absence_weekly_review", "absence_leaver_steps", "absence_service_manager")
def an_absence_asks_for_something(w: World, kind: str = "") -> Told:
    return {w.manager: Line("Mere Paki", at("away", absence_asking(w, kind).pk))}


@case("absence_cover_plan", "absence_weekly_review", "absence_leaver_steps", "absence_service_manager")
def an_absence_asks_for_something_of_the_deputy(w: World, kind: str = "") -> Told:
    w.deputise()
    w.away(w.manager, TODAY - DAY)
    return {w.deputy: Line("Mere Paki", at("away", absence_asking(w, kind).pk))}


@case("absence_over_8_weeks")
def an_absence_takes_more_than_eight_weeks(w: World) -> Told:
    absence_asking(w, "absence_service_manager")
    return {w.above: Line(w.team.name, at("team_attention", "over-eight-weeks"))}


def absence_asking(w: World, kind: str):
    w.person()
    planned = {"absence_leaver_steps": True, "absence_service_manager": False}.get(kind)
    since = TODAY - 2 * DAY if kind == "absence_cover_plan" else TODAY - 9 * DAY
    back = {"absence_cover_plan": TODAY + 5 * DAY, "absence_weekly_review": TODAY + 20 * DAY}.get(kind)
    absence = w.away(w.worker, since, planned=planned, expected_back=back or TODAY + 70 * DAY)
    w.sweep()
    return absence


@case("absence_no_deputy")
def nobody_here_leads_the_team(w: World) -> Told:
    w.away(w.manager)
    absence_asking(w, "absence_cover_plan")
    return {w.above: Line("no one at work who leads it", at("team_attention", "not-led"))}


@case("team_not_led", "no_service_manager")
def nobody_at_work_leads_and_no_service_manager_is_there(w: World, kind: str = "") -> Told:
    w.away(w.manager)
    if kind == "team_not_led":
        w.sweep()
        return {w.above: Line("no one at work who leads it", at("team_attention", "not-led"))}
    w.away(w.above)
    w.sweep()
    return {w.admin: Line("Give the role to another member until one is back", at("staff"))}


@case("team_not_led")
def an_admin_is_asked_who_acts_while_the_service_manager_is_away(w: World) -> Told:
    w.away(w.manager)
    w.away(w.above)
    w.sweep()
    return {w.admin: Line("No one at work leads this team since 10 November 2026. Choose who acts", at("absences"))}


def give_notice(w: World, member: Member, last_day: date, **more):
    return leaving.give_notice(member=member, notice_on=TODAY, last_day=last_day, by=w.admin, today=TODAY, **more)


@case("leaving_notice")
def a_colleague_leaves(w: World) -> Told:
    give_notice(w, w.worker, TODAY + 30 * DAY)
    return {w.manager: Line("Mere Paki", at("leaving", w.worker.uid))}


@case("leaving_notice")
def a_colleague_leaves_while_the_manager_is_away(w: World) -> Told:
    w.deputise()
    w.away(w.manager)
    give_notice(w, w.worker, TODAY + 30 * DAY)
    return {w.deputy: Line("Mere Paki", at("leaving", w.worker.uid))}


@case("leaving_notice")
def the_manager_leaves(w: World) -> Told:
    w.manager.home_team = w.team
    w.manager.save()
    give_notice(w, w.manager, date(2026, 12, 11))
    return {w.above: Line(w.team.name, at("team_attention", "leaving"))}


@case("leaving_step_due")
def a_step_is_due(w: World) -> Told:
    given = give_notice(w, w.worker, TODAY + 15 * DAY)
    step = given.steps.get(kind="records")
    leaving.change_step(step_id=step.pk, owner=w.mate, due_on=TODAY, by=w.manager)
    w.sweep()
    owners = {n.recipient for n in Notice.objects.filter(kind="leaving_step_due", cancelled_at=None)}
    assert w.mate in owners and w.manager in owners
    return dict.fromkeys(owners, Line("Mere Paki", at("leaving", w.worker.uid)))


@case("leaving_step_due")
def a_step_of_ones_own_and_of_an_admin_is_due(w: World) -> Told:
    given = give_notice(w, w.worker, TODAY + 15 * DAY)
    given.steps.update(owner=w.worker, due_on=TODAY)
    given.steps.filter(kind="property").update(owner=w.admin)
    w.sweep()
    url = at("leaving", w.worker.uid)
    return {w.worker: Line("your last day", url), w.admin: Line("Mere Paki leaves", url)}


@case("step_due")
def a_step_of_a_checklist_is_due(w: World) -> Told:
    run = factories.ChecklistRunFactory(about=w.worker)
    needed = run.steps.filter(not_needed_on=None)
    needed.exclude(kind__in=["programme", "mentor"]).update(done_on=TODAY, done_by=w.manager)
    needed.update(due_on=TODAY)
    w.sweep()
    at_run = at("checklist", run.uid)
    return {w.worker: Line("Onboarding", at_run), w.manager: Line("Onboarding", at_run)}


@case("leaving_nobody")
def not_everybody_has_somebody_to_go_to(w: World) -> Told:
    w.person()
    give_notice(w, w.worker, date(2026, 11, 20))
    w.sweep()
    return {w.above: Line(w.team.name, at("team_attention", "leaving"))}


# Months -----------------------------------------------------------------------------------------------------------------


@case("record_due")
def a_record_is_due(w: World) -> Told:
    w.sweep()
    workers = (w.worker, w.mate, w.deputy)
    return {member: Line("My October", month("record", member)) for member in workers}


@case("record_due")
def a_record_of_a_manager_is_due(w: World) -> Told:
    Member.objects.filter(pk__in=[w.worker.pk, w.mate.pk, w.deputy.pk]).update(active=False)
    factories.AllocationFactory(
        worker=w.manager, client=w.person(supported_by=None), starts_on=date(2026, 10, 1), ends_before=date(2026, 11, 1)
    )
    w.sweep()
    return {w.manager: Line("My October", month("record", w.manager))}


@case("record_to_complete")
def a_record_of_somebody_away_is_to_complete(w: World) -> Told:
    w.deputise()
    w.away(w.worker)
    w.sweep()
    line = Line("Mere Paki, October 2026", month("record", w.worker))
    return {w.manager: line, w.deputy: line}


@case("report_due")
def a_report_is_due(w: World) -> Told:
    w.deputise()
    Member.objects.filter(pk=w.mate.pk).update(home_team=w.other_team)
    w.mate.posts.update(team=w.other_team)
    w.sweep()
    teams = {w.manager: w.team, w.deputy: w.team, w.other_manager: w.other_team}
    return {
        member: Line("October", at("team_month", query=f"?team={team.pk}&month=2026-10"))
        for member, team in teams.items()
    }


@case("record_reminder")
def a_manager_asks_for_a_record(w: World) -> Told:
    months.remind(team=w.team, month=OCTOBER, by=w.manager, today=TODAY)
    workers = (w.worker, w.mate, w.deputy)
    return {member: Line("My October", month("record", member)) for member in workers}


@case("record_changed")
def a_record_is_a_draft_again(w: World) -> Told:
    scene.submit(w.worker, agree=True)
    scene.carry(w.worker, 93, since=date(2026, 10, 5))
    line = Line("October 2026", month("record", w.worker))
    return {n.recipient: line for n in Notice.objects.filter(kind="record_changed")}


@case("record_assumed", "record_settled")
def a_record_was_completed_for_a_worker_who_is_back(w: World, kind: str = "") -> Told:
    absence = scene.away(w.worker)
    scene.act(months.complete, w.worker, w.manager)
    absence.delete()
    if kind == "record_assumed":
        return {w.worker: Line("My October 2026", month("record_settle", w.worker))}
    answer = {"answer": "holds", "note": ""}
    months.settle(worker=w.worker, month=OCTOBER, by=w.worker, today=TODAY, **answer)
    return {w.manager: Line("Mere Paki, October 2026", month("record", w.worker))}


@case("action_overdue")
def an_action_is_long_overdue(w: World) -> Told:
    planned = factories.RemedialActionFactory(record__worker=w.worker, record__team=w.team, due_on=TODAY - 2 * WEEK)
    w.sweep()
    return {w.above: Line(planned.record.worker.name, at("team_attention", "overdue-actions"))}


@case("record_disagreed", "record_other_manager")
def a_record_is_not_agreed(w: World, kind: str = "") -> Told:
    scene.submit(w.worker, agree=True)
    scene.act(months.disagree, w.worker, w.manager, total=Decimal(17), note="Fewer", other_manager=w.other_manager)
    asked = {w.other_manager: Line("Mere Paki", month("record_decide", w.worker))}
    return asked if kind == "record_other_manager" else {w.worker: Line("October 2026", month("record", w.worker))}


@case("record_disagreed")
def the_worker_does_not_agree(w: World) -> Told:
    scene.submit(w.worker, agree=False)
    scene.act(months.disagree, w.worker, w.worker, total=Decimal(17), note="More", other_manager=w.other_manager)
    line = Line("Mere Paki, October 2026", month("record", w.worker))
    return {n.recipient: line for n in Notice.objects.filter(kind="record_disagreed")}


@case("record_decided")
def another_manager_has_decided(w: World) -> Told:
    w.deputise()
    scene.submit(w.worker, agree=True)
    scene.act(months.disagree, w.worker, w.manager, total=Decimal(17), note="Fewer", other_manager=w.other_manager)
    scene.agree(w.worker, w.other_manager, total=Decimal(17))
    line = Line("October 2026", month("record", w.worker))
    return {n.recipient: line for n in Notice.objects.filter(kind="record_decided")}


@case("report_sent")
def a_report_is_sent(w: World) -> Told:
    months.send(team=w.team, month=OCTOBER, by=w.manager, today=TODAY)
    return {w.above: Line("Harbourside, October 2026", at("team_month", query=f"?team={w.team.pk}&month=2026-10"))}


@case("points_differed")
def the_nightly_check_found_points_that_differed(w: World) -> Told:
    from peerload.notices.actions import notify

    notify(
        recipients=[w.admin], kind=workload_notices.POINTS_DIFFERED, subject=f"points:{w.service.pk}", anchor_on=TODAY
    )
    return {w.admin: Line("A nightly check found wrong points", at("scheme"))}


@case("scheme_changes")
def work_weighs_differently(w: World) -> Told:
    create_scheme(w.service)
    draft = schemes.begin_draft(organisation=w.service, by=w.admin, on=TODAY)
    schemes.publish(scheme_id=draft.pk, version=draft.version, by=w.admin)
    members = (w.worker, w.mate, w.deputy, w.manager, w.other_manager)
    return {member: Line("a new points scheme counts", at("my_points")) for member in members}


# Weeks, sessions, one's own ---------------------------------------------------------------------------------------------


def propose(w: World):
    plan = factories.TimePlanFactory(worker=w.worker, state="draft", agreed_by=None, agreed_on=None)
    from wellbeing.plans import queries

    words = {"starts_on": TODAY + 4 * DAY, "template": "", "grid": queries.grid_of(plan), "version": plan.version}
    plan, _ = plans.propose(worker=w.worker, today=TODAY, **words)
    return plan


@case("plan_proposed")
def a_plan_is_proposed(w: World) -> Told:
    w.deputise()
    plan = propose(w)
    line = Line("Mere Paki", at("plan", plan.uid))
    return {w.manager: line, w.deputy: line}


@case("plan_proposed")
def a_plan_is_proposed_where_nobody_leads_the_team(w: World) -> Told:
    w.team.manager = None
    w.team.save()
    plan = propose(w)
    line = Line("Mere Paki", at("plan", plan.uid))
    return {w.manager: line, w.other_manager: line}


@case("plan_agreed")
def a_plan_is_agreed(w: World) -> Told:
    plan = propose(w)
    plans.agree(plan_id=plan.pk, by=w.manager, version=plan.version, today=TODAY)
    return {w.worker: Line("My time plan", at("plan", plan.uid))}


@case("plan_change_asked")
def a_plan_came_back(w: World) -> Told:
    plan = propose(w)
    plans.ask_for_change(plan_id=plan.pk, by=w.manager, version=plan.version, words="And breaks?", today=TODAY)
    return {w.worker: Line("My time plan", at("my_weeks"))}


def ask_for_leave(w: World, worker: Member):
    return leave.ask(
        worker=worker, starts_on=date(2026, 12, 7), last_day=date(2026, 12, 11), kind="", words="", today=TODAY
    )


@case("leave_asked")
def leave_is_asked_for(w: World) -> Told:
    w.deputise()
    asked = ask_for_leave(w, w.worker)
    line = Line("Mere Paki", at("leave_request", asked.uid))
    return {w.manager: line, w.deputy: line}


@case("leave_asked")
def a_manager_asks_for_leave(w: World) -> Told:
    asked = ask_for_leave(w, w.manager)
    return {w.above: Line("Asks for leave, 7 December to 11 December", at("leave_request", asked.uid))}


@case("leave_asked")
def a_manager_asks_for_leave_while_the_service_manager_is_away(w: World) -> Told:
    w.away(w.above)
    asked = ask_for_leave(w, w.manager)
    w.sweep()
    line = Line("Ana Whitford", at("leave_request", asked.uid))
    return {w.above: Line("Asks for leave", at("leave_request", asked.uid)), w.other_manager: line}


@case("leave_agreed")
def leave_is_agreed(w: World) -> Told:
    asked = ask_for_leave(w, w.worker)
    leave.agree(leave_id=asked.pk, by=w.manager, today=TODAY)
    return {w.worker: Line("7 December to 11 December: agreed", at("leave_request", asked.uid))}


@case("leave_other_days")
def leave_on_other_days(w: World) -> Told:
    asked = ask_for_leave(w, w.worker)
    leave.ask_for_other_days(leave_id=asked.pk, by=w.manager, answer="Later?", today=TODAY)
    return {w.worker: Line("other days are asked for", at("leave_request", asked.uid))}


@case("leave_declined")
def leave_is_declined(w: World) -> Told:
    asked = ask_for_leave(w, w.worker)
    leave.decline(leave_id=asked.pk, by=w.manager, answer="Two are away then.", today=TODAY)
    return {w.worker: Line("7 December to 11 December: declined", at("leave_request", asked.uid))}


@case("session_soon")
def a_session_is_tomorrow(w: World) -> Told:
    factories.SessionFactory(worker=w.worker, with_member=w.manager, planned_on=TODAY + DAY)
    factories.SessionFactory(worker=w.mate, with_member=w.above, planned_on=TODAY + DAY)
    w.sweep()
    url = at("my_sessions")
    own = Line("Supervision", url)
    return {w.worker: own, w.mate: own, w.manager: Line("Mere Paki", url), w.above: Line("Tom Lealaiauloto", url)}


@case("wants_to_talk")
def a_worker_would_like_to_talk(w: World) -> Told:
    session, _new = sessions.ask_to_talk(worker=w.worker, today=TODAY)
    return {w.manager: Line("Mere Paki would like to talk", at("session_held", session.uid))}


@case("session_booked")
def a_session_is_booked_for_one(w: World) -> Told:
    words = {"kind": "supervision", "planned_on": TODAY + WEEK, "minutes": 60, "with_member": w.above}
    sessions.book(worker=w.worker, by=w.manager, today=TODAY, **words)
    url = at("my_sessions")
    return {w.worker: Line("Supervision", url), w.above: Line("Supervision, Mere Paki", url)}


@case("session_late")
def a_session_is_late(w: World) -> Told:
    for each in (w.mate, w.deputy):
        factories.SessionFactory(worker=each, held_on=TODAY - WEEK)
    factories.SessionFactory(worker=w.worker, held_on=TODAY - 5 * WEEK)
    w.sweep()
    url = at("session_book", w.worker.uid, query="?kind=supervision")
    return {w.worker: Line("My supervision", url), w.manager: Line("Mere Paki: supervision", url)}


@case("supervision_passed")
def supervision_passes(w: World) -> Told:
    w.away(w.manager, TODAY - 20 * DAY)
    w.sweep()
    url = at("session_book", w.worker.uid, query="?kind=supervision")
    return {w.above: Line("Mere Paki", url)}


@case("session_note")
def a_note_waits_for_an_answer(w: World) -> Told:
    session = factories.SessionFactory(worker=w.worker, with_member=w.manager, held_on=TODAY - DAY)
    sessions.write_note(session_id=session.pk, by=w.worker, words="What we said", today=TODAY)
    return {w.manager: Line("Mere Paki", at("session_note", session.uid))}


@case("session_note")
def a_note_of_a_service_manager_waits_for_an_answer(w: World) -> Told:
    session = factories.SessionFactory(worker=w.worker, with_member=w.above, held_on=TODAY - DAY)
    sessions.write_note(session_id=session.pk, by=w.worker, words="What we said", today=TODAY)
    return {w.above: Line("Mere Paki", at("session_note", session.uid))}


@case(private_notices.PLAN_FIRST)
def somebody_is_new(w: World) -> Told:
    new = factories.MemberFactory(organisation=w.service, name="Kiri", in_team=w.team, post__starts_on=TODAY)
    w.sweep()
    assert Notice.objects.filter(kind=private_notices.PLAN_FIRST, recipient=new).exists()
    told = Notice.objects.filter(kind=private_notices.PLAN_FIRST, cancelled_at=None)
    return {notice.recipient: Line("Wellness Action Plan", at("mine")) for notice in told}


@case(private_notices.PLAN_AGAIN)
def six_months_later(w: World) -> Told:
    factories.PostFactory(worker=w.manager, starts_on=date(2026, 5, 12))
    w.sweep()
    told = Notice.objects.filter(kind=private_notices.PLAN_AGAIN, cancelled_at=None)
    assert w.manager.pk in {notice.recipient_id for notice in told}
    return {notice.recipient: Line("Wellness Action Plan", at("mine")) for notice in told}


@case("adjustment_asked")
def an_agreement_waits_for_an_answer(w: World) -> Told:
    agreement = private.write_adjustment(
        worker=w.worker, by=w.manager, today=TODAY, text="Mornings off", starts_on=TODAY, review_on=TODAY + 30 * DAY
    )
    return {w.worker: Line("My work", at("adjustment", agreement.uid))}


@case("adjustment_review")
def an_agreement_is_to_be_looked_at_again(w: World) -> Told:
    agreement = factories.AdjustmentFactory(
        worker=w.worker,
        agreed_by=w.manager,
        agreed_on=TODAY - 60 * DAY,
        worker_agreed_on=TODAY - 60 * DAY,
        review_on=TODAY,
    )
    w.sweep()
    url = at("adjustment", agreement.uid)
    return {w.worker: Line("My work", url), w.manager: Line("Mere Paki’s work", url)}


@case("guide_shared")
def a_guide_is_shared(w: World) -> Told:
    guide = guides.begin(code="basics", about=w.worker, by=w.manager, today=TODAY)
    guides.share(guide=guide, by=w.manager, today=TODAY)
    return {w.worker: Line("The basics", at("guide", guide.uid))}


@case("guide_shared")
def a_guide_for_one_is_shared(w: World) -> Told:
    guide = guides.begin(code="self_review", about=w.worker, by=w.worker, today=TODAY)
    guides.share(guide=guide, by=w.worker, today=TODAY, reader=w.manager)
    return {w.manager: Line("My own review: Mere Paki", at("guide", guide.uid))}


@case("guide_to_sign")
def a_guide_waits_for_the_other_signature(w: World) -> Told:
    guide = guides.begin(code="work_review", about=w.worker, by=w.manager, today=TODAY)
    for section in guide.content.sections:
        answers = guide_rules.SideAnswers({item.key: "proficient" for item in section.items})
        guides.write(guide=guide, section=section.key, by=w.manager, answers=answers, version=0, today=TODAY)
    guides.share(guide=guide, by=w.manager, today=TODAY)
    guide.refresh_from_db()
    guides.sign(guide=guide, by=w.worker, version=guide.version, today=TODAY)
    return {w.manager: Line("Review of the work, together: Mere Paki", at("guide", guide.uid))}


@case("guide_step")
def a_step_of_a_guide_is_due(w: World) -> Told:
    step = factories.GuideStepFactory(guide__about=w.worker, due_on=TODAY + 7 * DAY)
    factories.GuideStepFactory(guide__about=w.mate, due_on=TODAY + 8 * DAY)
    w.sweep()
    line = Line("Ask for a quiet desk", at("guide", step.guide.uid))
    return {w.worker: line, w.manager: line}


@case("guide_extended")
def a_plan_goes_on(w: World) -> Told:
    plan = factories.GuideStepFactory(guide__about=w.worker, guide__signed_on=TODAY, done_on=TODAY).guide
    guides.extend(guide=plan, until=date(2027, 1, 15), by=w.manager, today=TODAY)
    return {w.worker: Line("Work plan, made together", at("guide", plan.uid))}


@case("guide_first")
def a_new_worker_has_been_here_for_ninety_days(w: World) -> Told:
    w.worker.posts.update(starts_on=TODAY - 90 * DAY)
    w.sweep()
    return {w.manager: Line("Mere Paki", at("team_growth") + "#first")}


@case("guide_again")
def a_guide_is_due_again(w: World) -> Told:
    long_ago = date(2025, 11, 12)
    factories.GuideFactory(about=w.worker, begun_on=long_ago, shared_on=long_ago, signed_on=long_ago)
    own = factories.GuideFactory(about=w.worker, own=True, begun_on=long_ago, shared_on=long_ago, signed_on=long_ago)
    own.shared_with = own.shared_on = None
    own.save()
    w.sweep()
    return {
        w.manager: Line("The basics: Mere Paki", at("guide_begin", "basics")),
        w.worker: Line("My own review", at("guide_begin", "self_review")),
    }


def a_survey(w: World, opens_on: date):
    """Ask everyone in the service until a fortnight later."""
    opened = {"opens_on": opens_on, "closes_on": opens_on + 14 * DAY, "by": w.above, "today": opens_on}
    return surveys.open_round(code="recovery_workplace", organisation=w.service, team=None, **opened)


@case("survey_open")
def a_survey_is_open(w: World) -> Told:
    found = a_survey(w, opens_on=TODAY)
    return dict.fromkeys(w.service.members.all(), Line(found.title, at("survey", found.uid)))


@case("survey_closing")
def a_survey_closes_soon(w: World) -> Told:
    found = a_survey(w, opens_on=TODAY - 12 * DAY)
    w.sweep()
    return dict.fromkeys(w.service.members.all(), Line(found.title, at("survey", found.uid)))


@case("survey_result")
def the_result_of_a_survey_is_there(w: World) -> Told:
    found = a_survey(w, opens_on=TODAY - 12 * DAY)
    for member in w.service.members.order_by("pk")[:5]:
        answers = dict.fromkeys((each.key for each in found.content.statements), "agree")
        surveys.answer(asked=survey_queries.asked(member, found.uid), answers=answers, today=TODAY)
    surveys.close(found=found, by=None, today=TODAY)
    return dict.fromkeys(w.service.members.all(), Line(found.title, at("survey_result", found.uid)))


@case("survey_again")
def a_survey_can_be_asked_again(w: World) -> Told:
    found = a_survey(w, opens_on=date(2025, 11, 12))
    surveys.close(found=found, by=None, today=date(2025, 11, 26))
    w.sweep()
    return {w.above: Line(found.title, at("survey_open"))}


@case("question_asked", "question_answered")
def the_service_manager_asks_about_a_report(w: World, kind: str = "") -> Told:
    w.deputise()
    report = months.send(team=w.team, month=OCTOBER, by=w.manager, today=TODAY, note="")
    question = months.ask_about_report(report=report, by=w.above, question="Why over?", today=TODAY)
    if kind == "question_asked":
        answer = at("report_answer", question.pk)
        return {
            w.manager: Line("A question about October’s report waits for your answer", answer),
            w.deputy: Line("Ruth Hale asks about the report", answer),
        }
    months.answer_about_report(question_id=question.pk, by=w.deputy, answer="Two left.", today=TODAY)
    url = at("team_month", query=f"?team={w.team.pk}&month=2026-10")
    return {w.above: Line("Dev Rao has answered the question about the report", url)}


# Who acts --------------------------------------------------------------------------------------------------------------


@case("acts", "acting_chosen", "acting_ended")
def one_acts_while_the_manager_is_away(w: World, kind: str = "") -> Told:
    w.deputise()
    absence = w.away(w.manager)
    acting = staff.name_acting(
        absence_id=absence.pk, team_id=w.team.pk, member=w.other_manager, starts_on=TODAY, by=w.above, today=TODAY
    )
    team = at("team", query=f"?team={w.team.pk}")
    if kind == "acts":
        return {w.other_manager: Line("you act in place of Ana Whitford in Harbourside", team)}
    if kind == "acting_chosen":
        return {
            w.manager: Line("Lena Okafor acts in your place in Harbourside, until you are back", team),
            w.deputy: Line("Lena Okafor acts in place of Ana Whitford in Harbourside. Ask them", team),
            w.worker: Line("Lena Okafor acts in place of Ana Whitford in Harbourside. Ask them", at("my_records")),
            w.mate: Line("Lena Okafor acts in place of Ana Whitford in Harbourside. Ask them", at("my_records")),
        }
    staff.end_acting(acting_id=acting.pk, ends_before=TODAY + DAY, by=w.above, today=TODAY)
    w.set_day(TODAY + DAY)
    return {w.other_manager: Line("you do not act in place of Ana Whitford any more")}


# The service taken out ------------------------------------------------------------------------------------------------


def exported(w: World, *, with_words: bool) -> Export:
    browser = Browser()
    browser.force_login(w.admin.user, backend=BACKEND)
    request = browser.get("/", follow=True).wsgi_request
    w.second_admin = factories.MemberFactory(organisation=w.service, name="Ria Tane", role="admin")
    return exports.ask(request, reason="We move", format="zip", with_words=with_words)


@case("export_made")
def an_admin_exports_the_service(w: World) -> Told:
    line = Line("Sam Ito exported the service", at("export", exported(w, with_words=False).uid))
    return dict.fromkeys([w.manager, w.other_manager, w.second_admin], line)


@case("export_asked")
def an_admin_asks_to_export_what_is_written_about_people(w: World) -> Told:
    line = Line("Sam Ito asks to export the service", at("export", exported(w, with_words=True).uid))
    return dict.fromkeys([w.manager, w.other_manager, w.second_admin], line)


# The tests ----------------------------------------------------------------------------------------------------------------


MADE_ONCE = {"world": (World, TODAY)}


@pytest.mark.parametrize(("kind", "bring_about"), CASES, ids=[f"{kind}: {each.__name__}" for kind, each in CASES])
def test_the_first_page_has_a_line_for_it_and_its_link_opens(kind, bring_about, world, on):
    world.set_day = on
    lines = brought_about(kind, bring_about, world)

    told = kinds.still_true(Notice.objects.filter(kind=kind, cancelled_at=None))
    assert {notice.recipient.name for notice in told} == {member.name for member in lines}
    for member, line in lines.items():
        browser = Browser()
        browser.force_login(member.user, backend=BACKEND)
        page = main_of(browser.get("/", follow=True))
        assert line.words in page, f"{member.name} reads nothing of it"
        if line.url:
            assert f'href="{line.url}"' in page, f"{member.name} finds no link"
            assert browser.get(line.url).status_code == 200, f"{member.name} cannot open {line.url}"


def brought_about(kind: str, bring_about: Callable, world: World) -> Told:
    takes_kind = "kind" in bring_about.__code__.co_varnames[: bring_about.__code__.co_argcount]
    return bring_about(world, **({"kind": kind} if takes_kind else {}))


def main_of(answer) -> str:
    """Return what stands on a page, without its head, navigation and foot."""
    assert answer.status_code == 200
    return unescape(re.search(r"<main.*?</main>", answer.content.decode(), re.S).group())


def test_every_kind_of_notice_has_a_case():
    assert {kind for kind, _ in CASES} == {str(code) for code in kinds.codes()}


def name_one_who_acts(w: World, today: date) -> Member:
    """The manager goes away; no one at work leads the team until the service manager names a member of another team."""
    absence = w.away(w.manager, since=today)
    w.sweep(today)
    alarm = Notice.objects.filter(kind__in=["team_not_led", "absence_no_deputy"], cancelled_at=None)
    told = kinds.still_true(alarm)
    assert {notice.recipient.name for notice in told} == {"Ruth Hale"}
    assert len({notice.kind for notice in told}) == 1  # one of the two is enough
    stand_in = factories.MemberFactory(organisation=w.service, name="Sina Mata'afa", in_team=w.other_team)
    named = {"member": stand_in, "starts_on": today, "by": w.above, "today": today}
    staff.name_acting(absence_id=absence.pk, team_id=w.team.pk, **named)
    assert not kinds.still_true(alarm)
    w.sweep(today)
    return stand_in


# What is told to the manager and does not wait for them as who leads the team: why it is not passed on.
NOT_PASSED_ON = {
    "a_record_of_a_manager_is_due": "their own record, which who leads the team completes (W23)",
    "a_record_was_completed_for_a_worker_who_is_back": "news; the worker has answered",
    "the_worker_does_not_agree": "another manager decides, or who stands in for that one (R144)",
    "work_weighs_differently": "news for all who lead a team on the day it is published",
    "a_plan_is_proposed_where_nobody_leads_the_team": "any other manager at work agrees",
    "a_worker_would_like_to_talk": "between two people, who book another day",
    "a_session_is_late": "supervision passes on by itself from the day that the absence is known to be long (R44)",
    "a_note_waits_for_an_answer": "between two people",
    "six_months_later": "their own private page",
    "a_guide_for_one_is_shared": "shared with one reader",
    "a_guide_waits_for_the_other_signature": "between two people",
    "one_acts_while_the_manager_is_away": "news of who acts",
    "an_admin_exports_the_service": "news for all managers",
    "an_admin_asks_to_export_what_is_written_about_people": "any manager or another admin answers",
}
TOLD_TO_MANAGER = [  # once each, of the kinds of a series the last
    (kind, bring_about)
    for kind, bring_about in {bring_about.__name__: (kind, bring_about) for kind, bring_about in CASES}.values()
    if "manager" in bring_about.__code__.co_names and bring_about.__name__ not in NOT_PASSED_ON
]


@pytest.mark.parametrize(
    ("kind", "bring_about"), TOLD_TO_MANAGER, ids=[each.__name__ for kind, each in TOLD_TO_MANAGER]
)
def test_what_waits_for_a_manager_who_is_away_reaches_who_can_act(kind, bring_about, world, on):
    """No one at work leads the team: the service manager is told and names one, who finds all that is told to a manager."""
    days = [TODAY]
    world.set_day = lambda day: days.append(day) or on(day)
    line = brought_about(kind, bring_about, world).get(world.manager)
    if line is None:
        return
    world.team.refresh_from_db()
    world.team.deputy = None
    world.team.save()
    browser = Browser()
    browser.force_login(name_one_who_acts(world, days[-1]).user, backend=BACKEND)
    pages = main_of(browser.get("/", follow=True)) + main_of(browser.get(reverse("team"), {"team": world.team.pk}))
    assert line.words in pages, "who acts reads nothing of it"
    if line.url:
        assert browser.get(line.url).status_code == 200, "who acts cannot open it"
