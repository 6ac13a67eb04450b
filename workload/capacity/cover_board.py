"""The cover board: who covers each person of an absent worker, and how everyone's load changes, before it is confirmed."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from caseload import described
from caseload import rules as caseload_rules
from caseload.cover import rules as cover_rules
from caseload.cover.queries import absent_people_seen, facts_of, leads_worker
from caseload.cover.views import as_of, find_absence
from caseload.enums import CASELOAD_TIERS
from caseload.leaving.queries import led_by
from caseload.models import Client, ClientQuerySet
from caseload.next_steps.queries import to_cover
from caseload.queries.in_touch import ContactDue, next_due
from caseload.queries.person import supported_before_all
from caseload.temporary_moves import actions, queries
from caseload.temporary_moves import board_form as forms
from caseload.temporary_moves import rules as temporary_moves
from caseload.waiting.actions import WaitTerms
from caseload.waiting.forms import WAIT
from caseload.waiting.queries import may_see_to_all
from peerload.audit import actions as audit
from peerload.core import dates
from peerload.core.formats import format_day, format_list
from peerload.staff import access, concurrency
from peerload.staff import rules as staff_rules
from peerload.staff.enums import AbsenceBand
from peerload.staff.leaving.queries import gone_by, last_days
from peerload.staff.models import Absence, Member, Organisation
from peerload.staff.roles import Capability
from peerload.staff.views.live_figures import LiveFigures
from peerload.ui.templatetags.ui import tier_words
from workload import queries as workload
from workload import rules

from . import rules as capacity_rules
from .candidates import contact_hours, listing
from .capacity import SOMEBODY, Chosen, ListPage, Newly, Receiver, TeamCapacity, Within, day_posted, of_worker
from .enums import Caution
from .sums import NOTHING_KNOWN, listed_workers


class BoardRow(NamedTuple):
    """
    A person of the board, with what to know of the choice.

    :param earlier: the last day the chosen worker supported them, where they did before
    """

    person: Client
    line: forms.BoardLine
    due: ContactDue | None
    cautions: list[Caution]
    earlier: date | None


class CoverPost(NamedTuple):
    """The most a temporary cover post may be, and how many of the people fit in it (A09, R78)."""

    full: Decimal  # hours a week of the absent worker
    hours: Decimal
    limit: Decimal
    stable: Decimal
    fits: int


class CoverCapacity(TeamCapacity):
    """
    Capacity in points, tiers and contact hours.

    Cover adds neither points nor people to the tiers, for people stay with the absent worker (R77); it does ask for
    hours.
    """

    def __init__(
        self,
        receivers: Sequence[Member],
        people: Sequence[Client],
        on: date,
        absence: Absence,
        organisation: Organisation,
    ) -> None:
        super().__init__(receivers, people, on, organisation, until=cover_rules.lasts_until(facts_of(absence), on))
        back = facts_of(absence).back
        if back and back > on:
            self.leaving = {key: last_day for key, last_day in self.last_days.items() if last_day < back}
        self.covering = queries.covered_mix([worker.pk for worker in receivers], on, besides=absence)
        self.covered = {person.pk: person.cover_id for person in people if person.cover_id}

    def cover_proposal(self, chosen: Chosen) -> dict[int, int]:
        """
        Return who covers each person without a choice, by need and up to the contact hours of each worker.

        :param chosen: the choices made by hand, whose people use their workers' hours first
        """
        bundles = {number: self._left(unit, chosen) for number, unit in enumerate(self.units)}
        to_cover = [
            temporary_moves.ToCover(number, self._mix(left), any(self.people[key].statutory for key in left))
            for number, left in bundles.items()
            if left
        ]
        here = self._here()
        hours = {worker: self._hours_left(worker, chosen) for worker in here}
        shared = temporary_moves.share_cover(to_cover, here, hours, self.cadence)
        return {person: worker for number, worker in shared.items() for person in bundles[number]}

    def _hours_left(self, worker: int, chosen: Chosen) -> Decimal:
        seen = temporary_moves.together(self.own[worker], self.covering[worker], self._mix(of_worker(chosen, worker)))
        most = caseload_rules.most_contact_hours(self.posts[worker].weekly_hours)
        return most - caseload_rules.projected_contact_hours(seen, self.cadence)

    def why_left(self, left: Sequence[Client]) -> list[str]:
        """Say who is left without a proposal, and why."""
        by_support = self._mix([person.pk for person in left])
        counted = [f"{n} {tier_words(tier)}" for tier, n in zip(CASELOAD_TIERS, by_support, strict=True) if n]
        said_of = [_("Still with no one covering: %(names)s.") % {"names": ", ".join(counted)}]
        asked = set(self._here())
        full = [each.name for each in self.receivers if each.pk in asked]
        if full:
            too_few = ngettext(
                "%(names)s has too few contact hours left.", "%(names)s have too few contact hours left.", len(full)
            )
            said_of.append(too_few % {"names": format_list(full)})
        for each in self.receivers:
            if each.pk in self.leaving:
                said_of.append(
                    _("%(name)s is leaving on %(day)s.") % {"name": each.name, "day": format_day(self.leaving[each.pk])}
                )
            elif each.pk in self.away:
                said_of.append(_("%(name)s is away on %(day)s.") % {"name": each.name, "day": format_day(self.on)})
            elif each.pk in self.away_later:
                said_of.append(
                    _("%(name)s is away from %(day)s.")
                    % {"name": each.name, "day": format_day(self.away_later[each.pk].starts_on)}
                )
        return said_of

    def within(self, bundles: Mapping[int, Sequence[int]], chosen: Chosen) -> Within:
        def stays(worker: int, numbers: Sequence[int]) -> bool:
            new = [person for number in numbers for person in bundles[number]]
            post, more = self.posts[worker], self._mix([*new, *(key for key, to in chosen.items() if to == worker)])
            most = caseload_rules.most_contact_hours(post.weekly_hours)
            seen = temporary_moves.together(self.own[worker], self.covering[worker])
            return temporary_moves.stays_within(seen, more, self.boundary.times(post.fte), most, self.cadence)

        return stays

    def with_cover(self, moved: Chosen, covered: Mapping[int, int]) -> list[Receiver]:
        """
        Return what each receiver would hold and cover.

        :param covered: who covers, by person
        """
        return [self._covering(receiver, moved, covered) for receiver in self.receivers_of(moved)]

    def _covering(self, receiver: Receiver, moved: Chosen, covered: Mapping[int, int]) -> Receiver:
        key = receiver.effect.worker.pk
        covers = sum(worker == key for worker in covered.values())
        if (post := self.posts.get(key)) is None:
            return receiver._replace(covers=covers)
        own, others = self.own[key], self.covering[key]
        now = temporary_moves.together(own, others, self._mix(of_worker(self.covered, key)))
        then = temporary_moves.together(
            own, self._mix(of_worker(moved, key)), others, self._mix(of_worker(covered, key))
        )
        return receiver._replace(covers=covers, hours=contact_hours(now, then, post.weekly_hours, self.cadence))

    def cover_post(self, worker: Member) -> CoverPost | None:
        """Return what a temporary post for cover of a worker may be; nothing where they have no post that day."""
        listed = workload.listed(self.organisation, self.on, worker_ids=[worker.pk])
        if not listed:
            return None
        [theirs] = listed
        post = temporary_moves.most_cover(theirs.weekly_hours, self.organisation.full_time_hours)
        duty = rules.PostPeriod(self.on, None, post.fte, theirs.duty)
        stable = rules.standing(rules.worker_lines(SOMEBODY, [duty], [], self.schemes, self.working), self.on)
        stable = sum((line.points for line in stable), Decimal(0))

        def total(cases: Decimal) -> rules.Total:
            return rules.total(stable, Decimal(0), cases, fte=post.fte, scheme=self.scheme)

        people = [self._left(unit, {}) for unit in self.units]
        bundles = [(self._weight(unit, keys), len(keys)) for unit, keys in zip(self.units, people, strict=True)]
        fits = temporary_moves.how_many_fit(bundles, lambda cases: total(cases).room_to_limit)
        return CoverPost(theirs.weekly_hours, post.hours, total(Decimal(0)).limit, stable, fits)


def in_order(people: Sequence[Client]) -> list[Client]:
    """Return people in order of name, statutory ones first (R79), families together."""
    ordered = sorted(people, key=lambda person: (not person.statutory, person.name_key, person.pk))
    first: dict[tuple[str, int], int] = {}
    for place, person in enumerate(ordered):
        first.setdefault(_unit(person), place)
    return sorted(ordered, key=lambda person: first[_unit(person)])


def _unit(person: Client) -> tuple[str, int]:
    return ("family", person.family_id) if person.family_id else ("person", person.pk)


@access.requires(Capability.LEAD_TEAM)
@concurrency.changes(find=find_absence, describe=described.board, seen=described.board_seen)
class CoverBoard(LiveFigures, ListPage):
    """The team manager of the absent worker, or of one of their people, chooses who covers and who moves, and confirms."""

    template_name = "workload/capacity/cover_board.html"
    figures_template = "workload/capacity/cover_figures.html"

    @cached_property
    def absence(self) -> Absence:
        absence = find_absence(self.request, self.kwargs["pk"])
        if absence.worker == self.request.member or absence.ends_before and absence.ends_before <= self.request.on:
            raise Http404
        return absence

    @cached_property
    def on(self) -> date:
        """The first day of cover or moves: the one asked for, or today, or the first day away."""
        return day_posted(self.request, max(self.request.on, self.absence.starts_on))

    @cached_property
    def seen(self) -> ClientQuerySet:
        """The people the member may see."""
        return Client.objects.visible_to(self.request.member, self.request.on)

    @cached_property
    def people(self) -> list[Client]:
        return in_order(absent_people_seen(self.absence, self.on, self.request.member, today=self.request.on))

    @cached_property
    def capacity(self) -> CoverCapacity:
        led = led_by(self.request.member, self.request.on)
        gone = gone_by(self.on, led)
        receivers = [each for each in led if each != self.absence.worker and each.pk not in gone]
        return CoverCapacity(receivers, self.people, self.on, self.absence, self.request.organisation)

    @cached_property
    def leader(self) -> Member | None:
        """The member, who leads the team and may cover people no one else can; None where they are in the list anyway."""
        member, capacity = self.request.member, self.capacity
        if any(worker == member for worker in capacity.receivers) or last_days([member]):
            return None
        last = capacity.until - dates.DAY if capacity.until else self.on
        return None if workload.absences_between([member.pk], self.on, last) else member

    @property
    def is_short(self) -> bool:
        """Whether the absence is so short that people usually stay with the worker (A06)."""
        return staff_rules.absence_band(as_of(self.absence, self.request.on).days) == AbsenceBand.UNDER_2_WEEKS

    def form(self, data: QueryDict | None = None) -> forms.BoardForm:
        capacity = self.capacity
        cannot = capacity.away | capacity.leaving.keys()
        back = self.absence.ends_before or self.absence.expected_back
        until = back if back and back > self.on else None
        return forms.BoardForm(
            data,
            on=self.request.on,
            people=self.people,
            receivers=[(worker, worker.pk not in cannot) for worker in capacity.receivers],
            leader=self.leader,
            usual=forms.COVER if self.is_short else forms.MOVE,
            owners=may_see_to_all(self.people, self.on),
            initial={"on": self.on, "until": until, "owner": self.request.member.uid},
        )

    def post(self, request: access.MemberRequest, **kwargs: Any) -> HttpResponse:
        form, asked = self.form(request.POST), request.POST.get("do", "look")
        if asked in SHARES:
            return self.page(self.form(self.shared_out(form, SHARES[asked])))
        if asked == "cover_rest" and self.leader:
            return self.page(self.form(self.rest_covered(form)))
        return self.page(form) if asked == "look" else super().post(request, **kwargs)

    def shared_out(self, form: forms.BoardForm, what: str) -> QueryDict:
        """
        Return the posted data with the proposal added; choices made by hand stay, and use capacity.

        A worker who covers but is not here does not count.
        """
        data = self.request.POST.copy()
        workers = {worker.pk: worker for worker in self.capacity.receivers}
        share = self.capacity.cover_proposal if what == forms.COVER else self.capacity.proposal
        moved, covered, waits = chosen_on(form)
        open_ = {person.pk for person in self.left(form, moved | waits, covered)}
        kept = dict.fromkeys(person.pk for person in self.people)
        taken = {key: to for key, to in (kept | moved | covered | waits).items() if key not in open_}
        proposal = share(taken)
        for line in form.lines:
            if line.person.pk in proposal and line.person.pk in open_ and not line.refusal:
                data.update(form.posting(line.person, what, workers[proposal[line.person.pk]]))
        return data

    def rest_covered(self, form: forms.BoardForm) -> QueryDict:
        """Return the posted data, with the member who leads the team covering everyone left without cover."""
        data = self.request.POST.copy()
        moved, covered, waits = chosen_on(form)
        for person in self.left(form, moved | waits, covered):
            data.update(form.posting(person, forms.COVER, self.leader))
        return data

    def act(self, data: dict[str, Any]) -> str:
        form = self.filled
        result = actions.resolve_board(
            absence_id=self.absence.pk,
            covers=form.covers(),
            receivers=form.receivers() | self.sent_again(form),
            waits=form.waits() | self.waits_again(form),
            on=data["on"],
            until=form.ends_on,
            by=self.request.member,
            today=self.request.on,
        )
        return done_words(result, data["on"], form.ends_on)

    def success_url(self) -> str:
        return reverse("cover_board", args=[self.absence.pk])

    def sent_again(self, form: forms.BoardForm) -> dict[int, Member]:
        """Return the receivers of people who moved since: a form sent twice, or an older page."""
        gone = {uid: worker for uid, worker in form.gone().items() if is_uuid(uid)}
        seen = Client.objects.visible_to(self.request.member, self.request.on).filter(uid__in=list(gone))
        return {pk: gone[uid.hex] for pk, uid in seen.values_list("pk", "uid")} if gone else {}

    def waits_again(self, form: forms.BoardForm) -> dict[int, WaitTerms]:
        """Return who was chosen to wait and has left the board since, for the same reason."""
        gone = [uid for uid in form.gone_to_wait() if is_uuid(uid)]
        seen = Client.objects.visible_to(self.request.member, self.request.on).filter(uid__in=gone)
        return dict.fromkeys(seen.values_list("pk", flat=True), form.wait_terms()) if gone else {}

    def page(self, form: forms.BoardForm, **more: Any) -> HttpResponse:
        audit.listed(self.request, "cover_board", len(self.people))
        return super().page(form, **more)

    def context(self, form: forms.BoardForm) -> dict[str, Any]:
        moved, covered, waits = chosen_on(form)
        if waits:
            form.show_needed()
        receivers = self.capacity.with_cover(moved | waits, covered)
        left = self.left(form, moved | waits, covered)
        return {
            "form": form,
            "absence": self.absence,
            "worker": self.absence.worker,
            "leads": leads_worker(self.absence, self.request.member, self.request.on),
            "short": self.is_short,
            "day": self.on,
            "on": self.request.on,
            "lines": self.rows(form, receivers),
            "to_cover": to_cover(self.absence, self.seen, self.request.on),
            "receivers": receivers,
            "listed": listed_workers(self.capacity, receivers, form.labels, **listing(self.request.POST)),
            "suggestions": self.capacity.suggestions(form.labels),
            "newly": newly_together(receivers),
            "moved": len(moved),
            "covered": len(self.people) - len(moved) - len(waits) - len(left),
            "waits": len(waits),
            "left": len(left),
            "why_left": self.capacity.why_left(left) if self.has_proposed_cover and left else [],
            "leader": self.leader,
            "leader_covers": sum(worker == self.leader.pk for worker in covered.values()) if self.leader else 0,
            "statutory_left": sum(person.statutory for person in left),
            "cover_post": self.capacity.cover_post(self.absence.worker) if self.people else None,
            "elsewhere": queries.moved_away_from(self.absence, self.request.member, self.request.on),
        }

    @property
    def has_proposed_cover(self) -> bool:
        """Whether cover was proposed on this page, so that it says who is left, and why."""
        asked = self.request.POST.get("do")
        return asked == "share_cover" or (asked == "look" and "proposed" in self.request.POST)

    def rows(self, form: forms.BoardForm, receivers: Sequence[Receiver]) -> list["BoardRow"]:
        """Return a row a person: the choice, what to know of it, and when the next contact is due."""
        receiving: dict[Hashable, Any] = {row.effect.worker.pk: row.receiving for row in receivers}
        families = [(line.person.family_id, destination(line)) for line in form.lines if line.person.family_id]
        apart = capacity_rules.families_apart(families)
        before = supported_before_all([person.pk for person in self.people], self.on)
        found = []
        for line in form.lines:
            person, worker = line.person, destination(line)
            cautions = capacity_rules.cautions(
                receiving.get(worker, NOTHING_KNOWN),
                moves=line.what == forms.MOVE,
                family_apart=worker is not None and person.family_id in apart,
            )
            earlier = before.get((person.pk, worker))
            found.append(BoardRow(person, line, self.due(person), cautions, earlier))
        return found

    def left(self, form: forms.BoardForm, moved: Chosen, covered: Mapping[int, int]) -> list[Client]:
        """Return who would have no cover: a worker who covers but is away that day, or has left, does not count."""

        def has_somebody(line: forms.BoardLine) -> bool:
            person = line.person
            if person.pk in moved:
                return True
            worker = covered.get(person.pk)
            if worker is None:
                return False
            return (
                worker not in self.capacity.away
                if worker in form.members
                else line.is_kept is False or person.cover_here
            )

        return [line.person for line in form.lines if not has_somebody(line)]

    def due(self, person: Client) -> ContactDue | None:
        """Return when the next contact with a person kept in touch with is due; none for those who asked not to be contacted."""
        if person.contact_preference != "ok":
            return None
        return next_due(person.six_weeks_from, self.request.on, self.capacity.cadence)


def chosen_on(form: forms.BoardForm) -> tuple[dict[int, int], dict[int, int], dict[int, None]]:
    """Return the choices of a form, posted or not, by person: the worker they move to, the worker who covers, or waiting."""
    moved, covered = (_keys(form.chosen(what)) for what in (forms.MOVE, forms.COVER))
    return moved, covered | form.kept(), dict.fromkeys(form.chosen_to_wait())


def destination(line: forms.BoardLine) -> int | str | None:
    """Return the worker a line chooses, by primary key, or waiting; None where it has no one."""
    if line.what == WAIT:
        return WAIT
    if line.is_kept:
        return line.person.cover_id
    return line.worker.pk if line.worker else None


SHARES = {"share_move": forms.MOVE, "share_cover": forms.COVER}


def _keys(chosen: Mapping[int, Member]) -> dict[int, int]:
    return {person: worker.pk for person, worker in chosen.items()}


def is_uuid(text: str) -> bool:
    try:
        return UUID(text).hex == text
    except ValueError:
        return False


def newly_together(receivers: Sequence[Receiver]) -> Newly | None:
    """Return what being newly allocated adds in all, and until when."""
    found = [receiver.newly for receiver in receivers if receiver.newly]
    if not found:
        return None
    return Newly(sum((each.points for each in found), Decimal(0)), max(each.until for each in found if each.until))


def done_words(result: actions.BoardResult, on: date, until: date | None) -> str:
    """Say what the form has changed."""
    parts = []
    if result.covered:
        words = ngettext("one person is covered", "%(count)s people are covered", result.covered)
        parts.append(words % {"count": result.covered})
    if result.moved and until:
        words = ngettext("one person moves until %(day)s", "%(count)s people move until %(day)s", result.moved)
        parts.append(words % {"count": result.moved, "day": format_day(until)})
    elif result.moved:
        words = ngettext("one person moves for good", "%(count)s people move for good", result.moved)
        parts.append(words % {"count": result.moved})
    if result.waiting:
        words = ngettext("one person waits for a worker", "%(count)s people wait for a worker", result.waiting)
        parts.append(words % {"count": result.waiting})
    if not parts:
        return _("peerload has recorded that no one covers them.")
    return _("From %(day)s on %(words)s.") % {"day": format_day(on), "words": format_list(parts)}
