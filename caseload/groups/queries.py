"""Groups, their members and sessions, shaped for a screen. Every function takes the day."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, time
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from peerload.core import dates
from peerload.core.arrays import any_of
from peerload.core.compile_once import compile_once
from peerload.core.folding import fold, loosen
from peerload.core.periods import lasts_half_open
from peerload.staff.models import Member, PeriodQuerySet, Team
from peerload.staff.queries import leader_keys_of

from ..enums import Tier
from ..models import (
    Attendance,
    Client,
    Group,
    GroupFacilitator,
    GroupMeeting,
    GroupMember,
    GroupQuerySet,
    GroupSession,
    SessionFacilitator,
)
from ..queries.people import is_with, like
from . import rules

AHEAD = 4  # meetings of a group's page
SHOWN = 12  # sessions of a group's page, before all are asked for
OFFERED = 100  # people to choose a new member from


def groups_of(member: Member, on: date) -> GroupQuerySet:
    """Return the groups a member sees that are not closed, with ``people``, ``last_on`` and ``mine``, those facilitated first."""
    mine = GroupFacilitator.objects.on(on).filter(group=OuterRef("pk"), worker=member)
    people = standing_members(on).filter(group=OuterRef("pk")).order_by().values("group").annotate(n=Count("pk"))
    return (
        Group.objects.visible_to(member, on)  # type: ignore[no-redef]  # `Group` declares what is annotated
        .filter(lasts_half_open(on))
        .select_related("team")
        .annotate(mine=Exists(mine), people=Subquery(people.values("n")), last_on=_last_on())
        .order_by("-mine", "name", "pk")
    )


def groups_like(member: Member, on: date, words: str) -> list[Group]:
    """Return the groups a member sees that are not closed and whose name has all the words, in order of name."""
    terms = [{term, loosen(term)} for term in fold(words).split()]
    if not terms:
        return []
    seen = Group.objects.visible_to(member, on).filter(lasts_half_open(on)).order_by("name", "pk")

    def named(group: Group) -> bool:
        name = fold(group.name)
        return all(any(form in name or form in loosen(name) for form in term) for term in terms)

    return [group for group in seen if named(group)]


def facilitated_by(member: Member, on: date) -> list[Group]:
    """Return the groups a member facilitates that day, each with ``last_on``, the day of its last session."""
    return _facilitated_by(member.pk, on)


@compile_once
def _facilitated_by(member_id: int, on: date) -> GroupQuerySet:
    mine = GroupFacilitator.objects.on(on).filter(group=OuterRef("pk"), worker=member_id)
    found = Group.objects.filter(Exists(mine))
    found = found.annotate(  # type: ignore[no-redef]  # declared on `Group`
        last_on=_last_on(), facilitated_from=Subquery(mine.order_by("-starts_on").values("starts_on")[:1])
    )
    return found.order_by("name", "pk")


# Meetings -----------------------------------------------------------------------------------------------------------


def usual_of(group: Group) -> rules.Usual:
    """Return when and where a group usually meets."""
    return rules.Usual(group.weekday, group.starts_on, group.ends_before, group.starts_at, group.minutes, group.place)


def meeting_of(row: GroupMeeting) -> rules.Meeting:
    """Return a row as the rules read it."""
    off = row.called_off_on is not None
    return rules.Meeting(
        row.on, row.usual_on, row.starts_at, row.minutes, row.place, off, row.uid, row.version, row.as_usual
    )


def with_changes(groups: Iterable[Group], since: date) -> list[Group]:
    """Return groups with their ``changes``: the meetings from a day on that have a row."""
    found = {group.pk: group for group in groups}
    for group in found.values():
        group.changes = []
    if found:
        stands_for = Q(on__gte=since) | Q(usual_on__gte=since)
        for row in GroupMeeting.objects.filter(stands_for, group__in=found).order_by("on", "pk"):
            found[row.group_id].changes.append(meeting_of(row))
    return list(found.values())


def changes_of(group: Group, since: date) -> list[rules.Meeting]:
    """Return the meetings of a group from a day on that have a row."""
    return with_changes([group], since)[0].changes


class GroupDay(NamedTuple):
    """A meeting of a group, ahead or without a session being recorded."""

    group: Group
    meeting: rules.Meeting

    @property
    def on(self) -> date:
        return self.meeting.on

    @property
    def order(self) -> tuple[date, time, str]:
        """By day, hour and name."""
        return self.on, self.meeting.starts_at or time.min, self.group.name


def meeting_groups(member: Member, on: date) -> list[Group]:
    """Return the groups a member facilitates that day, with the ``changes`` that matter from the week before on."""
    return with_changes(facilitated_by(member, on), on - rules.WEEK)


def to_record(groups: Iterable[Group], on: date) -> list[GroupDay]:
    """Return the meetings of today and of the last week that have no session, of groups of `meeting_groups`, by hour (R118)."""
    found = []
    for group in groups:
        since = max(group.starts_on, group.facilitated_from or group.starts_on)
        unrecorded = rules.to_record(usual_of(group), group.changes, on, since=since, last=group.last_on)
        found += [GroupDay(group, meeting) for meeting in unrecorded]
    return sorted(found, key=lambda each: each.order)


def meeting_between(groups: Iterable[Group], first: date, last: date) -> list[GroupDay]:
    """Return the meetings of the groups of `meeting_groups` from a day through another, in order (R131)."""
    found = [
        GroupDay(group, meeting)
        for group in groups
        for meeting in rules.standing(usual_of(group), group.changes, first, last)
    ]
    return sorted(found, key=lambda each: each.order)


def today_first(groups: Sequence[Group], on: date) -> list[Group]:
    """Return the groups of `meeting_groups` with those that meet on a day first, by their hour."""
    met = [each.group for each in meeting_between(groups, on, on)]
    return met + [group for group in groups if group not in met]


def facilitated_meetings(member: Member, first: date, last: date) -> list[GroupDay]:
    """Return the meetings of the groups a member facilitates from a day through another, while both last (R131)."""
    return meetings_by_worker([member.pk], first, last).get(member.pk, [])


def meetings_by_worker(worker_ids: Collection[int], first: date, last: date) -> dict[int, list[GroupDay]]:
    """Return the same of several members, by primary key, in two statements for any number."""
    theirs = GroupFacilitator.objects.filter(worker__in=worker_ids, starts_on__lte=last).select_related("group")
    periods = list(theirs.filter(lasts_half_open(first)).order_by("group__name", "pk"))
    changes = {group.pk: group.changes for group in with_changes((each.group for each in periods), first)}
    found: dict[int, list[GroupDay]] = {}
    for each in periods:
        ends = min(last, each.ends_before - dates.DAY) if each.ends_before else last
        standing = rules.standing(usual_of(each.group), changes[each.group_id], max(first, each.starts_on), ends)
        found.setdefault(each.worker_id, []).extend(GroupDay(each.group, meeting) for meeting in standing)
    return found


def find_meeting(group: Group, key: str) -> rules.Meeting | None:
    """Return a meeting of a group by its key: a usual day, or the uid of an extra meeting; None if there is none."""
    found = _find_meeting(group, key)
    return found if found and found.key == key else None  # "20261118" is a day, too, and no key


def _find_meeting(group: Group, key: str) -> rules.Meeting | None:
    rows = GroupMeeting.objects.filter(group=group)
    try:
        day = date.fromisoformat(key)
    except ValueError:
        return _find_extra_meeting(rows, key)
    usual = usual_of(group)
    row = rows.filter(usual_on=day).first()
    if row and not row.as_usual:
        return meeting_of(row)
    return rules.as_usual(usual, day, meeting_of(row) if row else None) if rules.is_usual_day(usual, day) else None


def _find_extra_meeting(rows: QuerySet[GroupMeeting], key: str) -> rules.Meeting | None:
    try:
        row = rows.filter(uid=UUID(key), usual_on=None).first()
    except ValueError:
        return None
    return meeting_of(row) if row else None


def _last_on() -> Subquery:
    sessions = GroupSession.objects.standing().filter(group=OuterRef("pk"))
    return Subquery(sessions.order_by("-on").values("on")[:1])


def group_seen_by(member: Member, on: date, uid: UUID) -> Group | None:
    """Return a group a member may see that day, closed or not; any other does not exist."""
    return Group.objects.visible_to(member, on).filter(uid=uid).select_related("team", "organisation").first()


def standing_members(on: date) -> PeriodQuerySet[GroupMember]:
    """Return the memberships that hold on a day, of people who are in touch."""
    return GroupMember.objects.on(on).exclude(client__tier=Tier.INACTIVE)


def members_of(group: Group, on: date) -> list[GroupMember]:
    """Return a group's members that day in order of name, without those who are not in touch now."""
    found = standing_members(on).filter(group=group).select_related("client")
    return list(found.order_by("client__name_key", "client__pk"))


