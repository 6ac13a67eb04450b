"""Remedial actions: agreed, taken back, done."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caseload.actions import history
from peerload.core.formats import format_day
from peerload.notices.actions import NewNotice, notify_each
from peerload.staff.enums import Role
from peerload.staff.models import Member, Organisation
from workload import queries as ledger
from workload.models import MonthlyRecord, RemedialAction
from workload.notice_subjects import of_action
from workload.notices import ACTION_OVERDUE

from .. import queries
from .record_steps import clear_for_words, keeps_opened, must_be_open, open_record, save_record
from .refusals import NotYourPartOfRecord, RecordContradiction, RecordStepRefused


@keeps_opened
def add_action(
    *, worker: Member, month: date, by: Member, version: int, today: date, what: str, owner: Member, due_on: date
) -> RemedialAction:
    """
    Add an action to a month above the limit: its owner and due day (W18).

    It clears the agreements, but not another manager's decision.

    :raises RecordContradiction: if there are no words, or the day has passed
    :raises NotYourPartOfRecord: if the owner has no part in the record
    :raises Kept: if the record is agreed, provisional or reported
    :raises RecordChangedMeanwhile: if the record has changed since the page was opened
    :raises NotListed: if the worker is not counted on the month's last day
    :raises NotOver: if the month is not over, or has not begun
    """
    record, __, __ = open_record(worker, month, by, version=version, today=today)
    must_be_open(record)
    if not what.strip():
        raise RecordContradiction(_("Say what will be done."))
    if due_on < today:
        raise RecordContradiction(_("%(day)s has passed. Choose a later day.") % {"day": format_day(due_on)})
    if owner not in owners(record, today):
        raise NotYourPartOfRecord(_("Choose the worker, or a manager who agrees to the record."))
    clear_for_words(record, by, "an action was added")
    save_record(record, by, "an action was added")
    return RemedialAction.objects.create(record=record, what=what.strip()[:300], owner=owner, due_on=due_on, by=by)


def owners(record: MonthlyRecord, on: date) -> list[Member]:
    """Return the members an action of a record can belong to."""
    found = [record.worker, *queries.leaders_of(record.team, on)]
    if record.other_manager:
        found.append(record.other_manager)
    return list(dict.fromkeys(found))


TAKEN_BACK = gettext_lazy("Another person has removed this action meanwhile.")


@keeps_opened
def drop_action(*, action_id: int, by: Member, version: int, today: date) -> MonthlyRecord:
    """
    Remove an action from a record that is not completed yet; the history keeps it.

    :raises RecordStepRefused: if it is removed already
    :raises Kept: if the record is agreed, provisional or reported
    :raises NotYourPartOfRecord: if this part of the record is another member's
    :raises RecordChangedMeanwhile: if the record has changed since the page was opened
    """
    action = RemedialAction.objects.select_related("record__worker").filter(pk=action_id).first()
    if action is None:
        raise RecordStepRefused(TAKEN_BACK)
    record, __, __ = open_record(action.record.worker, action.record.month, by, version=version, today=today)
    must_be_open(record)
    with history(by, "taken back"):
        RemedialAction.objects.get(pk=action_id).delete()
    clear_for_words(record, by, "an action was taken back")
    save_record(record, by, "an action was taken back")
    return record


@transaction.atomic
def tick_off_action(*, action_id: int, by: Member, today: date, done: bool) -> RemedialAction:
    """
    Record that an action is done, or that it is not after all; a second tap on the same changes nothing (W18).

    :raises RecordStepRefused: if it has been taken back
    :raises NotYourPartOfRecord: if it is neither theirs nor of a record they have a part in
    """
    action = (
        RemedialAction.objects.select_for_update(of=("self",), no_key=True)
        .select_related("record__worker", "record__team", "owner")
        .filter(pk=action_id)
        .first()
    )
    if action is None:
        raise RecordStepRefused(TAKEN_BACK)
    record = action.record
    place = queries.place(by, record.worker, queries.team_of(record.worker, record.month, record), record, on=today)
    if place.side is None and action.owner_id != by.pk:
        raise NotYourPartOfRecord(
            _("Only the person who has to do an action, the worker or their manager can say that it is done.")
        )
    if done != (action.done_on is not None):
        action.done_on = today if done else None
        with history(by, "done" if done else "not done after all"):
            action.save(update_fields=["done_on"])
    return action


def notify_of_overdue_actions(organisation: Organisation, on: date) -> int:
    """Tell service managers once of each action that is overdue by the service's number of days (R142); count new ones."""
    overdue = list(ledger.risen_actions(organisation, on))
    if not overdue:
        return 0
    above = Member.objects.active().filter(organisation=organisation, role=Role.SERVICE_MANAGER)
    keys = list(above.values_list("pk", flat=True))
    lines = [NewNotice(key, ACTION_OVERDUE, of_action(each.pk), each.due_on) for each in overdue for key in keys]
    return notify_each(organisation.pk, lines)
