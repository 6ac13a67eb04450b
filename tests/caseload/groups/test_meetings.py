"""One meeting of a group: moved, called off, taken back and added; who may, and what is refused."""

import re
from datetime import date, time, timedelta
from html import unescape

import pytest
from django.urls import reverse

from caseload.groups import queries
from caseload.groups.actions import meetings as actions
from caseload.groups.actions.groups import GroupNotThen, SomethingAfter, change_group, close_group
from caseload.models import GroupMeeting
from caseload.notices.groups import still_moved
from peerload.notices.models import Notice
from peerload.notices.queries import news
from tests import factories
from tests.conftest import TODAY

WEDNESDAY, NEXT = date(2026, 11, 18), date(2026, 11, 25)  # the next two; the day is Thursday 12 November
FRIDAY = date(2026, 11, 20)
AT_TWO = {"starts_at": time(14, 0), "minutes": 60, "place": "The library"}
AS_USUAL = {"starts_at": None, "minutes": 90, "place": ""}


@pytest.fixture
def change(group, worker):
    def act(day=WEDNESDAY, *, version=0, by=worker, today=TODAY, key=None, **when):
        words = {"on": FRIDAY, **AT_TWO} | when
        key = key or day.isoformat()
        return actions.change_meeting(group_id=group.pk, key=key, by=by, today=today, version=version, **words)

    return act


@pytest.fixture
def add(group, worker):
    def act(on, today=TODAY):
        return actions.add_meeting(group_id=group.pk, by=worker, today=today, on=on, **AT_TWO)

    return act


def said(act, group, worker, day=WEDNESDAY, version=0, today=TODAY):
    """Call a meeting off, or take back what was said of it."""
    return act(group_id=group.pk, key=day.isoformat(), by=worker, today=today, version=version)


def ahead(group):
    return [(each.on, each.called_off) for each in queries.ahead(group, TODAY, None)]


class TestMoving:
    def test_one_meeting_moves_and_the_others_stay(self, group, change):
        change()
        assert ahead(group)[:2] == [(FRIDAY, False), (NEXT, False)]
        row = GroupMeeting.objects.get()
        assert (row.usual_on, row.starts_at, row.minutes, row.place) == (WEDNESDAY, time(14, 0), 60, "The library")

    def test_the_same_twice_is_once(self, group, change):
        assert change() == change()
        assert GroupMeeting.objects.get().version == 1

    def test_moved_again_it_is_the_same_meeting(self, group, change):
        change()
        change(version=1, on=FRIDAY + timedelta(days=1))
        assert ahead(group)[:2] == [(date(2026, 11, 21), False), (NEXT, False)]
        assert GroupMeeting.objects.get().version == 2

    def test_moved_back_to_the_usual_it_is_as_usual(self, group, change):
        change()
        back = change(version=1, on=WEDNESDAY, **AS_USUAL)
        assert ahead(group)[0] == (WEDNESDAY, False) and not back.differs
        assert (GroupMeeting.objects.get().as_usual, back.version) == (True, 2), "its version goes on"

    @pytest.mark.parametrize(
        ("refusal", "when", "words"),
        [
            (
                actions.MeetingDayPassed,
                {"on": date(2026, 11, 11)},
                "11 November 2026 has passed. Choose today or a later",
            ),
            (
                actions.MeetsThatDay,
                {"on": NEXT},
                "Wednesday walkers meets on 25 November 2026 already. Choose another day",
            ),
            (actions.MeetingRecorded, {"on": TODAY}, "The session of 12 November 2026 is recorded already."),
            (actions.MeetingStandsStill, {"on": WEDNESDAY, **AS_USUAL}, "It is planned just so already."),
            (actions.MeetingChangedMeanwhile, {"version": 3}, "Another member has changed this meeting meanwhile."),
            (actions.MeetingDayPassed, {"day": date(2026, 11, 11)}, "11 November 2026 has passed, so that meeting"),
            (actions.MeetingChangedMeanwhile, {"day": FRIDAY}, "has no such meeting any more."),
            (GroupNotThen, {"on": date(2026, 12, 26)}, "Wednesday walkers was closed on 25 December 2026."),
        ],
    )
    def test_what_cannot_be_is_refused_in_a_sentence(self, group, change, refusal, when, words):
        factories.GroupSessionFactory(group=group, on=TODAY)
        group.ends_before = date(2026, 12, 26)
        group.save()
        with pytest.raises(refusal, match=words):
            change(**when)
        assert not GroupMeeting.objects.exists()

    def test_a_group_that_has_not_begun_meets_from_its_first_day_on(self, group, change):
        group.starts_on = date(2026, 11, 16)
        group.save()
        with pytest.raises(GroupNotThen, match="begins on 16 November 2026"):
            change(on=date(2026, 11, 15))
        change(on=date(2026, 11, 16))
        assert ahead(group)[0] == (date(2026, 11, 16), False)

    def test_today_is_ahead_until_its_session_is_recorded(self, group, change):
        factories.GroupSessionFactory(group=group, on=WEDNESDAY)
        with pytest.raises(actions.MeetingRecorded):
            change(today=WEDNESDAY)
        group.sessions.all().delete()
        assert change(today=WEDNESDAY).on == FRIDAY


