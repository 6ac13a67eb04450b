"""An import is undone whole while nothing was built on it, and otherwise says what was."""

import re
from datetime import date

import pghistory
import pytest
from django.urls import reverse

from caseload import actions as caseload
from caseload.leaving import actions as leaving
from caseload.models import Allocation, Client, Contact, SessionFacilitator, TierPeriod
from peerload.audit.models import Entry
from peerload.guides.checklists.models import ChecklistRun
from peerload.interchange import actions, queries, tasks, undoing
from peerload.interchange.models import Import
from peerload.interchange.sheets import SHEETS
from peerload.staff import actions as staff
from peerload.staff.models import Member, User
from tests import factories
from workload.models import PointLine

from .sheets import MERE, TOM, opened, small

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
TODAY = date(2026, 11, 12)
CONTACT = {
    "ref": "H1",
    "email": MERE,
    "on": "2026-11-02",
    "reached": "yes",
    "outcome": "other",
    "note": "Talked of the summer",
}
HANA = {"email": "hana@kowhai.example", "name": "Hana Ruru", "role": "peer_worker", "team": "Harbourside"}


@pytest.fixture
def service():
    return actions.bring_in(opened(small(contacts=[CONTACT]))).organisation


def more() -> dict:
    """A file that adds of everything and changes what is there: a name, a handover, a contact that replaces another."""
    sheets = small(contacts=[CONTACT | {"note": "Talked about the summer"}])
    sheets["staff"] = [*sheets["staff"], HANA]
    sheets["people"] = [{"ref": "H1", "name": "Jamie Leota-Ward", "family": "F1"}, {"ref": "H3", "name": "Isa Kumar"}]
    sheets["tiers"] = [*sheets["tiers"], {"ref": "H3", "tier": "high", "from": "2026-02-02"}]
    sheets["allocations"] = [
        *sheets["allocations"],
        {"ref": "H1", "email": TOM, "from": "2026-10-05"},
        {"ref": "H3", "email": HANA["email"], "from": "2026-02-02"},
    ]
    sheets["absences"] = [{"email": TOM, "from": "2026-11-09", "expected_back": "2026-11-30"}]
    return sheets


def all_there_is(service) -> tuple:
    """Return the service as its sheets and its points."""
    service.refresh_from_db()
    kept = dict(Contact.objects.order_by("pk").values_list("pk", "voided_at"))
    lines = PointLine.objects.filter(organisation_id=service.pk)
    points = sorted(lines.values_list("worker_id", "code", "points", "starts_on", "ends_before"), key=str)
    return queries.to_write(service), kept, points


def bring_in_more(service, sam):
    actions.bring_in(opened(more()), organisation=service, by=sam, answers={"alike": "replace"})
    return undoing.last(service)


def test_what_an_import_added_and_changed_is_as_it_was(service, sam):
    before = all_there_is(service)
    run = bring_in_more(service, sam)
    assert all_there_is(service) != before

    undoing.undo(run_id=run.pk, by=sam, today=TODAY)

    assert all_there_is(service) == before
    assert (
        not Member.objects.filter(name="Hana Ruru").exists() and not User.objects.filter(email=HANA["email"]).exists()
    )
    assert Client.objects.get(ref="H1").words_key == "jamie leota"
    assert Entry.objects.get(what="undone").member == sam


def test_nobody_may_sign_in_by_an_import_that_is_undone(service, sam):
    left = factories.MemberFactory(user__email=HANA["email"], user__is_active=False, active=False)
    works = factories.MemberFactory(user__email="works@totara.example")
    staff = [*small()["staff"], HANA, HANA | {"email": "works@totara.example", "name": "Mira Sol"}]
    actions.bring_in(opened({"staff": staff}), organisation=service, by=sam)
    assert User.objects.get(pk=left.user_id).is_active

    undoing.undo(run_id=undoing.last(service).pk, by=sam, today=TODAY)

    assert not User.objects.get(pk=left.user_id).is_active
    assert User.objects.get(pk=works.user_id).is_active  # the other service counts them among its staff


def test_the_same_file_twice_leaves_the_import_that_can_be_undone(service, sam):
    run = bring_in_more(service, sam)

    again = actions.bring_in(opened(more()), organisation=service, by=sam, answers={"alike": "replace"})

    assert not again.to_write and undoing.last(service) == run and undoing.why_not(run) == ""


def contact_logged(service, sam):
    client = Client.objects.get(ref="H3")
    hana = Member.objects.get(name="Hana Ruru")
    words = {"reached": True, "outcome": "other"}
    caseload.log_contact(client_id=client.pk, by=hana, on=TODAY, today=TODAY, **words)


def name_changed(service, sam):
    client = Client.objects.get(ref="H1")
    caseload.edit_person(client_id=client.pk, by=sam, today=TODAY, version=client.version, fields={"name": "Jamie L."})


def handed_over(service, sam):
    with pghistory.context(
        reason="handed over"
    ):  # a test is one transaction, where what was said before would still hold
        Allocation.objects.filter(client__ref="H3").update(ends_before=date(2026, 12, 1))


