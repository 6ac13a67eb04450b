"""The smallest valid thing of each kind; situations are traits."""

import json
import uuid
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from operator import attrgetter

import factory
from django.db import transaction
from factory.django import DjangoModelFactory

from caseload.actions import sweeping
from caseload.models import (
    Allocation,
    Client,
    Consent,
    Contact,
    Cover,
    DropIn,
    Family,
    Goal,
    Group,
    GroupFacilitator,
    GroupMeeting,
    GroupMember,
    GroupSession,
    LeavingStep,
    NextStep,
    PossibleDuplicate,
    Referral,
    TierPeriod,
)
from peerload.core import clock, sealing
from peerload.core.sealing import seal
from peerload.guides import rules as guide_rules
from peerload.guides import shipped
from peerload.guides.checklists.actions import add_steps
from peerload.guides.checklists.models import ChecklistRun
from peerload.guides.models import Guide, GuideEdition, GuideStep, GuideTemplate
from peerload.guides.surveys import queries as survey_queries
from peerload.guides.surveys import rules as survey_rules
from peerload.guides.surveys.models import SurveyAsked, SurveyBox, SurveyResult, SurveyRound
from peerload.interchange.models import Export, Import, Upload
from peerload.staff.models import (
    Absence,
    ActingManager,
    ClosureDay,
    LeaveKind,
    Leaving,
    Member,
    Organisation,
    Post,
    Team,
    User,
)
from wellbeing.models import (
    Adjustment,
    LeaveRequest,
    PlanLine,
    PlanRow,
    PlanTemplate,
    PrivateDocument,
    Session,
    StudyEntry,
    TimeEntry,
    TimePlan,
    TimeStudy,
)
from wellbeing.plans.rules.templates import NOTES
from workload.models import Activity, MonthlyRecord, RemedialAction, ReportQuestion, Responsibility, TeamReport

LONG_AGO = date(2025, 1, 6)


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    code = factory.Sequence("service-{}".format)
    name = "Harbourside Peer Support"
    timezone = "Pacific/Auckland"
    region = "NZ-AUK"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence("somebody{}@harbourside.example".format)
    password = "!"


class MemberFactory(DjangoModelFactory):
    class Meta:
        model = Member
        skip_postgeneration_save = True

    class Params:
        in_team = None

    organisation = factory.SubFactory(OrganisationFactory)
    user = factory.SubFactory(UserFactory)
    name = factory.Sequence("Worker {}".format)
    role = "peer_worker"
    home_team = factory.SelfAttribute("in_team")

    @factory.post_generation
    def post(member, create, extracted, **kwargs):
        """Somebody in a team has a post there since long ago: ``post=False`` leaves it out, ``post__fte`` changes it."""
        if create and member.home_team_id and extracted is not False:
            PostFactory(worker=member, team=member.home_team, **kwargs)


class TeamFactory(DjangoModelFactory):
    class Meta:
        model = Team

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence("Team {}".format)


class PostFactory(DjangoModelFactory):
    class Meta:
        model = Post

    worker = factory.SubFactory(MemberFactory)
    organisation = factory.SelfAttribute("worker.organisation")
    starts_on = LONG_AGO
    fte = 1


class AbsenceFactory(DjangoModelFactory):
    class Meta:
        model = Absence

    worker = factory.SubFactory(MemberFactory)
    organisation = factory.SelfAttribute("worker.organisation")
    starts_on = date(2026, 11, 9)


class LeaveKindFactory(DjangoModelFactory):
    class Meta:
        model = LeaveKind

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda n: f"Leave {n}")
    position = factory.Sequence(lambda n: n + 1)


class LeaveRequestFactory(DjangoModelFactory):
    """A request of a worker that waits for an answer: a week in December."""

    class Meta:
        model = LeaveRequest

    worker = factory.SubFactory(MemberFactory)
    organisation = factory.SelfAttribute("worker.organisation")
    starts_on = date(2026, 12, 7)
    ends_before = date(2026, 12, 12)
    asked_on = date(2026, 11, 11)


