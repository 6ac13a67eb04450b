"""
Plans: written by the worker, proposed, agreed by their manager; and the templates a service keeps.

The worker's own row is the lock, so that two pages cannot begin two drafts. An agreed plan never changes; the next plan
takes its place from its Monday.
"""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from caseload.actions import Refused, history
from peerload.core import locks
from peerload.core.folding import same_name
from peerload.core.formats import format_day
from peerload.notices.actions import notify
from peerload.staff.models import Member, Organisation

from ..enums import Focus, PlanState
from ..models import CODE_LENGTH, PlanLine, PlanRow, PlanTemplate, TimePlan
from . import queries
from .notices import PLAN_AGREED, PLAN_CHANGE_ASKED, PLAN_PROPOSED, of_plan
from .rules.dated import monday_of, next_monday
from .rules.grids import BUILT_IN_ROWS, Grid, a_week, totals
from .rules.templates import TEMPLATES


class PlanChangedMeanwhile(Refused):
    """The plan has changed since the page was opened; ``plan`` is the plan now."""

    def __init__(self, plan: TimePlan) -> None:
        super().__init__(_("This plan has changed since you opened it. Read it again, then go on."))
        self.plan = plan


class NotYourPartOfPlan(Refused):
    """This part of the plan is another member's."""


class PlanStepRefused(Refused):
    """The plan's state does not allow this step."""


class BadMonday(Refused):
    """A plan begins on a Monday, not in a past week, and no two begin on the same."""

    field = "starts_on"


class NobodyAgrees(Refused):
    """There is no one but the worker who could agree."""


class TemplateNameTaken(Refused):
    """Two templates of a service cannot share a name."""

    field = "name"


class RowNameTaken(Refused):
    """Two rows of a service's plans cannot share a name."""

    field = "label"


class Empty(Refused):
    """A plan without any hours."""


# The worker's part -----------------------------------------------------------------------------------------------------


@transaction.atomic
def keep(*, worker: Member, version: int, starts_on: date, template: str, grid: Grid, today: date) -> TimePlan:
    """
    Save the worker's draft.

    :param version: of the draft the form was filled from, 0 where there was none
    :param template: the name of the template it was begun from
    :param grid: the hours of the four weeks for each row
    :raises PlanChangedMeanwhile: if the plan has changed since the page was opened
    :raises PlanStepRefused: if the plan's state does not allow this step
    :raises BadMonday: if the first day is no Monday, is in a week gone by, or another plan begins on it
    """
    plan = _own(worker, version)
    _must_begin(worker, starts_on, today)
    if plan is None:
        plan = TimePlan(organisation_id=worker.organisation_id, worker=worker, version=0)
    plan.starts_on, plan.template = starts_on, template
    _save(plan, worker, "time plan written")
    plan.lines.all().delete()
    PlanLine.objects.bulk_create(
        PlanLine(organisation_id=plan.organisation_id, plan=plan, week=week, activity=code, hours=hours)
        for code, weeks in grid.items()
        for week, hours in enumerate(weeks, 1)
    )
    return plan


@transaction.atomic
def propose(
    *, worker: Member, version: int, starts_on: date, template: str, grid: Grid, today: date
) -> tuple[TimePlan, list[Member]]:
    """
    Keep a plan and propose it; return it, and its reader: the manager of the worker's team.

    :raises Empty: if the plan has no hours
    :raises NobodyAgrees: if only the worker could agree
    :raises PlanChangedMeanwhile: if the plan has changed since the page was opened
    :raises PlanStepRefused: if the plan's state does not allow this step
    :raises BadMonday: if the first day is no Monday, is in a week gone by, or another plan begins on it
    """
    if not any(totals(grid)):
        raise Empty(_("The plan has no hours yet. Begin from a template, or write some hours."))
    plan = keep(worker=worker, version=version, starts_on=starts_on, template=template, grid=grid, today=today)
    found = queries.agreeing(worker, queries.post_of(worker, today).team, today)
    if not found:
        raise NobodyAgrees(
            _("No one else who leads a team here could agree. Ask an admin to name a manager or a deputy.")
        )
    plan.state, plan.proposed_on, plan.answer = PlanState.PROPOSED, today, ""
    _save(plan, worker, "time plan proposed")
    notify(recipients=found, kind=PLAN_PROPOSED, subject=of_plan(plan.pk), anchor_on=today)
    return plan, found


