"""A member's calendar: what is in it and what never is, its secret link, both clock changes, one appointment as a file."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client as Browser
from django.urls import reverse
from icalendar import Calendar

from caseload.models import Client, NextStep
from peerload.audit.models import Entry as AuditEntry
from peerload.core import clock
from peerload.home.ical import CalendarEntry, write_calendar
from peerload.staff import actions
from peerload.staff.models import Absence, CalendarLink
from tests import factories
from tests.browser.scene import parked
from tests.conftest import TODAY
from tests.shared import shared
from wellbeing.models import Session
from workload.months.actions import send

PAGE = "/me/calendar/"
NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
CHANGES = {  # zone: the days on which its clocks are changed
    "Europe/London": (date(2026, 10, 25), date(2027, 3, 28)),
    "Pacific/Auckland": (date(2026, 9, 27), date(2027, 4, 4)),
}


def link_for(member) -> str:
    """Make a link and return its address."""
    return reverse("calendar_feed", args=[actions.make_link(member=member, now=NOW)])


def read(member) -> Calendar:
    """Read a member's calendar by a new link, as a calendar does: without a sign-in."""
    answer = Browser().get(link_for(member))
    assert answer.status_code == 200
    return Calendar.from_ical(answer.content)


def events(calendar: Calendar) -> list[tuple[str, date | datetime]]:
    return sorted((str(event["summary"]), event["dtstart"].dt) for event in calendar.walk("VEVENT"))


@shared(dated=True)
def hemi(worker, today):
    person = factories.ClientFactory(name="Hemi Walker", ref="PL-0417", phone="021 555 0142", supported_by=worker)
    words = {
        "what": "Hemi's housing form",
        "place": "theirs",
        "place_words": "12 Rata Street",
        "with_others": "Aunty Jo",
    }
    factories.NextStepFactory(client=person, appointment=True, **words)
    factories.NextStepFactory(client=person, due_on=date(2026, 11, 23))
    return person


# What is in it ---------------------------------------------------------------------------------------------------------


def test_it_has_appointments_promises_sessions_groups_contacts_and_absence(worker, hemi, organisation):
    parked(worker, "Ana Due", due_in=-3, contacts=1)
    parked(worker, "Tama Due", due_in=0, contacts=1)
    parked(worker, "Rua Due", due_in=5, contacts=1)
    factories.SessionFactory(worker=worker, starts_at=time(9, 0), place="Upstairs with Whaea")
    factories.GroupFactory(
        facilitated_by=worker, name="Friday kitchen", weekday="wednesday", starts_at=time(18, 0), minutes=90
    )
    Absence.objects.create(
        organisation=organisation,
        worker=worker,
        starts_on=date(2027, 1, 4),
        ends_before=date(2027, 1, 18),
        kind="surgery",
    )
    zone = ZoneInfo(organisation.timezone)

    found = events(read(worker))

    assert ("Appointment", datetime(2026, 11, 20, 10, 30, tzinfo=zone)) in found
    assert ("Promise due", date(2026, 11, 23)) in found
    assert ("Session", datetime(2026, 11, 19, 9, 0, tzinfo=zone)) in found
    assert ("2 contacts due", TODAY) in found and ("Contact due", TODAY + timedelta(days=5)) in found
    assert ("Away", date(2027, 1, 4)) in found
    meetings = [when for words, when in found if words == "Group"]
    assert {when.isoweekday() for when in meetings} == {3} and {when.hour for when in meetings} == {18}
    assert len(meetings) >= 29


