"""Notices are owed, gathered into a digest and mailed."""

from datetime import date

from peerload import clock

from .models import Message, Notice


def stand_or_fall(*, kind: str, subject: str, anchor_on: date | None) -> None:
    """Cancel the unsent notices of a kind about a subject with another anchor; those with this one stand (again)."""
    unsent = Notice.objects.filter(kind=kind, subject=subject, message=None)
    unsent.filter(cancelled_at=None).exclude(anchor_on=anchor_on).update(cancelled_at=clock.now())
    unsent.filter(anchor_on=anchor_on).exclude(cancelled_at=None).update(cancelled_at=None)


def cancel(*, subject: str, kinds=None) -> None:
    """Cancel every unsent notice about a subject, of these kinds or of any."""
    unsent = Notice.objects.filter(subject=subject, message=None, cancelled_at=None)
    (unsent.filter(kind__in=kinds) if kinds else unsent).update(cancelled_at=clock.now())


def queue_message(*, to: str, kind: str, subject: str, body: str, organisation=None, recipient=None) -> Message:
    """Put one mail to one address into the outbox, in the transaction of what it is about."""
    now = clock.now()
    return Message.objects.create(
        to=to,
        kind=kind,
        subject=subject[:200],
        body=body,
        organisation=organisation,
        recipient=recipient,
        created_at=now,
        next_attempt_at=now,
    )
