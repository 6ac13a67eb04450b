"""
Notices about a member's own documents, and about agreements on their work.

A mail passes many hands, and an admin of the service sees that it was sent: no line says whether a member has a
Wellness Action Plan, and both prompts about it are the same words.
"""

from collections.abc import Callable
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from peerload.core import clock
from peerload.notices.kinds import FirstPageLine, NoticeKind, Reader, keys_of
from peerload.notices.models import Notice
from peerload.staff.models import Member

from ..enums import DocumentKind
from ..models import Adjustment, PrivateDocument
from . import queries, rules

PLAN_FIRST = "private_first"  # to a new worker, of_member; the anchor is their first day
PLAN_AGAIN = (
    "private_again"  # to every member, of_member; the anchor is six months after the plan, or after a start without
)
ADJUSTMENT_ASKED = "adjustment_asked"  # to the one still to agree, of_adjustment; the anchor is the day it was written
ADJUSTMENT_REVIEW = "adjustment_review"  # to both, of_adjustment; the anchor is the day of the review

PLAN_WORDS = gettext_lazy("If you like, write or read your Wellness Action Plan under “For me”")


# Subjects --------------------------------------------------------------------------------------------------------------


def of_member(member_id: int) -> str:
    """Return the subject of a member's own documents: ``mine:17``."""
    return f"mine:{member_id}"


def of_adjustment(adjustment_id: int) -> str:
    """Return the subject of an agreement about a worker's work: ``adjustment:5``."""
    return f"adjustment:{adjustment_id}"


# Whether it is still true ----------------------------------------------------------------------------------------------


def _looked_at(notices: list[Notice]) -> dict:
    authors = keys_of(notices)
    plans = PrivateDocument.objects.filter(kind=DocumentKind.WELLNESS_PLAN, author__in=authors)
    return dict(plans.values_list("author", "looked_at_on"))


def still_without_plan(notices: list[Notice]) -> set[int]:
    """Return the notices to members who have not begun a plan since."""
    found = _looked_at(notices)
    return {notice.pk for notice in notices if notice.key not in found}


def still_six_months_old(notices: list[Notice]) -> set[int]:
    """Return the notices about plans not reviewed since, and those to members who still have none."""
    again = {author: rules.look_again_on(day) for author, day in _looked_at(notices).items()}
    return {notice.pk for notice in notices if again.get(notice.key, notice.anchor_on) == notice.anchor_on}


def still_asked(notices: list[Notice]) -> set[int]:
    """Return the notices about unchanged agreements that still wait for the recipient's answer."""
    return {
        notice.pk
        for notice, found in _about(notices)
        if (found.worker_agreed_on if notice.recipient_id == found.worker_id else found.agreed_on) is None
    }


def still_to_review(notices: list[Notice]) -> set[int]:
    """Return the notices whose day of review is still the same, to those who still take part."""
    return {notice.pk for notice, found in _about(notices) if found.review_on == notice.anchor_on}


def _about(notices: list[Notice]) -> list[tuple[Notice, Adjustment]]:
    """Return the notices with what they are about, where it has not ended and is the recipient's to know."""
    standing = Adjustment.objects.filter(pk__in=keys_of(notices), ended_on=None)
    found = {row.pk: row for row in standing.select_related("worker__organisation")}
    have_a_say = {pk: _with_a_say(row) for pk, row in found.items()}
    return [(notice, found[notice.key]) for notice in notices if notice.recipient_id in have_a_say.get(notice.key, ())]


def _with_a_say(adjustment: Adjustment) -> set[int]:
    worker: Member = adjustment.worker
    return {worker.pk, *(leader.pk for leader in queries.may_share_with(worker, clock.today(worker.organisation)))}


# On the first page ----------------------------------------------------------------------------------------------------


def for_oneself(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return the one line about a Wellness Action Plan, the same for everyone."""
    words = _("If you like, write or read your Wellness Action Plan")
    return [FirstPageLine(_("For me"), reverse("mine"), words, "lock")] if notices else []


def adjustments(words: str) -> Callable:
    """Return a function that shows notices about agreements: whose work they are about, with a link."""

    def shown(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
        found = {agreement.pk: agreement for __, agreement in _about(notices)}
        return [
            FirstPageLine(
                _("My work")
                if each.worker_id == reader.member.pk
                else _("%(worker)s’s work") % {"worker": each.worker.name},
                reverse("adjustment", args=[each.uid]),
                str(words),
                "person-check",
            )
            for each in found.values()
        ]

    return shown


# The kinds ------------------------------------------------------------------------------------------------------------

wellness_plan = partial(
    NoticeKind, says=None, series="wellness_plan", each=lambda notice: PLAN_WORDS, shown=for_oneself
)
KINDS = (  # in the order a digest lists them
    wellness_plan(PLAN_FIRST, still_true=still_without_plan),
    wellness_plan(PLAN_AGAIN, still_true=still_six_months_old),
    NoticeKind(
        ADJUSTMENT_ASKED,
        says=ngettext_lazy(
            "%(count)d agreement about work waits for your answer",
            "%(count)d agreements about work wait for your answer",
            "count",
        ),
        still_true=still_asked,
        shown=adjustments(gettext_lazy("An agreement: waits for your answer")),
    ),
    NoticeKind(
        ADJUSTMENT_REVIEW,
        says=ngettext_lazy(
            "%(count)d agreement about work is due to be talked about again",
            "%(count)d agreements about work are due to be talked about again",
            "count",
        ),
        still_true=still_to_review,
        shown=adjustments(gettext_lazy("An agreement: talk about it again together")),
    ),
)
