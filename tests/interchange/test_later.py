"""A file comes in again after the service has gone on: what was done here stays, and what contradicts it has a place."""

from datetime import date

import pytest

from caseload.actions import void_contact
from caseload.models import Contact, Family, GroupSession, TierPeriod
from peerload.core import clock
from peerload.interchange import actions, export, files, queries
from peerload.interchange.preview import preview
from peerload.staff.models import Absence, Leaving, Organisation, Post
from tests import factories as make
from wellbeing.models import Session, TimePlan
from workload.models import Scheme

from .everything import TODAY, one_of_everything
from .sheets import ANA, MERE, opened, small, text, with_rows, zipped

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


MADE_ONCE = {"service": (one_of_everything, TODAY)}


def exported(organisation: Organisation, /, **changes) -> files.OpenedFile:
    """Return the service's own sheets, some of them with other rows."""
    return files.open_bytes(export.zipped(queries.to_write(organisation) | changes))


def looked_at(service: Organisation, sheets: files.OpenedFile) -> dict[str, tuple[int, int]]:
    """Bring sheets in; return how many rows of each were new and changed, where any was."""
    plan = actions.bring_in(sheets, organisation=service)
    found = {name: (counts["new"], counts["changed"]) for name, counts in plan.counts.items()}
    return {name: counts for name, counts in found.items() if any(counts)}


def faults(sheets: files.OpenedFile, service: Organisation | None = None) -> list[tuple[str, int, str]]:
    """Return where something is wrong with sheets."""
    plan = preview(sheets, organisation=service)
    return [(fault.sheet, fault.row, fault.column) for fault in plan.faults]


def email(service: Organisation, name: str) -> str:
    return service.members.get(name=name).user.email


# What was done here stays -----------------------------------------------------------------------------------------------


def test_words_taken_out_of_a_contact_do_not_come_back(service):
    before = exported(service)
    contact = Contact.objects.get(organisation=service, client__ref="H1")
    TierPeriod.objects.filter(because_of=contact).update(because_of=None)
    void_contact(contact_id=contact.pk, by=contact.author, today=TODAY, reason="The other Jamie", leave_out=True)

    found = looked_at(service, before)

    assert "contacts" not in found and Contact.objects.get(pk=contact.pk).note == ""


@pytest.mark.parametrize(
    ("model", "where", "ended"),
    [
        (Leaving, {"withdrawn_on": None, "closed_on": None}, {"withdrawn_on": TODAY}),
        (
            Session,
            {"held_on": None, "missed_on": None, "planned_on": date(2026, 11, 19), "instead_of": None},
            {"held_on": TODAY},
        ),
    ],
)
def test_what_has_ended_here_stays_ended(service, model, where, ended):
    before = exported(service)
    row = model.objects.filter(organisation=service, **where).order_by("pk").last()
    model.objects.filter(pk=row.pk).update(**ended)

    assert looked_at(service, before) == {}

    row.refresh_from_db()
    assert all(getattr(row, name) == value for name, value in ended.items())


def test_a_draft_of_the_scheme_that_was_published_here_does_not_come_back_as_a_draft(service):
    before = exported(service)
    Scheme.objects.drafts().filter(organisation=service).update(published_at=clock.now())

    assert looked_at(service, before) == {}
    assert not Scheme.objects.drafts().filter(organisation=service).exists()


def test_a_plan_that_was_proposed_here_does_not_come_back_as_a_draft(service):
    TimePlan.objects.filter(organisation=service).exclude(state="agreed").update(state="draft")
    before = exported(service)
    TimePlan.objects.filter(organisation=service, state="draft").update(state="proposed")

    assert looked_at(service, before) == {}


def test_what_a_file_says_of_a_record_that_is_absorbed_here_is_passed_over(service):
    before = queries.to_write(service)
    before["contacts"].append(dict(before["contacts"][0], ref="H8", note="Of the record that was"))

    assert looked_at(service, exported(service, contacts=before["contacts"])) == {}


def test_hours_a_week_that_the_days_come_to_are_no_change(service):
    rows = queries.to_write(service)["posts"]
    sheets = {
        "posts": [
            {"email": row["email"], "from": row["from"], "fte": row["fte"], "weekly_hours": "16", "team": row["team"]}
            for row in rows
            if row["days"]
        ]
    }

    assert looked_at(service, files.open_bytes(zipped({"posts.csv": text(sheets["posts"])}))) == {}
    assert Post.objects.filter(organisation=service).exclude(day_hours=None).count() == 1


def test_since_when_a_return_was_known_comes_in_and_is_there_the_next_time(service):
    rows = queries.to_write(service)["absences"]
    changed = [dict(row, expected_since=date(2026, 11, 11)) if row["expected_since"] else row for row in rows]

    assert looked_at(service, exported(service, absences=changed)) == {"absences": (0, 1)}
    assert looked_at(service, exported(service, absences=changed)) == {}
    assert Absence.objects.filter(organisation=service, expected_since=date(2026, 11, 11)).exists()


