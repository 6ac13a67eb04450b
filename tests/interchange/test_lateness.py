"""A month that nobody has sent is late wherever the service goes: since when months are asked for is the service's own fact."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps

from peerload.home.sweep import sweep
from peerload.interchange import actions, export, files, queries, removal
from peerload.notices.models import Message, Notice
from peerload.staff.models import Member, Organisation
from workload.months import queries as months

from .sheets import MERE, opened, small

pytestmark = pytest.mark.django_db

PROMPTED, LATER = date(2026, 11, 12), date(2026, 12, 20)
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


@pytest.fixture
def service(on) -> Organisation:
    on(PROMPTED)
    sheets = small(posts=[{"email": MERE, "from": "2026-01-05", "until": "", "fte": "1", "team": "Harbourside"}])
    organisation = actions.bring_in(opened(sheets)).organisation
    sweep(organisation, PROMPTED)
    on(LATER)
    return Organisation.objects.get()


def asked() -> tuple[list[date], list[date]]:
    """Return the months that Mere's records and her team's reports are asked for."""
    organisation = Organisation.objects.get()
    late = months.late_reports(organisation, LATER)
    mere = Member.objects.get(user__email=MERE)
    return [record.month for record in months.asks_of(mere, LATER)], [each.month for each in late]


def test_months_are_asked_for_since_the_first_prompt(service):
    assert service.records_from == OCTOBER
    assert asked() == ([OCTOBER, NOVEMBER], [OCTOBER, NOVEMBER])


def test_so_they_are_without_what_was_sent_from_here(service):
    Message.objects.all().delete()
    Notice.objects.all().delete()
    assert asked() == ([OCTOBER, NOVEMBER], [OCTOBER, NOVEMBER])


def test_so_they_are_where_the_service_comes_in_elsewhere(service):
    content = export.zipped(queries.to_write(service))
    removal.take_out(service)

    actions.bring_in(files.open_bytes(content))

    assert asked() == ([OCTOBER, NOVEMBER], [OCTOBER, NOVEMBER])
    assert actions.bring_in(files.open_bytes(content)).to_write == 0


def test_before_any_prompt_only_the_last_month_is_asked_for(service):
    Organisation.objects.update(records_from=None)
    assert asked() == ([NOVEMBER], [NOVEMBER])


def test_the_first_month_of_a_service_that_was_there_before_is_that_of_its_notices(service):
    Organisation.objects.update(records_from=None)

    import_module("workload.migrations.0006_records_from").from_notices(apps, None)

    assert Organisation.objects.get().records_from == OCTOBER
