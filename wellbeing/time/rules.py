"""
Time outside contacts: what can be logged at one tap, and on which days; and what a time study finds. Minutes are whole.

Nothing here reads the clock, the database or settings. Source: T14, W28, R2, R84 and R85.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from statistics import median, quantiles
from typing import NamedTuple

from django.utils.translation import gettext as _

from caseload.rules import GROUP_HOURS, HIGH_HOURS, PARKED_HOURS, Mix, rounded
from peerload.core.dates import DAY

from ..enums import Focus, PlanActivity, StudyKind
from ..plans.rules.grids import BUILT_IN_ROWS, GridRow

# Contacts, group sessions and sessions held are recorded where they happen: nothing is entered twice.
OUTSIDE = (
    PlanActivity.PHYSICAL_EXERCISE,
    PlanActivity.PERSONAL_LEARNING,
    PlanActivity.CLIENT_ADMIN,
    PlanActivity.GROUP_ADMIN,
    PlanActivity.MARKETING,
)
MINUTES = (15, 30, 60)
LISTED_DAYS = 14


def outside(rows: Iterable[GridRow]) -> list[GridRow]:
    """Return the rows of a plan that time is logged for here: those above, and all that the service has added."""
    elsewhere = {row.code for row in BUILT_IN_ROWS} - set(OUTSIDE)
    return [row for row in rows if row.code not in elsewhere]


def open_days(on: date) -> tuple[date, date]:
    """
    Return the days that time can be logged for: today, and yesterday for what was forgotten. Further back it would be a
    diary.
    """
    return on, on - DAY


def spell(minutes: int) -> str:
    """Say minutes as people do: 45 min, 1 h, 1 h 20."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(rest)s min") % {"rest": rest}
    return f"{hours} h {rest}" if rest else f"{hours} h"


# A time study ----------------------------------------------------------------------------------------------------------

STUDY_DAYS = 14
PIECE_MINUTES = (5, 10, 15, 30, 45, 60, 90)
FOR_QUARTILES = 5  # entries needed for quartiles and a comparison with the guide; with fewer only the median is shown
APART = 10  # minutes; a median and its guide that differ by less count as the same
AT_LEAST = 3  # workers, before anything of several is shown to their manager
DAYS_OF_A_WEEK = 7


def last_day(starts_on: date, ended_on: date | None = None) -> date:
    """Return the last day of a study: its fourteenth, or the one it was ended on."""
    return ended_on or starts_on + timedelta(days=STUDY_DAYS - 1)


class Piece(NamedTuple):
    """One piece of work and how long it took."""

    kind: StudyKind
    minutes: int


def kind_of(name: str, rows: Iterable[GridRow] = BUILT_IN_ROWS) -> StudyKind:
    """Return the kind of work of time that was recorded elsewhere: in a row of the plan, or as a kind of session."""
    if name in StudyKind.values:
        return StudyKind(name)
    focus = {row.code: row.focus for row in rows}.get(name, Focus.WELLBEING)
    return OF_FOCUS[focus]


# Rows of the practice note have a kind of their own, but for those of wellbeing; a service's own rows go by their focus.
OF_FOCUS = {
    Focus.WELLBEING: StudyKind.WELLBEING,
    Focus.CONTACT: StudyKind.OTHER,
    Focus.MANAGEMENT: StudyKind.MEETINGS,
}


class KindMeasured(NamedTuple):
    """
    What the pieces of a kind come to: how many, minutes in the middle, and all together.

    ``half`` are the minutes between which the middle half of them lies, None of fewer than five.
    """

    kind: StudyKind
    pieces: int
    middle: int
    half: tuple[int, int] | None
    minutes: int


def findings(pieces: Iterable[Piece]) -> list[KindMeasured]:
    """Return the sums and medians of each kind of work, in order; a kind without pieces is left out."""
    by_kind: dict[StudyKind, list[int]] = {}
    for piece in pieces:
        by_kind.setdefault(piece.kind, []).append(piece.minutes)
    return [_found(kind, by_kind[kind]) for kind in StudyKind if kind in by_kind]


