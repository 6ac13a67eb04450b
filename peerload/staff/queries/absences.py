"""Absences, kinds of leave, and posts."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _

from peerload.core.compile_once import compile_once
from peerload.core.periods import lasts_half_open
from peerload.core.translation import LazyText

from .. import rules
from ..enums import AbsenceBand, Role
from ..models import (
    Absence,
    LeaveKind,
    Member,
    Organisation,
    PeriodQuerySet,
    Post,
    PostQuerySet,
)
from .acting import LeaderPlace
from .members import may_record_away, workers_led_by

RECENT = timedelta(days=56)


def absences_within(member: Member, first: date, last: date) -> list[Absence]:
    """Return a member's absences that have a day from one through another, in order; one without an end has them all."""
    return list(
        Absence.objects.filter(lasts_half_open(first), worker=member, starts_on__lte=last).order_by("starts_on")
    )


def leave_kinds(organisation: Organisation) -> list[LeaveKind]:
    """Return the kinds of leave of a service, in their order."""
    return list(LeaveKind.objects.filter(organisation=organisation))


def leave_kinds_offered(organisation: Organisation, recorded: str = "") -> list[str]:
    """
    Return the names of the kinds of leave that are in use, in their order.

    :param recorded: a name that is offered besides, because it is recorded
    """
    names = [kind.name for kind in leave_kinds(organisation) if kind.in_use]
    return [*names, recorded] if recorded and recorded not in names else names


def sees_leave_kinds(member: Member) -> bool:
    """
    Return whether a member sees of which kind the leave is that they may record; it is sensitive.

    Those who lead the worker's team and admins do; a service manager sees only that a worker is away.
    """
    return member.role != Role.SERVICE_MANAGER


class AbsenceRow(NamedTuple):
    """An absence on the page of absences."""

    pk: int
    worker_id: int
    name: str
    starts_on: date
    expected_back: date | None
    back_on: date | None
    planned: bool | None
    kind: str
    days: int
    band: AbsenceBand
    now: bool
    is_known: bool  # whether its length is known
    overdue: bool  # the expected return has passed without being confirmed
    gone: bool  # they have left, so they are neither away nor expected
    places: Sequence[LeaderPlace] = ()  # in the teams they lead, where the page shows who acts

    @property
    def how_long(self) -> LazyText:
        """The length in words; without a known return, the length so far, and on a first day no band."""
        if self.is_known:
            return self.band.label
        return (
            _("not known yet")
            if self.band == AbsenceBand.UNDER_2_WEEKS
            else _("%(band)s so far") % {"band": self.band.label}
        )


def absences_led_by(member: Member, on: date) -> PeriodQuerySet[Absence]:
    """Return the absences of the workers of a member's teams."""
    return Absence.objects.filter(worker__in=workers_led_by(member, on)).select_related("worker")


def absences_recorded_by(member: Member, on: date) -> PeriodQuerySet[Absence]:
    """Return the absences that a member may change: those of `may_record_away`."""
    workers = may_record_away(member, on).order_by().values("pk")
    return Absence.objects.filter(worker__in=workers).select_related("worker")


def absences_page(member: Member, on: date) -> list[AbsenceRow]:
    """Return who is away, will be, or has come back in the last eight weeks, of `may_record_away`; the latest first."""
    rows = absences_recorded_by(member, on).filter(lasts_half_open(on - RECENT))
    rows = list(rows.order_by("-starts_on", "worker__name_key", "pk"))
    gone = have_left([row.worker_id for row in rows], on)
    found = [away(row, on, gone=row.worker_id in gone) for row in rows]
    return found if sees_leave_kinds(member) else [row._replace(kind="") for row in found]


def have_left(worker_ids: Collection[int], on: date) -> set[int]:
    """Return who of these workers is not among the staff any more on a day: their last day has passed, or they are closed."""
    staff = Member.objects.active().staying(on).filter(pk__in=worker_ids)
    return set(worker_ids) - set(staff.values_list("pk", flat=True))


def steps_of(absence: Absence) -> list[Post]:
    """Return the agreed steps of a return after an absence, in order; the last is the full post."""
    return list(absence.steps.order_by("starts_on"))


def posts_of(member: Member) -> list[Post]:
    """Return a member's posts, in order of their days."""
    return _posts_of(member.pk)


def steps_ahead(posts: Iterable[Post], on: date) -> list[Post]:
    """Return the steps of a member's own return, from the current one on; none once the full post has begun."""
    steps = [post for post in posts if post.phased_return_id and (not post.ends_before or post.ends_before > on)]
    return [step for step in steps if len(steps) > 1 or step.starts_on > on]


@compile_once
def _posts_of(member_id: int) -> PostQuerySet:
    return Post.objects.filter(worker=member_id).order_by("starts_on")


def away(row: Absence, on: date, *, gone: bool = False) -> AbsenceRow:
    """
    Return an absence with its days and band as of a day; for one that is over, its final ones.

    :param gone: whether the worker has left
    """
    expected, until = (None, row.ends_before) if row.ends_before else (row.expected_back, on)
    days = rules.days_away(row.starts_on, expected, until)
    now = not gone and rules.is_away(row.starts_on, row.ends_before, on)
    return AbsenceRow(
        pk=row.pk,
        worker_id=row.worker_id,
        name=row.worker.name,
        starts_on=row.starts_on,
        expected_back=row.expected_back,
        back_on=row.ends_before,
        planned=row.planned,
        kind=row.kind,
        days=max(days, 0),
        band=rules.absence_band(days),
        now=now,
        is_known=bool(row.ends_before or row.expected_back),
        overdue=now and row.ends_before is None and row.expected_back is not None and row.expected_back <= on,
        gone=gone,
    )
