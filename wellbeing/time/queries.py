"""What pages ask about time that a worker has logged. Every function is told the day it is asked about."""

from datetime import date, timedelta

from peerload.staff.models import Member

from ..models import TimeEntry
from . import rules


def lately(worker: Member, on: date):
    """Return what a worker has logged in the last two weeks, the newest first."""
    first = on - timedelta(days=rules.LISTED_DAYS - 1)
    return TimeEntry.objects.filter(worker=worker, on__range=(first, on)).order_by("-on", "-pk")
