"""What is known of the weeks ahead: windows, posts, absences and schemes, each with what stands from then on."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from peerload.core import dates
from tests import factories
from workload import presets, queries, rules
from workload.enums import Element, Ending

FIRST = date(2026, 11, 12)
LAST = date(2027, 1, 7)
BEFORE = date(2026, 1, 5)
DECEMBER = date(2026, 12, 1)
WHOLE = [(FIRST, Decimal(1))]


def scheme(**more) -> rules.Scheme:
    return rules.Scheme(presets.weights("peer"), **more)


def line(points: int, code="case", element=Element.CASE, *, starts_on=BEFORE, ends_before=None, **more) -> rules.Line:
    return rules.Line(1, element, code, Decimal(points), starts_on, ends_before, **more)


def ahead(*lines, posts=WHOLE, absences=(), schemes=None, worker=1):
    known = rules.Ahead(worker, lines, posts, [rules.AwayPeriod(*absence) for absence in absences])
    return rules.changes_ahead(known, schemes or [scheme()], FIRST, LAST)


def told(changes) -> list[tuple]:
    return [(change.on, change.total.total, change.total.limit) for change in changes]


class TestAWorker:
    def test_the_first_entry_is_what_stands_today(self):
        [today] = ahead(line(15, "stable", Element.STABLE))

        assert (today.on, today.total.total, today.before) == (FIRST, 16, None)

    @pytest.mark.parametrize(
        ("ends_before", "days"),
        [(FIRST, 1), (FIRST + dates.DAY, 2), (LAST, 2), (LAST + dates.DAY, 1), (None, 1)],
        ids=["gone today", "gone tomorrow", "gone on the last day", "gone the day after", "going on"],
    )
    def test_a_line_that_ends_within_the_weeks_is_told(self, ends_before, days):
        assert len(ahead(line(5, ends_before=ends_before, ending=Ending.WINDOW))) == days

    def test_points_that_fall_off_take_their_weight_with_them(self):
        lines = [line(19, "stable", Element.STABLE), line(1, "new", ends_before=DECEMBER, ending=Ending.WINDOW)]

        assert told(ahead(*lines)) == [(FIRST, 22, 100), (DECEMBER, 20, 100)]

    def test_a_line_that_takes_the_place_of_another_is_not_told(self):
        assert len(ahead(line(2, ends_before=DECEMBER), line(2, starts_on=DECEMBER))) == 1

    def test_another_fte_moves_mark_and_limit_and_not_the_points(self):
        [_, step] = ahead(line(2), posts=[*WHOLE, (DECEMBER, Decimal("0.6"))])

        assert (step.total.total, step.total.mark, step.total.limit) == (2, 51, 60)
        assert (step.before.fte, step.total.fte) == (1, Decimal("0.6"))

    @pytest.mark.parametrize("by", [-1, 0, 1], ids=["yesterday", "today", "tomorrow"])
    def test_what_begins_around_today_counts_once(self, by):
        changes = ahead(line(5), line(2, starts_on=FIRST + by * dates.DAY))

        assert told(changes) == ([(FIRST, 7, 100)] if by < 1 else [(FIRST, 5, 100), (FIRST + dates.DAY, 7, 100)])

    def test_each_change_says_what_stood_before_it(self):
        changes = ahead(line(2), line(3, ends_before=DECEMBER), line(4, ends_before=LAST))

        assert [(change.before and change.before.total, change.total.total) for change in changes] == [
            (None, 9), (9, 6), (6, 2),
        ]  # fmt: skip

    def test_the_end_of_a_post_is_told_on_its_day_alone(self):
        ends = rules.PostEnds(DECEMBER, 3)
        known = rules.Ahead(1, [line(2), line(1, ends_before=LAST)], [*WHOLE, (DECEMBER, Decimal(0))], (), ends)
        back = rules.Ahead(1, known.lines, [*known.posts, (LAST, Decimal(1))], (), ends)

        assert [(change.on, change.post_ends) for change in rules.changes_ahead(back, [scheme()], FIRST, LAST)] == [
            (FIRST, None), (DECEMBER, ends), (LAST, None),
        ]  # fmt: skip
        assert [change.post_ends for change in ahead(line(2), line(1, ends_before=DECEMBER))] == [None, None]

    def test_without_a_post_nothing_stands(self):
        assert told(ahead(line(2), posts=[*WHOLE, (DECEMBER, Decimal(0))]))[1:] == [(DECEMBER, 0, 0)]

    @pytest.mark.parametrize(
        ("absence", "leaves", "back"),
        [
            ((DECEMBER, None), [DECEMBER], []),
            ((BEFORE, DECEMBER), [], [DECEMBER]),
            ((DECEMBER, date(2026, 12, 15)), [DECEMBER], [date(2026, 12, 15)]),
            ((BEFORE, BEFORE + dates.DAY), [], []),
            ((LAST + dates.DAY, None), [], []),
        ],
        ids=["leaves", "comes back", "leaves and comes back", "was expected long ago", "leaves later"],
    )
    def test_who_leaves_and_who_is_expected_back_is_told_though_no_point_moves(self, absence, leaves, back):
        changes = ahead(line(2), absences=[absence])

        assert [change.on for change in changes if change.leaves] == leaves
        assert [change.on for change in changes if change.back] == back
        assert {change.total.total for change in changes} == {2}

    def test_a_scheme_that_begins_counts_from_its_first_day(self):
        later = scheme(name="Version 2", starts_on=DECEMBER, mark=Decimal(80), limit=Decimal(90))

        [_, step] = ahead(line(2), schemes=[scheme(), later])

        assert (step.on, step.new_scheme.name, step.total.mark, step.total.limit) == (DECEMBER, "Version 2", 80, 90)

    def test_a_scheme_that_begins_is_told_though_no_point_moves(self):
        later = scheme(name="Version 2", starts_on=DECEMBER)

        assert [change.new_scheme for change in ahead(line(2), schemes=[scheme(), later])] == [None, later]


class TestATeam:
    def known(self, worker, *lines, posts=WHOLE):
        return rules.Ahead(worker, lines, posts)

    def changes(self, *known):
        return [
            (day.on, [change.worker for change in day.changes], day.total, day.limit)
            for day in rules.team_changes_ahead(known, [scheme()], FIRST, LAST)
        ]

    def test_each_workers_total_is_summed_with_its_own_weight(self):
        changes = self.changes(self.known(1, line(9)), self.known(2, line(9), line(1, ends_before=DECEMBER)))

        assert changes == [(FIRST, [], 20, 200), (DECEMBER, [2], 18, 200)]

    def test_its_days_come_in_order_though_each_is_of_another_worker(self):
        late, early = line(1, ends_before=LAST), line(1, ends_before=DECEMBER)
        changes = self.changes(self.known(1, late), self.known(2, early))

        assert [(day, workers) for day, workers, *_ in changes] == [(FIRST, []), (DECEMBER, [2]), (LAST, [1])]

    def test_who_joins_and_who_leaves_moves_the_limit(self):
        joins = self.known(1, line(20), posts=[(FIRST, Decimal(0)), (DECEMBER, Decimal("0.5"))])
        leaves = self.known(2, line(10), posts=[*WHOLE, (DECEMBER, Decimal(0))])

        assert self.changes(joins, leaves) == [(FIRST, [], 11, 100), (DECEMBER, [1, 2], 22, 50)]

    def test_a_team_of_nobody_holds_nothing(self):
        assert self.changes() == [(FIRST, [], 0, 0)]


@pytest.mark.django_db
class TestWhatIsKnown:
    def asked(self, team):
        return queries.foreseen(team.organisation, FIRST, LAST, team_ids=[team.pk])

    def test_it_agrees_with_the_ledger_on_every_day(self, worker, team):
        factories.ClientFactory(supported_by=worker, since=date(2026, 11, 2))
        factories.ResponsibilityFactory(worker=worker, ends_before=date(2026, 12, 10))
        worker.posts.update(ends_before=DECEMBER)
        factories.PostFactory(worker=worker, team=team, starts_on=DECEMBER, fte=Decimal("0.6"))
        factories.refresh_derived(workers=[worker])

        [found] = self.asked(team)
        changes = rules.changes_ahead(found.known, queries.schemes(team.organisation_id), FIRST, LAST)

        assert [change.on for change in changes] == [FIRST, DECEMBER, date(2026, 12, 2), date(2026, 12, 10)]
        for change in changes:
            listed = queries.listed(team.organisation, change.on, worker_ids=[worker.pk])
            assert queries.totals_on(team.organisation, change.on, listed)[worker.pk] == change.total

    def test_who_has_no_post_is_in_it_from_their_first_person_on(self, worker, team):
        worker.posts.all().delete()
        factories.ClientFactory(supported_by=worker, since=DECEMBER)
        factories.refresh_derived(workers=[worker])

        [found] = self.asked(team)

        assert found.known.posts == [(FIRST, Decimal(0)), (DECEMBER, Decimal(1))]

    def test_who_comes_to_the_team_is_in_it_from_that_day(self, team, stranger):
        stranger.posts.update(ends_before=DECEMBER)
        factories.PostFactory(worker=stranger, team=team, starts_on=DECEMBER, fte=Decimal("0.5"))

        [found] = self.asked(team)

        assert found.worker.on == DECEMBER
        assert found.known.posts == [(FIRST, 0), (DECEMBER, Decimal("0.5"))]

    def test_who_goes_to_another_team_is_in_it_until_that_day(self, team, worker, other_team):
        worker.posts.update(ends_before=DECEMBER)
        factories.PostFactory(worker=worker, team=other_team, starts_on=DECEMBER)

        [found] = self.asked(team)

        assert found.known.posts == [(FIRST, 1), (DECEMBER, 0)]

    def test_whose_post_names_no_team_is_in_their_home_team(self, team, worker):
        worker.posts.update(team=None)

        assert [found.known.posts for found in self.asked(team)] == [[(FIRST, 1)]]

    def test_somebody_in_another_team_is_not_in_it(self, team, stranger):
        assert self.asked(team) == []

    def test_absences_are_known_with_the_day_somebody_is_expected(self, team, worker):
        factories.AbsenceFactory(worker=worker, starts_on=DECEMBER, expected_back=date(2026, 12, 15))

        [found] = self.asked(team)

        assert found.known.absences == [(DECEMBER, date(2026, 12, 15))]

    def test_workers_stand_in_order_of_name(self, team, worker, teammate):
        assert [found.worker.name for found in self.asked(team)] == ["Mere Paki", "Tom Lealaiauloto"]

    def test_the_number_of_statements_does_not_grow_with_the_team(self, team, worker, teammate):
        teammate.posts.update(ends_before=DECEMBER)
        counts = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as seen:
                self.asked(team)
            counts.append(len(seen))
            for n in range(5):
                member = factories.MemberFactory(organisation=team.organisation, in_team=team)
                member.posts.update(ends_before=date(2026, 12, 1 + n))
                factories.ClientFactory(supported_by=member)

        assert counts == [5, 5]
