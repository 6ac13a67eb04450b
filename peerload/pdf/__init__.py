"""Records and reports on paper: plain values in, a tagged PDF out. Nothing here asks the database or counts points."""

from .contents import (
    Action,
    GuideRow,
    GuideSection,
    Missing,
    OverReason,
    PrintedCorrection,
    PrintedElement,
    PrintedGuide,
    PrintedLine,
    PrintedReport,
    PrintedSignature,
    PrintedTier,
    PrintedWorker,
    Record,
    RecordNote,
    Signature,
)
from .printing import guide, record, team_report
