"""Harbourside, a whole service: what its reports must say is given, and it comes out as it went in."""

import csv
import io
import json
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command
from django.db.models import Min
from django.urls import reverse

from caseload.cover import queries as cover
from caseload.duplicates import queries as merging
from caseload.groups import queries as groups
from caseload.leaving import queries as leaving
from caseload.models import Client, Consent, Contact, Cover, Goal, Group, LeavingStep, Reminder, TierPeriod
from caseload.temporary_moves import queries as moves
from caseload.waiting import queries as waiting
from peerload.audit.models import Entry
from peerload.interchange import actions, demo_data, export, files, queries, removal, reports
from peerload.interchange.sheets import SHEET
from peerload.notices.models import Message, Notice
from peerload.staff.models import Absence, Leaving, Member, Organisation, User
from tests import factories
from wellbeing.enums import SessionKind
from wellbeing.models import Session
from workload.actions import check
from workload.models import Activity, Assumption, MonthlyRecord, PointLine, RemedialAction, TeamReport
from workload.months import queries as months

pytestmark = pytest.mark.django_db

HARBOURSIDE = demo_data.HARBOURSIDE
EXPECTED = json.loads((Path(__file__).parents[1] / "data" / "harbourside" / "expected.json").read_text())
AS_AT = date(2026, 11, 20)


def brought_in() -> Organisation:
    return actions.bring_in(files.open_path(HARBOURSIDE)).organisation


MADE_ONCE = {"harbourside": (brought_in, AS_AT)}


@pytest.fixture
def harbourside(made_once, on) -> Organisation:
    on(AS_AT)
    return made_once


def report(*words: str) -> dict:
    out = io.StringIO()
    call_command("report", *words, stdout=out)
    return json.loads(out.getvalue())


@pytest.mark.parametrize("words", list(EXPECTED))
def test_every_report_says_what_is_expected(harbourside, words):
    said, expected = report(*words.split()), EXPECTED[words]

    of_workers = expected.pop("workers", expected) if words.startswith("month") else expected
    rows = {row.get("ref") or row["worker"]: row for row in said.get("people", said.get("workers"))}
    assert rows.keys() == of_workers.keys()
    for key, figures in of_workers.items():
        assert {name: rows[key][name] for name in figures} == figures
    if words.startswith("month"):
        assert {name: said[name] for name in expected} == expected


def test_lines_stand_on_the_day_and_sum_to_the_subtotal(harbourside):
    for worker in report("points", "--on", "2026-11-20")["workers"]:
        assert sum(Decimal(line["points"]) for line in worker["lines"]) == Decimal(worker["subtotal"])
        assert all(line["from"] <= "2026-11-20" <= (line["until"] or "9999") for line in worker["lines"])


def line(element, kind, ref, points, first, until, reason):
    return {
        "element": element,
        "kind": kind,
        "ref": ref,
        "points": points,
        "from": first,
        "until": until,
        "reason": reason,
    }


@pytest.mark.parametrize(
    "expected",
    [
        line("stable", "stable", None, "15", "2024-02-05", None, "Stable element"),
        line("extra", "mentoring", None, "5", "2026-09-07", None, "since 7 September 2026"),
        line("case", "case", "H055", "2", "2026-09-11", None, "allocated 11 September 2026"),
        line("case", "court", "H055", "2", "2026-10-16", None, "begun 16 October 2026"),
        line("case", "case", "H014", "2", "2025-12-03", "2026-11-21", "allocated 3 December 2025"),
        line("case", "case", "H015", "2", "2026-09-01", "2026-11-20", "allocated 1 September 2026"),
        line("case", "new", "H001", "1", "2026-11-02", "2026-12-01", "allocated 2 November 2026"),
        line("case", "new", "H002", "1", "2026-11-01", "2026-11-30", "allocated 1 November 2026"),
    ],
    ids=["stable", "extra", "case", "court", "day 27 of 28", "day 28 of 28", "new", "new on the 1st"],
)
def test_a_line_says_what_for_from_when_until_when_and_why(harbourside, expected):
    lines = [each for worker in report("points", "--on", "2026-11-20")["workers"] for each in worker["lines"]]

    assert expected in lines


