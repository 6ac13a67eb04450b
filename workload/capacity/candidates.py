"""Who could support a person from a day on: what room each has, how their points would change, and which of them are listed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from caseload import rules as caseload_rules
from caseload.enums import CASELOAD_TIERS, Tier
from caseload.models import Client, TierPeriod
from caseload.queries.person import supported_before
from caseload.queries.settings import boundary_of, cadence_of
from caseload.queries.teams import allocated_lately
from peerload.core.folding import fold
from peerload.staff.leaving.queries import last_days
from peerload.staff.models import Absence, Member, Organisation, Post
from peerload.staff.queries import choice_labels
from peerload.ui.templatetags.ui import points
from workload import queries as workload
from workload import rules
from workload.enums import Band

from ..points.ahead import AHEAD


class TierCapacity(NamedTuple):
    """The people of one tier a worker supports, against the boundary; room is below 0 where there are more."""

    tier: Tier
    people: int
    boundary: Decimal
    capacity: Decimal


class ContactHours(NamedTuple):
    """Hours a week that the people ask for, now and then, and the most for the post, with one decimal (P08, P12)."""

    now: Decimal
    then: Decimal
    most: Decimal


class WorkerCapacity(NamedTuple):
    """The load of a worker listed that day and the people they support, now and with the person."""

    before: rules.Total
    after: rules.Total
    tiers: list[TierCapacity]
    hours: ContactHours

    @property
    def goes_over(self) -> bool:
        return self.after.band == Band.OVER

    @property
    def words(self) -> str:
        """Say what an allocation does: "from 82 to 85 of 100"."""
        before, after, limit = points(self.before.total), points(self.after.total), points(self.after.limit)
        if self.before.total == self.after.total:
            return _("stays at %(total)s of %(limit)s") % {"total": before, "limit": limit}
        return _("from %(before)s to %(after)s of %(limit)s") % {"before": before, "after": after, "limit": limit}


class Candidate(NamedTuple):
    """
    A worker who could support a person; ``room`` is None while they are not listed.

    ``until`` is their last day with the person, ``last_day`` that of the service, where they are leaving; ``label``
    distinguishes them from others of their name.
    """

    worker: Member
    label: str
    capacity: WorkerCapacity | None
    lately: int
    away: list[Absence]
    until: date | None
    last_day: date | None
    has_post: bool
    team: tuple[str, str] = ("", "")  # a key, and its name

    @property
    def room(self) -> Decimal:
        """Points up to the limit once the person is with them."""
        return self.capacity.after.room_to_limit if self.capacity else Decimal(0)

    def fits(self, on: date) -> bool:
        """Return whether they are at work and stay, and have points and contact hours for the person."""
        if self.capacity is None or self.last_day or any(absence.starts_on <= on for absence in self.away):
            return False
        return not self.capacity.goes_over and self.capacity.hours.then <= self.capacity.hours.most

    @property
    def uid(self) -> str:
        return str(self.worker.uid)


def candidates(
    workers: Sequence[Member], person: Client, begins: date, *, today: date, tier: str | None = None
) -> list[Candidate]:
    """
    Return the candidates for a person among these workers, in their order, as far as known today.

    They are as of the first day, or of today where that has passed. The number of queries is constant.

    :param tier: the person's future support; unless chosen, as it is, or medium
    """
    on = max(begins, today)
    organisation, keys = person.organisation, [worker.pk for worker in workers]
    listed = workload.listed(organisation, on, worker_ids=keys)
    given = AllocatedPerson.of(person, begins, tier)
    capacities = _capacities(organisation, given, listed, on)
    with_post = set(Post.objects.filter(worker__in=keys).values_list("worker", flat=True))
    lately = allocated_lately(keys, on)
    away = workload.absences_between(keys, on, on + AHEAD)
    teams = {each.member_id: (str(each.team_id or ""), each.team_name or _("no team")) for each in listed}
    before, leaving, labels = supported_before(person, on), last_days(workers), choice_labels(workers)
    return [
        Candidate(
            worker,
            labels[key],
            capacities.get(key),
            lately.get(key, 0),
            away.get(key, []),
            before.get(key),
            leaving.get(key),
            key in with_post,
            teams.get(key, ("", _("no team"))),
        )
        for worker, key in zip(workers, keys, strict=True)
    ]


class AllocatedPerson(NamedTuple):
    """A person allocated to a worker from a day on, with their support then and their case unit."""

    key: int
    begins: date
    support: str
    family: int | None
    unit: list[rules.Person]

    @classmethod
    def of(cls, person: Client, begins: date, tier: str | None) -> "AllocatedPerson":
        facts = next(iter(workload.gather_people(person.organisation_id, [person.pk]).values()), None)
        unit = list(facts.people) if facts else []
        if all(found.key != person.pk for found in unit):  # never supported before
            tiers = TierPeriod.objects.filter(client=person).order_by("starts_on").values_list("starts_on", "tier")
            unit.append(rules.Person(person.pk, list(tiers), []))
        support = tier or next(support_of(found, begins) for found in unit if found.key == person.pk)
        return cls(person.pk, begins, support, person.family_id, unit)

    def to(self, worker: int) -> list[rules.Person]:
        """Return the facts of the case unit as they would be with the person given to a worker."""
        return [
            given_to(person, worker, self.begins, self.support) if person.key == self.key else person
            for person in self.unit
        ]


def support_of(person: rules.Person, on: date) -> str:
    """Return the support a person has on a day, medium where they have none."""
    own = caseload_rules.tier_on(person.tiers, on)
    return own if own in CASELOAD_TIERS else Tier.MEDIUM


def given_to(person: rules.Person, worker: int, begins: date, support: str) -> rules.Person:
    """Return a person's facts as they would be with a worker, and with a kind of support, from a day on."""
    held = with_nobody(person, begins).holdings
    tiers = [row for row in person.tiers if row[0] < begins] + [(begins, support)]
    return person._replace(holdings=[*held, rules.Holding(worker, begins)], tiers=tiers)


