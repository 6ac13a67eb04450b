"""How a step stands."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class StepState(TextChoices):
    """How a step stands on a day."""

    AHEAD = "ahead", _("Ahead")
    DUE = "due", _("Due today")
    LATE = "late", _("Late")
    DONE = "done", _("Done")
    NOT_NEEDED = "not_needed", _("Not needed")
