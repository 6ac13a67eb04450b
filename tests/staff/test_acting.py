"""While a manager is away, who was named acts: with the manager's powers, in that team only, on those days only."""

from datetime import date, timedelta
from itertools import product

import pytest
from django.urls import reverse

from caseload.actions import sweep_recipients
from caseload.cover import queries as cover
from caseload.models import Client, Group
from caseload.waiting.queries import may_see_to
from peerload.core.sql import rows
from peerload.home.sweep import sweep
from peerload.notices import kinds
from peerload.notices.models import Notice
from peerload.staff import access, actions, queries, rules
from peerload.staff.actions import CannotAct, Contradicts, NotThen
from peerload.staff.models import ActingManager, Member, Team
from peerload.staff.notices import ACTING_CHOSEN, ACTING_ENDED, ACTS
from tests import factories
from tests.conftest import TODAY
from tests.workload.months.scene import OCTOBER, act, submit
from wellbeing.plans.queries import agreeing
from wellbeing.sessions.queries import supervisors
from workload.months import actions as months
from workload.months import queries as month_queries

pytestmark = pytest.mark.usefixtures("today")
DAY = timedelta(days=1)
BEGINS, BACK = TODAY + 5 * DAY, TODAY + 20 * DAY


def tight(answer) -> str:
    return " ".join(answer.content.decode().replace("&#x27;", "'").replace("&amp;", "&").split())


@pytest.fixture
def absent(manager, team):
    """The manager will be away for two weeks."""
    return factories.AbsenceFactory(worker=manager, starts_on=BEGINS, ends_before=BACK)


@pytest.fixture
def stand_in(stranger):
    """A peer worker of another team."""
    return stranger


@pytest.fixture
def acting(absent, team, stand_in):
    return factories.ActingManagerFactory(team=team, member=stand_in, absence=absent)


DAYS = [(BEGINS - DAY, False), (BEGINS, True), (BACK - DAY, True), (BACK, False)]
before_during_after = pytest.mark.parametrize(
    ("day", "acts"), DAYS, ids=["the day before", "first day", "last day", "the day after"]
)


