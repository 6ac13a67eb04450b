"""Rows about staff, shaped for pages. Every question takes the day."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from peerload.core.arrays import any_of
from peerload.core.compile_once import compile_once
from peerload.core.folding import fold
from peerload.core.periods import lasts_half_open
from peerload.core.translation import LazyText

from . import rules
from .enums import AbsenceBand, Role
from .models import (
    Absence,
    ActingManager,
    LeaveKind,
    Member,
    MemberQuerySet,
    Organisation,
    PeriodQuerySet,
    Post,
    PostQuerySet,
    Team,
    TeamIds,
    TeamQuerySet,
    in_teams,
)
from .roles import MAY_LEAD
from .signals import supported_asked

RECENT = timedelta(days=56)


def staff_page(organisation: Organisation, on: date) -> MemberQuerySet:
    """Return the members of a service with the post of the day and whether they have signed in."""
    posts = Post.objects.on(on).filter(worker=OuterRef("pk"))
    return (
        Member.objects.filter(organisation=organisation)
        .select_related("user", "home_team")
        .annotate(
            fte=Subquery(posts.values("fte")[:1]),
            team_name=Coalesce(Subquery(posts.values("team__name")[:1]), F("home_team__name"), Value("")),
            state=Case(
                When(active=False, then=Value("closed")),
                When(user__last_login__isnull=False, then=Value("signed_in")),
                When(invited_at__isnull=False, then=Value("invited")),
                default=Value("not_invited"),
            ),
        )
        .named()
    )


def members_like(organisation: Organisation, words: str, *, most: int = 10) -> list[Member]:
    """Return the members of a service whose name or address has all the words, in order of name."""
    terms = words.split()
    if not terms:
        return []
    found = Member.objects.filter(organisation=organisation).select_related("user")
    for term in terms:
        named = Q(name_key__contains=fold(term)) if fold(term) else Q(pk__in=[])
        found = found.filter(named | Q(user__email__icontains=term))
    return list(found.named()[:most])


def choice_labels(members: Iterable[Member]) -> dict[int, str]:
    """Return the label of each of these members in a choice; members with the same name get more than the name."""
    members = list({member.pk: member for member in members}.values())
    named = Counter(member.name_key for member in members)
    shared = [member for member in members if named[member.name_key] > 1]
    emails = (
        dict(Member.objects.filter(pk__in=[each.pk for each in shared]).values_list("pk", "user__email"))
        if shared
        else {}
    )
    labels = {member.pk: member.name for member in members}
    for member in shared:
        namesakes = [
            emails[other.pk] for other in shared if other.name_key == member.name_key and other.pk != member.pk
        ]
        labels[member.pk] = rules.choice_label(member.name, emails[member.pk], namesakes)
    return labels


def staffed(member: Member, on: date) -> rules.Staffed:
    """Return what the rules of roles and sign-in need to know of a member: people supported from that day on, teams led."""
    led = list(Team.objects.named_to(member.pk).values_list("name", "manager_id"))
    return rules.Staffed(
        member.name,
        member.role,
        member.active,
        last_day=member.leavings.standing().values_list("last_day", flat=True).first(),
        supports=supported([member.pk], on)[member.pk],
        manages=tuple(name for name, manager in led if manager == member.pk),
        deputises=tuple(name for name, manager in led if manager != member.pk),
    )


def supported(worker_ids: Collection[int], on: date) -> Counter[int]:
    """Return how many people each of these members supports, from a day on."""
    counts: Counter[int] = Counter()
    for __, answer in supported_asked.send(Member, worker_ids=worker_ids, on=on):
        counts.update(answer)
    return counts


def staff_of(organisation_id: int, on: date) -> dict[int, rules.Staffed]:
    """Return the same facts for every member of a service, by key."""
    found = list(Member.objects.with_last_day().filter(organisation=organisation_id))
    supports = supported([each.pk for each in found], on)
    manages, deputises = defaultdict(list), defaultdict(list)
    for name, manager, deputy in Team.objects.filter(organisation=organisation_id).values_list(
        "name", "manager_id", "deputy_id"
    ):
        manages[manager].append(name)
        deputises[deputy].append(name)
    return {
        each.pk: rules.Staffed(
            each.name,
            each.role,
            each.active,
            last_day=each.last_day,
            supports=supports[each.pk],
            manages=tuple(manages[each.pk]),
            deputises=tuple(deputises[each.pk]),
        )
        for each in found
    }


def admins(organisation_id: int) -> dict[int, rules.Staffed]:
    """Return the admins of a service who can sign in, by their key, as the rule about the last admin sees them."""
    found = Member.objects.active().with_last_day().filter(organisation=organisation_id, role=Role.ADMIN)
    return {each.pk: rules.Staffed(each.name, each.role, last_day=each.last_day) for each in found}


def teams_page(organisation: Organisation, on: date) -> TeamQuerySet:
    """Return the teams of a service with how many have a post there on the day, who is at work that leads them, and who acts."""
    at_work = Member.objects.at_work(on)
    acting = ActingManager.objects.on(on).filter(team=OuterRef("pk"))
    leading = {}
    for whose in ("manager", "deputy"):
        leading[f"{whose}_here"] = Exists(at_work.filter(pk=OuterRef(whose)))
        acts = acting.filter(absence__worker=OuterRef(whose)).values("member__name")[:1]
        leading[f"acts_for_{whose}"] = Coalesce(Subquery(acts), Value(""))
    here = Post.objects.on(on).filter(team=OuterRef("pk")).order_by().values("team").annotate(count=Count("pk"))
    return (
        Team.objects.filter(organisation=organisation)
        .select_related("manager", "deputy")
        .annotate(workers=Coalesce(Subquery(here.values("count")), 0), **leading)
        .order_by("name")
    )


def absences_within(member: Member, first: date, last: date) -> list[Absence]:
    """Return a member's absences that have a day from one through another, in order; one without an end has them all."""
    return list(
        Absence.objects.filter(lasts_half_open(first), worker=member, starts_on__lte=last).order_by("starts_on")
    )