def seen_among(member: Member, on: date, people: Iterable[int]) -> set[int]:
    """Return which of these people a member may open the page of."""
    return set(Client.objects.visible_to(member, on).filter(pk__in=list(people)).values_list("pk", flat=True))


def facilitators_of(group: Group, on: date) -> list[GroupFacilitator]:
    """Return who facilitates a group that day, in order of name."""
    found = GroupFacilitator.objects.on(on).filter(group=group).select_related("worker")
    return list(found.order_by("worker__name_key", "pk"))


def facilitated_on(member: Member, on: date, *, today: date) -> list[tuple[Group, list[int]]]:
    """
    Return the groups a member sees today that are open on a day, with who facilitates each then, both in order of name.

    The workers are given by primary key.
    """
    seen = Group.objects.on(on).filter(pk__in=Group.objects.visible_to(member, today).values("pk"))
    theirs = GroupFacilitator.objects.on(on).filter(group__in=seen).order_by("worker__name_key", "pk")
    workers: dict[int, list[int]] = {}
    for group_id, worker_id in theirs.values_list("group", "worker"):
        workers.setdefault(group_id, []).append(worker_id)
    return [(group, workers.get(group.pk, [])) for group in seen.order_by("name", "pk")]


def groups_with(person: Client, member: Member, on: date) -> list[GroupMember]:
    """Return the groups a person belongs to that day, with ``seen`` where the member may open the group's page."""
    return _groups_with(person.pk, member.pk, member.organisation_id, on)


