"""Points can be taken apart to the last one, and say only names the reader may know."""

from datetime import date

import pytest
from django.urls import reverse

from caseload import actions as caseload
from tests import factories
from tests.html import tight
from tests.shared import shared

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

OCTOBER = date(2026, 10, 20)


@shared(dated=True)
def person(worker):
    factories.ResponsibilityFactory(worker=worker)
    factories.refresh_derived(workers=[worker])
    return factories.ClientFactory(supported_by=worker, name="Ngaire Tipene", since=OCTOBER)


def words(client, name="my_points", *args, **asked) -> str:
    answer = client.get(reverse(name, args=args), asked)
    assert answer.status_code == 200
    return tight(answer.content.decode())


class TestMyPoints:
    def test_every_line_says_rule_person_since_when_and_until_when(self, signed_in, worker, person):
        page = words(signed_in(worker))

        assert f'<a href="{person.get_absolute_url()}">Ngaire Tipene</a>' in page
        assert "<span>since 20 October</span>" in page
        assert "Row 5: 1 point for each case, for one month" in page
        assert '<span>through 19 November</span><span class="pl-sub">the set time ends</span>' in page
        assert "Row 16: 5 points, while it lasts" in page

    def test_a_line_that_begins_later_than_its_reason_says_why(self, signed_in, worker, person, manager, today):
        caseload.keep_in_touch(
            client_id=person.pk, on=date(2026, 10, 25), today=today, talked=True, reason="", by=manager
        )
        caseload.support_again(
            client_id=person.pk, on=date(2026, 11, 2), today=today, tier="high", reason="", by=manager
        )

        assert '<span>since 2 November</span><span class="pl-sub">allocated 20 October 2026</span>' in words(
            signed_in(worker)
        )

    def test_subtotal_and_weight_are_lines_of_their_own(self, signed_in, worker, person):
        page = words(signed_in(worker))

        assert 'Subtotal</th><td role="cell" class="pl-r">23</td>' in page
        assert '1 point for every full 10 points of the subtotal</span></th><td role="cell" class="pl-r">2</td>' in page
        assert "<b>25</b><span>of 100</span>" in page

    def test_the_days_ahead_say_what_changes(self, signed_in, worker, person):
        page = words(signed_in(worker))

        assert "The extra points for Ngaire Tipene end (no longer newly allocated)" in page

    def test_a_person_handed_over_is_somebody_you_supported(self, signed_in, worker, teammate, person, manager, today):
        caseload.hand_over(client_id=person.pk, worker=teammate, on=date(2026, 11, 2), by=manager, today=today)

        page = words(signed_in(worker), on="2026-10-25")

        assert "a person you supported" in page
        assert "Ngaire" not in page

    def test_a_family_is_one_line_with_the_names_one_may_know(self, signed_in, worker, team):
        family = factories.FamilyFactory(organisation=worker.organisation, code="F7")
        factories.ClientFactory(supported_by=worker, family=family, name="Ani")
        factories.ClientFactory(supported_by=worker, family=family, name="Beth")
        factories.ClientFactory(organisation=worker.organisation, family=family, name="Not With Us", support=None)

        page = words(signed_in(worker))

        assert 'family F7<span class="pl-sub">Ani, Beth</span>' in page
        assert "Not With Us" not in page

    def test_somebody_without_post_or_work_holds_no_points(self, signed_in, manager):
        assert "You have no points on this day" in words(signed_in(manager))

    def test_the_page_says_when_points_are_being_recounted(self, signed_in, worker, organisation, person):
        assert "being recounted" not in words(signed_in(worker))
        organisation.recount_from = 0
        organisation.save()

        assert "being recounted" in words(signed_in(worker))

    @pytest.mark.parametrize("who", ["service_manager", "admin"])
    def test_who_holds_nobody_has_no_such_page(self, request, signed_in, who):
        assert signed_in(request.getfixturevalue(who)).get(reverse("my_points")).status_code == 404


class TestAWorkersPoints:
    @pytest.mark.parametrize("who", ["worker", "manager"])
    def test_the_worker_and_their_manager_see_them(self, request, signed_in, worker, person, who):
        assert "Ngaire Tipene" in words(signed_in(request.getfixturevalue(who)), "points", worker.uid)

    @pytest.mark.parametrize("who", ["teammate", "stranger", "other_manager", "service_manager", "admin"])
    def test_for_anybody_else_they_do_not_exist(self, request, signed_in, worker, person, who):
        client = signed_in(request.getfixturevalue(who))

        assert client.get(reverse("points", args=[worker.uid])).status_code == 404

    def test_a_deputy_sees_them(self, signed_in, team, worker, teammate, person):
        team.deputy = teammate
        team.save()

        assert "Ngaire Tipene" in words(signed_in(teammate), "points", worker.uid)

    def test_a_manager_sees_those_of_a_worker_who_has_left_on_a_day_they_were_there(
        self, signed_in, manager, worker, person
    ):
        worker.posts.update(ends_before=date(2026, 11, 1))
        factories.refresh_derived(workers=[worker])
        worker.home_team = None
        worker.save()
        client = signed_in(manager)

        assert "Points of Mere Paki" in words(client, "points", worker.uid, on="2026-10-25")
        assert client.get(reverse("points", args=[worker.uid])).status_code == 404
