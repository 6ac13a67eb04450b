"""Prompting worker and manager for the month just past, as lines of the one daily digest."""

from collections.abc import Iterable, Iterator
from datetime import date

from peerload.core import dates
from peerload.notices.actions import NewNotice, notify_each
from peerload.staff.models import Member, Organisation, Team
from peerload.staff.queries import leader_keys

from ... import notice_subjects, notices, queries, rules
from ..queries import open_months


def prompt(organisation: Organisation, on: date) -> int:
    """
    Notify of each record not submitted and each report not sent of the past months; return how many are new.

    The prompts for the month just past are also those for every earlier month whose report is not sent. Only the last
    prompt reached (`rules.prompt_days`) is sent, once: a worker who was away on the 1st does not get that prompt on the
    8th. It goes to the worker; while the worker is away, to those who lead the team, who may complete the record
    as provisional (W23). It takes a dozen statements a month, for any number of workers.
    """
    last = dates.month_start(dates.month_start(on) - dates.DAY)
    anchor_on = rules.last_prompt_on(last, on, queries.working(organisation))
    leaders = _leaders(organisation, on)
    teams: dict[date, set[int]] = {last: set()}
    for team_id, months in open_months(organisation, on, team_ids=list(leaders)).items():
        for each in months:
            teams.setdefault(each.month, set()).add(team_id)
    lines = []
    for month in sorted(teams):
        listed = queries.listed(organisation, dates.month_end(month))
        if month != last:
            listed = [worker for worker in listed if worker.team_id in teams[month]]
        lines += [*_of_records(listed, month, on, leaders), *_of_reports(listed, month, leaders)]
    if lines and organisation.records_from is None:
        organisation.records_from = min(teams)
        organisation.save(update_fields=["records_from"])
    return notify_each(organisation.pk, [NewNotice(*line, anchor_on) for line in lines])


def _leaders(organisation: Organisation, on: date) -> dict[int, set[int]]:
    """Return who leads each team and can sign in; those who are away read it when they are back."""
    teams = leader_keys(list(Team.objects.filter(organisation=organisation).values_list("pk", flat=True)), on)
    able = Member.objects.active().filter(organisation=organisation, user__is_active=True)
    able = set(able.values_list("pk", flat=True))
    return {pk: able & set(leading) for pk, leading in teams.items()}


def _of_records(
    listed: Iterable[queries.Listed], month: date, on: date, leaders: dict[int, set[int]]
) -> Iterator[tuple[int, str, str]]:
    workers = {worker.member_id for worker in listed}
    done = queries.months_submitted(workers, [month])
    at_work = set(Member.objects.at_work(on).filter(pk__in=workers).values_list("pk", flat=True))
    for worker in listed:
        if (worker.member_id, month) in done:
            continue
        subject = notice_subjects.of_worker(worker.member_id, month)
        if worker.member_id in at_work:
            yield worker.member_id, notices.RECORD_DUE, subject
        else:
            for leader in leaders.get(worker.team_id, set()) - {worker.member_id}:
                yield leader, notices.RECORD_TO_COMPLETE, subject


def _of_reports(
    listed: Iterable[queries.Listed], month: date, leaders: dict[int, set[int]]
) -> Iterator[tuple[int, str, str]]:
    teams = {worker.team_id for worker in listed if worker.team_id}
    sent = queries.months_reported(teams, [month])
    for team_id in teams - {team_id for team_id, _ in sent}:
        for leader in leaders[team_id]:
            yield leader, notices.REPORT_DUE, notice_subjects.of_team(team_id, month)
