"""A manager agrees the records of a month one after the other."""

from decimal import Decimal

import pytest
from django.urls import reverse

from tests import factories
from tests.workload.months.scene import OCTOBER, SEPTEMBER, agree, away, carry, record, submit, version
from workload.months import rules
from workload.months.rules import Change, CountedWork

from .test_record_page import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def work(code, points, client=None, element="case", family=None):
    return CountedWork(element, code, code, Decimal(points), client, family)


# What differs -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now", "found"),
    [
        ([], [], []),
        ([], [work("case", 2, 1)], [(Change.NEW, 0, 2)]),
        ([work("case", 2, 1)], [], [(Change.ENDED, 2, 0)]),
        ([work("case", 2, 1)], [work("case", 2, 1)], [(Change.SAME, 2, 2)]),
        ([work("case", 2, 1)], [work("case", 4, 1)], [(Change.CHANGED, 2, 4)]),
        ([work("case", 2, 1)], [work("case", 2, 2)], [(Change.NEW, 0, 2), (Change.ENDED, 2, 0)]),
        (
            [work("mentoring", 5, element="extra")] * 2,
            [work("mentoring", 5, element="extra")] * 3,
            [(Change.CHANGED, 10, 15)],
        ),
        ([work("case", "2.0004", 1)], [work("case", "2.00041", 1)], [(Change.SAME, "2.0004", "2.00041")]),
        ([work("plan", 3, family=1)], [work("plan", 3, family=2)], [(Change.NEW, 0, 3), (Change.ENDED, 3, 0)]),
        (
            [work("a", 1, 1), work("b", 1, 1)],
            [work("b", 2, 1), work("c", 1, 1)],
            [(Change.NEW, 0, 1), (Change.ENDED, 1, 0), (Change.CHANGED, 1, 2)],
        ),
    ],
    ids=["nothing", "new", "ended", "the same", "other points", "another person", "rows of one kind are added",
         "less than a thousandth", "another family", "new before ended before changed"],
)  # fmt: skip
def test_two_months_are_compared_piece_by_piece(before, now, found):
    assert [(each.change, each.before, each.now) for each in rules.differences(before, now)] == [
        (change, Decimal(was), Decimal(is_now)) for change, was, is_now in found
    ]


@pytest.mark.parametrize(
    ("turns", "waits"),
    [
        ([], False),
        ([rules.Turn.WORKER], False),
        ([rules.Turn.WORKER_TO_AGREE], False),
        ([rules.Turn.OTHER_MANAGER], False),
        ([rules.Turn.MANAGER], True),
        ([rules.Turn.WORKER_TO_AGREE, rules.Turn.MANAGER], True),
        ([rules.Turn.MANAGER_FOR_WORKER], True),
    ],
)
def test_a_record_waits_for_the_manager_to_agree_or_to_complete_it(turns, waits):
    assert rules.waits_for_manager(turns) is waits


# The pages --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def url(team):
    return f"{reverse('team_month_agree')}?team={team.pk}&month=2026-10"


@pytest.fixture
def three(mere, worker_in_team):
    """Three workers of the team, in order of name: all have submitted October."""
    carol, dan = worker_in_team("Carol Ngata"), worker_in_team("Dan Tua")
    carry(carol, 93, until=OCTOBER)
    carry(carol, 99, since=OCTOBER)
    for each in (mere, carol, dan):
        submit(each, agree=True)
    return carol, dan, mere


@pytest.fixture
def worker_in_team(organisation, team):
    def make(name):
        member = factories.MemberFactory(organisation=organisation, name=name)
        factories.PostFactory(worker=member, team=team)
        return member

    return make


def press(client, url, worker, step="agree", **given):
    sent = {"worker": worker.pk, "version": version(worker), "step": step} | given
    return client.post(url, sent, follow=True)


