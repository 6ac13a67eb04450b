"""The timetable's part of an import."""

import logging

from celery import shared_task

from . import undoing, uploads

logger = logging.getLogger("peerload.interchange")


@shared_task
def bring_in(**_from_newer_publishers) -> None:
    """
    Undo an import where that is asked for, and bring in one upload that waits.

    Killed in the middle it begins anew; run twice each is done once.
    """
    undoing.undo_next()
    upload = uploads.bring_in_next()
    if upload:
        logger.info("upload %s: %s", upload.uid, upload.state)
