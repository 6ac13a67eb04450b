"""
Time outside contacts: what can be logged at one tap, and on which days. Minutes are whole; days are arguments.

Nothing here reads the clock, the database or settings. Source: T14, W28, gaps 2, 84 and 85.
"""

from datetime import date

from peerload.dates import DAY

from ..enums import PlanActivity

# Contacts, group sessions and sessions held are written where they are arranged: nobody writes anything twice.
OUTSIDE = (
    PlanActivity.PHYSICAL_EXERCISE,
    PlanActivity.PERSONAL_LEARNING,
    PlanActivity.CLIENT_ADMIN,
    PlanActivity.GROUP_ADMIN,
    PlanActivity.MARKETING,
)
MINUTES = (15, 30, 60)
LISTED_DAYS = 14


def open_days(on: date) -> tuple[date, date]:
    """Return the days that time is logged for: today, and yesterday for what was forgotten. Further back it would be a diary."""
    return on, on - DAY


def spell(minutes: int) -> str:
    """Say minutes as people do: 45 min, 1 h, 1 h 20."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest}" if rest else f"{hours} h"