class ActingManagerFactory(DjangoModelFactory):
    """A member who acts for the manager of a team while the manager is away."""

    class Meta:
        model = ActingManager

    absence = factory.LazyAttribute(lambda row: AbsenceFactory(worker=row.team.manager))
    organisation = factory.SelfAttribute("team.organisation")
    by = factory.LazyAttribute(lambda row: MemberFactory(organisation=row.team.organisation, role="service_manager"))
    starts_on = factory.SelfAttribute("absence.starts_on")


class CoverFactory(DjangoModelFactory):
    """Somebody covers for one person from the first day of an absence on."""

    class Meta:
        model = Cover

    absence = factory.SubFactory(AbsenceFactory)
    organisation = factory.SelfAttribute("absence.organisation")
    client = factory.SubFactory("tests.factories.ClientFactory")
    worker = factory.SubFactory(MemberFactory)
    starts_on = factory.SelfAttribute("absence.starts_on")
    ends_before = factory.SelfAttribute("absence.ends_before")


class ClosureDayFactory(DjangoModelFactory):
    class Meta:
        model = ClosureDay

    organisation = factory.SubFactory(OrganisationFactory)
    on = date(2026, 12, 29)


class FamilyFactory(DjangoModelFactory):
    class Meta:
        model = Family

    organisation = factory.SubFactory(OrganisationFactory)
    code = factory.Sequence("F{}".format)


class ClientFactory(DjangoModelFactory):
    """
    A person. ``supported_by=worker`` allocates them, ``support="high"`` gives the tier, both since ``since``.

    Facts only: `caseload.actions.refresh` and `peerload.core.events.send_facts_changed` are called at the end, as by
    an action.
    """

    class Meta:
        model = Client
        skip_postgeneration_save = True

    class Params:
        supported_by = None
        support = "medium"
        since = LONG_AGO

    organisation = factory.SubFactory(OrganisationFactory)
    ref = factory.Sequence("P{:04}".format)
    name = factory.Sequence("Person {}".format)
    team = factory.LazyAttribute(lambda o: o.supported_by.home_team if o.supported_by else None)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return super()._create(model_class, *args, **kwargs)

    @classmethod
    def create(cls, **kwargs):
        worker, support = kwargs.get("supported_by"), kwargs.pop("support", "medium")
        since = kwargs.pop("since", LONG_AGO)
        if worker is not None:
            kwargs.setdefault("organisation", worker.organisation)
        person = super().create(**kwargs)
        if support:
            TierPeriodFactory(client=person, tier=support, starts_on=since)
        if worker is not None:
            AllocationFactory(client=person, worker=worker, starts_on=since)
        refresh_derived(person)
        return person

    @classmethod
    def create_batch(cls, size, **kwargs):
        with refreshed_at_once():
            return super().create_batch(size, **kwargs)


REFRESHED_LATER: list[tuple[list[Client], list[Member]]] = []


@contextmanager
def refreshed_at_once():
    """Refresh at its end all that is made within: one by one that takes four times as long."""
    REFRESHED_LATER.append(([], []))
    try:
        yield
    finally:
        people, workers = map(dict.fromkeys, REFRESHED_LATER.pop())
    refresh_derived(*people, workers=workers)


@transaction.atomic
def refresh_derived(*people, workers=()):
    """Refresh what an action refreshes after writing facts: derived columns, then the ledger."""
    from caseload import actions
    from peerload.core import clock, events

    if REFRESHED_LATER:
        REFRESHED_LATER[-1][0].extend(people)
        REFRESHED_LATER[-1][1].extend(workers)
        return
    for organisation, of_one in groupby(people, key=attrgetter("organisation")):
        keys = [person.pk for person in of_one]
        actions.refresh(keys, clock.today(organisation))
        events.send_facts_changed(organisation.pk, people=keys)
    for person in people:
        person.refresh_from_db()
    for worker in workers:
        events.send_facts_changed(worker.organisation_id, workers=[worker.pk])


class TierPeriodFactory(DjangoModelFactory):
    class Meta:
        model = TierPeriod

    client = factory.SubFactory(ClientFactory)
    organisation = factory.SelfAttribute("client.organisation")
    tier = "medium"
    starts_on = LONG_AGO