@compile_once
def _groups_with(client_id: int, member_id: int, organisation_id: int, on: date) -> QuerySet[Any, Any]:
    member = Member(pk=member_id, organisation_id=organisation_id)
    seen = Group.objects.visible_to(member, on).filter(pk=OuterRef("group"))
    found = GroupMember.objects.on(on).filter(client=client_id).annotate(seen=Exists(seen))
    return found.select_related("group").order_by("group__name", "pk")


# Sessions -----------------------------------------------------------------------------------------------------------


class Met(NamedTuple):
    """A session with who facilitated, who came and who did not, by name."""

    session: GroupSession
    facilitators: list[str]
    came: list[str]
    absent: list[str]


def sessions_of(group: Group, most: int | None = SHOWN) -> list[Met]:
    """
    Return the sessions of a group, voided ones too, newest first.

    A contact that was struck through counts for nothing, so its person is in neither list.
    """
    sessions = GroupSession.objects.filter(group=group).select_related("author", "voided_by")
    sessions = list(sessions.order_by("-on", "-recorded_at", "-pk")[:most])
    found = {session.pk: Met(session, [], [], []) for session in sessions}
    facilitators = SessionFacilitator.objects.filter(session__in=found).select_related("worker")
    for each in facilitators.order_by("worker__name_key", "pk"):
        found[each.session_id].facilitators.append(each.worker.name)
    attendance = Attendance.objects.filter(session__in=found).select_related("client", "contact")
    for row in attendance.order_by("client__name_key", "client__pk"):
        met = found[row.session_id]
        if not row.came:
            met.absent.append(row.client.name)
        elif row.contact.voided_at is None or met.session.voided_at:
            met.came.append(row.client.name)
    return list(found.values())


class LastTime(NamedTuple):
    """The last session that was not voided: its day, length, who came and who facilitated; empty without one."""

    on: date | None = None
    minutes: int | None = None
    facilitator_minutes: int | None = None
    came: frozenset[int] = frozenset()
    facilitators: frozenset[int] = frozenset()


def last_time(group: Group) -> LastTime:
    """Return what the last session of a group was like."""
    session = GroupSession.objects.standing().filter(group=group).order_by("on").last()
    if session is None:
        return LastTime()
    came = Attendance.objects.filter(session=session, came=True, contact__voided_at=None)
    return LastTime(
        session.on,
        session.minutes,
        session.facilitator_minutes,
        frozenset(came.values_list("client_id", flat=True)),
        frozenset(session.facilitators.values_list("worker_id", flat=True)),
    )


def session_seen_by(member: Member, on: date, uid: UUID) -> GroupSession | None:
    """Return a session of a group a member may see."""
    groups = Group.objects.visible_to(member, on)
    return GroupSession.objects.filter(uid=uid, group__in=groups).select_related("group__team").first()


def ahead(group: Group, on: date, last: date | None) -> list[rules.Meeting]:
    """Return the next meetings of a group that have no session yet, those called off among them."""
    return rules.ahead(usual_of(group), changes_of(group, on), on, last=last, most=AHEAD)


def next_meeting(group: Group, on: date, last: date | None) -> rules.Meeting | None:
    """Return when a group of `with_changes` meets next."""
    return rules.next_meeting(usual_of(group), group.changes, on, last=last)


# People to choose from ------------------------------------------------------------------------------------------------


def may_join(member: Member, group: Group, on: date, words: str = "") -> list[Client]:
    """Return the people a member may add to a group: those they see, in touch, and not in it yet."""
    there = GroupMember.objects.on(on).filter(group=group, client=OuterRef("pk"))
    mine = is_with(member, on)
    people = like(Client.objects.visible_to(member, on), words)
    people = people.exclude(tier=Tier.INACTIVE).exclude(Exists(there)).annotate(mine=mine)
    return list(people.order_by("-mine", "name_key", "pk")[:OFFERED])


def may_facilitate(group: Group, on: date) -> list[Member]:
    """Return the workers who could facilitate a group as well: those of its team, and its manager."""
    there = {each.worker_id for each in facilitators_of(group, on)}
    return [worker for worker in workers_of(group.team, on) if worker.pk not in there]


def workers_of(team: Team, on: date) -> list[Member]:
    """Return who works in a team that day, and who leads it, in order of name."""
    found = Member.objects.active().staying(on).filter(organisation_id=team.organisation_id)
    led = Member.objects.filter(pk__in=leader_keys_of(team, on).in_order).values("pk")
    of_team = Member.objects.of_teams([team.pk], on).values("pk")
    return list(found.filter(any_of("pk", of_team.union(led, all=True))).named())