class TestCallingOff:
    def test_it_is_off_and_stands_again_when_that_is_taken_back(self, group, worker):
        for _ in range(2):  # two taps are one
            assert said(actions.call_off, group, worker).called_off
        row = GroupMeeting.objects.get()
        assert (row.called_off_on, row.called_off_by, row.version) == (TODAY, worker, 1)
        assert ahead(group)[:2] == [(WEDNESDAY, True), (NEXT, False)]
        for _ in range(2):
            assert said(actions.take_back, group, worker, version=1).version == 2
        assert ahead(group)[0] == (WEDNESDAY, False) and GroupMeeting.objects.get().as_usual

    def test_taken_back_it_follows_the_usual_hour_and_can_be_changed_again(self, group, worker, change):
        change()
        said(actions.take_back, group, worker, version=1)
        words = {"name": group.name, "weekday": group.weekday, "starts_at": time(9, 15), "minutes": 45}
        change_group(group_id=group.pk, by=worker, today=TODAY, **words)
        group.refresh_from_db()
        assert (found := queries.ahead(group, TODAY, None)[0]).starts_at == time(9, 15) and found.minutes == 45
        with pytest.raises(actions.MeetingChangedMeanwhile):
            said(actions.call_off, group, worker, version=1)
        off = said(actions.call_off, group, worker, version=2)
        assert (off.starts_at, off.version, GroupMeeting.objects.get().as_usual) == (time(9, 15), 3, False)

    def test_a_day_that_is_as_usual_again_is_free_for_no_other_meeting(self, group, worker, change, add):
        change()
        add(date(2026, 11, 17))
        said(actions.take_back, group, worker, version=1)
        with pytest.raises(actions.MeetsThatDay):
            add(WEDNESDAY)
        with pytest.raises(actions.MeetsThatDay):
            change(NEXT, on=WEDNESDAY)

    def test_another_meeting_may_take_the_day_once_it_has_moved_again(self, group, worker, change, add):
        change()
        said(actions.take_back, group, worker, version=1)
        change(version=2)
        add(WEDNESDAY)
        assert ahead(group)[:2] == [(WEDNESDAY, False), (FRIDAY, False)]

    def test_one_that_was_moved_stands_again_where_it_was_moved_to(self, group, worker, change):
        change()
        said(actions.call_off, group, worker, version=1)
        with pytest.raises(actions.MeetingIsCalledOff, match="Take that back first"):
            change(version=2, on=TODAY)
        said(actions.take_back, group, worker, version=2)
        assert ahead(group)[:2] == [(FRIDAY, False), (NEXT, False)]
        said(actions.take_back, group, worker, version=3)
        assert ahead(group)[0] == (WEDNESDAY, False)

    def test_nothing_is_taken_back_to_a_day_another_meeting_has(self, group, worker, change, add):
        change()
        add(WEDNESDAY)
        with pytest.raises(actions.MeetsThatDay):
            said(actions.take_back, group, worker, version=1)

    def test_nothing_is_taken_back_to_a_day_that_has_passed(self, group, worker, change):
        change()
        with pytest.raises(actions.MeetingDayPassed, match="18 November 2026 has passed"):
            said(actions.take_back, group, worker, version=1, today=date(2026, 11, 19))

    @pytest.mark.parametrize("act", [actions.call_off, actions.take_back])
    def test_an_older_page_is_told_what_stands_now(self, group, worker, change, act):
        change()
        with pytest.raises(actions.MeetingChangedMeanwhile, match="It is on 20 November 2026 now"):
            said(act, group, worker)


