"""Work under way with a person."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Q, QuerySet

from caseload.models import Client
from peerload.core import dates
from peerload.core.compile_once import compile_once
from peerload.staff.models import Organisation

from .. import rules
from ..models import Activity
from .schemes import scheme_of, schemes, working


class WorkUnderWay(NamedTuple):
    """A piece of work with a person that goes on or lies ahead; ``counts_through`` is its window's last day."""

    pk: int
    label: str
    starts_on: date
    finished_on: date | None
    counts_through: date | None
    is_past: bool  # its window is over, so it earns nothing, and it is not finished (R29)
    weight: rules.Weight | None = None
    uncounted: rules.Uncounted | None = None
    overlaps: bool = False  # with another episode, and both count (R31)

    @property
    def counts_from(self) -> int | None:
        """The minutes of travel each way from which its kind counts."""
        return self.weight.condition_value + 1 if self.weight else None


def work_under_way(organisation: Organisation, rows: Iterable[Activity], on: date) -> list[WorkUnderWay]:
    """Return the work of a person (`activities_of`) not finished by a day, in order of first day, with or without points."""
    activities = [as_activity(row) for row in rows]
    if all(each.finished_on and each.finished_on < on for each in activities):
        return []
    known, days = schemes(organisation.pk), working(organisation)
    scheme = rules.scheme_on(known, on)
    found = []
    for row, weight, uncounted in rules.earnings(activities, scheme):
        if row.finished_on and row.finished_on < on:
            continue
        counts = weight and not uncounted
        last = dates.last_day(rules.window_end(weight, row.starts_on, scheme, days)) if counts else None
        found.append(
            WorkUnderWay(
                row.source,
                scheme.label(row.code, known),
                row.starts_on,
                row.finished_on,
                last,
                last is not None and last < on,
                weight,
                uncounted,
                overlaps=bool(counts and rules.overlapping(row, activities, scheme)),
            )
        )
    return found


@compile_once
def activities_of(client_id: int) -> QuerySet[Activity]:
    """Return the dated pieces of work with a person, the latest first."""
    return Client(pk=client_id).activities.order_by("-starts_on", "pk")


def as_activity(row: Activity) -> rules.Activity:
    """Return a piece of work as the rules take it."""
    return rules.Activity(row.code, row.starts_on, row.finished_on, row.minutes_each_way, row.first, row.pk)


def overlapping(activity: Activity) -> list[Activity]:
    """Return the other episodes of the same case, the person's or their family's, that count on a day this one does (R31)."""
    client = activity.client
    of_case = Q(client=client) | Q(client__family=client.family_id) if client.family_id else Q(client=client)
    others = {row.pk: row for row in Activity.objects.filter(of_case, code=activity.code).exclude(pk=activity.pk)}
    scheme = scheme_of(activity.organisation_id, activity.starts_on)
    found = rules.overlapping(as_activity(activity), map(as_activity, others.values()), scheme)
    return [others[each.source] for each in found if each.source is not None]
