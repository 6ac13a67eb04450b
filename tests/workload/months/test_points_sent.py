"""The service manager finds in a sent report who has not agreed and why, and opens a worker's points by kind of work."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from peerload.audit.models import Entry
from tests import factories
from tests.conftest import TODAY
from tests.shared import shared
from tests.workload.months.scene import OCTOBER, act, carry, submit
from workload import actions as work
from workload.months import actions, rules

from .test_record_page import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

COMMENT, NOTE, REASON, TODO = (
    "I slept badly.",
    "Two visits were never made.",
    "Two colleagues were ill.",
    "Call Hana less",
)


@shared(dated=True)
def mere(worker, organisation):
    """A worker over the limit with three people, whose record says what only two may read."""
    work.create_scheme(organisation)
    carry(worker, 110)
    for name in ("Hana Rewi", "Sione Faleafa", "Marama Tui"):
        factories.ClientFactory(supported_by=worker, name=name, since=date(2026, 10, 5))
    factories.refresh_derived(workers=[worker])
    return worker


@shared(dated=True)
def sent(team, manager, other_manager, mere):
    """October, sent before the two agree: Ana says 98."""
    act(actions.write_words, mere, mere, comment=COMMENT, enough="too_much", would_help=COMMENT)
    act(actions.write_reason, mere, manager, reason=REASON, causes="")
    submit(mere)
    act(actions.disagree, mere, manager, total=Decimal(98), note=NOTE, other_manager=other_manager)
    factories.RemedialActionFactory(
        record=mere.records.get(), what=TODO, owner=manager, due_on=date(2026, 11, 30), by=manager
    )
    return actions.send(team=team, month=OCTOBER, by=manager, today=TODAY)


def test_the_report_and_its_file_say_who_has_not_agreed_and_why_but_not_the_note(reader, team, sent, mere):
    page = words(reader.get(reverse("team_month"), {"team": team.pk, "month": "2026-10"}))
    counted = mere.records.get().counted.normalize()
    figures = f"Ana Whitford says 98 points, the facts say {counted:f}"
    turn = "Mere Paki still has to agree; Lena Okafor decides"
    assert f"Who has not agreed, and why Mere Paki : sent, not yet agreed {figures} {turn}" in page
    file = reader.get(reverse("team_month_export", args=["csv"]), {"team": team.pk, "month": "2026-10"})
    (row,) = csv.DictReader(io.StringIO(file.content.decode("utf-8-sig")))
    assert (row["two_figures"], row["who_must_act"]) == (figures, turn)
    for said in (page, file.content.decode("utf-8-sig")):
        assert not [each for each in (COMMENT, NOTE, TODO, "Hana") if each in said]


def test_the_points_are_kinds_of_work_with_counts_and_nothing_about_people(reader, sent, mere):
    answer = reader.get(reverse("points_sent", args=[mere.uid, "2026-10"]))
    said, page = words(answer), answer.content.decode()
    record = mere.records.get()
    cases = sum(line.points for line in record.lines.filter(element="case"))
    assert f"Cases {cases.normalize():f}" in said and "3 cases" in said
    assert "Mentoring" in said or "mentoring" in said
    assert REASON in said and "Ana Whitford, by 30 November 2026: open" in said
    assert "Ana Whitford says 98 points" in said and "October 2026" in said
    people = [(each.name, each.ref, str(each.uid)) for each in mere.organisation.client_set.all()]
    assert len(people) == 3
    for secret in (COMMENT, NOTE, TODO, *(part for each in people for part in each if part)):
        assert secret not in page


def test_opening_them_is_recorded_and_the_worker_sees_who_did(reader, signed_in, service_manager, sent, mere):
    own = reverse("record", args=[mere.uid, "2026-10"])
    assert "Who opened these points" not in words(signed_in(mere).get(own))
    signed_in(service_manager).get(reverse("points_sent", args=[mere.uid, "2026-10"]))
    entry = Entry.objects.get(what="points_opened")
    assert (entry.member, entry.subject) == (service_manager, f"{mere.uid} 2026-10")
    assert f"Who opened these points {service_manager.name}" in words(signed_in(mere).get(own))


def test_a_month_that_is_not_sent_has_no_such_page(reader, mere):
    act(actions.write_words, mere, mere, comment=COMMENT, enough="", would_help="")
    for month in ("2026-10", "2026-09", "x"):
        assert reader.get(reverse("points_sent", args=[mere.uid, month])).status_code == 404
    assert not Entry.objects.filter(what="points_opened").exists()


def test_the_page_asks_as_often_for_many_lines_as_for_few(reader, sent, mere):
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            reader.get(reverse("points_sent", args=[mere.uid, "2026-10"]))
        return len(seen)

    queries()
    few, record = queries(), mere.records.get()
    record.lines.bulk_create(
        type(record.lines.first())(record=record, element="case", code=f"kind_{n}", label=f"Kind {n}", points=1)
        for n in range(40)
    )
    assert queries() == few


# The order of teams -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("is_late", "is_led", "place"), [(True, True, 0), (True, False, 0), (False, False, 1), (False, True, 2)]
)
def test_late_reports_stand_first_then_teams_without_a_leader(is_late, is_led, place):
    assert rules.place_in_list(is_late=is_late, is_led=is_led) == place


@shared(dated=True)
def four_teams(organisation, manager):
    """Of four teams Aa is well, Bb without a leader, Cc is late; Zz is both."""
    found = {}
    for name in ("Aa", "Bb", "Cc", "Zz"):
        team = factories.TeamFactory(organisation=organisation, name=name, manager=manager)
        factories.sent_record(factories.MemberFactory(organisation=organisation, in_team=team), total=1)
        found[name] = team
    for name in ("Cc", "Zz"):
        report = found[name].reports.get()
        report.records.update(report=None, status="draft")
        report.delete()
    for name in ("Bb", "Zz"):
        found[name].manager = None
        found[name].save()
    return found


@pytest.mark.parametrize("route", ["team_month", "team"])
def test_both_lists_of_teams_have_that_order(reader, four_teams, on, route):
    on(date(2026, 11, 16))
    page = reader.get(reverse(route)).content.decode()
    rows = page[page.index('<tbody role="rowgroup">') :]
    assert sorted(four_teams, key=lambda name: rows.index(f">{name}</a>")) == ["Cc", "Zz", "Bb", "Aa"]
