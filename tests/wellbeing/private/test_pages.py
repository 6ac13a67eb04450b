"""The pages of what is private: who can read them, what a refusal keeps, and what they never say."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from peerload.audit.models import Entry
from tests import factories
from tests.conftest import TODAY
from wellbeing.models import Adjustment, PrivateDocument
from wellbeing.private import actions, queries
from wellbeing.private.views.base import ONLY_YOU, THE_TWO, YOURS_AND_THEIRS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
NOTE = {"words": "Te reo on Tuesdays", "on": "2026-11-12", "version": 0}


def words(answer) -> str:
    return " ".join(re.sub("<[^>]+>", " ", answer.content.decode().split("<main", 1)[1]).split())


def read(client, url) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    return words(answer)


def test_each_page_says_first_who_can_read_it(signed_in, worker, manager, begin, propose):
    plan, agreement = begin(worker), propose(worker, by=worker)
    client = signed_in(worker)
    own = [reverse("mine"), *(reverse(name, args=[plan.uid]) for name in ("mine_document", "mine_edit"))]
    for url in [*own, *(reverse("mine_add", args=[kind]) for kind in ("learning", "exercise", "debrief", "check_in"))]:
        assert str(ONLY_YOU) in read(client, url), url
    for url in (reverse("my_adjustments"), reverse("my_adjustment_add"), reverse("adjustment", args=[agreement.uid])):
        assert str(YOURS_AND_THEIRS) in read(client, url), url
    client = signed_in(manager)
    assert "Each worker can read their own" in read(client, reverse("team_adjustments"))
    assert str(THE_TWO).format("Mere Paki") in read(client, reverse("adjustment", args=[agreement.uid]))


def test_what_is_written_is_read_again_changed_and_deleted(signed_in, worker):
    client = signed_in(worker)
    page = client.post(reverse("mine_add", args=["learning"]), NOTE).url
    assert "Te reo on Tuesdays" in read(client, page)

    client.post(f"{page}edit/", NOTE | {"words": "Te reo on Fridays", "version": 1})
    assert "Te reo on Fridays" in read(client, page)

    assert "no one can bring it back" in read(client, f"{page}delete/")
    client.post(f"{page}delete/")
    assert client.get(page).status_code == 404


def test_an_older_window_shows_both_and_saves_on_the_second_press(signed_in, worker):
    client = signed_in(worker)
    page = client.post(reverse("mine_add", args=["learning"]), NOTE).url
    client.post(f"{page}edit/", NOTE | {"words": "From here", "version": 1})

    answer = client.post(f"{page}edit/", NOTE | {"words": "From there", "version": 1})
    assert answer.status_code == 409
    assert "From here" in words(answer) and "From there" in words(answer)
    again = answer.context["form"]
    client.post(f"{page}edit/", {**NOTE, "words": "From there", "version": again["version"].value()})
    assert "From there" in read(client, page)


def test_a_refused_form_keeps_what_was_typed(signed_in, worker):
    answer = signed_in(worker).post(reverse("mine_add", args=["debrief"]), {"happened": "It was hard", "version": 0})
    assert answer.status_code == 422
    assert "It was hard" in words(answer)


def test_a_second_plan_begun_in_another_window_is_not_lost(signed_in, worker, begin):
    client = signed_in(worker)
    begin(worker, "A walk at noon.")
    answer = client.post(reverse("mine_add", args=["wellness_plan"]), {"signs": "I stop laughing", "version": 0})
    assert answer.status_code == 409
    assert "A walk at noon." in words(answer) and "I stop laughing" in words(answer)


def test_a_plan_that_is_begun_is_shown_instead_of_an_empty_one(signed_in, worker, begin):
    plan = begin(worker)
    answer = signed_in(worker).get(reverse("mine_add", args=["wellness_plan"]))
    assert answer.url == reverse("mine_document", args=[plan.uid])


def test_a_kind_nobody_knows_is_not_there(signed_in, worker):
    assert signed_in(worker).get(reverse("mine_add", args=["diary"])).status_code == 404


def test_what_no_key_opens_says_so_and_is_not_written_over(signed_in, worker, settings):
    client = signed_in(worker)
    page = client.post(reverse("mine_add", args=["learning"]), NOTE).url
    keys, settings.PRIVATE_KEYS = settings.PRIVATE_KEYS, ["another-key-" * 4]
    assert "because its key is missing" in read(client, page)
    assert client.post(f"{page}edit/", NOTE | {"version": 1}).status_code == 302

    settings.PRIVATE_KEYS = keys
    assert "Te reo on Tuesdays" in read(client, page)


def test_the_debrief_after_a_contact_holds_nothing_about_whom(signed_in, worker):
    person = factories.ClientFactory(supported_by=worker, name="Tāne Rāwiri")
    client = signed_in(worker)
    answer = {"answer": "other", "submission_id": "7f3f8b5e-9d0c-4c5e-8f57-0a8a3e1a9b11"}
    client.post(
        reverse("contact_log", args=[person.uid]), {"reached": "yes", "outcome": "other", "on": TODAY, **answer}
    )
    page = client.get(reverse("my_day"))
    assert f'href="{reverse("mine_add", args=["debrief"])}"' in page.content.decode()

    debrief = client.get(reverse("mine_add", args=["debrief"])).content.decode()
    assert "Tāne" not in debrief and str(person.uid) not in debrief
    assert "Arrange a debrief" in debrief


# Sharing ---------------------------------------------------------------------------------------------------------------


def test_a_plan_is_shared_read_and_taken_back(signed_in, worker, manager, begin):
    plan = begin(worker, "A walk at noon.")
    client = signed_in(worker)
    assert "Ana Whitford" in read(client, reverse("mine_share"))
    client.post(reverse("mine_share"), {"reader": manager.uid})

    client, page = signed_in(manager), reverse("shared", args=[plan.uid])
    assert "Mere Paki" in read(client, reverse("team_adjustments"))
    assert "A walk at noon." in read(client, page)
    entry = Entry.objects.get(what="read_shared")
    assert (entry.member, entry.subject, entry.counts) == (manager, str(plan.uid), {})

    client = signed_in(worker)
    text = read(client, reverse("mine_document", args=[plan.uid]))
    assert "Read by Ana Whitford on" in text and "You and Ana Whitford can read this" in text
    client.post(reverse("mine_take_back"))
    assert signed_in(manager).get(page).status_code == 404


def test_nobody_else_can_be_chosen(signed_in, worker, begin, other_manager, teammate):
    begin(worker)
    for other in (other_manager, teammate, worker):
        answer = signed_in(worker).post(reverse("mine_share"), {"reader": other.uid})
        assert answer.status_code == 422
    assert not PrivateDocument.objects.exclude(shared_with=None).exists()


def test_still_as_it_is_holds_for_six_months_more(signed_in, worker, begin, on):
    plan = begin(worker)
    on(date(2027, 5, 12))
    client = signed_in(worker)
    assert "six months old" in read(client, reverse("mine"))
    client.post(reverse("mine_same"))
    assert "on 12 November 2027" in read(client, reverse("mine"))
    plan.refresh_from_db()
    assert plan.version == 1


# Agreed between two ----------------------------------------------------------------------------------------------------


def test_what_a_leader_writes_the_worker_agrees_to(signed_in, worker, manager):
    client = signed_in(manager)
    fields = {"worker": worker.uid, "text": "Starts at ten", "starts_on": "2026-11-16", "version": 0}
    page = client.post(reverse("team_adjustment_add"), fields).url
    assert "has not agreed yet" in read(client, page)

    client = signed_in(worker)
    assert "waits for you" in read(client, reverse("my_adjustments"))
    client.post(f"{page}agree/", {"version": 1})
    assert "What is agreed" in read(client, page)
    assert "agreed by both" in read(signed_in(manager), reverse("team_adjustments"))


def test_a_leader_writes_only_about_those_they_lead(signed_in, worker, manager, stranger):
    fields = {"worker": stranger.uid, "text": "Starts at ten", "starts_on": "2026-11-16", "version": 0}
    assert signed_in(manager).post(reverse("team_adjustment_add"), fields).status_code == 422
    assert not Adjustment.objects.exists()


def test_a_leader_of_nobody_is_told_so(signed_in, manager, team):
    answer = signed_in(manager).get(reverse("team_adjustment_add"), follow=True)
    assert "No one works in your teams now" in words(answer)


@pytest.mark.parametrize("data", [{"version": 1}, {}, {"version": "x"}])
def test_agreeing_to_what_has_changed_asks_to_read_it_again(signed_in, worker, manager, propose, data):
    first = propose(worker, by=worker)
    propose(worker, by=worker, text="Starts at noon", uid=first.uid, version=1)

    client = signed_in(manager)
    page = client.post(reverse("adjustment_agree", args=[first.uid]), data, follow=True)
    assert "Read it again first" in words(page)
    assert not Adjustment.objects.get().is_agreed


def test_a_change_over_a_newer_one_shows_both(signed_in, worker, manager, propose):
    first = propose(worker, by=worker, text="At ten")
    propose(worker, by=manager, text="At eleven", uid=first.uid, version=1)
    fields = {"text": "At noon", "starts_on": TODAY, "version": 1}
    answer = signed_in(worker).post(reverse("adjustment_edit", args=[first.uid]), fields)
    assert answer.status_code == 409
    assert "At eleven" in words(answer) and "At noon" in words(answer)


def test_the_steps_of_a_way_back_stand_beside(signed_in, worker, manager, propose):
    absence = factories.AbsenceFactory(worker=worker, starts_on=date(2026, 9, 1), ends_before=date(2026, 11, 16))
    worker.posts.update(ends_before=date(2026, 11, 16))
    for starts_on, ends_before, fte in [
        (date(2026, 11, 16), date(2026, 12, 14), "0.5"),
        (date(2026, 12, 14), None, "1"),
    ]:
        factories.PostFactory(
            worker=worker,
            team=worker.home_team,
            starts_on=starts_on,
            ends_before=ends_before,
            fte=fte,
            phased_return=absence,
        )
    text = read(signed_in(manager), reverse("adjustment", args=[propose(worker, by=worker).uid]))
    assert "From 16 November 2026: 0.5 of full time" in text
    assert "From 14 December 2026: the full post again" in text


def test_ending_it_keeps_what_was_agreed(signed_in, worker, manager, propose):
    first = propose(worker, by=worker)
    actions.agree(worker=worker, uid=first.uid, by=manager, version=1, today=TODAY)
    client = signed_in(worker)
    client.post(reverse("adjustment_end", args=[first.uid]), {"version": 1})
    assert "ended on 12 November 2026" in read(client, reverse("my_adjustments"))
    assert client.get(reverse("adjustment_edit", args=[first.uid])).status_code == 302


def test_more_rows_cost_no_more_queries(signed_in, worker, teammate, manager, propose, begin):
    def counted(client, url) -> int:
        with CaptureQueriesContext(connection) as found:
            read(client, url)
        return len(found)

    def more(author):
        factories.PrivateDocumentFactory(author=author)
        actions.share(author=begin(author) and author, reader=manager, today=TODAY)
        propose(author, by=author)

    more(worker)
    pages = [(worker, reverse("mine")), (worker, reverse("my_adjustments")), (manager, reverse("team_adjustments"))]
    before = [(counted(signed_in(who), url), counted(signed_in(who), url))[1] for who, url in pages]
    more(teammate)
    for _ in range(3):
        factories.PrivateDocumentFactory(author=worker)
        propose(worker, by=worker)
    assert [counted(signed_in(who), url) for who, url in pages] == before


def test_a_reading_is_shown_once_a_day(worker, manager, begin):
    plan = begin(worker)
    for hours in (0, 1, 24):
        at = f"2026-11-{12 if hours < 24 else 13}T0{hours % 24}:00+13:00"
        Entry.objects.create(what="read_shared", subject=str(plan.uid), member=manager, at=at)
    assert [reading.on for reading in queries.readings(plan)] == [TODAY + timedelta(days=1), TODAY]


def test_another_reader_of_what_is_agreed_about_a_workers_work_is_written_down(worker, manager, propose, signed_in):
    agreed = propose(worker, by=worker)
    pages = [reverse(name, args=[agreed.uid]) for name in ("adjustment", "adjustment_edit")]
    for page in pages:
        signed_in(worker).get(page)
    signed_in(manager).get(reverse("team_adjustments"))
    assert not Entry.objects.filter(what="read_shared").exists()

    for page in pages:
        assert signed_in(manager).get(page).status_code == 200

    entries = Entry.objects.filter(what="read_shared").values_list("member", "subject")
    assert list(entries) == [(manager.pk, str(agreed.uid))] * 2
