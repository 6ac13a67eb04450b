"""The organisation and the people who work in it. Periods are half-open: see `peerload.core.dates`."""

import uuid
from datetime import date
from decimal import Decimal

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.db.models.functions import Lower, Upper
from django.utils.crypto import salted_hmac

from peerload.core.arrays import any_of
from peerload.core.folding import fold

from . import rules
from .enums import Role, Theme


def history(exclude: tuple[str, ...] = ()):
    """Keep what was before every update and delete; the row itself says what is now, and inserts need no history."""
    return pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=exclude)


class DateRange(Func):
    """``daterange(starts_on, ends_before)``: half-open, open when the end is null."""

    function = "daterange"
    output_field = models.Field()


def no_overlap(name: str, *same: str, **extra) -> ExclusionConstraint:
    """Return the constraint that two periods of the same thing never overlap."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            *((F(field), RangeOperators.EQUAL) for field in same),
            (DateRange("starts_on", "ends_before"), RangeOperators.OVERLAPS),
        ],
        **extra,
    )


def ends_after_start(name: str) -> models.CheckConstraint:
    """Return the constraint that a period has at least one day."""
    return models.CheckConstraint(
        name=name,
        condition=Q(ends_before__isnull=True) | Q(ends_before__gt=F("starts_on")),
        violation_error_message="The end lies before the beginning.",
    )


class PeriodQuerySet(models.QuerySet):
    """Rows with ``starts_on`` and ``ends_before``."""

    def on(self, day: date):
        """Those that hold on a day."""
        return self.filter(Q(ends_before=None) | Q(ends_before__gt=day), starts_on__lte=day)


UNNAMED = "Our service"  # what a service is called, and its code, until the first sheets that come in say it


@history(exclude=("recount_from", "recount_asked_at"))
class Organisation(models.Model):
    """A service, with its zone, region and settings. Settings that change points belong to the scheme (workload)."""

    code = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=200)
    timezone = models.CharField(max_length=64)
    region = models.CharField(max_length=16)
    full_time_hours = models.DecimalField(max_digits=5, decimal_places=2, default=40)
    preset = models.CharField(max_length=16, default="peer")
    person_noun = models.CharField(max_length=40, default="person", help_text="What it calls somebody it supports.")
    people_noun = models.CharField(max_length=40, default="people", help_text="What it calls those it supports.")
    greeting = models.CharField(max_length=40, default="Hello")
    cycle_anchor = models.DateField(null=True, blank=True)
    parked_weeks = models.PositiveSmallIntegerField(default=6)
    inactive_weeks = models.PositiveSmallIntegerField(default=24)
    undo_weeks = models.PositiveSmallIntegerField(
        default=52, help_text="How long the last worker sees, and can undo, that 24 weeks made somebody not in touch."
    )
    consecutive_over = models.PositiveSmallIntegerField(default=2)
    boundary_high = models.DecimalField(max_digits=7, decimal_places=2, default=5)
    boundary_medium = models.DecimalField(max_digits=7, decimal_places=2, default=10)
    boundary_group = models.DecimalField(max_digits=7, decimal_places=2, default=15)
    boundary_parked = models.DecimalField(max_digits=7, decimal_places=2, default=20)
    records_from = models.DateField(
        null=True, blank=True, help_text="The first month whose records and reports were asked for; null: none yet."
    )
    recount_from = models.BigIntegerField(
        null=True, blank=True, help_text="Points are being recounted from this unit on."
    )
    recount_asked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="staff_organisation_cadence",
                condition=Q(parked_weeks__gte=1, inactive_weeks__gte=1, consecutive_over__gte=1, full_time_hours__gt=0),
                violation_error_message="Weeks and hours are above 0.",
            ),
        ]

    def __str__(self):
        return self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields):
        """Create somebody who signs in; without a password they cannot until they were invited."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password) if password else user.set_unusable_password()
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str):
        return self.get(email=email.strip().lower())


class User(AbstractBaseUser):
    """Somebody who signs in. What they may do is said by their membership."""

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

    def __str__(self):
        return f"user {self.pk}"

    def _get_session_auth_hash(self, secret=None):
        """Return what a session is held to: another password or another address ends every session but that of the change."""
        words = f"{self.password} {self.email}"
        return salted_hmac("peerload.staff.session", words, secret=secret, algorithm="sha256").hexdigest()

    @property
    def has_come_in(self) -> bool:
        """Whether they have chosen a password or signed in, so that somebody else may not hold a link of theirs."""
        return self.last_login is not None or self.has_usable_password()


