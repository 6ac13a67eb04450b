"""My weeks: the plan that holds beside what is asked for and what happened; writing it, and agreeing to it."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories
from tests.conftest import TODAY
from tests.shared import shared
from wellbeing.models import TimePlan
from wellbeing.plans import queries
from wellbeing.plans.forms import field_name
from wellbeing.plans.rules import templates
from wellbeing.plans.rules.dated import next_monday

from ...workload.months.test_record_page import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

PUBLISHED = templates.PUBLISHED.grid


@shared(dated=True)
def mere(worker, organisation):
    """A worker with the published plan, and six people kept in touch with: a contact a week."""
    organisation.cycle_anchor = date(2026, 11, 2)
    organisation.save()
    factories.TimePlanFactory(worker=worker, template="as published", grid=PUBLISHED)
    factories.ClientFactory.create_batch(6, supported_by=worker, support="parked")
    return worker


def look(client, name="my_weeks", *args, **asked) -> str:
    answer = client.get(reverse(name, args=args), asked)
    assert answer.status_code == 200
    return words(answer)


def typed(grid=PUBLISHED, **changed) -> dict:
    hours = {field_name(each, n): str(h) for each, weeks in grid.items() for n, h in enumerate(weeks, 1)}
    begun = {"version": 0, "template": "as published", "starts_on": "2026-11-16", "act": "keep"}
    return begun | hours | {name.replace("__", "-"): value for name, value in changed.items()}


def save(client, **changed):
    return client.post(reverse("plan_edit"), typed(**changed), follow=True)


class TestThePage:
    def test_it_says_which_week_it_is_and_where_plan_and_need_part(self, signed_in, mere):
        said = look(signed_in(mere))
        assert "From Monday 2 November; this is week 2" in said
        assert "Contact takes 21 of 40 hours, 1 more than half." in said
        assert "52.5%" in said and "Total: 100.0%." in said
        assert "1 h over half" in said and "meets the guide" in said and "a guide, not a rule" in said

    def test_a_short_week_says_how_many_hours_are_left(self, signed_in, mere):
        factories.AbsenceFactory(worker=mere, starts_on=date(2026, 11, 19), ends_before=date(2026, 11, 23))
        said = look(signed_in(mere))
        assert (
            "Week 3 16 Nov: 24 h" in said
            and "Week 3 has 2 days away, so 24 hours. Contact is 9 hours over half that week." in said
        )

    def test_a_plan_that_does_not_come_to_the_hours_of_the_post_says_so(self, signed_in, mere):
        mere.posts.update(fte="0.5")
        assert "The weeks come to 40 hours each; the post has 20." in look(signed_in(mere))

    def test_contacts_without_minutes_are_counted_and_said(self, signed_in, mere):
        person = factories.ClientFactory(supported_by=mere)
        for minutes in (None, None, 90):
            factories.ContactFactory(client=person, author=mere, on=date(2026, 11, 4), minutes=minutes)
        said = look(signed_in(mere))
        assert "2 contacts without minutes in these weeks" in said
        assert "Contact, total 21 21 21 21 0.8 1.5" in said

    def test_somebody_without_a_plan_begins_with_one_that_fits(self, signed_in, worker):
        assert "Begin with a plan that fits" in look(signed_in(worker))

    def test_the_number_of_queries_does_not_grow_with_people_or_versions(self, signed_in, mere):
        client = signed_in(mere)
        look(client)
        with CaptureQueriesContext(connection) as few:
            look(client)
        for month in (8, 9, 10):
            person = factories.ClientFactory(supported_by=mere)
            factories.ContactFactory(client=person, author=mere, on=date(2026, 11, 4), minutes=30)
            factories.TimePlanFactory(worker=mere, starts_on=next_monday(date(2026, month, 1)))
        with CaptureQueriesContext(connection) as many:
            look(client)
        assert len(many) == len(few)


class TestWriting:
    def test_the_published_template_says_what_is_over_and_why(self, signed_in, worker, manager):
        said = look(signed_in(worker), "plan_edit", **{"from": "as_published"})
        assert "Contact takes 21 of 40 hours, 1 more than half." in said
        assert "Propose this plan to Ana" in said

    def test_what_a_template_has_stands_in_the_fields(self, signed_in, worker):
        page = signed_in(worker).get(reverse("plan_edit"), {"from": "from_the_notes"}).content.decode()
        for name, hours in (
            ("client_admin-1", "10.5"),
            ("high_1_1-4", "12.5"),
            ("supervision-1", "0"),
            ("groups-2", "3"),
        ):
            assert f'name="{name}" value="{hours}"' in page
        page = signed_in(worker).get(reverse("plan_edit"), {"from": "as_published"}).content.decode()
        assert 'name="client_admin-1" value="10"' in page

    def test_half_a_post_takes_half_a_template(self, signed_in, worker):
        worker.posts.update(fte="0.5")
        assert "Total, of 20 hours 20 20 20 20" in look(signed_in(worker), "plan_edit", **{"from": "from_the_notes"})

    def test_a_plan_is_measured_with_the_post_held_from_its_monday(self, signed_in, worker, team, manager):
        worker.posts.update(ends_before=date(2026, 11, 30))
        factories.PostFactory(worker=worker, team=team, starts_on=date(2026, 11, 30), fte="0.5")
        assert "Total, of 40 hours" in words(save(signed_in(worker)))
        draft = queries.open_plan(worker)
        said = words(save(signed_in(worker), version=draft.version, starts_on="2026-11-30", act="propose"))
        assert "Proposed to Ana Whitford." in said
        for who in (worker, manager):
            assert "Total, of 20 hours" in look(signed_in(who), "plan", draft.uid)

    def test_hours_are_written_with_a_comma_or_a_point_and_kept(self, signed_in, worker):
        said = words(save(signed_in(worker), high_1_1__1="12,5", high_1_1__2="12.25", marketing__1=""))
        assert "Kept as a draft. Only you see it." in said
        grid = queries.grid_of(queries.open_plan(worker))
        assert [str(each) for each in (*grid["high_1_1"][:2], grid["marketing"][0])] == ["12.50", "12.25", "0.00"]

    def test_adding_up_saves_nothing(self, signed_in, worker):
        said = words(save(signed_in(worker), high_1_1__1="14", act="look"))
        assert "Week 1 comes to 41 hours; the post has 40." in said
        assert not TimePlan.objects.exists()

    def test_what_cannot_be_read_is_refused_and_everything_typed_stays(self, signed_in, worker):
        answer = save(signed_in(worker), high_1_1__1="many", high_1_1__2="11", starts_on="2026-11-17")
        assert answer.status_code == 422
        page = answer.content.decode()
        assert 'value="many"' in page and 'name="high_1_1-2" value="11"' in page
        assert "Write hours, such as 2.5." in page

    def test_a_day_that_is_no_monday_is_refused_beside_it(self, signed_in, worker):
        answer = save(signed_in(worker), starts_on="2026-11-17")
        assert answer.status_code == 422 and "17 November 2026 is not a Monday." in words(answer)

    def test_a_draft_saved_elsewhere_is_shown_beside_what_was_typed(self, signed_in, worker):
        client = signed_in(worker)
        save(client)
        answer = save(client, high_1_1__3="9")
        assert answer.status_code == 409
        assert "High-intensity, one to one, week 3 13 h 9 h" in words(answer)
        version = queries.open_plan(worker).version
        assert f'name="version" value="{version}"' in answer.content.decode()

        save(client, version=version, high_1_1__3="9")
        assert queries.grid_of(queries.open_plan(worker))["high_1_1"][2] == 9

    def test_a_template_that_is_not_there_is_404(self, signed_in, worker):
        assert signed_in(worker).get(reverse("plan_edit"), {"from": "own-1"}).status_code == 404

    def test_more_than_half_is_said_with_for_how_many_people(self, signed_in, worker):
        factories.ClientFactory.create_batch(9, supported_by=worker, support="high")
        said = look(signed_in(worker), "plan_edit", **{"from": "fits"})
        assert "22.5 hours of contact a week, 2.5 hours more than half of 40" in said
        assert "no time left for 1 person with high support" in said


class TestAgreeing:
    def test_a_proposed_plan_stands_on_the_first_page_of_the_manager(self, signed_in, mere, manager, team):
        save(signed_in(mere), act="propose")
        plan = queries.open_plan(mere)
        answer = signed_in(manager).get(reverse("team"))
        page = words(answer)
        assert "decisions wait for you: Mere Paki" in page
        assert "A time plan to agree, from 16 November, proposed 12 November" in page
        assert reverse("plan", args=[plan.uid]) in answer.content.decode()

        said = look(signed_in(manager), "plan", plan.uid)
        assert "Agree to this plan" in said and "Logged" not in said

        url = reverse("plan_agree", args=[plan.uid])
        said = words(signed_in(manager).post(url, {"version": plan.version}, follow=True))
        assert "Agreed. It is in force from 16 November 2026." in said
        assert "to agree" not in look(signed_in(manager), "team")
        assert "agreed with Ana Whitford on 12 November 2026" in look(signed_in(mere))

    def test_a_change_is_asked_for_in_words(self, signed_in, mere, manager):
        save(signed_in(mere), act="propose")
        plan = queries.open_plan(mere)
        url = reverse("plan_change", args=[plan.uid])
        assert signed_in(manager).post(url, {"version": plan.version}).status_code == 422
        late = signed_in(manager).post(url, {"version": plan.version - 1, "words": "Keep an hour on Fridays."})
        assert late.status_code == 422 and "Read it again" in words(late)
        form = late.context["form"]
        signed_in(manager).post(url, {name: form[name].value() for name in ("version", "words")})

        assert "Keep an hour on Fridays." in look(signed_in(mere))
        assert (
            signed_in(manager).get(reverse("plan", args=[plan.uid])).status_code == 404
        )  # a draft is the worker's own

    def test_the_worker_takes_it_back(self, signed_in, mere):
        client = signed_in(mere)
        save(client, act="propose")
        assert "It has waited for Ana Whitford since 12 November." in look(client)
        assert "Taken back." in words(client.post(reverse("plan_take_back"), follow=True))
        assert "You have a draft" in look(client)
        assert "The draft is deleted." in words(client.post(reverse("plan_drop"), follow=True))

    def test_a_team_sees_sums_of_plans_and_nothing_of_anybody_alone(self, signed_in, mere, teammate, manager):
        factories.TimePlanFactory(worker=teammate)
        said = look(signed_in(manager), "team")
        assert "The team’s plans have 40.5 hours of contact a week, and 10 hours of wellbeing." in said
        assert "need 1 contacts a week. 4 are planned" in said


class TestTemplates:
    def test_a_manager_keeps_a_plan_as_a_template_and_everybody_begins_from_it(self, signed_in, mere, manager):
        save(signed_in(mere), act="propose")
        plan = queries.open_plan(mere)
        leads = signed_in(manager)
        url = f"{reverse('plan_template_add')}?plan={plan.uid}"
        assert "Total, of 40 hours 40 40 40 40" in words(leads.get(url))
        said = words(leads.post(url, typed() | {"name": "Harbour week"}, follow=True))
        assert "“Harbour week” is saved. Workers can begin a plan from it." in said
        assert "Harbour week" in look(leads)

    def test_a_week_of_more_hours_than_there_are_is_refused(self, signed_in, worker, manager):
        full = {name: "168" for name in typed() if name.endswith(("-1", "-2", "-3", "-4"))}
        answer = signed_in(manager).post(reverse("plan_template_add"), typed() | full | {"name": "Too much"})
        assert answer.status_code == 422 and "hours; a week has 168." in words(answer)
        assert save(signed_in(worker), client_admin__1="148").status_code == 422
        assert queries.open_plan(worker) is None

    def test_an_admin_renames_and_removes_it(self, signed_in, admin, organisation):
        row = factories.PlanTemplateFactory(organisation=organisation, name="Harbour week")
        client = signed_in(admin)
        client.post(reverse("plan_template", args=[row.pk]), typed() | {"name": "Our week"})
        assert "Our week" in look(client, "plan_templates")
        said = words(client.post(reverse("plan_template_remove", args=[row.pk]), follow=True))
        assert "“Our week” is removed." in said


class TestRowsOfTheService:
    """A service adds peer space, team meetings, travel or training to its plans (R68)."""

    @pytest.fixture
    def added(self, signed_in, admin):
        client = signed_in(admin)
        sent = {"label": "Peer space", "focus": "wellbeing"}
        assert "“Peer space” is a row of every new plan." in words(client.post(reverse("plan_rows"), sent, follow=True))
        client.post(reverse("plan_rows"), {"label": "Outreach", "focus": "contact"})
        return client

    def test_a_row_the_service_adds_is_planned_proposed_agreed_and_read(self, signed_in, added, mere, manager):
        plan = {"peer_space__1": "1", "outreach__1": "2", "client_admin__1": "7"}
        assert "Peer space" in look(signed_in(mere), "plan_edit")
        save(signed_in(mere), act="propose", **plan)
        proposed = queries.open_plan(mere)
        said = look(signed_in(manager), "plan", proposed.uid)
        assert "Peer space 1 0 0 0" in said and "Outreach 2 0 0 0" in said
        assert "In week 1 contact takes 23 of 40 hours." in said  # 21 as published, and outreach
        signed_in(manager).post(reverse("plan_agree", args=[proposed.uid]), {"version": proposed.version})
        assert queries.grid_of(queries.in_force(mere, date(2026, 11, 16)))["peer_space"] == (1, 0, 0, 0)

    def test_time_in_a_row_the_service_adds_is_logged_at_one_tap_and_told_by_its_name(self, signed_in, added, mere):
        sent = {"what": "peer_space-30", "day": "today", "submission_id": "5a0ecb6e-5a33-4b0f-93bb-4c8f5b0f8f3e"}
        said = words(signed_in(mere).post(reverse("time_log"), sent, follow=True))
        assert "30 min Peer space, today" in said

    def test_contact_in_a_row_the_service_adds_counts_in_this_week(self, signed_in, added, mere):
        sent = {"what": "outreach-60", "day": "today", "submission_id": "5a0ecb6e-5a33-4b0f-93bb-4c8f5b0f8f3e"}
        signed_in(mere).post(reverse("time_log"), sent)
        assert queries.this_week(mere, TODAY).logged == 1

    def test_a_row_put_away_stays_in_plans_that_have_hours_for_it_and_comes_back_under_its_name(
        self, signed_in, added, mere, admin
    ):
        save(signed_in(mere), peer_space__2="1")
        client = signed_in(admin)
        client.post(reverse("plan_row_put_away", args=["peer_space"]))
        assert "Peer space added by your service" not in look(client, "plan_rows")
        assert "Peer space" in look(signed_in(mere), "plan_edit")
        save(signed_in(mere), version=1, peer_space__2="1")
        assert queries.grid_of(queries.open_plan(mere))["peer_space"] == (0, 1, 0, 0)

        refused = signed_in(admin).post(reverse("plan_rows"), {"label": "peer space", "focus": "contact"})
        assert refused.status_code == 422 and "was a row of Wellbeing" in words(refused)
        signed_in(admin).post(reverse("plan_rows"), {"label": "Peer space", "focus": "wellbeing"})
        assert "Peer space added by your service" in look(client, "plan_rows")

    def test_a_row_is_renamed_in_every_plan_and_two_never_share_a_name(self, signed_in, added, mere, admin):
        client = signed_in(admin)
        client.post(reverse("plan_row", args=["te_kairaranga"]), {"label": "Cultural supervision"})
        assert "Cultural supervision" in look(signed_in(mere))
        for label in ("peer SPACE", "Cultural supervision", "Te Kairaranga", "Supervision"):
            answer = signed_in(admin).post(reverse("plan_row", args=["outreach"]), {"label": label})
            assert answer.status_code == 422 and "already" in words(answer), label

    def test_rows_that_come_with_peerload_cannot_be_put_away(self, added):
        assert added.post(reverse("plan_row_put_away", args=["supervision"])).status_code == 404


def test_my_day_sets_this_week_beside_its_plan(signed_in, mere):
    person = factories.ClientFactory(supported_by=mere)
    factories.ContactFactory(client=person, author=mere, on=TODAY, minutes=45)
    assert "0.8 of 21 planned hours of contact are logged so far" in look(signed_in(mere), "my_day")
