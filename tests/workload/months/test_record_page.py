"""A record's page for each who may see it: what it says, what they may do there, what is kept of what was typed."""

import io
import re
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse

from tests import factories
from tests.conftest import TODAY
from tests.workload.months.scene import (
    LONG_AGO,
    OCTOBER,
    SEPTEMBER,
    act,
    agree,
    away,
    both_agree,
    carry,
    record,
    submit,
    version,
)
from workload import actions as work
from workload.models import MonthlyRecord
from workload.months import actions

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def address(worker, name="record", month="2026-10", **more):
    return reverse(name, args=[worker.uid, month, *more.values()])


def page(client, worker, month="2026-10") -> str:
    answer = client.get(address(worker, month=month))
    assert answer.status_code == 200
    return words(answer)


def words(answer) -> str:
    """Return a page's words without its tags."""
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main.partition(">")[2]).split())


def post(client, worker, name, **data):
    data.setdefault("version", version(worker))
    return client.post(address(worker, name), data, follow=True)


class TestWhatItSays:
    def test_a_draft_says_what_stands_and_what_to_do(self, signed_in, mere):
        said = page(signed_in(mere), mere)
        assert "As at 31 October 2026. It is prepared for you. Read it, say how the month was, and submit it." in said
        assert "93 of 100 points" in said
        assert "Mentoring 5 points for each person or case, while it lasts" in said
        assert "Submit and agree to 93 points" in said
        assert "The highest total this month was 93 points, first reached on 1 October" in said

    def test_a_month_under_way_says_so_and_cannot_be_submitted(self, signed_in, mere):
        said = page(signed_in(mere), mere, "2026-11")
        assert "November is not over. The figures are those known today." in said
        assert "Submit" not in said

    def test_people_are_named_to_those_who_may_see_them_and_to_nobody_else(
        self, signed_in, mere, manager, other_manager
    ):
        aroha = factories.ClientFactory(supported_by=mere, name="Aroha Tipene")
        submit(mere)
        away(manager)
        act(actions.ask_other_manager, mere, mere, other_manager=other_manager)
        assert aroha.name in page(signed_in(mere), mere)
        assert aroha.name in page(signed_in(manager), mere)
        said = page(signed_in(other_manager), mere)
        assert aroha.name not in said
        assert "a person they supported" in said

    def test_the_title_names_nobody(self, signed_in, mere, manager):
        answer = signed_in(manager).get(address(mere))
        assert "<title>A worker’s record, October 2026 - peerload</title>" in answer.content.decode()

    def test_a_kept_record_shows_the_lines_it_was_agreed_on(self, signed_in, mere, manager):
        both_agree(mere, manager)
        work.take_on(worker=mere, code="group_work", starts_on=date(2026, 10, 20), by=mere)
        said = page(signed_in(mere), mere)
        assert "Agreed by both. It does not change." in said
        assert "Group work" not in said
        later = page(signed_in(mere), mere, "2026-11")
        assert "Correction for October 2026: +6." in later

    def test_one_that_was_brought_in_says_so(self, signed_in, mere):
        factories.MonthlyRecordFactory(worker=mere, status="agreed", imported=True, total=81, mark=None, limit=None)
        said = page(signed_in(mere), mere)
        assert "Imported from a spreadsheet. Only the total was imported." in said
        assert "81 of 100 points" in said

    def test_a_review_shows_the_reason_of_the_month_before(self, signed_in, worker, organisation):
        work.create_scheme(organisation)
        carry(worker, 104)
        factories.MonthlyRecordFactory(
            worker=worker, month=SEPTEMBER, status="agreed", total=103, reason="Two people in the same week."
        )
        said = page(signed_in(worker), worker)
        assert "September, 103 Two people in the same week." in said
        assert "Before anyone agrees, write down what is behind it and at least one action" in said

    @pytest.mark.parametrize("month", ["2026-12", "2026-13", "october", "2024-12", "9999-12"])
    def test_a_month_that_is_not_there_is_404(self, signed_in, mere, month):
        assert signed_in(mere).get(address(mere, month=month)).status_code == 404


