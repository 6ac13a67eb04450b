"""The timetable's part of imports and exports."""

import logging
from typing import Any

from celery import shared_task

from . import undoing, uploads
from .exports import actions as exports

logger = logging.getLogger("peerload.interchange")


LONGEST = 2 * 60 * 60  # seconds; the largest services take a quarter of an hour


@shared_task(soft_time_limit=LONGEST, time_limit=LONGEST + 60)
def bring_in(**_from_newer_publishers: Any) -> None:
    """
    Undo an import where that is requested, and import one upload that waits.

    Killed in the middle it starts again; run twice each is done once.
    """
    undoing.undo_next()
    upload = uploads.bring_in_next()
    if upload:
        logger.info("upload %s: %s", upload.uid, upload.state)


@shared_task(soft_time_limit=LONGEST, time_limit=LONGEST + 60)
def make_export(**_from_newer_publishers: Any) -> None:
    """Make one export that waits, and drop what is a day old. Killed in the middle it starts again."""
    export = exports.make_next()
    if export:
        logger.info("export %s: %s", export.uid, export.state)
