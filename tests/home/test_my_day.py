"""My day: what to do now, the week, who is quiet for long, and people never to contact."""

import gzip
import re
from datetime import date, time, timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.urls import reverse

from caseload.enums import ContactPreference
from caseload.models import Client
from caseload.to_decide import Deciding
from peerload.home import my_day_parts as parts
from tests.browser.scene import full_day
from tests.factories import (
    AbsenceFactory,
    AllocationFactory,
    ClientFactory,
    ContactFactory,
    CoverFactory,
    GroupFactory,
    NextStepFactory,
    PostFactory,
    SessionFactory,
    refresh_derived,
    refreshed_at_once,
)
from tests.html import tight

TODAY = date(2026, 11, 12)
DAY = timedelta(days=1)


def parked(worker, name, *, due_in, **kwargs):
    """Somebody kept in touch with whose next contact is due in so many days."""
    since = TODAY + timedelta(days=due_in) - timedelta(weeks=6)
    return ClientFactory(name=name, supported_by=worker, support="parked", since=since, **kwargs)


def supported(worker, name, *, days_ago=None, since=date(2026, 1, 5), **kwargs):
    """Somebody supported whose last contact was so many days ago; with none yet where it is left out."""
    person = ClientFactory(name=name, supported_by=worker, since=since, **kwargs)
    if days_ago is not None:
        ContactFactory(client=person, on=TODAY - timedelta(days=days_ago), author=worker)
    refresh_derived(person)
    return person


@pytest.fixture
def my_day(signed_in, today, worker):
    """Return My day of the worker as text."""

    def read():
        response = signed_in(worker).get("/")
        assert response.status_code == 200
        return tight(response.content.decode())

    return read


def card(html: str, heading: str) -> str:
    """Return the card of a heading, "" where there is none."""
    _, found, after = html.partition(f'<h2 id="{heading}">')
    return after.partition("</section>")[0] if found else ""


# Today ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due_in", "where"),
    [(-9, "today"), (-1, "today"), (0, "today"), (1, "week"), (7, "week"), (8, None)],
    ids=["nine days over", "one day over", "today", "tomorrow", "seventh day", "eighth day"],
)
def test_a_contact_stands_in_today_or_in_the_week_by_its_due_day(my_day, worker, due_in, where):
    parked(worker, "Salote Fifita", due_in=due_in)
    html = my_day()
    found = {heading for heading in ("today", "week", "quiet") if "Salote Fifita" in card(html, heading)}
    assert found == ({where} if where else set())


def test_the_first_sentence_says_what_the_day_asks_for(my_day, worker):
    parked(worker, "Salote Fifita", due_in=-3)
    parked(worker, "Hemi Ngata", due_in=-9)
    person = parked(worker, "Wiremu Tamihana", due_in=0)
    for hour, on in ((10, TODAY), (14, TODAY), (9, TODAY + DAY), (11, TODAY - DAY)):
        NextStepFactory(client=person, appointment=True, due_on=on, starts_at=time(hour, 30))
    html = my_day()
    assert "Two contacts are overdue and one is due today. Today’s appointments: 10:30 and 14:30." in html


def test_the_longest_overdue_comes_first(my_day, worker):
    parked(worker, "Salote Fifita", due_in=-3)
    parked(worker, "Hemi Ngata", due_in=-9)
    html = my_day()
    assert html.index("Hemi Ngata") < html.index("Salote Fifita")


def test_how_to_contact_safely_stands_in_the_row(my_day, worker):
    parked(worker, "Salote Fifita", due_in=0, contact_how="Text first. No voicemail.")
    assert "Text first. No voicemail." in my_day()


def test_more_than_four_contacts_are_folded_with_their_number_and_none_is_lost(my_day, worker):
    for n in range(9):
        parked(worker, f"Person {n}", due_in=-n)
    today = card(my_day(), "today")
    before, _, folded = today.partition("5 more overdue or due today")
    assert [before.count(f">Person {n}<") + folded.count(f">Person {n}<") for n in range(9)] == [1] * 9
    assert before.count('name="answer" value="not_reached"') == 4
    assert folded.count('name="answer" value="not_reached"') == 5


