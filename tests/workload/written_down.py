"""A made-up service of `tests.strategies`, written down in the database as facts, with nothing projected."""

from typing import NamedTuple

from caseload.models import Allocation, Client, Family, TierPeriod
from peerload.core import clock
from peerload.core.dates import DAY, day_after
from peerload.staff.models import ClosureDay, Member, Organisation, Post
from tests import factories, oracle
from tests.strategies import WORKERS
from workload.models import Activity, Responsibility, Scheme, Weight
from workload.rules import PostPeriod


class Written(NamedTuple):
    """Where the service's people and workers are in the database."""

    organisation: Organisation
    workers: dict[int, Member]
    people: dict[int, Client]


def write_down(service: oracle.Service) -> Written:
    organisation = factories.OrganisationFactory(region=service.working.region)
    ClosureDay.objects.bulk_create(ClosureDay(organisation=organisation, on=day) for day in service.working.closures)
    for scheme in service.schemes:
        row = Scheme.objects.create(
            organisation=organisation,
            name="a version",
            starts_on=scheme.starts_on,
            workload_weight=scheme.weight_on,
            stable_scales_with_fte=scheme.stable_scales_with_fte,
            close_window_days=scheme.close_window_days,
            weight_of_cases_only=scheme.weight_of_cases_only,
            extras_inside_base=scheme.extras_inside_base,
            decision_day_is_first=scheme.decision_day_is_first,
            start_day_is_first=scheme.start_day_is_first,
            windows_run_on=scheme.windows_run_on,
            published_at=clock.now(),
        )
        Weight.objects.bulk_create(Weight(scheme=row, **weight._asdict()) for weight in scheme.weights)
    workers = {key: factories.MemberFactory(organisation=organisation) for key in WORKERS}
    people = {}
    for unit in service.units:
        family = Family.objects.create(organisation=organisation, code=str(unit.family)) if unit.family else None
        for person in unit.people:
            people[person.key] = _person(person, organisation, family, workers)
    for key, worker in workers.items():
        Post.objects.bulk_create(
            Post(organisation=organisation, worker=worker, **post._asdict()) for post in service.posts.get(key, ())
        )
        for held in service.responsibilities.get(key, ()):
            Responsibility.objects.create(
                organisation=organisation,
                worker=worker,
                code=held.code,
                starts_on=held.starts_on,
                ends_before=day_after(held.until),
                quantity=held.quantity,
            )
    return Written(organisation, workers, people)


def _person(person, organisation, family, workers) -> Client:
    row = factories.ClientFactory.build(organisation=organisation, family=family, support=None)
    row.save()
    owned = {"organisation": organisation, "client": row}
    ends = [starts_on for starts_on, _ in person.tiers[1:]] + [None]
    for (starts_on, tier), ends_before in zip(person.tiers, ends, strict=False):
        TierPeriod.objects.create(tier=tier, starts_on=starts_on, ends_before=ends_before, **owned)
    for holding in person.holdings:
        Allocation.objects.create(**holding._asdict() | {"worker": workers[holding.worker]}, **owned)
    for activity in person.activities:
        facts = activity._asdict()
        del facts["source"]
        Activity.objects.create(**facts, **owned)
    return row


def as_listed(service: oracle.Service) -> oracle.Service:
    """Return the service with the posts that follow from work: who has no post yet is full time from the first day of it."""
    posts = {}
    for worker in WORKERS:
        given = list(service.posts.get(worker, ()))
        work = [held.starts_on for held in service.responsibilities.get(worker, ())]
        work += [h.starts_on for unit in service.units for p in unit.people for h in p.holdings if h.worker == worker]
        first_post = given[0].starts_on if given else None
        if work and (first_post is None or min(work) < first_post):
            given.insert(0, PostPeriod(min(work), first_post, 1, False))
        posts[worker] = given
    return service._replace(posts=posts)


def ends(service: oracle.Service) -> set:
    """Return the days on which something of the service begins or ends, and the days before them."""
    days = {scheme.starts_on for scheme in service.schemes}
    for unit in service.units:
        for person in unit.people:
            days |= {starts_on for starts_on, _ in person.tiers}
            days |= {h.starts_on for h in person.holdings} | {h.ends_before for h in person.holdings if h.ends_before}
            days |= {a.starts_on for a in person.activities}
    return days | {day - DAY for day in days}
