"""The look in templates: icons, chips, the words for days and numbers, forms. Charts are in `charts`. docs/look.md shows each."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar, cast

from django import forms, template
from django.templatetags.static import static
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from peerload.core.formats import format_day, format_list, format_number, format_short_day, format_weekday
from peerload.ui.script_words import script_words

register = template.Library()

P = ParamSpec("P")
R = TypeVar("R")

BANDS = {
    "room": ("good", gettext_lazy("room"), "circle"),
    "limited": ("watch", gettext_lazy("little room"), "circle-half"),
    "over": ("act", gettext_lazy("over"), "arrow-up-circle"),
}
TIERS = {
    "high": (gettext_lazy("high"), "people"),
    "medium": (gettext_lazy("medium"), "people"),
    "group": (gettext_lazy("group"), "people"),
    "parked": (gettext_lazy("keeping in touch"), "telephone"),
    "inactive": (gettext_lazy("not in touch now"), "pause"),
}
NUMBERS = [
    gettext_lazy("no"),
    gettext_lazy("one"),
    gettext_lazy("two"),
    gettext_lazy("three"),
    gettext_lazy("four"),
    gettext_lazy("five"),
    gettext_lazy("six"),
    gettext_lazy("seven"),
    gettext_lazy("eight"),
    gettext_lazy("nine"),
    gettext_lazy("ten"),
]


def cached_by_language(draw: Callable[P, R]) -> Callable[P, R]:
    """Keep what a tag drew, for each language."""

    @lru_cache(maxsize=256)
    def drawn(language: str | None, *args: Any, **kwargs: Any) -> R:
        return draw(*args, **kwargs)

    @wraps(draw)
    def cached(*args: P.args, **kwargs: P.kwargs) -> R:
        return drawn(get_language(), *args, **kwargs)  # type: ignore[arg-type]  # what a tag is given can be hashed

    return cached


# Icons and chips ------------------------------------------------------------------------------------


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str) -> SafeString:
    """Draw one icon of static/peerload/icons.svg; a word is beside it, so it is hidden from screen readers."""
    return format_html(
        '<svg class="pl-icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("peerload/icons.svg"), name
    )


@register.simple_tag(name="script_words")
@cached_by_language
def words_of_scripts() -> SafeString:
    """Write what the static scripts say into a page (`peerload.ui.script_words`)."""
    return json_script(script_words(), "script-words")


@register.simple_tag
def chip(kind: str, text: object, icon_name: str) -> SafeString:
    """Draw a state: icon, word and tint. ``kind`` is good, watch, act, quiet or empty."""
    tint = f" pl-chip--{kind}" if kind else ""
    return format_html('<span class="pl-chip{}">{}{}</span>', tint, icon(icon_name), text)


@register.simple_tag
@cached_by_language
def band_chip(band: object) -> SafeString | str:
    """Draw room, little room or over; nothing where there is no band."""
    found = BANDS.get(_key(band))
    return chip(*found) if found else ""


@register.simple_tag
@cached_by_language
def contact_chip(state: object, days: int | None = None) -> SafeString | str:
    """
    Draw when the next contact is due.

    ``state`` is upcoming, due or overdue; ``days`` counts to the due day, or from it once it is over.
    """
    found = _contact_due(state, abs(days or 0))
    return chip(*found) if found else ""


@register.simple_tag
@cached_by_language
def contact_due(state: object, days: int | None = None) -> SafeString | str:
    """Draw the same without its icon, for lists of many people: half of the bytes."""
    found = _contact_due(state, abs(days or 0))
    return format_html('<span class="pl-chip pl-chip--{}">{}</span>', found[0], found[1]) if found else ""


def _contact_due(state: object, days: int) -> tuple[str, str, str] | None:
    """Return the kind, the words and the icon of the chip."""
    match _key(state):
        case "upcoming":
            return "quiet", ngettext("tomorrow", "in %(count)s days", days) % {"count": days}, "calendar3"
        case "due":
            return "watch", _("today"), "calendar-event"
        case "overdue":
            words = ngettext("%(count)s day over", "%(count)s days over", days) % {"count": points(days)}
            return "act", words, "clock-history"
    return None


@register.simple_tag
@cached_by_language
def tier_chip(tier: object) -> SafeString:
    """Draw a person's support; before the first tier it says so."""
    words, name = TIERS.get(_key(tier), (_("support not decided yet"), "circle"))
    return chip("", words, name)


@register.filter
def tier_words(tier: object) -> str:
    """Say a tier in the words for the screen."""
    return str(TIERS.get(_key(tier), (_("support not decided yet"), ""))[0])


def _key(value: object) -> str:
    return str(value or "").strip().lower().replace(" ", "_")


# Days, numbers and names in words ------------------------------------------------------------------


# A moment is written as the day it is where the service is, whatever day it is in UTC.
day = register.filter("day", format_day, expects_localtime=True)
short_day = register.filter("short_day", format_short_day, expects_localtime=True)
weekday = register.filter("weekday", format_weekday, expects_localtime=True)
points = register.filter("points", format_number)
listed = register.filter("listed", format_list)


@register.filter
def tiny_day(value: date | None) -> str:
    """Write a day for a chart: 12 Nov."""
    return f"{value.day} {value:%b}" if value else ""


@register.filter
def in_points(value: Decimal | float) -> str:
    """Count points, which may be fractions: 1 point, 7.5 points."""
    words = ngettext("%(points)s point", "%(points)s points", 1 if value == 1 else 2)
    return words % {"points": points(value)}


@register.filter
def number(count: int) -> str:
    """Write a small number as a word, as sentences do; above ten as figures."""
    return str(NUMBERS[count]) if 0 <= count <= 10 else points(count)


@register.filter
def by_name(name: object) -> str:
    """Return the first name, as people say it: Tāne Rāwiri is Tāne."""
    words = str(name or "").split()
    return words[0] if words else ""


@register.filter
def initials(name: object) -> str:
    """Return the letters for the round mark in the header."""
    words = str(name or "").split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


# Forms -----------------------------------------------------------------------------------------------


@register.filter
def choices_class(field: forms.BoundField) -> str:
    """Lay few short choices in a row, and longer ones under each other."""
    choices: Iterable[tuple[object, object]] = cast(Any, field.field).choices  # of whatever kind of choice
    labels = [str(label) for value, label in choices]
    short = len(labels) <= 8 and all(len(label) <= 24 for label in labels)
    return "pl-choices pl-choices--row" if short else "pl-choices"


@register.filter
def stripped(cell: object) -> object:
    """Return a cell of a table without the blanks around its template, so that the stylesheet finds an empty one empty."""
    return SafeString(cell.strip()) if isinstance(cell, SafeString) else cell


@register.filter
def anchor(field: forms.BoundField) -> str:
    """Return the id that leads to a field: its own, or that of the first of its radios."""
    return field.id_for_label or (f"{field.auto_id}_0" if field.use_fieldset else field.auto_id)


@register.simple_tag
def refused(form: forms.BaseForm) -> str:
    """Return the heading above a form that was refused: how many answers need checking."""
    count = sum(len(errors) for errors in form.errors.values())
    words = ngettext("Check one answer", "%(count)s answers need checking", count)
    return words % {"count": number(count).capitalize()}


@register.filter
def keeps_words(form: forms.BaseForm) -> bool:
    """Return whether everything typed comes back with a refused form; passwords and files never do."""
    kinds = {getattr(field.widget, "input_type", "") for field in form.fields.values()}
    return not kinds & {"password", "file"}
