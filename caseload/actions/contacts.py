"""Logging contacts, and taking them back."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core import clock, events
from peerload.core.compile_once import compile_once
from peerload.core.formats import format_day
from peerload.staff.models import Member

from ..enums import ACTIVE_TIERS, Outcome, Tier
from ..models import Attendance, Client, Contact, ContactQuerySet, DropIn, ReplacedParking, TierPeriod
from . import in_touch, tiers
from .derived_columns import refresh
from .locking import Refused, history, lock_people, lock_person
from .reminders import refresh_reminders

SOMEBODY_ELSE = gettext_lazy("It was about another person")
SECOND_THOUGHTS = timedelta(minutes=10)  # in which an author undoes a contact or adds a note


class NeedsOutcome(Refused):
    """A contact that reached the person has an outcome, an attempt has none (R51)."""


class ContactSaidDifferently(Refused):
    """The same form was sent twice with different words; ``contact`` is what was logged first."""

    def __init__(self, contact: Contact) -> None:
        super().__init__(_("This contact was logged already, with other details. Nothing was changed."))
        self.contact = contact


class NotTheAuthor(Refused):
    """Only the author may change a contact."""


class TooLate(Refused):
    """Ten minutes are over."""


class VoidedAlready(Refused):
    """The contact was taken back already."""


class CameToSession(Refused):
    """The contact is a person's attendance at a group; change it in the session."""


class NeedsNote(Refused):
    """Words can be agreed to only where there are words (R87)."""

    field = "note"

    def __init__(self) -> None:
        super().__init__(_("Write the note you agreed on together, or remove the tick."))


class NoWordsToLeaveOut(Refused):
    """The note has no words to leave out, or the contact has not been voided."""


class LoggedContact(NamedTuple):
    """A logged contact; ``repeated`` when it was there already, ``back_to`` the tier it put the person back to."""

    contact: Contact
    repeated: bool
    back_to: Tier | None


@transaction.atomic
def log_contact(
    *,
    client_id: int,
    by: Member,
    on: date,
    today: date,
    reached: bool,
    outcome: str = "",
    minutes: int | None = None,
    channel: str = "",
    note: str = "",
    written_with: str = "",
    said_at: datetime | None = None,
    submission_id: UUID | None = None,
    tier: str | None = None,
) -> LoggedContact:
    """
    Log a contact or an attempt; the same submission again returns the first contact.

    A person kept in touch with who wants support is put back to ``tier``, or to their last support, from that day on
    (R55). If the sweep had ended their support that day, this is undone first: the contact wins.

    :param minutes: how long it took, None if not known
    :param written_with: who wrote the note together with the author and agreed to its words
    :param said_at: when it was answered on a phone without a signal; the day follows from it
    :raises tiers.NotYet: if the day lies ahead
    :raises NeedsOutcome: if it reached the person without an outcome, or did not with one
    :raises NeedsNote: if words were agreed to and there are none
    :raises ContactSaidDifferently: if the submission was logged with other words
    """
    person = lock_person(client_id)
    words: dict[str, Any] = {"client_id": person.pk, "on": on, "reached": reached, "outcome": outcome or ""}
    words |= {"minutes": minutes, "channel": channel or ""}
    words |= {"note": (note or "").strip(), "written_with": written_with.strip()}
    if first := _first(by, submission_id):
        return _again(first, words, reckoned=said_at is not None)
    _must_be_whole(words, today)
    contact = _written_once(person, words | {"said_at": said_at}, by=by, submission_id=submission_id)
    return LoggedContact(contact, False, _follow(person, contact, tier, by=by, today=today))


def _written_once(person: Client, words: dict[str, Any], *, by: Member, submission_id: UUID | None) -> Contact:
    """Write a contact, unless the submission has just logged one of another person, locked by another request."""
    written = {"organisation_id": person.organisation_id, "author": by, "submission_id": submission_id}
    try:
        with transaction.atomic():
            return Contact.objects.create(**written, **words)
    except IntegrityError as error:
        if first := _first(by, submission_id):
            raise ContactSaidDifferently(first) from error
        raise


def _must_be_whole(words: dict[str, Any], today: date) -> None:
    if words["on"] > today:
        raise tiers.NotYet(
            _("%(day)s has not come yet. A contact is logged on its day or later.") % {"day": format_day(words["on"])}
        )
    if words["reached"] != bool(words["outcome"]):
        raise NeedsOutcome(
            _("Say what the outcome was.") if words["reached"] else _("No one was reached. Leave the outcome empty.")
        )
    if words["written_with"] and not words["note"]:
        raise NeedsNote


