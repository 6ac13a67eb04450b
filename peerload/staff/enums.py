"""Words of the staff: roles, and what each may do."""

from django.db.models import TextChoices


class Role(TextChoices):
    PEER_WORKER = "peer_worker", "Peer worker"
    MANAGER = "manager", "Manager"
    SERVICE_MANAGER = "service_manager", "Service manager"
    ADMIN = "admin", "Admin"


MAY_LEAD = (Role.PEER_WORKER, Role.MANAGER)  # an admin or a service manager never sees people, so neither leads a team


class Theme(TextChoices):
    AUTO = "auto", "As my device"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class AbsenceBand(TextChoices):
    """How long somebody is away (R74: 14 and 56 days are in the middle)."""

    UNDER_2_WEEKS = "under_2_weeks", "under two weeks"
    WEEKS_2_TO_8 = "2_to_8_weeks", "two to eight weeks"
    OVER_8_WEEKS = "over_8_weeks", "over eight weeks"
