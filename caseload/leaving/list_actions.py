"""
Hand a leaver's people over, some of them with another support: they join a group, or are kept in touch with (A04).

Groups are locked first, then people, then the leaving.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from peerload.staff.models import Leaving, Member

from ..actions import keep_in_touch, lock_people
from ..actions.locking import about
from ..actions.tiers import tier_of
from ..enums import Tier
from ..groups.actions.groups import lock_group
from ..groups.actions.members import join
from ..models import Client, GroupMember
from ..waiting.actions import WaitTerms
from .actions import HandoverNote, hand_over_all


@transaction.atomic
def hand_over_list(
    *,
    leaving_id: int,
    receivers: Mapping[int, Member],
    waits: Mapping[int, WaitTerms],
    parked: Collection[int],
    joins: Mapping[int, int],
    words: Mapping[int, HandoverNote],
    on: date,
    by: Member,
    today: date,
) -> int:
    """
    Hand everyone chosen over from a day on: all of them or none. Return how many are handed over.

    Keeping in touch begins today, or on that day where it is over, with the present worker; without a talk the six weeks
    run from the last contact (R50). Who joins a group has group support from that day.

    :param receivers: by the primary key of the person, also of those who join a group or are kept in touch with
    :param parked: of them, who is kept in touch with
    :param joins: of them, who joins which group, both by primary key
    :raises Refused: whatever `caseload.leaving.actions.hand_over_all`, `caseload.actions.keep_in_touch` and
        `caseload.groups.actions.members.join` are refused for; ``about`` says for which person
    """
    for group_id in sorted(set(joins.values())):
        lock_group(group_id)
    people = lock_people({*receivers, *waits})
    leaver = Leaving.objects.select_related("member").get(pk=leaving_id).member
    _keep_in_touch([people[key] for key in sorted(parked)], leaver, min(on, today), by=by, today=today)
    count = hand_over_all(
        leaving_id=leaving_id, receivers=receivers, waits=waits, words=words, on=on, by=by, today=today
    )
    _join(joins, on, by=by, today=today)
    return count


def _keep_in_touch(people: Iterable[Client], leaver: Member, since: date, *, by: Member, today: date) -> None:
    reason = _("%(member)s is leaving") % {"member": leaver.name}
    for person in people:
        with about(person.pk):
            if tier_of(person, since) != Tier.PARKED:
                keep_in_touch(client_id=person.pk, on=since, today=today, talked=False, reason=reason, by=by)


def _join(joins: Mapping[int, int], on: date, *, by: Member, today: date) -> None:
    for key, group_id in sorted(joins.items()):
        with about(key):
            if not GroupMember.objects.on(on).filter(client=key, group=group_id).exists():
                join(group_id=group_id, client_id=key, by=by, on=on, today=today, change_support=True)
