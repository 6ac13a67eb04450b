"""Records and reports on paper: plain values in, a tagged PDF out. Nothing here asks the database or counts points."""

from .contents import Action, Adjustment, Agreement, Element, Line, Missing, Reason, Record, TeamReport, Tier, WorkerRow
from .printing import record, team_report
