"""Keeping in touch with a person: when a contact is due, what was tried last, what happens after 24 weeks."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce, JSONObject

from .. import rules
from ..enums import ContactState, ParkedOutcome
from ..models import Client, Contact

if TYPE_CHECKING:
    from .held import SupportedPerson


class ContactDue(NamedTuple):
    """When the next contact with a parked person is due: ``days`` until then, or since."""

    on: date
    state: ContactState
    days: int
    before_first_day: bool = False  # due before the worker's first day (R116)


def next_due(six_weeks_from: date | None, on: date, every: rules.Cadence) -> ContactDue | None:
    """Return when the next contact is due, ``None`` for a person who is not parked."""
    if six_weeks_from is None:
        return None
    due_on = rules.due_on(six_weeks_from, every)
    state, over = rules.contact_state(due_on, on)
    return ContactDue(due_on, state, over or (due_on - on).days)


def known_of(person: "Client | SupportedPerson") -> rules.InTouch | None:
    """Return what keeping in touch goes by, from the derived columns of a client or of a row; ``None`` if not parked."""
    if person.parked_on is None:
        return None
    return rules.InTouch(
        parked_on=person.parked_on,
        six_weeks_from=person.six_weeks_from,
        last_contact_on=person.last_contact_on,
        contacts_since_parked=person.contacts_since_parked,
        longest_gap=person.longest_gap,
        support_wanted_on=person.support_wanted_on,
    )


class Tried(NamedTuple):
    """
    An attempt that is a person's last entry: its day, when it was made, who recorded it, and how often that day (R86).

    It is shown to everybody who may try again, until a contact reaches the person.
    """

    on: date
    at: datetime
    by: str
    times: int = 1  # on that day, since the person was last reached

    @classmethod
    def of(cls, entry: dict | None) -> "Tried | None":
        """Return the attempts of the day that `last_entry` found; None where it found a contact that reached them."""
        if entry is None or entry["reached"]:
            return None
        day, at = date.fromisoformat(entry["on"]), datetime.fromisoformat(entry["at"])
        return cls(day, at, entry["by"] or "", entry["times"] or 1)

    @classmethod
    def among(cls, contacts: Iterable[Contact]) -> "Tried | None":
        """Return the attempts of the last day from contacts of a person that were read already; None as in `of`."""
        counted = (contact for contact in contacts if not contact.voided_at)
        entries = sorted(counted, key=lambda entry: (entry.on, entry.recorded_at, entry.pk), reverse=True)
        if not entries or entries[0].reached:
            return None
        last, times = entries[0], 0
        for entry in entries:
            if entry.reached or entry.on != last.on:
                break
            times += 1
        return cls(last.on, last.said_at or last.recorded_at, last.author.name if last.author else "", times)


def last_entry(client: str) -> Subquery:
    """
    Return a subquery for the last counted contact or attempt of the person in a column of the outer query.

    The attempts of that day are counted from the last contact on that reached the person.
    """
    entries = Contact.objects.standing().filter(client=OuterRef(client)).order_by("-on", "-recorded_at", "-pk")
    same = {"client": OuterRef("client"), "on": OuterRef("on")}
    reached_since = Contact.objects.reached().filter(**same, recorded_at__gt=OuterRef("recorded_at"))
    attempts = Contact.objects.standing().filter(~Exists(reached_since), **same, reached=False)
    times = Subquery(attempts.order_by().values("client").annotate(times=Count("pk")).values("times"))
    at = Coalesce("said_at", "recorded_at")  # by the phone's clock, where it was answered without a signal
    entry = JSONObject(on="on", at=at, by="author__name", reached="reached", times=times)
    return Subquery(entries.values(entry=entry)[:1])


def outcome_of(person: Client, on: date, every: rules.Cadence) -> ParkedOutcome | None:
    """Return the result of keeping in touch with a person, ``None`` if not parked."""
    known = known_of(person)
    return rules.outcome(known, on, every) if known else None


def asks_for_decision(person: Client, outcome: ParkedOutcome | None) -> bool:
    """Return whether a manager decides: too long a gap, or an automatic outcome was taken back (R52, R54)."""
    taken_back = outcome == ParkedOutcome.INACTIVATE and person.kept_in_touch_on is not None
    return outcome == ParkedOutcome.REVIEW or taken_back
