"""The rows of a team's page."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from uuid import UUID

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from peerload.ui.templatetags.ui import band_chip, chip, icon, load_bar, load_parts, points, tier_words

register = template.Library()

NO_POST = "no post recorded; counted as 1 FTE"
NOBODY = UUID(int=0)
NAMES = (
    "name",
    "fte",
    "duty",
    "bar",
    "parts",
    "total",
    "limit",
    "band",
    "away",
    "people",
    "boundary",
    "tiers",
    "contacts",
    "day",
)


@register.simple_tag
def team_rows(rows: Iterable, *, on: date, today: date, top: int) -> SafeString:
    """Draw a row a worker (`peerload.home.team.Row`); ``top`` is the right end of all their bars."""
    day = "" if on == today else f"?on={on}"
    return SafeString("".join(format_html(row_shape(), day=day, **_words(row, top)) for row in rows))


@lru_cache
def row_shape() -> str:
    """Draw one row, to be filled in for each worker: through the template they would be half the page's time."""
    drawn = render_to_string("home/team_row.html", {"uid": NOBODY, **{name: f"{{{name}}}" for name in NAMES}})
    return drawn.replace(str(NOBODY), "{uid}")


def _words(row, top: int) -> dict:
    total, elements = row.total, _elements(row.total)
    return {
        "uid": row.worker.uid,
        "name": row.worker.name,
        "fte": f"{points(row.worker.fte)} FTE" if row.worker.has_post else NO_POST,
        "duty": ", on duty" if row.worker.duty else "",
        "bar": load_bar(**elements, mark=total.mark, limit=total.limit, top=top),
        "parts": load_parts(**elements),
        "total": points(total.total),
        "limit": points(total.limit),
        "band": band_chip(total.band),
        "away": format_html(SUB, format_html("{} {}", chip("quiet", "away", "calendar-x"), row.away.band))
        if row.away
        else "",
        "people": points(row.people.total),
        "boundary": points(row.boundary.total),
        "tiers": _tiers(row),
        "contacts": _contacts(row.contacts_over),
    }


SUB = '<span class="pl-sub">{}</span>'


def _elements(total) -> dict:
    return {"stable": total.stable, "extra": total.extras, "case": total.cases, "weight": total.weight}


def _tiers(row) -> SafeString:
    """People by tier against the boundary; a tier above it is marked by an arrow and stronger words, never refused."""
    above = {over.tier for over in row.over}
    said = [
        format_html(
            "<strong>{}\N{NO-BREAK SPACE}{} {} of {}</strong>" if tier in above else "{}{} {} of {}",
            icon("arrow-up-circle") if tier in above else "",
            SHORT.get(tier) or tier_words(tier),
            points(people),
            points(boundary),
        )
        for tier, people, boundary in zip(row.people._fields, row.people, row.boundary, strict=True)
    ]
    return SafeString("".join(format_html(SUB, each) for each in said))


SHORT = {"parked": "keeping in touch"}


def _contacts(over: int) -> SafeString:
    if not over:
        return SafeString('<span class="pl-soft">none overdue a week</span>')
    return format_html(
        '{}<span class="pl-sub">a week or more overdue</span>', chip("act", points(over), "clock-history")
    )