@transaction.atomic
def take_back(*, worker: Member) -> TimePlan:
    """
    Withdraw a proposed plan; it is a draft again.

    :raises PlanStepRefused: if nothing is proposed
    """
    plan = _open(worker.pk)
    if plan is None or plan.state != PlanState.PROPOSED:
        raise PlanStepRefused(_("No plan is proposed now. It was answered or taken back already."))
    plan.state, plan.proposed_on = PlanState.DRAFT, None
    _save(plan, worker, "time plan taken back")
    return plan


@transaction.atomic
def drop(*, worker: Member) -> None:
    """
    Delete a draft.

    :raises PlanStepRefused: if there is none
    """
    plan = _open(worker.pk)
    if plan is None or plan.state != PlanState.DRAFT:
        raise PlanStepRefused(_("There is no draft to throw away."))
    with history(worker, "draft of a time plan thrown away"):
        plan.delete()


def _own(worker: Member, version: int) -> TimePlan | None:
    plan = _open(worker.pk)
    if plan is None:
        return None
    if plan.state == PlanState.PROPOSED:
        raise PlanStepRefused(_("This plan is proposed. Take it back first, then change it."))
    if plan.version != version:
        raise PlanChangedMeanwhile(plan)
    return plan


def _open(worker_id: int) -> TimePlan | None:
    """Lock a worker's row, and return their draft or what they have proposed."""
    Member.objects.locked().get(pk=worker_id)
    return TimePlan.objects.open().filter(worker=worker_id).first()


def _save(plan: TimePlan, by: Member, reason: str) -> None:
    plan.version += 1
    with history(by, reason):
        plan.save()


def _must_begin(worker: Member, starts_on: date, today: date) -> None:
    if starts_on.weekday():
        raise BadMonday(
            _("%(day)s is not a Monday. The next is %(monday)s.")
            % {"day": format_day(starts_on), "monday": format_day(next_monday(starts_on))}
        )
    if starts_on < monday_of(today):
        raise BadMonday(_("That week has passed. Choose this week, or a later Monday."))
    if TimePlan.objects.agreed().filter(worker=worker, starts_on=starts_on).exists():
        raise BadMonday(
            _("A plan from %(day)s is agreed already. Let this one begin on %(monday)s.")
            % {"day": format_day(starts_on), "monday": format_day(next_monday(starts_on))}
        )


# The other side --------------------------------------------------------------------------------------------------------


@transaction.atomic
def agree(*, plan_id: int, by: Member, version: int, today: date) -> TimePlan:
    """
    Agree to a plan as another person than the worker. It holds from its Monday; weeks gone by stay as they were.

    :raises PlanChangedMeanwhile: if the plan has changed since the page was opened
    :raises PlanStepRefused: if the plan's state does not allow this step
    :raises NotYourPartOfPlan: if it is another member's part in the plan
    :raises BadMonday: if the first day is no Monday, is in a week gone by, or another plan begins on it
    """
    plan = _proposed(plan_id, by, version, today)
    plan.starts_on = max(plan.starts_on, monday_of(today))
    _must_begin(plan.worker, plan.starts_on, today)
    plan.state, plan.agreed_on, plan.agreed_by = PlanState.AGREED, today, by
    _save(plan, by, "time plan agreed")
    notify(recipients=[plan.worker], kind=PLAN_AGREED, subject=of_plan(plan.pk), anchor_on=today)
    return plan


@transaction.atomic
def ask_for_change(*, plan_id: int, by: Member, version: int, words: str, today: date) -> TimePlan:
    """
    Give a plan back with what should change, in words; it is the worker's draft again.

    :raises PlanChangedMeanwhile: if the plan has changed since the page was opened
    :raises PlanStepRefused: if the plan's state does not allow this step
    :raises NotYourPartOfPlan: if it is another member's part in the plan
    """
    plan = _proposed(plan_id, by, version, today)
    plan.state, plan.proposed_on, plan.answer = PlanState.DRAFT, None, words
    _save(plan, by, "change of a time plan asked for")
    notify(recipients=[plan.worker], kind=PLAN_CHANGE_ASKED, subject=of_plan(plan.pk), anchor_on=today)
    return plan


def _proposed(plan_id: int, by: Member, version: int, today: date) -> TimePlan:
    _open(TimePlan.objects.values_list("worker_id", flat=True).get(pk=plan_id))
    plan = TimePlan.objects.select_related("worker__organisation", "worker__home_team").get(pk=plan_id)
    if by not in queries.agreeing(plan.worker, queries.post_of(plan.worker, today).team, today):
        raise NotYourPartOfPlan(_("Only the manager of the worker’s team can agree to a plan."))
    if plan.state != PlanState.PROPOSED:
        raise PlanStepRefused(_("This plan is not proposed now. It was taken back or answered already."))
    if plan.version != version:
        raise PlanChangedMeanwhile(plan)
    return plan


