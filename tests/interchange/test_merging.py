"""A file meets what is there: rows are known by their keys, the file wins, what is not in it stays, periods follow each other."""

import re
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from caseload.models import Allocation, Client, Contact, TierPeriod
from peerload.interchange import actions
from peerload.interchange.errors import FileRefused
from peerload.interchange.preview import ImportPlan, preview
from peerload.staff.models import Member, Organisation, Post, Team, User
from tests import factories, reported
from workload.actions import check
from workload.enums import RecordStatus
from workload.models import Activity, MonthlyRecord, PointLine, Responsibility, Scheme

from .sheets import ANA, MERE, SERVICE, TOM, opened, small, with_rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def bring_in(sheets) -> ImportPlan:
    return actions.bring_in(opened(sheets))


def brought_in() -> Organisation:
    return bring_in(small()).organisation


MADE_ONCE = {"service": (brought_in, date(2026, 11, 12))}


def only(**sheets) -> dict:
    """Return a file with these rows beside the three sheets that must be there."""
    return {name: rows for name, rows in small().items() if name in ("service", "staff", "people")} | sheets


def counted(plan: ImportPlan, sheet: str) -> tuple:
    counts = plan.counts[sheet]
    return counts["new"], counts["changed"], counts["unchanged"]


# Keys --------------------------------------------------------------------------------------------------------------------


def test_the_file_wins_and_rows_not_in_it_stay(service):
    plan = bring_in(only(people=[{"ref": "H1", "name": "Jamie Leota-Ward"}, {"ref": "H3", "name": "Isa Kumar"}]))

    assert counted(plan, "people") == (1, 1, 0)
    assert dict(Client.objects.values_list("ref", "name")) == {
        "H1": "Jamie Leota-Ward",
        "H2": "Ofa Ward",
        "H3": "Isa Kumar",
    }


def test_a_column_the_file_does_not_have_stays_as_it_is(service):
    Client.objects.filter(ref="H1").update(phone="021 555 0101", contact_how="Text first")

    plan = bring_in(only(people=[{"ref": "H1", "name": "Jamie Leota", "phone": ""}]))

    person = Client.objects.get(ref="H1")
    assert (person.phone, person.contact_how) == ("", "Text first")
    assert counted(plan, "people") == (0, 1, 0)


def test_refs_are_strings_and_emails_are_not_told_apart_by_case(service):
    people = [{"ref": "h1", "name": "Somebody else"}, {"ref": "H-1", "name": "A third"}]
    staff = [{"email": " MERE@harbourside.example", "name": "Mere Paki", "role": "peer_worker"}]

    plan = actions.bring_in(opened(only(people=people, staff=staff)), answers={"codes": "apart"})

    assert counted(plan, "people") == (2, 0, 0)
    assert counted(plan, "staff") == (0, 0, 1)


def test_somebody_who_works_elsewhere_too_joins_with_the_sign_in_they_have(service):
    user = factories.UserFactory(email="lena@northcote.example", password="kept")
    factories.MemberFactory(user=user)

    bring_in(only(staff=[{"email": "Lena@Northcote.example", "name": "Lena Okafor", "role": "manager"}]))

    assert Member.objects.filter(user=user).count() == 2
    assert User.objects.get(pk=user.pk).password == "kept"


def test_a_team_is_referred_to_in_any_case(service):
    staff = [{**row, "team": "HARBOURSIDE"} for row in small()["staff"]]

    plan = bring_in(only(staff=staff, teams=small()["teams"]))

    assert counted(plan, "staff") == (0, 0, 3)
    assert Team.objects.count() == 1


def test_a_team_that_reads_like_another_is_refused(service):
    with pytest.raises(FileRefused) as refused:
        bring_in(only(teams=[{"team": "Hārbourside"}]))

    assert [fault.says for fault in refused.value.faults] == [
        "There is a team Harbourside already. Choose another name."
    ]


def test_two_teams_that_read_alike_from_before_come_in_as_they_are(service):
    factories.TeamFactory(organisation=service, name="Hārbourside")

    plan = bring_in(only(teams=[{"team": "Hārbourside", "deputy": TOM}, {"team": "Harbourside"}]))

    assert counted(plan, "teams")[0] == 0
    assert Team.objects.get(deputy__isnull=False).name == "Hārbourside"


