"""The only reader of the clock. All other code gets the day as an argument."""

import os
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from django.utils import timezone


class Somewhere(Protocol):
    """What has a time zone: an organisation."""

    timezone: str


def today(organisation: Somewhere) -> date:
    """
    Return the organisation's local date (R60).

    ``PEERLOAD_TODAY`` (YYYY-MM-DD) sets it for tests over real processes.
    """
    if fixed := os.environ.get("PEERLOAD_TODAY"):
        return date.fromisoformat(fixed)
    return local_now(organisation).date()


def local_now(organisation: Somewhere) -> datetime:
    """Return the moment in the organisation's time zone."""
    return local_time(organisation, now())


def local_time(organisation: Somewhere, moment: datetime) -> datetime:
    """Return a moment in the organisation's time zone."""
    return moment.astimezone(ZoneInfo(organisation.timezone))


def now() -> datetime:
    """Return the moment, for stamps that say when something was written."""
    return timezone.now()
