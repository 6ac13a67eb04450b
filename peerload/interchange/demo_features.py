"""
The demo's groups, sessions, leaving and other features beside people and points, written by the actions its pages use.

Everything lies around the day the demo is loaded. Points and people of Mere and Tom stay as in the sheets.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from caseload.actions import add_person
from caseload.consents import actions as consents
from caseload.cover import actions as cover
from caseload.cover import queries as cover_queries
from caseload.enums import Duty, LeavingStepKind, Tier, Weekday
from caseload.goals import actions as goals
from caseload.groups import rules as group_rules
from caseload.groups.actions.groups import open_group
from caseload.groups.actions.meetings import call_off, change_meeting
from caseload.groups.actions.members import add_facilitator, join
from caseload.groups.actions.sessions import log_session
from caseload.leaving import actions as leaving
from caseload.models import Allocation, Client, Group, GroupMember
from caseload.next_steps import actions as next_steps
from caseload.temporary_moves import actions as temporary_moves
from peerload.core import dates
from peerload.staff import actions as staff
from peerload.staff.models import Absence, Member
from wellbeing.enums import LedBy, SessionKind
from wellbeing.leave import actions as leave
from wellbeing.models import LeaveRequest, Session
from wellbeing.sessions import actions as sessions
from workload.enums import Flag
from workload.models import MonthlyRecord
from workload.months import actions as months
from workload.months import queries as month_queries
from workload.months.rules import before

from .demo_growth import DemoGrowth
from .demo_surveys import ask_about_the_workplace

DAY, WEEK = dates.DAY, timedelta(weeks=1)
OTHERS = ("H017", "H024")  # two of Mere's people, who have no other group on that day
TWICE = "H003"  # entered a second time
NOTES = {2: "Rain, so tea in the boat shed.", 5: "Nine along the breakwater. Next week somebody brings the guitar."}
HANDOVER = (  # the note about the first of Priya's people, and whether they have been told
    ("Wednesdays suit best. Likes to walk while talking; leave time for tea after.", True),
    ("Looking for work in a kitchen. The next talk with the course adviser is to be fixed.", True),
    ("Text only. Ask how the choir goes.", False),
)


STEPS_AHEAD: tuple[tuple[str, int, dict[str, Any]], ...] = (
    ("appointment", 0, {"starts_at": time(14, 0), "minutes": 45, "place": "service", "place_words": "Small room"}),
    ("promise", 0, {"what": "Ring about the housing form"}),
    ("promise", -2, {"what": "Send the address of the choir"}),
    ("appointment", 2, {"starts_at": time(10, 30), "minutes": 60, "place": "theirs", "with_others": "Their sister"}),
    ("promise", 4, {"what": "Ask the course adviser for a day"}),
)  # kind, in how many days, and its words; less than no days: it is late


WANTED: Mapping[str, tuple[tuple[int, str, int, str, int], ...]] = {
    "mere": (
        (0, "A place of my own, with a door I can shut.", 2, "", 0),
        (0, "To cook for my kids on Sundays again.", 1, "", 0),
        (0, "Ride the bus to town by myself.", 2, "reached", 1),
        (1, "A job with animals. I used to help at the vet.", 2, "", 0),
        (3, "Get my licence back.", 16, "let_go", 12),
        (3, "Sleep through, and stop being scared of the phone.", 6, "", 0),
    ),
    "tom": (
        (0, "Learn the waiata, and sing it at my moko’s birthday.", 1, "", 0),
        (2, "Pay off the power bill.", 20, "reached", 3),
    ),
}  # by worker: which of their people, the words, since how many weeks, what became of it, how many weeks ago


CONSENTS: Mapping[str, tuple[tuple[int, str, str, str, int, int], ...]] = {
    "mere": (
        (0, "Sina Leota", "sister", "Where they are, and how they are. Not their health.", 2, 0),
        (1, "Dr Rua", "GP", "Medicines and appointments.", 2, 0),
        (0, "Mark Leota", "cousin", "Money.", 2, 1),
        (2, "Housing Link", "landlord", "The rent, and repairs.", 12, 0),
    ),
    "tom": ((1, "Pania Rewi", "partner", "Anything; she comes along to appointments.", 1, 0),),
}  # by worker: which of their people, who, how they belong to them, about what, since how many weeks, withdrawn how many ago


class DemoFeatures(DemoGrowth):
    """Fills the features of one service as of a day, each once; ``as_at`` is the last day its sheets tell of."""

    def fill(self) -> None:
        absence = self.away()
        self.leave()
        self.covered(absence)
        self.manager_away()
        self.group(absence)
        self.waiting()
        self.leaving()
        self.sessions()
        self.months()
        for worker in (self.mere, self.tom, self.hinewai):
            self.next_steps(worker)
        self.guides()
        ask_about_the_workplace(self.organisation, by=self.ruth, today=self.today)
        self.checklists()
        for name, wanted in WANTED.items():
            self.goals(self.by_name[name], wanted)
        for name, given in CONSENTS.items():
            self.consents(self.by_name[name], given)

    def people_of(self, worker: Member, *tiers: Tier) -> list[Client]:
        """Return a worker's people with these kinds of support, by reference."""
        held = Allocation.objects.on(self.today).filter(worker=worker)
        return list(Client.objects.filter(pk__in=held.values("client"), tier__in=tiers).order_by("ref"))

    # Away ---------------------------------------------------------------------------------------------------------------

    def away(self) -> Absence:
        """Let Hinewai be away since Monday last week, and expected in four weeks."""
        return staff.record_absence(
            worker_id=self.hinewai.pk,
            by=self.ana,
            today=self.today,
            starts_on=self.monday - WEEK,
            expected_back=self.monday + 4 * WEEK,
            planned=False,
            kind="Sick leave",
        )

    def leave(self) -> None:
        """Let Mere have agreed leave in six weeks, and Tom ask for a week in three: it waits for Ana, with his words."""
        first = self.monday + 6 * WEEK
        agreed = self.ask_for_leave(self.mere, first, first + timedelta(days=4), "Annual leave", "")
        leave.agree(leave_id=agreed.pk, by=self.ana, today=self.today)
        first = self.monday + 3 * WEEK
        words = "Mere visits on Thursday. The bread oven group has its key at the front desk."
        self.ask_for_leave(self.tom, first, first + timedelta(days=4), "Annual leave", words)

    def ask_for_leave(self, worker: Member, first: date, last: date, kind: str, words: str) -> LeaveRequest:
        days = {"starts_on": first, "last_day": last}
        return leave.ask(worker=worker, **days, kind=kind, words=words, today=self.today)

    def covered(self, absence: Absence) -> None:
        """Move two of her people until a date, one of them until today, and cover all but one of the others."""
        high = self.people_of(self.hinewai, Tier.HIGH)
        *medium, later, now = self.people_of(self.hinewai, Tier.MEDIUM)
        on, who = absence.starts_on, {"absence_id": absence.pk, "by": self.ana, "today": self.today}
        temporary_moves.move(receivers={now.pk: self.sione}, on=on + DAY, until=self.today, **who)
        temporary_moves.move(receivers={later.pk: self.sione}, on=on + DAY, until=absence.expected_back, **who)
        parked = self.people_of(self.hinewai, Tier.PARKED)
        given: Mapping[Member, list[Client]] = {
            self.sione: high[1:] + medium,
            self.mere: self.people_of(self.hinewai, Tier.GROUP),
            self.tom: parked[::2],
            self.ana: parked[1::2],
        }
        cover.cover(
            given={person.pk: worker for worker, people in given.items() for person in people}, starts_on=on, **who
        )
        for duty in cover_queries.duties(absence, self.today):
            if duty.kind in (Duty.OUT_OF_OFFICE, Duty.URGENT_ITEMS):
                cover.tick_off_duty(kind=duty.kind, due_on=duty.by, done=True, **who | {"today": on})

    def manager_away(self) -> None:
        """Plan three weeks of leave for the manager after eight weeks, in which Priya acts."""
        starts_on = self.monday + 8 * WEEK
        sam = self.by_name["admin"]
        absence = staff.record_absence(
            worker_id=self.ana.pk,
            by=sam,
            today=self.today,
            starts_on=starts_on,
            expected_back=starts_on + 3 * WEEK,
            planned=True,
        )
        staff.name_acting(
            absence_id=absence.pk,
            team_id=self.team.pk,
            member=self.sione,
            starts_on=starts_on,
            by=sam,
            today=self.today,
        )

    # A group ------------------------------------------------------------------------------------------------------------

    def group(self, absence: Absence) -> None:
        """Record every Wednesday at the wharf: Hinewai's group, and Mere's as well while she is away."""
        wednesday = self.as_at - timedelta(days=2)
        met = [wednesday - n * WEEK for n in reversed(range(6))]
        group = open_group(
            team=self.team,
            by=self.hinewai,
            on=met[0] - 30 * WEEK,
            name="Wharf walk and kai",
            facilitators=[self.hinewai],
            weekday=Weekday.WEDNESDAY,
            starts_at=time(10, 30),
            minutes=90,
        )
        for person in self.people_of(self.hinewai, Tier.GROUP):
            join(group_id=group.pk, client_id=person.pk, by=self.hinewai, on=met[0], today=self.today)
        add_facilitator(group_id=group.pk, worker=self.mere, by=self.ana, on=absence.starts_on)
        for person in Client.objects.filter(organisation=self.organisation, ref__in=OTHERS).order_by("ref"):
            join(group_id=group.pk, client_id=person.pk, by=self.mere, on=absence.starts_on, today=self.today)
        usual = group_rules.usual_days(group.weekday, self.today + DAY, self.today + 3 * WEEK)
        who = {"group_id": group.pk, "by": self.mere, "today": self.today, "version": 0}
        moved = {"on": usual[0] + DAY, "starts_at": time(13, 0), "minutes": 90, "place": "The library, upstairs"}
        change_meeting(key=usual[0].isoformat(), **who, **moved)
        call_off(key=usual[1].isoformat(), **who)
        for week, on in enumerate(met):
            self.session(group, on, week, self.mere if on >= absence.starts_on else self.hinewai)

    def session(self, group: Group, on: date, week: int, facilitator: Member) -> None:
        """Record who came: every week another fourth of the group did something else."""
        members = GroupMember.objects.on(on).filter(group=group).order_by("client").values_list("client", flat=True)
        log_session(
            group_id=group.pk,
            by=facilitator,
            on=on,
            today=self.today,
            minutes=90,
            came={key: "" for n, key in enumerate(members) if (n + week) % 4},
            facilitators=[facilitator.pk],
            facilitator_minutes=120,
            note=NOTES.get(week, ""),
        )

    # Waiting, and one of them entered twice -----------------------------------------------------------------------------

    def waiting(self) -> None:
        twice = Client.objects.get(organisation=self.organisation, ref=TWICE)
        self.wait(
            {"name": "Nia Tawhiri", "phone": "021 555 0301", "contact_how": "Calls are fine after school, from 3 pm."},
            referred_on=self.today - timedelta(days=6),
            referred_by="The medical centre on Quay Street",
            owner=self.ana,
            action="Ring, and meet for a first talk",
            due_on=self.working_day(2),
        )
        self.wait(
            {"name": "Losa Faleolo", "phone": "021 555 0302", "contact_how": "Text first. No voicemail."},
            referred_on=self.today - timedelta(days=20),
            referred_by="The housing team",
            owner=self.tom,
            action="See who has room once two people have moved on",
            due_on=self.working_day(9),
            contingency="Tom rings every Friday, and Losa has the number of the evening line.",
        )
        self.wait(
            {"name": twice.name, "phone": twice.phone, "contact_how": "Calls are fine."},
            referred_on=self.today - DAY,
            referred_by="Rang by themselves",
            owner=self.ana,
            action="Ring back",
            due_on=self.working_day(1),
        )

    def wait(self, fields: dict[str, Any], **referral: Any) -> None:
        fields = {**fields, "team": self.team}
        add_person(organisation=self.organisation, by=self.ana, on=self.today, fields=fields, referral=referral)

    # Leaving ------------------------------------------------------------------------------------------------------------

    def leaving(self) -> None:
        """Let Priya leave on a Friday three weeks ahead: two steps are done, and her list is begun."""
        notice = leaving.give_notice(
            member=self.priya,
            notice_on=self.monday - WEEK,
            last_day=self.monday + 3 * WEEK + timedelta(days=4),
            by=self.ana,
            today=self.today,
        )
        for step in notice.steps.filter(kind__in=[LeavingStepKind.INFORM, LeavingStepKind.REPLACEMENT]):
            leaving.tick_off_step(step_id=step.pk, done=True, by=self.ana, today=notice.notice_on)
        people = self.people_of(self.priya, Tier.HIGH, Tier.MEDIUM, Tier.GROUP, Tier.PARKED)
        leaving.keep(
            leaving_id=notice.pk,
            words={person.pk: leaving.HandoverNote(*said) for person, said in zip(people, HANDOVER, strict=False)},
            receivers={person.pk: self.sione for person in people[1:3]},
            by=self.ana,
            today=self.today,
        )

    # Sessions -----------------------------------------------------------------------------------------------------------

    def sessions(self) -> None:
        for worker, weeks_ago, days_ahead in ((self.mere, (8, 4), 3), (self.tom, (9, 5), 1), (self.priya, (7, 3), 8)):
            for weeks in weeks_ago:
                self.book(worker, SessionKind.SUPERVISION, self.today - weeks * WEEK, self.ana)
            booked = self.book(worker, SessionKind.SUPERVISION, self.working_day(days_ahead), self.ana)
            if worker == self.tom:
                self.later(booked)
        self.book(self.hinewai, SessionKind.SUPERVISION, self.today - 4 * WEEK, self.ana)
        for on in (self.today - 3 * WEEK, self.working_day(6)):
            self.book(self.ana, SessionKind.SUPERVISION, on, self.ruth)
        self.book(self.sione, SessionKind.SUPERVISION, self.working_day(9), self.ana)
        self.book(self.sione, SessionKind.CHECK_IN, self.monday - timedelta(days=3), self.ana, minutes=30)
        self.book(self.sione, SessionKind.CHECK_IN, self.working_day(6), self.ana, minutes=30)
        for worker, other in ((self.mere, self.tom), (self.tom, self.mere)):
            self.book(worker, SessionKind.REFLECTIVE_PRACTICE, self.today - WEEK, other, led_by=LedBy.PEERS)
            self.book(worker, SessionKind.REFLECTIVE_PRACTICE, self.working_day(7), self.ana, led_by=LedBy.MANAGER)

    def next_steps(self, worker: Member) -> None:
        """Make what is promised and arranged with a worker's people: today, this week, and one that is late."""
        people = [person for person in self.people_of(worker, Tier.HIGH, Tier.MEDIUM) if not person.please_dont][:5]
        for person, (kind, days_ahead, words) in zip(people, STEPS_AHEAD, strict=False):
            due_on = self.working_day(days_ahead) if days_ahead > 0 else self.today + days_ahead * DAY
            made_on = self.today if days_ahead >= 0 else self.today - WEEK
            next_steps.make(client_id=person.pk, by=worker, today=made_on, kind=kind, due_on=due_on, **words)

    def goals(self, worker: Member, wanted: Sequence[tuple[int, str, int, str, int]]) -> None:
        """Write down what some of a worker's people want, in their words."""
        people = self.people_of(worker, Tier.HIGH, Tier.MEDIUM)
        for nth, words, since, ended_as, ago in wanted:
            who = {"by": worker, "today": self.today}
            goal = goals.set_goal(client_id=people[nth].pk, words=words, starts_on=self.today - since * WEEK, **who)
            if ended_as:
                goals.end(goal_id=goal.pk, ended_as=ended_as, ended_on=self.today - ago * WEEK, **who)

    def consents(self, worker: Member, given: Sequence[tuple[int, str, str, str, int, int]]) -> None:
        """Write down who else may be spoken to about some of a worker's people, and who no longer."""
        people = self.people_of(worker, Tier.HIGH, Tier.MEDIUM)
        for nth, name, relation, about, since, ago in given:
            who = {"by": worker, "today": self.today}
            words = {"name": name, "relation": relation, "about": about, "consented_on": self.today - since * WEEK}
            consent = consents.give(client_id=people[nth].pk, **words, **who)
            if ago:
                consents.withdraw(consent_id=consent.pk, withdrawn_on=self.today - ago * WEEK, **who)

    # Months -------------------------------------------------------------------------------------------------------------

    def months(self) -> None:
        """
        Send the report of the month before the last, with a record that the service manager decided.

        Of the last month one record was completed on assumptions, and of another the service manager has to decide.
        """
        last, earlier = before(dates.month_start(self.as_at), 2)
        on = dates.month_end(earlier) + 3 * DAY
        counted = self.disagree(self.hinewai, earlier, on, "The open day was two evenings, and is counted as one.")
        self.step(
            months.agree,
            self.hinewai,
            earlier,
            self.ruth,
            on,
            total=counted + 1,
            reason="The plan of the day has both.",
        )
        self.step(months.agree, self.hinewai, earlier, self.hinewai, on)
        self.step(months.write_note, self.hinewai, earlier, self.ana, on, note="Count evenings one by one from now on.")
        note = "Hinewai and I saw one figure differently; Ruth has decided."
        months.send(team=self.team, month=earlier, by=self.ana, today=on + WEEK, note=note)
        self.disagree(self.priya, last, self.today, "Two people moved to me before the month was over.")
        words = "The same people as on her last day at work, and no new work."
        self.explain_if_over(self.hinewai, last, self.ana, self.today)
        self.step(months.complete, self.hinewai, last, self.ana, self.today, assumptions=words)

    def disagree(self, worker: Member, month: date, on: date, note: str) -> Decimal:
        """Let a worker submit a record and not agree to its figure, which Ana explains; return the figure counted."""
        self.explain_if_over(worker, month, worker, on)
        self.step(months.submit, worker, month, worker, on)
        counted = MonthlyRecord.objects.get(worker=worker, month=month).total
        said = {"total": counted + 1, "note": note, "other_manager": self.ruth}
        self.step(months.disagree, worker, month, worker, on, **said)
        explained = {"words": "It is what the entries of the month say."}
        self.step(months.explain, worker, month, self.ana, on, **explained)
        return counted

    def explain_if_over(self, worker: Member, month: date, by: Member, on: date) -> None:
        """Write what a month above the limit asks for; which month that is depends on the day the demo is loaded."""
        [row] = month_queries.worker_months(self.organisation, month, today=on, worker_ids=[worker.pk])
        if row.figures.flag == Flag.NONE:
            return
        why = {"reason": "Two people in crisis in the same weeks.", "causes": "A post was empty until November."}
        self.step(months.write_reason, worker, month, by, on, **why)
        what = {"what": "Nobody new for four weeks", "owner": worker, "due_on": on + 4 * WEEK}
        self.step(months.add_action, worker, month, by, on, **what)

    def step(self, action: Callable[..., Any], worker: Member, month: date, by: Member, on: date, **given: Any) -> None:
        """Take a step with a record, as the page of it that was opened just before."""
        version = MonthlyRecord.objects.filter(worker=worker, month=month).values_list("version", flat=True).first()
        action(worker=worker, month=month, by=by, today=on, version=version or 0, **given)

    def book(
        self,
        worker: Member,
        kind: SessionKind,
        on: date,
        other: Member | None,
        *,
        minutes: int = 60,
        with_name: str = "",
        led_by: str = "",
    ) -> Session:
        """Book a session; one on a day that has passed was held."""
        asked = {"worker": worker, "kind": kind, "planned_on": on, "minutes": minutes, "by": worker}
        return sessions.book(**asked, today=self.today, with_member=other, with_name=with_name, led_by=led_by)

    def later(self, booked: Session) -> None:
        """Call a session off, and book it again for a week later."""
        sessions.move(
            session_id=booked.pk,
            planned_on=booked.planned_on + WEEK,
            minutes=booked.minutes,
            by=self.ana,
            today=self.today,
            with_member=self.ana,
        )
