"""What a notice of this app is about, as a key: ``worker:17:2026-10``, ``record:5``."""

from datetime import date

from peerload.notices.models import Notice


def of_worker(member_id: int, month: date) -> str:
    """Return the subject of a worker's month, with or without a record: ``worker:17:2026-10``."""
    return f"worker:{member_id}:{month:%Y-%m}"


def of_team(team_id: int, month: date) -> str:
    """Return the subject of a team's month: ``team:3:2026-10``."""
    return f"team:{team_id}:{month:%Y-%m}"


def of_record(record_id: int) -> str:
    """Return the subject of a record: ``record:5``."""
    return f"record:{record_id}"


def of_report(report_id: int) -> str:
    """Return the subject of a report that was sent: ``report:2``."""
    return f"report:{report_id}"


def of_action(action_id: int) -> str:
    """Return the subject of a remedial action: ``action:7``."""
    return f"action:{action_id}"


def of_question(question_id: int) -> str:
    """Return the subject of a question about a report: ``question:4``."""
    return f"question:{question_id}"


def month_of(notice: Notice) -> tuple[int, date]:
    """Return the owner and month of a notice: the worker's or team's primary key, the month's first day."""
    __, key, month = notice.subject.split(":")
    return int(key), date.fromisoformat(f"{month}-01")


def key_of(notice: Notice) -> int:
    """Return the primary key of the record, report, action or question that a notice is about."""
    return int(notice.subject.partition(":")[2])
