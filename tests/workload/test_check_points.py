"""The check is run by hand and each night; what it finds is said, sent to admins and put right."""

import logging
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from peerload.core import clock
from peerload.notices import kinds
from peerload.notices.models import Notice
from tests import factories
from tests.shared import shared
from workload import actions, tasks
from workload.models import PointLine

pytestmark = pytest.mark.django_db

FOUR_IN_AUCKLAND = datetime(2026, 11, 11, 15, 20, tzinfo=UTC)


@shared(dated=True)
def spoiled(organisation, worker):
    factories.refresh_derived(workers=[worker])
    PointLine.objects.filter(unit_worker=worker).update(points=30)
    return organisation


@pytest.fixture
def at(monkeypatch):
    return lambda moment: monkeypatch.setattr(clock, "now", lambda: moment)


def run(*args) -> str:
    out = StringIO()
    call_command("check_points", *args, stdout=out)
    return out.getvalue()


class TestByHand:
    def test_it_is_content_with_a_ledger_that_says_what_the_facts_say(self, organisation, worker):
        factories.refresh_derived(workers=[worker])

        assert run() == f"{organisation.code}: the ledger says what the facts say.\n"

    def test_it_fails_with_what_differs(self, spoiled):
        with pytest.raises(CommandError, match="1 unit differs"):
            run("--organisation", spoiled.code)

        assert actions.check(spoiled)

    @pytest.mark.parametrize("option", ["--fix", "--mend"])
    def test_it_fixes_what_differs(self, spoiled, option):
        assert "the facts say 15 points, the ledger says 30\n" in run(option)

        assert actions.check(spoiled) == []

    def test_a_service_nobody_knows_is_refused(self, spoiled):
        with pytest.raises(CommandError, match="There is no service nowhere"):
            run("--organisation", "nowhere")


class TestAtNight:
    def test_it_raises_the_alarm_and_puts_right(self, spoiled, admin, worker, at, caplog):
        at(FOUR_IN_AUCKLAND)

        with caplog.at_level(logging.ERROR, logger="peerload.workload"):
            tasks.check_points()

        assert "the facts say 15 points, the ledger says 30" in caplog.text
        assert [notice.recipient for notice in Notice.objects.all()] == [admin]
        assert kinds.counted(kinds.still_true(Notice.objects.all()))[0].startswith("1 nightly check found wrong points")
        assert actions.check(spoiled) == []

    def test_a_second_beat_finds_it_done(self, spoiled, admin, at):
        at(FOUR_IN_AUCKLAND)
        tasks.check_points()
        PointLine.objects.update(points=30)

        tasks.check_points()

        assert Notice.objects.count() == 1
        assert actions.check(spoiled)

    @pytest.mark.parametrize("hours", [-1, 1, 12])
    def test_at_any_other_hour_it_leaves_things_alone(self, spoiled, at, hours):
        at(FOUR_IN_AUCKLAND + timedelta(hours=hours))

        tasks.check_points()

        assert actions.check(spoiled)


def test_the_recount_takes_up_the_workers_marked(organisation, worker):
    other = factories.OrganisationFactory()
    actions.recount_later(organisation)

    tasks.recount()

    organisation.refresh_from_db()
    assert organisation.recount_from is None
    assert PointLine.objects.of(organisation.pk).count() == 1
    assert PointLine.objects.of(other.pk).count() == 0
