"""The service manager reads each report that was sent, by worker, and of a report not sent only that it is not."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from peerload.core.formats import format_number
from tests import factories
from tests.conftest import TODAY
from tests.shared import shared
from tests.workload.months.scene import OCTOBER, SEPTEMBER, act, agree, away, both_agree, carry, submit
from workload import actions as work
from workload.months import actions

from .test_record_page import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

NOTE = "Tom and I speak on Monday."
REASON = "Two colleagues were ill."


@shared(dated=True)
def mere(worker, organisation):
    work.create_scheme(organisation)
    carry(worker, 93)
    factories.ClientFactory(supported_by=worker, name="Hana Rewi", since=date(2026, 10, 5))
    factories.refresh_derived(workers=[worker])
    return worker


@shared(dated=True)
def tom(teammate, mere):
    carry(teammate, 110)
    return teammate


@shared(dated=True)
def sent(team, manager, mere, tom):
    """October of Harbourside, sent: Mere agreed, Tom over the limit with his reason and away."""
    act(actions.note_supervision, mere, manager, held_on=date(2026, 10, 29), next_on=date(2026, 11, 26))
    both_agree(mere, manager)
    act(actions.write_reason, tom, manager, reason=REASON, causes="")
    away(tom, since=date(2026, 10, 26))
    return actions.send(team=team, month=OCTOBER, by=manager, today=TODAY, note=NOTE)


@shared(dated=True)
def late(other_team, stranger, mere):
    """October of Northcote, not sent."""
    carry(stranger, 99)
    return other_team


def month(client, **asked) -> str:
    answer = client.get(reverse("team_month"), asked)
    assert answer.status_code == 200
    return words(answer)


def taken(client, kind, **asked):
    return client.get(reverse("team_month_export", args=[kind]), {"month": "2026-10", **asked})


def rows_of(answer) -> list[dict]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


class TestADecidedTotal:
    @pytest.fixture
    def decided(self, team, manager, other_manager, mere):
        submit(mere)
        act(actions.disagree, mere, manager, total=Decimal(98), note="Twice.", other_manager=other_manager)
        agree(mere, other_manager, total=Decimal(98))
        agree(mere, mere)
        return actions.send(team=team, month=OCTOBER, by=manager, today=TODAY)

    @pytest.mark.parametrize("who", ["service_manager", "manager"])
    def test_what_was_decided_stands_beside_the_elements(self, request, signed_in, who, team, decided, mere):
        client = signed_in(request.getfixturevalue(who))
        record = mere.records.get()
        beyond = 98 - record.counted
        assert beyond > 0
        said = month(client, team=team.pk, month="2026-10")
        assert f"+{format_number(beyond)}, decided by another manager" in said
        row = rows_of(taken(client, "csv", team=team.pk))[0]
        elements = ("stable", "extras", "cases", "weight", "decided")
        assert sum(Decimal(row[name] or 0) for name in elements) == Decimal(row["total"]) == 98
        pdf = PdfReader(io.BytesIO(taken(client, "pdf", team=team.pk).content))
        assert f"+{row['decided']} decided" in " ".join(pdf.pages[0].extract_text().split())


class TestAReasonWrittenAfterTheReport:
    def test_it_stays_in_the_record_and_the_report_is_read_as_it_was_sent(
        self, signed_in, service_manager, team, sent, tom, manager
    ):
        late = "A court case took two weeks."
        act(actions.write_reason, tom, manager, reason=late, causes=late)
        assert tom.records.get(month=OCTOBER).reason == late
        for who in (manager, service_manager):
            client = signed_in(who)
            said = month(client, team=team.pk, month="2026-10")
            assert late not in said
            assert late not in taken(client, "csv", team=team.pk).content.decode("utf-8-sig")
            pdf = PdfReader(io.BytesIO(taken(client, "pdf", team=team.pk).content))
            printed = " ".join(pdf.pages[0].extract_text().split())
            assert REASON in printed and late not in printed

    def test_the_form_says_so(self, signed_in, sent, tom):
        said = words(signed_in(tom).get(reverse("record_reason", args=[tom.uid, "2026-10"])))
        assert "What you write now stays in this record and does not change the report." in said
        assert "The service manager reads this" not in said


class TestASentReport:
    def test_it_says_of_each_worker_what_they_carried_and_why_they_are_over(self, reader, team, sent):
        said = month(reader, team=team.pk)
        assert "Ana Whitford sent this report on 12 November 2026." in said
        assert NOTE in said
        assert "Mere Paki 1 FTE stable 15, extra 70, cases 3, weight 8 96 of 100 little room" in said
        assert "agreed, sent yes, 29 October next 26 November" in said
        assert "away since 26 October" in said and "110 of 100 over" in said
        assert f"Tom Lealaiauloto 110 of 100 {REASON}" in said

    def test_a_worker_leads_to_their_points_not_to_their_record_and_nobody_supported_is_named(
        self, reader, team, sent, mere
    ):
        page = reader.get(reverse("team_month"), {"team": team.pk}).content.decode()
        record = reverse("record", args=[mere.uid, "2026-10"])
        assert reverse("points_sent", args=[mere.uid, "2026-10"]) in page and record not in page and "Hana" not in page
        assert reader.get(reverse("record", args=[mere.uid, "2026-10"])).status_code == 404

    def test_it_stays_as_it_was_sent_when_facts_are_corrected(self, reader, team, sent, mere):
        before = month(reader, team=team.pk)
        work.take_on(worker=mere, code="group_work", starts_on=OCTOBER, by=mere)
        factories.refresh_derived(workers=[mere])
        mere.posts.update(fte="0.5")
        assert month(reader, team=team.pk) == before

    def test_who_manages_the_team_is_there_to_be_rung(self, reader, team, sent, manager, teammate):
        said = month(reader, team=team.pk)
        assert (
            f"Team manager Ana Whitford {manager.email} Record that Ana Whitford is or will be away Deputy none" in said
        )
        team.deputy = factories.MemberFactory(organisation=team.organisation, name="Ioane Deputy")
        team.save()
        assert "Deputy Ioane Deputy" in month(reader, team=team.pk)

    @pytest.mark.parametrize("named", [False, True], ids=["nobody named", "the manager is away"])
    def test_where_nobody_can_act_it_says_what_to_do(self, reader, team, sent, manager, admin, named):
        if named:
            factories.AbsenceFactory(worker=manager)
        else:
            team.manager = None
            team.save()
        said = month(reader, team=team.pk)
        assert ("No one who leads this team is at work." in said) is named
        assert ("This team has no manager and no deputy." in said) is not named
        if named:
            assert "Choose who acts, or ask an admin to name a deputy." in said
        else:
            assert "Ask an admin to name a deputy, who can act for the team at once: Sam Ito ." in said

    def test_its_paper_opens_and_holds_the_reasons(self, reader, team, sent):
        pdf = taken(reader, "pdf", team=team.pk)
        said = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.content)).pages).split())
        assert NOTE in said and f"Tom Lealaiauloto {REASON}" in said and "agreed, sent" in said
        assert "Hana" not in said and "Record of Tom Lealaiauloto" in said

    def test_its_file_has_a_line_a_worker(self, reader, team, sent):
        mere, tom = rows_of(taken(reader, "csv", team=team.pk))
        assert (mere["worker"], mere["team"], mere["total"], mere["record"]) == (
            "Mere Paki",
            "Harbourside",
            "96",
            "agreed, sent",
        )
        assert (tom["band"], tom["reason"], tom["away_since"], tom["sent_on"]) == (
            "over",
            REASON,
            "2026-10-26",
            "2026-11-12",
        )

    def test_a_team_of_another_service_is_404(self, reader):
        elsewhere = factories.TeamFactory(organisation=factories.OrganisationFactory())
        for name in ("team_month", "team_months"):
            for asked in (elsewhere.pk, "x", "99999999999999999999"):
                assert reader.get(reverse(name), {"team": asked}).status_code == 404


class TestOneNotSent:
    @pytest.mark.parametrize(
        ("on_day", "said_of_it"),
        [
            (date(2026, 10, 31), "The month is not over. Its report is due on Sunday 15 November."),
            (date(2026, 11, 15), "This report is not sent yet. It is due on Sunday 15 November."),
            (date(2026, 11, 16), "This report is not sent. It is 1 day late: it was due on Sunday 15 November."),
            (date(2026, 11, 28), "This report is not sent. It is 13 days late: it was due on Sunday 15 November."),
        ],
    )
    def test_it_says_only_that_it_is_not_sent_and_since_when_it_is_late(
        self, reader, late, stranger, on, on_day, said_of_it
    ):
        on(on_day)
        said = month(reader, team=late.pk, month="2026-10")
        assert said_of_it in said and "Team manager Lena Okafor" in said
        assert stranger.name not in said and "99 " not in said.replace(late.manager.user.email, "")

    @pytest.mark.parametrize("kind", ["pdf", "csv", "xlsx"])
    def test_there_is_nothing_to_take(self, reader, late, kind):
        assert taken(reader, kind, team=late.pk).status_code == 404


class TestEveryTeam:
    def test_each_team_leads_to_its_month(self, reader, team, late, sent, on):
        on(date(2026, 11, 16))
        page = reader.get(reverse("team_month")).content.decode()
        for each in (team, late):
            assert f'href="?team={each.pk}&amp;month=2026-10">{each.name}</a>' in page

    def test_a_team_not_sent_has_no_figures(self, reader, late, sent, on):
        on(date(2026, 11, 16))
        said = month(reader)
        assert "1 of 2 reports are sent. 1 is late: it was due on Sunday 15 November." in said
        assert (
            "Harbourside 2 workers, 2 FTE sent 12 November, with a note 206 of 200 103.0% 1 of 2 1 of 2 1 of 2" in said
        )
        assert "Northcote 1 worker late Harbourside" in said and "The reports sent 1 of 2 206 of 200 103.0%" in said

    def test_nobody_is_late_until_the_16th(self, reader, late, on):
        on(date(2026, 11, 15))
        assert " late" not in month(reader)

    def test_workers_in_no_team_are_said_to_be_in_no_report(self, reader, sent, manager):
        factories.ClientFactory(supported_by=manager)
        said = month(reader)
        assert "The report is sent." in said
        assert "1 worker is in no team, so their month is in no report." in said

    def test_the_file_has_a_line_a_worker_and_another_a_line_a_team(self, reader, late, sent, on):
        on(date(2026, 11, 16))
        assert [(row["team"], row["worker"]) for row in rows_of(taken(reader, "csv"))] == [
            ("Harbourside", "Mere Paki"),
            ("Harbourside", "Tom Lealaiauloto"),
        ]
        theirs, ours = rows_of(taken(reader, "csv", by="team"))
        assert (ours["team"], ours["workers"], ours["points"], ours["over"], ours["note"]) == (
            "Harbourside",
            "2",
            "206",
            "1",
            NOTE,
        )
        assert (theirs["team"], theirs["points"], theirs["late_since"]) == ("Northcote", "", "2026-11-16")

    def test_the_workbook_has_both(self, reader, sent):
        book = openpyxl.load_workbook(io.BytesIO(taken(reader, "xlsx").content))
        assert book.sheetnames == ["workers", "teams", "About this file", "What the columns mean"]
        assert [row[1].value for row in book["workers"].iter_rows(min_row=2)] == ["Mere Paki", "Tom Lealaiauloto", None]

    def test_each_workbook_ends_with_the_sums_of_its_page(self, reader, team, sent, late):
        def last(sheet) -> dict:
            header, *_, sums = sheet.iter_rows(values_only=True)
            return {title: value for title, value in zip(header, sums, strict=True) if value is not None}

        both = openpyxl.load_workbook(io.BytesIO(taken(reader, "xlsx").content), data_only=True)
        one = openpyxl.load_workbook(io.BytesIO(taken(reader, "xlsx", team=team.pk).content), data_only=True)["workers"]
        of_workers = {"Month": datetime(2026, 10, 1), "FTE": 2, "Total": 206, "Limit": 200}
        assert last(both["workers"]) == {"Team": "The reports sent", **of_workers}
        assert last(one) == {"Team": "Harbourside", "Worker": "Team", **of_workers}
        assert last(both["teams"]) == {
            "Team": "The reports sent",
            "Month": datetime(2026, 10, 1),
            "Workers": 2,
            "FTE": 2,
            "Points": 206,
            "Limit": 200,
            "Percent of the limit": 1.03,
            "Workers over the limit": 1,
            "Records complete": 1,
            "Had supervision": 1,
        }

    def test_a_workbook_without_a_report_has_no_row_of_sums(self, reader, late):
        book = openpyxl.load_workbook(io.BytesIO(taken(reader, "xlsx").content))
        assert [len(list(book[name].rows)) for name in ("workers", "teams")] == [1, 3]

    def test_no_file_names_anybody_supported(self, reader, team, sent):
        for asked in ({}, {"by": "team"}, {"team": team.pk}):
            assert "Hana" not in taken(reader, "csv", **asked).content.decode("utf-8-sig")
            cells = [
                str(cell.value)
                for sheet in openpyxl.load_workbook(io.BytesIO(taken(reader, "xlsx", **asked).content))
                for row in sheet.rows
                for cell in row
            ]
            assert "Mere Paki" in cells or asked == {"by": "team"}
            assert not any("Hana" in cell for cell in cells)
        pages = PdfReader(io.BytesIO(taken(reader, "pdf", team=team.pk).content)).pages
        said = " ".join(page.extract_text() for page in pages)
        assert "Mere Paki" in said and "Hana" not in said


class TestMonthByMonth:
    def test_a_month_sent_leads_to_its_report(self, reader, team, sent):
        page = reader.get(reverse("team_months")).content.decode()
        assert (
            f'href="{reverse("team_month")}?team={team.pk}&amp;month=2026-10">103.0<span class="visually-hidden">: '
            in page
        )
        assert f'href="?team={team.pk}">Harbourside</a>' in page

    def test_one_team_has_its_months(self, reader, team, sent, manager):
        actions.send(team=team, month=SEPTEMBER, by=manager, today=TODAY)
        said = words(reader.get(reverse("team_months"), {"team": team.pk}))
        assert "October 2026 206 of 200, 2 workers, 1 over the limit; sent" in said
        assert "September 2026" in said and "August 2026 " not in said.split("Months")[-1]

    def test_a_month_not_sent_is_not_counted(self, reader, late):
        said = words(reader.get(reverse("team_months")))
        assert "Northcote" not in said


@pytest.mark.parametrize("route", ["team_month", "team_months"])
def test_the_pages_ask_as_often_for_one_team_as_for_many(reader, organisation, team, manager, sent, route):
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            reader.get(reverse(route))
        return len(seen)

    reader.get(reverse(route))
    few = queries()
    for _ in range(4):
        more = factories.TeamFactory(organisation=organisation, manager=manager)
        factories.MemberFactory(organisation=organisation, in_team=more)
        actions.send(team=more, month=OCTOBER, by=manager, today=TODAY)
        factories.MemberFactory(organisation=organisation, in_team=factories.TeamFactory(organisation=organisation))
    assert queries() == few
