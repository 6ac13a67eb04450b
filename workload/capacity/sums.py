"""The sums of each worker with the choices of a list, in view while choosing; and which workers are listed."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from peerload.core.formats import format_list, format_short_day
from peerload.staff.models import Member
from peerload.ui.templatetags.ui import points, tier_words
from workload.enums import Band

from .candidates import BY_NAME, BY_ROOM, is_named, teams_offered
from .capacity import Receiver, TeamCapacity
from .rules import Receiving

NOTHING_KNOWN = Receiving()


class WorkerSum(NamedTuple):
    """
    A worker with everyone chosen for them, in words.

    :param takes: how many move to them, and how many they cover; "" where no one is chosen for them
    :param figures: points, contact hours and people
    :param notes: away, leaving, over the boundary
    """

    worker: Member
    label: str
    takes: str
    figures: list[str]
    notes: list[str]
    over: bool
    fits: bool
    room: Decimal


class ListedWorkers(NamedTuple):
    """The workers of a list: those with people chosen for them and those who fit, then the others, folded."""

    first: list[WorkerSum]
    others: list[WorkerSum]
    teams: list[tuple[str, str]]
    team: str
    sort: str
    find: str


def worker_sum(capacity: TeamCapacity, receiver: Receiver, label: str) -> WorkerSum:
    """Return the sums of one worker."""
    effect, receiving = receiver.effect, receiver.receiving
    return WorkerSum(
        worker=effect.worker,
        label=label,
        takes=takes_words(effect.people, receiver.covers),
        figures=_figures(receiver),
        notes=_notes(capacity, receiver),
        over=receiving.over_limit or receiving.over_hours,
        fits=capacity.fits(effect.worker),
        room=effect.after.room_to_limit if effect.after else Decimal(0),
    )


def takes_words(moves: int, covers: int = 0) -> str:
    """Say how many people move to a worker, and how many they cover; "" where there are none."""
    parts = []
    if moves:
        parts.append(ngettext("takes %(count)s person", "takes %(count)s people", moves) % {"count": moves})
    if covers:
        parts.append(ngettext("covers %(count)s person", "covers %(count)s people", covers) % {"count": covers})
    return format_list(parts)


def _figures(receiver: Receiver) -> list[str]:
    before, after, hours = receiver.effect.before, receiver.effect.after, receiver.hours
    if before is None or after is None:
        return [_("no points yet")]
    if before.total == after.total:
        words = [_("%(total)s of %(limit)s points") % {"total": points(after.total), "limit": points(after.limit)}]
    else:
        named = {"before": points(before.total), "after": points(after.total), "limit": points(after.limit)}
        words = [_("%(before)s to %(after)s of %(limit)s points") % named]
    if hours is not None:
        words.append(
            _("%(then)s of %(most)s hours") % {"then": points(hours.then), "most": points(hours.most)}
            if hours.then == hours.now
            else _("%(now)s to %(then)s of %(most)s hours")
            % {"now": points(hours.now), "then": points(hours.then), "most": points(hours.most)}
        )
    if receiver.tiers:
        people = int(sum(tier.people for tier in receiver.tiers))
        words.append(ngettext("%(count)s person", "%(count)s people", people) % {"count": people})
    return words


def _notes(capacity: TeamCapacity, receiver: Receiver) -> list[str]:
    effect, found, key = receiver.effect, [], receiver.effect.worker.pk
    if effect.away:
        found.append(_("away"))
    if effect.away_from:
        found.append(_("away from %(day)s") % {"day": format_short_day(effect.away_from, capacity.on)})
    if effect.leaving and key in capacity.last_days:
        found.append(_("leaving, last day %(day)s") % {"day": format_short_day(capacity.last_days[key], capacity.on)})
    if effect.after and effect.after.band != Band.ROOM:
        found.append(str(Band(effect.after.band).label))
    if receiver.receiving.over_hours:
        found.append(_("more than half of the hours"))
    if receiver.over_tiers:
        over = format_list([tier_words(tier.tier) for tier in receiver.over_tiers])
        found.append(_("over the boundary: %(supports)s") % {"supports": over})
    return found


def listed_workers(
    capacity: TeamCapacity,
    receivers: Iterable[Receiver],
    labels: Mapping[int, str],
    *,
    team: str = "",
    sort: str = BY_NAME,
    find: str = "",
) -> ListedWorkers:
    """
    Return the workers in the order asked for; those with people chosen for them are never filtered away.

    :param receivers: in order of name
    :param find: words of a name: those found come first, whether they fit or not
    """
    sums = [worker_sum(capacity, each, labels[each.effect.worker.pk]) for each in receivers]
    teams = capacity.teams
    ordered = sorted(sums, key=lambda each: -each.room) if sort == BY_ROOM else list(sums)
    of_team = [each for each in ordered if each.takes or not team or teams.get(each.worker.pk, ("", ""))[0] == team]
    first = [each for each in of_team if each.takes or (is_named(each.label, find) if find else each.fits)]
    first.sort(key=lambda each: not each.takes)
    others = [each for each in of_team if each not in first]
    return ListedWorkers(first, others, teams_offered(teams.values()), team, sort, find)