class AllocationFactory(DjangoModelFactory):
    class Meta:
        model = Allocation

    client = factory.SubFactory(ClientFactory)
    organisation = factory.SelfAttribute("client.organisation")
    worker = factory.SubFactory(MemberFactory)
    starts_on = LONG_AGO


class ContactFactory(DjangoModelFactory):
    class Meta:
        model = Contact

    class Params:
        attempt = factory.Trait(reached=False, outcome="")

    client = factory.SubFactory(ClientFactory)
    organisation = factory.SelfAttribute("client.organisation")
    on = date(2026, 11, 2)
    reached = True
    outcome = "no_support_needed"


class NextStepFactory(DjangoModelFactory):
    """A promise for 20 November; ``appointment=True`` is an appointment that day at half past ten."""

    class Meta:
        model = NextStep

    class Params:
        appointment = factory.Trait(kind="appointment", starts_at=time(10, 30), minutes=60, place="service")

    client = factory.SubFactory(ClientFactory)
    organisation = factory.SelfAttribute("client.organisation")
    kind = "promise"
    what = "Ring about the housing form"
    due_on = date(2026, 11, 20)
    made_on = date(2026, 11, 2)


class GoalFactory(DjangoModelFactory):
    """What a person has wanted since 2 November; ``reached=True`` on the 9th."""

    class Meta:
        model = Goal

    class Params:
        reached = factory.Trait(ended_as="reached", ended_on=date(2026, 11, 9))

    client = factory.SubFactory(ClientFactory)
    organisation = factory.SelfAttribute("client.organisation")
    words = "A place of my own, with a door I can shut"
    starts_on = date(2026, 11, 2)


class ConsentFactory(DjangoModelFactory):
    """Somebody who may be spoken to since 2 November; ``withdrawn=True`` until the 9th."""

    class Meta:
        model = Consent

    class Params:
        withdrawn = factory.Trait(withdrawn_on=date(2026, 11, 9))

    client = factory.SubFactory(ClientFactory)
    organisation = factory.SelfAttribute("client.organisation")
    name = "Sina Leota"
    relation = "sister"
    about = "Appointments, not health"
    consented_on = date(2026, 11, 2)


class DropInFactory(DjangoModelFactory):
    """Somebody dropped in, for half an hour."""

    class Meta:
        model = DropIn

    author = factory.SubFactory(MemberFactory)
    organisation = factory.SelfAttribute("author.organisation")
    on = date(2026, 11, 11)
    minutes = 30


def ended_by_time(*, worker, on: date, **person) -> Client:
    """Return a person made not in touch on a day by 24 weeks of keeping in touch, with all their contacts."""
    weeks = timedelta(weeks=6)
    found = ClientFactory(supported_by=worker, support="parked", since=on - 4 * weeks, **person)
    for n in range(4):
        ContactFactory(client=found, author=worker, on=on - n * weeks, outcome="no_support_needed")
    refresh_derived(found)
    sweeping.inactivate(found.organisation, on)
    found.refresh_from_db()
    assert found.tier == "inactive"
    return found


class PossibleDuplicateFactory(DjangoModelFactory):
    """Two records of the same name and phone, ``older`` and ``newer``, of which nobody has said anything."""

    class Meta:
        model = PossibleDuplicate

    older = factory.SubFactory(ClientFactory, name="Tāne Rāwiri", phone="021 555 0142")
    newer = factory.SubFactory(ClientFactory, name="Tāne Rāwiri", phone="021 555 0142")
    organisation = factory.SelfAttribute("older.organisation")
    found_on = date(2026, 11, 10)


class LeavingFactory(DjangoModelFactory):
    """A notice of 2 November for the end of the year, without the checklist that `give_notice` makes."""

    class Meta:
        model = Leaving

    member = factory.SubFactory(MemberFactory)
    organisation = factory.SelfAttribute("member.organisation")
    by = factory.SelfAttribute("member")
    notice_on = date(2026, 11, 2)
    last_day = date(2026, 12, 31)


