"""The cover board: a choice for each person of a worker who is away, what it does, and one press."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from caseload import actions as caseload
from caseload.cover.queries import may_cover
from caseload.models import Allocation, Cover, Referral, TemporaryMove
from caseload.temporary_moves import board_form as forms
from caseload.waiting.forms import WAIT
from tests import factories
from tests.conftest import TODAY
from tests.shared import shared

pytestmark = pytest.mark.usefixtures("today")

UNTIL = date(2027, 2, 1)


@shared(dated=True)
def people(worker):
    with factories.refreshed_at_once():
        return [factories.ClientFactory(supported_by=worker, name=f"Person {letter}") for letter in "ABC"]


@pytest.fixture
def url(absence):
    return reverse("cover_board", args=[absence.pk])


@shared(dated=True)
def tom(teammate):
    factories.refresh_derived(workers=[teammate])
    return teammate


def shown(answer) -> str:
    return " ".join(answer.content.decode().replace("&#x27;", "'").split())


def post(choices, **more) -> dict:
    chosen = {forms.to(person): what for person, (what, _) in choices.items()}
    chosen |= {forms.who(person): to if isinstance(to, str) else to.name for person, (_, to) in choices.items()}
    return {"on": TODAY.isoformat(), "how_long": "until", "until": UNTIL.isoformat(), "do": "save"} | chosen | more


def picked(answer) -> dict:
    lines = [row.line for row in answer.context["lines"]]
    return {line.person: f"{line.what}: {line.name}" if line.name else "" for line in lines}


def sent(answer) -> dict:
    """Return the rows as a browser sends them back untouched."""
    found = {}
    for line in (row.line for row in answer.context["lines"]):
        found |= {forms.to(line.person): line.what, forms.who(line.person): line.name, forms.was(line.person): line.was}
    return found


def row(answer, worker):
    return next(each for each in answer.context["receivers"] if each.effect.worker == worker)


def test_what_is_arranged_in_the_absence_is_read_beside_the_choices(signed_in, manager, url, people):
    first, second, _ = people
    factories.NextStepFactory(client=first, due_on=TODAY + timedelta(days=3), what="The housing form")
    factories.NextStepFactory(client=second, due_on=UNTIL, what="After the return")

    html = shown(signed_in(manager).get(url))

    assert "Arranged in this time" in html and "Person A: The housing form" in html and "no one covers" in html
    assert "Contact safely:" in html[html.index("Arranged in this time") :]
    assert "After the return" not in html


# The list --------------------------------------------------------------------------------------------------------------


def test_statutory_people_come_first_and_families_stand_together(signed_in, manager, worker, url):
    family = factories.FamilyFactory(organisation=worker.organisation)
    for name, more in (("Ann", {}), ("Bea", {"family": family}), ("Cat", {"statutory": True}),
                       ("Dot", {}), ("Eve", {"family": family, "statutory": True})):  # fmt: skip
        factories.ClientFactory(supported_by=worker, name=name, **more)

    answer = signed_in(manager).get(url)

    assert [row.person.name for row in answer.context["lines"]] == ["Cat", "Eve", "Bea", "Ann", "Dot"]
    assert "2 statutory people have no one covering" in shown(answer)


def test_a_person_kept_in_touch_with_has_a_day_and_one_who_asked_for_none_has_not(signed_in, manager, worker, url):
    asked = factories.ClientFactory(supported_by=worker, support="parked", since=date(2026, 10, 8), name="Ann")
    factories.ClientFactory(supported_by=worker, support="parked", name="Bea", contact_preference="please_dont")

    lines = signed_in(manager).get(url).context["lines"]

    assert [(row.person, row.due and row.due.on) for row in lines] == [
        (asked, date(2026, 11, 19)),
        (lines[1].person, None),
    ]


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
        people[0]: f"cover: {tom.name}", people[1]: f"{what}: {tom.name}", people[2]: f"{what}: {tom.name}"
    }  # fmt: skip
    assert not Cover.objects.exists() and not Allocation.objects.filter(worker=tom).exists()


def test_somebody_leaving_is_proposed_nobody_and_cannot_cover(signed_in, manager, people, tom, url):
    factories.LeavingFactory(member=tom, last_day=date(2026, 12, 4))

    browser = signed_in(manager)
    for do in ("share_cover", "share_move"):
        answer = browser.post(url, post({}, do=do))
        assert set(picked(answer).values()) == {""}

    assert "room, leaving on 4 December 2026</option>" in shown(answer)
    covers = browser.post(url, post({people[0]: ("cover", tom)}))
    assert covers.status_code == 422
    assert "Tom Lealaiauloto is away or leaving in that time, so they cannot cover." in shown(covers)
    assert browser.post(url, post({people[0]: ("move", tom)})).status_code == 302


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

    browser = signed_in(manager)
    answer = browser.post(url, sent(browser.get(url)) | post({}, do=do))

    to = {
        "share_cover": f"cover: {tom.name}",
        "share_move": f"move: {tom.name}",
        "cover_rest": f"cover: {manager.name}",
    }[do]
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
    assert sorted(chosen[person] for person in high) == ["", f"cover: {sione.name}"]
    assert not any(chosen[person] for person in others)
    assert "Still with no one covering: 1 high, 1 medium, 1 group, 1 keeping in touch." in shown(answer)
    assert "Tom Lealaiauloto has too few contact hours left." in shown(answer)
    assert not Cover.objects.exists()

    rest = browser.post(url, post({}) | sent(answer) | {"do": "cover_rest"})
    assert sum(choice == f"cover: {manager.name}" for choice in picked(rest).values()) == 4
    assert rest.context["left"] == 0
    assert not Cover.objects.exists()

    browser.post(url, post({}) | sent(rest))
    assert Cover.objects.filter(worker=manager).count() == 4


@pytest.mark.parametrize("why", ["away", "leaving"])
def test_a_manager_who_is_away_or_leaving_is_not_offered(signed_in, manager, people, url, why):
    if why == "away":
        factories.AbsenceFactory(worker=manager, starts_on=TODAY + timedelta(days=30))
    else:
        factories.LeavingFactory(member=manager, last_day=date(2027, 3, 31))

    answer = signed_in(manager).post(url, post({}, do="share_cover"))

    assert answer.context["leader"] is None
    assert f"cover: {manager.name}" not in shown(answer)


def test_nobody_is_proposed_above_a_limit_and_who_fits_nowhere_is_left_open(signed_in, manager, people, tom, url):
    factories.ClientFactory.create_batch(36, supported_by=tom)  # 15 + 72 + 8 = 95 of 100: with one more 90 weighs 9: 99

    answer = signed_in(manager).post(url, post({}, do="share_move"))

    assert list(picked(answer).values()) == [f"move: {tom.name}", "", ""]
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

    assert picked(answer) == {high: f"move: {hana.name}", group: f"move: {tom.name}"}


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
    assert next(each.figures.total for each in rows if each.figures.worker.member_id == tom.pk) == foretold


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
    assert picked(answer) == {people[0]: f"cover: {tom.name}", people[2]: ""}
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
    assert set(answer.context["form"].errors) == {"owner", "due_on", "contingency", "__all__"}
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
    assert picked(answer)[people[0]] == f"move: {tom.name}"


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
    older = {forms.to(people[0]): "cover", forms.who(people[0]): "", forms.was(people[0]): ""}

    browser.post(url, post({people[1]: ("cover", tom)}) | older)

    assert set(Cover.objects.values_list("client", flat=True)) == {people[0].pk, people[1].pk}


def test_cover_by_somebody_who_is_away_that_day_stays_when_the_board_is_saved(
    signed_in, manager, absence, people, worker, tom, url
):
    factories.CoverFactory(absence=absence, client=people[0], worker=tom)
    factories.AbsenceFactory(worker=tom, starts_on=TODAY, ends_before=TODAY + timedelta(days=7))
    browser = signed_in(manager)
    board = browser.get(url)
    again = sent(board) | post({people[1]: ("move", tom)})

    # looked at from a day on which Tom is back, too
    assert board.context["left"] == 3
    again |= sent(browser.post(url, again | {"do": "look", "on": "2026-11-20"}))
    answer = browser.post(url, again, follow=True)

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
    gone = {forms.was(people[0]): tom.name, forms.to(people[0]): "cover", forms.who(people[0]): ""}

    answer = browser.post(url, post({}) | gone, follow=True)

    assert "peerload has recorded that no one covers them." in shown(answer)
    assert not Cover.objects.on(TODAY).exists()


def test_nobody_of_another_team_can_be_posted_as_receiver(signed_in, manager, people, stranger, url):
    answer = signed_in(manager).post(url, post({people[0]: ("move", stranger)}))

    assert answer.status_code == 422
    assert "Person A</a>: “Sina Mata'afa” is not on the list." in shown(answer)
    assert not Allocation.objects.filter(worker=stranger).exists()


# Workers by name -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("Tom Lealaiauloto", ""),
        ("tom", ""),
        ("Ana", "“Ana” can mean Ana Tūhoe / Ana Whitford. Choose one of them from the list."),
        ("Nobody Known", "“Nobody Known” is not on the list. Choose a name from the list."),
        ("To", "“To” is not on the list. Choose a name from the list."),
    ],
    ids=["as it is listed", "the only one of that name", "two of that name", "nobody of that name", "half a name"],
)
def test_a_worker_is_named_and_a_name_that_is_not_clear_is_refused_beside_the_person(
    signed_in, manager, organisation, team, people, tom, url, typed, refusal
):
    factories.MemberFactory(organisation=organisation, in_team=team, name="Ana Tūhoe")

    answer = signed_in(manager).post(url, post({people[0]: ("cover", typed), people[1]: ("cover", tom)}))

    assert answer.status_code == (422 if refusal else 302)
    assert Cover.objects.count() == (0 if refusal else 2), "everything is saved together, or nothing"
    if refusal:
        html, field = shown(answer), forms.who(people[0])
        assert f'<a href="#{field}">Person A</a>: {refusal}' in html, "said on top, with the way to the field"
        assert f'value="{typed}"' in html and f'id="{field}" aria-invalid="true"' in html, "and beside it, as typed"


def test_of_two_workers_of_one_name_each_has_a_label_of_their_own(
    signed_in, manager, organisation, team, people, tom, url
):
    other = factories.MemberFactory(
        organisation=organisation, in_team=team, name=tom.name, user__email="two@example.org"
    )
    browser = signed_in(manager)

    refused = browser.post(url, post({people[0]: ("cover", tom)}))
    browser.post(url, post({people[0]: ("cover", f"{tom.name} (two)")}))

    assert "can mean" in shown(refused)
    assert Cover.objects.get().worker == other


def test_what_to_know_of_a_choice_stands_beside_it(signed_in, manager, absence, worker, team, tom, url):
    hana = factories.MemberFactory(organisation=team.organisation, in_team=team, name="Hana Ruru", post__fte="0.1")
    factories.refresh_derived(workers=[hana])
    factories.AbsenceFactory(worker=tom, starts_on=TODAY + timedelta(days=9))
    family = factories.FamilyFactory(organisation=team.organisation)
    ann, bea = (factories.ClientFactory(supported_by=worker, family=family, name=name) for name in ("Ann", "Bea"))
    cat = factories.ClientFactory(supported_by=hana, name="Cat")
    others = factories.ClientFactory.create_batch(9, supported_by=worker, support="high")
    caseload.hand_over(client_id=cat.pk, worker=worker, on=TODAY - timedelta(days=5), by=manager, today=TODAY)
    chosen = {ann: ("move", hana), bea: ("move", tom), cat: ("move", hana)} | dict.fromkeys(others, ("move", hana))

    answer = signed_in(manager).post(url, post(chosen, do="look"))

    rows = {row.person: row for row in answer.context["lines"]}
    over = ["over the limit in points", "more contact hours than half of the post"]
    apart = "the family would have different workers"
    assert [str(each.label) for each in rows[ann].cautions] == [*over, apart]
    assert [str(each.label) for each in rows[bea].cautions] == ["away later in this time", apart]
    assert [str(each.label) for each in rows[cat].cautions] == over
    assert "supported them before, until 6 November" in shown(answer)
    assert not any(row.earlier for row in rows.values() if row.person != cat)


def test_workers_are_filtered_by_team_sorted_by_room_and_found_by_name(
    signed_in, manager, organisation, team, people, tom, url
):
    north = factories.TeamFactory(organisation=organisation, name="North", manager=manager)
    hana = factories.MemberFactory(organisation=organisation, in_team=north, name="Hana Ruru")
    zoe = factories.MemberFactory(organisation=organisation, in_team=team, name="Zoe Free")
    factories.ClientFactory.create_batch(4, supported_by=hana)
    factories.refresh_derived(workers=[hana, zoe])
    browser = signed_in(manager)

    def names(**asked) -> list[str]:
        answer = browser.post(url, post({people[0]: ("cover", tom)}, do="look", **asked))
        return [each.label for each in answer.context["listed"].first]

    assert names() == ["Tom Lealaiauloto", "Hana Ruru", "Zoe Free"], "those chosen first, then by name"
    assert names(sort="room") == ["Tom Lealaiauloto", "Zoe Free", "Hana Ruru"]
    assert names(team=str(north.pk)) == ["Tom Lealaiauloto", "Hana Ruru"], "who is chosen is never filtered away"
    assert names(find="zo") == ["Tom Lealaiauloto", "Zoe Free"]


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
    assert counts == [39, 39]
