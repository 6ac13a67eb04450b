"""What wellbeing answers when it is asked."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.dispatch import receiver

from workload.months.rules import Supervision
from workload.signals import supervisions_asked

from .sessions import queries


@receiver(supervisions_asked)
def supervisions(
    worker_ids: Collection[int], months: Collection[date], **_: Any
) -> Mapping[tuple[int, date], Supervision]:
    return queries.supervisions(worker_ids, months)
