"""Pages say what is known to change in the next eight weeks, on which day, and what is held of what from then on."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from tests import factories
from tests.html import tight
from tests.shared import shared
from workload.models import Scheme

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

DECEMBER = date(2026, 12, 1)


def ahead(client, name: str) -> list[tuple[str, ...]]:
    """The rows of the table beside the eight weeks."""
    page = tight(client.get(reverse(name)).content.decode())
    table = page.split("What changes</th>")[1].split("</table>")[0]
    rows = re.findall(r"<tr[^>]*><th[^>]*>(.*?)</th><td[^>]*>(.*?)</td><td[^>]*>(.*?)</td></tr>", table)
    assert rows
    return rows


@shared(dated=True)
def person(worker):
    factories.refresh_derived(workers=[worker])
    return factories.ClientFactory(supported_by=worker, name="Ngaire Tipene", since=date(2026, 10, 20))


def half_time_from_december(worker):
    worker.posts.update(ends_before=DECEMBER)
    factories.PostFactory(worker=worker, team=worker.home_team, starts_on=DECEMBER, fte=Decimal("0.5"))
    factories.refresh_derived(workers=[worker])


class TestMyPoints:
    def test_what_falls_off_is_named(self, signed_in, worker, person):
        assert ahead(signed_in(worker), "my_points") == [
            ("12 November", "", "19 of 100"),
            ("20 November", "The extra points for Ngaire Tipene end (no longer newly allocated)", "18 of 100"),
        ]

    def test_my_day_names_the_change_that_comes_first(self, signed_in, worker, person):
        half_time_from_december(worker)
        page = tight(signed_in(worker).get(reverse("my_day")).content.decode())
        assert "18 of 100 from 20 November: the extra points for Ngaire Tipene end (no longer newly allocated)." in page
        assert "from 1 December" not in page

    def test_another_fte_moves_the_limit(self, signed_in, worker, person):
        half_time_from_december(worker)

        assert ahead(signed_in(worker), "my_points")[-1] == ("1 December", "From 1 to 0.5 FTE", "18 of 50")

    def test_the_figure_draws_the_limit_of_each_day(self, signed_in, worker, person):
        half_time_from_december(worker)

        page = tight(signed_in(worker).get(reverse("my_points")).content.decode())

        assert "19 of 100 today, 18 of 100 from 20 November 2026, 18 of 50 from 1 December 2026." in page
        assert len(re.findall(r'<line class="s-limit" x1="[\d.]+%" x2="[\d.]+%" y1', page.split('id="ahead"')[1])) >= 2

    def test_a_post_that_ends_is_said(self, signed_in, worker, person):
        worker.posts.update(ends_before=DECEMBER)
        factories.refresh_derived(workers=[worker])

        assert ahead(signed_in(worker), "my_points")[-1] == (
            "1 December",
            "The post ends, 1 person needs a worker",
            "0 of 0",
        )

    def test_being_away_is_said_though_no_point_moves(self, signed_in, worker, person):
        factories.AbsenceFactory(worker=worker, starts_on=DECEMBER, expected_back=date(2026, 12, 15))

        assert ahead(signed_in(worker), "my_points")[-2:] == [
            ("1 December", "Away from this day on", "18 of 100"),
            ("15 December", "Expected back", "18 of 100"),
        ]

    def test_a_scheme_that_begins_is_said_once(self, signed_in, worker, person, organisation):
        from workload import actions

        actions.create_scheme(organisation, "peer")
        later = Scheme.objects.get(organisation=organisation)
        weights = list(later.weights.all())
        later.pk, later.name, later.starts_on, later.limit = None, "Version 2", DECEMBER, 90
        later.save()
        for weight in weights:
            weight.pk, weight.scheme = None, later
            weight.save()
        factories.refresh_derived(person, workers=[worker])

        assert ahead(signed_in(worker), "my_points")[-1] == ("1 December", "The scheme “Version 2” begins", "18 of 90")

    def test_somebody_handed_over_is_not_named(self, signed_in, worker, teammate, person, manager, today):
        person.allocations.update(ends_before=date(2026, 11, 20))
        factories.AllocationFactory(client=person, worker=teammate, starts_on=date(2026, 11, 20))
        factories.refresh_derived(person)

        said = ahead(signed_in(teammate), "my_points")

        assert "Ngaire" not in str(said)


class TestTheTeam:
    def test_whom_workers_support_is_counted_and_not_named(self, signed_in, manager, worker, person):
        factories.ClientFactory(supported_by=worker, name="Hemi Ngata", since=date(2026, 10, 20))

        assert ahead(signed_in(manager), "team") == [
            ("12 November", "", "23 of 100"),
            ("20 November", "The extra points for 2 cases end (no longer newly allocated)", "20 of 100"),
        ]

    def test_posts_and_absences_are_said_of_each_worker_in_order_of_name(self, signed_in, manager, worker, teammate):
        factories.refresh_derived(workers=[worker, teammate])
        half_time_from_december(worker)
        factories.AbsenceFactory(worker=teammate, starts_on=DECEMBER)

        assert ahead(signed_in(manager), "team")[1:] == [
            ("1 December", "Mere Paki: from 1 to 0.5 FTE; Tom Lealaiauloto: away from this day on", "32 of 150")
        ]

    def test_who_joins_and_who_leaves_is_said(self, signed_in, manager, team, worker, stranger, other_team):
        for member, goes_to in ((worker, other_team), (stranger, team)):
            member.posts.update(ends_before=DECEMBER)
            factories.PostFactory(worker=member, team=goes_to, starts_on=DECEMBER, fte=Decimal("0.8"))
        factories.refresh_derived(workers=[worker, stranger])

        assert ahead(signed_in(manager), "team")[1:] == [
            (
                "1 December",
                "Mere Paki: not in the team any more; Sina Mata&#x27;afa: joins the team with 0.8 FTE",
                "16 of 80",
            )
        ]

    def test_other_work_is_named_by_its_kind(self, signed_in, manager, worker, person):
        factories.ActivityFactory(client=person, code="court", starts_on=date(2026, 11, 2))
        factories.ResponsibilityFactory(worker=worker, ends_before=DECEMBER)
        factories.refresh_derived(person, workers=[worker])

        said = " ".join(what for _, what, _ in ahead(signed_in(manager), "team"))

        assert "points for group work end (finished)" in said.lower()
        assert "Ngaire" not in said

    def test_where_nothing_is_known_it_says_so(self, signed_in, manager, worker):
        factories.refresh_derived(workers=[worker])

        page = signed_in(manager).get(reverse("team")).content.decode()

        assert "No change of the team’s points is known yet." in page
