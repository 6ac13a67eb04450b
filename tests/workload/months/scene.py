"""A team at the beginning of November, with October to report: who carries how much, and a record step by step."""

from datetime import date

from tests import factories
from workload import actions as work
from workload.models import MonthlyRecord
from workload.months import actions

OCTOBER = date(2026, 10, 1)
SEPTEMBER = date(2026, 9, 1)
LONG_AGO = date(2026, 1, 5)
HELD = {93: 14, 99: 15, 104: 16, 110: 17}  # points: people mentored, by the peer scheme: 15 + 5 each, and the weight


def carry(worker, points, *, since=LONG_AGO, until=None):
    """Give a worker so many points, by mentoring."""
    return work.take_on(worker=worker, code="mentoring", starts_on=since, until=until, quantity=HELD[points], by=worker)


def record(worker, month=OCTOBER) -> MonthlyRecord:
    return MonthlyRecord.objects.get(worker=worker, month=month)


def version(worker, month=OCTOBER) -> int:
    return MonthlyRecord.objects.filter(worker=worker, month=month).values_list("version", flat=True).first() or 0


def act(action, worker, by, *, month=OCTOBER, today=None, **given):
    """Take a step with a record as a page would: with the version it has, on the day it is."""
    from tests.conftest import TODAY

    today = today or TODAY
    given.setdefault("version", version(worker, month))
    if action is actions.complete:
        given.setdefault("assumptions", "The same people as in September.")
    return action(worker=worker, month=month, by=by, today=today, **given)


def submit(worker, **given):
    return act(actions.submit, worker, worker, **given)


def agree(worker, by, **given):
    given.setdefault("reason", "The list of the month says so.")  # asked for only where another manager decides
    if "version" not in given:
        explain_counted(worker, decides=by)
    return act(actions.agree, worker, by, **given)


def explain_counted(worker, *, decides):
    """Let who stands for the counted figure explain it, which the decision of another manager waits for."""
    found = MonthlyRecord.objects.filter(worker=worker, month=OCTOBER, status="not_agreed", explanation="").first()
    if found is None or found.other_manager != decides:
        return
    by = found.team.manager if found.disagreed_by == worker else worker
    act(actions.explain, worker, by, words="It is what the entries of the month say.")


def both_agree(worker, manager, **given):
    submit(worker, agree=True, **given)
    return agree(worker, manager, **given)


def away(worker, since=date(2026, 11, 2)):
    return factories.AbsenceFactory(worker=worker, starts_on=since)
