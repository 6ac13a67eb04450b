"""Decisions to close, reviews of an allocation and earlier versions of referrals, in and out by their sheets."""

from datetime import date

import pytest

from caseload import actions as caseload
from caseload.models import Allocation, Client, CloseDecision, ReferralChange
from peerload.interchange import actions, undoing
from peerload.interchange.errors import FileRefused
from peerload.staff.models import Member

from .sheets import ANA, MERE, opened, small

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

TODAY = date(2026, 11, 12)
H1 = {"ref": "H1", "from": "2026-01-05"}
DECIDED = {**H1, "decided_on": "2026-11-02", "by": MERE, "reason": "Goals met"}
LOOKED = {**H1, "looked_on": "2026-10-01", "by": MERE, "words": "Housing is found", "next_on": "2026-12-01"}
WAITS = {"ref": "H9", "referred_on": "2026-11-02", "referred_by": "GP", "action": "Ring her"}


def allocated(**more) -> list[dict]:
    first, *others = small()["allocations"]
    return [{**first, "close_decided_on": "", **more}, *others]


def bring_in(**sheets):
    return actions.bring_in(opened(small(**sheets)))


def faults(**sheets) -> list[str]:
    with pytest.raises(FileRefused) as refusal:
        bring_in(**sheets)
    return [str(fault) for fault in refusal.value.faults]


def test_a_decision_comes_in_and_the_same_file_twice_changes_nothing():
    sheets = {"allocations": allocated(close_decided_on="2026-11-02"), "close_decisions": [DECIDED]}
    bring_in(**sheets)
    [decision] = CloseDecision.objects.all()
    assert (decision.allocation.client.ref, decision.by.name, decision.reason) == ("H1", "Mere Paki", "Goals met")
    assert bring_in(**sheets).to_write == 0


def test_what_was_withdrawn_here_since_stays_withdrawn():
    sheets = {"allocations": allocated(close_decided_on="2026-11-02"), "close_decisions": [DECIDED]}
    bring_in(**sheets)
    mere = Member.objects.get(name="Mere Paki")
    caseload.withdraw_decision(client_id=Client.objects.get(ref="H1").pk, by=mere, reason="Not yet", today=TODAY)
    bring_in(close_decisions=[DECIDED])
    assert CloseDecision.objects.get().withdrawn_reason == "Not yet"


@pytest.mark.parametrize("day", ["", "2026-11-09"], ids=["no day", "another day"])
def test_a_sheet_that_takes_the_day_out_of_the_allocation_withdraws_the_decision(day):
    bring_in(allocations=allocated(close_decided_on="2026-11-02"), close_decisions=[DECIDED])
    plan = bring_in(allocations=allocated(close_decided_on=day))
    assert CloseDecision.objects.get().withdrawn_on == TODAY

    admin = Member.objects.get(name="Ana Whitford")
    undoing.undo(run_id=undoing.last(plan.organisation).pk, by=admin, today=TODAY)
    assert CloseDecision.objects.get().withdrawn_on is None
    assert Allocation.objects.get(client__ref="H1").close_decided_on == date(2026, 11, 2)


@pytest.mark.parametrize(
    ("sheet", "row", "says"),
    [
        ("close_decisions", DECIDED | {"from": "2026-01-06"}, '"H1, 2026-01-06" is not in the sheet allocations.'),
        (
            "close_decisions",
            DECIDED | {"decided_on": "2026-01-04"},
            "2026-01-04 lies before 2026-01-05, the day of from.",
        ),
        (
            "close_decisions",
            DECIDED | {"decided_on": "2026-11-13"},
            "2026-11-13 is in the future. Today is 2026-11-12.",
        ),
        (
            "close_decisions",
            DECIDED | {"withdrawn_on": "2026-11-01"},
            "2026-11-01 lies before 2026-11-02, the day of decided_on.",
        ),
        ("close_decisions", DECIDED | {"withdrawn_by": ANA}, "Fill in the day the decision was withdrawn."),
        ("close_decisions", DECIDED | {"withdrawn_reason": "Not yet"}, "Fill in the day the decision was withdrawn."),
        (
            "allocation_reviews",
            LOOKED | {"next_on": "2026-10-01"},
            "2026-10-01 does not lie after 2026-10-01, the day of looked_on.",
        ),
        (
            "waiting_changes",
            {"ref": "H1", "referred_on": "2026-11-02", "changed_on": "2026-11-03"},
            '"H1, 2026-11-02" is not in the sheet waiting.',
        ),
        ("replaced_parking", {"ref": "H1", "from": "2026-01-06"}, '"H1, 2026-01-06" is not in the sheet tiers.'),
    ],
)
def test_what_cannot_be_is_refused_with_its_row(sheet, row, says):
    assert any(says in fault for fault in faults(**{sheet: [row]}))


def test_two_decisions_about_one_allocation_do_not_stand_at_once():
    found = faults(close_decisions=[DECIDED, DECIDED | {"decided_on": "2026-11-03"}])
    assert any("The earlier decision is still in force. Fill in its withdrawn_on." in fault for fault in found)


class TestWaiting:
    @pytest.fixture
    def people(self):
        return [*small()["people"], {"ref": "H9", "name": "Whetu Cole", "family": "", "team": "Harbourside"}]

    def test_a_sheet_that_changes_what_is_written_keeps_what_was_before(self, people):
        bring_in(people=people, waiting=[WAITS])
        bring_in(people=people, waiting=[WAITS | {"action": "Write to her"}])
        [change] = ReferralChange.objects.all()
        assert (change.action, change.referred_by, change.changed_on, change.by) == ("Ring her", "GP", TODAY, None)

    def test_unless_it_says_itself_what_that_was(self, people):
        bring_in(people=people, waiting=[WAITS])
        before = {"ref": "H9", "referred_on": "2026-11-02", "changed_on": "2026-11-05", "by": ANA, "action": "Ring her"}
        bring_in(people=people, waiting=[WAITS | {"action": "Write to her"}], waiting_changes=[before])
        [change] = ReferralChange.objects.all()
        assert (change.changed_on, change.by.name) == (date(2026, 11, 5), "Ana Whitford")