class LeavingStepFactory(DjangoModelFactory):
    """A step of the leaver's own."""

    class Meta:
        model = LeavingStep

    leaving = factory.SubFactory(LeavingFactory)
    owner = factory.SelfAttribute("leaving.member")
    kind = "records"
    due_on = date(2026, 12, 30)


class ReferralFactory(DjangoModelFactory):
    """Somebody waits since 2 November; ``owner=worker`` is responsible."""

    class Meta:
        model = Referral

    client = factory.SubFactory(ClientFactory)
    organisation = factory.SelfAttribute("client.organisation")
    referred_on = date(2026, 11, 2)


class GroupFactory(DjangoModelFactory):
    """A group on Wednesdays; ``facilitated_by=worker`` gives it their team, ``people=[...]`` belong to it from its first day."""

    class Meta:
        model = Group
        skip_postgeneration_save = True

    class Params:
        facilitated_by = None

    team = factory.LazyAttribute(lambda o: o.facilitated_by.home_team)
    organisation = factory.SelfAttribute("team.organisation")
    name = factory.Sequence("Group {}".format)
    weekday = "wednesday"
    starts_on = LONG_AGO

    @classmethod
    def create(cls, *, facilitated_by=None, people=(), **kwargs):
        group = super().create(facilitated_by=facilitated_by, **kwargs)
        period = {"organisation": group.organisation, "group": group, "starts_on": group.starts_on}
        if facilitated_by:
            GroupFacilitator.objects.create(**period, worker=facilitated_by)
        for person in people:
            GroupMember.objects.create(**period, client=person)
        return group


class GroupSessionFactory(DjangoModelFactory):
    class Meta:
        model = GroupSession

    group = factory.SubFactory(GroupFactory)
    organisation = factory.SelfAttribute("group.organisation")
    on = date(2026, 11, 4)
    minutes = 90
    facilitator_minutes = 90


class GroupMeetingFactory(DjangoModelFactory):
    """A meeting on another day than its usual Wednesday."""

    class Meta:
        model = GroupMeeting

    group = factory.SubFactory(GroupFactory)
    organisation = factory.SelfAttribute("group.organisation")
    usual_on = date(2026, 11, 18)
    on = date(2026, 11, 20)
    starts_at = time(14, 0)
    minutes = 60
    place = "The library"


class UploadFactory(DjangoModelFactory):
    class Meta:
        model = Upload

    member = factory.SubFactory(MemberFactory)
    organisation = factory.SelfAttribute("member.organisation")
    file_name = "service.xlsx"
    created_at = factory.LazyFunction(clock.now)


class ImportFactory(DjangoModelFactory):
    """A file that came in just now and wrote nothing."""

    class Meta:
        model = Import

    member = factory.SubFactory(MemberFactory)
    organisation = factory.SelfAttribute("member.organisation")
    at = factory.LazyFunction(clock.now)
    context = factory.LazyFunction(uuid.uuid4)


class ExportFactory(DjangoModelFactory):
    """An export with words about people, which an admin has just asked for."""

    class Meta:
        model = Export

    member = factory.SubFactory(MemberFactory, role="admin")
    organisation = factory.SelfAttribute("member.organisation")
    reason = "We move to another system"
    format = "zip"
    with_words = True
    state = "asked"
    asked_at = factory.LazyFunction(clock.now)


class ActivityFactory(DjangoModelFactory):
    class Meta:
        model = Activity

    client = factory.SubFactory(ClientFactory)
    organisation = factory.SelfAttribute("client.organisation")
    code = "court"
    starts_on = LONG_AGO + timedelta(days=7)


class ResponsibilityFactory(DjangoModelFactory):
    class Meta:
        model = Responsibility

    worker = factory.SubFactory(MemberFactory)
    organisation = factory.SelfAttribute("worker.organisation")
    code = "group_work"
    starts_on = LONG_AGO


class MonthlyRecordFactory(DjangoModelFactory):
    """A record of October, a draft; ``status="agreed"`` makes it one that is kept, with its figure."""

    class Meta:
        model = MonthlyRecord

    worker = factory.SubFactory(MemberFactory)
    organisation = factory.SelfAttribute("worker.organisation")
    team = factory.SelfAttribute("worker.home_team")
    month = date(2026, 10, 1)
    total = 80
    mark = 85
    limit = 100
    fte = 1
    imported = False


