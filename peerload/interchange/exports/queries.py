"""Exports as their pages show them."""

from datetime import datetime
from typing import NamedTuple

from peerload.audit.models import Entry
from peerload.staff.models import Organisation

from ..enums import ExportState
from ..models import Export
from . import rules

MOST = 30  # on the page of exports


class ListedExport(NamedTuple):
    """An export and the state it is in now."""

    export: Export
    state: ExportState


def listed(organisation: Organisation, now: datetime) -> list[ListedExport]:
    """Return the last exports of a service, the newest first."""
    found = Export.objects.filter(organisation=organisation).defer("content").select_related("member")
    return [ListedExport(each, state_of(each, now)) for each in found.order_by("-asked_at", "-pk")[:MOST]]


def state_of(export: Export, now: datetime) -> ExportState:
    """Return the state an export is in now."""
    return rules.state_at(export.state, asked_at=export.asked_at, ready_at=export.ready_at, now=now)


def downloads(export: Export) -> list[datetime]:
    """Return when the file of an export was taken, the first time first."""
    taken = Entry.objects.filter(what=Entry.What.EXPORTED, subject=str(export.uid), organisation=export.organisation_id)
    return list(taken.order_by("at").values_list("at", flat=True))
