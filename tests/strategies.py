"""Random services, small enough to read and rich enough to fail: what the rules are held to the oracle on."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from caseload.enums import Outcome
from caseload.rules import Cadence, Reached
from peerload.core.dates import DAY
from tests import oracle
from workload import presets
from workload.enums import Preset, Window
from workload.rules import Activity, Holding, Person, PostPeriod, Responsibility, Scheme, Working

FIRST = date(2025, 11, 3)
LENGTH = 200  # days: over Christmas and Easter
DAYS = [FIRST + timedelta(days=n) for n in range(LENGTH)]
WORKERS = (1, 2, 3)
TIERS = ("high", "medium", "group", "parked", "inactive")
LASTING = ("looked_after", "protection_plan", "placed_far")  # two of one person may not overlap
KINDS = (
    "initial_assessment",
    "core_assessment",
    "section_47",
    "court",
    "leaving_care_needs",
    "leaving_care_pathway",
    *LASTING,
)
RESPONSIBILITIES = [weight.code for weight in presets.WEIGHTS if weight.element == "extra"]
QUANTIFIED = ("mentoring", "evidence_interview")
days = st.sampled_from(DAYS[::10]) | st.sampled_from(DAYS)  # so that things often fall on one day
flags = st.booleans()


def maybe(strategy):
    return st.none() | strategy


def days_from(first):
    """A day or so, a few weeks or months from a day on: often one on which something else begins or ends."""
    return st.sampled_from([0, 1, 9, 10, 11, 20, 28, 29, 30, 31, 60, 120]).map(lambda n: first + timedelta(days=n))


def with_next(starts):
    return zip(starts, [*starts[1:], None], strict=False)


@st.composite
def tiers(draw):
    """Return rows (from, tier); some begin before the first day, some people have none."""
    starts = draw(st.lists(days | st.just(FIRST - 30 * DAY), max_size=4, unique=True))
    return [(start, draw(st.sampled_from(TIERS))) for start in sorted(starts)]


@st.composite
def holdings(draw):
    """Return allocations in order: handed over, left without a worker, closing, closed, held by a student."""
    starts = sorted(draw(st.lists(days | st.just(FIRST - 20 * DAY), max_size=4, unique=True)))
    return [draw(holding(start, next_start)) for start, next_start in with_next(starts)]


@st.composite
def holding(draw, start, next_start):
    decided = draw(maybe(days_from(start)))
    closed = draw(maybe(days_from(decided or start)))
    until = draw(maybe(days_from(start + DAY)))
    ends = [day for day in (until, next_start, closed and closed + DAY) if day]
    student = draw(st.sampled_from([False] * 5 + [True]))
    return Holding(draw(st.sampled_from(WORKERS)), start, min(ends, default=None), decided, closed, student)


@st.composite
def activities(draw):
    """Return activities in the order they were written down, which need not be that of their dates."""
    found, taken = [], set()
    for source in range(1, draw(st.integers(0, 5)) + 1):
        code, start = draw(st.sampled_from(KINDS)), draw(days)
        finished = draw(maybe(days_from(start)))
        spans = {code} if code in LASTING else {(code, start)}
        if spans & taken:
            continue
        taken |= spans
        minutes = draw(st.sampled_from([None, 120, 121])) if code == "placed_far" else None
        first = draw(maybe(flags)) if code == "leaving_care_pathway" else None
        found.append(Activity(code, start, finished, minutes, first, source))
    return found


@st.composite
def units(draw, key):
    """Return a family of one to five, or one person without a family; most people have neither family nor activities."""
    if draw(flags):
        return oracle.Unit(None, [Person(10 * key, draw(tiers()), draw(holdings()))])
    people = [
        Person(10 * key + n, draw(tiers()), draw(holdings()), draw(activities()))
        for n in range(draw(st.integers(1, 5)))
    ]
    is_family = len(people) > 1 or draw(flags)
    return oracle.Unit(key if is_family else None, people)


@st.composite
def posts(draw):
    starts = sorted(draw(st.lists(days, max_size=3, unique=True)))
    found = []
    for start, next_start in with_next(starts):
        ends = [day for day in (draw(maybe(days_from(start + DAY))), next_start) if day]
        fte = draw(st.sampled_from([Decimal("0.3"), Decimal("0.5"), Decimal(1)]))
        found.append(PostPeriod(start, min(ends, default=None), fte, draw(flags)))
    return found


@st.composite
def responsibilities(draw):
    found = []
    for source in range(1, draw(st.integers(0, 5)) + 1):
        code, start = draw(st.sampled_from(RESPONSIBILITIES)), draw(days)
        quantity = draw(st.integers(1, 3)) if code in QUANTIFIED else 1
        found.append(Responsibility(code, start, draw(maybe(days_from(start))), quantity, source))
    return found


LONGER = ("section_47", "court", "initial_assessment", "working_party", "evidence_interview")
HEAVIER = ("new", "court", "core", "stable", "group_work", "mentoring")
FOR_SO_LONG = [
    (Window.MONTH, 0),
    (Window.MONTH, 0),
    (Window.CALENDAR_MONTH, 0),
    (Window.WORKING_DAYS, 10),
    (Window.DAYS, 28),
    (Window.NONE, 0),
]


@st.composite
def weights(draw, preset):
    """Return a preset with a service's own points by tier, and some kinds of work heavier or for another time."""
    by_tier = {tier: Decimal(draw(st.integers(0, 3))) for tier in TIERS} if draw(flags) else {}
    heavier = draw(st.sets(st.sampled_from(HEAVIER)))
    so_long = {code: draw(st.sampled_from(FOR_SO_LONG)) for code in ("new", *draw(st.sets(st.sampled_from(LONGER))))}
    found = []
    for row in presets.weights(preset):
        if {row.code, row.one_of} & heavier:
            row = row._replace(points=row.points + 1)
        if row.code in so_long:
            window, length = so_long[row.code]
            row = row._replace(window=window, length=length)
        found.append(row._replace(points=by_tier.get(row.tier, row.points)))
    return found


