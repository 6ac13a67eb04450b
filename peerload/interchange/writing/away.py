"""Writing what is done before a worker leaves: the steps, in the checklist of their notice."""

import uuid

from peerload.guides.checklists.actions import edition_for_leavers
from peerload.guides.checklists.models import ChecklistRun
from peerload.guides.enums import ChecklistSubject
from peerload.staff.models import Leaving

from ..comparison.rows import Merged
from ..sheets import SHEET
from .writer import Writer, new_rows

FIELDS = ("uid", "organisation", "edition", "subject", "about", "leaving", "anchor_on", "begun_by", "begun_on")


def write_leaving_steps(writer: Writer) -> None:
    """Write steps before a worker leaves; the first of a notice begins its checklist."""
    (of_notice,) = SHEET["leaving_steps"].parents
    new = list(new_rows(writer.plan.service.of("leaving_steps")))

    def leaving_of(row: Merged) -> int | None:
        return writer.parent(of_notice, row)

    keys = {key for row in new if (key := leaving_of(row))}
    runs = dict(ChecklistRun.objects.filter(leaving__in=keys).values_list("leaving", "pk"))
    without = list(Leaving.objects.filter(pk__in=keys - runs.keys()).order_by("pk"))
    if without:
        organisation = writer.plan.organisation
        edition = edition_for_leavers(organisation, without[0].notice_on)
        rows = (
            (
                *(uuid.uuid4(), organisation.pk, edition.pk, ChecklistSubject.LEAVER.value, each.member_id, each.pk),
                *(each.last_day, each.by_id, each.notice_on),
            )
            for each in without
        )
        writer.insert(ChecklistRun, FIELDS, rows, counted=False)
        runs |= dict(ChecklistRun.objects.filter(leaving__in=without).values_list("leaving", "pk"))
    writer.sheet("leaving_steps", new=new, changed=(), run=lambda row: runs.get(leaving_of(row) or 0))
    writer.sheet("leaving_steps", new=())
