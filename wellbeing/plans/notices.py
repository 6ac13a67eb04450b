"""Notices about plans, without figures; the subject is the plan, ``plan:7``, the anchor the day."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from peerload.core.formats import format_day
from peerload.notices.kinds import FirstPageLine, NoticeKind, Reader, keys_of
from peerload.notices.models import Notice

from ..enums import PlanState
from ..models import TimePlan, TimePlanQuerySet

PLAN_PROPOSED = "plan_proposed"  # to the manager of the worker's team
PLAN_AGREED = "plan_agreed"  # to the worker
PLAN_CHANGE_ASKED = "plan_change_asked"  # to the worker


def of_plan(plan_id: int) -> str:
    """Return the subject of a plan: ``plan:7``."""
    return f"plan:{plan_id}"


def in_state(state: PlanState) -> Callable[[list[Notice]], set[int]]:
    """Return a check whether notices are about a plan in a state."""

    def still(notices: list[Notice]) -> set[int]:
        stand = set(TimePlan.objects.filter(pk__in=keys_of(notices), state=state).values_list("pk", flat=True))
        return {notice.pk for notice in notices if notice.key in stand}

    return still


# On the first page ----------------------------------------------------------------------------------------------------


def proposed(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about plans proposed to the reader; the team page has a section of its own."""
    words = _("Has proposed a time plan. Agree to it, or talk about it")
    return (
        []
        if reader.leads
        else [FirstPageLine(plan.worker.name, _url(plan), words, "calendar-week") for plan in _plans(notices)]
    )


def asked_about(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return the line about the reader's plan that came back with a question."""
    return (
        [FirstPageLine(_("My time plan"), reverse("my_weeks"), _("Came back with a question"), "chat-left-dots")]
        if notices
        else []
    )


def agreed(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about the reader's plans that were agreed."""
    return [
        FirstPageLine(
            _("My time plan from %(day)s") % {"day": format_day(plan.starts_on)},
            _url(plan),
            _("Is agreed"),
            "check2-all",
        )
        for plan in _plans(notices)
    ]


def _plans(notices: list[Notice]) -> TimePlanQuerySet:
    return (
        TimePlan.objects.filter(pk__in=keys_of(notices))
        .select_related("worker")
        .order_by("worker__name_key", "starts_on")
    )


def _url(plan: TimePlan) -> str:
    return reverse("plan", args=[plan.uid])


# The kinds ------------------------------------------------------------------------------------------------------------

KINDS = (  # in the order a digest lists them
    NoticeKind(
        PLAN_PROPOSED,
        says=ngettext_lazy(
            "%(count)d time plan is proposed to you. Agree to it, or talk about it",
            "%(count)d time plans are proposed to you. Agree to them, or talk about them",
            "count",
        ),
        still_true=in_state(PlanState.PROPOSED),
        shown=proposed,
    ),
    NoticeKind(
        PLAN_CHANGE_ASKED,
        says=ngettext_lazy(
            "%(count)d time plan of yours came back with a question",
            "%(count)d time plans of yours came back with a question",
            "count",
        ),
        still_true=in_state(PlanState.DRAFT),
        shown=asked_about,
    ),
    NoticeKind(
        PLAN_AGREED,
        says=ngettext_lazy(
            "%(count)d time plan of yours is agreed", "%(count)d time plans of yours are agreed", "count"
        ),
        still_true=in_state(PlanState.AGREED),
        shown=agreed,
    ),
)
