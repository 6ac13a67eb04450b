"""
The one table of sheets and columns. Reading, the empty workbook and writing all go by it.

Lengths are those of the models, so that what fits here fits there.
"""

from decimal import Decimal
from typing import NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, Count, F, Model, OuterRef, Subquery, TextField, Value, When, Window
from django.db.models.functions import RowNumber

from caseload.enums import (
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
from caseload.groups.rules import USUAL_MINUTES
from caseload.models import (
    Allocation,
    AllocationReview,
    Attendance,
    Client,
    CloseDecision,
    Contact,
    Cover,
    DutyDone,
    Family,
    Group,
    GroupFacilitator,
    GroupMember,
    GroupSession,
    Handover,
    LeavingStep,
    Merge,
    PleaseDont,
    PossibleDuplicate,
    Referral,
    ReferralChange,
    ReplacedParking,
    TemporaryMove,
    TierPeriod,
)
from peerload.staff.enums import Role
from peerload.staff.models import Absence, ClosureDay, Leaving, Member, Organisation, Post, Team, User
from peerload.staff.rules import LIMITS
from wellbeing.enums import Focus, PlanActivity, PlanState, SessionKind
from wellbeing.models import PlanLine, PlanRow, PlanTemplate, Session, SessionCadence, TimeEntry, TimePlan
from workload.enums import Condition, CountedPer, Element, Ending, Enough, Flag, Preset, RecordStatus, Side
from workload.enums import Window as WorkWindow
from workload.models import (
    PEOPLE,
    Activity,
    Agreement,
    MonthlyRecord,
    RecordLine,
    RemedialAction,
    Responsibility,
    Scheme,
    TeamReport,
    Weight,
)

from .field_types import (
    Choice,
    Clock,
    Day,
    DaysOfWeek,
    Email,
    Emails,
    FourWeeks,
    Kind,
    LastDay,
    Minutes,
    Moment,
    Monday,
    Month,
    Name,
    Number,
    OnOff,
    Region,
    Text,
    Whole,
    YesNo,
    Zone,
)

ACTIVITY_KINDS = (
    "initial_assessment",
    "core_assessment",
    "section_47",
    "court",
    "looked_after",
    "protection_plan",
    "placed_far",
    "leaving_care_needs",
    "leaving_care_pathway",
)
ONE_AT_A_TIME = frozenset({"looked_after", "protection_plan", "placed_far"})
RESPONSIBILITY_KINDS = (
    "practice_teaching",
    "long_arm_supervision",
    "group_work",
    "mentoring",
    "foster_panel",
    "formal_training",
    "working_party",
    "evidence_interview",
)
COUNTED_BY_QUANTITY = frozenset({"mentoring", "evidence_interview"})


class Column(NamedTuple):
    """
    A column: its name in the header, what it holds, a line of help, whether it must be filled, what it is when empty.

    ``source`` is the field of the sheet's model that it stands for, as a path that Django follows: ``client__ref`` is the ref of
    the person, and on the way in the person of that ref. Comparison, export, import, workbook and help all go by it. Without a
    source the column follows from other rows, or a step of its own writes it.

    A column that only asks for something (``asks``) is read and never written into a sheet. One of free words ``about_somebody``
    is shown to nobody who does not read them on a page.
    """

    name: str
    kind: Kind
    help: str
    required: bool = False
    default: object = None
    asks: bool = False
    source: str = ""
    about_somebody: bool = False

    @property
    def empty(self):
        """What an empty cell stands for."""
        return self.kind.empty if self.default is None else self.default


# The rows that are known by a name of their own, and the sheet that they stand in; families stand in none.
NAMED = {Member: "staff", Client: "people", Team: "teams", Group: "groups", Family: "families"}
OWN_NAME = {
    ("teams", "team"): "teams",
    ("groups", "group"): "groups",
    ("people", "ref"): "people",
    ("staff", "email"): "staff",
}


class Parent(NamedTuple):
    """
    A row of another sheet that a row belongs to, where it takes several columns to say which one.

    :param field: the foreign key of the sheet's model
    :param columns: those that hold the other row's key, in the order of that key
    :param by: the columns of the other sheet, if they are not its key
    :param optional: whether a row may belong to none; then an empty column says so
    """

    field: str
    sheet: str
    columns: tuple[str, ...]
    by: tuple[str, ...] = ()
    optional: bool = False


class Sheet(NamedTuple):
    """
    A sheet: its columns, the model whose rows it holds, and by which columns a row is known.

    Without a key the n-th equal row of the file is the n-th equal row of the database.

    :param whose: the path from the model to its service
    :param ends: whether a row ends where the next of the same person or worker begins; then ``ends_before`` is worked out
    :param parents: rows of other sheets that it takes several columns to name
    :param as_written: whether the rows of one parent keep the order in which they were written, because pages show them in it
    :param by_command_only: whether it is left out of what an admin exports, because no page shows it to anybody but its worker
    """

    name: str
    help: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    required: bool = False
    model: type[Model] | None = None
    whose: str = "organisation"
    ends: bool = False
    parents: tuple[Parent, ...] = ()
    as_written: bool = False
    by_command_only: bool = False

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def sources(self) -> dict[str, str]:
        """The source of each column that has one, by the column's name."""
        return {column.name: column.source for column in self.columns if column.source}

    @property
    def refers(self) -> dict[str, str]:
        """What a column names on its own, by the column's name, as in `NAMED`: ``manager`` names one of the staff."""
        apart = {parent.field for parent in self.parents}
        heads = {name: source.split("__")[0] for name, source in self.sources.items() if "__" in source}
        fields = {name: self.model._meta.get_field(head) for name, head in heads.items() if head not in apart}
        return {name: NAMED[field.related_model] for name, field in fields.items() if field.related_model in NAMED}

    @property
    def refers_anywhere(self) -> dict[str, str]:
        """The same, with what a column names together with others: of a session of a group, the group."""
        found = dict(self.refers)
        for parent in self.parents:
            other = SHEET[parent.sheet]
            for column, theirs in zip(parent.columns, parent.by or other.key, strict=True):
                named = other.refers_anywhere.get(theirs) or OWN_NAME.get((other.name, theirs))
                if named:
                    found[column] = named
        return found

    @property
    def written(self) -> tuple[Column, ...]:
        """The columns that an export has."""
        return tuple(column for column in self.columns if not column.asks)


def _text(model, name: str) -> Text:
    field = model._meta.get_field(name)
    return Text(field.max_length, lines=isinstance(field, TextField) or field.max_length >= 300)


_EMAIL = User._meta.get_field("email").max_length


def _member(name: str, help: str, field: str = "", required: bool = False) -> Column:
    """Return a column that names one of the staff, by email."""
    return Column(name, Email(_EMAIL), help, required, source=f"{field or name}__user__email")


def _email(help: str, required: bool = True, field: str = "worker") -> Column:
    return _member("email", help, field, required)


def _ref(help: str = "The person, by the ref of the sheet people.") -> Column:
    return Column("ref", _text(Client, "ref"), help, True, source="client__ref")


def _team(help: str, required: bool = False, source: str = "team__name") -> Column:
    return Column("team", Name(Team._meta.get_field("name").max_length), help, required, source=source)


def _group(help: str = "The group, by its name in the sheet groups.", source: str = "group__name") -> Column:
    return Column("group", Name(Group._meta.get_field("name").max_length), help, True, source=source)


def _from(help: str = "First day.") -> Column:
    return Column("from", Day(), help, True, source="starts_on")


def _until(help: str = "Last day; empty while it goes on.") -> Column:
    return Column("until", LastDay(), help, source="ends_before")


def _column(model: type[Model], name: str, help: str, source: str = "", required: bool = False) -> Column:
    """Return a column of words as long as its field."""
    return Column(name, _text(model, source or name), help, required, source=source or name)


def _words(model: type[Model], name: str, help: str, required: bool = False) -> Column:
    """Return a column of free words about somebody."""
    return _column(model, name, help, required=required)._replace(about_somebody=True)


def _day(name: str, help: str, source: str = "", required: bool = False) -> Column:
    return Column(name, Day(), help, required, source=source or name)


def _yes(name: str, help: str, default: bool | None = False, source: str = "") -> Column:
    return Column(name, YesNo(), help, default=default, source=source or name)


def _one_of(
    name: str, words, help: str, required: bool = False, source: str = "", default: str | None = None
) -> Column:
    help = help or "One of " + ", ".join(map(str, words)) + "."
    return Column(name, Choice(words), help, required, default, source=source or name)


def _of(name: str, kind: Kind, help: str, source: str = "", required: bool = False, default: object = None) -> Column:
    return Column(name, kind, help, required, default, source=source or name)


def _by(help: str = "Who wrote it down, by email.", name: str = "by") -> Column:
    return _member(name, help)


def _month() -> Column:
    return Column("month", Month(), "As 2026-10.", True, source="month")


def _nth(of: str, source: str = "nth") -> Column:
    return Column("nth", Whole(1, 1_000), f"2 for the second {of}, and so on; 1 if left out.", default=1, source=source)


def _nth_of(*fields: str) -> Window:
    """Return which of several rows with the same fields a row is, in the order they were written."""
    return Window(RowNumber(), partition_by=[F(field) for field in fields], order_by="pk")


def _nth_notice() -> Subquery:
    """Return which of the notices that one person gave on one day a row belongs to."""
    notices = Leaving.objects.filter(
        member=OuterRef("leaving__member"), notice_on=OuterRef("leaving__notice_on"), pk__lte=OuterRef("leaving")
    )
    return Subquery(notices.order_by().values("member").annotate(count=Count("pk")).values("count"))


def _whole(setting: str) -> Whole:
    return Whole(*LIMITS[setting])


def _number(setting: str) -> Number:
    return Number(2, *LIMITS[setting])


KEEP_IN_TOUCH = {"keep in touch": Tier.PARKED, "not in touch": Tier.INACTIVE}  # as people say it

_POINTS = Number(3, 0, 99_999)
_MORE_OR_FEWER = Number(3, -99_999, 99_999)
_FTE = Number(3, 0, "1.5", above=True)
_HOURS = Number(2, 0, 168)
_MANY_POINTS = Number(3, 0, 9_999_999)
_MARK = Number(2, 0, 10_000)
_TIER_POINTS = Number(2, 0, 1_000)


class Setting(NamedTuple):
    """A row of the sheet service: its key, what it holds, where it is kept, a line of help."""

    key: str
    kind: Kind
    help: str
    of: str = "organisation"  # organisation, scheme, tier (the scheme's points of a case)
    required: bool = False


SETTINGS = (
    Setting("name", _text(Organisation, "name"), "The service's name.", required=True),
    Setting("code", _text(Organisation, "code"), "A short name for commands; the name, if left out."),
    Setting("timezone", Zone(), "Such as Pacific/Auckland.", required=True),
    Setting("region", Region(), "Whose public holidays count: NZ, NZ-AUK, GB-ENG.", required=True),
    Setting("full_time_hours", _number("full_time_hours"), "Hours a week of a full-time post; 40 if left out."),
    Setting("preset", Choice(Preset), "peer, or children for the complete scheme; peer if left out."),
    Setting("person_noun", _text(Organisation, "person_noun"), "What the service calls a person it supports."),
    Setting("people_noun", _text(Organisation, "people_noun"), "What the service calls those it supports."),
    Setting("greeting", _text(Organisation, "greeting"), "The first word of My day."),
    Setting("cycle_anchor", Monday(), "A Monday on which a four-week cycle begins."),
    Setting(
        "parked_weeks",
        _whole("parked_weeks"),
        "Weeks between two contacts while keeping in touch; 6 if left out.",
    ),
    Setting("inactive_weeks", _whole("inactive_weeks"), "Weeks after which the contacts decide; 24 if left out."),
    Setting(
        "undo_weeks",
        _whole("undo_weeks"),
        "Weeks in which the last worker can undo that the contacts decided; 52 if left out.",
    ),
    Setting(
        "consecutive_over",
        _whole("consecutive_over"),
        "Months above the limit that ask for a review; 2 if left out.",
    ),
    Setting("boundary_high", _number("boundary_high"), "People of one full-time worker, high; 5 if left out."),
    Setting("boundary_medium", _number("boundary_medium"), "The same, medium; 10 if left out."),
    Setting("boundary_group", _number("boundary_group"), "The same, group; 15 if left out."),
    Setting("boundary_parked", _number("boundary_parked"), "The same, keeping in touch; 20 if left out."),
    Setting(
        "records_from", Month(), "The first month whose records were asked for, as 2026-10; the next, if left out."
    ),
    Setting("workload_weight", OnOff(), "One point for every whole ten; on if left out.", "scheme"),
    Setting("stable_scales_with_fte", OnOff(), "Whether the stable element follows FTE; off if left out.", "scheme"),
    Setting("points_per_tier_high", _TIER_POINTS, "Points of a case, high; 2 if left out.", "tier"),
    Setting("points_per_tier_medium", _TIER_POINTS, "The same, medium; 2 if left out.", "tier"),
    Setting("points_per_tier_group", _TIER_POINTS, "The same, group; 2 if left out.", "tier"),
    Setting("points_per_tier_parked", _TIER_POINTS, "The same, keeping in touch; 0 if left out.", "tier"),
    Setting("mark", _MARK, "Little room from so many points per FTE; 85 if left out.", "scheme"),
    Setting("limit", _MARK, "Over above so many points per FTE; 100 if left out.", "scheme"),
    Setting(
        "close_window_days",
        Whole(0, 365),
        "Days that points stand after a decision to close; 28 if left out.",
        "scheme",
    ),
)
SETTING = {setting.key: setting for setting in SETTINGS}

RECORD = (
    _member("email", "Whose record, by email.", "record__worker", True),
    Column("month", Month(), "As 2026-10.", True, source="record__month"),
)
RECORD_OF = Parent("record", "records", ("email", "month"))
NOTICE = (
    _member("email", "Who leaves, by email.", "leaving__member", True),
    _day("notice_on", "The day of the notice, as in the sheet leavings.", "leaving__notice_on", True),
    _nth("notice of one day", "leaving_nth"),
)
NOTICE_OF = Parent("leaving", "leavings", ("email", "notice_on", "nth"))
ABSENCE = (
    _member("email", "Who is away, by email.", "absence__worker", True),
    _day("absent_from", "First day of the absence, as in the sheet absences.", "absence__starts_on", True),
)
ABSENCE_OF = Parent("absence", "absences", ("email", "absent_from"))


def _ref_of(source: str) -> Column:
    return Column("ref", _text(Client, "ref"), "The person, by the ref of the sheet people.", True, source=source)


ALLOCATION = (
    _ref_of("allocation__client__ref"),
    _day("from", "First day with the worker, as in the sheet allocations.", "allocation__starts_on", True),
)
ALLOCATION_OF = Parent("allocation", "allocations", ("ref", "from"))

# Every sheet in the order in which a service fills them in. What refers to something comes after it, but for `teams`: who leads.
SHEETS = (
    Sheet(
        "service",
        "The service and its settings, one a row.",
        (
            Column("key", Name(40), "Which setting.", True),
            Column("value", Text(400), "Its value; empty leaves it as it is."),
        ),
        ("key",),
        required=True,
    ),
    Sheet(
        "teams",
        "Teams and who leads them.",
        (
            _team("The team's name.", True, "name"),
            _member("manager", "Who manages it, by email."),
            _member("deputy", "Who stands in for the manager, by email."),
        ),
        ("team",),
        model=Team,
    ),
    Sheet(
        "staff",
        "Everyone who works in the service.",
        (
            Column("email", Email(_EMAIL), "Email, by which they are known and sign in.", True, source="user__email"),
            _column(Member, "name", "Name.", required=True),
            _one_of("role", Role, "peer_worker, manager, service_manager or admin.", True),
            _team("The team they belong to.", source="home_team__name"),
            _yes("closed", "Whether their sign-in is closed: yes or no.", None, "sign_in_closed"),
            _day("closed_on", "The day it was closed; empty where nobody knows it."),
            Column(
                "new_email",
                Email(_EMAIL),
                "Another email from now on: they stay who they are. A member who has signed in confirms it by a link sent there.",
                asks=True,
                source="user__new_email",
            ),
        ),
        ("email",),
        required=True,
        model=Member,
    ),
    Sheet(
        "absences",
        "When staff are away.",
        (
            _email("Who is away, by email."),
            _from("First day away."),
            _day("expected_back", "First day they are expected at work again."),
            _day("back_on", "First day they were at work again.", "ends_before"),
            _yes("planned", "Whether it was planned: yes or no.", None),
            _words(Absence, "kind", "What it is, such as annual leave."),
            _day("expected_since", "The day on which the expected return became known; as it began, if left out."),
        ),
        ("email", "from"),
        model=Absence,
    ),
    Sheet(
        "posts",
        "Dated posts; each lasts until its last day or the worker's next post.",
        (
            _email("The worker, by email."),
            _from("First day of the post."),
            Column("until", Day(), "Last day; empty while it goes on."),
            _team("The team of the post."),
            _of("fte", _FTE, "1 is full time; above 0 and at most 1.5.", required=True),
            _of("weekly_hours", _HOURS, "Hours a week; FTE times full-time hours if left out."),
            _of(
                "days",
                DaysOfWeek(),
                "Days and their hours, as Mon-Thu 7.5, Fri 4, instead of weekly_hours; Monday to Friday if left out.",
                "day_hours",
            ),
            _yes("duty", "Undertakes duty: yes or no; no if left out."),
            _day(
                "return_from",
                "A step back to work: first day of the absence, as in the sheet absences.",
                "phased_return__starts_on",
            ),
        ),
        ("email", "from"),
        model=Post,
        ends=True,
        parents=(Parent("phased_return", "absences", ("email", "return_from"), optional=True),),
    ),
    Sheet(
        "people",
        "The people supported, now or before.",
        (
            _column(Client, "ref", "The service's own number or code, used once.", required=True),
            _column(Client, "name", "Name.", required=True),
            Column(
                "family",
                Name(Family._meta.get_field("code").max_length),
                "A code shared by members of one family.",
                source="family__code",
            ),
            _yes("statutory", "Whether the law asks for a worker: yes or no; no if left out."),
            _team("The team; that of the last worker if left out."),
            _one_of(
                "contact_preference",
                ContactPreference,
                "ok, or please_dont: please don't contact me; ok if left out.",
                default=ContactPreference.OK.value,
            ),
            _column(Client, "phone", "Telephone number."),
            _words(Client, "contact_how", "How to contact them safely: times, text or call, no voicemail."),
            _words(Client, "contact_note", "Anything else to know before contacting them."),
            _column(Client, "called", "What they like to be called; their whole name if left out."),
            _column(Client, "pronouns", "Their pronouns, if they want them written down."),
            _column(Client, "language", "The language they like to speak."),
        ),
        ("ref",),
        required=True,
        model=Client,
    ),
    Sheet(
        "tiers",
        "The support each person has, from a day until their next row.",
        (
            _ref(),
            Column(
                "tier",
                Choice(Tier, also=KEEP_IN_TOUCH),
                "high, medium, group, parked or inactive.",
                True,
                source="tier",
            ),
            _from("First day in it; not ahead when parked."),
            _yes("talked", "Parked: whether that was talked about together; yes if left out.", True),
            _words(TierPeriod, "reason", "Why."),
            _one_of("moved_on", MovedOn, ""),
            _yes("automatic", "Whether the 24 weeks ended it by themselves: yes or no; no if left out."),
            _yes("asked", "Whether a contact of that day began it, because they wanted support; no if left out."),
            _by(),
        ),
        ("ref", "from"),
        model=TierPeriod,
        ends=True,
    ),
    Sheet(
        "allocations",
        "Which worker supports each person, from when.",
        (
            _ref(),
            _email("The worker, by email."),
            _from("First day with this worker."),
            Column("until", Day(), "First day another worker supports them; empty: until their next row."),
            _day("close_decided_on", "The day it was decided to close."),
            _day("closed_on", "The day it was closed."),
            _yes("student_held", "Held by a student: yes or no; no if left out."),
            _words(Allocation, "purpose", "What the support is for."),
            _words(Allocation, "first_action", "The first thing to do."),
            _day("review_on", "The day it is looked at again."),
            _words(Allocation, "note", "A note to the worker."),
            _words(Allocation, "over_reason", "Why, though the worker was to hold more than the limit."),
            _yes("ended_by_24_weeks", "Whether the 24 weeks ended it; no if left out.", source="ended_by_sweep"),
            _by(),
        ),
        ("ref", "from"),
        model=Allocation,
        ends=True,
    ),
    Sheet(
        "waiting",
        "Who waits for a worker, or did. It ends by itself once the person is allocated or no longer in touch.",
        (
            _ref(),
            _day("referred_on", "Waiting since; ahead where their worker’s time is to end.", required=True),
            _column(Referral, "referred_by", "Who told the service of them."),
            _member("responsible", "Who is responsible, by email.", "owner"),
            _words(Referral, "action", "What is to be done."),
            _day("by_when", "By when, or when it is looked at again.", "due_on"),
            _words(Referral, "contingency", "What is arranged until then, where no worker can take them."),
            _day("ended_on", "The day it came to its end; empty while they wait."),
            _one_of("ended_as", ReferralEnd, "allocated, or moved_on; empty while they wait."),
            _by(),
        ),
        ("ref", "referred_on"),
        model=Referral,
    ),
    Sheet(
        "close_decisions",
        "Who decided to close and why, and decisions that were withdrawn. The current decision is in the sheet allocations.",
        (
            *ALLOCATION,
            _day("decided_on", "The day it was decided.", required=True),
            _by("Who decided, by email."),
            _words(CloseDecision, "reason", "Why."),
            _day("withdrawn_on", "The day the decision was withdrawn; empty while it is in force."),
            _member("withdrawn_by", "Who withdrew it, by email."),
            _words(CloseDecision, "withdrawn_reason", "Why it was withdrawn."),
            _nth("of one allocation and day"),
        ),
        ("ref", "from", "decided_on", "nth"),
        model=CloseDecision,
        whose="allocation__organisation",
        parents=(ALLOCATION_OF,),
    ),
    Sheet(
        "allocation_reviews",
        "When an allocation was looked at again, and what came of it. The next day is in the sheet allocations.",
        (
            *ALLOCATION,
            _day("looked_on", "The day it was looked at.", required=True),
            _by("Who looked at it, by email."),
            _words(AllocationReview, "words", "What came of it."),
            _day("next_on", "The day to look at it next; empty if there was nothing more to look at."),
            _nth("of one allocation and day"),
        ),
        ("ref", "from", "looked_on", "nth"),
        model=AllocationReview,
        whose="allocation__organisation",
        parents=(ALLOCATION_OF,),
    ),
    Sheet(
        "replaced_parking",
        "Keeping in touch that a contact turned into support again on its first day: what it said before.",
        (
            _ref_of("period__client__ref"),
            _day("from", "First day of the support, as in the sheet tiers.", "period__starts_on", True),
            _yes("talked", "Whether keeping in touch was talked about together; yes if left out.", True),
            _words(ReplacedParking, "reason", "Why they were kept in touch with."),
            _by(),
        ),
        ("ref", "from"),
        model=ReplacedParking,
        whose="period__organisation",
        parents=(Parent("period", "tiers", ("ref", "from")),),
    ),
    Sheet(
        "waiting_changes",
        "What was written about a person who waits, before it was changed. The current words are in the sheet waiting.",
        (
            _ref_of("referral__client__ref"),
            _day("referred_on", "Waiting since, as in the sheet waiting.", "referral__referred_on", True),
            _day("changed_on", "The day it was changed.", required=True),
            _by("Who changed it, by email."),
            _column(ReferralChange, "referred_by", "Before that: who told the service of them."),
            _member("responsible", "Before that: who saw to it, by email.", "owner"),
            _words(ReferralChange, "action", "Before that: what was to be done."),
            _day("by_when", "Before that: by when.", "due_on"),
            _words(ReferralChange, "contingency", "Before that: what held meanwhile."),
            _nth("of one day"),
        ),
        ("ref", "referred_on", "changed_on", "nth"),
        model=ReferralChange,
        whose="referral__organisation",
        parents=(Parent("referral", "waiting", ("ref", "referred_on")),),
    ),
    Sheet(
        "please_dont",
        "Who asked not to be contacted, and who agreed. The current choice is in the sheet people.",
        (
            _ref(),
            _day("asked_on", "The day they asked; empty where a sheet said so."),
            _by(),
            _day("agreed_on", "The day the team manager agreed."),
            _member("agreed_by", "The team manager who agreed, by email."),
            _day("ended_on", "The day it was taken back; empty while it is in force."),
            _member("ended_by", "Who took it back, by email."),
            _nth("of one person and day"),
        ),
        ("ref", "asked_on", "nth"),
        model=PleaseDont,
    ),
    Sheet(
        "activities",
        "Dated pieces of work with a person.",
        (
            _ref(),
            _of(
                "kind",
                Name(40),
                "A kind of case work of the scheme, such as " + ", ".join(ACTIVITY_KINDS) + ".",
                "code",
                True,
            ),
            _from(),
            _day("finished_on", "The last day it is true, or the day it was completed."),
            _of("minutes_each_way", Minutes(0, 10_000), "Placed far: minutes of travel each way."),
            _yes("first", "Pathway plan: whether it is the person's first; the earliest is, if left out.", None),
            _by(),
        ),
        ("ref", "kind", "from"),
        model=Activity,
    ),
    Sheet(
        "responsibilities",
        "Extra responsibilities of staff.",
        (
            _email("Who holds it, by email."),
            _of(
                "kind",
                Name(40),
                "A kind of extra responsibility of the scheme, such as " + ", ".join(RESPONSIBILITY_KINDS) + ".",
                "code",
                True,
            ),
            _from(),
            _until(),
            _of(
                "quantity", Whole(1, 1000), "Mentoring: how many people; evidence_interview: how many cases.", default=1
            ),
            _by(),
        ),
        model=Responsibility,
    ),
    Sheet(
        "contacts",
        "Contacts with people, and attempts.",
        (
            _ref(),
            _email("Who wrote it down, by email.", False, "author"),
            _day("on", "The day; not ahead.", required=True),
            _of("minutes", Minutes(0, 1440), "How long it took."),
            _one_of("channel", Channel, ""),
            _of("reached", YesNo(), "Whether the person was reached: yes or no.", required=True),
            _one_of("outcome", Outcome, "When reached: no_support_needed, support_wanted or other."),
            _words(Contact, "note", "Write as if the person will read this; they may ask to."),
            _of("recorded_at", Moment(), "When it was written down, as 2026-11-20T01:30:00Z; now if left out."),
        ),
        model=Contact,
    ),
    Sheet(
        "groups",
        "Groups that people meet in.",
        (
            _group("The group's name, used once.", "name"),
            _team("The team whose group it is.", True),
            _one_of("weekday", Weekday, "The usual day: monday, tuesday and so on."),
            _of("time", Clock(), "The usual time, as 14:30.", "starts_at"),
            _of(
                "minutes",
                Minutes(1, 1440),
                f"Minutes of a session; {USUAL_MINUTES} if left out.",
                default=USUAL_MINUTES,
            ),
            _from("First day of the group."),
            _until(),
        ),
        ("group",),
        model=Group,
    ),
    Sheet(
        "group_facilitators",
        "Who facilitates a group, from when.",
        (_group(), _email("The worker, by email."), _from(), _until(), _by()),
        ("group", "email", "from"),
        model=GroupFacilitator,
    ),
    Sheet(
        "group_members",
        "Who belongs to a group, from when. Their support is in the sheet tiers.",
        (_group(), _ref(), _from(), _until(), _by()),
        ("group", "ref", "from"),
        model=GroupMember,
    ),
    Sheet(
        "group_sessions",
        "Sessions of groups, one a group and day.",
        (
            _group(),
            _day("on", "The day; not ahead.", required=True),
            _of("minutes", Minutes(1, 1440), "How long it took.", required=True),
            _email("Who wrote it down, by email.", False, "author"),
            Column(
                "facilitators",
                Emails(_EMAIL * 20),
                "Who facilitated it, by email, a comma between.",
                True,
                source="facilitator_emails",
            ),
            _of(
                "facilitator_minutes",
                Minutes(0, 1440),
                "Minutes of each facilitator, setting up included; those of the session if left out.",
            ),
            _words(GroupSession, "note", "About the session, not about a person."),
            _of("recorded_at", Moment(), "When it was written down, as 2026-11-20T01:30:00Z; now if left out."),
        ),
        ("group", "on"),
        model=GroupSession,
    ),
    Sheet(
        "group_attendance",
        "Who came to a session and who did not.",
        (
            _group(source="session__group__name"),
            _day("on", "The day of the session.", "session__on", True),
            _ref(),
            _of(
                "came",
                YesNo(),
                "yes or no. Each person who came has a contact of that day and the channel group in the sheet contacts.",
                required=True,
            ),
        ),
        ("group", "on", "ref"),
        model=Attendance,
        parents=(Parent("session", "group_sessions", ("group", "on")),),
    ),
    Sheet(
        "closures",
        "Days the service is shut, on top of its region's holidays.",
        (_day("date", "The day.", "on", True), _column(ClosureDay, "label", "What it is.")),
        ("date",),
        model=ClosureDay,
    ),
    Sheet(
        "cover",
        "Who covers for a person while their worker is away.",
        (
            *ABSENCE,
            _ref(),
            _member("worker", "Who covers, by email.", required=True),
            _from("First day of cover."),
            _until("Last day; empty while the absence lasts."),
            _by("Who chose it, by email."),
        ),
        ("email", "absent_from", "ref", "from"),
        model=Cover,
        parents=(ABSENCE_OF,),
    ),
    Sheet(
        "absence_steps",
        "What was done about an absence.",
        (
            *ABSENCE,
            _one_of("kind", Duty, "", True),
            _day("due_on", "The day it was due.", required=True),
            _day("done_on", "The day it was done.", required=True),
            _member("by", "Who did it, by email.", required=True),
        ),
        ("email", "absent_from", "kind", "due_on"),
        model=DutyDone,
        whose="absence__organisation",
        parents=(ABSENCE_OF,),
    ),
    Sheet(
        "temporary_moves",
        "Who was handed over until a date, and what was decided then.",
        (
            _ref(),
            _day(
                "from", "First day with the other worker, as in the sheet allocations.", "allocation__starts_on", True
            ),
            _member("back_to", "The worker they are to return to, by email.", required=True),
            _day("until", "The day their return is proposed.", required=True),
            _member("absent", "Who is away meanwhile, by email; empty if no one is.", "absence__worker"),
            _day("absent_from", "First day of that absence, as in the sheet absences.", "absence__starts_on"),
            _member("by", "Who arranged it, by email.", required=True),
            _day("settled_on", "The day it was decided; empty while it is open."),
            _member("settled_by", "Who decided, by email."),
            _one_of("settled_as", MoveEnd, ""),
        ),
        ("ref", "from"),
        model=TemporaryMove,
        parents=(
            Parent("allocation", "allocations", ("ref", "from")),
            Parent("absence", "absences", ("absent", "absent_from"), optional=True),
        ),
    ),
    Sheet(
        "leavings",
        "Who gave notice, with their last day.",
        (
            _email("Who leaves, by email.", field="member"),
            _day("notice_on", "The day of the notice.", required=True),
            _day("last_day", "Their last day.", required=True),
            _member("by", "Who wrote it down, by email.", required=True),
            _day("withdrawn_on", "The day the notice was withdrawn."),
            _day("closed_on", "The day on which nothing was left to do."),
            _nth("notice of one day"),
        ),
        ("email", "notice_on", "nth"),
        model=Leaving,
    ),
    Sheet(
        "leaving_steps",
        "What is to be done before a worker leaves.",
        (
            *NOTICE,
            _one_of("kind", LeavingStepKind, "", True),
            _member("owner", "Who does it, by email.", required=True),
            _day("due_on", "By when.", required=True),
            _day("done_on", "The day it was done; empty while it is open."),
            _member("done_by", "Who did it, by email."),
        ),
        ("email", "notice_on", "nth", "kind"),
        model=LeavingStep,
        whose="leaving__organisation",
        parents=(NOTICE_OF,),
        as_written=True,
    ),
    Sheet(
        "handovers",
        "What a worker who leaves passes on about a person, and to which worker.",
        (
            *NOTICE,
            _ref(),
            _member("to", "Who supports them next, by email."),
            _words(Handover, "note", "What to know."),
            _day("told_on", "The day the person was told."),
            _member("told_by", "Who told them, by email."),
            _day("moved_on", "From this day on they are with the next worker."),
        ),
        ("email", "notice_on", "nth", "ref"),
        model=Handover,
        whose="leaving__organisation",
        parents=(NOTICE_OF,),
    ),
    Sheet(
        "possible_duplicates",
        "Two records that looked like one person's, and what the managers of their teams said.",
        (
            Column("ref", _text(Client, "ref"), "One record, by its ref.", True, source="older__ref"),
            Column("other", _text(Client, "ref"), "The other record, by its ref.", True, source="newer__ref"),
            _day("found_on", "The day they were found.", required=True),
            _one_of("says", Answer, "Of the first: same or two; empty while it is open.", source="older_says"),
            _member("says_by", "Who said so, by email.", "older_by"),
            _one_of("other_says", Answer, "Of the other: same or two; empty while it is open.", source="newer_says"),
            _member("other_says_by", "Who said so, by email.", "newer_by"),
        ),
        ("ref", "other"),
        model=PossibleDuplicate,
    ),
    Sheet(
        "merges",
        "Records that became one. A merge that came in by a sheet cannot be taken back.",
        (
            Column("ref", _text(Client, "ref"), "The record that goes on, by its ref.", True, source="kept__ref"),
            Column("absorbed", _text(Client, "ref"), "The record that went into it.", True, source="absorbed__ref"),
            _day("on", "The day.", required=True),
            _member("by", "Who did it, by email.", required=True),
            _words(Merge, "reason", "Why."),
            _day("undone_on", "The day it was taken back."),
            _member("undone_by", "Who took it back, by email."),
            _nth("of one record and day"),
        ),
        ("absorbed", "on", "nth"),
        model=Merge,
    ),
    Sheet(
        "plan_rows",
        "Rows of the time plan: those the service has added, and its own names for the others.",
        (
            _column(PlanRow, "row", "A short name in small letters, such as peer_space.", "code", True),
            _column(PlanRow, "label", "What people call it, such as Peer space.", required=True),
            _one_of("part", Focus, "The part of the week: " + ", ".join(Focus.values) + ".", True, "focus"),
            _yes("in_use", "Offered in new plans: yes or no; yes if left out.", True),
        ),
        ("row",),
        model=PlanRow,
    ),
    Sheet(
        "plan_templates",
        "Plans that others are begun from.",
        (
            _column(PlanTemplate, "name", "Name of the plan.", required=True),
            _of("weekly_hours", _HOURS, "Hours a week.", required=True),
            _of("hours", FourWeeks(), "Hours of the four weeks by row, as supervision 1 0 1 0, groups 2 2 2 2."),
            _by(),
        ),
        ("name",),
        model=PlanTemplate,
    ),
    Sheet(
        "plan_versions",
        "Versions of time plans; their hours stand in the sheet plans.",
        (
            _email("Whose plan, by email."),
            _of("from", Monday(), "The Monday it begins.", "starts_on", True),
            _one_of(
                "state", PlanState, "draft, proposed or agreed; agreed if left out.", default=PlanState.AGREED.value
            ),
            _column(TimePlan, "template", "The plan it was begun from."),
            _day("proposed_on", "The day it was proposed."),
            _words(TimePlan, "answer", "What the manager asked to be changed."),
            _day("agreed_on", "The day it was agreed."),
            _member("agreed_by", "Who agreed, by email."),
        ),
        ("email", "from", "state"),
        model=TimePlan,
    ),
    Sheet(
        "plans",
        "Hours planned in each of the four weeks.",
        (
            _member("email", "Whose plan, by email.", "plan__worker", True),
            _of("week", Whole(1, 4), "1 to 4.", required=True),
            Column(
                "activity",
                _text(PlanLine, "activity"),
                "A row of the sheet plan_rows, or one of " + ", ".join(PlanActivity.values) + ".",
                True,
                source="activity",
            ),
            _of("hours", _HOURS, "Hours in that week.", required=True),
            _of("from", Monday(), "The Monday its version begins; if left out, the plan in force.", "plan__starts_on"),
            _one_of(
                "state", PlanState, "draft, proposed or agreed; agreed if left out.", False, "plan__state", "agreed"
            ),
        ),
        ("email", "from", "state", "week", "activity"),
        model=PlanLine,
        parents=(Parent("plan", "plan_versions", ("email", "from", "state")),),
    ),
    Sheet(
        "session_cadence",
        "How often the service has each kind of session.",
        (
            _one_of("kind", SessionKind, "", True),
            _of("every_weeks", Whole(0, 52), "Weeks from one to the next; 0 for when it is wanted.", required=True),
        ),
        ("kind",),
        model=SessionCadence,
    ),
    Sheet(
        "sessions",
        "Sessions of supervision and the like: that they happened, never what was said.",
        (
            _email("Whose session, by email."),
            _one_of("kind", SessionKind, "", True),
            _day("planned_on", "The day it was planned for.", required=True),
            _of("minutes", Minutes(1, 1440), "How long; 60 if left out.", default=60),
            _member("with", "The other one in the session, by email.", "with_member"),
            _column(Session, "with_name", "Their name, where they are not of the service."),
            _day("held_on", "The day it was held."),
            _day("missed_on", "The day it was called off."),
            _day("instead_on", "Called off: the day planned instead, as in its own row.", "instead__planned_on"),
            _by(),
            _nth("of one kind and day"),
        ),
        ("email", "kind", "planned_on", "nth"),
        model=Session,
    ),
    Sheet(
        "time_logged",
        "Time outside contacts that staff logged for themselves.",
        (
            _email("Whose time, by email."),
            _day("on", "The day.", required=True),
            _column(TimeEntry, "activity", "A row of the time plan.", required=True),
            _of("minutes", Minutes(1, 1440), "How long.", required=True),
        ),
        model=TimeEntry,
        by_command_only=True,
    ),
    Sheet(
        "scheme_versions",
        "Versions of the points scheme; the sheet service shows the settings of the last one published.",
        (
            _from("First day it counts."),
            _of("published_at", Moment(), "When it was published; empty for a draft."),
            _column(Scheme, "name", "Name of the version.", required=True),
            _one_of("preset", Preset, "What it was begun with: peer or children."),
            _yes("workload_weight", "One point for every whole ten: yes or no; yes if left out.", True),
            _yes("stable_scales_with_fte", "Whether the stable element follows FTE; no if left out."),
            _of("mark", _MARK, "Little room from so many points per FTE; 85 if left out.", default=Decimal(85)),
            _of("limit", _MARK, "Over above so many points per FTE; 100 if left out.", default=Decimal(100)),
            _of("close_window_days", Whole(0, 365), "Days after a decision to close; 28 if left out.", default=28),
            _yes("weight_of_cases_only", "Whether only cases count for the weight; no if left out."),
            _yes("extras_inside_base", "Whether extra responsibilities lie inside the base; no if left out."),
            _yes("decision_day_is_first", "Whether the day of the decision is the first of the 28; no if left out."),
            _yes("start_day_is_first", "Whether the first day counts in a window; no if left out."),
            _yes("windows_run_on", "Whether windows run on after a piece of work is finished; no if left out."),
            _member("begun_by", "Who began it, by email."),
            _of("begun_at", Moment(), "When it was begun."),
            _member("published_by", "Who published it, by email."),
        ),
        ("from", "published_at"),
        model=Scheme,
    ),
    Sheet(
        "scheme_rows",
        "What each kind of work weighs in each version of the scheme.",
        (
            _day("from", "First day of the version, as in the sheet scheme_versions.", "scheme__starts_on", True),
            _of("published_at", Moment(), "When the version was published; empty for a draft.", "scheme__published_at"),
            _column(Weight, "kind", "A short name, as in activities and responsibilities.", "code", True),
            _column(Weight, "label", "What people call it.", required=True),
            _one_of("element", Element, "stable, extra or case.", True),
            _of("points", Number(2, 0, 9_999), "Points.", required=True),
            _one_of("per", CountedPer, "", default=CountedPer.WORKER.value),
            _one_of("window", WorkWindow, "", default=WorkWindow.NONE.value),
            _of("length", Whole(0, 10_000), "How many days the window has; 0 if left out.", default=0),
            _one_of("condition", Condition, "", default=Condition.NONE.value),
            _of("condition_value", Whole(0, 1_000_000), "More than so many minutes; 0 if left out.", default=0),
            _column(Weight, "one_of", "Rows with the same word count once together."),
            _one_of(
                "tier",
                [tier for tier in Tier if tier != Tier.INACTIVE],
                "The support it is for: high, medium, group or parked.",
            ),
            _yes("linked_to_cases", "Adds points even where extras lie inside the base; no if left out."),
            _yes("on", "Counts: yes or no; yes if left out.", True),
            _of("item", Whole(0, 1_000), "Its number in the list; 0 if left out.", default=0),
        ),
        ("from", "published_at", "kind", "tier", "condition"),
        model=Weight,
        whose="scheme__organisation",
        parents=(Parent("scheme", "scheme_versions", ("from", "published_at")),),
        as_written=True,
    ),
    Sheet(
        "team_reports",
        "Months of teams as they were sent to the service manager.",
        (
            _team("The team.", True),
            _month(),
            _of("sent_at", Moment(), "When it was sent.", required=True),
            _day("sent_on", "The day it was sent.", required=True),
            _member("sent_by", "Who sent it, by email.", required=True),
            _words(TeamReport, "note", "The note sent with it."),
            _of("points", _MANY_POINTS, "Points of the team.", required=True),
            _of("limit", _MANY_POINTS, "Limit of the team.", required=True),
            _of("fte", Number(3, 0, 99_999), "FTE of the team.", required=True),
        ),
        ("team", "month"),
        model=TeamReport,
    ),
    Sheet(
        "records",
        "Monthly records.",
        (
            _email("Whose record, by email."),
            _month(),
            _of("total", _POINTS, "Total points.", required=True),
            _of("stable", _POINTS, "Of these, the stable element."),
            _of("extras", _POINTS, "Of these, extra responsibilities."),
            _of("cases", _POINTS, "Of these, cases."),
            _of("weight", _POINTS, "Of these, the workload weight."),
            _of("fte", _FTE, "FTE of that month."),
            _one_of(
                "status",
                RecordStatus,
                "One of " + ", ".join(RecordStatus.values) + "; draft if left out.",
                default=RecordStatus.DRAFT.value,
            ),
            _words(MonthlyRecord, "reason", "Why it was above the limit."),
            _yes("imported", "Whether only its figures are known, from elsewhere; yes if left out.", True),
            _team("The team of that month."),
            _of(
                "adjustment", _MORE_OR_FEWER, "Corrections of earlier months in it; 0 if left out.", default=Decimal(0)
            ),
            _of("mark", _POINTS, "Little room from here on."),
            _of("limit", _POINTS, "The limit."),
            _of("peak", _POINTS, "The most points on a day of the month."),
            _day("peak_on", "The first day with so many."),
            _one_of("flag", Flag, "none, reason or review; none if left out.", default=Flag.NONE.value),
            _day("scheme_from", "First day of the version of the scheme.", "scheme__starts_on"),
            *(_of(tier, Whole(0, 100_000), f"People: {Tier(tier).label}.") for tier in PEOPLE),
            *(_of(f"boundary_{tier}", _POINTS, f"How many of them are enough: {Tier(tier).label}.") for tier in PEOPLE),
            _day("away_since", "Away on the last day of the month, since then."),
            _day("expected_back", "And expected back."),
            _day("supervision_held_on", "Last supervision."),
            _day("next_supervision_on", "Next supervision."),
            _words(MonthlyRecord, "comment", "What the worker wrote."),
            _one_of("enough", Enough, "What the worker said of the work: enough, too_much or too_little."),
            _words(MonthlyRecord, "would_help", "What would help, in the worker's words."),
            _words(MonthlyRecord, "causes", "What is behind it."),
            _member("completed_by", "Who submitted or completed it, by email."),
            _day("completed_on", "The day of that."),
            _member("other_manager", "Who agrees in place of the team manager, by email."),
            _member("disagreed_by", "Who did not agree, by email."),
            _of("disagreed_total", _POINTS, "The total that they did not agree to."),
            _words(MonthlyRecord, "disagreement", "Why they did not agree."),
            _member("decided_by", "The other manager who decided, by email."),
            _of("decided_total", _POINTS, "The total decided."),
            Column(
                "report_of",
                Name(Team._meta.get_field("name").max_length),
                "The team in whose report of that month it was sent; empty if it was not.",
                source="report__team__name",
            ),
            _of("reported_reason", Text(4_000, lines=True), "The reason as the report was sent with it.")._replace(
                about_somebody=True
            ),
            _of("reported_causes", Text(8_000, lines=True), "What is behind it, as it was sent.")._replace(
                about_somebody=True
            ),
        ),
        ("email", "month"),
        model=MonthlyRecord,
        parents=(
            Parent("scheme", "scheme_versions", ("scheme_from",), ("from",), optional=True),
            Parent("report", "team_reports", ("report_of", "month"), optional=True),
        ),
    ),
    Sheet(
        "record_lines",
        "The points that a record was submitted with, and corrections of earlier months.",
        (
            *RECORD,
            _one_of("element", Element, "stable, extra or case; empty for a correction."),
            _column(RecordLine, "kind", "The kind of work.", "code"),
            _column(RecordLine, "label", "What people call it.", required=True),
            _of("points", Number(5, -99_999, 99_999), "Points.", required=True),
            _day("from", "First day.", "starts_on"),
            _until(),
            Column("ref", _text(Client, "ref"), "The person, by the ref of the sheet people.", source="client__ref"),
            Column(
                "family",
                Name(Family._meta.get_field("code").max_length),
                "The family, by its code.",
                source="family__code",
            ),
            _column(RecordLine, "reason", "Why it counts so."),
            _one_of("ending", Ending, ""),
            _of("for_month", Month(), "The earlier month that it corrects, as 2026-09."),
        ),
        model=RecordLine,
        whose="record__organisation",
        parents=(RECORD_OF,),
        as_written=True,
    ),
    Sheet(
        "record_agreements",
        "Who agreed a record, and to which total.",
        (
            *RECORD,
            _one_of("side", Side, "worker or manager.", True),
            _member("by", "Who agreed, by email.", "member", True),
            _of("total", _POINTS, "The total agreed.", required=True),
            _of("at", Moment(), "When.", required=True),
        ),
        ("email", "month", "side"),
        model=Agreement,
        whose="record__organisation",
        parents=(RECORD_OF,),
    ),
    Sheet(
        "record_actions",
        "What will be done because a worker is over the limit.",
        (
            *RECORD,
            _words(RemedialAction, "what", "What will be done.", required=True),
            _member("owner", "Who does it, by email.", required=True),
            _day("due_on", "By when.", required=True),
            _day("done_on", "The day it was done; empty while it is open."),
            _member("by", "Who wrote it down, by email.", required=True),
        ),
        model=RemedialAction,
        whose="record__organisation",
        parents=(RECORD_OF,),
        as_written=True,
    ),
)
# What a query adds to the rows of a sheet, by the name that a column has as its source.
ADDED = {
    "staff": {"sign_in_closed": Case(When(active=True, then=Value(False)), default=Value(True))},
    "tiers": {
        "asked": Case(
            When(because_of__isnull=False, because_of__voided_at=None, then=Value(True)), default=Value(False)
        )
    },
    "close_decisions": {"nth": _nth_of("allocation", "decided_on")},
    "allocation_reviews": {"nth": _nth_of("allocation", "looked_on")},
    "waiting_changes": {"nth": _nth_of("referral", "changed_on")},
    "please_dont": {"nth": _nth_of("client", "asked_on")},
    "group_sessions": {
        "facilitator_emails": ArrayAgg(
            "facilitators__worker__user__email", order_by="facilitators__worker__user__email", default=Value([])
        )
    },
    "leavings": {"nth": _nth_of("member", "notice_on")},
    "leaving_steps": {"leaving_nth": _nth_notice()},
    "handovers": {"leaving_nth": _nth_notice()},
    "merges": {"nth": _nth_of("absorbed", "on")},
    "sessions": {
        "nth": Window(  # by what they say, so that they are counted the same wherever they come in
            RowNumber(),
            partition_by=[F("worker"), F("kind"), F("planned_on")],
            order_by=[F(name).asc(nulls_last=True) for name in ("missed_on", "instead__planned_on", "held_on", "pk")],
        )
    },
}
SHEET = {sheet.name: sheet for sheet in SHEETS}
# Free words about somebody, as (sheet, column). An admin, who does not read them on any page, is not shown them here either.
WORDS_ABOUT_PEOPLE = frozenset(
    (sheet.name, column.name) for sheet in SHEETS for column in sheet.columns if column.about_somebody
)
README = "read me"  # the empty workbook's own first sheet, passed over when it comes back
REMARKS = (
    "what is wrong"  # a sheet and a column of a workbook that was given back marked, passed over when it comes back
)
