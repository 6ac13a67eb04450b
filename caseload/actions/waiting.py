"""Begin and end waiting for a worker (W26). What happens in between is in `caseload.waiting`."""

from collections.abc import Collection
from datetime import date

from django.db import transaction

from peerload.core.periods import lasts_half_open, sql_holds_half_open
from peerload.core.sql import rows
from peerload.notices import actions as notices
from peerload.staff.models import Member

from ..enums import News, ReferralEnd, WaitingStage
from ..models import Referral, ReferralChange
from .locking import history
from .reminders import subject

KINDS = [News.WAITS_FOR, News.WAITS_HERE, *WaitingStage]  # of notices that depend on a referral


def begin_waiting(referral: Referral, *, by: Member, on: date, today: date, owner_before: int | None = None) -> None:
    """
    Save a referral, new or changed; a member made responsible by another one is told in their next digest.

    The person is locked, or new.

    :param on: the day that the member is told about: the first one, or the day of the change
    """
    referral.organisation_id = referral.client.organisation_id
    with history(by, "waiting for a worker"):
        keep_what_was_written(referral, by=by, on=today)
        referral.save()
    if referral.owner_id != owner_before:
        about = subject(referral.client_id)
        notices.cancel(subjects=[about], kinds=KINDS)
        if referral.owner and referral.owner_id != by.pk:
            notices.notify(recipients=[referral.owner], kind=News.WAITS_FOR, subject=about, anchor_on=on)


SAID = ("referred_by", "owner_id", "action", "due_on", "contingency")


def keep_what_was_written(referral: Referral, *, by: Member | None, on: date) -> None:
    """Keep the current details of a referral as a `ReferralChange` if they are about to change. The caller has locked it."""
    before = Referral.objects.filter(pk=referral.pk).values(*SAID).first()
    if before and any(before[name] != getattr(referral, name) for name in SAID):
        ReferralChange.objects.create(referral=referral, changed_on=on, by=by, **before)


def end_waiting(client_id: int, on: date, how: ReferralEnd, *, drop_after: date | None = None) -> None:
    """
    End a person's waiting on a day and cancel its reminders. The person is locked.

    Waiting that was to end later, with an allocation that does not come, ends here too.

    :param drop_after: waiting planned for after this day, and not begun by that end, is deleted; None where none is planned
    """
    for referral in Referral.objects.filter(lasts_half_open(on, ends="ended_on"), client=client_id):
        notices.cancel(subjects=[subject(client_id)], kinds=KINDS)
        if drop_after and referral.referred_on > drop_after and referral.referred_on >= on:
            referral.delete()
            continue
        referral.ended_on, referral.ended_as = max(on, referral.referred_on), how
        referral.save(update_fields=["ended_on", "ended_as"])


def drop_planned_waiting(client_ids: Collection[int], on: date) -> None:
    """Delete waiting that is planned after a day, because the person moved on before."""
    Referral.objects.standing().filter(client__in=client_ids, referred_on__gt=on).delete()


# A person who was not in touch before they were referred has come back, and waits on the same record.
OVER = f"""
UPDATE caseload_referral r SET ended_on = greatest(r.referred_on, over.day), ended_as = over.how
FROM (
    SELECT w.id, coalesce(a.starts_on, t.starts_on) AS day,
        CASE WHEN a.id IS NULL THEN %(moved_on)s ELSE %(allocated)s END AS how
    FROM caseload_referral w
    LEFT JOIN caseload_allocation a ON a.client_id = w.client_id AND a.closed_on IS NULL
        AND {sql_holds_half_open("a")}
    LEFT JOIN caseload_tierperiod t ON t.client_id = w.client_id AND t.tier = 'inactive'
        AND t.starts_on > w.referred_on AND {sql_holds_half_open("t")}
    WHERE w.organisation_id = %(organisation)s AND w.ended_on IS NULL AND w.referred_on <= %(on)s
        AND (a.id IS NOT NULL OR t.id IS NOT NULL)
) over
WHERE r.id = over.id AND r.ended_on IS NULL
RETURNING r.client_id
"""


@transaction.atomic
def refresh_waiting(organisation_id: int, on: date) -> int:
    """
    End the waiting of everyone who got a worker, or moved on, by a sheet or the sweep; return how many.
    """
    known = {"organisation": organisation_id, "on": on}
    known |= {"moved_on": ReferralEnd.MOVED_ON.value, "allocated": ReferralEnd.ALLOCATED.value}
    with history(None, "waiting came to its end"):
        ended = [client_id for (client_id,) in rows(OVER, known)]
    if ended:
        notices.cancel(subjects=[subject(client_id) for client_id in ended], kinds=KINDS)
    return len(ended)
