"""The timetable of the ledger."""

import logging
from typing import Any

from celery import shared_task

from peerload.core import clock
from peerload.notices.actions import tick
from peerload.staff.models import Organisation

from . import actions

logger = logging.getLogger("peerload.workload")

NIGHT = 4  # the local hour in which the ledger is checked; no clock change skips it


@shared_task
def recount(**_from_newer_publishers: Any) -> None:
    """Recount, batch by batch, the points of services that are marked; a fault in one does not stop the others."""
    for organisation in Organisation.objects.filter(recount_from__isnull=False).order_by("pk"):
        try:
            batches = actions.recount(organisation)
        except Exception:
            logger.exception("recounting service %d failed; it goes on from where it was", organisation.pk)
        else:
            logger.info("recounted service %d in %d batches", organisation.pk, batches)


@shared_task
def check_points(**_from_newer_publishers: Any) -> None:
    """Hold the ledger of every service against its facts in its own night, raise the alarm and put right what differs."""
    with tick("check points", every=60) as begun:
        for organisation in Organisation.objects.order_by("pk") if begun else ():
            if clock.local_now(organisation).hour == NIGHT:
                _check(organisation)


def _check(organisation: Organisation) -> None:
    try:
        found = actions.check_and_fix(organisation, on=clock.today(organisation))
    except Exception:
        logger.exception("the check of service %d failed", organisation.pk)
        return
    for difference in found:
        logger.error("the ledger differed: %s", difference)
    logger.info("checked the points of service %d: %d units differed", organisation.pk, len(found))
