"""A worker's month for one reader: its page, its PDF and its files all read this one value."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.utils.translation import gettext as _

from caseload.enums import CASELOAD_TIERS
from peerload.core import dates
from peerload.core.formats import format_choice, format_list
from peerload.staff.models import Member, Organisation, Team
from peerload.ui.templatetags.ui import points
from workload import queries
from workload import rules as weights
from workload.enums import Element, Ending, RecordStatus, Side
from workload.models import KEPT, Agreement, Assumption, MonthlyRecord, RecordLine, RemedialAction
from workload.rules.weighing import weighs

from ...points.lines import ElementKinds, SeenNames, StandingLine, by_element
from .. import rules
from .figures import Figures, flag_at, has_figures
from .lines import adjustments, lines_of
from .records import PartInRecord, agreements_of, assumptions_about, deciding_now, leaders_of, leaders_there
from .worker_month import WorkerMonth, as_written, worker_months

NAMED = 3  # of those who may decide in place of an absent manager; more are "another manager"


class Correction(NamedTuple):
    """By how much a record corrects an earlier month, beside its total, and why."""

    month: date
    points: Decimal
    reason: str


class TierCount(NamedTuple):
    """People in a tier of support against the caseload boundary."""

    tier: str
    people: int
    boundary: Decimal | None


class AgreementSide(NamedTuple):
    """One of the two who agree: who that is, when they did, and whether the reader can agree for them now."""

    side: Side
    name: str
    agreement: Agreement | None
    is_yours: bool
    says: str


class Explanation(NamedTuple):
    """One of two figures: who stands for it, and why; no words while no one has explained the counted one."""

    total: Decimal | None
    name: str
    words: str


@dataclass(frozen=True, kw_only=True)
class SeenRecord:
    """
    A worker's month as one reader may see it.

    :param place: the reader's part in the record
    :param worker_month: its figures and its state
    :param elements: its lines, with the names of those the reader may see
    :param people: the people it names, by primary key
    :param is_counted: whether it can be counted: the worker is in post on its last day, or it was sent with the report
    """

    organisation: Organisation
    reader: Member
    place: PartInRecord
    worker: Member
    team: Team | None
    month: date
    today: date
    record: MonthlyRecord | None
    worker_month: WorkerMonth
    schemes: Sequence[weights.Scheme]
    elements: Sequence[ElementKinds]
    people: frozenset[int]
    corrections: Sequence[Correction]
    agreements: dict[Side, Agreement]
    actions: Sequence[RemedialAction]
    assumptions: Sequence[Assumption]
    is_counted: bool

    @property
    def as_at(self) -> date:
        return dates.month_end(self.month)

    @property
    def scheme(self) -> weights.Scheme:
        return weights.scheme_on(self.schemes, self.as_at)

    @property
    def figures(self) -> Figures:
        return self.worker_month.figures

    @property
    def status(self) -> RecordStatus:
        return self.worker_month.status

    @property
    def has_own_lines(self) -> bool:
        return has_figures(self.record)

    @property
    def month_is_over(self) -> bool:
        """Whether the record can be submitted."""
        return self.today > self.as_at

    @property
    def is_open(self) -> bool:
        return self.status not in KEPT and self.is_counted

    @property
    def sheet_said(self) -> Decimal | None:
        """The total that was brought in with a record, where the facts say another; the record is a draft again."""
        is_brought = self.record and self.record.imported and not self.record.is_kept
        return self.record.total if is_brought and self.record.total != rules.stored(self.figures.total) else None

    @property
    def mix(self) -> list[TierCount]:
        people, boundary = self.figures.people, self.figures.boundary
        if people is None:
            return []
        return list(map(TierCount, CASELOAD_TIERS, people, boundary or (None,) * len(people)))

    # Agreeing

    @cached_property
    def leaders_there(self) -> list[Member]:
        return leaders_there(self.team, self.worker, self.today)

    @property
    def decider(self) -> Member | None:
        return self.record.other_manager if self.record else None

    @property
    def decides(self) -> bool:
        """Whether it is the reader who decides between two figures."""
        waits = self.status == RecordStatus.NOT_AGREED and Side.MANAGER not in self.agreements
        return waits and self.is_open and self.place.other

    @property
    def may_explain(self) -> bool:
        """Whether the reader's side may still say why its figure is right: until another manager has decided (R144)."""
        waits = self.is_open and self.status == RecordStatus.NOT_AGREED and self.record.decided_by is None
        return waits and (self.place.own or self.place.leads)

    @property
    def stands_for_counted(self) -> str:
        """Name who stands for the counted figure: who explained it, or else the side that did not disagree."""
        if self.record is None or self.record.disagreed_by_id is None:
            return ""
        if self.record.explained_by:
            return self.record.explained_by.name
        if self.record.disagreed_by_id != self.worker.pk:
            return self.worker.name
        return format_choice([leader.name for leader in self.leaders_there]) or _("the team manager")

    @property
    def explained_until(self) -> date | None:
        """The last day on which a decision waits for the counted figure to be explained; None once it need not wait."""
        if self.record is None or not rules.waits_for_explanation(
            self.month, explained=bool(self.record.explanation), today=self.today
        ):
            return None
        return rules.other_manager_until(self.month)

    @property
    def explanations(self) -> list["Explanation"]:
        """Both figures of a record that was not agreed, each with who stands for it and what they say."""
        record = self.record
        if record is None or record.disagreed_by is None:
            return []
        counted = Explanation(record.counted, self.stands_for_counted, record.explanation)
        return [counted, Explanation(record.disagreed_total, record.disagreed_by.name, record.disagreement)]

    @property
    def lacking(self) -> list[rules.Lacking]:
        record, flag = self.record, self.figures.flag
        said = {"reason": record.reason, "causes": record.causes} if record else {"reason": "", "causes": ""}
        return rules.lacking(flag, actions=len(self.actions), **said)

    @property
    def lacking_words(self) -> str:
        """Write what is missing before the record can be agreed, as a list in a sentence."""
        return format_list(each.words for each in self.lacking)

    @cached_property
    def manager_side(self) -> str:
        """Name who agrees for the manager's side."""
        if Side.MANAGER in self.agreements:
            return self.agreements[Side.MANAGER].member.name
        deciding = deciding_now(self.record, self.today) if self.decider else []
        if len(deciding) > NAMED:
            return _("another manager")
        if deciding and self.status == RecordStatus.NOT_AGREED:
            return format_choice(each.name for each in deciding)
        able = [*deciding, *self.leaders_there]
        able = able or [leader for leader in leaders_of(self.team, self.today) if leader.pk != self.worker.pk]
        return format_choice(dict.fromkeys(leader.name for leader in able)) or _("a manager")

    @property
    def sides(self) -> list[AgreementSide]:
        """Both sides: who has agreed when, and which side the reader can agree for now."""
        return [self._side(side) for side in Side]

    def _side(self, side: Side) -> AgreementSide:
        agreement = self.agreements.get(side)
        name = self.worker.name if side == Side.WORKER else self.manager_side
        may = self.is_open and self.month_is_over and self.status != RecordStatus.DRAFT
        yours = may and agreement is None and self.place.side == side
        if side == Side.MANAGER and self.status == RecordStatus.NOT_AGREED and self.decider:
            yours = self.decides
        return AgreementSide(side, name, agreement, yours, "" if agreement else self._not_agreed(side))

    def _not_agreed(self, side: Side) -> str:
        if self.status == RecordStatus.PROVISIONAL:
            by = self.record.completed_by
            if side == Side.WORKER:
                return _("Away; not yet agreed.")
            return (
                _("Completed by %(by)s.") % {"by": by.name}
                if by
                else _("It was already completed when it was imported.")
            )
        brought_in = self.status == RecordStatus.AGREED and self.record.imported
        return _("It was already agreed when it was imported.") if brought_in else _("Not yet agreed.")

    @property
    def decided_words(self) -> str:
        """Which figure another manager decided, in place of which; "" without a decision."""
        record = self.record
        if record is None or record.decided_by is None:
            return ""
        decided, counted = points(record.decided_total), points(record.counted)
        words = (
            _("%(manager)s decided %(decided)s instead of the %(counted)s counted.")
            if record.decided_beyond
            else _("%(manager)s decided %(decided)s.")
        )
        words %= {"manager": record.decided_by.name, "decided": decided, "counted": counted}
        if record.decided_total == record.total:
            return words
        return " ".join([words, _("The report had been sent, so a later month has a correction.")])


