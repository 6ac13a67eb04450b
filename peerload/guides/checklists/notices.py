"""
Notices about the steps of checklists. A mail passes many hands: no line names a worker, a team or a step.

First pages have a section of their own for checklists.
"""

from django.utils.translation import ngettext_lazy

from peerload.core import clock
from peerload.notices.actions import NewNotice
from peerload.notices.kinds import NoticeKind, keys_of
from peerload.notices.models import Notice

from . import queries
from .actions import STEP_DUE, of_step


def still_due(notices: list[Notice]) -> set[int]:
    """Return the notices about steps due that day and still open, sent to a member they would go to today."""
    service = notices[0].organisation
    found = queries.runs().filter(organisation=service, steps__in=keys_of(notices)).distinct()
    lines = queries.recipients(list(found), clock.today(service))
    due = {NewNotice(key, STEP_DUE, of_step(step.pk), step.due_on) for step, key in lines}
    return {n.pk for n in notices if NewNotice(n.recipient_id, n.kind, n.subject, n.anchor_on) in due}


KINDS = (
    NoticeKind(
        STEP_DUE,
        says=ngettext_lazy("%(count)d step of a checklist is due", "%(count)d steps of checklists are due", "count"),
        still_true=still_due,
    ),
)