class TestAnExtraOne:
    def test_a_group_without_a_usual_day_says_when_it_meets(self, group, add):
        type(group).objects.update(weekday="")
        group.refresh_from_db()
        assert ahead(group) == []
        add(FRIDAY)
        assert ahead(group) == [(FRIDAY, False)]
        with pytest.raises(actions.MeetsThatDay):
            add(FRIDAY)

    def test_it_is_moved_and_called_off_like_another(self, group, worker, add, change):
        key = str(add(FRIDAY).uid)
        change(key=key, version=1, on=NEXT - timedelta(days=1))
        actions.call_off(group_id=group.pk, key=key, by=worker, today=TODAY, version=2)
        assert ahead(group)[:3] == [(WEDNESDAY, False), (date(2026, 11, 24), True), (NEXT, False)]


class TestTheGroupChanges:
    def test_another_usual_day_keeps_what_was_moved_and_lets_go_of_what_was_called_off(self, group, worker, change):
        change()
        said(actions.call_off, group, worker, NEXT)
        words = {"name": group.name, "weekday": "thursday", "starts_at": None, "minutes": 90}
        change_group(group_id=group.pk, by=worker, today=TODAY, **words)
        group.refresh_from_db()
        assert [day for day, __ in ahead(group)] == [
            *(TODAY, date(2026, 11, 19), FRIDAY, date(2026, 11, 26)),
        ]
        assert GroupMeeting.objects.get(as_usual=False).usual_on is None

    def test_an_extra_meeting_on_a_new_usual_day_takes_the_usual_one_with_it_when_it_is_called_off(
        self, group, worker, add
    ):
        extra = add(FRIDAY)
        words = {"name": group.name, "weekday": "friday", "starts_at": None, "minutes": 90}
        change_group(group_id=group.pk, by=worker, today=TODAY, **words)
        group.refresh_from_db()
        actions.call_off(group_id=group.pk, key=str(extra.uid), by=worker, today=TODAY, version=1)
        assert ahead(group)[:3] == [(date(2026, 11, 13), False), (FRIDAY, True), (date(2026, 11, 27), False)]
        actions.take_back(group_id=group.pk, key=str(extra.uid), by=worker, today=TODAY, version=2)
        assert ahead(group)[1] == (FRIDAY, False)

    def test_a_day_called_off_keeps_its_version_through_other_usual_days(self, group, worker):
        said(actions.call_off, group, worker)
        for weekday in ("thursday", "wednesday"):
            words = {"name": group.name, "weekday": weekday, "starts_at": None, "minutes": 90}
            change_group(group_id=group.pk, by=worker, today=TODAY, **words)
            group.refresh_from_db()
        found = queries.ahead(group, TODAY, None)[0]
        assert (found.on, found.called_off, found.version) == (WEDNESDAY, False, 2)

    def test_a_group_does_not_close_before_a_meeting_that_is_planned(self, group, worker, change):
        change()
        with pytest.raises(SomethingAfter, match="A meeting was planned for 20 November 2026. Call it off or move it"):
            close_group(group_id=group.pk, by=worker, on=WEDNESDAY)
        close_group(group_id=group.pk, by=worker, on=FRIDAY)
        group.refresh_from_db()
        assert ahead(group) == [(FRIDAY, False)]


