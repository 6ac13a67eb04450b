"""Two at one record at once, on connections of their own: nothing of either is lost, and nothing is agreed that has changed."""

import threading
from datetime import date

import pytest
from django.db import connections

from peerload.staff.models import Organisation
from tests.caseload.stepping import Pair
from tests.conftest import TODAY
from workload import actions as work
from workload.models import MonthlyRecord, TeamReport
from workload.months import actions
from workload.schemes import actions as schemes

from .scene import OCTOBER, record, submit, version

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("today")]


def at_once(*doing) -> list:
    """Run several things at once; return what came of each: a value, or the name of the refusal."""
    ready, results = threading.Barrier(len(doing)), [None] * len(doing)

    def run(n, does):
        try:
            ready.wait()
            results[n] = does()
        except work.Refused as refusal:
            results[n] = type(refusal).__name__
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(doing)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def step(action, worker, by, seen, **given):
    return lambda: action(worker=worker, month=OCTOBER, by=by, version=seen, today=TODAY, **given) and "saved"


def test_of_worker_and_manager_who_write_at_once_one_is_told_and_nothing_is_lost(mere, manager):
    for _ in range(10):
        seen = version(mere)
        results = at_once(
            step(actions.write_reason, mere, mere, seen, reason=f"Mine {seen}.", causes=""),
            step(actions.write_reason, mere, manager, seen, reason=f"Theirs {seen}.", causes=""),
        )
        assert sorted(results) == ["RecordChangedMeanwhile", "saved"]
        kept = "Mine" if results[0] == "saved" else "Theirs"
        assert record(mere).reason == f"{kept} {seen}."


def test_both_may_agree_at_the_same_moment(mere, manager):
    for _ in range(5):
        _begin_again(mere)
        submit(mere)
        seen = version(mere)
        results = at_once(step(actions.agree, mere, mere, seen), step(actions.agree, mere, manager, seen))
        assert results == ["saved", "saved"]
        assert record(mere).status == "agreed"


def test_ten_taps_on_submit_are_one(mere):
    results = at_once(*[step(actions.submit, mere, mere, 0)] * 10)
    assert sorted(results) == ["RecordChangedMeanwhile"] * 9 + ["saved"]
    assert record(mere).lines.count() == 2


def test_a_fact_saved_while_the_second_agrees_is_before_it_or_an_adjustment_after(mere, manager):
    """Whichever order the statements of the two come in: agreed is only what the facts said when it was agreed."""
    ended = set()
    with Pair() as pair:
        for seed in range(INTERLEAVINGS):
            _begin_again(mere)
            submit(mere, agree=True)
            seen = version(mere)
            pair.side_by_side(
                lambda seen=seen: _unless_refused(step(actions.agree, mere, manager, seen)),
                lambda: work.take_on(worker=mere, code="group_work", starts_on=OCTOBER, by=mere),
                seed,
            )
            found = record(mere)
            ended.add(found.status)
            if found.status == "agreed":
                assert found.total == found.agreements.get(side="manager").total == 93
                assert not found.lines.filter(code="group_work").exists()
            else:
                assert (found.status, found.agreements.count(), found.lines.count()) == ("draft", 0, 0)
            _take_back(mere, "group_work")
    assert ended == {"agreed", "draft"}


INTERLEAVINGS = 40


def _unless_refused(does) -> None:
    try:
        does()
    except work.Refused:
        pass


def _begin_again(worker):
    MonthlyRecord.objects.filter(worker=worker).delete()


def _take_back(worker, code):
    for held in worker.responsibilities.filter(code=code):
        work.remove_responsibility(responsibility_id=held.pk, by=worker, reason="again")


def test_a_month_sent_is_counted_by_the_version_of_its_last_day_or_that_version_is_refused(mere, manager, admin, team):
    """Sending a month and publishing a version that begins in it, in whatever order their statements come."""
    ended = set()
    with Pair() as pair:
        for seed in range(INTERLEAVINGS):
            draft = schemes.begin_draft(organisation=team.organisation, by=admin, on=TODAY)
            fields = {"starts_on": date(2026, 10, 12)}
            draft = schemes.change_settings(scheme_id=draft.pk, version=draft.version, fields=fields)
            pair.side_by_side(
                lambda: _unless_refused(lambda: actions.send(team=team, month=OCTOBER, by=manager, today=TODAY)),
                lambda draft=draft: _unless_refused(
                    lambda: schemes.publish(scheme_id=draft.pk, version=draft.version, by=admin)
                ),
                seed,
            )
            draft.refresh_from_db()
            ended.add((TeamReport.objects.exists(), draft.published_at is not None))
            MonthlyRecord.objects.all().delete()
            TeamReport.objects.all().delete()
            draft.delete()
            Organisation.objects.update(recount_from=None)
    # Published first, the month waits until everybody is counted by the version; sent first, the version is refused.
    assert ended == {(True, False), (False, True)}
