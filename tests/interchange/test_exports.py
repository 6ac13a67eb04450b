"""An admin takes the service out in the browser: with a reason, confirmed anew, told to others, without words about people."""

import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import openpyxl
import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from peerload.audit import actions as audit
from peerload.audit.models import Entry
from peerload.core import clock
from peerload.core.locks import Lock
from peerload.interchange import actions as imports
from peerload.interchange import export as writing
from peerload.interchange import files, removal, tasks
from peerload.interchange.enums import ExportState
from peerload.interchange.exports import actions, rules
from peerload.interchange.models import Export, Import
from peerload.interchange.preview import preview
from peerload.interchange.sheets import SHEETS
from peerload.notices.models import Notice
from peerload.staff import actions as staff
from peerload.staff.models import Member
from tests import factories
from tests.confirmed import confirm

from .sheets import MERE, opened, small

pytestmark = pytest.mark.usefixtures("today")

TODAY = date(2026, 11, 12)
WORDS = {
    "people": [
        {"ref": "H1", "name": "Jamie Leota", "contact_note": "Ring twice", "phone": "021 555 0111"},
        {"ref": "H2", "name": "Ofa Ward"},
    ],
    "contacts": [
        {"ref": "H1", "email": MERE, "on": "2026-11-02", "reached": "yes", "outcome": "other", "note": "Of the summer"}
    ],
}


def brought_in():
    return imports.bring_in(opened(small(**WORDS))).organisation


MADE_ONCE = {"service": (brought_in, TODAY)}


@pytest.fixture
def ria(service):
    return came_in(factories.MemberFactory(organisation=service, name="Ria Tane", role="admin"))


@pytest.fixture
def ana(service):
    return came_in(service.members.get(name="Ana Whitford"))


def came_in(member):
    """Return a member who came in long ago."""
    member.user.last_login = clock.now() - timedelta(days=30)
    member.user.save(update_fields=["last_login"])
    return member


@pytest.fixture
def confirmed(signed_in):
    """Return a browser of a member who has just confirmed that it is them."""

    def browser(member):
        found = signed_in(member)
        confirm(found.session, member)
        return found

    return browser


def ask(browser, **more):
    return browser.post(reverse("export_ask"), {"reason": "We move", "format": "zip", **more})


def later(monkeypatch, **by):
    then = clock.now() + timedelta(**by)
    monkeypatch.setattr(clock, "now", lambda: then)


# The rules --------------------------------------------------------------------------------------------------------------

ASKED_AT = datetime(2026, 11, 12, 9, tzinfo=UTC)
DAY = timedelta(hours=24)


@pytest.mark.parametrize(
    ("state", "passed", "now"),
    [
        ("asked", DAY - timedelta(seconds=1), "asked"),
        ("asked", DAY, "expired"),
        ("waiting", 3 * DAY, "waiting"),
        ("ready", DAY - timedelta(seconds=1), "ready"),
        ("ready", DAY, "over"),
        ("refused", 3 * DAY, "refused"),
    ],
)
def test_a_day_passes_by_itself(state, passed, now):
    assert rules.state_at(state, asked_at=ASKED_AT, ready_at=ASKED_AT, now=ASKED_AT + passed) == now


@pytest.mark.parametrize("state", ExportState)
@pytest.mark.parametrize("then", ExportState)
def test_a_state_follows_only_where_it_may(state, then):
    may = {
        "asked": {"waiting", "refused", "expired"},
        "waiting": {"running"},
        "running": {"running", "ready", "failed"},
        "ready": {"over"},
    }
    if then in may.get(state, ()):
        assert rules.follow(state, then) == then
    else:
        with pytest.raises(rules.ExportStepRefused, match=str(state.label)):
            rules.follow(state, then)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("Harbourside", "Harbourside-2026-11-12.zip"),
        ("Kōwhai / north", "Kōwhai---north-2026-11-12.zip"),
        ("../..", "service-2026-11-12.zip"),
    ],
)
def test_a_file_is_called_by_the_services_code_and_the_day(code, name):
    assert rules.file_name(code, "2026-11-12", "zip") == name