def test_the_day_after_the_window_a_case_stands_no_more(harbourside):
    refs = [each["ref"] for each in report("points", "--on", "2026-11-21")["workers"][0]["lines"]]

    assert "H015" not in refs and "H014" in refs


def test_the_plan_is_the_published_week_an_hour_over(harbourside):
    mere, tom = report("plan")["workers"]

    assert mere["weeks"][0] == {
        "week": 1, "wellbeing": "5", "contact": "21", "management": "14", "total": "40", "available": "40",
        "contact_percent": "52.5", "wellbeing_percent": "12.5", "management_percent": "35.0", "contact_over": "1",
    }  # fmt: skip
    assert {week["contact"] for week in tom["weeks"]} == {"19.5"}
    assert {week["contact_over"] for week in tom["weeks"]} == {"0"}


def test_a_month_has_its_record_beside_it(harbourside):
    said = report("month", "--month", "2026-04")["workers"]

    assert [(row["worker"][:4], row["record"], row["agreed_total"], row["flag"]) for row in said] == [
        ("mere", "agreed", "104", "reason"),
        ("tom@", "agreed", "88", "none"),
    ]


def test_who_was_away_is_listed_while_they_were(harbourside):
    assert report("absences", "--on", "2026-08-16")["workers"] == [
        {
            "worker": "tom@harbourside.example", "from": "2026-08-10", "days": 7, "band": "under_2_weeks",
            "expected_back": "2026-08-17",
        }
    ]  # fmt: skip
    assert report("absences", "--on", "2026-08-17")["workers"] == []


def test_reports_are_narrowed_to_a_worker_or_a_team(harbourside):
    assert [w["worker"] for w in report("points", "--worker", "Tom@Harbourside.example")["workers"]] == [
        "tom@harbourside.example"
    ]
    assert len(report("parked", "--worker", "tom@harbourside.example")["people"]) == 20
    assert len(report("caseload", "--team", "harbourside")["workers"]) == 2


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).lstrip("-").isdecimal()


@pytest.mark.parametrize("name", reports.NAMES)
def test_csv_and_xlsx_carry_the_rows_of_json(harbourside, name, tmp_path):
    said = report(name)
    out = io.StringIO()
    call_command("report", name, "--format", "csv", stdout=out)
    call_command("report", name, "--format", "xlsx", "--output", str(tmp_path / "report.xlsx"))

    rows = next(rows for rows in reports.rows_of(said).values())
    found = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert [tuple(row.values())[0] for row in found][: len(rows)] == [str(tuple(row.values())[0]) for row in rows]
    for sheet in openpyxl.load_workbook(tmp_path / "report.xlsx").worksheets:
        kinds = {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row if _is_number(str(cell.value))}
        assert kinds <= {"n"}, sheet.title  # a spreadsheet warns of numbers that are text


@pytest.mark.parametrize("name", reports.NAMES)
def test_a_table_says_its_columns_with_and_without_rows(harbourside, name, tmp_path):
    day = ["--month", "1999-01"] if name == "month" else ["--on", "1999-01-01"]
    headers = []
    for words in ([name, "--on", "2026-08-10"], [name, *day]):
        out = io.StringIO()
        call_command("report", *words, "--format", "csv", stdout=out)
        headers.append(out.getvalue().splitlines()[0])
        rows = [row for rows in reports.rows_of(report(*words)).values() for row in rows if "element" not in row]
        assert {column for row in rows for column in row} <= set(reports.COLUMNS[name])
    call_command("report", name, *day, "--format", "xlsx", "--output", str(tmp_path / "report.xlsx"))
    sheet = openpyxl.load_workbook(tmp_path / "report.xlsx").worksheets[0]

    assert headers == [",".join(reports.COLUMNS[name])] * 2
    assert tuple(cell.value for cell in sheet[1]) == reports.COLUMNS[name]


