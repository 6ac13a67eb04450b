"""The timetable of the sweep."""

import logging
from typing import Any

from celery import shared_task

from caseload.actions import AnotherSweep
from peerload.core import clock
from peerload.notices.actions import Unfinished, tick
from peerload.staff.models import Organisation

from .sweep import sweep as sweep_service

logger = logging.getLogger("peerload.home")


@shared_task(name="caseload.tasks.sweep")  # as it was published before it moved
def sweep(**_from_newer_publishers: Any) -> None:
    """Sweep every service for its own local day; a fault in one does not stop the others, but leaves the slot open."""
    with tick("sweep", every=15) as begun:
        swept = [_sweep(organisation) for organisation in Organisation.objects.order_by("pk")] if begun else []
        if not all(swept):
            raise Unfinished


def _sweep(organisation: Organisation) -> bool:
    """Sweep one service; return whether every step of it was done here."""
    try:
        counts = sweep_service(organisation, clock.today(organisation))
    except AnotherSweep as busy:
        logger.info("%s", busy)
        return False
    except Exception:
        logger.exception("the sweep of service %d failed", organisation.pk)
        return False
    logger.info("swept service %d: %s", organisation.pk, counts._asdict())
    return True
