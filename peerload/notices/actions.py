"""Write notices, gather them into a digest, and mail it at least once."""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from functools import partial
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPResponseException
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import BadHeaderError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from peerload.core import clock, dates
from peerload.core.periods import holds_half_open
from peerload.staff.models import Member, Organisation

from . import kinds
from .mail import NotEncrypted, send_by_smtp
from .models import Message, Notice, Tick

logger = logging.getLogger("peerload.notices")

OPENS, CLOSES = time(8), time(18)  # local, on working days: when digests are written
LEASE = timedelta(minutes=10)  # after which a message whose sender vanished is sent again
WAITS = [
    timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, *[360] * 11)
]  # between attempts: 72 hours in all
AT_ONCE = 200  # messages in one run; the next is a minute away

# Notices ----------------------------------------------------------------------------------------------------------


def stand_or_fall(true: dict[tuple[str, str], date | None]) -> None:
    """Cancel the unsent notices about these (subject, kind) with an anchor that is not true; restore the true ones."""
    refresh_anchored(
        Notice.objects.filter(subject__in={subject for subject, __ in true}, message=None), "subject", true
    )


def refresh_anchored(said: QuerySet, about: str, true: dict[tuple, date | None]) -> None:
    """
    Cancel notices with an anchor that is not true, and restore those that are true again; rows that are right are only read.

    :param said: rows with ``kind anchor_on cancelled_at``
    :param about: the column with the subject
    :param true: the true anchor by (about, kind), None where nothing is true; rows of other kinds stay as they are
    """
    falls: list[int] = []
    stands: list[int] = []
    for pk, who, kind, anchor_on, cancelled_at in said.values_list("pk", about, "kind", "anchor_on", "cancelled_at"):
        if (who, kind) in true and (anchor_on == true[who, kind]) == (cancelled_at is not None):
            (falls if cancelled_at is None else stands).append(pk)
    if falls:
        said.filter(pk__in=falls).update(cancelled_at=clock.now())
    if stands:
        said.filter(pk__in=stands).update(cancelled_at=None)


def cancel(*, subjects: list[str], kinds: list[str] | None = None) -> None:
    """Cancel every unsent notice about these subjects, of some kinds or of any."""
    unsent = Notice.objects.filter(subject__in=subjects, message=None, cancelled_at=None)
    (unsent.filter(kind__in=kinds) if kinds else unsent).update(cancelled_at=clock.now())


def put_away(*, kind: str, subject: str) -> None:
    """Cancel what a kind says of a subject, mailed or not, for every reader: it is said once, so it does not come back."""
    Notice.objects.filter(kind=kind, subject=subject, cancelled_at=None).update(cancelled_at=clock.now())


class NewNotice(NamedTuple):
    """A line for a member: once per recipient, kind, subject and anchor."""

    recipient_id: int
    kind: str
    subject: str
    anchor_on: date


def notify(*, recipients: Iterable[Member], kind: str, subject: str, anchor_on: date) -> int:
    """Put a line into members' next digest, once per kind, subject and anchor; return to how many it is new."""
    members = {member.pk: member.organisation_id for member in recipients}
    services = set(members.values())
    lines = [NewNotice(pk, kind, subject, anchor_on) for pk in members]
    return sum(notify_each(pk, [line for line in lines if members[line.recipient_id] == pk]) for pk in services)


def notify_each(organisation_id: int, lines: Collection[NewNotice]) -> int:
    """Put a line into the next digest of each of these members, in two statements for any number; return how many are new."""
    said = Notice.objects.filter(
        organisation=organisation_id,
        recipient__in={line.recipient_id for line in lines},
        kind__in={line.kind for line in lines},
        anchor_on__in={line.anchor_on for line in lines},
    ).values_list(*NewNotice._fields)
    new = set(lines) - set(map(NewNotice._make, said))
    now = clock.now()
    rows = [Notice(organisation_id=organisation_id, created_at=now, **line._asdict()) for line in sorted(new)]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return len(new)


def queue_message(
    *,
    to: str,
    kind: str,
    subject: str,
    body: str,
    organisation: Organisation | None = None,
    recipient: Member | None = None,
    on: date | None = None,
) -> Message:
    """
    Write a mail into the outbox, in the transaction of what it is about; it is sent from there.

    Without a recipient it belongs to the member who signs in with that address, if there is one.
    """
    if recipient is None:
        members = Member.objects.active().filter(user__email__iexact=to)
        recipient = members.select_related("organisation").order_by("pk").first()
    now = clock.now()
    return Message.objects.create(
        organisation=organisation or (recipient and recipient.organisation),
        recipient=recipient,
        to=to,
        kind=kind,
        on=on,
        subject=" ".join(subject.split())[:200],
        body=body,
        next_attempt_at=now,
        created_at=now,
    )


# The digest ------------------------------------------------------------------------------------------------------------