# Without words about people ------------------------------------------------------------------------------------------------


def test_an_admin_takes_the_service_out(service, sam, ana, ria, confirmed):
    browser = confirmed(sam)

    answer = ask(browser)

    export = Export.objects.get()
    assert (answer.status_code, answer.url) == (302, reverse("export", args=[export.uid]))
    assert "Waiting for its turn" in browser.get(answer.url).content.decode()
    tasks.make_export()

    page = browser.get(answer.url).content.decode()
    assert "Download Harbourside-2026-11-12.zip" in page and "We move" in page
    file = browser.get(reverse("export_file", args=[export.uid]))
    assert 'filename="Harbourside-2026-11-12.zip"' in file["Content-Disposition"]
    said = zipfile.ZipFile(io.BytesIO(file.content)).read("people.csv").decode()
    assert "Jamie Leota" in said and "021 555 0111" in said
    kinds = Entry.objects.filter(subject=str(export.uid)).order_by("pk").values_list("what", "member", "reason")
    assert list(kinds) == [
        ("export_asked", sam.pk, "We move"),
        ("export_made", sam.pk, "We move"),
        ("exported", sam.pk, ""),
    ]
    assert Entry.objects.get(what="export_made").counts["contacts"] == 1
    assert {notice.recipient for notice in Notice.objects.all()} == {ana, ria}


@pytest.mark.parametrize("format", ["zip", "xlsx"])
def test_what_is_written_about_people_is_left_out_and_not_cleared_where_it_comes_in_again(
    service, sam, confirmed, format
):
    ask(confirmed(sam), format=format)
    tasks.make_export()
    content = bytes(Export.objects.get().content)
    found = files.open_bytes(content)
    words = str(found.tables)
    assert "Ring twice" not in words and "Of the summer" not in words
    assert "contact_note" not in found.tables["people"].header and "note" not in found.tables["contacts"].header

    plan = preview(found, organisation=service)

    assert (plan.faults, plan.to_write) == ([], 0)


def test_no_sheet_that_leaves_without_words_rests_on_one_that_does_not():
    there = {sheet.name for sheet in actions.WITHOUT_WORDS}

    assert {parent.sheet for sheet in actions.WITHOUT_WORDS for parent in sheet.parents if not parent.optional} <= there
    assert {sheet.name for sheet in SHEETS if sheet.required} <= there
    # What was assumed, asked and will be done are words about a team or a worker; such a row is nothing without its words.
    about_workers = {"record_assumptions", "record_actions", "report_questions"}
    assert {sheet.name for sheet in SHEETS} - there == {"consents", "goals", "time_logged"} | about_workers


def test_time_that_staff_logged_for_themselves_never_leaves_by_the_browser():
    assert "time_logged" not in {sheet.name for sheet in (*actions.FOR_ADMINS, *actions.WITHOUT_WORDS)}


def test_an_export_needs_a_reason(sam, confirmed):
    assert "Say why you export the service" in ask(confirmed(sam), reason=" ").content.decode()
    assert not Export.objects.exists()


# Confirming that it is them --------------------------------------------------------------------------------------------------


def test_signing_in_is_not_enough_and_what_was_typed_is_kept(sam, signed_in, confirmed):
    browser = signed_in(sam)
    assert (
        browser.get(reverse("export_ask")).url
        == f"{reverse('account_reauthenticate')}?next=%2Fsettings%2Fexport%2Fnew%2F"
    )

    assert ask(browser).url.startswith(reverse("account_reauthenticate"))

    assert not Export.objects.exists()
    confirm(browser.session, sam)
    assert "We move" in browser.get(reverse("export_ask")).content.decode()


def test_the_password_given_once_more_leads_to_the_form(sam, signed_in):
    sam.user.set_password("grand-piano-by-the-sea")
    sam.user.save()
    browser = signed_in(sam)
    where = browser.get(reverse("export_ask")).url

    answer = browser.post(where, {"password": "grand-piano-by-the-sea"}, follow=True)

    assert "Why do you export the service?" in answer.content.decode()


