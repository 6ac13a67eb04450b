"""A worker's logged time and time studies; every function takes the day."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from peerload.core.periods import sql_holds_half_open
from peerload.core.sql import rows
from peerload.staff.models import Member
from peerload.staff.queries import workers_led_by

from ..models import StudyEntry, TimeEntry, TimeStudy
from ..plans.queries import WORKED, plan_rows
from . import rules


class LoggedTime(NamedTuple):
    """Time that a worker logged: its key, minutes, row of the plan or kind of work, and day."""

    pk: int
    minutes: int
    label: str
    on: date


def lately(worker: Member, on: date) -> list[LoggedTime]:
    """Return what a worker has logged in the last two weeks, the newest first."""
    first = on - timedelta(days=rules.LISTED_DAYS - 1)
    found = list(TimeEntry.objects.filter(worker=worker, on__range=(first, on)).order_by("-on", "-pk"))
    rows_of_service = plan_rows(worker.organisation_id, also={entry.activity for entry in found})
    labels = {row.code: row.label for row in rows_of_service}
    return [LoggedTime(entry.pk, entry.minutes, labels[entry.activity], entry.on) for entry in found]


# Studies ---------------------------------------------------------------------------------------------------------------

A_YEAR = timedelta(days=365)


def current(worker: Member, on: date) -> TimeStudy | None:
    """Return the study that goes on that day, or begins later."""
    return TimeStudy.objects.filter(worker=worker, ended_on=None, starts_on__gt=on - _LENGTH).first()


def studies(worker: Member) -> list[TimeStudy]:
    """Return a worker's own studies, the newest first."""
    return list(TimeStudy.objects.filter(worker=worker).order_by("-starts_on"))


def entries(study: TimeStudy, first: date) -> list[LoggedTime]:
    """Return what was measured for a study from a day on, the newest first."""
    found = StudyEntry.objects.filter(study=study, on__gte=first).order_by("-on", "-pk")
    return [LoggedTime(entry.pk, entry.minutes, entry.get_kind_display(), entry.on) for entry in found]


_LENGTH = timedelta(days=rules.STUDY_DAYS)


class Studied(NamedTuple):
    """The pieces of a study, and how many contacts without minutes were left out."""

    pieces: list[rules.Piece]
    without_minutes: int


def studied(of: Iterable[TimeStudy]) -> dict[int, Studied]:
    """Return by study all that was measured in its days, wherever it was written, in one statement."""
    of = list(of)
    if not of:
        return {}
    spans = {
        "studies": [study.pk for study in of],
        "workers": [study.worker_id for study in of],
        "firsts": [study.starts_on for study in of],
        "lasts": [rules.last_day(study.starts_on, study.ended_on) for study in of],
    }
    found: dict[int, list[rules.Piece]] = {study.pk: [] for study in of}
    without = dict.fromkeys(found, 0)
    entries = rows(STUDIED, spans)
    of_service = plan_rows(of[0].organisation_id, also={name for _, name, _ in entries})
    for study, name, minutes in entries:
        if minutes:
            found[study].append(rules.Piece(rules.kind_of(name, of_service), minutes))
        else:
            without[study] += minutes is None
    return {study: Studied(pieces, without[study]) for study, pieces in found.items()}


STUDIED = f"""
    WITH span AS (
        SELECT * FROM unnest(%(studies)s::bigint[], %(workers)s::bigint[], %(firsts)s::date[], %(lasts)s::date[])
            AS asked (study, worker, first, last))
    SELECT span.study, worked.activity, worked.minutes
      FROM span CROSS JOIN LATERAL ({
    WORKED.format(worker="span.worker", first="span.first", last="span.last", drop_in="other")
}) worked
     WHERE worked.counts
     UNION ALL
    SELECT span.study, s.kind, s.minutes
      FROM span JOIN wellbeing_session s ON s.worker_id = span.worker AND s.held_on BETWEEN span.first AND span.last
     UNION ALL
    SELECT e.study_id, e.kind, e.minutes FROM wellbeing_studyentry e WHERE e.study_id = ANY(%(studies)s)
"""


def points_by_tier(worker: Member, on: date) -> dict[str, Decimal]:
    """Return the points that the people a worker supports come to on a day, by their tier that day."""
    return dict(rows(POINTS, {"worker": worker.pk, "on": on}))


POINTS = f"""
    SELECT t.tier, sum(l.points)
      FROM workload_pointline l
      JOIN caseload_tierperiod t
        ON t.client_id = l.client_id AND {sql_holds_half_open("t")}
     WHERE l.worker_id = %(worker)s AND {sql_holds_half_open("l")}
     GROUP BY t.tier
"""


def together(member: Member, on: date) -> rules.Together | None:
    """
    Return the sums of a year's studies, of everyone a member leads except themselves: the last finished one of each.

    Their own is left out, since with that known a sum could be of fewer than three others.
    """
    workers = workers_led_by(member, on).exclude(pk=member.pk).order_by()
    found = TimeStudy.objects.filter(worker__in=workers, starts_on__gt=on - A_YEAR).order_by("starts_on")
    over = {each.worker_id: each for each in found if rules.last_day(each.starts_on, each.ended_on) < on}
    return rules.together(each.pieces for each in studied(over.values()).values())
