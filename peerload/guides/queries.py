"""Which guides a member may read, their answers, and who each waits for. Every function takes the day."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Generic, NamedTuple
from uuid import UUID

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from peerload.core.folding import fold
from peerload.core.sealing import Unreadable, unseal
from peerload.notices.models import Notice
from peerload.staff.models import Member, MemberQuerySet, Organisation, Post, Team
from peerload.staff.queries import members_leading_it, workers_led_by, workers_of, working_in
from peerload.staff.roles import ROLES, Capability

from . import rules, shipped
from .enums import Flow, GuideSide
from .models import Guide, GuideEdition, GuideQuerySet, GuideStep, GuideTemplate

YEAR = timedelta(days=365)
FIRST = "guide_first"  # the kind of notice that proposes a first guide
WRITES_FOR_THEMSELVES = [role for role, may in ROLES.items() if Capability.SEE_OWN_POINTS in may]


# Who ------------------------------------------------------------------------------------------------------------------


def leaders_of(worker: Member, on: date) -> list[Member]:
    """Return who leads a worker's team on a day, who acts among them, except the worker."""
    post = Post.objects.written_for(on).filter(worker=worker, team__isnull=False).first()
    team_id = post.team_id if post else worker.home_team_id
    team = Team.objects.filter(pk=team_id).first() if team_id else None
    return [leader for leader in members_leading_it(team, on) if leader.active and leader.pk != worker.pk]


def led_by(member: Member, on: date) -> list[Member]:
    """Return the workers whose guides a member may begin or read as their team manager, in order of name."""
    found = workers_led_by(member, on).exclude(pk=member.pk)
    return list(found.filter(role__in=WRITES_FOR_THEMSELVES))


def workers_led_in(team_ids: list[int], member: Member, on: date) -> MemberQuerySet:
    """Return those `led_by` finds in these teams, which the member leads, in no order."""
    return workers_of(team_ids, on).exclude(pk=member.pk).filter(role__in=WRITES_FOR_THEMSELVES)


def of_organisation(member: Member) -> list[Guide]:
    """Return the guides about the organisation that a member reads because they lead, the latest first."""
    found = _guides().filter(flow=Flow.LEADERS, organisation=member.organisation_id)
    return list(found) if leads(member) else []


def leads(member: Member) -> bool:
    """Return whether a member leads teams, and so fills in guides about the organisation."""
    return member.active and Capability.LEAD_TEAM in ROLES[member.role]


def side_of(guide: Guide, member: Member) -> GuideSide:
    """Return which side a member who may read a guide is on."""
    return GuideSide.WORKER if guide.about_id == member.pk else GuideSide.LEADER


# Which ----------------------------------------------------------------------------------------------------------------


def _guides() -> GuideQuerySet:
    found = Guide.objects.select_related(
        "edition__template", "about__organisation", "organisation", "begun_by", "shared_with"
    )
    return found.prefetch_related("signatures__member").order_by("-begun_on", "-pk")


def own(member: Member) -> GuideQuerySet:
    """Return the guides about a member that they may read, the latest first."""
    return _guides().filter(Q(begun_side=GuideSide.WORKER) | Q(shared_on__isnull=False), about=member)


def of_team(leader: Member, on: date) -> GuideQuerySet:
    """Return the guides about workers that a member may read, because they lead them on the day."""
    led = [worker.pk for worker in led_by(leader, on)]
    together = Q(flow=Flow.TOGETHER) & (Q(begun_side=GuideSide.LEADER) | Q(shared_on__isnull=False))
    return _guides().filter(together | Q(flow=Flow.OWN, shared_with=leader), about__in=led)


def seen_by(member: Member, on: date, uid: UUID) -> Guide | None:
    """Return a guide that a member may read, else None."""
    found = own(member).filter(uid=uid).first() or of_team(member, on).filter(uid=uid).first()
    return found or next((guide for guide in of_organisation(member) if guide.uid == uid), None)


def reads(guide: Guide, on: date) -> bool:
    """Return whether a reader that a guide for one is shared with may still read it."""
    reader = guide.shared_with
    return bool(reader and reader.active and guide.about_id in {worker.pk for worker in led_by(reader, on)})


def has_signed(guide: Guide, side: str) -> bool:
    """Return whether a side has signed a guide as it is now."""
    return any(each.side == side and each.signed_version == guide.version for each in guide.signatures.all())


def waits_for(guide: Guide, member: Member) -> bool:
    """Return whether a guide of two that is shared waits for the member's side to sign."""
    shared = guide.flow == Flow.TOGETHER and guide.shared_on is not None and guide.signed_on is None
    return shared and not has_signed(guide, side_of(guide, member))


def before(guide: Guide) -> Guide | None:
    """Return the guide of the same template about the same worker, or the organisation, signed last before this one."""
    same = (
        _guides()
        .signed()
        .filter(about=guide.about, organisation=guide.organisation, edition__template=guide.edition.template_id)
    )
    earlier = same.filter(Q(begun_on__lt=guide.begun_on) | Q(begun_on=guide.begun_on, pk__lt=guide.pk))
    return earlier.order_by("-signed_on", "-pk").first()


