"""Months: a worker's record with its lines, agreements and actions; a team's report."""

from datetime import date
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q

from caseload.models import Client, Family
from peerload.core import dates
from peerload.staff.models import Member, Organisation, Team, history

from ..enums import Answer, Element, Ending, Enough, Flag, RecordStatus, Side
from .points import Scheme


class TeamReport(models.Model):
    """A team's month as it was sent; it never changes after that. Its rows are the records that name it."""

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    team = models.ForeignKey(Team, models.PROTECT, related_name="reports")
    month = models.DateField(help_text="The month's first day.")
    sent_at = models.DateTimeField()
    sent_on = models.DateField(help_text="The local day it was sent.")
    sent_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    note = models.TextField(max_length=2000, blank=True)
    points = models.DecimalField(max_digits=10, decimal_places=3)
    limit = models.DecimalField(max_digits=10, decimal_places=3)
    fte = models.DecimalField(max_digits=8, decimal_places=3)
    contacts_due = models.PositiveIntegerField(
        null=True, blank=True, help_text="Contacts of keeping in touch due in the month; unknown in older reports."
    )
    contacts_in_time = models.PositiveIntegerField(null=True, blank=True, help_text="Of these, made in time (R150).")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "month"], name="workload_report_once"),
            models.CheckConstraint(name="workload_report_first_day", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="workload_report_contacts_in_time_are_of_those_due",
                condition=Q(contacts_due=None, contacts_in_time=None)
                | Q(
                    contacts_due__isnull=False, contacts_in_time__isnull=False, contacts_in_time__lte=F("contacts_due")
                ),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "month"])]

    def __str__(self) -> str:
        return f"report of team {self.team_id} for {self.month:%Y-%m}"


class ReportQuestionQuerySet(models.QuerySet["ReportQuestion"]):
    def open(self) -> Self:
        """Return questions that wait for an answer."""
        return self.filter(answered_by=None)


@history()
class ReportQuestion(models.Model):
    """
    One line that a service manager asks about a report that was sent, and the line that answers it (R172).

    Answered once, by one who leads the team on the day. It is beside the report: it changes nothing of it.
    """

    report = models.ForeignKey(TeamReport, models.CASCADE, related_name="questions")
    question = models.CharField(max_length=300)
    asked_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=300, blank=True)
    answered_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ReportQuestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "asked_at"], name="workload_reportquestion_once"),
            models.CheckConstraint(
                name="workload_reportquestion_answer_has_its_author",
                condition=Q(answer="", answered_by=None, answered_at=None)
                | (Q(answered_by__isnull=False, answered_at__isnull=False) & ~Q(answer="")),
            ),
        ]

    def __str__(self) -> str:
        return f"question {self.pk} about report {self.report_id}"


PEOPLE = ("high", "medium", "group", "parked")


class MonthlyRecordQuerySet(models.QuerySet["MonthlyRecord"]):
    def kept(self) -> Self:
        """Return records whose figures never change any more: completed for good, or in a report that was sent (R43, R82)."""
        return self.filter(Q(status__in=KEPT) | Q(report__isnull=False))

    def with_figures(self) -> Self:
        """Return records whose own figures are shown: from submitted on, and imported ones once they are kept."""
        is_complete = ~Q(status=RecordStatus.DRAFT) & Q(imported=False)
        return self.filter(Q(status__in=KEPT) | Q(report__isnull=False) | is_complete)

    def open(self) -> Self:
        """Return records whose figures still follow the facts; an imported one stays as it was imported."""
        return self.exclude(status__in=KEPT).filter(report=None, imported=False)


KEPT = (RecordStatus.AGREED, RecordStatus.PROVISIONAL, RecordStatus.REPORTED)