def workers_led_by(member: Member, on: date) -> MemberQuerySet:
    """
    Return the active members of the teams a member leads that day.

    A member is in the team of their post, or of their home team where the post names none or there is no post.
    """
    theirs = workers_of(Team.objects.led_by(member, on).values("pk"), on)
    return theirs.filter(organisation_id=member.organisation_id).named()


def workers_of(team_ids: TeamIds, on: date) -> MemberQuerySet:
    """Return the active members of teams on a day, as `workers_led_by` finds them, in no order."""
    posts = Post.objects.written_for(on).filter(worker=OuterRef("pk"), team__isnull=False)
    theirs = Q(Exists(posts.filter(in_teams("team", team_ids)))) | (in_teams("home_team", team_ids) & ~Q(Exists(posts)))
    return Member.objects.active().ever_in(team_ids).filter(theirs)


def working_in(team_id: int, on: date) -> MemberQuerySet:
    """Return the members, with or without a sign-in, whose post that day is in a team, or whose home it is where no post says."""
    posts = Post.objects.written_for(on).filter(worker=OuterRef("pk"), team__isnull=False)
    theirs = Q(Exists(posts.filter(team=team_id))) | (Q(home_team=team_id) & ~Q(Exists(posts)))
    return Member.objects.ever_in([team_id]).filter(theirs)


class Leader(NamedTuple):
    """Who manages a team, or deputises for its manager."""

    name: str
    email: str
    is_here: bool  # works here that day, can sign in and is not away


class Leaders(NamedTuple):
    """The manager and the deputy of a team and who acts in place of each while they are away, None where none is named."""

    manager: Leader | None = None
    deputy: Leader | None = None
    for_manager: Leader | None = None
    for_deputy: Leader | None = None

    @property
    def is_led(self) -> bool:
        """Return whether one of them is here to act."""
        return any(leader and leader.is_here for leader in self)


