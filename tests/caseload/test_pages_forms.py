"""One plain form each: who may, what it changes, and that a refusal keeps what was typed."""

from datetime import date

import pytest
from django.urls import reverse

from caseload.models import Allocation, Client, TierPeriod
from peerload.home.sweep import sweep
from tests.factories import ClientFactory, ContactFactory, FamilyFactory, TierPeriodFactory, refresh_derived
from tests.forms import carried
from tests.shared import shared

TODAY = date(2026, 11, 12)


@shared(dated=True)
def person(worker, today):
    return ClientFactory(name="Tāne Rāwiri", supported_by=worker)


def at(route, person):
    return reverse(route, args=[person.uid])


def held(person):
    return Allocation.objects.get(client=person, ends_before=None)


def tier(person):
    return TierPeriod.objects.get(client=person, ends_before=None)


# Support -----------------------------------------------------------------------------------------------------------


def test_support_is_changed_from_a_day_on(signed_in, worker, person):
    html = (
        signed_in(worker)
        .post(at("change_tier", person), {"tier": "high", "on": "2026-11-10", "reason": "Moving house"}, follow=True)
        .content.decode()
    )
    assert (tier(person).tier, tier(person).starts_on) == ("high", date(2026, 11, 10))
    assert "Tāne Rāwiri has high support from 10 November 2026 on." in html


def test_the_same_support_is_refused_and_the_words_stay(signed_in, worker, person):
    html = (
        signed_in(worker)
        .post(at("change_tier", person), {"tier": "medium", "on": "2026-11-10", "reason": "Moving house"})
        .content.decode()
    )
    assert "already" in html and "Moving house" in html


def test_keeping_in_touch_asks_whether_it_was_talked_about(signed_in, worker, person):
    mine = signed_in(worker)
    html = mine.post(at("keep_in_touch", person), {"on": "2026-11-12"}).content.decode()
    assert "Say whether it was talked about together." in html
    mine.post(at("keep_in_touch", person), {"on": "2026-11-12", "talked": "no"})
    assert (tier(person).tier, tier(person).talked) == ("parked", False)


def test_keeping_in_touch_cannot_begin_ahead(signed_in, worker, person):
    html = signed_in(worker).post(at("keep_in_touch", person), {"on": "2026-11-13", "talked": "yes"}).content.decode()
    assert "13 November 2026 has not come yet." in html


def test_support_again_begins_with_the_support_there_was(signed_in, worker, today):
    person = ClientFactory(supported_by=worker, support="high", since=date(2026, 1, 5))
    person.tiers.update(ends_before=date(2026, 9, 1))
    TierPeriodFactory(client=person, tier="parked", starts_on=date(2026, 9, 1))
    refresh_derived(person)
    mine = signed_in(worker)
    html = mine.get(at("support_again", person)).content.decode()
    assert 'value="high" class="form-check-input"' in html or "checked" in html
    mine.post(at("support_again", person), {"tier": "group", "on": "2026-11-12"})
    assert tier(person).tier == "group"
    assert Allocation.objects.filter(client=person).count() == 1


def test_somebody_not_in_touch_comes_back_to_a_worker_the_manager_chooses(signed_in, manager, worker, team, today):
    person = ClientFactory(team=team, organisation=team.organisation, support="inactive")
    mine = signed_in(manager)
    words = {"tier": "medium", "on": "2026-11-12"}
    assert "Choose a worker." in mine.post(at("support_again", person), words).content.decode()
    mine.post(at("support_again", person), {**words, "worker": str(worker.uid)})
    assert held(person).worker == worker


# Closing -----------------------------------------------------------------------------------------------------------


def test_a_decision_to_close_is_written_down_and_withdrawn(signed_in, worker, person):
    mine = signed_in(worker)
    mine.post(at("close_decide", person), {"on": "2026-11-02", "reason": "Doing well"})
    assert held(person).close_decided_on == date(2026, 11, 2)
    html = mine.get(at("person", person)).content.decode()
    assert "The decision to close was made on 2 November." in html and "30 November" in html
    mine.post(at("close_withdraw", person))
    assert held(person).close_decided_on is None


def test_closing_asks_why_and_ends_the_day_after(signed_in, worker, person):
    mine = signed_in(worker)
    assert "Choose what comes closest." in mine.post(at("close", person), {"on": "2026-11-12"}).content.decode()
    mine.post(at("close", person), {"on": "2026-11-12", "moved_on": "moved_away"})
    assert (tier(person).tier, tier(person).starts_on) == ("inactive", date(2026, 11, 13))


@pytest.mark.parametrize(
    ("decided", "closed", "words"),
    [
        ("2026-11-05", "2026-11-04", "Choose that day or a later one"),
        ("2026-11-05", "2026-11-13", "has not come yet"),
    ],
    ids=["before the decision", "tomorrow"],
)
def test_days_that_contradict_each_other_are_refused_in_words(signed_in, worker, person, decided, closed, words):
    mine = signed_in(worker)
    mine.post(at("close_decide", person), {"on": decided})
    html = mine.post(at("close", person), {"on": closed, "moved_on": "ended", "reason": "All well"}).content.decode()
    assert words in html and "All well" in html
    assert held(person).closed_on is None


