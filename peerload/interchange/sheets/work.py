"""The work that is done: pieces of work, extra responsibilities, contacts."""

from caseload.enums import Channel, Outcome
from caseload.models import Contact
from workload.models import Activity, Responsibility

from ..field_types import Minutes, Name, Whole, YesNo
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
        "Dated pieces of work with a person.",
        ("ref", "kind", "from"),
        Activity,
        col.ref(),
        col.of(
            "kind", Name(40), f"A kind of case work of the scheme, such as {', '.join(ACTIVITY_KINDS)}.", "code", True
        ),
        col.from_day(),
        col.day("finished_on", "The last day it is true, or the day it was completed."),
        col.of("minutes_each_way", Minutes(0, 10_000), "Placed far: minutes of travel each way."),
        col.yes("first", "Pathway plan: whether it is the person's first; the earliest is, if left out.", None),
        col.by(),
    ),
    sheet(
        "responsibilities",
        "Extra responsibilities of staff.",
        (),
        Responsibility,
        col.email("Who holds it, by email."),
        col.of(
            "kind",
            Name(40),
            f"A kind of extra responsibility of the scheme, such as {', '.join(RESPONSIBILITY_KINDS)}.",
            "code",
            True,
        ),
        col.from_day(),
        col.until(),
        col.of(
            "quantity", Whole(1, 1000), "Mentoring: how many people; evidence_interview: how many cases.", default=1
        ),
        col.by(),
    ),
    sheet(
        "contacts",
        "Contacts with people, and attempts.",
        (),
        Contact,
        col.ref(),
        col.email("Who wrote it down, by email.", False, "author"),
        col.day("on", "The day; not ahead.", required=True),
        col.of("minutes", Minutes(0, 1440), "How long it took."),
        col.one_of("channel", Channel),
        col.of("reached", YesNo(), "Whether the person was reached: yes or no.", required=True),
        col.one_of("outcome", Outcome, "When reached: no_support_needed, support_wanted or other."),
        col.words(Contact, "note", "Write as if the person will read this; they may ask to."),
        col.recorded_at(),
    ),
)
