"""Which checklists a member may read, which steps are theirs, and what is proposed. Every function takes the day."""

from collections.abc import Callable, Collection, Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, Q, QuerySet, Value

from peerload.staff.models import ClosureDay, Leaving, Member, Organisation, Post, Team
from peerload.staff.queries import admins_of, told_for_teams
from peerload.staff.roles import ROLES, Capability

from .. import queries as guides
from .. import shipped
from ..enums import ChecklistSubject, StepOwner
from ..models import GuideTemplate
from ..rules import ChecklistContent, ContentPhase, ContentStep
from . import rules
from .enums import StepState
from .models import ChecklistRun, ChecklistRunQuerySet, ChecklistStep, ProposalPutAway

WORKER, TEAM, SERVICE, LEAVER = (ChecklistSubject(each) for each in ("worker", "team", "service", "leaver"))


def calendar_of(organisation: Organisation) -> rules.Calendar:
    """Return which days a service works."""
    closures = ClosureDay.objects.filter(organisation=organisation).values_list("on", flat=True)
    return rules.Calendar(organisation.region, frozenset(closures))


def looks_after_service(member: Member) -> bool:
    """Return whether a member does the steps of admins, and follows the checklist of the service."""
    return Capability.LOOK_AFTER_SERVICE in ROLES[member.role]


# Runs -----------------------------------------------------------------------------------------------------------------


def runs() -> ChecklistRunQuerySet:
    """Return the checklists under way but those of leavers, whose pages are those of their notice; the latest first."""
    found = ChecklistRun.objects.standing().exclude(subject=LEAVER)
    found = found.select_related("edition__template", "organisation", "about", "team", "begun_by")
    return found.prefetch_related("steps__owner", "steps__done_by", "steps__not_needed_by").order_by("-begun_on", "-pk")


READS, LEADS, MAY_PROPOSE = 0, 1, 2


def _keys(member: Member, led: Collection[int] | QuerySet[Member], teams: list[int], since: date) -> dict[int, int]:
    """
    Return the keys of the checklists a member may read, and of each whether they lead what it is about.

    Under the key 0 stands whether a post or a notice of those they lead may propose one; all of it in one statement.
    """
    standing = ChecklistRun.objects.filter(put_away_on=None).order_by()
    decides = [standing.filter(subject=WORKER, about__in=led), standing.filter(subject=TEAM, team__in=teams)]
    steps = ChecklistStep.objects.order_by()
    theirs = [steps.filter(owner=member)]
    if looks_after_service(member):
        decides.append(standing.filter(subject=SERVICE, organisation=member.organisation_id))
        of_admins = steps.filter(owner=None, role=StepOwner.ADMIN)
        theirs.append(of_admins.filter(run__organisation=member.organisation_id))
    found: list[tuple[QuerySet[Any], Any, int]] = [(each, F("pk"), LEADS) for each in decides]
    found += [
        (standing.filter(subject=WORKER, about=member), F("pk"), READS),
        *((each, F("run"), READS) for each in theirs),
    ]
    proposing = [
        Post.objects.filter(worker__in=led, starts_on__gt=since),
        Leaving.objects.standing().filter(member__in=led),
    ]
    found += [(each.order_by(), Value(0), MAY_PROPOSE) for each in proposing]
    first, *others = (each.values_list(key, Value(kind)) for each, key, kind in found)
    keys: dict[int, int] = {}
    for key, kind in first.union(*others):
        keys[key] = max(kind, keys.get(key, READS))
    return keys


class SeenRun(NamedTuple):
    """
    A checklist as a member may see it.

    :param decides: they lead what it is about, so they may change every step
    :param whole: they see all of it; else only the steps that are theirs
    """

    run: ChecklistRun
    member: Member
    decides: bool

    @property
    def whole(self) -> bool:
        return self.decides or self.run.about_id == self.member.pk

    def does(self, step: ChecklistStep) -> bool:
        """Return whether the member may tick a step."""
        return self.decides or is_theirs(step, self.member)

    @property
    def steps(self) -> list[ChecklistStep]:
        found = list(self.run.steps.all())
        return found if self.whole else [step for step in found if self.does(step)]


def is_theirs(step: ChecklistStep, member: Member) -> bool:
    """Return whether a step is a member's by name, or is for any admin and they are one."""
    if step.owner_id:
        return step.owner_id == member.pk
    return step.role == StepOwner.ADMIN and looks_after_service(member)


def seen(member: Member, on: date, teams: list[int] | None = None) -> list[SeenRun]:
    """
    Return the checklists a member may read, the latest first.

    :param teams: the teams they lead, where that is known
    """
    if teams is None:
        teams = list(Team.objects.led_by(member, on).values_list("pk", flat=True))
    led = guides.workers_led_in(teams, member, on).order_by().values("pk") if teams else []
    return _seen(member, _keys(member, led, teams, on))


