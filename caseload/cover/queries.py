"""Who is away, what is to be done about it, and who sees to whom meanwhile. Every question takes the day."""

from datetime import date

from django.db.models import Exists, OuterRef, Subquery

from peerload.staff.models import Absence

from ..enums import Tier
from ..models import Allocation, Client, ClientQuerySet, Cover


def absent_people(absence: Absence, on: date, people: ClientQuerySet | None = None) -> ClientQuerySet:
    """
    Return whom the absent worker supports on a day, in order of name; ``cover_id`` and ``cover_name`` say who covers that day.

    :param people: only these, such as those somebody may see
    """
    theirs = Allocation.objects.on(on).filter(client=OuterRef("pk"), worker=absence.worker_id, closed_on=None)
    covers = Cover.objects.on(on).filter(client=OuterRef("pk"), absence=absence)
    found = (Client.objects.all() if people is None else people).filter(Exists(theirs)).exclude(tier=Tier.INACTIVE)
    return found.annotate(
        cover_id=Subquery(covers.values("worker_id")[:1]), cover_name=Subquery(covers.values("worker__name")[:1])
    ).order_by("name_key", "pk")