def with_nobody(person: rules.Person, begins: date) -> rules.Person:
    """Return a person's facts as if they had no worker from a day on."""
    held = [held for held in person.holdings if held.starts_on < begins]
    held = [h if h.ends_before and h.ends_before <= begins else h._replace(ends_before=begins) for h in held]
    return person._replace(holdings=held)


def _capacities(
    organisation: Organisation, given: AllocatedPerson, listed: Sequence[workload.Listed], on: date
) -> dict[int, WorkerCapacity]:
    before = workload.totals_on(organisation, on, listed)
    after = totals_after(organisation, given, listed, before, on)
    people = workload.mix_on([worker.member_id for worker in listed], on)
    full_time, every = boundary_of(organisation), cadence_of(organisation)
    found = {}
    for worker in listed:
        key = worker.member_id
        more = people[key]._replace(**{given.support: getattr(people[key], given.support) + 1})
        hours = contact_hours(people[key], more, worker.weekly_hours, every)
        tiers = tier_capacities(people[key], full_time.times(worker.fte))
        found[key] = WorkerCapacity(before[key], after[key], tiers, hours)
    return found


def tier_capacities(people: caseload_rules.Mix, boundary: caseload_rules.Boundary) -> list[TierCapacity]:
    """Return people by tier against a boundary."""
    capacity = caseload_rules.capacity_by_tier(people, boundary)
    return list(map(TierCapacity, CASELOAD_TIERS, people, boundary, capacity))


def contact_hours(
    now: caseload_rules.Mix, then: caseload_rules.Mix, weekly_hours: Decimal, every: caseload_rules.Cadence
) -> ContactHours:
    """Return the contact hours needed now and with the person, against the most for a post of so many hours."""
    now, later = (caseload_rules.projected_contact_hours(mix, every) for mix in (now, then))
    most = caseload_rules.most_contact_hours(weekly_hours)
    return ContactHours(*(caseload_rules.rounded(hours, 1) for hours in (now, later, most)))


