"""Who has capacity for a person, and the traces of an allocation: with the worker, with the person, in the next digest."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from caseload import actions
from caseload.models import Allocation
from peerload.notices.kinds import counted, still_true
from peerload.notices.models import Notice
from tests import factories
from tests.conftest import TODAY
from tests.factories import (
    AbsenceFactory,
    AllocationFactory,
    ClientFactory,
    LeavingFactory,
    MemberFactory,
    PostFactory,
    refresh_derived,
)
from tests.shared import shared


def hold(worker, count: int, **facts) -> list:
    """Let a worker support so many people since long ago: 15 points, 2 for each, and the weight."""
    found = ClientFactory.create_batch(count, supported_by=worker, **facts)
    refresh_derived(workers=[worker])
    return found


def said(answer) -> str:
    """Return the words of a page, without its marks."""
    text = re.sub(r"<(svg|script).*?</\1>|<[^>]+>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(text).split())


def offered(signed_in, manager, person, route="allocate") -> str:
    return said(signed_in(manager).get(reverse(route, args=[person.uid])))


def chosen(worker, **words) -> dict:
    return {"worker": str(worker.uid), "tier": "high", "on": f"{TODAY:%Y-%m-%d}"} | words


def send(client, person, route="allocate", **words):
    return client.post(reverse(route, args=[person.uid]), words)


class TestWhoIsOffered:
    @pytest.mark.parametrize("recorded", [True, False], ids=["with a post", "without"])
    def test_a_worker_without_a_post_is_labelled(self, signed_in, manager, worker, waiting, recorded):
        if not recorded:
            worker.posts.all().delete()
        assert ("no post recorded; counted as 1 FTE" in offered(signed_in, manager, waiting)) is not recorded

    def test_a_worker_whose_posts_nobody_entered_is_given_a_first_person(self, signed_in, manager, team, waiting):
        hana = MemberFactory(name="Hana Ruru", organisation=team.organisation, home_team=team, post=False)
        assert "Hana Ruru no post recorded; counted as 1 FTE no points yet" in offered(signed_in, manager, waiting)

        send(signed_in(manager), waiting, **chosen(hana))
        assert Allocation.objects.get(client=waiting).worker == hana

    def test_a_worker_whose_post_names_no_team_works_in_their_home_team(self, signed_in, manager, team, waiting):
        hana = MemberFactory(name="Hana Ruru", organisation=team.organisation, home_team=team, post=False)
        PostFactory(worker=hana, team=None)
        refresh_derived(workers=[hana])
        assert "Hana Ruru" in offered(signed_in, manager, waiting)

    @pytest.mark.parametrize(
        "post", [{"ends_before": TODAY}, {"ends_before": date(2025, 6, 1)}], ids=["over today", "long over"]
    )
    def test_a_worker_whose_posts_are_over_is_not_offered(self, signed_in, manager, team, waiting, post):
        hana = MemberFactory(name="Hana Ruru", organisation=team.organisation, home_team=team, post=False)
        PostFactory(worker=hana, team=team, starts_on=date(2025, 1, 6), **post)
        assert "Hana Ruru" not in offered(signed_in, manager, waiting)

    def test_they_stand_in_order_of_name_whatever_they_carry(self, signed_in, manager, worker, teammate, waiting):
        hold(worker, 30)
        refresh_derived(workers=[teammate])
        page = offered(signed_in, manager, waiting)
        assert page.index("Mere Paki") < page.index("Tom Lealaiauloto")

    def test_a_worker_who_supports_the_person_already_is_not_among_them(self, signed_in, manager, worker, teammate):
        [person] = hold(worker, 1)
        page = offered(signed_in, manager, person, "hand_over")
        table = page.partition("Worker Points held")[2]
        assert "Tom Lealaiauloto" in table and "Mere Paki" not in table


class TestWhatStandsBesideAName:
    def test_what_it_does_to_the_points(self, signed_in, manager, worker, waiting):
        hold(worker, 30)
        assert "Mere Paki from 82 to 85 of 100 little room" in offered(signed_in, manager, waiting)

    def test_H05_the_room_to_the_mark_and_to_the_limit(self, signed_in, manager, worker, waiting):
        hold(worker, 24)  # 15 + 48 + 6 = 69
        assert ("room for 16 points until little room (85) room for 31 points up to the limit of 100") in offered(
            signed_in, manager, waiting
        )

    def test_H05_half_a_post_has_half_the_room(self, signed_in, manager, team, waiting):
        half = MemberFactory(name="Hana Half", organisation=team.organisation, in_team=team, post__fte="0.5")
        hold(half, 11)  # 15 + 22 + 3 = 40
        assert ("room for 2.5 points until little room (42.5) room for 10 points up to the limit of 50") in offered(
            signed_in, manager, waiting
        )

    def test_no_room_is_said_in_words_never_as_less_than_nothing(self, signed_in, manager, worker, waiting):
        hold(worker, 37)  # 15 + 74 + 8 = 97
        page = offered(signed_in, manager, waiting)
        assert "from 97 to 101 of 100 over" in page and (
            "no room: little room begins at 85 room for 3 points up to the limit of 100" in page
        )

    def test_the_room_in_each_tier_of_support(self, signed_in, manager, worker, waiting):
        hold(worker, 6, support="high")
        hold(worker, 10, support="medium")
        hold(worker, 3, support="group")
        page = offered(signed_in, manager, waiting)
        assert "high 6 of 5: over medium 10 of 10: no room group 3 of 15: room for 12" in page
        assert "keeping in touch 0 of 20: room for 20" in page

    def test_the_contact_hours_against_half_the_hours_of_the_post(self, signed_in, manager, worker, waiting):
        hold(worker, 4, support="high")
        assert "from 10 to 10.3 at most 20" in offered(signed_in, manager, waiting)

    @pytest.mark.parametrize(
        ("begun", "counted"),
        [(date(2026, 10, 15), 0), (date(2026, 10, 16), 1), (TODAY, 1), (date(2026, 11, 13), 0)],
        ids=["28 days ago", "27 days ago", "today", "tomorrow"],
    )
    def test_how_many_people_they_were_allocated_lately(self, signed_in, manager, worker, waiting, begun, counted):
        hold(worker, 1, since=begun)
        words = "1 person" if counted else "0 people"
        assert f"at most 20 {words}" in offered(signed_in, manager, waiting)

    @pytest.mark.parametrize(
        ("absence", "words"),
        [
            ({"starts_on": date(2026, 11, 9)}, "away since 9 November"),
            (
                {"starts_on": date(2026, 11, 9), "expected_back": date(2026, 11, 30)},
                "away since 9 November, expected back 30 November",
            ),
            (
                {"starts_on": date(2027, 1, 7), "ends_before": date(2027, 1, 20)},
                "away from 7 January 2027, back 20 January 2027",
            ),
            ({"starts_on": date(2027, 1, 8)}, ""),
            ({"starts_on": date(2026, 11, 1), "ends_before": TODAY}, ""),
        ],
        ids=["away", "expected back", "in eight weeks", "later", "back today"],
    )
    def test_who_is_away_or_will_be_within_eight_weeks(self, signed_in, manager, worker, waiting, absence, words):
        refresh_derived(workers=[worker])
        AbsenceFactory(worker=worker, **absence)
        page = offered(signed_in, manager, waiting)
        assert words in page if words else "away" not in page

    def test_who_is_leaving(self, signed_in, manager, worker, waiting):
        refresh_derived(workers=[worker])
        assert "last day" not in offered(signed_in, manager, waiting)
        LeavingFactory(member=worker, last_day=date(2026, 12, 4))
        assert "leaving, last day 4 December" in offered(signed_in, manager, waiting)

    def test_who_supported_them_before(self, signed_in, manager, worker, waiting):
        refresh_derived(workers=[worker])
        AllocationFactory(client=waiting, worker=worker, ends_before=date(2026, 3, 4))
        assert f"supported {waiting.name} before, until 3 March 2026" in offered(signed_in, manager, waiting)


class TestAsChosenSoFar:
    """Once a day and a support are chosen, everything is asked for them."""

    def test_a_window_that_is_over_by_the_first_day_does_not_count(self, signed_in, manager, worker, waiting):
        hold(worker, 30)
        hold(worker, 1, since=date(2026, 11, 10))
        later = send(signed_in(manager), waiting, on="2026-12-10", tier="high")
        assert "from 85 to 89 of 100" in offered(signed_in, manager, waiting)
        assert "from 84 to 88 of 100" in said(later)
        assert "The figures are for 10 December 2026, as far as is known today." in said(later)

    def test_the_hours_are_those_of_the_support_chosen(self, signed_in, manager, worker, waiting):
        refresh_derived(workers=[worker])
        page = said(send(signed_in(manager), waiting, on=f"{TODAY:%Y-%m-%d}", tier="high"))
        assert "from 0 to 2.5 at most 20" in page

    def test_an_allocation_written_down_late_is_counted_as_it_stands_today(self, signed_in, manager, worker, waiting):
        hold(worker, 30)
        page = said(send(signed_in(manager), waiting, on="2026-09-01", tier="high"))
        assert "from 82 to 84 of 100" in page and "The figures are today’s." in page


def queries_of(client, person) -> int:
    with CaptureQueriesContext(connection) as seen:
        client.get(reverse("allocate", args=[person.uid]))
    return len(seen)


def test_the_page_asks_as_often_for_two_as_for_twenty(signed_in, manager, team, worker, waiting):
    hold(worker, 2)
    client = signed_in(manager)
    client.get(reverse("allocate", args=[waiting.uid]))
    few = queries_of(client, waiting)
    for _ in range(20):
        other = MemberFactory(organisation=team.organisation, in_team=team)
        hold(other, 1)
        AbsenceFactory(worker=other)

    assert queries_of(client, waiting) == few


class TestGoingOver:
    @pytest.fixture
    def full(self, worker):
        hold(worker, 37)  # 97, and 101 with one more
        return worker

    def test_it_asks_for_a_reason_and_keeps_what_was_typed(self, signed_in, manager, full, waiting):
        answer = send(signed_in(manager), waiting, **chosen(full, purpose="Moving house", note="Text first."))
        html = " ".join(answer.content.decode().split())
        assert "Mere Paki would hold 101 of 100, which is over the limit. Write down why" in html
        assert "Why this worker, although their total goes over the limit</label>" in html
        assert 'name="over_reason"' in html and "Moving house" in html and "Text first." in html
        assert f'value="{full.uid}" id="id_worker_0" required checked' in html
        assert not Allocation.objects.filter(client=waiting).exists()

    def test_with_a_reason_it_never_blocks_and_the_reason_is_kept(self, signed_in, manager, full, waiting):
        send(signed_in(manager), waiting, **chosen(full, over_reason="Whetu asked for Mere."))
        assert Allocation.objects.get(client=waiting).over_reason == "Whetu asked for Mere."

    def test_nothing_is_asked_before_it_goes_over(self, signed_in, manager, full, waiting):
        html = signed_in(manager).get(reverse("allocate", args=[waiting.uid])).content.decode()
        assert 'name="over_reason"' not in html

    @pytest.mark.parametrize(("people", "kept"), [(36, ""), (37, "So it is.")], ids=["99 of 100", "101 of 100"])
    def test_a_reason_stays_only_where_the_limit_is_passed(self, signed_in, manager, worker, waiting, people, kept):
        hold(worker, people)
        send(signed_in(manager), waiting, **chosen(worker, over_reason="So it is."))
        assert Allocation.objects.get(client=waiting).over_reason == kept

    def test_handing_over_asks_too(self, signed_in, manager, teammate, full):
        [person] = hold(teammate, 1)
        words = {"worker": str(full.uid), "on": f"{TODAY:%Y-%m-%d}"}
        assert "which is over the limit" in said(send(signed_in(manager), person, "hand_over", **words))
        send(signed_in(manager), person, "hand_over", **words, over_reason="Tom leaves.")
        assert Allocation.objects.get(client=person, ends_before=None).over_reason == "Tom leaves."

    def test_coming_back_asks_too(self, signed_in, manager, team, full):
        person = ClientFactory(team=team, organisation=team.organisation, support="inactive")
        assert "which is over the limit" in said(send(signed_in(manager), person, "support_again", **chosen(full)))
        words = chosen(full, over_reason="They asked.", first_action="Ring on Monday", note="Ask for Lottie.")
        send(signed_in(manager), person, "support_again", **words)
        found = Allocation.objects.get(client=person)
        assert (found.over_reason, found.first_action, found.note) == (
            "They asked.",
            "Ring on Monday",
            "Ask for Lottie.",
        )


def test_why_it_went_over_stands_with_the_workers_points(signed_in, worker, manager, waiting):
    refresh_derived(workers=[worker])
    actions.allocate(
        client_id=waiting.pk,
        worker=worker,
        on=TODAY,
        by=manager,
        tier="high",
        today=TODAY,
        terms=actions.Terms(over_reason="Tom is away."),
    )
    for member in (worker, manager):
        page = said(signed_in(member).get(reverse("points", args=[worker.uid])))
        assert "Tom is away. At an allocation of 12 November, by Ana Whitford" in page


GOES_WITH = {
    "purpose": "Moving house",
    "first_action": "Meet at the library",
    "review_on": date(2026, 12, 10),
    "note": "Whetu likes to walk while talking.",
}


@shared(dated=True)
def given(waiting, worker, manager):
    """Whetu is allocated to Mere today by Ana, with everything that goes with it."""
    refresh_derived(workers=[worker])
    return actions.allocate(
        client_id=waiting.pk,
        worker=worker,
        on=TODAY,
        by=manager,
        tier="high",
        today=TODAY,
        terms=actions.Terms(**GOES_WITH),
    )


class TestWhatGoesWithIt:
    WORDS = (
        "Since 12 November, by Ana Whitford What the support is for Moving house First thing to do Meet at the library "
        "Review the support on 10 December Note Whetu likes to walk while talking."
    )

    def test_the_worker_finds_it_on_their_day_and_on_the_persons_page(self, signed_in, worker, given):
        mine = signed_in(worker)
        day = said(mine.get("/"))
        first = "New with you Whetu Waiting First thing to do: Meet at the library With you since 12 November"
        assert f"{first} Whetu Waiting {self.WORDS}" in day
        assert f"New with Mere Paki {self.WORDS}" in said(mine.get(given.client.get_absolute_url()))

    @pytest.mark.parametrize(("days", "shown"), [(13, True), (14, False)], ids=["13 days later", "14 days later"])
    def test_it_is_new_for_two_weeks_and_stays_in_the_timeline(self, signed_in, worker, given, on, days, shown):
        on(TODAY + timedelta(days=days))
        page = said(signed_in(worker).get(given.client.get_absolute_url()))
        assert ("New with you" in said(signed_in(worker).get("/"))) is shown
        assert ("New with Mere Paki" in page) is shown
        assert "Moving house First thing to do: Meet at the library To be reviewed on" in page
        assert "Note to Mere Paki: Whetu likes to walk while talking." in page

    def test_nobody_brought_in_from_sheets_is_new(self, signed_in, worker, today):
        hold(worker, 1, since=TODAY)
        assert "New with you" not in said(signed_in(worker).get("/"))

    def test_why_it_went_over_is_not_on_the_persons_page(self, signed_in, worker, given):
        Allocation.objects.filter(pk=given.pk).update(over_reason="Nobody else was there.")
        assert "Nobody else was there." not in said(signed_in(worker).get(given.client.get_absolute_url()))


def lines(worker) -> list[str]:
    """Return what the next digest would say to a worker."""
    return counted(still_true(Notice.objects.filter(recipient=worker)))


class TestTheNextDigest:
    def test_it_says_that_somebody_is_newly_with_the_worker_and_no_name(self, worker, given):
        assert lines(worker) == ["1 person is newly with you. From 12 November on"]

    def test_of_several_it_says_the_first_day(self, worker, manager, team, given):
        other = ClientFactory(team=team, organisation=team.organisation)
        actions.allocate(client_id=other.pk, worker=worker, on=date(2026, 12, 1), by=manager, today=TODAY)
        assert lines(worker) == ["2 people are newly with you. The first from 12 November on"]

    def test_it_says_nothing_once_somebody_else_has_them(self, worker, teammate, manager, given):
        actions.hand_over(client_id=given.client_id, worker=teammate, on=TODAY, by=manager, today=TODAY)
        assert lines(worker) == []
        assert lines(teammate) == ["1 person is newly with you. From 12 November on"]

    def test_it_says_nothing_once_the_support_is_closed(self, worker, manager, given):
        actions.close(client_id=given.client_id, on=TODAY, today=TODAY, by=manager, moved_on="own_wish")
        assert lines(worker) == []

    def test_who_allocates_somebody_to_themselves_knows(self, manager, waiting):
        refresh_derived(workers=[manager])
        actions.allocate(client_id=waiting.pk, worker=manager, on=TODAY, by=manager, tier="high", today=TODAY)
        assert lines(manager) == []


def test_who_fits_is_listed_by_team_or_room_and_others_are_folded_or_found_by_name(
    signed_in, manager, organisation, team, on
):
    on(TODAY)
    north = factories.TeamFactory(organisation=organisation, name="North", manager=manager)
    aroha, beth, small, zoe = (
        factories.MemberFactory(organisation=organisation, in_team=where, name=name, post__fte=fte)
        for name, where, fte in (
            ("Aroha Tane", team, "1.0"),
            ("Beth Tau", north, "1.0"),
            ("Small Post", team, "0.1"),
            ("Zoe Away", team, "1.0"),
        )
    )
    factories.AbsenceFactory(worker=zoe, starts_on=TODAY, ends_before=TODAY + timedelta(days=3))
    factories.ClientFactory.create_batch(2, supported_by=aroha)
    factories.refresh_derived(workers=[aroha, beth, small, zoe])
    person = factories.ClientFactory(organisation=organisation, team=team, support=None)
    browser, url = signed_in(manager), reverse("allocate", args=[person.uid])

    def listed(**asked):
        found = browser.get(url, asked).context["listed"]
        return [[each.worker.name for each in some] for some in (found.first, found.others)]

    assert listed() == [["Aroha Tane", "Beth Tau"], ["Small Post", "Zoe Away"]]
    assert listed(sort="room")[0] == ["Beth Tau", "Aroha Tane"]
    assert listed(team=str(team.pk)) == [["Aroha Tane"], ["Small Post", "Zoe Away"]]
    assert listed(find="sm") == [["Small Post"], ["Aroha Tane", "Beth Tau", "Zoe Away"]]
    assert listed(on=(TODAY + timedelta(days=3)).isoformat())[0] == ["Aroha Tane", "Beth Tau", "Zoe Away"]

    answer = browser.post(url, {"worker": str(small.uid), "on": "", "tier": "medium"})
    assert answer.status_code == 422 and "Small Post" in [each.worker.name for each in answer.context["listed"].first]


@pytest.mark.parametrize("route", ["allocate", "hand_over"])
def test_listing_workers_anew_keeps_what_was_typed_and_saves_nothing(
    signed_in, manager, worker, teammate, waiting, route
):
    person = waiting if route == "allocate" else ClientFactory(supported_by=worker, name="Hana Rewi")
    AbsenceFactory(worker=teammate, starts_on=TODAY + timedelta(days=7), planned=True)
    refresh_derived(workers=[worker, teammate])
    before = Allocation.objects.count()
    typed = {"purpose": "Housing, then work", "first_action": "Ring about the form", "note": "Speaks Samoan"}
    later = (TODAY + timedelta(days=10)).isoformat()

    answer = send(signed_in(manager), person, route, do="look", find="tom", on=later, over_reason="", **typed)

    page = answer.content.decode()
    assert answer.status_code == 200 and Allocation.objects.count() == before
    assert all(words in page for words in typed.values()) and f'value="{later}"' in page
    assert "Choose a worker." not in page, "nothing was asked to be saved, so nothing is missing"
    listed = answer.context["listed"]
    assert listed.find == "tom" and [each.worker for each in listed.first] == [teammate]
    assert answer.context["looked_on"].isoformat() == later


def test_of_many_workers_a_few_are_drawn(signed_in, manager, organisation, team, on):
    on(TODAY)
    workers = [
        factories.MemberFactory(organisation=organisation, in_team=team, name=f"Worker N{n:02}") for n in range(30)
    ]
    factories.refresh_derived(workers=workers)
    person = factories.ClientFactory(organisation=organisation, team=team, support=None)

    html = signed_in(manager).get(reverse("allocate", args=[person.uid])).content.decode()

    assert html.count('name="worker"') == 24 and "find them by name" in html


def test_of_many_who_fit_those_with_the_most_room_are_listed_in_order_of_name(
    signed_in, manager, organisation, team, on
):
    on(TODAY)
    workers = [
        factories.MemberFactory(organisation=organisation, in_team=team, name=f"Worker N{n:02}") for n in range(15)
    ]
    for worker in workers[:3]:  # the first by name have the least room
        factories.ClientFactory(supported_by=worker)
    factories.refresh_derived(workers=workers)
    person = factories.ClientFactory(organisation=organisation, team=team, support=None)
    browser, url = signed_in(manager), reverse("allocate", args=[person.uid])

    for sort in ("name", "room"):
        answer = browser.get(url, {"sort": sort})
        listed = answer.context["listed"]
        assert [each.worker for each in listed.first] == workers[3:], sort
        assert "15 workers fit. The 12 with the most room are listed." in answer.content.decode()
