"""A member's notices for their first page, by name where a mail only counts; and the state of the timetable."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Q, QuerySet

from peerload.core import clock
from peerload.core.compile_once import compile_once
from peerload.staff.models import Member

from . import kinds
from .models import Notice, Tick

SHOWN_FOR = timedelta(days=28)  # a notice that was mailed stays on the first page for so long, while it is true
MOST = 8  # lines before the others are folded away


class FirstPageNews(NamedTuple):
    """The lines of a first page; those of ``more`` are folded away."""

    first: list[kinds.FirstPageLine]
    more: list[kinds.FirstPageLine]

    def __len__(self) -> int:
        return len(self.first) + len(self.more)

    def __bool__(self) -> bool:
        return bool(self.first)


def news(member: Member, on: date, *, team_id: int | None = None) -> FirstPageNews:
    """
    Return the lines of a member's first page for notices that are still true.

    :param team_id: the team whose page it is, which has sections of its own
    """
    told = _told(member.pk, clock.now() - SHOWN_FOR)
    for notice in told:
        notice.organisation = member.organisation
    lines = kinds.shown(told, kinds.Reader(member, on, team_id))
    return FirstPageNews(lines[:MOST], lines[MOST:])


@compile_once
def _told(member_id: int, since: datetime) -> QuerySet[Notice]:
    unsent_or_new = Q(message=None) | Q(created_at__gt=since)
    return Notice.objects.filter(unsent_or_new, recipient=member_id, cancelled_at=None).order_by("-anchor_on", "pk")


TOO_LONG = timedelta(minutes=45)  # three slots of the sweep: worker, beat or the broker has stopped


def last_sweep() -> datetime | None:
    """Return when a sweep was last finished by the timetable."""
    done = Tick.objects.filter(job="sweep", done_at__isnull=False).order_by("-slot")
    return done.values_list("done_at", flat=True).first()


def stands_still(last: datetime | None, now: datetime) -> bool:
    """Return whether the timetable has finished nothing for too long."""
    return last is None or now - last > TOO_LONG
