"""Words of the points scheme (001)."""

from django.db.models import TextChoices


class Element(TextChoices):
    STABLE = "stable", "stable"
    EXTRA = "extra", "extra responsibilities"
    CASE = "case", "cases"


class Window(TextChoices):
    """For how long a piece of work counts."""

    NONE = "none", "while it lasts"
    MONTH = "month", "one month from its date"
    CALENDAR_MONTH = "calendar_month", "to the end of its calendar month"
    WORKING_DAYS = "working_days", "so many working days"
    DAYS = "days", "so many days"


class CountedPer(TextChoices):
    """What the points are given for."""

    WORKER = "worker", "once a worker"
    ROW = "row", "each entry"
    QUANTITY = "quantity", "each person or case named"
    PERSON = "person", "each person"
    CASE = "case", "each case"


class Condition(TextChoices):
    """What must be true besides."""

    NONE = "none", "always"
    DUTY = "duty", "on duty"
    FIRST = "first", "the person's first"
    MINUTES_OVER = "minutes_over", "more minutes each way than"


class Band(TextChoices):
    """The one threshold function's answers (W17, R47)."""

    ROOM = "room", "room"
    LIMITED = "limited", "little room"
    OVER = "over", "over"


class Ending(TextChoices):
    """Why a line ends."""

    OPEN = "", "while it lasts"
    WINDOW = "window", "the window ends"
    FINISHED = "finished", "finished"
    CLOSING = "closing", "28 days after the decision to close"
    CLOSED = "closed", "closed"
    HANDED_OVER = "handed_over", "handed over"
    TIER = "tier", "the support changed"
    STATUS = "status", "counted another way"
    POST = "post", "the post changed"
    SCHEME = "scheme", "the scheme changed"


class Preset(TextChoices):
    PEER = "peer", "Peer service"
    CHILDREN = "children", "The complete scheme"


class RecordStatus(TextChoices):
    """Where a monthly record is (rules 4D)."""

    DRAFT = "draft", "draft"
    SUBMITTED = "submitted", "submitted"
    PROVISIONAL = "provisional", "provisional"
    AGREED = "agreed", "agreed"
    NOT_AGREED = "not_agreed", "not agreed"
    REPORTED = "reported", "reported"


class Side(TextChoices):
    """For whom somebody agrees to a record: never one person for both (R41)."""

    WORKER = "worker", "worker"
    MANAGER = "manager", "manager"


class Enough(TextChoices):
    """What a worker answers to: do you have enough, too much or too little to do? (T09)"""

    ENOUGH = "enough", "Enough"
    TOO_MUCH = "too_much", "Too much"
    TOO_LITTLE = "too_little", "Too little"


class Flag(TextChoices):
    """What a month above the limit asks for (W18, R46)."""

    NONE = "none", "nothing"
    REASON = "reason", "a reason"
    REVIEW = "review", "a review with actions"


# Prompts, owed by the sweep: `workload.months.actions.prompts`. The anchor is the day of the prompt.
RECORD_DUE = "record_due"  # to the worker, of_worker: their record is not submitted
REPORT_DUE = "report_due"  # to the team's leaders, of_team: the report is not sent