def test_a_confirmation_holds_for_ten_minutes(sam, confirmed, monkeypatch):
    browser = confirmed(sam)
    later(monkeypatch, minutes=9)
    assert browser.get(reverse("export_ask")).status_code == 200
    later(monkeypatch, minutes=2)
    assert browser.get(reverse("export_ask")).status_code == 302


# With words about people -----------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(service, sam, ana, ria, confirmed):
    ask(confirmed(sam), with_words="on", format="xlsx")
    return Export.objects.get()


def decide(browser, export, decision="confirm"):
    answer = browser.post(reverse("export_decide", args=[export.uid]), {"decision": decision}, follow=True)
    export.refresh_from_db()
    return answer.content.decode()


@pytest.mark.parametrize("who", ["ana", "ria"])
def test_a_manager_or_another_admin_confirms_it(asked, sam, confirmed, signed_in, request, who):
    tasks.make_export()
    assert Export.objects.get().state == "asked"
    other = request.getfixturevalue(who)
    page = signed_in(other).get(reverse("export", args=[asked.uid])).content.decode()
    assert "Confirm this export" in page and "We move" in page

    decide(confirmed(other), asked)
    tasks.make_export()

    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == ("ready", other)
    book = openpyxl.load_workbook(io.BytesIO(bytes(asked.content)))
    words = [cell.value for name in ("people", "contacts") for row in book[name].iter_rows() for cell in row]
    assert "Ring twice" in words and "Of the summer" in words
    assert Entry.objects.get(what="export_confirmed").member == other


def test_nobody_confirms_their_own(asked, sam, confirmed):
    assert "You have asked for this export" in decide(confirmed(sam), asked)
    assert asked.state == "asked"
    with pytest.raises(IntegrityError), transaction.atomic():
        Export.objects.update(decided_by=sam, decided_at=clock.now())


def test_a_refused_export_is_not_made_and_not_confirmed_after_all(asked, ana, ria, signed_in, confirmed):
    decide(signed_in(ana), asked, "refuse")

    page = decide(confirmed(ria), asked)

    assert "This export is refused. Nothing was changed." in page and "Ana Whitford refused" in page
    assert actions.make_next() is None


def test_after_a_day_it_is_not_confirmed_any_more(asked, ana, signed_in, monkeypatch):
    later(monkeypatch, hours=24)
    browser = signed_in(ana)
    confirm(browser.session, ana, at=clock.now().timestamp())

    page = decide(browser, asked)

    assert "not confirmed in time" in page
    tasks.make_export()
    asked.refresh_from_db()
    assert asked.state == "expired"


def test_where_nobody_could_confirm_the_admin_is_told_so(service, sam, ana, confirmed):
    service.teams.update(manager=None)
    browser = confirmed(sam)
    url = ask(browser, with_words="on").url

    assert "no other admin who could" in browser.get(url).content.decode()


def test_confirming_asks_once_more_that_it_is_them(asked, ana, signed_in):
    answer = signed_in(ana).post(reverse("export_decide", args=[asked.uid]), {"decision": "confirm"})

    assert answer.url.startswith(reverse("account_reauthenticate")) and str(asked.uid) in answer.url
    asked.refresh_from_db()
    assert asked.state == "asked"


def _invite(member):
    member.invited_at = clock.now()
    member.save(update_fields=["invited_at"])


def _raise(member):
    as_it_is = {"by": None, "on": TODAY, "name": member.name, "home_team": None, "active": True}
    for role in ("peer_worker", "admin"):
        staff.edit_member(member_id=member.pk, role=role, **as_it_is)


def _call(member):
    audit.email_changed(member, by=None)


def _never_came(member):
    member.user.set_unusable_password()
    member.user.last_login = None
    member.user.save(update_fields=["last_login", "password"])


