"""
How points are counted: facts become lines, lines become totals. Nothing here reads the clock, the database or settings.

Source: 001 sections 3 and 5; R1-R37. A line has a worker, points, the work, a period and the reason; every total,
mark and preview is computed from lines. Rules know windows and ways of counting; kinds of work come in as weights.
"""

from caseload.rules import percent

from .ahead import NOBODYS, Ahead, AwayPeriod, PostEnds, TeamChange, WorkerChange, changes_ahead, team_changes_ahead
from .cases import Earning, Uncounted, case_lines, earnings, is_past_window, overlapping
from .facts import (
    Activity,
    Holding,
    Line,
    Person,
    PostPeriod,
    Responsibility,
    duties_as_known,
    person_as_known,
    responsibilities_as_known,
)
from .lines import join, line_label, standing
from .months import (
    Peak,
    days_of_change,
    in_place_of_asked,
    last_prompt_on,
    latest_due_told,
    prompt_days,
    report_aim_on,
    report_due_on,
)
from .scheme import (
    CASE,
    NOTHING,
    OWN_CASE,
    Scheme,
    Version,
    Weight,
    Working,
    closing_ends_before,
    scheme_on,
    schemes_as_known,
    versions,
    window_end,
)
from .totals import TeamTotal, Total, band, case_count, team_total, total, total_of, workload_weight
from .workers import worker_lines
