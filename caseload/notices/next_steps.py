"""Notices about next steps on the working day before, counted without names."""

from django.utils.translation import gettext as _

from peerload.core import clock
from peerload.core.formats import format_weekday
from peerload.notices.kinds import FirstPageLine, Reader, keys_of
from peerload.notices.models import Notice

from ..models import NextStep
from ..next_steps.queries import recipients
from .lines import line_of, seen_by


def still_ahead(notices: list[Notice]) -> set[int]:
    """Return the notices about steps that stand on the same day ahead, and that the recipient is still told of."""
    today = clock.today(notices[0].organisation)
    told = recipients(notices[0].organisation, today, step_ids=keys_of(notices))
    return {
        notice.pk
        for notice in notices
        if notice.anchor_on > today and told.get(notice.key) == (notice.recipient_id, notice.anchor_on)
    }


def uncovered(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines to those who lead: the worker is away and no one covers. Others see the step itself on My day."""
    if not reader.leads:
        return []
    steps = NextStep.objects.filter(pk__in=keys_of(notices)).order_by("due_on", "starts_at", "pk")
    found = [(step.client_id, step.due_on) for step in steps]
    people = {person.pk: person for person in seen_by(reader, [client for client, __ in found])}
    return [
        line_of(
            people[client],
            _("Something is arranged for %(day)s. Their worker is away, and no one covers")
            % {"day": format_weekday(day)},
            "calendar-event",
        )
        for client, day in found
        if client in people
    ]