def totals_after(
    organisation: Organisation,
    given: AllocatedPerson,
    listed: Sequence[workload.Listed],
    before: dict[int, rules.Total],
    on: date,
) -> dict[int, rules.Total]:
    """
    Return each worker's totals on a day if the person were allocated to them, counted by the rules.

    The person's case unit is projected for each worker: in a family, one more member may add only the month of a new
    case.
    """
    schemes, working = workload.schemes(organisation.pk), workload.working(organisation)
    scheme = rules.scheme_on(schemes, on)
    now = case_points(rules.case_lines(given.unit, schemes, working, family=given.family), on)
    found = {}
    for worker in listed:
        key, held = worker.member_id, before[worker.member_id]
        then = case_points(rules.case_lines(given.to(key), schemes, working, family=given.family), on)
        cases = held.cases + then.get(key, 0) - now.get(key, 0)
        found[key] = rules.total(held.stable, held.extras, cases, fte=held.fte, scheme=scheme)
    return found


def case_points(lines: list[rules.Line], on: date) -> dict:
    """Return the points of lines standing on a day, by worker."""
    found: dict = {}
    for line in rules.standing(lines, on):
        found[line.worker] = found.get(line.worker, 0) + line.points
    return found


# Which of them are listed ----------------------------------------------------------------------------------------------

BY_NAME, BY_ROOM = "name", "room"
LISTED = 12  # workers that are listed, and as many others folded; the rest is found by name


class ListedCandidates(NamedTuple):
    """
    The candidates who fit or were looked for, a few of the others, folded, and how many are only found by name.

    :param of: how many fit or were looked for; those with the most room are listed
    """

    first: list[Candidate]
    others: list[Candidate]
    more: int
    teams: list[tuple[str, str]]
    team: str
    sort: str
    find: str
    of: int

    @property
    def is_cut(self) -> bool:
        return self.of > LISTED


def listing(asked: Mapping[str, str]) -> dict[str, str]:
    """Return how a page was asked to list workers: the team, the order, and the name looked for."""
    sort = BY_ROOM if asked.get("sort") == BY_ROOM else BY_NAME
    return {"team": asked.get("team", "")[:40], "sort": sort, "find": asked.get("find", "").strip()[:100]}


def is_named(label: str, find: str) -> bool:
    """Return whether every word looked for begins a word of a name."""
    wanted = fold(find).split()
    return bool(wanted) and all(any(part.startswith(word) for part in fold(label).split()) for word in wanted)


def teams_offered(teams: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the teams to choose from, in order of name; none where there is one only."""
    offered = sorted(set(teams), key=lambda each: fold(each[1]))
    return offered if len(offered) > 1 else []


def listed_candidates(
    found: Sequence[Candidate], on: date, *, picked: str, team: str, sort: str, find: str
) -> ListedCandidates:
    """
    Return the candidates in the order asked for: those who fit, or whose name was looked for, first.

    Of more than can be listed, those with the most room are, in whichever order (R200).

    :param found: in order of name
    :param picked: the uid of the one chosen already, who is always listed
    """
    ordered = sorted(found, key=lambda each: -each.room) if sort == BY_ROOM else found
    kept = [each for each in ordered if not team or each.team[0] == team or each.uid == picked]
    asked = [each for each in kept if (is_named(each.label, find) if find else each.fits(on))]
    most_room = {each.uid for each in sorted(asked, key=lambda each: -each.room)[:LISTED]}
    first = [each for each in kept if each.uid == picked or each.uid in most_room]
    rest = [each for each in kept if each not in first]
    teams = teams_offered(each.team for each in found)
    return ListedCandidates(first, rest[:LISTED], len(rest[LISTED:]), teams, team, sort, find, len(asked))
