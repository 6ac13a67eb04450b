"""Sessions booked, held, called off, late and passed on; what both keep of one."""

from datetime import date, timedelta

import pytest
from django.db.models import F

from peerload.home.sweep import sweep
from peerload.notices import kinds
from peerload.notices.models import Notice
from tests import factories
from tests.conftest import TODAY
from wellbeing.models import Session, SessionNote
from wellbeing.sessions import actions, notices, queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today", "team")]
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)


@pytest.fixture
def book(worker, manager):
    def book(**words):
        words = {"kind": "supervision", "planned_on": TODAY + WEEK, "minutes": 60, "with_member": manager} | words
        return actions.book(worker=worker, by=worker, today=TODAY, **words)

    return book


def row(worker, on=TODAY, kind="supervision"):
    rows = queries.standing(worker.organisation, [worker], on)[worker.pk]
    return next(each for each in rows if each.standing.kind == kind)


def open_notices(kind):
    """Return the members a kind of notice goes to, where it is still true."""
    return {notice.recipient.name for notice in kinds.still_true(Notice.objects.filter(kind=kind, cancelled_at=None))}


class TestBooking:
    def test_a_day_that_has_passed_is_written_down_as_held(self, book):
        assert book(planned_on=TODAY - DAY).held_on == TODAY - DAY
        assert book(planned_on=TODAY).held_on is None

    def test_two_taps_are_one_session(self, book):
        book()
        with pytest.raises(actions.BookedAlready, match="Supervision is written down for 19 November 2026 already"):
            book()
        assert book(kind="check_in").pk
        assert Session.objects.count() == 2

    @pytest.mark.parametrize("who", ["oneself", "of another service", "who has left", "an admin", "nobody", "two"])
    def test_it_is_with_one_who_works_here_or_somebody_outside(self, book, worker, teammate, admin, who):
        elsewhere = factories.MemberFactory()
        teammate.active = who != "who has left"
        words = {
            "oneself": {"with_member": worker},
            "of another service": {"with_member": elsewhere},
            "who has left": {"with_member": teammate},
            "an admin": {"with_member": admin},
            "nobody": {"with_member": None},
            "two": {"with_member": teammate, "with_name": "Whaea Ngaire"},
        }
        with pytest.raises(actions.CannotBeWith):
            book(**words[who])
        assert book(with_member=None, with_name=" Whaea Ngaire ").with_name == "Whaea Ngaire"


class TestHeldAndCalledOff:
    def test_only_that_it_was_held_is_written_down_and_it_can_be_corrected(self, book, worker):
        session = book(planned_on=TODAY)
        actions.mark_held(session_id=session.pk, held_on=TODAY, by=worker, today=TODAY)
        actions.mark_held(session_id=session.pk, held_on=TODAY - DAY, by=worker, today=TODAY)
        assert row(worker).standing.last_held_on == TODAY - DAY
        assert actions.mark_held(session_id=session.pk, held_on=None, by=worker, today=TODAY).held_on is None

    def test_nothing_is_held_on_a_day_to_come(self, book, worker):
        with pytest.raises(actions.SessionNotYet):
            actions.mark_held(session_id=book().pk, held_on=TODAY + DAY, by=worker, today=TODAY)

    def test_whatever_is_called_off_has_another_day_at_once(self, book, worker, manager):
        session = book()
        words = {"minutes": 60, "by": worker, "today": TODAY, "with_member": manager}
        for same_or_passed in (session.planned_on, TODAY - DAY):
            with pytest.raises((actions.BookedAlready, actions.HasPassed)):
                actions.move(session_id=session.pk, planned_on=same_or_passed, **words)
        new = actions.move(session_id=session.pk, planned_on=TODAY + 2 * WEEK, **words)
        session.refresh_from_db()
        assert (session.missed_on, session.instead) == (TODAY, new)
        assert row(worker).standing.planned_on == TODAY + 2 * WEEK

    def test_with_somebody_else_it_may_stay_on_its_day(self, book, worker, teammate):
        session = book()
        words = {"minutes": 60, "by": worker, "today": TODAY, "with_member": teammate}
        assert actions.move(session_id=session.pk, planned_on=session.planned_on, **words).with_member == teammate

    def test_the_second_of_two_who_say_so_is_told(self, book, worker, manager):
        session = book(planned_on=TODAY)
        words = {"planned_on": TODAY + WEEK, "minutes": 60, "by": manager, "today": TODAY, "with_member": manager}
        actions.mark_held(session_id=session.pk, held_on=TODAY, by=worker, today=TODAY)
        with pytest.raises(actions.OutcomeDiffers, match="written down as held on 12 November 2026"):
            actions.move(session_id=session.pk, **words)
        other = book(planned_on=TODAY + DAY)
        actions.move(session_id=other.pk, **words)
        with pytest.raises(actions.OutcomeDiffers, match="called off on 12 November 2026"):
            actions.mark_held(session_id=other.pk, held_on=TODAY, by=worker, today=TODAY)


