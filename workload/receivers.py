"""What workload does when a lower app announces something, and what it answers when one asks."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.dispatch import receiver

from caseload.signals import closing_window_asked, people_merged, reported_months_asked
from peerload.core.events import Units, everything_changed, facts_changed
from peerload.staff.models import Organisation
from peerload.staff.signals import first_work_asked, service_begun, settings_changed

from . import actions, queries
from .months.actions import follow
from .signals import ledger_projected


@receiver(facts_changed)
def project_ledger(units: Units, **_: Any) -> None:
    actions.project(units)


@receiver(everything_changed)
def recount_ledger(organisation_id: int, **_: Any) -> None:
    actions.recount_everything(organisation_id)


@receiver(ledger_projected)
def follow_ledger(organisation_id: int, worker_ids: Collection[int] | None, **_: Any) -> None:
    follow(organisation_id, worker_ids)


@receiver(settings_changed)
def follow_settings(organisation: Organisation, **_: Any) -> None:
    follow(organisation.pk, None)


@receiver(service_begun)
def create_first_scheme(organisation: Organisation, **_: Any) -> None:
    actions.create_scheme(organisation)


@receiver(people_merged)
def move_work(absorbed_id: int, kept_id: int, on: date, **_: Any) -> dict[str, list[int]]:
    return actions.move_work(absorbed_id, kept_id, on)


@receiver(closing_window_asked)
def close_window_days(organisation_id: int, on: date, **_: Any) -> int:
    return queries.close_window_days(organisation_id, on)


@receiver(reported_months_asked)
def unreported_from(worker_ids: Collection[int], on: date, **_: Any) -> date:
    return queries.unreported_from(worker_ids, on)


@receiver(first_work_asked)
def first_responsibility(worker_id: int, **_: Any) -> date | None:
    return queries.first_responsibility_of(worker_id)
