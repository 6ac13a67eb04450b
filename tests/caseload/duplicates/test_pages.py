"""Asked while typing, asked in a list, one record, two again: what is shown to whom, and what is not."""

import re

import pytest
from django.db import transaction
from django.urls import reverse

from caseload.duplicates.actions.merging import merge
from caseload.models import Client, Merge
from peerload.audit.models import Entry
from tests import factories
from tests.caseload.duplicates.conftest import PHONE
from tests.conftest import TODAY
from tests.shared import shared

ADD = "/people/add/"
LIST = "/people/entered-twice/"


@shared(dated=True)
def typed(team):
    return {
        "name": "Tāne Rāwiri",
        "phone": PHONE,
        "contact_preference": "ok",
        "team": team.pk,
        "contact_how": "Text first",
    }


@pytest.fixture
def pair(enter, team, other_team):
    """Two records of two teams, noticed on 10 November."""
    return factories.PossibleDuplicateFactory(older=enter(team), newer=enter(other_team))


def html(response) -> str:
    return response.content.decode()


def at(pair):
    return reverse("possible_duplicate", args=[pair.uid])


# Asked while typing --------------------------------------------------------------------------------------------------


def test_adding_a_person_asks_whether_it_is_one_of_theirs(signed_in, manager, enter, worker, typed):
    known = enter(worker=worker)

    answer = signed_in(manager).post(ADD, typed)

    page = html(answer)
    assert answer.status_code == 422 and Client.objects.count() == 1
    assert (
        "Is it this person?" in page and f"{known.ref}, Harbourside; medium with Mere Paki; phone ends in 142" in page
    )
    assert "Add a new record all the same" in page and "Text first" in page
    assert Entry.objects.get(what="listed", subject="alike").counts == {"people": 1}

    assert signed_in(manager).post(ADD, typed | {"anyway": "yes"}).status_code == 302
    assert Client.objects.count() == 2


def test_a_worker_who_changes_a_phone_is_asked_about_those_they_see(signed_in, enter, worker, teammate, typed):
    person, known = enter(worker=worker, phone=""), enter(worker=worker, name="Tāne Rāwirri")
    enter(worker=teammate)
    url, words = reverse("person_edit", args=[person.uid]), typed | {"version": person.version}

    answer = signed_in(worker).post(url, words)

    assert answer.status_code == 422
    assert [each.person for each in answer.context["alike"]] == [known]
    assert "Save all the same" in html(answer)
    assert signed_in(worker).post(url, words | {"anyway": "yes"}).status_code == 302
    person.refresh_from_db()
    assert person.phone == PHONE
    assert signed_in(worker).post(url, words | {"version": person.version, "contact_how": "Text"}).status_code == 302


def test_adding_a_person_tells_nothing_of_another_teams_records(signed_in, manager, enter, other_team, typed):
    """Every byte is the same whether there is such a record or not; else names could be tried out."""

    def answers():
        mine, sid = signed_in(manager), transaction.savepoint()
        pages = [
            mine.post(ADD, typed | {"name": ""}),
            mine.get("/people/?q=rawiri"),
            mine.post(ADD, typed, follow=True),
            mine.get(LIST),
        ]
        transaction.savepoint_rollback(sid)
        return [(page.status_code, without_what_is_random(page.content)) for page in pages]

    before = answers()

    enter(other_team)

    assert answers() == before


def without_what_is_random(page: bytes) -> bytes:
    tokens = rb'name="csrfmiddlewaretoken" value="\w+"'
    return re.sub(tokens + rb"|[0-9a-f]{8}-[0-9a-f-]{27}|P\d{4}", b"", page)


# The list and the pair ------------------------------------------------------------------------------------------------


def test_who_leads_the_older_records_team_reads_a_team_a_leader_and_a_day(signed_in, manager, other_manager, pair):
    Client.objects.filter(pk=pair.newer_id).update(name="Tane Rawiri-of-Northcote")

    page = html(signed_in(manager).get(LIST))

    across = "a person with the same phone and the same or nearly the same name is in Northcote"
    assert f"{across}, led by Lena Okafor; noticed on 10 November" in page
    for shown in (page, html(signed_in(manager).get(at(pair)))):
        assert pair.newer.ref not in shown and "Rawiri-of-Northcote" not in shown
        assert str(pair.newer.uid) not in shown
    assert "No possible duplicates" in html(signed_in(other_manager).get(LIST))
    assert signed_in(other_manager).get(at(pair)).status_code == 404


def test_both_teams_say_so_and_then_either_makes_it_one_record(signed_in, manager, other_manager, pair):
    assert signed_in(manager).post(at(pair), {"answer": "same"}).status_code == 302
    asked = html(signed_in(other_manager).get(at(pair)))
    assert pair.older.ref not in asked and "Harbourside" in asked

    signed_in(other_manager).post(at(pair), {"answer": "same"})
    shown = html(signed_in(other_manager).get(at(pair)))
    assert pair.older.ref in shown and pair.newer.ref in shown
    assert Entry.objects.filter(what="opened", member=other_manager, subject=str(pair.older.uid)).count() == 1

    answer = signed_in(other_manager).post(
        at(pair), {"answer": f"{pair.newer.uid} ", "reason": "Told us", "versions": "1 1"}, follow=True
    )
    assert "You can undo this." in html(answer)
    assert Merge.objects.get().kept == pair.newer
    assert signed_in(other_manager).get(at(pair)).status_code == 404