class TestWhatIsDue:
    def test_it_does_not_depend_on_fte(self, worker, teammate):
        worker.posts.update(fte=F("fte") / 2)
        for each in (worker, teammate):
            factories.SessionFactory(worker=each, held_on=TODAY - 3 * WEEK)
        assert row(worker).standing.due_by == row(teammate).standing.due_by == TODAY + WEEK

    def test_somebody_new_is_counted_from_their_first_day(self, worker, teammate):
        factories.SessionFactory(worker=teammate, held_on=TODAY - 30 * WEEK)
        worker.posts.update(starts_on=TODAY - 5 * WEEK)
        assert (row(worker).standing.due_by, row(worker).days_late) == (TODAY - WEEK, 7)

    def test_nothing_is_late_from_before_the_service_wrote_its_first_session_down(self, worker, teammate):
        assert row(worker).state == "when_wanted"
        factories.SessionFactory(worker=teammate, held_on=TODAY - WEEK)
        assert row(worker).standing.due_by == TODAY + 3 * WEEK

    def test_a_service_says_how_often(self, worker, organisation, admin):
        factories.SessionFactory(worker=worker, kind="check_in", held_on=TODAY - 8 * DAY)
        assert row(worker, kind="check_in").state == "when_wanted"
        actions.set_cadence(organisation=organisation, weeks={"check_in": 1}, by=admin)
        assert row(worker, kind="check_in").days_late == 1

    @pytest.mark.parametrize("count", [1, 12])
    def test_it_is_asked_in_six_statements(self, organisation, team, count, django_assert_num_queries):
        workers = [factories.MemberFactory(organisation=organisation, in_team=team) for _ in range(count)]
        for worker in workers:
            factories.SessionFactory(worker=worker)
        with django_assert_num_queries(6):
            queries.standing(organisation, workers, TODAY)


class TestNotices:
    def test_both_are_told_the_day_before_and_nobody_once_it_is_moved(self, book, worker, manager, organisation, on):
        session = book()
        sweep(organisation, TODAY + WEEK - 2 * DAY)
        assert not open_notices(notices.SOON)
        sweep(organisation, on(TODAY + WEEK - DAY))
        assert open_notices(notices.SOON) == {worker.name, manager.name}
        later = {"planned_on": TODAY + 2 * WEEK, "minutes": 60, "with_member": manager}
        actions.move(session_id=session.pk, by=worker, today=TODAY + WEEK - DAY, **later)
        assert not open_notices(notices.SOON)

    def test_a_late_one_is_said_once_to_both_until_it_has_a_day(self, book, worker, manager, organisation, on):
        factories.SessionFactory(worker=worker, held_on=TODAY - 4 * WEEK)
        sweep(organisation, TODAY)
        assert not open_notices(notices.LATE)
        for day in (1, 2):
            sweep(organisation, on(TODAY + day * DAY))
        assert open_notices(notices.LATE) == {worker.name, manager.name}
        assert Notice.objects.filter(kind=notices.LATE).count() == 2
        book()
        assert not open_notices(notices.LATE)

    @pytest.mark.parametrize("why", ["it has passed", "who has left"])
    def test_a_session_that_has_passed_or_is_with_who_has_left_is_no_day_found(
        self, worker, teammate, manager, organisation, on, why
    ):
        factories.SessionFactory(worker=worker, held_on=TODAY - 4 * WEEK)
        day = TODAY if why == "it has passed" else TODAY + WEEK
        session = factories.SessionFactory(worker=worker, with_member=teammate, planned_on=day)
        assert queries.supervisors(organisation, TODAY)[worker.pk].usual == teammate.pk
        teammate.active = why != "who has left"
        teammate.save()
        sweep(organisation, on(TODAY + DAY))
        assert worker.name in open_notices(notices.LATE)
        assert queries.supervisors(organisation, TODAY + DAY)[worker.pk].usual == manager.pk
        assert row(worker, on=TODAY + DAY).session == session
        factories.SessionFactory(worker=worker, with_member=manager, planned_on=TODAY + 2 * WEEK)
        assert worker.name not in open_notices(notices.LATE)

    @pytest.mark.parametrize(("days_before", "late"), [(0, False), (1, True)], ids=["that very day", "the day before"])
    def test_a_session_after_the_last_day_of_who_gives_it_is_no_day_found(
        self, worker, teammate, organisation, on, days_before, late
    ):
        factories.SessionFactory(worker=worker, held_on=TODAY - 4 * WEEK)
        factories.SessionFactory(worker=worker, with_member=teammate, planned_on=TODAY + WEEK)
        factories.LeavingFactory(member=teammate, last_day=TODAY + WEEK - days_before * DAY)
        sweep(organisation, on(TODAY + DAY))
        assert (worker.name in open_notices(notices.LATE)) is late

    @pytest.mark.parametrize(("days", "passes"), [(14, False), (15, True)])
    def test_supervision_passes_to_the_deputy(self, worker, teammate, manager, team, organisation, days, passes):
        team.deputy = teammate
        team.save()
        factories.AbsenceFactory(worker=manager, starts_on=TODAY, expected_back=TODAY + days * DAY)
        sweep(organisation, TODAY)
        assert open_notices(notices.PASSED) == ({teammate.name} if passes else set())
        assert [each.worker_id for each in queries.passed_to(teammate, TODAY)] == ([worker.pk] if passes else [])

    def test_who_leads_the_team_they_work_in_has_the_service_manager_above_not_their_deputy(
        self, worker, teammate, manager, team, organisation
    ):
        team.deputy, manager.home_team = teammate, team
        team.save(), manager.save()
        ruth = factories.MemberFactory(organisation=organisation, role="service_manager")
        factories.AbsenceFactory(worker=manager, starts_on=TODAY - 15 * DAY)
        assert queries.supervisors(organisation, TODAY)[worker.pk].now == ruth.pk

    def test_the_supervisors_own_manager_comes_first(self, worker, manager, other_manager, other_team, organisation):
        manager.home_team = other_team
        manager.save()
        absence = factories.AbsenceFactory(worker=manager, starts_on=TODAY - 15 * DAY)
        assert queries.supervisors(organisation, TODAY)[worker.pk].now == other_manager.pk
        factories.AbsenceFactory(worker=other_manager, starts_on=TODAY)
        ruth = factories.MemberFactory(organisation=organisation, role="service_manager")
        assert queries.supervisors(organisation, TODAY)[worker.pk].now == ruth.pk
        absence.ends_before = TODAY
        absence.save()
        assert queries.supervisors(organisation, TODAY)[worker.pk].now == manager.pk

    def test_supervision_outside_the_service_passes_to_nobody(self, worker, manager, organisation):
        factories.SessionFactory(worker=worker)
        factories.AbsenceFactory(worker=manager, starts_on=TODAY - 30 * DAY)
        assert queries.supervisors(organisation, TODAY)[worker.pk].now is None


