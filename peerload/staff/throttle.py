"""
How often a user may try to sign in: axes counts tries for an account and an address together, this module one address's
for many.

Many people may sit behind one address. So an address is slowed only when tries for many accounts have failed from it,
and then not for those who have signed in from it before: an office goes on working while a person in it tries a list of
emails.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.http import HttpRequest

from peerload.audit.actions import address
from peerload.audit.models import Entry
from peerload.core import clock

from .sign_in import SECOND_STEP, who_tries

MOST_ACCOUNTS = 20  # how many accounts may fail from one address within the quarter of an hour
WHILE = timedelta(hours=settings.AXES_COOLOFF_TIME)
AT_HOME = timedelta(days=30)  # since signing in from an address


class Handler(AxesDatabaseHandler):
    """Count tries in the database, by account and address and by address alone."""

    def get_failures(self, request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> int:
        found = super().get_failures(request, credentials)
        return max(found, settings.AXES_FAILURE_LIMIT) if goes_through_accounts(request, credentials) else found


def goes_through_accounts(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> bool:
    """Return whether tries for too many accounts have failed from this address, which is not where this account is at home."""
    here, account = address(request), (who_tries(request, credentials) or "").removesuffix(SECOND_STEP)
    if here is None:
        return False
    failed = AccessAttempt.objects.filter(ip_address=here, attempt_time__gte=clock.now() - WHILE)
    if failed.values("username").distinct().count() <= MOST_ACCOUNTS:
        return False
    at_home = Entry.objects.filter(
        what=Entry.What.SIGNED_IN, address=here, member__user__email=account, at__gte=clock.now() - AT_HOME
    )
    return not at_home.exists()
