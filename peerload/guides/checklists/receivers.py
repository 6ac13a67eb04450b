"""What checklists do when something is announced."""

from typing import Any

from django.dispatch import receiver

from peerload.core.events import Units, facts_changed

from .actions import follow_posts


@receiver(facts_changed)
def count_from_first_day(units: Units, **_: Any) -> None:
    if units.workers:
        follow_posts(units.workers)
