"""What sheets may do to versions of the scheme: nothing to one that a sent month was counted by, and drafts stay inside."""

from datetime import date

import pytest

from peerload.core import clock
from peerload.interchange import actions
from peerload.interchange.errors import FileRefused
from peerload.interchange.queries import to_write
from tests import factories
from workload import queries
from workload.models import Scheme, TeamReport
from workload.schemes.actions import begin_draft, change_settings

from .sheets import SERVICE, opened, small

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
TODAY = date(2026, 11, 12)


def brought_in():
    return actions.bring_in(opened(small())).organisation


MADE_ONCE = {"service": (brought_in, TODAY)}


def settings(**values) -> list[dict]:
    return [{"key": key, "value": value} for key, value in (SERVICE | values).items()]


def bring_in(**sheets):
    return actions.bring_in(opened(small(**sheets)))


@pytest.fixture
def sent(service):
    team = service.teams.first()
    sender = service.members.first()
    TeamReport.objects.create(
        organisation=service, team=team, month=date(2026, 10, 1), sent_at=clock.now(), sent_on=TODAY, sent_by=sender,
        points=0, limit=0, fte=0,
    )  # fmt: skip


@pytest.mark.parametrize("changed", [{"mark": "80"}, {"points_per_tier_high": "3"}, {"preset": "children"}], ids=str)
def test_a_setting_of_a_scheme_that_was_sent_by_is_refused_with_its_row(service, sent, changed):
    with pytest.raises(FileRefused) as refusal:
        bring_in(service=settings(**changed))

    [fault] = refusal.value.faults
    assert (fault.sheet, fault.column, fault.row > 1) == ("service", "value", True)
    assert "has been sent, so its settings stay as they are" in fault.says
    assert queries.schemes(service.pk)[0].mark == 85


def test_other_settings_and_the_same_ones_again_come_in(service, sent):
    bring_in(service=settings(greeting="Kia ora", mark="85"))

    service.refresh_from_db()
    assert service.greeting == "Kia ora"


def test_before_a_month_is_sent_they_come_in(service):
    bring_in(service=settings(mark="80"))

    assert queries.schemes(service.pk)[0].mark == 80


def test_rows_keep_what_they_are_called_while_the_preset_stays(service):
    Scheme.objects.get().weights.filter(code="court").update(label="At court together")

    bring_in(service=settings(greeting="Kia ora", preset="peer"))

    assert Scheme.objects.get().weights.get(code="court").label == "At court together"


def test_a_draft_is_not_exported(service):
    admin = factories.MemberFactory(organisation=service, role="admin")
    draft = begin_draft(organisation=service, by=admin, on=TODAY)
    change_settings(scheme_id=draft.pk, version=draft.version, fields={"mark": 70})

    written = {row["key"]: row["value"] for row in to_write(service)["service"]}
    assert written["mark"] == "85"