def test_nothing_in_it_says_who_where_or_what_the_service_does(worker, hemi, organisation, team):
    parked(worker, "Ana Due", due_in=0, contacts=1)
    factories.SessionFactory(worker=worker, starts_at=time(9, 0), place="Upstairs with Whaea", kind="supervision")
    factories.GroupFactory(facilitated_by=worker, name="Friday kitchen", place="Marae")
    Absence.objects.create(organisation=organisation, worker=worker, starts_on=date(2027, 1, 4), kind="surgery")
    address = link_for(worker)
    answer = Browser().get(address)
    lines = answer.content.decode().replace("\r\n ", "").splitlines()
    random = [line for line in lines if line.startswith("UID:")] + [address.rstrip("/").rpartition("/")[2]]
    said = "\n".join([address, str(answer.headers), *lines]).casefold()
    assert not [each for each in (hemi, worker) if str(each.uid) in said]
    for part in random:  # four digits of a reference may be among theirs by chance
        said = said.replace(part.casefold(), "")

    parts = ["hemi", "walker", "0417", "0142", "housing", "rata", "aunty", "ana ", "whaea", "upstairs", "supervision"]
    parts += [
        "kitchen",
        "marae",
        "surgery",
        "peer",
        "support",
        organisation.name,
        team.name,
    ]
    parts += [worker.name, worker.email, "\nlocation", "\ndescription", "attendee", "organizer", "geo:"]
    assert not [part for part in parts if part.casefold() in said]


def test_an_alarm_says_no_more_than_its_entry(worker, hemi):
    address = link_for(worker)
    actions.choose_alarm(member=worker, alarm="day")
    alarms = Calendar.from_ical(Browser().get(address).content).walk("VALARM")
    assert {str(alarm["description"]) for alarm in alarms} == {"Appointment"}


@pytest.mark.parametrize(
    ("alarm", "before"), [("none", None), ("hour", timedelta(hours=-1)), ("day", timedelta(days=-1))]
)
def test_the_member_chooses_the_alarm(signed_in, worker, hemi, alarm, before):
    address = link_for(worker)
    assert signed_in(worker).post(PAGE + "alarm/", {"alarm": alarm}).status_code == 302
    found = Calendar.from_ical(Browser().get(address).content).walk("VEVENT")
    timed = [event for event in found if isinstance(event["dtstart"].dt, datetime)]
    whole = [event for event in found if event not in timed]

    assert timed and whole
    assert not [event for event in whole if event.walk("VALARM")]
    assert {alarm["trigger"].dt for event in timed for alarm in event.walk("VALARM")} == ({before} if before else set())


def test_a_choice_that_nobody_offers_is_not_taken(signed_in, worker, today):
    link_for(worker)
    signed_in(worker).post(PAGE + "alarm/", {"alarm": "week"})
    assert CalendarLink.objects.get(member=worker).alarm == "none"


def test_people_who_asked_not_to_be_contacted_are_silent(worker, hemi):
    person = parked(worker, "Ana Due", due_in=0, contacts=1)
    Client.objects.filter(pk__in=[person.pk, hemi.pk]).update(contact_preference="please_dont")
    assert not events(read(worker))


def test_contacts_of_days_one_is_away_are_left_out(worker, today, organisation):
    parked(worker, "Ana Due", due_in=5, contacts=1)
    Absence.objects.create(organisation=organisation, worker=worker, starts_on=TODAY + timedelta(days=2))
    assert [words for words, _ in events(read(worker))] == ["Away"]


def test_an_absence_without_an_end_lasts_past_today(worker, today, organisation):
    Absence.objects.create(
        organisation=organisation, worker=worker, starts_on=date(2026, 11, 2), expected_back=date(2026, 11, 9)
    )
    event = read(worker).walk("VEVENT")[0]
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2026, 11, 2), TODAY + timedelta(days=1))


def test_an_appointment_that_is_moved_is_the_same_entry_with_a_higher_sequence(worker, hemi):
    before = {str(event["uid"]): event for event in read(worker).walk("VEVENT") if event["summary"] == "Appointment"}
    NextStep.objects.filter(client=hemi, kind="appointment").update(due_on=date(2026, 11, 27), times_moved=1)
    after = {str(event["uid"]): event for event in read(worker).walk("VEVENT") if event["summary"] == "Appointment"}

    assert before.keys() == after.keys()
    assert [event["sequence"] for event in (*before.values(), *after.values())] == [0, 1]


def test_an_appointment_called_off_is_gone(worker, hemi):
    NextStep.objects.filter(client=hemi).update(ended_as="called_off", ended_on=TODAY)
    assert not events(read(worker))


