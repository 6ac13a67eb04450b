"""What is said of a person in reminders stands or falls with what is true of them."""

from datetime import date

from peerload import clock
from peerload.notices import actions as notices

from ..enums import ContactPreference, Finding, ReminderKind, Tier
from ..models import Client, Reminder


def settle_reminders(client_ids) -> None:
    """
    Cancel the reminders and unsent notices of these people that are not true any more, and let those stand that are again.

    A contact that moves the anchor cancels what is unsent; undoing it brings that back (4E).
    """
    people = Client.objects.among(client_ids)
    true = {(person.pk, kind): anchor_on for person in people for kind, anchor_on in _true_anchors(person).items()}
    about = {client_id for client_id, _ in true}
    notices.settle(Reminder.objects.filter(client__in=about), "client_id", true)
    notices.stand_or_fall({(subject(client_id), kind): anchor_on for (client_id, kind), anchor_on in true.items()})


def _true_anchors(person: Client) -> dict[str, date | None]:
    """Return the day that what is said of a person hangs on, for each kind; None where nothing of the kind is true."""
    prompted = person.tier == Tier.PARKED and person.contact_preference == ContactPreference.OK
    return {
        **dict.fromkeys(ReminderKind.values, person.six_weeks_from if prompted else None),
        Finding.REVIEW.value: person.parked_on,
        Finding.INACTIVATED.value: person.tier_from if person.tier == Tier.INACTIVE else None,
    }


def subject(client_id: int) -> str:
    """Return the key by which notices name somebody."""
    return f"client:{client_id}"


def cancel_reminders(client_ids) -> None:
    """Cancel every reminder and unsent notice about these people, in two statements: they are not kept in touch with."""
    Reminder.objects.filter(client_id__in=client_ids, cancelled_at=None).update(cancelled_at=clock.now())
    notices.cancel(subjects=[subject(client_id) for client_id in client_ids])


def cancel_window(client_id: int) -> None:
    """Say no more that a decision to close is past its window: it was withdrawn, or carried out."""
    Reminder.objects.filter(client_id=client_id, kind=Finding.WINDOW, cancelled_at=None).update(
        cancelled_at=clock.now()
    )
    notices.cancel(subjects=[subject(client_id)], kinds=[Finding.WINDOW])
