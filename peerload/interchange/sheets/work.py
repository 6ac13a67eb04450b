"""The work that is done: pieces of work, extra responsibilities, contacts."""

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from caseload.enums import Channel, GoalEnd, NextStepEnd, NextStepKind, Outcome, Place
from caseload.models import Client, Consent, Contact, DropIn, Goal, NextStep
from workload.models import Activity, Responsibility

from ..field_types import Clock, Minutes, Moment, Name, Whole, YesNo
from . import columns as col
from .columns import sheet

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
WORK = (
    sheet(
        "activities",
        gettext_lazy("Dated pieces of work with a person."),
        ("ref", "kind", "from"),
        Activity,
        col.ref(),
        col.of(
            "kind",
            Name(40),
            format_lazy(
                gettext_lazy("A kind of case work of the scheme, such as {names}."), names=", ".join(ACTIVITY_KINDS)
            ),
            "code",
            True,
        ),
        col.from_day(),
        col.day("finished_on", gettext_lazy("The last day of the work, or the day it was completed.")),
        col.of(
            "minutes_each_way",
            Minutes(0, 10_000),
            gettext_lazy("Placed more than two hours away: minutes of travel each way."),
        ),
        col.yes(
            "first",
            gettext_lazy("Pathway plan: whether it is the person's first; if left out, the earliest one is."),
            None,
        ),
        col.by(),
    ),
    sheet(
        "responsibilities",
        gettext_lazy("Extra responsibilities of staff."),
        (),
        Responsibility,
        col.email(gettext_lazy("Who holds it, by email.")),
        col.of(
            "kind",
            Name(40),
            format_lazy(
                gettext_lazy("A kind of extra responsibility of the scheme, such as {names}."),
                names=", ".join(RESPONSIBILITY_KINDS),
            ),
            "code",
            True,
        ),
        col.from_day(),
        col.until(),
        col.of(
            "quantity",
            Whole(1, 1000),
            gettext_lazy("Mentoring: how many people; evidence_interview: how many cases."),
            default=1,
        ),
        col.by(),
    ),
    sheet(
        "contacts",
        gettext_lazy("Contacts with people, and attempts."),
        (),
        Contact,
        col.ref(),
        col.email(gettext_lazy("Who wrote it down, by email."), False, "author"),
        col.day("on", gettext_lazy("The day; not ahead."), required=True),
        col.of("minutes", Minutes(0, 1440), gettext_lazy("How long it took.")),
        col.one_of("channel", Channel),
        col.of("reached", YesNo(), gettext_lazy("Whether the person was reached: yes or no."), required=True),
        col.one_of("outcome", Outcome, gettext_lazy("When reached: no_support_needed, support_wanted or other.")),
        col.words(Contact, "note", gettext_lazy("Write as if the person will read this; they may ask to.")),
        col.of(
            "said_at",
            Moment(),
            gettext_lazy("When it was answered on a phone without a signal, as 2026-11-20T01:30:00Z; empty otherwise."),
        ),
        col.recorded_at(),
        col.words(
            Contact,
            "written_with",
            gettext_lazy("Who wrote the note together with its author, and agreed to its words."),
        ),
    ),
    sheet(
        "next_steps",
        gettext_lazy("What was promised to people, and appointments with them."),
        ("ref", "made_on", "nth"),
        NextStep,
        col.ref(),
        col.one_of("kind", NextStepKind, required=True),
        col.words(NextStep, "what", gettext_lazy("What was promised, or what the appointment is about.")),
        col.day("due_on", gettext_lazy("By when it is promised, or the day of the appointment."), required=True),
        col.of("time", Clock(), gettext_lazy("Of an appointment: when it begins, as 14:30."), "starts_at"),
        col.of("minutes", Minutes(1, 1440), gettext_lazy("Of an appointment: how long it takes.")),
        col.one_of("place", Place, gettext_lazy("Of an appointment: service, theirs, phone, link or elsewhere.")),
        col.words(NextStep, "place_words", gettext_lazy("Of an appointment: the room, the address or the link.")),
        col.words(NextStep, "with_others", gettext_lazy("Of an appointment: who else comes.")),
        col.of("times_moved", Whole(0, 1_000), gettext_lazy("How often it was moved; 0 if left out."), default=0),
        col.one_of("ended_as", NextStepEnd, gettext_lazy("kept, not_kept or called_off; empty while it stands.")),
        col.day("ended_on", gettext_lazy("The day it was kept, not kept or called off.")),
        col.member("ended_by", gettext_lazy("Who wrote that down, by email.")),
        col.email(gettext_lazy("Who made it, by email."), False, "author"),
        col.day("made_on", gettext_lazy("The day it was made; not ahead."), required=True),
        col.recorded_at(),
        col.nth(gettext_lazy("of one person and day")),
        added={
            "nth": Window(  # by what they say, so that they are counted the same wherever they come in
                RowNumber(),
                partition_by=[F("client"), F("made_on")],
                order_by=[F(name).asc(nulls_last=True) for name in ("kind", "what", "due_on", "starts_at", "pk")],
            )
        },
    ),
    sheet(
        "goals",
        gettext_lazy("What people want, in their own words."),
        ("ref", "from", "nth"),
        Goal,
        col.ref(),
        col.from_day(gettext_lazy("Since when they want it; not ahead.")),
        col.words(Goal, "words", gettext_lazy("What they want, in their own words."), required=True),
        col.one_of("ended_as", GoalEnd, gettext_lazy("reached or let_go; empty while they want it.")),
        col.day("ended_on", gettext_lazy("The day it was reached or let go.")),
        col.member("ended_by", gettext_lazy("Who wrote that down, by email.")),
        col.email(gettext_lazy("Who wrote it down, by email."), False, "author"),
        col.recorded_at(),
        col.nth(gettext_lazy("of one person and day")),
        added={
            "nth": Window(  # by what they say, as of next steps
                RowNumber(),
                partition_by=[F("client"), F("starts_on")],
                order_by=[F(name).asc(nulls_last=True) for name in ("words", "ended_as", "ended_on", "pk")],
            )
        },
    ),
    sheet(
        "consents",
        gettext_lazy("Who else may be spoken to about people, and about what."),
        ("ref", "consented_on", "nth"),
        Consent,
        col.ref(),
        col.words(Consent, "name", gettext_lazy("Who may be spoken to."), required=True),
        col.words(Consent, "relation", gettext_lazy("Their relationship to the person: sister, GP."), required=True),
        col.words(Consent, "about", gettext_lazy("What they may be spoken to about."), required=True),
        col.day("consented_on", gettext_lazy("The day the person agreed; not ahead."), required=True),
        col.day("withdrawn_on", gettext_lazy("The day the person withdrew it; empty while it holds.")),
        col.member("withdrawn_by", gettext_lazy("Who wrote that down, by email.")),
        col.email(gettext_lazy("Who wrote it down, by email."), False, "author"),
        col.recorded_at(),
        col.nth(gettext_lazy("of one person and day")),
        added={
            "nth": Window(  # by what they say, as of next steps
                RowNumber(),
                partition_by=[F("client"), F("consented_on")],
                order_by=[F(name).asc(nulls_last=True) for name in ("name", "relation", "about", "withdrawn_on", "pk")],
            )
        },
    ),
    sheet(
        "drop_ins",
        gettext_lazy("Time with people of no one's caseload: how many and how long, never who."),
        (),
        DropIn,
        col.email(gettext_lazy("Who wrote it down, by email."), True, "author"),
        col.day("on", gettext_lazy("The day; not ahead."), required=True),
        col.of("people", Whole(1, 200), gettext_lazy("How many people; 1 if left out."), default=1),
        col.of("minutes", Minutes(1, 1440), gettext_lazy("How long it took, with all of them."), required=True),
        col.of(
            "ref",
            col.text_of(Client, "ref"),
            gettext_lazy("The person who was made of one of them; their contact of that day counts instead."),
            "contact__client__ref",
        ),
        col.recorded_at(),
    ),
)
