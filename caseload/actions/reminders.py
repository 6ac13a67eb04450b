"""What is said of a person in reminders stands or falls with what is true of them."""

from peerload import clock
from peerload.notices import actions as notices

from ..enums import ContactPreference, Finding, ReminderKind, Tier
from ..models import Client, Reminder


def settle_reminders(client_ids) -> None:
    """
    Cancel the reminders and unsent notices of these people that are not true any more, and let those stand that are again.

    A contact that moves the anchor cancels what is unsent; undoing it brings that back (4E).
    """
    for person in Client.objects.filter(pk__in=list(client_ids)):
        anchors = dict.fromkeys(ReminderKind.values)
        if person.tier == Tier.PARKED and person.contact_preference == ContactPreference.OK:
            anchors = dict.fromkeys(ReminderKind.values, person.six_weeks_from)
        anchors[Finding.REVIEW] = person.parked_on
        anchors[Finding.INACTIVATED] = person.tier_from if person.tier == Tier.INACTIVE else None
        for kind, anchor_on in anchors.items():
            _stand_or_fall(person, kind, anchor_on)


def _stand_or_fall(person: Client, kind: str, anchor_on) -> None:
    rows = Reminder.objects.filter(client=person, kind=kind)
    rows.filter(cancelled_at=None).exclude(anchor_on=anchor_on).update(cancelled_at=clock.now())
    rows.filter(anchor_on=anchor_on).exclude(cancelled_at=None).update(cancelled_at=None)
    notices.stand_or_fall(kind=kind, subject=subject(person.pk), anchor_on=anchor_on)


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
