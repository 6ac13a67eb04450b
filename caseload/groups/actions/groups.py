"""A group is opened, changed and closed. A change to a group locks it first, then people, in order of primary key."""

from collections.abc import Collection
from datetime import date, time
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from peerload.core import dates, locks
from peerload.core.folding import same_name
from peerload.core.formats import format_day
from peerload.staff.models import Member, PeriodQuerySet, Team

from ...actions.locking import Refused, history
from ...models import Group, GroupFacilitator, GroupMeeting, GroupMember, GroupSession
from ..queries import usual_of
from ..rules import group_there, is_usual_day


class GroupNameTaken(Refused):
    """Two groups of a service cannot share a name."""

    field = "name"


class GroupNotThen(Refused):
    """The group had not begun that day, or was closed."""

    field = "on"


class SomethingAfter(Refused):
    """A session, a planned meeting or a membership lies after the day the group would end."""

    field = "on"


class NeedsFacilitator(Refused):
    """A group and each of its sessions need a facilitator."""

    field = "facilitators"


class AlreadyThere(Refused):
    """They belong to the group, or facilitate it, already."""


@transaction.atomic
def open_group(
    *,
    team: Team,
    by: Member,
    on: date,
    name: str,
    facilitators: Collection[Member],
    weekday: str = "",
    starts_at: time | None = None,
    minutes: int,
    place: str = "",
) -> Group:
    """
    Open a group of a team from a day on.

    :param minutes: how long a session usually takes
    :raises GroupNameTaken: if another group of the service has the name
    :raises NeedsFacilitator: if no facilitator is given
    """
    if not facilitators:
        raise NeedsFacilitator(_("Choose who facilitates the group."))
    group = Group(organisation_id=team.organisation_id, team=team, starts_on=on)
    _save(group, by, name=name, weekday=weekday, starts_at=starts_at, minutes=minutes, place=place.strip())
    for worker in facilitators:
        begin_facilitating(group, worker, on, by)
    return group


@transaction.atomic
def change_group(
    *,
    group_id: int,
    by: Member,
    name: str,
    weekday: str,
    starts_at: time | None,
    minutes: int,
    place: str = "",
    today: date,
) -> Group:
    """
    Change what a group is called, or when and where it usually meets; sessions that were recorded stay as they were.

    A meeting that was moved stays on its day, because people were told of it.

    :raises GroupNameTaken: if another group has the name
    """
    group = lock_group(group_id)
    had = group.weekday
    _save(group, by, name=name, weekday=weekday, starts_at=starts_at, minutes=minutes, place=place.strip())
    if weekday != had:
        _release_usual_days(group, by, today)
    return group


def _release_usual_days(group: Group, by: Member, today: date) -> None:
    usual = usual_of(group)
    for row in GroupMeeting.objects.filter(group=group, usual_on__gte=today).order_by("pk"):
        if row.usual_on and not is_usual_day(usual, row.usual_on):
            with history(by, "another usual day"):
                row.version += 1
                if row.called_off_on or row.as_usual:  # nothing of that day any more, but its version goes on
                    row.on, row.called_off_on, row.called_off_by, row.as_usual = row.usual_on, None, None, True
                else:
                    row.usual_on = None
                row.save()


def _save(group: Group, by: Member, **words: Any) -> None:
    locks.wait_for(locks.Lock.NAMING, group.organisation_id)
    others = (
        Group.objects.filter(organisation=group.organisation_id).exclude(pk=group.pk).values_list("name", flat=True)
    )
    if words["name"] != group.name and (there := same_name(words["name"], others)):
        raise GroupNameTaken(group_there(there))
    for name, value in words.items():
        setattr(group, name, value)
    try:
        with transaction.atomic(), history(by, "group changed" if group.pk else "group opened"):
            group.save()
    except IntegrityError as error:
        if "caseload_group_name_once" not in str(error):
            raise
        raise GroupNameTaken(group_there(group.name)) from error


