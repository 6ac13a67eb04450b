"""Checklists: begun, ticked, moved with their anchor, told of, proposed once."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from peerload.guides import shipped
from peerload.guides.checklists import actions, queries
from peerload.guides.checklists.models import ChecklistRun, ChecklistStep
from peerload.guides.models import GuideEdition
from peerload.home.sweep import sweep
from peerload.notices import kinds
from peerload.notices.models import Notice
from peerload.staff import actions as staff
from peerload.staff.leaving.actions import give_notice
from peerload.staff.models import ClosureDay
from tests import factories
from tests.conftest import TODAY
from tests.shared import shared

pytestmark = pytest.mark.usefixtures("today")

DAY = timedelta(days=1)
MONDAY = date(2026, 11, 16)  # TODAY is the Thursday before


@shared(dated=True)
def newcomer(organisation, team):
    """A worker whose first post begins on Monday."""
    made = factories.MemberFactory(organisation=organisation, in_team=team, name="Sione Faleafa")
    made.posts.update(starts_on=MONDAY)
    return made


def begin(newcomer, manager, today=TODAY):
    subject = actions.Subject(newcomer)
    return actions.begin(code="onboarding", subject=subject, by=manager, today=today)


def step(run, kind) -> ChecklistStep:
    return run.steps.get(kind=kind)


# Beginning ------------------------------------------------------------------------------------------------------------


def test_a_checklist_has_each_step_with_its_day_and_who_does_it(newcomer, manager):
    run = begin(newcomer, manager)

    assert (run.steps.count(), run.anchor_on) == (32, MONDAY)
    found = {each.kind: (each.due_on, each.role, each.owner) for each in run.steps.all()}
    assert found["paperwork"] == (MONDAY, "leader", None)
    assert found["programme"] == (date(2026, 11, 23), "subject", newcomer)
    assert found["start_date"][0] == TODAY  # 15 working days before is over: no step is due before the checklist began
    assert found["basics_90"][0] == date(2027, 2, 15)  # 90 days are a Sunday's; the working day after


def test_what_was_for_the_time_before_someone_was_found_is_not_asked_about(newcomer, manager):
    run = begin(newcomer, manager)
    over = run.steps.filter(not_needed_on=TODAY, not_needed_by=manager)
    assert over.count() == 11
    assert set(over.values_list("not_needed_why", flat=True)) == {"Over before this checklist began"}
    assert queries.progress(run, TODAY) == (0, 21, 0)


def test_it_begins_once_and_only_for_those_one_leads(newcomer, manager, stranger):
    run = begin(newcomer, manager)
    with pytest.raises(actions.AlreadyBegun):
        begin(newcomer, manager)
    actions.put_away(run=run, by=manager, today=TODAY)
    assert begin(newcomer, manager).pk != run.pk
    with pytest.raises(actions.CannotBegin):
        begin(newcomer, stranger)
    newcomer.posts.all().delete()
    ChecklistRun.objects.update(put_away_on=TODAY, put_away_by=manager)
    with pytest.raises(actions.NoFirstDay, match="Add the post first"):
        begin(newcomer, manager)


def test_a_checklist_keeps_its_version(newcomer, manager, monkeypatch):
    run = begin(newcomer, manager)
    text = run.content.title
    changed = dict(shipped.contents())
    monkeypatch.setattr(shipped, "contents", lambda: changed)
    other = shipped.rules.parse(shipped.rules.as_json(changed["onboarding"]) | {"title": "Arriving"})
    changed["onboarding"] = other
    mate = factories.MemberFactory(organisation=manager.organisation, in_team=newcomer.home_team)
    begun = begin(mate, manager)
    run = ChecklistRun.objects.get(pk=run.pk)
    assert (run.content.title, begun.content.title) == (text, "Arriving")
    assert GuideEdition.objects.filter(template__code="onboarding").count() == 2


# The anchor -----------------------------------------------------------------------------------------------------------


def test_open_steps_move_with_the_first_day_and_what_is_done_or_given_a_day_stays(newcomer, manager, admin):
    run = begin(newcomer, manager)
    actions.tick_off(step_id=step(run, "paperwork").pk, done=True, by=manager, today=TODAY)
    given = {"owner": newcomer, "note": "", "not_needed": False, "not_needed_why": "", "by": manager, "today": TODAY}
    actions.change_step(step_id=step(run, "copies").pk, due_on=date(2026, 11, 20), **given)
    later = date(2026, 12, 28)  # a public holiday: Boxing Day as it is observed
    post = newcomer.posts.get()

    staff.edit_post(
        post_id=post.pk, by=admin, starts_on=later, last_day=None, fte=post.fte, weekly_hours=None, team=post.team,
        duty=post.duty,
    )  # fmt: skip

    run.refresh_from_db()
    found = {each.kind: each.due_on for each in run.steps.all()}
    assert run.anchor_on == later
    assert (found["paperwork"], found["copies"]) == (MONDAY, date(2026, 11, 20))
    assert found["orientation"] == date(2026, 12, 29)
    assert found["tell_team"] == date(2026, 12, 10)  # ten working days before Christmas Eve


def test_a_chosen_day_is_moved_by_who_decides(team, manager):
    subject = actions.Subject(None, team)
    begun = {"code": "recruitment", "subject": subject, "by": manager, "today": TODAY}
    with pytest.raises(actions.NoDayChosen):
        actions.begin(**begun)
    run = actions.begin(**begun, anchor_on=date(2027, 3, 1))
    assert step(run, "training").due_on == date(2027, 2, 15)
    ClosureDay.objects.create(organisation=team.organisation, on=date(2027, 2, 22))
    actions.move_anchor(run=run, anchor_on=date(2027, 3, 8), by=manager)
    assert step(run, "training").due_on == date(2027, 2, 19)


# Steps ----------------------------------------------------------------------------------------------------------------


def test_the_last_part_ticks_a_step_and_a_part_taken_back_opens_it(newcomer, manager):
    run = begin(newcomer, manager)
    logistics = step(run, "logistics")
    parts = [tick.key for tick in logistics.content.ticks]
    for part in [*parts, "no such part"]:
        logistics = actions.tick_part(step_id=logistics.pk, part=part, done=True, by=newcomer, today=TODAY)
    assert (logistics.done_on, logistics.done_by, logistics.ticked) == (TODAY, newcomer, parts)
    logistics = actions.tick_part(step_id=logistics.pk, part=parts[2], done=False, by=manager, today=TODAY)
    assert logistics.done_on is None and parts[2] not in logistics.ticked


def test_what_is_not_needed_says_why_and_is_not_ticked(newcomer, manager):
    run = begin(newcomer, manager)
    copies = step(run, "copies")
    change = {"step_id": copies.pk, "owner": None, "due_on": copies.due_on, "note": "", "by": manager, "today": TODAY}
    with pytest.raises(actions.WhyMissing):
        actions.change_step(**change, not_needed=True, not_needed_why="")
    actions.change_step(**change, not_needed=True, not_needed_why="A volunteer")
    with pytest.raises(actions.StepClosed, match="not needed"):
        actions.tick_off(step_id=copies.pk, done=True, by=manager, today=TODAY)
    actions.change_step(**change, not_needed=False, not_needed_why="")
    assert actions.tick_off(step_id=copies.pk, done=True, by=manager, today=TODAY).done_on == TODAY


# Notices --------------------------------------------------------------------------------------------------------------


def told(kind_of=None) -> set[tuple]:
    steps = {actions.of_step(each.pk): each.kind for each in ChecklistStep.objects.all()}
    found = kinds.still_true(Notice.objects.filter(kind="step_due", cancelled_at=None))
    return (
        {(notice.recipient.name, steps[notice.subject]) for notice in found}
        if kind_of is None
        else {notice.recipient.name for notice in found if steps[notice.subject] == kind_of}
    )


@pytest.mark.parametrize(
    ("day", "who"),
    [
        (date(2026, 11, 22), set()),
        (date(2026, 11, 23), {"Sione Faleafa"}),
        (date(2026, 11, 25), {"Sione Faleafa"}),
        (date(2026, 11, 26), {"Sione Faleafa", "Ana Whitford"}),
    ],
    ids=["the day before", "on its day", "two working days over", "three working days over"],
)
def test_who_does_a_step_is_told_on_its_day_and_who_leads_three_working_days_over(
    newcomer, manager, organisation, on, day, who
):
    begin(newcomer, manager)
    sweep(organisation, on(day))
    assert told("programme") == who


def test_a_tick_a_move_and_a_checklist_put_away_end_the_line(newcomer, manager, organisation, on):
    run = begin(newcomer, manager)
    day = on(date(2026, 11, 23))
    sweep(organisation, day)
    programme = step(run, "programme")
    assert told("programme") == {"Sione Faleafa"}
    actions.tick_off(step_id=programme.pk, done=True, by=newcomer, today=day)
    assert told("programme") == set()
    actions.tick_off(step_id=programme.pk, done=False, by=newcomer, today=day)
    assert told("programme") == {"Sione Faleafa"}
    assert kinds.counted(Notice.objects.filter(kind="step_due", recipient=newcomer))[0].endswith("due")
    actions.put_away(run=run, by=manager, today=day)
    assert told() == set()


def test_while_who_does_it_is_away_who_leads_is_told(newcomer, manager, organisation, on):
    begin(newcomer, manager)
    factories.AbsenceFactory(worker=newcomer, starts_on=MONDAY)
    sweep(organisation, on(date(2026, 11, 23)))
    assert told("programme") == {"Ana Whitford"}


# Proposals ------------------------------------------------------------------------------------------------------------


def test_a_first_post_proposes_onboarding_until_it_is_begun(newcomer, manager, worker):
    assert [(each.subject, each.about) for each in queries.proposals(manager, TODAY)] == [("worker", newcomer)]
    actions.accept(proposal=queries.proposals(manager, TODAY)[0], by=manager, today=TODAY)
    assert queries.proposals(manager, TODAY) == []


@pytest.mark.parametrize(("days", "proposed"), [(89, True), (90, False)])
def test_onboarding_is_proposed_for_ninety_days(newcomer, manager, days, proposed):
    assert bool(queries.proposals(manager, MONDAY + days * DAY)) is proposed


def test_notice_proposes_recruiting_and_put_away_it_does_not_come_back(worker, manager, admin, signed_in):
    leaving = give_notice(member=worker, notice_on=TODAY, last_day=date(2027, 1, 29), by=admin, today=TODAY)
    browser = signed_in(manager)
    page = browser.get(reverse("team")).content.decode()
    assert "Recruitment: Mere Paki" in page
    url = reverse("checklist_proposed", args=["team", worker.uid])
    run = browser.post(url, {"put_away": "no"}, follow=True).context["run"]
    assert (run.prompted_by, run.team, run.anchor_on) == (
        leaving,
        worker.home_team,
        date(2027, 2, 2),
    )  # after Auckland’s holiday
    assert queries.proposals(manager, TODAY) == []
    ChecklistRun.objects.filter(pk=run.pk).update(prompted_by=None)
    assert browser.post(url, {"put_away": "yes"}).status_code == 302
    assert queries.proposals(manager, TODAY) == []
    assert browser.post(url, {"put_away": "no"}).status_code == 404


def test_the_service_is_offered_to_bring_in_the_scheme_and_follows_it_on_its_settings(admin, signed_in, on):
    browser = signed_in(admin)
    assert "Begin the checklist" in browser.get(reverse("settings")).content.decode()
    begun = browser.post(reverse("checklist_begin", args=["implementation"]), {"anchor_on": "2027-02-01"}, follow=True)
    assert begun.context["run"].steps.count() == 13
    assert "0 of 13 steps are done." in browser.get(reverse("settings")).content.decode()
    for each in ChecklistStep.objects.all():
        browser.post(reverse("checklist_step_done", args=[each.pk]), {"done": "yes"})
    assert "Bringing in the points scheme" not in browser.get(reverse("settings")).content.decode()


# Who sees what --------------------------------------------------------------------------------------------------------


def test_a_colleague_sees_their_step_alone_and_the_worker_all(newcomer, manager, teammate, signed_in):
    run = begin(newcomer, manager)
    mentor = step(run, "mentor")
    change = {"due_on": mentor.due_on, "note": "", "not_needed": False, "not_needed_why": ""}
    actions.change_step(step_id=mentor.pk, owner=teammate, by=manager, today=TODAY, **change)
    url = reverse("checklist", args=[run.uid])
    assert len(queries.seen_by(newcomer, TODAY, run.uid).steps) == 32
    assert [each.kind for each in queries.seen_by(teammate, TODAY, run.uid).steps] == ["mentor"]
    page = signed_in(teammate).get(url).content.decode()
    assert "Say who the mentor is" in page and "Give the folder" not in page
    assert signed_in(newcomer).post(reverse("checklist_step_done", args=[mentor.pk])).status_code == 404


def test_the_service_manager_sees_how_many_steps_of_a_team_are_late(newcomer, manager, service_manager, signed_in, on):
    begin(newcomer, manager)
    on(date(2026, 11, 24))
    page = signed_in(service_manager).get(reverse("team_growth")).content.decode()
    assert "Late steps of checklists" in page and "Sione" not in page
    assert [count.late for count in queries.late_counts(manager.organisation, date(2026, 11, 24))] == [10]


# A service's own ------------------------------------------------------------------------------------------------------


def test_a_service_makes_changes_publishes_and_begins_its_own_checklist(admin, manager, newcomer, signed_in):
    browser = signed_in(admin)
    about = {"title": "Volunteers", "purpose": "Begin well", "subject": "worker"}
    made = browser.post(reverse("checklist_template_add"), about | {"phase": "First week"})
    uid = made.url.split("/")[-4]
    line = {"key": "phase_1_1", "text": "Meet the team", "owner": "subject", "number": "2", "unit": "working_days",
            "when": "after", "says": "", "ticks": "Ana\nTom", "opens": "time_plan", "place": "2"}  # fmt: skip
    new = line | {"key": "", "text": "Show the kitchen", "owner": "leader", "number": "0", "ticks": "", "place": "1"}
    lines = {f"step-{n}-{name}": value for n, each in enumerate([line, new]) for name, value in each.items()}
    lines |= {"step-TOTAL_FORMS": "2", "step-INITIAL_FORMS": "1", "title": "Week one", "version": "1"}
    assert browser.post(made.url, lines | {"then": "back"}).status_code == 302
    edit = reverse("checklist_template_edit", args=[uid])
    place = {"place_phase_1": "1", "version": "2", "new_phase": "Later"}
    assert browser.post(edit, about | place).status_code == 302
    assert browser.post(reverse("guide_template_publish", args=[uid]), {"version": "3"}).status_code == 302

    content = queries.proposed(manager.organisation, "worker").content
    assert [phase.title for phase in content.sections] == ["Week one", "Later"]
    assert [each.text for each in content.sections[0].items] == ["Show the kitchen", "Meet the team"]
    run = actions.accept(proposal=queries.proposals(manager, TODAY)[0], by=manager, today=TODAY)
    assert step(run, "phase_1_1").due_on == date(2026, 11, 18)


def test_the_checklist_of_a_notice_is_read_and_not_copied(admin, signed_in):
    browser = signed_in(admin)
    page = browser.get(reverse("guide_templates")).content.decode()
    assert "Before a worker leaves" in page and reverse("guide_template_copy", args=["leaving"]) not in page
    assert browser.get(reverse("guide_template_preview", args=["leaving"])).status_code == 200
    with pytest.raises(shipped.rules.BrokenContent, match="comes with peerload"):
        browser.post(reverse("guide_template_copy", args=["leaving"]))
