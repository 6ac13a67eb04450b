"""
The people supported: who they are, how to contact them safely, in what tier, with which worker, and what was said when; groups.
"""

import uuid
from datetime import date

from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q, Subquery
from django.db.models.functions import Cast, Now, Upper

from peerload.core.arrays import any_of
from peerload.core.folding import fold_code
from peerload.staff.models import (
    Absence,
    Member,
    Organisation,
    PeriodQuerySet,
    Team,
    ends_after_start,
    history,
    no_overlap,
)

from .enums import (
    ACTIVE_TIERS,
    CASELOAD_TIERS,
    Answer,
    Channel,
    ContactPreference,
    Duty,
    LeavingStepKind,
    MovedOn,
    MoveEnd,
    Outcome,
    ReferralEnd,
    Tier,
    Weekday,
)
from .keys import PersonKeys, person_keys

OWN_COLUMNS = (
    "tier",
    "tier_from",
    "parked_on",
    "six_weeks_from",
    "last_contact_on",
    "contacts_since_parked",
    "longest_gap",
    "support_wanted_on",
    "kept_in_touch_on",
    "last_reached_on",
)


class Family(models.Model):
    """People who count as one case together, by a code of the service's own."""

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    code = models.CharField(max_length=60, help_text="As it was first written.")
    code_key = models.CharField(
        max_length=200,
        default="",
        editable=False,
        help_text="The code without case, spaces and signs: what it is known by.",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "code_key"], name="caseload_family_once")]

    def __str__(self):
        return self.code

    def save(self, *args, **kwargs):
        self.code_key = fold_code(self.code)
        super().save(*args, **kwargs)


class ClientQuerySet(models.QuerySet):
    def visible_to(self, member: Member, on: date):
        """
        Those a member may see: the people they support or cover that day, those whom the timetable made not in touch and whose
        last worker they are (gap 54), those who wait and are theirs to see to, and the people of the teams they lead.

        Service managers and admins see totals, not people.
        """
        if not member.active:
            return self.none()
        theirs = Client.objects.filter(team__in=Team.objects.led_by(member)).values("pk")
        for mine in (
            Allocation.objects.on(on).filter(worker=member),
            Cover.objects.holding(on).filter(worker=member),
            Allocation.objects.ended_by_time(on).filter(worker=member),
            Cover.objects.of_ended_by_time(on).filter(worker=member),
        ):
            theirs = theirs.union(mine.values("client"), all=True)
        theirs = theirs.union(
            Referral.objects.standing().filter(owner=member, referred_on__lte=on).values("client"), all=True
        )
        return self.filter(any_of("pk", theirs), organisation_id=member.organisation_id)

    def held_by(self, worker: Member, on: date):
        """Those a worker supports that day."""
        return self.filter(Exists(held_on(on).filter(worker=worker)))

    def not_absorbed(self):
        """Those that do not go on in another record of the same person."""
        return self.filter(~Exists(Merge.objects.standing().filter(absorbed=OuterRef("pk"))))

    def parked(self):
        return self.filter(tier=Tier.PARKED)

    def in_caseload(self):
        """Active, or kept in touch with."""
        return self.filter(tier__in=CASELOAD_TIERS)

    def with_worker(self, on: date):
        """
        Annotate ``worker_id`` and ``worker_name`` of the day, null where nobody holds them.

        ``worker_left`` says that the worker has left, or is in no post any more, so that nobody supports them.
        """
        held = held_on(on)
        return self.annotate(
            worker_id=Subquery(held.values("worker_id")[:1]),
            worker_name=Subquery(held.values("worker__name")[:1]),
            worker_left=Exists(held.filter(~Exists(Member.objects.in_post(on).filter(pk=OuterRef("worker"))))),
        )

    def without_worker(self, on: date):
        """In the caseload, and nobody supports them that day."""
        return self.in_caseload().exclude(Exists(held_on(on)))

    def among(self, client_ids):
        """These, in order of primary key."""
        return self.raw("SELECT * FROM caseload_client WHERE id = ANY(%s) ORDER BY id", [list(client_ids)])

    def locked(self):
        """Locked in order of primary key, so that two who lock the same people wait instead of deadlocking."""
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