class TestSteps:
    def test_words_are_kept_and_shown(self, signed_in, mere):
        client = signed_in(mere)
        answer = post(
            client, mere, "record_words", comment="Much driving.", enough="too_much", would_help="A colleague"
        )
        said = words(answer)
        assert "Your words are saved." in said
        assert "Much driving." in said and "Too much" in said and "A colleague" in said

    def test_submitted_and_agreed_in_one_tap_it_is_the_managers_turn(self, signed_in, mere, manager):
        said = words(post(signed_in(mere), mere, "record_submit", agree="yes"))
        assert "Submitted; Ana Whitford still has to agree." in said
        said = words(post(signed_in(manager), mere, "record_agree"))
        assert "Agreed by both. It does not change." in said
        assert "12 November 2026" not in said or record(mere).status == "agreed"

    def test_the_second_to_save_sees_both_and_loses_nothing(self, signed_in, mere, manager):
        act(actions.write_reason, mere, manager, reason="A court case.", causes="")
        answer = post(signed_in(mere), mere, "record_reason", version=0, reason="Much driving.", causes="")
        assert answer.status_code == 409
        said = words(answer)
        assert "The record has changed while you were writing" in said
        assert "A court case. Much driving." in said
        again = re.search(r'name="version" value="(\d+)"', answer.content.decode()).group(1)
        post(signed_in(mere), mere, "record_reason", version=again, reason="Much driving.", causes="")
        assert record(mere).reason == "Much driving."

    def test_a_tap_on_an_old_page_changes_nothing_and_says_so(self, signed_in, mere, manager):
        submit(mere)
        old = version(mere)
        act(actions.note_supervision, mere, mere, held_on=TODAY, next_on=None)
        answer = post(signed_in(manager), mere, "record_agree", version=old)
        assert "This record has changed since you opened it." in words(answer)
        assert not record(mere).agreements.exists()

    @pytest.mark.parametrize("name", ["record_action_add", "record_disagree"])
    def test_a_form_without_a_field_of_the_record_says_too_that_it_has_changed(
        self, signed_in, mere, manager, other_manager, name
    ):
        submit(mere)
        old = version(mere)
        act(actions.note_supervision, mere, mere, held_on=TODAY, next_on=None)
        typed = {
            "record_action_add": {"what": "Share the group", "owner": mere.pk, "due_on": TODAY.isoformat()},
            "record_disagree": {"total": "88", "note": "Share the group", "other_manager": other_manager.pk},
        }[name]
        answer = post(signed_in(manager), mere, name, version=old, **typed)
        assert answer.status_code == 409
        assert "The record has changed while you were writing" in words(answer)
        assert "Share the group" in answer.content.decode()
        assert f'name="version" value="{version(mere)}"' in answer.content.decode()

    def test_a_button_without_its_version_says_so(self, signed_in, mere):
        answer = signed_in(mere).post(address(mere, "record_submit"), follow=True)
        assert "Something was missing." in words(answer)

    def test_changing_supervision_says_what_the_sessions_have(self, signed_in, mere):
        factories.SessionFactory(worker=mere, held_on=date(2026, 10, 29))
        factories.SessionFactory(worker=mere, planned_on=date(2026, 11, 26))
        answer = signed_in(mere).get(address(mere, "record_supervision"))
        said = words(answer)
        assert "If you leave this empty, peerload uses 29 October 2026 from the sessions." in said
        assert "If you leave this empty, peerload uses 26 November 2026 from the sessions." in said
        post(signed_in(mere), mere, "record_supervision")
        assert record(mere).supervision_held_on is None

    def test_supervision_in_the_future_is_refused_and_what_was_typed_stays(self, signed_in, mere):
        answer = post(signed_in(mere), mere, "record_supervision", supervision_held_on="2026-11-20")
        assert answer.status_code == 422
        assert "20 November 2026 has not come yet." in words(answer)
        assert 'value="2026-11-20"' in answer.content.decode()

    def test_not_agreed_it_shows_both_figures_and_who_decides(self, signed_in, mere, manager, other_manager):
        submit(mere)
        answer = post(
            signed_in(manager),
            mere,
            "record_disagree",
            total="88",
            note="The group has ended.",
            other_manager=other_manager.pk,
        )
        said = words(answer)
        assert "Ana Whitford sees it differently: 88 instead of 93" in said
        assert "Lena Okafor decides." in said
        assert "I agree" not in said
        agree(mere, mere)
        said = page(signed_in(other_manager), mere)
        assert "93 points, Mere Paki Not explained yet." in said
        assert "88 points, Ana Whitford The group has ended." in said
        assert "Decide between the two figures" in said
        assert "I agree" not in said

    def test_with_the_manager_away_another_is_asked_from_the_page(self, signed_in, mere, manager, other_manager):
        submit(mere, agree=True)
        client = signed_in(mere)
        assert "Ask another manager" not in page(client, mere)
        away(manager)
        assert "The team manager and the deputy cannot agree now. Ask another manager" in page(client, mere)
        form = client.get(address(mere, "record_other_manager"))
        assert "To be in time for the report, they have to agree by 14 November 2026." in words(form)
        answer = post(client, mere, "record_other_manager", other_manager=other_manager.pk)
        assert "Lena Okafor is asked to agree." in words(answer)

    def test_where_the_one_who_was_to_decide_is_gone_either_side_asks_somebody_else(
        self, signed_in, mere, manager, other_manager, organisation
    ):
        submit(mere)
        act(actions.disagree, mere, manager, total=Decimal(90), note="It has ended.", other_manager=other_manager)
        for who in (mere, manager):
            assert "Ask another manager" not in page(signed_in(who), mere)
        other_manager.active = False
        other_manager.save()
        factories.MemberFactory(organisation=organisation, role="manager", name="Ngaire Moa")
        for who in (mere, manager):
            assert "Lena Okafor cannot decide now. Ask another manager" in page(signed_in(who), mere)
        form = words(signed_in(mere).get(address(mere, "record_other_manager")))
        assert "Ngaire Moa" in form
        assert "Ana Whitford" not in form

    def test_where_there_is_no_other_manager_both_figures_are_kept_and_the_two_agree_later(
        self, signed_in, mere, manager
    ):
        submit(mere)
        client = signed_in(manager)
        form = words(client.get(address(mere, "record_disagree")))
        assert "No other manager is at work now. An admin can name a deputy for the team." in form
        said = words(post(client, mere, "record_disagree", total="88", note="The group has ended."))
        assert "Both figures are kept. Talk again when you can." in said
        assert "Not agreed, and there is no other manager to decide" in said
        assert "decides" not in said
        agree(mere, mere)
        assert "Agreed by both." in words(post(client, mere, "record_agree"))

    def test_decided_it_does_not_say_that_somebody_decides(self, signed_in, mere, manager, other_manager):
        submit(mere)
        act(actions.disagree, mere, manager, total=Decimal(90), note="It has ended.", other_manager=other_manager)
        agree(mere, mere)
        agree(mere, other_manager)
        said = page(signed_in(mere), mere)
        assert "Ana Whitford sees it differently: 90 instead of 93" in said
        assert "90 points, Ana Whitford It has ended." in said
        assert "decides" not in said

    def test_a_word_after_the_decision_changes_nothing_of_it(self, signed_in, mere, manager, other_manager):
        submit(mere)
        act(actions.disagree, mere, manager, total=Decimal(88), note="It has ended.", other_manager=other_manager)
        agree(mere, other_manager, total=Decimal(88))
        client = signed_in(mere)
        post(client, mere, "record_words", version=version(mere), comment="Much driving.", enough="", would_help="")
        assert "Lena Okafor decided 88; you have not agreed yet." in page(client, mere)
        assert "Agreed by both." in words(post(client, mere, "record_agree"))

    def test_a_decision_without_its_agreement_says_that_the_one_who_decided_is_missing(
        self, signed_in, mere, manager, other_manager
    ):
        submit(mere)
        act(actions.disagree, mere, manager, total=Decimal(88), note="It has ended.", other_manager=other_manager)
        agree(mere, other_manager, total=Decimal(88))
        record(mere).agreements.all().delete()  # as words did until now
        agree(mere, mere)
        assert "Lena Okafor decided 88; Lena Okafor still has to agree." in page(signed_in(manager), mere)
        assert "Decide between the two figures" in page(signed_in(other_manager), mere)

    def test_back_again_the_manager_agrees_though_another_was_asked(self, signed_in, mere, manager, other_manager):
        absence = away(manager)
        submit(mere, agree=True)
        act(actions.ask_other_manager, mere, mere, other_manager=other_manager)
        absence.delete()
        said = page(signed_in(manager), mere)
        assert "Lena Okafor or Ana Whitford still has to agree." in said
        assert "I agree to 93 points" in said

    def test_a_worker_away_is_completed_for(self, signed_in, mere, manager):
        client = signed_in(manager)
        assert "Complete it" not in page(client, mere)
        away(mere)
        assert "Complete it for Mere Paki" in page(client, mere)
        said = words(post(client, mere, "record_complete", assumptions="As in September."))
        assert "provisional" in said
        assert "Away; not yet agreed." in said and "Completed by Ana Whitford." in said

    def test_an_action_is_written_settled_and_taken_back(self, signed_in, worker, manager, organisation):
        work.create_scheme(organisation)
        carry(worker, 104)
        client = signed_in(manager)
        due = (TODAY + timedelta(days=14)).isoformat()
        answer = post(client, worker, "record_action_add", what="Share the group", owner=worker.pk, due_on=due)
        assert "Share the group Mere Paki 26 November open" in words(answer)
        action = record(worker).actions.get()
        assert "Share the group" in words(signed_in(worker).get("/"))
        client.force_login(worker.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        client.post(reverse("action_tick_off", args=[action.pk]), {"done": "yes", "page": "my_day"})
        assert "Share the group" not in words(client.get("/"))
        answer = client.post(reverse("action_tick_off", args=[action.pk]), {"done": "no", "page": "my_records"})
        assert answer.url == reverse("my_records")
        answer = client.post(
            reverse("action_drop", args=[action.pk]), {"version": version(worker), "page": "record"}, follow=True
        )
        assert "The action is removed." in words(answer)


class TestAWorkerWhoCameIntoAMonthThatIsSent:
    """The report stays as it was sent; their own month is a page like any other."""

    def test_their_page_and_their_paper_show_the_month(self, signed_in, mere, manager, team):
        actions.send(team=team, month=OCTOBER, by=manager, today=TODAY)
        late = factories.MemberFactory(organisation=team.organisation, name="Sina", in_team=team)
        factories.refresh_derived(workers=[late])
        assert "16 of 100 points" in page(signed_in(late), late)
        assert signed_in(manager).get(address(late, "record_export", kind="pdf")).status_code == 200


class TestFirstPages:
    def test_my_day_says_that_a_record_is_prepared_until_it_is_submitted(self, signed_in, mere):
        client = signed_in(mere)
        assert "My October It is prepared" in words(client.get("/"))
        submit(mere)
        assert "You still have to agree to it." in words(client.get("/"))
        agree(mere, mere)
        assert "My October" not in words(client.get("/"))

    def test_an_action_done_on_my_records_leads_back_there(self, signed_in, worker, organisation):
        work.create_scheme(organisation)
        carry(worker, 104)
        given = {"what": "Share the group", "owner": worker, "due_on": TODAY}
        action = act(actions.add_action, worker, worker, **given)
        client = signed_in(worker)
        assert 'name="page" value="my_records"' in client.get("/records/").content.decode()
        answer = client.post(reverse("action_tick_off", args=[action.pk]), {"done": "yes", "page": "my_records"})
        assert answer.url == reverse("my_records")

    def test_another_manager_finds_what_is_theirs_to_decide(self, signed_in, mere, manager, other_manager, other_team):
        submit(mere, agree=True)
        act(
            actions.disagree, mere, manager, total=Decimal(90), note="The group has ended.", other_manager=other_manager
        )
        client = signed_in(other_manager)
        for url in ("/team/", "/records/"):
            assert (
                "Mere Paki, October 2026 The worker and the team manager do not agree. You are asked to decide."
                in words(client.get(url))
            )

    def test_my_records_lists_the_months_with_their_state(self, signed_in, mere, manager):
        both_agree(mere, manager)
        said = words(signed_in(mere).get("/records/"))
        assert "November 2026 93 of 100 little room so far" in said
        assert "October 2026 93 of 100 little room agreed" in said
        assert "September 2026 93 of 100 little room not submitted" in said


class TestTakingItAlong:
    def test_the_file_names_nobody_who_is_supported(self, signed_in, mere):
        aroha = factories.ClientFactory(supported_by=mere, name="Aroha Tipene", since=LONG_AGO)
        submit(mere)
        csv = signed_in(mere).get(address(mere, "record_export", kind="csv"))
        text = csv.content.decode("utf-8-sig")
        assert f"Cases,Each case,{aroha.ref},2" in text
        assert "Aroha" not in text
        assert csv["Content-Disposition"] == 'attachment; filename="record-2026-10.csv"'

    def test_the_workbook_has_the_month_and_its_lines(self, signed_in, mere, manager):
        both_agree(mere, manager)
        answer = signed_in(mere).get(address(mere, "record_export", kind="xlsx"))
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        month = dict(row[:2] for row in book["month"].iter_rows(values_only=True))
        assert (month["Total"], month["Record"]) == (93, "agreed")
        assert "Agreed by the manager" in month
        assert [row[0].value for row in book["lines"].rows] == [
            "Element",
            "Stable element",
            "Extra responsibilities",
            "Subtotal",
        ]

    def test_the_paper_has_who_agreed_and_a_line_for_who_has_not(self, signed_in, mere):
        submit(mere, agree=True)
        answer = signed_in(mere).get(address(mere, "record_export", kind="pdf"))
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-") and b"/StructTreeRoot" in answer.content

    def test_what_is_taken_along_is_written_down(self, signed_in, mere):
        from peerload.audit.models import Entry

        signed_in(mere).get(address(mere, "record_export", kind="pdf"))
        assert Entry.objects.get(what="exported").subject == "record.pdf"


def test_a_record_nobody_has_begun_is_not_made_by_looking(signed_in, mere):
    page(signed_in(mere), mere)
    assert not MonthlyRecord.objects.exists()
