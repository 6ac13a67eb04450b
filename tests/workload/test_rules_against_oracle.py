"""The rules held to the oracle: random services, every day of two hundred, every worker."""

from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from peerload.core import dates
from tests import oracle, strategies
from tests.long import times
from workload import presets, rules
from workload.enums import Element, Ending

many = settings(max_examples=times(40, 1000), deadline=None)


def lines_of(service: oracle.Service) -> list[rules.Line]:
    lines = []
    for unit in service.units:
        lines += rules.case_lines(unit.people, service.schemes, service.working, family=unit.family)
    for worker, posts in service.posts.items():
        held = service.responsibilities[worker]
        lines += rules.worker_lines(worker, posts, held, service.schemes, service.working)
    return lines


def handed_over_on_the_day_of_closing(day: date) -> oracle.Service:
    """A closing dated the day on which another worker takes the person on: the day before, neither is known."""
    start = date(2026, 1, 5)
    holdings = [rules.Holding(1, start, day, closed_on=day), rules.Holding(2, day)]
    unit = oracle.Unit(None, [rules.Person(1, [(start, "high")], holdings)])
    schemes = [rules.Scheme(presets.WEIGHTS, starts_on=start)]
    return oracle.Service([unit], {}, {}, schemes, rules.Working("NZ"))


def service_as_known(service: oracle.Service, on: date) -> oracle.Service:
    """By the rules, what is known of a service on a day."""
    return service._replace(
        units=[unit._replace(people=[rules.person_as_known(p, on) for p in unit.people]) for unit in service.units],
        posts={worker: rules.duties_as_known(posts, on) for worker, posts in service.posts.items()},
        responsibilities={
            worker: rules.responsibilities_as_known(held, on) for worker, held in service.responsibilities.items()
        },
        schemes=rules.schemes_as_known(service.schemes, on),
    )


def counted(lines: list[rules.Line], worker: int, on: date) -> oracle.Count:
    """What lines say of a worker on a day, in the oracle's words."""
    standing = [line for line in rules.standing(lines, on) if line.worker == worker]
    sums = {element: sum((ln.points for ln in standing if ln.element == element), Decimal(0)) for element in Element}
    return oracle.Count(sums[Element.STABLE], sums[Element.EXTRA], sums[Element.CASE], rules.case_count(standing))


@many
@given(strategies.services())
def test_lines_standing_on_any_day_are_what_the_oracle_counts(service):
    lines = lines_of(service)
    for on in strategies.DAYS:
        for worker in strategies.WORKERS:
            assert counted(lines, worker, on) == oracle.count(service, worker, on), (on, worker)


@many
@given(strategies.services(), strategies.days)
def test_lines_as_known_on_a_day_are_what_the_oracle_counts_that_day(service, on):
    lines = lines_of(service_as_known(service, on))
    for worker in strategies.WORKERS:
        assert counted(lines, worker, on) == oracle.count(service, worker, on)


@many
@given(strategies.services(), strategies.days)
@example(handed_over_on_the_day_of_closing(date(2026, 3, 10)), date(2026, 3, 9))
def test_no_line_as_known_follows_from_a_later_fact(service, on):
    known = service_as_known(service, on)
    forgotten = service._replace(
        units=[unit._replace(people=[oracle.person_known(p, on) for p in unit.people]) for unit in service.units],
        posts={worker: oracle.posts_known(posts, on) for worker, posts in service.posts.items()},
        responsibilities={w: oracle.responsibilities_known(held, on) for w, held in service.responsibilities.items()},
        schemes=oracle.schemes_known(service.schemes, on),
    )
    assert Counter(lines_of(known)) == Counter(lines_of(forgotten))
    for line in rules.standing(lines_of(known), on):
        comes_by_itself = line.ends_before is None or line.ends_before <= on + dates.DAY
        assert comes_by_itself or line.ending in (Ending.WINDOW, Ending.CLOSING, Ending.STATUS), line


@many
@given(strategies.services())
def test_lines_are_as_few_as_can_be_and_say_why_they_end(service):
    pieces = {}
    for line in lines_of(service):
        assert line.points > 0
        assert line.ends_before is None or line.starts_on < line.ends_before
        assert (line.ends_before is None) == (line.ending == Ending.OPEN), line
        piece = line._replace(starts_on=None, ends_before=None, reason="", ending="")
        pieces.setdefault(piece, []).append(line)
    for lines in pieces.values():
        for before, after in pairwise(sorted(lines, key=lambda line: line.starts_on)):
            assert before.ends_before is not None and before.ends_before < after.starts_on


@many
@given(
    st.decimals(0, 60, places=1),
    st.decimals(0, 160, places=1),
    st.sampled_from([Decimal("0.3"), Decimal("0.5"), Decimal("0.8"), Decimal(1)]),
    st.booleans(),
    st.booleans(),
)
def test_weight_and_band_of_any_subtotal(stable, cases, fte, weight_on, of_cases_only):
    scheme = rules.Scheme([], weight_on=weight_on, weight_of_cases_only=of_cases_only)
    found = rules.total(stable, Decimal(0), cases, fte=fte, scheme=scheme)
    assert found.weight == oracle.workload_weight(oracle.Count(stable, Decimal(0), cases, 0), scheme)
    assert found.total == stable + cases + found.weight
    assert found.band == oracle.band(found.total, fte, scheme)
    assert (found.mark, found.limit) == (85 * fte, 100 * fte)
