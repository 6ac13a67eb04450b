"""Before an important step a member confirms again who they are: by password or by second factor."""

from datetime import timedelta
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from peerload.core import clock

from .access import MemberRequest

FRESH = timedelta(minutes=10)


def is_fresh(request: MemberRequest) -> bool:
    """
    Return whether the user has confirmed within ten minutes that it is them.

    Signing in does not count: a stranger who finds a browser just signed in would pass.
    """
    records = get_authentication_records(request, request.user)
    confirmed = [record["at"] for record in records if record.get("reauthenticated")]
    return bool(confirmed) and clock.now().timestamp() - confirmed[-1] < FRESH.total_seconds()


def ask(request: MemberRequest, then: str) -> HttpResponse:
    """Lead to the page that asks once more, and from there to ``then``."""
    return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': then})}")