def test_nobody_is_prompted_to_contact_who_asked_not_to_be(my_day, worker):
    parked(worker, "Salote Fifita", due_in=-3, contact_preference=ContactPreference.PLEASE_DONT)
    supported(worker, "Ana Beck", support="high", contact_preference=ContactPreference.PLEASE_DONT)
    html = my_day()
    assert "No contact is due today or within a week." in html
    assert "Salote Fifita" not in html and "Ana Beck" not in html
    assert f'href="{reverse("people")}"' in html


def test_people_of_a_teammate_are_not_there(my_day, teammate):
    parked(teammate, "Salote Fifita", due_in=0)
    assert "Salote" not in my_day()


def test_what_is_empty_is_not_there(my_day, worker):
    parked(worker, "Salote Fifita", due_in=20)
    html = my_day()
    assert "No contacts, promises, appointments, groups or sessions today." in card(html, "today")
    assert [card(html, heading) for heading in ("week", "quiet", "cover", "first-week")] == ["", "", "", ""]


def test_the_search_of_the_product_is_on_it(my_day, worker):
    html = my_day()
    assert f'action="{reverse("search")}" role="search"' in html
    assert "htmx" not in html.partition("</head>")[0].replace('name="htmx-config"', "")


def test_a_manager_who_supports_nobody_begins_with_the_team(signed_in, today, manager, team):
    assert signed_in(manager).get("/").headers["Location"] == "/team/"


def test_a_manager_who_supports_people_sees_who_waits(signed_in, today, manager, team):
    ClientFactory(name="Isla Penney", supported_by=manager, team=team)
    ClientFactory(name="Paora Baker", team=team, organisation=team.organisation)
    html = signed_in(manager).get("/").content.decode()
    assert "Waiting for you to decide" in html and "Paora Baker" in html


@pytest.mark.parametrize(
    ("waiting", "says"),
    [
        (0, "No contact is due today. One contact is due within a week.</p>"),
        (1, "No contact is due today. One contact is due within a week. One decision waits for you.</p>"),
        (3, "No contact is due today. One contact is due within a week. Three decisions wait for you.</p>"),
    ],
)
def test_a_managers_day_says_how_many_decisions_wait(signed_in, today, manager, team, waiting, says):
    parked(manager, "Isla Penney", due_in=3, team=team)
    with refreshed_at_once():
        for n in range(waiting):
            ClientFactory(name=f"Paora {n}", team=team, organisation=team.organisation)
    assert says in tight(signed_in(manager).get("/").content.decode())


@pytest.mark.parametrize(
    ("teams", "records", "number"),
    [(None, [], 0), (None, [1], 1), (Deciding([], [], [], [], []), [], 0), (Deciding([1], [2], [3], [4], [5]), [6], 6)],
    ids=["no manager", "a record", "nothing", "one of each"],
)
def test_decisions_are_people_and_records(teams, records, number):
    assert parts.count_decisions(teams, records) == number


def test_a_person_who_asked_for_support_while_parked_is_named(my_day, worker):
    person = ClientFactory(name="Paora Baker", supported_by=worker, support="parked", since=date(2026, 10, 1))
    ContactFactory(client=person, on=date(2026, 11, 10), outcome="support_wanted")
    refresh_derived(person)
    assert "Asked for support on 10 November." in my_day()


@pytest.mark.parametrize(
    ("count", "due_in", "folded"),
    [(2, 0, False), (3, 0, True), (3, 20, False)],
    ids=["three", "four", "four on a day with nothing else"],
)
def test_more_than_three_things_to_decide_are_folded_where_people_come_first(my_day, worker, count, due_in, folded):
    """The record of October is among them."""
    parked(worker, "Salote Fifita", due_in=due_in)
    for n in range(count):
        person = ClientFactory(name=f"Paora {n}", supported_by=worker, support="parked", since=date(2026, 10, 1))
        ContactFactory(client=person, on=date(2026, 11, 10), outcome="support_wanted")
        refresh_derived(person)
    html = my_day()
    assert ("4 to decide, answer or read</summary>" in html) is folded
    assert html.count("Support again<span") == count


def test_a_session_of_today_stands_in_today(my_day, worker, manager):
    ClientFactory(supported_by=worker)
    SessionFactory(worker=worker, with_member=manager, planned_on=TODAY, starts_at=time(9, 30), held_on=None)
    assert "Supervision with Ana Whitford" in card(my_day(), "today")


