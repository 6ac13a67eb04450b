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
    """The one threshold function's answers (W17, gap 47)."""

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
    DRAFT = "draft", "draft"
    SUBMITTED = "submitted", "submitted"
    PROVISIONAL = "provisional", "provisional"
    AGREED = "agreed", "agreed"
    NOT_AGREED = "not_agreed", "not agreed"
    REPORTED = "reported", "reported"
