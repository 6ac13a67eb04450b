"""What a month's pages ask: figures, lines, records, what is open, and the team's month."""

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
from .lines import Adjustment, adjustments, counted, label_of, lines_of
from .records import (
    Place,
    agreements_of,
    asks_of,
    away_among,
    leaders_of,
    open_actions,
    open_actions_of_team,
    other_managers,
    place,
    team_of,
    to_decide,
)
from .team import (
    ReportSums,
    Row,
    Supervisions,
    TeamSum,
    month_rows,
    report_of,
    report_sums,
    rows_sent,
    sums_sent,
    supervision,
    supervisions,
    team_sums,
)
from .unsent import FIRST_MONTHS, KEPT_RECORDS, LateReport, OpenMonth, late_reports, open_months