@pytest.mark.parametrize("name", reports.NAMES)
def test_no_report_names_anybody_supported(harbourside, name):
    said = json.dumps(report(name), ensure_ascii=False)

    assert not [person for person in Client.objects.values_list("name", flat=True) if person in said]


def everything(organisation: Organisation) -> dict[str, Counter]:
    rows = queries.to_write(organisation)
    return {name: Counter(tuple(map(str, row.values())) for row in found) for name, found in rows.items()}


def test_the_same_file_twice_adds_nothing(harbourside):
    before, lines = everything(harbourside), PointLine.objects.count()

    plan = actions.bring_in(files.open_path(HARBOURSIDE))

    assert {(counts["new"], counts["changed"], counts["refused"]) for counts in plan.counts.values()} == {(0, 0, 0)}
    assert everything(harbourside) == before
    assert PointLine.objects.count() == lines


@pytest.mark.parametrize("form", ["folder", "zip", "xlsx"])
def test_what_goes_out_comes_in_and_goes_out_the_same(harbourside, form, tmp_path):
    Contact.objects.filter(client__ref="H001").update(note="=1+1\n\t'quoted', “Tāne”\r\nand more")
    path = tmp_path / {"folder": "out", "zip": "out.zip", "xlsx": "out.xlsx"}[form]
    call_command("export_service", str(path), stdout=io.StringIO())
    before = queries.to_write(harbourside)
    removal.take_out(harbourside)
    assert not Client.objects.exists() and not User.objects.exists()

    call_command("import_service", str(path), stdout=io.StringIO())

    again = Organisation.objects.get()
    assert queries.to_write(again) == before
    assert check(again) == []


def test_an_export_comes_back_into_its_own_service_without_a_change(harbourside):
    opened = files.open_bytes(export.workbook(queries.to_write(harbourside)))

    plan = actions.bring_in(opened)

    assert {(counts["new"], counts["changed"]) for counts in plan.counts.values()} == {(0, 0)}


def test_an_import_is_one_row_of_the_audit_and_no_word_to_anybody(harbourside, mailoutbox):
    entry = Entry.objects.get()

    assert (entry.what, entry.organisation, entry.counts["people"]["new"]) == (Entry.What.IMPORTED, harbourside, 114)
    assert not (Message.objects.exists() or Notice.objects.exists() or Reminder.objects.exists() or mailoutbox)


def test_nobody_brought_in_can_sign_in_before_they_are_invited(harbourside):
    assert all(not user.has_usable_password() for user in User.objects.all())


def test_people_keep_the_team_of_their_last_worker(harbourside):
    assert set(Client.objects.values_list("team__name", flat=True)) == {"Harbourside"}


# The demo ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def demo(settings, monkeypatch):
    settings.DEMO = True
    monkeypatch.setenv("PEERLOAD_DEMO_PASSWORD", "a wharf at low tide")


def load_demo(*words: str) -> str:
    out = io.StringIO()
    call_command("load_demo", *words, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("today", "day"),
    [
        (date(2026, 11, 20), date(2026, 11, 20)),
        (date(2026, 11, 26), date(2026, 11, 20)),
        (date(2026, 11, 27), date(2026, 11, 27)),
        (date(2026, 11, 19), date(2026, 11, 13)),
        (date(2028, 3, 1), date(2028, 2, 25)),
    ],
    ids=["the day itself", "six days later", "a week later", "the day before", "in a leap year"],
)
def test_the_demo_is_as_of_a_friday_just_gone(today, day):
    assert demo_data.as_at(today) == day and day.weekday() == AS_AT.weekday()