def sent_record(worker, month=date(2026, 10, 1), **given) -> MonthlyRecord:
    """Return a worker's record in the report of their team, which was sent."""
    team = worker.home_team
    sent_on = month + timedelta(days=40)
    report, __ = TeamReport.objects.get_or_create(
        organisation=team.organisation,
        team=team,
        month=month,
        defaults={
            "sent_at": datetime.combine(sent_on, time(12), tzinfo=UTC),
            "sent_on": sent_on,
            "sent_by": team.manager,
            **dict.fromkeys(("points", "limit", "fte"), 0),
        },
    )
    return MonthlyRecordFactory(worker=worker, month=month, status="reported", report=report, **given)


class ReportQuestionFactory(DjangoModelFactory):
    """A question of a service manager about a report that was sent, which waits for an answer."""

    class Meta:
        model = ReportQuestion

    question = "Why is the team over its limit?"
    asked_at = datetime(2026, 11, 12, 1, 30, tzinfo=UTC)
    asked_by = factory.LazyAttribute(
        lambda row: MemberFactory(organisation=row.report.organisation, role="service_manager", name="Ruth Hale")
    )


class RemedialActionFactory(DjangoModelFactory):
    class Meta:
        model = RemedialAction

    record = factory.SubFactory(MonthlyRecordFactory)
    what = "Nobody new for four weeks"
    owner = factory.SelfAttribute("record.worker")
    by = factory.SelfAttribute("record.worker")
    due_on = date(2026, 12, 1)


class TimePlanFactory(DjangoModelFactory):
    """The plan “from the notes” from Monday 2 November, agreed; ``grid=`` has other hours."""

    class Meta:
        model = TimePlan
        skip_postgeneration_save = True

    worker = factory.SubFactory(MemberFactory)
    organisation = factory.SelfAttribute("worker.organisation")
    starts_on = date(2026, 11, 2)
    state = "agreed"
    template = "from the notes"

    @factory.post_generation
    def grid(plan, create, extracted, **kwargs):
        PlanLine.objects.bulk_create(
            PlanLine(organisation=plan.organisation, plan=plan, week=week, activity=activity, hours=hours)
            for activity, weeks in (extracted or NOTES.grid).items()
            for week, hours in enumerate(weeks, 1)
        )


class TimeEntryFactory(DjangoModelFactory):
    """Half an hour of exercise today."""

    class Meta:
        model = TimeEntry

    worker = factory.SubFactory(MemberFactory)
    organisation = factory.SelfAttribute("worker.organisation")
    on = date(2026, 11, 12)
    activity = "physical_exercise"
    minutes = 30


class TimeStudyFactory(DjangoModelFactory):
    """Two weeks from Monday 9 November."""

    class Meta:
        model = TimeStudy

    worker = factory.SubFactory(MemberFactory)
    organisation = factory.SelfAttribute("worker.organisation")
    starts_on = date(2026, 11, 9)


class StudyEntryFactory(DjangoModelFactory):
    """A quarter of an hour on the way, on the study's first day."""

    class Meta:
        model = StudyEntry

    study = factory.SubFactory(TimeStudyFactory)
    on = factory.SelfAttribute("study.starts_on")
    kind = "travel"
    minutes = 15


class PlanTemplateFactory(DjangoModelFactory):
    class Meta:
        model = PlanTemplate

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence("Our four weeks {}".format)
    weekly_hours = 40
    hours = factory.LazyFunction(lambda: {code: [str(each) for each in weeks] for code, weeks in NOTES.grid.items()})


class PlanRowFactory(DjangoModelFactory):
    """A row that the service has added to its plans: time in a peer space."""

    class Meta:
        model = PlanRow

    organisation = factory.SubFactory(OrganisationFactory)
    code = factory.Sequence("peer_space_{}".format)
    label = factory.Sequence("Peer space {}".format)
    focus = "wellbeing"


