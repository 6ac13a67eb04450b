"""What the caseload does when something is announced."""

from datetime import date
from typing import Any

from django.dispatch import receiver

from peerload.staff.models import Absence, Member
from peerload.staff.signals import absence_saved

from .cover.actions import move_along
from .duplicates.actions.finding import look_for
from .models import Client
from .signals import person_entered


@receiver(absence_saved)
def move_covers(before: Absence, after: Absence, by: Member | None, **_: Any) -> None:
    move_along(before, after, by)


@receiver(person_entered)
def look_for_duplicates(person: Client, on: date, **_: Any) -> None:
    look_for(person, on)
