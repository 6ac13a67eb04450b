"""Records: who may do what with one, and which of them wait for a member."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet

from peerload.core import dates
from peerload.core.arrays import any_of
from peerload.core.compile_once import compile_once
from peerload.staff.access import leads, leads_team
from peerload.staff.enums import Role
from peerload.staff.models import Member, MemberQuerySet, Organisation, Team
from peerload.staff.queries import leader_keys_of, members_leading_it
from workload import queries
from workload.enums import RecordStatus, Side
from workload.models import Agreement, Assumption, MonthlyRecord, RemedialAction, TeamReport

from ...models import MonthlyRecordQuerySet
from .. import rules
from .figures import has_figures
from .worker_month import away_among, worker_months


class PartInRecord(NamedTuple):
    """A member's part in a record. No one agrees for both sides: its own worker is never the manager's side (R41)."""

    own: bool
    leads: bool  # leads the record's team today
    other: bool  # named to agree in place of the manager, or able to while the member named is away
    sees: bool
    follows: bool  # may open the worker's other months and their points too

    @property
    def side(self) -> Side | None:
        if self.own:
            return Side.WORKER
        return Side.MANAGER if self.leads or self.other else None


def place(member: Member, worker: Member, team: Team | None, record: MonthlyRecord | None, *, on: date) -> PartInRecord:
    """
    Return a member's part in a worker's record of a month.

    :param team: the worker's team on the month's last day, whose manager it is agreed with
    :param on: today: who leads the team the worker is in now may read it
    """
    own = member.pk == worker.pk
    leads = not own and leads_team(member, team, on)
    other = not own and record is not None and _is_other(member, record, on)
    follows = own or leads or queries.workers_of(member, on).filter(pk=worker.pk).exists()
    return PartInRecord(own, leads, other, follows or other, follows)


def _is_other(member: Member, record: MonthlyRecord, on: date) -> bool:
    if record.other_manager_id is None or record.other_manager_id == member.pk:
        return record.other_manager_id == member.pk
    return _could_decide(member) and member.pk in queries.in_place_of_asked([record], on).get(record.pk, ())


def _could_decide(member: Member) -> bool:
    """Return whether a member is of those who can be asked at all: most are not, and of them nothing is read."""
    return member.role in (Role.MANAGER, Role.SERVICE_MANAGER) or leads(member)


def deciding_now(record: MonthlyRecord, on: date) -> list[Member]:
    """Return who decides a record that another manager was asked to: that manager, or who may while they are away."""
    instead = queries.in_place_of_asked([record], on).get(record.pk)
    if instead:
        return list(Member.objects.filter(pk__in=instead).named())
    return [record.other_manager] if record.other_manager else []


def leaders_of(team: Team | None, on: date) -> list[Member]:
    """Return who leads a team on a day, as far as they are active, in order of name."""
    return sorted(members_leading_it(team, on), key=lambda leader: (leader.name_key, leader.pk))


def leaders_there(team: Team | None, worker: Member, on: date) -> list[Member]:
    """Return who could agree for the manager's side on a day: who leads the team and is neither away nor the worker."""
    leaders = [leader for leader in leaders_of(team, on) if leader.pk != worker.pk]
    away = away_among([leader.pk for leader in leaders], on)
    return [leader for leader in leaders if leader.pk not in away]


def other_managers(
    worker: Member, team: Team | None, *, on: date, besides: int | None = None, away_too: bool = False
) -> MemberQuerySet:
    """
    Return who may agree in place of a worker's manager: every other manager at work, and others who lead a team.

    :param besides: the member who does not agree to the record, and so does not decide it
    :param away_too: also those who are away, for what can wait until they are back
    """
    return _neither(worker, team, besides, on, away_too).filter(queries.leads_here(on)).named()


def deciders(worker: Member, team: Team | None, *, on: date, besides: int | None = None) -> MemberQuerySet:
    """
    Return who may decide between two figures: another manager, or a service manager where there is none (R144).

    A manager who is away on the day does not count; who acts in their place does.

    :param besides: the member who does not agree to the record
    """
    found = other_managers(worker, team, on=on, besides=besides)
    if found.exists():
        return found
    return _neither(worker, team, besides, on).filter(role=Role.SERVICE_MANAGER).named()


def _neither(
    worker: Member, team: Team | None, besides: int | None, on: date, away_too: bool = False
) -> MemberQuerySet:
    """Return the members at work who are neither the worker, nor lead the record's team, nor disagreed."""
    not_they = [key for key in (worker.pk, besides, *leader_keys_of(team, on).in_order) if key]
    able = Member.objects.active() if away_too else Member.objects.at_work(on)
    return able.filter(organisation_id=worker.organisation_id).exclude(pk__in=not_they)


