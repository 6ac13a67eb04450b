"""The record of a worker and month as one value: pages, PDFs, exports and reminders all read this one."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core import dates
from peerload.core.arrays import any_of
from peerload.core.compile_once import compile_once
from peerload.core.formats import format_list, format_number
from peerload.core.translation import LazyText
from peerload.staff.models import Member, Organisation
from peerload.ui.templatetags.ui import short_day
from workload import queries
from workload import rules as points
from workload.enums import RecordStatus, Side
from workload.models import MonthlyRecord, RemedialAction, TeamReport

from ...signals import supervisions_asked
from .. import rules
from ..rules import Turn
from .figures import Figures, figures, figures_of, has_figures, status_of
from .lines import CorrectionDue, adjustments

STATES: dict[str, LazyText] = {
    RecordStatus.DRAFT: gettext_lazy("not submitted"),
    RecordStatus.SUBMITTED: gettext_lazy("submitted"),
    RecordStatus.PROVISIONAL: gettext_lazy("provisional"),
    RecordStatus.AGREED: gettext_lazy("agreed"),
    RecordStatus.NOT_AGREED: gettext_lazy("not agreed"),
    RecordStatus.REPORTED: gettext_lazy("agreed, sent"),
}


@dataclass(frozen=True, kw_only=True)
class WorkerMonth:
    """
    The record of a worker and month: its figures, its state, and who has to act.

    :param today: the day of the page
    :param record: None before it is begun
    :param adjustments: the points that corrected facts add, while its figures follow the facts
    :param instead: the names of those who may decide while the manager who was asked is away (R144)
    """

    today: date
    month: date
    member_id: int
    uid: UUID
    name: str
    email: str
    team_name: str | None
    figures: Figures
    record: MonthlyRecord | None
    supervision: rules.Supervision
    adjustments: Sequence[CorrectionDue] = ()
    worker_is_away: bool = False
    instead: Sequence[str] = ()

    @property
    def url(self) -> str:
        return reverse("record", args=[self.uid, f"{self.month:%Y-%m}"])

    @cached_property
    def status(self) -> RecordStatus:
        return status_of(self.record, self.figures.total) if self.record else RecordStatus.DRAFT

    @cached_property
    def agreed(self) -> frozenset[Side]:
        return frozenset(Side(each.side) for each in self.record.agreements.all()) if self.record else frozenset()

    @property
    def open_actions(self) -> int:
        return len(self.record.undone) if self.record else 0

    @property
    def adjusted(self) -> Decimal:
        """The points by which the record adjusts earlier months, beside its total."""
        if self.record and has_figures(self.record):
            return self.record.adjustment
        return sum((each.points for each in self.adjustments), points.NOTHING)

    @property
    def is_reported(self) -> bool:
        return bool(self.record and self.record.report_id)

    @property
    def is_over(self) -> bool:
        return self.figures.total > self.figures.limit

    @property
    def reasons(self) -> list[str]:
        """The reasons for a total over the limit, as the report shows them: the reason, and the background."""
        return [words for words in self.record.words_in_report if words.strip()] if self.record and self.is_over else []

    @property
    def said_on(self) -> date:
        """The day as of which next steps are told: the day the report was sent, else today."""
        return self.record.report.sent_on if self.is_reported else self.today

    @property
    def held_on(self) -> date | None:
        return self.supervision.held_on

    @property
    def next_on(self) -> date | None:
        """The next supervision; none where a day has gone by without a word whether it was held."""
        return None if self.supervision.is_unconfirmed(self.said_on) else self.supervision.next_on

    @property
    def state(self) -> LazyText:
        """The record's state, in words; one that was reported before both agreed says so (R41)."""
        if self.is_reported and self.status != RecordStatus.REPORTED:
            return _("sent, not yet agreed")
        if self.status == RecordStatus.REPORTED and self.record.imported:
            return RecordStatus.REPORTED.label
        if self.status == RecordStatus.REPORTED and len(self.agreed) < len(Side):
            return _("provisional, sent")
        if self.status == RecordStatus.NOT_AGREED and self.record.decided_by_id and Side.MANAGER in self.agreed:
            return _("decided by another manager")
        if self.status == RecordStatus.SUBMITTED and self.agreed:
            return _("agreed by the %(side)s") % {"side": next(iter(self.agreed)).label}
        return STATES[self.status]

    @cached_property
    def turns(self) -> list[Turn]:
        """Who has to act; no one before the month is over."""
        if self.today <= dates.month_end(self.month):
            return []
        has_other = bool(self.record and self.record.other_manager_id)
        return rules.must_act(self.status, self.agreed, worker_is_away=self.worker_is_away, has_other_manager=has_other)

    @property
    def who_must_act(self) -> str:
        """What is missing and who must act, in words; empty where nothing is."""
        other = self.record.other_manager if self.record else None
        words = {
            Turn.WORKER: _("%(name)s has not submitted it") % {"name": self.name},
            Turn.MANAGER_FOR_WORKER: _("%(name)s is not at work: the manager completes it") % {"name": self.name},
            Turn.WORKER_TO_AGREE: _("%(name)s still has to agree") % {"name": self.name},
            Turn.MANAGER: _("the manager still has to agree"),
            Turn.OTHER_MANAGER: self._who_decides(other.name if other else ""),
        }
        return "; ".join(words[turn] for turn in self.turns)

    def _who_decides(self, asked: str) -> str:
        if not self.instead:
            return _("%(name)s decides") % {"name": asked}
        words = _("%(name)s is away: one of these decides: %(others)s")
        if len(self.instead) == 1:
            words = _("%(name)s is away: %(others)s decides")
        return words % {"name": asked, "others": format_list(self.instead)}

    @property
    def two_figures(self) -> str:
        """Both figures of a record that is not agreed, in words; empty where there is one figure. No one's note is in it."""
        record = self.record
        if record is None or self.status != RecordStatus.NOT_AGREED or record.disagreed_by is None:
            return ""
        return _("%(name)s says %(said)s points, the facts say %(counted)s") % {
            "name": record.disagreed_by.name,
            "said": format_number(record.disagreed_total),
            "counted": format_number(record.total if record.counted is None else record.counted),
        }

    @property
    def why_not_agreed(self) -> str:
        """Why a record is not complete: both figures, and who must act."""
        return "; ".join(filter(None, (self.two_figures, self.who_must_act)))

    @property
    def can_remind(self) -> bool:
        """Whether a member other than the manager has to act and is here to be reminded."""
        if Turn.OTHER_MANAGER in self.turns:
            return True
        return not self.worker_is_away and bool({Turn.WORKER, Turn.WORKER_TO_AGREE} & set(self.turns))

    @property
    def away(self) -> str:
        """Since when the worker was away on the month's last day, and until when, in words."""
        found = self.figures
        if not found.away_since:
            return ""
        words = _("away since %(since)s, expected back %(back)s") if found.expected_back else _("away since %(since)s")
        since, back = (short_day(each, self.today) for each in (found.away_since, found.expected_back))
        return words % {"since": since, "back": back}


