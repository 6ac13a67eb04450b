"""Every row from which a person may be contacted says how to do so safely."""

from datetime import date

import pytest
from django.urls import reverse

from tests import factories
from tests.factories import ClientFactory, refresh_derived
from tests.shared import shared

TODAY = date(2026, 11, 12)
HOW = "Never ring: partner listens."


@shared(dated=True)
def absence(worker):
    return factories.AbsenceFactory(worker=worker, starts_on=TODAY, expected_back=date(2026, 12, 24))


@pytest.mark.parametrize("where", ["contact", "cover", "board", "handover", "waiting", "log"])
@pytest.mark.parametrize(
    ("says", "shown"),
    [
        ({"contact_how": HOW}, HOW),
        ({"contact_preference": "please_dont"}, "lease don’t contact"),
    ],
)
def test_how_to_contact_somebody_safely_stands_in_every_row(
    signed_in, worker, manager, team, absence, today, where, says, shown
):
    person = ClientFactory(name="Losa Quiet", team=team, supported_by=worker, support="medium", **says)
    if where == "waiting":
        person = ClientFactory(name="Ana Waits", organisation=team.organisation, team=team, support=None, **says)
        factories.ReferralFactory(client=person, owner=manager)
    if where == "handover":
        factories.LeavingFactory(member=worker)
    refresh_derived(person)
    pages = {
        "log": (worker, "/log/"),
        "contact": (worker, reverse("contact_log", args=[person.uid])),
        "cover": (manager, reverse("cover", args=[absence.pk])),
        "board": (manager, reverse("cover_board", args=[absence.pk])),
        "waiting": (manager, reverse("waiting")),
    }
    if where == "handover":
        pages[where] = manager, reverse("handover", args=[worker.uid])
    who, address = pages[where]
    html = signed_in(who).get(address).content.decode()
    assert person.name in html
    assert shown in html


@pytest.mark.parametrize(
    ("support", "since"),
    [("parked", date(2026, 10, 1)), ("parked", date(2026, 8, 1))],
    ids=["due today", "overdue"],
)
def test_it_stands_beside_the_answers_on_my_day(signed_in, worker, today, support, since):
    person = ClientFactory(name="Losa Quiet", supported_by=worker, support=support, since=since, contact_how=HOW)
    html = signed_in(worker).get("/").content.decode()
    row = html[html.index(person.name) :].partition("</li>")[0]
    assert HOW in row and 'name="answer"' in row


def test_it_stands_in_the_rows_of_people_one_covers(signed_in, worker, teammate, today):
    person = ClientFactory(name="Losa Quiet", supported_by=teammate, contact_how=HOW)
    factories.CoverFactory(absence=factories.AbsenceFactory(worker=teammate), client=person, worker=worker)
    html = signed_in(worker).get("/").content.decode()
    assert HOW in html[html.index(person.name) :].partition("</li>")[0]
