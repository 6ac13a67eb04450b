"""Records and reports on paper: plain values in, a tagged PDF out. Nothing here asks the database or counts points."""

from .contents import (
    Action,
    Missing,
    OverReason,
    PrintedCorrection,
    PrintedElement,
    PrintedLine,
    PrintedReport,
    PrintedTier,
    PrintedWorker,
    Record,
    RecordNote,
    Signature,
)
from .printing import record, team_report
