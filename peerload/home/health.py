"""
Answers for machines: is the process alive, can the site be used, does the timetable run.

There are three because each needs another reaction: a process that is not alive is restarted; a site that cannot write
gets no visitors until it can; a stopped timetable is reported to a person, since restarting web would not help.
"""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from peerload.core import clock
from peerload.notices import probe, queries


@login_not_required
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """Answer that the process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 while the database can be written, else 503 with the reason; the timetable's state is only reported."""
    fault = probe.fault()
    if fault:
        return JsonResponse(
            {"status": "failing", "database": _("The database cannot be used: %(fault)s.") % {"fault": fault}},
            status=503,
        )
    stands_still, words = _timetable()
    return JsonResponse({"status": "degraded" if stands_still else "ok", "database": "ok", "worker": words})


@login_not_required
@require_safe
def worker(request: HttpRequest) -> JsonResponse:
    """Answer 200 while the timetable runs, else 503: for the alarm of the person on call, never for restarting web."""
    try:
        stands_still, words = _timetable()
    except DatabaseError:
        stands_still, words = True, _("Not known: the database does not answer.")
    return JsonResponse(
        {"status": "failing" if stands_still else "ok", "worker": words}, status=503 if stands_still else 200
    )


def _timetable() -> tuple[bool, str]:
    last = queries.last_sweep()
    if not queries.stands_still(last, clock.now()):
        return False, "ok"
    if not last:
        return True, _("No sweep has finished yet: look at worker, beat and broker.")
    words = _("No sweep has finished since %(time)s UTC: look at worker, beat and broker.")
    return True, words % {"time": f"{last:%Y-%m-%d %H:%M}"}
