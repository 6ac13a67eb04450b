"""
Changes to groups and their sessions.

A change to a group locks it first, then people, in order of primary key. A session writes one contact for each who came by
the same action as any other contact (`caseload.actions.log_contact`), so their clock, tier and reminders follow by themselves.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction

from peerload.core import dates, locks
from peerload.core.folding import same_name
from peerload.core.formats import format_day
from peerload.staff.models import Member, Team

from ..actions.contacts import VoidedAlready, log_contact, take_back
from ..actions.locking import Refused, history, lock_people, lock_person
from ..actions.tiers import NeedsReason, NotInTouch, NotYet, change_tier
from ..enums import Channel, Outcome, Tier
from ..models import (
    Attendance,
    Client,
    Contact,
    Group,
    GroupFacilitator,
    GroupMember,
    GroupSession,
    SessionFacilitator,
)
from .rules import group_there


class NameTaken(Refused):
    """Two groups of a service cannot share a name."""

    field = "name"


class GroupNotThen(Refused):
    """The group had not begun that day, or was closed."""

    field = "on"


class SomethingAfter(Refused):
    """A session or a membership lies after the day the group would end."""

    field = "on"


class AlreadyThere(Refused):
    """They belong to the group, or facilitate it, already."""


class NotThere(Refused):
    """They did not belong to the group, or facilitate it, that day."""


class NeedsFacilitator(Refused):
    """A group and each of its sessions has somebody who facilitates."""

    field = "facilitators"


class RecordedAlready(Refused):
    """The session of that day stands; ``session`` is it."""

    field = "on"

    def __init__(self, session: GroupSession):
        by = f" by {session.author.name}" if session.author else ""
        super().__init__(
            f"The session of {format_day(session.on)} was recorded{by} already. Nothing was saved a second time. "
            "If it is not right, remove it from the count on the group’s page and record it again."
        )
        self.session = session


class SaidDifferently(Refused):
    """The same form was sent twice with different words."""

    def __init__(self):
        super().__init__("This session was recorded already, in other words. Nothing was changed.")


# Groups -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def open_group(
    *,
    team: Team,
    by: Member,
    on: date,
    name: str,
    facilitators: Collection[Member],
    weekday: str = "",
    starts_at: time | None = None,
    minutes: int,
) -> Group:
    """
    Open a group of a team from a day on.

    :param minutes: how long a session usually takes
    :raises NameTaken, NeedsFacilitator: see there
    """
    if not facilitators:
        raise NeedsFacilitator("Choose who facilitates the group.")
    group = Group(organisation_id=team.organisation_id, team=team, starts_on=on)
    _save(group, by, name=name, weekday=weekday, starts_at=starts_at, minutes=minutes)
    for worker in facilitators:
        _add_facilitator(group, worker, on, by)
    return group


@transaction.atomic
def change_group(*, group_id: int, by: Member, name: str, weekday: str, starts_at: time | None, minutes: int) -> Group:
    """
    Change what a group is called, or when it usually meets; sessions that were recorded stay as they were.

    :raises NameTaken: if another group has the name
    """
    group = _lock(group_id)
    _save(group, by, name=name, weekday=weekday, starts_at=starts_at, minutes=minutes)
    return group


def _save(group: Group, by: Member, **words):
    locks.wait_for(locks.Lock.NAMING, group.organisation_id)
    others = (
        Group.objects.filter(organisation=group.organisation_id).exclude(pk=group.pk).values_list("name", flat=True)
    )
    if words["name"] != group.name and (there := same_name(words["name"], others)):
        raise NameTaken(group_there(there))
    for name, value in words.items():
        setattr(group, name, value)
    try:
        with transaction.atomic(), history(by, "group changed" if group.pk else "group opened"):
            group.save()
    except IntegrityError as error:
        if "caseload_group_name_once" not in str(error):
            raise
        raise NameTaken(group_there(group.name)) from error


@transaction.atomic
def close_group(*, group_id: int, by: Member, on: date) -> Group:
    """
    Close a group, and end its memberships and facilitators that day; nobody's support changes.

    :param on: its last day
    :raises GroupNotThen: if it is closed already, or begins later
    :raises SomethingAfter: if a session or a membership lies after that day
    """
    group = _lock(group_id)
    if group.ends_before:
        raise GroupNotThen(f"{group.name} was closed on {format_day(dates.last_day(group.ends_before))} already.")
    _must_hold(group, on)
    ends_before = dates.day_after(on)
    latest = GroupSession.objects.standing().filter(group=group, on__gt=on).order_by("on").last()
    if latest:
        raise SomethingAfter(
            f"A session was recorded on {format_day(latest.on)}, so the group ends on that day or later."
        )
    for periods in (group.members, group.facilitators):
        later = periods.filter(starts_on__gt=on).order_by("starts_on").last()
        if later:
            raise SomethingAfter(f"A member belongs to it from {format_day(later.starts_on)} on. End that first.")
    with history(by, "group closed"):
        for model in (GroupMember, GroupFacilitator):
            model.objects.on(ends_before).filter(group=group).update(ends_before=ends_before)
        group.ends_before = ends_before
        group.save(update_fields=["ends_before"])
    return group


# Members and facilitators -------------------------------------------------------------------------------------------


@transaction.atomic
def join(
    *, group_id: int, client_id: int, by: Member, on: date, today: date, change_support: bool = False
) -> GroupMember:
    """
    Add somebody to a group from a day on. Their support stays as it is unless ``change_support`` makes it group support.

    :raises GroupNotThen, AlreadyThere, NotInTouch: see there
    :raises BeforeWhatStands: if the support is to change, and another has begun since that day
    """
    group = _lock(group_id)
    person = lock_person(client_id)
    _must_hold(group, on)
    if person.tier == Tier.INACTIVE:
        raise NotInTouch(f"{person.name} is not in touch now. Support them again first.")
    _must_be_new(group.members.filter(client=person), on, person.name, "belongs to")
    membership = GroupMember.objects.create(
        organisation_id=group.organisation_id,
        group=group,
        client=person,
        starts_on=on,
        ends_before=group.ends_before,
        by=by,
    )
    if change_support and person.tier != Tier.GROUP:
        change_tier(client_id=client_id, on=on, tier=Tier.GROUP, reason=f"Joined {group.name}", by=by, today=today)
    return membership


@transaction.atomic
def leave(*, membership_id: int, by: Member, on: date) -> GroupMember:
    """
    End somebody's belonging to a group; their support stays as it is.

    :param on: their last day in it
    :raises NotThere: if they have left already, or joined later
    """
    membership = GroupMember.objects.select_related("client", "group").get(pk=membership_id)
    _end(membership, on, by, membership.client.name, "belongs to")
    return membership


@transaction.atomic
def add_facilitator(*, group_id: int, worker: Member, by: Member, on: date) -> GroupFacilitator:
    """
    Add somebody who facilitates a group from a day on.

    :raises GroupNotThen, AlreadyThere: see there
    """
    group = _lock(group_id)
    _must_hold(group, on)
    return _add_facilitator(group, worker, on, by)


@transaction.atomic
def end_facilitator(*, facilitator_id: int, by: Member, on: date) -> GroupFacilitator:
    """
    End somebody's facilitating of a group.

    :param on: the last day
    :raises NotThere: if it has ended already, or begins later
    :raises NeedsFacilitator: if nobody would be left
    """
    found = GroupFacilitator.objects.select_related("worker", "group").get(pk=facilitator_id)
    group = _lock(found.group_id)
    others = GroupFacilitator.objects.on(dates.day_after(on)).filter(group=group).exclude(pk=found.pk)
    if not group.ends_before and not others.exists():
        raise NeedsFacilitator(
            f"{group.name} would have no facilitator then. Add a facilitator first, or close the group."
        )
    _end(found, on, by, found.worker.name, "facilitates")
    return found


def _add_facilitator(group: Group, worker: Member, on: date, by: Member) -> GroupFacilitator:
    _must_be_new(group.facilitators.filter(worker=worker), on, worker.name, "facilitates")
    return GroupFacilitator.objects.create(
        organisation_id=group.organisation_id,
        group=group,
        worker=worker,
        starts_on=on,
        ends_before=group.ends_before,
        by=by,
    )


def _must_be_new(periods, on: date, name: str, does: str):
    """Refuse a second period beside one that holds that day or begins later."""
    there = periods.filter(starts_on__gt=on).first() or periods.on(on).first()
    if there:
        raise AlreadyThere(f"{name} {does} the group from {format_day(there.starts_on)} on already.")


def _end(period: GroupMember | GroupFacilitator, on: date, by: Member, name: str, does: str):
    _lock(period.group_id)
    period.refresh_from_db(fields=["starts_on", "ends_before"])
    if period.ends_before:
        raise NotThere(f"{name} {does} the group through {format_day(dates.last_day(period.ends_before))} only.")
    if on < period.starts_on:
        raise NotThere(f"{name} {does} the group only from {format_day(period.starts_on)} on.")
    period.ends_before = dates.day_after(on)
    with history(by, "left the group"):
        period.save(update_fields=["ends_before"])


def _lock(group_id: int) -> Group:
    return Group.objects.locked().get(pk=group_id)


def _must_hold(group: Group, on: date):
    if on < group.starts_on:
        raise GroupNotThen(f"{group.name} begins on {format_day(group.starts_on)}.")
    if not dates.contains(group.starts_on, group.ends_before, on):
        raise GroupNotThen(f"{group.name} was closed on {format_day(dates.last_day(group.ends_before))}.")


# Sessions -----------------------------------------------------------------------------------------------------------


class Logged(NamedTuple):
    """A recorded session; ``repeated`` when it was there already, ``back`` those whom it put back to support, by name."""

    session: GroupSession
    repeated: bool
    back: list[str]


@transaction.atomic
def log_session(
    *,
    group_id: int,
    by: Member,
    on: date,
    today: date,
    minutes: int,
    came: Mapping[int, str],
    facilitators: Collection[int],
    facilitator_minutes: int | None = None,
    note: str = "",
    submission_id: UUID | None = None,
) -> Logged:
    """
    Record a session at once: who came and how they are, who did not, and the facilitators' time.

    Each person who came has one contact of that day, the others have none. The same submission gives the first session back.

    :param came: the outcome by person, "" for something else
    :param facilitators: members by primary key
    :param facilitator_minutes: what each of them gave, setting up included; the session's length if left out
    :raises NotYet, GroupNotThen, NotThere, NeedsFacilitator: see there
    :raises RecordedAlready: if the session of that day stands
    :raises SaidDifferently: if the submission was recorded with other words
    """
    group = _lock(group_id)
    words = {
        "group_id": group.pk,
        "on": on,
        "minutes": minutes,
        "facilitator_minutes": minutes if facilitator_minutes is None else facilitator_minutes,
        "note": (note or "").strip(),
    }
    came = {client_id: outcome or Outcome.OTHER.value for client_id, outcome in came.items()}
    if first := _first(by, submission_id):
        return _again(first, words, came, set(facilitators))
    if on > today:
        raise NotYet(f"{format_day(on)} has not come yet. A session is recorded on its day or later.")
    _must_hold(group, on)
    if there := GroupSession.objects.standing().filter(group=group, on=on).select_related("author").first():
        raise RecordedAlready(there)
    _must_facilitate(group, on, facilitators)
    members = set(GroupMember.objects.on(on).filter(group=group).values_list("client_id", flat=True))
    people = lock_people(members | set(came))
    if strangers := [people[client_id].name for client_id in came if client_id not in members]:
        raise NotThere(f"{' and '.join(strangers)} did not belong to {group.name} on {format_day(on)}. Add them first.")
    session = _write(group, by, words, submission_id, facilitators)
    back = []
    for client_id in sorted(members):
        person = people[client_id]
        if client_id in came:
            logged = _contact(person, session, came[client_id], today)
            back += [person.name] if logged.back_to else []
        elif person.tier != Tier.INACTIVE:
            _attend(session, person, None)
    return Logged(session, False, back)


@transaction.atomic
def void_session(*, session_id: int, by: Member, reason: str, now: datetime) -> GroupSession:
    """
    Void a session recorded in error, with the contacts it wrote: all stay readable, and count for nothing.

    :raises NeedsReason: if no reason is given
    :raises VoidedAlready: if it was voided already
    """
    if not reason.strip():
        raise NeedsReason("Write down why this session does not count.")
    _lock(GroupSession.objects.values_list("group_id", flat=True).get(pk=session_id))
    session = GroupSession.objects.get(pk=session_id)
    if session.voided_at:
        raise VoidedAlready("This session was removed from the count already.")
    lock_people(session.attendance.values_list("client_id", flat=True))
    session.voided_at, session.voided_by, session.void_reason = now, by, reason.strip()
    with history(by, reason.strip()):
        session.save(update_fields=["voided_at", "voided_by", "void_reason"])
    for contact in Contact.objects.standing().filter(attendance__session=session).order_by("client_id"):
        take_back(contact, by=by, reason=reason.strip(), now=now)
    return session


def _first(by: Member, submission_id: UUID | None) -> GroupSession | None:
    if submission_id is None:
        return None
    return GroupSession.objects.filter(author=by, submission_id=submission_id).first()


def _again(session: GroupSession, words: dict, came: dict[int, str], facilitators: set[int]) -> Logged:
    attended = Attendance.objects.filter(session=session, came=True).values_list("client_id", "contact__outcome")
    known = set(session.facilitators.values_list("worker_id", flat=True))
    if any(getattr(session, name) != value for name, value in words.items()):
        raise SaidDifferently
    if dict(attended) != came or known != facilitators:
        raise SaidDifferently
    return Logged(session, True, [])


def _must_facilitate(group: Group, on: date, workers: Collection[int]):
    if not workers:
        raise NeedsFacilitator("Say who facilitated the session.")
    known = GroupFacilitator.objects.on(on).filter(group=group).values_list("worker_id", flat=True)
    if set(workers) - set(known):
        raise NeedsFacilitator(f"One of them did not facilitate {group.name} on {format_day(on)}.")


def _write(group: Group, by: Member, words: dict, submission_id: UUID | None, facilitators) -> GroupSession:
    organisation = {"organisation_id": group.organisation_id}
    try:
        with transaction.atomic():
            session = GroupSession.objects.create(**organisation, author=by, submission_id=submission_id, **words)
    except IntegrityError as error:  # the same submission for another group, which another request has locked
        if _first(by, submission_id):
            raise SaidDifferently from error
        raise
    for worker_id in sorted(facilitators):
        SessionFacilitator.objects.create(**organisation, session=session, worker_id=worker_id)
    return session


def _contact(person: Client, session: GroupSession, outcome: str, today: date):
    logged = log_contact(
        client_id=person.pk,
        by=session.author,
        on=session.on,
        today=today,
        reached=True,
        outcome=outcome,
        minutes=session.minutes,
        channel=Channel.GROUP,
    )
    _attend(session, person, logged.contact)
    return logged


def _attend(session: GroupSession, person: Client, contact: Contact | None):
    Attendance.objects.create(
        organisation_id=session.organisation_id,
        session=session,
        client=person,
        came=contact is not None,
        contact=contact,
    )
