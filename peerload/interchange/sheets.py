"""
The one table of sheets and columns. Reading, the empty workbook and writing all go by it.

Lengths are those of the models, so that what fits here fits there.
"""

from typing import NamedTuple

from django.db.models import TextField

from caseload.enums import Channel, ContactPreference, Outcome, ReferralEnd, Tier, Weekday
from caseload.groups.rules import USUAL_MINUTES
from caseload.models import Client, Contact, Family, Group, GroupSession, Referral, TierPeriod
from peerload.staff.enums import Role
from peerload.staff.models import Absence, ClosureDay, Member, Organisation, Team, User
from peerload.staff.rules import LIMITS
from wellbeing.enums import Focus, PlanActivity
from wellbeing.models import PlanLine, PlanRow
from workload.enums import Preset, RecordStatus
from workload.models import MonthlyRecord

from .cells import (
    Choice,
    Clock,
    Day,
    DaysOfWeek,
    Email,
    Emails,
    Kind,
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
    A column: its name in the header, what it holds, whether it must be filled, what it is when empty, a line of help.

    One that only asks for something (``asks``) is read and never written.
    """

    name: str
    kind: Kind
    help: str
    required: bool = False
    default: object = None
    asks: bool = False

    @property
    def empty(self):
        """What an empty cell stands for."""
        return self.kind.empty if self.default is None else self.default


class Sheet(NamedTuple):
    """A sheet: its columns, and by which of them a row is known (none: the n-th equal row is the n-th equal row)."""

    name: str
    help: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    required: bool = False

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def written(self) -> tuple[Column, ...]:
        """The columns that an export has."""
        return tuple(column for column in self.columns if not column.asks)


def _text(model, field: str) -> Text:
    field = model._meta.get_field(field)
    return Text(field.max_length, lines=isinstance(field, TextField) or field.max_length >= 300)


_EMAIL = User._meta.get_field("email").max_length


def _email(help: str, required: bool = False, name: str = "email") -> Column:
    return Column(name, Email(_EMAIL), help, required)


def _ref(help: str = "The person, by the ref of the sheet people.") -> Column:
    return Column("ref", _text(Client, "ref"), help, True)


def _team(help: str, required: bool = False) -> Column:
    return Column("team", Name(Team._meta.get_field("name").max_length), help, required)


def _group(help: str = "The group, by its name in the sheet groups.") -> Column:
    return Column("group", Name(Group._meta.get_field("name").max_length), help, True)


def _from(help: str = "First day.") -> Column:
    return Column("from", Day(), help, True)


def _whole(setting: str) -> Whole:
    return Whole(*LIMITS[setting])


def _number(setting: str) -> Number:
    return Number(2, *LIMITS[setting])


KEEP_IN_TOUCH = {"keep in touch": Tier.PARKED, "not in touch": Tier.INACTIVE}  # as people say it

_POINTS = Number(3, 0, 99_999)
_FTE = Number(3, 0, "1.5", above=True)
_HOURS = Number(2, 0, 168)
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
    Setting("person_noun", _text(Organisation, "person_noun"), "What the service calls somebody it supports."),
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
            _team("The team's name.", True),
            _email("Who manages it, by email.", name="manager"),
            _email("Who stands in for the manager, by email.", name="deputy"),
        ),
        ("team",),
    ),
    Sheet(
        "staff",
        "Everybody who works in the service.",
        (
            _email("Email, by which they are known and sign in.", True),
            Column("name", _text(Member, "name"), "Name.", True),
            Column("role", Choice(Role), "peer_worker, manager, service_manager or admin.", True),
            _team("The team they belong to."),
            Column(
                "new_email",
                Email(_EMAIL),
                "Another email from now on: they stay who they are. Whoever has signed in confirms it by a link sent there.",
                asks=True,
            ),
        ),
        ("email",),
        required=True,
    ),
    Sheet(
        "posts",
        "Dated posts; each lasts until its last day or the worker's next post.",
        (
            _email("The worker, by email.", True),
            _from("First day of the post."),
            Column("until", Day(), "Last day; empty while it goes on."),
            _team("The team of the post."),
            Column("fte", _FTE, "1 is full time; above 0 and at most 1.5.", True),
            Column("weekly_hours", _HOURS, "Hours a week; FTE times full-time hours if left out."),
            Column(
                "days",
                DaysOfWeek(),
                "Days and their hours, as Mon-Thu 7.5, Fri 4, instead of weekly_hours; Monday to Friday if left out.",
            ),
            Column("duty", YesNo(), "Undertakes duty: yes or no; no if left out.", default=False),
        ),
        ("email", "from"),
    ),
    Sheet(
        "people",
        "The people supported, now or before.",
        (
            Column("ref", _text(Client, "ref"), "The service's own number or code, used once.", True),
            Column("name", _text(Client, "name"), "Name.", True),
            Column(
                "family", Name(Family._meta.get_field("code").max_length), "A code shared by members of one family."
            ),
            Column(
                "statutory", YesNo(), "Whether the law asks for a worker: yes or no; no if left out.", default=False
            ),
            _team("The team; that of the last worker if left out."),
            Column(
                "contact_preference",
                Choice(ContactPreference),
                "ok, or please_dont: please don't contact me; ok if left out.",
                default=ContactPreference.OK.value,
            ),
            Column("phone", _text(Client, "phone"), "Telephone number."),
            Column(
                "contact_how",
                _text(Client, "contact_how"),
                "How to contact them safely: times, text or call, no voicemail.",
            ),
            Column("contact_note", _text(Client, "contact_note"), "Anything else to know before contacting them."),
            Column("called", _text(Client, "called"), "What they like to be called; their whole name if left out."),
            Column("pronouns", _text(Client, "pronouns"), "Their pronouns, if they want them written down."),
            Column("language", _text(Client, "language"), "The language they like to speak."),
        ),
        ("ref",),
        required=True,
    ),
    Sheet(
        "tiers",
        "The support each person has, from a day until their next row.",
        (
            _ref(),
            Column("tier", Choice(Tier, also=KEEP_IN_TOUCH), "high, medium, group, parked or inactive.", True),
            _from("First day in it; not ahead when parked."),
            Column("talked", YesNo(), "Parked: whether that was talked about together; yes if left out.", default=True),
            Column("reason", _text(TierPeriod, "reason"), "Why."),
        ),
        ("ref", "from"),
    ),
    Sheet(
        "allocations",
        "Who supports whom, from when. What goes with it (what for, first thing to do, notes) is written here and stays here.",
        (
            _ref(),
            _email("The worker, by email.", True),
            _from("First day with this worker."),
            Column("until", Day(), "First day they are somebody else's; empty: until their next row."),
            Column("close_decided_on", Day(), "The day it was decided to close."),
            Column("closed_on", Day(), "The day it was closed."),
            Column("student_held", YesNo(), "Held by a student: yes or no; no if left out.", default=False),
        ),
        ("ref", "from"),
    ),
    Sheet(
        "waiting",
        "Who waits for a worker, or did; it ends by itself once somebody is allocated or not in touch any more.",
        (
            _ref(),
            Column("referred_on", Day(), "Waiting since; ahead where their worker’s time is to end.", True),
            Column("referred_by", _text(Referral, "referred_by"), "Who told the service of them."),
            _email("Who sees to it, by email.", name="responsible"),
            Column("action", _text(Referral, "action"), "What is to be done."),
            Column("by_when", Day(), "By when, or when it is looked at again."),
            Column("contingency", _text(Referral, "contingency"), "What holds meanwhile, where nobody can take them."),
            Column("ended_on", Day(), "The day it came to its end; empty while they wait."),
            Column("ended_as", Choice(ReferralEnd), "allocated, or moved_on; empty while they wait."),
        ),
        ("ref", "referred_on"),
    ),
    Sheet(
        "activities",
        "Dated pieces of work with a person.",
        (
            _ref(),
            Column("kind", Choice(ACTIVITY_KINDS), "One of " + ", ".join(ACTIVITY_KINDS) + ".", True),
            _from(),
            Column("finished_on", Day(), "The last day it is true, or the day it was completed."),
            Column("minutes_each_way", Minutes(0, 10_000), "Placed far: minutes of travel each way."),
            Column("first", YesNo(), "Pathway plan: whether it is the person's first; the earliest is, if left out."),
        ),
        ("ref", "kind", "from"),
    ),
    Sheet(
        "responsibilities",
        "Extra responsibilities of staff.",
        (
            _email("Who holds it, by email.", True),
            Column("kind", Choice(RESPONSIBILITY_KINDS), "One of " + ", ".join(RESPONSIBILITY_KINDS) + ".", True),
            _from(),
            Column("until", Day(), "Last day; empty while it goes on."),
            Column(
                "quantity", Whole(1, 1000), "Mentoring: how many people; evidence_interview: how many cases.", default=1
            ),
        ),
    ),
    Sheet(
        "contacts",
        "Contacts with people, and attempts.",
        (
            _ref(),
            _email("Who wrote it down, by email."),
            Column("on", Day(), "The day; not ahead.", True),
            Column("minutes", Minutes(0, 1440), "How long it took."),
            Column("channel", Choice(Channel), "One of " + ", ".join(Channel.values) + "."),
            Column("reached", YesNo(), "Whether the person was reached: yes or no.", True),
            Column("outcome", Choice(Outcome), "When reached: no_support_needed, support_wanted or other."),
            Column("note", _text(Contact, "note"), "Write as if the person will read this; they may ask to."),
            Column("recorded_at", Moment(), "When it was written down, as 2026-11-20T01:30:00Z; now if left out."),
        ),
    ),
    Sheet(
        "groups",
        "Groups that people meet in.",
        (
            _group("The group's name, used once."),
            _team("The team whose group it is.", True),
            Column("weekday", Choice(Weekday), "The usual day: monday, tuesday and so on."),
            Column("time", Clock(), "The usual time, as 14:30."),
            Column(
                "minutes",
                Minutes(1, 1440),
                f"Minutes of a session; {USUAL_MINUTES} if left out.",
                default=USUAL_MINUTES,
            ),
            _from("First day of the group."),
            Column("until", Day(), "Last day; empty while it goes on."),
        ),
        ("group",),
    ),
    Sheet(
        "group_facilitators",
        "Who facilitates a group, from when.",
        (
            _group(),
            _email("The worker, by email.", True),
            _from("First day."),
            Column("until", Day(), "Last day; empty while it goes on."),
        ),
        ("group", "email", "from"),
    ),
    Sheet(
        "group_members",
        "Who belongs to a group, from when; their support stands in the sheet tiers.",
        (_group(), _ref(), _from("First day."), Column("until", Day(), "Last day; empty while it goes on.")),
        ("group", "ref", "from"),
    ),
    Sheet(
        "group_sessions",
        "Sessions of groups, one a group and day.",
        (
            _group(),
            Column("on", Day(), "The day; not ahead.", True),
            Column("minutes", Minutes(1, 1440), "How long it took.", True),
            _email("Who wrote it down, by email."),
            Column("facilitators", Emails(_EMAIL * 20), "Who facilitated it, by email, a comma between.", True),
            Column(
                "facilitator_minutes",
                Minutes(0, 1440),
                "Minutes of each facilitator, setting up included; those of the session if left out.",
            ),
            Column("note", _text(GroupSession, "note"), "About the session, not about a person."),
            Column("recorded_at", Moment(), "When it was written down, as 2026-11-20T01:30:00Z; now if left out."),
        ),
        ("group", "on"),
    ),
    Sheet(
        "group_attendance",
        "Who came to a session and who did not.",
        (
            _group(),
            Column("on", Day(), "The day of the session.", True),
            _ref(),
            Column(
                "came",
                YesNo(),
                "yes or no. Whoever came has a contact of that day and the channel group in the sheet contacts.",
                True,
            ),
        ),
        ("group", "on", "ref"),
    ),
    Sheet(
        "closures",
        "Days the service is shut, on top of its region's holidays.",
        (Column("date", Day(), "The day.", True), Column("label", _text(ClosureDay, "label"), "What it is.")),
        ("date",),
    ),
    Sheet(
        "absences",
        "When staff are away.",
        (
            _email("Who is away, by email.", True),
            _from("First day away."),
            Column("expected_back", Day(), "First day they are expected at work again."),
            Column("back_on", Day(), "First day they were at work again."),
            Column("planned", YesNo(), "Whether it was planned: yes or no."),
            Column("kind", _text(Absence, "kind"), "What it is, such as annual leave."),
        ),
        ("email", "from"),
    ),
    Sheet(
        "plan_rows",
        "Rows of the time plan: those the service has added, and its own names for the others.",
        (
            Column("row", _text(PlanRow, "code"), "A short name in small letters, such as peer_space.", True),
            Column("label", _text(PlanRow, "label"), "What people call it, such as Peer space.", True),
            Column("part", Choice(Focus), "The part of the week: " + ", ".join(Focus.values) + ".", True),
            Column("in_use", YesNo(), "Offered in new plans: yes or no; yes if left out.", default=True),
        ),
        ("row",),
    ),
    Sheet(
        "plans",
        "Hours planned in each of the four weeks.",
        (
            _email("Whose plan, by email.", True),
            Column("week", Whole(1, 4), "1 to 4.", True),
            Column(
                "activity",
                _text(PlanLine, "activity"),
                "A row of the sheet plan_rows, or one of " + ", ".join(PlanActivity.values) + ".",
                True,
            ),
            Column("hours", _HOURS, "Hours in that week.", True),
        ),
        ("email", "week", "activity"),
    ),
    Sheet(
        "records",
        "Monthly records agreed so far; words and lines written beside them in peerload stay there.",
        (
            _email("Whose record, by email.", True),
            Column("month", Month(), "As 2026-10.", True),
            Column("total", _POINTS, "Total points.", True),
            Column("stable", _POINTS, "Of these, the stable element."),
            Column("extras", _POINTS, "Of these, extra responsibilities."),
            Column("cases", _POINTS, "Of these, cases."),
            Column("weight", _POINTS, "Of these, the workload weight."),
            Column("fte", _FTE, "FTE of that month."),
            Column(
                "status",
                Choice(RecordStatus),
                "One of " + ", ".join(RecordStatus.values) + "; draft if left out.",
                default=RecordStatus.DRAFT.value,
            ),
            Column("reason", _text(MonthlyRecord, "reason"), "Why it was above the limit."),
        ),
        ("email", "month"),
    ),
)
SHEET = {sheet.name: sheet for sheet in SHEETS}
# Free words about somebody, as (sheet, column). An admin, who does not read them on any page, is not shown them here either.
WORDS_ABOUT_PEOPLE = frozenset(
    {
        ("people", "contact_how"),
        ("people", "contact_note"),
        ("tiers", "reason"),
        ("waiting", "action"),
        ("waiting", "contingency"),
        ("contacts", "note"),
        ("group_sessions", "note"),
        ("absences", "kind"),
        ("records", "reason"),
    }
)
README = "read me"  # the empty workbook's own first sheet, passed over when it comes back
REMARKS = (
    "what is wrong"  # a sheet and a column of a workbook that was given back marked, passed over when it comes back
)
