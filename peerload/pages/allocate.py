"""Who supports whom from a day on, with what that does to everybody's points before it is confirmed."""

from datetime import date

from django.http import Http404

from caseload import actions, forms, queries
from caseload.enums import ACTIVE_TIERS, Tier
from caseload.models import Client, TierPeriod
from caseload.views import PersonAction, leads
from peerload.staff import access
from peerload.staff.models import Absence, Member
from peerload.staff.roles import Capability
from workload import queries as workload
from workload import rules
from workload.enums import Band

from .templatetags.look import points


def candidates(member: Member, person: Client, on: date, *, without: int | None = None) -> list[tuple[Member, str]]:
    """
    Return who could support a person: the workers of a member's teams, with their points now and after, and who is away.

    :param without: the member who supports them already
    """
    workers = [w for w in queries.workers_of_teams(member, on) if w.active and w.pk != without]
    organisation = person.organisation
    listed = workload.listed(organisation, on, worker_ids=[worker.pk for worker in workers])
    before = workload.totals_on(organisation, on, listed)
    after = totals_after(person, listed, before, on)
    away = set(Absence.objects.on(on).filter(worker__in=workers).values_list("worker_id", flat=True))
    return [(worker, _words(before.get(worker.pk), after.get(worker.pk), worker.pk in away)) for worker in workers]


def totals_after(person: Client, listed: list[workload.Listed], before: dict, on: date) -> dict[int, rules.Total]:
    """
    Return what each worker would hold with the person newly allocated to them that day, counted by the rules.

    The person's case unit is projected anew for each: in a family, one more member may add nothing but the month of a new case.
    """
    schemes, working = workload.schemes(person.organisation_id), workload.working(person.organisation)
    scheme = rules.scheme_on(schemes, on)
    family, people = _unit(person)
    now = case_points(rules.case_lines(people, schemes, working, family=family), on)
    found = {}
    for worker in listed:
        theirs = [given(p, worker.member_id, on) if p.key == person.pk else p for p in people]
        then = case_points(rules.case_lines(theirs, schemes, working, family=family), on)
        held = before[worker.member_id]
        cases = held.cases + then.get(worker.member_id, 0) - now.get(worker.member_id, 0)
        found[worker.member_id] = rules.total(held.stable, held.extras, cases, fte=held.fte, scheme=scheme)
    return found


def _unit(person: Client) -> tuple[int | None, list[rules.Person]]:
    """Return a person's case unit with the person in it, though nobody ever supported them."""
    facts = next(iter(workload.gather_people(person.organisation_id, [person.pk]).values()), None)
    people = list(facts.people) if facts else []
    if all(found.key != person.pk for found in people):
        tiers = TierPeriod.objects.filter(client=person).order_by("starts_on").values_list("starts_on", "tier")
        people.append(rules.Person(person.pk, list(tiers), []))
    return person.family_id, people


def given(person: rules.Person, worker: int, on: date) -> rules.Person:
    """Return a person's facts as they would be with the worker from a day on; without support, as if it were medium."""
    held = [h if h.ends_before and h.ends_before <= on else h._replace(ends_before=on) for h in person.holdings]
    held = [h for h in held if h.starts_on < on]
    tier = next((tier for starts_on, tier in reversed(person.tiers) if starts_on <= on), None)
    tiers = [row for row in person.tiers if row[0] < on] + [(on, tier)]
    if tier not in (*ACTIVE_TIERS, Tier.PARKED):
        tiers[-1] = (on, Tier.MEDIUM)
    return person._replace(holdings=[*held, rules.Holding(worker, on)], tiers=tiers)


def case_points(lines: list[rules.Line], on: date) -> dict:
    """Return the points of the lines standing on a day, by worker."""
    found: dict = {}
    for line in rules.standing(lines, on):
        found[line.worker] = found.get(line.worker, 0) + line.points
    return found


def _words(before: rules.Total | None, after: rules.Total | None, away: bool) -> str:
    """Say what an allocation does: "from 82 to 85 of 100: little room"."""
    words = "no points yet"
    if before and after:
        words = (
            f"from {points(before.total)} to {points(after.total)} of {points(after.limit)}: {Band(after.band).label}"
        )
        if before.total == after.total:
            words = f"stays at {points(before.total)} of {points(after.limit)}: {Band(after.band).label}"
    return f"{words}; away now" if away else words


class Choosing(PersonAction):
    """A form with a choice of workers."""

    form_class = forms.AllocateForm
    leaders_only = True
    without = None

    def form_arguments(self):
        found = candidates(self.request.member, self.person, self.on, without=self.without)
        return {"candidates": found, "needs_tier": self.needs_tier}

    @property
    def needs_tier(self) -> bool:
        return self.person.tier in (None, Tier.INACTIVE)


@access.requires(Capability.LEAD_TEAM)
class Allocate(Choosing):
    title = "Allocate"
    heading = "Who supports {name}?"
    save = "Allocate"
    lead = "Under each name stands what it does to the points today."

    def act(self, data):
        words = self.chosen.words()
        actions.allocate(**self.who, **words)
        return f"{self.person.name} is allocated to {words['worker'].name} from {forms.said(words['on'])} on."

    def form(self, data=None):
        self.chosen = super().form(data)
        return self.chosen


@access.requires(Capability.LEAD_TEAM)
class HandOver(Allocate):
    title = "Hand over"
    heading = "Hand {name} over"
    save = "Hand over"
    lead = "Under each name stands what it does to the points today. The giver’s points stop on the day."

    @property
    def without(self):
        held = queries.allocation_on(self.person, self.on)
        return held.worker_id if held else None

    def act(self, data):
        words = self.chosen.words()
        actions.hand_over(**self.who, **words)
        return f"{self.person.name} is handed over to {words['worker'].name} from {forms.said(words['on'])} on."


@access.requires(Capability.SUPPORT_PEOPLE)
class SupportAgain(Choosing):
    """Support somebody kept in touch with; who is not in touch comes back to a worker their manager chooses."""

    leaders_only = False
    title = "Support again"
    heading = "Support {name} again"
    save = "Support again"
    lead = "Any day, at once, whatever the numbers say."

    @property
    def needs_worker(self) -> bool:
        held = queries.allocation_on(self.person, self.on)
        return self.person.tier == Tier.INACTIVE and held is None

    def form(self, data=None):
        if not self.needs_worker:
            last = queries.last_active_tier(self.person)
            self.chosen = forms.SupportAgainForm(data, on=self.on, person=self.person, initial={"tier": last})
        elif leads(self.request.member, self.person):
            self.chosen = super().form(data)
        else:
            raise Http404
        return self.chosen

    def act(self, data):
        if isinstance(self.chosen, forms.AllocateForm):
            words = self.chosen.words()
            words = {name: words[name] for name in ("worker", "tier", "on")} | {"reason": words["purpose"]}
        else:
            words = data
        actions.support_again(**self.who, **words)
        return f"{self.person.name} has {Tier(words['tier']).label} support again from {forms.said(words['on'])} on."
