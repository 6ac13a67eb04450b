"""Members and teams: who works where, who may record whose absence."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from peerload.core.arrays import any_of
from peerload.core.folding import fold

from .. import rules
from ..enums import Role
from ..models import (
    ActingManager,
    Member,
    MemberQuerySet,
    Organisation,
    Post,
    Team,
    TeamIds,
    TeamQuerySet,
    in_teams,
)
from ..roles import MAY_LEAD
from ..signals import supported_asked


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
