"""What the caseload does when something is announced, and what it answers when it is asked."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.dispatch import receiver

from peerload.staff.models import Absence, Member
from peerload.staff.signals import absence_called_off, absence_saved, first_work_asked, supported_asked

from .cover.actions import call_off, move_along
from .duplicates.actions.finding import look_for
from .models import Client
from .queries import teams
from .signals import person_entered


@receiver(absence_saved)
def move_covers(before: Absence, after: Absence, by: Member | None, **_: Any) -> None:
    move_along(before, after, by)


@receiver(absence_called_off)
def call_off_covers(absence: Absence, by: Member, **_: Any) -> None:
    call_off(absence, by)


@receiver(person_entered)
def look_for_duplicates(person: Client, on: date, **_: Any) -> None:
    look_for(person, on)


@receiver(supported_asked)
def supported(worker_ids: Collection[int], on: date, **_: Any) -> dict[int, int]:
    return teams.supported_by(worker_ids, on)


@receiver(first_work_asked)
def first_allocation(worker_id: int, **_: Any) -> date | None:
    return teams.first_allocation_of(worker_id)