class TestPowers:
    @before_during_after
    def test_every_question_about_who_leads_has_the_same_answer(self, on, acting, stand_in, team, worker, day, acts):
        on(day)
        person = factories.ClientFactory(supported_by=worker, name="Hana Rewi")
        group = factories.GroupFactory(team=team)
        member = Member.objects.get(pk=stand_in.pk)
        found = {
            "teams": team in Team.objects.led_by(member, day),
            "among leaders": Member.objects.leading(day).filter(pk=member.pk).exists(),
            "capabilities": access.leads(member),
            "this team": access.leads_team(member, team, day),
            "workers": worker in queries.workers_led_by(member, day),
            "absences": worker in queries.may_record_away(member, day),
            "leaders": queries.leaders_of([team.pk], day)[team.pk].for_manager is not None,
            "people": person in Client.objects.visible_to(member, day),
            "groups": group in Group.objects.visible_to(member, day),
            "waiting": member in may_see_to(team, day),
            "records": month_queries.place(member, worker, team, None, on=day).leads,
            "agreeing": member in month_queries.leaders_there(team, worker, day),
            "plans": member in agreeing(worker, team, day),
            "in place of a manager": member in month_queries.other_managers(stand_in, None, on=day)
            or member in month_queries.leaders_of(team, day),
        }
        assert set(found.values()) == {acts}, found

    @before_during_after
    def test_pages_open_on_these_days_alone(self, on, signed_in, acting, stand_in, team, worker, day, acts):
        on(day)
        person = factories.ClientFactory(supported_by=worker, name="Hana Rewi")
        browser = signed_in(stand_in)
        pages = {
            "team": f"{reverse('team')}?team={team.pk}",
            "person": person.get_absolute_url(),
            "record": reverse("record", args=[worker.uid, "2026-10"]),
            "month": f"{reverse('team_month')}?team={team.pk}",
            "sitting": f"{reverse('team_month')}?team={team.pk}&month=2026-10",
            "absences": reverse("absences"),
            "new person": reverse("person_add"),
            "leaving": reverse("leaving_add"),
        }
        assert {name: browser.get(url).status_code for name, url in pages.items()} == dict.fromkeys(
            pages, 200 if acts else 404
        )

    def test_of_another_team_of_the_same_manager_they_see_nothing(self, on, signed_in, acting, stand_in, manager):
        other = factories.TeamFactory(organisation=manager.organisation, name="South", manager=manager)
        person = factories.ClientFactory(team=other, organisation=other.organisation, support=None)
        on(BEGINS)
        browser = signed_in(stand_in)
        assert browser.get(f"{reverse('team')}?team={other.pk}").status_code == 404
        assert browser.get(person.get_absolute_url()).status_code == 404

    def test_a_return_recorded_earlier_ends_it(self, on, acting, stand_in, team, absent, admin):
        on(BEGINS + 2 * DAY)
        actions.edit_absence(absence_id=absent.pk, by=admin, today=BEGINS + 2 * DAY, ends_before=BEGINS + 2 * DAY)
        assert team not in Team.objects.led_by(stand_in, BEGINS + 2 * DAY)
        assert team in Team.objects.led_by(stand_in, BEGINS + DAY)

    def test_another_manager_of_the_team_ends_it(self, acting, stand_in, team, other_manager):
        team.manager = other_manager
        team.save()
        assert team not in Team.objects.led_by(stand_in, BEGINS)

    def test_a_closed_sign_in_or_another_role_ends_it(self, acting, stand_in, team):
        for changed in ({"active": False, "role": "peer_worker"}, {"active": True, "role": "admin"}):
            Member.objects.filter(pk=stand_in.pk).update(**changed)
            assert team not in Team.objects.led_by(stand_in, BEGINS)

    def test_they_agree_a_record_and_send_the_report(self, on, mere, team, manager, stand_in):
        absent = factories.AbsenceFactory(worker=manager, starts_on=TODAY - DAY)
        factories.ActingManagerFactory(team=team, member=stand_in, absence=absent)
        submit(mere, agree=True)
        record = act(months.agree, mere, stand_in, reason="")
        assert record.status == "agreed"
        report = months.send(team=team, month=OCTOBER, by=stand_in, today=TODAY, note="")
        assert report.sent_by == stand_in

    def test_supervision_passes_to_them_before_the_service_manager(
        self, worker, manager, team, service_manager, stand_in
    ):
        factories.AbsenceFactory(worker=manager, starts_on=TODAY - DAY, expected_back=TODAY + 30 * DAY)
        assert supervisors(team.organisation, TODAY)[worker.pk].now == service_manager.pk
        factories.ActingManagerFactory(team=team, member=stand_in, absence=manager.absences.get())
        assert supervisors(team.organisation, TODAY)[worker.pk].now == stand_in.pk


class TestInSQL:
    """What is asked in SQL says the same as the query."""

    @before_during_after
    def test_a_team_without_a_lead_at_work(self, on, acting, absent, worker, team, day, acts):
        factories.ClientFactory(supported_by=worker)
        gone = factories.AbsenceFactory(worker=worker, starts_on=TODAY - DAY)
        left = [each.absence_id for each in cover.nobody_leads(team.organisation, day)]
        assert (gone.pk in left) is (BEGINS <= day < BACK and not acts)
        ActingManager.objects.all().delete()
        left = [each.absence_id for each in cover.nobody_leads(team.organisation, day)]
        assert (gone.pk in left) is (BEGINS <= day < BACK)

    @pytest.mark.parametrize("away", [(), ("manager",), ("manager", "deputy"), ("manager", "deputy", "stand_in")])
    def test_who_is_told_for_a_team(self, team, manager, deputy, stand_in, away):
        people = {"manager": manager, "deputy": deputy, "stand_in": stand_in}
        absences = {name: factories.AbsenceFactory(worker=people[name], starts_on=TODAY - DAY) for name in away}
        if "manager" in absences:
            factories.ActingManagerFactory(team=team, member=stand_in, absence=absences["manager"])
        sql = f"SELECT leader.id FROM (SELECT 1) AS one {sweep_recipients.LEADER.format(team='%(team)s')}"
        told = {key for (key,) in rows(sql, {"on": TODAY, "team": team.pk})}
        expected = {
            (): {manager},
            ("manager",): {deputy, stand_in},
            ("manager", "deputy"): {stand_in},
            ("manager", "deputy", "stand_in"): {manager},
        }[away]
        assert told == {each.pk for each in expected} == set(queries.told_for_teams([team.pk], TODAY)[team.pk])


SOME = [set(), {1}, {2}, {3}, {1, 2}, {1, 3}, {2, 3}, {1, 2, 3}]


def test_who_is_told_is_here_or_the_first_who_can_sign_in():
    for manager, deputy, acting, here, known in product((None, 1, 2), (None, 2, 3), ([], [3], [1, 3]), SOME, SOME):
        check_told(manager, deputy, acting, here, known | here)


