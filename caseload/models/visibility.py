"""Which people a member may see. Everything that shows a person asks this; a stranger is answered 404."""

from datetime import date

from django.apps import apps
from django.db.models import QuerySet

from peerload.staff.models import Member, Team

from .allocations import Allocation
from .cover import Cover
from .waiting import Referral


def seen_by(member: Member, on: date) -> QuerySet:
    """
    Return the primary keys of the people that an active member may see on a day.

    They are the people that the member supports or covers that day, those the sweep made not in touch and whose last
    worker the member is (R54), those who wait and are the member's responsibility, and the people of the teams that the
    member leads. Service managers and admins see totals, not people.
    """
    people = apps.get_model("caseload.Client").objects
    found = people.filter(team__in=Team.objects.led_by(member)).values("pk")
    for mine in (
        Allocation.objects.on(on).filter(worker=member),
        Cover.objects.holding(on).filter(worker=member),
        Allocation.objects.ended_by_time(on).filter(worker=member),
        Cover.objects.of_ended_by_time(on).filter(worker=member),
        Referral.objects.standing().filter(owner=member, referred_on__lte=on),
    ):
        found = found.union(mine.values("client"), all=True)
    return found