class TestWhoIsTold:
    @pytest.mark.parametrize(
        ("day", "to", "told"),
        [
            (WEDNESDAY, FRIDAY, True),
            (date(2026, 11, 25), date(2026, 11, 27), False),
            (date(2026, 11, 25), date(2026, 11, 19), True),
            (date(2026, 11, 25), FRIDAY, False),
        ],
        ids=["within a week", "later", "to a day within a week", "to the eighth day"],
    )
    def test_the_other_facilitators_where_it_is_within_a_week(self, group, teammate, change, day, to, told):
        group.facilitators.create(organisation=group.organisation, worker=teammate, starts_on=TODAY)
        change(day, on=to)
        assert list(Notice.objects.values_list("recipient", "kind", "anchor_on")) == (
            [(teammate.pk, "meeting_moved", to)] if told else []
        )

    def test_another_hour_of_the_same_day_is_told_too_and_is_one_meeting(self, group, teammate, change, on):
        on(TODAY)
        group.facilitators.create(organisation=group.organisation, worker=teammate, starts_on=TODAY)
        change(on=date(2026, 11, 19))
        change(on=date(2026, 11, 19), starts_at=time(16, 0), version=1)
        change(on=date(2026, 11, 19), starts_at=time(16, 0), version=1)  # sent again
        told = list(Notice.objects.order_by("pk"))
        assert [(each.recipient, each.anchor_on) for each in told] == [(teammate, date(2026, 11, 19))] * 2
        assert still_moved(told) == {told[1].pk}
        assert len(news(teammate, TODAY)) == 1

    @pytest.mark.parametrize("before", ["moved", "called off"])
    def test_the_other_facilitators_of_what_was_taken_back(self, group, worker, teammate, change, on, before):
        on(TODAY)
        group.facilitators.create(organisation=group.organisation, worker=teammate, starts_on=TODAY)
        if before == "moved":
            change(on=date(2026, 11, 19))
        else:
            said(actions.call_off, group, worker)
        said(actions.take_back, group, worker, version=1)
        told = list(Notice.objects.filter(kind="meeting_taken_back"))
        assert [(each.recipient, each.anchor_on) for each in told] == [(teammate, WEDNESDAY)]
        assert "took a change back: the meeting on Wednesday 18 November is as usual" in str(news(teammate, TODAY))


# Pages ----------------------------------------------------------------------------------------------------------------


def text(response):
    return " ".join(unescape(response.content.decode()).split())


def address(name, group, day=WEDNESDAY):
    return reverse(name, args=[group.uid, day.isoformat()])


class TestPages:
    def test_the_group_shows_what_is_next_and_each_is_moved_in_a_form(self, signed_in, worker, group):
        site = signed_in(worker)
        page = text(site.get(group.get_absolute_url()))
        assert page.count("Move or change") == page.count("Call off") == 4 and "Take back" not in page

        form = site.get(address("meeting_change", group)).context["form"]
        assert (form["on"].value(), form["minutes"].value(), form["version"].value()) == (WEDNESDAY, 90, 0)
        words = {"on": "2026-11-20", "starts_at": "14:00", "minutes": "60", "place": "The library", "version": "0"}
        page = text(site.post(address("meeting_change", group), words, follow=True))
        assert "Wednesday walkers meets on Friday 20 November at 14:00." in page
        assert "Friday 20 November, 14:00" in page and "moved from Wednesday 18 November" in page
        assert "The library" in page and "Take back" in page

        again = site.post(address("meeting_change", group), words)
        assert again.status_code == 303 and GroupMeeting.objects.get().version == 1

    def test_an_older_form_is_shown_what_stands_and_saves_when_sent_again(self, signed_in, worker, group, change):
        site = signed_in(worker)
        change()
        words = {"on": "2026-11-19", "starts_at": "", "minutes": "90", "place": "", "version": "0"}
        asked = site.post(address("meeting_change", group), words)
        assert asked.status_code == 409 and "It is on 20 November 2026 now." in text(asked)
        assert 'value="2026-11-19"' in asked.content.decode()
        again = words | {"version": asked.context["form"]["version"].value()}
        assert site.post(address("meeting_change", group), again).status_code == 303
        assert GroupMeeting.objects.get().on == date(2026, 11, 19)

    def test_a_form_opened_before_the_usual_hour_was_changed_asks_again(self, signed_in, worker, group):
        site = signed_in(worker)
        page = site.get(address("meeting_change", group)).content.decode()
        [filled_from] = re.findall(r'name="filled_from" value="([^"]+)"', page)
        words = {"name": group.name, "weekday": group.weekday, "starts_at": time(9, 15), "minutes": 45}
        change_group(group_id=group.pk, by=worker, today=TODAY, **words)
        posted = {"on": "2026-11-20", "starts_at": "", "minutes": "90", "place": "", "version": "0"}
        asked = site.post(address("meeting_change", group), posted | {"filled_from": filled_from})
        assert asked.status_code == 409 and "09:15" in text(asked) and not GroupMeeting.objects.exists()

    def test_it_is_called_off_and_taken_back_with_one_tap_each(self, signed_in, worker, group):
        site = signed_in(worker)
        page = text(site.post(address("meeting_call_off", group), {"version": "0"}, follow=True))
        assert "The meeting on Wednesday 18 November is called off. Tell the members." in page
        assert "<s>Wednesday 18 November</s>" in page
        page = text(site.post(address("meeting_take_back", group), {"version": "1"}, follow=True))
        assert "Taken back. Wednesday walkers meets on Wednesday 18 November." in page
        page = text(site.post(address("meeting_call_off", group), {}, follow=True))
        assert "Another member has changed this meeting meanwhile." in page

    def test_a_meeting_is_added_and_refused_beside_its_day(self, signed_in, manager, group):
        site = signed_in(manager)
        url = reverse("meeting_add", args=[group.uid])
        words = {"on": "2026-11-18", "minutes": "45"}
        refused = site.post(url, words)
        assert (
            refused.status_code == 422
            and "meets on 18 November 2026 already" in refused.context["form"].errors["on"][0]
        )
        page = text(site.post(url, words | {"on": "2026-11-21"}, follow=True))
        assert "Wednesday walkers meets on Saturday 21 November." in page and "extra meeting" in page

    @pytest.mark.parametrize("name", ["meeting_change", "meeting_call_off", "meeting_take_back"])
    def test_a_meeting_the_group_does_not_have_is_not_there(self, signed_in, worker, group, name):
        site = signed_in(worker)
        another_way = ("20261118", "2026-W47-3")
        far = ("2028-11-15", "9998-12-30", "9999-12-31", "0001-01-03")
        for key in ("2026-11-19", "2026-02-30", "x", str(group.uid), *another_way, *far):
            assert site.post(reverse(name, args=[group.uid, key])).status_code == 404

    def test_a_teammate_who_does_not_facilitate_moves_nothing(self, signed_in, teammate, group):
        site = signed_in(teammate)
        for name in ("meeting_change", "meeting_call_off", "meeting_take_back"):
            assert site.post(address(name, group), {"version": "0"}).status_code == 404
        assert not GroupMeeting.objects.exists()

    def test_the_list_of_groups_says_when_each_meets_next(self, signed_in, worker, group, change):
        change()
        assert "Meets first on 20 November at 14:00." in text(signed_in(worker).get(reverse("groups")))