@history(exclude=(*OWN_COLUMNS, *PersonKeys._fields, "version"))
class Client(models.Model):
    """
    Somebody who receives support, or did. Never deleted.

    The own columns (`OWN_COLUMNS`) are what a sweep decides on. They follow from the tiers and contacts and are written
    under the row's lock by the action that writes those (`caseload.actions.refresh`).
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False)  # see caseload_client_in_order
    ref = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    called = models.CharField(
        max_length=60, blank=True, help_text="What they like to be called; empty: by their whole name."
    )
    pronouns = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=60, blank=True, help_text="The language they like to speak.")
    name_key = models.CharField(max_length=200, editable=False, help_text="The folded name, to put people in order by.")
    words_key = models.CharField(
        max_length=200,
        default="",
        editable=False,
        help_text="The words of the name in order of the alphabet, to compare two records by.",
    )
    phone_key = models.CharField(
        max_length=8, default="", editable=False, help_text="The last digits of the first phone."
    )
    ref_key = models.CharField(max_length=200, default="", editable=False, help_text="The folded reference.")
    search_key = models.TextField(
        default="", editable=False, help_text="Everything a search finds somebody by: names, reference, phone."
    )
    family = models.ForeignKey(Family, models.PROTECT, null=True, blank=True, related_name="members")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="people")
    statutory = models.BooleanField(default=False)
    contact_preference = models.CharField(max_length=16, choices=ContactPreference, default=ContactPreference.OK)
    phone = models.CharField(max_length=60, blank=True)
    contact_how = models.CharField(max_length=300, blank=True)
    contact_note = models.TextField(max_length=2000, blank=True)
    version = models.PositiveIntegerField(default=1)

    tier = models.CharField(max_length=16, choices=Tier, null=True, blank=True)  # noqa: DJ001  null: waiting
    tier_from = models.DateField(null=True, blank=True)
    parked_on = models.DateField(null=True, blank=True)
    six_weeks_from = models.DateField(null=True, blank=True)
    last_contact_on = models.DateField(null=True, blank=True, help_text="Last reached since parking.")
    contacts_since_parked = models.PositiveIntegerField(default=0)
    longest_gap = models.PositiveIntegerField(default=0, help_text="Days, over the closed gaps since parking.")
    support_wanted_on = models.DateField(null=True, blank=True)
    kept_in_touch_on = models.DateField(null=True, blank=True, help_text="A person decides until the next parking.")
    last_reached_on = models.DateField(null=True, blank=True, help_text="Last reached at all.")

    objects = ClientQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "ref"], name="caseload_client_ref_once"),
            models.CheckConstraint(
                name="caseload_client_parked_columns_together",
                condition=Q(tier="parked", parked_on__isnull=False, six_weeks_from__isnull=False)
                | ((~Q(tier="parked") | Q(tier=None)) & Q(parked_on=None, six_weeks_from=None)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "parked_on"], condition=Q(tier="parked"), name="caseload_client_parked"
            ),
            models.Index(fields=["organisation"], condition=Q(statutory=True), name="caseload_client_statutory"),
            models.Index(fields=["organisation", "id"], include=["team", "statutory"], name="caseload_client_in_order"),
            models.Index(fields=["team", "tier"]),
            models.Index(fields=["organisation", "name_key"]),
            models.Index(fields=["organisation", "words_key"]),
            models.Index(fields=["organisation", "ref_key"]),
            models.Index(
                fields=["organisation", "phone_key"], condition=~Q(phone_key=""), name="caseload_client_phone"
            ),
        ]

    def __str__(self):
        return f"person {self.pk}"

    def save(self, *args, **kwargs):
        keys = person_keys(name=self.name, called=self.called, ref=self.ref, phone=self.phone)
        for column, key in keys._asdict().items():
            setattr(self, column, key)
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        from django.urls import reverse

        return reverse("person", args=[self.uid])

    @property
    def short_name(self) -> str:
        """What every sentence calls them: what they like to be called, else their whole name."""
        return self.called or self.name

    @property
    def is_active(self) -> bool:
        return self.tier in ACTIVE_TIERS

    @property
    def please_dont(self) -> bool:
        return self.contact_preference == ContactPreference.PLEASE_DONT


@history()
class TierPeriod(models.Model):
    """A person's tier from a day on; it ends where the next begins."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False)  # see caseload_tier_in_order
    client = models.ForeignKey(Client, models.PROTECT, related_name="tiers")
    tier = models.CharField(max_length=16, choices=Tier)
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)
    talked = models.BooleanField(default=True, help_text="Parked: whether that was talked about together.")
    reason = models.TextField(max_length=2000, blank=True)
    moved_on = models.CharField(max_length=20, choices=MovedOn, blank=True)
    automatic = models.BooleanField(default=False, help_text="Written by the sweep; one step undoes it.")
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    because_of = models.ForeignKey("Contact", models.PROTECT, null=True, blank=True, related_name="tiers")

    objects = PeriodQuerySet.as_manager()

    class Meta:
        constraints = [
            ends_after_start("caseload_tier_has_a_day"),
            no_overlap("caseload_tier_one_at_a_time", "client"),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "client"],
                include=["tier", "starts_on", "ends_before"],
                name="caseload_tier_in_order",
            ),
            models.Index(fields=["organisation", "starts_on"]),
            models.Index(
                fields=["organisation", "starts_on"], condition=Q(tier="inactive"), name="caseload_tier_inactive"
            ),
        ]

    def __str__(self):
        return f"{self.tier} of {self.client_id} from {self.starts_on}"


