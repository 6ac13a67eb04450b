"""What is said beside the choice of a worker."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Caution(TextChoices):
    """What a manager should know of a choice before saving it; none of it forbids the choice (R146)."""

    AWAY = "away", _("away on that day")
    AWAY_LATER = "away_later", _("away later in this time")
    LEAVING = "leaving", _("leaving")
    OVER_LIMIT = "over_limit", _("over the limit in points")
    OVER_HOURS = "over_hours", _("more contact hours than half of the post")
    FAMILY_APART = "family_apart", _("the family would have different workers")
