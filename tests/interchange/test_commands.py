"""The commands, as they are typed: what they print, and how they refuse."""

import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from caseload.models import Client, Contact
from peerload.audit.models import Entry
from peerload.interchange import actions
from peerload.staff.models import Organisation, Team, User
from workload.months.actions import send

from .. import factories
from .sheets import SERVICE, opened, small, text, zipped

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def brought_in() -> Organisation:
    return actions.bring_in(opened(small())).organisation


MADE_ONCE = {"service": (brought_in, date(2026, 11, 12))}


def coded(code: str) -> dict:
    return small(service=[{"key": key, "value": value} for key, value in (SERVICE | {"code": code}).items()])


def files(sheets, folder):
    for name, rows in sheets.items():
        (folder / f"{name}.csv").write_bytes(text(rows))
    return str(folder)


def test_an_import_says_by_sheet_what_it_did(tmp_path, capsys):
    call_command("import_service", files(small(), tmp_path))

    said = capsys.readouterr()
    assert said.out.splitlines()[:3] == [
        "service: 3 new, 0 changed, 0 unchanged",
        "teams: 1 new, 0 changed, 0 unchanged",
        "staff: 3 new, 0 changed, 0 unchanged",
    ]
    assert said.err == ""  # a progress bar is for a terminal


def test_a_dry_run_says_the_same_and_saves_nothing(tmp_path, capsys):
    call_command("import_service", files(small(), tmp_path), "--dry-run")

    said = capsys.readouterr().out
    assert "people: 2 new, 0 changed, 0 unchanged" in said and "dry run" in said
    assert not Organisation.objects.exists()


@pytest.mark.parametrize("options", [[], ["--dry-run"]], ids=["import", "dry run"])
def test_a_refused_file_leaves_with_1_and_every_fault_on_stderr(tmp_path, capsys, options):
    path = tmp_path / "service.zip"
    people = [*small()["people"], {"ref": "", "name": "Isa Kumar"}, {"ref": "H4", "name": ""}]
    path.write_bytes(zipped({f"{name}.csv": text(rows) for name, rows in small(people=people).items()}))

    with pytest.raises(SystemExit) as left:
        call_command("import_service", str(path), *options)

    said = capsys.readouterr()
    assert (left.value.code, said.out) == (1, "")
    assert said.err.splitlines()[:2] == [
        "people, row 4, column ref: This cell is empty. Fill it in.",
        "people, row 5, column name: This cell is empty. Fill it in.",
    ]
    assert said.err.splitlines()[-1] == "Nothing was saved."


@pytest.mark.parametrize("name", ["people.csv", "nowhere", "book.xlsx"])
def test_a_path_that_is_no_service_is_refused_in_words(tmp_path, capsys, name):
    if name != "nowhere":
        (tmp_path / name).write_bytes(b"ref,name\n")

    with pytest.raises(SystemExit):
        call_command("import_service", str(tmp_path / name))

    said = capsys.readouterr().err
    assert "Nothing was saved." in said and "Traceback" not in said


def test_where_there_are_several_a_command_asks_which(service, tmp_path, capsys):
    actions.bring_in(opened(coded("northcote")))

    with pytest.raises(CommandError, match="--organisation: Harbourside, northcote"):
        call_command("report", "points")
    with pytest.raises(CommandError, match="no service southcote. There are: Harbourside, northcote"):
        call_command("report", "points", "--organisation", "southcote")

    call_command("report", "points", "--organisation", "northcote")
    assert len(json.loads(capsys.readouterr().out)["workers"]) == 2
    call_command("export_service", str(tmp_path / "out"), "--organisation", "northcote")
    assert "code,northcote" in (tmp_path / "out" / "service.csv").read_text()


def test_a_file_of_another_service_is_refused_where_one_is_asked_for(service, tmp_path, capsys):
    with pytest.raises(SystemExit):
        call_command("import_service", files(coded("northcote"), tmp_path), "--organisation", "Harbourside")

    assert "The file is for the service northcote, not for Harbourside" in capsys.readouterr().err
    assert Client.objects.count() == 2


def test_a_file_whose_service_is_named_almost_like_another_is_asked_about(service, tmp_path):
    with pytest.raises(CommandError, match="There is Harbourside already. Make Harbourśide as well"):
        call_command("import_service", files(coded("Harbourśide"), tmp_path))
    with pytest.raises(CommandError, match="no service Harborside. Did you mean Harbourside"):
        call_command("import_service", files(small(), tmp_path), "--organisation", "Harborside")
    assert Organisation.objects.count() == 1

    call_command("import_service", files(coded("Harbourśide"), tmp_path), "--yes")
    assert Organisation.objects.count() == 2


def test_services_are_listed_with_how_much_there_is(service, capsys):
    call_command("services")

    assert capsys.readouterr().out == "Harbourside: Harbourside, 3 staff (0 admins), 2 people, 0 contacts\n"


