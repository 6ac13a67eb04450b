"""Words of the staff: roles, and what each may do."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    PEER_WORKER = "peer_worker", _("Peer worker")
    MANAGER = "manager", _("Manager")
    SERVICE_MANAGER = "service_manager", _("Service manager")
    ADMIN = "admin", _("Admin")


MAY_LEAD = (Role.PEER_WORKER, Role.MANAGER)  # an admin or a service manager never sees people, so neither leads a team


class Theme(TextChoices):
    AUTO = "auto", _("As my device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class CalendarAlarm(TextChoices):
    """When a member's calendar reminds them of an entry."""

    NONE = "none", _("No alarm")
    HOUR = "hour", _("An hour before")
    DAY = "day", _("A day before")


class AbsenceBand(TextChoices):
    """How long a member is away (R74: 14 and 56 days are in the middle)."""

    UNDER_2_WEEKS = "under_2_weeks", _("under two weeks")
    WEEKS_2_TO_8 = "2_to_8_weeks", _("two to eight weeks")
    OVER_8_WEEKS = "over_8_weeks", _("over eight weeks")