class MemberQuerySet(models.QuerySet):
    def active(self):
        return self.filter(active=True)

    def named(self):
        """In order of name, then email."""
        return self.order_by("name_key", "user__email")

    def with_last_day(self):
        """Annotate ``last_day``, null for those who are not leaving."""
        return self.annotate(last_day=models.Subquery(leavings().values("last_day")[:1]))

    def not_leaving(self):
        """Those who have not given notice."""
        return self.filter(~Exists(leavings()))

    def staying(self, on: date):
        """Those whose last day, where they are leaving, has not passed on a day."""
        return self.filter(~Exists(leavings().filter(last_day__lt=on)))

    def in_post(self, on: date):
        """Those who are in post on a day, as `OUT_OF_POST` is not: not left, and inside a post if they had any by then."""
        posts = Post.objects.filter(worker=OuterRef("pk"), starts_on__lte=on)
        return self.staying(on).filter(Exists(posts.written_for(on)) | ~Exists(posts))

    def seeing_to_people(self, on: date):
        """Those whose post, if they are peer workers who had one, holds on a day: managers and others lead without a post."""
        posts = Post.objects.filter(worker=OuterRef("pk"), starts_on__lte=on)
        return self.filter(~Q(role=Role.PEER_WORKER) | Exists(posts.written_for(on)) | ~Exists(posts))

    def at_work(self, on: date):
        """Those who work here, can sign in and are not away on a day."""
        away = Absence.objects.on(on).filter(worker=OuterRef("pk"))
        return self.active().staying(on).filter(~Exists(away), user__is_active=True)

    def leading(self):
        """Those who manage a team of their service or deputise for one."""
        return self.filter(Exists(Team.objects.led_by_member(OuterRef("pk"))))

    def of_teams(self, team_ids, on: date):
        """
        Those who work in one of the teams on a day: by their post, or, where it names no team, by their home team.

        A leaver stays in their team until the leaving is closed, so that what is left to do is found there; see `staying`.
        A peer worker whose posts nobody has entered yet works in their home team, too: that is how a first person comes to them.
        """
        posts = Post.objects.filter(worker=OuterRef("pk"), starts_on__lte=on)
        theirs = posts.written_for(on)
        at_home = Q(Exists(theirs.filter(team=None))) | (Q(role=Role.PEER_WORKER) & ~Q(Exists(posts)))
        there = Q(Exists(theirs.filter(team__in=team_ids))) | (Q(home_team__in=team_ids) & at_home)
        return self.ever_in(team_ids).filter(there)

    def ever_in(self, team_ids):
        """Those who have one of the teams as their home or in a post; asked first, so that all others are not read."""
        home = Member.objects.filter(home_team__in=team_ids).values("pk")
        return self.filter(any_of("pk", Post.objects.filter(team__in=team_ids).values("worker").union(home, all=True)))


def leavings(member: str = "pk"):
    """Return the leavings under way of a member of an outer query; they are caseload's, which staff does not import."""
    return Member._meta.get_field("leavings").related_model.objects.standing().filter(member=OuterRef(member))


# Whether the last day of a member's notice lies before a day: from then on they have no post, and their people no worker.
# Once the leaving is closed, their posts and allocations say it for every later day.
HAS_LEFT = """EXISTS (
    SELECT FROM caseload_leaving gone WHERE gone.member_id = {member} AND gone.last_day < {day}
    AND gone.withdrawn_on IS NULL AND (gone.closed_on IS NULL OR gone.closed_on > {day}))"""
# Whether a member is not in post on a day: they have left, or had posts and none holds that day. Nobody is listed then, and
# their people have no worker. Somebody who never had a post is in post.
_OUT_OF_POST = f"""(
    {HAS_LEFT} OR EXISTS (SELECT FROM staff_post begun WHERE begun.worker_id = {{member}} AND begun.starts_on <= {{day}} {{how}})
    AND NOT EXISTS (
        SELECT FROM staff_post held_post WHERE held_post.worker_id = {{member}} AND held_post.starts_on <= {{day}}
        AND (held_post.ends_before IS NULL OR held_post.ends_before > {{day}}) {{how}}))"""
# With OFFSET 0 PostgreSQL looks up the posts of each member: of a few. Without, it reads all posts once: for everybody.
OUT_OF_POST = _OUT_OF_POST.replace("{how}", "OFFSET 0")
OUT_OF_POST_IN_SERVICE = _OUT_OF_POST.replace("{how}", "")
# The day after a member's last post, once no post of theirs holds.
POST_ENDED = """(
    SELECT max(past.ends_before) FROM staff_post past WHERE past.worker_id = {member} AND past.starts_on <= {day}
    HAVING bool_and(coalesce(past.ends_before <= {day}, false)))"""
# The last day of a member's notice, while it is under way.
LAST_DAY = """(
    SELECT given.last_day FROM caseload_leaving given
    WHERE given.member_id = {member} AND given.withdrawn_on IS NULL AND given.closed_on IS NULL)"""


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

    # What a query may say of them besides, by `annotate`.
    last_day: date | None
    leads_a_team: bool
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

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.name_key = fold(self.name)[:200]
        super().save(*args, **kwargs)

    @property
    def email(self) -> str:
        return self.user.email


class TeamQuerySet(models.QuerySet):
    def led_by(self, member: Member):
        """Those the member manages or deputises for."""
        return self.led_by_member(member.pk).filter(organisation_id=member.organisation_id)

    def led_by_member(self, member_id):
        """The same by primary key, or by a reference to one in an outer query."""
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

    def __str__(self):
        return self.name