def worker_months(
    organisation: Organisation,
    month: date,
    *,
    today: date,
    team_ids: Collection[int] | None = None,
    worker_ids: Collection[int] | None = None,
    schemes: Sequence[points.Scheme] | None = None,
    peaks: bool = True,
    known: Sequence[queries.Listed] | None = None,
) -> list[WorkerMonth]:
    """
    Return a month's records in order of name: as sent for a team whose report is sent, else current.

    A worker who joined a reported team later is listed only if named in ``worker_ids``. ``peaks`` asks for those of open months.

    :param known: who is listed on the month's last day, where the caller has read it
    """
    schemes, sent = schemes or queries.schemes(organisation.pk), _teams_sent(organisation, month, team_ids)
    listed = _listed_unsent(organisation, month, sent, team_ids, worker_ids, known)
    records = _records(organisation, month, [worker.member_id for worker in listed], sent, worker_ids)
    in_report = [record for record in records.values() if record.report_id and record.report.team_id in sent]
    listed = [w for w in listed if not (w.member_id in records and records[w.member_id].report_id)]
    to_count = [w for w in listed if not has_figures(records.get(w.member_id))]
    live = figures(organisation, month, to_count, schemes=schemes, peaks=peaks) if to_count else {}
    added = adjustments(organisation, month, [w.member_id for w in to_count], schemes) if to_count else {}
    sessions = supervisions([w.member_id for w in listed], [month])
    away = away_among([w.member_id for w in listed] + [record.worker_id for record in in_report], today)
    found = []
    for worker in listed:
        key, record = worker.member_id, records.get(worker.member_id)
        said = {
            "figures": live.get(key) or figures_of(records[key], schemes),
            "supervision": supervision(record, sessions.get((key, month))),
            "adjustments": added.get(key, ()),
            "worker_is_away": key in away,
        }
        found.append(_as_listed(worker, record, today=today, month=month, **said))
    found += [as_written(record, schemes, today=today, worker_is_away=record.worker_id in away) for record in in_report]
    return _in_order_of_name(_with_instead(found, today))


