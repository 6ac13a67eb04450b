"""The points scheme, the ledger, and the months' records and reports."""

from .months import (
    KEPT,
    PEOPLE,
    Agreement,
    Assumption,
    MonthlyRecord,
    MonthlyRecordQuerySet,
    RecordLine,
    RemedialAction,
    ReportQuestion,
    ReportQuestionQuerySet,
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