# Sessions ---------------------------------------------------------------------------------------------------------------


def test_a_session_called_off_and_planned_again_on_the_same_day_goes_out_and_comes_in(service):
    mere = service.members.get(name="Mere Paki")
    again = make.SessionFactory(worker=mere, planned_on=date(2026, 12, 3), with_name="Tama")
    make.SessionFactory(worker=mere, planned_on=again.planned_on, missed_on=TODAY, instead=again)

    rows = queries.to_write(service)
    assert looked_at(service, exported(service)) == {}
    Session.objects.filter(organisation=service)._raw_delete("default")
    looked_at(service, exported(service, sessions=rows["sessions"]))
    assert queries.to_write(service)["sessions"] == rows["sessions"]


def test_a_session_that_was_called_off_can_be_changed_by_a_sheet(service):
    rows = queries.to_write(service)["sessions"]
    changed = [dict(row, minutes=45) if row["missed_on"] else row for row in rows]

    assert looked_at(service, exported(service, sessions=changed)) == {"sessions": (0, 2)}
    assert Session.objects.filter(organisation=service, minutes=45).exclude(instead=None).count() == 2


# Kinds, families, contacts ----------------------------------------------------------------------------------------------


def test_a_kind_of_the_service_that_is_counted_by_quantity_comes_in_again(service):
    for scheme in Scheme.objects.filter(organisation=service):
        scheme.weights.filter(code="panel").update(per="quantity")
    rows = queries.to_write(service)
    rows["responsibilities"] = [
        dict(row, quantity=3) if row["kind"] == "panel" else row for row in rows["responsibilities"]
    ]

    assert faults(exported(service, responsibilities=rows["responsibilities"]), service) == []


def test_kinds_are_taken_by_their_labels_and_in_any_spelling(service):
    rows = queries.to_write(service)["activities"]
    spelled = [
        dict(row, kind={"walking": "Walking  group", "placed_far": "Placed far"}.get(row["kind"], row["kind"]))
        for row in rows
    ]

    assert looked_at(service, exported(service, activities=spelled)) == {}


def test_a_family_that_nobody_has_now_is_known_by_any_spelling(on):
    on(TODAY)
    service = actions.bring_in(opened(small())).organisation
    Family.objects.create(organisation=service, code="NGATA")
    people = [{"ref": "H1", "name": "Jamie Leota", "family": "Ngata"}, {"ref": "H2", "name": "Ofa Ward", "family": ""}]

    actions.bring_in(opened(small(people=people)), organisation=service)

    assert service.client_set.get(ref="H1").family.code == "NGATA"


@pytest.mark.parametrize(("answer", "refs"), [("add", ["0001", "0345"]), ("keep", ["0001", "0345", "1", "345"])])
def test_refs_that_have_all_lost_their_zeros_are_asked_about_by_those_that_are_stored(on, answer, refs):
    on(TODAY)
    people = [{"ref": "0001", "name": "Jamie Leota"}, {"ref": "0345", "name": "Ofa Ward"}]
    service = actions.bring_in(opened(small(people=people, tiers=[], allocations=[]))).organisation
    lost = opened(small(people=[dict(row, ref=row["ref"].lstrip("0")) for row in people], tiers=[], allocations=[]))

    plan = preview(lost, organisation=service)
    asked = {question.kind: [place.row for place in question.places] for question in plan.unanswered}
    actions.bring_in(lost, organisation=service, answers={"zeros": answer})

    assert asked == {"zeros": [2, 3]}
    assert sorted(service.client_set.values_list("ref", flat=True)) == refs


def test_support_that_a_contact_began_stays_when_a_sheet_corrects_the_contact(service):
    rows = queries.to_write(service)["contacts"]
    corrected = [dict(row, note="Mended") if row["outcome"] == "support_wanted" else row for row in rows]

    actions.bring_in(exported(service, contacts=corrected), organisation=service, answers={"alike": "replace"})

    tier = TierPeriod.objects.get(organisation=service, client__ref="H1", ends_before=None)
    assert (tier.tier, tier.because_of.note) == ("high", "Mended")
    assert looked_at(service, exported(service, contacts=corrected)) == {}


# What contradicts itself has a place --------------------------------------------------------------------------------------