def test_a_session_that_is_moved_twice_keeps_its_uid(worker, today):
    third = factories.SessionFactory(worker=worker, planned_on=date(2026, 12, 3))
    second = factories.SessionFactory(worker=worker, planned_on=date(2026, 11, 26))
    first = factories.SessionFactory(worker=worker, planned_on=date(2026, 11, 19))
    uid = str(next(event["uid"] for event in read(worker).walk("VEVENT") if event["dtstart"].dt == first.planned_on))
    for each, instead in ((second, third), (first, second)):
        Session.objects.filter(pk=each.pk).update(missed_on=TODAY, instead=instead)

    event = next(iter(read(worker).walk("VEVENT")))
    assert (str(event["uid"]), event["sequence"], event["dtstart"].dt) == (uid, 2, third.planned_on)


def test_the_worker_who_covers_has_the_appointment(worker, teammate, hemi, organisation):
    absence = Absence.objects.create(organisation=organisation, worker=worker, starts_on=TODAY)
    factories.CoverFactory(absence=absence, client=hemi, worker=teammate)
    assert "Appointment" in [words for words, _ in events(read(teammate))]


def test_a_manager_has_sessions_and_the_15th(manager, worker, team, today, organisation):
    factories.SessionFactory(worker=worker, with_member=manager, starts_at=time(14, 0))
    found = events(read(manager))
    assert ("Session", datetime(2026, 11, 19, 14, 0, tzinfo=ZoneInfo(organisation.timezone))) in found
    assert ("Report due", date(2026, 12, 15)) in found and ("Report due", date(2027, 1, 15)) in found
    assert not [words for words, _ in found if "ontact" in words or words == "Appointment"]
    assert not [words for words, _ in events(read(worker)) if "eport" in words]


def test_where_the_15th_is_a_sunday_the_working_day_before_is_there_too(manager, worker, team, on):
    on(date(2026, 11, 3))
    found = events(read(manager))
    assert ("Report due", date(2026, 11, 15)) in found
    assert ("Last working day for the report", date(2026, 11, 13)) in found


def test_a_report_that_was_sent_is_not_due(manager, worker, team, today):
    assert ("Report due", date(2026, 11, 15)) in events(read(manager))
    send(team=team, month=date(2026, 10, 1), by=manager, today=TODAY)
    assert ("Report due", date(2026, 11, 15)) not in events(read(manager))


# Clock changes -----------------------------------------------------------------------------------------------------------


def instant(file: bytes, *, key: str = "dtstart") -> datetime:
    """Return when the entry of a file is, going by the description of its zone in the file alone."""
    calendar = Calendar.from_ical(file)
    zone = calendar.walk("VTIMEZONE")[0].to_tz(lookup_tzid=False)
    when = calendar.walk("VEVENT")[0][key].dt
    return when if when.tzinfo == UTC else when.replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize("zone", CHANGES)
@pytest.mark.parametrize("which", [0, 1])
def test_the_hour_stays_across_a_clock_change(zone, which):
    change, local = CHANGES[zone][which], ZoneInfo(zone)
    for days in range(-8, 9):
        for hour in (0, 4, 10, 17, 23):
            day = change + timedelta(days=days)
            file = write_calendar(
                [CalendarEntry(uuid4(), "x", day, at=time(hour, 30), minutes=60)], zone=zone, name="x", now=NOW
            )
            begins = datetime.combine(day, time(hour, 30), local)
            assert f"DTSTART;TZID={zone}:{day:%Y%m%d}T{hour:02}3000".encode() in file
            assert instant(file) == begins.astimezone(UTC)
            assert instant(file, key="dtend") == begins.astimezone(UTC) + timedelta(hours=1)


@pytest.mark.parametrize("zone", CHANGES)
def test_an_hour_that_is_left_out_is_the_hour_after_it(zone):
    day, at = {"Europe/London": (date(2027, 3, 28), 1), "Pacific/Auckland": (date(2026, 9, 27), 2)}[zone]
    file = write_calendar([CalendarEntry(uuid4(), "x", day, at=time(at, 30), minutes=60)], zone=zone, name="x", now=NOW)
    assert f"DTSTART;TZID={zone}:{day:%Y%m%d}T{at + 1:02}3000".encode() in file