def seen_record(
    *,
    reader: Member,
    place: PartInRecord,
    worker: Member,
    team: Team | None,
    month: date,
    record: MonthlyRecord | None,
    listed: queries.Listed | None,
    today: date,
) -> SeenRecord:
    """
    Return a worker's month as a reader may see it.

    :param listed: the worker as listed on its last day, ``None`` if they are not in post then
    """
    organisation = reader.organisation
    schemes = queries.schemes(organisation.pk)
    found = _worker_month(organisation, worker, month, record, listed, schemes, today)
    if has_figures(record):
        stored = list(record.lines.all())
        lines = [line for line in stored if line.for_month is None]
        corrections = [Correction(line.for_month, line.points, line.reason) for line in stored if line.for_month]
    else:
        lines = lines_of([worker.pk], month, schemes)[worker.pk]
        corrections = [Correction(each.for_month, each.points, each.words) for each in found.adjustments]
    people = {line.client_id for line in lines if line.client_id}
    families = {line.family_id for line in lines if line.family_id}
    names = SeenNames.of(reader, people, families, on=today, own=place.own)
    scheme = weights.scheme_on(schemes, dates.month_end(month))
    return SeenRecord(
        organisation=organisation,
        reader=reader,
        place=place,
        worker=worker,
        team=team,
        month=month,
        today=today,
        record=record,
        worker_month=found,
        schemes=schemes,
        elements=by_element([_standing(line, scheme, names) for line in lines], scheme),
        people=frozenset(people & names.people.keys()),
        corrections=corrections,
        agreements=agreements_of(record) if record else {},
        actions=list(record.actions.select_related("owner")) if record else [],
        assumptions=assumptions_about(worker, month),
        is_counted=listed is not None or bool(record and record.report_id),
    )