def team_of(
    worker: Member, month: date, record: MonthlyRecord | None, *, listed: Sequence[queries.Listed] | None = None
) -> Team | None:
    """
    Return the team whose manager agrees a month: the record's own, and for a draft the one of the facts.

    :param listed: the worker as listed on the month's last day, or nothing, where the caller has read it
    """
    kept = record.team if record else None
    if kept and has_figures(record):
        return kept
    if listed is None:
        listed = queries.listed(worker.organisation, dates.month_end(month), worker_ids=[worker.pk])
    return Team.objects.filter(pk=listed[0].team_id).first() if listed else kept


def asks_of(member: Member, on: date) -> list[MonthlyRecord]:
    """
    Return the records of past months that wait for the worker, the oldest first.

    A record not begun is included as an unsaved draft. Covered are the months since the service's first record was due,
    or the worker's first record; of months before the last, only those whose report is not sent.
    """
    last = rules.before(dates.month_start(on), 1)[0]
    records = {record.month: record for record in _records_until(member.pk, last)}
    asked = rules.months_from(min([*records, asked_from(member.organisation, last)]), last)
    missing = _without_record(member, [month for month in asked if month not in records], last)
    found = [record for record in records.values() if _waits_for_worker(record, last, on)]
    found += [MonthlyRecord(worker=member, month=month, imported=False) for month in missing]
    return sorted(found, key=lambda record: record.month)


def asked_from(organisation: Organisation, last: date) -> date:
    """Return the first month for which a service needs records and reports, or else the last month."""
    return min(organisation.records_from or last, last)


def _without_record(member: Member, months: Sequence[date], last: date) -> list[date]:
    """Return the months in which a worker was listed, without a record; earlier ones only if no report is sent."""
    if not months:
        return []
    days = [dates.month_end(month) for month in months]
    teams = {
        dates.month_start(each.on): each.team_id
        for each in queries.listed_on(member.organisation, days, worker_ids=[member.pk])
    }
    earlier = [month for month in teams if month < last]
    sent = queries.months_reported(set(teams.values()) - {None}, earlier) if earlier else set()
    return [month for month, team in teams.items() if (team, month) not in sent]


def _waits_for_worker(record: MonthlyRecord, last: date, on: date) -> bool:
    """Return whether a record waits to be submitted, or to be agreed to, by its worker."""
    if record.imported and not record.is_kept:
        worker = record.worker
        found = worker_months(worker.organisation, record.month, today=on, worker_ids=[worker.pk], peaks=False)
        record.status = found[0].status if found else record.status
    if record.month < last and record.status == RecordStatus.DRAFT and record.report_id:
        return False
    agreed = [Side(each.side) for each in record.agreements.all()]
    turns = rules.must_act(record.status, agreed, worker_is_away=False, has_other_manager=False)
    return bool({rules.Turn.WORKER, rules.Turn.WORKER_TO_AGREE} & set(turns))


@compile_once
def _records_until(worker_id: int, month: date) -> MonthlyRecordQuerySet:
    records = MonthlyRecord.objects.filter(worker=worker_id, month__lte=month)
    return records.select_related("worker__organisation").prefetch_related("agreements").order_by("month")


def to_decide(member: Member, on: date) -> list[MonthlyRecord]:
    """Return the records that wait for a member as another manager, or while the one who was asked is away (R42, W24)."""
    if not _could_decide(member):
        return _named(member.pk)
    return _that_decides(member, _named_or_of_absent(member.pk, member.organisation_id, on), on)


def _that_decides(member: Member, found: Sequence[MonthlyRecord], on: date) -> list[MonthlyRecord]:
    """Return those of these records that a member was asked to decide, and those they decide in place of who was asked."""
    others = [record for record in found if record.other_manager_id != member.pk]
    able = queries.in_place_of_asked(others, on) if others else {}
    for record in others:
        record.is_instead = member.pk in able.get(record.pk, ())
    return [record for record in found if record.other_manager_id == member.pk or record.is_instead]


def _named_to(member_id: int) -> MonthlyRecordQuerySet:
    return queries.waiting_for_other().filter(other_manager=member_id)


def _to_show(records: MonthlyRecordQuerySet) -> MonthlyRecordQuerySet:
    return records.select_related("worker", "other_manager").order_by("month", "worker__name_key")


@compile_once
def _named(member_id: int) -> MonthlyRecordQuerySet:
    return _to_show(_named_to(member_id))


@compile_once
def _named_or_of_absent(member_id: int, organisation_id: int, on: date) -> MonthlyRecordQuerySet:
    found = _named_to(member_id).values("pk").union(queries.of_absent(organisation_id, on).values("pk"), all=True)
    return _to_show(MonthlyRecord.objects.filter(any_of("pk", found)))


def to_settle(member: Member) -> list[Assumption]:
    """Return the assumptions about a member's own months that they have not answered yet, the oldest first (W23)."""
    waiting = Assumption.objects.filter(record__worker=member, answer="")
    return list(waiting.select_related("record", "by").order_by("record__month"))


