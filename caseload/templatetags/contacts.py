"""Logging a contact from a row, and the words around it."""

import uuid
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from caseload.enums import Channel, Outcome, Tier
from caseload.forms import ContactForm
from caseload.models import Client
from peerload.core import clock
from peerload.ui.templatetags.ui import contact_chip, icon, short_day, tier_chip

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
def person_rows(context, people: Iterable) -> SafeString:
    """Draw people with a contact to make or to log (`caseload.queries.Held`): two taps log it, without a script."""
    request = context["request"]
    page = {"token": context["csrf_token"], "today": request.on, "by": request.member.uid}
    shape = row_shape()
    rows = (
        format_html(
            shape,
            uid=person.uid,
            name=person.name,
            short_name=person.short_name,
            state=_state(person),
            words=row_words(person, request.on),
            tried=_tried(person, request),
            safe=safely(person),
            submission_id=uuid.uuid4(),
            **page,
        )
        for person in people
    )
    return SafeString("".join(rows))


@lru_cache
def row_shape() -> str:
    """Draw one row, to be filled in for each person: fifteen rows through the template would be half the time of My day."""
    names = ("name", "short_name", "state", "words", "tried", "safe", "submission_id", "token", "today", "by")
    return _drawn_once("caseload/person_row.html", names)


@register.simple_tag(takes_context=True)
def contact_form(context, person, last_tier: Tier | None) -> SafeString:
    """Draw the full form of a contact, still empty, on a person's page; ``last_tier`` is the support they had last."""
    request = context["request"]
    return format_html(
        form_shape(person.tier == Tier.PARKED, last_tier, person.contact_preference),
        uid=person.uid,
        short_name=person.short_name,
        submission_id=uuid.uuid4(),
        token=context["csrf_token"],
        today=request.on,
        by=request.member.uid,
    )


@lru_cache
def form_shape(parked: bool, last_tier: Tier | None, preference: str) -> str:
    """Draw the form once, to be filled in for each person: its nine fields would be half the time of their page."""
    tier = Tier.PARKED if parked else None
    person = Client(uid=NOBODY, name="{short_name}", tier=tier, contact_preference=preference)
    initial = {"on": NO_DAY, "submission_id": "{submission_id}"}
    form = ContactForm(on=NO_DAY, person=person, last_tier=last_tier, initial=initial)
    asks = {"member": {"uid": "{by}"}}
    more = {"form": form, "person": person, "on": NO_DAY, "back": "person", "request": asks, "csrf_token": "{token}"}
    return _drawn_once("caseload/contact_form.html", (), **more)


def _drawn_once(template: str, names: Iterable[str], **more) -> str:
    """Draw a template for nobody in particular, with the names of what is to be filled in standing for it."""
    drawn = render_to_string(template, {"uid": NOBODY, **{name: f"{{{name}}}" for name in names}, **more})
    return drawn.replace(str(NOBODY), "{uid}").replace(str(NO_DAY), "{today}")


NOBODY = uuid.UUID(int=0)
NO_DAY = date.max


def _state(person) -> SafeString | str:
    if person.due and not person.please_dont:
        return contact_chip(person.due.state, person.due.days)
    return tier_chip(person.tier)


def row_words(person, on: date) -> str:
    """Say when the next contact is due and when the last one was."""
    if person.please_dont:
        words = ""
    elif person.due:
        last = person.last_contact_on
        since = f"last contact {short_day(last, on)}" if last else f"no contact since {short_day(person.parked_on, on)}"
        words = f"due {short_day(person.due.on, on)}, {since}"
    elif person.last_reached_on:
        words = f"last contact {short_day(person.last_reached_on, on)}"
    else:
        whom = "their worker" if person.covered else "you"
        words = f"no contact yet, with {whom} since {short_day(person.since, on)}"
    return f"{words}; held by a student, not counted" if person.student_held else words


def tried_words(tried, on: date, organisation) -> str:
    """Say when somebody was tried and not reached, and by whom (`caseload.queries.Tried`)."""
    at = clock.local_time(organisation, tried.at)
    day = "today" if tried.on == on else short_day(tried.on, on)
    return f"Tried {day}{f' {at:%H:%M}' if at.date() == tried.on else ''}{f' by {tried.by}' if tried.by else ''}, not reached"


def _tried(person, request) -> SafeString | str:
    if not person.tried:
        return ""
    words = tried_words(person.tried, request.on, request.organisation)
    return format_html('<p class="pl-row__safe">{}<span class="pl-soft">{}</span></p>', icon("telephone-x"), words)


@register.simple_tag
def safely(person) -> SafeString:
    """Say how to contact people safely, wherever a row may lead to contacting them."""
    if person.please_dont:
        return format_html("{} <span>Please don’t contact. It is their choice.</span>", icon("bell-slash"))
    return format_html(
        '{} <span><span class="visually-hidden">How to contact safely: </span>{}</span>',
        icon("shield-check"),
        person.contact_how or "Nothing agreed yet. Ask how, first thing.",
    )


@register.filter
def happened(contact) -> str:
    """Say what became of a contact or an attempt."""
    return OUTCOME_WORDS.get(contact.outcome, "Reached") if contact.reached else "Tried, not reached"


@register.filter
def channel_icon(contact) -> str:
    """Name the icon of a contact's channel."""
    return CHANNEL_ICONS.get(contact.channel, "telephone") if contact.reached else "telephone-x"
