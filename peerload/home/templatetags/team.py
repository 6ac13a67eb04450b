"""Template tags for the rows of a team's page."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from peerload.ui.templatetags.ui import points, tier_words

register = template.Library()

SHORT = {"parked": _("keeping in touch")}


@register.filter
def tiers(row: Any) -> SafeString:
    """List a worker's people by tier beside the boundary (a `WorkerRow` of the overview); above it is bold, never refused."""
    above = {over.tier for over in row.over}
    by_tier = zip(row.people._fields, row.people, row.boundary, strict=True)
    words = (
        (
            tier,
            gettext("%(tier)s %(people)s of %(boundary)s")
            % {"tier": SHORT.get(tier) or tier_words(tier), "people": points(people), "boundary": points(boundary)},
        )
        for tier, people, boundary in by_tier
    )
    said = ((format_html("<strong>{}</strong>", each) if tier in above else each,) for tier, each in words)
    return format_html_join(", ", "{}", said)


@register.filter
def tier_list(over: Iterable, whole: str) -> str:
    """
    List the tiers above the boundary, by name or with a ``tier``.

    ``whole`` is what all of them together are called.
    """
    tiers = [getattr(each, "tier", each) for each in over]
    return ", ".join(str(whole) if tier == "total" else tier_words(tier) for tier in tiers)
