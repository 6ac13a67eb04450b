"""Leave from the request to the absence: who is asked, who sees what, what the answer brings about, and what is refused."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from caseload.models import Cover
from caseload.temporary_moves import actions as moves
from peerload.notices.models import Notice
from peerload.staff import actions as staff
from peerload.staff.models import Absence
from tests import factories
from tests.conftest import TODAY
from tests.forms import filled
from tests.workload.months.test_record_page import words
from wellbeing.leave import actions, queries
from wellbeing.models import LeaveRequest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today", "team")]
DAY = timedelta(days=1)
FIRST, LAST = date(2026, 12, 7), date(2026, 12, 11)  # Monday to Friday
DAYS = {"starts_on": FIRST.isoformat(), "last_day": LAST.isoformat()}


@pytest.fixture(autouse=True)
def kinds(organisation):
    return staff.begin_leave_kinds(organisation)


def ask(worker, first=FIRST, last=LAST, kind="Mental health day", says="Tom calls Hana.") -> LeaveRequest:
    return actions.ask(worker=worker, starts_on=first, last_day=last, kind=kind, words=says, today=TODAY)


def agree(leave, by) -> LeaveRequest:
    return actions.agree(leave_id=leave.pk, by=by, today=TODAY)


def page(client, leave) -> str:
    return words(client.get(reverse("leave_request", args=[leave.uid])))


# From the request to the absence -----------------------------------------------------------------------------------------


def test_a_worker_sees_what_falls_into_the_days_says_what_should_happen_and_asks(signed_in, worker, manager):
    hana = factories.ClientFactory(name="Hana Rewi", supported_by=worker, support="high", since=date(2026, 9, 1))
    factories.ContactFactory(client=hana, author=worker, on=date(2026, 11, 25))
    ofa = factories.ClientFactory(name="Ofa Ward", supported_by=worker, support="parked", since=FIRST - timedelta(41))
    factories.NextStepFactory(client=hana, appointment=True, due_on=FIRST + DAY, author=worker)
    factories.NextStepFactory(client=ofa, what="Ring the clinic", due_on=LAST + DAY, author=worker)
    factories.SessionFactory(worker=worker, with_member=manager, planned_on=LAST)
    factories.GroupFactory(name="Friday kitchen", facilitated_by=worker, people=[hana], weekday="friday")
    mere = signed_in(worker)

    asked = mere.get(reverse("leave_ask"))
    assert "Next: what falls into these days" in words(asked)
    look = mere.post(reverse("leave_ask"), filled(asked) | DAYS | {"kind": "Mental health day", "do": "look"})
    said = words(look)

    assert not LeaveRequest.objects.exists()
    assert "Tuesday 8 December" in said and "appointment" in said.lower()
    assert "Ring the clinic" not in said  # the day after
    assert "contact due on 8 December" in said
    assert "Supervision: Mere Paki and Ana Whitford" in said
    assert "Friday kitchen" in said and "Friday 11 December" in said
    assert "5 working days." in said and "No one else of the team is away then." in said
    sent = mere.post(reverse("leave_ask"), filled(look) | {"words": "Tom sees Hana."}, follow=True)
    assert "Your request is sent" in words(sent)
    leave = LeaveRequest.objects.get()
    assert (leave.starts_on, leave.last_day, leave.kind) == (FIRST, LAST, "Mental health day")
    assert (leave.words, leave.state, leave.worker) == ("Tom sees Hana.", "asked", worker)


def test_a_single_day_needs_no_last_day(signed_in, worker):
    mere = signed_in(worker)
    form = filled(mere.get(reverse("leave_ask"))) | {"starts_on": FIRST.isoformat()}
    assert mere.post(reverse("leave_ask"), form).status_code == 302
    assert LeaveRequest.objects.get().last_day == FIRST


def test_the_manager_agrees_on_the_team_page_and_the_absence_has_its_consequences(
    signed_in, worker, manager, teammate, organisation
):
    factories.AbsenceFactory(worker=teammate, starts_on=FIRST + DAY, expected_back=FIRST + 3 * DAY)
    factories.ClosureDayFactory(organisation=organisation, on=LAST, label="Stocktake")
    factories.ClientFactory(name="Hana Rewi", supported_by=worker, support="high")
    leave = ask(worker)
    ana = signed_in(manager)
    team = words(ana.get(reverse("team")))

    assert "1 decision waits for you: Mere Paki" in team
    assert re.search(r"Mere Paki\s*: request for leave asks for leave: 7 December to 11 December", team), team
    assert "4 working days. Mental health day." in team and "1 person with high support." in team
    assert "Also away: Tom Lealaiauloto (8 December to 9 December)." in team
    assert "The service is closed on 11 December (Stocktake)." in team
    form = filled(ana.get(reverse("team")), reverse("leave_agree", args=[leave.uid]))
    said = ana.post(reverse("leave_agree", args=[leave.uid]), form, follow=True)

    absence = Absence.objects.get(worker=worker)
    assert said.redirect_chain[-1][0] == reverse("away", args=[absence.pk])
    assert "Agreed: Mere Paki, 7 December to 11 December." in words(said)
    assert (absence.starts_on, absence.expected_back, absence.ends_before) == (FIRST, *[date(2026, 12, 14)] * 2)
    assert (absence.planned, absence.kind) == (True, "Mental health day")
    leave.refresh_from_db()
    assert (leave.state, leave.answered_by, leave.answered_on, leave.absence) == ("agreed", manager, TODAY, absence)
    mere = signed_in(worker)
    assert "7 December to 11 December: agreed" in words(mere.get("/"))
    assert "Mental health day" in words(mere.get(reverse("account")))


def test_the_manager_asks_for_other_days_the_worker_changes_and_the_manager_declines(signed_in, worker, manager):
    leave = ask(worker)
    ana = signed_in(manager)
    url = reverse("leave_answer", args=[leave.uid])
    form = filled(ana.get(url))
    assert ana.post(url, form).status_code == 422  # a line is needed
    ana.post(url, form | {"what": "other_days", "answer": "The week after would work."})

    mere = signed_in(worker)
    assert "other days are asked for" in words(mere.get("/"))
    assert "The week after would work." in page(mere, leave)
    assert queries.waiting_for(manager, TODAY) == []
    change = reverse("leave_change", args=[leave.uid])
    later = {"starts_on": "2026-12-14", "last_day": "2026-12-18"}
    assert mere.post(change, filled(mere.get(change)) | later).status_code == 302
    leave.refresh_from_db()
    assert (leave.state, leave.starts_on, leave.words) == ("asked", date(2026, 12, 14), "Tom calls Hana.")

    assert queries.waiting_for(manager, TODAY) == [leave]
    ana = signed_in(manager)
    ana.post(url, filled(ana.get(url)) | {"what": "decline", "answer": "Two are away then."})
    leave.refresh_from_db()
    assert leave.state == "declined" and not Absence.objects.exists()
    assert "declined" in words(signed_in(worker).get("/"))
    with pytest.raises(actions.LeaveStepRefused):
        actions.change(leave_id=leave.pk, by=worker, starts_on=FIRST, last_day=LAST, kind="", words="", today=TODAY)


def test_the_worker_withdraws_until_it_is_agreed(signed_in, worker, manager):
    leave = ask(worker)
    mere, url = signed_in(worker), reverse("leave_withdraw", args=[leave.uid])
    form = filled(mere.get(reverse("leave_request", args=[leave.uid])), url)
    assert "Your request is withdrawn." in words(mere.post(url, form, follow=True))
    assert queries.waiting_for(manager, TODAY) == []
    assert not Notice.objects.filter(cancelled_at=None).exists()
    with pytest.raises(actions.LeaveStepRefused):
        agree(leave, manager)


# After it is agreed ------------------------------------------------------------------------------------------------------


def test_other_days_asked_for_afterwards_move_the_absence_with_its_cover(worker, manager, teammate, signed_in):
    hana = factories.ClientFactory(supported_by=worker)
    leave = agree(ask(worker), manager)
    cover = factories.CoverFactory(absence=leave.absence, client=hana, worker=teammate)
    mere, url = signed_in(worker), reverse("leave_ask_again", args=[leave.uid])
    later = {"starts_on": "2026-12-09", "last_day": "2026-12-15"}  # beside its own old days: that is no overlap
    assert mere.post(url, filled(mere.get(url)) | later).status_code == 302

    again = LeaveRequest.objects.get(state="asked")
    assert Absence.objects.get().starts_on == FIRST  # until it is agreed
    assert "asks for these days instead of the leave agreed from 7 December" in page(signed_in(manager), again)
    agree(again, manager)

    absence = Absence.objects.get()
    assert (absence.starts_on, absence.expected_back) == (date(2026, 12, 9), date(2026, 12, 16))
    cover.refresh_from_db()
    assert cover.starts_on == date(2026, 12, 9)
    leave.refresh_from_db()
    assert leave.state == "replaced"


def test_an_agreed_leave_is_called_off_with_its_cover(worker, manager, teammate, signed_in):
    hana = factories.ClientFactory(supported_by=worker)
    leave = agree(ask(worker), manager)
    factories.CoverFactory(absence=leave.absence, client=hana, worker=teammate)
    mere, url = signed_in(worker), reverse("leave_call_off", args=[leave.uid])
    assert mere.post(url, filled(mere.get(url)) | {"words": "The trip fell through."}).status_code == 302
    off = LeaveRequest.objects.get(calls_off=True)
    assert Absence.objects.exists()

    ana = signed_in(manager)
    assert "asks to call off leave" in words(ana.get(reverse("team")))
    url = reverse("leave_agree", args=[off.uid])
    said = words(ana.post(url, filled(ana.get(reverse("team")), url), follow=True))

    assert "The leave of Mere Paki, 7 December to 11 December, is called off." in said
    assert not Absence.objects.exists() and not Cover.objects.exists()
    assert queries.own_ahead(worker, TODAY) is None


def test_leave_that_has_begun_or_moved_people_is_not_called_off(worker, manager, teammate, on):
    hana = factories.ClientFactory(supported_by=worker)
    leave = agree(ask(worker, last=date(2027, 3, 5)), manager)
    off = actions.ask_to_call_off(worker=worker, absence_id=leave.absence_id, words="", today=TODAY)
    moves.move(
        absence_id=leave.absence_id,
        receivers={hana.pk: teammate},
        on=FIRST,
        until=date(2027, 3, 8),
        by=manager,
        today=TODAY,
    )
    with pytest.raises(actions.Refused, match="Move them back first"):
        agree(off, manager)
    actions.withdraw(leave_id=off.pk, by=worker)
    with pytest.raises(actions.LeaveStepRefused, match="has begun"):
        actions.ask_to_call_off(worker=worker, absence_id=leave.absence_id, words="", today=FIRST)
    assert Absence.objects.exists()


# What is refused -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("look", [True, False], ids=["looked at", "sent"])
def test_days_on_which_the_worker_is_away_or_has_asked_are_refused_in_a_sentence(signed_in, worker, look):
    factories.AbsenceFactory(worker=worker, starts_on=LAST, expected_back=LAST + 7 * DAY)
    mere = signed_in(worker)
    form = filled(mere.get(reverse("leave_ask"))) | DAYS | ({"do": "look"} if look else {})
    answer = mere.post(reverse("leave_ask"), form)
    assert answer.status_code == 422
    assert "You are away from 11 December to 17 December already. Choose other days." in words(answer)
    ask(worker, FIRST, FIRST)
    answer = mere.post(reverse("leave_ask"), form | {"last_day": ""})
    assert "You have asked for leave from 7 December to 7 December already." in words(answer)


def test_an_absence_recorded_meanwhile_refuses_the_agreement(signed_in, worker, manager):
    leave = ask(worker)
    factories.AbsenceFactory(worker=worker, starts_on=FIRST)
    ana, url = signed_in(manager), reverse("leave_agree", args=[leave.uid])
    said = words(ana.post(url, filled(ana.get(reverse("team")), url), follow=True))
    assert "Mere Paki is recorded as away on some of these days already." in said
    assert LeaveRequest.objects.get().state == "asked"


def test_only_who_leads_the_team_that_day_answers(worker, manager, other_manager, other_team, teammate):
    leave = ask(worker)
    for member in (worker, teammate, other_manager):
        with pytest.raises(actions.NotYoursToAnswer):
            agree(leave, member)
        assert queries.waiting_for(member, TODAY) == []


# Who sees what -------------------------------------------------------------------------------------------------------------


def test_a_managers_leave_goes_to_the_service_manager_who_sees_counts_and_no_names_or_kind(
    signed_in, manager, team, worker, service_manager
):
    hana = factories.ClientFactory(name="Hana Rewi", supported_by=manager, support="high", since=date(2026, 9, 1))
    factories.NextStepFactory(client=hana, what="Ring Hana", due_on=FIRST)
    team.deputy = worker
    team.save()
    leave = ask(manager, says="Mere rings Hana.")
    assert queries.waiting_for(worker, TODAY) == []
    ruth = signed_in(service_manager)

    first = words(ruth.get(reverse("team")))
    assert "Asks for leave, 7 December to 11 December" in first
    listed, shown = words(ruth.get(reverse("leave"))), page(ruth, leave)
    for said in (listed, shown):
        assert "1 promise" in said and "5 working days" in said
        assert "Hana" not in said and "Mental health" not in said
    url = reverse("leave_agree", args=[leave.uid])
    said = words(ruth.post(url, filled(ruth.get(reverse("leave")), url), follow=True))
    assert "Agreed: Ana Whitford" in said
    absence = Absence.objects.get()
    assert absence.worker == manager and absence.kind == "Mental health day"
    team.deputy = None
    team.save()
    away = words(ruth.get(reverse("absences")))
    assert "Ana Whitford" in away and "Mental health" not in away
    edit = ruth.get(reverse("absence_edit", args=[absence.pk]))
    assert "Mental health" not in edit.content.decode()
    ruth.post(reverse("absence_edit", args=[absence.pk]), filled(edit) | {"expected_back": "2026-12-15"})
    absence.refresh_from_db()
    assert (absence.kind, absence.expected_back) == ("Mental health day", date(2026, 12, 15))


def test_a_teammate_an_admin_and_others_see_no_request(signed_in, worker, teammate, other_manager, admin, other_team):
    leave = ask(worker)
    for member in (teammate, other_manager, admin):
        for name in ("leave_request", "leave_agree", "leave_answer", "leave_change", "leave_withdraw"):
            url = reverse(name, args=[leave.uid])
            client = signed_in(member)
            assert client.post(url).status_code in (404, 405)
            assert client.get(url).status_code in (404, 405)


def test_a_request_is_read_by_who_leads_the_worker_and_that_is_written_down(signed_in, worker, manager):
    from peerload.audit.models import Entry

    hana = factories.ClientFactory(name="Hana Rewi", supported_by=worker)
    factories.NextStepFactory(client=hana, what="Ring the clinic", due_on=FIRST)
    said = page(signed_in(manager), ask(worker))
    assert "Hana Rewi" in said and "Ring the clinic" in said and "Tom calls Hana." in said
    entry = Entry.objects.filter(member=manager, what="listed").latest("pk")
    assert entry.subject == "leave" and entry.counts == {"people": 1}


def test_the_statements_do_not_grow_with_requests(
    signed_in, manager, worker, teammate, team, organisation, django_assert_max_num_queries
):
    for n in range(3):
        member = factories.MemberFactory(organisation=organisation, in_team=team)
        ask(member, FIRST + n * 7 * DAY, FIRST + n * 7 * DAY)
    assert len(queries.waiting_for(manager, TODAY)) == 3
    with django_assert_max_num_queries(8):
        queries.waiting_for(manager, TODAY)


# The list of the service ------------------------------------------------------------------------------------------------


def test_an_admin_adds_renames_and_orders_the_kinds_and_puts_one_away(signed_in, admin, organisation, worker):
    sam = signed_in(admin)
    url = reverse("leave_kinds")
    assert words(sam.get(url)).count("Mental health day") == 1
    sam.post(url, filled(sam.get(url)) | {"name": "Study leave"})
    again = sam.post(url, filled(sam.get(url)) | {"name": "study  leave"})
    assert again.status_code == 422 and "There is a kind “Study leave” already" in words(again)
    study = organisation.leave_kinds.get(name="Study leave")
    edit = reverse("leave_kind", args=[study.pk])
    sam.post(edit, filled(sam.get(edit)) | {"position": "1"})
    sick = organisation.leave_kinds.get(name="Sick leave")
    edit = reverse("leave_kind", args=[sick.pk])
    form = filled(sam.get(edit))
    form.pop("in_use")
    sam.post(edit, form | {"name": "Sick day"})

    names = [kind.name for kind in organisation.leave_kinds.all()]
    assert names[:4] == ["Study leave", "Annual leave", "Mental health day", "Sick day"]
    assert [kind.position for kind in organisation.leave_kinds.all()] == list(range(1, 9))
    offered = words(signed_in(worker).get(reverse("leave_ask")))
    assert "Study leave" in offered and "Sick" not in offered


def test_a_service_without_kinds_asks_for_none(signed_in, worker, organisation):
    organisation.leave_kinds.all().delete()
    mere = signed_in(worker)
    page = mere.get(reverse("leave_ask"))
    assert 'name="kind"' not in page.content.decode()
    mere.post(reverse("leave_ask"), filled(page) | DAYS)
    assert LeaveRequest.objects.get().kind == ""


def test_a_new_service_has_the_kinds_that_come_with_peerload():
    service = staff.begin_service(code="new", name="New", timezone="Pacific/Auckland", region="NZ")
    assert [kind.name for kind in service.leave_kinds.all()][:2] == ["Annual leave", "Mental health day"]


def test_a_kind_that_is_recorded_and_not_in_the_list_stays_when_the_absence_changes(signed_in, manager, worker):
    absence = factories.AbsenceFactory(worker=worker, kind="annual leave, old list")
    ana, url = signed_in(manager), reverse("absence_edit", args=[absence.pk])
    ana.post(url, filled(ana.get(url)) | {"expected_back": "2026-11-30"})
    absence.refresh_from_db()
    assert (absence.kind, absence.expected_back) == ("annual leave, old list", date(2026, 11, 30))
    assert re.search(r"annual leave, old list", words(ana.get(reverse("absences"))))
