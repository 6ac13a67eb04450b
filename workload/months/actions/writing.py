"""Writing down what belongs to a month."""

from datetime import date

from django.utils.translation import gettext as _

from peerload.core.formats import format_day, format_month
from peerload.staff.models import Member
from workload.models import MonthlyRecord

from .record_steps import clear_for_words, keeps_opened, must_be_open, open_record, save_record
from .refusals import Kept, NotYourPartOfRecord, RecordContradiction


@keeps_opened
def write_words(
    *, worker: Member, month: date, by: Member, version: int, today: date, comment: str, enough: str, would_help: str
) -> MonthlyRecord:
    """
    Save a worker's words about their month: any change clears the agreements (R41), but not another manager's decision.

    It may be written before the month is over.

    :raises NotYourPartOfRecord: if it is not the worker
    :raises Kept: if the record is agreed, provisional or reported
    :raises RecordChangedMeanwhile: if the record has changed since the page was opened
    :raises NotListed: if the worker is not counted on the month's last day
    :raises NotOver: if the month is not over, or has not begun
    """
    record, place, __ = open_record(worker, month, by, version=version, today=today)
    if not place.own:
        raise NotYourPartOfRecord(_("These are %(worker)s’s own words.") % {"worker": worker.name})
    must_be_open(record)
    return _write(record, by, comment=comment.strip(), enough=enough, would_help=would_help.strip())


@keeps_opened
def write_reason(
    *, worker: Member, month: date, by: Member, version: int, today: date, reason: str, causes: str
) -> MonthlyRecord:
    """
    Save why a month lies above the limit, and the background: by the worker or the manager (W18).

    :raises NotYourPartOfRecord: if this part of the record is another member's
    :raises Kept: if the record is agreed, provisional or reported
    :raises RecordChangedMeanwhile: if the record has changed since the page was opened
    :raises NotListed: if the worker is not counted on the month's last day
    :raises NotOver: if the month is not over, or has not begun
    """
    record, __, __ = open_record(worker, month, by, version=version, today=today)
    must_be_open(record)
    return _write(record, by, reason=reason.strip(), causes=causes.strip())


def _write(record: MonthlyRecord, by: Member, **words: str) -> MonthlyRecord:
    if any(getattr(record, name) != value for name, value in words.items()):
        for name, value in words.items():
            setattr(record, name, value)
        clear_for_words(record, by, "the words changed")
    save_record(record, by, "written")
    return record


@keeps_opened
def note_supervision(
    *, worker: Member, month: date, by: Member, version: int, today: date, held_on: date | None, next_on: date | None
) -> MonthlyRecord:
    """
    Record when supervision was held for a month, and when it is next (W22); no agreement depends on that.

    :raises RecordContradiction: if it was held on a day to come, before the month, or the next lies before it
    :raises Kept: if the report has been sent
    :raises NotYourPartOfRecord: if this part of the record is another member's
    :raises RecordChangedMeanwhile: if the record has changed since the page was opened
    :raises NotListed: if the worker is not counted on the month's last day
    :raises NotOver: if the month is not over, or has not begun
    """
    record, __, __ = open_record(worker, month, by, version=version, today=today)
    if record.report_id:
        raise Kept(_("The team’s report has been sent with what was written here; it stays as it is."))
    if held_on and held_on > today:
        raise RecordContradiction(
            _("%(day)s has not come yet. Write it as the next supervision.") % {"day": format_day(held_on)}
        )
    if held_on and held_on < month:
        raise RecordContradiction(
            _("%(day)s is before %(month)s. Write it in an earlier record.")
            % {"day": format_day(held_on), "month": format_month(month)}
        )
    if next_on and next_on <= (held_on or month):
        raise RecordContradiction(_("The next supervision has to be after the last one."))
    record.supervision_held_on, record.next_supervision_on = held_on, next_on
    save_record(record, by, "supervision")
    return record
