"""What wellbeing answers when it is asked."""

from django.dispatch import receiver

from workload.signals import supervisions_asked

from .sessions import queries


@receiver(supervisions_asked)
def supervisions(worker_ids, months, **_):
    return queries.supervisions(worker_ids, months)
