"""My day, the lists it leads to, the calendar and the notices count the same contacts."""

from datetime import timedelta

from django.urls import reverse

from caseload import rules
from caseload.day_lists import contacts_on_my_day
from peerload.home.calendar_feed import entries_of
from peerload.home.sweep import sweep
from peerload.notices.models import Notice
from tests import factories
from tests.conftest import TODAY
from tests.shared import shared

OVERDUE, TODAYS, WEEKS = (50, 44, 43), (42,), (41, 39, 36, 35, 35)  # days since the last contact; six weeks are 42


@shared(dated=True)
def people(worker, teammate, today):
    """A worker with people of their own and covered ones, the same days of both; one is silent, one is to be closed."""
    covered = []
    for number, days in enumerate((*OVERDUE, *TODAYS, *WEEKS, 34)):
        for whose in (worker, teammate):
            person = factories.ClientFactory(supported_by=whose, support="parked", since=TODAY - timedelta(days=60))
            factories.ContactFactory(client=person, author=whose, on=TODAY - timedelta(days=days))
            if number == 1 and whose == worker:
                person.contact_preference = "please_dont"
                person.save()
            if number == 2 and whose == worker:
                person.allocations.update(close_decided_on=TODAY)
            factories.refresh_derived(person)
            covered += [person] if whose == teammate else []
    absence = factories.AbsenceFactory(worker=teammate, starts_on=TODAY - timedelta(days=3))
    for person in covered:
        factories.CoverFactory(client=person, absence=absence, worker=worker)


def test_every_place_counts_the_same_contacts(people, worker, organisation, signed_in):
    site = signed_in(worker)
    overdue, today, week = 2 * len(OVERDUE) - 1, 2 * len(TODAYS), 2 * len(WEEKS)  # of two workers; one is silent
    assert site.get("/").context["lead"] == "Five contacts are overdue and two are due today."

    listed = {
        state: site.get(reverse("people"), {"contact": state}).context["table"].paginator.count
        for state in ("overdue", "today", "week")
    }
    assert listed == {"overdue": overdue, "today": today, "week": week}
    days = [TODAY + timedelta(days=n) for n in range(1, rules.SOON_DAYS + 1)]
    by_day = {day: len(contacts_on_my_day(worker, TODAY, day)) for day in days}
    assert sum(by_day.values()) == week

    entries = {entry.starts_on: entry.summary for entry in entries_of(worker, TODAY) if "ontact" in entry.summary}
    assert entries[TODAY] == f"{overdue + today} contacts due"
    assert {day: entries[day] for day in days if day in entries} == {
        day: f"{count} contacts due" for day, count in by_day.items() if count
    }

    sweep(organisation, TODAY)
    told = Notice.objects.filter(recipient=worker, cancelled_at=None)
    counted = [told.filter(kind__in=kinds).count() for kinds in (["raised", "overdue"], ["due"], ["soon"])]
    assert counted == [overdue, today, week]
