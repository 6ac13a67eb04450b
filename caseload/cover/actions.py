"""
Write who covers while a worker is away, and which duties of the absence are done.

The absence is locked first, then the people: so `peerload.staff.actions.edit_absence`, which knows no people, and its listener
here wait for each other in one order.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from peerload.core.formats import format_day
from peerload.core.periods import sql_holds_half_open
from peerload.core.sql import rows
from peerload.notices import actions as notices
from peerload.notices.actions import NewNotice
from peerload.staff import roles
from peerload.staff.enums import Role
from peerload.staff.models import Absence, Member, Organisation

from ..actions import Refused, history, lock_people
from ..actions.sweep_recipients import LEADER
from ..enums import AbsenceNews, Duty, News
from ..models import Allocation, Client, Cover, DutyDone, TemporaryMove
from . import queries, rules


class CannotCover(Refused):
    """The worker who covers works here with people, is there on the first day, stays as long, and is another person."""


class NotWithAbsentWorker(Refused):
    """The person is not supported by the absent worker."""


class PeopleToMove(Refused):
    """An absence cannot be called off while people move because of it."""


class AbsenceOver(Refused):
    """They are back by that day."""

    field = "starts_on"


@transaction.atomic
def cover(*, absence_id: int, given: Mapping[int, Member | None], starts_on: date, by: Member, today: date) -> int:
    """
    Write who covers each person while their worker is away, from a day on; return for how many that is new.

    The people, and their points, stay the worker's (A06, R77). A day before the first one away means that first day.
    Cover before the day stays; people the worker covers already are skipped.

    :param given: by the primary key of the person; ``None`` takes cover away
    :raises AbsenceOver: if the absent worker is back by that day
    :raises CannotCover: if a chosen worker is the absent one, does not support people here now, is away, or leaves too
        soon
    :raises NotWithAbsentWorker: if the absent worker does not support one of the people
    """
    absence = _locked(absence_id)
    people = lock_people(given)
    first = max(starts_on, absence.starts_on)
    if absence.ends_before and absence.ends_before <= first:
        raise AbsenceOver(
            _("%(worker)s is back on %(day)s. Choose an earlier day for cover.")
            % {"worker": absence.worker.name, "day": format_day(absence.ends_before)}
        )
    for worker in {each.pk: each for each in given.values() if each}.values():
        _must_be_able_to_cover(worker, absence, first)
    _must_be_theirs(absence, {key: people[key] for key in given if key in people}, given, first)
    with history(by, "cover"):
        return len(_cover(absence, given, first, by=by))


def _locked(absence_id: int) -> Absence:
    absences = Absence.objects.select_related("worker", "organisation")
    return absences.select_for_update(of=("self",), no_key=True).get(pk=absence_id)


def _must_be_able_to_cover(worker: Member, absence: Absence, first: date) -> None:
    name = worker.name
    if worker.pk == absence.worker_id:
        raise CannotCover(_("%(name)s is the one who is away. Choose another worker.") % {"name": name})
    if worker.organisation_id != absence.organisation_id or not worker.active or worker.role not in roles.MAY_LEAD:
        raise CannotCover(_("%(name)s cannot cover, because they do not support people here now.") % {"name": name})
    if Absence.objects.on(first).filter(worker=worker).exists():
        raise CannotCover(
            _("%(name)s cannot cover: they are away on %(day)s themselves.") % {"name": name, "day": format_day(first)}
        )
    leaving = worker.leavings.standing().first()
    back = absence.ends_before or absence.expected_back
    if leaving and (back is None or leaving.last_day < back):
        raise CannotCover(
            _("%(name)s cannot cover: they are leaving, and their last day is %(day)s.")
            % {"name": name, "day": format_day(leaving.last_day)}
        )


def _must_be_theirs(absence: Absence, people: Mapping[int, Client], given: Mapping[int, object], first: date) -> None:
    held = Allocation.objects.on(first).filter(client__in=list(given), worker=absence.worker_id, closed_on=None)
    theirs = set(held.values_list("client", flat=True))
    for key in sorted(given):
        if key not in theirs:
            name = people[key].name if key in people else _("One person")
            raise NotWithAbsentWorker(
                _("%(name)s is not supported by %(worker)s on %(day)s. Look at the list again.")
                % {"name": name, "worker": absence.worker.name, "day": format_day(first)}
            )


def _cover(absence: Absence, given: Mapping[int, Member | None], first: date, *, by: Member) -> Mapping[int, object]:
    """Begin a new cover for each person on a day; return the people whose cover changes."""
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
    _tell(absence.organisation_id, Cover.objects.bulk_create(new), by)
    return changed


def _tell(organisation_id: int, covers: Iterable[Cover], by: Member | None) -> None:
    """Notify the worker who covers, unless they chose it themselves."""
    lines = [
        NewNotice(cover.worker_id, News.COVERED, f"cover:{cover.pk}", cover.starts_on)
        for cover in covers
        if by is None or cover.worker_id != by.pk
    ]
    notices.notify_each(organisation_id, lines)


def _is_so(standing: list[Cover], absence: Absence, worker: Member | None, first: date) -> bool:
    """Return whether the cover from a day on is already as chosen."""
    said_so = [(row.absence_id, row.worker_id) for row in standing]
    if worker is None:
        return not said_so
    return said_so == [(absence.pk, worker.pk)] and standing[0].starts_on <= first


# When the absence moves -----------------------------------------------------------------------------------------------


def move_along(before: Absence, absence: Absence, by: Member | None) -> None:
    """
    Move covers that begin or end with their absence when its days have changed.

    A cover that began, or ended, with the absence does so again. Where another worker covers by then, that stays.
    """
    if (before.starts_on, before.ends_before) == (absence.starts_on, absence.ends_before) or before.pk is None:
        return
    covers = list(Cover.objects.filter(absence=absence).order_by("client", "starts_on"))
    lock_people({row.client_id for row in covers})
    with history(by, "the absence has moved"):
        _tell(absence.organisation_id, [row for row in covers if _begins_anew(row, before, absence)], by)


def _begins_anew(row: Cover, before: Absence, absence: Absence) -> bool:
    """Move one cover along; return whether it begins on another day now."""
    began_on = row.starts_on
    starts_on = absence.starts_on if row.starts_on == before.starts_on else max(row.starts_on, absence.starts_on)
    ends_before = absence.ends_before if row.ends_before in (before.ends_before, None) else row.ends_before
    if absence.ends_before and (ends_before is None or ends_before > absence.ends_before):
        ends_before = absence.ends_before
    if ends_before and ends_before <= starts_on:
        row.delete()
        return False
    others = Cover.objects.filter(client=row.client_id).exclude(pk=row.pk).exclude(ends_before__lte=starts_on)
    if ends_before:
        others = others.filter(starts_on__lt=ends_before)
    if (row.starts_on, row.ends_before) != (starts_on, ends_before) and not others.exists():
        row.starts_on, row.ends_before = starts_on, ends_before
        row.save(update_fields=["starts_on", "ends_before"])
    return row.starts_on != began_on


def call_off(absence: Absence, by: Member) -> None:
    """
    Delete the covers of an absence that will not be, and the ticks at what there was to do.

    :raises PeopleToMove: if people are to move to another worker, or have moved, because of it
    """
    if TemporaryMove.objects.filter(absence=absence).exists():
        raise PeopleToMove(
            _("People of %(worker)s are moved to another worker because of this absence. Move them back first.")
            % {"worker": absence.worker.name}
        )
    covers = Cover.objects.filter(absence=absence)
    lock_people(set(covers.values_list("client", flat=True)))
    with history(by, "the absence is called off"):
        notices.cancel(subjects=[f"cover:{pk}" for pk in covers.values_list("pk", flat=True)])
        covers.delete()
        absence.duties_done.all().delete()


# Duties ----------------------------------------------------------------------------------------------------------------


class DutyMoved(Refused):
    """The absence has changed since the page was shown: the duty is another day's, or none any more."""


