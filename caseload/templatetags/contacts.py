"""Logging a contact from a row, and the words around it."""

import uuid

from django import template

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


@register.inclusion_tag("caseload/log_row.html", takes_context=True)
def log_row(context, person, back: str = "list") -> dict:
    """
    Draw the Log of a row: two taps, no script. ``person`` has ``uid`` and ``name``.

    :param back: where the answer leads: ``list`` (where one came from) or ``person``
    """
    request = context["request"]
    return {
        "person": person,
        "back": back,
        "submission_id": uuid.uuid4(),
        "csrf_token": context.get("csrf_token"),
        "member": request.member,
        "on": request.on,
    }


@register.filter
def happened(contact) -> str:
    """Say what became of a contact or an attempt."""
    return OUTCOME_WORDS.get(contact.outcome, "Reached") if contact.reached else "Tried, not reached"


@register.filter
def channel_icon(contact) -> str:
    """Name the icon of a contact's channel."""
    return CHANNEL_ICONS.get(contact.channel, "telephone") if contact.reached else "telephone-x"