def test_a_deputy_is_added_to_a_team_that_is_there(service):
    plan = bring_in(only(teams=[{"team": "Harbourside", "deputy": TOM}]))

    team = Team.objects.get()
    assert counted(plan, "teams") == (0, 1, 0)
    assert (team.manager.email, team.deputy.email) == (ANA, TOM)


def test_of_what_is_stored_only_the_sheets_with_rows_are_read(service):
    def read() -> set[str]:
        with CaptureQueriesContext(connection) as asked:
            preview(opened(only()), organisation=service)
        return {table for query in asked for table in re.findall(r'SELECT "\w+".*? FROM "(\w+)"', query["sql"])}

    assert "caseload_goal" not in read() and "caseload_allocation" in read()
    factories.GoalFactory(client=Client.objects.get(ref="H1"))
    assert "caseload_goal" in read()


# Rows without a key ------------------------------------------------------------------------------------------------------

CONTACT = {"ref": "H1", "email": MERE, "on": "2026-11-02", "reached": "no", "channel": "phone"}


def test_the_nth_equal_contact_of_the_file_is_the_nth_of_the_database(service):
    bring_in(only(contacts=[CONTACT, CONTACT]))

    plan = bring_in(only(contacts=[CONTACT, CONTACT, CONTACT]))

    assert counted(plan, "contacts") == (1, 0, 2)
    assert Contact.objects.count() == 3


def test_a_voided_contact_is_counted_and_does_not_come_back(service, manager):
    bring_in(only(contacts=[CONTACT]))
    Contact.objects.update(voided_at=datetime(2026, 11, 3, tzinfo=UTC), voided_by=manager, void_reason="twice")

    plan = bring_in(only(contacts=[CONTACT]))

    assert counted(plan, "contacts") == (0, 0, 1)
    assert Contact.objects.standing().count() == 0


def test_a_contact_somebody_annotated_is_still_the_one_of_the_file(service):
    bring_in(only(contacts=[CONTACT]))
    Contact.objects.update(note="Left word with a neighbour", minutes=5)

    assert counted(bring_in(only(contacts=[CONTACT])), "contacts") == (0, 0, 1)


def test_when_a_contact_was_written_down_tells_equal_ones_apart(service):
    first = CONTACT | {"recorded_at": "2026-11-02T01:00:00Z"}
    bring_in(only(contacts=[first]))

    plan = bring_in(only(contacts=[first, CONTACT | {"recorded_at": "2026-11-02T15:30:00+13:00"}]))

    assert counted(plan, "contacts") == (1, 0, 1)
    assert sorted(Contact.objects.values_list("recorded_at", flat=True))[1] == datetime(2026, 11, 2, 2, 30, tzinfo=UTC)


def test_responsibilities_are_counted_too(service):
    party = {"email": MERE, "kind": "working_party", "from": "2026-02-02"}
    bring_in(only(responsibilities=[party, party]))

    assert counted(bring_in(only(responsibilities=[party, party])), "responsibilities") == (0, 0, 2)
    assert Responsibility.objects.count() == 2


# Periods -----------------------------------------------------------------------------------------------------------------


def periods(model, *fields) -> list[tuple]:
    return list(
        model.objects.filter(client__ref="H1").order_by("starts_on").values_list(*fields, "starts_on", "ends_before")
    )


def test_a_tier_brought_in_later_ends_the_one_that_was_open(service):
    bring_in(only(tiers=[{"ref": "H1", "tier": "parked", "from": "2026-06-01"}]))

    assert periods(TierPeriod, "tier") == [
        ("high", date(2026, 1, 5), date(2026, 6, 1)),
        ("parked", date(2026, 6, 1), None),
    ]


def test_a_tier_brought_in_between_two_takes_its_place(service):
    bring_in(only(tiers=[{"ref": "H1", "tier": "parked", "from": "2026-06-01"}]))
    bring_in(only(tiers=[{"ref": "H1", "tier": "group", "from": "2026-03-02"}]))

    assert periods(TierPeriod, "tier") == [
        ("high", date(2026, 1, 5), date(2026, 3, 2)),
        ("group", date(2026, 3, 2), date(2026, 6, 1)),
        ("parked", date(2026, 6, 1), None),
    ]


