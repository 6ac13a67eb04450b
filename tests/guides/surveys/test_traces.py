"""
Nothing that is kept leads from a member to their answers: tried on the schema, on rows and transactions, on two backups of
different days, on the log and on the session (docs/decisions/0066-surveys-that-cannot-be-traced.md).
"""

import io
import logging
import re
from datetime import timedelta

import pytest
import time_machine
from django.apps import apps
from django.contrib.sessions.models import Session as SignIn
from django.db import connection, models
from django.test import Client
from django.urls import reverse

from peerload.core.logs import JsonFormatter
from peerload.core.sealing import unseal
from peerload.guides.surveys import actions, queries
from peerload.guides.surveys.models import SurveyBox, SurveyResult
from peerload.staff.models import Member, SavedForm
from tests import factories
from tests.conftest import TODAY
from tests.test_access import BACKEND
from tests.wellbeing.private import thief
from tests.wellbeing.private.test_planted_sentence import MORNING

from .test_rounds import words

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


def opened(organisation, team, admin):
    members = [factories.MemberFactory(organisation=organisation, in_team=team) for _ in range(6)]
    found = actions.open_round(
        code="recovery_workplace",
        organisation=organisation,
        team=None,
        opens_on=TODAY,
        closes_on=TODAY + 14 * DAY,
        by=admin,
        today=TODAY,
    )
    return found, members


def send(found, member, code="agree", **how):
    client = Client(**how)
    client.force_login(member.user, backend=BACKEND)
    client.get(reverse("surveys"))
    return client, lambda: client.post(reverse("survey", args=[found.uid]), words(found, code))


# The schema -----------------------------------------------------------------------------------------------------------

ALLOWED = {
    "SurveyRound": {"id", "uid", "organisation", "edition", "team", "opens_on", "closes_on", "opened_by", "asked"}
    | {"closed_on", "answered"},
    "SurveyAsked": {"id", "round", "member", "team"},  # of everyone who is asked alike
    "SurveyBox": {"id", "round", "sealed"},
    "SurveyResult": {"id", "round", "team", "answered", "counts"},
}


def test_no_table_has_a_row_of_one_answer_and_no_column_leads_from_counts_to_a_member():
    found = {model.__name__: model for model in apps.get_app_config("surveys").get_models()}
    assert set(found) - {"SurveyRoundEvent"} == set(ALLOWED)
    for name, allowed in ALLOWED.items():
        assert {field.name for field in found[name]._meta.local_fields} == allowed
    for name in ("SurveyBox", "SurveyResult"):  # nor a day or an hour, a history, or a row that names these
        fields = found[name]._meta.get_fields()
        assert not any(isinstance(field, models.DateField | models.TimeField) for field in fields)
        assert not any(field.is_relation and field.related_model is Member for field in fields)
        assert not hasattr(found[name], "pgh_event_model") and not found[name]._meta.related_objects
    assert SurveyBox._meta.get_field("round").one_to_one  # one row, however many answer


def test_a_row_about_who_is_asked_never_changes(organisation, team, admin, today):
    found, members = opened(organisation, team, admin)
    before = rows_of("surveys_surveyasked"), rows_of("surveys_surveyround")
    for member in members:
        send(found, member)[1]()
    assert len(queries.box_of(found).answered) == 6
    assert (rows_of("surveys_surveyasked"), rows_of("surveys_surveyround")) == before  # not even ctid and xmin


def rows_of(table: str) -> list[tuple]:
    """Every row, with its place in the file and the transaction that wrote it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ctid::text, xmin::text, t::text FROM {table} AS t ORDER BY 1")
        return cursor.fetchall()


# Transactions and backups ---------------------------------------------------------------------------------------------


def lines_of(dump: bytes) -> dict[str, list[str]]:
    """Return the rows of a dump by table."""
    copied = re.findall(r"^COPY public\.(\w+) .*?;\n(.*?)^\\\.$", dump.decode(), re.MULTILINE | re.DOTALL)
    return {table: rows.splitlines() for table, rows in copied}


def changed(one: dict[str, list[str]], other: dict[str, list[str]]) -> set[str]:
    return {table for table in one.keys() | other.keys() if one.get(table) != other.get(table)}


def tables_written_by(xmin: str) -> set[str]:
    """Return the tables with a row that this transaction wrote, of all there are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        tables = [name for (name,) in cursor.fetchall()]
        found = set()
        for table in tables:
            cursor.execute(f"SELECT EXISTS (SELECT FROM {table} WHERE xmin::text = %s)", [xmin])
            found |= {table} if cursor.fetchone()[0] else set()
    return found


