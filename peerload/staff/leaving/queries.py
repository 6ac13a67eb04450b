"""Who has given notice, and who is gone. Every question takes the day."""

from collections.abc import Iterable
from datetime import date

from ..models import Leaving, Member


def gone_by(on: date, members: Iterable[Member | int]) -> set[int]:
    """Return the primary keys of those of these members, or keys, whose last day has passed on a day."""
    return set(Leaving.objects.gone(on).filter(member__in=members).values_list("member", flat=True))


def last_days(members: Iterable[Member]) -> dict[int, date]:
    """Return the last day of members who have given notice, by primary key."""
    return dict(Leaving.objects.standing().filter(member__in=members).values_list("member", "last_day"))


def latest(worker: Member) -> Leaving | None:
    """Return the leaving of a worker that is under way, or the last one closed."""
    leavings = Leaving.objects.filter(member=worker, withdrawn_on=None)
    return leavings.select_related("member__user", "organisation", "by").order_by("-pk").first()
