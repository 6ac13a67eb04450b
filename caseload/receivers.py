"""What the caseload does when something is announced."""

from django.dispatch import receiver

from peerload.staff.signals import absence_saved

from .cover.actions import move_along
from .duplicates.actions.finding import look_for
from .signals import person_entered


@receiver(absence_saved)
def move_covers(before, after, by, **_):
    move_along(before, after, by)


@receiver(person_entered)
def look_for_duplicates(person, on, **_):
    look_for(person, on)
