"""One's own sessions, a team's, and what of them stands in the month's record."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from tests import factories
from tests.conftest import TODAY
from tests.workload.months.scene import OCTOBER, act, carry
from tests.workload.months.test_record_page import words
from wellbeing.models import Session, SessionNote
from wellbeing.sessions import queries
from workload import actions as work
from workload.models import MonthlyRecord
from workload.months import actions as months

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today", "team")]
WEEK = timedelta(weeks=1)
A_WEEK_ON = {"kind": "supervision", "planned_on": "2026-11-19", "minutes": "60"}


def test_a_session_is_booked_held_and_asked_to_be_kept_in_a_note_by_both(signed_in, worker, manager):
    mere = signed_in(worker)
    form = A_WEEK_ON | {"planned_on": "2026-11-12", "with_member": str(manager.uid)}
    said = words(mere.post(reverse("session_book", args=[worker.uid]), form, follow=True))
    assert "Supervision is booked for 12 November 2026." in said
    session = Session.objects.get()
    assert "Supervision with Ana Whitford" in words(mere.get("/"))
    held = mere.get(reverse("session_held", args=[session.uid]))
    assert 'value="2026-11-12"' in held.content.decode()
    mere.post(reverse("session_held", args=[session.uid]), {"held_on": "2026-11-12"})
    mere.post(reverse("session_note", args=[session.uid]), {"words": "Tuesdays are for writing up."})

    ana = signed_in(manager)
    assert "Mere Paki would like to keep a note" in words(ana.get(reverse("my_sessions")))
    page = ana.get(reverse("session_note", args=[session.uid])).content.decode()
    assert "Tuesdays are for writing up." in page and "<textarea" not in page
    [seen] = re.findall(r'name="seen" value="(\w+)"', page)
    said = words(ana.post(reverse("session_note", args=[session.uid]), {"do": "agree", "seen": seen}, follow=True))
    assert "You both keep this note." in said and "Note you both keep" in said
    ana.post(reverse("session_note", args=[session.uid]), {"do": "remove"})
    assert not SessionNote.objects.exists()


def test_what_was_booked_by_mistake_is_taken_out(signed_in, worker, teammate, manager):
    session = factories.SessionFactory(worker=worker, with_member=manager)
    mere, remove = signed_in(worker), reverse("session_remove", args=[session.uid])
    for step in ("session_held", "session_move"):
        assert remove in mere.get(reverse(step, args=[session.uid])).content.decode()
    assert signed_in(teammate).post(remove).status_code == 404
    assert "Supervision on 19 November 2026 is removed." in words(signed_in(worker).post(remove, follow=True))
    assert not Session.objects.exists()


def test_what_was_held_or_stands_for_what_was_called_off_is_not_taken_out(signed_in, worker):
    held = factories.SessionFactory(worker=worker, held_on=TODAY)
    other = factories.SessionFactory(worker=worker)
    factories.SessionFactory(worker=worker, planned_on=TODAY, missed_on=TODAY, instead=other)
    mere = signed_in(worker)
    for session, why in ((held, "has been held"), (other, "Choose another day instead")):
        assert "Remove this booking" not in words(mere.get(reverse("session_held", args=[session.uid])))
        assert why in words(mere.post(reverse("session_remove", args=[session.uid]), follow=True))
    assert Session.objects.count() == 3


def test_who_has_left_stands_no_more_among_those_one_gives_sessions(signed_in, worker, manager):
    factories.SessionFactory(worker=worker, with_member=manager)
    assert worker.name in words(signed_in(manager).get(reverse("my_sessions")))
    worker.active = False
    worker.save()
    assert worker.name not in words(signed_in(manager).get(reverse("my_sessions")))


def test_a_refused_form_keeps_what_was_typed(signed_in, worker):
    answer = signed_in(worker).post(reverse("session_book", args=[worker.uid]), A_WEEK_ON | {"minutes": "45"})
    assert answer.status_code == 422 and 'value="45"' in answer.content.decode()
    assert "Say who it is with." in words(answer)


def test_while_one_of_the_two_is_away_the_expected_return_is_offered(signed_in, worker, manager):
    session = factories.SessionFactory(worker=worker, with_member=manager)
    factories.AbsenceFactory(worker=manager, starts_on=TODAY, expected_back=date(2026, 11, 30))
    page = signed_in(worker).get(reverse("session_move", args=[session.uid])).content.decode()
    assert 'value="2026-11-30"' in page


def test_who_leads_moves_a_session_without_learning_with_whom_it_is(signed_in, worker, teammate, manager):
    session = factories.SessionFactory(worker=worker, with_member=None, with_name="Whaea Ngaire")
    ana, move = signed_in(manager), reverse("session_move", args=[session.uid])
    page = ana.get(move).content.decode()
    assert "Ngaire" not in page and "with_member" not in page
    ana.post(move, {"planned_on": "2026-11-26", "minutes": "60", "with_name": "Somebody"})
    moved = Session.objects.planned().get()
    assert (moved.planned_on, moved.with_name) == (date(2026, 11, 26), "Whaea Ngaire")

    Session.objects.filter(pk=moved.pk).update(with_name="", with_member=teammate)
    teammate.active = False
    teammate.save()
    answer = ana.post(reverse("session_move", args=[moved.uid]), {"planned_on": "2026-12-03", "minutes": "60"})
    assert answer.status_code == 422 and teammate.name not in words(answer)


def test_who_leads_sees_the_state_of_each_kind_in_order_of_name_and_nothing_of_a_note(
    signed_in, worker, teammate, manager
):
    held = factories.SessionFactory(worker=teammate, held_on=TODAY - 5 * WEEK, with_member=manager)
    factories.SessionFactory(worker=worker, kind="check_in")
    said = words(signed_in(manager).get(reverse("team_sessions")))
    assert said.index("Mere Paki") < said.index("Tom Lealaiauloto")
    assert "2 sessions are late and have no day yet." in said
    assert "7 days late The service has to arrange it. It was due by 5 November last 8 October" in said
    assert "19 November Record Check-in, Mere Paki as held" in said
    assert "note" not in said.lower() and str(held.uid) not in said


@pytest.mark.parametrize("count", [1, 12])
def test_the_teams_page_asks_as_often_for_one_as_for_twelve(
    signed_in, manager, team, organisation, count, django_assert_num_queries
):
    for _ in range(count):
        member = factories.MemberFactory(organisation=organisation, in_team=team)
        factories.SessionFactory(worker=member, with_member=manager)
    ana = signed_in(manager)
    ana.get(reverse("team_sessions"))
    with django_assert_num_queries(QUERIES):
        ana.get(reverse("team_sessions"))


QUERIES = 12


def test_a_teammate_sees_only_what_is_with_them(signed_in, worker, teammate):
    with_tom = factories.SessionFactory(worker=worker, with_member=teammate, kind="reflective_practice")
    without = factories.SessionFactory(worker=worker)
    tom = signed_in(teammate)
    assert "Reflective practice, Mere Paki" in words(tom.get(reverse("my_sessions")))
    assert tom.get(reverse("session_held", args=[with_tom.uid])).status_code == 200
    assert tom.get(reverse("session_held", args=[without.uid])).status_code == 404


def test_to_whom_supervision_passes_books_it(signed_in, worker, manager, service_manager):
    ruth = signed_in(service_manager)
    assert ruth.get(reverse("session_book", args=[worker.uid])).status_code == 404
    factories.AbsenceFactory(worker=manager, starts_on=TODAY - 15 * timedelta(days=1))
    assert "Supervision passes to you" in words(ruth.get(reverse("my_sessions")))
    form = A_WEEK_ON | {"with_member": str(service_manager.uid)}
    assert "Supervision, Mere Paki" in words(ruth.post(reverse("session_book", args=[worker.uid]), form, follow=True))


def test_an_admin_says_how_often(signed_in, admin, organisation):
    form = dict.fromkeys(("supervision", "reflective_practice", "te_kairaranga", "cultural_supervision"), "6")
    assert signed_in(admin).post(reverse("session_cadence"), form | {"check_in": "53"}).status_code == 422
    signed_in(admin).post(reverse("session_cadence"), form | {"check_in": "1"})
    assert dict(organisation.cadences.values_list("kind", "every_weeks"))["check_in"] == 1


class TestTheMonth:
    """Supervision held on 8 October and 5 November, the next planned for 19 November."""

    @pytest.fixture
    def mere(self, worker, organisation):
        work.create_scheme(organisation)
        carry(worker, 93)
        for day in (date(2026, 10, 8), date(2026, 11, 5)):
            factories.SessionFactory(worker=worker, held_on=day)
        factories.SessionFactory(worker=worker)
        return worker

    def team_month(self, signed_in, manager, month="2026-10"):
        return words(signed_in(manager).get(reverse("team_month"), {"month": month}))

    def test_it_stands_in_the_record_and_the_teams_month_before_anybody_has_written_in_it(
        self, signed_in, manager, mere
    ):
        assert "yes, 8 October held again on 5 November" in self.team_month(signed_in, manager)
        assert "yes, 5 November next 19 November" in self.team_month(signed_in, manager, "2026-11")
        assert "held on 8 October; held again on 5 November" in words(
            signed_in(mere).get(reverse("record", args=[mere.uid, "2026-10"]))
        )
        assert "8 October" in words(signed_in(mere).get(reverse("my_records")))
        assert not MonthlyRecord.objects.exists()

    def test_what_was_written_by_hand_stands_before_it(self, signed_in, manager, mere):
        act(months.note_supervision, mere, manager, held_on=date(2026, 10, 29), next_on=date(2026, 11, 26))
        assert "yes, 29 October next 26 November" in self.team_month(signed_in, manager)

    def test_a_next_day_by_hand_that_has_been_overtaken_gives_way(self, signed_in, manager, mere):
        act(months.note_supervision, mere, manager, held_on=None, next_on=date(2026, 10, 5))
        assert "yes, 8 October held again on 5 November" in self.team_month(signed_in, manager)

    def test_a_month_that_was_sent_stays_as_it_was_sent(self, signed_in, manager, mere, team):
        months.send(team=team, month=OCTOBER, by=manager, today=TODAY)
        Session.objects.filter(held_on=date(2026, 10, 8)).update(held_on=None)
        factories.SessionFactory(worker=mere, held_on=date(2026, 10, 30))
        assert "yes, 8 October held again on 5 November" in self.team_month(signed_in, manager)


@pytest.mark.parametrize(("last_day", "there"), [(TODAY, True), (TODAY - timedelta(days=1), False)])
def test_a_leaver_is_listed_among_the_team_through_their_last_day(signed_in, worker, manager, last_day, there):
    factories.LeavingFactory(member=worker, last_day=last_day)

    assert (worker.name in words(signed_in(manager).get(reverse("team_sessions")))) == there
    rows = queries.standing(worker.organisation, [worker], TODAY)[worker.pk]
    assert {row.standing.has_post for row in rows} == {there}