def test_an_allocation_brought_in_later_is_a_handing_over(service):
    plan = bring_in(
        only(tiers=[], allocations=[{"ref": "H1", "email": TOM, "from": "2026-03-02"}]) | {"tiers": small()["tiers"]}
    )

    assert counted(plan, "allocations") == (1, 0, 0)
    assert periods(Allocation, "worker__user__email") == [
        (MERE, date(2026, 1, 5), date(2026, 3, 2)),
        (TOM, date(2026, 3, 2), None),
    ]
    assert check(service) == []


def test_what_was_written_here_beside_an_allocation_stays_when_its_row_comes_again(service):
    said = {"purpose": "Moving", "first_action": "Meet", "note": "Text first.", "over_reason": "Nobody else was there."}
    Allocation.objects.update(review_on=date(2026, 12, 10), **said)

    bring_in(small(allocations=[{"ref": "H1", "email": MERE, "from": "2026-01-05", "close_decided_on": "2026-11-01"}]))

    found = Allocation.objects.get(client__ref="H1")
    assert {name: getattr(found, name) for name in said} == said
    assert (found.close_decided_on, found.review_on) == (date(2026, 11, 1), date(2026, 12, 10))


def test_an_end_that_was_given_is_kept_and_may_not_overlap_what_comes(service):
    bring_in(only(allocations=[{"ref": "H1", "email": MERE, "from": "2026-01-05", "until": "2026-06-01"}]))

    with pytest.raises(FileRefused) as refused:
        bring_in(only(allocations=[{"ref": "H1", "email": TOM, "from": "2026-03-02"}]))

    assert [(fault.sheet, fault.row, fault.column) for fault in refused.value.faults] == [("allocations", 2, "from")]


def test_a_closed_allocation_ends_the_day_after(service):
    closed = {
        "ref": "H1",
        "email": MERE,
        "from": "2026-01-05",
        "close_decided_on": "2026-03-01",
        "closed_on": "2026-03-02",
    }
    bring_in(only(allocations=[closed]))

    assert periods(Allocation, "closed_on") == [(date(2026, 3, 2), date(2026, 1, 5), date(2026, 3, 3))]
    assert counted(bring_in(only(allocations=[closed])), "allocations") == (0, 0, 1)


def test_a_post_lasts_until_its_last_day_or_the_next_post(service):
    posts = [
        {"email": MERE, "from": "2026-01-05", "until": "", "fte": "1"},
        {"email": MERE, "from": "2026-03-02", "until": "2026-05-31", "fte": "0.8"},
    ]
    bring_in(only(posts=posts))
    bring_in(only(posts=[{"email": MERE, "from": "2026-02-02", "fte": "0.5"}]))

    assert list(Post.objects.order_by("starts_on").values_list("starts_on", "ends_before")) == [
        (date(2026, 1, 5), date(2026, 2, 2)),
        (date(2026, 2, 2), date(2026, 3, 2)),
        (date(2026, 3, 2), date(2026, 6, 1)),
    ]


def test_an_activity_is_finished_by_a_file(service):
    court = {"ref": "H1", "kind": "court", "from": "2026-02-02"}
    bring_in(only(activities=[court]))

    plan = bring_in(only(activities=[court | {"finished_on": "2026-03-31"}]))

    assert counted(plan, "activities") == (0, 1, 0)
    assert Activity.objects.get().finished_on == date(2026, 3, 31)
    assert PointLine.objects.get(code="court").ends_before == date(2026, 4, 1)


# People's teams ----------------------------------------------------------------------------------------------------------


def two_teams(**changes) -> dict:
    sheets = small(
        teams=[{"team": "Harbourside", "manager": ANA}, {"team": "Northcote", "manager": ANA}],
        posts=[{"email": TOM, "from": "2026-01-01", "team": "Northcote", "fte": "1"}],
    )
    return sheets | changes


def test_people_go_with_the_team_of_their_worker_s_post_or_else_of_the_worker():
    bring_in(two_teams())

    assert dict(Client.objects.values_list("ref", "team__name")) == {"H1": "Harbourside", "H2": "Northcote"}


