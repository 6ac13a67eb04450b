"""
The points scheme of source 001, section 5, as rows; and what a peer service keeps of it (R3).

Numbers are the section's. Item 3, the workload weight, is a property of the scheme, not a row.
"""

from decimal import Decimal

from .enums import Condition, Element, Preset, Window
from .enums import CountedPer as Per
from .rules import Weight

STABLE, CASE, EXTRA = Element.STABLE, Element.CASE, Element.EXTRA
MONTH, WORKING_DAYS = Window.MONTH, Window.WORKING_DAYS

WEIGHTS: tuple[Weight, ...] = (
    Weight(1, "stable", "Stable element", STABLE, Decimal(15)),
    Weight(2, "stable", "Stable element, on duty", STABLE, Decimal(30), condition=Condition.DUTY),
    Weight(4, "case", "High-intensity support", CASE, Decimal(2), Per.CASE, tier="high"),
    Weight(4, "case", "Medium-intensity support", CASE, Decimal(2), Per.CASE, tier="medium"),
    Weight(4, "case", "Group support", CASE, Decimal(2), Per.CASE, tier="group"),
    Weight(4, "case", "Keeping in touch", CASE, Decimal(0), Per.CASE, tier="parked"),
    Weight(5, "new", "Newly allocated", CASE, Decimal(1), Per.CASE, MONTH),
    Weight(6, "initial_assessment", "Initial assessment", CASE, Decimal(1), Per.ROW, WORKING_DAYS, 7),
    Weight(7, "core_assessment", "Core assessment", CASE, Decimal(3), Per.CASE, WORKING_DAYS, 35, one_of="core"),
    Weight(7, "section_47", "Section 47 enquiry", CASE, Decimal(3), Per.CASE, WORKING_DAYS, 15, one_of="core"),
    Weight(8, "court", "Court work", CASE, Decimal(2), Per.ROW),
    Weight(9, "looked_after", "Looked after", CASE, Decimal(1), Per.PERSON),
    Weight(10, "protection_plan", "Child protection plan", CASE, Decimal(1), Per.PERSON),
    Weight(
        11,
        "placed_far",
        "Placed more than two hours away",
        CASE,
        Decimal(1),
        Per.PERSON,
        condition=Condition.MINUTES_OVER,
        condition_value=120,
    ),
    Weight(12, "leaving_care_needs", "Leaving care needs assessment", CASE, Decimal(1), Per.ROW, WORKING_DAYS, 7),
    Weight(
        13,
        "leaving_care_pathway",
        "Leaving care pathway",
        CASE,
        Decimal(2),
        Per.ROW,
        WORKING_DAYS,
        35,
        condition=Condition.FIRST,
    ),
    Weight(14, "practice_teaching", "Practice teaching", EXTRA, Decimal(10), linked_to_cases=True),
    Weight(15, "long_arm_supervision", "Long arm supervision", EXTRA, Decimal(5)),
    Weight(16, "group_work", "Group work", EXTRA, Decimal(5)),
    Weight(17, "mentoring", "Mentoring", EXTRA, Decimal(5), Per.QUANTITY),
    Weight(18, "foster_panel", "Foster care panel", EXTRA, Decimal(5)),
    Weight(19, "formal_training", "Formal training for other staff", EXTRA, Decimal(5)),
    Weight(20, "working_party", "Working party", EXTRA, Decimal(5), Per.ROW),
    Weight(
        21, "evidence_interview", "Best evidence interview for another team", EXTRA, Decimal(1), Per.QUANTITY, MONTH
    ),
)

PEER_ITEMS = frozenset({1, 2, 3, 4, 5, 8, 11, 14, 15, 16, 17, 19, 20})
PEER_LABELS = {"court": "Court support", "placed_far": "Travel over two hours each way"}


def weights(preset: Preset) -> list[Weight]:
    """Return the rows of a preset; those a peer service does not use are switched off, not removed."""
    if preset == Preset.CHILDREN:
        return list(WEIGHTS)
    return [
        weight._replace(on=weight.item in PEER_ITEMS, label=PEER_LABELS.get(weight.code, weight.label))
        for weight in WEIGHTS
    ]


# What the scheme itself says of a row, and what a service may choose where it is silent or says two things.
SAYS = {
    "stable": "“Why does everyone get the same base allocation”: the base is fixed and need not be looked at each month.",
    "case": "2 a case. The tier describes the support. People kept in touch with carry no points unless you give them some; "
    "group members may be set lower, because their group already earns its own.",
    "new": "“In the past month (duration/month only)”, “note the point only lasts for the month”: one month from the day of "
    "allocation, or to the end of that calendar month.",
    "initial_assessment": "“For the duration of 7 working days only.”",
    "core_assessment": "“This includes section 47 enquires … 35 working days only.” Core and section 47 of one case count once.",
    "section_47": "“Applies for the 15 days to case conference or 35 working days for assessment”: working days, or choose days.",
    "court": "“For the duration of the court period, e.g., the duration of the ICO,EPO”, “applies for each court episode”.",
    "looked_after": "“This type of work takes precedence over other work.”",
    "protection_plan": "“This type of work takes precedence over other work.”",
    "placed_far": "“Traveling time of greater than 2 hours each way”: strictly more than 120 minutes.",
    "leaving_care_pathway": "“First pathway plan ONLY.”",
    "practice_teaching": "“Linked to case work”; the student’s own cases are not added to the practitioner’s.",
    "group_work": "Once, however many groups there are; choose each entry to count every group.",
    "mentoring": "“Per person.”",
    "working_party": "“For duration”: each working party is an entry of its own.",
    "evidence_interview": "“By case”; for how long is not said, so it counts one month from its date.",
}
