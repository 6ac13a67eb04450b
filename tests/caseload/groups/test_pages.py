"""Pages about groups: who sees whom, what is ticked beforehand, and what a page says of what cannot be done."""

import uuid
from datetime import date, time, timedelta

import pytest
from django.urls import reverse

from caseload.models import Attendance, Contact, Group, GroupMember, GroupSession
from tests import factories

TODAY = date(2026, 11, 12)


@pytest.fixture
def mine(signed_in, worker, group):
    return signed_in(worker)


def address(name, thing):
    return reverse(name, args=[thing.uid if hasattr(thing, "uid") else thing.pk])


def filled(*came, facilitators, on="2026-11-11", outcomes=None, everybody=(), **more):
    return {
        "came": [str(person.uid) for person in came],
        "on": on,
        "minutes": "90",
        "facilitators": [str(worker.uid) for worker in facilitators],
        "submission_id": str(uuid.uuid4()),
        **{f"outcome_{person.uid}": (outcomes or {}).get(person, "other") for person in everybody},
        **more,
    }


@pytest.fixture
def record(mine, group, worker, hana, joe, sione):
    """Record a session as the form does: ``record(hana, joe, minutes="60")``."""

    def post(*came, **more):
        words = filled(*came, facilitators=[worker], everybody=[hana, joe, sione]) | more
        return mine.post(address("session_log", group), words)

    return post


def html(response):
    return response.content.decode()


