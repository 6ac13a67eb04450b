"""Months written down as sent, past the actions: for tests of what a month that is done means elsewhere."""

from datetime import UTC, date, datetime, time, timedelta

from peerload.core.dates import month_end
from peerload.staff.models import Member, Team
from workload.models import MonthlyRecord, TeamReport


def record(worker: Member, month: date, **fields) -> MonthlyRecord:
    """Write a worker's record: a draft of peerload's own unless told otherwise."""
    fields = {"team": worker.home_team, "total": 84, "status": "draft", "imported": False} | fields
    return MonthlyRecord.objects.create(organisation=worker.organisation, worker=worker, month=month, **fields)


def report(team: Team, month: date, *workers: Member) -> TeamReport:
    """Write a team's month as sent on the 10th of the next, with the records of some workers in it."""
    on = month_end(month) + timedelta(days=10)
    sent = TeamReport.objects.create(
        organisation=team.organisation,
        team=team,
        month=month,
        sent_on=on,
        sent_at=datetime.combine(on, time(), UTC),
        sent_by=team.manager,
        points=84 * len(workers),
        limit=100 * len(workers),
        fte=len(workers),
    )
    for worker in workers:
        record(worker, month, status="reported", report=sent)
    return sent
