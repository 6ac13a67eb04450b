"""The timetable of the caseload."""

import logging

from celery import shared_task

from peerload.core import clock
from peerload.notices.actions import Unfinished, tick
from peerload.staff.models import Organisation

from . import actions

logger = logging.getLogger("peerload.caseload")


@shared_task
def sweep(**_from_newer_publishers) -> None:
    """Sweep every service for its own local day; a fault in one does not stop the others, but leaves the slot open."""
    with tick("sweep", every=15) as begun:
        swept = [_sweep(organisation) for organisation in Organisation.objects.order_by("pk")] if begun else []
        if not all(swept):
            raise Unfinished


def _sweep(organisation: Organisation) -> bool:
    """Sweep one service; return whether every step of it was done here."""
    try:
        counts = actions.sweep(organisation, clock.today(organisation))
    except actions.AnotherSweep as busy:
        logger.info("%s", busy)
        return False
    except Exception:
        logger.exception("the sweep of service %d failed", organisation.pk)
        return False
    logger.info("swept service %d: %s", organisation.pk, counts._asdict())
    return True
