"""The pages of leaving: notice, checklist, and the list by which a leaver's people go to others."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from caseload.leaving import actions, queries
from caseload.leaving.list_form import note, to, told, who
from caseload.models import Allocation, LeavingStep, Referral, TierPeriod
from caseload.waiting.forms import WAIT
from peerload.staff.leaving import actions as of_staff
from peerload.staff.models import Leaving
from tests import factories
from tests.conftest import TODAY
from tests.shared import shared

pytestmark = pytest.mark.usefixtures("today")

LAST_DAY = date(2026, 11, 30)
AFTER = date(2026, 12, 1)


def list_url(worker) -> str:
    return reverse("handover", args=[worker.uid])


def shown(answer) -> str:
    return " ".join(answer.content.decode().replace("&#x27;", "'").split())


def row(person):
    return queries.HandoverRow(person, None, True)


def choices(people, worker, **more) -> dict:
    found = {to(row(person)): "go" for person in people} | {who(row(person)): worker.name for person in people}
    return found | {"on": AFTER.isoformat()} | more


def picked(answer) -> dict:
    """Return what the page has chosen for each person: the worker or group, what happens without one, or nothing."""
    lines = [each.line for each in answer.context["theirs"]]
    return {line.person: line.name or (WAIT if line.what == WAIT else "") for line in lines}


def test_a_manager_writes_down_a_notice_and_sees_the_checklist(signed_in, manager, worker):
    browser = signed_in(manager)
    words = {"member": str(worker.uid), "notice_on": "2026-11-12", "last_day": "2026-11-30"}

    page = shown(browser.post(reverse("leaving_add"), words, follow=True))

    assert "Mere Paki is leaving" in page and "Bring all records up to date" in page
    assert "Mere Paki is leaving: last day 30 November" in shown(browser.get(reverse("team")))


def test_an_admin_begins_on_the_staff_page_and_sees_no_list(signed_in, admin, worker):
    browser = signed_in(admin)
    assert f"{reverse('leaving_add')}?who={worker.uid}" in shown(browser.get(reverse("staff_edit", args=[worker.uid])))
    words = {"member": str(worker.uid), "notice_on": "2026-11-12", "last_day": "2026-11-30"}
    browser.post(reverse("leaving_add"), words)

    assert Leaving.objects.get().by == admin
    assert browser.get(reverse("leaving", args=[worker.uid])).status_code == 200
    assert browser.get(list_url(worker)).status_code == 404


def test_a_last_day_before_the_notice_is_refused_beside_the_field(signed_in, manager, worker):
    words = {"member": str(worker.uid), "notice_on": "2026-11-12", "last_day": "2026-11-01"}
    answer = signed_in(manager).post(reverse("leaving_add"), words)

    assert answer.status_code == 422
    assert "The last day is before the notice" in shown(answer)


def test_a_sign_in_that_cannot_be_closed_says_of_how_many_and_where_to_go(signed_in, admin, leaving, worker):
    factories.ClientFactory(supported_by=worker)
    words = {"name": "Mere Paki", "role": "peer_worker"}

    page = shown(signed_in(admin).post(reverse("staff_edit", args=[worker.uid]), words))

    assert "Mere Paki still supports one person. Hand them over first." in page
    assert reverse("leaving", args=[worker.uid]) in page


def test_the_leaver_ticks_their_own_steps_and_nobody_elses(signed_in, leaving, worker):
    browser = signed_in(worker)
    own, others = leaving.steps.get(kind="records"), leaving.steps.get(kind="inform")

    browser.post(reverse("leaving_step_done", args=[own.pk]))
    assert browser.post(reverse("leaving_step_done", args=[others.pk])).status_code == 404

    assert list(LeavingStep.objects.exclude(done_on=None)) == [own]


def test_a_manager_names_somebody_else_for_a_step_but_nobody_of_another_team(
    signed_in, leaving, manager, worker, stranger
):
    step = leaving.steps.get(kind="inform")
    browser, url = signed_in(manager), reverse("leaving_step", args=[step.pk])

    assert browser.post(url, {"owner": str(stranger.uid), "due_on": "2026-11-20"}).status_code == 422
    assert browser.post(url, {"owner": str(worker.uid), "due_on": "2026-11-20"}).status_code == 302

    step.refresh_from_db()
    assert (step.owner, step.due_on) == (worker, date(2026, 11, 20))


def test_the_last_day_moves_and_the_notice_is_withdrawn(signed_in, leaving, manager, worker):
    browser = signed_in(manager)
    browser.post(reverse("leaving_change", args=[worker.uid]), {"last_day": "2026-12-18"})
    leaving.refresh_from_db()
    assert leaving.last_day == date(2026, 12, 18)

    browser.post(reverse("leaving_withdraw", args=[worker.uid]))

    assert browser.get(reverse("leaving", args=[worker.uid])).status_code == 404


def test_a_leaver_is_told_on_their_first_page_and_writes_what_to_pass_on(signed_in, leaving, worker, teammate):
    person = factories.ClientFactory(supported_by=worker, name="Hine Te Ao")
    browser = signed_in(worker)
    assert "Your last day is Monday 30 November" in shown(browser.get(reverse("my_day")))

    page = shown(browser.get(list_url(worker)))
    assert "Hine Te Ao" in page and "Propose who moves to which worker" not in page
    words = choices([person], teammate, do="hand_over") | {
        note(row(person)): "Likes mornings.",
        told(row(person)): "on",
    }
    browser.post(list_url(worker), words)

    written = leaving.handovers.get()
    assert (written.note, written.told_on, written.told_by, written.to) == ("Likes mornings.", TODAY, worker, None)
    assert not Allocation.objects.filter(worker=teammate).exists()


def test_sharing_out_fills_what_is_empty_and_changes_nothing(signed_in, leaving, manager, worker, teammate):
    people = factories.ClientFactory.create_batch(3, supported_by=worker)
    hana = factories.MemberFactory(organisation=worker.organisation, in_team=worker.home_team, name="Hana Ruru")
    factories.refresh_derived(workers=[teammate, hana])

    answer = signed_in(manager).post(list_url(worker), choices(people[:1], teammate, do="share_out"))

    chosen = picked(answer)
    assert "" not in chosen.values() and set(chosen.values()) == {teammate.name, hana.name}
    assert chosen[people[0]] == teammate.name
    assert not leaving.handovers.exists() and not Allocation.objects.exclude(worker=worker).exists()


def test_a_family_stays_together_and_nobody_is_put_above_the_limit(signed_in, leaving, manager, worker, teammate):
    family = factories.FamilyFactory(organisation=worker.organisation)
    people = [factories.ClientFactory(supported_by=worker, family=family if n % 2 else None) for n in range(6)]
    factories.refresh_derived(workers=[teammate])
    factories.ClientFactory.create_batch(36, supported_by=teammate)  # 15 + 72 + 8 = 95 of 100: little room
    factories.MemberFactory(
        organisation=worker.organisation, in_team=worker.home_team, name="Ada Small", post__fte="0.2"
    )

    answer = signed_in(manager).post(list_url(worker), {"on": AFTER.isoformat(), "do": "share_out"})

    chosen = picked(answer)
    assert len({chosen[person] for person in people[1::2]}) == 1
    assert all(each.after.total <= each.after.limit for each in answer.context["effects"] if each.people)


def test_what_the_page_foretells_is_what_the_handover_brings(signed_in, leaving, manager, worker, teammate):
    people = factories.ClientFactory.create_batch(5, supported_by=worker)
    factories.refresh_derived(workers=[teammate])
    browser = signed_in(manager)
    foretold = browser.post(list_url(worker), choices(people, teammate, do="look")).context["effects"]

    answer = browser.post(list_url(worker), choices(people, teammate, do="hand_over"), follow=True)

    assert "5 people are handed over from 1 December 2026 on." in shown(answer)
    after = next(each.after for each in foretold if each.worker == teammate)
    leaving.refresh_from_db()
    assert after.total == 15 + 5 * 3 + 3
    totals = browser.get(reverse("team"), {"on": AFTER.isoformat()}).context["rows"]
    assert next(row.figures.total for row in totals if row.figures.worker.member_id == teammate.pk) == after


def test_the_same_press_twice_is_one_handover_and_no_refusal(signed_in, leaving, manager, worker, teammate):
    people = factories.ClientFactory.create_batch(3, supported_by=worker)
    browser = signed_in(manager)

    for _ in range(2):
        answer = browser.post(list_url(worker), choices(people, teammate, do="hand_over"))
        assert answer.status_code == 302
    assert Allocation.objects.filter(worker=teammate).count() == 3


def test_a_page_opened_earlier_moves_nobody_and_names_who_has_gone(signed_in, leaving, manager, worker, teammate):
    people = factories.ClientFactory.create_batch(2, supported_by=worker)
    actions.hand_over_all(
        leaving_id=leaving.pk, receivers={people[0].pk: manager}, words={}, on=AFTER, by=manager, today=TODAY
    )

    answer = signed_in(manager).post(list_url(worker), choices(people, teammate, do="hand_over"))

    assert answer.status_code == 422
    assert f"No one was handed over. {people[0].name} is handed over from 1 December 2026 on already" in shown(answer)
    assert not Allocation.objects.filter(worker=teammate).exists()


def test_a_page_opened_earlier_puts_no_old_note_back(signed_in, leaving, manager, worker):
    person = factories.ClientFactory(supported_by=worker)
    actions.keep(leaving_id=leaving.pk, words={person.pk: actions.HandoverNote("Newer.")}, by=worker, today=TODAY)
    unchanged = {note(row(person)): "", f"initial-{note(row(person))}": "", "on": AFTER.isoformat(), "do": "keep"}

    signed_in(manager).post(list_url(worker), unchanged)

    assert leaving.handovers.get().note == "Newer."


# Some wait -------------------------------------------------------------------------------------------------------------


def waits(people, manager, **more) -> dict:
    held = {"owner": str(manager.uid), "due_on": "2026-12-10", "contingency": "The open group."}
    return {to(row(person)): WAIT for person in people} | held | more


def test_some_go_and_some_wait_at_one_press(signed_in, leaving, manager, worker, teammate):
    people = factories.ClientFactory.create_batch(3, supported_by=worker)
    words = {note(row(people[2])): "Ask the choir.", f"initial-{note(row(people[2]))}": ""}
    words |= choices(people[:1], teammate, do="hand_over") | waits(people[1:], manager)
    browser = signed_in(manager)

    answer = browser.post(list_url(worker), words, follow=True)

    assert "One person is handed over from 1 December 2026 on, and 2 people wait for a worker." in shown(answer)
    found = {each.client: (each.referred_on, each.owner, each.action) for each in Referral.objects.all()}
    assert found == {people[1]: (AFTER, manager, ""), people[2]: (AFTER, manager, "Ask the choir.")}
    assert not queries.still_theirs(worker.pk, AFTER).exists()
    page = shown(browser.get(list_url(worker)))
    assert "No one is left to hand over" in page and page.count("From 1 December; Ana Whitford is responsible") == 2
    assert browser.post(list_url(worker), words).status_code == 302
    assert (Referral.objects.count(), Allocation.objects.filter(worker=teammate).count()) == (2, 1)


def test_what_holds_is_asked_once_it_is_to_be_done_and_nobody_goes_before(
    signed_in, leaving, manager, worker, teammate
):
    people = factories.ClientFactory.create_batch(2, supported_by=worker)
    words = choices(people[:1], teammate) | waits(people[1:], manager, due_on="2026-11-20", contingency="")
    browser = signed_in(manager)

    looked = browser.post(list_url(worker), words | {"do": "look"})
    answer = browser.post(list_url(worker), words | {"do": "hand_over"})

    assert looked.status_code == 200 and "Hand over 1 person, 1 waits" in shown(looked)
    assert looked.context["form"].fields["contingency"].required and not looked.context["form"].errors
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"contingency", "due_on"}
    assert not Referral.objects.exists() and not Allocation.objects.filter(worker=teammate).exists()


def test_sharing_out_leaves_those_who_wait(signed_in, leaving, manager, worker, teammate):
    people = factories.ClientFactory.create_batch(2, supported_by=worker)
    factories.refresh_derived(workers=[teammate])

    answer = signed_in(manager).post(list_url(worker), waits(people[:1], manager, do="share_out", on=AFTER.isoformat()))

    assert picked(answer) == {people[0]: WAIT, people[1]: teammate.name}
    after = next(each.after for each in answer.context["effects"] if each.worker == teammate)
    assert after.total == 15 + 3 + 1


def test_the_same_family_weighs_as_it_will_where_one_of_it_waits(signed_in, leaving, manager, worker, teammate):
    family = factories.FamilyFactory(organisation=worker.organisation)
    people = factories.ClientFactory.create_batch(2, supported_by=worker, family=family)
    factories.refresh_derived(workers=[teammate])
    words = choices(people[:1], teammate) | waits(people[1:], manager)
    browser = signed_in(manager)
    foretold = browser.post(list_url(worker), words | {"do": "look"}).context["effects"]

    browser.post(list_url(worker), words | {"do": "hand_over"})

    totals = browser.get(reverse("team"), {"on": AFTER.isoformat()}).context["rows"]
    after = next(each.after for each in foretold if each.worker == teammate)
    assert next(each.figures.total for each in totals if each.figures.worker.member_id == teammate.pk) == after


def test_keeping_the_list_says_that_who_waits_is_not_written_down_yet(signed_in, leaving, manager, worker):
    person = factories.ClientFactory(supported_by=worker)

    answer = signed_in(manager).post(
        list_url(worker), waits([person], manager, do="keep", on=AFTER.isoformat()), follow=True
    )

    assert "are saved only when you hand over." in shown(answer)
    assert not Referral.objects.exists()


def test_statutory_people_are_not_offered_to_wait_and_an_older_page_is_told_why(signed_in, leaving, manager, worker):
    person = factories.ClientFactory(supported_by=worker, name="Kiri Tane", statutory=True)
    browser = signed_in(manager)
    assert 'value="wait"' not in shown(browser.get(list_url(worker)))

    answer = browser.post(list_url(worker), waits([person], manager, do="hand_over", on=AFTER.isoformat()))

    assert answer.status_code == 422
    assert "Choose again for Kiri Tane: a worker must support them at all times." in shown(answer)


def test_the_leaver_lets_nobody_wait(signed_in, leaving, manager, worker):
    person = factories.ClientFactory(supported_by=worker)
    browser = signed_in(worker)
    assert 'value="wait"' not in shown(browser.get(list_url(worker)))

    browser.post(list_url(worker), waits([person], manager, do="hand_over", on=AFTER.isoformat()))

    assert not Referral.objects.exists()


# Groups, and keeping in touch ------------------------------------------------------------------------------------------


@shared(dated=True)
def kitchen(team, teammate):
    group = factories.GroupFactory(team=team, name="Friday kitchen")
    group.facilitators.create(worker=teammate, organisation=team.organisation, starts_on=factories.LONG_AGO)
    return group


def chooses(what, person, name) -> dict:
    return {to(row(person)): what, who(row(person)): name}


def test_a_person_joins_a_group_and_another_is_kept_in_touch_with_at_one_press(
    signed_in, leaving, manager, worker, teammate, kitchen
):
    joins, parked, goes = factories.ClientFactory.create_batch(3, supported_by=worker, support="high")
    factories.refresh_derived(workers=[teammate])
    words = chooses("join", joins, "friday kitchen") | chooses("park", parked, teammate.name)
    words |= choices([goes], teammate)
    browser = signed_in(manager)
    looked = browser.post(list_url(worker), words | {"do": "look"})
    foretold = next(each.after for each in looked.context["effects"] if each.worker == teammate)
    assert "with Tom Lealaiauloto, who facilitates it" in shown(looked)

    for _ in range(2):  # the same press twice is one
        assert browser.post(list_url(worker), words | {"do": "hand_over"}).status_code == 302

    assert set(Allocation.objects.filter(worker=teammate).values_list("client", flat=True)) == {
        joins.pk, parked.pk, goes.pk
    }  # fmt: skip
    assert list(kitchen.members.values_list("client", "starts_on")) == [(joins.pk, AFTER)]
    tiers = TierPeriod.objects.filter(client__in=[joins, parked]).exclude(tier="high")
    assert {(each.client, each.tier, each.starts_on, each.reason) for each in tiers} == {
        (joins, "group", AFTER, "Joined Friday kitchen"),
        (parked, "parked", TODAY, "Mere Paki is leaving"),
    }
    assert not tiers.get(client=parked).talked
    totals = browser.get(reverse("team"), {"on": AFTER.isoformat()}).context["rows"]
    assert next(each.figures.total for each in totals if each.figures.worker.member_id == teammate.pk) == foretold


@pytest.mark.parametrize(
    ("what", "name", "refusal"),
    [
        ("join", "Saturday walk", "“Saturday walk” is not on the list."),
        ("join", "Quiet room", "No worker of “Quiet room” can take people over."),
        ("join", "", "Name the group they join."),
        ("park", "", "Name the worker who keeps in touch with them."),
        ("go", "Friday kitchen", "“Friday kitchen” is not on the list."),
    ],
    ids=["no such group", "no worker of it", "no group", "no worker", "a group is no worker"],
)
def test_what_cannot_be_is_said_beside_the_person_and_nobody_goes(
    signed_in, leaving, manager, worker, teammate, team, kitchen, what, name, refusal
):
    factories.GroupFactory(team=team, name="Quiet room")
    one, other = factories.ClientFactory.create_batch(2, supported_by=worker)

    answer = signed_in(manager).post(
        list_url(worker), choices([other], teammate, do="hand_over") | chooses(what, one, name)
    )

    assert answer.status_code == 422
    assert f'<a href="#{who(row(one))}">{one.name}</a>: {refusal}' in shown(answer)
    assert not Allocation.objects.filter(worker=teammate).exists()


def test_what_the_action_refuses_is_said_beside_its_person_and_everything_stays(
    signed_in, leaving, manager, worker, teammate, kitchen
):
    one, other = factories.ClientFactory.create_batch(2, supported_by=worker)
    kitchen.members.create(client=one, organisation=worker.organisation, starts_on=AFTER + timedelta(days=9))
    words = choices([other], teammate, do="hand_over") | chooses("join", one, kitchen.name)

    answer = signed_in(manager).post(list_url(worker), words)

    assert answer.status_code == 422
    lines = {each.row.person: each.line for each in answer.context["theirs"]}
    assert "belongs to the group from 10 December 2026 on already" in lines[one].refusal and not lines[other].refusal
    assert not Allocation.objects.filter(worker=teammate).exists()


def test_people_of_a_team_one_does_not_lead_are_counted_not_named(
    signed_in, leaving, manager, worker, stranger, other_team
):
    factories.ClientFactory(supported_by=worker, team=other_team, name="Whetu Elsewhere")

    page = shown(signed_in(manager).get(list_url(worker)))

    assert "Whetu" not in page
    assert "1 more person belongs to another team" in page


def test_nobody_of_another_team_can_be_posted_as_receiver(signed_in, leaving, manager, worker, stranger):
    person = factories.ClientFactory(supported_by=worker)

    answer = signed_in(manager).post(list_url(worker), choices([person], stranger, do="hand_over"))

    assert answer.status_code == 422
    assert "“Sina Mata'afa” is not on the list." in shown(answer) and f'id="{who(row(person))}"' in shown(answer)


def test_a_worker_who_leaves_before_the_day_takes_nobody_over(signed_in, leaving, manager, worker, teammate):
    factories.ClientFactory(supported_by=worker)
    actions.give_notice(member=teammate, notice_on=TODAY, last_day=TODAY, by=manager, today=TODAY)

    assert teammate.name not in shown(signed_in(manager).get(list_url(worker)))


def test_somebody_leaving_is_proposed_nobody_and_named_with_their_last_day(
    signed_in, leaving, manager, worker, teammate
):
    factories.ClientFactory(supported_by=worker)
    factories.refresh_derived(workers=[teammate])
    actions.give_notice(member=teammate, notice_on=TODAY, last_day=date(2026, 12, 4), by=manager, today=TODAY)

    answer = signed_in(manager).post(list_url(worker), {"on": AFTER.isoformat(), "do": "share_out"})

    assert list(picked(answer).values()) == [""]
    assert "room, leaving on 4 December 2026</option>" in shown(answer)


def test_the_list_asks_as_little_for_fifty_people_as_for_five(signed_in, leaving, manager, worker, teammate):
    browser, counts = signed_in(manager), []
    browser.get(list_url(worker))
    for more in (5, 45):
        factories.ClientFactory.create_batch(more, supported_by=worker)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(list_url(worker)).status_code == 200
        counts.append(len(asked))
    assert counts == [39, 39]


@pytest.mark.parametrize("who", ["manager", "worker", "admin"])
def test_groups_and_people_who_wait_are_named_with_what_becomes_of_them(
    request, signed_in, leaving, worker, teammate, team, other_team, who
):
    alone, together, elsewhere, over = (
        factories.GroupFactory(team=of, name=name)
        for of, name in ((team, "Walking"), (team, "Singing"), (other_team, "Cooking"), (team, "Chess"))
    )
    period = {"organisation": team.organisation, "starts_on": factories.LONG_AGO}
    for group in (alone, together, elsewhere):
        group.facilitators.create(worker=worker, **period)
    together.facilitators.create(worker=teammate, **period)
    over.facilitators.create(worker=worker, ends_before=LAST_DAY, **period)
    person = factories.ClientFactory(organisation=team.organisation, team=team, support=None, name="Hana Rewi")
    factories.ReferralFactory(client=person, owner=worker)

    page = shown(signed_in(request.getfixturevalue(who)).get(reverse("leaving", args=[worker.uid])))

    assert "1 person waits for a worker." in page and "Hana Rewi" not in page
    named = {"manager": {"Walking", "Singing"}, "worker": {"Walking", "Singing", "Cooking"}, "admin": set()}[who]
    assert {name for name in ("Walking", "Singing", "Cooking", "Chess") if f"{name}</a>" in page} == named
    assert page.count("no one else facilitates it") == len(named - {"Singing"})
    assert {"manager": "1 group of another team", "worker": "", "admin": "3 groups"}[who] in page


def test_a_leaving_stands_on_the_team_page_until_it_is_closed(signed_in, leaving, manager, worker, on):
    browser = signed_in(manager)
    on(AFTER + timedelta(days=2))
    assert "Mere Paki has left" in shown(browser.get(reverse("team")))

    of_staff.close_those_gone(worker.organisation, AFTER + timedelta(days=2))

    assert "Mere Paki has left" not in shown(browser.get(reverse("team")))