def test_a_team_that_is_given_stays():
    people = [{"ref": "H1", "name": "Jamie Leota", "team": "Northcote"}, {"ref": "H2", "name": "Ofa Ward", "team": ""}]

    bring_in(two_teams(people=people))
    plan = bring_in(two_teams(people=people))

    assert dict(Client.objects.values_list("ref", "team__name")) == {"H1": "Northcote", "H2": "Northcote"}
    assert counted(plan, "people") == (0, 0, 2)


def test_somebody_handed_over_by_a_file_goes_with_the_new_worker():
    bring_in(two_teams())

    bring_in(only(allocations=[{"ref": "H1", "email": TOM, "from": "2026-03-02"}]))

    assert Client.objects.get(ref="H1").team.name == "Northcote"


# Records -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["agreed", "reported"])
def test_an_agreed_record_is_never_changed(service, status):
    record = {"email": MERE, "month": "2026-10", "total": "83", "status": status}
    bring_in(only(records=[record]))

    assert counted(bring_in(only(records=[record | {"total": "83.0"}])), "records") == (0, 0, 1)
    with pytest.raises(FileRefused, match="stays as it is"):
        bring_in(only(records=[record | {"total": "84"}]))

    assert MonthlyRecord.objects.get().total == 83


@pytest.mark.parametrize(
    "more",
    [
        {"record_lines": [{"email": MERE, "month": "2026-10", "element": "case", "label": "Case", "points": "2"}]},
        {
            "record_agreements": [
                {
                    "email": MERE,
                    "month": "2026-10",
                    "side": "manager",
                    "by": ANA,
                    "total": "83",
                    "at": "2026-11-02T00:00:00Z",
                }
            ]
        },
    ],
    ids=["a line", "an agreement"],
)
def test_nothing_is_added_to_an_agreed_record_that_came_in_by_a_sheet(service, more):
    record = {"email": MERE, "month": "2026-10", "total": "83", "status": "agreed"}
    bring_in(only(records=[record], **more))
    assert bring_in(only(records=[record], **more)).to_write == 0

    (name, (row,)) = next(iter(more.items()))
    changed = row | ({"points": "3"} if name == "record_lines" else {"total": "84"})
    with pytest.raises(FileRefused, match="The record is agreed, so it stays as it is."):
        bring_in(only(**{name: [changed]}))


@pytest.mark.parametrize(
    ("month", "sent_on", "column"),
    [("2026-10", "2026-11-12", None), ("2026-10", "2026-11-13", "sent_on"), ("2026-11", "2026-11-12", "month"),
     ("2199-12", "2026-11-12", "month")],
)  # fmt: skip
def test_a_report_is_sent_by_a_sheet_only_once_its_month_is_over(service, month, sent_on, column):
    sent = {"sent_at": f"{sent_on}T00:00:00Z", "sent_on": sent_on, "sent_by": ANA, "points": 1, "limit": 1, "fte": 1}
    plan = preview(opened(only(team_reports=[{"team": "Harbourside", "month": month} | sent])))
    assert [fault.column for fault in plan.faults] == ([column] if column else [])


@pytest.mark.parametrize(
    ("contacts", "column"),
    [({"contacts_due": 3, "contacts_in_time": 3}, None), ({"contacts_due": 3, "contacts_in_time": 4}, "contacts_in_time"),
     ({"contacts_due": 3}, "contacts_in_time"), ({"contacts_in_time": 0}, "contacts_due")],
)  # fmt: skip
def test_contacts_in_time_are_of_those_that_were_due(service, contacts, column):
    sent = {
        "sent_at": "2026-11-12T00:00:00Z",
        "sent_on": "2026-11-12",
        "sent_by": ANA,
        "points": 1,
        "limit": 1,
        "fte": 1,
    }
    plan = preview(opened(only(team_reports=[{"team": "Harbourside", "month": "2026-10"} | sent | contacts])))
    assert [fault.column for fault in plan.faults] == ([column] if column else [])


def test_a_draft_may_be_agreed_by_a_file(service):
    record = {"email": MERE, "month": "2026-10", "total": "83", "status": "draft"}
    bring_in(only(records=[record]))

    bring_in(only(records=[record | {"status": "agreed", "total": "84"}]))

    agreed = MonthlyRecord.objects.get()
    assert (agreed.status, agreed.total, agreed.imported) == ("agreed", 84, True)