@history()
class ReplacedParking(models.Model):
    """
    What keeping in touch said before a contact turned it into support again on its first day (`actions.contacts`).

    Taking the contact back lets it stand again.
    """

    period = models.OneToOneField(TierPeriod, models.CASCADE, related_name="replaced")
    talked = models.BooleanField(default=True)
    reason = models.TextField(max_length=2000, blank=True)
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self):
        return f"keeping in touch before period {self.period_id}"


class AllocationQuerySet(PeriodQuerySet):
    def counted(self):
        """Those that are the worker's own, not held by a student."""
        return self.filter(student_held=False)

    def ended_by_time(self, on: date):
        """
        Those the timetable ended after 24 weeks, of people who are not in touch because of that on a day (gap 54).

        A service sets for how many weeks after it the last worker sees the person and can undo it (`Organisation.undo_weeks`).
        A later worker, and a manager's decision since, take the place of what the timetable wrote. A record that goes on in
        another one is among them: its last worker reads there whom to ask, and undoes nothing.
        """
        ended = TierPeriod.objects.on(on).filter(
            client=OuterRef("client"), tier=Tier.INACTIVE, automatic=True, starts_on__lte=OuterRef("closed_on")
        )
        since = Cast(on, models.DateField()) - F("organisation__undo_weeks") * 7
        return self.filter(
            Exists(ended),
            ended_by_sweep=True,
            ends_before__gt=ExpressionWrapper(since, models.DateField()),
        )


def held_on(on: date) -> AllocationQuerySet:
    """
    Return the allocation on a day of the client that a query is about, to be asked inside it.

    With the service PostgreSQL finds it in caseload_allocation_in_order. With the client alone it takes the index of the
    constraint `caseload_allocation_one_at_a_time`, in which a look-up costs the more the more people there are.
    """
    return Allocation.objects.on(on).filter(organisation=OuterRef("organisation"), client=OuterRef("pk"))


