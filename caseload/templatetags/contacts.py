"""Logging a contact from a row, and the words around it."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Protocol

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from caseload.enums import Channel, Outcome, Tier
from caseload.models import Client
from peerload.core import clock
from peerload.core.formats import format_day
from peerload.core.phones import dials
from peerload.core.translation import LazyText
from peerload.staff.models import Organisation
from peerload.ui.templatetags.ui import cached_by_language, contact_chip, icon, number, short_day, tier_chip

from ..forms.contacts import BESIDE, ContactForm
from ..forms.next_steps import BesideContactForm
from ..models import Contact
from ..queries.held import SupportedPerson
from ..queries.in_touch import Tried

register = template.Library()

CHANNEL_ICONS: Mapping[str, str] = {
    Channel.PHONE: "telephone",
    Channel.TEXT: "chat-left-text",
    Channel.IN_PERSON: "people",
    Channel.VIDEO: "phone",
    Channel.GROUP: "people",
    Channel.EMAIL: "envelope",
}
OUTCOME_WORDS: Mapping[str, LazyText] = {
    Outcome.NO_SUPPORT_NEEDED: gettext_lazy("Reached: no further support needed now"),
    Outcome.SUPPORT_WANTED: gettext_lazy("Reached: would like support"),
    Outcome.OTHER: gettext_lazy("Reached: something else"),
}


class Contacted(Protocol):
    """Someone who may be contacted: a person, or a row of a list of people."""

    @property
    def please_dont(self) -> bool: ...

    @property
    def contact_how(self) -> str: ...


@register.inclusion_tag("caseload/person_rows.html", takes_context=True)
def person_rows(context: Context, people: Iterable[SupportedPerson]) -> dict:
    """Draw people with a contact to make or to log (`SupportedPerson`): two taps log it, without a script."""
    request = context["request"]
    rows = [
        {
            "person": person,
            "state": _state(person),
            "words": _besides(person, request.on),
            "tried": attempt(context, person),
        }
        for person in people
    ]
    return {"rows": rows, "csrf_token": context["csrf_token"]}


@register.simple_tag(takes_context=True)
def state_words(context: Context, person: SupportedPerson) -> SafeString:
    """Say in short how a person stands, for a row without an answer to tap: ``{% state_words person %}``."""
    return format_html("{} {}", _state(person), row_words(person, context["request"].on))


@register.inclusion_tag("caseload/log_row.html", takes_context=True)
def log_row(context: Context, person: SupportedPerson | Client) -> dict:
    """Draw the button Log of a person's row, and the four answers it opens: ``{% log_row person %}``."""
    return {"person": person, "submission_id": uuid.uuid4(), "csrf_token": context["csrf_token"]}


@register.inclusion_tag("caseload/answers.html", takes_context=True)
def answers(context: Context, person: Client, back: str) -> dict:
    """Draw the four answers, open, and say where they lead: ``{% answers person "person" %}``."""
    return {"person": person, "back": back, "submission_id": uuid.uuid4(), "csrf_token": context["csrf_token"]}


@register.simple_tag
@cached_by_language
def answer_buttons() -> SafeString:
    """Draw the buttons of the four answers, once for each language: a page has them in every row."""
    return render_to_string("caseload/answer_buttons.html")


@register.inclusion_tag("caseload/call_row.html", takes_context=True)
def call_row(context: Context, person: Client) -> dict:
    """Draw the buttons Call of a person's row; none where there is no number, or they asked not to be contacted."""
    region = context["request"].organisation.region
    return {"person": person, "dials": () if person.please_dont else dials(person.phone, region)}


@register.simple_tag(takes_context=True)
def attempt(context: Context, person: SupportedPerson | Client) -> str:
    """
    Say that the last try did not reach a person; nothing if it did: ``{% attempt person as tried %}`` (R86).

    A person of a query of one's own is annotated with `last_entry` of `caseload.queries.in_touch`.
    """
    request = context["request"]
    tried = person.tried if isinstance(person, SupportedPerson) else Tried.of(person.last_entry)
    return tried_words(tried, request.on, request.organisation) if tried else ""


@register.simple_tag
def answered_without_signal(contact: Contact) -> str:
    """Say when a contact was answered on a phone without a signal, and when it was saved, by the clocks of the service."""
    said, saved = map(timezone.localtime, (contact.said_at, contact.recorded_at))
    times = {"said": f"{said:%H:%M}", "saved": f"{saved:%H:%M}", "day": format_day(saved.date())}
    if said.date() == saved.date():
        return _("answered at %(said)s without a signal, saved at %(saved)s") % times
    return _("answered at %(said)s without a signal, saved on %(day)s at %(saved)s") % times