# Templates of a service ------------------------------------------------------------------------------------------------


@transaction.atomic
def save_template(
    *, organisation: Organisation, by: Member, name: str, grid: Grid, template_id: int | None = None
) -> PlanTemplate:
    """
    Keep four weeks as a template of a service, a new one or in place of one.

    :raises TemplateNameTaken: if another template of the service has the name
    :raises Empty: if the plan has no hours
    """
    hours = a_week(totals(grid))
    if not hours:
        raise Empty(_("The template has no hours yet. Write some hours."))
    row = PlanTemplate(organisation=organisation)
    if template_id is not None:
        row = PlanTemplate.objects.select_for_update(of=("self",)).get(pk=template_id)
    if same_name(name, (str(template.name) for template in TEMPLATES)):
        raise TemplateNameTaken(
            _("“%(name)s” is the name of a template that comes with peerload. Choose another name.") % {"name": name}
        )
    locks.wait_for(locks.Lock.NAMING, organisation.pk)
    others = PlanTemplate.objects.filter(organisation=organisation).exclude(pk=row.pk).values_list("name", flat=True)
    if name != row.name and (there := same_name(name, others)):
        raise TemplateNameTaken(
            _("There is a template called “%(there)s” already. Choose another name.") % {"there": there}
        )
    row.name, row.by, row.weekly_hours = name, by, hours.quantize(Decimal("0.01"))
    row.hours = {code: [str(each) for each in weeks] for code, weeks in grid.items()}
    row.save()
    return row


@transaction.atomic
def remove_template(*, template_id: int) -> None:
    """Remove a service's template; plans begun from it stay as they are."""
    PlanTemplate.objects.filter(pk=template_id).delete()


# Rows of a service -----------------------------------------------------------------------------------------------------


@transaction.atomic
def add_row(*, organisation: Organisation, by: Member, label: str, focus: str) -> PlanRow:
    """
    Add a row to the plans of a service, or offer one again that it had put away (R68).

    :raises RowNameTaken: if a row that is offered has the name, or one that is put away belongs to another part of the week
    """
    _lock_rows(organisation)
    code = _code_of(label)
    put_away = PlanRow.objects.filter(organisation=organisation, code=code, in_use=False).first()
    if put_away and put_away.focus != focus:
        raise RowNameTaken(
            _("“%(row)s” was a row of %(focus)s. Choose that, or another name.")
            % {"row": put_away.label, "focus": Focus(put_away.focus).label}
        )
    _refuse_taken(organisation, label)
    row = put_away or PlanRow(organisation=organisation, code=code, focus=focus)
    row.label, row.in_use = label, True
    with history(by, "row of plans added"):
        row.save()
    return row


@transaction.atomic
def rename_row(*, organisation: Organisation, by: Member, code: str, label: str) -> PlanRow:
    """
    Give a row of a service's plans another name; hours written there stay there.

    :raises RowNameTaken: if another row has the name
    """
    _lock_rows(organisation)
    _refuse_taken(organisation, label, but=code)
    row = PlanRow.objects.filter(organisation=organisation, code=code).first()
    if row is None:
        focus = next(each.focus for each in BUILT_IN_ROWS if each.code == code)
        row = PlanRow(organisation=organisation, code=code, focus=focus)
    row.label = label
    with history(by, "row of plans renamed"):
        row.save()
    return row


@transaction.atomic
def put_row_away(*, organisation: Organisation, by: Member, code: str) -> PlanRow:
    """
    Stop offering a service's own row in new plans. Plans that have hours for it keep it.

    :raises PlanRow.DoesNotExist: if it is no row that the service has added
    """
    _lock_rows(organisation)
    row = PlanRow.objects.exclude(code__in=[each.code for each in BUILT_IN_ROWS]).get(
        organisation=organisation, code=code
    )
    row.in_use = False
    with history(by, "row of plans put away"):
        row.save()
    return row


def _lock_rows(organisation: Organisation) -> None:
    Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation.pk)


def _refuse_taken(organisation: Organisation, label: str, *, but: str = "") -> None:
    for row in queries.plan_rows(organisation.pk):
        if row.code != but and _code_of(label) in (row.code, _code_of(row.label)):
            raise RowNameTaken(
                _("There is a row called “%(label)s” already, under %(focus)s.")
                % {"label": row.label, "focus": row.focus.label}
            )


def _code_of(label: str) -> str:
    """Return the code of a new row: its name in small letters, with signs and spaces as one underscore."""
    return (slugify(label).replace("-", "_") or slugify(label, allow_unicode=True).replace("-", "_"))[:CODE_LENGTH]