@transaction.atomic
def close_group(*, group_id: int, by: Member, on: date) -> Group:
    """
    Close a group, and end its memberships and facilitators that day; no one's support changes.

    :param on: its last day
    :raises GroupNotThen: if it is closed already, or begins later
    :raises SomethingAfter: if a session, a planned meeting or a membership lies after that day
    """
    group = lock_group(group_id)
    if group.ends_before:
        raise GroupNotThen(
            _("%(group)s was closed on %(day)s already.")
            % {"group": group.name, "day": format_day(dates.last_day(group.ends_before))}
        )
    must_be_open(group, on)
    ends_before = dates.day_after(on)
    _must_have_nothing_after(group, on)
    with history(by, "group closed"):
        for model in (GroupMember, GroupFacilitator):
            model.objects.on(ends_before).filter(group=group).update(ends_before=ends_before)
        group.ends_before = ends_before
        group.save(update_fields=["ends_before"])
    return group


def _must_have_nothing_after(group: Group, on: date) -> None:
    latest = GroupSession.objects.standing().filter(group=group, on__gt=on).order_by("on").last()
    if latest:
        raise SomethingAfter(
            _("A session was recorded on %(day)s, so the group ends on that day or later.")
            % {"day": format_day(latest.on)}
        )
    planned = (
        GroupMeeting.objects.filter(group=group, on__gt=on, called_off_on=None, as_usual=False).order_by("on").last()
    )
    if planned:
        raise SomethingAfter(
            _("A meeting was planned for %(day)s. Call it off or move it first, or choose a later day.")
            % {"day": format_day(planned.on)}
        )
    later_ones = (
        (group.members, _("A member joins only on %(day)s. Remove that member first, or choose a later day.")),
        (group.facilitators, _("A facilitator begins only on %(day)s. Remove them first, or choose a later day.")),
    )
    for periods, words in later_ones:
        if later := periods.filter(starts_on__gt=on).order_by("starts_on").last():
            raise SomethingAfter(words % {"day": format_day(later.starts_on)})


def lock_group(group_id: int) -> Group:
    """Lock a group; return it."""
    return Group.objects.locked().get(pk=group_id)


def must_be_open(group: Group, on: date) -> None:
    """
    Check that the group is open that day.

    :raises GroupNotThen: if the group had not begun that day, or was closed
    """
    if on < group.starts_on:
        raise GroupNotThen(
            _("%(group)s begins on %(day)s.") % {"group": group.name, "day": format_day(group.starts_on)}
        )
    if not dates.contains(group.starts_on, group.ends_before, on):
        raise GroupNotThen(
            _("%(group)s was closed on %(day)s.")
            % {"group": group.name, "day": format_day(dates.last_day(group.ends_before))}
        )


def begin_facilitating(group: Group, worker: Member, on: date, by: Member) -> GroupFacilitator:
    """
    Record a member as facilitator of a group, which is locked, from a day on.

    :raises AlreadyThere: if they do already, or will
    """
    must_be_new(group.facilitators.filter(worker=worker), on, worker.name, "facilitates")
    return GroupFacilitator.objects.create(
        organisation_id=group.organisation_id,
        group=group,
        worker=worker,
        starts_on=on,
        ends_before=group.ends_before,
        by=by,
    )


def must_be_new(
    periods: PeriodQuerySet[GroupMember] | PeriodQuerySet[GroupFacilitator], on: date, name: str, does: str
) -> None:
    """Refuse a second period beside one that holds that day or begins later."""
    there = periods.filter(starts_on__gt=on).first() or periods.on(on).first()
    if there:
        words = {
            "belongs to": _("%(name)s belongs to the group from %(day)s on already."),
            "facilitates": _("%(name)s facilitates the group from %(day)s on already."),
        }[does]
        raise AlreadyThere(words % {"name": name, "day": format_day(there.starts_on)})
