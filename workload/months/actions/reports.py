"""Send a team's month, which never changes after that, and remind those who still have to act."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from caseload.actions import Refused, history
from peerload.core import clock, dates
from peerload.core.formats import format_day, month_name
from peerload.notices.actions import notify
from peerload.staff.access import leads_team
from peerload.staff.enums import Role
from peerload.staff.models import Member, Organisation, Team
from workload import queries as ledger
from workload import rules as points
from workload.actions import lock_schemes
from workload.enums import RecordStatus
from workload.models import MonthlyRecord, TeamReport
from workload.notice_subjects import of_record, of_report, of_worker
from workload.notices import RECORD_OTHER_MANAGER, RECORD_REMINDER, REPORT_SENT

from .. import queries, rules
from ..rules import RecordTransition, Turn
from .following import reopen
from .record_steps import changed, figure_columns, keep_lines, must_be_counted, must_be_over
from .refusals import NotOver, NotYourPartOfRecord


class AlreadySent(Refused):
    """The team's month has been reported."""


class NobodyListed(Refused):
    """No worker is in post in the team on the month's last day."""


@transaction.atomic
def send(*, team: Team, month: date, by: Member, today: date, note: str = "") -> TeamReport:
    """
    Send a team's report of a month: its figures are frozen, with their lines (W20, R42), and contacts made in time (R150).

    Agreed and provisional records become reported; others stay in the report as not agreed, with their figure, and are
    reported once both have agreed.

    :raises NotYourPartOfRecord: if the member does not lead the team
    :raises NotOver: if the month is not over
    :raises BeingCounted: if points are being recounted
    :raises AlreadySent: if it was sent
    :raises NobodyListed: if no worker is in post in the team on the month's last day
    """
    organisation = team.organisation
    _lock_unsent(team, month, by, today)
    schemes = ledger.schemes(organisation.pk)
    records = _rows(organisation, team, month, schemes, today)
    if not records:
        raise NobodyListed(
            _("No one has a post in %(team)s on %(day)s, so there is nothing to report.")
            % {"team": team.name, "day": format_day(dates.month_end(month))}
        )
    sent: dict[str, object] = {"sent_at": clock.now(), "sent_on": today, "sent_by": by, "note": note.strip()}
    sent |= _sums(records) | _contacts(organisation, month, records, today)
    report = TeamReport.objects.create(organisation=organisation, team=team, month=month, **sent)
    with history(by, "reported"):
        for record in records:
            record.report, record.team = report, team
            record.reported_reason, record.reported_causes = record.reason, record.causes
            record.status = rules.after(RecordStatus(record.status), RecordTransition.REPORT) or record.status
            record.version += 1
            record.save()
    managers = Member.objects.active().filter(organisation=organisation, role=Role.SERVICE_MANAGER)
    notify(recipients=managers, kind=REPORT_SENT, subject=of_report(report.pk), anchor_on=today)
    return report


def _sums(records: Sequence[MonthlyRecord]) -> dict[str, Decimal]:
    return {
        "points": sum((record.total for record in records), Decimal(0)),
        "limit": sum((record.limit for record in records if record.limit is not None), Decimal(0)),
        "fte": sum((record.fte for record in records if record.fte is not None), Decimal(0)),
    }


def _contacts(organisation: Organisation, month: date, records: Sequence[MonthlyRecord], today: date) -> dict[str, int]:
    workers = {record.worker_id for record in records}
    found = queries.contacts_in_time(organisation, {month: workers}, today=today)[month]
    return {"contacts_due": found.due, "contacts_in_time": found.made}


def _lock_unsent(team: Team, month: date, by: Member, today: date) -> None:
    """Lock a team whose report of a month may be sent now; `send` says what is refused."""
    if not leads_team(by, team, today):
        raise NotYourPartOfRecord(_("Only the team manager can send a report."))
    if today <= dates.month_end(month):
        raise NotOver(
            _("%(month)s is not over. It can be sent from %(day)s on.")
            % {"month": month_name(month), "day": format_day(rules.first_of(month))}
        )
    lock_schemes(team.organisation_id)
    must_be_counted(team.organisation)
    Team.objects.select_for_update(of=("self",), no_key=True).get(pk=team.pk)
    if sent := queries.report_of(team, month):
        raise AlreadySent(
            _("%(sent_by)s sent this report on %(day)s.")
            % {"sent_by": sent.sent_by.name, "day": format_day(sent.sent_on)}
        )


