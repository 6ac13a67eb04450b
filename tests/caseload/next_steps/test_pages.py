"""The pages of next steps: added alone and with a contact, asked about, moved and ended with one tap, and sent twice."""

import re
from datetime import date, time, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from caseload.models import Contact, NextStep
from tests import factories
from tests.conftest import TODAY
from tests.forms import filled
from tests.shared import shared

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

DAY = timedelta(days=1)
FRIDAY, SATURDAY, WEEK = TODAY + DAY, TODAY + 2 * DAY, TODAY + 7 * DAY
APPOINTMENT = {"due_on": WEEK, "starts_at": "10:30", "minutes": "45", "place": "service", "place_words": "Room 2"}


@shared(dated=True)
def step(whetu):
    return factories.NextStepFactory(client=whetu, due_on=TODAY, appointment=True, what="")


def add(mine, person, kind="promise", **words):
    url = reverse("next_step_add", args=[person.uid])
    return mine.post(url, filled(mine.get(f"{url}?kind={kind}&back=person")) | words)


def move(mine, step, **words):
    return mine.post(reverse("next_step_move", args=[step.uid]), {"version": step.version, "back": "person"} | words)


def end(mine, step, ended_as, **words):
    url = reverse("next_step_end", args=[step.uid])
    return mine.post(url, {"version": step.version, "back": "person", "ended_as": ended_as} | words, follow=True)