def check_told(manager, deputy, acting, here, known):
    told = rules.told_for_team(manager, deputy, acting, here=here, known=known)
    assert len(told) == len(set(told)) and None not in told
    if manager in here:
        assert told == [manager]
    elif at_work := ({*acting, deputy} & here):
        assert set(told) == at_work
    else:
        assert told == [key for key in (manager, deputy) if key in known][:1]


class TestNaming:
    def name(self, absent, team, member, service_manager, *, starts_on=BEGINS, today=TODAY):
        return actions.name_acting(
            absence_id=absent.pk, team_id=team.pk, member=member, starts_on=starts_on, by=service_manager, today=today
        )

    def test_another_one_acts_from_the_day_after(self, absent, team, stand_in, other_manager, service_manager):
        self.name(absent, team, stand_in, service_manager)
        self.name(absent, team, other_manager, service_manager, starts_on=BEGINS + 3 * DAY)
        days = list(ActingManager.objects.order_by("starts_on").values_list("member", "starts_on", "ends_before"))
        assert days == [(stand_in.pk, BEGINS, BEGINS + 3 * DAY), (other_manager.pk, BEGINS + 3 * DAY, None)]
        assert team not in Team.objects.led_by(stand_in, BEGINS + 3 * DAY)
        assert team in Team.objects.led_by(stand_in, BEGINS + 2 * DAY)

    def test_from_the_same_day_the_other_replaces_them(self, absent, team, stand_in, other_manager, service_manager):
        self.name(absent, team, stand_in, service_manager)
        self.name(absent, team, other_manager, service_manager)
        assert ActingManager.objects.get().member == other_manager

    def test_the_same_form_twice_is_one_row(self, absent, team, stand_in, service_manager):
        assert self.name(absent, team, stand_in, service_manager) == self.name(absent, team, stand_in, service_manager)
        assert ActingManager.objects.count() == 1

    @pytest.mark.parametrize(
        ("starts_on", "says"),
        [
            (TODAY - DAY, "has passed"),
            (BEGINS - DAY, "is away from 17 November 2026. Choose that day or a later one."),
            (BACK, "is back on 2 December 2026. Choose an earlier day."),
        ],
    )
    def test_a_day_outside_the_absence_is_refused(self, absent, team, stand_in, service_manager, starts_on, says):
        with pytest.raises(NotThen, match=says):
            self.name(absent, team, stand_in, service_manager, starts_on=starts_on)

    def test_who_leads_it_is_away_leaves_or_may_not_lead_is_refused(
        self, absent, team, deputy, stand_in, service_manager
    ):
        factories.AbsenceFactory(worker=stand_in, starts_on=TODAY)
        left = factories.MemberFactory(organisation=team.organisation)
        factories.LeavingFactory(member=left, last_day=TODAY + DAY)
        for member in (deputy, stand_in, left, service_manager):
            with pytest.raises(CannotAct):
                self.name(absent, team, member, service_manager)
        assert not ActingManager.objects.exists()

    def test_for_one_who_leads_no_team_nobody_acts(self, worker, team, stand_in, service_manager):
        with pytest.raises(Contradicts, match="does not lead"):
            self.name(factories.AbsenceFactory(worker=worker, starts_on=TODAY), team, stand_in, service_manager)

    def test_it_is_ended_before_the_return(self, on, acting, stand_in, team, service_manager):
        actions.end_acting(acting_id=acting.pk, ends_before=BEGINS + DAY, by=service_manager, today=TODAY)
        assert team in Team.objects.led_by(stand_in, BEGINS)
        assert team not in Team.objects.led_by(stand_in, BEGINS + DAY)
        assert ActingManager.pgh_event_model.objects.get().pgh_label == "update"

    def test_its_end_is_moved_but_not_over_the_next_one(
        self, acting, absent, team, other_manager, stand_in, service_manager
    ):
        for days in (1, 3):
            actions.end_acting(acting_id=acting.pk, ends_before=BEGINS + days * DAY, by=service_manager, today=TODAY)
            acting.refresh_from_db()
            assert acting.ends_before == BEGINS + days * DAY
        self.name(absent, team, other_manager, service_manager, starts_on=BEGINS + 3 * DAY)
        with pytest.raises(NotThen, match="Lena Okafor acts from 20 November 2026"):
            actions.end_acting(acting_id=acting.pk, ends_before=BEGINS + 4 * DAY, by=service_manager, today=TODAY)

    def test_what_has_not_begun_is_removed_and_stays_in_the_history(self, acting, service_manager):
        actions.end_acting(acting_id=acting.pk, ends_before=TODAY, by=service_manager, today=TODAY)
        assert not ActingManager.objects.exists()
        assert ActingManager.pgh_event_model.objects.get().pgh_label == "delete"


