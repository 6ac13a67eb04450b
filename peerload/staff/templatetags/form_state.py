"""The hidden fields that say what a form was filled from, or which submission it is: see `peerload.staff.concurrency`."""

from functools import cache
from typing import Any

from django import template
from django.db.models import Model
from django.template import Context
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from .. import concurrency

register = template.Library()


@register.simple_tag(takes_context=True)
def form_state(context: Context, route: str = "", row: Model | None = None) -> SafeString:
    """
    Return the hidden fields of a form.

    :param route: the name of the route that the form is posted to, where it is not the page itself
    :param row: what the form changes; a form that makes something new has none
    """
    if not route:
        carried = {name: value() for name, value in getattr(context["request"], "form_state", {}).items()}
    elif row is None:
        carried = {concurrency.SUBMISSION: concurrency.new_submission()}
    else:
        carried = {concurrency.FILLED_FROM: views_by_name()[route].changes.token(row, context["request"])}
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', carried.items())


@cache
def views_by_name(resolver: URLResolver | None = None) -> dict[str | None, Any]:
    """Return the view of every named route."""
    found: dict[str | None, Any] = {}
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            found[entry.name] = entry.callback
        else:
            found |= views_by_name(entry)
    return found
