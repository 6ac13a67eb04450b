"""What the ledger owes somebody a line about."""

from peerload.notices import kinds

POINTS_DIFFERED = "points_differed"
RECORD_REMINDER = "record_reminder"
RECORD_CHANGED = "record_changed"
RECORD_DISAGREED = "record_disagreed"
RECORD_OTHER_MANAGER = "record_other_manager"
REPORT_SENT = "report_sent"


def of_worker(member_id, month):
    return f"worker:{member_id}:{month:%Y-%m}"


def of_record(record_id):
    return f"record:{record_id}"


def of_report(report_id):
    return f"report:{report_id}"


def register() -> None:
    """Register the kinds; what was found stays true."""
    kinds.register(
        POINTS_DIFFERED,
        one="nightly check found points that differed from the facts; they were counted anew. Tell whoever runs peerload",
        many="nightly checks found points that differed from the facts; they were counted anew. Tell whoever runs peerload",
        still_true=lambda notices: {notice.pk for notice in notices},
    )
