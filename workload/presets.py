"""
The points scheme of source 001, section 5, as rows; and the subset a peer service uses (R3).

Numbers are the section's. Item 3, the workload weight, is a property of the scheme, not a row.
"""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from .enums import Condition, Element, Preset, Window
from .enums import CountedPer as Per
from .rules import Weight

STABLE, CASE, EXTRA = Element.STABLE, Element.CASE, Element.EXTRA
MONTH, WORKING_DAYS = Window.MONTH, Window.WORKING_DAYS

WEIGHTS: tuple[Weight, ...] = (
    Weight(1, "stable", _("Stable element"), STABLE, Decimal(15)),
    Weight(2, "stable", _("Stable element, on duty"), STABLE, Decimal(30), condition=Condition.DUTY),
    Weight(4, "case", _("High-intensity support"), CASE, Decimal(2), Per.CASE, tier="high"),
    Weight(4, "case", _("Medium-intensity support"), CASE, Decimal(2), Per.CASE, tier="medium"),
    Weight(4, "case", _("Group support"), CASE, Decimal(2), Per.CASE, tier="group"),
    Weight(4, "case", _("Keeping in touch"), CASE, Decimal(0), Per.CASE, tier="parked"),
    Weight(5, "new", _("Newly allocated"), CASE, Decimal(1), Per.CASE, MONTH),
    Weight(6, "initial_assessment", _("Initial assessment"), CASE, Decimal(1), Per.ROW, WORKING_DAYS, 7),
    Weight(7, "core_assessment", _("Core assessment"), CASE, Decimal(3), Per.CASE, WORKING_DAYS, 35, one_of="core"),
    Weight(7, "section_47", _("Section 47 enquiry"), CASE, Decimal(3), Per.CASE, WORKING_DAYS, 15, one_of="core"),
    Weight(8, "court", _("Court work"), CASE, Decimal(2), Per.ROW),
    Weight(9, "looked_after", _("Looked after"), CASE, Decimal(1), Per.PERSON),
    Weight(10, "protection_plan", _("Child protection plan"), CASE, Decimal(1), Per.PERSON),
    Weight(
        11,
        "placed_far",
        _("Placed more than two hours away"),
        CASE,
        Decimal(1),
        Per.PERSON,
        condition=Condition.MINUTES_OVER,
        condition_value=120,
    ),
    Weight(12, "leaving_care_needs", _("Leaving care needs assessment"), CASE, Decimal(1), Per.ROW, WORKING_DAYS, 7),
    Weight(
        13,
        "leaving_care_pathway",
        _("Leaving care pathway"),
        CASE,
        Decimal(2),
        Per.ROW,
        WORKING_DAYS,
        35,
        condition=Condition.FIRST,
    ),
    Weight(14, "practice_teaching", _("Practice teaching"), EXTRA, Decimal(10), linked_to_cases=True),
    Weight(15, "long_arm_supervision", _("Long arm supervision"), EXTRA, Decimal(5)),
    Weight(16, "group_work", _("Group work"), EXTRA, Decimal(5)),
    Weight(17, "mentoring", _("Mentoring"), EXTRA, Decimal(5), Per.QUANTITY),
    Weight(18, "foster_panel", _("Foster care panel"), EXTRA, Decimal(5)),
    Weight(19, "formal_training", _("Formal training for other staff"), EXTRA, Decimal(5)),
    Weight(20, "working_party", _("Working party"), EXTRA, Decimal(5), Per.ROW),
    Weight(
        21, "evidence_interview", _("Best evidence interview for another team"), EXTRA, Decimal(1), Per.QUANTITY, MONTH
    ),
)

PEER_ITEMS = frozenset({1, 2, 3, 4, 5, 8, 11, 14, 15, 16, 17, 19, 20})
PEER_LABELS = {"court": _("Court support"), "placed_far": _("Travel over two hours each way")}


def weights(preset: Preset) -> list[Weight]:
    """Return the rows of a preset; rows a peer service does not use are switched off, not removed."""
    if preset == Preset.CHILDREN:
        return [weight._replace(label=str(weight.label)) for weight in WEIGHTS]
    return [
        weight._replace(on=weight.item in PEER_ITEMS, label=str(PEER_LABELS.get(weight.code, weight.label)))
        for weight in WEIGHTS
    ]


# The scheme's own text about a row, and the service's choices where it is silent or ambiguous.
SAYS = {
    "stable": _(
        "“Why does everyone get the same base allocation”: the base is fixed and need not be looked at each month."
    ),
    "case": _(
        "2 a case. The tier describes the support. People kept in touch with carry no points unless you give them some; "
        "group members may be set lower, because their group already earns its own."
    ),
    "new": _(
        "“In the past month (duration/month only)”, “note the point only lasts for the month”: one month from the day of "
        "allocation, or to the end of that calendar month."
    ),
    "initial_assessment": _("“For the duration of 7 working days only.”"),
    "core_assessment": _(
        "“This includes section 47 enquires … 35 working days only.” Core and section 47 of one case count once."
    ),
    "section_47": _(
        "“Applies for the 15 days to case conference or 35 working days for assessment”: working days, or choose days."
    ),
    "court": _(
        "“For the duration of the court period, e.g., the duration of the ICO,EPO”, “applies for each court episode”."
    ),
    "looked_after": _("“This type of work takes precedence over other work.”"),
    "protection_plan": _("“This type of work takes precedence over other work.”"),
    "placed_far": _("“Traveling time of greater than 2 hours each way”: strictly more than 120 minutes."),
    "leaving_care_pathway": _("“First pathway plan ONLY.”"),
    "practice_teaching": _("“Linked to case work”; the student’s own cases are not added to the practitioner’s."),
    "group_work": _("Once, however many groups there are; choose each entry to count every group."),
    "mentoring": _("“Per person.”"),
    "working_party": _("“For duration”: each working party is an entry of its own."),
    "evidence_interview": _("“By case”; for how long is not said, so it counts one month from its date."),
}