def _seen(member: Member, keys: dict[int, int]) -> list[SeenRun]:
    if not keys.keys() - {0}:
        return []
    found = [SeenRun(run, member, keys[run.pk] == LEADS) for run in runs().filter(pk__in=keys)]
    return [each for each in found if each.whole or each.steps]


def seen_and_proposed(member: Member, on: date, teams: list[int]) -> "tuple[list[SeenRun], list[Proposal]]":
    """Return the checklists that who leads these teams may read, and what is proposed to them (R193)."""
    led = guides.workers_led_in(teams, member, on)
    keys = _keys(member, led.order_by().values("pk"), teams, on - timedelta(days=rules.SHOWN_DAYS))
    return _seen(member, keys), proposals(member, on) if keys.get(0) else []


def seen_by(member: Member, on: date, uid: UUID) -> SeenRun | None:
    """Return a checklist that a member may read, else None."""
    return next((each for each in seen(member, on) if each.run.uid == uid), None)


def step_seen_by(member: Member, on: date, pk: int) -> tuple[SeenRun, ChecklistStep] | None:
    """Return a step that a member may tick, with its checklist, else None."""
    for each in seen(member, on):
        step = next((step for step in each.steps if step.pk == pk), None)
        if step is not None and each.does(step):
            return each, step
    return None


# A page ---------------------------------------------------------------------------------------------------------------


class PhaseStep(NamedTuple):
    """A step as the page of a checklist shows it."""

    step: ChecklistStep
    content: ContentStep
    state: StepState
    does: bool
    opens: tuple[str, str] | None  # the address and the words of a page

    @property
    def ticks(self) -> list[tuple[str, str, bool]]:
        """The key, the words and whether it is done, of each part."""
        return [(tick.key, tick.text, tick.key in self.step.ticked) for tick in self.content.ticks]

    @property
    def is_late(self) -> bool:
        return self.state == StepState.LATE


class PhaseShown(NamedTuple):
    """A phase with the steps of it that a member sees."""

    phase: ContentPhase
    steps: list[PhaseStep]

    @property
    def done(self) -> int:
        return sum(not each.step.is_open for each in self.steps)

    @property
    def is_over(self) -> bool:
        return self.done == len(self.steps)


def phases(found: SeenRun, on: date, *, opened: Callable[[str], tuple[str, str] | None]) -> list[PhaseShown]:
    """
    Return the phases of a checklist with their steps, in the order of the template.

    :param opened: the address and the words of the page of a code, None where the member may not open it
    """
    steps = {step.kind: step for step in found.steps}
    shown = []
    for phase in found.run.content.sections:
        here = []
        for each in phase.items:
            if step := steps.get(each.key):
                step.run = found.run
                does = found.does(step)
                page = opened(each.opens) if does and step.is_open else None
                here.append(PhaseStep(step, each, step.state(on), does, page))
        if here:
            shown.append(PhaseShown(phase, here))
    return shown


class Progress(NamedTuple):
    """How far a checklist is: of so many steps that are needed, so many done, and late."""

    done: int
    of: int
    late: int

    @property
    def is_finished(self) -> bool:
        return self.done == self.of


def progress(run: ChecklistRun, on: date) -> Progress:
    """Return how far a checklist is on a day; what is not needed does not count."""
    states = [step.state(on) for step in run.steps.all()]
    needed = [state for state in states if state != StepState.NOT_NEEDED]
    return Progress(states.count(StepState.DONE), len(needed), states.count(StepState.LATE))


# Lists ----------------------------------------------------------------------------------------------------------------


class RunLine(NamedTuple):
    """A checklist as a list shows it."""

    run: ChecklistRun
    progress: Progress
    week: int | None  # of a new worker's, since their first day

    @classmethod
    def of(cls, run: ChecklistRun, on: date) -> "RunLine":
        return cls(run, progress(run, on), rules.week_of(run.anchor_on, on) if run.subject == WORKER else None)


class OwnRow(NamedTuple):
    """A checklist on a first page: the open steps that are the member's until the end of the week, the earliest first."""

    line: RunLine
    own: bool
    steps: list[ChecklistStep]
    late: int


def for_me(member: Member, on: date, found: Iterable[SeenRun]) -> list[OwnRow]:
    """
    Return the checklists with a step for a member this week, and their own for ninety days after the first (R191).

    :param found: those they may read
    """
    last = rules.end_of_week(on)
    rows = []
    for each in found:
        own = each.run.about_id == member.pk
        steps = [
            step
            for step in each.run.steps.all()
            if step.is_open and step.due_on <= last and (is_theirs(step, member) or _is_leaders(step, each))
        ]
        line = RunLine.of(each.run, on)
        is_new = own and each.run.anchor_on <= on < each.run.anchor_on + timedelta(days=rules.SHOWN_DAYS)
        if steps or (is_new and not line.progress.is_finished):
            steps.sort(key=lambda step: (step.due_on, step.pk))
            rows.append(OwnRow(line, own, steps, sum(step.due_on < on for step in steps)))
    return rows