def write_digests(organisation: Organisation, now: datetime) -> int:
    """
    Write to each member what is new for them: at most one mail a day, and only in working hours.

    Members who are away or cannot sign in get no mail; their notices wait or have been passed on.

    :param now: any moment with a zone; working hours are the organisation's
    """
    local = now.astimezone(ZoneInfo(organisation.timezone))
    if not is_working_time(organisation, local):
        return 0
    on = local.date()
    away = holds_half_open(on, of="recipient__absences")
    unsent = Notice.objects.filter(
        organisation=organisation,
        message=None,
        cancelled_at=None,
        recipient__active=True,
        recipient__user__is_active=True,
    )
    away_now = Notice.objects.filter(away, organisation=organisation).values("recipient")
    written = Message.objects.filter(kind=Message.Kind.DIGEST, on=on).values("recipient")
    recipients = (
        unsent.exclude(recipient__in=away_now).exclude(recipient__in=written).values_list("recipient_id", flat=True)
    )
    return sum(_write_digest(organisation, member_id, on) for member_id in recipients.order_by("recipient").distinct())


def is_working_time(organisation: Organisation, local: datetime) -> bool:
    """Return whether a local moment is between 08:00 and 18:00 of a working day."""
    if not OPENS <= local.time() < CLOSES:
        return False
    closures = set(organisation.closures.values_list("on", flat=True))
    return dates.is_working_day(local.date(), organisation.region, closures)


def _write_digest(organisation: Organisation, member_id: int, on: date) -> bool:
    with transaction.atomic():
        unsent = Notice.objects.filter(recipient=member_id, message=None, cancelled_at=None).order_by("pk")
        unsent = list(unsent.select_for_update(of=("self",), skip_locked=True))
        true = kinds.still_true(unsent)
        _drop({notice.pk for notice in unsent} - {notice.pk for notice in true})
        if not true:
            return False
        recipient = Member.objects.select_related("user").get(pk=member_id)
        try:
            with transaction.atomic():
                message = queue_message(
                    to=recipient.user.email,
                    kind=Message.Kind.DIGEST,
                    subject=_("Today in peerload"),
                    body=_digest_body(organisation, recipient, true),
                    organisation=organisation,
                    recipient=recipient,
                    on=on,
                )
        except IntegrityError:
            return False  # another has just written today's
        Notice.objects.filter(pk__in=[notice.pk for notice in true]).update(message=message)
    return True


def _digest_body(organisation: Organisation, recipient: Member, notices: list[Notice]) -> str:
    words = {
        "organisation": organisation,
        "recipient": recipient,
        "lines": kinds.counted(notices),
        "url": f"{settings.BASE_URL}/",
    }
    return render_to_string("notices/digest.txt", words).strip()


def _drop(notice_ids: set[int]) -> None:
    Notice.objects.filter(pk__in=notice_ids).update(cancelled_at=clock.now(), message=None)


# The outbox ------------------------------------------------------------------------------------------------------------


def drain(send: Callable[[Message], None] | None = None, *, now: Callable[[], datetime] = clock.now) -> int:
    """
    Send waiting messages; return how many went out. Any number of processes may do this side by side.

    A message is claimed with a lease, sent outside of any lock, then marked: should the sender vanish in between, it is
    sent again with the same Message-ID. A refusal for good makes it fail at once, everything else after 72 hours of
    trying. Where the fault is the mail server's and not this mail's, the others wait for the next run: a server that
    does not answer would otherwise hold the worker for as many timeouts as there are messages.
    """
    send = send or (send_by_smtp if settings.EMAIL_URL else None)
    if send is None:
        return 0  # no one to send it: it stays in the outbox, to be read on the page of messages
    sent = 0
    for __ in range(AT_ONCE):
        message = _claim(now())
        if message is None:
            break
        try:
            sent += _attempt(message, send, now)
        except NobodyAnswers:
            break
    return sent


@transaction.atomic
def _claim(now: datetime) -> Message | None:
    """Lease the next message that is due; its content must still be true."""
    free = Message.objects.filter(Q(leased_until=None) | Q(leased_until__lt=now), state=Message.State.WAITING)
    free = free.filter(next_attempt_at__lte=now).order_by("next_attempt_at", "pk")
    message = free.select_for_update(of=("self",), skip_locked=True, no_key=True).first()
    if message:
        message.leased_until = now + LEASE
        message.attempts += 1
        message.save(update_fields=["leased_until", "attempts"])
    return message


def _attempt(message: Message, send: Callable[[Message], None], now: Callable[[], datetime]) -> bool:
    if not _still_wanted(message):
        return False
    try:
        send(message)
    except Exception as error:
        _put_off(message, error, now())
        if not is_about_this_mail(error):
            raise NobodyAnswers from error
        return False
    Message.objects.filter(pk=message.pk, state=Message.State.WAITING).update(
        state=Message.State.SENT, sent_at=now(), leased_until=None, error=""
    )
    return True


