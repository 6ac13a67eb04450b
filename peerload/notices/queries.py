"""What the timetable has done."""

from datetime import datetime, timedelta

from .models import Tick

TOO_LONG = timedelta(minutes=45)  # three slots of the sweep: the worker, beat or the broker stands still


def last_sweep() -> datetime | None:
    """Return when a sweep was last finished by the timetable."""
    done = Tick.objects.filter(job="sweep", done_at__isnull=False).order_by("-slot")
    return done.values_list("done_at", flat=True).first()


def stands_still(last: datetime | None, now: datetime) -> bool:
    """Return whether the timetable has finished nothing for too long."""
    return last is None or now - last > TOO_LONG
