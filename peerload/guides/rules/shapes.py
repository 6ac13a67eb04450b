"""The shapes a template can have: each is read and written by a module of its own."""

from typing import Any

from django.utils.translation import gettext as _

from ..enums import Shape
from . import checklist, content, survey
from .checklist import ChecklistContent, ChecklistReader
from .content import Content, GuideReader
from .reading import BrokenContent, ContentReader, TemplateContent
from .survey import SurveyContent, SurveyReader

READERS: dict[Shape, type[ContentReader]] = {
    Shape.GUIDE: GuideReader,
    Shape.SURVEY: SurveyReader,
    Shape.CHECKLIST: ChecklistReader,
}


def parse(raw: object) -> TemplateContent:
    """
    Return the content that was written down as JSON; where it names no shape it is a guide.

    :raises BrokenContent: if anything in it cannot be used; nothing is left out silently
    """
    shape = raw.get("shape", Shape.GUIDE) if isinstance(raw, dict) else Shape.GUIDE
    if not isinstance(shape, str) or shape not in READERS:
        known = ", ".join(READERS)
        raise BrokenContent([_("“%(name)s” has to be one of %(known)s.") % {"name": "shape", "known": known}])
    reader = READERS[Shape(shape)]()
    read = reader.content(raw)
    if reader.problems or read is None:
        raise BrokenContent(reader.problems)
    return read


def guide_of(read: TemplateContent) -> Content:
    """
    Return content as that of a guide.

    :raises TypeError: if it has another shape, which the rows of guides never have
    """
    if isinstance(read, Content):
        return read
    raise TypeError(read.shape)


def as_json(read: TemplateContent) -> dict[str, Any]:
    """Return content as it is written down; `parse` reads it back."""
    match read:
        case Content():
            return content.as_json(read)
        case ChecklistContent():
            return checklist.as_json(read)
        case SurveyContent():
            return survey.as_json(read)
    raise TypeError(read)
