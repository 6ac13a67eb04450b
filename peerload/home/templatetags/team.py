"""What stands in the rows of a team's page."""

from django import template

from peerload.ui.templatetags.ui import tier_words

register = template.Library()

SHORT = {"parked": "keeping in touch"}


@register.filter
def tiers(row) -> list[dict]:
    """Return a worker's people by tier beside the boundary (a `WorkerRow` of the overview); above it is marked, never refused."""
    above = {over.tier for over in row.over}
    by_tier = zip(row.people._fields, row.people, row.boundary, strict=True)
    return [
        {
            "words": SHORT.get(tier) or tier_words(tier),
            "people": people,
            "boundary": boundary,
            "above": tier in above,
        }
        for tier, people, boundary in by_tier
    ]