def _bring_in(member):
    asker = member.organisation.members.get(name="Sam Ito")
    Import.objects.create(
        organisation=member.organisation,
        member=asker,
        at=clock.now(),
        context=uuid4(),
        written={"staff.Member": [[member.pk, member.pk]]},
    )


@pytest.mark.parametrize("made", [_invite, _raise, _call, _never_came, _bring_in])
def test_an_admin_cannot_confirm_through_an_account_they_have_just_made(service, sam, ria, confirmed, made):
    made(ria)
    browser = confirmed(sam)
    page = browser.get(ask(browser, with_words="on").url).content.decode()
    export = Export.objects.get()
    assert "no other admin who could confirm it" in page

    theirs = confirmed(ria)
    assert "Confirm this export" not in theirs.get(reverse("export", args=[export.uid])).content.decode()
    assert "You cannot confirm this export" in decide(theirs, export)
    assert export.state == "asked"
    decide(theirs, export, "refuse")
    assert export.state == "refused"


@pytest.mark.parametrize("made", [_invite, lambda member: Member.objects.filter(pk=member.pk).update(role="manager")])
def test_who_was_invited_or_has_another_role_since_it_was_asked_for_cannot_confirm_it(asked, ria, confirmed, made):
    made(ria)
    assert "You cannot confirm this export" in decide(confirmed(ria), asked)
    assert asked.state == "asked"


def test_who_became_an_admin_after_it_was_asked_for_cannot_confirm_it(asked, service, confirmed):
    late = came_in(factories.MemberFactory(organisation=service, name="Lou Late", role="admin"))
    assert "You cannot confirm this export" in decide(confirmed(late), asked)


# The file ------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def ready(service, sam, confirmed):
    ask(confirmed(sam))
    tasks.make_export()
    return Export.objects.get()


def test_only_the_admin_who_asked_downloads_it(ready, ria, ana, confirmed):
    url = reverse("export_file", args=[ready.uid])

    assert confirmed(ria).get(url).status_code == 404
    assert confirmed(ana).get(url).status_code == 404


def test_the_file_is_kept_for_a_day(ready, sam, confirmed, monkeypatch):
    later(monkeypatch, hours=24)
    browser = confirmed(sam)
    session = browser.session
    session["began"] = session["seen"] = clock.now().timestamp()
    confirm(session, sam, at=clock.now().timestamp())

    answer = browser.get(reverse("export_file", args=[ready.uid]), follow=True)

    assert "no longer kept" in answer.content.decode()
    tasks.make_export()
    ready.refresh_from_db()
    assert (ready.state, ready.content, ready.reason) == ("over", None, "We move")


def test_a_service_too_large_is_exported_by_command(service, sam, confirmed, monkeypatch):
    monkeypatch.setattr(actions, "MOST_ROWS", 2)
    browser = confirmed(sam)
    url = ask(browser).url

    tasks.make_export()

    assert "The operator exports it with the command export_service" in browser.get(url).content.decode()
    assert Export.objects.get().content is None


def test_an_export_that_brings_its_worker_down_every_time_is_given_up(service, sam, confirmed, monkeypatch):
    browser = confirmed(sam)
    url = ask(browser).url
    monkeypatch.setattr(writing, "zipped", lambda rows, sheets: 1 / 0)

    for _ in range(actions.ATTEMPTS):
        with pytest.raises(ZeroDivisionError):
            tasks.make_export()
    tasks.make_export()

    assert "because of a fault in peerload" in browser.get(url).content.decode()


@pytest.mark.django_db(transaction=True)
def test_an_export_that_another_worker_is_making_is_left_to_it(service, sam, confirmed):
    ask(confirmed(sam))
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("BEGIN; SELECT pg_advisory_xact_lock(%s, %s)", [int(Lock.EXPORT), Export.objects.get().pk])
    assert actions.make_next() is None
    other.close()

    assert actions.make_next().state == "ready"
    assert actions.make_next() is None


def test_a_service_is_removed_with_its_exports(ready, service):
    removal.remove(service)

    assert not Export.objects.exists()
