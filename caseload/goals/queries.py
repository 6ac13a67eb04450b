"""Reading what people want."""

from peerload.core.compile_once import compile_once

from ..models import Client, Goal, GoalQuerySet
from . import rules


def of_person(person: Client) -> rules.InOrder[Goal]:
    """Return what a person wants, and what they reached or let go, with who wrote each down; one statement."""
    found = _of_person(person.pk)
    return rules.in_order((rules.GoalDays(goal.starts_on, goal.ended_on), goal) for goal in found)


@compile_once
def _of_person(client_id: int) -> GoalQuerySet:
    return Goal.objects.filter(client=client_id).select_related("author", "ended_by").order_by("starts_on", "pk")