@history()
class Allocation(models.Model):
    """
    A person allocated to a worker.

    ``ends_before`` is the first day the person is somebody else's or nobody's: given, or the next allocation's first day,
    or the day after closing.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False)  # see caseload_allocation_in_order
    client = models.ForeignKey(Client, models.PROTECT, related_name="allocations")
    worker = models.ForeignKey(Member, models.PROTECT, related_name="allocations")
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)
    close_decided_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    student_held = models.BooleanField(default=False)
    purpose = models.TextField(max_length=2000, blank=True)
    first_action = models.TextField(max_length=2000, blank=True)
    review_on = models.DateField(null=True, blank=True)
    note = models.TextField(max_length=2000, blank=True, help_text="To the worker.")
    over_reason = models.TextField(
        max_length=2000, blank=True, help_text="Why, though the worker was to hold more than the limit."
    )
    ended_by_sweep = models.BooleanField(default=False)
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    objects = AllocationQuerySet.as_manager()

    class Meta:
        constraints = [
            ends_after_start("caseload_allocation_has_a_day"),
            no_overlap("caseload_allocation_one_at_a_time", "client"),
            models.CheckConstraint(
                name="caseload_allocation_decided_after_start",
                condition=Q(close_decided_on=None) | Q(close_decided_on__gte=F("starts_on")),
                violation_error_message="The decision to close lies before the allocation.",
            ),
            models.CheckConstraint(
                name="caseload_allocation_closed_after_start_and_decision",
                condition=Q(closed_on=None)
                | (
                    Q(closed_on__gte=F("starts_on"), ends_before__isnull=False)
                    & (Q(close_decided_on=None) | Q(closed_on__gte=F("close_decided_on")))
                ),
                violation_error_message="The closing lies before the allocation or before the decision to close.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "client"],
                include=["worker", "starts_on", "ends_before", "student_held"],
                name="caseload_allocation_in_order",
            ),
            models.Index(fields=["worker", "starts_on"]),
            models.Index(
                fields=["organisation", "close_decided_on"],
                condition=Q(close_decided_on__isnull=False, closed_on=None),
                name="caseload_allocation_closing",
            ),
        ]

    def __str__(self):
        return f"allocation {self.pk} of {self.client_id}"


class CloseDecisionQuerySet(models.QuerySet):
    def standing(self):
        """Those that were not withdrawn."""
        return self.filter(withdrawn_on=None)


@history()
class CloseDecision(models.Model):
    """
    That it was decided to close an allocation, by whom and why; and that the decision was withdrawn (gap 23).

    ``Allocation.close_decided_on`` says what holds. Where a sheet brought it in alone, nobody knows more than the day.
    """

    allocation = models.ForeignKey(Allocation, models.CASCADE, related_name="decisions")
    decided_on = models.DateField()
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(max_length=2000, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_reason = models.TextField(max_length=2000, blank=True)

    objects = CloseDecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["allocation"], condition=Q(withdrawn_on=None), name="caseload_closedecision_one_stands"
            ),
            models.CheckConstraint(
                name="caseload_closedecision_withdrawn_afterwards",
                condition=Q(withdrawn_on=None, withdrawn_by=None, withdrawn_reason="")
                | Q(withdrawn_on__isnull=False, withdrawn_on__gte=F("decided_on")),
                violation_error_message="The decision was withdrawn before it was made.",
            ),
        ]

    def __str__(self):
        return f"decision {self.pk} to close allocation {self.allocation_id}"


@history()
class AllocationReview(models.Model):
    """That an allocation was looked at again: by whom, what came of it, and when it is the next time (W25)."""

    allocation = models.ForeignKey(Allocation, models.CASCADE, related_name="reviews")
    looked_on = models.DateField()
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    words = models.TextField(max_length=2000, blank=True)
    next_on = models.DateField(null=True, blank=True, help_text="Empty: there was nothing more to look at.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="caseload_allocationreview_next_is_later",
                condition=Q(next_on=None) | Q(next_on__gt=F("looked_on")),
                violation_error_message="The next day to look at it lies before this one.",
            ),
        ]

    def __str__(self):
        return f"review {self.pk} of allocation {self.allocation_id}"


class ContactQuerySet(models.QuerySet):
    def standing(self):
        """Those that were not voided."""
        return self.filter(voided_at=None)

    def reached(self):
        return self.standing().filter(reached=True)


@history()
class Contact(models.Model):
    """A contact, or an attempt. Voided, never deleted or rewritten."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    client = models.ForeignKey(Client, models.PROTECT, related_name="contacts")
    author = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    on = models.DateField()
    reached = models.BooleanField()
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    channel = models.CharField(max_length=12, choices=Channel, blank=True)
    note = models.TextField(max_length=8000, blank=True)
    submission_id = models.UUIDField(null=True, blank=True)
    recorded_at = models.DateTimeField(db_default=Now())
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    void_reason = models.CharField(max_length=300, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "submission_id"], name="caseload_contact_once"),
            models.CheckConstraint(
                name="caseload_contact_outcome_when_reached",
                condition=(Q(reached=True) & ~Q(outcome="")) | Q(reached=False, outcome=""),
                violation_error_message="A reached contact has an outcome, an attempt has none.",
            ),
            models.CheckConstraint(
                name="caseload_contact_void_whole",
                condition=Q(voided_at=None, void_reason="") | (Q(voided_at__isnull=False) & ~Q(void_reason="")),
            ),
            models.CheckConstraint(
                name="caseload_contact_minutes",
                condition=Q(minutes=None) | Q(minutes__lte=1440),
                violation_error_message="A contact lasts at most a day.",
            ),
        ]
        indexes = [
            models.Index(fields=["client", "on"]),
            models.Index(fields=["author", "on"]),
        ]

    def __str__(self):
        return f"contact {self.pk} with {self.client_id}"


class GroupQuerySet(PeriodQuerySet):
    def visible_to(self, member: Member, on: date):
        """Those a member facilitates that day, and those of the teams they lead."""
        if not member.active:
            return self.none()
        mine = GroupFacilitator.objects.on(on).filter(worker=member).values("group")
        led = Group.objects.filter(team__in=Team.objects.led_by(member)).values("pk")
        return self.filter(any_of("pk", mine.union(led, all=True)), organisation_id=member.organisation_id)

    def locked(self):
        """Locked; to lock a group and people, lock the group first."""
        return self.select_for_update(of=("self",), no_key=True)