# Answers --------------------------------------------------------------------------------------------------------------


class ReadAnswers(NamedTuple):
    """What a guide's answers say, and the number of each section's last change; ``answers`` is None where no key opens them."""

    answers: rules.Answers | None
    versions: Mapping[tuple[str, str], int]


def answers_of(guide: Guide) -> ReadAnswers:
    """Unseal the answers of a guide."""
    found, versions = {}, {}
    for row in guide.answers.all():
        versions[row.section, row.side] = row.version
        try:
            found[row.section, row.side] = rules.answers_from_json(json.loads(unseal(row.sealed, owner=guide.uid)))
        except Unreadable:
            return ReadAnswers(None, {})
    return ReadAnswers(found, versions)


class ShownStep(NamedTuple):
    """A dated step with its words, "" where no key opens them."""

    step: GuideStep
    words: str


def steps_of(guide: Guide) -> list[ShownStep]:
    """Return the dated steps of a guide, in order of days (R196)."""
    return [ShownStep(step, words_of(step, guide)) for step in guide.steps.select_related("owner")]


def words_of(step: GuideStep, guide: Guide) -> str:
    """Unseal what a step says."""
    try:
        return unseal(step.sealed, owner=guide.uid)
    except Unreadable:
        return ""


def owners_of(guide: Guide, on: date) -> list[Member]:
    """Return who can have a step of a guide: the worker, and of a guide of two who leads them."""
    if guide.is_of_leaders:
        members = Member.objects.active().filter(organisation=guide.organisation).named()
        return [member for member in members if leads(member)]
    return [guide.worker, *(leaders_of(guide.worker, on) if guide.flow == Flow.TOGETHER else [])]


def steps_soon(organisation_id: int, on: date) -> list[GuideStep]:
    """Return the open steps of shared guides whose day is within a week or over."""
    found = GuideStep.objects.filter(
        guide__organisation=organisation_id, done_on=None, due_on__lte=on + rules.STEP_SOON
    ).exclude(guide__about__active=False)
    shared = ~Q(guide__flow=Flow.TOGETHER) | Q(guide__shared_on__isnull=False)
    return list(
        found.filter(shared).select_related(
            "guide__about__organisation", "guide__organisation", "guide__edition", "owner"
        )
    )


def people_of(organisation: Organisation) -> list[Member]:
    """Return the members of staff that an item can name."""
    return list(Member.objects.active().filter(organisation=organisation).named())


# Templates ------------------------------------------------------------------------------------------------------------


def templates_of_code(organisation: Organisation, code: str) -> QuerySet[GuideTemplate]:
    """Return the template of a code that a service has made, or none."""
    return GuideTemplate.objects.filter(organisation=organisation, shipped=False, code=code)


class Offered(NamedTuple, Generic[shipped.Shaped]):
    """A template that can be begun with, as its latest version says it."""

    code: str
    content: shipped.Shaped
    shipped: bool
    template: GuideTemplate | None


def templates_of(organisation: Organisation) -> list[GuideTemplate]:
    """Return the templates a service has made, in order of their codes."""
    return list(GuideTemplate.objects.filter(organisation=organisation, shipped=False).order_by("code"))


def offered(organisation: Organisation, kind: type[shipped.Shaped]) -> list[Offered[shipped.Shaped]]:
    """
    Return what can be begun in a service: the shipped templates, then its own, without those put away.

    :param kind: the content of the shape that is asked for
    """
    rows = {row.code: row for row in GuideTemplate.objects.filter(organisation=organisation)}
    found = [
        Offered(code, content, True, rows.get(code))
        for code, content in shipped.of_shape(kind).items()
        if code not in rows or rows[code].in_use
    ]
    latest = _latest(row for row in rows.values() if row.in_use and not row.shipped)
    own_ones = [
        Offered(edition.template.code, content, False, edition.template)
        for edition in latest
        if isinstance(content := edition.read, kind)
    ]
    return [*found, *sorted(own_ones, key=lambda each: (fold(each.content.title), each.code))]


def _latest(templates: Iterable[GuideTemplate]) -> list[GuideEdition]:
    later = GuideEdition.objects.filter(template=OuterRef("template"), number__gt=OuterRef("number"))
    found = GuideEdition.objects.filter(~Exists(later), template__in=[row.pk for row in templates])
    return list(found.select_related("template"))


def offer(organisation: Organisation, code: str, kind: type[shipped.Shaped]) -> Offered[shipped.Shaped] | None:
    """Return one template of a shape that can be begun in a service."""
    return next((each for each in offered(organisation, kind) if each.code == code), None)


def begins_for(member: Member, on: date, content: rules.Content) -> list[Member]:
    """Return who a member may begin a guide about: themselves first, then the workers they lead."""
    found = []
    if content.flow == Flow.LEADERS:
        return [member] if leads(member) else []
    if GuideSide.WORKER in content.begins and member.role in WRITES_FOR_THEMSELVES:
        if content.flow == Flow.OWN or leaders_of(member, on):
            found.append(member)
    if GuideSide.LEADER in content.begins:
        found += led_by(member, on)
    return found


