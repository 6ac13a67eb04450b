"""Admins read the versions, change the draft one row at a time, see what it would do, and publish it."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse

from caseload.models import Client
from peerload.audit.models import Entry
from tests import factories
from tests.html import tight
from tests.shared import shared
from workload import actions as workload
from workload import queries
from workload.models import Scheme
from workload.schemes import actions, forms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

DECEMBER = date(2026, 12, 1)


@pytest.fixture
def site(signed_in, admin):
    return signed_in(admin)


@shared(dated=True)
def busy(organisation, worker):
    """One worker with group work, 25 people, and 3 of them new: 86 points on 1 December, 89 by a heavier draft."""
    factories.ResponsibilityFactory(worker=worker)
    with factories.refreshed_at_once():
        for n in range(28):
            factories.ClientFactory(supported_by=worker, since=date(2026, 11, 20) if n < 3 else factories.LONG_AGO)
    workload.rebuild(organisation.pk)
    return worker


def test_a_setting_of_a_thousand_is_said_with_its_comma_and_typed_without():
    assert (forms.counted(Decimal("1070.00")), forms.typed(Decimal("1070.00"))) == ("1,070 points", "1070")


def words(client, name, *args, **asked) -> str:
    answer = client.get(reverse(name, args=args), asked)
    assert answer.status_code == 200
    return tight(answer.content.decode())


def said(answer) -> str:
    return tight(answer.content.decode())


def plain(page: str) -> str:
    """A page without its paragraphs: words of several lines are broken into them."""
    return page.replace("<p>", "").replace("</p>", "")


class TestVersions:
    def test_they_are_listed_with_what_is_in_force_and_what_lies_ahead(self, site, draft, admin):
        actions.publish(scheme_id=draft.pk, version=draft.version, by=admin)

        page = words(site, "scheme")

        assert (
            page.index("Version 2</a>") < page.index("ahead") < page.index("First scheme</a>") < page.index("in force")
        )
        assert "published by Sam Ito" in page

    def test_one_is_shown_with_what_it_changed_and_its_rows(self, site, change, admin):
        draft = change(group_work={"points": 4}, new={"window": "calendar_month"})
        actions.publish(scheme_id=draft.pk, version=draft.version, by=admin)

        page = words(site, "scheme_version", draft.pk)

        assert "<li>Group work: 4 points, was 5.</li>" in page
        assert "<li>Newly allocated: to the end of its calendar month, was for one month.</li>" in page
        assert "changed, was 5" in page

    def test_one_that_has_not_begun_is_taken_back(self, site, draft, admin):
        actions.publish(scheme_id=draft.pk, version=draft.version, by=admin)

        answer = site.post(reverse("scheme_take_back", args=[draft.pk]), follow=True)

        assert "Version 2 is a draft again" in said(answer)

    def test_the_first_has_nothing_to_take_back(self, site, scheme):
        assert "Take it back" not in words(site, "scheme_version", scheme.pk)

    def test_while_points_are_counted_anew_the_page_says_how_far(self, site, organisation, busy, draft, admin):
        actions.publish(scheme_id=draft.pk, version=draft.version, by=admin)
        everybody = Client.objects.count() + organisation.members.count()

        page = words(site, "scheme")
        assert f'<progress max="{everybody}" value="0"' in page

        workload.recount(organisation)
        assert "<progress" not in words(site, "scheme")
        done = site.get(reverse("scheme_progress"), headers={"HX-Request": "true"})
        assert "All points are counted." in said(done)


class TestTheDraft:
    def test_it_begins_with_a_press(self, site, scheme):
        answer = site.post(reverse("scheme_begin"), follow=True)

        assert "Version 2, a draft" in said(answer)
        assert "It is the same as First scheme" in said(answer)

    def test_pressed_twice_there_is_one(self, site, draft):
        answer = site.post(reverse("scheme_begin"), follow=True)

        assert "There is a draft already" in said(answer)
        assert Scheme.objects.drafts().count() == 1

    @pytest.mark.parametrize("name", ["scheme_draft", "scheme_settings", "scheme_effect"])
    def test_where_there_is_none_its_pages_lead_to_the_versions(self, site, scheme, name):
        assert site.get(reverse(name)).url == reverse("scheme")

    def test_a_row_is_changed_by_itself(self, site, draft):
        weight = draft.weights.get(code="group_work")
        address = reverse("scheme_weight", args=[weight.pk])
        assert "Once, however many groups there are" in said(site.get(address))

        fields = {"label": "Group work", "points": "4", "per": "row", "window": "none", "on": "on", "version": "1"}
        answer = site.post(address, fields, follow=True)

        assert "Group work is saved in the draft." in said(answer)
        assert "<li>Group work: 4 points, was 5; each entry, was once.</li>" in said(answer)

    def test_what_is_refused_comes_back_as_it_was_typed(self, site, draft):
        weight = draft.weights.get(code="court")
        fields = {
            "label": "Court support", "points": "two", "per": "row", "window": "days", "condition": "none", "version": "1",
        }  # fmt: skip

        answer = site.post(reverse("scheme_weight", args=[weight.pk]), fields)

        assert answer.status_code == 422
        assert 'value="two"' in said(answer)
        assert "Say for how many days it counts." in said(answer)

    def test_what_somebody_else_saved_meanwhile_stands_beside_what_was_typed(self, site, draft, change):
        change(group_work={"points": Decimal(4)})
        weight = draft.weights.get(code="group_work")
        fields = {"label": "Groups", "points": "3", "per": "worker", "window": "none", "on": "on", "version": "1"}

        answer = site.post(reverse("scheme_weight", args=[weight.pk]), fields)
        assert answer.status_code == 409
        assert '<th scope="row">Points</th><td>4</td><td>3</td>' in plain(said(answer))

        again = site.post(reverse("scheme_weight", args=[weight.pk]), fields | {"version": "2"}, follow=True)
        assert "Groups is saved in the draft." in said(again)

    def test_settings_carry_the_schemes_own_words(self, site, draft):
        page = words(site, "scheme_settings")

        for quoted in (
            "per 10 points accumulated",
            "everyone get the same base",
            "linked to case work",
            "up to 28 days",
        ):
            assert quoted in page

    def test_settings_are_saved(self, site, draft):
        fields = {
            "name": "From January", "starts_on": "2027-01-01", "mark": "80", "limit": "95.5", "close_window_days": "21",
            "extras_inside_base": "on", "version": "1",
        }  # fmt: skip

        answer = site.post(reverse("scheme_settings"), fields, follow=True)

        page = said(answer)
        assert "<li>Workload weight: off, was on.</li>" in page
        assert "<li>Limit, times FTE: 95.5, was 100.</li>" in page
        found = queries.scheme(draft.pk)
        assert (found.starts_on, found.close_window_days, found.extras_inside_base) == (date(2027, 1, 1), 21, True)

    def test_a_first_day_too_early_is_said_beside_the_day(self, site, draft):
        fields = {"name": "Early", "starts_on": "2000-01-01", "mark": "85", "limit": "100", "close_window_days": "28"}

        answer = site.post(reverse("scheme_settings"), fields | {"version": "1"})

        assert answer.status_code == 422
        assert "can start on 2 January 2000 at the earliest" in said(answer)

    def test_a_new_kind_of_work_is_added_and_taken_out(self, site, draft):
        fields = {
            "label": "Advocacy", "points": "3", "per": "row", "window": "days", "length": "10", "condition": "none",
            "on": "on", "version": "1",
        }  # fmt: skip
        page = said(site.post(reverse("scheme_kind_add", args=["case"]), fields, follow=True))
        assert "<li>Advocacy counts 3 points, for 10 days.</li>" in page

        weight = draft.weights.get(code="advocacy")
        page = said(site.post(reverse("scheme_kind_drop", args=[weight.pk]), {"version": "2"}, follow=True))
        assert "Advocacy is taken out of the draft." in page

    def test_it_says_what_it_leaves_to_part_time_posts(self, site, draft):
        page = words(site, "scheme_draft")

        assert "0.5 FTE</th>" in page
        assert '>42.5</td><td role="cell" class="pl-r">50</td><td role="cell" class="pl-r">13</td>' in page
        assert "0.3 FTE is over the limit without any case" in page

    def test_it_is_deleted_with_a_press(self, site, draft):
        page = said(site.post(reverse("scheme_drop"), {"version": "1"}, follow=True))

        assert "The draft is deleted." in page
        assert not Scheme.objects.drafts().exists()

    def test_published_it_counts_for_everybody(self, site, organisation, draft):
        page = said(site.post(reverse("scheme_publish"), {"version": "1"}, follow=True))

        assert "Version 2 is published from 1 December 2026 on." in page
        assert [each.starts_on for each in queries.schemes(organisation.pk)][1:] == [DECEMBER]

    def test_changed_meanwhile_it_is_not_published(self, site, draft, change):
        change(group_work={"points": 4})

        page = said(site.post(reverse("scheme_publish"), {"version": "1"}, follow=True))

        assert "Look at it again, then decide." in page
        assert Scheme.objects.drafts().exists()


class TestTheEffect:
    @pytest.fixture
    def heavier(self, busy, change):
        return change(group_work={"points": 4}, new={"points": 2})

    def test_every_workers_total_before_and_after(self, site, heavier):
        page = words(site, "scheme_effect")

        assert "as if it counted on 1 December 2026" in page
        assert 'data-label="Now" class="pl-r">86</td>' in page
        assert "<strong>89</strong>" in page
        assert "Group work −1, Newly allocated +3, Workload weight +1" in page
        assert "<li>Newly allocated: 3 lines, 3 points, then 6</li>" in page

    def test_who_crosses_the_mark(self, site, busy, draft):
        fields = {"mark": Decimal(90)}
        actions.change_settings(scheme_id=draft.pk, version=draft.version, fields=fields)

        page = words(site, "scheme_effect", show="crossing")

        assert "<b>0</b>" in page and "1 downwards" in page
        assert "was little room" in page

    def test_another_day_may_be_asked_about(self, site, heavier):
        page = words(site, "scheme_effect", on="2026-11-12", show="all")

        assert "as if it counted on 12 November 2026" in page

    def test_on_the_drafts_page_the_sums_come_by_themselves(self, site, heavier):
        answer = site.get(reverse("scheme_effect"), headers={"HX-Request": "true"})

        assert "workers’ totals change" in said(answer)
        assert "<html" not in said(answer)

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_it_is_taken_as_a_file(self, site, heavier, kind):
        answer = site.get(reverse("scheme_effect_export", args=[kind]))

        assert answer.status_code == 200
        assert Entry.objects.filter(what=Entry.What.EXPORTED, counts={"workers": 1}).exists()
        if kind == "csv":
            assert "Mere Paki,Harbourside,1,86,89,3,little room,little room,100" in answer.content.decode("utf-8-sig")
        else:
            *_, last = openpyxl.load_workbook(io.BytesIO(answer.content), data_only=True).active.iter_rows(
                values_only=True
            )
            assert last[:6] == ("All workers", None, 1, 86, 89, 3)

    def test_it_names_nobody_who_is_supported(self, site, heavier):
        page = words(site, "scheme_effect", show="all")

        assert not [name for name in Client.objects.values_list("name", flat=True) if f">{name}<" in page]


class TestPointsAhead:
    def test_a_worker_sees_what_will_weigh_differently(self, signed_in, worker, change, admin):
        draft = change(group_work={"points": 4})
        assert "a new points scheme counts" not in words(signed_in(worker), "my_points")
        actions.publish(scheme_id=draft.pk, version=draft.version, by=admin)

        page = words(signed_in(worker), "my_points")

        assert "From 1 December 2026 a new points scheme counts" in page
        assert "<li>Group work: 4 points, was 5.</li>" in page


class TestPresets:
    """A service chooses in the browser which rows of the published scheme it counts."""

    def choose(self, site, preset, version=1):
        return site.post(reverse("scheme_preset"), {"preset": preset, "version": version}, follow=True)

    def test_a_draft_takes_the_rows_of_a_preset_and_nobody_is_counted_by_them_before_it_is_published(
        self, site, draft, organisation
    ):
        rows = lambda: set(draft.weights.filter(on=True).values_list("code", flat=True))  # noqa: E731
        assert "section_47" not in rows()
        answer = self.choose(site, "children", draft.version)
        assert "The draft’s rows are those of the preset." in said(answer) and "section_47" in rows()
        organisation.refresh_from_db()
        assert organisation.preset == "peer"

    def test_published_it_is_the_services_preset_and_taken_back_the_one_before(self, site, draft, admin, organisation):
        self.choose(site, "children", draft.version)
        draft.refresh_from_db()
        actions.publish(scheme_id=draft.pk, version=draft.version, by=admin)
        organisation.refresh_from_db()
        assert organisation.preset == "children"
        actions.take_back(scheme_id=draft.pk, by=admin, on=date(2026, 11, 12))
        organisation.refresh_from_db()
        assert organisation.preset == "peer"

    def test_a_draft_changed_meanwhile_is_shown_before_the_preset_is_used(self, site, draft):
        draft.version += 1
        draft.save()
        answer = self.choose(site, "children", draft.version - 1)
        assert answer.status_code == 409
        draft.refresh_from_db()
        assert draft.preset == "peer"