@history()
class Group(models.Model):
    """A support group of a team: people meet in it, usually at the same hour of a week (P02, P12)."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    team = models.ForeignKey(Team, models.PROTECT, related_name="groups")
    name = models.CharField(max_length=120)
    weekday = models.CharField(max_length=12, choices=Weekday, blank=True)
    starts_at = models.TimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(default=90, help_text="How long a session usually takes.")
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)

    objects = GroupQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", Upper("name"), name="caseload_group_name_once"),
            ends_after_start("caseload_group_has_a_day"),
            models.CheckConstraint(
                name="caseload_group_minutes",
                condition=Q(minutes__gte=1, minutes__lte=1440),
                violation_error_message="A session lasts at most a day.",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        from django.urls import reverse

        return reverse("group", args=[self.uid])


@history()
class GroupMember(models.Model):
    """Somebody supported who belongs to a group for a period; their tier is another matter."""

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    group = models.ForeignKey(Group, models.PROTECT, related_name="members")
    client = models.ForeignKey(Client, models.PROTECT, related_name="groups")
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PeriodQuerySet.as_manager()

    class Meta:
        constraints = [
            ends_after_start("caseload_groupmember_has_a_day"),
            no_overlap("caseload_groupmember_once", "group", "client"),
        ]

    def __str__(self):
        return f"{self.client_id} in group {self.group_id}"


@history()
class GroupFacilitator(models.Model):
    """A worker who facilitates a group for a period."""

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    group = models.ForeignKey(Group, models.PROTECT, related_name="facilitators")
    worker = models.ForeignKey(Member, models.PROTECT, related_name="groups")
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PeriodQuerySet.as_manager()

    class Meta:
        constraints = [
            ends_after_start("caseload_groupfacilitator_has_a_day"),
            no_overlap("caseload_groupfacilitator_once", "group", "worker"),
        ]

    def __str__(self):
        return f"{self.worker_id} of group {self.group_id}"


class GroupSessionQuerySet(models.QuerySet):
    def standing(self):
        """Those that were not voided."""
        return self.filter(voided_at=None)


@history()
class GroupSession(models.Model):
    """
    A group met on a day. Voided, never deleted or rewritten; one stands a day.

    ``facilitator_minutes`` is what each facilitator gave, setting up and writing up included.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    group = models.ForeignKey(Group, models.PROTECT, related_name="sessions")
    author = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    on = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    facilitator_minutes = models.PositiveSmallIntegerField()
    note = models.TextField(max_length=8000, blank=True)
    submission_id = models.UUIDField(null=True, blank=True)
    recorded_at = models.DateTimeField(db_default=Now())
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    void_reason = models.CharField(max_length=300, blank=True)

    objects = GroupSessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "on"], condition=Q(voided_at=None), name="caseload_groupsession_once_a_day"
            ),
            models.UniqueConstraint(fields=["author", "submission_id"], name="caseload_groupsession_once"),
            models.CheckConstraint(
                name="caseload_groupsession_void_whole",
                condition=Q(voided_at=None, void_reason="") | (Q(voided_at__isnull=False) & ~Q(void_reason="")),
            ),
            models.CheckConstraint(
                name="caseload_groupsession_minutes",
                condition=Q(minutes__gte=1, minutes__lte=1440, facilitator_minutes__lte=1440),
                violation_error_message="A session lasts at most a day.",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "on"])]

    def __str__(self):
        return f"session of group {self.group_id} on {self.on}"


class SessionFacilitator(models.Model):
    """Who facilitated a session; their minutes are the session's ``facilitator_minutes``."""

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    session = models.ForeignKey(GroupSession, models.PROTECT, related_name="facilitators")
    worker = models.ForeignKey(Member, models.PROTECT, related_name="sessions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "worker"], name="caseload_sessionfacilitator_once")]

    def __str__(self):
        return f"{self.worker_id} in session {self.session_id}"


class Attendance(models.Model):
    """Whether a member of the group came to a session; each who came has a contact of that day."""

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    session = models.ForeignKey(GroupSession, models.PROTECT, related_name="attendance")
    client = models.ForeignKey(Client, models.PROTECT, related_name="attendance")
    came = models.BooleanField()
    contact = models.OneToOneField(Contact, models.PROTECT, null=True, blank=True, related_name="attendance")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "client"], name="caseload_attendance_once"),
            models.CheckConstraint(
                name="caseload_attendance_came_with_a_contact",
                condition=Q(came=True, contact__isnull=False) | Q(came=False, contact=None),
                violation_error_message="Each person who came has a contact, the others have none.",
            ),
        ]

    def __str__(self):
        return f"{self.client_id} at session {self.session_id}"


class Reminder(models.Model):
    """A stage a reminder has reached; the anchor is the day the six weeks are counted from."""

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    client = models.ForeignKey(Client, models.PROTECT, related_name="reminders")
    kind = models.CharField(max_length=16)
    anchor_on = models.DateField()
    on = models.DateField(help_text="The local day it was found.")
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "kind", "anchor_on"], name="caseload_reminder_once")]
        indexes = [models.Index(fields=["organisation", "on"])]

    def __str__(self):
        return f"{self.kind} {self.client_id} {self.anchor_on}"


