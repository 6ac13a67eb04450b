"""Mail goes out at least once, with one Message-ID, whatever the post office does."""

from datetime import timedelta

import pytest

from peerload.core import clock
from peerload.notices import actions, mail
from peerload.notices.models import Message, Notice, Tick
from tests.shared import shared

from .post_office import PostOffice

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(settings, monkeypatch):
    settings.EMAIL_BACKEND = "peerload.notices.mail.Backend"
    settings.DEFAULT_FROM_EMAIL = "peerload <noreply@peerload.example>"
    monkeypatch.setattr(mail, "TIMEOUT", 0.3)
    with PostOffice() as office:
        settings.EMAIL_URL = office.url
        yield office


@shared(dated=True)
def message(worker):
    return actions.queue_message(
        to=worker.email,
        kind="account",
        subject="Your password\nwas changed",
        body="It was changed today.",
        recipient=worker,
    )


def later(minutes):
    moment = clock.now() + timedelta(minutes=minutes)
    return lambda: moment


def test_it_is_sent_to_one_address_and_marked(office, message):
    assert actions.drain() == 1

    (sent,) = office.mail
    assert (sent["To"], sent["Cc"], sent["Bcc"]) == (message.to, None, None)
    assert sent["Subject"] == "Your password was changed"
    assert sent["Message-ID"] == f"<{message.message_id}@peerload.example>"
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("sent", 1) and message.sent_at
    assert actions.drain() == 0


@pytest.mark.parametrize("mood", ["greylist", "full", "hang"])
def test_a_no_for_now_is_tried_again_later(office, message, mood):
    office.moods = [mood]
    assert actions.drain() == 0
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("waiting", 1) and message.error

    assert actions.drain(now=later(0)) == 0, "not before its time"
    assert actions.drain(now=later(2)) == 1
    assert len(office.mail) == 1


def test_a_closed_door_is_tried_again_later(settings, message, office):
    settings.EMAIL_URL = "smtp://127.0.0.1:9"
    assert actions.drain() == 0
    message.refresh_from_db()
    assert message.state == "waiting" and "refused" in message.error


def test_a_no_for_good_is_seen_at_once(office, message):
    office.moods = ["nobody"]
    actions.drain()
    message.refresh_from_db()
    assert (message.state, message.error) == ("failed", "550 no such mailbox")


def test_taken_and_hung_up_after_the_yes_is_sent_once(office, message):
    office.moods = ["drop"]
    assert actions.drain() == 1
    assert actions.drain(now=later(2)) == 0
    assert len(office.mail) == 1


def test_taken_without_a_yes_is_sent_again_under_the_same_id(office, message):
    office.moods = ["vanish"]
    assert actions.drain() == 0
    assert actions.drain(now=later(2)) == 1
    assert len({sent["Message-ID"] for sent in office.mail}) == 1 and len(office.mail) == 2


def test_a_sender_that_vanished_after_sending_is_followed_by_another(office, message):
    class Killed(BaseException):
        pass

    def send_and_die(message):
        mail.send_by_smtp(message)
        raise Killed

    with pytest.raises(Killed):
        actions.drain(send_and_die)
    assert actions.drain(now=later(9)) == 0, "its lease still holds"
    assert actions.drain(now=later(11)) == 1
    assert [sent["Message-ID"] for sent in office.mail] == [f"<{message.message_id}@peerload.example>"] * 2


def test_after_72_hours_it_fails_and_is_seen(message):
    def refuse(message):
        raise ConnectionRefusedError("nobody home")

    moment, tries = clock.now(), []
    while Message.objects.get().state == "waiting":
        moment = max(moment, Message.objects.get().next_attempt_at)
        tries.append(moment)
        actions.drain(refuse, now=lambda moment=moment: moment)
    assert timedelta(hours=69) < tries[-1] - tries[0] <= timedelta(hours=72)
    assert Message.objects.get().error == "ConnectionRefusedError: nobody home"


def test_one_that_fails_does_not_stop_the_next(office, message, manager):
    actions.queue_message(to=manager.email, kind="account", subject="Another", body="", recipient=manager)
    office.moods = ["nobody"]
    assert actions.drain() == 1
    assert [sent["To"] for sent in office.mail] == [manager.email]


def test_without_a_post_office_it_waits_to_be_read(message, settings):
    settings.EMAIL_URL = ""
    assert actions.drain() == 0
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("waiting", 0)


def test_a_message_belongs_to_whom_its_address_signs_in(worker):
    message = actions.queue_message(to=worker.email.upper(), kind="account", subject="s", body="b")
    assert (message.recipient, message.organisation) == (worker, worker.organisation)
    assert actions.queue_message(to="nobody@example.org", kind="account", subject="s", body="b").recipient is None


class TestTheTimetable:
    def test_a_slot_that_is_done_is_not_begun_again(self):
        with actions.tick("job", every=15) as begun:
            assert begun
        with actions.tick("job", every=15) as begun:
            assert not begun

    def test_one_whose_worker_was_killed_is(self):
        with pytest.raises(KeyboardInterrupt), actions.tick("job", every=15):
            raise KeyboardInterrupt
        with actions.tick("job", every=15) as begun:
            assert begun

    def test_tidying_leaves_what_is_still_of_use(self, office, message, organisation, worker):
        actions.drain()
        Tick.objects.create(job="job", slot=clock.now())
        assert actions.tidy(clock.now()) == 0
        assert actions.tidy(clock.now() + timedelta(days=20)) == 2
        assert not Message.objects.exists() and not Tick.objects.exists() and not Notice.objects.exists()

    def test_the_tasks_run_alone(self, organisation, message):
        from peerload.notices import tasks

        tasks.write_digests()
        tasks.drain()
        tasks.tidy()
        assert Tick.objects.filter(job="tidy").count() == 1
