"""Who waits for a worker, in and out by the sheet."""

from datetime import date

import pytest

from caseload import actions as caseload
from caseload.models import PleaseDont, Referral
from caseload.waiting import actions as waiting_actions
from caseload.waiting import queries as waiting
from peerload.home.sweep import sweep
from peerload.interchange import actions, export, files, queries
from peerload.interchange.errors import FileRefused
from peerload.notices.models import Notice
from tests import factories

from .sheets import ANA, MERE, WITHOUT_SCHEME, opened, small
from .test_both_ways import as_sheets

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

TODAY = date(2026, 11, 12)
PEOPLE = [{"ref": "H9", "name": "Whetu Cole", "team": "Harbourside"}]
WAITS = {
    "ref": "H9",
    "referred_on": "2026-11-02",
    "referred_by": "GP",
    "responsible": ANA,
    "action": "Ring her",
    "by_when": "2026-11-20",
    "contingency": "Comes to the open group",
}


def sheets(*rows, **changes) -> dict:
    found = small(**changes)
    found["people"] = [*found["people"], *PEOPLE]
    found["waiting"] = list(rows)
    return found


def bring_in(*rows, **changes):
    return actions.bring_in(opened(sheets(*rows, **changes)))


def test_somebody_comes_in_waiting_and_the_same_file_twice_changes_nothing():
    organisation = bring_in(WAITS).organisation

    [row] = waiting.waiting(organisation, TODAY, today=TODAY, team_ids=organisation.teams.values_list("pk", flat=True))
    assert (row.name, row.since, row.action, row.due_on) == (
        "Whetu Cole",
        date(2026, 11, 2),
        "Ring her",
        date(2026, 11, 20),
    )
    counts = bring_in(WAITS).counts["waiting"]
    assert (counts["new"], counts["changed"], counts["unchanged"]) == (0, 0, 1)
    assert bring_in({**WAITS, "action": "Write to her"}).counts["waiting"]["changed"] == 1


def test_a_please_dont_of_a_sheet_waits_for_the_manager_once_and_ends_with_the_sheet():
    asks = {"ref": "H1", "name": "Jamie Leota", "family": "", "contact_preference": "please_dont"}
    others = small()["people"][1:]
    for _ in range(2):
        actions.bring_in(opened(small(people=[asks, *others])))
        [choice] = PleaseDont.objects.standing()
        assert (choice.client.ref, choice.agreed_on) == ("H1", None)
        [notice] = Notice.objects.filter(kind="asked_not", cancelled_at=None)
        assert notice.recipient.name == "Ana Whitford"
    actions.bring_in(opened(small(people=[asks | {"contact_preference": "ok"}, *others])))
    assert not PleaseDont.objects.standing().exists()


def test_a_person_who_comes_in_with_a_worker_does_not_wait():
    bring_in({**WAITS, "ref": "H1", "referred_on": "2025-11-02", "contingency": ""})
    assert Referral.objects.get().ended_as == "allocated"
    counts = bring_in({**WAITS, "ref": "H1", "referred_on": "2025-11-02", "contingency": ""}).counts["waiting"]
    assert counts["unchanged"] == 1


def test_who_is_to_wait_from_a_day_ahead_goes_out_and_comes_in_and_is_not_ended_before(worker, manager, team):
    person = factories.ClientFactory(supported_by=worker)
    on = date(2026, 12, 1)
    what = waiting_actions.WaitTerms(owner=manager, due_on=on, contingency="The open group")
    waiting_actions.return_to_waiting(waits={person.pk: what}, on=on, by=manager, today=TODAY, purpose="x")
    ours = as_sheets(worker.organisation)

    sweep(ours, TODAY)

    assert Referral.objects.standing().get(organisation=ours).referred_on == on
    there = Referral.objects.get(organisation=ours).client
    assert there.allocations.get().ends_before == on


def test_an_older_file_does_not_make_somebody_wait_again(worker):
    organisation = bring_in(WAITS).organisation
    person = organisation.client_set.get(ref="H9")
    mere = organisation.members.get(user__email=MERE)
    caseload.allocate(client_id=person.pk, worker=mere, on=TODAY, by=mere, tier="high", today=TODAY)
    bring_in(WAITS)
    assert Referral.objects.get().ended_on == TODAY


