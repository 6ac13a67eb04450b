"""A session has an hour and a place, and a group too: typed when it is booked, shown wherever it is shown."""

import re
from datetime import date, time

import pytest
from django.urls import reverse

from peerload.home.sweep import sweep
from tests import factories
from tests.forms import filled
from tests.shared import shared
from wellbeing.models import Session
from wellbeing.sessions import actions, notices, queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

THURSDAY = date(2026, 11, 19)


def said(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@shared(dated=True)
def session(worker, manager):
    return factories.SessionFactory(
        worker=worker, with_member=manager, planned_on=THURSDAY, starts_at=time(9, 30), place="Small room", held_on=None
    )


def test_it_is_booked_for_an_hour_and_a_place_and_every_page_says_so(signed_in, worker, manager):
    page = signed_in(worker)
    url = reverse("session_book", args=[worker.uid])
    words = {"planned_on": THURSDAY, "starts_at": "09:30", "place": "Small room", "with_member": manager.uid}
    answer = page.post(url, filled(page.get(url)) | words, follow=True)
    session = Session.objects.get()
    assert (session.starts_at, session.place) == (time(9, 30), "Small room")
    assert "Supervision is booked for 19 November 2026 at 09:30." in said(answer)
    for route in ("my_sessions", "my_day"):
        seen = said(page.get(reverse(route)))
        assert "09:30" in seen, route
    assert "Small room" in said(page.get(reverse("my_sessions")))
    assert "at 09:30, 60 minutes Small room" in said(signed_in(manager).get(reverse("my_sessions")))


def test_without_an_hour_it_is_shown_as_before(signed_in, manager, session):
    Session.objects.update(starts_at=None, place="")
    assert "19 November, 60 minutes" in said(signed_in(manager).get(reverse("my_sessions")))


def test_another_hour_is_the_same_session_and_another_day_is_another(session, worker, manager, on):
    same = {"session_id": session.pk, "by": worker, "today": date(2026, 11, 12), "with_member": manager}
    moved = actions.move(**same, planned_on=THURSDAY, minutes=60, starts_at=time(11, 0), place="By phone")
    assert (moved.pk, moved.starts_at, moved.place, moved.missed_on) == (session.pk, time(11, 0), "By phone", None)
    with pytest.raises(actions.BookedAlready):
        actions.move(**same, planned_on=THURSDAY, minutes=60, starts_at=time(11, 0), place="By phone")
    another = actions.move(**same, planned_on=date(2026, 11, 20), minutes=60, starts_at=time(9, 0), place="Small room")
    assert (another.pk != session.pk, another.starts_at, another.place) == (True, time(9, 0), "Small room")


def test_the_form_of_a_move_begins_with_the_hour_and_place_it_has(signed_in, worker, session):
    page = signed_in(worker).get(reverse("session_move", args=[session.uid]))
    assert (filled(page)["starts_at"], filled(page)["place"]) == ("09:30", "Small room")


def test_the_first_page_says_when_and_where(session, manager):
    assert notices.planned_for(session) == "Planned for Thursday 19 November at 09:30, Small room"
    session.place = ""
    assert notices.planned_for(session) == "Planned for Thursday 19 November at 09:30"
    session.starts_at, session.place = None, "Small room"
    assert notices.planned_for(session) == "Planned for Thursday 19 November, Small room"
    sweep(session.organisation, date(2026, 11, 18))  # the digest says the day alone
    assert queries.hours_taken(manager.pk, THURSDAY) == [(time(9, 30), 60)]


def test_a_group_has_a_place(signed_in, manager, worker):
    group = factories.GroupFactory(facilitated_by=worker)
    page = signed_in(manager)
    url = reverse("group_edit", args=[group.uid])
    page.post(url, filled(page.get(url)) | {"place": "Community hall"})
    group.refresh_from_db()
    assert group.place == "Community hall"
    assert "It meets here: Community hall." in said(page.get(group.get_absolute_url()))
    assert "Community hall" in said(page.get(reverse("groups")))
