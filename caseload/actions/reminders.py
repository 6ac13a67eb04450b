"""Keep reminders about a person true: cancel those that no longer apply."""

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Exists, F, OuterRef

from peerload.core import clock
from peerload.notices import actions as notices

from ..enums import ContactPreference, Finding, ReminderKind, Tier, WaitingStage
from ..models import Allocation, Client, Referral, Reminder, TierPeriod


def refresh_reminders(client_ids: Iterable[int], on: date) -> None:
    """
    Cancel reminders and unsent notices of these people that are no longer true, and restore those that are true again.

    A contact that moves the anchor cancels what is unsent; undoing it restores them (4E).
    """
    client_ids = list(client_ids)
    people = list(Client.objects.among(client_ids))
    closed, due, decided = _closed(client_ids), _waiting_until(client_ids), _decided_to_close(client_ids, on)
    true = {
        (person.pk, kind): anchor_on
        for person in people
        for kind, anchor_on in _true_anchors(
            person, person.pk in closed, waits_until=due.get(person.pk), decided_on=decided.get(person.pk)
        ).items()
    }
    about = {client_id for client_id, _ in true}
    notices.refresh_anchored(Reminder.objects.filter(client__in=about), "client_id", true)
    notices.stand_or_fall({(subject(client_id), kind): anchor_on for (client_id, kind), anchor_on in true.items()})


def _closed(client_ids: list[int]) -> set[int]:
    """Return the people whose support is closed and who are not in touch from the day after: no one is prompted about them."""
    ends = Allocation.objects.filter(
        client=OuterRef("client"), ends_before=OuterRef("starts_on"), closed_on__isnull=False
    )
    ahead = TierPeriod.objects.filter(
        Exists(ends), client__in=client_ids, tier=Tier.INACTIVE, starts_on__gt=F("client__tier_from")
    )
    return set(ahead.values_list("client", flat=True))


def _waiting_until(client_ids: list[int]) -> dict[int, date | None]:
    """Return the due day of the next step for the people who wait."""
    return dict(Referral.objects.standing().filter(client__in=client_ids).values_list("client", "due_on"))


def _decided_to_close(client_ids: list[int], on: date) -> dict[int, date | None]:
    """Return the day of the current decision to close, for the people who have a worker that day; it ends with the allocation."""
    held = Allocation.objects.on(on).filter(client__in=client_ids, closed_on=None)
    return dict(held.values_list("client_id", "close_decided_on"))


def _true_anchors(
    person: Client, closed: bool, *, waits_until: date | None, decided_on: date | None
) -> dict[str, date | None]:
    """Return for each kind of reminder the day it counts from, or None if it does not apply."""
    prompted = person.tier == Tier.PARKED and person.contact_preference == ContactPreference.OK and not closed
    return {
        **dict.fromkeys(ReminderKind.values, person.six_weeks_from if prompted else None),
        **dict.fromkeys(WaitingStage.values, waits_until),
        Finding.REVIEW.value: None if closed else person.parked_on,
        Finding.WINDOW.value: decided_on,
        Finding.INACTIVATED.value: person.tier_from if person.tier == Tier.INACTIVE else None,
    }


def subject(client_id: int) -> str:
    """Return the key by which notices name a person."""
    return f"client:{client_id}"


def cancel_reminders(client_ids: Collection[int]) -> None:
    """Cancel every reminder and unsent notice about these people, in two statements: they are not kept in touch with."""
    Reminder.objects.filter(client_id__in=client_ids, cancelled_at=None).update(cancelled_at=clock.now())
    notices.cancel(subjects=[subject(client_id) for client_id in client_ids])
