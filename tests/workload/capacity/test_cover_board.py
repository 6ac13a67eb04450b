"""The cover board: a choice for each person of a worker who is away, what it does, and one press."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from caseload.cover.queries import may_cover
from caseload.models import Allocation, Cover, Referral, TemporaryMove
from caseload.temporary_moves import forms
from caseload.waiting.forms import WAIT
from tests import factories
from tests.conftest import TODAY

pytestmark = pytest.mark.usefixtures("today")

UNTIL = date(2027, 2, 1)


@pytest.fixture
def people(worker):
    with factories.refreshed_at_once():
        return [factories.ClientFactory(supported_by=worker, name=f"Person {letter}") for letter in "ABC"]


@pytest.fixture
def url(absence):
    return reverse("cover_board", args=[absence.pk])


@pytest.fixture
def tom(teammate):
    factories.refresh_derived(workers=[teammate])
    return teammate


def shown(answer) -> str:
    return " ".join(answer.content.decode().replace("&#x27;", "'").split())


def post(choices, **more) -> dict:
    chosen = {forms.to(person): forms.choice_of(what, to) for person, (what, to) in choices.items()}
    return {"on": TODAY.isoformat(), "how_long": "until", "until": UNTIL.isoformat(), "do": "save"} | chosen | more


def picked(answer) -> dict:
    return {person: field.value() or "" for person, field, _ in answer.context["lines"]}


def row(answer, worker):
    return next(each for each in answer.context["receivers"] if each.effect.worker == worker)


def test_what_is_arranged_in_the_absence_is_read_beside_the_choices(signed_in, manager, url, people):
    first, second, _ = people
    factories.NextStepFactory(client=first, due_on=TODAY + timedelta(days=3), what="The housing form")
    factories.NextStepFactory(client=second, due_on=UNTIL, what="After the return")

    html = shown(signed_in(manager).get(url))

    assert "Arranged in this time" in html and "Person A: The housing form" in html and "no one covers" in html
    assert "How to contact safely:" in html[html.index("Arranged in this time") :]
    assert "After the return" not in html


# The list --------------------------------------------------------------------------------------------------------------


def test_statutory_people_come_first_and_families_stand_together(signed_in, manager, worker, url):
    family = factories.FamilyFactory(organisation=worker.organisation)
    for name, more in (("Ann", {}), ("Bea", {"family": family}), ("Cat", {"statutory": True}),
                       ("Dot", {}), ("Eve", {"family": family, "statutory": True})):  # fmt: skip
        factories.ClientFactory(supported_by=worker, name=name, **more)

    answer = signed_in(manager).get(url)

    assert [line[0].name for line in answer.context["lines"]] == ["Cat", "Eve", "Bea", "Ann", "Dot"]
    assert "2 statutory people have no one covering" in shown(answer)


def test_a_person_kept_in_touch_with_has_a_day_and_one_who_asked_for_none_has_not(signed_in, manager, worker, url):
    asked = factories.ClientFactory(supported_by=worker, support="parked", since=date(2026, 10, 8), name="Ann")
    factories.ClientFactory(supported_by=worker, support="parked", name="Bea", contact_preference="please_dont")

    lines = signed_in(manager).get(url).context["lines"]

    assert [(line[0], line[2] and line[2].on) for line in lines] == [(asked, date(2026, 11, 19)), (lines[1][0], None)]


@pytest.mark.parametrize("days", [0, 1], ids=["back today", "back tomorrow"])
def test_the_board_is_there_until_the_worker_is_back(signed_in, manager, absence, people, url, days):
    absence.ends_before = TODAY + timedelta(days=days)
    absence.save()

    assert signed_in(manager).get(url).status_code == (200 if days else 404)


def test_people_of_a_team_one_does_not_lead_are_not_on_the_board(signed_in, manager, worker, url, other_team):
    factories.ClientFactory(supported_by=worker, team=other_team, name="Whetu Elsewhere")

    assert "Whetu" not in shown(signed_in(manager).get(url))


# Sharing out and looking -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("do", "what"), [("share_move", "move"), ("share_cover", "cover")])
def test_sharing_out_fills_what_is_empty_and_changes_nothing(signed_in, manager, people, tom, url, do, what):
    answer = signed_in(manager).post(url, post({people[0]: ("cover", tom)}, do=do))

    assert picked(answer) == {
        people[0]: f"cover:{tom.uid}", people[1]: f"{what}:{tom.uid}", people[2]: f"{what}:{tom.uid}"
    }  # fmt: skip
    assert not Cover.objects.exists() and not Allocation.objects.filter(worker=tom).exists()


def test_somebody_leaving_is_proposed_nobody_and_cannot_cover(signed_in, manager, people, tom, url):
    factories.LeavingFactory(member=tom, last_day=date(2026, 12, 4))

    for do in ("share_cover", "share_move"):
        answer = signed_in(manager).post(url, post({}, do=do))
        assert set(picked(answer).values()) == {""}

    words = shown(answer)
    assert f"cover:{tom.uid}" not in words
    assert f"move:{tom.uid}" in words and "room, leaving on 4 December 2026)" in words


@pytest.mark.parametrize(("last_day", "proposed"), [(UNTIL - timedelta(days=1), False), (UNTIL, True)])
def test_a_worker_who_leaves_only_after_the_return_is_proposed(
    signed_in, manager, people, absence, tom, url, last_day, proposed
):
    factories.LeavingFactory(member=tom, last_day=last_day)

    answer = signed_in(manager).post(url, post({}, do="share_cover"))

    assert {bool(choice) for choice in picked(answer).values()} == {proposed}
    assert (tom in may_cover(absence, manager, TODAY)) == proposed


@pytest.mark.parametrize("do", ["share_cover", "share_move", "cover_rest"])
def test_people_whose_cover_is_away_are_shared_out_like_those_without_one(
    signed_in, manager, team, people, absence, tom, url, do
):
    mia = factories.MemberFactory(organisation=team.organisation, name="Mia Tau", in_team=team)
    for person in people:
        factories.CoverFactory(absence=absence, client=person, worker=mia)
    factories.AbsenceFactory(worker=mia, starts_on=TODAY)

    kept = {forms.to(person): forms.KEPT for person in people[:2]}
    answer = signed_in(manager).post(url, post({people[2]: (forms.COVER, mia)}, do=do) | kept)

    to = {"share_cover": f"cover:{tom.uid}", "share_move": f"move:{tom.uid}", "cover_rest": f"cover:{manager.uid}"}[do]
    assert set(picked(answer).values()) == {to}
    assert "too few contact hours" not in shown(answer)


@pytest.mark.parametrize(
    ("first", "last", "proposed"),
    [(-1, 1, False), (4, 5, False), (80, 90, False), (81, 90, True)],
    ids=["away that day", "away four days later", "away on the last day of the period", "away once the worker is back"],
)
def test_a_worker_who_is_away_within_the_period_is_not_proposed(
    signed_in, manager, people, tom, url, first, last, proposed
):
    day = TODAY + timedelta(days=first)
    factories.AbsenceFactory(worker=tom, starts_on=day, ends_before=TODAY + timedelta(days=last))

    for do in ("share_cover", "share_move"):
        answer = signed_in(manager).post(url, post({}, do=do))
        assert {bool(choice) for choice in picked(answer).values()} == {proposed}


def test_whom_nobody_can_cover_is_said_and_the_manager_is_offered(signed_in, manager, worker, teammate, url):
    teammate.posts.update(fte=Decimal("0.5"))
    sione = teammate  # 20 hours: 10 of contact, 7.5 of them taken
    factories.ClientFactory.create_batch(3, supported_by=sione, support="high")
    factories.refresh_derived(workers=[sione])
    high = factories.ClientFactory.create_batch(2, supported_by=worker, support="high")
    others = [factories.ClientFactory(supported_by=worker, support=tier) for tier in ("medium", "group", "parked")]
    browser = signed_in(manager)

    answer = browser.post(url, post({}, do="share_cover"))

    chosen = picked(answer)
    assert sorted(chosen[person] for person in high) == ["", f"cover:{sione.uid}"]
    assert not any(chosen[person] for person in others)
    assert "Still with no one covering: 1 high, 1 medium, 1 group, 1 keeping in touch." in shown(answer)
    assert "Tom Lealaiauloto has too few contact hours left." in shown(answer)
    assert not Cover.objects.exists()

    sent = {forms.to(person): choice for person, choice in chosen.items()}
    rest = browser.post(url, post({}) | sent | {"do": "cover_rest"})
    assert sum(choice == f"cover:{manager.uid}" for choice in picked(rest).values()) == 4
    assert rest.context["left"] == 0
    assert not Cover.objects.exists()

    sent = {forms.to(person): choice for person, choice in picked(rest).items()}
    browser.post(url, post({}) | sent)
    assert Cover.objects.filter(worker=manager).count() == 4


@pytest.mark.parametrize("why", ["away", "leaving"])
def test_a_manager_who_is_away_or_leaving_is_not_offered(signed_in, manager, people, url, why):
    if why == "away":
        factories.AbsenceFactory(worker=manager, starts_on=TODAY + timedelta(days=30))
    else:
        factories.LeavingFactory(member=manager, last_day=date(2027, 3, 31))

    answer = signed_in(manager).post(url, post({}, do="share_cover"))

    assert answer.context["leader"] is None
    assert f"cover:{manager.uid}" not in shown(answer)


def test_nobody_is_proposed_above_a_limit_and_who_fits_nowhere_is_left_open(signed_in, manager, people, tom, url):
    factories.ClientFactory.create_batch(36, supported_by=tom)  # 15 + 72 + 8 = 95 of 100: with one more 90 weighs 9: 99

    answer = signed_in(manager).post(url, post({}, do="share_move"))

    assert list(picked(answer).values()) == [f"move:{tom.uid}", "", ""]
    assert row(answer, tom).effect.after.total == 99
    assert "2 have no one covering" in shown(answer)


def test_who_stays_within_boundary_and_hours_comes_before_who_has_more_room(
    signed_in, manager, organisation, worker, team, tom, url
):
    hana = factories.MemberFactory(organisation=organisation, in_team=team, name="Hana Ruru")
    factories.ClientFactory.create_batch(5, supported_by=tom, support="high")
    factories.ClientFactory.create_batch(8, supported_by=hana, support="medium")
    factories.refresh_derived(workers=[hana])
    high = factories.ClientFactory(supported_by=worker, support="high", name="Ann")
    group = factories.ClientFactory(supported_by=worker, support="group", name="Bea")

    answer = signed_in(manager).post(url, post({}, do="share_move"))

    assert picked(answer) == {high: f"move:{hana.uid}", group: f"move:{tom.uid}"}


def test_the_preview_says_points_tiers_hours_and_what_the_month_adds(signed_in, manager, people, tom, url):
    answer = signed_in(manager).post(
        url, post({people[0]: ("move", tom), people[1]: ("move", tom), people[2]: ("cover", tom)}, do="look")
    )

    found = row(answer, tom)
    assert (found.effect.before.total, found.effect.after.total) == (16, 15 + 2 * 3 + 2)
    # 15 + 6 weighs 2; without the two new points 15 + 4 weighs 1
    assert (found.newly.points, found.newly.until) == (3, date(2026, 12, 11))
    assert [(tier.tier, tier.people) for tier in found.tiers][1] == ("medium", 2)
    assert (found.hours.now, found.hours.then, found.hours.most) == (0, Decimal("0.9"), 20)
    assert "Moving 2 people adds 3 points for a month, until 11 December" in shown(answer)


def test_twenty_people_add_twenty_points_for_a_month_and_the_weight_of_them(signed_in, manager, worker, tom, url):
    """B13: 20 new points; 15 + 60 = 75 weighs 7, without them 15 + 40 = 55 weighs 5."""
    people = factories.ClientFactory.create_batch(20, supported_by=worker)

    answer = signed_in(manager).post(url, post(dict.fromkeys(people, ("move", tom)), do="look"))

    found = row(answer, tom)
    assert (found.effect.after.total, found.newly.points, answer.context["newly"].points) == (82, 22, 22)


def test_what_the_page_foretells_is_what_comes(signed_in, manager, people, tom, url):
    browser = signed_in(manager)
    chosen = dict.fromkeys(people, ("move", tom))
    foretold = row(browser.post(url, post(chosen, do="look")), tom).effect.after

    browser.post(url, post(chosen))

    rows = browser.get(reverse("team")).context["rows"]
    assert next(each.total for each in rows if each.worker.member_id == tom.pk) == foretold


def test_part_time_cover_is_put_in_words(signed_in, manager, worker, url):
    factories.ClientFactory.create_batch(30, supported_by=worker)

    page = shown(signed_in(manager).get(url))

    assert "at most half of Mere’s 40 hours: 20 hours a week. Its limit is 50 points" in page
    assert "So in the first month the new worker can take at most 10 of the 30 people" in page
    assert "The service manager decides, with a business case" in page


# One press -------------------------------------------------------------------------------------------------------------


def test_covering_and_moving_are_one_press(signed_in, manager, absence, people, worker, tom, url):
    answer = signed_in(manager).post(url, post({people[0]: ("cover", tom), people[1]: ("move", tom)}), follow=True)

    assert "From 12 November 2026 on one person is covered and one person moves until 1 February 2027." in shown(answer)
    assert Cover.objects.get().client == people[0]
    assert TemporaryMove.objects.get().until == UNTIL
    assert {each.client for each in Allocation.objects.on(TODAY).filter(worker=worker)} == {people[0], people[2]}
    assert picked(answer) == {people[0]: f"cover:{tom.uid}", people[2]: ""}
    assert "With Tom Lealaiauloto from 12 November until 1 February 2027" in shown(answer)


def test_covering_moving_and_waiting_are_one_press_and_the_same_press_twice_is_one(
    signed_in, manager, people, worker, tom, url
):
    waits = {forms.to(people[2]): WAIT, "owner": str(manager.uid), "due_on": "2026-12-01", "contingency": "The group."}
    words = post({people[0]: ("cover", tom), people[1]: ("move", tom)}) | waits
    browser = signed_in(manager)
    looked = browser.post(url, words | {"do": "look", "contingency": ""})
    assert looked.status_code == 200 and "1 moves, 1 is covered, 1 waits." in shown(looked)

    answer = browser.post(url, words, follow=True)

    said = "one person is covered, one person moves until 1 February 2027 and one person waits for a worker."
    assert f"From 12 November 2026 on {said}" in shown(answer)
    referral = Referral.objects.get()
    assert (referral.client, referral.referred_on, referral.owner) == (people[2], TODAY, manager)
    assert {each.client for each in Allocation.objects.on(TODAY).filter(worker=worker)} == {people[0]}
    assert browser.post(url, words).status_code == 302
    assert (Referral.objects.count(), Allocation.objects.filter(worker=tom).count()) == (1, 1)


def test_what_holds_is_asked_and_statutory_people_do_not_wait(signed_in, manager, people, worker, tom, url):
    kiri = factories.ClientFactory(supported_by=worker, statutory=True, name="Kiri Tane")

    answer = signed_in(manager).post(url, post({}) | {forms.to(people[0]): WAIT, forms.to(kiri): WAIT})

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"owner", "due_on", "contingency", forms.to(kiri)}
    assert "Choose again for Kiri Tane: a worker must support them at all times." in shown(answer)
    assert not Referral.objects.exists()


def test_for_good_asks_for_no_day(signed_in, manager, people, tom, url):
    signed_in(manager).post(url, post({people[0]: ("move", tom)}, how_long="good", until=""))

    assert Allocation.objects.get(worker=tom).starts_on == TODAY
    assert not TemporaryMove.objects.exists()


@pytest.mark.parametrize("until", ["", TODAY.isoformat(), "soon"], ids=["none", "the same day", "no day"])
def test_a_day_that_cannot_be_is_said_beside_it_and_what_was_chosen_stays(signed_in, manager, people, tom, url, until):
    answer = signed_in(manager).post(url, post({people[0]: ("move", tom)}, until=until))

    assert answer.status_code == 422 and answer.context["form"].errors["until"]
    assert picked(answer)[people[0]] == f"move:{tom.uid}"


def test_the_same_press_twice_is_one_move(signed_in, manager, people, tom, url):
    browser = signed_in(manager)
    for _ in range(2):
        assert browser.post(url, post(dict.fromkeys(people, ("move", tom)))).status_code == 302
    assert Allocation.objects.filter(worker=tom).count() == 3


def test_a_page_opened_earlier_moves_nobody_and_names_who_has_gone(
    signed_in, manager, organisation, team, people, tom, url
):
    browser = signed_in(manager)
    browser.post(url, post({people[0]: ("move", tom)}))
    hana = factories.MemberFactory(organisation=organisation, in_team=team, name="Hana Ruru")

    answer = browser.post(url, post({people[0]: ("move", hana), people[1]: ("move", hana)}))

    assert answer.status_code == 422
    assert "Nothing was changed. Person A is with Tom Lealaiauloto on 12 November 2026 already" in shown(answer)
    assert not Allocation.objects.filter(worker=hana).exists()


def test_a_page_opened_earlier_takes_nobodys_cover_away(signed_in, manager, people, tom, url):
    browser = signed_in(manager)
    browser.post(url, post({people[0]: ("cover", tom)}))
    older = {f"initial-{forms.to(people[0])}": "", forms.to(people[0]): ""}

    browser.post(url, post({people[1]: ("cover", tom)}) | older)

    assert set(Cover.objects.values_list("client", flat=True)) == {people[0].pk, people[1].pk}


def as_a_browser_sends(answer) -> dict:
    """Return the rows as a browser sends them back untouched: what is no option of a list becomes its first one."""
    sent = {}
    for person, field, _ in answer.context["lines"]:
        sent[f"initial-{forms.to(person)}"] = field.initial
        sent[forms.to(person)] = field.value() if f'value="{field.value()}" selected' in str(field) else ""
    return sent


def test_cover_by_somebody_who_is_away_that_day_stays_when_the_board_is_saved(
    signed_in, manager, absence, people, worker, tom, url
):
    factories.CoverFactory(absence=absence, client=people[0], worker=tom)
    factories.AbsenceFactory(worker=tom, starts_on=TODAY, ends_before=TODAY + timedelta(days=7))
    browser = signed_in(manager)
    board = browser.get(url)
    sent = as_a_browser_sends(board) | post({people[1]: ("move", tom)})

    # looked at from a day on which Tom is back, too
    assert board.context["left"] == 3
    sent |= as_a_browser_sends(browser.post(url, sent | {"do": "look", "on": "2026-11-20"}))
    answer = browser.post(url, sent, follow=True)

    assert "one person moves" in shown(answer)
    assert Cover.objects.get(client=people[0]).ends_before is None


@pytest.mark.parametrize(("starts", "left"), [(0, 1), (1, 0)], ids=["away that day", "away from the next"])
def test_a_statutory_person_whose_cover_is_away_has_nobody(signed_in, manager, absence, worker, tom, url, starts, left):
    person = factories.ClientFactory(supported_by=worker, statutory=True)
    factories.CoverFactory(absence=absence, client=person, worker=tom)
    factories.AbsenceFactory(worker=tom, starts_on=TODAY + timedelta(days=starts))

    context = signed_in(manager).get(url).context

    assert (context["left"], context["statutory_left"]) == (left, left)


def test_somebody_covered_from_another_team_has_somebody(signed_in, manager, absence, worker, stranger, url):
    factories.CoverFactory(absence=absence, client=factories.ClientFactory(supported_by=worker), worker=stranger)

    board = signed_in(manager).get(url).context

    assert (board["covered"], board["left"]) == (1, 0)


def test_cover_is_taken_away_by_choosing_nobody(signed_in, manager, people, tom, url):
    browser = signed_in(manager)
    browser.post(url, post({people[0]: ("cover", tom)}))
    gone = {f"initial-{forms.to(people[0])}": forms.choice_of("cover", tom), forms.to(people[0]): ""}

    answer = browser.post(url, post({}) | gone, follow=True)

    assert "peerload has recorded that no one covers them." in shown(answer)
    assert not Cover.objects.on(TODAY).exists()


def test_nobody_of_another_team_can_be_posted_as_receiver(signed_in, manager, people, stranger, url):
    answer = signed_in(manager).post(url, post({people[0]: ("move", stranger)}))

    assert answer.status_code == 422 and "Choose again for Person A" in shown(answer)


def test_nothing_chosen_is_said(signed_in, manager, people, tom, url):
    assert "Nothing has changed" in shown(signed_in(manager).post(url, post({})))


def test_the_board_asks_as_little_for_fifty_people_as_for_five(signed_in, manager, worker, tom, url):
    browser, counts = signed_in(manager), []
    browser.get(url)
    for more in (5, 45):
        factories.ClientFactory.create_batch(more, supported_by=worker)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(url).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