@st.composite
def schemes(draw):
    """Return one version as the preset has it, or two, the second with other weights, window and settings."""
    preset = draw(st.sampled_from(Preset))
    first = Scheme(draw(st.just(presets.weights(preset)) | weights(preset)), starts_on=date(2020, 1, 1))
    if draw(flags):
        return [first]
    second = Scheme(
        draw(weights(preset)),
        starts_on=draw(days),
        stable_scales_with_fte=draw(flags),
        close_window_days=draw(st.sampled_from([14, 28])),
        weight_of_cases_only=draw(flags),
        extras_inside_base=draw(flags),
        decision_day_is_first=draw(flags),
        start_day_is_first=draw(flags),
        windows_run_on=draw(flags),
    )
    return [first, second]


@st.composite
def services(draw):
    return oracle.Service(
        units=[draw(units(key)) for key in range(1, draw(st.integers(1, 2)) + 1)],
        posts={worker: draw(posts()) for worker in WORKERS[:1]},
        responsibilities={worker: draw(responsibilities()) for worker in WORKERS[:1]},
        schemes=draw(schemes()),
        working=draw(st.sampled_from([Working("GB-ENG"), Working("NZ-AUK", frozenset({date(2025, 12, 29)}))])),
    )


@st.composite
def contacts(draw, first=FIRST - 60 * DAY, most=LENGTH + 60):
    """Return reached contacts in any order, several of them on one day now and then, more often good than not."""
    outcomes = st.sampled_from([Outcome.NO_SUPPORT_NEEDED] * 6 + [Outcome.OTHER, Outcome.SUPPORT_WANTED])
    about_monthly = draw(st.lists(st.integers(0, most // 7).map(lambda n: n * 7), max_size=8))
    anyhow = draw(st.lists(st.integers(0, most), max_size=4))
    return [Reached(first + timedelta(days=n), draw(outcomes)) for n in [*about_monthly, *anyhow]]


cadences = st.sampled_from([Cadence(), Cadence(), Cadence(5, 12), Cadence(4, 16), Cadence(1, 3)])


@st.composite
def regular_contacts(draw):
    """Return contacts about six weeks apart, of a person who needs no support for now."""
    gaps = draw(st.lists(st.integers(28, 45), min_size=4, max_size=6))
    return [Reached(FIRST + timedelta(days=sum(gaps[: n + 1])), Outcome.NO_SUPPORT_NEEDED) for n in range(len(gaps))]