# Promises and appointments --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due_in", "where"),
    [(-20, "today"), (0, "today"), (7, "week"), (8, None)],
    ids=["late", "today", "seventh day", "eighth day"],
)
def test_what_was_promised_stands_on_my_day_with_what_can_be_done(my_day, worker, due_in, where):
    person = supported(worker, "Salote Fifita", days_ago=1)
    person.contact_how = "Text first. No voicemail."
    person.save()
    NextStepFactory(client=person, what="Ring about the housing form.", due_on=TODAY + timedelta(days=due_in))
    html = my_day()
    assert ("Text first. No voicemail." in html) == (where == "today")
    assert {heading for heading in ("today", "week") if "Salote" in card(html, heading)} == (
        {where} if where else set()
    )
    ends = ('value="kept"', 'value="not_kept"', 'value="called_off"', ">Move<")
    assert [html.count(words) for words in ends] == [where == "today"] * 4
    for what in ("Ring about the housing form.", "Another day"):
        assert (what in html) == (where == "today"), what


def test_what_a_teammate_promised_stands_on_their_day_alone(my_day, teammate):
    person = ClientFactory(name="Salote Fifita", supported_by=teammate)
    NextStepFactory(client=person, what="Ring about the housing form.", due_on=TODAY)
    assert "Ring about the housing form." not in my_day()


# The week ---------------------------------------------------------------------------------------------------------------


def test_the_week_is_a_line_a_day_with_hours_first(my_day, worker, manager):
    person = parked(worker, "Salote Fifita", due_in=1)
    NextStepFactory(client=person, what="Send the form.", due_on=TODAY + DAY)
    NextStepFactory(client=person, appointment=True, due_on=TODAY + DAY, starts_at=time(15, 0))
    GroupFactory(facilitated_by=worker, name="Friday kitchen", weekday="friday", starts_at=time(11, 30))
    SessionFactory(worker=worker, with_member=manager, planned_on=TODAY + DAY, starts_at=time(9, 0), held_on=None)
    week = card(my_day(), "week")
    assert week.count("<b>Fri<span>13</span></b>") == 1
    order = ("09:00<a", "11:30<a", "15:00<a", "promise to<a", "contact<a")
    assert [week.index(words) for words in order] == sorted(week.index(words) for words in order)


@pytest.mark.parametrize(("weekday", "shown"), [("thursday", True), ("wednesday", False)], ids=["today", "yesterday"])
def test_a_group_that_meets_today_says_where(my_day, worker, weekday, shown):
    GroupFactory(facilitated_by=worker, name="Kitchen", weekday=weekday, starts_at=time(11, 30), place="Marae hall")
    parked(worker, "Salote Fifita", due_in=3)
    today = card(my_day(), "today")
    assert "record the session" in today
    assert ("Today at 11:30" in today, "Marae hall" in today) == (shown, shown)


def test_of_many_contacts_of_a_day_the_others_are_one_link(my_day, worker):
    for n in range(7):
        parked(worker, f"Person {n}", due_in=2)
    week = card(my_day(), "week")
    assert week.count("contact<a") == 4
    assert '<a href="/people/?contact=my_day_2026-11-14">and 3 more contacts</a>' in week


def listed(browser, html: str, words: str) -> set[str]:
    """Return the names in the list of people that a link on My day leads to."""
    url = unescape(re.search(rf'href="([^"]+)">{words}</a>', html)[1])
    return {str(row.record.name) for row in browser.get(url).context["table"].page}