# A manager's decisions ---------------------------------------------------------------------------------------------


MANAGERS_FORMS = ["allocate", "hand_over", "decide_not_in_touch", "undo_not_in_touch"]


@pytest.mark.parametrize("route", MANAGERS_FORMS)
def test_what_a_manager_decides_is_not_there_for_the_worker(signed_in, worker, person, route):
    mine = signed_in(worker)
    assert (mine.get(at(route, person)).status_code, mine.post(at(route, person)).status_code) == (404, 404)


@pytest.mark.parametrize(
    "route",
    [
        *MANAGERS_FORMS,
        "change_tier",
        "keep_in_touch",
        "support_again",
        "close_decide",
        "close_withdraw",
        "close",
        "person_edit",
    ],
)
def test_another_teams_manager_finds_none_of_the_forms(signed_in, other_manager, other_team, person, route):
    mine = signed_in(other_manager)
    assert (mine.get(at(route, person)).status_code, mine.post(at(route, person)).status_code) == (404, 404)


def test_not_in_touch_now_is_decided_with_its_reason(signed_in, manager, worker, today):
    person = ClientFactory(supported_by=worker, support="parked", since=date(2026, 1, 5))
    words = {"moved_on": "ended", "on": "2026-11-12"}
    mine = signed_in(manager)
    assert "Write down why" in mine.post(at("decide_not_in_touch", person), words).content.decode()
    mine.post(at("decide_not_in_touch", person), {**words, "reason": "Well settled, says her sister"})
    assert tier(person).tier == "inactive"


def test_what_24_weeks_ended_is_undone_in_one_step(signed_in, manager, worker, today):
    person = ClientFactory(supported_by=worker, support="parked", since=date(2026, 5, 28))
    for day in (date(2026, 7, 9), date(2026, 8, 20), date(2026, 10, 1), date(2026, 11, 11)):
        ContactFactory(client=person, on=day, author=worker)
    refresh_derived(person)
    sweep(person.organisation, TODAY)
    assert tier(person).tier == "inactive"
    signed_in(manager).post(at("undo_not_in_touch", person))
    assert (tier(person).tier, held(person).worker) == ("parked", worker)
    assert Allocation.objects.filter(client=person).count() == 1


# Who supports whom -------------------------------------------------------------------------------------------------


def test_a_brother_or_sister_adds_nothing_to_a_case_that_stands(signed_in, manager, worker, waiting):
    family = FamilyFactory(organisation=worker.organisation)
    sister = ClientFactory(supported_by=worker, family=family)
    Client.objects.filter(pk=waiting.pk).update(family=family)
    refresh_derived(sister, workers=[worker])
    html = signed_in(manager).get(at("allocate", waiting)).content.decode()
    assert "stays at 18 of 100" in html


def test_allocating_takes_worker_support_and_what_for(signed_in, manager, worker, waiting):
    words = {
        "worker": str(worker.uid),
        "tier": "high",
        "on": "2026-11-12",
        "purpose": "Moving house",
        "first_action": "Meet at the library",
        "review_on": "2026-12-10",
    }
    signed_in(manager).post(at("allocate", waiting), words)
    found = held(waiting)
    assert (found.worker, found.purpose, found.review_on) == (worker, "Moving house", date(2026, 12, 10))
    assert tier(waiting).tier == "high"


def test_looking_again_before_the_first_day_is_refused(signed_in, manager, worker, waiting):
    words = {
        "worker": str(worker.uid),
        "tier": "high",
        "on": "2026-11-12",
        "review_on": "2026-11-11",
        "purpose": "Moving",
    }
    html = signed_in(manager).post(at("allocate", waiting), words).content.decode()
    assert "The day of the review is before the first day. Choose a later day." in html and "Moving" in html


def test_a_worker_of_another_team_cannot_be_chosen(signed_in, manager, stranger, waiting):
    words = {"worker": str(stranger.uid), "tier": "high", "on": "2026-11-12"}
    signed_in(manager).post(at("allocate", waiting), words)
    assert not Allocation.objects.filter(client=waiting).exists()


def test_handing_over_ends_with_the_giver_and_begins_with_the_receiver(signed_in, manager, worker, teammate, person):
    html = signed_in(manager).get(at("hand_over", person)).content.decode()
    assert "Tom Lealaiauloto" in html and "Mere Paki <span>" not in html
    signed_in(manager).post(at("hand_over", person), {"worker": str(teammate.uid), "on": "2026-11-12"})
    assert held(person).worker == teammate
    assert Allocation.objects.get(client=person, worker=worker).ends_before == TODAY


# Who a person is ---------------------------------------------------------------------------------------------------


def details(**more):
    return {
        "name": "Isla Penney",
        "contact_preference": "ok",
        "phone": "021 555 0100",
        "ref": "H900",
        "family": "",
        **more,
    }


