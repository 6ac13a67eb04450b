"""Saving drop-ins, taking them back, making a person of one, and removing first names after a week."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from peerload.staff.models import Member, Organisation

from ..actions import Refused, add_person, log_contact, tiers
from ..actions.contacts import SECOND_THOUGHTS
from ..actions.locking import history
from ..enums import Channel, Outcome
from ..models import Client, DropIn
from . import queries, rules


class SavedDifferently(Refused):
    """The same form was sent twice with other numbers or another first name."""

    def __init__(self) -> None:
        super().__init__(
            _("This was saved already, with other details. What you sent first stays; nothing was changed.")
        )


class NameOfLongAgo(Refused):
    """A first name is kept for a week from the day of the drop-in (R89)."""

    field = "first_name"

    def __init__(self) -> None:
        super().__init__(_("A first name is kept for a week, and that week is over. Leave it empty."))


class NotYours(Refused):
    """Only its author changes a drop-in."""

    def __init__(self) -> None:
        super().__init__(_("Only the person who saved this can change it."))


class DropInTooLate(Refused):
    """Ten minutes are over."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This was saved more than ten minutes ago, so it cannot be undone. You can still remove it from the count."
            )
        )


class DropInVoided(Refused):
    """It counts no longer."""

    def __init__(self) -> None:
        super().__init__(_("This was removed already."))


class AddedAlready(Refused):
    """One of the people has a record already."""

    def __init__(self) -> None:
        super().__init__(_("A person was added from this already. To add another, use “Add a person”."))


@transaction.atomic
def log_drop_in(
    *, by: Member, on: date, today: date, minutes: int, people: int = 1, first_name: str = "", submission_id: UUID
) -> DropIn:
    """
    Save that people dropped in. A submission sent twice returns the first drop-in.

    :param minutes: of the worker's time, with all of them together
    :raises tiers.NotYet: if the day lies ahead
    :raises NameOfLongAgo: if there is a first name, and the week in which it is kept is over
    :raises SavedDifferently: if the submission was saved with other numbers or another first name
    """
    words = {"on": on, "people": people, "minutes": minutes}
    first_name = first_name.strip()
    if on > today:
        raise tiers.NotYet(_("That day has not come yet."))
    if first_name and not rules.name_is_kept(on, today):
        raise NameOfLongAgo
    drop_in, made = DropIn.objects.get_or_create(
        author=by,
        submission_id=submission_id,
        defaults={"organisation_id": by.organisation_id, "first_name": first_name, **words},
    )
    if not made and _differs(drop_in, words, first_name, today):
        raise SavedDifferently
    return drop_in


def _differs(drop_in: DropIn, words: dict[str, Any], first_name: str, today: date) -> bool:
    """Return whether a drop-in was saved with other details; a first name that was removed since says nothing."""
    if any(getattr(drop_in, name) != value for name, value in words.items()):
        return True
    removed = drop_in.voided_at or drop_in.contact_id or not rules.name_is_kept(drop_in.on, today)
    return drop_in.first_name != first_name and not removed


@transaction.atomic
def undo_drop_in(*, drop_in_id: int, by: Member, now: datetime) -> DropIn:
    """
    Undo a drop-in just saved.

    :raises NotYours, DropInTooLate, DropInVoided: if it is not the author, within ten minutes
    """
    drop_in = _own(drop_in_id, by)
    if not queries.can_undo(drop_in, now - SECOND_THOUGHTS):
        raise DropInTooLate
    return _void(drop_in, by=by, reason="undone", now=now)


@transaction.atomic
def void_drop_in(*, drop_in_id: int, by: Member, reason: str, now: datetime) -> DropIn:
    """
    Remove a drop-in from the count, with a reason. The contact of a person who was added from it stays.

    :raises NotYours, DropInVoided: if it is not the author's, or counts no longer
    :raises tiers.NeedsReason: if no reason is given
    """
    if not reason.strip():
        raise tiers.NeedsReason(_("Write down why this does not count."))
    return _void(_own(drop_in_id, by), by=by, reason=reason.strip(), now=now)


@transaction.atomic
def add_them(*, drop_in_id: int, by: Member, today: date, fields: dict[str, Any], referral: dict[str, Any]) -> Client:
    """
    Make a person of one who dropped in: they wait for a worker, and have a contact of that day with its minutes.

    From then on the drop-in counts one person less, and no minutes (R88); its first name is removed.

    :param fields: who they are, as for `caseload.actions.add_person`
    :param referral: details of their waiting, as for `caseload.actions.add_person`
    :raises NotYours, DropInVoided: if it is not the author's, or counts no longer
    :raises AddedAlready: if one of them was added, and their contact counts
    """
    drop_in = _own(drop_in_id, by)
    if queries.became_person(drop_in):
        raise AddedAlready
    person = add_person(organisation=by.organisation, by=by, on=today, fields=fields, referral=referral)
    logged = log_contact(
        client_id=person.pk,
        by=by,
        on=drop_in.on,
        today=today,
        reached=True,
        outcome=Outcome.OTHER,
        minutes=drop_in.minutes,
        channel=Channel.IN_PERSON,
    )
    drop_in.contact, drop_in.first_name = logged.contact, ""
    with history(by, "one of them was added"):
        drop_in.save(update_fields=["contact", "first_name"])
    return person


@transaction.atomic
def forget_first_names(organisation: Organisation, on: date) -> int:
    """Remove the first names of a week ago; return how many (R89). The history never had them."""
    over = DropIn.objects.filter(organisation=organisation, on__lte=on - rules.KEPT).exclude(first_name="")
    return over.update(first_name="")


def _own(drop_in_id: int, by: Member) -> DropIn:
    """Return a drop-in that counts, locked, of its author."""
    drop_in = DropIn.objects.select_for_update(no_key=True).get(pk=drop_in_id)
    if drop_in.author_id != by.pk:
        raise NotYours
    if drop_in.voided_at:
        raise DropInVoided
    return drop_in


def _void(drop_in: DropIn, *, by: Member, reason: str, now: datetime) -> DropIn:
    drop_in.voided_at, drop_in.voided_by, drop_in.void_reason, drop_in.first_name = now, by, reason, ""
    with history(by, reason):
        drop_in.save(update_fields=["voided_at", "voided_by", "void_reason", "first_name"])
    return drop_in
