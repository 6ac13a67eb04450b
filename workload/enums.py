"""Words of the points scheme (001)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Element(TextChoices):
    STABLE = "stable", _("stable")
    EXTRA = "extra", _("extra responsibilities")
    CASE = "case", _("cases")


class Window(TextChoices):
    """For how long a piece of work counts."""

    NONE = "none", _("while it lasts")
    MONTH = "month", _("one month from its date")
    CALENDAR_MONTH = "calendar_month", _("to the end of its calendar month")
    WORKING_DAYS = "working_days", _("so many working days")
    DAYS = "days", _("so many days")


class CountedPer(TextChoices):
    """What the points are given for."""

    WORKER = "worker", _("once a worker")
    ROW = "row", _("each entry")
    QUANTITY = "quantity", _("each person or case named")
    PERSON = "person", _("each person")
    CASE = "case", _("each case")


class Condition(TextChoices):
    """A further condition for a weight to count."""

    NONE = "none", _("always")
    DUTY = "duty", _("on duty")
    FIRST = "first", _("the person's first")
    MINUTES_OVER = "minutes_over", _("more minutes each way than")


class Band(TextChoices):
    """The one threshold function's answers (W17, R47)."""

    ROOM = "room", _("room")
    LIMITED = "limited", _("little room")
    OVER = "over", _("over")


class Ending(TextChoices):
    """Why a line ends."""

    OPEN = "", _("while it lasts")
    WINDOW = "window", _("the set time ends")
    FINISHED = "finished", _("finished")
    CLOSING = "closing", _("28 days after the decision to close")
    CLOSED = "closed", _("closed")
    HANDED_OVER = "handed_over", _("handed over")
    TIER = "tier", _("the support changed")
    STATUS = "status", _("counted another way")
    POST = "post", _("the post changed")
    SCHEME = "scheme", _("the scheme changed")


class Preset(TextChoices):
    PEER = "peer", _("Peer service")
    CHILDREN = "children", _("The complete scheme")


class RecordStatus(TextChoices):
    """Where a monthly record is (rules 4D)."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    PROVISIONAL = "provisional", _("provisional")
    AGREED = "agreed", _("agreed")
    NOT_AGREED = "not_agreed", _("not agreed")
    REPORTED = "reported", _("sent")


class Side(TextChoices):
    """The side on which a member agrees to a record: no one agrees on both (R41)."""

    WORKER = "worker", _("worker")
    MANAGER = "manager", _("manager")


class Answer(TextChoices):
    """What a worker says of the assumptions of a record that was completed while they were away (W23)."""

    HOLDS = "holds", _("It holds")
    WRONG = "wrong", _("Something was different")


class Enough(TextChoices):
    """What a worker answers to: do you have enough, too much or too little to do? (T09)"""

    ENOUGH = "enough", _("Enough")
    TOO_MUCH = "too_much", _("Too much")
    TOO_LITTLE = "too_little", _("Too little")


class Flag(TextChoices):
    """What a month above the limit asks for (W18, R46)."""

    NONE = "none", _("nothing")
    REASON = "reason", _("a reason")
    REVIEW = "review", _("a workload review with actions")


# Prompts, sent by the sweep: `workload.months.actions.prompts`. The anchor is the day of the prompt.
RECORD_DUE = "record_due"  # to the worker, of_worker: their record is not submitted
REPORT_DUE = "report_due"  # to the team's leaders, of_team: the report is not sent