def leaders_of(team_ids: Collection[int], on: date) -> dict[int, Leaders]:
    """Return who leads each of these teams as of a day, in two statements."""
    teams = leader_keys(team_ids, on)
    keys = {key for leaders in teams.values() for key in leaders if key}
    found = {key: Leader(*leader) for key, *leader in _named_leaders(list(keys), on)}
    return {team: Leaders(*map(found.get, leaders)) for team, leaders in teams.items()}


@compile_once
def _named_leaders(keys: list[int], on: date) -> QuerySet[Member, tuple[Any, ...]]:
    here = Member.objects.at_work(on).filter(pk=OuterRef("pk"))
    leaders = Member.objects.filter(any_of("pk", keys)).annotate(is_here=Exists(here))
    return leaders.values_list("pk", "name", "user__email", "is_here")


class LeaderKeys(NamedTuple):
    """The same as `Leaders`, by primary key alone."""

    manager: int | None = None
    deputy: int | None = None
    for_manager: int | None = None
    for_deputy: int | None = None

    @property
    def acting(self) -> list[int]:
        return [key for key in (self.for_manager, self.for_deputy) if key]

    @property
    def in_order(self) -> list[int]:
        """Those there are, each once: who is asked first stands first, and who acts before the one whose place they take."""
        found = (self.for_manager, self.manager, self.for_deputy, self.deputy)
        return list(dict.fromkeys(key for key in found if key))


def leader_keys(team_ids: Collection[int], on: date) -> dict[int, LeaderKeys]:
    """Return who leads each of these teams on a day, by primary key, in one statement; every team has an entry."""
    found = {key: LeaderKeys(*leaders) for key, *leaders in _leader_keys(list(team_ids), on)}
    return {key: LeaderKeys() for key in team_ids} | found


@compile_once
def _leader_keys(team_ids: list[int], on: date) -> QuerySet[Team, tuple[Any, ...]]:
    acting = ActingManager.objects.on(on).filter(team=OuterRef("pk"))
    in_place_of = {
        f"for_{whose}": Subquery(acting.filter(absence__worker=OuterRef(whose)).values("member")[:1])
        for whose in ("manager", "deputy")
    }
    return Team.objects.filter(any_of("pk", team_ids)).annotate(**in_place_of).values_list("pk", *LeaderKeys._fields)


def leader_keys_of(team: Team | None, on: date) -> LeaderKeys:
    """Return who leads a team on a day, by primary key; no one leads where there is no team."""
    return leader_keys([team.pk], on)[team.pk] if team else LeaderKeys()


def members_leading(team_ids: Collection[int], on: date) -> dict[int, list[Member]]:
    """Return the active members who lead each of these teams on a day, who is asked first in front, in two statements."""
    teams = leader_keys(team_ids, on)
    keys = {key for leaders in teams.values() for key in leaders.in_order}
    found = Member.objects.active().in_bulk(keys) if keys else {}
    return {pk: [found[key] for key in leaders.in_order if key in found] for pk, leaders in teams.items()}


def members_leading_it(team: Team | None, on: date) -> list[Member]:
    """Return the active members who lead one team on a day, who is asked first in front; none where there is no team."""
    return members_leading([team.pk], on)[team.pk] if team else []


def told_for_teams(team_ids: Collection[int], on: date) -> dict[int, list[int]]:
    """Return who is told what each team's manager has to know on a day, by primary key (`rules.told_for_team`)."""
    teams = leader_keys(team_ids, on)
    keys = {key for leaders in teams.values() for key in leaders.in_order}
    known = Member.objects.active().filter(pk__in=keys, user__is_active=True)
    here = known.annotate(is_away=Exists(Absence.objects.on(on).filter(worker=OuterRef("pk"))))
    is_away = dict(here.values_list("pk", "is_away")) if keys else {}
    at_work = {key for key, away in is_away.items() if not away}
    return {
        team: rules.told_for_team(each.manager, each.deputy, each.acting, here=at_work, known=is_away)
        for team, each in teams.items()
    }


