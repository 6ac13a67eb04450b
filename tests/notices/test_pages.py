"""The outbox as admins see it."""

import pytest

from peerload.notices import actions
from peerload.notices.models import Message
from tests.shared import shared

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

SECRET = "https://peerload.example/welcome/MQ/c9k2-secret/"


@shared(dated=True)
def invitation(worker, organisation):
    return actions.queue_message(
        to=worker.email,
        kind="invitation",
        subject="Your invitation",
        body=f"Choose a password: {SECRET}",
        recipient=worker,
    )


def fail(message):
    Message.objects.filter(pk=message.pk).update(state="failed", attempts=17, error="550 no such mailbox")


def test_the_list_shows_what_waits_and_what_failed(signed_in, admin, invitation):
    page = signed_in(admin).get("/settings/messages/").content.decode()
    assert "Your invitation" in page and "Waiting 1" in page

    fail(invitation)
    page = signed_in(admin).get("/settings/messages/?state=failed").content.decode()
    assert "Failed 1" in page and "Your invitation" in page
    assert "Your invitation" not in signed_in(admin).get("/settings/messages/?state=sent").content.decode()


def test_it_is_narrowed_by_address(signed_in, admin, invitation):
    assert "Your invitation" in signed_in(admin).get(f"/settings/messages/?q={invitation.to[:6]}").content.decode()
    assert "No message matches" in signed_in(admin).get("/settings/messages/?q=nobody-like-that").content.decode()


def test_a_link_that_lets_somebody_in_is_theirs_alone(signed_in, admin, invitation, settings):
    address = f"/settings/messages/{invitation.message_id}/"
    page = signed_in(admin).get(address).content.decode()
    assert SECRET not in page and "a link only the receiver knows" in page

    settings.DEMO = True
    assert SECRET in signed_in(admin).get(address).content.decode()


def test_a_failed_message_is_sent_again(signed_in, admin, invitation):
    fail(invitation)
    page = signed_in(admin).get(f"/settings/messages/{invitation.message_id}/").content.decode()
    assert "550 no such mailbox" in page and "Send again" in page

    signed_in(admin).post(f"/settings/messages/{invitation.message_id}/again/")
    invitation.refresh_from_db()
    assert (invitation.state, invitation.attempts, invitation.error) == ("waiting", 0, "")


def test_one_that_waits_is_not_sent_again(signed_in, admin, invitation):
    page = signed_in(admin).post(f"/settings/messages/{invitation.message_id}/again/", follow=True).content.decode()
    assert "This message did not fail" in page


@pytest.mark.parametrize("member", ["worker", "manager", "service_manager"])
def test_others_do_not_find_the_page(signed_in, invitation, member, request):
    browser = signed_in(request.getfixturevalue(member))
    for address in ("/settings/messages/", f"/settings/messages/{invitation.message_id}/"):
        assert browser.get(address).status_code == 404


def test_another_service_does_not_see_it(signed_in, invitation):
    from tests import factories

    elsewhere = factories.MemberFactory(role="admin")
    assert signed_in(elsewhere).get(f"/settings/messages/{invitation.message_id}/").status_code == 404
    assert "Your invitation" not in signed_in(elsewhere).get("/settings/messages/").content.decode()


def test_the_number_of_queries_does_not_grow_with_the_messages(signed_in, admin, worker, django_assert_max_num_queries):
    for n in range(30):
        actions.queue_message(to=worker.email, kind="account", subject=f"Message {n}", body="", recipient=worker)
    browser = signed_in(admin)
    with django_assert_max_num_queries(12):
        browser.get("/settings/messages/")
