"""People who are with another worker until a date, and whose return is proposed. Every function takes the day."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core.compile_once import compile_once
from peerload.core.periods import lasts_half_open
from peerload.core.translation import LazyText
from peerload.staff.models import Absence, Leaving, Member, Post, Team

from ..models import Allocation, Client, Cover, TemporaryMove, TemporaryMoveQuerySet
from ..rules import Mix, mix


def standing(on: date) -> TemporaryMoveQuerySet:
    """Return the undecided moves until a date, of people who are still where they were moved."""
    held = lasts_half_open(on, of="allocation")
    return TemporaryMove.objects.standing().filter(held, allocation__closed_on=None)


def proposed(on: date) -> TemporaryMoveQuerySet:
    """
    Return the moves whose return is proposed on a day: the date has come, or the worker is back earlier.

    A worker who comes back in steps gets people back at the step agreed for each, not all on the first day.
    """
    steps = Post.objects.filter(phased_return=OuterRef("absence"))
    back = Q(absence__ends_before__lte=on) & ~Q(Exists(steps))
    return standing(on).filter(Q(until__lte=on) | back, allocation__starts_on__lte=on)


def of_teams_led(moves: TemporaryMoveQuerySet, member: Member, on: date) -> TemporaryMoveQuerySet:
    """Return these moves without those of people of teams that the member does not lead."""
    seen = Client.objects.visible_to(member, on).filter(team__in=Team.objects.led_by(member, on))
    return moves.filter(client__in=seen).select_related("client", "back_to", "allocation__worker", "absence")


def proposed_to(member: Member, on: date) -> list[TemporaryMove]:
    """Return the returns that a member has to confirm, by the worker they would come back to, then by person."""
    found = of_teams_led(proposed(on), member, on)
    return list(found.order_by("back_to__name_key", "back_to", "client__name_key", "pk"))


def not_yet(member: Member, on: date) -> list[tuple[str, date, int]]:
    """Return how many of a member's teams are away from their worker until which day: (worker, day, people)."""
    later = of_teams_led(standing(on), member, on).exclude(pk__in=proposed(on).values("pk"))
    later = later.values("back_to__name_key", "back_to__name", "back_to", "until").annotate(people=Count("pk"))
    return list(later.order_by("back_to__name_key", "back_to", "until").values_list("back_to__name", "until", "people"))


AWAY = gettext_lazy("is still away")


def whereabouts(workers: Collection[Member], on: date) -> dict[int, LazyText]:
    """
    Return why people cannot come back to some of these workers now: gone, leaving or away. Workers who are here are
    left out.
    """
    found: dict[int, LazyText] = {}
    keys = [worker.pk for worker in workers]
    for absence in Absence.objects.on(on).filter(worker__in=keys):
        found[absence.worker_id] = AWAY
    for leaving in Leaving.objects.standing().filter(member__in=keys):
        found[leaving.member_id] = _("is leaving") if leaving.last_day >= on else _("has left")
    found.update((worker.pk, _("has left")) for worker in workers if not worker.active)
    return found


def count_proposed_to(member: Member, on: date) -> int:
    """Return how many returns a member has to confirm."""
    return len(_keys_proposed_to(member.pk, member.organisation_id, on))


def count_proposed_in(team: Team, on: date) -> int:
    """Return how many returns of people of one team wait to be confirmed."""
    return proposed(on).filter(client__team=team.pk).count()


@compile_once
def _keys_proposed_to(member_id: int, organisation_id: int, on: date) -> QuerySet[TemporaryMove, Any]:
    led = Team.objects.led_by(Member(pk=member_id, organisation_id=organisation_id), on)
    return proposed(on).filter(client__team__in=led).values_list("pk")


def moved_away_from(absence: Absence, seen_by: Member, on: date) -> list[TemporaryMove]:
    """Return an absent worker's people who are with another worker until a date, as far as a member may see them."""
    return _moved_away_from(absence.worker_id, seen_by.pk, seen_by.organisation_id, on)


@compile_once
def _moved_away_from(worker_id: int, member_id: int, organisation_id: int, on: date) -> TemporaryMoveQuerySet:
    seen = Client.objects.visible_to(Member(pk=member_id, organisation_id=organisation_id), on)
    found = standing(on).filter(back_to=worker_id, client__in=seen).select_related("client", "allocation__worker")
    return found.order_by("until", "client__name_key", "pk")


def covered_mix(worker_ids: Collection[int], on: date, *, besides: Absence) -> dict[int, Mix]:
    """
    Return how many people each worker covers on a day, by today's support; they are not among the worker's own people.

    :param besides: an absence to leave out
    """
    tiers: dict[int, list[str]] = {worker: [] for worker in worker_ids}
    covers = Cover.objects.on(on).filter(worker__in=worker_ids).exclude(absence=besides)
    for worker, tier in covers.values_list("worker", "client__tier"):
        tiers[worker].append(tier)
    return {worker: mix(found) for worker, found in tiers.items()}


def held_from(client_ids: Collection[int], on: date) -> dict[int, Allocation]:
    """Return who supports these people on a day, by person, with the move until a date where there is one."""
    held = Allocation.objects.on(on).filter(client__in=client_ids).select_related("worker", "temporary_move")
    return {allocation.client_id: allocation for allocation in held}