def test_only_records_that_lose_nobody_are_offered_to_stay(signed_in, manager, enter, team, worker, teammate):
    pair = factories.PossibleDuplicateFactory(older=enter(team), newer=enter(worker=worker))
    labels = [label for _, label in signed_in(manager).get(at(pair)).context["form"].fields["answer"].choices]
    assert labels == [
        f"One person: keep record {pair.newer.ref} (worker: Mere Paki)",
        "These are two people: do not ask again",
    ]

    both = factories.PossibleDuplicateFactory(older=enter(worker=worker), newer=enter(worker=teammate))
    labels = [label for _, label in signed_in(manager).get(at(both)).context["form"].fields["answer"].choices]
    assert labels[0] == (
        f"One person: keep record {both.older.ref} (worker: Mere Paki); support by Tom Lealaiauloto ends today"
    )


def keep(pair, **more):
    """What the form sends to keep the older record, as it was read."""
    return {"answer": f"{pair.older.uid} ", "reason": "Told us", "versions": "1 1"} | more


def test_a_refusal_keeps_the_words(signed_in, manager, enter, team):
    pair = factories.PossibleDuplicateFactory(older=enter(team), newer=enter(team))

    answer = signed_in(manager).post(at(pair), keep(pair, versions="1 2"))

    assert answer.status_code == 422
    assert "Read both again" in html(answer) and "Told us" in html(answer) and 'value="1 1"' in html(answer)


def test_where_both_say_how_to_contact_them_nothing_is_saved_until_somebody_has_chosen(signed_in, manager, enter, team):
    says = {"older": "Text first.", "newer": "Never ring: partner listens."}
    pair = factories.PossibleDuplicateFactory(**{side: enter(team, contact_how=how) for side, how in says.items()})
    mine = signed_in(manager)
    page = html(mine.get(at(pair)))
    assert all(page.count(how) >= 2 for how in says.values()) and f"Both: {says['older']} {says['newer']}" in page

    answer = mine.post(at(pair), keep(pair))
    assert answer.status_code == 422 and "Read both, then choose which is right." in html(answer)
    assert not Merge.objects.exists()

    kept = html(mine.post(at(pair), keep(pair, contact_how="both"), follow=True))
    assert f"{says['older']} {says['newer']}" in kept and "Nothing agreed yet" not in kept


def test_a_consent_withdrawn_because_the_other_record_says_so_is_told(signed_in, manager, enter, team):
    pair = factories.PossibleDuplicateFactory(older=enter(team), newer=enter(team))
    factories.ConsentFactory(client=pair.older)
    factories.ConsentFactory(client=pair.newer, withdrawn=True)

    page = html(signed_in(manager).post(at(pair), keep(pair), follow=True))

    assert "You can undo this. 1 consent is withdrawn, because the other record says so." in page


def test_two_people_need_no_choice_between_what_is_said_of_them(signed_in, manager, enter, team):
    pair = factories.PossibleDuplicateFactory(
        older=enter(team, contact_how="Text."), newer=enter(team, contact_how="Call.")
    )
    assert signed_in(manager).post(at(pair), {"answer": "two"}).status_code == 302


@pytest.mark.parametrize("count", [1, 6])
def test_the_number_of_queries_does_not_grow_with_pairs(
    signed_in, manager, enter, team, other_team, count, django_assert_max_num_queries
):
    for _ in range(count):
        factories.PossibleDuplicateFactory(older=enter(team), newer=enter(other_team))
        factories.PossibleDuplicateFactory(older=enter(team), newer=enter(team))
    mine = signed_in(manager)
    mine.get(LIST)
    with django_assert_max_num_queries(9):
        mine.get(LIST)


# One record since -----------------------------------------------------------------------------------------------------


@pytest.fixture
def merged(pair, manager):
    return merge(kept_id=pair.older_id, absorbed_id=pair.newer_id, by=manager, today=TODAY, reason="She told us")


def test_the_other_record_leads_to_the_one_that_goes_on(signed_in, manager, merged, other_team):
    Client.objects.filter(pk=merged.absorbed_id).update(team=merged.kept.team)
    absorbed, mine = merged.absorbed, signed_in(manager)

    page = html(mine.get(absorbed.get_absolute_url(), follow=True))

    assert f"{absorbed.ref} was entered twice. This is the record in use." in page
    assert "Two records became one" in page and "She told us" in page and "They are two people after all" in page
    assert mine.get(reverse("contact_log", args=[absorbed.uid])).status_code == 404
    assert absorbed.ref not in [row.ref for row in mine.get("/people/?support=inactive").context["table"].data]


def test_who_may_not_see_the_record_that_goes_on_still_reads_their_own(signed_in, other_manager, merged):
    page = signed_in(other_manager).get(merged.absorbed.get_absolute_url())

    assert page.status_code == 200
    assert "was entered twice" in html(page) and merged.kept.ref not in html(page)


@pytest.mark.parametrize("whose", ["kept", "absorbed"])
def test_it_is_undone_from_either_side(signed_in, manager, other_manager, merged, whose):
    who = signed_in(manager if whose == "kept" else other_manager)
    url = reverse("two_people", args=[getattr(merged, whose).uid])
    assert "They are two people after all" in html(who.get(url))

    shown = {"merge": Merge.objects.get().pk}
    assert "Undo" in html(who.get(url)) and who.post(url).status_code == 302 and not Merge.objects.get().undone_on
    answer = who.post(url, shown, follow=True)

    assert "are two records again" in html(answer)
    assert Merge.objects.get().undone_on == TODAY
    assert "These are two records already" in html(who.post(url, shown, follow=True))
