"""Notices about requests for leave; the subject is the request, ``leave:7``, the anchor the day it was asked or answered."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from peerload.core import clock
from peerload.core.translation import LazyText
from peerload.notices.kinds import FirstPageLine, NoticeKind, Reader, keys_of, matching
from peerload.notices.models import Notice

from ..enums import LeaveState
from ..models import LeaveRequest
from . import queries, rules

ASKED = "leave_asked"  # to who answers
AGREED = "leave_agreed"  # to the worker
OTHER_DAYS = "leave_other_days"  # to the worker
DECLINED = "leave_declined"  # to the worker


def of_request(leave_id: int) -> str:
    """Return the subject of a request: ``leave:7``."""
    return f"leave:{leave_id}"


def in_state(state: LeaveState, day: str) -> Callable[[list[Notice]], set[int]]:
    """Return a check whether notices are about a request in a state since the day of their anchor."""
    return lambda notices: matching(notices, LeaveRequest.objects.filter(state=state), day)


def still_asked(notices: list[Notice]) -> set[int]:
    """Return the notices about requests that wait since their anchor, and that the reader still answers."""
    waiting = in_state(LeaveState.ASKED, "asked_on")(notices)
    asked = LeaveRequest.objects.filter(pk__in=keys_of(notices)).select_related("worker").in_bulk()
    who = queries.answering([each.worker for each in asked.values()], clock.today(notices[0].organisation))
    return {
        notice.pk
        for notice in notices
        if notice.pk in waiting and notice.recipient_id in who[asked[notice.key].worker_id].members
    }


# On the first page -----------------------------------------------------------------------------------------------------


def asked(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about requests that wait for the reader; the team page has a section of its own."""
    words = _("Asks for leave, %(days)s")
    return [] if reader.leads else _lines(notices, reader, lambda each: each.worker.name, words)


def answered(words: LazyText) -> Callable[[list[Notice], Reader], list[FirstPageLine]]:
    """Return what makes lines about the reader's own requests that were answered."""

    def shown(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
        return _lines(notices, reader, lambda each: _("My leave"), str(words))

    return shown


def _lines(
    notices: list[Notice], reader: Reader, label: Callable[[LeaveRequest], str], words: str
) -> list[FirstPageLine]:
    requests = LeaveRequest.objects.filter(pk__in=keys_of(notices)).select_related("worker")
    return [
        FirstPageLine(
            label(each),
            reverse("leave_request", args=[each.uid]),
            words % {"days": rules.say_days(each.starts_on, each.last_day, reader.on)},
            "calendar-x",
        )
        for each in requests.order_by("starts_on", "worker__name_key", "pk")
    ]


# The kinds -------------------------------------------------------------------------------------------------------------

KINDS = (  # in the order a digest lists them
    NoticeKind(
        ASKED,
        says=ngettext_lazy(
            "%(count)d request for leave waits for your answer",
            "%(count)d requests for leave wait for your answer",
            "count",
        ),
        still_true=still_asked,
        shown=asked,
    ),
    NoticeKind(
        OTHER_DAYS,
        says=ngettext_lazy(
            "%(count)d request of yours for leave needs other days",
            "%(count)d requests of yours for leave need other days",
            "count",
        ),
        still_true=in_state(LeaveState.OTHER_DAYS, "answered_on"),
        shown=answered(gettext_lazy("%(days)s: other days are asked for")),
    ),
    NoticeKind(
        DECLINED,
        says=ngettext_lazy(
            "%(count)d request of yours for leave was declined",
            "%(count)d requests of yours for leave were declined",
            "count",
        ),
        still_true=in_state(LeaveState.DECLINED, "answered_on"),
        shown=answered(gettext_lazy("%(days)s: declined")),
    ),
    NoticeKind(
        AGREED,
        says=ngettext_lazy(
            "%(count)d request of yours for leave is agreed",
            "%(count)d requests of yours for leave are agreed",
            "count",
        ),
        still_true=in_state(LeaveState.AGREED, "answered_on"),
        shown=answered(gettext_lazy("%(days)s: agreed")),
    ),
)
