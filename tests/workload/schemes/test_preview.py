"""What a draft would do, counted in one go, is what the rules say of every worker, person by person."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories, oracle, strategies
from tests.long import times
from tests.workload.written_down import write_down
from workload import actions, queries, rules
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


@settings(max_examples=times(20, 240), deadline=None, suppress_health_check=list(HealthCheck))
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


class TestWhatItSays:
    """Two workers with group work; the draft counts it 4 instead of 5, and a new allocation 2 instead of 1."""

    @pytest.fixture
    def found(self, organisation, worker, teammate, change, today):
        for each in (worker, teammate):
            factories.ResponsibilityFactory(worker=each)
        factories.ClientFactory.create_batch(25, supported_by=worker)
        factories.ClientFactory.create_batch(3, supported_by=worker, since=date(2026, 11, 20))
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
        assert found.sums == beside.ServiceEffect(2, 2, 0, 0, 0, 0, Decimal(108), Decimal(109), Decimal(200))

    def test_before_is_what_the_ledger_says(self, organisation, found):
        listed = [each.worker for each in found.workers]
        totals = queries.totals_on(organisation, found.on, listed)
        assert {each.worker.member_id: each.effect.before for each in found.workers} == totals
