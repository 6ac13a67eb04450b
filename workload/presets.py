"""
The points scheme of source 001, section 5, as rows; and what a peer service keeps of it (gap 3).

Numbers are the section's. Item 3, the workload weight, is a property of the scheme, not a row.
"""

from decimal import Decimal

from .enums import Condition, CountedPer, Element, Preset, Window
from .rules import Weight

WEIGHTS: tuple[Weight, ...] = (
    Weight(1, "stable", "Stable element", Element.STABLE, Decimal(15)),
    Weight(2, "stable", "Stable element, on duty", Element.STABLE, Decimal(30), condition=Condition.DUTY),
    Weight(4, "case", "High-intensity support", Element.CASE, Decimal(2), CountedPer.CASE, tier="high"),
    Weight(4, "case", "Medium-intensity support", Element.CASE, Decimal(2), CountedPer.CASE, tier="medium"),
    Weight(4, "case", "Group support", Element.CASE, Decimal(2), CountedPer.CASE, tier="group"),
    Weight(4, "case", "Keeping in touch", Element.CASE, Decimal(0), CountedPer.CASE, tier="parked"),
    Weight(5, "new", "Newly allocated", Element.CASE, Decimal(1), CountedPer.CASE, Window.MONTH),
    Weight(6, "initial_assessment", "Initial assessment", Element.CASE, Decimal(1), CountedPer.ROW, Window.WORKING_DAYS, 7),
    Weight(7, "core_assessment", "Core assessment", Element.CASE, Decimal(3), CountedPer.CASE, Window.WORKING_DAYS, 35, one_of="core"),
    Weight(7, "section_47", "Section 47 enquiry", Element.CASE, Decimal(3), CountedPer.CASE, Window.WORKING_DAYS, 15, one_of="core"),
    Weight(8, "court", "Court work", Element.CASE, Decimal(2), CountedPer.ROW),
    Weight(9, "looked_after", "Looked after", Element.CASE, Decimal(1), CountedPer.PERSON),
    Weight(10, "protection_plan", "Child protection plan", Element.CASE, Decimal(1), CountedPer.PERSON),
    Weight(11, "placed_far", "Placed more than two hours away", Element.CASE, Decimal(1), CountedPer.PERSON,
           condition=Condition.MINUTES_OVER, condition_value=120),
    Weight(12, "leaving_care_needs", "Leaving care needs assessment", Element.CASE, Decimal(1), CountedPer.ROW, Window.WORKING_DAYS, 7),
    Weight(13, "leaving_care_pathway", "Leaving care pathway", Element.CASE, Decimal(2), CountedPer.ROW, Window.WORKING_DAYS, 35,
           condition=Condition.FIRST),
    Weight(14, "practice_teaching", "Practice teaching", Element.EXTRA, Decimal(10)),
    Weight(15, "long_arm_supervision", "Long arm supervision", Element.EXTRA, Decimal(5)),
    Weight(16, "group_work", "Group work", Element.EXTRA, Decimal(5)),
    Weight(17, "mentoring", "Mentoring", Element.EXTRA, Decimal(5), CountedPer.QUANTITY),
    Weight(18, "foster_panel", "Foster care panel", Element.EXTRA, Decimal(5)),
    Weight(19, "formal_training", "Formal training for other staff", Element.EXTRA, Decimal(5)),
    Weight(20, "working_party", "Working party", Element.EXTRA, Decimal(5), CountedPer.ROW),
    Weight(21, "evidence_interview", "Best evidence interview for another team", Element.EXTRA, Decimal(1), CountedPer.QUANTITY, Window.MONTH),
)

PEER_ITEMS = frozenset({1, 2, 3, 4, 5, 8, 11, 14, 15, 16, 17, 19, 20})
PEER_LABELS = {"court": "Court support", "placed_far": "Travel over two hours each way"}


def weights(preset: Preset) -> list[Weight]:
    """Return the rows of a preset; those a peer service does not use are switched off, not removed."""
    if preset == Preset.CHILDREN:
        return list(WEIGHTS)
    return [
        weight._replace(on=weight.item in PEER_ITEMS, label=PEER_LABELS.get(weight.code, weight.label)) for weight in WEIGHTS
    ]