class TestWhereItShows:
    def test_my_day_has_it_on_its_new_day_and_hour_only(self, signed_in, worker, group, change, on):
        change()
        site = signed_in(worker)
        factories.GroupSessionFactory(group=group, on=date(2026, 11, 11))
        week = text(site.get("/"))
        assert "Friday 20 November" not in week  # eight days ahead
        on(date(2026, 11, 14))
        week = text(site.get("/"))
        assert f'14:00<a href="{group.get_absolute_url()}">Wednesday walkers' in week.replace(" <a", "<a")
        on(WEDNESDAY)
        assert "record the session" not in text(site.get("/"))
        on(FRIDAY)
        page = text(site.get("/"))
        assert "Today at 14:00: record the session" in page and "The library" in page
        on(FRIDAY + timedelta(days=1))
        page = text(site.get("/"))
        assert "20 November: record the session" in page and "?on=2026-11-20" in page

    def test_nothing_is_to_be_recorded_of_a_meeting_called_off(self, signed_in, worker, group, on):
        said(actions.call_off, group, worker)
        site = signed_in(worker)
        on(WEDNESDAY)
        assert "record the session" not in text(site.get("/"))

    def test_a_session_is_recorded_on_the_new_day_with_its_minutes(self, signed_in, worker, hana, group, change, on):
        change()
        on(FRIDAY)
        site = signed_in(worker)
        url = reverse("session_log", args=[group.uid])
        form = site.get(url).context["form"]
        assert (form.usual, form["minutes"].value()) == (FRIDAY, 60)
        words = {"on": "2026-11-18", "minutes": "60", "facilitators": str(worker.uid), "submission_id": str(group.uid)}
        asked = site.post(url, words)
        assert "was moved to 20 November 2026." in text(asked)
        assert site.post(url, words | {"on": "2026-11-20"}).status_code == 303

    def test_a_session_of_a_meeting_called_off_is_asked_about(self, signed_in, worker, group, on):
        said(actions.call_off, group, worker)
        on(WEDNESDAY)
        words = {"on": "2026-11-18", "minutes": "60", "facilitators": str(worker.uid), "submission_id": str(group.uid)}
        asked = signed_in(worker).post(reverse("session_log", args=[group.uid]), words)
        assert "on 18 November 2026 was called off." in text(asked)
