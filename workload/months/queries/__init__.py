"""The data of a month's pages: figures, lines, records, open work, and the team's month."""

from .by_month import MonthBeside, beside_of_reports, contacts_in_time, months_beside_points
from .comparison import Comparison, DifferenceRow, FactThatDiffers, compared
from .figures import (
    MONTHS_BACK,
    Figures,
    Past,
    as_columns,
    figures,
    figures_of,
    flag_at,
    has_figures,
    limits_of,
    months_over,
    peaks_of,
    scheme_row_on,
    status_of,
    twelve_months,
)
from .lines import CorrectionDue, adjustments, counted, lines_of
from .questions import open_questions, open_questions_by_team, questions_answered_by, questions_of
from .records import (
    AskedOf,
    PartInRecord,
    agreements_of,
    asked_of,
    asks_of,
    assumptions_about,
    assumptions_in,
    assumptions_sent,
    deciders,
    deciding_now,
    done_since,
    leaders_of,
    leaders_there,
    open_actions,
    open_actions_of_team,
    other_managers,
    place,
    team_of,
    to_decide,
    to_settle,
)
from .seen_record import AgreementSide, Correction, Explanation, SeenRecord, TierCount, lacking_at, seen_record
from .team import (
    InTime,
    ReportDue,
    ReportSums,
    SentBeside,
    TeamSum,
    points_sent,
    report_of,
    report_sums,
    reports_due,
    sums_sent,
    team_sums,
    teams_that_sent,
)
from .unsent import FIRST_MONTHS, KEPT_RECORDS, LateReport, OpenMonth, late_reports, open_months
from .worker_month import (
    WorkerMonth,
    as_written,
    away_among,
    names_instead,
    supervision,
    supervisions,
    waiting_for,
    worker_months,
    worker_months_sent,
)
