"""The choices of guides. Their codes stand in the content of templates, also in files, so they do not change."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Shape(TextChoices):
    """What a template is used for, which decides what its content says."""

    GUIDE = "guide", _("Guide")
    CHECKLIST = "checklist", _("Checklist")
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


class ChecklistSubject(TextChoices):
    """What a checklist is about."""

    WORKER = "worker", _("A new worker")
    TEAM = "team", _("A team")
    SERVICE = "service", _("The service")
    LEAVER = "leaver", _("A worker who leaves")


class ChecklistAnchor(TextChoices):
    """The day from which the due days are worked out."""

    START = "start", _("The first day")
    LAST_DAY = "last_day", _("The last day")
    CHOSEN = "chosen", _("A day that is chosen at the beginning")


class StepOwner(TextChoices):
    """Who does a step, until another member is named."""

    LEADER = "leader", _("The team manager")
    SUBJECT = "subject", _("The worker")
    ADMIN = "admin", _("An admin")
    NAMED = "named", _("A colleague who is named")


class OffsetUnit(TextChoices):
    """What an offset counts."""

    DAYS = "days", _("Days")
    WORKING_DAYS = "working_days", _("Working days")
    MONTHS = "months", _("Months")


class OffsetWhen(TextChoices):
    """On which side of the anchor day a step is due; on the day itself it says which working day is next to it."""

    BEFORE = "before", _("Before the day")
    AFTER = "after", _("After the day")


class StepPage(TextChoices):
    """A page that a step may open; the packages that have the pages register them (`checklists.pages`)."""

    BASICS = "basics", _("The basics, together")
    WORK_REVIEW = "work_review", _("Review of the work, together")
    TIME_PLAN = "time_plan", _("My weeks: the time plan")
    SESSIONS = "my_sessions", _("My sessions")
    WELLNESS = "wellness", _("Wellness Action Plan")
    STAFF = "staff", _("Staff")
    TEAMS = "teams", _("Teams")
    SCHEME = "points_scheme", _("Versions of the points scheme")
    IMPORT = "import", _("Import")
