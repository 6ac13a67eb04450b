"""Logging a contact from a row, and the words around it."""

import uuid
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html

from caseload.enums import Channel, Outcome

register = template.Library()

CHANNEL_ICONS = {
    Channel.PHONE: "telephone",
    Channel.TEXT: "chat-left-text",
    Channel.IN_PERSON: "people",
    Channel.VIDEO: "phone",
    Channel.GROUP: "people",
    Channel.EMAIL: "envelope",
}
OUTCOME_WORDS = {
    Outcome.NO_SUPPORT_NEEDED: "Reached: no further support needed now",
    Outcome.SUPPORT_WANTED: "Reached: would like support",
    Outcome.OTHER: "Reached: something else",
}


@register.simple_tag(takes_context=True)
def log_row(context, person, back: str = "list") -> str:
    """
    Draw the Log of a row: two taps, no script. ``person`` has ``uid`` and ``name``.

    :param back: where the answer leads: ``list`` (where one came from) or ``person``
    """
    request = context["request"]
    return format_html(
        log_shape(),
        url=reverse("contact_log", args=[person.uid]),
        name=person.name,
        first_name=person.name.split(" ")[0],
        submission_id=uuid.uuid4(),
        token=context["csrf_token"],
        back=back,
        today=request.on,
        by=request.member.uid,
    )


@lru_cache
def log_shape() -> str:
    """Draw the form once, to be filled in for each row: fifteen of them would be half the time of My day."""
    names = ("url", "name", "first_name", "submission_id", "token", "back", "today", "by")
    return render_to_string("caseload/log_row.html", {name: f"{{{name}}}" for name in names})


@register.filter
def happened(contact) -> str:
    """Say what became of a contact or an attempt."""
    return OUTCOME_WORDS.get(contact.outcome, "Reached") if contact.reached else "Tried, not reached"


@register.filter
def channel_icon(contact) -> str:
    """Name the icon of a contact's channel."""
    return CHANNEL_ICONS.get(contact.channel, "telephone") if contact.reached else "telephone-x"