def _found(kind: StudyKind, minutes: list[int]) -> KindMeasured:
    half = None
    if len(minutes) >= FOR_QUARTILES:
        low, __, high = quantiles(minutes, n=4, method="inclusive")
        half = _whole(low), _whole(high)
    return KindMeasured(kind, len(minutes), _whole(median(minutes)), half, sum(minutes))


def _whole(minutes: Decimal | float) -> int:
    return int(rounded(Decimal(minutes), 0))


def hours_a_week(minutes: int, starts_on: date, last: date) -> Decimal:
    """
    Return hours a week over the days of a study; fewer than seven days count as one week, and are not multiplied up.
    """
    days = max((last - starts_on).days + 1, DAYS_OF_A_WEEK)
    return Decimal(minutes) * DAYS_OF_A_WEEK / (60 * days)


def planned_hours(
    kind: StudyKind, plan: Mapping[str, Decimal], rows: Iterable[GridRow] = BUILT_IN_ROWS
) -> Decimal | None:
    """Return the hours a week a plan has for a kind of work; None without a plan, or without a row of the kind."""
    of_kind = [row.code for row in rows if kind_of(row.code, rows) == kind]
    if not plan or not of_kind:
        return None
    return sum((plan.get(code, Decimal(0)) for code in of_kind), Decimal(0))


# The minutes that the notes beside the table give for each piece (P12). High support has hours a person a week instead.
A_PIECE = {
    StudyKind.MEDIUM_1_1: 60,
    StudyKind.GROUPS: int(GROUP_HOURS * 60),
    StudyKind.PARKED: int(PARKED_HOURS * 60),
}
HIGH_A_WEEK = int(HIGH_HOURS * 60)


def _took(kind: StudyKind, took: int) -> str:
    """Say how the median entry of a kind differs from the plan's figure."""
    words = {
        StudyKind.MEDIUM_1_1: _(
            "A meeting with a person with medium support took %(took)s (median). The plan allows %(allowed)s."
        ),
        StudyKind.GROUPS: _("A group session took %(took)s (median). The plan allows %(allowed)s."),
        StudyKind.PARKED: _(
            "A contact with a person you keep in touch with took %(took)s (median). The plan allows %(allowed)s."
        ),
    }
    return words[kind] % {"took": spell(took), "allowed": spell(A_PIECE[kind])}


def parting(found: Collection[KindMeasured], people: Mix, starts_on: date, last: date) -> list[str]:
    """
    Say where the median of at least five entries differs from the plan's figure by ten minutes or more.

    :param people: the people the worker supports; the minutes with people with high support are shared among them
    """
    sentences = []
    for each in found:
        if each.pieces < FOR_QUARTILES:
            continue
        if each.kind in A_PIECE and abs(each.middle - A_PIECE[each.kind]) >= APART:
            sentences.append(_took(each.kind, each.middle))
        if each.kind == StudyKind.HIGH_1_1 and people.high:
            a_week = _whole(hours_a_week(each.minutes, starts_on, last) * 60 / people.high)
            if abs(a_week - HIGH_A_WEEK) >= APART:
                words = _("Each person with high support had %(had)s a week; the plan allows %(allowed)s.")
                sentences.append(words % {"had": spell(a_week), "allowed": spell(HIGH_A_WEEK)})
    return sentences


class Together(NamedTuple):
    """What several workers' studies come to: how many took part, and the kinds that enough of them had."""

    workers: int
    found: list[KindMeasured]


def together(by_worker: Iterable[Collection[Piece]]) -> Together | None:
    """
    Return what a manager may see of the studies of others: None with fewer than three members (R84).

    A kind that fewer than three had is left out, and there is no sum over all kinds, from which it could be worked out.
    """
    took_part = [pieces for pieces in by_worker if pieces]
    if len(took_part) < AT_LEAST:
        return None
    had = {kind: sum(any(each.kind == kind for each in pieces) for pieces in took_part) for kind in StudyKind}
    shown = [piece for pieces in took_part for piece in pieces if had[piece.kind] >= AT_LEAST]
    return Together(len(took_part), findings(shown))
