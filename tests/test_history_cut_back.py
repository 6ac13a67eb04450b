"""History is for the audit: with all of it deleted every page, notice, report and export says what it said before."""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.test import Client as Browser
from django.urls import reverse
from pghistory.models import Context

from caseload import actions
from caseload.cover import actions as cover
from caseload.models import Client
from caseload.waiting import actions as waiting_actions
from caseload.waiting import queries as waiting
from peerload.audit.models import Entry
from peerload.home.sweep import sweep
from peerload.interchange import export, queries
from peerload.notices.models import Notice
from peerload.staff import actions as staff
from peerload.staff.models import Member, Organisation
from tests import factories, sources
from tests.interchange.everything import TODAY, one_of_everything
from tests.interchange.test_everything import all_reports
from tests.test_access import BACKEND

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
PAGES = ("my_day", "people", "waiting", "team", "team_month", "my_records")


@pytest.fixture
def service(on) -> Organisation:
    """One of everything, and of everything that was told by history something that was done by its action."""
    on(TODAY)
    organisation = one_of_everything()
    of = organisation.members.get
    mere, tom, ana = of(name="Mere Paki"), of(name="Tom Lealaiauloto"), of(name="Ana Whitford")
    factories.MemberFactory(organisation=organisation, name="Ruth Hale", role="service_manager")
    factories.MemberFactory(organisation=organisation, name="Sam Ito", role="admin")
    decide_and_look(Client.objects.get(ref="H4"), mere, ana)
    change_what_is_written(Client.objects.get(ref="H5"), ana)
    pause_and_ask(Client.objects.get(ref="H12"), mere)
    leave_alone(organisation, tom, ana)
    sweep(organisation, TODAY)
    return organisation


def decide_and_look(person, mere, ana):
    who = {"client_id": person.pk, "today": TODAY}
    actions.decide_to_close(**who, on=TODAY - DAY, by=mere, reason="Found work")
    actions.withdraw_decision(**who, by=ana, reason="Lost it again")
    actions.look_again(**who, was=None, review_on=TODAY + DAY, by=mere, words="Rang the employer")
    actions.decide_to_close(**who, on=TODAY, by=mere)


def change_what_is_written(person, by):
    said = {"version": waiting.version_of(waiting.standing(person)), "fields": {"action": "Visit their aunt"}}
    waiting_actions.write_down(client_id=person.pk, by=by, today=TODAY, **said)


def pause_and_ask(person, by):
    said = {"talked": False, "reason": "Wanted a pause"}
    actions.keep_in_touch(client_id=person.pk, on=TODAY, today=TODAY, by=by, **said)
    words = {"reached": True, "outcome": "support_wanted", "submission_id": uuid4()}
    actions.log_contact(client_id=person.pk, by=by, on=TODAY, today=TODAY, **words)


def leave_alone(organisation, tom, ana):
    """A person with statutory status is covered by a worker whose sign-in is closed."""
    person = factories.ClientFactory(
        organisation=organisation, supported_by=tom, name="Iona Statutory", team=tom.home_team, statutory=True
    )
    covers = factories.MemberFactory(organisation=organisation, name="Lou Covers", in_team=tom.home_team)
    absence = tom.absences.get()
    cover.cover(absence_id=absence.pk, given={person.pk: covers}, starts_on=TODAY, by=ana, today=TODAY)
    as_it_is = {"name": covers.name, "role": covers.role, "home_team": covers.home_team, "by": None, "on": TODAY}
    staff.edit_member(member_id=covers.pk, **as_it_is, active=False)


def cut_back() -> int:
    """Delete all history; return how much there was."""
    events = [model for model in apps.get_models() if hasattr(model, "pgh_tracked_model")]
    count = sum(model.objects.all().delete()[0] for model in events)
    Context.objects.all().delete()
    assert not any(model.objects.exists() for model in events)
    return count


def pages(organisation: Organisation) -> Iterator[tuple[str, str]]:
    """Yield what everybody reads on every page about people, teams and months; who looked before is not among it."""
    people = [reverse("person", args=[uid]) for uid in organisation.client_set.values_list("uid", flat=True)]
    for member in Member.objects.active().filter(organisation=organisation).order_by("pk"):
        browser = Browser()
        browser.force_login(member.user, backend=BACKEND)
        for url in [*map(reverse, PAGES), *people]:
            Entry.objects.all().delete()
            answer = browser.get(f"{url}?all=1" if url in people else url)
            words = " ".join(re.sub("<[^>]+>", " ", answer.content.decode()).split())
            yield f"{member.name} {url}", f"{answer.status_code} {words if answer.status_code == 200 else ''}"


def test_with_all_history_deleted_everything_says_what_it_said(service):
    said, reports = dict(pages(service)), all_reports(service)
    exported, notices = export.zipped(queries.to_write(service)), list(Notice.objects.order_by("pk").values())
    for words in ("Found work", "Lost it again", "Rang the employer", "Visit their aunt", "Iona Statutory"):
        assert any(words in page for page in said.values()), words

    assert cut_back() > 20

    assert dict(pages(service)) == said
    assert all_reports(service) == reports
    assert export.zipped(queries.to_write(service)) == exported
    assert sweep(service, TODAY).statutory == 0  # nobody is told a second time
    assert list(Notice.objects.order_by("pk").values()) == notices


def test_with_all_history_deleted_a_contact_is_still_taken_back(service):
    person = Client.objects.get(ref="H12")
    cut_back()
    actions.void_contact(
        contact_id=person.contacts.get(on=TODAY).pk, by=None, today=TODAY, reason="About somebody else"
    )
    person.refresh_from_db()
    assert person.tier == "parked"
    assert person.tiers.get(starts_on=TODAY).reason == "Wanted a pause"


READS = re.compile(r"\.pgh_event_model|_events\(|event_model|memberevent|pgh_created_at|pgh_context__metadata")
MAY_READ = {  # with the reason
    "peerload/interchange/undoing.py": "puts back what was before an import, and refuses where history is gone",
    "peerload/interchange/fingerprints.py": "asks which columns history keeps, and what an import changed",
    "peerload/staff/models/base.py": "says which models keep history; it reads none",
    "peerload/interchange/removal.py": "deletes it with the service",
}


def test_no_other_code_reads_history():
    found = {
        str(path.relative_to(sources.ROOT))
        for path in sources.files()
        if path.suffix == ".py" and READS.search(path.read_text("utf-8"))
    }
    assert {path for path in found if not path.startswith("tests/") and "/migrations/" not in path} == MAY_READ.keys()
