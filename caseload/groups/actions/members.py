"""Who belongs to a group, and who facilitates it."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from peerload.core import dates
from peerload.core.formats import format_day
from peerload.staff.models import Member

from ...actions.locking import Refused, history, lock_person
from ...actions.tiers import NotInTouch, change_tier
from ...enums import Tier
from ...models import GroupFacilitator, GroupMember
from .groups import NeedsFacilitator, begin_facilitating, lock_group, must_be_new, must_be_open


class NotThere(Refused):
    """They did not belong to the group, or facilitate it, that day."""


@transaction.atomic
def join(
    *, group_id: int, client_id: int, by: Member, on: date, today: date, change_support: bool = False
) -> GroupMember:
    """
    Add a person to a group from a day on. Their support stays as it is unless ``change_support`` makes it group
    support.

    :raises GroupNotThen: if the group had not begun that day, or was closed
    :raises AlreadyThere: if they belong to the group, or facilitate it, already
    :raises NotInTouch: if the person is not in touch now
    :raises BeforeWhatStands: if the support is to change, and another has begun since that day
    """
    group = lock_group(group_id)
    person = lock_person(client_id)
    must_be_open(group, on)
    if person.tier == Tier.INACTIVE:
        raise NotInTouch(_("%(person)s is not in touch now. Support them again first.") % {"person": person.name})
    must_be_new(group.members.filter(client=person), on, person.name, "belongs to")
    membership = GroupMember.objects.create(
        organisation_id=group.organisation_id,
        group=group,
        client=person,
        starts_on=on,
        ends_before=group.ends_before,
        by=by,
    )
    if change_support and person.tier != Tier.GROUP:
        change_tier(
            client_id=client_id,
            on=on,
            tier=Tier.GROUP,
            reason=_("Joined %(group)s") % {"group": group.name},
            by=by,
            today=today,
        )
    return membership


@transaction.atomic
def leave(*, membership_id: int, by: Member, on: date) -> GroupMember:
    """
    End a person's membership of a group; their support stays as it is.

    :param on: their last day in it
    :raises NotThere: if they have left already, or joined later
    """
    membership = GroupMember.objects.select_related("client", "group").get(pk=membership_id)
    _end(membership, on, by, membership.client.name, "belongs to")
    return membership


@transaction.atomic
def add_facilitator(*, group_id: int, worker: Member, by: Member, on: date) -> GroupFacilitator:
    """
    Add a facilitator to a group from a day on.

    :raises GroupNotThen: if the group had not begun that day, or was closed
    :raises AlreadyThere: if they belong to the group, or facilitate it, already
    """
    group = lock_group(group_id)
    must_be_open(group, on)
    return begin_facilitating(group, worker, on, by)


@transaction.atomic
def end_facilitator(*, facilitator_id: int, by: Member, on: date) -> GroupFacilitator:
    """
    End a member's facilitating of a group.

    :param on: the last day
    :raises NotThere: if it has ended already, or begins later
    :raises NeedsFacilitator: if no facilitator would be left
    """
    found = GroupFacilitator.objects.select_related("worker", "group").get(pk=facilitator_id)
    group = lock_group(found.group_id)
    others = GroupFacilitator.objects.on(dates.day_after(on)).filter(group=group).exclude(pk=found.pk)
    if not group.ends_before and not others.exists():
        raise NeedsFacilitator(
            _("%(group)s would have no facilitator then. Add a facilitator first, or close the group.")
            % {"group": group.name}
        )
    _end(found, on, by, found.worker.name, "facilitates")
    return found


def _end(period: GroupMember | GroupFacilitator, on: date, by: Member, name: str, does: str) -> None:
    lock_group(period.group_id)
    period.refresh_from_db(fields=["starts_on", "ends_before"])
    if period.ends_before:
        words = {
            "belongs to": _("%(name)s belongs to the group through %(day)s only."),
            "facilitates": _("%(name)s facilitates the group through %(day)s only."),
        }[does]
        raise NotThere(words % {"name": name, "day": format_day(dates.last_day(period.ends_before))})
    if on < period.starts_on:
        words = {
            "belongs to": _("%(name)s belongs to the group only from %(day)s on."),
            "facilitates": _("%(name)s facilitates the group only from %(day)s on."),
        }[does]
        raise NotThere(words % {"name": name, "day": format_day(period.starts_on)})
    period.ends_before = dates.day_after(on)
    with history(by, "left the group"):
        period.save(update_fields=["ends_before"])
