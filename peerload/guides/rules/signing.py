"""What is missing before a guide can be signed, and when a signed one is due again."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from peerload.core.dates import month_end

from .answers import NO_ANSWERS, Answers, note_is_needed
from .content import Content, ContentSection

STEP_SOON = timedelta(days=7)  # before its day a dated step stands on the first pages
FIRST_ENDS = timedelta(days=28)  # after its day a first guide is not proposed any more


class LackingPart(NamedTuple):
    """Something that has to be written before signing; ``side`` is None where either of the two may write it."""

    section: ContentSection
    side: str | None
    words: str


def lacking(content: Content, answers: Answers) -> list[LackingPart]:
    """
    Return what is missing before a guide can be signed, by name of section and item (R163).

    An answer that is needed; a note after a no or two answers that differ, by either side; a comment where an item of
    the section has an answer that asks for one.
    """
    return [each for section in content.sections for each in _lacking_in(section, content.sides, answers)]


def _lacking_in(section: ContentSection, sides: Sequence[str], answers: Answers) -> Iterator[LackingPart]:
    for side in sides:
        written = answers.get((section.key, side), NO_ANSWERS)
        open_items = [item for item in section.items if item.needed and item.is_by(side)]
        open_items = [item for item in open_items if not written.values.get(item.key)]
        if len(open_items) == 1:
            yield LackingPart(section, side, _("An answer to “%(item)s”") % {"item": open_items[0].label(side)})
        elif open_items:
            words = ngettext(
                "%(count)d answer, the first to “%(item)s”", "%(count)d answers, the first to “%(item)s”", 2
            )
            yield LackingPart(section, side, words % {"count": len(open_items), "item": open_items[0].label(side)})
        comment = section.comment_of(side)
        if comment and comment.needed_on and not written.comment.strip():
            named = [item for item in section.items if written.values.get(item.key) in comment.needed_on]
            if named:
                words = _("A comment, because of your answer to %(items)s")
                yield LackingPart(section, side, words % {"items": ", ".join(f"“{item.text}”" for item in named)})
    for item in section.items:
        if note_is_needed(section, item, answers, sides):
            notes = [answers.get((section.key, side), NO_ANSWERS).notes.get(item.key, "") for side in sides]
            if item.note and not any(note.strip() for note in notes):
                words = _("“%(note)s”, for “%(item)s”") % {"note": item.note.label, "item": item.text}
                yield LackingPart(section, None, words)


def first_on(first_day: date, after_days: int | None) -> date | None:
    """Return the day a guide is proposed for the first time, counted from a worker's first day (R197); None where never."""
    return first_day + timedelta(days=after_days) if after_days else None


def next_on(signed_on: date, cadence_months: int | None) -> date | None:
    """Return the day a signed guide is due again, clamped to that month's last day; None where it is when wanted (R164)."""
    if cadence_months is None:
        return None
    year, month = divmod(signed_on.year * 12 + signed_on.month - 1 + cadence_months, 12)
    first = date(year, month + 1, 1)
    return first.replace(day=min(signed_on.day, month_end(first).day))