def test_somebody_new_waits_for_a_worker(signed_in, manager, team, today):
    mine = signed_in(manager)
    response = mine.post("/people/add/", details(team=team.pk, contact_how="Email only."), follow=True)
    person = Client.objects.get(ref="H900")
    assert (person.name, person.team, person.contact_how, person.tier) == ("Isla Penney", team, "Email only.", None)
    assert "waits for a worker" in response.content.decode()


def test_without_a_reference_the_next_free_one_is_given(signed_in, manager, team, today):
    signed_in(manager).post("/people/add/", details(team=team.pk, ref=""))
    assert Client.objects.get(name="Isla Penney").ref


def test_a_reference_in_use_is_refused_and_the_words_stay(signed_in, manager, team, today):
    ClientFactory(ref="H900", organisation=team.organisation)
    html = signed_in(manager).post("/people/add/", details(team=team.pk)).content.decode()
    assert "belongs to another person" in html and "Isla Penney" in html


def test_nobody_is_added_to_a_team_of_somebody_else(signed_in, manager, team, other_team, today):
    signed_in(manager).post("/people/add/", details(team=other_team.pk))
    assert not Client.objects.filter(name="Isla Penney").exists()


def test_a_worker_does_not_add_people(signed_in, worker, today):
    assert signed_in(worker).get("/people/add/").status_code == 404


def test_how_to_contact_is_changed_with_the_person(signed_in, worker, person):
    words = details(name="Tāne Rāwiri", ref=person.ref, contact_preference="please_dont")
    signed_in(worker).post(at("person_edit", person), words)
    person.refresh_from_db()
    assert (person.contact_preference, person.phone, person.version) == ("please_dont", "021 555 0100", 2)


SAID = {
    "pronouns": "ia",
    "language": "te reo Māori",
    "interpreter": "te reo Māori, by phone",
    "worry_helps": "A walk.\nAsk whether I have eaten.",
    "worry_call": "My sister Sina, 021 555 0188",
}


def test_what_they_say_of_themselves_is_written_down_kept_in_the_history_and_can_be_taken_out(
    signed_in, worker, person
):
    mine = signed_in(worker)
    for words in (SAID, dict.fromkeys(SAID, "")):
        opened = carried(mine.get(at("person_edit", person)))
        mine.post(at("person_edit", person), details(name="Tāne Rāwiri", ref=person.ref) | words | opened)
        person.refresh_from_db()
        assert {name: getattr(person, name).replace("\r", "") for name in SAID} == words
    last = Client.pgh_event_model.objects.filter(pgh_obj=person).order_by("-pk").first()
    assert (last.interpreter, last.worry_call) == (SAID["interpreter"], SAID["worry_call"])


def test_words_too_long_are_refused_in_a_sentence_and_stay(signed_in, worker, person):
    mine = signed_in(worker)
    words = details(name="Tāne Rāwiri", ref=person.ref, worry_helps="A walk.", interpreter="x" * 121)
    response = mine.post(at("person_edit", person), words | carried(mine.get(at("person_edit", person))))
    html = response.content.decode()
    assert response.status_code == 422 and "A walk." in html and "x" * 121 in html
    person.refresh_from_db()
    assert person.worry_helps == ""


def test_two_who_edit_at_once_see_each_other(signed_in, worker, person):
    mine = signed_in(worker)
    opened = carried(mine.get(at("person_edit", person)))
    Client.objects.filter(pk=person.pk).update(phone="021 555 0199")
    words = details(name="Tāne Rāwiri", ref=person.ref, phone="021 555 0111", contact_note="Ask for Lottie.") | opened
    response = mine.post(at("person_edit", person), words)
    html = response.content.decode()
    assert response.status_code == 409
    for shown in ("021 555 0199", "021 555 0111", "Ask for Lottie.", "This changed while you had it open"):
        assert shown in html
    person.refresh_from_db()
    assert person.phone == "021 555 0199"
    mine.post(at("person_edit", person), words | carried(response))
    person.refresh_from_db()
    assert person.phone == "021 555 0111"


@pytest.mark.parametrize(
    "route", ["person_edit", "change_tier", "keep_in_touch", "close_decide", "close", "contact_log"]
)
def test_titles_hold_no_name(signed_in, worker, person, route):
    html = signed_in(worker).get(at(route, person)).content.decode()
    title = html[html.index("<title>") : html.index("</title>")]
    assert "Tāne" not in title


@pytest.mark.parametrize(
    "route",
    ["goal_add", "consent_add", "next_step_add", "person_edit", "contact_log", "change_tier", "return_to_waiting"],
)
def test_signs_in_a_name_are_signs_on_every_form(signed_in, manager, worker, today, route):
    """Braces are no place for a name, and a tag is no part of the page."""
    person = ClientFactory(name="Tāne {Junior} Rāwiri", called="{Tāne} <b>%s</b>", supported_by=worker)
    html = signed_in(manager).get(at(route, person)).content.decode()
    assert "{Tāne} &lt;b&gt;%s&lt;/b&gt;" in html or "Tāne {Junior} Rāwiri" in html
    assert "<b>%s</b>" not in html
