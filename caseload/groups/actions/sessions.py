"""
Sessions of a group.

A session writes one contact for each who came by the same action as any other contact (`caseload.actions.log_contact`), so their
clock, tier and reminders follow by themselves.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from peerload.core.formats import format_day, format_list
from peerload.staff.models import Member

from ...actions.contacts import LoggedContact, VoidedAlready, log_contact, take_back
from ...actions.locking import Refused, history, lock_people
from ...actions.tiers import NeedsReason, NotYet
from ...enums import Channel, Outcome, Tier
from ...models import (
    Attendance,
    Client,
    Contact,
    Group,
    GroupFacilitator,
    GroupMember,
    GroupSession,
    SessionFacilitator,
)
from .groups import NeedsFacilitator, lock_group, must_be_open
from .members import NotThere


class RecordedAlready(Refused):
    """A session of that day is recorded already: ``session``."""

    field = "on"

    def __init__(self, session: GroupSession) -> None:
        words = {"day": format_day(session.on), "author": session.author.name if session.author else ""}
        recorded = (
            _("The session of %(day)s was recorded by %(author)s already.")
            if session.author
            else _("The session of %(day)s was recorded already.")
        )
        more = _(
            "Nothing was saved a second time. "
            "If it is not right, remove it from the count on the group’s page and record it again."
        )
        super().__init__(f"{recorded % words} {more}")
        self.session = session


class SessionSaidDifferently(Refused):
    """The same form was sent twice with different words."""

    def __init__(self) -> None:
        super().__init__(_("This session was recorded already, with other details. Nothing was changed."))


class LoggedSession(NamedTuple):
    """A recorded session; ``repeated`` if it was stored before; ``back`` names the people whose support it restarted."""

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
) -> LoggedSession:
    """
    Record a session at once: who came and how they are, who did not, and the facilitators' time.

    Each person who came has one contact of that day, the others have none. The same submission returns the first
    session.

    :param came: the outcome by person, "" for something else
    :param facilitators: members by primary key
    :param facilitator_minutes: the time of each, setting up included; the session's length if left out
    :raises NotYet: if the day lies ahead
    :raises GroupNotThen: if the group had not begun that day, or was closed
    :raises NotThere: if one of the people did not belong to the group that day
    :raises NeedsFacilitator: if no facilitator is given
    :raises RecordedAlready: if a session of that day is recorded already
    :raises SessionSaidDifferently: if the submission was recorded with other words
    """
    group = lock_group(group_id)
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
        raise NotYet(
            _("%(day)s has not come yet. A session is recorded on its day or later.") % {"day": format_day(on)}
        )
    must_be_open(group, on)
    if there := GroupSession.objects.standing().filter(group=group, on=on).select_related("author").first():
        raise RecordedAlready(there)
    _must_facilitate(group, on, facilitators)
    members = set(GroupMember.objects.on(on).filter(group=group).values_list("client_id", flat=True))
    people = lock_people(members | set(came))
    if strangers := [people[client_id].name for client_id in came if client_id not in members]:
        raise NotThere(
            _("%(names)s did not belong to %(group)s on %(day)s. Add them first.")
            % {"names": format_list(strangers), "group": group.name, "day": format_day(on)}
        )
    session = _write(group, by, words, submission_id, facilitators)
    return LoggedSession(session, False, _who_came(session, [people[key] for key in sorted(members)], came, today))


def _who_came(session: GroupSession, members: Iterable[Client], came: Mapping[int, str], today: date) -> list[str]:
    """Write a contact for each member who came, and that the others were not there; return who is supported again."""
    back = []
    for person in members:
        if person.pk in came:
            logged = _contact(person, session, came[person.pk], today)
            back += [person.name] if logged.back_to else []
        elif person.tier != Tier.INACTIVE:
            _attend(session, person, None)
    return back


@transaction.atomic
def void_session(*, session_id: int, by: Member, today: date, reason: str, now: datetime) -> GroupSession:
    """
    Void a session recorded in error, with the contacts it wrote: all stay readable, and are not counted.

    :raises NeedsReason: if no reason is given
    :raises VoidedAlready: if it was voided already
    """
    if not reason.strip():
        raise NeedsReason(_("Write down why this session does not count."))
    lock_group(GroupSession.objects.values_list("group_id", flat=True).get(pk=session_id))
    session = GroupSession.objects.get(pk=session_id)
    if session.voided_at:
        raise VoidedAlready(_("This session was removed from the count already."))
    lock_people(session.attendance.values_list("client_id", flat=True))
    session.voided_at, session.voided_by, session.void_reason = now, by, reason.strip()
    with history(by, reason.strip()):
        session.save(update_fields=["voided_at", "voided_by", "void_reason"])
    for contact in Contact.objects.standing().filter(attendance__session=session).order_by("client_id"):
        take_back(contact, by=by, reason=reason.strip(), today=today, now=now)
    return session


def _first(by: Member, submission_id: UUID | None) -> GroupSession | None:
    if submission_id is None:
        return None
    return GroupSession.objects.filter(author=by, submission_id=submission_id).first()


def _again(session: GroupSession, words: dict, came: dict[int, str], facilitators: set[int]) -> LoggedSession:
    attended = Attendance.objects.filter(session=session, came=True).values_list("client_id", "contact__outcome")
    known = set(session.facilitators.values_list("worker_id", flat=True))
    if any(getattr(session, name) != value for name, value in words.items()):
        raise SessionSaidDifferently
    if dict(attended) != came or known != facilitators:
        raise SessionSaidDifferently
    return LoggedSession(session, True, [])


def _must_facilitate(group: Group, on: date, workers: Collection[int]) -> None:
    if not workers:
        raise NeedsFacilitator(_("Say who facilitated the session."))
    known = GroupFacilitator.objects.on(on).filter(group=group).values_list("worker_id", flat=True)
    if set(workers) - set(known):
        raise NeedsFacilitator(
            _("One of these people did not facilitate %(group)s on %(day)s. Choose again.")
            % {"group": group.name, "day": format_day(on)}
        )


def _write(
    group: Group, by: Member, words: dict, submission_id: UUID | None, facilitators: Iterable[int]
) -> GroupSession:
    organisation = {"organisation_id": group.organisation_id}
    try:
        with transaction.atomic():
            session = GroupSession.objects.create(**organisation, author=by, submission_id=submission_id, **words)
    except IntegrityError as error:  # the same submission for another group, which another request has locked
        if _first(by, submission_id):
            raise SessionSaidDifferently from error
        raise
    for worker_id in sorted(facilitators):
        SessionFacilitator.objects.create(**organisation, session=session, worker_id=worker_id)
    return session


def _contact(person: Client, session: GroupSession, outcome: str, today: date) -> LoggedContact:
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


def _attend(session: GroupSession, person: Client, contact: Contact | None) -> None:
    Attendance.objects.create(
        organisation_id=session.organisation_id,
        session=session,
        client=person,
        came=contact is not None,
        contact=contact,
    )
