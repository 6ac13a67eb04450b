"""
A sentence planted in every private field stands nowhere that somebody could take along, and on no page but the author's.

It is looked for as a thief would (`thief.holds`). Beside it lies another in what is not private, which has to be found: so it
is known that looking finds.

`make test-long` looks at every page as everybody who may open it. `make test` looks at it as its author, as everybody who may
read the sentence there, and as one of those who may not.
"""

import base64
import io
import json
import logging
import pickle
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session as SignIn
from django.core import mail, signing
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from peerload.core.logs import JsonFormatter
from peerload.core.sealing import seal, unseal
from peerload.guides.models import Guide, GuideAnswers, GuideStep
from peerload.guides.surveys.models import SurveyBox
from peerload.home.sweep import sweep
from peerload.interchange import reports
from peerload.notices.actions import drain, write_digests
from tests import factories, test_access
from tests.conftest import TODAY
from tests.long import covering
from tests.test_access import LIBRARY, OWN, OWNER, ROUTES, World
from wellbeing.enums import DocumentKind
from wellbeing.models import Adjustment, PrivateDocument, Session, SessionNote
from wellbeing.private import actions, rules
from wellbeing.sealing import sealed_models
from workload.months import actions as months

from . import thief

PLANTED = "The heron knew before I did"
WITHOUT_WORDS = {SurveyBox}  # no one can write a word into it: tests/guides/surveys/test_traces.py
IN_THE_OPEN = "A kettle stood on the wall"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
OCTOBER = date(2026, 10, 1)
MORNING = datetime(2026, 11, 11, 20, tzinfo=UTC)  # nine o'clock on Thursday the 12th