@pytest.mark.parametrize("who", ["worker", "manager"])
def test_a_number_leads_to_those_shown_and_exactly_so_many_more(request, signed_in, today, teammate, who):
    """People one covers count where My day counts them; the people of the team never, for one who leads it too."""
    me = request.getfixturevalue(who)
    absence = AbsenceFactory(worker=teammate, starts_on=TODAY)
    with refreshed_at_once():
        for n in range(9):
            supported(me, f"Quiet {n}", support="medium", days_ago=100 + n)
            parked(me if n < 5 else teammate, f"Due {n}", due_in=2)
    for n in (0, 1):
        person = Client.objects.get(name=f"Quiet {n}")
        NextStepFactory(client=person, due_on=TODAY + n * DAY)  # only the first stands in Today
    for name, due_in in (("Another day", 3), ("The day before", 1)):
        parked(me, name, due_in=due_in)
    supported(teammate, "Covered and quiet", support="high", days_ago=90)
    for person in Client.objects.filter(allocations__worker=teammate).exclude(name="Due 8"):
        CoverFactory(absence=absence, client=person, worker=me)
    browser = signed_in(me)
    html = tight(browser.get("/").content.decode())

    week, quiet = card(html, "week"), card(html, "quiet")

    assert listed(browser, week, "and 4 more contacts") == {f"Due {n}" for n in range(8)}
    assert listed(browser, quiet, "and 4 more") == {f"Quiet {n}" for n in range(1, 9)}


@pytest.mark.parametrize("state", ["my_day_", "my_day_2026-13-40", "my_day_loud"])
def test_a_list_of_my_day_that_there_is_not_filters_nothing_and_breaks_nothing(signed_in, today, worker, state):
    assert signed_in(worker).get("/people/", {"contact": state}).status_code == 200


# Quiet for long ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("support", "days", "quiet"),
    [
        ("high", 13, False),
        ("high", 14, True),
        ("medium", 27, False),
        ("medium", 28, True),
        ("group", 41, False),
        ("group", 42, True),
    ],
)
def test_somebody_is_quiet_from_the_day_that_is_set_for_their_support(my_day, worker, support, days, quiet):
    supported(worker, "Salote Fifita", support=support, days_ago=days)
    assert (f"{support}, {days} days" in card(my_day(), "quiet")) is quiet


def test_a_service_sets_other_days_and_the_page_says_them(my_day, worker, organisation):
    organisation.quiet_high, organisation.quiet_medium, organisation.quiet_group = 7, 21, 35
    organisation.save()
    supported(worker, "Salote Fifita", support="high", days_ago=7)
    quiet = card(my_day(), "quiet")
    assert "Quiet: 7 days without contact (high), 21 (medium), 35 (group)." in quiet and "high, 7 days" in quiet


def test_quiet_people_come_by_their_support_never_contacted_first_then_the_longest(my_day, worker):
    supported(worker, "Cy Dunn", support="group", days_ago=300)
    supported(worker, "Ben Cole", support="high", days_ago=90)
    supported(worker, "Ana Beck", support="high", days_ago=200)
    supported(worker, "Isla Penney", support="high", since=TODAY - timedelta(days=20))
    quiet = card(my_day(), "quiet")
    names = ["Isla Penney", "Ana Beck", "Ben Cole", "Cy Dunn"]
    assert sorted(names, key=quiet.index) == names
    assert "high, never in 20 days" in quiet


def test_four_are_shown_and_the_list_of_people_has_all_of_them(my_day, signed_in, worker):
    with refreshed_at_once():
        for n in range(9):
            supported(worker, f"Person {n}", support="medium", days_ago=100 + n)
    supported(worker, "Somebody Else", support="medium", days_ago=3)
    quiet = card(my_day(), "quiet")
    assert quiet.count("medium, ") == 4
    assert f'<a href="{reverse("people")}?contact=my_day_quiet&amp;sort=quiet">and 5 more</a>' in quiet
    found = signed_in(worker).get(reverse("people"), {"contact": "quiet", "sort": "quiet"}).content.decode()
    assert [f">Person {n}<" in found for n in range(9)] == [True] * 9 and "Somebody Else" not in found


def test_the_list_finds_who_my_day_counts(my_day, signed_in, worker):
    """The condition in SQL and the rule answer alike, to the day and without any contact."""
    people = []
    for support, last in (("high", 14), ("medium", 28), ("group", 42)):
        for days in (last - 1, last):
            people.append(supported(worker, f"{support} {days}", support=support, days_ago=days))
            since = TODAY - timedelta(days=days)
            people.append(supported(worker, f"{support} {days} none", support=support, since=since))
    supported(worker, "Parked Person", support="parked", days_ago=200)
    expected = {person.name for person in people if person.name.split()[1] in ("14", "28", "42")}
    found = signed_in(worker).get(reverse("people"), {"contact": "quiet"}).content.decode()
    assert {person.name for person in people if f">{person.name}</a>" in found} == expected
    assert "Parked Person" not in found


