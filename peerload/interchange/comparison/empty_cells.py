"""What an empty cell means where something is known: nothing, as a rule."""

from collections.abc import Mapping

from .matching import differing
from .rows import ServiceRows


def fill_sessions(service: ServiceRows) -> None:
    """Let an empty cell of a session change nothing: stored values stay, and a facilitator's time is that of the session."""
    for row in service.of("group_sessions"):
        if row.number is None:
            continue
        before = row.known.values if row.known else {"facilitator_minutes": row.values["minutes"]}
        empty = {name for name in ("email", "facilitator_minutes", "recorded_at") if row.values[name] in (None, "")}
        row.values = row.values | {name: before[name] for name in empty if name in before}
        row.drop_changes(*empty)


# An end, answer or request recorded here since the file was written stays: an empty cell does not change it.
KEPT = {
    "staff": ("closed", "closed_on", "new_email"),
    "waiting": ("ended_on", "ended_as"),
    "close_decisions": ("withdrawn_on", "withdrawn_by", "withdrawn_reason"),
    "please_dont": ("agreed_on", "agreed_by", "ended_on", "ended_by"),
    "leavings": ("withdrawn_on", "closed_on"),
    "leaving_steps": ("done_on", "done_by"),
    "handovers": ("to", "told_on", "told_by", "moved_on"),
    "temporary_moves": ("settled_on", "settled_by", "settled_as"),
    "possible_duplicates": ("says", "says_by", "other_says", "other_says_by"),
    "merges": ("undone_on", "undone_by"),
    "cover": ("until",),
    "acting": ("until",),
    "sessions": ("held_on", "missed_on", "instead_on"),
    "plan_versions": ("agreed_on", "agreed_by"),
    "report_questions": ("answer", "answered_by", "answered_at"),
}


def keep_ends(service: ServiceRows) -> None:
    """Let an empty end change nothing (`KEPT`)."""
    for sheet, names in KEPT.items():
        for row in service.of(sheet):
            if row.number is not None and row.known:
                row.keep_stored(*(name for name in names if row.values[name] in (None, "")))


def fill_posts(service: ServiceRows) -> None:
    """Ignore hours a week that equal the sum of the days stored here; other hours replace the days."""
    for row in service.of("posts"):
        days = row.known.values["days"] if row.known else None
        if row.number is None or not days or "days" in row.said or row.values["weekly_hours"] is None:
            continue
        if row.values["weekly_hours"] == sum(days):
            row.values = row.values | {"weekly_hours": None}
            row.drop_changes("weekly_hours")
        else:
            row.values = row.values | {"days": None}


def date_wishes(service: ServiceRows) -> None:
    """Treat a request for no contact that came without its day as the one that comes with a day now."""
    rows = service.of("please_dont")
    without = {row.values["ref"]: row for row in rows if row.number is None and _stands_undated(row.values)}
    for row in rows:
        if row.is_new and row.values["ended_on"] is None and (same := without.pop(row.values["ref"], None)):
            row.known, row.changed = same.known, differing(row.values, same.known.values)
            rows.remove(same)


def _stands_undated(values: Mapping[str, object]) -> bool:
    return values["asked_on"] is None and values["ended_on"] is None