class TestTold:
    def test_who_acts_the_deputy_the_manager_and_the_workers(
        self, absent, team, manager, deputy, worker, teammate, stand_in, service_manager
    ):
        row = actions.name_acting(
            absence_id=absent.pk, team_id=team.pk, member=stand_in, starts_on=BEGINS, by=service_manager, today=TODAY
        )
        told = set(Notice.objects.filter(subject=f"acting:{row.pk}").values_list("kind", "recipient"))
        others = (manager, deputy, worker, teammate)
        assert told == {(ACTS, stand_in.pk), *((ACTING_CHOSEN, each.pk) for each in others)}

    def test_the_workers_read_whom_to_ask_and_not_why(self, signed_in, absent, team, worker, stand_in, service_manager):
        absent.kind = "surgery"
        absent.save()
        actions.name_acting(
            absence_id=absent.pk, team_id=team.pk, member=stand_in, starts_on=BEGINS, by=service_manager, today=TODAY
        )
        said = tight(signed_in(worker).get(reverse("my_day")))
        assert "From 17 November 2026 Sina Mata'afa acts in place of Ana Whitford in Harbourside. Ask them" in said
        assert "surgery" not in said

    @pytest.mark.usefixtures("mere")
    def test_the_record_says_who_agrees(self, on, signed_in, acting, worker, stand_in):
        on(BEGINS)
        submit(worker, agree=True)
        page = reverse("record", args=[worker.uid, "2026-10"])
        assert "Sina Mata'afa" in tight(signed_in(worker).get(page))
        on(BACK)
        assert "Sina Mata'afa" not in tight(signed_in(worker).get(page))

    def test_who_acted_is_told_of_the_end(self, on, signed_in, acting, absent, stand_in, admin):
        on(BEGINS)
        actions.edit_absence(absence_id=absent.pk, by=admin, today=BEGINS, ends_before=BEGINS + 3 * DAY)
        notice = Notice.objects.get(kind=ACTING_ENDED)
        assert (notice.recipient, notice.anchor_on) == (stand_in, BEGINS + 3 * DAY)
        said = tight(signed_in(stand_in).get(reverse("my_day")))
        assert "From 20 November 2026 you do not act in place of Ana Whitford any more" in said

    @pytest.mark.usefixtures("mere")
    def test_what_was_told_to_who_acts_is_gone_from_their_first_page_once_they_do_not(
        self, on, signed_in, acting, team, stand_in
    ):
        """Its links would lead to pages that are not there for them any more."""
        on(BEGINS)
        sweep(team.organisation, BEGINS)
        told = Notice.objects.filter(recipient=stand_in, kind="report_due")
        assert told.exists() and kinds.still_true(told)
        on(BACK)
        assert not kinds.still_true(told)
        assert f"team={team.pk}" not in tight(signed_in(stand_in).get(reverse("my_day")))

    def test_what_waits_for_the_manager_is_passed_to_who_acts_by_the_sweep(
        self, on, acting, team, stand_in, service_manager
    ):
        on(BEGINS)
        person = factories.ClientFactory(team=team, organisation=team.organisation, support=None)
        factories.ReferralFactory(client=person, referred_on=TODAY, due_on=TODAY + DAY, owner=None)
        sweep(team.organisation, BEGINS)
        about = Notice.objects.filter(subject=f"client:{person.pk}").exclude(recipient=service_manager)
        assert set(about.values_list("recipient", flat=True)) == {stand_in.pk}


