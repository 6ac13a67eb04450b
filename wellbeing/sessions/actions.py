"""
Sessions are booked, held, or called off with another day at once; a note is kept only if both agree.

The worker is locked first, so that a double tap is one session.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from caseload.actions import Refused, history
from peerload.core.formats import format_day
from peerload.core.sealing import seal
from peerload.notices.actions import NewNotice, cancel, notify, notify_each
from peerload.staff.enums import Role
from peerload.staff.models import Member, Organisation

from ..enums import SessionKind
from ..models import Session, SessionCadence, SessionNote
from . import notices, queries, rules


class CannotBeWith(Refused):
    """A session has to be with another member who works here now, or with a person from outside."""

    field = "with_member"


class BookedAlready(Refused):
    """There is a session of that kind on that day already."""

    field = "planned_on"


class HasPassed(Refused):
    """The new day of a session must not have passed."""

    field = "planned_on"


class SessionNotYet(Refused):
    """The day has not come."""

    field = "held_on"


class OutcomeDiffers(Refused):
    """Another member has recorded that it was held, or called it off."""


class NoteKept(Refused):
    """A session with a note was held, so that cannot be undone."""


class NotOfTheTwo(Refused):
    """Only the two people of a session that was held can have a note of it."""


class NoOneToTalkWith(Refused):
    """No one who gives the worker supervision or leads their team is here, so they choose a colleague."""


class NothingToAnswer(Refused):
    """There is no note that waits for an answer, or it has changed."""


@transaction.atomic
def set_cadence(*, organisation: Organisation, weeks: Mapping[str, int], by: Member) -> None:
    """Keep how often a service has each kind of session: weeks from one to the next, 0 when wanted."""
    with history(by, "cadence"):
        for kind, every in weeks.items():
            SessionCadence.objects.update_or_create(
                organisation=organisation, kind=kind, defaults={"every_weeks": every}
            )


@transaction.atomic
def book(
    *,
    worker: Member,
    kind: SessionKind,
    planned_on: date,
    minutes: int,
    by: Member,
    today: date,
    with_member: Member | None = None,
    with_name: str = "",
    starts_at: time | None = None,
    place: str = "",
    led_by: str = "",
) -> Session:
    """
    Book a session; one on a day that has passed is recorded as held on it.

    :param with_member: the other member, or else ``with_name``, a person from outside
    :raises CannotBeWith: if it is with the member themselves, or with a member who does not work here now
    :raises BookedAlready: if a session of that kind is booked on that day
    """
    Member.objects.locked().get(pk=worker.pk)
    return _book(
        Session(
            organisation_id=worker.organisation_id,
            worker=worker,
            kind=kind,
            planned_on=planned_on,
            starts_at=starts_at,
            minutes=minutes,
            place=place.strip(),
            led_by=led_by,
            with_member=with_member,
            with_name=with_name.strip(),
            held_on=planned_on if planned_on < today else None,
            by=by,
        )
    )


@transaction.atomic
def ask_to_talk(*, worker: Member, today: date) -> tuple[Session, bool]:
    """
    Book a debrief with who gives the worker supervision, for the next working day, without a reason (R195).

    Return it, and whether it is new: where a debrief is ahead already, that one stands.

    :raises NoOneToTalkWith: if neither who gives them supervision nor who leads their team is here on that day
    """
    Member.objects.locked().get(pk=worker.pk)
    if ahead := queries.debrief_ahead(worker, today):
        return ahead, False
    closures = frozenset(worker.organisation.closures.values_list("on", flat=True))
    planned_on = rules.talk_on(today, worker.organisation.region, closures)
    other = queries.to_talk_with(worker, today, planned_on)
    if other is None:
        raise NoOneToTalkWith(_("No one who leads your team is at work on the next working day. Choose a colleague."))
    session = Session(
        organisation_id=worker.organisation_id,
        worker=worker,
        kind=SessionKind.DEBRIEF,
        planned_on=planned_on,
        minutes=rules.TALK,
        with_member=other,
        by=worker,
    )
    return _book(session), True


def _book(session: Session, *, instead_of: Session | None = None) -> Session:
    _must_be_able(session)
    same = Session.objects.filter(worker=session.worker_id, kind=session.kind, missed_on=None)
    same = same.exclude(pk=instead_of.pk) if instead_of else same
    if same.filter(planned_on=session.planned_on).exists():
        what = SessionKind(session.kind).label
        raise BookedAlready(
            _("%(what)s is written down for %(day)s already.") % {"what": what, "day": format_day(session.planned_on)}
        )
    session.save()
    if session.held_on is None:
        _tell_of(session)
    return session


def _tell_of(session: Session) -> None:
    """Notify the one of the two who did not book a session: that it is booked, and for when."""
    told = [session.worker, session.with_member]
    told = [member for member in told if member and member.pk != session.by_id]
    wants = session.kind == SessionKind.DEBRIEF and session.by_id == session.worker_id
    kind = notices.WANTS_TO_TALK if wants else notices.BOOKED
    notify(recipients=told, kind=kind, subject=notices.of_session(session.pk), anchor_on=session.planned_on)


def _must_be_able(session: Session) -> None:
    other = session.with_member
    if other is None and not session.with_name:
        raise CannotBeWith(_("Choose who it is with, or write the name of a person outside."))
    if other and session.with_name:
        raise CannotBeWith(_("Choose a person, or write a name. Do not do both."))
    if other is None:
        return
    if other.pk == session.worker_id:
        raise CannotBeWith(
            _("%(other)s is the worker whose session it is. Choose another person.") % {"other": other.name}
        )
    if other.organisation_id != session.organisation_id or not other.active or other.role not in queries.WITH:
        raise CannotBeWith(
            _("%(other)s does not work here with you now. Choose another person.") % {"other": other.name}
        )


def _locked(session_id: int) -> Session:
    """Return a session, its worker locked before it."""
    Member.objects.locked().get(pk=Session.objects.values_list("worker").get(pk=session_id)[0])
    sessions = Session.objects.select_related("worker", "with_member")
    return sessions.select_for_update(of=("self",), no_key=True).get(pk=session_id)


@transaction.atomic
def mark_held(*, session_id: int, held_on: date | None, by: Member, today: date, led_by: str | None = None) -> Session:
    """
    Record that a session was held, correct the day, or without a day undo it. Only that it happened is kept.

    :param led_by: of reflective practice, who led it; None where that was not asked

    :raises SessionNotYet: if the day has not come
    :raises OutcomeDiffers: if it was called off, or it was not recorded as held
    :raises NoteKept: if there is a note of the session to undo
    """
    session = _locked(session_id)
    if session.missed_on:
        raise OutcomeDiffers(
            _("It was called off on %(day)s, and another day is booked.") % {"day": format_day(session.missed_on)}
        )
    if held_on is None and session.held_on is None:
        raise OutcomeDiffers(_("This session is not recorded as held."))
    if held_on and held_on > today:
        raise SessionNotYet(
            _("%(day)s has not come yet. Today is %(today)s.")
            % {"day": format_day(held_on), "today": format_day(today)}
        )
    if held_on is None and queries.note_of(session):
        raise NoteKept(_("This session has a note. Remove the note first."))
    led_by = session.led_by if led_by is None else led_by
    if (session.held_on, session.led_by) != (held_on, led_by):
        session.held_on, session.led_by = held_on, led_by
        with history(by, "held" if held_on else "not held"):
            session.save(update_fields=["held_on", "led_by"])
    return session


@transaction.atomic
def move(
    *,
    session_id: int,
    planned_on: date,
    minutes: int,
    by: Member,
    today: date,
    with_member: Member | None = None,
    with_name: str = "",
    starts_at: time | None = None,
    place: str = "",
) -> Session:
    """
    Call a session off and book another at once, on another day or with another person (W22); return the new one.

    Where only the hour, the length or the place is another, it is the same session.

    :raises HasPassed: if the new day has passed
    :raises OutcomeDiffers: if it was held, or called off already
    :raises BookedAlready: if nothing is different, or there is one of that kind on that day
    :raises CannotBeWith: if it is with the member themselves, or with a member who does not work here now
    """
    session = _locked(session_id)
    _must_be_movable(session, planned_on, today)
    with_name, place = with_name.strip(), place.strip()
    stands = session.planned_on, session.with_member_id, session.with_name
    if (planned_on, with_member and with_member.pk, with_name) == stands:
        if (starts_at, minutes, place) != (session.starts_at, session.minutes, session.place):
            return _at_another_hour(session, by, starts_at=starts_at, minutes=minutes, place=place)
        raise BookedAlready(_("It is planned for that day already. Choose another day, or another person."))
    same = {"organisation_id": session.organisation_id, "worker": session.worker, "kind": session.kind}
    same["led_by"] = session.led_by
    when = {"planned_on": planned_on, "starts_at": starts_at, "minutes": minutes, "place": place}
    new = Session(**same, **when, with_member=with_member, with_name=with_name, by=by)
    _book(new, instead_of=session)
    session.missed_on, session.instead = today, new
    with history(by, "called off"):
        session.save(update_fields=["missed_on", "instead"])
    cancel(subjects=[notices.of_session(session.pk)])
    return new


def _must_be_movable(session: Session, planned_on: date, today: date) -> None:
    if session.held_on:
        raise OutcomeDiffers(_("It is written down as held on %(day)s.") % {"day": format_day(session.held_on)})
    if session.missed_on:
        raise OutcomeDiffers(
            _("It was called off on %(day)s, and another day is booked.") % {"day": format_day(session.missed_on)}
        )
    if planned_on < today:
        raise HasPassed(_("Choose a day after today. If the session was held, use “Record as held”."))


def _at_another_hour(session: Session, by: Member, **when: Any) -> Session:
    for name, value in when.items():
        setattr(session, name, value)
    with history(by, "another hour or place"):
        session.save(update_fields=[*when])
    return session


@transaction.atomic
def remove(*, session_id: int, by: Member) -> None:
    """
    Remove a session that was booked by mistake; the history keeps it.

    :raises OutcomeDiffers: if it was held or called off, or replaces one that was
    """
    session = _locked(session_id)
    if session.held_on or session.missed_on:
        raise OutcomeDiffers(_("This session has been held or called off, so it was not booked by mistake."))
    if Session.objects.filter(instead=session).exists():
        raise OutcomeDiffers(_("This session replaces one that was called off. Choose another day instead."))
    cancel(subjects=[notices.of_session(session.pk)])
    with history(by, "booked by mistake"):
        session.delete()


# What both keep --------------------------------------------------------------------------------------------------------


def _of_both(session_id: int, by: Member) -> Session:
    session = _locked(session_id)
    if not session.held_on or session.with_member is None or by.pk not in (session.worker_id, session.with_member_id):
        raise NotOfTheTwo(_("Only the two people of a session that was held can keep a note."))
    return session


@transaction.atomic
def write_note(*, session_id: int, words: str, by: Member, today: date) -> SessionNote:
    """
    Write a note of a session for one of the two; the other is asked. A note not agreed to can be rewritten.

    :raises NotOfTheTwo: if the member is neither of them, or it was not held
    :raises NothingToAnswer: if there is an agreed note, or one of the other
    """
    session = _of_both(session_id, by)
    note = queries.note_of(session)
    if note and (note.agreed_on or note.written_by_id != by.pk):
        raise NothingToAnswer(_("This session has a note already. Read it first."))
    note = note or SessionNote(session=session)
    note.written_by, note.written_on, note.sealed = by, today, seal(words, owner=session.uid)
    note.save()
    others = [each for each in [queries.other_of(session, by)] if each]
    notify(recipients=others, kind=notices.NOTE_ASKED, subject=notices.of_session(session.pk), anchor_on=today)
    return note


@transaction.atomic
def agree_to_note(*, session_id: int, seen: str, by: Member, today: date) -> None:
    """
    Agree to the other's note: both keep it from now on.

    :param seen: `queries.mark_of` the note as it was read
    :raises NotOfTheTwo: if the member took no part in the session, or it was not held
    :raises NothingToAnswer: if none waits for this member, or it has changed since
    """
    note = queries.note_of(_of_both(session_id, by))
    if note is None or note.agreed_on or note.written_by_id == by.pk:
        raise NothingToAnswer(_("Nothing waits for your answer here any more."))
    if queries.mark_of(note) != seen:
        raise NothingToAnswer(_("The note has changed since you opened it. Read it again."))
    note.agreed_by, note.agreed_on = by, today
    note.save(update_fields=["agreed_by", "agreed_on"])


@transaction.atomic
def remove_note(*, session_id: int, by: Member) -> bool:
    """
    Delete a note: one does not agree to it, or either wishes so later. Return whether there was one.

    :raises NotOfTheTwo: if the member took no part in the session, or it was not held
    """
    note = queries.note_of(_of_both(session_id, by))
    if note is None:
        return False
    note.delete()
    cancel(subjects=[notices.of_session(session_id)], kinds=[notices.NOTE_ASKED])
    return True


# What a day brings about -----------------------------------------------------------------------------------------------


def sweep(organisation: Organisation, on: date) -> int:
    """
    Delete notes without agreement after 14 days, and send the notices about sessions; return how many of these are new.

    It depends only on what is true on the day, so it may run late or twice.
    """
    SessionNote.objects.filter(
        session__organisation=organisation, agreed_on=None, written_on__lte=on - rules.UNANSWERED
    ).delete()
    supervisors = queries.supervisors(organisation, on)
    lines = [
        *_about_tomorrow(organisation, on),
        *_about_late(organisation, on, supervisors),
        *_about_passed(supervisors.values()),
    ]
    return notify_each(organisation.pk, lines)


def _about_tomorrow(organisation: Organisation, on: date) -> Iterator[NewNotice]:
    closures = frozenset(organisation.closures.values_list("on", flat=True))
    planned = Session.objects.planned().filter(organisation=organisation, planned_on__gt=on)
    for session in planned.filter(planned_on__lte=on + queries.SOON):
        if rules.is_eve(session.planned_on, on, organisation.region, closures):
            for key in {session.worker_id, session.with_member_id} - {None}:
                yield NewNotice(key, notices.SOON, notices.of_session(session.pk), session.planned_on)


def _about_late(
    organisation: Organisation, on: date, supervisors: Mapping[int, queries.Supervisor]
) -> Iterator[NewNotice]:
    # A team manager arranges their own.
    workers = Member.objects.at_work(on).filter(pk__in=supervisors, role=Role.PEER_WORKER)
    for worker, found in queries.standing(organisation, workers, on).items():
        for row in found:
            if row.is_to_book:
                subject = notices.of_kind(worker, row.standing.kind)
                for key in {worker, supervisors[worker].now} - {None}:
                    yield NewNotice(key, notices.LATE, subject, row.standing.due_by)


def _about_passed(supervisors: Iterable[queries.Supervisor]) -> Iterator[NewNotice]:
    for each in supervisors:
        if each.since:
            yield NewNotice(each.now, notices.PASSED, notices.of_worker(each.worker_id), each.since)
