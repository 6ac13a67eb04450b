"""Who works in a service: their sign-in, their membership, and the teams."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower, Upper
from django.utils.crypto import salted_hmac

from peerload.core.arrays import any_of
from peerload.core.folding import fold

from ..enums import Role, Theme
from .acting import ActingManager
from .base import history
from .leaving import leavings
from .organisation import Organisation
from .posts import Absence, Post


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user; without a password they cannot sign in until they are invited."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password) if password else user.set_unusable_password()
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").strip().lower())


class User(AbstractBaseUser):
    """A user who signs in. Their membership decides what they may do."""

    email = models.EmailField(max_length=254, unique=True)
    is_active = models.BooleanField(default=True)
    theme = models.CharField(max_length=8, choices=Theme, default=Theme.AUTO)
    new_email = models.EmailField(
        max_length=254, blank=True, help_text="The address asked for, until it is confirmed by a link sent there."
    )
    new_email_asked_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="staff_user_email_once")]

    def __str__(self) -> str:
        return f"user {self.pk}"

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a session is held to: another password or another address ends every session but that of the change."""
        words = f"{self.password} {self.email}"
        return salted_hmac("peerload.staff.session", words, secret=secret, algorithm="sha256").hexdigest()

    @property
    def has_come_in(self) -> bool:
        """Whether they have chosen a password or signed in, so that no one else may have a link of theirs."""
        return self.last_login is not None or self.has_usable_password()


TeamIds = Iterable[int] | QuerySet  # their keys, or a query of them


def in_teams(column: str, team_ids: TeamIds) -> Q:
    """Return whether a column is one of these teams: keys as one parameter, a query as the query it is."""
    return Q(**{f"{column}__in": team_ids}) if isinstance(team_ids, QuerySet) else Q(any_of(column, team_ids))


class MemberQuerySet(models.QuerySet["Member"]):
    def active(self) -> Self:
        return self.filter(active=True)

    def named(self) -> Self:
        """Return them in order of name, then email."""
        return self.order_by("name_key", "user__email")

    def locked(self) -> Self:
        """Lock the rows; what only refers to a member, such as a contact, does not wait."""
        return self.select_for_update(of=("self",), no_key=True)

    def with_last_day(self) -> Self:
        """Annotate ``last_day``, null for members who are not leaving."""
        return self.annotate(last_day=models.Subquery(leavings().values("last_day")[:1]))

    def not_leaving(self) -> Self:
        """Return members who have not given notice."""
        return self.filter(~Exists(leavings()))

    def staying(self, on: date) -> Self:
        """Return members whose last day, if they are leaving, has not passed on a day."""
        return self.filter(~Exists(leavings().filter(last_day__lt=on)))

    def in_post(self, on: date) -> Self:
        """Return members in post on a day, the opposite of `OUT_OF_POST`: not left, and inside a post if they had any by then."""
        posts = Post.objects.filter(worker=OuterRef("pk"), starts_on__lte=on)
        return self.staying(on).filter(Exists(posts.written_for(on)) | ~Exists(posts))

    def seeing_to_people(self, on: date) -> Self:
        """Return members who can be responsible: peer workers with posts only inside one, others without any."""
        posts = Post.objects.filter(worker=OuterRef("pk"), starts_on__lte=on)
        return self.filter(~Q(role=Role.PEER_WORKER) | Exists(posts.written_for(on)) | ~Exists(posts))

    def at_work(self, on: date) -> Self:
        """Return members who work here, can sign in and are not away on a day."""
        away = Absence.objects.on(on).filter(worker=OuterRef("pk"))
        return self.active().staying(on).filter(~Exists(away), user__is_active=True)

    def leading(self, on: date) -> Self:
        """Return members who lead a team of their service on a day."""
        return self.filter(leads_on(on))

    def of_teams(self, team_ids: TeamIds, on: date) -> Self:
        """
        Return members who work in one of the teams on a day: by their post, or, where it names no team, by their home team.

        A leaver stays in their team until the leaving is closed, so that open work is found there; see `staying`. A
        peer worker whose posts are not entered yet works in their home team, too: so that they can get a first person.
        """
        posts = Post.objects.filter(worker=OuterRef("pk"), starts_on__lte=on)
        theirs = posts.written_for(on)
        at_home = Q(Exists(theirs.filter(team=None))) | (Q(role=Role.PEER_WORKER) & ~Q(Exists(posts)))
        there = Q(Exists(theirs.filter(in_teams("team", team_ids)))) | (in_teams("home_team", team_ids) & at_home)
        return self.ever_in(team_ids).filter(there)

    def ever_in(self, team_ids: TeamIds) -> Self:
        """Return members who have one of the teams as their home or in a post; filtered first, so that others are not read."""
        home = Member.objects.filter(in_teams("home_team", team_ids)).values("pk")
        posts = Post.objects.filter(in_teams("team", team_ids)).values("worker")
        return self.filter(any_of("pk", posts.union(home, all=True)))