@register.inclusion_tag("caseload/contact_form.html", takes_context=True)
def contact_form(context: Context, person: Client, last_tier: Tier | None) -> dict:
    """
    Draw the full form of a contact, still empty, on a person's page, which says above it if they asked not to be contacted.

    :param last_tier: the support they had last
    """
    on = context["request"].on
    initial = {"on": on, "submission_id": uuid.uuid4()}
    return {
        "form": ContactForm(on=on, person=person, last_tier=last_tier, initial=initial),
        "person": person,
        "on": on,
        "back": "person",
        "back_url": "",
        "already_said": True,
        "next_step": _next_step_fields(on, get_language()),
        "csrf_token": context["csrf_token"],
    }


@lru_cache(maxsize=8)
def _next_step_fields(on: date, language: str | None) -> SafeString:
    """Draw the eight fields of a next step once a day: still empty they are the same for everybody."""
    form = BesideContactForm(on=on, prefix=BESIDE)
    return render_to_string("caseload/next_steps/beside_contact.html", {"next": form})


def _state(person: SupportedPerson) -> SafeString | str:
    if person.due and not person.please_dont:
        return contact_chip(person.due.state, person.due.days)
    return tier_chip(person.tier)


def _besides(person: SupportedPerson, on: date) -> str:
    """Say what a row has to say besides when the contact is due."""
    words = []
    if person.due and person.due.before_first_day:
        words.append(_("was due %(day)s, before your first day") % {"day": short_day(person.due.on, on)})
    if person.student_held:
        words.append(_("supported by a student, not counted"))
    return "; ".join(words)


def row_words(person: SupportedPerson, on: date) -> str:
    """Say when the last contact was; the chip beside it says when the next is due."""
    if person.please_dont:
        words = ""
    elif person.due:
        last = person.last_contact_on
        words = _("last contact %(since)s") if last else _("no contact since %(since)s")
        words %= {"since": short_day(last or person.parked_on, on)}
    elif person.last_reached_on:
        words = _("last contact %(day)s") % {"day": short_day(person.last_reached_on, on)}
    else:
        words = (
            _("no contact yet, with their worker since %(day)s")
            if person.covered
            else _("no contact yet, with you since %(day)s")
        )
        words %= {"day": short_day(person.since, on)}
    return _("%(words)s; supported by a student, not counted") % {"words": words} if person.student_held else words


def tried_words(tried: Tried, on: date, organisation: Organisation) -> str:
    """Say when an attempt failed to reach the person, and who tried (`caseload.queries.in_touch.Tried`)."""
    at = clock.local_time(organisation, tried.at)
    when = _("today") if tried.on == on else short_day(tried.on, on)
    if at.date() == tried.on:
        when = f"{when} {at:%H:%M}"
    if tried.on == on and tried.times > 1:
        words = (
            _("Tried %(times)s times today, last at %(time)s by %(name)s, not reached")
            if tried.by
            else _("Tried %(times)s times today, last at %(time)s, not reached")
        )
        return words % {"times": number(tried.times), "time": f"{at:%H:%M}", "name": tried.by}
    words = _("Tried %(when)s by %(name)s, not reached") if tried.by else _("Tried %(when)s, not reached")
    return words % {"when": when, "name": tried.by}


@register.simple_tag
def safely(person: Contacted) -> SafeString:
    """Say how to contact people safely, wherever a row may lead to contacting them."""
    if person.please_dont:
        return format_html("{} <span>{}</span>", icon("bell-slash"), _("Please don’t contact. It is their choice."))
    return format_html(
        '{} <span><span class="visually-hidden">{} </span>{}</span>',
        icon("shield-check"),
        _("How to contact safely:"),
        person.contact_how or _("Nothing agreed yet. Ask how first."),
    )


@register.filter
def safe_words(person: Contacted) -> str:
    """Say the same in words alone, for rows that are drawn fifty times."""
    if person.please_dont:
        return _("Please don’t contact. It is their choice.")
    return person.contact_how or _("Nothing agreed yet. Ask how first.")


@register.filter
def happened(contact: Contact) -> LazyText:
    """Say what became of a contact or an attempt."""
    return OUTCOME_WORDS.get(contact.outcome, _("Reached")) if contact.reached else _("Tried, not reached")


@register.filter
def details(contact: Contact) -> str:
    """Say on which day a contact was, by which channel and how long, as far as logged."""
    channel = contact.get_channel_display().lower() if contact.channel else ""
    minutes = ""
    if contact.minutes is not None:
        minutes = ngettext("%(minutes)s minute", "%(minutes)s minutes", contact.minutes) % {"minutes": contact.minutes}
    return ", ".join(filter(None, (format_day(contact.on), channel, minutes)))


@register.filter
def together(contact: Contact) -> str:
    """Say who wrote a note together with its author and agreed to its words; nothing if it was written alone (R87)."""
    if not contact.written_with:
        return ""
    return _("Written together with %(name)s, who agreed to these words") % {"name": contact.written_with}


@register.filter
def channel_icon(contact: Contact) -> str:
    """Name the icon of a contact's channel."""
    return CHANNEL_ICONS.get(contact.channel, "telephone") if contact.reached else "telephone-x"