# The service's own settings ----------------------------------------------------------------------------------------------


def settings(**values) -> list[dict]:
    return [{"key": key, "value": value} for key, value in (SERVICE | values).items()]


def test_any_setting_is_set_by_its_name():
    given = {
        "parked_weeks": "4", "inactive_weeks": "20", "consecutive_over": "3", "boundary_high": "4.5", "workload_weight": "off",
        "stable_scales_with_fte": "on", "points_per_tier_parked": "1", "mark": "80", "limit": "95.5", "close_window_days": "14",
        "preset": "children", "person_noun": "whaiora", "cycle_anchor": "2026-11-02", "full_time_hours": "37.5",
        "greeting": "Kia ora", "quiet_high": "10", "quiet_medium": "21", "quiet_group": "60", "action_days": "21",
    }  # fmt: skip

    organisation = bring_in(small(service=settings(**given))).organisation

    from peerload.interchange.queries import to_write

    written = {row["key"]: row["value"] for row in to_write(organisation)["service"]}
    assert {key: written[key] for key in given} == given
    assert Scheme.objects.get().weights.get(code="looked_after").on


def test_settings_of_a_service_that_is_there_change_its_points(service):
    plan = bring_in(only(service=settings(points_per_tier_high="3", preset="peer", mark="")))

    assert counted(plan, "service") == (0, 1, 5)
    assert PointLine.objects.get(client__ref="H1", code="case").points == 3
    assert Scheme.objects.count() == 1


def test_a_mark_is_held_against_the_limit_that_is_there(service):
    with pytest.raises(FileRefused, match="above the limit"):
        bring_in(only(service=settings(mark="100.5")))


def test_a_service_has_the_code_of_its_name_or_one_of_its_own():
    assert bring_in(small()).organisation.code == "Harbourside"

    other = bring_in(small(service=settings(code="northcote"))).organisation

    assert other.code == "northcote"
    assert Organisation.objects.count() == 2
    assert Client.objects.filter(ref="H1").count() == 2


def test_a_service_asked_for_by_its_code_may_change_its_name(service):
    actions.bring_in(opened(only(service=settings(name="Harbourside and Beach"))), code="Harbourside")

    assert Organisation.objects.get().name == "Harbourside and Beach"


@pytest.mark.parametrize("sheets", [small(), small(service=settings(code="northcote"))], ids=["by name", "by code"])
def test_a_service_begun_by_its_first_admin_takes_the_name_of_the_first_sheets(sheets):
    call_command("invite", "sam@harbourside.example", "--new-service", stdout=StringIO())

    organisation = bring_in(sheets).organisation

    assert Organisation.objects.get().code == organisation.code != "Our service"
    assert organisation.members.filter(user__email="sam@harbourside.example", role="admin").exists()
    assert not any(state["new"] or state["changed"] for state in bring_in(sheets).counts.values())


def test_sheets_of_children_s_services_call_the_work_by_its_own_name():
    call_command("invite", "sam@harbourside.example", "--new-service", stdout=StringIO())

    bring_in(small(service=settings(preset="children")))

    court = Scheme.objects.get().weights.get(code="court")
    assert (court.label, court.on) == ("Court work", True)


# All or nothing ----------------------------------------------------------------------------------------------------------


def test_looking_saves_nothing(service):
    plan = preview(with_rows("people", {"ref": "H3", "name": "Isa Kumar"}))

    assert counted(plan, "people") == (1, 0, 2)
    assert Client.objects.count() == 2