def _listed_unsent(
    organisation: Organisation,
    month: date,
    sent: set[int],
    team_ids: Collection[int] | None,
    worker_ids: Collection[int] | None,
    known: Sequence[queries.Listed] | None,
) -> list[queries.Listed]:
    """Return who is listed on a month's last day in teams that have not sent it, or is named in ``worker_ids``."""
    if team_ids is not None and not set(team_ids) - sent:
        return []
    listed = known
    if listed is None:
        listed = queries.listed(organisation, dates.month_end(month), team_ids=team_ids, worker_ids=worker_ids)
    return [worker for worker in listed if worker_ids is not None or worker.team_id not in sent]


def _as_listed(worker: queries.Listed, record: MonthlyRecord | None, **said: Any) -> WorkerMonth:
    return WorkerMonth(
        member_id=worker.member_id,
        uid=worker.uid,
        name=worker.name,
        email=worker.email,
        team_name=worker.team_name,
        record=record,
        **said,
    )


def worker_months_sent(
    organisation: Organisation,
    month: date,
    *,
    today: date,
    team_ids: Collection[int] | None = None,
) -> list[WorkerMonth]:
    """
    Return the records of the reports sent of a month in order of name, of all teams or of these.

    The figures are those that were sent; the state of a record, and who must act, are today's.
    """
    schemes = queries.schemes(organisation.pk)
    records = _records(organisation, month, [], _teams_sent(organisation, month, team_ids), None).values()
    away = away_among([record.worker_id for record in records], today)
    found = [as_written(record, schemes, today=today, worker_is_away=record.worker_id in away) for record in records]
    return _in_order_of_name(_with_instead(found, today))


def _with_instead(found: list[WorkerMonth], on: date) -> list[WorkerMonth]:
    """Name in each record who may decide while the manager who was asked is away."""
    instead = names_instead([each.record for each in found if each.record], on)
    return [
        replace(each, instead=instead[each.record.pk]) if each.record and each.record.pk in instead else each
        for each in found
    ]


def names_instead(records: Sequence[MonthlyRecord], on: date) -> dict[int, list[str]]:
    """Return the names, in order, of those who may decide while the manager who was asked is away (R144), by record."""
    found = queries.in_place_of_asked(records, on)
    members = Member.objects.filter(pk__in=set().union(*found.values())).named() if found else ()
    return {record: [member.name for member in members if member.pk in keys] for record, keys in found.items()}