@pytest.mark.parametrize("zone", CHANGES)
def test_an_hour_that_comes_twice_ends_after_it_begins(zone):
    day, at = {"Europe/London": (date(2026, 10, 25), 1), "Pacific/Auckland": (date(2027, 4, 4), 2)}[zone]
    file = write_calendar([CalendarEntry(uuid4(), "x", day, at=time(at, 30), minutes=60)], zone=zone, name="x", now=NOW)
    event = Calendar.from_ical(file).walk("VEVENT")[0]
    begins = datetime.combine(day, time(at, 30), ZoneInfo(zone)).astimezone(UTC)
    assert event["dtend"].dt.astimezone(UTC) == begins + timedelta(hours=1)


@pytest.mark.parametrize("zone", CHANGES)
def test_groups_keep_their_hour_through_the_feed(worker, organisation, on, zone):
    for change in CHANGES[zone]:
        on(change - timedelta(days=10))
        organisation.timezone = zone
        organisation.save()
        CalendarLink.objects.all().delete()
        factories.GroupFactory(facilitated_by=worker, weekday="sunday", starts_at=time(10, 0))
        worker.refresh_from_db()
        calendar = read(worker)
        own = calendar.walk("VTIMEZONE")[0].to_tz(lookup_tzid=False)
        found = [event["dtstart"].dt for event in calendar.walk("VEVENT")]
        assert {when.hour for when in found} == {10}
        offsets = {
            when.replace(tzinfo=own).utcoffset() for when in found if abs(when.date() - change) <= timedelta(days=7)
        }
        assert len(offsets) == 2
        assert all(when.replace(tzinfo=own).utcoffset() == when.utcoffset() for when in found)


def test_a_meeting_that_is_moved_keeps_its_uid_and_one_called_off_is_gone(worker, today):
    group = factories.GroupFactory(facilitated_by=worker, starts_at=time(10, 0))

    def entries():
        found = [event for event in read(worker).walk("VEVENT") if event["summary"] == "Group"]
        return {str(event["uid"]): (event["dtstart"].dt.replace(tzinfo=None), event["sequence"]) for event in found}

    before = entries()
    [uid] = [uid for uid, (when, __) in before.items() if when == datetime(2026, 11, 18, 10, 0)]
    moved = factories.GroupMeetingFactory(group=group)
    assert entries() == before | {uid: (datetime(2026, 11, 20, 14, 0), 1)}
    moved.called_off_on = TODAY
    moved.save()
    assert entries().keys() == before.keys() - {uid}


# The link ----------------------------------------------------------------------------------------------------------------


def test_a_link_is_made_shown_once_renewed_and_ended(signed_in, worker, today):
    client = signed_in(worker)
    assert "You have no link." in client.get(PAGE).content.decode()

    page = client.post(PAGE).content.decode()
    first = page.split("<code>")[1].split("</code>")[0]
    path = "/calendar/" + first.rsplit("/", 1)[1]
    assert Browser().get(path).status_code == 200
    assert first not in client.get(PAGE).content.decode()

    second = "/calendar/" + client.post(PAGE).content.decode().split("<code>")[1].split("</code>")[0].rsplit("/", 1)[1]
    assert Browser().get(path).status_code == 404
    assert Browser().get(second).status_code == 200

    assert client.post(PAGE + "end/").status_code == 302
    assert Browser().get(second).status_code == 404
    said = AuditEntry.objects.filter(member=worker, what__startswith="calendar").order_by("pk")
    # read twice that day, from one address
    assert [entry.what for entry in said] == ["calendar_made", "calendar_read", "calendar_made", "calendar_ended"]


def test_an_address_that_ended_answers_as_one_that_never_was(worker, today):
    address = link_for(worker)
    actions.end_link(member=worker)
    ended, never = Browser().get(address), Browser().get(reverse("calendar_feed", args=["x" * 43]))
    assert (ended.status_code, ended.content) == (404, never.content)
    assert dict(ended.headers) == dict(never.headers)


def test_the_secret_is_long_and_kept_nowhere(worker, today):
    secret = actions.make_link(member=worker, now=NOW)
    link = CalendarLink.objects.get(member=worker)
    assert len(secret) >= 43
    assert secret not in str(vars(link)) and link.fingerprint != secret and len(link.fingerprint) == 64