class TestRecording:
    def test_it_leads_back_to_the_group_and_says_what_was_recorded(self, mine, record, hana, sione):
        response = record(hana, sione)

        assert response.status_code == 303
        page = html(mine.get(response.headers["Location"]))
        assert "The session of 11 November 2026 is recorded: 2 people came." in page
        assert "2 came, 1 did not" in page
        assert Contact.objects.count() == 2

    def test_those_who_came_last_time_are_ticked_and_nobody_new(self, mine, record, group, worker, hana, joe, sione):
        record(hana, sione, on="2026-11-04")
        new = factories.ClientFactory(supported_by=worker, name="Isla Penney")
        GroupMember.objects.create(
            organisation=group.organisation, group=group, client=new, starts_on=date(2026, 11, 6)
        )

        form = mine.get(address("session_log", group)).context["form"]

        assert {row.person: row.ticked for row in form.rows} == {hana: True, joe: False, sione: True, new: False}
        assert (form.usual, form["minutes"].value()) == (date(2026, 11, 11), 90)

    def test_a_first_session_has_nobody_ticked(self, mine, group):
        form = mine.get(address("session_log", group)).context["form"]
        assert not any(row.ticked for row in form.rows)

    def test_how_somebody_is_goes_into_their_contact(self, record, hana, joe):
        record(hana, joe, **{f"outcome_{joe.uid}": "no_support_needed"})
        outcomes = dict(Contact.objects.values_list("client__name", "outcome"))
        assert outcomes == {"Hana Rewi": "other", "Joe Marsh": "no_support_needed"}

    def test_how_somebody_is_who_did_not_come_is_asked_about(self, record, hana, joe):
        page = html(record(hana, **{f"outcome_{joe.uid}": "support_wanted"}))
        assert "You said how Joe Marsh is going. Tick Joe Marsh too, or clear that answer." in page
        assert not Contact.objects.exists()

    def test_the_same_form_twice_is_one_session(self, mine, group, worker, hana, joe, sione):
        words = filled(hana, facilitators=[worker], everybody=[hana, joe, sione])
        first, second = (mine.post(address("session_log", group), words) for _ in range(2))
        assert (first.status_code, second.status_code) == (303, 303)
        assert (GroupSession.objects.count(), Contact.objects.count()) == (1, 1)

    def test_the_same_form_sent_again_is_one_session_though_another_person_joined_since(
        self, mine, group, worker, hana, joe, sione
    ):
        words = filled(hana, facilitators=[worker], everybody=[hana, joe, sione])
        assert mine.post(address("session_log", group), words).status_code == 303
        newcomer = factories.ClientFactory(supported_by=worker)
        group.members.create(organisation=group.organisation, client=newcomer, starts_on=TODAY)

        again = mine.post(address("session_log", group), words)

        assert again.status_code == 303, html(again)
        assert GroupSession.objects.count() == 1

    def test_a_day_that_is_recorded_is_refused_beside_the_day_and_what_was_ticked_stays(self, record, hana, joe):
        record(hana)
        response = record(joe)
        assert "recorded by Mere Paki already" in html(response)
        assert {row.person: row.ticked for row in response.context["form"].rows}[joe]
        assert Contact.objects.count() == 1

    def test_a_page_that_keeps_its_words_is_told_they_are_saved(self, mine, group, worker, hana, joe, sione):
        words = filled(hana, facilitators=[worker], everybody=[hana, joe, sione])
        response = mine.post(address("session_log", group), words, headers={"X-Peerload-Keeps-Words": "1"})
        assert response.json() == {"next": group.get_absolute_url()}

    def test_tomorrow_and_a_wrong_day_are_refused(self, record):
        assert "13 November 2026 has not come yet" in html(record(on="2026-11-13"))
        assert "Write the day as in" in html(record(on="yesterday"))
        assert "Write the day as in" in html(record(on="2026-02-31"))
        assert not GroupSession.objects.exists()

    def test_a_day_on_which_the_group_does_not_meet_is_asked_about(self, record, group, hana):
        record(hana)
        page = html(record(hana, on="2026-11-12"))
        assert f"{group.name} meets on Wednesdays; 12 November 2026 is a Thursday." in page
        assert page.count("The last session recorded is that of Wednesday 11 November 2026.") == 1
        assert page.count(f"{group.name} meets on Wednesdays;") == 1 and f"Yes, {group.name} met on Thursday" in page
        assert page.count("Tick this if it met that day, or choose another day.") == 2  # on top, and beside the box
        assert GroupSession.objects.count() == 1

        assert record(hana, on="2026-11-12", another_day="on").status_code == 303
        assert GroupSession.objects.count() == 2

    def test_another_day_asks_who_belonged_to_it_then(self, record, mine, group, worker, hana, joe, sione):
        GroupMember.objects.filter(client=joe).update(ends_before=date(2026, 11, 5))
        response = mine.post(
            address("session_log", group),
            filled(joe, facilitators=[worker], on="2026-11-04", everybody=[hana, joe, sione]),
        )
        assert response.status_code == 303
        assert Attendance.objects.get(came=True).client == joe

    def test_striking_through_asks_why(self, mine, record, hana):
        record(hana)
        session = GroupSession.objects.get()
        url = address("session_void", session)
        assert "Write down why" in html(mine.post(url, {"reason": ""}))
        page = html(mine.post(url, {"reason": "It rained"}, follow=True))
        assert "Removed from the count by Mere Paki: It rained" in page
        assert Contact.objects.standing().count() == 0