@transaction.atomic
def tick_off_duty(*, absence_id: int, kind: str, due_on: date, done: bool, by: Member, today: date) -> None:
    """
    Tick a duty, or take the tick back; ticking it twice keeps the first day.

    :param due_on: the day it is due as it is known today
    :raises DutyMoved: if there is no such duty
    """
    absence = _locked(absence_id)
    row = next((row for row in queries.duties(absence, today) if (row.kind, row.by) == (kind, due_on)), None)
    if row is None:
        raise DutyMoved(_("Another person has changed the days of this absence. Look at the list again."))
    with history(by, "away: what there is to do"):
        if done and not row.done:
            DutyDone.objects.create(absence=absence, kind=kind, due_on=due_on, done_on=today, by=by)
        elif not done:
            due = rules.DutyDue(row.by, row.kind)
            ticks = [tick.pk for tick in absence.duties_done.all() if rules.belongs(due, tick.kind, tick.due_on)]
            absence.duties_done.filter(pk__in=ticks).delete()


TOLD = {
    Duty.COVER_PLAN: AbsenceNews.COVER_PLAN,
    Duty.WEEKLY_REVIEW: AbsenceNews.WEEKLY_REVIEW,
    Duty.LEAVER_STEPS: AbsenceNews.LEAVER_STEPS,
    Duty.SERVICE_MANAGER: AbsenceNews.SERVICE_MANAGER,
}

LED = f"""
SELECT s.id, leader.id FROM staff_absence s
JOIN staff_member w ON w.id = s.worker_id
LEFT JOIN staff_post p ON p.worker_id = w.id AND {sql_holds_half_open("p")}
{LEADER.format(team=queries.TEAM_OF_ABSENT)}
WHERE s.id = ANY(%(absences)s) AND leader.id <> w.id
"""


def notify_of_duties(organisation: Organisation, on: date) -> int:
    """
    Notify once about each duty whose day has come and that no one has ticked; return how many are new.

    It goes to who leads the absent worker's team. An unplanned absence of more than eight weeks goes to service
    managers too, and so do people without cover while no one who leads the team is here.
    """
    due = queries.open_duties(queries.standing(organisation, on), on)
    told = {pk: [each for each in found if each.kind in TOLD] for pk, found in due.items()}
    told = {pk: found for pk, found in told.items() if found}
    if not told:
        return 0
    leaders = defaultdict(list)
    for absence, leader in rows(LED, {"on": on, "absences": list(told)}):
        leaders[absence].append(leader)
    above = Member.objects.active().filter(organisation=organisation, role=Role.SERVICE_MANAGER)
    above = list(above.values_list("pk", flat=True))
    leaderless = {each.absence_id for each in queries.nobody_leads(organisation, on)}
    lines = []
    for pk, found in told.items():
        for each in found:
            lines += [NewNotice(key, TOLD[each.kind], f"absence:{pk}", each.by) for key in leaders[pk]]
            if each.kind == Duty.SERVICE_MANAGER:
                lines += [NewNotice(key, AbsenceNews.OVER_8_WEEKS, f"absence:{pk}", each.by) for key in above]
            elif pk in leaderless:
                lines += [NewNotice(key, AbsenceNews.NO_DEPUTY, f"absence:{pk}", each.by) for key in above]
    return notices.notify_each(organisation.pk, lines)
