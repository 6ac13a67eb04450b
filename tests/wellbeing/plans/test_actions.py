"""A plan: written by the worker, proposed, agreed by their manager; the next one takes its place."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from peerload.notices.models import Notice
from tests import factories
from tests.conftest import TODAY
from tests.workload.months.test_side_by_side import at_once
from wellbeing.enums import PlanActivity
from wellbeing.models import PlanTemplate, TimePlan
from wellbeing.plans import actions, notices, queries
from wellbeing.plans.rules import templates
from wellbeing.plans.rules.grids import QUARTER, make_grid
from wellbeing.plans.rules.templates import FULL_WEEK

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

NEXT = date(2026, 11, 16)  # the Monday after today
PUBLISHED, NOTES = templates.PUBLISHED.grid, templates.NOTES.grid


def write(worker, *, act=actions.keep, version=0, starts_on=NEXT, grid=NOTES, today=TODAY):
    return act(worker=worker, version=version, starts_on=starts_on, template="x", grid=grid, today=today)


def propose(worker, **given):
    return write(worker, act=actions.propose, **given)[0]


def agree(plan, by, *, today=TODAY):
    return actions.agree(plan_id=plan.pk, by=by, version=plan.version, today=today)


def open_notices(kind):
    return set(Notice.objects.filter(kind=kind).values_list("recipient__name", flat=True))


def test_a_plan_is_written_proposed_and_agreed_by_the_team_manager(worker, manager):
    plan = write(worker)
    plan, found = write(worker, act=actions.propose, version=plan.version, grid=PUBLISHED)
    assert (found, open_notices(notices.PLAN_PROPOSED)) == ([manager], {"Ana Whitford"})

    agree(plan, manager)

    assert open_notices(notices.PLAN_AGREED) == {"Mere Paki"}
    assert queries.in_force(worker, NEXT).agreed_by == manager
    assert queries.grid_of(plan) == PUBLISHED
    assert queries.in_force(worker, NEXT - timedelta(days=1)) is None


def test_the_next_plan_takes_the_place_of_the_former_from_its_monday(worker, manager):
    former = agree(propose(worker), manager)
    later = agree(propose(worker, starts_on=NEXT + timedelta(weeks=4), grid=PUBLISHED), manager)

    assert [queries.in_force(worker, day) for day in (NEXT, later.starts_on - timedelta(days=1))] == [former, former]
    assert queries.in_force(worker, later.starts_on) == later
    assert queries.versions(worker) == [later, former]


def test_a_plan_agreed_late_leaves_the_weeks_gone_by_as_they_were(worker, manager):
    plan = propose(worker)
    agree(plan, manager, today=date(2026, 12, 9))
    assert TimePlan.objects.get().starts_on == date(2026, 12, 7)


@pytest.mark.parametrize(
    ("starts_on", "says"),
    [
        (date(2026, 11, 17), "17 November 2026 is not a Monday. The next is 23 November 2026."),
        (date(2026, 11, 2), "That week has passed."),
        (date(2026, 11, 9), None),
        (NEXT, None),
    ],
    ids=["a Tuesday", "last week", "this week", "next week"],
)
def test_a_plan_begins_on_a_monday_that_has_not_gone_by(worker, starts_on, says):
    if says is None:
        assert write(worker, starts_on=starts_on).starts_on == starts_on
    else:
        with pytest.raises(actions.BadMonday, match=says):
            write(worker, starts_on=starts_on)


def test_two_plans_do_not_begin_on_one_monday(worker, manager):
    agree(propose(worker), manager)
    with pytest.raises(actions.BadMonday, match="Let this one begin on 23 November 2026"):
        write(worker)


def test_nobody_agrees_for_both_sides(worker, manager, team, other_manager):
    plan = propose(worker)
    for somebody in (worker, other_manager):
        with pytest.raises(actions.NotYourPartOfPlan):
            agree(plan, somebody)
    team.manager = worker  # who leads the team they work in agrees with another manager
    team.save()
    with pytest.raises(actions.NotYourPartOfPlan):
        agree(plan, worker)
    assert agree(plan, other_manager).agreed_by == other_manager


EVERY = ("Ana Whitford", "Lena Okafor")


@pytest.mark.parametrize(
    ("away", "expected"),
    [((), {"Ana Whitford", "Lena Okafor"}), (("Lena Okafor",), {"Ana Whitford"}), (EVERY, set(EVERY))],
)
def test_where_no_one_else_leads_managers_at_work_agree_or_if_all_are_away_any(
    worker, team, manager, other_manager, away, expected
):
    team.manager = worker
    team.save()
    for member in (manager, other_manager):
        if member.name in away:
            factories.AbsenceFactory(worker=member, starts_on=TODAY)
    assert {member.name for member in queries.agreeing(worker, team, TODAY)} == expected


def test_where_nobody_else_leads_the_worker_is_told(worker, manager):
    manager.active = False
    manager.save()
    with pytest.raises(actions.NobodyAgrees, match="Ask an admin to name a manager"):
        propose(worker)


def test_a_plan_without_hours_is_not_proposed(worker, manager):
    with pytest.raises(actions.Empty):
        propose(worker, grid=make_grid({}))


def test_what_is_asked_for_comes_back_in_words_and_the_plan_is_a_draft_again(worker, manager):
    plan = propose(worker)
    words = "Keep an hour for Te Kairaranga."
    actions.ask_for_change(plan_id=plan.pk, by=manager, version=plan.version, words=words, today=TODAY)

    draft = queries.open_plan(worker)
    assert (draft.state, draft.answer, open_notices(notices.PLAN_CHANGE_ASKED)) == ("draft", words, {"Mere Paki"})
    assert propose(worker, version=draft.version).answer == ""


def test_what_was_taken_back_is_not_agreed(worker, manager):
    plan = propose(worker)
    actions.take_back(worker=worker)
    with pytest.raises(actions.PlanStepRefused, match="taken back"):
        agree(plan, manager)
    actions.drop(worker=worker)
    with pytest.raises(actions.PlanStepRefused):
        actions.drop(worker=worker)
    assert queries.open_plan(worker) is None


def test_what_was_proposed_is_not_changed_under_the_readers_eyes(worker, manager):
    seen = propose(worker)
    with pytest.raises(actions.PlanStepRefused, match="Take it back first"):
        write(worker, version=seen.version)
    actions.take_back(worker=worker)
    propose(worker, version=queries.open_plan(worker).version, grid=PUBLISHED)
    with pytest.raises(actions.PlanChangedMeanwhile):
        agree(seen, manager)


def test_a_draft_saved_elsewhere_meanwhile_is_not_written_over(worker):
    first = write(worker)
    with pytest.raises(actions.PlanChangedMeanwhile):
        write(worker, version=first.version - 1, grid=PUBLISHED)
    assert queries.grid_of(first) == NOTES


@pytest.mark.django_db(transaction=True)
def test_of_two_pages_that_begin_a_draft_at_once_one_is_told(worker):
    results = at_once(*[lambda: write(worker) and "kept"] * 2)
    assert sorted(results) == ["PlanChangedMeanwhile", "kept"]
    assert TimePlan.objects.count() == 1


def test_a_digest_leaves_out_what_has_been_answered(worker, manager):
    plan = propose(worker)
    [notice] = Notice.objects.filter(kind=notices.PLAN_PROPOSED)
    still = notices.in_state("proposed")
    assert still([notice]) == {notice.pk}
    agree(plan, manager)
    assert still([notice]) == set()


# Templates -------------------------------------------------------------------------------------------------------------


def keep_template(organisation, by, name, **given):
    return actions.save_template(organisation=organisation, by=by, name=name, grid=PUBLISHED, **given)


def test_a_service_keeps_templates_of_its_own(organisation, manager):
    row = keep_template(organisation, manager, "Tuesdays off")
    found = queries.templates(organisation)[-1]
    assert (found.name, found.hours, found.grid) == ("Tuesdays off", 40, PUBLISHED)

    keep_template(organisation, manager, "Fridays off", template_id=row.pk)
    for name in ("Fridays off", "FRIDAYS off", "Frīdays-off"):
        with pytest.raises(actions.TemplateNameTaken, match="called “Fridays off” already. Choose another name."):
            keep_template(organisation, manager, name)
    with pytest.raises(actions.TemplateNameTaken, match="comes with peerload"):
        keep_template(organisation, manager, "From the practice note’s table")
    actions.remove_template(template_id=row.pk)
    assert not PlanTemplate.objects.exists()


# Real weeks and what was logged ----------------------------------------------------------------------------------------


def test_a_week_has_fewer_hours_for_days_away_and_days_shut(worker):
    factories.AbsenceFactory(worker=worker, starts_on=date(2026, 12, 23), ends_before=date(2027, 1, 5))
    factories.ClosureDayFactory(organisation=worker.organisation, on=date(2026, 12, 14))
    mondays = [date(2026, 12, 7), date(2026, 12, 14), date(2026, 12, 21), date(2026, 12, 28)]

    found = queries.weeks(worker, mondays, FULL_WEEK, TODAY)

    assert [(week.away, week.shut, week.hours) for week in found] == [(0, 0, 40), (0, 1, 32), (2, 1, 16), (3, 2, 0)]


def test_days_ahead_are_away_as_long_as_is_expected(worker):
    factories.AbsenceFactory(worker=worker, starts_on=date(2026, 11, 9), expected_back=date(2026, 11, 18))
    mondays = [date(2026, 11, 9), date(2026, 11, 16), date(2026, 11, 23)]
    assert [week.away for week in queries.weeks(worker, mondays, FULL_WEEK, TODAY)] == [5, 2, 0]


def contact(worker, on, minutes, *, support="high", **given):
    person = factories.ClientFactory(supported_by=worker, support=support)
    return factories.ContactFactory(client=person, author=worker, on=on, minutes=minutes, **given)


def test_what_was_logged_goes_by_the_support_of_the_day_and_the_middle_of_the_weeks(worker):
    for day, minutes in ((date(2026, 11, 2), 600), (date(2026, 11, 8), 60), (date(2026, 10, 26), 300)):
        contact(worker, day, minutes)
    contact(worker, date(2026, 11, 3), 30, support="parked")
    contact(worker, date(2026, 11, 9), 600)  # this week is not full yet
    contact(worker, date(2026, 10, 11), 600)  # five weeks ago
    contact(worker, date(2026, 11, 4), None)
    contact(worker, date(2026, 11, 4), None, reached=False, outcome="")
    group = factories.GroupFactory(facilitated_by=worker)
    session = factories.GroupSessionFactory(group=group, on=date(2026, 11, 4), minutes=90, facilitator_minutes=120)
    for _ in range(3):  # as sheets bring a group in, on another day
        contact(worker, date(2026, 10, 28), 90, support="group", channel="group")
    session.facilitators.create(organisation=worker.organisation, worker=worker)

    found = queries.logged(worker, TODAY)

    high, groups, parked = (
        found.hours[each] for each in (PlanActivity.HIGH_1_1, PlanActivity.GROUPS, PlanActivity.PARKED)
    )
    assert (high, groups, parked) == (8, Decimal("1.75"), QUARTER)  # between 11 and 5, 2 and 1.5, a half and 0
    assert found.without_minutes == 1


def test_this_week_is_what_is_planned_and_logged_so_far(worker):
    factories.TimePlanFactory(worker=worker)
    contact(worker, date(2026, 11, 9), 45)
    contact(worker, date(2026, 11, 8), 45)
    found = queries.this_week(worker, TODAY)
    assert (str(found.planned), found.logged) == ("19.50", QUARTER * 3)


def test_a_member_who_supports_nobody_plans_with_the_hours_of_their_post(organisation, team, other_team):
    manager = factories.MemberFactory(organisation=organisation, role="manager", home_team=team)
    manager.posts.all().delete()
    assert queries.post_of(manager, TODAY) == (40, team, False)

    factories.PostFactory(worker=manager, team=other_team, starts_on=NEXT, fte=Decimal("0.5"))

    assert queries.post_of(manager, TODAY) == (20, other_team, True)