def support_removed(service, sam):
    TierPeriod.objects.filter(client__ref="H3").delete()


def password_chosen(service, sam):
    User.objects.filter(email=HANA["email"]).update(password="something")


def renamed(service, sam):
    with pghistory.context(reason="renamed"):
        Member.objects.filter(user__email=HANA["email"]).update(name="Hana R.")


BUILT = {
    contact_logged: "Entries added since refer to this import: contacts (ref H3, email hana@kowhai.example, on 2026-11-12 in the "
    "sheet contacts). Change the imported rows by hand instead.",
    name_changed: "Rows that this import changed have been changed again since: people (ref H1 in the sheet people). Change "
    "them by hand instead.",
    handed_over: "Rows of this import have been changed since: allocations (ref H3, from 2026-02-02 in the sheet allocations). "
    "Change them by hand instead.",
    support_removed: "Rows of this import have been removed since: kinds of support (ref H3, from 2026-02-02 in the sheet "
    "tiers). Remove the others by hand instead.",
    password_chosen: "A member of staff from this import has chosen a password since: sign-ins (email hana@kowhai.example in "
    "the sheet staff).",
    renamed: "Rows of this import have been changed since: members of staff (email hana@kowhai.example in the sheet staff).",
}


@pytest.mark.parametrize("build", BUILT)
def test_an_import_that_something_was_built_on_stays_and_says_what(service, sam, build):
    run = bring_in_more(service, sam)
    build(service, sam)
    before = all_there_is(service)

    with pytest.raises(undoing.CannotUndo, match=re.escape(BUILT[build])):
        undoing.undo(run_id=run.pk, by=sam, today=TODAY)

    assert all_there_is(service) == before
    assert Import.objects.get(pk=run.pk).undone_at is None


@pytest.mark.parametrize("build", [renamed, password_chosen])
def test_the_page_leads_to_the_row_where_admins_have_a_page_of_it(service, sam, signed_in, build):
    bring_in_more(service, sam)
    build(service, sam)
    hana = Member.objects.get(user__email=HANA["email"])

    page = signed_in(sam).get(reverse("import_undo")).content.decode()

    assert f'href="{reverse("staff_edit", args=[hana.uid])}">Open this entry' in page


def test_of_several_rows_the_first_is_named_and_the_others_are_counted(service, sam):
    run = bring_in_more(service, sam)
    with pghistory.context(reason="renamed"):
        Client.objects.filter(ref="H3").update(name="Isa K.")
    with pghistory.context(reason="longer"):
        Allocation.objects.filter(client__ref__in=["H1", "H3"], starts_on__year=2026).update(close_decided_on=TODAY)

    assert "ref H3 in the sheet people" in undoing.why_not(run)
    Client.pgh_event_model.objects.filter(pgh_obj__ref="H3").delete()
    assert re.search(
        r"have been .* since: allocations \(ref H\d, from [\d-]+ in the sheet allocations, and \d more\)",
        undoing.why_not(run),
    )


class TestWithoutHistory:
    """History may be cut back; what undoing needs of it is missed, and nothing is overwritten or lost."""

    @staticmethod
    def forget():
        for model in (Client, Allocation, TierPeriod, Member):
            model.pgh_event_model.objects.all().delete()

    def test_what_was_changed_before_it_was_forgotten_is_not_put_back(self, service, sam):
        run = bring_in_more(service, sam)
        self.forget()
        assert undoing.why_not(run) == (
            "The values before this import are not kept any more: people. Change them by hand instead."
        )
        with pytest.raises(undoing.CannotUndo):
            undoing.undo(run_id=run.pk, by=sam, today=TODAY)
        assert Client.objects.get(ref="H1").name == "Jamie Leota-Ward"

    @pytest.mark.parametrize(
        ("ref", "says"),
        [
            ("H3", "Rows of this import have been changed since: people. Change them by hand instead."),
            (
                "H1",
                "Rows that this import changed have been changed again since: people. Change them by hand instead.",
            ),
        ],
    )
    def test_what_was_changed_since_is_seen_by_the_rows_themselves(self, service, sam, ref, says):
        run = bring_in_more(service, sam)
        with pghistory.context(reason="renamed"):
            Client.objects.filter(ref=ref).update(name="Isa K.")
        Client.pgh_event_model.objects.exclude(pgh_context=run.context).delete()
        assert undoing.why_not(run) == says

    def test_an_import_from_before_there_were_fingerprints_is_undone_by_its_history(self, service, sam):
        run = bring_in_more(service, sam)
        Import.objects.filter(pk=run.pk).update(fingerprints={})
        undoing.undo(run_id=run.pk, by=sam, today=TODAY)
        assert Client.objects.get(ref="H1").name == "Jamie Leota"


def support(member):
    """Give one of the staff a person of their own, as the page would."""
    person = factories.ClientFactory(organisation=member.organisation)
    factories.AllocationFactory(client=person, worker=member, starts_on=TODAY)