def said(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


class TestAlone:
    def test_a_promise_by_one_of_the_days_offered(self, mine, whetu, worker):
        page = mine.get(reverse("next_step_add", args=[whetu.uid]))
        assert "Tomorrow" in said(page)
        answer = add(mine, whetu, what="Ring about the housing form", chosen=FRIDAY)
        assert answer.url == whetu.get_absolute_url()
        step = NextStep.objects.get()
        assert (step.kind, step.what, step.due_on, step.author, step.made_on) == (
            *("promise", "Ring about the housing form", FRIDAY),
            *(worker, TODAY),
        )
        assert step.place == ""

    def test_a_promise_by_another_day(self, mine, whetu):
        add(mine, whetu, what="Ring", due_on=WEEK)
        assert NextStep.objects.get().due_on == WEEK

    def test_a_promise_needs_words_and_a_day(self, mine, whetu):
        assert "Write down what was promised" in said(add(mine, whetu, chosen=FRIDAY))
        answer = add(mine, whetu, what="Ring")
        assert (answer.status_code, NextStep.objects.count()) == (422, 0)
        assert "Choose by when" in said(answer)

    def test_no_day_that_has_passed(self, mine, whetu):
        answer = add(mine, whetu, what="Ring", due_on=TODAY - DAY)
        assert (answer.status_code, NextStep.objects.count()) == (422, 0)
        assert "has passed. Choose today or a later day." in said(answer)

    def test_an_appointment(self, mine, whetu):
        add(mine, whetu, "appointment", **APPOINTMENT, with_others="Her sister", what="The housing form")
        step = NextStep.objects.get()
        assert (step.due_on, step.starts_at, step.minutes, step.place) == (WEEK, time(10, 30), 45, "service")
        assert (step.place_words, step.with_others, step.what) == ("Room 2", "Her sister", "The housing form")
        page = said(mine.get(whetu.get_absolute_url()))
        assert "Thursday 19 November, 10:30" in page
        assert "At the service: Room 2" in page
        assert "Also coming: Her sister" in page

    def test_elsewhere_says_where(self, mine, whetu):
        answer = add(mine, whetu, "appointment", **APPOINTMENT | {"place": "elsewhere", "place_words": ""})
        assert (answer.status_code, NextStep.objects.count()) == (422, 0)
        assert "Say where you meet." in said(answer)

    def test_sent_twice_is_one(self, mine, whetu):
        url = reverse("next_step_add", args=[whetu.uid])
        words = filled(mine.get(f"{url}?kind=appointment")) | APPOINTMENT
        for _ in range(2):
            assert mine.post(url, words).status_code in (302, 303)
        assert NextStep.objects.count() == 1

    def test_to_a_person_who_asked_not_to_be_contacted_it_says_that_no_one_is_reminded(self, mine, whetu):
        type(whetu).objects.filter(pk=whetu.pk).update(contact_preference="please_dont")
        page = mine.get(reverse("next_step_add", args=[whetu.uid]))
        assert "no one is reminded of it" in said(page)


class TestAskedAbout:
    """What speaks against an appointment is asked about, never refused; the second press saves it."""

    def asked(self, mine, person, sentence, **words):
        url = reverse("next_step_add", args=[person.uid])
        typed = filled(mine.get(f"{url}?kind=appointment")) | APPOINTMENT | words
        answer = mine.post(url, typed)
        assert (answer.status_code, NextStep.objects.filter(what="").count()) == (409, 0), said(answer)
        assert sentence in said(answer)
        assert mine.post(url, filled(answer)).status_code in (302, 303)
        assert NextStep.objects.filter(what="").count() == 1

    def test_outside_the_days_of_the_post(self, mine, whetu):
        self.asked(mine, whetu, "Mere Paki does not work on Saturday 14 November.", due_on=SATURDAY)

    def test_outside_the_days_a_post_names(self, mine, whetu, worker):
        worker.posts.update(weekly_hours=24, day_hours=[8, 8, 8, 0, 0, 0, 0])
        self.asked(mine, whetu, "Mere Paki does not work on Thursday 19 November.")

    def test_after_the_post(self, mine, whetu, worker):
        worker.posts.update(ends_before=WEEK)
        factories.PostFactory(worker=worker, starts_on=WEEK + DAY)
        url = reverse("next_step_add", args=[whetu.uid])
        answer = mine.post(url, filled(mine.get(f"{url}?kind=appointment")) | APPOINTMENT)
        assert answer.status_code in (302, 303)  # no one is responsible that day, so there is no one to ask about

    def test_inside_an_absence(self, mine, whetu, worker):
        factories.AbsenceFactory(worker=worker, starts_on=WEEK, ends_before=WEEK + DAY)
        self.asked(mine, whetu, "Mere Paki is away on Thursday 19 November.")

    def test_inside_an_absence_with_cover(self, mine, whetu, worker, teammate):
        absence = factories.AbsenceFactory(worker=worker, starts_on=WEEK, ends_before=WEEK + DAY)
        factories.CoverFactory(absence=absence, client=whetu, worker=teammate)
        self.asked(mine, whetu, "Tom Lealaiauloto covers, and is responsible for this appointment.")

    def test_on_a_closure_day(self, mine, whetu, organisation):
        factories.ClosureDayFactory(organisation=organisation, on=WEEK)
        self.asked(mine, whetu, "The service is shut on Thursday 19 November.")

    def test_at_the_same_time_as_another_appointment(self, mine, whetu, worker):
        other = factories.ClientFactory(supported_by=worker, name="Ana Tui")
        factories.NextStepFactory(client=other, due_on=WEEK, appointment=True, starts_at=time(11, 0), what="Bank")
        self.asked(mine, whetu, "Mere Paki has an appointment with Ana Tui at the same time.")

    def test_at_the_same_time_as_a_session(self, mine, whetu, worker):
        factories.SessionFactory(worker=worker, planned_on=WEEK, starts_at=time(10, 0), minutes=60)
        self.asked(mine, whetu, "Mere Paki has a session at the same time.")

    def test_at_the_same_time_as_a_group(self, mine, whetu, worker):
        group = factories.GroupFactory(facilitated_by=worker, name="Kitchen")
        type(group).objects.update(weekday="thursday", starts_at=time(10, 0), minutes=90)
        self.asked(mine, whetu, "Mere Paki has Kitchen at the same time.")

    def test_at_the_same_time_as_a_meeting_of_a_group_that_was_moved(self, mine, whetu, worker):
        group = factories.GroupFactory(facilitated_by=worker, name="Kitchen", starts_at=time(10, 0))
        factories.GroupMeetingFactory(group=group, usual_on=WEEK - DAY, on=WEEK, starts_at=time(10, 30))
        self.asked(mine, whetu, "Mere Paki has Kitchen at the same time.")

    def test_a_meeting_of_a_group_that_was_called_off_is_not_asked_about(self, mine, whetu, worker):
        group = factories.GroupFactory(facilitated_by=worker, weekday="thursday", starts_at=time(10, 0))
        factories.GroupMeetingFactory(group=group, usual_on=WEEK, on=WEEK, called_off_on=WEEK - 7 * DAY)
        assert add(mine, whetu, "appointment", **APPOINTMENT).status_code in (302, 303)

    def test_another_day_is_asked_about_again(self, mine, whetu):
        url = reverse("next_step_add", args=[whetu.uid])
        typed = filled(mine.get(f"{url}?kind=appointment")) | APPOINTMENT | {"due_on": SATURDAY}
        answer = mine.post(url, typed)
        again = mine.post(url, filled(answer) | {"due_on": SATURDAY + DAY})
        assert again.status_code == 409
        assert "Sunday 15 November" in said(again)

    def test_two_that_only_touch_are_not_asked_about(self, mine, whetu, worker):
        factories.NextStepFactory(client=whetu, due_on=WEEK, appointment=True, starts_at=time(11, 15))
        assert add(mine, whetu, "appointment", **APPOINTMENT).status_code in (302, 303)

    def test_two_at_once_are_shown(self, mine, whetu, worker):
        for at in (time(10, 30), time(11, 0)):
            factories.NextStepFactory(client=whetu, due_on=WEEK, appointment=True, starts_at=at)
        assert said(mine.get(whetu.get_absolute_url())).count("something else at the same time") == 2

    def test_a_move_is_asked_about_too(self, mine, step):
        answer = move(mine, step, chosen=SATURDAY)
        assert answer.status_code == 409
        assert "does not work on Saturday 14 November" in said(answer)
        step.refresh_from_db()
        assert step.due_on == TODAY
        assert mine.post(reverse("next_step_move", args=[step.uid]), filled(answer)).status_code == 302
        step.refresh_from_db()
        assert step.due_on == SATURDAY


class TestMove:
    def test_one_tap_on_a_day_that_is_offered(self, mine, step, whetu):
        page = mine.get(whetu.get_absolute_url()).content.decode()
        assert f'name="chosen" value="{FRIDAY}"' in page
        answer = move(mine, step, chosen=FRIDAY)
        assert answer.url == whetu.get_absolute_url()
        step.refresh_from_db()
        assert (step.due_on, step.starts_at, step.place, step.times_moved) == (FRIDAY, time(10, 30), "service", 1)
        assert "Moved. Appointment with Whetu on Friday 13 November at 10:30." in said(mine.get(answer.url))

    def test_another_hour_and_place(self, mine, step):
        url = reverse("next_step_move", args=[step.uid])
        words = filled(mine.get(url)) | {"starts_at": "15:00", "place": "phone"}
        assert mine.post(url, words).status_code == 302
        step.refresh_from_db()
        assert (step.due_on, step.starts_at, step.place, step.times_moved) == (TODAY, time(15, 0), "phone", 1)

    @pytest.mark.parametrize(("typed", "stored"), [(" Aunty Rua ", "Aunty Rua"), ("", "")], ids=["another", "no one"])
    def test_who_else_comes_can_change_and_nothing_is_moved(self, mine, step, typed, stored):
        NextStep.objects.filter(pk=step.pk).update(with_others="Dr Rewi")
        url = reverse("next_step_move", args=[step.uid])
        words = filled(mine.get(url))
        assert words["with_others"] == "Dr Rewi"
        answer = mine.post(url, words | {"with_others": typed}, follow=True)
        assert "Saved. Appointment with Whetu" in said(answer)
        step.refresh_from_db()
        assert (step.with_others, step.due_on, step.times_moved) == (stored, TODAY, 0)

    def test_the_button_says_what_is_saved_and_the_day_is_not_optional(self, mine, whetu, step):
        promise = factories.NextStepFactory(client=whetu, due_on=TODAY)
        for which, says in ((step, "Save the appointment"), (promise, "Move the promise")):
            url = reverse("next_step_move", args=[which.uid])
            page = mine.get(url)
            html = page.content.decode()
            assert says in said(page) and "Move it" not in said(page)
            assert "optional" not in html[html.index('id="div_id_due_on"') :].partition("</label>")[0]
            refused = mine.post(url, filled(page) | {"due_on": ""})
            assert refused.status_code == 422 and "Say on which day." in said(refused)

    def test_moved_with_one_tap_the_others_still_come(self, mine, step):
        NextStep.objects.filter(pk=step.pk).update(with_others="Dr Rewi")
        move(mine, step, chosen=FRIDAY)
        step.refresh_from_db()
        assert (step.with_others, step.due_on) == ("Dr Rewi", FRIDAY)

    def test_tapped_twice_it_is_moved_once(self, mine, step):
        for _ in range(2):
            assert move(mine, step, chosen=FRIDAY).status_code == 302
        step.refresh_from_db()
        assert (step.due_on, step.times_moved) == (FRIDAY, 1)

    def test_from_an_older_page_it_is_asked_about_and_nothing_is_lost(self, mine, step):
        move(mine, step, chosen=FRIDAY)
        answer = move(mine, step, chosen=TODAY + 4 * DAY)
        assert answer.status_code == 409
        assert "It is now planned for 13 November 2026" in said(answer)
        assert mine.post(reverse("next_step_move", args=[step.uid]), filled(answer)).status_code == 302
        step.refresh_from_db()
        assert step.due_on == TODAY + 4 * DAY

    def test_what_was_not_kept_can_be_moved_and_stands_again(self, mine, step):
        end(mine, step, "not_kept")
        step.refresh_from_db()
        move(mine, step, chosen=FRIDAY)
        step.refresh_from_db()
        assert (step.ended_as, step.ended_on, step.ended_by, step.due_on) == ("", None, None, FRIDAY)

    def test_what_was_kept_cannot_be_moved(self, mine, step):
        end(mine, step, "kept")
        step.refresh_from_db()
        answer = move(mine, step, chosen=FRIDAY)
        assert "Mere Paki wrote down on 12 November 2026: kept." in said(answer)


class TestEnd:
    @pytest.mark.parametrize(
        ("ended_as", "says", "offers"),
        [
            ("kept", "Appointment with Whetu kept.", ["Log the contact", "Make another appointment"]),
            ("not_kept", "Appointment with Whetu not kept.", ["Move it", "Make another appointment"]),
            ("called_off", "Appointment with Whetu called off.", ["Make another appointment"]),
        ],
    )
    def test_one_tap_and_the_next_one_is_offered(self, mine, step, worker, ended_as, says, offers):
        page = said(end(mine, step, ended_as))
        assert says in page
        assert all(words in page for words in offers)
        assert all(page.index("Undo") < page.index(words) for words in offers)
        step.refresh_from_db()
        assert (step.ended_as, step.ended_on, step.ended_by) == (ended_as, TODAY, worker)

    def test_tapped_twice_it_is_ended_once(self, mine, step):
        for _ in range(2):
            assert "kept" in said(end(mine, step, "kept"))
        step.refresh_from_db()
        assert step.version == 2

    def test_a_wrong_tap_is_undone(self, mine, step):
        end(mine, step, "called_off")
        step.refresh_from_db()
        url = reverse("next_step_end", args=[step.uid])
        answer = mine.post(url, {"version": step.version, "back": "person", "ended_as": "undo"}, follow=True)
        assert "Undone." in said(answer)
        step.refresh_from_db()
        assert step.ended_as == ""

    def test_two_members_say_different_things(self, mine, step, signed_in, manager):
        end(mine, step, "kept")
        page = said(end(signed_in(manager), step, "not_kept"))
        assert "Mere Paki wrote down on 12 November 2026: kept. Nothing was changed." in page

    def test_from_an_older_page_nothing_is_ended(self, mine, step):
        answer = end(mine, step, "kept", version=7)
        assert "changed since you opened the page" in said(answer)
        step.refresh_from_db()
        assert step.ended_as == ""

    def test_nonsense_changes_nothing(self, mine, step):
        for words in ({"ended_as": "eaten"}, {"version": "x"}, {"version": "9" * 40}):
            end(mine, step, **{"ended_as": "kept"} | words)
            step.refresh_from_db()
            assert step.ended_as == ""

    def test_the_timeline_says_what_became_of_it(self, mine, whetu, step):
        promise = factories.NextStepFactory(client=whetu, due_on=TODAY)
        end(mine, promise, "not_kept")
        end(mine, step, "kept")
        page = said(mine.get(whetu.get_absolute_url()))
        assert "Promise not kept" in page
        assert "Ring about the housing form" in page
        assert "Appointment kept" in page


class TestWithAContact:
    def log(self, mine, person, **words):
        url = reverse("contact_log", args=[person.uid])
        base = {"reached": "yes", "outcome": "other", "on": TODAY, "submission_id": str(uuid4()), "back": "person"}
        return mine.post(url, base | {f"next-{name}": value for name, value in words.items()})

    def test_a_promise_is_saved_with_it(self, mine, whetu):
        answer = self.log(mine, whetu, kind="promise", what="Ring on Friday", due_on=FRIDAY)
        assert answer.status_code == 303
        step = NextStep.objects.get()
        assert (step.what, step.due_on, step.contact) == ("Ring on Friday", FRIDAY, Contact.objects.get())

    def test_an_appointment_is_saved_with_it(self, mine, whetu):
        words = APPOINTMENT | {"kind": "appointment", "with_others": "Her sister"}
        assert self.log(mine, whetu, **words).status_code == 303
        step = NextStep.objects.get()
        assert (step.starts_at, step.with_others, step.contact) == (time(10, 30), "Her sister", Contact.objects.get())

    def test_without_one_nothing_is_made(self, mine, whetu):
        self.log(mine, whetu, kind="", what="left over", due_on="nonsense")
        assert (Contact.objects.count(), NextStep.objects.count()) == (1, 0)

    def test_both_or_neither(self, mine, whetu):
        for words in (
            {"kind": "promise", "due_on": FRIDAY},
            {"kind": "promise", "what": "Ring", "due_on": TODAY - DAY},
            {"kind": "appointment", "due_on": FRIDAY},
            APPOINTMENT | {"kind": "appointment", "due_on": SATURDAY},
        ):
            assert self.log(mine, whetu, **words).status_code in (409, 422)
        assert (Contact.objects.count(), NextStep.objects.count()) == (0, 0)

    def test_sent_twice_it_is_one_contact_and_one_promise(self, mine, whetu):
        url = reverse("contact_log", args=[whetu.uid])
        words = {"reached": "no", "on": TODAY, "submission_id": str(uuid4()), "next-kind": "promise"}
        words |= {"next-what": "Ring again", "next-due_on": FRIDAY}
        for _ in range(2):
            assert mine.post(url, words).status_code == 303
        assert (Contact.objects.count(), NextStep.objects.count()) == (1, 1)

    def test_asked_about_it_is_saved_at_the_second_press(self, mine, whetu):
        answer = self.log(mine, whetu, **APPOINTMENT | {"kind": "appointment", "due_on": SATURDAY})
        assert "does not work on Saturday 14 November" in said(answer)
        url = reverse("contact_log", args=[whetu.uid])
        assert mine.post(url, filled(answer)).status_code == 303
        assert (Contact.objects.count(), NextStep.objects.get().due_on) == (1, SATURDAY)

    def test_after_a_tap_the_promise_belongs_to_the_contact_just_logged(self, mine, whetu):
        url = reverse("contact_log", args=[whetu.uid])
        mine.post(url, {"answer": "other", "submission_id": str(uuid4()), "back": "person"})
        page = mine.get(whetu.get_absolute_url()).content.decode()
        link = re.search(r'href="([^"]*with_contact=1[^"]*)"', page).group(1).replace("&amp;", "&")
        words = filled(mine.get(link)) | {"what": "Ring on Friday", "chosen": FRIDAY}
        assert mine.post(reverse("next_step_add", args=[whetu.uid]), words).status_code == 302
        assert NextStep.objects.get().contact == Contact.objects.get()


class TestSilent:
    @pytest.fixture
    def gone(self, worker, whetu, step, manager):
        from caseload import actions

        actions.close(client_id=whetu.pk, on=TODAY - DAY, today=TODAY, by=manager, moved_on="ended")
        whetu.refresh_from_db()
        return whetu

    def test_the_page_of_a_person_who_moved_on_still_shows_it_with_call_off_alone(self, signed_in, manager, gone, step):
        page = signed_in(manager).get(gone.get_absolute_url())
        words = said(page)
        assert "No one is reminded of these" in words
        assert 'value="called_off"' in page.content.decode()
        assert 'value="kept"' not in page.content.decode()
        assert "Add a promise" not in words
        end(signed_in(manager), step, "called_off")
        step.refresh_from_db()
        assert step.ended_as == "called_off"


def test_a_stranger_and_a_made_up_step_are_answered_alike(signed_in, stranger, step, whetu):
    client = signed_in(stranger)
    for name in ("next_step_move", "next_step_end"):
        for uid in (step.uid, uuid4()):
            assert client.post(reverse(name, args=[uid]), {"ended_as": "kept"}).status_code == 404
    assert client.get(reverse("next_step_add", args=[whetu.uid])).status_code == 404


def test_days_offered_are_working_days_and_a_week_later(mine, whetu):
    friday = date(2026, 11, 13)
    step = factories.NextStepFactory(client=whetu, due_on=friday)
    page = mine.get(reverse("next_step_move", args=[step.uid])).content.decode()
    assert re.findall(r'name="chosen" value="([^"]+)"', page) == ["2026-11-16", "2026-11-20"]
    late = factories.NextStepFactory(client=whetu, due_on=TODAY - DAY)
    page = mine.get(reverse("next_step_move", args=[late.uid])).content.decode()
    assert re.findall(r'name="chosen" value="([^"]+)"', page) == ["2026-11-12", "2026-11-13", "2026-11-19"]