H9 = {"ref": "H9", "email": MERE}
SINCE = "Whetu Cole has waited for a worker since 2 November 2026. Choose that day or a later one."


@pytest.mark.parametrize("together", [True, False], ids=["in one file", "waiting already"])
@pytest.mark.parametrize(
    ("allocation", "waits", "says"),
    [
        ({"from": "2026-11-01"}, {}, SINCE),
        ({"from": "2026-11-02"}, {}, ""),
        ({"from": "2026-11-09"}, {}, ""),
        ({"from": "2026-03-02", "until": "2026-11-03"}, {}, SINCE),
        ({"from": "2026-03-02", "until": "2026-11-02"}, {}, ""),  # a worker they had before they came back
        ({"from": "2026-03-02", "closed_on": "2026-11-01"}, {}, ""),
        ({"from": "2026-11-01"}, {"ended_on": "2026-11-03", "ended_as": "allocated"}, ""),  # as it was
        ({"from": "2026-11-01"}, {"referred_on": "2026-11-13"}, ""),  # is to wait from a day ahead
    ],
)
def test_nobody_is_allocated_by_a_sheet_from_before_they_were_referred(allocation, waits, says, together):
    tiers = [*small()["tiers"], {"ref": "H9", "tier": "high", "from": "2026-03-02"}]
    rows = [*small()["allocations"], H9 | allocation]
    waits = WAITS | waits
    if not together:
        bring_in(waits, tiers=tiers)

    try:
        bring_in(waits, tiers=tiers, allocations=rows)
        faults = []
    except FileRefused as refused:
        faults = [(fault.sheet, fault.column, fault.says) for fault in refused.faults]

    assert faults == ([("allocations", "from", says)] if says else [])


def test_what_was_written_here_goes_out_and_comes_in_the_same_byte_by_byte(worker, manager, team):
    person = factories.ClientFactory(organisation=team.organisation, team=team, support=None)
    factories.ReferralFactory(
        client=person, referred_on=date(2026, 3, 2), ended_on=date(2026, 5, 1), ended_as="moved_on"
    )
    factories.ReferralFactory(
        client=person, owner=worker, action="Ring,\n“twice”", due_on=TODAY, contingency="The open group"
    )
    again = as_sheets(worker.organisation)

    ours, theirs = (queries.to_write(each) | WITHOUT_SCHEME for each in (worker.organisation, again))
    assert export.zipped(ours) == export.zipped(theirs)
    assert [row["ended_as"] for row in ours["waiting"]] == ["moved_on", ""]
    plan = actions.bring_in(files.open_bytes(export.zipped(queries.to_write(again))), organisation=again)
    assert {(counts["new"], counts["changed"]) for counts in plan.counts.values()} == {(0, 0)}


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([{**WAITS, "ref": "H404"}], 'row 2, column ref: "H404" is not in the sheet people'),
        ([{**WAITS, "responsible": "nobody@x.example"}], "is not in the sheet staff"),
        ([{**WAITS, "ended_on": "2026-11-01", "ended_as": "moved_on"}], "2026-11-01 lies before 2026-11-02"),
        ([{**WAITS, "ended_on": "2026-11-09"}], "are filled in together"),
        ([{**WAITS, "ended_as": "moved_on"}], "are filled in together"),
        ([{**WAITS, "ended_as": "gone"}], "gone"),
        ([{**WAITS, "by_when": ""}], "fill in the day this is checked again"),
        ([WAITS, {**WAITS, "referred_on": "2026-11-05"}], "waits since 2026-11-02 already"),
        ([WAITS, WAITS], "is there already, in row 2"),
    ],
    ids=[
        "nobody we know",
        "a stranger responsible",
        "ended before it began",
        "ended somehow",
        "ended some day",
        "ended in other words",
        "nobody can take them and no day",
        "twice at a time",
        "the same row twice",
    ],
)
def test_what_contradicts_itself_is_named(rows, says):
    with pytest.raises(FileRefused) as refusal:
        bring_in(*rows)
    faults = [str(fault) for fault in refusal.value.faults]
    assert any(says in fault and "waiting" in fault for fault in faults), faults
    assert not Referral.objects.exists()