def test_who_stands_in_today_is_not_repeated(my_day, worker):
    person = supported(worker, "Salote Fifita", support="high", days_ago=100)
    NextStepFactory(client=person, what="Ring.", due_on=TODAY)
    html = my_day()
    assert "Salote Fifita" in card(html, "today") and not card(html, "quiet")


def test_nobody_is_told_that_somebody_is_quiet(my_day, worker):
    supported(worker, "Salote Fifita", support="high", days_ago=100)
    quiet = card(my_day(), "quiet")
    assert "pl-chip--act" not in quiet and "over" not in quiet and "late" not in quiet


# What one carries -------------------------------------------------------------------------------------------------------


def test_points_are_shown_with_their_band(my_day, worker):
    ClientFactory(name="Isla Penney", supported_by=worker, support="high")
    refresh_derived(workers=[worker])
    carry = card(my_day(), "points")
    assert "of 100 points" in carry and ">room</span>" in carry
    assert "<b>1</b> of 50 people I support</a>: 1 high" in carry


def test_somebody_a_student_holds_is_there_and_not_counted(my_day, worker):
    person = ClientFactory(name="Isla Penney", support="high")
    AllocationFactory(client=person, worker=worker, student_held=True, starts_on=date(2026, 1, 5))
    refresh_derived(person)
    html = my_day()
    assert "Supported by a student, not counted." in html
    assert "<b>0</b> of 50 people I support</a>" in html


@pytest.mark.parametrize("count", [2, 60])
def test_the_number_of_queries_does_not_grow_with_people(signed_in, today, worker, count, django_assert_num_queries):
    with refreshed_at_once():
        for n in range(count):
            parked(worker, f"Person {n}", due_in=n % 60 - 10)
    ClientFactory(supported_by=worker, since=today)
    mine = signed_in(worker)
    mine.get("/")
    with django_assert_num_queries(QUERIES):
        mine.get("/")


QUERIES = 26


def test_a_full_day_is_a_small_page(signed_in, today, worker, teammate, manager):
    full_day(worker, teammate, manager)
    page = signed_in(worker).get("/").content
    assert (len(page) <= MOST_BYTES, len(gzip.compress(page)) <= MOST_SENT) == (True, True)
    assert b"more overdue or due today" in page and b"and 2" in page


MOST_BYTES = 66_000  # of a page with 50 people and more and nine covered, before it is compressed
MOST_SENT = 12_000


# Covering ---------------------------------------------------------------------------------------------------------------


def test_covered_people_are_in_today_where_they_are_due_and_behind_a_fold_with_their_number(my_day, worker, teammate):
    hana = parked(teammate, "Hana Rewi", due_in=-1)
    absence = AbsenceFactory(worker=teammate)
    for person in (hana, ClientFactory(supported_by=teammate, name="Ioane Faleolo")):
        CoverFactory(absence=absence, client=person, worker=worker)
    ClientFactory(supported_by=teammate, name="Sefa Leota")
    refresh_derived(workers=[worker])

    html = my_day()

    today = card(html, "today")
    assert "Hana Rewi" in today and f"covering for {teammate.name}" in today
    assert reverse("contact_log", args=[hana.uid]) in today and "Ioane Faleolo" not in today
    fold = html[html.index(f"Covering for {teammate.name}") :]
    assert fold.index("2 people: 1 due today, listed above") < fold.index("Hana Rewi") < fold.index("Ioane Faleolo")
    assert "no contact yet, with their worker since" in fold
    assert "Sefa Leota" not in html
    assert "<b>0</b> of 50 people I support" in html
    assert "You cover for Tom Lealaiauloto. One contact is overdue." in html