class TestWhoSeesWhom:
    def test_a_facilitator_sees_the_names_and_not_the_page_of_whom_they_do_not_support(self, mine, group, hana, sione):
        page = html(mine.get(group.get_absolute_url()))
        assert "Sione Vea" in page and sione.get_absolute_url() not in page
        assert hana.get_absolute_url() in page
        assert "high" not in page  # another worker's person: their support is not shown
        assert mine.get(sione.get_absolute_url()).status_code == 404

    def test_a_manager_sees_the_groups_of_the_team_and_a_stranger_none(self, signed_in, group, manager, stranger):
        assert "Wednesday walkers" in html(signed_in(manager).get(reverse("groups")))
        assert "Wednesday walkers" not in html(signed_in(stranger).get(reverse("groups")))
        assert signed_in(stranger).get(group.get_absolute_url()).status_code == 404

    def test_who_supports_somebody_reads_the_name_of_their_group_and_no_more(self, signed_in, teammate, group, sione):
        client = signed_in(teammate)
        page = html(client.get(sione.get_absolute_url()))
        assert "Wednesday walkers" in page and group.get_absolute_url() not in page
        assert client.get(group.get_absolute_url()).status_code == 404

    def test_the_timeline_says_that_a_person_came_to_the_group(self, mine, record, hana):
        record(hana)
        page = html(mine.get(hana.get_absolute_url()))
        timeline = page.partition('class="pl-timeline"')[2]
        assert "Came to Wednesday walkers" in timeline and "Reached: something else" not in timeline

    def test_the_group_stands_beside_what_a_person_said_there(self, mine, record, hana):
        record(hana, **{f"outcome_{hana.uid}": "support_wanted"})
        page = html(mine.get(hana.get_absolute_url()))
        assert "Reached: would like support" in page and "at a group, Wednesday walkers" in page

    def test_a_facilitator_adds_only_people_they_support(self, mine, group, worker, teammate):
        theirs = factories.ClientFactory(supported_by=teammate)
        own = factories.ClientFactory(supported_by=worker)
        url = address("group_join", group)
        assert "not one of the available choices" in html(
            mine.post(url, {"who": str(theirs.uid), "on": TODAY.isoformat()})
        )
        assert mine.post(url, {"who": str(own.uid), "on": TODAY.isoformat()}).status_code == 303
        assert group.members.filter(client=own).exists() and not group.members.filter(client=theirs).exists()

    def test_among_many_somebody_is_found_by_name_and_added(self, mine, group, worker):
        with factories.refreshed_at_once():
            for n in range(12):
                factories.ClientFactory(supported_by=worker, name=f"Ana Number{n}")
        tane = factories.ClientFactory(supported_by=worker, name="Tāne Rāwiri")
        url = address("group_join", group)
        assert 'type="search"' in html(mine.get(url))
        form = mine.get(f"{url}?q=tane").context["form"]
        assert list(form.people.values()) == [tane]
        mine.post(f"{url}?q=tane", {"who": str(tane.uid), "on": TODAY.isoformat()})
        assert group.members.filter(client=tane).exists()

    def test_where_nobody_is_left_to_join_it_says_so(self, mine, group):
        page = html(mine.get(address("group_join", group)))
        assert "belongs to the group already" in page and "Add to the group" not in page

    def test_from_the_day_after_the_last_a_facilitator_is_a_stranger(self, mine, group, on):
        group.facilitators.update(ends_before=TODAY + timedelta(days=1))
        assert mine.get(group.get_absolute_url()).status_code == 200
        on(TODAY + timedelta(days=1))
        assert mine.get(group.get_absolute_url()).status_code == 404


class TestBelonging:
    def test_support_changes_only_where_that_is_ticked(self, mine, group, worker):
        quiet, ticked = (factories.ClientFactory(supported_by=worker, support="high") for _ in range(2))
        url = address("group_join", group)
        mine.post(url, {"who": str(quiet.uid), "on": TODAY.isoformat()})
        mine.post(url, {"who": str(ticked.uid), "on": TODAY.isoformat(), "change_support": "on"})
        quiet.refresh_from_db()
        ticked.refresh_from_db()
        assert (quiet.tier, ticked.tier) == ("high", "group")

    def test_a_person_with_other_support_is_offered_to_change_it(self, mine, group, hana, joe):
        page = html(mine.get(group.get_absolute_url()))
        assert address("change_tier", joe) in page and address("change_tier", hana) not in page

    def test_leaving_has_a_last_day(self, mine, group, hana):
        membership = GroupMember.objects.get(client=hana)
        page = html(mine.post(address("group_leave", membership), {"on": "2026-11-11"}, follow=True))
        assert "Hana Rewi belongs to Wednesday walkers through 11 November 2026." in page
        assert "Hana Rewi" not in html(mine.get(group.get_absolute_url()))


