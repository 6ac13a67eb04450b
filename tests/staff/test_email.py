"""A member's address to sign in with, changed: by themselves, by an admin, by a command; and links where no mail can be sent."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from peerload.audit.models import Entry
from peerload.notices.models import Message
from peerload.staff import actions
from peerload.staff.models import Member, User
from tests import factories
from tests.shared import shared

PASSWORD = "three words apart"
NEW = "mere.new@kowhai.example"


@pytest.fixture(autouse=True)
def mail(settings, today):
    settings.EMAIL_URL = "smtp://localhost"


@shared(dated=True)
def mere(worker):
    """A worker who signs in with a password."""
    worker.user.set_password(PASSWORD)
    worker.user.save()
    return worker


def words(answer) -> str:
    return " ".join(answer.content.decode().replace("&#x27;", "'").split())


def browser(member) -> Client:
    client = Client()
    client.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def link_in(text: str) -> str:
    return re.search(r"http://localhost:8000([^\s<]+)", text)[1]


def ask(member, email=NEW, password=PASSWORD, by=None):
    return (by or browser(member)).post(reverse("my_email"), {"email": email, "password": password})


def confirm(member, url):
    return browser(member).post(url, follow=True)


def email_of(member) -> str:
    return User.objects.get(pk=member.user_id).email


def test_a_member_changes_their_email_by_a_link_sent_to_the_new_one_and_the_old_one_is_told(mere):
    old, elsewhere = mere.email, browser(mere)
    assert ask(mere).status_code == 302
    assert email_of(mere) == old
    sent = Message.objects.get()
    assert (sent.to, sent.kind) == (NEW, "account")

    here = browser(mere)
    page = here.get(link_in(sent.body))
    assert NEW in words(page) and email_of(mere) == old  # looking changes nothing
    answer = here.post(link_in(sent.body), follow=True)

    assert f"You sign in with {NEW} from now on" in words(answer)
    assert email_of(mere) == NEW
    told = Message.objects.latest("pk")
    assert (told.to, told.subject) == (old, "Your address for peerload was changed")
    assert elsewhere.get(reverse("account")).status_code == 302  # signed out everywhere else
    assert here.get(reverse("account")).status_code == 200
    entry = Entry.objects.get(what="email_changed")
    assert (entry.member, entry.subject, entry.organisation) == (mere, str(mere.uid), mere.organisation)
    assert here.get(link_in(sent.body)).status_code == 410


def test_a_member_s_email_is_not_changed_without_their_password(mere):
    answer = ask(mere, password="another one")

    assert answer.status_code == 422 and "That is not your password" in words(answer)
    assert not User.objects.get(pk=mere.user_id).new_email


@pytest.mark.parametrize("email", ["nonsense", "", "MERE", "TEAMMATE"])
def test_an_email_that_cannot_be_is_refused_in_words(mere, teammate, email):
    given = {"MERE": mere.email.upper(), "TEAMMATE": teammate.email}.get(email, email)

    answer = ask(mere, given)

    assert answer.status_code == 422
    assert not User.objects.get(pk=mere.user_id).new_email
    assert not Message.objects.exists()


def test_nobody_else_confirms_an_email_by_the_link(mere, teammate, admin):
    ask(mere)
    url = link_in(Message.objects.get().body)

    assert browser(teammate).get(url).status_code == 410
    assert browser(admin).post(url).status_code == 410
    assert Client().get(url).status_code == 302  # signs in first
    assert email_of(mere) != NEW


def test_a_link_dies_when_another_address_is_asked_for_or_the_password_changed(mere):
    ask(mere)
    first = link_in(Message.objects.get().body)
    ask(mere, "third@kowhai.example")
    assert browser(mere).get(first).status_code == 410
    second = link_in(Message.objects.latest("pk").body)
    mere.user.refresh_from_db()
    mere.user.set_password("another three words")
    mere.user.save()

    assert browser(mere).get(second).status_code == 410


def test_an_admin_asks_for_another_email_and_the_member_confirms_it(mere, admin):
    answer = browser(admin).post(reverse("staff_email", args=[mere.uid]), {"email": NEW}, follow=True)

    assert f"they were asked to confirm {NEW}" in words(answer)
    sent = Message.objects.get()
    assert sent.to == NEW and admin.name in sent.body
    confirm(mere, link_in(sent.body))
    assert email_of(mere) == NEW


def test_an_admin_takes_an_email_asked_for_back(mere, admin):
    browser(admin).post(reverse("staff_email", args=[mere.uid]), {"email": NEW})
    url = link_in(Message.objects.get().body)

    browser(admin).post(reverse("staff_email_keep", args=[mere.uid]))

    assert browser(mere).get(url).status_code == 410
    assert email_of(mere) == mere.email


def test_a_mistyped_email_of_somebody_never_signed_in_is_corrected_at_once_and_the_invitation_dies(worker, admin):
    User.objects.filter(pk=worker.user_id).update(password="!")
    invitation = link_in(actions.invite(member_id=worker.pk, by=admin))

    browser(admin).post(reverse("staff_email", args=[worker.uid]), {"email": NEW})

    assert email_of(worker) == NEW
    assert Client().get(invitation).status_code == 410
    failed = Message.objects.get()
    assert failed.state == "failed"  # the one with the dead link

    address = reverse("message", args=[failed.message_id])
    assert f"{worker.name} no longer uses this address" in words(browser(admin).get(address))
    assert "Send again" not in words(browser(admin).get(address))
    answer = browser(admin).post(reverse("message_resend", args=[failed.message_id]), follow=True)
    assert f"{worker.name} no longer uses {failed.to}, so this message is not sent again" in words(answer)
    failed.refresh_from_db()
    assert failed.state == "failed"


def test_what_confirms_a_new_email_is_sent_again_until_it_is_forgotten(mere, admin):
    ask(mere)
    message = Message.objects.get(to=NEW)
    Message.objects.update(state="failed")
    address = reverse("message", args=[message.message_id])
    assert "Send again" in words(browser(admin).get(address))

    actions.forget_new_email(member_id=mere.pk)

    assert "Send again" not in words(browser(admin).get(address))


def test_mail_that_waits_without_a_link_goes_to_the_new_address(mere):
    actions.take_off_second_step(member_id=mere.pk)
    Client().post(reverse("account_reset_password"), {"email": mere.email})

    call_command("change_email", mere.email, NEW, stdout=StringIO())

    told = {message.subject: (message.to, message.state) for message in Message.objects.all()}
    assert told.pop("Your second step of signing in was taken off") == (NEW, "waiting")
    assert told.pop("Your address for peerload was changed") == (mere.email, "waiting")
    assert [*told.values()] == [(mere.email, "failed")]  # its link is dead


def test_a_new_password_asked_for_with_the_old_address_is_chosen_no_more(mere):
    Client().post(reverse("account_reset_password"), {"email": mere.email})
    reset = link_in(Message.objects.get(to=mere.email).body)
    call_command("change_email", mere.email, NEW, stdout=StringIO())

    assert "does not work any more" in words(Client().get(reset, follow=True))


def test_an_admin_does_not_change_the_sign_in_of_somebody_who_works_in_another_service_too(mere, admin):
    factories.MemberFactory(user=mere.user, name="Mere Paki", role="admin")

    answer = browser(admin).post(reverse("staff_email", args=[mere.uid]), {"email": NEW})

    assert answer.status_code == 422 and "works in another service too" in words(answer)
    ask(mere)
    confirm(mere, link_in(Message.objects.get().body))
    assert email_of(mere) == NEW
    assert Entry.objects.filter(what="email_changed").values("organisation").distinct().count() == 2


def test_the_command_changes_an_email_at_once(mere, capsys):
    here, old = browser(mere), mere.email
    call_command("change_email", old.upper(), NEW)

    assert f"{NEW} signs in instead of {old}: Mere Paki in" in capsys.readouterr().out
    assert email_of(mere) == NEW
    assert here.get(reverse("account")).status_code == 302
    assert Message.objects.get().to == old
    assert Entry.objects.get(what="email_changed").member is None


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("nobody@x.example", NEW, "No one signs in with"),
        (None, "nonsense", "not an email"),
        (None, "tom@x.example", "in use"),
    ],
)
def test_the_command_says_what_it_cannot_change(mere, old, new, says):
    factories.UserFactory(email="tom@x.example")

    with pytest.raises(CommandError, match=says):
        call_command("change_email", old or mere.email, new)

    assert email_of(mere) == mere.email


# Where no mail can be sent ---------------------------------------------------------------------------------------------------


@pytest.fixture
def no_mail(settings):
    settings.EMAIL_URL = ""


def test_without_mail_nobody_is_told_that_a_link_to_a_new_password_comes(no_mail, mere):
    here = Client()
    asked = [
        here.post(reverse("account_reset_password"), {"email": email}, follow=True)
        for email in (mere.email, "nobody@else.example")
    ]
    pages = [here.get(reverse("account_reset_password")), *asked, here.get(reverse("help"))]

    assert asked[0].content == asked[1].content
    for page in map(words, pages):
        assert "peerload cannot send mail here" in page and "ask the person who runs peerload" in page
        assert "ask an admin of your service for a link" in page
        assert "on its way" not in page and "we send you a link" not in page and "ask for a link" not in page


def test_with_mail_a_member_who_forgot_their_password_is_sent_a_link(mere):
    answer = Client().post(reverse("account_reset_password"), {"email": mere.email}, follow=True)

    assert "a link is on its way" in words(answer) and "peerload cannot send mail" not in words(answer)
    assert "ask for a link on the sign-in page" in words(Client().get(reverse("help")))


def test_without_mail_an_admin_is_shown_the_invitation_once(no_mail, admin, worker):
    page = browser(admin).get(reverse("staff_edit", args=[worker.uid]))
    assert "peerload cannot send mail here" in words(page) and "Show an invitation link" in words(page)

    answer = browser(admin).post(reverse("staff_invite", args=[worker.uid]))

    url = link_in(answer.content.decode())
    assert "It is shown only now" in words(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert url not in words(browser(admin).get(reverse("staff_edit", args=[worker.uid])))
    assert not Message.objects.exists()  # nothing lies about that holds the link
    entry = Entry.objects.get(what="link_shown")
    assert (entry.member, entry.subject) == (admin, str(worker.uid))
    assert Client().get(url, follow=True).status_code == 200


def test_without_mail_a_new_member_can_be_shown_their_link(no_mail, admin):
    form = {"name": "Hana Ruru", "email": "hana@kowhai.example", "role": "peer_worker", "invite": "on"}
    answer = browser(admin).post(reverse("staff_add"), form, follow=True)

    assert "peerload cannot send mail here. Show the link and give it to them" in words(answer)
    hana = Member.objects.get(name="Hana Ruru")
    assert answer.redirect_chain[-1][0] == reverse("staff_edit", args=[hana.uid])


def test_without_mail_an_admin_is_shown_no_link_to_somebody_else_s_sign_in(no_mail, admin, mere):
    answer = browser(admin).post(reverse("staff_invite", args=[mere.uid]), follow=True)

    assert "no one else may see their link" in words(answer) and f"manage.py invite {mere.email}" in words(answer)
    assert "/welcome/" not in answer.content.decode()
    assert not Entry.objects.filter(what="link_shown").exists()


def test_without_mail_the_link_that_confirms_an_email_is_shown_once(no_mail, admin, mere):
    answer = browser(admin).post(reverse("staff_email", args=[mere.uid]), {"email": NEW})

    url = link_in(answer.content.decode())
    assert browser(admin).post(url).status_code == 410  # of no use to anybody else
    confirm(mere, url)
    assert email_of(mere) == NEW


def test_without_mail_a_member_confirms_their_own_email_at_once(no_mail, mere):
    here = browser(mere)
    assert "peerload cannot send mail here" in words(here.get(reverse("my_email")))
    confirming = ask(mere, by=here)
    answer = here.post(confirming.url, follow=True)

    assert f"You sign in with {NEW} from now on" in words(answer)