class SweepRun(models.Model):
    """Up to which local day an organisation has been swept: the watermark, and what was found."""

    organisation = models.OneToOneField(Organisation, models.CASCADE)
    swept_on = models.DateField()
    finished_at = models.DateTimeField()
    counts = models.JSONField(default=dict)

    def __str__(self):
        return f"{self.organisation_id} swept {self.swept_on}"


# Leaving -----------------------------------------------------------------------------------------------------------


class LeavingQuerySet(models.QuerySet):
    def standing(self):
        """Those under way: neither withdrawn nor closed."""
        return self.filter(withdrawn_on=None, closed_on=None)

    def gone(self, on: date):
        """Those under way whose last day has passed on a day."""
        return self.standing().filter(last_day__lt=on)


@history()
class Leaving(models.Model):
    """
    Somebody leaves the service: from the notice until they are closed, or until it is withdrawn.

    Their sign-in ends with the last day, whatever else is open; closed they are once nobody is theirs any more.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    member = models.ForeignKey(Member, models.PROTECT, related_name="leavings")
    notice_on = models.DateField()
    last_day = models.DateField()
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    withdrawn_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    objects = LeavingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(withdrawn_on=None, closed_on=None),
                name="caseload_leaving_one_at_a_time",
            ),
            models.CheckConstraint(
                name="caseload_leaving_last_day_after_notice",
                condition=Q(last_day__gte=F("notice_on")),
                violation_error_message="The last day lies before the notice.",
            ),
            models.CheckConstraint(
                name="caseload_leaving_one_end",
                condition=Q(withdrawn_on=None) | Q(closed_on=None),
            ),
            models.CheckConstraint(
                name="caseload_leaving_closed_after_last_day",
                condition=Q(closed_on=None) | Q(closed_on__gt=F("last_day")),
            ),
        ]

    def __str__(self):
        return f"leaving {self.pk} of {self.member_id}"


@history()
class LeavingStep(models.Model):
    """One thing to do before somebody leaves, with who does it and by when."""

    leaving = models.ForeignKey(Leaving, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=16, choices=LeavingStepKind)
    owner = models.ForeignKey(Member, models.PROTECT, related_name="+")
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    done_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["leaving", "kind"], name="caseload_leavingstep_once"),
            models.CheckConstraint(
                name="caseload_leavingstep_done_by_somebody",
                condition=Q(done_on=None, done_by=None) | Q(done_on__isnull=False, done_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.kind} of leaving {self.leaving_id}"


@history()
class Handover(models.Model):
    """What a leaver passes on about one person, to whom, and whether the person has been told."""

    leaving = models.ForeignKey(Leaving, models.PROTECT, related_name="handovers")
    client = models.ForeignKey(Client, models.PROTECT, related_name="+")
    to = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(max_length=2000, blank=True)
    told_on = models.DateField(null=True, blank=True)
    told_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    moved_on = models.DateField(null=True, blank=True, help_text="From this day on the person is the receiver's.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["leaving", "client"], name="caseload_handover_once"),
            models.CheckConstraint(
                name="caseload_handover_told_by_somebody",
                condition=Q(told_on=None, told_by=None) | Q(told_on__isnull=False, told_by__isnull=False),
            ),
            models.CheckConstraint(
                name="caseload_handover_moved_to_somebody",
                condition=Q(moved_on=None) | Q(to__isnull=False),
            ),
        ]

    def __str__(self):
        return f"handover {self.pk} of {self.client_id}"


# Waiting -----------------------------------------------------------------------------------------------------------


class ReferralQuerySet(models.QuerySet):
    def standing(self):
        """Those of people who still wait."""
        return self.filter(ended_on=None)


@history()
class Referral(models.Model):
    """
    Somebody waits for a worker: since when, who is responsible, what is to be done and by when (W26).

    It stands until somebody supports them or they move on. The contingency says what holds meanwhile, where nobody can
    take them.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    client = models.ForeignKey(Client, models.PROTECT, related_name="referrals")
    referred_on = models.DateField()
    referred_by = models.CharField(max_length=200, blank=True, help_text="Who told the service of them.")
    owner = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    action = models.TextField(max_length=2000, blank=True)
    due_on = models.DateField(null=True, blank=True)
    contingency = models.TextField(max_length=2000, blank=True)
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    ended_on = models.DateField(null=True, blank=True)
    ended_as = models.CharField(max_length=16, choices=ReferralEnd, blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client"], condition=Q(ended_on=None), name="caseload_referral_one_at_a_time"
            ),
            models.CheckConstraint(
                name="caseload_referral_ended_somehow",
                condition=Q(ended_on=None, ended_as="") | (Q(ended_on__isnull=False) & ~Q(ended_as="")),
            ),
        ]
        indexes = [
            models.Index(fields=["owner"], condition=Q(ended_on=None), name="caseload_referral_owned"),
            models.Index(fields=["organisation", "due_on"], condition=Q(ended_on=None), name="caseload_referral_due"),
        ]

    def __str__(self):
        return f"referral {self.pk} of {self.client_id}"


