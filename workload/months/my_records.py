"""A worker's own months, the newest first."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from peerload.core import dates
from peerload.staff import access
from peerload.staff.roles import Capability
from workload import queries as ledger
from workload.enums import RecordStatus
from workload.models import MonthlyRecord
from workload.months import queries, rules
from workload.months.views import address

SHOWN = 13  # this month, and a year


@access.requires(Capability.SEE_OWN_POINTS)
@require_GET
def my_records(request: access.MemberRequest) -> HttpResponse:
    """Show a member's months: the current one, the last to submit, the kept ones; and those they have to decide."""
    member, on = request.member, request.on
    this = dates.month_start(on)
    months = [this, *rules.before(this, SHOWN - 1)]
    schemes = ledger.schemes(request.organisation.pk)
    history = dict(queries.twelve_months(request.organisation, this, member.pk, schemes, count=SHOWN))
    records = {record.month: record for record in MonthlyRecord.objects.filter(worker=member).order_by("-month")}
    sessions = queries.supervisions([member.pk], months)
    rows = [
        {
            "month": month,
            "url": address(member, month),
            "past": history.get(month),
            "record": records.get(month),
            "status": RecordStatus(records[month].status).label if month in records else _("not submitted"),
            "runs": month == this,
            "supervision": queries.supervision(records.get(month), sessions.get((member.pk, month))),
        }
        for month in months
        if history.get(month) or month in records
    ]
    context = {
        "rows": rows,
        "asking_records": queries.asks_of(member, on),
        "to_settle": queries.to_settle(member),
        "to_decide": queries.to_decide(member, on),
        "open_actions": queries.open_actions(member),
    }
    return render(request, "workload/months/my_records.html", context)