def admins_of(organisation: Organisation) -> list[Member]:
    """Return the admins of a service who can sign in, in order of name."""
    admins = Member.objects.active().filter(organisation=organisation, role=Role.ADMIN, user__is_active=True)
    return list(admins.select_related("user").named())


def may_record_away(member: Member, on: date) -> MemberQuerySet:
    """
    Return the members whose absence a member may record.

    Those who lead a team: its workers, its manager and its deputy. Service managers and admins: the managers and deputies
    of all teams.
    """
    if member.role in MAY_LEAD:
        led = Team.objects.led_by(member, on)
        leading = led.values("manager").union(led.values("deputy"), all=True)
        leading = Member.objects.active().filter(any_of("pk", leading)).values("pk")
        theirs = workers_led_by(member, on).order_by().values("pk").union(leading, all=True)
        return Member.objects.filter(any_of("pk", theirs)).named()
    teams = Team.objects.filter(organisation=member.organisation_id)
    leading = any_of("pk", teams.values("manager").union(teams.values("deputy"), all=True))
    return Member.objects.active().filter(leading, organisation_id=member.organisation_id).named()


# Who acts while a manager is away --------------------------------------------------------------------------------------


class LeaderPlace(NamedTuple):
    """The place of a manager or deputy who is or will be away, in one team, and who takes it."""

    absence: Absence
    team: Team
    on: date  # today, or the first day away where that is ahead
    leaders: Leaders  # of that day
    named: list[ActingManager]  # for that day and later ones, in order

    @property
    def is_of_manager(self) -> bool:
        return self.absence.worker_id == self.team.manager_id

    @property
    def acts(self) -> ActingManager | None:
        """Who is named for that day."""
        return next((row for row in self.named if row.starts_on <= self.on), None)

    @property
    def other(self) -> Leader | None:
        """The other lead of the team, who acts without being named, while they are at work."""
        leader = self.leaders.deputy if self.is_of_manager else self.leaders.manager
        return leader if leader and leader.is_here else None


def places_of(absences: Collection[Absence], on: date) -> list[LeaderPlace]:
    """Return the places of managers and deputies who are or will be away, by absence, then in order of the team's name."""
    workers = {absence.worker_id for absence in absences}
    teams = list(Team.objects.filter(Q(manager__in=workers) | Q(deputy__in=workers)).order_by("name", "pk"))
    named = defaultdict(list)
    for row in ActingManager.objects.filter(lasts_half_open(on), absence__in=absences).select_related("member"):
        named[row.absence_id, row.team_id].append(row)
    days = {max(on, absence.starts_on) for absence in absences}
    leaders = {day: leaders_of([team.pk for team in teams], day) for day in days} if teams else {}
    found = []
    for absence in absences:
        day = max(on, absence.starts_on)
        rows = [
            (team, sorted(named[absence.pk, team.pk], key=lambda row: row.starts_on))
            for team in teams
            if absence.worker_id in (team.manager_id, team.deputy_id)
        ]
        found += [LeaderPlace(absence, team, day, leaders[day][team.pk], acting) for team, acting in rows]
    return found


def places_in(team: Team, on: date) -> list[LeaderPlace]:
    """Return the places in a team whose holder is away on a day, or will be."""
    leaders = [key for key in (team.manager_id, team.deputy_id) if key]
    absences = Absence.objects.filter(lasts_half_open(on), worker__in=leaders).select_related("worker")
    return [each for each in places_of(list(absences.order_by("starts_on", "pk")), on) if each.team == team]


def may_act(absence: Absence, team: Team, on: date) -> MemberQuerySet:
    """Return who may be named to act in a team from a day on: who may lead, is at work that day, and does not lead it."""
    able = Member.objects.at_work(on).filter(organisation_id=team.organisation_id, role__in=MAY_LEAD)
    return able.exclude(pk__in=[key for key in (team.manager_id, team.deputy_id, absence.worker_id) if key])


class ActingCandidate(NamedTuple):
    """A member who may be named to act: where they work, and which teams they lead already."""

    uid: UUID
    label: str
    role: str
    team: str
    leads: tuple[str, ...]


