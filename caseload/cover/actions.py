"""
Who covers while somebody is away, and what of the absence's duties is done.

The absence is locked first, then the people: so `peerload.staff.actions.edit_absence`, which knows no people, and its listener
here wait for each other in one order.
"""

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from peerload.staff import roles
from peerload.staff.models import Absence, Member

from ..actions import Refused, history, lock_people, said
from ..models import Allocation, Client, Cover


class CannotCover(Refused):
    """Whoever covers works here with people, is there on the first day, stays as long, and is somebody else."""


class NotTheirs(Refused):
    """The person is not supported by whoever is away."""


class AbsenceOver(Refused):
    """They are back by that day."""

    field = "starts_on"


@transaction.atomic
def cover(*, absence_id: int, given: Mapping[int, Member | None], starts_on: date, by: Member, today: date) -> int:
    """
    Write down who sees to each person while their worker is away, from a day on; return for how many that is new.

    The people, and their points, stay the worker's (A06, gap 77). A day before the first one away means that first day. What was
    so before the day stays; who covers them already is passed by.

    :param given: by the primary key of the person; ``None`` takes cover away
    :raises AbsenceOver, CannotCover, NotTheirs: see there
    """
    absences = Absence.objects.select_for_update(of=("self",), no_key=True).select_related("worker")
    absence = absences.get(pk=absence_id)
    people = lock_people(given)
    first = max(starts_on, absence.starts_on)
    if absence.ends_before and absence.ends_before <= first:
        raise AbsenceOver(f"{absence.worker.name} is back on {said(absence.ends_before)}; nobody covers from then on.")
    for worker in {each.pk: each for each in given.values() if each}.values():
        _must_be_able_to_cover(worker, absence, first)
    _must_be_theirs(absence, {key: people[key] for key in given if key in people}, given, first)
    with history(by, "cover"):
        return len(_cover(absence, given, first, by=by))


def _must_be_able_to_cover(worker: Member, absence: Absence, first: date) -> None:
    name = worker.name
    if worker.pk == absence.worker_id:
        raise CannotCover(f"{name} is the one who is away. Choose somebody else.")
    if worker.organisation_id != absence.organisation_id or not worker.active or worker.role not in roles.MAY_LEAD:
        raise CannotCover(f"{name} cannot cover: they do not work with people here now.")
    if Absence.objects.on(first).filter(worker=worker).exists():
        raise CannotCover(f"{name} cannot cover: they are away on {said(first)} themselves.")
    leaving = worker.leavings.standing().first()
    back = absence.ends_before or absence.expected_back
    if leaving and (back is None or leaving.last_day < back):
        raise CannotCover(f"{name} cannot cover: they are leaving, and their last day is {said(leaving.last_day)}.")


def _must_be_theirs(absence: Absence, people: Mapping[int, Client], given: Mapping[int, object], first: date) -> None:
    held = Allocation.objects.on(first).filter(client__in=list(given), worker=absence.worker_id, closed_on=None)
    theirs = set(held.values_list("client", flat=True))
    for key in sorted(given):
        if key not in theirs:
            name = people[key].name if key in people else "Somebody"
            raise NotTheirs(
                f"{name} is not supported by {absence.worker.name} on {said(first)}. Look at the list again."
            )


def _cover(absence: Absence, given: Mapping[int, Member | None], first: date, *, by: Member) -> list[Cover | int]:
    """Let each person's cover begin anew on a day; return the new ones, and of whom nobody covers any more the key."""
    rows = Cover.objects.filter(client__in=list(given)).exclude(ends_before__lte=first)
    if absence.ends_before:
        rows = rows.filter(starts_on__lt=absence.ends_before)
    standing: dict[int, list[Cover]] = {}
    for row in rows:
        standing.setdefault(row.client_id, []).append(row)
    changed = {
        key: worker for key, worker in given.items() if not _is_so(standing.get(key, []), absence, worker, first)
    }
    rows.filter(client__in=list(changed), starts_on__gte=first).delete()
    rows.filter(client__in=list(changed)).update(ends_before=first)
    period = {"starts_on": first, "ends_before": absence.ends_before}
    common = {"organisation_id": absence.organisation_id, "absence": absence, "by": by, **period}
    new = [Cover(client_id=key, worker=worker, **common) for key, worker in sorted(changed.items()) if worker]
    return [*Cover.objects.bulk_create(new), *(key for key, worker in changed.items() if worker is None)]


def _is_so(standing: list[Cover], absence: Absence, worker: Member | None, first: date) -> bool:
    """Return whether somebody covers, or nobody does, from a day on already."""
    said_so = [(row.absence_id, row.worker_id) for row in standing]
    if worker is None:
        return not said_so
    return said_so == [(absence.pk, worker.pk)] and standing[0].starts_on <= first


# When the absence moves -----------------------------------------------------------------------------------------------


def move_along(before: Absence, absence: Absence, by: Member) -> None:
    """
    Let covers begin and end with their absence when its days have changed.

    Those that began with it begin with it again; so it is with the end. Where somebody else covers by then, that stays.
    """
    if (before.starts_on, before.ends_before) == (absence.starts_on, absence.ends_before) or before.pk is None:
        return
    covers = list(Cover.objects.filter(absence=absence).order_by("client", "starts_on"))
    lock_people({row.client_id for row in covers})
    with history(by, "the absence has moved"):
        for row in covers:
            _move(row, before, absence)


def _move(row: Cover, before: Absence, absence: Absence) -> None:
    starts_on = absence.starts_on if row.starts_on == before.starts_on else max(row.starts_on, absence.starts_on)
    ends_before = absence.ends_before if row.ends_before in (before.ends_before, None) else row.ends_before
    if absence.ends_before and (ends_before is None or ends_before > absence.ends_before):
        ends_before = absence.ends_before
    if ends_before and ends_before <= starts_on:
        row.delete()
        return
    others = Cover.objects.filter(client=row.client_id).exclude(pk=row.pk).exclude(ends_before__lte=starts_on)
    if ends_before:
        others = others.filter(starts_on__lt=ends_before)
    if (row.starts_on, row.ends_before) != (starts_on, ends_before) and not others.exists():
        row.starts_on, row.ends_before = starts_on, ends_before
        row.save(update_fields=["starts_on", "ends_before"])
