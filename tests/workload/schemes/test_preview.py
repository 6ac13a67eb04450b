"""What a draft would do, counted in one go, is what the rules say of every worker, person by person."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories, oracle, strategies
from tests.workload.written_down import write_down
from workload import actions, presets, queries, rules
from workload.enums import Band, Element, Window
from workload.schemes import queries as schemes
from workload.schemes import rules as beside

pytestmark = pytest.mark.django_db


def counted(organisation, scheme, on) -> dict[tuple, tuple]:
    """What the rules say, line by line, of everybody: how many lines and points by worker and kind."""
    working = queries.working(organisation)
    lines = []
    for worker, facts in queries.gather_workers(organisation).items():
        lines += rules.worker_lines(worker, facts.duties, facts.responsibilities, [scheme], working)
    for facts in queries.gather_people(organisation.pk).values():
        lines += rules.case_lines(facts.people, [scheme], working, family=facts.family)
    found: dict[tuple, tuple] = {}
    for line in rules.standing(lines, on):
        kind = line.worker, line.code
        _, n, points = found.get(kind, (line.element, 0, Decimal(0)))
        found[kind] = line.element, n + 1, points + line.points
    return found


def tallied(tallies) -> dict[tuple, tuple]:
    return {(worker, code): found for worker, tally in tallies.items() for code, found in tally.kinds.items()}


def moved(unit: oracle.Unit, by: int, key: int) -> oracle.Unit:
    """The same unit so many days later, of other people: alike, or just on the other side of a boundary."""
    later = timedelta(days=by)

    def on(row):
        return row._replace(**{name: day + later for name, day in row._asdict().items() if isinstance(day, date)})

    people = [
        rules.Person(
            person.key + 1000 * key,
            [(starts_on + later, tier) for starts_on, tier in person.tiers],
            [on(holding) for holding in person.holdings],
            [on(activity) for activity in person.activities],
        )
        for person in unit.people
    ]
    return oracle.Unit(unit.family and unit.family + 1000 * key, people)


@st.composite
def crowds(draw):
    """Return a service in which several of everybody are alike."""
    service = draw(strategies.services())
    by = draw(st.lists(st.sampled_from([0, 0, 1, 2, 29]), min_size=2, max_size=4))
    units = [moved(unit, days, key) for key, days in enumerate(by) for unit in service.units]
    return service._replace(units=units)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    service=crowds(),
    drafts=strategies.schemes(),
    days=st.lists(st.sampled_from(strategies.DAYS), min_size=4, max_size=4),
)
def test_counted_in_one_go_it_is_what_the_rules_say_person_by_person(service, drafts, days):
    organisation = write_down(service).organisation
    for on in days:
        both = rules.scheme_on(queries.schemes(organisation.pk), on), drafts[-1]
        for scheme, found in zip(both, schemes.tallies(organisation, both, on), strict=True):
            assert tallied(found) == counted(organisation, scheme, on), on


@settings(max_examples=300, deadline=None)
@given(scheme=strategies.schemes(), on=strategies.days)
def test_the_first_day_within_a_window_is_the_first(scheme, on):
    working = rules.Working("NZ-AUK", frozenset({date(2025, 12, 29)}))
    for weight in scheme[-1].weights:
        first = beside.earliest_within(weight, scheme[-1], working, on)
        if weight.window == Window.NONE:
            assert first == date.min
            continue
        ends = [rules.window_end(weight, first - timedelta(days=n), scheme[-1], working) for n in (0, 1)]
        assert ends[0] > on >= ends[1]


class TestWhatItSays:
    """Two workers with group work; the draft counts it 4 instead of 5, and a new allocation 2 instead of 1."""

    @pytest.fixture
    def found(self, organisation, worker, teammate, change, today):
        for each in (worker, teammate):
            factories.ResponsibilityFactory(worker=each)
        for _ in range(25):
            factories.ClientFactory(supported_by=worker)
        for _ in range(3):
            factories.ClientFactory(supported_by=worker, since=date(2026, 11, 20))
        actions.rebuild(organisation.pk)
        draft = change(group_work={"points": 4}, new={"points": 2})
        return schemes.preview(organisation, queries.scheme(draft.pk), draft.starts_on)

    def test_totals_before_and_after_with_their_bands(self, found, worker, teammate):
        assert [
            (each.worker.member_id, each.effect.before.total, each.effect.after.total) for each in found.workers
        ] == [
            (worker.pk, 86, 89),
            (teammate.pk, 22, 20),
        ]

    def test_which_lines_change(self, found):
        assert [(kind.code, kind.lines_before, kind.before, kind.after) for kind in found.workers[0].effect.kinds] == [
            ("group_work", 1, 5, 4),
            ("new", 3, 3, 6),
            ("weight", 0, 7, 8),
        ]
        assert [(kind.code, kind.change) for kind in found.workers[1].effect.kinds] == [
            ("group_work", -1),
            ("weight", -1),
        ]
        assert [(kind.code, kind.lines_after, kind.change) for kind in found.kinds] == [
            ("group_work", 2, -2),
            ("new", 3, 3),
        ]

    def test_the_sums_of_a_service(self, found):
        assert found.sums == beside.Sums(2, 2, 0, 0, 0, 0, Decimal(108), Decimal(109), Decimal(200))

    def test_before_is_what_the_ledger_says(self, organisation, found):
        listed = [each.worker for each in found.workers]
        totals = queries.totals_on(organisation, found.on, listed)
        assert {each.worker.member_id: each.effect.before for each in found.workers} == totals


def total(of, scheme=None):
    return rules.total(
        Decimal(0), Decimal(0), Decimal(of), fte=Decimal(1), scheme=scheme or rules.Scheme([], weight_on=False)
    )


@pytest.mark.parametrize(
    ("before", "after", "mark", "limit"),
    [
        (84, 85, 1, 0),
        (85, 84, -1, 0),
        (85, 100, 0, 0),
        (100, 101, 0, 1),
        (101, 100, 0, -1),
        (84, 101, 1, 1),
        (90, 90, 0, 0),
    ],
)
def test_who_crosses_mark_and_limit(before, after, mark, limit):
    found = beside.Effect(total(before), total(after), [])
    assert (found.crosses_mark, found.crosses_limit) == (mark, limit)


def test_a_lower_mark_is_crossed_without_a_point_more():
    found = beside.Effect(total(82), total(82, rules.Scheme([], weight_on=False, mark=Decimal(80))), [])
    assert (found.change, found.crosses_mark, found.after.band) == (0, 1, Band.LIMITED)


class TestPartTime:
    def scheme(self, **settings):
        return rules.Scheme(presets.WEIGHTS, **settings)

    @pytest.mark.parametrize(
        ("fte", "at_mark", "within"),
        [("1", 32, 38), ("0.8", 24, 29), ("0.6", 16, 20), ("0.5", 13, 15)],
    )
    def test_how_many_plain_cases_a_post_takes(self, fte, at_mark, within):
        found = beside.margin(self.scheme(), Decimal(fte))
        assert (found.cases_at_mark, found.cases_within) == (at_mark, within)

    def test_on_duty_a_small_post_is_over_without_any_case(self):
        found = beside.margin(self.scheme(), Decimal("0.3"), duty=True)
        assert (found.stable, found.limit, found.cases_within, found.is_over_without_cases) == (30, 30, None, True)

    def test_a_stable_element_that_scales_leaves_more(self):
        assert beside.margin(self.scheme(stable_scales_with_fte=True), Decimal("0.5")).stable == Decimal("7.5")

    def test_where_cases_weigh_nothing_there_is_no_number(self):
        found = beside.margin(rules.Scheme([]), Decimal(1))
        assert (found.cases_at_mark, found.cases_within) == (None, None)


def test_what_differs_between_two_versions():
    weights = list(presets.WEIGHTS)
    before = rules.Scheme(weights)
    heavier = [w._replace(points=Decimal(2)) if w.code == "new" else w for w in weights if w.code != "court"]
    own = rules.Weight(0, "own", "Own", Element.CASE, Decimal(1))
    after = rules.Scheme([*heavier, own], mark=Decimal(80), windows_run_on=True)

    found = beside.row_changes(before, after)
    assert [
        (change.label, change.before and change.before.points, change.after and change.after.points) for change in found
    ] == [
        ("Newly allocated", 1, 2),
        ("Own", None, 1),
        ("Court work", 2, None),
    ]
    assert beside.setting_changes(before, after) == ["mark", "windows_run_on"]
