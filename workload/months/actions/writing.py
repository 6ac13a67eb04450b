"""Writing down what belongs to a month."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from caseload.actions import history
from peerload.core.formats import format_day, format_month
from peerload.staff.models import Member
from workload.enums import Answer, RecordStatus, Side
from workload.models import Assumption, MonthlyRecord
from workload.notices import RECORD_SETTLED

from ..queries import leaders_of
from .record_steps import clear_for_words, keeps_opened, must_be_open, notify_about, open_record, save_record
from .refusals import Kept, NeedsMore, NotYourPartOfRecord, RecordContradiction, RecordStepRefused


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


@keeps_opened
def write_note(*, worker: Member, month: date, by: Member, version: int, today: date, note: str) -> MonthlyRecord:
    """
    Save the manager's own note on a record, in any state: the worker reads it, no agreement depends on it (R145).

    :raises NotYourPartOfRecord: if it is not the manager's side
    :raises RecordChangedMeanwhile: if the record has changed since the page was opened
    :raises NotListed: if the worker is not counted on the month's last day
    :raises NotOver: if the month has not begun
    """
    record, place, __ = open_record(worker, month, by, version=version, today=today)
    if place.side != Side.MANAGER:
        raise NotYourPartOfRecord(_("Only the team manager writes this note."))
    words = note.strip()
    if words != record.manager_note:
        record.manager_note = words
        record.manager_note_by, record.manager_note_on = (by, today) if words else (None, None)
    save_record(record, by, "note")
    return record


@keeps_opened
def explain(*, worker: Member, month: date, by: Member, version: int, today: date, words: str) -> MonthlyRecord:
    """
    Save why a side's figure is right, where the two do not agree, until another manager decides (R144).

    :raises RecordStepRefused: if it is not "not agreed", or decided
    :raises NeedsMore: if there are no words
    :raises NotYourPartOfRecord: if it is neither the worker nor who leads the team
    :raises RecordChangedMeanwhile: if the record has changed since the page was opened
    :raises NotListed: if the worker is not counted on the month's last day
    """
    record, place, __ = open_record(worker, month, by, version=version, today=today)
    if not (place.own or place.leads):
        raise NotYourPartOfRecord(_("The worker and the team manager explain their figures. You decide between them."))
    if record.status != RecordStatus.NOT_AGREED or record.decided_by_id:
        raise RecordStepRefused(_("There is nothing to decide about this record any more."))
    if not words.strip():
        raise NeedsMore(_("Write why your figure is right."))
    if place.own == (record.disagreed_by_id == worker.pk):
        record.disagreement = words.strip()
    else:
        record.explained_by, record.explanation = by, words.strip()
    save_record(record, by, "explained")
    return record


@transaction.atomic
def settle(*, worker: Member, month: date, by: Member, today: date, answer: str, note: str) -> Assumption:
    """
    Record a worker's answer to what was assumed about their month; the second time is refused (W23, R143).

    :raises NotYourPartOfRecord: if it is not the worker
    :raises RecordStepRefused: if nothing was assumed, or it is answered
    :raises NeedsMore: if something was different, and no words say what
    """
    if by.pk != worker.pk:
        raise NotYourPartOfRecord(_("Only %(worker)s can say whether this holds.") % {"worker": worker.name})
    waiting = Assumption.objects.select_for_update(of=("self",), no_key=True).select_related("record__team")
    found = waiting.filter(record__worker=worker, record__month=month, answer="").first()
    if found is None:
        raise RecordStepRefused(_("This is answered already."))
    if answer == Answer.WRONG and not note.strip():
        raise NeedsMore(_("Write in a sentence what was different."))
    found.answer, found.answer_note, found.answered_on = answer, note.strip(), today
    with history(by, "settled"):
        found.save()
    notify_about(found.record, RECORD_SETTLED, leaders_of(found.record.team, today), today)
    return found
