"""A sentence planted in every private field stands in no table in clear, and on no page, sheet, mail or log but the author's."""

import io
import logging
import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session as SignIn
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from caseload.actions import sweep
from peerload.logs import JsonFormatter
from peerload.notices.actions import drain, write_digests
from tests import factories
from tests.test_access import LIBRARY, ROUTES
from wellbeing.enums import DocumentKind
from wellbeing.models import Adjustment, PrivateDocument, Session, SessionNote
from wellbeing.private import actions, rules
from wellbeing.sealing import seal, sealed_models, unseal

PLANTED = "The heron knew before I did"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
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
def planted(worker, manager, today, visiting, monkeypatch):
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
    refused(author), broken(author, monkeypatch), too_late(worker)
    return worker


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


def tables() -> dict[str, str]:
    """Return every table as a dump holds it; sessions besides as anybody can read them, who need only unpack them."""
    found = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            out = io.StringIO()
            cursor.copy_expert(f'COPY "{name}" TO STDOUT', out)
            found[name] = out.getvalue()
    found["django_session"] += "".join(str(sign_in.get_decoded()) for sign_in in SignIn.objects.all())
    return found


def holds(text: str | bytes) -> bool:
    raw = text.encode() if isinstance(text, str) else text
    return PLANTED.encode() in raw or PLANTED.encode().hex().encode() in raw


def test_it_is_planted_in_every_sealed_field_there_is(planted):
    for model in sealed_models():
        rows = list(model.objects.all())
        assert rows, f"nothing is planted in {model.__name__}"
        assert all(PLANTED in unseal(row.sealed, owner=row.sealed_for) for row in rows)


def test_no_table_holds_it_in_clear(planted):
    assert [name for name, dump in tables().items() if holds(dump)] == []


def test_no_mail_and_no_log_holds_it(planted, organisation, log, visiting, monkeypatch, today):
    broken(visiting(planted), monkeypatch)
    sweep(organisation, today)
    assert write_digests(organisation, MORNING)
    with time_machine.travel(MORNING + timedelta(hours=1), tick=False):
        drain()
    assert "ZeroDivisionError" in log.getvalue()
    assert not holds(log.getvalue())
    assert not any(holds(str(message.message())) for message in mail.outbox)
    assert [name for name, dump in tables().items() if holds(dump)] == []


def test_no_sheet_holds_it(planted, organisation, tmp_path):
    call_command("export_service", str(tmp_path / "sheets"))
    found = list((tmp_path / "sheets").rglob("*.csv"))
    assert found and not any(holds(path.read_bytes()) for path in found)


def addresses(worker):
    """Yield every page without an object, what is about the worker, and what is theirs."""
    about = {"worker": {"uid": worker.uid}, "member": {"uid": worker.uid}, "": {}}
    for name, route in ROUTES.items():
        if name not in LIBRARY and route.of in about and not route.public and route.name == "uid":
            yield reverse(name, kwargs=about[route.of] | route.also)
    uids = [uuid.uuid4(), *PrivateDocument.objects.values_list("uid", flat=True)]
    yield from (reverse(name, args=[uid]) for name in ("mine_document", "mine_edit", "shared") for uid in uids)


@pytest.mark.parametrize("who", ["manager", "teammate", "other_manager", "service_manager", "admin"])
def test_nobody_elses_page_shows_it(planted, who, request, visiting):
    client, showing = visiting(request.getfixturevalue(who)), []
    for url in addresses(planted):
        answer = client.get(url)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        showing += [url] if holds(body) else []
    assert not showing


def test_whoever_it_is_shared_with_reads_the_plan_alone_and_only_while_it_is_shared(planted, manager, today, visiting):
    actions.share(author=planted, reader=manager, today=today)
    reader, showing = visiting(manager), []
    for url in addresses(planted):
        showing += [url] if holds(reader.get(url).getvalue()) else []
    plan = PrivateDocument.objects.get(kind="wellness_plan")
    assert showing == [reverse("shared", args=[plan.uid])]

    actions.take_back(author=planted)
    assert reader.get(showing[0]).status_code == 404


def test_the_author_reads_it(planted, visiting):
    author = visiting(planted)
    for document in PrivateDocument.objects.all():
        assert holds(author.get(reverse("mine_document", args=[document.uid])).content)


def test_the_worker_and_whoever_leads_them_read_what_they_agreed(planted, manager, teammate, visiting):
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
