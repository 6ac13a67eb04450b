"""Guides about the organisation: filled in by anyone who leads, read by no one else; and causes of a hard month."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse

from peerload.core import clock
from peerload.guides import actions, queries, rules, shipped
from peerload.guides.models import Guide
from tests import factories
from tests.forms import filled
from tests.test_access import BACKEND

QUESTIONS = [
    6,
    6,
    6,
    3,
    6,
    6,
    10,
    9,
    11,
    6,
    5,
]  # T01: by competency; 3 has two and four situations, 7 five and five steps


def counts(code) -> list[int]:
    return [len(section.items) for section in shipped.contents()[code].sections]


def test_the_counts_are_those_of_the_sources():
    assert counts("competencies") == QUESTIONS
    assert counts("thirteen_factors") == [13]
    for code in ("root_cause", "challenge"):
        table = shipped.contents()[code].section("causes").items[0].table
        assert table.rows == ("Environment", "People", "Policies", "Processes and procedures")
        assert table.columns == ("Why", "Details", "Proposed action")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"begins": ["worker"]}, "is begun by the leader"),
        ({}, "every item is for the leader"),
    ],
)
def test_a_guide_about_the_organisation_is_the_leaders(change, says):
    raw = factories.EXIT | {"flow": "leaders", "begins": ["leader"]} | change
    with pytest.raises(rules.BrokenContent) as refused:
        rules.parse(raw)
    assert any(says in problem for problem in refused.value.problems)


pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in():
    def of(member):
        browser = Browser()
        browser.force_login(member.user, backend=BACKEND)
        return browser

    return of


@pytest.fixture
def other_manager(organisation):
    return factories.MemberFactory(organisation=organisation, role="manager")


@pytest.fixture
def guide(manager, today):
    return actions.begin(code="thirteen_factors", about=manager, by=manager, today=today)


def test_all_who_lead_read_and_write_one_guide_and_see_each_others_save(
    guide, worker, manager, other_manager, admin, service_manager, signed_in
):
    page, part = reverse("guide", args=[guide.uid]), reverse("guide_section", args=[guide.uid, "factors"])
    for stranger in (worker, admin, service_manager):
        assert signed_in(stranger).get(page).status_code == 404
    ana, piri = signed_in(manager), signed_in(other_manager)
    stale = filled(piri.get(part))
    assert ana.post(part, filled(ana.get(part)) | {"a_workload": "The points scheme"}).status_code == 302
    late = piri.post(part, stale | {"a_workload": "Supervision"})
    assert late.status_code == 409 and "The points scheme" in late.content.decode()
    assert "The points scheme" in piri.get(page).content.decode()
    team = piri.get(reverse("team_growth")).content.decode()
    assert "About the organisation" in team and guide.title in team


def test_a_member_who_does_not_lead_any_more_does_not_read_it(guide, other_manager, today):
    assert queries.seen_by(other_manager, today, guide.uid)
    other_manager.role = "peer_worker"
    other_manager.save()
    assert queries.seen_by(other_manager, today, guide.uid) is None


def test_only_who_began_it_removes_it_until_it_is_finished(guide, manager, other_manager, today):
    with pytest.raises(actions.NotYourPart):
        actions.remove(guide=guide, by=other_manager, today=today)
    actions.sign(guide=guide, by=other_manager, version=guide.version, today=today)
    with pytest.raises(actions.NotYourPart):
        actions.remove(guide=guide, by=manager, today=today)
    again = actions.begin(code="challenge", about=manager, by=manager, today=today)
    actions.remove(guide=again, by=manager, today=today)
    assert Guide.objects.get() == guide


def test_a_worker_does_not_begin_one(worker, today):
    with pytest.raises(actions.NotForThem):
        actions.begin(code="thirteen_factors", about=worker, by=worker, today=today)


def test_one_of_them_finishes_it_and_it_comes_again_after_a_year(guide, manager, other_manager, on, today, signed_in):
    step = {"what": "Write a policy", "owner": other_manager.uid, "due_on": "2026-11-19"}
    assert signed_in(manager).post(reverse("guide_step_add", args=[guide.uid]), step).status_code == 302
    guide.refresh_from_db()
    signed_in(other_manager).post(reverse("guide_sign", args=[guide.uid]), {"version": guide.version})
    guide.refresh_from_db()
    assert guide.signed_on == today
    pdf = signed_in(manager).get(reverse("guide_pdf", args=[guide.uid]))
    assert pdf.content.startswith(b"%PDF")
    actions.sweep(manager.organisation, clock.today(manager.organisation))
    assert "Write a policy" in signed_in(other_manager).get("/team/").content.decode()
    assert manager.notices.filter(kind="guide_step").count() == 0
    on(date(2027, 11, 12))
    actions.sweep(manager.organisation, date(2027, 11, 12))
    assert manager.notices.filter(kind="guide_again").count() == 1


def test_it_is_about_a_worker_or_about_the_organisation(guide, worker):
    with pytest.raises(IntegrityError), transaction.atomic():
        Guide.objects.filter(pk=guide.pk).update(about=worker)


def test_from_a_month_above_the_limit_the_causes_are_looked_at_together(worker, manager, today, signed_in):
    page = f"{reverse('guide_begin', args=['root_cause'])}?worker={worker.uid}"
    begun = signed_in(manager).post(page, filled(signed_in(manager).get(page)))
    guide = Guide.objects.get()
    assert begun.status_code == 302 and guide.about == worker
    part = reverse("guide_section", args=[guide.uid, "causes"])
    ana = signed_in(manager)
    ana.post(part, filled(ana.get(part)) | {"a_causes-0-0": "Two posts are empty"})
    assert "Two posts are empty" in ana.get(reverse("guide", args=[guide.uid])).content.decode()
