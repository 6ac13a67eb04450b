"""The timetable of notices: gathering, mailing, tidying."""

import logging
from typing import Any

from celery import shared_task

from peerload.core import clock
from peerload.staff.models import Organisation

from . import actions

logger = logging.getLogger("peerload.notices")


@shared_task
def write_digests(**_from_newer_publishers: Any) -> None:
    """Write today's digests of every service; a fault in one does not stop the others."""
    for organisation in Organisation.objects.order_by("pk"):
        try:
            written = actions.write_digests(organisation, clock.now())
        except Exception:
            logger.exception("the digests of service %d failed", organisation.pk)
        else:
            logger.info("wrote %d digests of service %d", written, organisation.pk)


@shared_task
def drain(**_from_newer_publishers: Any) -> None:
    """Send what waits in the outbox."""
    logger.info("sent %d messages", actions.drain())


@shared_task
def tidy(**_from_newer_publishers: Any) -> None:
    """Delete what is no longer needed."""
    with actions.tick("tidy", every=60) as begun:
        if begun:
            logger.info("tidied %d rows away", actions.tidy(clock.now()))
