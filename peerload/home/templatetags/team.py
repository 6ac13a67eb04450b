"""Template tags for the rows of a team's page."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from peerload.ui.templatetags.ui import points, tier_words

register = template.Library()

SHORT = {"parked": _("keeping in touch")}


@register.filter
def tiers(row: Any) -> list[dict[str, Any]]:
    """Return a worker's people by tier beside the boundary (a `WorkerRow` of the overview); above it is marked, never refused."""
    above = {over.tier for over in row.over}
    by_tier = zip(row.people._fields, row.people, row.boundary, strict=True)
    return [
        {
            "words": gettext("%(tier)s %(people)s of %(boundary)s")
            % {"tier": SHORT.get(tier) or tier_words(tier), "people": points(people), "boundary": points(boundary)},
            "above": tier in above,
        }
        for tier, people, boundary in by_tier
    ]


@register.filter
def tier_list(over: Iterable, whole: str) -> str:
    """
    List the tiers above the boundary, by name or with a ``tier``.

    ``whole`` is what all of them together are called.
    """
    tiers = [getattr(each, "tier", each) for each in over]
    return ", ".join(str(whole) if tier == "total" else tier_words(tier) for tier in tiers)
