"""
Which people a member may see. Everything that shows a person asks this; a stranger is answered 404.

`Client.objects.visible_to` asks here, so this imports the models that say who supports, covers and waits, and not `Client`.
"""

from datetime import date

from django.db.models import QuerySet

from peerload.staff.models import Member, Team

from .models.allocations import Allocation
from .models.cover import Cover
from .models.waiting import Referral


def seen_by(member: Member, on: date, *, people: QuerySet) -> QuerySet:
    """
    Return the primary keys of the people that an active member may see on a day.

    They are the people that the member supports or covers that day, those the sweep made not in touch and whose last
    worker the member is (R54), those who wait and are the member's responsibility, and the people of the teams that the
    member leads that day. Service managers and admins see totals, not people.

    :param people: every person there is
    """
    of_teams = people.filter(team__in=Team.objects.led_by(member, on)).values("pk")
    own = (
        Allocation.objects.on(on).filter(worker=member),
        Cover.objects.holding(on).filter(worker=member),
        Allocation.objects.ended_by_time(on).filter(worker=member),
        Cover.objects.of_ended_by_time(on).filter(worker=member),
        Referral.objects.standing().filter(owner=member, referred_on__lte=on),
    )
    # One union of all: within one another each would be made anew by every other.
    return of_teams.union(*(mine.values("client") for mine in own), all=True)