def test_a_service_is_removed_with_all_that_is_in_it_and_no_other(service, capsys):
    other = actions.bring_in(opened(coded("northcote"))).organisation

    with pytest.raises(CommandError, match="Add --yes"):
        call_command("remove_service", "northcote")
    assert Client.objects.filter(organisation=other).count() == 2
    with pytest.raises(CommandError, match="no service nortcote. Did you mean northcote"):
        call_command("remove_service", "nortcote", "--yes")
    call_command("remove_service", "northcote", "--yes")

    said = capsys.readouterr().out
    assert "3 staff (0 admins), 2 people" in said and "removes 0 sign-ins" in said  # they work in both
    assert list(Organisation.objects.all()) == [service]
    assert (Client.objects.count(), User.objects.count()) == (2, 3)
    entry = Entry.objects.get(what="removed")
    assert (entry.subject, entry.counts["people"], entry.organisation) == ("northcote", 2, None)


def test_a_service_that_sheets_are_coming_into_is_not_removed(service):
    factories.UploadFactory(member=factories.MemberFactory(organisation=service, role="admin"), state="waiting")

    with pytest.raises(CommandError, match="An import of this service is under way"):
        call_command("remove_service", service.code, "--yes")

    assert Organisation.objects.filter(pk=service.pk).exists()


def test_without_any_service_a_report_says_how_to_begin():
    with pytest.raises(CommandError, match="import_service"):
        call_command("report", "points")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["points", "--on", "12/11/2026"], "YYYY-MM-DD"),
        (["month", "--month", "2026-13"], "YYYY-MM"),
        (["points", "--team", "Northcote"], "no team Northcote"),
        (["points", "--worker", "no@harbourside.example"], "No one has the email"),
        (["wages"], "invalid choice"),
    ],
)
def test_a_report_that_cannot_be_given_says_why(service, words, says):
    with pytest.raises(CommandError, match=says):
        call_command("report", *words)


def test_a_report_is_of_today_and_of_the_last_whole_month_unless_said(service, capsys):
    call_command("report", "points")
    assert json.loads(capsys.readouterr().out)["on"] == "2026-11-12"

    call_command("report", "month")
    said = json.loads(capsys.readouterr().out)
    assert (said["month"], said["due_on"], said["aim_on"], said["late"]) == (
        "2026-10",
        "2026-11-15",
        "2026-11-13",
        False,
    )


@pytest.mark.parametrize(
    ("today", "late"), [(date(2026, 11, 15), False), (date(2026, 11, 16), True)], ids=["the 15th", "the 16th"]
)
def test_a_month_is_late_from_the_16th(service, on, capsys, today, late):
    on(today)

    call_command("report", "month")

    assert json.loads(capsys.readouterr().out)["late"] is late


def test_a_month_whose_teams_have_all_reported_is_not_late(service, on, capsys):
    on(date(2026, 11, 16))
    for team in Team.objects.exclude(manager=None):
        send(team=team, month=date(2026, 10, 1), by=team.manager, today=date(2026, 11, 16))

    call_command("report", "month", "--month", "2026-10")

    assert json.loads(capsys.readouterr().out)["late"] is False


def test_an_export_is_a_folder_or_a_workbook(service, tmp_path, capsys):
    call_command("export_service", str(tmp_path / "out"))
    call_command("export_service", str(tmp_path / "out.xlsx"), "--format", "xlsx")

    assert (tmp_path / "out" / "people.csv").read_text().splitlines()[1] == "H1,Jamie Leota,,no,Harbourside,ok,,,,,,,,,"
    assert (tmp_path / "out.xlsx").read_bytes()[:2] == b"PK"


def test_an_export_to_nowhere_says_so(service, tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_service", str(tmp_path / "file"))


def test_rows_like_one_that_is_there_are_asked_about(tmp_path, capsys):
    contact = {"ref": "H1", "on": "2026-11-02", "reached": "yes", "outcome": "other", "note": "Talked of the summer"}
    actions.bring_in(opened(small(contacts=[contact])))
    path = files(small(contacts=[contact | {"note": "Talked about the summer"}]), tmp_path)

    for options in ([], ["--dry-run"]):
        with pytest.raises(SystemExit):
            call_command("import_service", path, *options)
        assert capsys.readouterr().err.splitlines() == [
            "To be answered: 1 new row is like one that is there.",
            "  --accept alike=replace: They are corrections. Replace the existing rows. Those stay readable, but "
            "no longer count.",
            "  --accept alike=keep: They are different rows. Keep both.",
            "  contacts, row 2: there now: note other words; in the file: note Talked about the summer",
            "Nothing was saved.",
        ]
    call_command("import_service", path, "--like-one-there", "replace")

    assert [row.note for row in Contact.objects.filter(voided_at=None)] == ["Talked about the summer"]
