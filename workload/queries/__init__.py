"""What pages, reports and the projector ask: facts gathered as plain values for the rules, and sums over the ledger."""

from .ahead import ABSENCES_AHEAD, LISTED_AHEAD, POST_ENDS, Foreseen, foreseen
from .as_known import HELD_ON, PointsAsKnown, points_as_known
from .by_team import (
    AWAY_BY_TEAM,
    HELD_BY_TEAM,
    LISTED_HERE,
    MIX_BY_TEAM,
    TEAMED,
    Teamed,
    TeamHeld,
    away_by_team,
    contacts_over_by_team,
    held_by_team,
    mix_by_team,
    teamed,
)
from .deciding import in_place_of_asked, leads_here, of_absent, waiting_for_other
from .gather import (
    ACTIVITIES,
    CLIENT_BOUNDS,
    FAMILY_BOUNDS,
    FIRST_ALLOCATIONS,
    HOLDINGS,
    LAST_DAYS,
    POSTS,
    RESPONSIBILITIES,
    TIERS,
    Case,
    CaseFacts,
    Span,
    WorkerFacts,
    family_ids,
    gather_cases,
    gather_people,
    gather_span,
    gather_workers,
    spans,
)
from .ledger import LINES, SUMS, SUMS_ON_DAYS, lines_between, lines_on, totals_on, totals_on_days
from .listed import (
    EVER_IN_TEAMS,
    LISTED,
    LISTED_BY_TEAM,
    LISTED_COLUMNS,
    LISTED_KEYS,
    OF_TEAMS,
    Listed,
    TeamListed,
    first_responsibility_of,
    keys_listed_on,
    listed,
    listed_by_team,
    listed_on,
    workers_of,
)
from .months import months_reported, months_submitted, risen_actions, unreported_from
from .people import (
    ABSENCES,
    ABSENCES_BETWEEN,
    MIX,
    OVER_LISTED,
    OVER_NOW,
    OVER_THEN,
    absences_between,
    absences_on,
    contacts_over,
    contacts_over_listed,
    mix_on,
)
from .schemes import (
    SCHEMES,
    SETTINGS,
    close_window_days,
    last_month_sent,
    newest_version_is_reported,
    scheme,
    scheme_of,
    schemes,
    working,
)
from .under_way import WorkUnderWay, activities_of, as_activity, overlapping, work_under_way