class PrivateDocumentFactory(DjangoModelFactory):
    """A note on learning of 2 November; ``fields`` are what is sealed."""

    class Meta:
        model = PrivateDocument

    class Params:
        fields = {"words": "The te reo class on Tuesdays."}

    author = factory.SubFactory(MemberFactory)
    kind = "learning"
    written_on = date(2026, 11, 2)
    looked_at_on = factory.SelfAttribute("written_on")
    sealed = factory.LazyAttribute(lambda o: sealing.seal(json.dumps(o.fields), owner=o.author.uid))


class AdjustmentFactory(DjangoModelFactory):
    """Something the worker has written down for agreement, from 2 November on; ``words`` are what is sealed."""

    class Meta:
        model = Adjustment

    class Params:
        words = "Starts at ten on Mondays."

    worker = factory.SubFactory(MemberFactory)
    organisation = factory.SelfAttribute("worker.organisation")
    written_by = factory.SelfAttribute("worker")
    starts_on = date(2026, 11, 2)
    sealed = factory.LazyAttribute(lambda o: sealing.seal(o.words, owner=o.worker.uid))


EXIT = {
    "title": "Exit conversation",
    "purpose": "Before a worker leaves: what went well, and what we can learn.",
    "flow": "together",
    "begins": ["leader", "worker"],
    "sections": [
        {
            "key": "talk",
            "title": "The conversation",
            "items": [
                {"key": "well", "kind": "words", "text": "What went well?"},
                {"key": "again", "kind": "yes_no", "text": "Would you come back?", "by": "worker"},
            ],
        }
    ],
}


CHECKLIST = {
    "shape": "checklist",
    "title": "First weeks of a volunteer",
    "purpose": "What is done when a volunteer begins.",
    "subject": "worker",
    "anchor": "start",
    "phases": [
        {
            "key": "first",
            "title": "First week",
            "steps": [
                {
                    "key": "meet",
                    "text": "Meet the team",
                    "owner": "subject",
                    "offset": {"number": 2, "unit": "working_days", "when": "after"},
                }
            ],
        }
    ],
}


class GuideTemplateFactory(DjangoModelFactory):
    """A template that a service has made, as a draft; ``checklist=True`` is one of a checklist."""

    class Meta:
        model = GuideTemplate

    class Params:
        checklist = factory.Trait(
            draft=factory.LazyFunction(lambda: guide_rules.as_json(guide_rules.parse(CHECKLIST))),
            code=factory.Sequence("volunteer_{}".format),
        )

    organisation = factory.SubFactory(OrganisationFactory)
    code = factory.Sequence("exit_{}".format)
    draft = factory.LazyFunction(lambda: guide_rules.as_json(guide_rules.parse(EXIT)))
    draft_version = 1


class GuideEditionFactory(DjangoModelFactory):
    """The version of a shipped template that a service begins with."""

    class Meta:
        model = GuideEdition

    class Params:
        code = "basics"
        organisation = factory.SubFactory(OrganisationFactory)

    template = factory.LazyAttribute(
        lambda o: GuideTemplate.objects.get_or_create(organisation=o.organisation, code=o.code, shipped=True)[0]
    )
    number = 1
    published_on = date(2026, 11, 2)
    content = factory.LazyAttribute(lambda o: guide_rules.as_json(shipped.contents()[o.code]))

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        about = {"template": kwargs.pop("template"), "number": kwargs.pop("number")}
        return model_class.objects.get_or_create(**about, defaults=kwargs)[0]


class ChecklistRunFactory(DjangoModelFactory):
    """Onboarding of a worker since 2 November, with its steps; ``recruiting=team`` is recruitment for a team."""

    class Meta:
        model = ChecklistRun
        skip_postgeneration_save = True

    class Params:
        code = "onboarding"
        recruiting = None

    subject = factory.LazyAttribute(lambda o: "team" if o.recruiting else "worker")
    about = factory.Maybe("recruiting", None, factory.SubFactory(MemberFactory))
    team = factory.SelfAttribute("recruiting")
    organisation = factory.LazyAttribute(lambda o: (o.team or o.about).organisation)
    edition = factory.SubFactory(
        GuideEditionFactory,
        organisation=factory.SelfAttribute("..organisation"),
        code=factory.LazyAttribute(lambda o: "recruitment" if o.factory_parent.recruiting else o.factory_parent.code),
    )
    anchor_on = date(2026, 11, 2)
    begun_by = factory.LazyAttribute(lambda o: (o.team or o.about.home_team).manager)
    begun_on = date(2026, 11, 2)

    @factory.post_generation
    def steps(self, create, extracted, **kwargs):
        add_steps(self, by=self.begun_by)