def test_a_service_half_written_is_not_there(service, monkeypatch):
    monkeypatch.setattr(actions, "rebuild", lambda organisation_id: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        actions.bring_in(with_rows("people", {"ref": "H3", "name": "Isa Kumar"}))

    assert Client.objects.count() == 2


def test_ten_thousand_contacts_come_in_within_seconds(service):
    start = date(2026, 1, 5)
    contacts = [
        {"ref": f"H{n % 2 + 1}", "email": MERE, "on": str(start + timedelta(days=n % 300)), "reached": "yes", "outcome": "other",
         "minutes": str(n % 60)} for n in range(10_000)
    ]  # fmt: skip

    plan = bring_in(only(contacts=contacts))

    assert counted(plan, "contacts") == (10_000, 0, 0)
    assert Client.objects.get(ref="H1").last_reached_on == start + timedelta(days=298)


OCTOBER = date(2026, 10, 1)
BROUGHT = {"email": MERE, "month": "2026-10", "total": "84", "status": "draft"}


@pytest.fixture
def mere(service):
    return Member.objects.get(user__email=MERE)


@pytest.mark.parametrize("status", ["submitted", "provisional", "agreed", "not_agreed", "reported"])
def test_a_record_made_here_is_not_changed_by_a_file_once_it_is_submitted(mere, status):
    reported.record(mere, OCTOBER, total=90, status=status, comment="A long month.")
    before = MonthlyRecord.objects.values().get()

    with pytest.raises(
        FileRefused, match=f"made in peerload and is {RecordStatus(status).label}, so it stays as it is"
    ):
        bring_in(only(records=[BROUGHT | {"status": status}]))

    assert MonthlyRecord.objects.values().get() == before
    assert counted(bring_in(only(records=[BROUGHT | {"status": status, "total": "90"}])), "records") == (0, 0, 1)


@pytest.mark.parametrize("imported", [True, False], ids=["brought in", "made here"])
@pytest.mark.parametrize("status", ["provisional", "not_agreed", "reported"])
def test_a_record_in_a_report_that_was_sent_is_not_changed_by_a_file(mere, status, imported):
    sent = reported.report(mere.home_team, OCTOBER)
    reported.record(mere, OCTOBER, status=status, report=sent, imported=imported)
    before = MonthlyRecord.objects.values().get()

    with pytest.raises(FileRefused, match="in a report that was sent, so it stays as it is"):
        bring_in(only(records=[BROUGHT | {"status": status, "total": "12"}]))

    assert MonthlyRecord.objects.values().get() == before


def test_a_draft_made_here_follows_the_facts_and_no_file(mere):
    reported.record(mere, OCTOBER, total=90)

    assert counted(bring_in(only(records=[BROUGHT])), "records") == (0, 0, 1)
    with pytest.raises(FileRefused, match="is submitted and agreed there"):
        bring_in(only(records=[BROUGHT | {"status": "agreed"}]))

    record = MonthlyRecord.objects.get()
    assert (record.status, record.total, record.imported) == ("draft", 90, False)


def test_the_file_a_month_came_from_may_come_again_once_it_is_reported(mere):
    agreed = BROUGHT | {"status": "agreed", "fte": ""}
    bring_in(only(records=[agreed]))
    sent = reported.report(mere.home_team, OCTOBER)
    MonthlyRecord.objects.update(report=sent, status="reported", fte=1)
    before = MonthlyRecord.objects.values().get()

    assert counted(bring_in(only(records=[agreed])), "records") == (0, 0, 1)
    assert MonthlyRecord.objects.values().get() == before


# Another address -------------------------------------------------------------------------------------------------------------

NEW = "mere.new@kowhai.example"


def moved(sheets: dict) -> dict:
    """Return the small service with another address for Mere asked for in her row."""
    staff = [{**row, "new_email": NEW if row["email"] == MERE else ""} for row in sheets["staff"]]
    return sheets | {"staff": staff}


def test_another_address_moves_the_member_and_never_makes_a_second(service):
    mere = Member.objects.get(user__email=MERE)

    plan = bring_in(moved(small()))

    assert plan.counts["staff"] == {"new": 0, "changed": 1, "unchanged": 2, "refused": 0}
    assert Member.objects.get(user__email=NEW) == mere
    assert Member.objects.count() == 3 and not Member.objects.filter(user__email=MERE).exists()
    assert mere.allocations.count() == 1


def test_the_file_that_asks_for_another_address_changes_nothing_the_second_time(service):
    bring_in(moved(small()))

    again = bring_in(moved(small()))

    assert not any(state["new"] or state["changed"] for state in again.counts.values())
    assert Member.objects.count() == 3


def test_a_file_may_call_somebody_by_either_address(service):
    sheets = moved(small())
    sheets["allocations"] = [{"ref": "H2", "email": NEW, "from": "2026-10-05", "until": ""}]

    bring_in(sheets)

    assert set(Member.objects.get(user__email=NEW).allocations.values_list("client__ref", flat=True)) == {"H1", "H2"}


def test_a_member_added_only_now_has_the_new_address_at_once():
    organisation = bring_in(moved(small())).organisation

    assert organisation.members.filter(user__email=NEW).exists() and organisation.members.count() == 3


def test_the_address_of_a_colleague_is_refused_for_anybody_else(service):
    sheets = moved(small())
    sheets["staff"] = [{**row, "new_email": TOM if row["new_email"] else ""} for row in sheets["staff"]]

    with pytest.raises(FileRefused, match="belongs to Tom Lealaiauloto, who is among the staff already"):
        bring_in(sheets)


def test_a_member_who_has_signed_in_confirms_the_address_an_admin_s_sheet_asks_for(service):
    admin = factories.MemberFactory(organisation=service, role="admin")
    User.objects.filter(email=MERE).update(password="something")

    for _ in range(2):
        plan = actions.bring_in(opened(moved(small())), organisation=service, by=admin)

    assert (User.objects.get(email=MERE).new_email, plan.counts["staff"]["changed"]) == (NEW, 0)


# Rows similar to existing rows -----------------------------------------------------------------------------------------------

TALKED = {"ref": "H1", "email": MERE, "on": "2026-11-02", "minutes": "30", "channel": "phone", "reached": "yes"}
TALKED |= {"outcome": "other", "note": "Talked of the summer"}
DUTY = {"email": MERE, "kind": "mentoring", "from": "2026-01-05", "until": "", "quantity": "1"}
CORRECTED = {
    "another note": ("contacts", TALKED, TALKED | {"note": "Talked about the summer"}),
    "another day": ("contacts", TALKED, TALKED | {"on": "2026-11-03"}),
    "another end": ("responsibilities", DUTY, DUTY | {"until": "2026-12-31"}),
}


@pytest.fixture
def added(service):
    bring_in(small(contacts=[TALKED], responsibilities=[DUTY]))


@pytest.mark.parametrize("case", CORRECTED)
def test_a_corrected_row_without_a_key_is_found_to_be_like_the_one_that_is_there(added, case):
    sheet, _, corrected = CORRECTED[case]

    plan = preview(opened(only(**{sheet: [corrected]})))

    assert [(name, row.number) for name, row in plan.service.alike] == [(sheet, 2)]


@pytest.mark.parametrize("case", CORRECTED)
def test_a_corrected_row_stands_beside_the_one_that_is_there_or_replaces_it_as_is_chosen(added, case):
    sheet, was, corrected = CORRECTED[case]
    model = {"contacts": Contact, "responsibilities": Responsibility}[sheet]
    standing = model.objects.filter(voided_at=None) if sheet == "contacts" else model.objects.all()

    actions.bring_in(opened(only(**{sheet: [corrected]})), answers={"alike": "replace"})
    assert standing.count() == 1
    again = actions.bring_in(opened(only(**{sheet: [corrected]})), answers={"alike": "replace"})
    assert standing.count() == 1 and not again.counts[sheet]["new"] + again.counts[sheet]["changed"]

    actions.bring_in(opened(only(**{sheet: [was]})), answers={"alike": "keep"})
    assert standing.count() == (1 if sheet == "contacts" else 2)  # a voided contact that comes in again stays voided


def test_a_corrected_contact_is_kept_beside_unless_it_is_to_replace(added):
    corrected = opened(only(contacts=[TALKED | {"note": "Talked about the summer"}]))

    actions.bring_in(corrected, answers={"alike": "keep"})

    assert Contact.objects.filter(voided_at=None).count() == 2


@pytest.mark.parametrize(
    "other",
    [
        [TALKED, TALKED | {"note": "Rang again in the evening"}],  # the file has both
        [TALKED | {"ref": "H2"}],
        [TALKED | {"on": "2026-11-03", "note": "Something else"}],
    ],
)
def test_another_contact_is_like_none_that_is_there(added, other):
    assert not preview(opened(only(contacts=other))).service.alike
