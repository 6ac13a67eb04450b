"""The timetable of the caseload."""

import logging

from celery import shared_task

from peerload import clock
from peerload.notices.actions import tick
from peerload.staff.models import Organisation

from . import actions

logger = logging.getLogger("peerload.caseload")


@shared_task
def sweep(**_from_newer_publishers) -> None:
    """Sweep every service for its own local day; a fault in one does not stop the others."""
    with tick("sweep", every=15) as begun:
        for organisation in Organisation.objects.order_by("pk") if begun else ():
            try:
                counts = actions.sweep(organisation, clock.today(organisation))
            except Exception:
                logger.exception("the sweep of service %d failed", organisation.pk)
            else:
                logger.info("swept service %d: %s", organisation.pk, counts._asdict())