class TestTheGroupItself:
    def test_a_manager_opens_changes_and_closes_one(self, signed_in, manager, team, worker, today):
        client = signed_in(manager)
        words = {
            "name": "Friday lunch",
            "team": team.pk,
            "facilitators": [str(worker.uid)],
            "weekday": "friday",
            "starts_at": "12:30",
            "minutes": "60",
            "on": TODAY.isoformat(),
        }
        page = " ".join(html(client.post(reverse("group_add"), words, follow=True)).split())
        assert "Friday lunch is open." in page and "Fridays at 12:30" in page and "Friday 13 November, 12:30" in page
        group = Group.objects.get()

        changed = {"name": "Friday lunch", "weekday": "", "starts_at": "", "minutes": "45"}
        assert "Saved." in html(client.post(address("group_edit", group), changed, follow=True))
        page = html(client.post(address("group_close", group), {"on": TODAY.isoformat()}, follow=True))
        assert "12 November 2026 is its last day" in page

    def test_a_name_that_is_taken_is_refused_beside_the_name(self, signed_in, manager, team, worker, group):
        words = {
            "name": "wednesday walkers",
            "team": team.pk,
            "facilitators": [str(worker.uid)],
            "minutes": "60",
            "on": TODAY.isoformat(),
        }
        response = signed_in(manager).post(reverse("group_add"), words)
        assert response.context["form"].errors["name"] == [
            "There is a group called “Wednesday walkers” already. Choose another name."
        ]

    def test_a_facilitator_does_not_change_the_group(self, mine, group):
        for name in ("group_edit", "group_close", "facilitator_add"):
            assert mine.get(address(name, group)).status_code == 404

    def test_facilitators_come_and_go(self, signed_in, manager, group, teammate):
        client = signed_in(manager)
        words = {"who": str(teammate.uid), "on": TODAY.isoformat()}
        page = html(client.post(address("facilitator_add", group), words, follow=True))
        assert "Tom Lealaiauloto facilitates Wednesday walkers from 12 November 2026 on." in page
        mine = group.facilitators.exclude(worker=teammate).get()
        page = html(client.post(address("facilitator_end", mine), {"on": TODAY.isoformat()}, follow=True))
        assert "Mere Paki facilitates Wednesday walkers through 12 November 2026." in page

    def test_a_group_is_reached_from_log_a_contact(self, mine, group):
        page = html(mine.get("/log/"))
        assert address("session_log", group) in page and "Wednesday walkers</a>, Wednesdays" in page

    @pytest.mark.parametrize(
        ("weekday", "on_my_day"),
        [
            ("thursday", "Today at 11:00: record the session"),
            ("wednesday", "11 November: record the session"),
            ("friday", "6 November: record the session"),
        ],
    )
    def test_my_day_has_it_on_its_day_and_until_the_session_is_recorded(self, mine, group, weekday, on_my_day):
        group.weekday, group.starts_at = weekday, time(11, 0)
        group.save()
        page = html(mine.get("/"))
        assert on_my_day in page and address("session_log", group) in page
        factories.GroupSessionFactory(group=group, on=TODAY)
        assert address("session_log", group) not in html(mine.get("/"))

    def test_a_group_without_a_usual_day_is_reached_from_my_day(self, mine, group):
        group.weekday = ""
        group.save()
        page = html(mine.get("/"))
        after = page.partition("Groups without a usual day:")[2]
        assert after.strip().startswith(f'<a href="{address("group", group)}">Wednesday walkers</a>')

    def test_the_number_of_queries_does_not_grow_with_the_group(
        self, mine, group, worker, django_assert_max_num_queries
    ):
        for _ in range(12):
            GroupMember.objects.create(
                organisation=group.organisation,
                group=group,
                client=factories.ClientFactory(supported_by=worker),
                starts_on=TODAY,
            )
        for name, most in (("group", 18), ("session_log", 18), ("group_join", 18)):
            with django_assert_max_num_queries(most):
                assert mine.get(address(name, group)).status_code == 200
