"""Worker and manager are prompted for the month just past: on the 1st, the 8th, and two working days before the 15th."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from peerload.home.sweep import SweepCounts, sweep
from peerload.notices import actions as notices
from peerload.notices.models import Message, Notice
from tests import factories, reported
from workload import rules
from workload.models import MonthlyRecord
from workload.months import actions as months
from workload.months import queries
from workload.notice_subjects import of_record, of_report, of_worker
from workload.rules import Working

OCTOBER = date(2026, 10, 1)
FIRST, EIGHTH, THIRD = date(2026, 11, 1), date(2026, 11, 8), date(2026, 11, 12)  # the 15th is a Sunday
NEW_ZEALAND, ENGLAND, AMERICA = Working("NZ"), Working("GB-ENG"), Working("US")


class TestTheDays:
    @pytest.mark.parametrize(
        ("month", "working", "third"),
        [
            (date(2026, 10, 1), NEW_ZEALAND, date(2026, 11, 12)),
            (date(2026, 7, 1), NEW_ZEALAND, date(2026, 8, 13)),
            (date(2026, 5, 1), NEW_ZEALAND, date(2026, 6, 11)),
            (date(2026, 11, 1), NEW_ZEALAND, date(2026, 12, 11)),
            (date(2026, 6, 1), NEW_ZEALAND, date(2026, 7, 13)),
            (date(2026, 9, 1), NEW_ZEALAND, date(2026, 10, 13)),
            (date(2026, 12, 1), NEW_ZEALAND, date(2027, 1, 13)),
            (date(2028, 6, 1), NEW_ZEALAND, date(2028, 7, 12)),
            (date(2028, 6, 1), ENGLAND, date(2028, 7, 13)),
            (date(2028, 3, 1), ENGLAND, date(2028, 4, 12)),
            (date(2028, 3, 1), AMERICA, date(2028, 4, 13)),
        ],
        ids=[
            "a Sunday",
            "a Saturday",
            "a Monday",
            "a Tuesday",
            "a Wednesday",
            "a Thursday",
            "a Friday",
            "Matariki on the 14th",
            "no Matariki in England",
            "Good Friday on the 14th",
            "no Good Friday in America",
        ],
    )
    def test_the_third_is_two_working_days_before_the_15th(self, month, working, third):
        assert rules.prompt_days(month, working) == (third.replace(day=1), third.replace(day=8), third)

    @pytest.mark.parametrize(
        ("shut", "third"),
        [
            ({date(2026, 11, 13)}, date(2026, 11, 11)),
            ({date(2026, 11, 12), date(2026, 11, 13)}, date(2026, 11, 10)),
            ({date(2026, 11, 15)}, date(2026, 11, 12)),
        ],
        ids=["the Friday before", "the Thursday, too", "the 15th, never counted"],
    )
    def test_a_day_the_service_is_shut_is_not_counted(self, shut, third):
        assert rules.prompt_days(OCTOBER, Working("NZ", frozenset(shut)))[2] == third

    @pytest.mark.parametrize(
        ("on", "reached"),
        [
            (date(2026, 10, 31), None),
            (FIRST, FIRST),
            (date(2026, 11, 7), FIRST),
            (EIGHTH, EIGHTH),
            (date(2026, 11, 11), EIGHTH),
            (THIRD, THIRD),
            (date(2026, 11, 30), THIRD),
        ],
        ids=["the month's last day", "the 1st", "the 7th", "the 8th", "the day before", "the third", "long after"],
    )
    def test_only_the_last_one_reached_is_asked_for(self, on, reached):
        assert rules.last_prompt_on(OCTOBER, on, NEW_ZEALAND) == reached

    @pytest.mark.parametrize(
        ("shut_from", "third"),
        [(6, date(2027, 1, 4)), (5, date(2026, 12, 31))],
        ids=["before the 8th", "before the 1st"],
    )
    def test_of_a_service_shut_for_long_the_8th_is_the_last(self, shut_from, third):
        shut = Working("GB-ENG", frozenset(date(2027, 1, day) for day in range(shut_from, 15)))
        december = date(2026, 12, 1)
        assert rules.prompt_days(december, shut)[2] == third
        assert rules.last_prompt_on(december, date(2027, 1, 20), shut) == date(2027, 1, 8)


def open_notices(kind=None):
    """Return who gets what, since which prompt."""
    found = Notice.objects.filter(cancelled_at=None).filter(**{"kind": kind} if kind else {})
    return sorted(found.values_list("recipient__name", "kind", "anchor_on"))


@pytest.mark.django_db
class TestEarlierMonths:
    def test_a_month_nobody_has_sent_is_prompted_for_with_each_later_month(self, organisation, worker, manager, on):
        sweep(organisation, on(THIRD))
        sweep(organisation, on(date(2026, 12, 1)))

        found = Notice.objects.filter(anchor_on=date(2026, 12, 1)).order_by("kind", "subject")
        assert [(each.kind, each.subject.rpartition(":")[2]) for each in found] == [
            ("record_due", "2026-10"),
            ("record_due", "2026-11"),
            ("report_due", "2026-10"),
            ("report_due", "2026-11"),
        ]
        assert not sweep(organisation, date(2026, 12, 2)).record_prompts

    def test_a_worker_is_asked_for_every_month_that_waits_for_them_the_oldest_first(self, organisation, worker, on):
        sweep(organisation, on(THIRD))

        asked = queries.asks_of(worker, date(2026, 12, 3))

        assert [record.month for record in asked] == [OCTOBER, date(2026, 11, 1)]

    def test_of_a_month_that_is_sent_a_worker_is_asked_for_nothing(self, organisation, worker, team, manager, on):
        sweep(organisation, on(THIRD))
        months.send(team=team, month=OCTOBER, by=manager, today=THIRD)

        assert [record.month for record in queries.asks_of(worker, date(2026, 12, 3))] == [date(2026, 11, 1)]


@pytest.mark.django_db
@pytest.mark.usefixtures("worker", "team")
class TestTheSweep:
    @pytest.mark.parametrize(
        ("on", "since"),
        [(FIRST, FIRST), (date(2026, 11, 7), FIRST), (EIGHTH, EIGHTH), (THIRD, THIRD), (date(2026, 11, 29), THIRD)],
        ids=["the 1st", "the 7th", "the 8th", "the third", "late"],
    )
    def test_the_worker_is_owed_their_record_and_the_manager_the_report(self, organisation, on, since):
        assert sweep(organisation, on).record_prompts == 2
        assert open_notices() == [("Ana Whitford", "report_due", since), ("Mere Paki", "record_due", since)]

    def test_run_every_day_each_prompt_is_owed_once(self, organisation):
        prompts = {}
        for day in range(1, 31):
            on = date(2026, 11, day)
            prompts[day] = sweep(organisation, on).record_prompts
            assert not prompts[day] or sweep(organisation, on) == SweepCounts()
        assert {day: count for day, count in prompts.items() if count} == {1: 2, 8: 2, 12: 2}

    @pytest.mark.parametrize(
        ("fields", "is_owed"),
        [
            ({"status": "draft"}, True),
            ({"status": "submitted"}, False),
            ({"status": "not_agreed"}, False),
            ({"status": "agreed"}, False),
            ({"status": "provisional"}, False),
            ({"status": "draft", "imported": True}, True),
            ({"status": "agreed", "imported": True}, False),
        ],
        ids=["draft", "submitted", "not agreed", "agreed", "provisional", "brought in", "brought in as agreed"],
    )
    def test_a_record_waits_for_its_worker_until_it_is_submitted(self, organisation, worker, fields, is_owed):
        reported.record(worker, OCTOBER, **fields)
        sweep(organisation, THIRD)
        assert bool(open_notices("record_due")) is is_owed

    def test_a_month_that_is_sent_asks_for_nothing(self, organisation, team, worker):
        reported.report(team, OCTOBER, worker)
        assert sweep(organisation, THIRD).record_prompts == 0

    def test_another_months_record_does_not_count(self, organisation, team, worker):
        reported.report(team, date(2026, 9, 1), worker)
        assert sweep(organisation, THIRD).record_prompts == 2

    def test_while_the_worker_is_away_their_record_waits_for_who_leads_the_team(
        self, organisation, team, worker, teammate
    ):
        team.deputy = teammate
        team.save()
        factories.AbsenceFactory(worker=worker, starts_on=date(2026, 11, 9))
        sweep(organisation, THIRD)
        assert open_notices("record_to_complete") == [
            ("Ana Whitford", "record_to_complete", THIRD),
            ("Tom Lealaiauloto", "record_to_complete", THIRD),
        ]
        assert open_notices("record_due") == [("Tom Lealaiauloto", "record_due", THIRD)]
        assert [name for name, *_ in open_notices("report_due")] == ["Ana Whitford", "Tom Lealaiauloto"]

    def test_somebody_back_is_asked_themselves_for_the_same_prompt(self, organisation, worker):
        factories.AbsenceFactory(worker=worker, starts_on=date(2026, 10, 26), ends_before=date(2026, 11, 10))
        sweep(organisation, EIGHTH)
        assert open_notices("record_due") == []
        sweep(organisation, date(2026, 11, 10))
        assert open_notices("record_due") == [("Mere Paki", "record_due", EIGHTH)]

    def test_somebody_who_left_since_is_followed_by_the_manager(self, organisation, worker):
        worker.active = False
        worker.save()
        sweep(organisation, EIGHTH)
        assert [name for name, *_ in open_notices("record_to_complete")] == ["Ana Whitford"]

    def test_a_worker_who_came_after_the_months_last_day_has_no_record(self, organisation, worker):
        worker.posts.update(starts_on=date(2026, 11, 1))
        assert sweep(organisation, EIGHTH).record_prompts == 0

    def test_the_team_is_that_of_the_months_last_day(self, organisation, worker, other_team):
        worker.posts.update(ends_before=date(2026, 11, 1))
        factories.PostFactory(worker=worker, team=other_team, starts_on=date(2026, 11, 1))
        sweep(organisation, EIGHTH)
        assert [name for name, *_ in open_notices("report_due")] == ["Ana Whitford"]

    def test_of_a_team_without_a_manager_nobody_is_owed_the_report(self, organisation, team):
        team.manager = None
        team.save()
        sweep(organisation, EIGHTH)
        assert open_notices() == [("Mere Paki", "record_due", EIGHTH)]

    def test_another_service_is_not_prompted(self, organisation):
        factories.MemberFactory(in_team=factories.TeamFactory())
        sweep(organisation, EIGHTH)
        assert {notice.organisation_id for notice in Notice.objects.all()} == {organisation.pk}

    def test_it_takes_as_many_statements_for_forty_workers_as_for_one(self, organisation, other_team, team):
        def statements(on):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                sweep(organisation, on)
            return len(asked)

        sweep(organisation, EIGHTH)  # a first sweep has nothing to look back on
        of_one = statements(THIRD)
        factories.MemberFactory.create_batch(40, organisation=organisation, in_team=team)
        factories.MemberFactory.create_batch(10, organisation=organisation, in_team=other_team)
        assert statements(THIRD + timedelta(days=1)) == of_one  # a working day as well
        assert len(open_notices("record_due")) == 1 + 51


@pytest.mark.django_db
class TestTheDigest:
    @pytest.fixture(autouse=True)
    def the_third(self, on, worker):
        return on(THIRD)

    def digest(self, organisation, member):
        notices.write_digests(organisation, datetime(2026, 11, 11, 20, tzinfo=UTC))  # Thursday, 09:00 in Auckland
        message = Message.objects.filter(recipient=member).first()
        return message and message.body

    def test_it_says_by_when_and_the_working_day_to_aim_for(self, organisation, worker, manager):
        sweep(organisation, THIRD)
        by_when = "The report is due on Sunday 15 November, so aim for Friday 13 November"
        assert f"- 1 monthly record of yours is not submitted. {by_when}\n" in self.digest(organisation, worker)
        assert f"- 1 team report is not sent. {by_when}\n" in self.digest(organisation, manager)

    @pytest.mark.parametrize(
        ("today", "words"),
        [
            (date(2026, 11, 13), "due on Sunday 15 November, so aim for Friday 13 November\n"),
            (date(2026, 11, 14), "due on Sunday 15 November\n"),
        ],
        ids=["on the day to aim for", "after it"],
    )
    def test_a_day_gone_by_is_not_aimed_for(self, organisation, worker, on, today, words):
        sweep(organisation, THIRD)
        on(today)
        assert words in self.digest(organisation, worker)

    def test_what_was_done_by_then_is_left_out(self, organisation, team, worker, manager):
        sweep(organisation, THIRD)
        reported.report(team, OCTOBER, worker)
        assert self.digest(organisation, worker) is None
        assert self.digest(organisation, manager) is None
        assert not Notice.objects.filter(cancelled_at=None)

    def test_prompts_that_waited_are_one_line(self, organisation, worker):
        for day in (FIRST, EIGHTH, THIRD):
            sweep(organisation, day)
        assert self.digest(organisation, worker).count("monthly record") == 1

    def test_a_manager_is_not_asked_for_the_record_of_somebody_who_is_back(self, organisation, worker, manager, team):
        reported.report(team, OCTOBER)
        away = factories.AbsenceFactory(worker=worker, starts_on=date(2026, 11, 9))
        sweep(organisation, THIRD)
        away.ends_before = THIRD
        away.save()
        assert self.digest(organisation, manager) is None

    def test_a_manager_completes_for_somebody_away(self, organisation, worker, manager, team):
        reported.report(team, OCTOBER)
        factories.AbsenceFactory(worker=worker, starts_on=date(2026, 11, 9))
        sweep(organisation, THIRD)
        assert "- 1 monthly record of a worker who is not at work waits for you to complete it. " in self.digest(
            organisation, manager
        )

    def test_a_reminder_of_the_manager_stands_for_the_prompt(self, organisation, worker):
        sweep(organisation, THIRD)
        subject = of_worker(worker.pk, OCTOBER)
        notices.notify(recipients=[worker], kind="record_reminder", subject=subject, anchor_on=THIRD)
        body = self.digest(organisation, worker)
        assert "- 1 monthly record is asked for by your manager. The report is due" in body
        assert "not submitted" not in body

    def test_a_reminder_stands_until_the_worker_has_agreed(self, organisation, worker):
        sweep(organisation, THIRD)
        subject = of_worker(worker.pk, OCTOBER)
        notices.notify(recipients=[worker], kind="record_reminder", subject=subject, anchor_on=THIRD)
        record = reported.record(worker, OCTOBER, status="submitted")
        assert "1 monthly record is asked for" in self.digest(organisation, worker)

        Message.objects.all().delete()
        record.agreements.create(
            member=worker, side="worker", total=record.total, at=datetime(2026, 11, 12, tzinfo=UTC)
        )
        assert self.digest(organisation, worker) is None

    @pytest.mark.parametrize(
        ("kind", "true_while", "not_any_more", "words"),
        [
            ("record_changed", {"status": "draft"}, {"status": "submitted"}, "has changed, because its facts changed"),
            ("record_disagreed", {"status": "not_agreed"}, {"status": "agreed"}, "is not agreed by the other person"),
            ("record_other_manager", {"status": "not_agreed"}, {"status": "agreed"}, "asked to decide"),
            ("record_other_manager", {"status": "submitted"}, {"other_manager": None}, "asked to decide"),
        ],
    )
    def test_news_is_told_while_it_is_so(self, organisation, worker, manager, kind, true_while, not_any_more, words):
        record = reported.record(worker, OCTOBER, other_manager=manager, **true_while)
        told = {"recipients": [manager], "kind": kind, "subject": of_record(record.pk)}
        notices.notify(**told, anchor_on=THIRD)
        assert words in self.digest(organisation, manager)

        Message.objects.all().delete()
        MonthlyRecord.objects.update(**not_any_more)
        notices.notify(**told, anchor_on=THIRD + timedelta(days=1))
        assert self.digest(organisation, manager) is None

    def test_a_report_that_was_sent_stays_sent(self, organisation, worker, team, service_manager):
        sent = reported.report(team, OCTOBER, worker)
        notices.notify(recipients=[service_manager], kind="report_sent", subject=of_report(sent.pk), anchor_on=THIRD)
        assert "- 1 team report was sent\n" in self.digest(organisation, service_manager)
