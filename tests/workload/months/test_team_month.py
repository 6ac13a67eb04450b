"""The team's month for those who lead it."""

import io
import re
from datetime import date, datetime
from urllib.parse import urlencode

import openpyxl
import pytest
from django.urls import reverse

from tests import factories
from tests.conftest import TODAY
from tests.workload.months.scene import OCTOBER, act, away, both_agree, submit
from workload import actions as work
from workload.models import TeamReport
from workload.months import actions
from workload.months.actions.prompts import prompt

from .test_record_page import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def month(client, **asked) -> str:
    return words(client.get(reverse("team_month"), asked))


def send(client, team, note=""):
    return client.post(reverse("team_month_send"), {"team": team.pk, "month": "2026-10", "note": note}, follow=True)


class TestTheTeam:
    def test_it_says_who_must_act_and_how_long_there_is(self, signed_in, manager, mere, tom):
        submit(mere, agree=True)
        said = month(signed_in(manager))
        assert "2 records are not agreed yet. You can send the report without them." in said
        assert "Mere Paki the manager still has to agree" in said
        assert "Tom Lealaiauloto Tom Lealaiauloto has not submitted it" in said
        assert "Sunday 15 November" in said

    def test_every_row_has_its_elements_record_and_supervision(self, signed_in, manager, mere, tom):
        act(actions.note_supervision, mere, manager, held_on=date(2026, 10, 29), next_on=date(2026, 11, 26))
        both_agree(mere, manager)
        said = month(signed_in(manager))
        assert "stable 15, extra 70, weight 8 93 of 100 little room agreed yes, 29 October next 26 November" in said
        assert "104 of 100 over several months: workload review not submitted no no next date" in said

    @pytest.mark.parametrize("route", ["team", "team_month"])
    def test_ticking_what_is_done_leads_back_to_the_page_it_stood_on(
        self, signed_in, manager, mere, team, organisation, route
    ):
        factories.TeamFactory(organisation=organisation, name="Another", manager=manager)  # the first by name
        action = factories.RemedialActionFactory(record__worker=mere, record__team=team)
        asked = {"team": team.pk} | ({"month": "2026-09"} if route == "team_month" else {})
        client = signed_in(manager)
        page = client.get(reverse(route), asked).content.decode()
        form = re.search(
            rf'<form\s[^>]*action="{reverse("action_tick_off", args=[action.pk])}".*?</form>', page, re.DOTALL
        )[0]
        sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))

        answer = client.post(reverse("action_tick_off", args=[action.pk]), sent | {"done": "yes"})
        assert answer["Location"] == f"{reverse(route)}?{urlencode(asked)}"
        action.refresh_from_db()
        assert action.done_on == TODAY

    def test_who_was_away_is_said_beside_the_name(self, signed_in, manager, mere):
        away(mere, since=date(2026, 10, 26))
        assert "away since 26 October" in month(signed_in(manager))

    def test_a_reminder_is_one_tap_for_one_or_for_all(self, signed_in, manager, mere, tom, team):
        client = signed_in(manager)
        form = {"team": team.pk, "month": "2026-10"}
        said = words(client.post(reverse("team_month_remind"), form | {"worker": tom.pk}, follow=True))
        assert "They are reminded in today’s or the next message: Tom Lealaiauloto." in said
        said = words(client.post(reverse("team_month_remind"), form, follow=True))
        assert "Mere Paki, Tom Lealaiauloto." in said

    def test_nobody_reminds_a_worker_of_another_team(self, signed_in, manager, mere, stranger, team):
        form = {"team": team.pk, "month": "2026-10", "worker": stranger.pk}
        assert "Everyone has been reminded already." in words(
            signed_in(manager).post(reverse("team_month_remind"), form, follow=True)
        )

    def test_another_team_is_404(self, signed_in, manager, mere, other_team):
        for name in ("team_month", "team_months", "team_month_send"):
            assert signed_in(manager).get(reverse(name), {"team": other_team.pk}).status_code == 404

    @pytest.mark.parametrize("asked", ["2026-12", "2026-99", "x", "1999-12"])
    def test_a_month_that_is_not_there_is_404(self, signed_in, manager, mere, asked):
        assert signed_in(manager).get(reverse("team_month"), {"month": asked}).status_code == 404