MOST_OFFERED = 30


def acting_candidates(absence: Absence, team: Team, on: date, words: str = "") -> list[ActingCandidate]:
    """
    Return the members to choose from: those who lead another team first, then those who work in this one.

    :param words: only those whose name has these words, in whatever team
    """
    found = may_act(absence, team, on)
    for word in fold(words).split():
        found = found.filter(name_key__contains=word)
    leads = _teams_led_by_member(team.organisation_id, on)
    if not words:
        works = Member.objects.of_teams([team.pk], on).values("pk")
        found = found.filter(Q(pk__in=list(leads)) | Q(any_of("pk", works)))
    members = sorted(found.named()[: MOST_OFFERED * 4], key=lambda each: each.pk not in leads)[:MOST_OFFERED]
    labels, works_in = choice_labels(members), _team_names(members, on)
    return [
        ActingCandidate(
            each.uid, labels[each.pk], each.get_role_display(), works_in[each.pk], tuple(leads.get(each.pk, ()))
        )
        for each in members
    ]


def _team_names(members: Collection[Member], on: date) -> dict[int, str]:
    """Return the name of the team that each of these members works in on a day, "" where there is none."""
    posts = Post.objects.on(on).filter(worker=OuterRef("pk"))
    name = Coalesce(Subquery(posts.values("team__name")[:1]), F("home_team__name"), Value(""))
    found = Member.objects.filter(pk__in=[each.pk for each in members]).annotate(works_in=name)
    return dict(found.values_list("pk", "works_in"))


def _teams_led_by_member(organisation_id: int, on: date) -> dict[int, list[str]]:
    """Return the names of the teams that each member leads on a day, by member; who leads none is left out."""
    teams = dict(Team.objects.filter(organisation=organisation_id).order_by("name", "pk").values_list("pk", "name"))
    found = defaultdict(list)
    leaders = leader_keys(list(teams), on)
    for team, name in teams.items():
        for key in leaders[team].in_order:
            found[key].append(name)
    return found


def acting_now(member: Member, on: date) -> list[ActingManager]:
    """Return in which teams a member acts on a day, in order of the team's name."""
    rows = ActingManager.objects.on(on).filter(member=member)
    return list(rows.select_related("team", "absence__worker").order_by("team__name", "pk"))


def acting_in(team_ids: Collection[int], on: date) -> list[ActingManager]:
    """Return who acts in these teams on a day."""
    rows = ActingManager.objects.on(on).filter(team__in=team_ids)
    return list(rows.select_related("member", "team", "absence__worker").order_by("team__name", "starts_on", "pk"))


def acted_until(member_ids: Collection[int], on: date) -> set[tuple[int, int]]:
    """Return who of these members was named to act in which team and does not lead it on a day: (member, team)."""
    named = set(ActingManager.objects.filter(member__in=member_ids).values_list("member", "team"))
    leaders = leader_keys({team for __, team in named}, on) if named else {}
    return {(member, team) for member, team in named if member not in leaders[team].in_order}


# Absences ---------------------------------------------------------------------------------------------------------------


def leave_kinds(organisation: Organisation) -> list[LeaveKind]:
    """Return the kinds of leave of a service, in their order."""
    return list(LeaveKind.objects.filter(organisation=organisation))


def leave_kinds_offered(organisation: Organisation, recorded: str = "") -> list[str]:
    """
    Return the names of the kinds of leave that are in use, in their order.

    :param recorded: a name that is offered besides, because it is recorded
    """
    names = [kind.name for kind in leave_kinds(organisation) if kind.in_use]
    return [*names, recorded] if recorded and recorded not in names else names


def sees_leave_kinds(member: Member) -> bool:
    """
    Return whether a member sees of which kind the leave is that they may record; it is sensitive.

    Those who lead the worker's team and admins do; a service manager sees only that a worker is away.
    """
    return member.role != Role.SERVICE_MANAGER


