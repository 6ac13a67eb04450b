"""When a plan is looked at again, and who is in their first week."""

from datetime import date

import pytest

from wellbeing.enums import DocumentKind
from wellbeing.private import rules


@pytest.mark.parametrize(
    ("looked_at_on", "again_on"),
    [
        (date(2026, 5, 12), date(2026, 11, 12)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2027, 6, 30)),
        (date(2026, 6, 30), date(2026, 12, 30)),
    ],
    ids=["same date", "end of February", "leap year", "over the year", "into December"],
)
def test_a_plan_is_looked_at_after_six_months(looked_at_on, again_on):
    assert rules.look_again_on(looked_at_on) == again_on


@pytest.mark.parametrize("kind", list(DocumentKind))
def test_every_kind_has_headings(kind):
    assert rules.HEADINGS[kind]
