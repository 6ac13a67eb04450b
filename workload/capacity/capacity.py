"""Who has capacity for several people of one worker on a day: what each receiver would hold, and a proposal by capacity."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.utils.translation import gettext as _

from caseload.actions import Refused
from caseload.models import Client
from caseload.queries.settings import boundary_of, cadence_of
from caseload.rules import LOOK_AGAIN, Mix, mix
from caseload.temporary_moves import rules as temporary_moves
from caseload.temporary_moves.rules import Bundle
from peerload.core import dates
from peerload.core.formats import format_day
from peerload.staff import rules as staff_rules
from peerload.staff.access import MemberRequest
from peerload.staff.leaving.queries import last_days
from peerload.staff.models import Absence, Member, Organisation
from peerload.staff.views.form_pages import FormPage
from peerload.ui.asked import day_within
from peerload.ui.templatetags.ui import points
from workload import queries as workload
from workload import rules
from workload.enums import Band

from .candidates import (
    ContactHours,
    TierCapacity,
    case_points,
    contact_hours,
    given_to,
    support_of,
    tier_capacities,
    with_nobody,
)
from .rules import Receiving

SOMEBODY = 0  # stands in for any receiver, to count people's points


class LoadEffect(NamedTuple):
    """A receiver's load on the day, now and with the people chosen for them; ``None`` where they have no points yet."""

    worker: Member
    people: int
    before: rules.Total | None
    after: rules.Total | None
    away: bool
    away_from: date | None  # the first day of an absence that begins later within the period
    leaving: bool


class Newly(NamedTuple):
    """Points that count while people are newly allocated, and their last day."""

    points: Decimal
    until: date | None


class Receiver(NamedTuple):
    """What a list does to one worker; ``None`` where they have no points yet."""

    effect: LoadEffect
    covers: int
    newly: Newly | None
    tiers: list[TierCapacity]
    hours: ContactHours | None

    @property
    def receiving(self) -> Receiving:
        """What to know beside each choice of this worker."""
        effect, hours = self.effect, self.hours
        return Receiving(
            away=effect.away,
            away_later=effect.away_from is not None,
            leaving=effect.leaving,
            over_limit=effect.after is not None and effect.after.band == Band.OVER,
            over_hours=hours is not None and hours.then > hours.most,
        )

    @property
    def over_tiers(self) -> list[TierCapacity]:
        """The tiers in which they would have more people than the boundary."""
        return [tier for tier in self.tiers if tier.capacity < 0]


Chosen = Mapping[int, int | None]  # the receiver of each person, None for a person who waits, all by primary key
Within = Callable[[int, Sequence[int]], bool]  # whether a receiver stays within boundary and hours with these bundles


def day_posted(request: MemberRequest, usual: date) -> date:
    """Return the posted day of the handover, or the usual one where there is none."""
    return day_within(request.POST.get("on", ""), request.on) or usual