WISH = {"ref": "H1", "asked_on": "2026-03-01"}
NOTICE = {"email": MERE, "notice_on": "2026-11-02", "last_day": "2026-12-31", "by": MERE}
AWAY = {"email": MERE, "from": "2026-11-09"}
COVER = {"email": MERE, "absent_from": "2026-11-09", "ref": "H1", "worker": "tom@harbourside.example"}
ANA_AWAY = {"email": ANA, "from": "2026-11-09"}
ACTS = {"email": ANA, "absent_from": "2026-11-09", "team": "Harbourside", "acts": MERE, "by": ANA}
PLAN = {"email": MERE, "from": "2026-11-02", "state": "draft"}
RECORD = {"email": MERE, "month": "2026-10", "total": "80", "status": "agreed"}
LINE = {"email": MERE, "month": "2026-10", "label": "Case", "points": "2"}
AGREED = {"email": MERE, "month": "2026-10", "by": MERE, "total": "80", "at": "2026-11-01T00:00:00Z"}
CONTRADICTIONS = {
    "two wishes that stand": ("please_dont", [WISH, WISH | {"asked_on": "2026-04-01"}], {}, 3, "ref"),
    "two notices that stand": ("leavings", [NOTICE, NOTICE | {"notice_on": "2026-11-03"}], {}, 3, "email"),
    "a last day before the notice": ("leavings", [NOTICE | {"last_day": "2026-10-01"}], {}, 2, "last_day"),
    "two who cover one person": (
        "cover",
        [COVER | {"from": "2026-11-09"}, COVER | {"from": "2026-11-12"}],
        {"absences": [AWAY]},
        3,
        "from",
    ),
    "two who act in one place": (
        "acting",
        [ACTS | {"from": "2026-11-09"}, ACTS | {"from": "2026-11-12"}],
        {"absences": [ANA_AWAY]},
        3,
        "from",
    ),
    "two plans under way": (
        "plan_versions",
        [PLAN, PLAN | {"from": "2026-12-07", "state": "proposed"}],
        {},
        3,
        "email",
    ),
    "a line of nothing": ("record_lines", [LINE], {"records": [RECORD]}, 2, "element"),
    "a line of two things": (
        "record_lines",
        [LINE | {"element": "case", "for_month": "2026-09"}],
        {"records": [RECORD]},
        2,
        "for_month",
    ),
    "an earlier month corrected twice": (
        "record_lines",
        [LINE | {"for_month": "2026-09"}, LINE | {"for_month": "2026-09", "points": "1"}],
        {"records": [RECORD]},
        3,
        "for_month",
    ),
    "one person agrees for both": (
        "record_agreements",
        [AGREED | {"side": "worker"}, AGREED | {"side": "manager"}],
        {"records": [RECORD]},
        3,
        "by",
    ),
    "moved to no one": (
        "handovers",
        [{"email": MERE, "notice_on": "2026-11-02", "ref": "H1", "moved_on": "2027-01-04"}],
        {"leavings": [NOTICE]},
        2,
        "to",
    ),
    "support that no contact began": (
        "tiers",
        [
            {"ref": "H1", "tier": "high", "from": "2026-01-05", "asked": "yes"},
            {"ref": "H2", "tier": "medium", "from": "2026-01-05", "asked": ""},
        ],
        {},
        2,
        "asked",
    ),
    "hours of a draft without its Monday": (
        "plans",
        [{"email": MERE, "week": "1", "activity": "groups", "hours": "2", "state": "draft"}],
        {},
        2,
        "from",
    ),
    "one possible duplicate, both ways": (
        "possible_duplicates",
        [
            {"ref": "H1", "other": "H2", "found_on": "2026-11-02"},
            {"ref": "H2", "other": "H1", "found_on": "2026-11-02"},
        ],
        {},
        3,
        "other",
    ),
    "a session called off without another day": (
        "sessions",
        [{"email": MERE, "kind": "supervision", "planned_on": "2026-11-12", "missed_on": "2026-11-11"}],
        {},
        2,
        "instead_on",
    ),
    "an unknown session of a group": (
        "group_attendance",
        [{"group": "Friday kitchen", "on": "2026-11-06", "ref": "H1", "came": "no"}],
        {"groups": [{"group": "Friday kitchen", "team": "Harbourside", "from": "2026-01-05"}]},
        2,
        "on",
    ),
}


@pytest.mark.parametrize(("sheet", "rows", "beside", "row", "column"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_what_contradicts_itself_is_named_with_sheet_row_and_column(on, sheet, rows, beside, row, column):
    on(TODAY)
    assert (sheet, row, column) in faults(opened(small(**{sheet: rows}, **beside)))


def test_attendance_of_a_session_that_was_struck_through_is_named(service):
    rows = queries.to_write(service)
    GroupSession.objects.filter(organisation=service).update(voided_at=clock.now(), void_reason="Another day")
    more = [*rows["group_attendance"], dict(rows["group_attendance"][0], ref="H1", came=False)]

    assert ("group_attendance", 4, "on") in faults(exported(service, group_attendance=more), service)


def test_settings_of_the_scheme_follow_the_versions_that_come_with_them(service):
    rows = queries.to_write(service)
    settings = [dict(row, value="70") if row["key"] == "mark" else row for row in rows["service"]]

    assert looked_at(service, exported(service, service=settings)) == {}


def test_a_small_service_still_comes_in_by_its_old_sheets(on):
    on(TODAY)
    plan = actions.bring_in(with_rows("absences", AWAY))
    assert plan.counts["absences"]["new"] == 1
