"""Two jobs that hold different locks never stop each other, and a sweep that was stopped does not say it is done."""

import pytest
from django.db import connection, transaction

from caseload import actions
from caseload.models import SweepRun
from peerload.core.locks import Lock, share, try_to_take, wait_for
from peerload.home import tasks
from peerload.home.sweep import sweep
from peerload.notices.models import Tick

from ..conftest import TODAY


@pytest.fixture
def elsewhere():
    """A second session of the database, in a transaction that ends with the test."""
    second = connection.copy()
    second.set_autocommit(False)
    yield second
    second.rollback()
    second.close()


def hold(session, lock: int, key: int) -> None:
    with session.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [int(lock), key])


def test_each_lock_has_a_number_of_its_own():
    assert len(set(Lock.__members__.values())) == len(Lock.__members__)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("held", Lock)
@pytest.mark.parametrize("asked", Lock)
def test_a_lock_is_free_unless_it_is_the_one_that_is_held(elsewhere, held, asked):
    hold(elsewhere, held, 1)

    with transaction.atomic():
        assert try_to_take(asked, 1) == (asked != held)
        assert try_to_take(held, 2), "another service's"


@pytest.mark.django_db(transaction=True)
def test_those_who_share_a_lock_do_not_wait_for_each_other(elsewhere):
    with elsewhere.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [int(Lock.LEDGER), 1])
    with transaction.atomic():
        share(Lock.LEDGER, 1)
        wait_for(Lock.SWEEP, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("today")
class TestASweep:
    def test_goes_on_while_an_import_holds_its_own_lock(self, elsewhere, organisation):
        hold(elsewhere, Lock.UPLOAD, organisation.pk)
        tasks.sweep()

        assert SweepRun.objects.filter(organisation=organisation).exists()
        assert Tick.objects.get(job="sweep").done_at

    def test_that_finds_another_one_under_way_notes_nothing_as_done(self, elsewhere, organisation):
        hold(elsewhere, Lock.SWEEP, organisation.pk)
        tasks.sweep()

        assert not SweepRun.objects.filter(organisation=organisation).exists()
        assert Tick.objects.get(job="sweep").done_at is None, "the next worker takes the slot up"
        with pytest.raises(actions.AnotherSweep):
            sweep(organisation, TODAY)
        elsewhere.rollback()
        tasks.sweep()
        assert SweepRun.objects.filter(organisation=organisation).exists()
        assert Tick.objects.get(job="sweep").done_at

    def test_that_failed_for_one_service_leaves_its_slot_open(self, organisation, monkeypatch):
        monkeypatch.setattr(tasks, "sweep_service", lambda *given: 1 / 0)
        tasks.sweep()

        assert Tick.objects.get(job="sweep").done_at is None
