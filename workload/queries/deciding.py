"""Who may decide a record in place of another manager who was asked and is away."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Exists, OuterRef, Q

from peerload.staff.enums import Role
from peerload.staff.models import Member, Team, leads_on
from peerload.staff.queries import leader_keys

from .. import rules
from ..enums import RecordStatus, Side
from ..models import MonthlyRecord, MonthlyRecordQuerySet


def leads_here(on: date) -> Q:
    """Return the condition that a member can agree in place of a manager: a manager, or another who leads a team on a day."""
    return (Q(role=Role.MANAGER) | leads_on(on)) & ~Q(role=Role.SERVICE_MANAGER)


def waiting_for_other() -> MonthlyRecordQuerySet:
    """Return the records that wait for another manager who was asked."""
    waiting = (RecordStatus.SUBMITTED, RecordStatus.NOT_AGREED)
    found = MonthlyRecord.objects.filter(other_manager__isnull=False, status__in=waiting)
    return found.exclude(agreements__side=Side.MANAGER)


def of_absent(organisation_id: int, on: date) -> MonthlyRecordQuerySet:
    """Return the records of a service that wait for another manager who is away on a day, or with it no longer."""
    there = Member.objects.at_work(on).filter(pk=OuterRef("other_manager"))
    return waiting_for_other().filter(~Exists(there), organisation=organisation_id)


def in_place_of_asked(records: Sequence[MonthlyRecord], on: date) -> dict[int, set[int]]:
    """
    Return who may decide records of one service on a day because the manager who was asked is away (R144).

    By primary key of the record; one that waits for no other manager, or whose asked manager is at work, has no entry.
    """
    asked = {record.other_manager_id for record in records if record.other_manager_id}
    if not asked:
        return {}
    there = Member.objects.at_work(on)
    away = asked - set(there.filter(pk__in=asked).values_list("pk", flat=True))
    if not away:
        return {}
    waiting = list(waiting_for_other().filter(pk__in=[record.pk for record in records], other_manager__in=away))
    if not waiting:
        return {}
    places = {
        team.pk: {team.manager_id, team.deputy_id}
        for team in Team.objects.filter(Q(manager__in=away) | Q(deputy__in=away))
    }
    led = leader_keys({*places, *(record.team_id for record in waiting if record.team_id)}, on)
    there = there.filter(organisation=waiting[0].organisation_id)
    managers = set(there.filter(leads_here(on)).values_list("pk", flat=True))
    service_managers = set(there.filter(role=Role.SERVICE_MANAGER).values_list("pk", flat=True))
    found = {}
    for record in waiting:
        theirs = [team for team, names in places.items() if record.other_manager_id in names]
        barred = {record.worker_id, record.disagreed_by_id}
        found[record.pk] = rules.in_place_of_asked(
            {key for team in theirs for key in led[team].in_order},
            managers,
            service_managers,
            barred=barred.union(led[record.team_id].in_order if record.team_id else ()),
            is_between_figures=record.status == RecordStatus.NOT_AGREED,
        )
    return found