def _is_leaders(step: ChecklistStep, found: SeenRun) -> bool:
    return step.owner_id is None and step.role == StepOwner.LEADER and found.decides


def of_led(found: Iterable[SeenRun], on: date) -> list[RunLine]:
    """Return of checklists those about workers and teams that the reader leads, in order of name."""
    led = [each.run for each in found if each.decides and each.run.subject != SERVICE]
    led.sort(key=lambda run: (run.about.name_key if run.about else "", run.team.name if run.team else "", run.pk))
    return [RunLine.of(run, on) for run in led]


def of_service(organisation: Organisation, on: date) -> RunLine | None:
    """Return the checklist about the service that is under way and not done."""
    found = runs().filter(organisation=organisation, subject=SERVICE).first()
    line = RunLine.of(found, on) if found else None
    return line if line and not line.progress.is_finished else None


def late_by_team(organisation: Organisation, on: date) -> dict[int, int]:
    """Return how many steps about each team and its workers are late; whose and which is not in it."""
    late = Q(steps__due_on__lt=on, steps__done_on=None, steps__not_needed_on=None)
    found = runs().filter(organisation=organisation, subject__in=[WORKER, TEAM]).filter(late).distinct()
    lines = [(run, progress(run, on).late) for run in found]
    teams = _teams_of([run for run, __ in lines], on)
    counts: dict[int, int] = {}
    for run, number in lines:
        if team := teams[run.pk]:
            counts[team] = counts.get(team, 0) + number
    return counts


class LateCount(NamedTuple):
    """How many steps about a team and its workers are late."""

    team: Team
    late: int


def late_counts(organisation: Organisation, on: date) -> list[LateCount]:
    """Return the late steps of each team with one, by name."""
    found = late_by_team(organisation, on)
    return [LateCount(team, found[team.pk]) for team in Team.objects.filter(pk__in=found).order_by("name", "pk")]


# Beginning ------------------------------------------------------------------------------------------------------------


def offered(organisation: Organisation) -> list[guides.Offered[ChecklistContent]]:
    """Return the checklists that can be begun by hand: all but those that follow a notice."""
    found = guides.offered(organisation, ChecklistContent)
    return [each for each in found if each.content.subject != LEAVER]


def proposed(organisation: Organisation, subject: str) -> guides.Offered[ChecklistContent] | None:
    """Return which checklist is proposed for a subject: the service's own where it has one, else that of peerload."""
    found = [each for each in guides.offered(organisation, ChecklistContent) if each.content.subject == subject]
    return next((each for each in found if not each.shipped), next(iter(found), None))


def for_leavers(organisation: Organisation) -> guides.Offered[ChecklistContent]:
    """Return the checklist of a notice; one that is put away in the settings comes with a notice all the same."""
    content = shipped.of_shape(ChecklistContent)["leaving"]
    row = GuideTemplate.objects.filter(organisation=organisation, code="leaving").first()
    return guides.Offered("leaving", content, True, row)


def begun_about(member: Member, on: date, content: ChecklistContent) -> tuple[list[Member], list[Team]]:
    """Return the workers, or the teams, that a member may begin a checklist about."""
    if content.subject == WORKER:
        return guides.led_by(member, on), []
    if content.subject == TEAM:
        return [], list(Team.objects.led_by(member, on).order_by("name"))
    return [], []


def may_begin(member: Member, on: date, content: ChecklistContent) -> bool:
    """Return whether a member may begin a checklist about anything."""
    if content.subject == SERVICE:
        return looks_after_service(member)
    return any(begun_about(member, on, content))


def first_day_of(worker: Member) -> date | None:
    """Return the day a worker's first post begins."""
    return Post.objects.filter(worker=worker).order_by("starts_on").values_list("starts_on", flat=True).first()


class Proposal(NamedTuple):
    """A checklist that is proposed: for a worker's first post, for a notice, or for the service."""

    subject: str
    code: str
    content: ChecklistContent
    about: Member | None = None  # the new worker, or the one who leaves
    leaving: Leaving | None = None
    on: date | None = None  # the first day, or the last one