class TeamCapacity:
    """
    The capacity of a team for one worker's people on a day, counted by the rules.

    :param receivers: in order of name
    :param people: the people to hand over
    :param until: the day from which they are back with their worker; ``None`` for a handover for good
    """

    def __init__(
        self,
        receivers: Sequence[Member],
        people: Sequence[Client],
        on: date,
        organisation: Organisation,
        until: date | None = None,
    ) -> None:
        self.receivers, self.on, self.until, self.organisation = receivers, on, until, organisation
        self.people = {person.pk: person for person in people}
        self.listed = workload.listed(organisation, on, worker_ids=[worker.pk for worker in receivers])
        self.schemes, self.working = workload.schemes(organisation.pk), workload.working(organisation)
        self.scheme = rules.scheme_on(self.schemes, on)
        self.before = workload.totals_on(organisation, on, self.listed, scheme=self.scheme)
        self.units = list(workload.gather_people(organisation.pk, self.people).values()) if people else []
        self._weighed: dict[Hashable, list[rules.Line]] = {}
        self.supports: Mapping[int, str] = {}  # the support people get with the next worker, where it is another one
        self.now = [self._points(unit, {}) for unit in self.units]
        last = until - dates.DAY if until else on + LOOK_AGAIN
        absences = workload.absences_between([worker.pk for worker in receivers], on, last)
        self.away = {key for key, found in absences.items() if found[0].starts_on <= on}
        self.away_later = {key: found[0] for key, found in absences.items() if key not in self.away}
        self.last_days = self.leaving = last_days(receivers)
        self.cadence, self.boundary = cadence_of(organisation), boundary_of(organisation)
        self.posts = {worker.member_id: worker for worker in self.listed}
        self.own = workload.mix_on([worker.pk for worker in receivers], on)

    @property
    def teams(self) -> dict[int, tuple[str, str]]:
        """The team of each receiver who is listed: a key, and its name."""
        return {each.member_id: (str(each.team_id or ""), each.team_name or _("no team")) for each in self.listed}

    def suggestions(self, labels: Mapping[int, str]) -> list[tuple[str, str]]:
        """Return what a text field suggests: each receiver's label, and the capacity they have now, those who fit first."""
        fitting = sorted(self.receivers, key=lambda worker: not self.fits(worker))
        return [(labels[worker.pk], f"{labels[worker.pk]}: {self.capacity_words(worker)}") for worker in fitting]

    def fits(self, worker: Member) -> bool:
        """Return whether a worker could take a person: at work and staying, with points and contact hours left."""
        total, post = self.before.get(worker.pk), self.posts.get(worker.pk)
        if total is None or post is None or self.is_kept_away(worker):
            return False
        hours = contact_hours(self.own[worker.pk], self.own[worker.pk], post.weekly_hours, self.cadence)
        return total.room_to_limit > 0 and hours.now < hours.most

    def capacity_words(self, worker: Member) -> str:
        """Say a worker's capacity now: "82 of 100, room"; and for what they are not available."""
        total = self.before.get(worker.pk)
        words = _("no points yet")
        if total:
            words = _("%(total)s of %(limit)s, %(band)s") % {
                "total": points(total.total),
                "limit": points(total.limit),
                "band": Band(total.band).label,
            }
        if worker.pk in self.last_days:
            words = _("%(words)s, leaving on %(day)s") % {"words": words, "day": format_day(self.last_days[worker.pk])}
        if worker.pk in self.away_later:
            words = _("%(words)s, away from %(day)s") % {
                "words": words,
                "day": format_day(self.away_later[worker.pk].starts_on),
            }
        return _("%(words)s, away") % {"words": words} if worker.pk in self.away else words

    def is_kept_away(self, worker: Member) -> bool:
        """
        Return whether no one is proposed for a worker: they are away or leaving within the period.

        For a handover for good, a short leave in the first weeks does not matter.
        """
        if worker.pk in self.away or worker.pk in self.leaving:
            return True
        later: Absence | None = self.away_later.get(worker.pk)
        if later is None or self.until:
            return later is not None
        return staff_rules.is_long(later.starts_on, later.ends_before or later.expected_back)

    def effects(self, chosen: Chosen) -> list[LoadEffect]:
        """Return the load of each receiver with the people chosen for them."""
        added = self._added(chosen)
        taken = Counter(chosen.values())
        return [
            LoadEffect(
                worker,
                taken[worker.pk],
                self.before.get(worker.pk),
                self._total(worker.pk, added.get(worker.pk, Decimal(0))) if worker.pk in self.before else None,
                worker.pk in self.away,
                self.away_later[worker.pk].starts_on if worker.pk in self.away_later else None,
                worker.pk in self.leaving,
            )
            for worker in self.receivers
        ]

    def receivers_of(self, moved: Chosen) -> list["Receiver"]:
        """Return what each receiver would hold, with points, people by tier and contact hours."""
        newly = self.newly(moved)
        return [self._receiver(effect, newly, moved) for effect in self.effects(moved)]

    def _receiver(self, effect: LoadEffect, newly: Mapping[int, Newly], moved: Chosen) -> "Receiver":
        key = effect.worker.pk
        if (post := self.posts.get(key)) is None:
            return Receiver(effect, 0, None, [], None)
        theirs = temporary_moves.together(self.own[key], self._mix(of_worker(moved, key)))
        tiers = tier_capacities(theirs, self.boundary.times(post.fte))
        hours = contact_hours(self.own[key], theirs, post.weekly_hours, self.cadence)
        return Receiver(effect, 0, newly.get(key), tiers, hours)

    def _mix(self, people: Iterable[int]) -> Mix:
        return mix(self.supports.get(key) or self.people[key].tier for key in people)

    def proposal(self, chosen: Chosen) -> dict[int, int]:
        """
        Return a receiver for each person without one, as far as workers here that day have capacity.

        A worker who has given notice is not proposed: people would go on from there to a third.
        """
        added, here = self._added(chosen), self._here()

        def points_left(worker: int, taken: Decimal) -> Decimal:
            total = self._total(worker, added.get(worker, Decimal(0)) + taken)
            return total.limit - total.total

        bundles = {number: self._left(unit, chosen) for number, unit in enumerate(self.units)}
        weighed = [
            Bundle(number, self._weight(self.units[number], left), any(self.people[key].statutory for key in left))
            for number, left in bundles.items()
            if left
        ]
        shared = temporary_moves.share_out(weighed, here, points_left, self.within(bundles, chosen))
        return {person: worker for number, worker in shared.items() for person in bundles[number]}

    def _here(self) -> list[int]:
        return [each.pk for each in self.receivers if each.pk in self.before and not self.is_kept_away(each)]

    def within(self, bundles: Mapping[int, Sequence[int]], chosen: Chosen) -> Within:
        """Return which receivers are preferred among those with capacity; here all alike."""
        return lambda receiver, numbers: True

    def newly(self, chosen: Chosen) -> dict[int, Newly]:
        """Return what being newly allocated adds to each receiver's total, weight included, and until when (B13, R26)."""
        more: dict[int, Decimal] = {}
        last: dict[int, date | None] = {}
        for unit in self.units:
            if not any(person.key in chosen for person in unit.people):
                continue
            for line in rules.standing(self._lines(unit, chosen), self.on):
                if line.code == "new" and line.starts_on == self.on:
                    more[line.worker] = more.get(line.worker, Decimal(0)) + line.points
                    last[line.worker] = dates.last_day(line.ends_before)
        added = self._added(chosen)
        found = {}
        for worker in more.keys() & self.before.keys():
            then, after = (self._total(worker, added[worker] - less) for less in (Decimal(0), more[worker]))
            found[worker] = Newly(then.total - after.total, last[worker])
        return found

    def _left(self, unit: workload.CaseFacts, chosen: Chosen) -> list[int]:
        return [person.key for person in unit.people if person.key in self.people and person.key not in chosen]

    def _weight(self, unit: workload.CaseFacts, people: Sequence[int]) -> Decimal:
        return self._points(unit, dict.fromkeys(people, SOMEBODY)).get(SOMEBODY, Decimal(0))

    def _points(self, unit: workload.CaseFacts, chosen: Chosen) -> dict[int, Decimal]:
        return case_points(self._lines(unit, chosen), self.on)

    def _lines(self, unit: workload.CaseFacts, chosen: Chosen) -> list[rules.Line]:
        """Return the lines of a unit with these choices; each is weighed once, however many figures need it."""
        asked = (
            (each.key, chosen[each.key], self.supports.get(each.key)) for each in unit.people if each.key in chosen
        )
        key = (tuple(each.key for each in unit.people), tuple(asked))
        if key not in self._weighed:
            people = [self._chosen(each, chosen[each.key]) if each.key in chosen else each for each in unit.people]
            self._weighed[key] = rules.case_lines(people, self.schemes, self.working, family=unit.family)
        return self._weighed[key]

    def _chosen(self, person: rules.Person, worker: int | None) -> rules.Person:
        if worker is None:
            return with_nobody(person, self.on)
        return given_to(person, worker, self.on, self.supports.get(person.key) or support_of(person, self.on))

    def _added(self, chosen: Chosen) -> dict[int, Decimal]:
        """Return by how much the case points of each receiver change; in a family, one more may add nothing."""
        added: dict[int, Decimal] = {}
        for unit, now in zip(self.units, self.now, strict=True):
            then = self._points(unit, chosen)
            for worker in now.keys() | then.keys():
                added[worker] = added.get(worker, Decimal(0)) + then.get(worker, 0) - now.get(worker, 0)
        return added

    def _total(self, worker: int, more: Decimal) -> rules.Total:
        held = self.before[worker]
        return rules.total(held.stable, held.extras, held.cases + more, fte=held.fte, scheme=self.scheme)


def of_worker(chosen: Mapping[int, int | None], worker: int) -> list[int]:
    """Return the people chosen for a worker."""
    return [person for person, to in chosen.items() if to == worker]


class ListPage(FormPage):
    """A page on which many people are decided about at once; where one decision is refused, none is saved."""

    def refused(self, form: Any, refusal: Refused) -> HttpResponse:
        form.add_error(None, _("Nothing was changed. %(refusal)s") % {"refusal": refusal})
        if refusal.about and hasattr(form, "refuse_about"):
            form.refuse_about(refusal.about, str(refusal))
        return self.invalid(form)