class TestANoteBothKeep:
    @pytest.fixture
    def session(self, book):
        return book(planned_on=TODAY - DAY)

    @pytest.fixture
    def note(self, session, worker):
        return self.write(session, worker)

    def write(self, session, by, words="Tuesdays are for writing up."):
        return actions.write_note(session_id=session.pk, words=words, by=by, today=TODAY)

    def agree(self, session, by, note):
        seen = queries.mark_of(note)
        return actions.agree_to_note(session_id=session.pk, seen=seen, by=by, today=TODAY)

    def test_it_is_sealed_and_the_other_is_asked(self, note, manager):
        assert b"Tuesdays" not in bytes(note.sealed)
        assert open_notices(notices.NOTE_ASKED) == {manager.name}

    def test_it_is_kept_once_the_other_agrees(self, session, note, worker, manager, organisation):
        with pytest.raises(actions.NothingToAnswer):
            self.agree(session, worker, note)
        self.agree(session, manager, note)
        sweep(organisation, TODAY + 90 * DAY)
        assert SessionNote.objects.get().agreed_by == manager
        assert not open_notices(notices.NOTE_ASKED)

    def test_nobody_agrees_to_words_they_have_not_read(self, session, note, worker, manager):
        self.write(session, worker, "Fridays are for writing up.")
        with pytest.raises(actions.NothingToAnswer, match="has changed since you opened it"):
            self.agree(session, manager, note)
        assert SessionNote.objects.get().agreed_on is None

    @pytest.mark.parametrize("who", ["worker", "manager"])
    def test_either_removes_it_for_good_also_after_agreeing(self, session, note, worker, manager, who):
        self.agree(session, manager, note)
        assert actions.remove_note(session_id=session.pk, by={"worker": worker, "manager": manager}[who])
        assert not SessionNote.objects.exists() and not open_notices(notices.NOTE_ASKED)

    @pytest.mark.parametrize(("days", "left"), [(13, 1), (14, 0)])
    def test_without_an_answer_it_is_gone_after_14_days(self, note, organisation, days, left):
        sweep(organisation, TODAY + days * DAY)
        assert SessionNote.objects.count() == left

    def test_it_is_between_the_two_and_about_what_was_held(self, session, book, worker, teammate):
        with pytest.raises(actions.NotOfTheTwo):
            self.write(session, teammate)
        for other in (book(), book(planned_on=TODAY - WEEK, with_member=None, with_name="Whaea Ngaire")):
            with pytest.raises(actions.NotOfTheTwo):
                self.write(other, worker)

    def test_what_a_note_is_kept_of_stays_held(self, session, note, worker):
        with pytest.raises(actions.NoteKept):
            actions.mark_held(session_id=session.pk, held_on=None, by=worker, today=TODAY)


def test_what_fell_due_while_somebody_was_away_is_due_in_the_week_of_their_return(worker):
    factories.SessionFactory(worker=worker, held_on=date(2026, 10, 1))
    factories.AbsenceFactory(worker=worker, starts_on=date(2026, 10, 5), ends_before=TODAY)
    assert row(worker).standing.due_by == TODAY + 6 * DAY
    assert row(worker, on=TODAY - DAY).state == "away"