class GuideFactory(DjangoModelFactory):
    """The basics, begun by who leads the worker and shared; ``own`` is the worker's own review, shared with their manager."""

    class Meta:
        model = Guide

    class Params:
        own = factory.Trait(
            flow="own",
            begun_side="worker",
            begun_by=factory.SelfAttribute("about"),
            shared_with=factory.SelfAttribute("about.home_team.manager"),
        )

    about = factory.SubFactory(MemberFactory)
    organisation = factory.SelfAttribute("about.organisation")
    flow = "together"
    begun_side = "leader"
    begun_by = factory.SelfAttribute("about.home_team.manager")
    begun_on = date(2026, 11, 2)
    shared_on = date(2026, 11, 3)
    edition = factory.LazyAttribute(
        lambda o: GuideEditionFactory(organisation=o.organisation, code="self_review" if o.flow == "own" else "basics")
    )


class GuideStepFactory(DjangoModelFactory):
    """A step of a work plan that both read, which the worker does by 19 November."""

    class Meta:
        model = GuideStep

    class Params:
        what = "Ask for a quiet desk"

    guide = factory.SubFactory(
        GuideFactory,
        period_until=date(2026, 12, 18),
        edition=factory.LazyAttribute(lambda o: GuideEditionFactory(organisation=o.organisation, code="work_plan")),
    )
    owner = factory.SelfAttribute("guide.about")
    by = factory.SelfAttribute("guide.begun_by")
    due_on = date(2026, 11, 19)
    sealed = factory.LazyAttribute(lambda o: sealing.seal(o.what, owner=o.guide.uid))


class SurveyRoundFactory(DjangoModelFactory):
    """The survey of the workplace, which asks everyone in the service; ``closed=True`` is one that six have answered."""

    class Meta:
        model = SurveyRound
        skip_postgeneration_save = True

    class Params:
        closed = factory.Trait(closed_on=date(2026, 11, 10), answered=6)

    organisation = factory.SubFactory(OrganisationFactory)
    edition = factory.LazyAttribute(
        lambda o: GuideEditionFactory(organisation=o.organisation, code="recovery_workplace")
    )
    opens_on = date(2026, 11, 2)
    closes_on = date(2026, 11, 30)
    opened_by = factory.SubFactory(MemberFactory, organisation=factory.SelfAttribute("..organisation"), role="admin")
    asked = 6

    @factory.post_generation
    def members(self, create, extracted, **kwargs):
        asked = survey_queries.members_to_ask(self.organisation, self.team, self.opens_on)
        SurveyAsked.objects.bulk_create(
            SurveyAsked(round=self, member_id=member, team_id=team) for member, team in asked
        )
        groups = {team or survey_rules.NO_TEAM for _, team in asked}
        if self.closed_on:
            counts = {statement.key: [0, 6, 0, 0, 0] for statement in self.content.statements}
            SurveyResult.objects.create(round=self, answered=6, counts=counts)
        else:
            box = survey_rules.pack(survey_rules.empty_box(groups, self.content), [member for member, _ in asked])
            SurveyBox.objects.create(round=self, sealed=seal(box, owner=self.uid))


class SessionFactory(DjangoModelFactory):
    """Supervision planned for 19 November with somebody outside; ``held_on=`` makes it one that was held."""

    class Meta:
        model = Session

    worker = factory.SubFactory(MemberFactory)
    organisation = factory.SelfAttribute("worker.organisation")
    kind = "supervision"
    planned_on = factory.LazyAttribute(lambda o: o.held_on or date(2026, 11, 19))
    held_on = None
    with_name = factory.LazyAttribute(lambda o: "" if o.with_member else "Whaea Ngaire")
    with_member = None
