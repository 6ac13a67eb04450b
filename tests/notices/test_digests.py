"""At most one mail a day, in working hours, without names, only when something in it is new."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from caseload import actions as caseload
from peerload.home.sweep import sweep
from peerload.notices import actions
from peerload.notices.models import Message, Notice
from tests import factories, reported

pytestmark = pytest.mark.django_db

AUCKLAND = ZoneInfo("Pacific/Auckland")
DUE = date(2026, 11, 12)  # a Thursday
PARKED_ON = DUE - timedelta(weeks=6)


def at(hour, minute=0, day=DUE):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=AUCKLAND).astimezone(UTC)


@pytest.fixture(autouse=True)
def october(today, team, worker):
    """It is the day, and nobody is prompted for a month that is reported."""
    return reported.report(team, date(2026, 10, 1), worker)


@pytest.fixture
def parked(worker):
    return factories.ClientFactory(
        supported_by=worker, support="parked", since=DUE - timedelta(weeks=6), name="Hana Rewi"
    )


@pytest.fixture
def swept(parked, organisation):
    sweep(organisation, DUE)
    return parked


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (at(7, 59), 0),
        (at(8), 1),
        (at(17, 59), 1),
        (at(18), 0),
        (at(12, day=date(2026, 11, 14)), 0),
        (at(12, day=date(2026, 12, 25)), 0),
        (at(12, day=date(2026, 12, 29)), 0),
        (at(12, day=date(2026, 12, 30)), 1),
    ],
    ids=["07:59", "08:00", "17:59", "18:00", "a Saturday", "Christmas", "shut", "the day after"],
)
def test_it_is_written_in_local_working_hours(swept, organisation, moment, written):
    factories.ClosureDayFactory(organisation=organisation, on=date(2026, 12, 29))
    assert actions.write_digests(organisation, moment) == written


def test_it_counts_and_names_nobody(swept, organisation, worker, settings):
    settings.BASE_URL = "https://peerload.example"
    with factories.refreshed_at_once():
        for n in range(2):
            factories.ClientFactory(
                supported_by=worker, support="parked", since=date(2026, 10, 5), name=f"Rangi Moana {n}"
            )
    sweep(organisation, DUE)
    actions.write_digests(organisation, at(9))

    message = Message.objects.get()
    assert (message.to, message.subject, message.on) == (worker.email, "Today in peerload", DUE)
    assert "- 1 contact is due\n- 2 contacts come due within a week\n" in message.body
    assert "https://peerload.example/" in message.body
    assert "Rewi" not in message.body and "Rangi" not in message.body


def test_a_second_one_waits_for_the_next_day(swept, organisation, worker):
    assert actions.write_digests(organisation, at(9)) == 1
    factories.ClientFactory(supported_by=worker, support="parked", since=PARKED_ON)
    sweep(organisation, DUE)

    assert actions.write_digests(organisation, at(10)) == 0
    assert actions.write_digests(organisation, at(9, day=date(2026, 11, 13))) == 1


def test_nothing_new_no_mail(swept, organisation):
    actions.write_digests(organisation, at(9))
    sweep(organisation, DUE)
    assert actions.write_digests(organisation, at(9, day=date(2026, 11, 13))) == 0


def test_a_person_counts_at_the_last_stage_only(swept, organisation):
    sweep(organisation, date(2026, 11, 14))
    actions.write_digests(organisation, at(9, day=date(2026, 11, 16)))

    body = Message.objects.get().body
    assert "- 1 contact is overdue" in body and "due\n" not in body.replace("overdue\n", "")


def test_what_is_not_true_any_more_is_not_written(swept, organisation, worker):
    from caseload.models import Client

    Client.objects.update(contact_preference="please_dont")  # as an import would, past the actions
    assert actions.write_digests(organisation, at(9)) == 0
    assert Notice.objects.get().cancelled_at


@pytest.mark.parametrize("what", ["away", "left", "no sign-in"])
def test_nobody_is_written_to_who_cannot_read_it(swept, organisation, worker, what):
    if what == "away":
        factories.AbsenceFactory(worker=worker, starts_on=DUE)
    elif what == "left":
        worker.active = False
        worker.save()
    else:
        worker.user.is_active = False
        worker.user.save()
    assert actions.write_digests(organisation, at(9)) == 0


def test_back_at_work_it_is_written(swept, organisation, worker):
    factories.AbsenceFactory(worker=worker, starts_on=date(2026, 11, 2), ends_before=DUE)
    assert actions.write_digests(organisation, at(9)) == 1


class TestLookingOnceMoreBeforeSending:
    @pytest.fixture
    def outbox(self):
        return []

    @pytest.fixture
    def written(self, swept, organisation, worker):
        self.second = factories.ClientFactory(supported_by=worker, support="parked", since=PARKED_ON)
        sweep(organisation, DUE)
        actions.write_digests(organisation, at(9))
        return Message.objects.get()

    def reach(self, person, worker):
        caseload.log_contact(client_id=person.pk, by=worker, on=DUE, today=DUE, reached=True, outcome="other")

    def test_a_contact_logged_meanwhile_is_left_out(self, written, parked, worker, outbox):
        self.reach(parked, worker)
        actions.drain(lambda message: outbox.append(message.body))
        assert len(outbox) == 1 and "- 1 contact is due\n" in outbox[0]

    def test_when_nothing_is_left_nothing_is_sent(self, written, parked, worker, outbox):
        for person in (parked, self.second):
            self.reach(person, worker)
        actions.drain(lambda message: outbox.append(message.body))
        assert not outbox and not Message.objects.exists()

    def test_nobody_who_left_meanwhile_is_sent_anything(self, written, worker, outbox):
        worker.active = False
        worker.save()
        actions.drain(lambda message: outbox.append(message.body))
        assert not outbox
