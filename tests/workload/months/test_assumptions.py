"""A record completed while its worker is away says what was assumed; the worker settles it once they are back."""

import io
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from peerload.notices.models import Notice
from tests.conftest import TODAY
from tests.shared import shared
from tests.workload.months.scene import OCTOBER, act, away, record
from workload.models import Assumption
from workload.months import actions, queries, rules
from workload.notices import RECORD_ASSUMED, RECORD_SETTLED

from .test_record_page import address, page, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

JULY, AUGUST, SEPTEMBER = date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)
ASSUMED = "The same people as in September, since no one wrote to me."


@pytest.mark.parametrize(
    ("kept", "asked"),
    [([], AUGUST), ([JULY], AUGUST), ([AUGUST], SEPTEMBER), ([AUGUST, SEPTEMBER], OCTOBER), ([SEPTEMBER], AUGUST)],
    ids=["the next", "its own is kept", "the next is kept", "two are kept", "a later one is kept"],
)
def test_the_first_record_still_open_asks_whether_it_holds(kept, asked):
    assert rules.settles(JULY, kept) == asked


def test_december_is_settled_in_january():
    assert rules.settles(date(2026, 12, 1), []) == date(2027, 1, 1)


@shared(dated=True)
def completed(mere, manager):
    """October, completed by the manager while the worker was away; the worker is back."""
    absence = away(mere)
    act(actions.complete, mere, manager, assumptions=ASSUMED)
    absence.delete()
    return mere


def test_no_record_is_completed_without_saying_what_was_assumed(signed_in, mere, manager):
    away(mere)
    answer = signed_in(manager).post(address(mere, "record_complete"), {"version": 0, "assumptions": " "})
    assert answer.status_code == 422
    assert "Write what you assumed, and why." in words(answer)
    with pytest.raises(actions.NeedsMore):
        act(actions.complete, mere, manager, assumptions=" ")
    assert not Assumption.objects.exists()


def test_it_stands_in_the_record_and_the_team_s_month_and_the_worker_is_asked(signed_in, completed, manager, team):
    client = signed_in(completed)
    assert Notice.objects.get(kind=RECORD_ASSUMED).recipient == completed
    assert ASSUMED in words(signed_in(manager).get(reverse("team_month"))).replace("&#x27;", "'")
    assert "has not said yet whether it holds" in page(signed_in(manager), completed)
    assert [each.text for each in queries.to_settle(completed)] == [ASSUMED]
    assert queries.asked_of(completed, TODAY) == ([], queries.to_settle(completed))
    client = signed_in(completed)
    settle = address(completed, "record_settle")
    for route in ("my_day", "my_records"):
        assert settle in client.get(reverse(route)).content.decode()
    november = page(client, completed, month="2026-11")
    assert "October 2026 was completed while the worker was away" in november
    assert ASSUMED in november


def test_what_holds_is_said_once_and_the_manager_learns_it(signed_in, completed, manager):
    client, settle = signed_in(completed), address(completed, "record_settle")
    assert "Say whether it holds." in words(client.post(settle, {"answer": ""}))
    said = words(client.post(settle, {"answer": "holds", "note": ""}, follow=True))
    assert "Your manager sees that it holds." in said
    assert "Mere Paki says on 12 November that it holds." in said
    assert Notice.objects.get(kind=RECORD_SETTLED).recipient == manager
    assert queries.to_settle(completed) == []
    assert queries.asked_of(completed, TODAY) == ([], [])
    client.post(settle, {"answer": "wrong", "note": "Something else"})
    found = Assumption.objects.get()
    assert (found.text, found.answer, found.answered_on) == (ASSUMED, "holds", TODAY)
    assert "was completed while" not in page(client, completed, month="2026-11")
    assert record(completed).status == "provisional"


def test_what_was_different_leads_to_the_entry_to_correct(signed_in, completed):
    client, settle = signed_in(completed), address(completed, "record_settle")
    assert "Write in a sentence what was different." in words(client.post(settle, {"answer": "wrong", "note": " "}))
    answer = client.post(settle, {"answer": "wrong", "note": "One person had moved on."})
    assert answer["Location"] == f"{reverse('points', args=[completed.uid])}?on=2026-10-31"
    assert record(completed).total == 93
    assert "One person had moved on." in page(client, completed)
    assert client.get(address(completed, "record_export", kind="pdf")).status_code == 200