class TestSending:
    def test_before_it_is_sent_it_says_what_goes_in_unfinished(self, signed_in, manager, mere, tom, team):
        both_agree(mere, manager)
        said = words(signed_in(manager).get(reverse("team_month_send"), {"team": team.pk, "month": "2026-10"}))
        assert "1 record is sent as “not yet agreed”" in said
        assert "Tom Lealaiauloto: 104 of 100. Tom Lealaiauloto has not submitted it" in said
        assert "Without supervision in this month Mere Paki (no next date), Tom Lealaiauloto (no next date)." in said

    def test_sent_it_says_by_whom_and_stays(self, signed_in, manager, mere, tom, team):
        client = signed_in(manager)
        said = words(send(client, team, note="Tom and I speak on Monday."))
        assert "Sent on 12 November 2026 by Ana Whitford. The figures are those that were sent." in said
        assert "Tom and I speak on Monday." in said
        assert "sent, not yet agreed" in said
        work.take_on(worker=mere, code="group_work", starts_on=OCTOBER, by=mere)
        assert "197 of 200" in month(client)

    def test_a_second_tap_is_told_who_has_sent_it(self, signed_in, manager, mere, team):
        send(signed_in(manager), team)
        assert "Ana Whitford sent this report on 12 November 2026." in words(send(signed_in(manager), team))
        assert TeamReport.objects.count() == 1

    def test_the_first_page_counts_down_until_it_is_sent(self, signed_in, manager, mere, team, on):
        client = signed_in(manager)
        assert "October’s report is due in 3 days" in words(client.get("/team/"))
        on(date(2026, 11, 15))
        assert "October’s report is due today" in words(client.get("/team/"))
        on(date(2026, 11, 16))
        assert "October’s report is 1 day late" in words(client.get("/team/"))
        send(client, team)
        assert "October’s report" not in words(client.get("/team/"))

    def test_every_month_stays_on_the_first_page_until_its_report_is_sent_the_oldest_first(
        self, signed_in, manager, mere, tom, team, on
    ):
        client = signed_in(manager)
        prompt(team.organisation, on(date(2026, 11, 12)))
        on(date(2026, 12, 3))

        said = words(client.get("/team/"))

        october = (
            "October’s report is 18 days late 2 of 2 records are not agreed yet. It was due on Sunday 15 November."
        )
        assert october in said
        assert "November’s report is due in 12 days 2 of 2 records are not agreed yet." in said
        assert said.index("October’s report") < said.index("November’s report")
        assert f"?team={team.pk}&amp;month=2026-10" in client.get("/team/").content.decode()

        send(client, team)
        said = words(client.get("/team/"))
        assert "October’s report" not in said
        assert "November’s report is due in 12 days" in said

    def test_a_month_nobody_was_in_the_team_asks_for_no_report(self, signed_in, manager, worker, team, on):
        worker.posts.update(starts_on=date(2026, 11, 2))
        on(date(2026, 12, 3))
        prompt(team.organisation, date(2026, 12, 3))

        said = words(signed_in(manager).get("/team/"))

        assert "October’s report" not in said
        assert "November’s report" in said

    def test_a_team_that_never_had_a_report_begins_with_the_month_just_past(self, signed_in, manager, worker, on):
        on(date(2026, 12, 3))

        assert "October’s report" not in words(signed_in(manager).get("/team/"))


def test_the_teams_file_and_paper(signed_in, manager, mere, tom, team):
    client, asked = signed_in(manager), {"team": team.pk, "month": "2026-10"}
    text = client.get(reverse("team_month_export", args=["csv"]), asked).content.decode("utf-8-sig")
    assert "Mere Paki,Harbourside,2026-10,1,15,70,0,8,,93,85,100,limited,93,2026-10-01,none,,not submitted" in text
    pdf = client.get(reverse("team_month_export", args=["pdf"]), asked)
    assert pdf.content.startswith(b"%PDF-") and b"/StructTreeRoot" in pdf.content


def test_the_workbook_of_the_team_ends_with_the_teams_sums(signed_in, manager, mere, tom, team):
    answer = signed_in(manager).get(reverse("team_month_export", args=["xlsx"]), {"team": team.pk, "month": "2026-10"})
    *_, last = openpyxl.load_workbook(io.BytesIO(answer.content), data_only=True).active.iter_rows(values_only=True)
    assert last[:4] == ("Team", "Harbourside", datetime(2026, 10, 1), 2)
    assert (last[9], last[11]) == (197, 200)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_month_by_month_is_taken_along_as_sums_alone(signed_in, manager, mere, team, kind):
    answer = signed_in(manager).get(reverse("team_months_export", args=[kind]), {"team": team.pk})
    if kind == "csv":
        lines = answer.content.decode("utf-8-sig").splitlines()
        assert lines[0].startswith("month,workers,points,limit,percent,over,reported,high,medium,")
        assert lines[-1] == "2026-10,1,93,100,93,0,no,0,0,0,0,0,0,0,0"
        assert len(lines) == 13
    else:
        rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
        assert rows[0][0] == "Month" and rows[-2][:4] == (datetime(2026, 10, 1), 1, 93, 100)
        assert rows[-1][0] == "All months" and rows[-1][1] is None, "the same workers are not counted once a month"
        assert [str(cell)[:14] for cell in rows[-1][2:4]] == ["=SUBTOTAL(109,"] * 2
    assert "Mere" not in str(answer.content)


def test_month_by_month_leads_to_each_month(signed_in, manager, mere, team):
    page = signed_in(manager).get(reverse("team_months")).content.decode()
    assert re.search(rf"team={team.pk}&amp;month=2026-10", page)


def test_nobody_in_the_team_is_said_in_a_sentence(signed_in, manager, team, organisation):
    assert factories.TeamFactory(organisation=organisation, manager=manager)
    assert "No one had a post in this team." in month(signed_in(manager))