class AskedOf(NamedTuple):
    """The records a member decides as another manager, and the assumptions about their own months to answer."""

    to_decide: list[MonthlyRecord]
    to_settle: list[Assumption]


def asked_of(member: Member, on: date) -> AskedOf:
    """Return what `to_decide` and `to_settle` do, by one query where there is nothing to settle: for the first page."""
    could = _could_decide(member)
    found = _asked_of_decider(member.pk, member.organisation_id, on) if could else _asked_of(member.pk)
    theirs = [record for record in found if record.worker_id == member.pk]
    decides = _that_decides(member, [record for record in found if record not in theirs], on)
    return AskedOf(decides, to_settle(member) if theirs else [])


@compile_once
def _asked_of(member_id: int) -> MonthlyRecordQuerySet:
    found = _named_to(member_id).values("pk").union(_settling(member_id), all=True)
    return _to_show(MonthlyRecord.objects.filter(any_of("pk", found)))


@compile_once
def _asked_of_decider(member_id: int, organisation_id: int, on: date) -> MonthlyRecordQuerySet:
    decides = _named_to(member_id).values("pk"), queries.of_absent(organisation_id, on).values("pk")
    found = decides[0].union(decides[1], _settling(member_id), all=True)
    return _to_show(MonthlyRecord.objects.filter(any_of("pk", found)))


def _settling(member_id: int) -> "QuerySet[Assumption, Any]":
    return Assumption.objects.filter(record__worker=member_id, answer="").values("record")


def assumptions_in(record_ids: Collection[int], report: TeamReport | None) -> list[Assumption]:
    """Return what was assumed in records, in order of name; of a report that was sent what stood there then."""
    found = Assumption.objects.filter(record__in=record_ids).select_related("record__worker", "by")
    if report:
        found = found.filter(at__lte=report.sent_at)
    return list(found.order_by("record__worker__name_key", "pk"))


@compile_once
def _assumptions_until(worker_id: int, month: date) -> "QuerySet[Assumption]":
    found = Assumption.objects.filter(record__worker=worker_id, record__month__lte=month)
    return found.select_related("record", "by").order_by("record__month")


def assumptions_sent(record_ids: Collection[int]) -> list[Assumption]:
    """Return what stood as assumed in records when each was sent in its report."""
    return list(Assumption.objects.filter(record__in=record_ids, at__lte=F("record__report__sent_at")))


def assumptions_about(worker: Member, month: date) -> list[Assumption]:
    """Return the assumptions about a worker's month, and those about earlier ones that its record asks about (R143)."""
    found = _assumptions_until(worker.pk, month)
    if not any(each.record.month < month for each in found):
        return found
    kept = set(MonthlyRecord.objects.kept().filter(worker=worker).values_list("month", flat=True))
    return [
        each
        for each in found
        if each.record.month == month or (not each.answer and rules.settles(each.record.month, kept) == month)
    ]


def open_actions(member: Member) -> list[RemedialAction]:
    """Return the remedial actions not done yet that concern a member: their own, and those about them (W18)."""
    return _open_actions(member.pk)


@compile_once
def _open_actions(member_id: int) -> QuerySet[RemedialAction]:
    about = MonthlyRecord.objects.filter(worker=member_id).values("pk")
    theirs = Q(owner=member_id) | Q(any_of("record", about))
    return (
        RemedialAction.objects.filter(theirs, done_on=None)
        .select_related("owner", "record", "record__worker")
        .order_by("due_on", "pk")
    )


def open_actions_of_team(team_ids: Collection[int], *, besides: Member | None = None) -> QuerySet[RemedialAction]:
    """Return the remedial actions not done yet out of records of teams, and a member's own out of any."""
    about = MonthlyRecord.objects.filter(team__in=team_ids).values("pk")
    theirs = Q(any_of("record", about)) | (Q(owner=besides) if besides else Q())
    return (
        RemedialAction.objects.filter(theirs, done_on=None)
        .select_related("owner", "record", "record__worker")
        .order_by("due_on", "pk")
    )


def done_since(member: Member, team_ids: Collection[int], since: date) -> QuerySet[RemedialAction]:
    """Return the remedial actions done since a day, of these teams and of a member, the latest first."""
    about = MonthlyRecord.objects.filter(
        Q(team__in=team_ids) | Q(worker=member), organisation=member.organisation_id
    ).values("pk")
    theirs = Q(owner=member) | Q(any_of("record", about))
    found = RemedialAction.objects.filter(theirs, done_on__gte=since)
    return found.select_related("owner", "record", "record__worker").order_by("-done_on", "pk")


def agreements_of(record: MonthlyRecord) -> dict[Side, Agreement]:
    return {Side(each.side): each for each in record.agreements.select_related("member")}