@transaction.atomic
def _still_wanted(message: Message) -> bool:
    """Check once more before sending: a digest has only true lines, and is not sent to a member who may not sign in."""
    if message.kind != Message.Kind.DIGEST:
        return True
    recipient = message.recipient
    told = list(message.notices.filter(cancelled_at=None).select_for_update(of=("self",)).order_by("pk"))
    true = kinds.still_true(told) if recipient.active and recipient.user.is_active else []
    if len(true) < len(told) or not told:
        _drop({notice.pk for notice in told} - {notice.pk for notice in true})
        if not true:
            message.delete()
            return False
        message.body = _digest_body(message.organisation, recipient, true)
        message.save(update_fields=["body"])
    return True


def _put_off(message: Message, error: Exception, now: datetime) -> None:
    """Try again later, or give up and show the failure."""
    changes: dict[str, Any] = {"error": said(error), "leased_until": None}
    if is_final(error) or message.attempts > len(WAITS):
        changes |= {"state": Message.State.FAILED}
        logger.error("message %s failed: %s", message.message_id, changes["error"])
    else:
        changes |= {"next_attempt_at": now + WAITS[message.attempts - 1]}
        logger.warning("message %s is tried again later: %s", message.message_id, changes["error"])
    Message.objects.filter(pk=message.pk, state=Message.State.WAITING).update(**changes)


class NobodyAnswers(Exception):
    """The mail server cannot be reached, refuses us, or does not answer."""


def is_about_this_mail(error: Exception) -> bool:
    """Return whether the mail server answered, and refused this mail or its receiver; another one may go through."""
    return isinstance(error, SMTPRecipientsRefused | SMTPDataError | BadHeaderError)


def is_final(error: Exception) -> bool:
    """Return whether the post office refused this very mail for good (5xx); a wrong password or sender is ours to mend."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, __ in error.recipients.values())
    return isinstance(error, BadHeaderError) or (isinstance(error, SMTPDataError) and error.smtp_code >= 500)


def said(error: Exception) -> str:
    """Return an error in one short line, without passwords or addresses of the connection."""
    if isinstance(error, SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        return f"{code} {_plain(words)}"[:300]
    if isinstance(error, SMTPResponseException):
        return f"{error.smtp_code} {_plain(error.smtp_error)}"[:300]
    if isinstance(error, NotEncrypted):
        return str(error)[:300]
    return f"{type(error).__name__}: {error}"[:300]


def _plain(words: bytes | str) -> str:
    return " ".join((words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)).split())


class NotFailed(Exception):
    """Only a message that failed is sent again."""


class AddressChanged(Exception):
    """A message is not sent again to an address that its recipient has given up."""


@transaction.atomic
def send_again(*, message_id: UUID) -> Message:
    """
    Put a failed message back into the outbox.

    :raises NotFailed: if it waits or was sent
    :raises AddressChanged: if its recipient has another address by now
    """
    message = Message.objects.select_for_update(of=("self",), no_key=True).get(message_id=message_id)
    if message.state != Message.State.FAILED:
        raise NotFailed(_("This message did not fail; there is nothing to send again."))
    if message.address_is_old:
        raise AddressChanged(
            _("%(recipient)s no longer uses %(to)s, so this message is not sent again.")
            % {"recipient": message.recipient.name, "to": message.to}
        )
    message.state, message.attempts, message.error = Message.State.WAITING, 0, ""
    message.next_attempt_at = clock.now()
    message.save(update_fields=["state", "attempts", "error", "next_attempt_at"])
    return message


# The timetable ---------------------------------------------------------------------------------------------------------


class Unfinished(Exception):
    """Raised inside `tick` to leave its slot open: not all of the job was done."""


@contextmanager
def tick(job: str, *, every: int) -> Iterator[bool]:
    """
    Begin a slot of the timetable; yields whether there is anything to do.

    A finished slot is not begun again; one begun and not finished is: its worker may have been killed, and jobs can run
    twice without harm. `Unfinished` raised inside ends the slot quietly, not finished.

    :param every: minutes between slots
    """
    now = clock.now()
    slot = now.replace(minute=now.minute - now.minute % every, second=0, microsecond=0)
    row, __ = Tick.objects.get_or_create(job=job, slot=slot)
    try:
        yield row.done_at is None
    except Unfinished:
        return
    Tick.objects.filter(pk=row.pk, done_at=None).update(done_at=clock.now())


TICKS_KEPT = timedelta(days=14)
LINKS_KEPT = timedelta(days=4)  # mail with a sign-in link; the link itself lives three days
DIGESTS_KEPT = timedelta(days=180)


def tidy(now: datetime) -> int:
    """Delete what is no longer needed: old ticks, expired sessions, old sent mail; return how many rows."""
    from django.contrib.sessions.models import Session

    sent = partial(Message.objects.filter, state=Message.State.SENT)
    old = [
        Tick.objects.filter(slot__lt=now - TICKS_KEPT),
        Session.objects.filter(expire_date__lt=now),
        sent(sent_at__lt=now - LINKS_KEPT).exclude(kind=Message.Kind.DIGEST),
        Notice.objects.filter(message__sent_at__lt=now - DIGESTS_KEPT),
        sent(sent_at__lt=now - DIGESTS_KEPT),
    ]
    return sum(rows.delete()[0] for rows in old)