@pytest.mark.django_db(transaction=True)
def test_backups_of_different_days_and_transactions_lead_to_no_one(organisation, team, admin, today):
    """Between two backups one member answers; what differs is one sealed value as long as before, and tells nothing."""
    found, members = opened(organisation, team, admin)
    forms = [send(found, member, code) for member, code in zip(members, ["agree", "disagree"] * 3, strict=True)]
    backups, written = [lines_of(thief.dump())], []
    for _, post in forms:
        assert post().status_code == 302
        backups.append(lines_of(thief.dump()))
        written.append(tables_written_by(rows_of("surveys_surveybox")[0][1]))

    assert {frozenset(changed(*pair)) for pair in zip(backups, backups[1:], strict=False)} == {
        frozenset({"surveys_surveybox"})
    }
    assert all(tables == {"surveys_surveybox"} for tables in written)
    boxes = [backup["surveys_surveybox"] for backup in backups]
    assert {len(box) for box in boxes} == {1}  # one row, whether no one has answered or all
    assert len({len(box[0]) for box in boxes}) == 1  # and of one length
    assert all(shared_letters(one[0], other[0]) < 40 for one, other in zip(boxes, boxes[1:], strict=False))

    box = SurveyBox.objects.get()
    text = unseal(box.sealed, owner=found.uid)
    actions.close(found=found, by=None, today=TODAY + 15 * DAY)
    after = lines_of(thief.dump())
    assert after["surveys_surveybox"] == []
    assert "agree" not in text  # counts alone: even within the box no answer stands beside another of the same person
    result = SurveyResult.objects.get(team=None)
    assert set(map(tuple, result.counts.values())) == {(0, 3, 0, 3, 0)}
    assert not SavedForm.objects.filter(path__startswith="/surveys/").exists()


def shared_letters(one: str, other: str) -> int:
    """Return how many letters two sealed values have in common from the start: their number, and the token's version."""
    return next((place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b), len(one))


# The log, the session, the mail ---------------------------------------------------------------------------------------


@pytest.fixture
def log():
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonFormatter())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield out
    root.removeHandler(handler)
    root.setLevel(level)


def test_no_log_line_says_what_was_answered_not_even_of_a_fault(organisation, team, admin, today, log, monkeypatch):
    found, members = opened(organisation, team, admin)
    client, post = send(found, members[0], "strongly_disagree", raise_request_exception=False)
    with monkeypatch.context() as patch:
        patch.setattr(actions, "seal", lambda text, owner: 1 / 0)
        assert post().status_code == 500
    url = reverse("survey", args=[found.uid])
    incomplete = dict(list(words(found, "strongly_disagree").items())[1:])
    assert client.post(url, incomplete).status_code == 422
    assert post().status_code == 302
    assert "ZeroDivisionError" in log.getvalue()
    assert "strongly_disagree" not in log.getvalue() and "s_hope" not in log.getvalue()


def test_answers_that_come_after_the_sign_in_has_ended_stay_on_the_page_alone(organisation, team, admin, today):
    """Other forms wait in the session for who wrote them; a session with answers in it would lead to them."""
    found, members = opened(organisation, team, admin)
    client = Client()
    with time_machine.travel(MORNING, tick=False) as traveller:
        client.force_login(members[0].user, backend=BACKEND)
        client.get(reverse("surveys"))
        traveller.shift(timedelta(minutes=40))
        late = client.post(reverse("survey", args=[found.uid]), words(found, "strongly_disagree"))
    assert late.status_code == 401
    assert late.content.decode().count("strongly_disagree") == 11  # to be sent again from this page
    assert not any("kept" in sign_in.get_decoded() for sign_in in SignIn.objects.all())
    assert not queries.box_of(found).answered