@pytest.mark.parametrize(
    ("today", "day"),
    [(date(2026, 11, 26), date(2026, 11, 20)), (date(2028, 3, 1), date(2028, 2, 25))],
    ids=["the week of the sheets", "in a leap year"],
)
def test_the_demo_says_of_its_friday_what_the_sheets_say_of_theirs(on, demo, today, day):
    on(today)

    load_demo()

    assert Contact.objects.latest("on").on == day
    assert Activity.objects.get().starts_on == day - (AS_AT - date(2026, 10, 16))
    organisation = Organisation.objects.get()
    assert organisation.cycle_anchor.weekday() == 0 and organisation.greeting == "Kia ora"
    assert check(organisation) == []
    parked = {row["ref"]: row for row in reports.parked(reports.ReportScope(organisation), day)["people"]}
    expected = EXPECTED["parked --on 2026-11-20"]
    assert {ref: (row["state"], row["outcome"]) for ref, row in parked.items() if ref in expected} == {
        ref: (row["state"], row["outcome"]) for ref, row in expected.items()
    }


def test_the_demo_is_loaded_once_and_anew_when_asked(on, demo):
    on(AS_AT)
    first = load_demo()
    Client.objects.filter(ref="H001").update(name="Somebody else")

    assert load_demo() == first
    assert Client.objects.get(ref="H001").name == "Somebody else"

    _work_in_it()
    assert load_demo("--again") == first
    assert Client.objects.get(ref="H001").name == "Jamie Leota"
    assert Organisation.objects.count() == 1


def _work_in_it():
    """Write what belongs to a service only by way of another row, and has a history."""
    leaving = factories.LeavingFactory(member=Member.objects.get(user__email="tom@harbourside.example"))
    LeavingStep.objects.create(leaving=leaving, kind="inform", owner=leaving.by, due_on=AS_AT)
    leaving.handovers.create(client=Client.objects.first(), note="Likes to walk.")
    mere = Member.objects.get(user__email="mere@harbourside.example")
    absence = factories.AbsenceFactory(worker=mere, ends_before=AS_AT)  # before the leave that the demo has
    done = absence.duties_done.create(kind="cover_plan", due_on=AS_AT, done_on=AS_AT, by=leaving.by)
    done.done_on += timedelta(days=1)
    done.save()


def test_the_demos_sign_ins_have_its_password_and_nobody_else(on, demo):
    on(AS_AT + timedelta(days=9))  # a day on which a month of the demo lies above the limit

    said = load_demo()

    assert all(User.objects.get(email=email).check_password("a wharf at low tide") for email in demo_data.SIGN_INS)
    assert all(email in said for email in demo_data.SIGN_INS)


def test_the_demo_stays_away_from_a_real_service(on, settings):
    on(AS_AT)
    settings.DEMO = False

    with pytest.raises(Exception, match="PEERLOAD_DEMO=1"):
        load_demo()

    assert not Organisation.objects.exists()