def _follow(person: Client, contact: Contact, tier: str | None, *, by: Member, today: date) -> Tier | None:
    """Apply what follows from a new contact; return the tier the person is put back to."""
    back_to = None
    if contact.reached and contact.outcome == Outcome.SUPPORT_WANTED:
        with history(by, "support wanted"):
            back_to = _support_wanted(person, contact, tier, today=today)
    refresh([person.pk], today)
    refresh_reminders([person.pk], today)
    if back_to:
        events.send_facts_changed(person.organisation_id, people=[person.pk])
    return back_to


@transaction.atomic
def annotate_contact(
    *,
    contact_id: int,
    by: Member,
    note: str,
    minutes: int | None = None,
    channel: str | None = None,
    written_with: str = "",
) -> Contact:
    """
    Add a note, who agreed to it, minutes or channel just after logging.

    :raises NotTheAuthor, TooLate, VoidedAlready: if it is not the author, within ten minutes
    :raises NeedsNote: if words were agreed to and there are none
    """
    contact = _own_recent(contact_id, by, clock.now())
    contact.note, contact.written_with = note.strip(), written_with.strip()
    if contact.written_with and not contact.note:
        raise NeedsNote
    if minutes is not None:
        contact.minutes = minutes
    if channel is not None:
        contact.channel = channel
    with history(by, "note added"):
        contact.save(update_fields=["note", "written_with", "minutes", "channel"])
    return contact


@transaction.atomic
def undo_contact(*, contact_id: int, by: Member, today: date, now: datetime) -> Contact:
    """
    Undo a contact just logged, and the support it put the person back to.

    :raises NotTheAuthor, TooLate, VoidedAlready: if it is not the author, within ten minutes
    """
    contact = _own_recent(contact_id, by, now)
    return take_back(contact, by=by, reason="undone", today=today, now=now)


@transaction.atomic
def void_contact(*, contact_id: int, by: Member | None, today: date, reason: str, leave_out: bool = False) -> Contact:
    """
    Void a contact logged in error: it stays readable, with who voided it and why, and counts for nothing.

    :param leave_out: whether to remove the words of its note from the page; only the history keeps them
    :raises tiers.NeedsReason: if no reason is given
    :raises VoidedAlready: if it was voided already
    """
    if not reason.strip():
        raise tiers.NeedsReason(_("Write down why this contact does not count."))
    contact = _standing(contact_id)
    return take_back(contact, by=by, reason=reason.strip(), today=today, now=clock.now(), leave_out=leave_out)


@transaction.atomic
def leave_out_words(*, contact_id: int, by: Member) -> Contact:
    """
    Take the words of a voided contact off the page; the history of the database alone keeps them.

    :raises NoWordsToLeaveOut: if it has none, or counts
    """
    lock_person(Contact.objects.values_list("client_id", flat=True).get(pk=contact_id))
    contact = Contact.objects.select_related("client").get(pk=contact_id)
    if not contact.voided_at or not contact.note:
        raise NoWordsToLeaveOut(_("There is no note to delete."))
    contact.note = contact.written_with = ""
    with history(by, "words left out"):
        contact.save(update_fields=["note", "written_with"])
    return contact


@transaction.atomic
def move_contact(*, contact_id: int, to_id: int, by: Member, today: date) -> LoggedContact:
    """
    Move a contact to the person it was about: void it here without its words, log it there. Due dates follow for both.

    It keeps its author. Where it said that support is wanted, that holds for the other person from now on.

    :raises VoidedAlready: if it was voided already
    :raises CameToSession: if it is a person's attendance at a group
    """
    here = Contact.objects.values_list("client_id", flat=True).get(pk=contact_id)
    people = lock_people([here, to_id])
    contact = Contact.objects.select_related("client", "author").get(pk=contact_id)
    _must_stand(contact)
    if Attendance.objects.filter(contact=contact).exists():
        raise CameToSession(_("This contact comes from a group session. To change it, record the session again."))
    note, written_with = contact.note, contact.written_with
    dropped_in = list(DropIn.objects.filter(contact=contact).values_list("pk", flat=True))
    if written_with == contact.client.short_name:  # as the form had filled it in, for the wrong person
        written_with = people[to_id].short_name
    take_back(contact, by=by, reason=SOMEBODY_ELSE, today=today, now=clock.now(), leave_out=True)
    copied = ("organisation_id", "author_id", "on", "reached", "outcome", "minutes", "channel", "said_at")
    words = {name: getattr(contact, name) for name in copied}
    moved = Contact.objects.create(client=people[to_id], note=note, written_with=written_with, **words)
    DropIn.objects.filter(pk__in=dropped_in).update(contact=moved)  # counted with the person it was about (R88)
    return LoggedContact(moved, False, _follow(people[to_id], moved, None, by=by, today=today))


def _first(by: Member, submission_id: UUID | None) -> Contact | None:
    found = _submitted(by.pk, submission_id) if submission_id else []
    return found[0] if found else None


@compile_once
def _submitted(author_id: int, submission_id: UUID) -> ContactQuerySet:
    return Contact.objects.filter(author=author_id, submission_id=submission_id)


