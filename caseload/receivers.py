"""What the caseload does when something is announced, and what it answers when it is asked."""

from django.dispatch import receiver

from peerload.staff.signals import absence_saved, first_work_asked, supported_asked

from .cover.actions import move_along
from .duplicates.actions.finding import look_for
from .queries import teams
from .signals import person_entered


@receiver(absence_saved)
def move_covers(before, after, by, **_):
    move_along(before, after, by)


@receiver(person_entered)
def look_for_duplicates(person, on, **_):
    look_for(person, on)


@receiver(supported_asked)
def supported(worker_ids, on, **_):
    return teams.supported_by(worker_ids, on)


@receiver(first_work_asked)
def first_allocation(worker_id, **_):
    return teams.first_allocation_of(worker_id)
