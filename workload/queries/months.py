"""Months that are submitted or reported."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q

from peerload.core import dates

from ..enums import RecordStatus
from ..models import MonthlyRecord, TeamReport


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