@history(exclude=("version",))
class MonthlyRecord(models.Model):
    """
    A worker's month (W19): their work on its last day, with their own words, agreed by two.

    Figures of an open record follow the facts; once it is agreed, or in a report, they stay as they are, with their
    lines. An imported record has a total and no lines, and says so.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    worker = models.ForeignKey(Member, models.PROTECT, related_name="records")
    month = models.DateField(help_text="The month's first day.")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+")
    total = models.DecimalField(max_digits=8, decimal_places=3)
    stable = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)
    extras = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)
    cases = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)
    weight = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)
    adjustment = models.DecimalField(max_digits=8, decimal_places=3, default=0)
    fte = models.DecimalField(max_digits=4, decimal_places=3, null=True, blank=True)
    mark = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)
    limit = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)
    peak = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)
    peak_on = models.DateField(null=True, blank=True)
    flag = models.CharField(max_length=8, choices=Flag, default=Flag.NONE)
    scheme = models.ForeignKey(Scheme, models.PROTECT, null=True, blank=True, related_name="+")
    high = models.PositiveIntegerField(null=True, blank=True)
    medium = models.PositiveIntegerField(null=True, blank=True)
    group = models.PositiveIntegerField(null=True, blank=True)
    parked = models.PositiveIntegerField(null=True, blank=True)
    boundary_high = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)
    boundary_medium = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)
    boundary_group = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)
    boundary_parked = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)
    away_since = models.DateField(null=True, blank=True, help_text="Away on the month's last day, since then.")
    expected_back = models.DateField(null=True, blank=True)
    supervision_held_on = models.DateField(null=True, blank=True)
    next_supervision_on = models.DateField(null=True, blank=True)
    comment = models.TextField(max_length=4000, blank=True)
    enough = models.CharField(max_length=12, choices=Enough, blank=True)
    would_help = models.TextField(max_length=2000, blank=True)
    reason = models.TextField(max_length=2000, blank=True)
    causes = models.TextField(max_length=4000, blank=True)
    status = models.CharField(max_length=12, choices=RecordStatus, default=RecordStatus.DRAFT)
    completed_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    completed_on = models.DateField(null=True, blank=True, help_text="The local day it was submitted or completed.")
    other_manager = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+", help_text="Agrees in place of the manager."
    )
    disagreed_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    disagreed_total = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)
    disagreement = models.TextField(max_length=2000, blank=True)
    decided_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    decided_total = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)
    explanation = models.TextField(
        max_length=2000,
        blank=True,
        help_text="What the other side says of the counted figure, where one does not agree.",
    )
    explained_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    decision_reason = models.TextField(max_length=2000, blank=True)
    manager_note = models.TextField(
        max_length=2000,
        blank=True,
        help_text="Read by the worker and those who lead the team, not by the service manager.",
    )
    manager_note_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    manager_note_on = models.DateField(null=True, blank=True)
    report = models.ForeignKey(TeamReport, models.PROTECT, null=True, blank=True, related_name="records")
    reported_reason = models.TextField(blank=True, help_text="The reason as the report was sent with it.")
    reported_causes = models.TextField(blank=True, help_text="What is behind it, as the report was sent with it.")
    imported = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    undone: list["RemedialAction"]  # fetched with the records of a month
    is_instead = False  # set in a list of what waits for a member: decided in place of the other manager, who is away

    objects = MonthlyRecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["worker", "month"], name="workload_record_once"),
            models.CheckConstraint(name="workload_record_first_day", condition=Q(month__day=1)),
            models.CheckConstraint(name="workload_record_not_negative", condition=Q(total__gte=Decimal(0))),
            models.CheckConstraint(
                name="workload_record_completed_by_somebody_on_a_day",
                condition=Q(completed_by=None, completed_on=None)
                | Q(completed_by__isnull=False, completed_on__isnull=False),
            ),
            models.CheckConstraint(
                name="workload_record_disagreement_has_its_figure",
                condition=Q(disagreed_by=None, disagreed_total=None, disagreement="")
                | (Q(disagreed_by__isnull=False, disagreed_total__isnull=False) & ~Q(disagreement="")),
            ),
            models.CheckConstraint(
                name="workload_record_decision_has_its_figure",
                condition=Q(decided_by=None, decided_total=None)
                | Q(decided_by__isnull=False, decided_total__isnull=False),
            ),
            models.CheckConstraint(
                name="workload_record_explanation_has_its_author",
                condition=Q(explained_by=None, explanation="") | (Q(explained_by__isnull=False) & ~Q(explanation="")),
            ),
            models.CheckConstraint(
                name="workload_record_note_has_author_and_day",
                condition=Q(manager_note="", manager_note_by=None, manager_note_on=None)
                | (Q(manager_note_by__isnull=False, manager_note_on__isnull=False) & ~Q(manager_note="")),
            ),
            models.CheckConstraint(
                name="workload_record_worker_is_not_the_other_manager",
                condition=Q(other_manager=None) | ~Q(other_manager=F("worker")),
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "month"]),
            models.Index(
                fields=["worker"],
                condition=Q(status__in=["draft", "submitted", "not_agreed"], report=None, imported=False),
                name="workload_record_open",
            ),
        ]

    def __str__(self) -> str:
        return f"record of {self.worker_id} for {self.month:%Y-%m}"

    @property
    def as_at(self) -> date:
        """The day the figures describe: the month's last (R38)."""
        return dates.month_end(self.month)

    @property
    def counted(self) -> Decimal | None:
        """The total by the lines and the weight alone, without what another manager decided; None where only a total came in."""
        parts = (self.stable, self.extras, self.cases, self.weight)
        known = [part for part in parts if part is not None]
        return sum(known, Decimal(0)) if len(known) == len(parts) else None

    @property
    def decided_beyond(self) -> Decimal:
        """The points by which another manager's decision differs from the counted figure."""
        counted = self.counted
        return Decimal(0) if self.decided_total is None or counted is None else self.decided_total - counted

    @property
    def words_in_report(self) -> tuple[str, str]:
        """The reason and its background for the report; in a report that was sent, as they were then."""
        return (self.reported_reason, self.reported_causes) if self.report_id else (self.reason, self.causes)

    @property
    def is_kept(self) -> bool:
        """Whether its figures never change any more."""
        return self.status in KEPT or self.report_id is not None