def _again(contact: Contact, words: dict, *, reckoned: bool) -> LoggedContact:
    """
    Return what was logged first.

    :param reckoned: whether the day follows from how long the answer waited; sent twice, it may fall on both sides of midnight
    """
    if any(getattr(contact, name) != value for name, value in words.items() if not (reckoned and name == "on")):
        raise ContactSaidDifferently(contact)
    moved = TierPeriod.objects.filter(because_of=contact).first()
    return LoggedContact(contact, True, Tier(moved.tier) if moved else None)


def _support_wanted(person: Client, contact: Contact, tier: str | None, *, today: date) -> Tier | None:
    """Put a person kept in touch with back to the support they had; return it, or None if there is nothing to change."""
    held = TierPeriod.objects.on(contact.on).filter(client=person).first()
    ended = TierPeriod.objects.filter(client=person, tier=Tier.INACTIVE, automatic=True).order_by("starts_on").last()
    if ended and held and contact.on <= ended.starts_on and held.tier in {Tier.PARKED, Tier.INACTIVE}:
        # The timetable was quicker than the contact was logged: it would not have ended anything.
        if ended.ends_before is None:
            in_touch.restore(person, ended)
            held = TierPeriod.objects.on(contact.on).filter(client=person).first()
    if held is None or held.tier != Tier.PARKED:
        return None
    if TierPeriod.objects.filter(client=person, starts_on__gt=contact.on, starts_on__lte=today).exists():
        return None  # another tier has been written since: this contact is about a time that has passed
    tier = Tier(tier or _last_active_tier(person, contact.on))
    tiers.set_tier(
        person, tier, contact.on, by=contact.author, today=today, reason=_("Asked for support"), because_of=contact
    )
    return tier


def _last_active_tier(person: Client, on: date) -> str:
    before = (
        TierPeriod.objects.filter(client=person, tier__in=ACTIVE_TIERS, starts_on__lte=on).order_by("starts_on").last()
    )
    return before.tier if before else Tier.MEDIUM


def _standing(contact_id: int) -> Contact:
    """Return a contact with its person locked."""
    lock_person(Contact.objects.values_list("client_id", flat=True).get(pk=contact_id))
    contact = Contact.objects.select_related("client").get(pk=contact_id)
    _must_stand(contact)
    return contact


def _must_stand(contact: Contact) -> None:
    if contact.voided_at:
        raise VoidedAlready(_("This contact was removed already."))


def _own_recent(contact_id: int, by: Member, now: datetime) -> Contact:
    contact = _standing(contact_id)
    if contact.author_id != by.pk:
        raise NotTheAuthor(_("Only the person who logged this contact can change it."))
    if now > contact.recorded_at + SECOND_THOUGHTS:
        raise TooLate(
            _("This contact was logged more than ten minutes ago, so it cannot be undone. You can still correct it.")
        )
    return contact


def take_back(
    contact: Contact, *, by: Member | None, reason: str, today: date, now: datetime, leave_out: bool = False
) -> Contact:
    """Void a contact that counts, and undo the support it put the person back to. The person is locked."""
    contact.voided_at, contact.voided_by, contact.void_reason = now, by, reason
    if leave_out:
        contact.note = contact.written_with = ""
    with history(by, reason):
        contact.save(update_fields=["voided_at", "voided_by", "void_reason", "note", "written_with"])
        moved = _take_back_tier(contact)
        DropIn.objects.filter(contact=contact).update(contact=None)  # its heads and minutes count there again (R88)
    refresh([contact.client_id], today)
    refresh_reminders([contact.client_id], today)
    if moved:
        events.send_facts_changed(contact.organisation_id, people=[contact.client_id])
    return contact


def _take_back_tier(contact: Contact) -> bool:
    """Take back the support a contact put its person back to, unless another has been written since."""
    period = TierPeriod.objects.filter(because_of=contact).first()
    if period is None or TierPeriod.objects.filter(client=contact.client, starts_on__gt=period.starts_on).exists():
        return False
    before = TierPeriod.objects.filter(client=contact.client, ends_before=period.starts_on).first()
    if before and before.tier == Tier.PARKED:
        period.delete()
        before.ends_before = period.ends_before
        before.save(update_fields=["ends_before"])
        return True
    return _keep_in_touch_again(period)


def _keep_in_touch_again(period: TierPeriod) -> bool:
    """Restore what keeping in touch said, where support replaced it on its first day."""
    replaced = ReplacedParking.objects.filter(period=period).first()
    if replaced is None:
        return False
    period.tier, period.moved_on, period.automatic, period.because_of = Tier.PARKED, "", False, None
    period.talked, period.reason, period.by = replaced.talked, replaced.reason, replaced.by
    period.save()
    replaced.delete()
    return True
