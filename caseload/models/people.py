"""The people supported, and which of them a member may see."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.db.models.query import RawQuerySet

from peerload.core.arrays import any_of
from peerload.core.folding import fold_code
from peerload.staff.models import Member, Organisation, Team, history

from ..enums import ACTIVE_TIERS, CASELOAD_TIERS, ContactPreference, Tier
from ..keys import PersonKeys, person_keys
from ..visibility import seen_by
from .allocations import held_on
from .duplicates import Merge

DERIVED_COLUMNS = (
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

    def __str__(self) -> str:
        return self.code

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.code_key = fold_code(self.code)
        super().save(*args, **kwargs)


class ClientQuerySet(models.QuerySet["Client"]):
    def visible_to(self, member: Member, on: date) -> Self:
        """Return people a member may see that day, see `caseload.visibility.seen_by`."""
        if not member.active:
            return self.none()
        return self.filter(
            any_of("pk", seen_by(member, on, people=self.model._default_manager.all())),
            organisation_id=member.organisation_id,
        )

    def held_by(self, worker: Member, on: date) -> Self:
        """Return people a worker supports that day."""
        return self.filter(Exists(held_on(on).filter(worker=worker)))

    def not_absorbed(self) -> Self:
        """Return records that were not merged into another record."""
        return self.filter(~Exists(Merge.objects.standing().filter(absorbed=OuterRef("pk"))))

    def parked(self) -> Self:
        return self.filter(tier=Tier.PARKED)

    def in_caseload(self) -> Self:
        """Return people who are active, or kept in touch with."""
        return self.filter(tier__in=CASELOAD_TIERS)

    def with_worker(self, on: date) -> Self:
        """
        Annotate ``worker_id`` and ``worker_name`` of the day, null without a worker.

        ``worker_left`` says that the worker has left, or is in no post any more, so that no one supports them.
        """
        held = held_on(on)
        # Not EXISTS: for a few people PostgreSQL then finds out of all people of the service whose worker has left.
        left = held.annotate(left=~Exists(Member.objects.in_post(on).filter(pk=OuterRef("worker"))))
        return self.annotate(
            worker_id=Subquery(held.values("worker_id")[:1]),
            worker_name=Subquery(held.values("worker__name")[:1]),
            worker_left=Coalesce(Subquery(left.values("left")[:1]), False),
        )

    def without_worker(self, on: date) -> Self:
        """Return people in the caseload without a worker that day."""
        return self.in_caseload().exclude(Exists(held_on(on)))

    def among(self, client_ids: Iterable[int]) -> "RawQuerySet[Client]":
        """Return these, in order of primary key."""
        return self.raw("SELECT * FROM caseload_client WHERE id = ANY(%s) ORDER BY id", [list(client_ids)])

    def locked(self) -> Self:
        """Lock the rows in order of primary key, so that two who lock the same people wait instead of deadlocking."""
        return self.order_by("pk").select_for_update(of=("self",), no_key=True)


@history(exclude=(*DERIVED_COLUMNS, *PersonKeys._fields, "version"))
class Client(models.Model):
    """
    A person who receives support, or did. Never deleted.

    The derived columns (`DERIVED_COLUMNS`) are what a sweep decides on. They follow from the tiers and contacts and are written
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
    interpreter = models.CharField(
        max_length=120, blank=True, help_text="Which interpreter they need, and from where; empty: none."
    )
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
    worry_helps = models.TextField(
        max_length=2000, blank=True, help_text="If we are worried about them: what helps, in their words."
    )
    worry_call = models.TextField(
        max_length=1000, blank=True, help_text="If we are worried about them: who to call, in their words."
    )
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

    # Annotations that a query may add, by `annotate`.
    worker_id: int | None
    worker_name: str | None
    worker_left: bool
    cover_id: int | None
    cover_name: str | None
    cover_here: bool
    goes_on_in: uuid.UUID | None
    was_merged: bool
    asked_not_once: bool
    you_cover: bool
    asks_not: bool
    closed_on: date | None
    close_decided_on: date | None
    last_entry: dict[str, Any] | None

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
            # Contacts that are overdue by a week are few: without it everyone kept in touch with is read for their number.
            models.Index(fields=["six_weeks_from"], condition=Q(tier="parked"), name="caseload_client_six_weeks"),
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

    def __str__(self) -> str:
        return f"person {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        keys = person_keys(name=self.name, called=self.called, ref=self.ref, phone=self.phone)
        for column, key in keys._asdict().items():
            setattr(self, column, key)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
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
