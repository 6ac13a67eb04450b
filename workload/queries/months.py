"""Months that are submitted or reported."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet

from peerload.core import dates
from peerload.staff.models import Organisation

from .. import rules
from ..enums import RecordStatus
from ..models import MonthlyRecord, RemedialAction, TeamReport


def months_submitted(worker_ids: Collection[int], months: Collection[date]) -> set[tuple[int, date]]:
    """
    Return the workers and months whose record does not wait for the worker any more: it is past its draft, or reported.

    A record not agreed waits for another manager, not for the worker (R42).
    """
    records = MonthlyRecord.objects.filter(worker__in=worker_ids, month__in=months)
    return set(records.exclude(status=RecordStatus.DRAFT, report=None).values_list("worker_id", "month"))


def months_reported(team_ids: Collection[int], months: Collection[date]) -> set[tuple[int, date]]:
    """Return for which teams and months the report is sent."""
    sent = TeamReport.objects.filter(team__in=team_ids, month__in=months)
    return set(sent.values_list("team_id", "month"))


def unreported_from(worker_ids: Collection[int], on: date) -> date:
    """
    Return the first day, from one on, that no reported month of any of these workers has or follows: that day if it is free.

    A month imported as reported was reported before the service had peerload; it counts as one sent from here.
    """
    records = MonthlyRecord.objects.filter(worker__in=worker_ids, month__gte=dates.month_start(on))
    reported = records.filter(Q(report__isnull=False) | Q(status=RecordStatus.REPORTED))
    last = reported.order_by("-month").values_list("month", flat=True).first()
    return dates.month_end(last) + dates.DAY if last else on


def risen_actions(
    organisation: Organisation, on: date, *, team_ids: Collection[int] | None = None
) -> QuerySet[RemedialAction]:
    """Return the actions not done that the service manager is told of on a day, the longest overdue first (R142)."""
    last = rules.latest_due_told(on, organisation.action_days)
    found = RemedialAction.objects.filter(record__organisation=organisation, done_on=None, due_on__lte=last)
    if team_ids is not None:
        found = found.filter(record__team__in=team_ids)
    return found.select_related("owner", "record__worker", "record__team").order_by("due_on", "pk")
