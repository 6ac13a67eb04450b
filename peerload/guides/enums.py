"""The choices of guides. Their codes stand in the content of templates, also in files, so they do not change."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Shape(TextChoices):
    """What a template is used for, which decides what its content says."""

    GUIDE = "guide", _("Guide")
    SURVEY = "survey", _("Survey")


class GuideSide(TextChoices):
    """Which of the two writes or signs."""

    WORKER = "worker", _("The worker")
    LEADER = "leader", _("The team manager")


class Flow(TextChoices):
    """Who takes part in a guide."""

    OWN = "own", _("One: the worker writes it for themselves, and may share it")
    TOGETHER = "together", _("Two: the worker and their team manager")
    LEADERS = "leaders", _("All who lead: about the organisation, one for all")


class ItemKind(TextChoices):
    """How an item is answered."""

    WORDS = "words", _("Words, several lines")
    LINE = "line", _("Words, one line")
    YES_NO = "yes_no", _("Yes or no")
    CHOICE = "choice", _("One of some answers")
    SEVERAL = "several", _("Any of some answers")
    SCALE = "scale", _("One answer of a scale that several items share")
    NUMBER = "number", _("A number")
    DAY = "day", _("A day")
    SPAN = "date_span", _("A time, from a day until another")
    PERSON = "person", _("A member of staff")
    TABLE = "table", _("A table of words")
    TEXT_ONLY = "text_only", _("A text to read, no answer")


class ItemBy(TextChoices):
    """Who answers an item."""

    WORKER = "worker", _("The worker")
    LEADER = "leader", _("The team manager")
    BOTH = "both", _("Both, each for themselves")