def test_members_who_may_not_sign_in_have_no_calendar(signed_in, worker, teammate, stranger, organisation, today):
    for member, what in ((worker, "inactive"), (teammate, "user"), (stranger, "left")):
        address = link_for(member)
        assert Browser().get(address).status_code == 200
        if what == "inactive":
            member.active = False
            member.save()
        elif what == "user":
            member.user.is_active = False
            member.user.save()
        else:
            factories.LeavingFactory(member=member, last_day=TODAY - timedelta(days=1))
        CalendarLink.objects.update(read_at=None)
        assert Browser().get(address).status_code == 404, what


def test_closing_a_sign_in_ends_the_link(worker, admin, today):
    address = link_for(worker)
    who = {"name": worker.name, "role": worker.role, "home_team": worker.home_team}
    actions.edit_member(member_id=worker.pk, by=admin, on=TODAY, active=False, **who)
    assert not CalendarLink.objects.filter(member=worker).exists()
    actions.edit_member(member_id=worker.pk, by=admin, on=TODAY, active=True, **who)
    assert Browser().get(address).status_code == 404


def test_it_is_throttled_and_read_again_a_little_later(worker, today, monkeypatch):
    address, now = link_for(worker), NOW
    monkeypatch.setattr(clock, "now", lambda: now)
    assert Browser().get(address).status_code == 200
    again = Browser().get(address)
    assert again.status_code == 429 and again.headers["Retry-After"] and not again.content
    now = NOW + actions.calendar.BETWEEN
    assert Browser().get(address).status_code == 200


def test_its_use_is_written_down_once_a_day_for_each_address(worker, today):
    address = link_for(worker)
    for sender in ("203.0.113.7", "203.0.113.7", "198.51.100.9"):
        CalendarLink.objects.update(read_at=None)
        assert Browser(REMOTE_ADDR=sender).get(address).status_code == 200
    found = AuditEntry.objects.filter(what="calendar_read", member=worker).values_list("address", flat=True)
    assert sorted(found) == ["198.51.100.9", "203.0.113.7"]
    assert CalendarLink.objects.get(member=worker).read_at


def test_only_the_reader_may_keep_what_they_read(worker, today):
    answer = Browser().get(link_for(worker))
    assert answer.headers["Cache-Control"] == "private"
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "Set-Cookie" not in answer.headers and not answer.cookies


def test_the_page_says_when_a_calendar_read_it(signed_in, worker, today):
    client = signed_in(worker)
    address = link_for(worker)
    assert "No calendar has read it yet." in client.get(PAGE).content.decode()
    Browser().get(address)
    assert "A calendar last read it on" in client.get(PAGE).content.decode()


def test_the_link_is_its_members_alone(signed_in, worker, teammate, today):
    address = link_for(worker)
    signed_in(teammate).post(PAGE + "end/")
    signed_in(teammate).post(PAGE + "alarm/", {"alarm": "day"})
    assert Browser().get(address).status_code == 200
    assert CalendarLink.objects.get(member=worker).alarm == "none"


# One appointment ---------------------------------------------------------------------------------------------------------


def test_one_appointment_is_a_file_of_its_own_without_a_name(signed_in, worker, hemi):
    step = NextStep.objects.get(client=hemi, kind="appointment")
    answer = signed_in(worker).get(reverse("appointment_file", args=[step.uid]))
    event = Calendar.from_ical(answer.content).walk("VEVENT")
    feed = {str(each["uid"]) for each in read(worker).walk("VEVENT")}

    assert len(event) == 1 and str(event[0]["uid"]) in feed
    assert answer.headers["Content-Disposition"] == 'attachment; filename="appointment.ics"'
    assert not [part for part in ("Hemi", "Rata", "0417", "housing", "Aunty") if part in answer.content.decode()]
    assert AuditEntry.objects.get(what="exported").counts == {"appointments": 1}


def test_a_promise_and_an_appointment_that_ended_are_no_file(signed_in, worker, hemi):
    promise = NextStep.objects.get(client=hemi, kind="promise")
    step = NextStep.objects.get(client=hemi, kind="appointment")
    NextStep.objects.filter(pk=step.pk).update(ended_as="kept", ended_on=TODAY)
    for each in (promise, step):
        assert signed_in(worker).get(reverse("appointment_file", args=[each.uid])).status_code == 404
