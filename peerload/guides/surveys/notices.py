"""
Notices about surveys. Everyone who is asked gets the same lines, whether or not they have answered.

A notice that was cancelled, or not written, for those who have answered would say in the database who they are. So the
mails thank them, and only the first page, which writes nothing, leaves the line out.
"""

from collections.abc import Callable, Iterable
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from peerload.core import clock
from peerload.core.formats import format_day
from peerload.notices.kinds import FirstPageLine, NoticeKind, Reader, keys_of
from peerload.notices.models import Notice

from . import queries
from .models import SurveyRound
from .rules import RoundState

OPEN = "survey_open"  # to everyone who is asked, of_round; the anchor is the day it opens
CLOSING = "survey_closing"  # to everyone who is asked, of_round; the anchor is its last day
RESULT = "survey_result"  # to who may read it, of_round; the anchor is the day it was closed
AGAIN = "survey_again"  # to who opened it, of_round; the anchor is the day from which it may be asked again

ICON = "bar-chart-steps"


def of_round(round_id: int) -> str:
    """Return the subject of a round: ``survey:7``."""
    return f"survey:{round_id}"


# Whether it is still true ---------------------------------------------------------------------------------------------


def _rounds(notices: Iterable[Notice]) -> dict[int, SurveyRound]:
    return {found.pk: found for found in queries.rounds().filter(pk__in=keys_of(notices))}


def _still(is_true: Callable[[SurveyRound, date, Notice], bool]) -> Callable[[list[Notice]], set[int]]:
    """Return a function of notices by a question about the round, today and the notice."""

    def still_true(notices: list[Notice]) -> set[int]:
        found = _rounds(notices)
        days = {each.organisation_id: clock.today(each.organisation) for each in found.values()}
        return {
            notice.pk
            for notice in notices
            if (each := found.get(notice.key)) and is_true(each, days[each.organisation_id], notice)
        }

    return still_true


def _is_open(found: SurveyRound, on: date, notice: Notice) -> bool:
    return queries.state(found, on) == RoundState.OPEN and notice.anchor_on in (found.opens_on, found.closes_on)


def _has_result(found: SurveyRound, on: date, notice: Notice) -> bool:
    return found.closed_on == notice.anchor_on


def _is_due_again(found: SurveyRound, on: date, notice: Notice) -> bool:
    due = queries.due_again(found.organisation, on)
    return (found.pk, notice.anchor_on) in {(each.pk, day) for each, day in due} and _may_open(notice)


def _may_open(notice: Notice) -> bool:
    return notice.recipient.active and notice.recipient.role in queries.READS_ALL_TOGETHER


# On the first page ----------------------------------------------------------------------------------------------------


def to_answer(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return a line for each round that the reader has not answered."""
    return [
        FirstPageLine(
            found.title,
            reverse("survey", args=[found.uid]),
            _("A survey, open until %(day)s") % {"day": format_day(found.closes_on)},
            ICON,
        )
        for found in _rounds(notices).values()
        if not queries.has_answered(found, reader.member.pk)
    ]


def to_read(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return a line for each result: of all together where the reader may read that, else the list."""
    whole = {each.round.pk for each in queries.readable(reader.member, reader.on) if each.team == each.round.team}
    return [
        FirstPageLine(
            found.title,
            reverse("survey_result", args=[found.uid]) if found.pk in whole else reverse("surveys"),
            _("The result of a survey is there"),
            ICON,
        )
        for found in _rounds(notices).values()
    ]


def to_open(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return a line for each survey that may be asked again."""
    words = _("A year has passed: this survey can be asked again")
    return [FirstPageLine(found.title, reverse("survey_open"), words, ICON) for found in _rounds(notices).values()]


# The kinds ------------------------------------------------------------------------------------------------------------


def _thanks(notices: list[Notice]) -> str:
    return _("If you have answered already, thank you")


KINDS = (  # in the order a digest lists them
    NoticeKind(
        OPEN,
        says=ngettext_lazy("%(count)d survey is open to answer", "%(count)d surveys are open to answer", "count"),
        still_true=_still(_is_open),
        series="survey",
        stage=1,
        then=_thanks,
        shown=to_answer,
    ),
    NoticeKind(
        CLOSING,
        says=ngettext_lazy("%(count)d survey closes soon", "%(count)d surveys close soon", "count"),
        still_true=_still(_is_open),
        series="survey",
        stage=2,
        then=_thanks,
        shown=to_answer,
    ),
    NoticeKind(
        RESULT,
        says=ngettext_lazy(
            "The result of %(count)d survey is there", "The results of %(count)d surveys are there", "count"
        ),
        still_true=_still(_has_result),
        series="survey",
        stage=3,
        shown=to_read,
    ),
    NoticeKind(
        AGAIN,
        says=ngettext_lazy("%(count)d survey can be asked again", "%(count)d surveys can be asked again", "count"),
        still_true=_still(_is_due_again),
        shown=to_open,
    ),
)
