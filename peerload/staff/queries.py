"""Rows about staff, shaped for pages. Every question takes the day."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When
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
    LeaveKind,
    Member,
    MemberQuerySet,
    Organisation,
    PeriodQuerySet,
    Post,
    PostQuerySet,
    Team,
    TeamQuerySet,
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
    led = list(Team.objects.led_by(member).values_list("name", "manager_id"))
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
    """Return the teams of a service with how many have a post there on the day."""
    here = Post.objects.on(on).filter(team=OuterRef("pk")).order_by().values("team").annotate(count=Count("pk"))
    return (
        Team.objects.filter(organisation=organisation)
        .select_related("manager", "deputy")
        .annotate(workers=Coalesce(Subquery(here.values("count")), 0))
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
    led = Team.objects.led_by(member)
    posts = Post.objects.written_for(on).filter(worker=OuterRef("pk"), team__isnull=False)
    theirs = Q(Exists(posts.filter(team__in=led))) | (Q(home_team__in=led) & ~Q(Exists(posts)))
    return Member.objects.active().ever_in(led).filter(theirs, organisation_id=member.organisation_id).named()


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
    """The manager and the deputy of a team, None where none is named."""

    manager: Leader | None = None
    deputy: Leader | None = None

    @property
    def is_led(self) -> bool:
        """Return whether one of them is here to act."""
        return any(leader and leader.is_here for leader in self)


def leaders_of(team_ids: Collection[int], on: date) -> dict[int, Leaders]:
    """Return the manager and the deputy of each of these teams as of a day, in two statements."""
    found = {key: Leaders() for key in team_ids}
    here = Member.objects.at_work(on).filter(pk=OuterRef("pk"))
    teams = Team.objects.filter(pk__in=team_ids).values_list("pk", "manager", "deputy")
    keys = {key for __, *leaders in teams for key in leaders if key}
    people = Member.objects.filter(pk__in=keys).annotate(is_here=Exists(here))
    leaders = {key: Leader(*leader) for key, *leader in people.values_list("pk", "name", "user__email", "is_here")}
    for key, manager, deputy in teams:
        found[key] = Leaders(leaders.get(manager), leaders.get(deputy))
    return found


def admins_of(organisation: Organisation) -> list[Member]:
    """Return the admins of a service who can sign in, in order of name."""
    admins = Member.objects.active().filter(organisation=organisation, role=Role.ADMIN, user__is_active=True)
    return list(admins.select_related("user").named())


def may_record_away(member: Member, on: date) -> MemberQuerySet:
    """
    Return the members whose absence a member may record.

    Those who lead a team: its workers, and the others who lead it. Service managers and admins: those who lead a team
    while no other lead of it is here that day, so that the service never has to wait for the absent one.
    """
    if member.role in MAY_LEAD:
        led = Team.objects.led_by(member)
        leading = led.values("manager").union(led.values("deputy"), all=True)
        leading = Member.objects.active().filter(any_of("pk", leading)).values("pk")
        theirs = workers_led_by(member, on).order_by().values("pk").union(leading, all=True)
        return Member.objects.filter(any_of("pk", theirs)).named()
    here = Member.objects.at_work(on)
    teams = Team.objects.filter(organisation=member.organisation_id)
    alone = Q(pk__in=teams.filter(~Exists(here.filter(pk=OuterRef("deputy")))).values("manager"))
    alone |= Q(pk__in=teams.filter(~Exists(here.filter(pk=OuterRef("manager")))).values("deputy"))
    return Member.objects.active().filter(alone, organisation_id=member.organisation_id).named()


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