@history()
class ReferralChange(models.Model):
    """What was written down of somebody who waits until it was changed, by whom; the referral says what holds now."""

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="changes")
    changed_on = models.DateField()
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+", help_text="Who changed it.")
    referred_by = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    action = models.TextField(max_length=2000, blank=True)
    due_on = models.DateField(null=True, blank=True)
    contingency = models.TextField(max_length=2000, blank=True)

    def __str__(self):
        return f"change {self.pk} of referral {self.referral_id}"


class PleaseDontQuerySet(models.QuerySet):
    def standing(self):
        """Those not taken back."""
        return self.filter(ended_on=None)


@history()
class PleaseDont(models.Model):
    """
    Somebody asked not to be contacted: who wrote it down, and who leads their team and agreed (gap 57).

    Nothing waits for the agreement; ``Client.contact_preference`` says what holds. Brought in by a sheet, nobody wrote it
    down here: ``asked_on`` and ``by`` are null.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    client = models.ForeignKey(Client, models.PROTECT, related_name="please_donts")
    asked_on = models.DateField(null=True, blank=True)
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    agreed_on = models.DateField(null=True, blank=True)
    agreed_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    ended_on = models.DateField(null=True, blank=True)
    ended_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PleaseDontQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client"], condition=Q(ended_on=None), name="caseload_pleasedont_one_at_a_time"
            ),
            models.CheckConstraint(
                name="caseload_pleasedont_agreed_by_somebody",
                condition=Q(agreed_on=None, agreed_by=None) | Q(agreed_on__isnull=False, agreed_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"please don't {self.pk} of {self.client_id}"


# Away --------------------------------------------------------------------------------------------------------------


class CoverQuerySet(PeriodQuerySet):
    def holding(self, day: date):
        """Those that hold on a day, on which the absence lasts and the person is still the absent worker's."""
        away = Absence.objects.on(day).filter(pk=OuterRef("absence"))
        theirs = Allocation.objects.on(day).filter(client=OuterRef("client"), worker=OuterRef("absence__worker"))
        return self.on(day).filter(Exists(away), Exists(theirs))

    def of_ended_by_time(self, day: date):
        """Those of people whom the timetable made not in touch while their last worker is away (`Allocation.ended_by_time`)."""
        away = Absence.objects.on(day).filter(pk=OuterRef("absence"))
        theirs = Allocation.objects.ended_by_time(day).filter(
            client=OuterRef("client"), worker=OuterRef("absence__worker")
        )
        return self.on(day).filter(Exists(away), Exists(theirs))