class WorkerGuides(NamedTuple):
    """A worker's line on the team's page: by name, days and titles, never how anything was answered."""

    worker: Member
    under_way: list[Guide]
    last: Guide | None
    next_on: date | None


def team_page(leader: Member, on: date) -> list[WorkerGuides]:
    """Return a line for each worker a member leads, in order of name."""
    guides = list(of_team(leader, on))
    rows = []
    for worker in led_by(leader, on):
        theirs = [guide for guide in guides if guide.about_id == worker.pk]
        signed = [guide for guide in theirs if guide.signed_on and guide.flow == Flow.TOGETHER]
        last = max(signed, key=lambda guide: (guide.signed_on, guide.pk), default=None)
        again = [
            day
            for guide in newest_signed(theirs)
            if guide.flow == Flow.TOGETHER and (day := again_on(guide)) is not None
        ]
        under_way = [guide for guide in theirs if guide.signed_on is None or guide.flow == Flow.OWN]
        rows.append(WorkerGuides(worker, under_way, last, min(again, default=None)))
    return rows


class TeamCounts(NamedTuple):
    """How many guides of two a team has, open and signed in the year; whose, and what they say, is not in it."""

    team: Team
    under_way: int
    signed: int


def counts(organisation: Organisation, on: date) -> list[TeamCounts]:
    """Return the counts of each team by name, of the workers who are in it on the day; unshared drafts are left out."""
    together = Guide.objects.filter(organisation=organisation, flow=Flow.TOGETHER, shared_on__isnull=False)
    rows = []
    for team in Team.objects.filter(organisation=organisation).order_by("name", "pk"):
        theirs = together.filter(about__in=working_in(team.pk, on).order_by().values("pk"))
        signed = theirs.signed().filter(signed_on__gt=on - YEAR, signed_on__lte=on).count()
        rows.append(TeamCounts(team, theirs.under_way().count(), signed))
    return rows


def newest_signed(guides: Iterable[Guide]) -> list[Guide]:
    """Return of each worker and template the guide begun last, if it is signed: an open one has taken its place."""
    newest: dict[tuple[int | None, int], Guide] = {}
    for guide in sorted(guides, key=lambda each: (each.begun_on, each.pk)):
        newest[guide.about_id, guide.edition.template_id] = guide
    return [guide for guide in newest.values() if guide.signed_on]


def again_on(guide: Guide) -> date | None:
    """Return the day a signed guide is due again: its last day where it ends, else by its cadence; None once it is ended."""
    if guide.ended_on:
        return None
    if guide.content.ends:
        return guide.period_until if guide.signed_on else None
    return rules.next_on(guide.signed_on, guide.content.cadence_months) if guide.signed_on else None


def due_again(organisation_id: int, on: date) -> list[tuple[Guide, date]]:
    """Return the signed guides of active workers that are due again on a day or before, and not begun anew."""
    found = _guides().filter(organisation=organisation_id).exclude(about__active=False)
    return [(guide, day) for guide in newest_signed(found) if (day := again_on(guide)) is not None and day <= on]


def first_guides(
    organisation: Organisation, on: date, *, among: Iterable[int] | None = None
) -> list[tuple[Member, Offered[rules.Content], date]]:
    """
    Return which workers a guide is proposed for the first time, for four weeks from its day on (R197).

    :param among: the workers that are asked about, where not all of the service are
    """
    firsts = [each for each in offered(organisation, rules.Content) if each.content.first_after_days]
    longest = timedelta(days=max((each.content.first_after_days or 0 for each in firsts), default=0)) + rules.FIRST_ENDS
    asked = Q(worker__organisation=organisation) if among is None else Q(worker__in=among)
    posts = Post.objects.filter(asked, worker__active=True)
    first_days = posts.values("worker").annotate(first=Min("starts_on")).filter(first__range=(on - longest, on))
    began = dict(first_days.values_list("worker", "first"))
    had = set(Guide.objects.filter(about__in=began).values_list("about", "edition__template__code"))
    found = []
    for worker in Member.objects.filter(pk__in=began, role__in=WRITES_FOR_THEMSELVES).named():
        for each in firsts:
            day = rules.first_on(began[worker.pk], each.content.first_after_days)
            if day and day <= on < day + rules.FIRST_ENDS and (worker.pk, each.code) not in had:
                found.append((worker, each, day))
    return found


def firsts_for(leader: Member, on: date) -> list[tuple[Member, Offered[rules.Content], date]]:
    """Return the first guides proposed to a member for workers they lead, without those put away."""
    told = Notice.objects.filter(kind=FIRST, recipient=leader, cancelled_at=None)
    return first_guides(leader.organisation, on, among={notice.key for notice in told})


def shared_with_readers(organisation_id: int) -> list[Guide]:
    """Return the guides for one that are shared with a reader now."""
    return list(_guides().filter(organisation=organisation_id, shared_with__isnull=False))