def lead(member):
    factories.TeamFactory(organisation=member.organisation, name="Northcote", manager=member)


def deputise(member):
    factories.TeamFactory(organisation=member.organisation, name="Northcote", deputy=member)


def step_down(sam):
    staff.edit_member(member_id=sam.pk, by=None, on=TODAY, name=sam.name, role="manager", home_team=None, active=True)


def leave(sam):
    leaving.give_notice(
        member=sam, notice_on=TODAY, last_day=date(2026, 12, 31), by=factories.MemberFactory(), today=TODAY
    )


# What Hana was, what the sheet makes of her, what the page does then, and why the import stays.
STAFF = {
    "the other admin has stepped down": ("peer_worker", "admin", step_down, "Hana Ruru is the only admin"),
    "the other admin has given notice": ("peer_worker", "admin", leave, "Hana Ruru is the only admin"),
    "the other admin stepped down, and the sheet brought her": (
        None,
        "admin",
        step_down,
        "Hana Ruru is the only admin",
    ),
    "she manages a team": ("peer_worker", "manager", lead, "Hana Ruru leads Northcote"),
    "she deputises": ("admin", "peer_worker", deputise, "Hana Ruru leads Northcote"),
    "she supports somebody": ("admin", "peer_worker", support, "Hana Ruru still supports one person"),
    "as a manager she supports somebody": (
        "service_manager",
        "manager",
        support,
        "Hana Ruru still supports one person",
    ),
    "she supports somebody as before": ("manager", "peer_worker", support, ""),
    "nothing was done since": ("manager", "admin", lambda member: None, ""),
}


@pytest.mark.parametrize("case", STAFF)
def test_an_import_stays_where_the_staff_could_not_be_as_they_were(service, sam, case):
    was, becomes, build, says = STAFF[case]
    sheets = small(contacts=[CONTACT])
    if was:
        actions.bring_in(opened(sheets | {"staff": [*sheets["staff"], HANA | {"role": was}]}), organisation=service)
    actions.bring_in(opened(sheets | {"staff": [*sheets["staff"], HANA | {"role": becomes}]}), organisation=service)
    hana = Member.objects.get(name="Hana Ruru")
    build(sam if build in (step_down, leave) else hana)

    if says:
        with pytest.raises(undoing.CannotUndo, match=says):
            undoing.undo(run_id=undoing.last(service).pk, by=sam, today=TODAY)
    else:
        undoing.undo(run_id=undoing.last(service).pk, by=sam, today=TODAY)

    hana.refresh_from_db()
    assert hana.role == (becomes if says else was)


def test_rows_of_an_import_are_called_by_the_words_of_the_pages():
    """Each model that an import writes has a name that people read, marked for translation."""
    models = {sheet.model for sheet in SHEETS if sheet.model} | {SessionFacilitator, User, ChecklistRun}
    assert undoing.CALLED.keys() == {each._meta.label for each in models}


def test_only_the_last_import_is_undone_and_only_once(service, sam):
    run = bring_in_more(service, sam)
    with pytest.raises(undoing.CannotUndo, match="Another file has been imported since"):
        undoing.undo(run_id=run.pk - 1, by=sam, today=TODAY)
    undoing.undo(run_id=run.pk, by=sam, today=TODAY)

    with pytest.raises(undoing.CannotUndo, match="undone already"):
        undoing.undo(run_id=run.pk, by=sam, today=TODAY)


def test_the_import_that_made_the_service_is_not_undone(service):
    assert "remove_service" in undoing.why_not(undoing.last(service))


def test_an_admin_undoes_the_last_import_in_the_browser(service, sam, signed_in):
    run = bring_in_more(service, sam)
    browser = signed_in(sam)
    assert "Look at it, or undo it" in browser.get(reverse("import")).content.decode()
    page = browser.get(reverse("import_undo")).content.decode()
    assert "Undo this import" in page and "by Sam Ito" in page

    answer = browser.post(reverse("import_undo"), {"run": run.pk}, follow=True)

    assert "It is being undone" in answer.content.decode()
    tasks.bring_in()

    assert "It was undone by Sam Ito" in browser.get(reverse("import_undo")).content.decode()
    assert not Client.objects.filter(ref="H3").exists()
    answer = browser.post(reverse("import_undo"), {"run": run.pk}, follow=True)
    assert "Nothing was undone. This import is undone already" in answer.content.decode()


def test_what_is_built_on_an_import_while_it_waits_to_be_undone_keeps_it_and_the_page_says_why(service, sam, signed_in):
    run = bring_in_more(service, sam)
    signed_in(sam).post(reverse("import_undo"), {"run": run.pk})
    contact_logged(service, sam)

    tasks.bring_in()

    page = signed_in(sam).get(reverse("import_undo")).content.decode()
    assert "nothing was undone. Entries added since refer to this import: contacts" in page
    assert Client.objects.filter(ref="H3").exists()