class AbsenceRow(NamedTuple):
    """An absence on the page of absences."""

    pk: int
    worker_id: int
    name: str
    starts_on: date
    expected_back: date | None
    back_on: date | None
    planned: bool | None
    kind: str
    days: int
    band: AbsenceBand
    now: bool
    is_known: bool  # whether its length is known
    overdue: bool  # the expected return has passed without being confirmed
    gone: bool  # they have left, so they are neither away nor expected
    places: Sequence[LeaderPlace] = ()  # in the teams they lead, where the page shows who acts

    @property
    def how_long(self) -> LazyText:
        """The length in words; without a known return, the length so far, and on a first day no band."""
        if self.is_known:
            return self.band.label
        return (
            _("not known yet")
            if self.band == AbsenceBand.UNDER_2_WEEKS
            else _("%(band)s so far") % {"band": self.band.label}
        )


def absences_led_by(member: Member, on: date) -> PeriodQuerySet[Absence]:
    """Return the absences of the workers of a member's teams."""
    return Absence.objects.filter(worker__in=workers_led_by(member, on)).select_related("worker")


def absences_recorded_by(member: Member, on: date) -> PeriodQuerySet[Absence]:
    """Return the absences that a member may change: those of `may_record_away`."""
    workers = may_record_away(member, on).order_by().values("pk")
    return Absence.objects.filter(worker__in=workers).select_related("worker")


def absences_page(member: Member, on: date) -> list[AbsenceRow]:
    """Return who is away, will be, or has come back in the last eight weeks, of `may_record_away`; the latest first."""
    rows = absences_recorded_by(member, on).filter(lasts_half_open(on - RECENT))
    rows = list(rows.order_by("-starts_on", "worker__name_key", "pk"))
    gone = have_left([row.worker_id for row in rows], on)
    found = [away(row, on, gone=row.worker_id in gone) for row in rows]
    return found if sees_leave_kinds(member) else [row._replace(kind="") for row in found]


def have_left(worker_ids: Collection[int], on: date) -> set[int]:
    """Return who of these workers is not among the staff any more on a day: their last day has passed, or they are closed."""
    staff = Member.objects.active().staying(on).filter(pk__in=worker_ids)
    return set(worker_ids) - set(staff.values_list("pk", flat=True))


def steps_of(absence: Absence) -> list[Post]:
    """Return the agreed steps of a return after an absence, in order; the last is the full post."""
    return list(absence.steps.order_by("starts_on"))


def posts_of(member: Member) -> list[Post]:
    """Return a member's posts, in order of their days."""
    return _posts_of(member.pk)


def steps_ahead(posts: Iterable[Post], on: date) -> list[Post]:
    """Return the steps of a member's own return, from the current one on; none once the full post has begun."""
    steps = [post for post in posts if post.phased_return_id and (not post.ends_before or post.ends_before > on)]
    return [step for step in steps if len(steps) > 1 or step.starts_on > on]


@compile_once
def _posts_of(member_id: int) -> PostQuerySet:
    return Post.objects.filter(worker=member_id).order_by("starts_on")


def away(row: Absence, on: date, *, gone: bool = False) -> AbsenceRow:
    """
    Return an absence with its days and band as of a day; for one that is over, its final ones.

    :param gone: whether the worker has left
    """
    expected, until = (None, row.ends_before) if row.ends_before else (row.expected_back, on)
    days = rules.days_away(row.starts_on, expected, until)
    now = not gone and rules.is_away(row.starts_on, row.ends_before, on)
    return AbsenceRow(
        pk=row.pk,
        worker_id=row.worker_id,
        name=row.worker.name,
        starts_on=row.starts_on,
        expected_back=row.expected_back,
        back_on=row.ends_before,
        planned=row.planned,
        kind=row.kind,
        days=max(days, 0),
        band=rules.absence_band(days),
        now=now,
        is_known=bool(row.ends_before or row.expected_back),
        overdue=now and row.ends_before is None and row.expected_back is not None and row.expected_back <= on,
        gone=gone,
    )