def proposals(member: Member, on: date) -> list[Proposal]:
    """Return what is proposed to who leads: onboarding for a first post, recruiting for a notice (R193)."""
    led = {worker.pk: worker for worker in guides.led_by(member, on)}
    if not led:
        return []
    first_from = on - timedelta(days=rules.SHOWN_DAYS)
    new = [(led[key], day) for key, day in _first_days(led).items() if day > first_from]
    leavings = Leaving.objects.standing().filter(member__in=led).select_related("member").order_by("last_day", "pk")
    if not new and not leavings:
        return []
    away = ProposalPutAway.objects.filter(organisation=member.organisation_id)
    put_away = set(away.values_list("subject", "about", "leaving"))
    return _onboarding(member.organisation, new, put_away) + _recruiting(member.organisation, leavings, put_away)


PutAway = set[tuple[str, int | None, int | None]]


def _onboarding(organisation: Organisation, new: list[tuple[Member, date]], put_away: PutAway) -> list[Proposal]:
    offer = proposed(organisation, WORKER) if new else None
    if offer is None:
        return []
    runs_of = ChecklistRun.objects.filter(subject=WORKER, about__in=[worker for worker, __ in new])
    begun = set(runs_of.values_list("about", flat=True))
    return [
        Proposal(WORKER, offer.code, offer.content, worker, None, day)
        for worker, day in sorted(new, key=lambda each: (each[0].name_key, each[0].pk))
        if worker.pk not in begun and (WORKER, worker.pk, None) not in put_away
    ]


def _recruiting(organisation: Organisation, leavings: Iterable[Leaving], put_away: PutAway) -> list[Proposal]:
    offer = proposed(organisation, TEAM) if leavings else None
    if offer is None:
        return []
    begun = set(ChecklistRun.objects.filter(prompted_by__in=leavings).values_list("prompted_by", flat=True))
    return [
        Proposal(TEAM, offer.code, offer.content, leaving.member, leaving, leaving.last_day)
        for leaving in leavings
        if leaving.pk not in begun and (TEAM, None, leaving.pk) not in put_away
    ]


def proposal_for_service(organisation: Organisation) -> Proposal | None:
    """Return the proposal to bring in the points scheme step by step, until it is begun or put away (R193)."""
    offer = proposed(organisation, SERVICE)
    done = ChecklistRun.objects.filter(organisation=organisation, subject=SERVICE).exists()
    away = ProposalPutAway.objects.filter(organisation=organisation, subject=SERVICE).exists()
    return Proposal(SERVICE, offer.code, offer.content) if offer and not done and not away else None


def team_of(member: Member, on: date) -> Team | None:
    """Return the team of a member's post on a day, else their home team."""
    post = Post.objects.written_for(on).filter(worker=member, team__isnull=False).select_related("team").first()
    return post.team if post else member.home_team


def _first_days(worker_ids: Collection[int]) -> dict[int, date]:
    posts = Post.objects.filter(worker__in=worker_ids).order_by("-starts_on").values_list("worker", "starts_on")
    return dict(posts)


# Who is told ----------------------------------------------------------------------------------------------------------


def _teams_of(found: Iterable[ChecklistRun], on: date) -> dict[int, int | None]:
    """Return the team each checklist belongs to: its own, or that of the worker's post or home."""
    found = list(found)
    posts = Post.objects.written_for(on).filter(worker__in=[run.about_id for run in found], team__isnull=False)
    teams = dict(posts.values_list("worker", "team"))
    return {
        run.pk: run.team_id or (teams.get(run.about_id, run.about.home_team_id) if run.about else None) for run in found
    }


def recipients(found: Collection[ChecklistRun], on: date) -> list[tuple[ChecklistStep, int]]:
    """
    Return who is told of each step whose day has come, by primary key (R190).

    The owner, or while they are away who leads; who leads where the step is theirs; three working days over, who leads,
    too. Of a checklist about the service, or a step for an admin, the admins.
    """
    if not found:
        return []
    organisation = next(iter(found)).organisation
    calendar = calendar_of(organisation)
    teams = _teams_of(found, on)
    leading = told_for_teams({team for team in teams.values() if team}, on)
    admins = [admin.pk for admin in admins_of(organisation)]
    due = [(run, step) for run in found for step in run.steps.all() if step.is_open and step.due_on <= on]
    owners = {step.owner_id for __, step in due if step.owner_id}
    here = set(Member.objects.at_work(on).filter(pk__in=owners).values_list("pk", flat=True)) if owners else set()
    told: list[tuple[ChecklistStep, int]] = []
    for run, step in due:
        leaders = [key for key in leading.get(teams[run.pk] or 0, []) if key != run.about_id]
        above = admins if run.subject == SERVICE else leaders
        who = [step.owner_id] if step.owner_id else admins if step.role == StepOwner.ADMIN else above
        if step.owner_id and step.owner_id not in here:
            who = above or who
        if rules.over_from(step.due_on, calendar) <= on:
            who = [*who, *above]
        told += [(step, key) for key in dict.fromkeys(who)]
    return told
