"""Notices are owed, gathered into a digest and mailed."""

from contextlib import contextmanager
from datetime import date

from peerload import clock

from .models import Message, Notice, Tick


def stand_or_fall(*, kind: str, subject: str, anchor_on: date | None) -> None:
    """Cancel the unsent notices of a kind about a subject with another anchor; those with this one stand (again)."""
    unsent = Notice.objects.filter(kind=kind, subject=subject, message=None)
    unsent.filter(cancelled_at=None).exclude(anchor_on=anchor_on).update(cancelled_at=clock.now())
    unsent.filter(anchor_on=anchor_on).exclude(cancelled_at=None).update(cancelled_at=None)


def cancel(*, subjects: list[str], kinds: list[str] | None = None) -> None:
    """Cancel every unsent notice about these subjects, of some kinds or of any."""
    unsent = Notice.objects.filter(subject__in=subjects, message=None, cancelled_at=None)
    (unsent.filter(kind__in=kinds) if kinds else unsent).update(cancelled_at=clock.now())


@contextmanager
def tick(job: str, *, every: int):
    """
    Begin a slot of the timetable; yields whether there is anything to do.

    A slot somebody has finished is not begun again; one begun and not finished is: its worker may have been killed, and
    what a job does twice it does once.

    :param every: minutes between slots
    """
    now = clock.now()
    slot = now.replace(minute=now.minute - now.minute % every, second=0, microsecond=0)
    row, _ = Tick.objects.get_or_create(job=job, slot=slot)
    yield row.done_at is None
    Tick.objects.filter(pk=row.pk, done_at=None).update(done_at=clock.now())


def queue_message(*, to: str, kind: str, subject: str, body: str, organisation=None, recipient=None) -> Message:
    """
    Put one mail to one address into the outbox, in the transaction of what it is about.

    Called by `peerload.staff` for invitations and for what the sign-in library mails.
    """
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