class PostQuerySet(PeriodQuerySet):
    def on(self, day: date):
        """Those that hold on a day; nobody has a post after the last day of their notice."""
        return super().on(day).filter(~Exists(leavings("worker").filter(last_day__lt=day)))

    def written_for(self, day: date):
        """Those written down for a day, whether or not the worker has left by then."""
        return super().on(day)


@history()
class Post(models.Model):
    """A worker's post for a period: team, FTE, hours, duty. It ends where the next begins, or with the last day of a notice."""

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    worker = models.ForeignKey(Member, models.PROTECT, related_name="posts")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="posts")
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)
    fte = models.DecimalField(max_digits=4, decimal_places=3)
    weekly_hours = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    day_hours = ArrayField(
        models.DecimalField(max_digits=4, decimal_places=2),
        null=True,
        blank=True,
        help_text="Of Monday to Sunday; they add up to the hours a week. Null: Monday to Friday in equal parts.",
    )
    duty = models.BooleanField(default=False)
    phased_return = models.ForeignKey(
        "Absence",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="steps",
        help_text="A step back to work after it.",
    )

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            ends_after_start("staff_post_has_a_day"),
            no_overlap("staff_post_one_at_a_time", "worker"),
            models.CheckConstraint(
                name="staff_post_fte",
                condition=Q(fte__gt=0, fte__lte=Decimal("1.5")),
                violation_error_message="FTE is above 0 and at most 1.5.",
            ),
            models.CheckConstraint(
                name="staff_post_hours",
                condition=Q(weekly_hours=None) | Q(weekly_hours__gte=0, weekly_hours__lte=168),
                violation_error_message="Hours a week are between 0 and 168.",
            ),
            models.CheckConstraint(
                name="staff_post_seven_days",
                condition=Q(day_hours=None) | Q(day_hours__len=7, weekly_hours__isnull=False),
                violation_error_message="A week has seven days, and their hours add up.",
            ),
        ]
        indexes = [models.Index(fields=["team", "starts_on"])]

    def __str__(self):
        return f"post {self.pk} of {self.worker_id}"

    @property
    def days(self) -> str:
        """Days and their hours, as ``Mon-Thu 7.5, Fri 4``; "" where nobody has written them down."""
        return rules.write_days(self.day_hours)


@history()
class Absence(models.Model):
    """Somebody is away from ``starts_on`` until the day they are back; past the expected return is still away."""

    organisation = models.ForeignKey(Organisation, models.PROTECT)
    worker = models.ForeignKey(Member, models.PROTECT, related_name="absences")
    starts_on = models.DateField()
    expected_back = models.DateField(null=True, blank=True)
    ends_before = models.DateField(null=True, blank=True, help_text="First day at work again.")
    planned = models.BooleanField(null=True, blank=True)
    kind = models.CharField(max_length=40, blank=True)
    expected_since = models.DateField(
        null=True,
        blank=True,
        help_text="The day on which the expected return became known; null: as the absence began.",
    )

    objects = PeriodQuerySet.as_manager()

    class Meta:
        constraints = [
            ends_after_start("staff_absence_has_a_day"),
            models.CheckConstraint(
                name="staff_absence_expected_after_start",
                condition=Q(expected_back=None) | Q(expected_back__gt=F("starts_on")),
                violation_error_message="The expected return lies before the first day away.",
            ),
            no_overlap("staff_absence_one_at_a_time", "worker"),
        ]

    def __str__(self):
        return f"absence {self.pk} of {self.worker_id}"


@history()
class ClosureDay(models.Model):
    """A day the service is shut, on top of its region's holidays."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="closures")
    on = models.DateField()
    label = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "on"], name="staff_closure_once")]
        ordering = ["on"]

    def __str__(self):
        return f"{self.on} {self.label}"


class SavedForm(models.Model):
    """
    One form that a member has saved: enough to know it again, and none of its words.

    ``submission`` and ``words`` (a fingerprint) tell whether the same form, or the same words, come a second time. ``subject``
    and ``state`` (a fingerprint) tell who made a stored row read as it does. See `peerload.staff.concurrency`.
    """

    member = models.ForeignKey(Member, models.CASCADE, related_name="saved_forms")
    at = models.DateTimeField()
    path = models.CharField(max_length=200)
    submission = models.UUIDField(null=True, blank=True)
    words = models.CharField(max_length=64, blank=True)
    url = models.CharField(max_length=500, blank=True, help_text="The page that the saved form led to.")
    subject = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "submission"], name="staff_submission_once")]
        indexes = [
            models.Index(fields=["subject", "state"], name="staff_saved_subject", condition=~Q(subject="")),
            models.Index(fields=["member", "at"], name="staff_saved_lately"),
        ]
        ordering = ["pk"]

    def __str__(self):
        return f"form {self.pk} saved by {self.member_id}"