class RecordLine(models.Model):
    """
    A line a record was submitted, completed or reported with: points standing on the month's last day.

    With ``for_month`` it is an adjustment: what corrected facts of a month kept before have changed there (R43).
    """

    record = models.ForeignKey(MonthlyRecord, models.CASCADE, related_name="lines")
    element = models.CharField(max_length=8, choices=Element, blank=True)
    code = models.CharField(max_length=40, blank=True)
    label = models.CharField(max_length=120)
    points = models.DecimalField(max_digits=12, decimal_places=5)
    starts_on = models.DateField(null=True, blank=True)
    ends_before = models.DateField(null=True, blank=True)
    client = models.ForeignKey(Client, models.PROTECT, null=True, blank=True, related_name="+")
    family = models.ForeignKey(Family, models.PROTECT, null=True, blank=True, related_name="+")
    source = models.BigIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    ending = models.CharField(max_length=12, choices=Ending, blank=True)
    for_month = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record", "for_month"],
                condition=Q(for_month__isnull=False),
                name="workload_record_line_adjusts_a_month_once",
            ),
            models.CheckConstraint(
                name="workload_record_line_has_an_element_or_a_month",
                condition=Q(element="", for_month__isnull=False) | (~Q(element="") & Q(for_month=None)),
            ),
        ]
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.points} {self.code or self.for_month} of record {self.record_id}"


@history()
class Agreement(models.Model):
    """One side's yes to a record, to the total it had then. Taken away when anything of the record changes."""

    record = models.ForeignKey(MonthlyRecord, models.CASCADE, related_name="agreements")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    side = models.CharField(max_length=8, choices=Side)
    total = models.DecimalField(max_digits=8, decimal_places=3)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "side"], name="workload_agreement_one_a_side"),
            models.UniqueConstraint(fields=["record", "member"], name="workload_agreement_by_two_people"),
        ]
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.side} agrees to record {self.record_id}"


@history()
class Assumption(models.Model):
    """
    What a manager assumed when they completed a record for a worker who was away, and what the worker says of it (W23).

    The words are never rewritten. The worker answers once they are back; what is wrong becomes a correction (R43).
    """

    record = models.ForeignKey(MonthlyRecord, models.CASCADE, related_name="assumptions")
    text = models.TextField(max_length=2000)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answer = models.CharField(max_length=8, choices=Answer, blank=True)
    answer_note = models.TextField(max_length=2000, blank=True)
    answered_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record"], name="workload_assumption_once"),
            models.CheckConstraint(
                name="workload_assumption_answer_has_its_day",
                condition=Q(answer="", answer_note="", answered_on=None)
                | (~Q(answer="") & Q(answered_on__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"assumption of record {self.record_id}"


@history()
class RemedialAction(models.Model):
    """An action planned because a worker is over the limit: its owner and due day (W18). Open until it is done."""

    record = models.ForeignKey(MonthlyRecord, models.PROTECT, related_name="actions")
    what = models.CharField(max_length=300)
    owner = models.ForeignKey(Member, models.PROTECT, related_name="+")
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["owner"], condition=Q(done_on=None), name="workload_action_open")]
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return f"action {self.pk} of record {self.record_id}"