def test_only_the_worker_settles_it_and_an_older_record_asks_nothing(signed_in, completed, manager, tom):
    assert signed_in(manager).get(address(completed, "record_settle")).status_code == 404
    assert signed_in(tom).get(address(completed, "record_settle")).status_code == 404
    with pytest.raises(actions.NotYourPartOfRecord):
        actions.settle(worker=completed, month=OCTOBER, by=manager, today=TODAY, answer="holds", note="")
    Assumption.objects.all().delete()
    assert signed_in(completed).get(address(completed, "record_settle")).status_code == 404
    assert "Assumed" not in page(signed_in(completed), completed)


# The manager's note -----------------------------------------------------------------------------------------------------


def test_a_manager_writes_a_note_on_any_record_and_the_worker_reads_it(signed_in, completed, manager):
    client = signed_in(manager)
    form = client.get(address(completed, "record_note"))
    assert "The service manager does not" in words(form)
    sent = {"version": record(completed).version, "manager_note": "Talk about the holidays."}
    assert "Your note is saved." in words(client.post(address(completed, "record_note"), sent, follow=True))
    assert record(completed).status == "provisional"
    read = page(signed_in(completed), completed)
    assert "Talk about the holidays." in read
    assert signed_in(completed).get(address(completed, "record_note")).status_code == 404
    with pytest.raises(actions.NotYourPartOfRecord):
        act(actions.write_note, completed, completed, note="Mine")
    act(actions.write_note, completed, manager, note="")
    assert record(completed).manager_note_by is None


# Files ------------------------------------------------------------------------------------------------------------------


def cells(answer, sheet: str) -> list[tuple]:
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    return list(book[sheet].iter_rows(values_only=True))


def test_the_files_of_a_record_hold_the_note_and_the_assumption_with_its_answer(signed_in, completed, manager):
    act(actions.write_note, completed, manager, note="Talk about the holidays.")
    signed_in(completed).post(address(completed, "record_settle"), {"answer": "wrong", "note": "One had moved on."})
    for reader in (completed, manager):
        client = signed_in(reader)
        said = dict(cells(client.get(address(completed, "record_export", kind="xlsx")), "month"))
        assert said["The manager’s note"] == "Talk about the holidays."
        [assumed] = [value for name, value in said.items() if name.startswith("Assumed about October 2026")]
        assert ASSUMED in assumed and "Something was different. One had moved on." in assumed
        csv = client.get(address(completed, "record_export", kind="csv")).content.decode()
        assert "Note,The manager’s note," in csv and "Talk about the holidays." in csv and ASSUMED in csv


@pytest.mark.parametrize("is_sent", [False, True])
def test_the_files_of_a_team_hold_what_was_assumed_and_never_the_note(
    signed_in, completed, manager, team, service_manager, is_sent
):
    act(actions.write_note, completed, manager, note="Talk about the holidays.")
    readers = [manager]
    if is_sent:
        actions.send(team=team, month=OCTOBER, by=manager, today=TODAY)
        readers.append(service_manager)
    signed_in(completed).post(address(completed, "record_settle"), {"answer": "holds", "note": ""})
    for reader in readers:
        for asked in ({"team": team.pk}, {} if reader == service_manager else {"team": team.pk}):
            answer = signed_in(reader).get(reverse("team_month_export", args=["xlsx"]), asked | {"month": "2026-10"})
            header, *rows = cells(answer, "workers")
            row = next(dict(zip(header, row, strict=True)) for row in rows if completed.name in row)
            assert (row["Assumed"], row["Does it hold"]) == (ASSUMED, "It holds")
            assert "Talk about the holidays." not in str([header, *rows])


def test_a_note_takes_back_no_agreement(mere, manager):
    act(actions.submit, mere, mere, agree=True)
    act(actions.write_note, mere, manager, note="Well done.")
    assert record(mere).agreements.count() == 1