@pytest.fixture
def log():
    """Whatever web and worker would write down, as they would write it."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)
    yield out
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def visiting():
    def of(member):
        client = Client(raise_request_exception=False)
        client.force_login(member.user, backend=BACKEND)
        return client

    return of


@pytest.fixture
def planted(worker, manager, today, log, visiting, monkeypatch):
    """Every private field of every kind, filled in by the pages; what has no page yet, as its table keeps it."""
    author = visiting(worker)
    for kind in DocumentKind:
        words = {key: f"{PLANTED}: {key}" for key in rules.HEADINGS[kind]}
        assert author.post(reverse("mine_add", args=[kind]), words | {"on": today, "version": 0}).status_code == 302
    agreement = {"text": PLANTED, "starts_on": today, "review_on": today, "version": 0}
    assert author.post(reverse("my_adjustment_add"), agreement).status_code == 302
    actions.agree(worker=worker, uid=Adjustment.objects.get().uid, by=manager, version=1, today=today)
    about = {"organisation": worker.organisation, "worker": worker, "kind": "supervision", "with_member": manager}
    session = Session.objects.create(**about, planned_on=today, held_on=today, by=worker)
    sealed = seal(PLANTED, owner=session.uid)
    SessionNote.objects.create(session=session, written_by=worker, written_on=today, sealed=sealed)
    in_a_guide(author, worker)
    refused(author), broken(author, monkeypatch), too_late(worker)
    in_the_open(worker, today)
    return worker


def in_a_guide(author, worker):
    """A note and a comment of guides, one of each flow, written on their pages; and one of each that is refused."""
    for code, part, words in (
        ("basics", "basics", {"a_role": "no", "n_role": PLANTED}),
        ("self_review", "crisis", {"a_crisis_1": "at_ease", "n_crisis_1": PLANTED}),
        ("story_plan", "safe", {"a_triggered": PLANTED, "a_around-0-0": PLANTED, "a_around-2-0": PLANTED}),
        ("work_plan", "needs", {"a_practical": PLANTED, "a_what_else": PLANTED}),
    ):
        about = {"about": worker.uid, "period_until": "2026-12-18"}
        begun = author.post(reverse("guide_begin", args=[code]), about)
        assert begun.status_code == 302
        page = f"{begun.url}part/{part}/"
        assert author.post(page, words | {"version": 0}).status_code == 302
        assert author.post(page, words | {"version": 0}).status_code == 409
        assert author.post(page, words | {"version": "x"}).status_code == 422
        assert holds(author.get(begun.url).content)
        if code == "work_plan":
            step = {"what": PLANTED, "owner": worker.uid, "due_on": "2026-11-19"}
            assert author.post(f"{begun.url}steps/add/", step | {"due_on": "no day"}).status_code == 422
            assert author.post(f"{begun.url}steps/add/", step).status_code == 302


def in_the_open(worker, today):
    """What is not private: a note of a contact, the words of a month."""
    person = factories.ClientFactory(supported_by=worker)
    factories.ContactFactory(client=person, author=worker, note=IN_THE_OPEN)
    of = {"worker": worker, "month": OCTOBER, "by": worker, "version": 0, "today": today}
    months.write_words(**of, comment=IN_THE_OPEN, enough="", would_help="")


def refused(author):
    """A form that is refused, one that comes too late, and something changed and deleted again."""
    words = {"words": PLANTED, "on": "no day", "version": 0}
    assert author.post(reverse("mine_add", args=["learning"]), words).status_code == 422
    document = PrivateDocument.objects.get(kind="exercise")
    change = {"words": f"{PLANTED} too", "on": document.written_on}
    edit = reverse("mine_edit", args=[document.uid])
    assert author.post(edit, change | {"version": 9}).status_code == 409
    assert author.post(edit, change | {"version": 1}).status_code == 302
    gone = author.post(reverse("mine_add", args=["debrief"]), {"happened": PLANTED, "on": "2026-11-12", "version": 0})
    assert author.post(f"{gone.url}delete/").status_code == 302


def broken(author, monkeypatch):
    """A fault of ours while the words are on their way."""
    with monkeypatch.context() as patch:
        patch.setattr(actions, "seal", lambda text, owner: 1 / 0)
        words = {"words": PLANTED, "on": "2026-11-12", "version": 0}
        assert author.post(reverse("mine_add", args=["learning"]), words).status_code == 500


def too_late(worker):
    """Words sent after the sign-in has expired, which wait for the next."""
    client = Client()
    with time_machine.travel(MORNING, tick=False) as traveller:
        client.force_login(worker.user, backend=BACKEND)
        client.get(reverse("mine"))
        traveller.shift(timedelta(minutes=40))
        words = {"words": PLANTED, "on": "2026-11-12", "version": 0}
        assert client.post(reverse("mine_add", args=["learning"]), words).status_code == 401
    assert any("kept" in sign_in.get_decoded() for sign_in in SignIn.objects.all())


def holds(taken: str | bytes) -> bool:
    return thief.holds(taken, PLANTED)


def finds(taken: str | bytes) -> bool:
    """Return whether what lies in the open is found."""
    return thief.holds(taken, IN_THE_OPEN)


def everywhere() -> bool:
    """Return whether it is planted in every sealed field there is."""
    rows = [list(model.objects.all()) for model in sealed_models() if model not in WITHOUT_WORDS]
    return all(any(PLANTED in unseal(row.sealed, owner=row.sealed_for) for row in found) for found in rows)


PACKED = {
    "hex, as a dump has bytes": lambda words: f"COPY t\n7\t\\\\x{words.encode().hex()}\t\\N\n",
    "a session": lambda words: f"k\t{signing.dumps({'kept': words}, compress=True)}\n",
    "a session of much": lambda words: f"k\t{signing.dumps({'kept': words * 20}, compress=True)}\n",
    "the cache": lambda words: f"k\t{base64.b64encode(pickle.dumps({'words': words})).decode()}\n",
}


@pytest.mark.parametrize("packed", PACKED)
def test_it_would_be_found_packed_as(packed):
    assert holds(PACKED[packed](PLANTED))


@pytest.mark.django_db(transaction=True)
def test_who_takes_a_dump_the_broker_the_mail_and_the_log_along_has_nothing(
    planted, organisation, log, today, settings
):
    settings.EMAIL_URL = "smtp://localhost"
    sweep(organisation, today)
    with time_machine.travel(MORNING, tick=False):
        assert write_digests(organisation, MORNING)
        assert drain()
    thief.leave_with_broker(IN_THE_OPEN)
    letters = [message.message().as_bytes() for message in mail.outbox]
    logging.getLogger("peerload").info(IN_THE_OPEN)

    dump, broker = thief.dump(), thief.broker()

    assert everywhere()
    assert "ZeroDivisionError" in log.getvalue()
    assert finds(dump) and finds(broker) and finds(log.getvalue())
    assert not any(map(holds, [dump, broker, log.getvalue(), *letters]))


def test_no_sheet_and_no_report_holds_it(planted, today, tmp_path):
    call_command("export_service", str(tmp_path / "sheets"))
    call_command("export_service", str(tmp_path / "sheets.xlsx"))
    for name in reports.NAMES:
        for form in ("json", "csv", "xlsx"):
            call_command("report", name, format=form, output=tmp_path / f"{name}.{form}")

    taken = {path.name: path.read_bytes() for path in tmp_path.rglob("*.*") if path.is_file()}

    assert finds(taken["contacts.csv"]) and finds(taken["sheets.xlsx"])
    assert [name for name, content in taken.items() if holds(content)] == []


# Everybody's pages -------------------------------------------------------------------------------------------------------


def planted_world() -> World:
    """The two teams of the table of routes, and with its first worker the sentence in whatever is sealed."""
    world = World()
    owner = world.members[OWNER]
    for document in PrivateDocument.objects.filter(author=owner):
        words = json.dumps(dict.fromkeys(rules.HEADINGS[document.kind], PLANTED))
        PrivateDocument.objects.filter(pk=document.pk).update(sealed=seal(words, owner=owner.uid))
    for guide in Guide.objects.filter(about=owner):
        section = guide.content.sections[0]
        words = json.dumps({"values": {}, "notes": {section.items[0].key: PLANTED}, "comment": ""})
        GuideAnswers.objects.create(
            guide=guide, section=section.key, side="worker", sealed=seal(words, owner=guide.uid)
        )
    for step in GuideStep.objects.filter(guide__about=owner):
        GuideStep.objects.filter(pk=step.pk).update(sealed=seal(PLANTED, owner=step.guide.uid))
    Adjustment.objects.filter(worker=owner).update(sealed=seal(PLANTED, owner=owner.uid))
    session = Session.objects.get(worker=owner)
    sealed = seal(PLANTED, owner=session.uid)
    SessionNote.objects.create(session=session, written_by=owner, written_on=TODAY, sealed=sealed)
    assert everywhere()
    in_the_open(owner, TODAY)
    return world


MADE_ONCE = {"world": (planted_world, TODAY)}


AGREED = {"adjustment", "adjustment_edit", "guide"}
MAY_READ = {
    test_access.MATE: set(),
    test_access.MANAGER: AGREED | {"shared", "session_note"},
    test_access.DEPUTY: AGREED,
    test_access.OTHER_MANAGER: set(),
    test_access.SERVICE_MANAGER: set(),
    test_access.ADMIN: set(),
    OWNER: AGREED | {"guide_section", "mine_document", "mine_edit", "session_note"},
}


def open_to(who):
    """Yield every page and download open to somebody; what is not answers as for nothing (`test_access`)."""
    for name, route in ROUTES.items():
        if name in LIBRARY or route.public or who not in route.may[whose_of(name)]:
            continue
        yield from ((who, name, kind) for kind in (("csv", "xlsx", "pdf") if name.endswith("_export") else ("csv",)))


def whose_of(name) -> str:
    return "" if "" in ROUTES[name].may else OWN


def kinds(look):
    """Yield what is looked at once at least: a page by one who may open it, and by all who may read the sentence on it."""
    who, name, kind = look
    yield name, kind, name in MAY_READ[who]
    yield who
    yield from [look] if name in MAY_READ[who] or look == (OWNER, "record_export", "pdf") else []


LOOKS = covering([look for who in MAY_READ for look in open_to(who)], kinds)


@pytest.mark.parametrize("who", MAY_READ)
def test_the_pages_and_downloads_of_nobody_show_it_but_where_they_may_read_it(world, log, who):
    browser, showing, found = world.browser(who), set(), set()
    for name, kind in [(name, kind) for each, name, kind in LOOKS if each == who]:
        answer = browser.get(world.address(name, whose_of(name)).replace(".csv", f".{kind}"))
        body = answer.getvalue() + str(answer.headers).encode()
        showing |= {name} if holds(body) else set()
        found |= {answer["Content-Type"]} if finds(body) else set()

    assert showing == MAY_READ[who]
    assert not holds(log.getvalue())
    assert who != OWNER or {"application/pdf", "text/html; charset=utf-8"} <= found


def test_the_chosen_reader_reads_the_plan_only_while_it_is_shared(planted, manager, today, visiting):
    actions.share(author=planted, reader=manager, today=today)
    reader = visiting(manager)
    pages = {document.kind: reverse("shared", args=[document.uid]) for document in PrivateDocument.objects.all()}

    assert [kind for kind, page in pages.items() if holds(reader.get(page).content)] == ["wellness_plan"]
    actions.take_back(author=planted)
    assert {reader.get(page).status_code for page in pages.values()} == {404}


def test_the_author_reads_it(planted, visiting):
    author = visiting(planted)
    for document in PrivateDocument.objects.all():
        assert holds(author.get(reverse("mine_document", args=[document.uid])).content)


def test_the_worker_and_their_manager_read_what_they_agreed(planted, manager, teammate, visiting):
    page = reverse("adjustment", args=[Adjustment.objects.get().uid])
    assert holds(visiting(planted).get(page).content) and holds(visiting(manager).get(page).content)
    assert visiting(teammate).get(page).status_code == 404


def test_of_a_document_there_is_no_history():
    assert not [model for model in sealed_models() if hasattr(model, "pgh_event_model")]


def test_a_new_leader_reads_what_was_agreed_and_the_old_one_does_not(planted, team, manager, visiting):
    team.manager = factories.MemberFactory(organisation=team.organisation, role="manager")
    team.save()
    page = reverse("adjustment", args=[Adjustment.objects.get().uid])
    assert holds(visiting(team.manager).get(page).content)
    assert visiting(manager).get(page).status_code == 404