class TestPages:
    def test_the_first_page_of_who_acts_has_what_waits(self, on, signed_in, acting, team, stand_in):
        on(BEGINS)
        factories.ClientFactory(team=team, organisation=team.organisation, support=None)
        said = tight(signed_in(stand_in).get(reverse("my_day")))
        assert "In place of Ana Whitford: Harbourside" in said and f"?team={team.pk}" in said
        assert "You act in place of Ana Whitford" in tight(signed_in(stand_in).get(reverse("team")))
        on(BACK)
        assert "In place of" not in tight(signed_in(stand_in).get(reverse("my_day")))

    def test_it_has_what_waits_for_the_leader_also_from_before_the_absence(
        self, on, signed_in, acting, team, stand_in, worker, manager
    ):
        plan = factories.TimePlanFactory(worker=worker, state="proposed")
        leave = factories.LeaveRequestFactory(worker=worker)
        on(BEGINS)
        said = tight(signed_in(stand_in).get(reverse("my_day")))
        assert f"2 decisions wait for you: {worker.name}" in said, (plan, leave)
        on(BACK)
        assert "decisions wait for you" not in tight(signed_in(stand_in).get(reverse("my_day")))

    @pytest.mark.parametrize(("day", "acts"), DAYS)
    def test_the_deputy_of_an_absent_manager_has_the_same_card(self, on, signed_in, absent, team, teammate, day, acts):
        team.deputy = teammate
        team.save()
        on(day)
        said = tight(signed_in(teammate).get(reverse("my_day")))
        assert ("In place of Ana Whitford: Harbourside" in said) is acts

    @pytest.mark.parametrize("above", ["service_manager", "admin"])
    def test_those_above_choose_find_change_and_end(
        self, request, signed_in, absent, team, stand_in, other_manager, above
    ):
        browser = signed_in(request.getfixturevalue(above))
        address = f"{reverse('acting', args=[absent.pk])}?team={team.pk}"
        said = tight(browser.get(address))
        assert "Ana Whitford is away from 17 November 2026. No return date is known." in said
        assert said.index("Lena Okafor") and "Leads already: Northcote" in said
        assert "Sina Mata'afa" not in said and "Sina Mata'afa" in tight(browser.get(address, {"find": "sina"}))
        form = {"member": str(stand_in.uid), "starts_on": BEGINS.isoformat()}
        assert browser.post(address, form).status_code == 302
        row = ActingManager.objects.get()
        assert (row.member, row.starts_on, row.by) == (stand_in, BEGINS, request.getfixturevalue(above))
        assert "Sina Mata'afa acts from 17 November" in tight(browser.get(reverse("absences")))
        browser.post(reverse("acting_end", args=[row.pk]), {"ends_before": (BEGINS + DAY).isoformat()})
        row.refresh_from_db()
        assert row.ends_before == BEGINS + DAY

    def test_the_team_page_of_the_service_manager_leads_to_it(
        self, on, signed_in, service_manager, absent, team, deputy
    ):
        on(BEGINS)
        said = tight(signed_in(service_manager).get(f"{reverse('team')}?team={team.pk}"))
        assert "Ana Whitford is away since 17 November 2026" in said
        assert "Hemi Cook</b> is the deputy and acts." in said
        assert f"{reverse('acting', args=[absent.pk])}?team={team.pk}" in said

    def test_a_team_without_a_lead_at_work_is_the_first_alarm_until_one_acts(
        self, on, signed_in, service_manager, absent, team, worker, stand_in
    ):
        on(BEGINS)
        statutory = factories.ClientFactory(team=team, organisation=team.organisation, support=None, statutory=True)
        browser = signed_in(service_manager)
        said = tight(browser.get(reverse("team")))
        assert said.index("1 team has no one at work who leads it") < said.index("with statutory status"), statutory
        factories.ActingManagerFactory(team=team, member=stand_in, absence=absent)
        said = tight(browser.get(reverse("team")))
        assert "no one at work who leads it" not in said and "Sina Mata'afa acts" in said

    def test_others_find_no_such_page(self, signed_in, acting, absent, team, manager, worker, deputy, stand_in):
        for member in (manager, worker, deputy, stand_in):
            browser = signed_in(member)
            assert browser.get(f"{reverse('acting', args=[absent.pk])}?team={team.pk}").status_code == 404
            assert browser.get(reverse("acting_end", args=[acting.pk])).status_code == 404

    def test_of_another_service_nor_of_a_worker_there_is_none(self, signed_in, admin, team, worker):
        elsewhere = factories.TeamFactory(manager=factories.MemberFactory(role="manager"))
        gone = factories.AbsenceFactory(worker=elsewhere.manager, starts_on=date(2026, 11, 9))
        assert signed_in(admin).get(f"{reverse('acting', args=[gone.pk])}?team={elsewhere.pk}").status_code == 404
        gone = factories.AbsenceFactory(worker=worker, starts_on=date(2026, 11, 9))
        assert signed_in(admin).get(f"{reverse('acting', args=[gone.pk])}?team={team.pk}").status_code == 404
