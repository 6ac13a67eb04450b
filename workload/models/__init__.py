"""What the work weighs, and what a month of it came to."""

from .months import (
    KEPT,
    PEOPLE,
    Agreement,
    MonthlyRecord,
    MonthlyRecordQuerySet,
    RecordLine,
    RemedialAction,
    TeamReport,
)
from .points import (
    STATES,
    Activity,
    DaysThrough,
    PointLine,
    PointLineQuerySet,
    Responsibility,
    Scheme,
    SchemeQuerySet,
    Weight,
)
