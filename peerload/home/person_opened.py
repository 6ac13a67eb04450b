"""Who opened a person's page in the last month."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, QuerySet

from caseload.models import Client
from peerload.audit.models import Entry
from peerload.core import clock
from peerload.core.compile_once import compile_once
from peerload.staff import access

LOOKED = timedelta(days=30)


class Looked(NamedTuple):
    """The members who opened a page in the last month: their names, how often, and the last day, latest first."""

    people: int
    times: list[dict[str, Any]]


def who_looked(found: Client, request: access.MemberRequest) -> Looked:
    """Return who has opened the page in the last thirty days, the member who asks included."""
    zone = ZoneInfo(request.organisation.timezone)
    seen = _opened(str(found.uid), clock.now() - LOOKED)
    times = [{"name": name, "times": count, "on": last.astimezone(zone).date()} for name, count, last in seen]
    return Looked(len(times), times)


@compile_once
def _opened(subject: str, since: datetime) -> QuerySet[Any, Any]:
    rows = Entry.objects.filter(subject=subject, what=Entry.What.OPENED, at__gte=since).values("member__name")
    return (
        rows.annotate(times=Count("pk"), last=Max("at")).order_by("-last").values_list("member__name", "times", "last")
    )