def lacking_at(seen: SeenRecord, total: Decimal | None) -> list[rules.Lacking]:
    """Return what a record would still need before a figure of it can be decided (W18)."""
    record = seen.record
    if record is None or total is None:
        return []
    flag = seen.figures.flag if record.report_id else flag_at(record, total, seen.schemes)
    return rules.lacking(flag, reason=record.reason, causes=record.causes, actions=len(seen.actions))


def _worker_month(
    organisation: Organisation,
    worker: Member,
    month: date,
    record: MonthlyRecord | None,
    listed: queries.Listed | None,
    schemes: Sequence[weights.Scheme],
    today: date,
) -> WorkerMonth:
    """Return the month's record; if the worker is not listed any more, by its stored data alone."""
    found = worker_months(
        organisation,
        month,
        today=today,
        worker_ids=[worker.pk],
        schemes=schemes,
        known=[listed] if listed else [],
    )
    if found:
        return found[0]
    added = {} if has_figures(record) else adjustments(organisation, month, [worker.pk], schemes)
    return as_written(record, schemes, today=today, adjustments=added.get(worker.pk, ()))


def _standing(line: RecordLine, scheme: weights.Scheme, names: SeenNames) -> StandingLine:
    about, person = line.element == Element.CASE, names.people.get(line.client_id)
    return StandingLine(
        element=Element(line.element),
        code=line.code,
        label=line.label,
        rule=_rule(line, scheme),
        person=names.name(line.client_id, line.family_id) if about else "",
        # The reference of a person the reader may not see stays out of a file.
        ref=person.ref if about and person else "",
        points=line.points,
        since=line.starts_on,
        until=dates.last_day(line.ends_before),
        why=Ending(line.ending).label if line.ends_before else "",
    )


def _rule(line: RecordLine, scheme: weights.Scheme) -> str:
    if line.code == "case":
        return _("the points of a case depend on the kind of support")
    weight = None if line.element == Element.STABLE else scheme.by_code.get(line.code)
    return weighs(weight) if weight else ""
