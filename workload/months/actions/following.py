"""What happens to a record when the facts that it counts change."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from caseload.actions import history
from peerload.core import clock
from peerload.staff.models import Member, Organisation
from workload import queries as ledger
from workload.enums import RecordStatus
from workload.models import MonthlyRecord
from workload.notices import RECORD_CHANGED

from .. import rules
from ..rules import RecordTransition
from .record_steps import changed, clear_agreements, notify_about


def follow(organisation_id: int, worker_ids: Collection[int] | None) -> None:
    """
    Open submitted records again when a counted fact has changed: agreements are cleared, the worker is told (D09).

    Called by the ledger after every change to it, and when the service's settings change, in the same transaction.

    :param worker_ids: whose lines may have changed; None for all workers
    """
    waiting = MonthlyRecord.objects.open().filter(
        organisation_id=organisation_id, status__in=(RecordStatus.SUBMITTED, RecordStatus.NOT_AGREED)
    )
    if worker_ids is not None:
        waiting = waiting.filter(worker_id__in=worker_ids)
    records = list(waiting.select_for_update(of=("self",), no_key=True).select_related("worker", "team").order_by("pk"))
    if not records:
        return
    organisation = Organisation.objects.get(pk=organisation_id)
    schemes = ledger.schemes(organisation_id)
    on = clock.today(organisation)
    for month in sorted({record.month for record in records}):
        of_month = [record for record in records if record.month == month]
        differ = changed(organisation, month, of_month, schemes)
        for record in of_month:
            if record.pk in differ:
                reopen(record, on)


def reopen(record: MonthlyRecord, on: date) -> None:
    """Make a submitted record a draft again: agreements and lines are deleted, the worker and those who had agreed are told."""
    agreed = Member.objects.filter(pk__in=record.agreements.values("member"))
    told = list(dict.fromkeys([record.worker, *agreed]))
    clear_agreements(record, None, "a fact changed")
    record.lines.all().delete()
    if record.status == RecordStatus.NOT_AGREED:
        record.other_manager = None  # there is nothing left for them to decide
    record.status = rules.after(record.status, RecordTransition.CHANGE)
    record.completed_by = record.completed_on = None
    record.disagreed_by = record.disagreed_total = None
    record.disagreement = ""
    record.decided_by = record.decided_total = record.explained_by = None
    record.explanation = record.decision_reason = ""
    record.adjustment = Decimal(0)
    record.scheme = None
    record.version += 1
    with history(None, "a fact changed"):
        record.save()
    notify_about(record, RECORD_CHANGED, told, on)