@history(exclude=("name_key", "invited_at", "role_given_at"))
class Member(models.Model):
    """A user in one organisation. Every worker, author and ``by`` is a member."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="members")
    user = models.ForeignKey(User, models.PROTECT, related_name="members")
    name = models.CharField(max_length=200)
    name_key = models.CharField(
        max_length=200, editable=False, help_text="The folded name, to put members in order by."
    )
    role = models.CharField(max_length=16, choices=Role)
    home_team = models.ForeignKey("Team", models.SET_NULL, null=True, blank=True, related_name="+")
    active = models.BooleanField(default=True)
    closed_on = models.DateField(
        null=True, blank=True, help_text="The day their sign-in was closed; null also where nobody knows it."
    )
    invited_at = models.DateTimeField(null=True, blank=True)
    role_given_at = models.DateTimeField(null=True, blank=True, help_text="When they were last given another role.")

    # Annotations that a query may add, by `annotate`.
    last_day: date | None
    leads_a_team: bool
    was_named_to_act: bool
    has_second_factor: bool
    post_team: int | None

    objects = MemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user"], name="staff_member_once"),
            models.CheckConstraint(
                name="staff_member_closed_while_not_active", condition=models.Q(active=False) | models.Q(closed_on=None)
            ),
        ]
        indexes = [models.Index(fields=["organisation", "name_key"])]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_key = fold(self.name)[:200]
        super().save(*args, **kwargs)

    @property
    def email(self) -> str:
        return self.user.email


def leads_on(on: date) -> Q:
    """Return the condition that a member leads a team on a day: by the row of a team, or acting."""
    acting = ActingManager.objects.on(on).filter(member=OuterRef("pk"))
    return Q(Exists(Team.objects.named_to(OuterRef("pk")))) | Q(Exists(acting))


class TeamQuerySet(models.QuerySet["Team"]):
    def led_by(self, member: Member, on: date) -> Self:
        """Return the teams a member leads on a day: as manager, as deputy, or acting while one of them is away."""
        named = Team.objects.named_to(member.pk).order_by().values("pk")
        acting = ActingManager.objects.on(on).filter(member=member.pk).order_by().values("team")
        # As an array, since PostgreSQL takes one condition OR a query for half of all rows, and then reads them all.
        return self.filter(any_of("pk", named.union(acting, all=True)), organisation_id=member.organisation_id)

    def named_to(self, member_id: int | OuterRef) -> Self:
        """Return the teams that name a member as their manager or deputy, on whatever day."""
        return self.filter(Q(manager=member_id) | Q(deputy=member_id))


@history()
class Team(models.Model):
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="teams")
    name = models.CharField(max_length=120)
    manager = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    deputy = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    objects = TeamQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("organisation", Upper("name"), name="staff_team_name_once")]

    def __str__(self) -> str:
        return self.name