@history()
class Cover(models.Model):
    """
    Somebody sees to a person while their worker is away; the person, and their points, stay the worker's (A06, gap 77).

    It ends with the absence, with the person's support by that worker, or when somebody else covers.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    absence = models.ForeignKey(Absence, models.PROTECT, related_name="covers")
    client = models.ForeignKey(Client, models.PROTECT, related_name="covers")
    worker = models.ForeignKey(Member, models.PROTECT, related_name="covers")
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    objects = CoverQuerySet.as_manager()

    class Meta:
        constraints = [
            ends_after_start("caseload_cover_has_a_day"),
            no_overlap("caseload_cover_one_at_a_time", "client"),
        ]
        indexes = [models.Index(fields=["worker", "starts_on"])]

    def __str__(self):
        return f"cover {self.pk} of {self.client_id}"


@history()
class DutyDone(models.Model):
    """A duty of an absence was seen to; which duties there are, and by when, follows from the absence and the day."""

    absence = models.ForeignKey(Absence, models.PROTECT, related_name="duties_done")
    kind = models.CharField(max_length=16, choices=Duty)
    due_on = models.DateField(help_text="Which of several: each week has its review.")
    done_on = models.DateField()
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["absence", "kind", "due_on"], name="caseload_dutydone_once")]

    def __str__(self):
        return f"{self.kind} of absence {self.absence_id}"


class TemporaryMoveQuerySet(models.QuerySet):
    def standing(self):
        """Those nobody has decided about."""
        return self.filter(settled_on=None)

    def due(self, on: date):
        """Those whose day has come: a return is proposed, and somebody confirms it or not."""
        return self.standing().filter(until__lte=on)


@history()
class TemporaryMove(models.Model):
    """
    Somebody was handed over until a date; from then on their return is a proposal, which a person confirms (A08, gap 80).
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    client = models.ForeignKey(Client, models.PROTECT, related_name="temporary_moves")
    allocation = models.OneToOneField(Allocation, models.CASCADE, related_name="temporary_move")
    absence = models.ForeignKey(Absence, models.PROTECT, null=True, blank=True, related_name="moves")
    back_to = models.ForeignKey(Member, models.PROTECT, related_name="+")
    until = models.DateField()
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    settled_on = models.DateField(null=True, blank=True)
    settled_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    settled_as = models.CharField(max_length=16, choices=MoveEnd, blank=True)

    objects = TemporaryMoveQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["client"], condition=Q(settled_on=None), name="caseload_temporarymove_one_at_a_time"
            ),
            models.CheckConstraint(
                name="caseload_temporarymove_settled_somehow",
                condition=Q(settled_on=None, settled_as="") | (Q(settled_on__isnull=False) & ~Q(settled_as="")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "until"], condition=Q(settled_on=None), name="caseload_temporarymove_due"
            )
        ]

    def __str__(self):
        return f"{self.client_id} until {self.until}"


# Entered twice -----------------------------------------------------------------------------------------------------


class EnteredTwiceQuerySet(models.QuerySet):
    def undecided(self):
        """Those nobody has said of that they are two people, and that are two records still."""
        gone = Merge.objects.standing().filter(Q(absorbed=OuterRef("older")) | Q(absorbed=OuterRef("newer")))
        return self.filter(~Exists(gone)).exclude(Q(older_says=Answer.TWO) | Q(newer_says=Answer.TWO))


@history()
class EnteredTwice(models.Model):
    """
    Two records that looked like one person's, and what those who lead their teams say of them.

    Whether they still look alike follows from the records (`caseload.duplicates.rules.likeness`); here stands what was answered.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    older = models.ForeignKey(Client, models.PROTECT, related_name="+")
    newer = models.ForeignKey(Client, models.PROTECT, related_name="+")
    found_on = models.DateField()
    older_says = models.CharField(max_length=8, choices=Answer, blank=True)
    older_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    newer_says = models.CharField(max_length=8, choices=Answer, blank=True)
    newer_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    objects = EnteredTwiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["older", "newer"], name="caseload_enteredtwice_once"),
            models.CheckConstraint(name="caseload_enteredtwice_in_order", condition=Q(older__lt=F("newer"))),
            models.CheckConstraint(
                name="caseload_enteredtwice_said_by_somebody",
                condition=(Q(older_says="", older_by=None) | (~Q(older_says="") & Q(older_by__isnull=False)))
                & (Q(newer_says="", newer_by=None) | (~Q(newer_says="") & Q(newer_by__isnull=False))),
            ),
        ]

    def __str__(self):
        return f"{self.older_id} and {self.newer_id}"

    @property
    def agreed(self) -> bool:
        """Whether both sides say that it is the same person."""
        return self.older_says == self.newer_says == Answer.SAME


class MergeQuerySet(models.QuerySet):
    def standing(self):
        """Those that were not taken back."""
        return self.filter(undone_on=None)


@history(exclude=("moved", "before", "after", "kept_facts"))
class Merge(models.Model):
    """
    Two records became one: what went over, and how the other record stood before and after, so that it can be taken back.

    ``moved`` are primary keys by table; ``before`` and ``after`` rows by table, as Django's serializers write them.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    kept = models.ForeignKey(Client, models.PROTECT, related_name="merges")
    absorbed = models.ForeignKey(Client, models.PROTECT, related_name="merged_into")
    on = models.DateField()
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    reason = models.TextField(max_length=2000, blank=True)
    moved = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    kept_facts = models.JSONField(
        default=dict, help_text="How the kept record said to contact them safely, before and after."
    )
    undone_on = models.DateField(null=True, blank=True)
    undone_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    objects = MergeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["absorbed"], condition=Q(undone_on=None), name="caseload_merge_into_one"),
            models.CheckConstraint(name="caseload_merge_of_two", condition=~Q(kept=F("absorbed"))),
            models.CheckConstraint(
                name="caseload_merge_undone_by_somebody",
                condition=Q(undone_on=None, undone_by=None) | Q(undone_on__isnull=False, undone_by__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.absorbed_id} into {self.kept_id}"
