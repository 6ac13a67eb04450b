"""Keeping in touch with a person: when a contact is due, what was tried last, what happens after 24 weeks."""

from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

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
    """An attempt that is a person's last entry: its day, when it was recorded, and who recorded it."""

    on: date
    at: datetime
    by: str

    @classmethod
    def of(cls, entry: dict | None) -> "Tried | None":
        """Return what `last_entry` found, where it is an attempt."""
        if entry is None or entry["reached"]:
            return None
        return cls(date.fromisoformat(entry["on"]), datetime.fromisoformat(entry["at"]), entry["by"] or "")


def last_entry(client: str) -> Subquery:
    """Return a subquery for the last counted contact or attempt of the person in a column of the outer query."""
    entries = Contact.objects.standing().filter(client=OuterRef(client)).order_by("-on", "-recorded_at", "-pk")
    return Subquery(
        entries.values(entry=JSONObject(on="on", at="recorded_at", by="author__name", reached="reached"))[:1]
    )


def outcome_of(person: Client, on: date, every: rules.Cadence) -> ParkedOutcome | None:
    """Return the result of keeping in touch with a person, ``None`` if not parked."""
    known = known_of(person)
    return rules.outcome(known, on, every) if known else None


def asks_for_decision(person: Client, outcome: ParkedOutcome | None) -> bool:
    """Return whether a manager decides: too long a gap, or an automatic outcome was taken back (R52, R54)."""
    taken_back = outcome == ParkedOutcome.INACTIVATE and person.kept_in_touch_on is not None
    return outcome == ParkedOutcome.REVIEW or taken_back
