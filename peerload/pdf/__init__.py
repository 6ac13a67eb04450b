"""Records and reports on paper: plain values in, a tagged PDF out. Nothing here asks the database or counts points."""

from .contents import Action, Adjustment, Agreement, Element, Line, Missing, Reason, Record, Row, TeamReport, Tier
from .printing import record, team_report