def _rows(
    organisation: Organisation, team: Team, month: date, schemes: Sequence[points.Scheme], today: date
) -> list[MonthlyRecord]:
    """Return the team's records of a month, locked, one for each listed worker, with current figures and lines."""
    last = dates.month_end(month)
    listed = ledger.listed(organisation, last, team_ids=[team.pk])
    keys = [worker.member_id for worker in listed]
    scheme = queries.scheme_row_on(organisation.pk, last)
    live = queries.figures(organisation, month, listed, schemes=schemes)
    own = {"organisation": organisation, "month": month, "team": team, "scheme": scheme, "imported": False}
    there = set(MonthlyRecord.objects.filter(worker_id__in=keys, month=month).values_list("worker_id", flat=True))
    MonthlyRecord.objects.bulk_create(
        [MonthlyRecord(worker_id=key, **own, **queries.as_columns(live[key])) for key in keys if key not in there],
        ignore_conflicts=True,
    )
    found = MonthlyRecord.objects.filter(worker_id__in=keys, month=month, report=None).select_related("worker")
    records = list(found.select_for_update(of=("self",), no_key=True).order_by("pk"))
    # Facts saved before the locks were taken may have changed what was read.
    live = queries.figures(organisation, month, listed, schemes=schemes)
    open_keys = [record.worker_id for record in records if not record.is_kept]
    lines = queries.lines_of(open_keys, month, schemes)
    added = queries.adjustments(organisation, month, open_keys, schemes)
    _open_again([record for record in records if not record.is_kept], organisation, month, schemes, today)
    sessions = queries.supervisions(keys, [month])
    for record in records:
        key = record.worker_id
        held = queries.supervision(record, sessions.get((key, month)))
        record.supervision_held_on = held.held_on
        record.next_supervision_on = None if held.is_unconfirmed(today) else held.next_on
        if not record.is_kept:
            for name, value in figure_columns(record, live[key]).items():
                setattr(record, name, value)
            record.scheme, record.imported = scheme, False
            keep_lines(record, lines[key], added.get(key, []))
        elif record.limit is None or record.fte is None:
            _complete_brought_in(record, live[key])
    return records


def _open_again(
    records: Sequence[MonthlyRecord],
    organisation: Organisation,
    month: date,
    schemes: Sequence[points.Scheme],
    today: date,
) -> None:
    """Open submitted records again that differ from the facts: no one has agreed to the figures sent."""
    submitted = [record for record in records if record.status != RecordStatus.DRAFT and not record.imported]
    differ = changed(organisation, month, submitted, schemes) if submitted else ()
    for record in submitted:
        if record.pk in differ:
            reopen(record, today)


def _complete_brought_in(record: MonthlyRecord, live: queries.Figures) -> None:
    """Give a record that was brought in the limit it is reported against; its total stays as it was brought."""
    record.fte = record.fte or live.fte
    record.mark = rules.stored(live.mark * record.fte / live.fte)
    record.limit = rules.stored(live.limit * record.fte / live.fte)


@transaction.atomic
def remind(*, team: Team, month: date, by: Member, today: date, workers: Collection[int] | None = None) -> list[str]:
    """
    Put a line into today's digest for each member of a team who still has to act; return their names.

    Twice a day it is sent once. A worker who is away is not reminded: the manager completes their record.

    :param workers: only about these workers' records
    :raises NotYourPartOfRecord: if the member does not lead the team
    :raises NotOver: if the month is not over
    """
    if not leads_team(by, team, today):
        raise NotYourPartOfRecord(_("Only the team manager can send reminders."))
    must_be_over(month, today)
    names = []
    schemes = ledger.schemes(team.organisation_id)
    found = queries.worker_months(
        team.organisation, month, today=today, team_ids=[team.pk], schemes=schemes, peaks=False
    )
    found = [each for each in found if workers is None or each.member_id in workers]
    members = Member.objects.in_bulk([each.member_id for each in found])
    for each in found:
        subject = of_worker(each.member_id, month)
        if {Turn.WORKER, Turn.WORKER_TO_AGREE} & set(each.turns) and not each.worker_is_away:
            notify(recipients=[members[each.member_id]], kind=RECORD_REMINDER, subject=subject, anchor_on=today)
            names.append(each.name)
        record = each.record
        if Turn.OTHER_MANAGER in each.turns and record and (deciding := queries.deciding_now(record, today)):
            notify(recipients=deciding, kind=RECORD_OTHER_MANAGER, subject=of_record(record.pk), anchor_on=today)
            names += [other.name for other in deciding]
    return names