def test_in_the_fold_of_covered_people_an_attempt_is_said_and_the_four_answers_log_a_contact(
    signed_in, my_day, worker, teammate
):
    """A person whose contact is due has the answers in Today, once."""
    due, later = parked(teammate, "Hana Rewi", due_in=-1), supported(teammate, "Ioane Faleolo", days_ago=30)
    absence = AbsenceFactory(worker=teammate)
    for person in (due, later):
        CoverFactory(absence=absence, client=person, worker=worker)
        ContactFactory(client=person, on=TODAY, attempt=True, author=worker)
    refresh_derived(due, later)

    html = my_day()

    fold = html[html.index(f"Covering for {teammate.name}") :]
    row = fold[fold.index("Ioane Faleolo") :]
    assert "Tried today" in row and "by Mere Paki, not reached" in row
    assert [fold.count(f'name="answer" value="{answer}"') for answer in ANSWERS] == [1] * 4
    address = reverse("contact_log", args=[later.uid])
    assert f'action="{address}"' in row and html.count(f'action="{reverse("contact_log", args=[due.uid])}"') == 1
    answer = {"answer": "not_reached", "submission_id": uuid4(), "back": "list"}
    assert signed_in(worker).post(address, answer).headers["Location"] == "/"


ANSWERS = ("no_support_needed", "support_wanted", "other", "not_reached")


def test_a_contact_by_the_worker_who_covers_is_theirs_and_the_person_stays_the_workers(
    signed_in, today, worker, teammate
):
    person = parked(teammate, "Hana Rewi", due_in=0)
    absence = AbsenceFactory(worker=teammate)
    CoverFactory(absence=absence, client=person, worker=worker)
    client = signed_in(worker)

    client.post(reverse("contact_log", args=[person.uid]), {"answer": "no_support_needed", "submission_id": uuid4()})

    assert person.contacts.get().author == worker
    assert person.allocations.get().worker == teammate
    html = tight(client.get("/").content.decode())
    assert "Hana Rewi" not in card(html, "today")
    assert "1 person: no contact due this week" in html[html.index("Covering for") :]


def test_a_manager_who_only_covers_has_a_day_of_their_own(signed_in, today, manager, team, worker):
    person = ClientFactory(supported_by=worker, name="Hana Rewi")
    absence = AbsenceFactory(worker=worker)
    CoverFactory(absence=absence, client=person, worker=manager)

    html = signed_in(manager).get("/").content.decode()

    assert "Hana Rewi" in html
    assert ">My day<" in html


# The first week -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def begins(worker):
    """Let the worker's first post begin so many days ago."""

    def begin(days_ago):
        worker.posts.update(starts_on=TODAY - timedelta(days=days_ago))

    return begin


@pytest.mark.parametrize(("days_ago", "shown"), [(0, True), (6, True), (7, False)], ids=["first", "seventh", "eighth"])
def test_the_first_week_shows_three_steps(my_day, worker, begins, days_ago, shown):
    begins(days_ago)
    supported(worker, "Salote Fifita", support="high", days_ago=100)
    html = my_day()
    steps = card(html, "first-week")
    links = [f'href="{reverse(name)}"' in steps for name in ("people", "log_pick", "mine")]
    assert (bool(steps), links) == (shown, [shown] * 3)
    assert bool(card(html, "quiet")) is not shown and bool(card(html, "points")) is not shown


@pytest.mark.parametrize("days", [90, 91], ids=["13 weeks less a day", "13 weeks"])
def test_a_worker_who_comes_back_after_13_weeks_reads_the_three_steps_again(my_day, worker, days):
    back = TODAY - 3 * DAY
    worker.posts.update(starts_on=date(2024, 5, 6), ends_before=back - days * DAY)
    PostFactory(worker=worker, starts_on=back)
    parked(worker, "Salote Fifita", due_in=-20)
    html = my_day()
    assert bool(card(html, "first-week")) is (days == 91)
    assert ("was due 23 October, before your first day" in html) is (days == 91)


@pytest.mark.parametrize(
    ("due_in", "days_ago", "says"),
    [
        (-20, 3, "was due 23 October, before your first day"),
        (-3, 3, "3 days over"),
        (-20, 10, "10 days over"),
        (-20, 400, "20 days over"),
    ],
    ids=["before the first day", "on the first day", "after the first week", "long here"],
)
def test_nothing_is_late_that_could_not_have_been_done(my_day, worker, begins, due_in, days_ago, says):
    begins(days_ago)
    parked(worker, "Salote Fifita", due_in=due_in)
    html = my_day()
    assert says in card(html, "today")
    assert ("One contact is due today. It was due before your first day." in html) is ("before" in says)
    assert ("overdue" in html) is ("over" in says)


def test_a_worker_who_supports_no_one_reads_so(my_day):
    assert "You support no one yet." in my_day()