def as_written(record: MonthlyRecord, schemes: Sequence[points.Scheme], **said: Any) -> WorkerMonth:
    """Return a record by its stored data alone."""
    who = record.worker
    return WorkerMonth(
        month=record.month,
        member_id=who.pk,
        uid=who.uid,
        name=who.name,
        email=who.user.email,
        team_name=record.team.name if record.team else None,
        figures=figures_of(record, schemes),
        record=record,
        supervision=supervision(record, None),
        **said,
    )


def _teams_sent(organisation: Organisation, month: date, team_ids: Collection[int] | None) -> set[int]:
    reports = TeamReport.objects.filter(organisation=organisation, month=month)
    if team_ids is not None:
        reports = reports.filter(team_id__in=team_ids)
    return set(reports.values_list("team_id", flat=True))


def _records(
    organisation: Organisation,
    month: date,
    listed_ids: Collection[int],
    sent: Collection[int],
    worker_ids: Collection[int] | None,
) -> dict[int, MonthlyRecord]:
    wanted = Q(worker_id__in=listed_ids)
    if sent:
        wanted |= Q(report__team_id__in=sent)
    found = (
        MonthlyRecord.objects.filter(wanted, organisation=organisation, month=month)  # type: ignore[no-redef]  # it declares `undone`
        .select_related("worker__user", "team", "other_manager", "report", "disagreed_by")
        .prefetch_related("agreements", Prefetch("actions", RemedialAction.objects.filter(done_on=None), "undone"))
    )
    if worker_ids is not None:
        found = found.filter(worker_id__in=worker_ids)
    return {record.worker_id: record for record in found}


def _in_order_of_name(found: Iterable[WorkerMonth]) -> list[WorkerMonth]:
    found = list(found)
    if len(found) < 2:
        return found
    order = dict(Member.objects.filter(pk__in=[each.member_id for each in found]).values_list("pk", "name_key"))
    return sorted(found, key=lambda each: (order[each.member_id], each.email))


def waiting_for(member: Member, lines: Iterable[WorkerMonth]) -> list[WorkerMonth]:
    """Return the records that wait for a member who leads the team; not their own, which another manager agrees."""
    return [line for line in lines if rules.waits_for_manager(line.turns) and line.member_id != member.pk]


# Facts from elsewhere in a record -------------------------------------------------------------------------------


def away_among(member_ids: Collection[int], on: date) -> set[int]:
    """Return which of these members cannot act on a day: away, or with us no longer (W23)."""
    return set(member_ids) - set(_at_work_among(list(member_ids), on))


@compile_once
def _at_work_among(member_ids: list[int], on: date) -> "QuerySet[Member, int]":
    return Member.objects.at_work(on).filter(any_of("pk", member_ids)).values_list("pk", flat=True)


Supervisions = Mapping[tuple[int, date], rules.Supervision]


def supervisions(worker_ids: Collection[int], months: Collection[date]) -> Supervisions:
    """Return what sessions say of supervision, by member and month."""
    answers = supervisions_asked.send(MonthlyRecord, worker_ids=worker_ids, months=months)
    return {key: found for __, answer in answers for key, found in answer.items()}


def supervision(record: MonthlyRecord | None, said: rules.Supervision | None) -> rules.Supervision:
    """
    Return the supervision of a month's record: as entered by hand, otherwise as the sessions have it.

    In a sent report it stays as it was sent.

    :param said: by sessions, of `supervisions`
    """
    nothing = rules.Supervision()
    typed = rules.Supervision(record.supervision_held_on, record.next_supervision_on) if record else nothing
    if record and record.report_id:
        # One that was planned for a day gone by was not sent as the next one.
        return typed._replace(next_was_held=bool(typed.next_on and typed.next_on < record.report.sent_on))
    said = said or nothing
    held_on = typed.held_on or said.held_on
    following = (day for day in (typed.next_on, said.next_on) if day and not (held_on and day <= held_on))
    next_on = next(following, None)
    return rules.Supervision(held_on, next_on, said.next_was_held and next_on == said.next_on)