def test_every_page_of_the_demo_shows_something(on, demo):
    today = on(AS_AT + timedelta(days=6))
    load_demo()
    organisation = Organisation.objects.get()
    members = {member.email.partition("@")[0]: member for member in organisation.members.select_related("user")}
    ana, mere, hinewai = (members[name] for name in ("ana", "mere", "hinewai"))

    (alone,) = cover.left_alone(organisation, today, team_ids=[ana.home_team_id])
    assert (alone.name, alone.nobody, alone.statutory) == (hinewai.name, 1, 0)
    (away,) = Absence.objects.on(today)
    assert 21 <= (away.expected_back - today).days <= 28
    assert Cover.objects.on(today).filter(absence=away).count() == 26
    assert {bool(row.done) for row in cover.duties(away, today)} == {True, False}

    (proposed,) = moves.proposed_to(ana, today)
    assert proposed.back_to == hinewai and moves.not_yet(ana, today) == [(hinewai.name, away.expected_back, 1)]

    assert Group.objects.visible_to(mere, today).count() == 2
    group = Group.objects.get(name="Wharf walk and kai")
    assert len(groups.members_of(group, today)) == 11
    met = groups.sessions_of(group)
    assert len(met) == 6 and all(each.came and each.absent and each.facilitators for each in met)
    assert {name for each in met for name in each.facilitators} == {hinewai.name, mere.name}

    waits = waiting.waiting(organisation, today, today=today, team_ids=[ana.home_team_id])
    assert len(waits) == 3 and all(each.owner and each.action and each.due_on > today for each in waits)
    assert [each.name for each in waits if each.contingency] == ["Losa Faleolo"]

    (notice,) = Leaving.objects.standing()
    (leaver,) = leaving.under_way(ana, today)
    assert leaver.member == notice.member and notice.last_day > today and 0 < leaver.open_steps < notice.steps.count()
    assert 0 < notice.handovers.exclude(note="").count() < leaver.to_hand_over
    assert notice.handovers.exclude(to=None).exists() and notice.handovers.exclude(told_on=None).exists()

    supervision = Session.objects.filter(kind=SessionKind.SUPERVISION)
    assert supervision.held().exists() and supervision.planned().filter(planned_on__gt=today).count() == 5
    assert supervision.get(instead__isnull=False).instead.planned_on > today

    first_met = dict(TierPeriod.objects.values_list("client").annotate(Min("starts_on")))
    said = [*Goal.objects.values_list("client", "starts_on"), *Consent.objects.values_list("client", "consented_on")]
    assert said and all(
        on_day >= first_met[person] for person, on_day in said
    )  # nobody said anything before they were met

    (doubt,) = merging.doubts(ana, AS_AT)
    assert (doubt.mine.ref, doubt.mine.name) == ("H003", doubt.other.name)

    ruth = members["ruth"]
    (sent,) = TeamReport.objects.filter(organisation=organisation)
    decided = MonthlyRecord.objects.get(report=sent, worker=hinewai)
    assert (decided.status, decided.decided_by, decided.manager_note != "") == ("reported", ruth, True)
    assert decided.decision_reason and decided.explanation and decided.lines.exists()
    (waits,) = months.to_decide(ruth, today)
    assert waits.worker == members["priya"] and waits.month > decided.month
    assumed = Assumption.objects.get()
    assert (assumed.record.worker, assumed.record.status, assumed.answer) == (hinewai, "provisional", "")
    overdue = RemedialAction.objects.filter(done_on=None).earliest("due_on")
    assert (today - overdue.due_on).days > 14

    assert check(organisation) == []


MAIN_PAGES = {
    "mere": ("my_day", "people", "groups", "my_weeks", "my_records", "my_points", "account"),
    "tom": ("my_day", "people", "waiting", "my_weeks", "my_records", "my_points", "account"),
    "ana": (
        "team",
        "people",
        "waiting",
        "possible_duplicates",
        "absences",
        "returns",
        "team_month",
        "resources",
        "groups",
    ),
    "ruth": ("team", "team_month", "team_months", "resources"),
    "admin": ("settings", "staff", "teams", "scheme", "closures", "service", "import", "messages"),
}


def test_the_demo_opens_to_each_role_and_leaves_the_two_workers_of_the_source_as_they_are(on, demo, signed_in):
    on(AS_AT)
    load_demo()

    for name, pages in MAIN_PAGES.items():
        browser = signed_in(Member.objects.get(user__email=f"{name}@harbourside.example"))
        assert {page: browser.get(reverse(page)).status_code for page in pages} == dict.fromkeys(pages, 200)

    points = {row["worker"]: (row["total"], row["case_count"]) for row in report("points")["workers"]}
    people = {row["worker"]: row["total"] for row in report("caseload")["workers"] if row["worker"]}
    for worker, row in EXPECTED["points --on 2026-11-20"].items():
        assert (points[worker], people[worker]) == ((row["total"], row["case_count"]), 50)


def test_what_the_demo_adds_names_people_it_has():
    refs = {row[1][0] for row in files.open_path(HARBOURSIDE).tables["people"].rows}

    for name, sheet in (("extras.csv", "people"), ("notes.csv", "contacts")):
        rows = list(csv.DictReader(io.StringIO((demo_data.FOLDER / name).read_text(encoding="utf-8"))))
        assert {row["ref"] for row in rows} <= refs
        assert not {"phone", "contact_how", "contact_note", "note"} & set(rows[0]) - set(SHEET[sheet].names)