def test_records_come_one_after_the_other_and_then_what_is_left(signed_in, manager, three, tom, url):
    carol, dan, mere = three
    client = signed_in(manager)
    said = words(client.get(reverse("team_month")))
    assert "Records to agree: 3 of 4" in said

    first = words(client.get(url))
    assert "Record 1 of 3, October Carol Ngata" in first
    assert "What differs from September Changed: Mentoring" in first
    assert "75 (was 70)" in first

    second = words(press(client, f"{url}&of=3", carol))
    assert "Carol Ngata: agreed by both." in second
    assert "Record 2 of 3, October Dan Tua" in second
    assert "The points are made up as in September." in second

    third = words(client.get(f"{url}&of=3&skip={dan.pk}"))
    assert "Record 3 of 3, October Mere Paki" in third
    last = words(press(client, f"{url}&of=3&skip={dan.pk}", mere))
    assert "You skipped 1 record 2 of 4 records are complete." in last
    assert "Dan Tua the manager still has to agree" in last
    assert "Tom Lealaiauloto Tom Lealaiauloto has not submitted it" in last
    assert f'href="{reverse("team_month_send")}?team={mere.posts.get().team_id}&amp;month=2026-10"' in (
        client.get(f"{url}&skip={dan.pk}").content.decode()
    )
    assert record(carol).status == record(mere).status == "agreed"
    assert record(dan).status == "submitted"


def test_pressed_twice_it_is_agreed_once_and_goes_on(signed_in, manager, three, url):
    carol, dan, __ = three
    client, before = signed_in(manager), version(carol)
    press(client, url, carol)
    again = words(press(client, url, carol, version=before))
    assert "Dan Tua" in again
    assert "already" not in again
    assert record(carol).agreements.count() == 2


def test_of_two_who_lead_the_team_the_second_is_told(signed_in, manager, teammate, team, three, url):
    carol, __, __ = three
    deputy = factories.MemberFactory(organisation=team.organisation, name="Pania Hohepa", role="manager")
    team.deputy = deputy
    team.save()
    agree(carol, deputy)
    said = words(press(signed_in(manager), url, carol))
    assert "Pania Hohepa has already agreed to the record of Carol Ngata. Nothing was changed." in said
    assert "Dan Tua" in said


def test_a_record_that_changed_meanwhile_is_shown_anew(signed_in, manager, three, url):
    carol, __, __ = three
    client, before = signed_in(manager), version(carol)
    carry(carol, 99, since=OCTOBER)  # twice: the record is a draft again
    said = words(press(client, url, carol, version=before, total="99"))
    assert "This record has changed since you opened it:" in said
    assert "points instead of 99. Read it again." in said
    assert "Carol Ngata has not submitted it yet." in said
    assert "Agree and next" not in said
    assert "Next record" in said
    assert record(carol).status == "draft"


def test_what_is_lacking_is_said_and_can_be_written_from_here(signed_in, manager, tom, url):
    submit(tom)
    page = signed_in(manager).get(url)
    said = words(page)
    assert "Before anyone agrees, write down" in said
    assert f'{reverse("record_reason", args=[tom.uid, "2026-10"])}?sitting=yes&amp;of=1"' in page.content.decode()

    form = signed_in(manager).post(
        f"{reverse('record_reason', args=[tom.uid, '2026-10'])}?sitting=yes&of=1",
        {"version": version(tom), "reason": "A colleague left.", "causes": "Too few workers."},
    )
    assert form["Location"] == f"{reverse('team_month_agree')}?{url.partition('?')[2]}&of=1&worker={tom.pk}"


def test_a_worker_who_is_away_is_completed_for(signed_in, manager, mere, url):
    away(mere)
    client = signed_in(manager)
    assert "Complete it" in words(client.get(url))
    refused = press(client, url, mere, step="complete", assumptions=" ")
    assert "Write what you assumed, and why." in words(refused)
    press(client, url, mere, step="complete", assumptions="As in September.")
    assert record(mere).status == "provisional"
    assert "No record waits for you" in words(client.get(url))


def test_a_month_whose_lines_are_not_known_says_so(signed_in, manager, mere, url):
    factories.MonthlyRecordFactory(worker=mere, month=SEPTEMBER, status="reported", total=90, imported=True)
    submit(mere)
    said = words(signed_in(manager).get(url))
    assert "The lines of September are not known: only its total was imported." in said


def test_a_manager_is_not_asked_for_their_own_record(signed_in, manager, team, url):
    factories.PostFactory(worker=manager, team=team)
    carry(manager, 93)
    submit(manager, agree=True)
    said = words(signed_in(manager).get(url))
    assert "No record waits for you" in said


def test_whose_record_is_in_another_team_is_not_found(signed_in, manager, three, other_team, organisation, url):
    stranger = factories.MemberFactory(organisation=organisation, name="Eve")
    factories.PostFactory(worker=stranger, team=other_team)
    client = signed_in(manager)
    assert client.get(f"{url}&worker={stranger.pk}").status_code == 404
    assert press(client, url, stranger).status_code == 404
