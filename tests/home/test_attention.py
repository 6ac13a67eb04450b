"""What needs those who lead a team: each kind as one line, named, linked, in order, and gone once it is done."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peerload.home import attention_lines
from tests import factories
from tests.conftest import TODAY
from tests.long import times
from tests.shared import shared
from tests.workload.months.scene import carry
from workload import actions as work
from workload.months import actions as months

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
DAY = timedelta(days=1)


def hold(worker, count: int = 1, **facts) -> list:
    people = [factories.ClientFactory(supported_by=worker, **facts) for _ in range(count)]
    factories.refresh_derived(*people, workers=[worker])
    return people


def lines_of(client, **asked) -> dict[str, tuple[str, str]]:
    """Return the lines of the page by kind: the words as they are read, and the address."""
    answer = client.get(reverse("team"), asked)
    assert answer.status_code == 200
    html = unescape(answer.content.decode())
    found = answer.context["lines"]
    places = [html.index(f"<span>{line.words}</span>") for line in found]
    assert places == sorted(places), "they are drawn in their order"
    return {line.kind: (line.words, line.url) for line in found}


# Each kind: appears, is named, is linked, and is gone once it is done -----------------------------------------------------


def no_one_covers(worker, teammate, **_):
    [person] = hold(worker, statutory=True)
    absence = factories.AbsenceFactory(worker=worker)
    url = reverse("cover_board", args=[absence.pk])
    return (
        f"{worker.name} is away: no one covers 1 of their people, 1 statutory",
        url,
        lambda: factories.CoverFactory(absence=absence, client=person, worker=teammate),
    )


def waits(team, **_):
    person = factories.ClientFactory(organisation=team.organisation, team=team, support=None)
    return "1 person without a worker, 1 not arranged", reverse("waiting"), person.delete


def over(worker, **_):
    carry(worker, 104)
    words = f"{worker.name} is over the limit: 114 of 100 points"
    return words, reverse("points", args=[worker.uid]), lambda: worker.responsibilities.all().delete()


def reports(team, manager, **_):
    work.create_scheme(team.organisation)
    months.send(team=team, month=date(2026, 8, 1), by=manager, today=TODAY)
    return (
        "Reports: September is 28 days late, October is due in 3 days",
        "#reports",
        lambda: months.send(team=team, month=date(2026, 9, 1), by=manager, today=TODAY),
    )


def decides(worker, **_):
    [person] = hold(worker, support="parked", since=TODAY - timedelta(weeks=24), name="Aroha Tane")
    return (
        "1 decision waits for you: Aroha Tane",
        "#decide",
        lambda: (
            person.tiers.update(tier="high"),
            factories.refresh_derived(person),
        ),
    )


def leaves(worker, **_):
    hold(worker, 2)
    leaving = factories.LeavingFactory(member=worker, last_day=date(2026, 12, 18))
    words = f"{worker.name} leaves 18 December: 2 people to hand over"
    return words, reverse("leaving", args=[worker.uid]), leaving.delete


def away_for_long(worker, **_):
    absence = factories.AbsenceFactory(worker=worker, starts_on=TODAY, expected_back=TODAY + timedelta(days=57))
    words = f"Away over eight weeks: {worker.name}. Talk with the service manager"
    return words, reverse("away", args=[absence.pk]), absence.delete


def away_soon(worker, **_):
    hold(worker, 2)
    absence = factories.AbsenceFactory(worker=worker, starts_on=TODAY + 3 * DAY)
    words = f"{worker.name} is away from 15 November: no one covers 2 of their people then"
    return words, reverse("cover_board", args=[absence.pk]), absence.delete


def contact_over(team, worker, **_):
    [person] = hold(worker, support="parked", since=TODAY - timedelta(days=42 + 7))
    words = f"{worker.name}: 1 contact overdue by a week or more"
    url = f"{reverse('people')}?contact=week_over&team={team.pk}"
    return words, url, lambda: (factories.ContactFactory(client=person, on=TODAY), factories.refresh_derived(person))


CASES = {
    "alone": no_one_covers,
    "waiting": waits,
    "late": reports,
    "decisions": decides,
    "leaving": leaves,
    "long": away_for_long,
    "soon": away_soon,
    "contacts": contact_over,
}


@pytest.mark.parametrize("kind", CASES)
def test_each_kind_is_one_line_that_leads_to_where_it_is_done(
    signed_in, organisation, team, manager, worker, teammate, kind
):
    client = signed_in(manager)
    assert kind not in lines_of(client)

    words, url, done = CASES[kind](
        organisation=organisation, team=team, manager=manager, worker=worker, teammate=teammate
    )

    said, leads_to = lines_of(client)[kind]
    assert said == words
    assert leads_to.endswith(url)
    there = client.get(leads_to)
    assert there.status_code == 200
    if "#" in leads_to:
        assert f'id="{leads_to.partition("#")[2]}"' in there.content.decode()
    done()
    assert lines_of(client).get(kind, ("", ""))[0] != words


# Boundary days and order -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("over", [6, 7, 8], ids=["six days over", "seven", "eight"])
@pytest.mark.parametrize("days", [-20, 20], ids=["on a past day", "on a coming day"])
def test_on_another_day_a_contact_counts_from_a_week_over(signed_in, manager, worker, over, days):
    day = TODAY + timedelta(days=days)
    person = hold(worker, support="parked", since=day - timedelta(days=200))[0]
    for ago in (42 + over, 100):
        factories.ContactFactory(client=person, on=day - timedelta(days=ago))
    if days < 0:
        factories.ContactFactory(client=person, on=day + DAY)  # not known on that day
    factories.refresh_derived(person)
    asked = {"on": day.isoformat()}
    answer = signed_in(manager).get(reverse("team"), asked)
    assert [row.figures.contacts_over for row in answer.context["rows"]] == [int(over >= 7)]


@pytest.mark.parametrize("days", [56, 57], ids=["eight weeks", "a day more"])
def test_an_absence_is_a_line_from_a_day_more_than_eight_weeks(signed_in, manager, worker, days):
    factories.AbsenceFactory(worker=worker, starts_on=TODAY, expected_back=TODAY + timedelta(days=days))
    assert ("long" in lines_of(signed_in(manager))) is (days == 57)


@pytest.mark.parametrize("over", [6, 7, 8], ids=["six days over", "seven", "eight"])
def test_a_contact_is_a_line_and_in_its_list_from_a_week_over(signed_in, manager, worker, over):
    [person] = hold(worker, support="parked", since=TODAY - timedelta(days=42 + over), name="Aroha Tane")
    client = signed_in(manager)
    assert ("contacts" in lines_of(client)) is (over >= 7)
    listed = client.get(reverse("people"), {"contact": "week_over"}).context["table"].data
    assert (person in list(listed)) is (over >= 7)


def test_the_lines_are_in_order_of_urgency_and_the_least_urgent_are_one(
    signed_in, organisation, team, manager, worker, teammate
):
    for kind in ("contacts", "leaving", "decisions", "waiting"):
        CASES[kind](organisation=organisation, team=team, manager=manager, worker=worker, teammate=teammate)
    third = factories.MemberFactory(organisation=organisation, in_team=team, name="Rua")
    hold(third)
    factories.AbsenceFactory(worker=third, starts_on=TODAY - timedelta(days=60), planned=False)
    carry(teammate, 104)
    carry(worker, 93)

    found = lines_of(signed_in(manager))

    kinds = list(found)
    assert kinds == ["alone", "waiting", "over", "long", "little-room", "due", "decisions", "leaving", "contacts"]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 12), "October’s report is due in 3 days, 2 of 2 records not agreed yet"),
        (date(2026, 11, 14), "October’s report is due in 1 day, 2 of 2 records not agreed yet"),
        (date(2026, 11, 15), "October’s report is due today, 2 of 2 records not agreed yet"),
        (date(2026, 11, 16), "October’s report is 1 day late, 2 of 2 records not agreed yet"),
        (date(2026, 12, 1), "Reports: October is 16 days late, November is due in 14 days"),
        (date(2027, 2, 1), "4 reports to send, 3 late: October 2026, November 2026 and 2 more"),
    ],
)
def test_every_month_whose_report_is_open_is_named_with_its_days(
    signed_in, team, manager, worker, teammate, on, day, words
):
    work.create_scheme(team.organisation)
    months.send(team=team, month=date(2026, 9, 1), by=manager, today=TODAY)
    on(day)
    [(said, url)] = [line for kind, line in lines_of(signed_in(manager)).items() if kind in ("late", "due")]
    assert said == words
    assert url.endswith("month=2026-10" if words.startswith("October") else "#reports")


def test_names_beyond_two_are_counted():
    assert attention_lines.named(["Ana", "Mere"]) == "Ana and Mere"
    assert attention_lines.named(["Ana", "Mere", "Tom"]) == "Ana, Mere and 1 more"
    assert attention_lines.named(["Ana"], 3) == "Ana and 2 more"


def test_where_nothing_is_wrong_one_sentence_says_so(signed_in, team, manager, worker):
    work.create_scheme(team.organisation)
    months.send(team=team, month=date(2026, 10, 1), by=manager, today=TODAY)
    html = signed_in(manager).get(reverse("team")).content.decode()
    assert "All is well: nothing needs you in this team." in html


def test_on_another_day_only_facts_of_that_day_are_lines(signed_in, organisation, team, manager, worker, teammate):
    CASES["late"](organisation=organisation, team=team, manager=manager, worker=worker, teammate=teammate)
    hold(worker, 2)
    factories.AbsenceFactory(worker=worker, starts_on=TODAY + 30 * DAY)
    client = signed_in(manager)
    assert list(lines_of(client)) == ["late"]
    ahead = lines_of(client, on=(TODAY + 30 * DAY).isoformat())
    assert list(ahead) == ["alone"]
    assert ahead["alone"][0] == f"{worker.name} is away: no one covers 2 of their people"


# The table -------------------------------------------------------------------------------------------------------------


@shared(dated=True)
def four(organisation, team):
    """Four workers: Ari with an overdue contact, Bo over the limit, Cy with little room, Di at half time."""
    found = [
        factories.MemberFactory(organisation=organisation, in_team=team, name=name) for name in ("Ari", "Bo", "Cy")
    ]
    found.append(factories.MemberFactory(organisation=organisation, in_team=team, name="Di", post__fte=Decimal("0.5")))
    hold(found[0], support="parked", since=TODAY - timedelta(days=60))
    carry(found[1], 110)
    carry(found[2], 93)
    return found


@pytest.mark.parametrize(("held", "is_said"), [(99, True), (104, False)])
def test_beside_the_day_it_says_that_no_one_is_over_the_limit(signed_in, manager, worker, held, is_said):
    carry(worker, held)

    html = signed_in(manager).get(reverse("team")).content.decode()

    assert ("No one is over the limit." in html) == is_said


@pytest.mark.parametrize(
    ("sort", "names", "header"),
    [
        (None, ["Ari", "Bo", "Cy", "Di"], "Name"),
        ("name", ["Ari", "Bo", "Cy", "Di"], "Name"),
        ("total", ["Bo", "Cy", "Ari", "Di"], "Total"),
        ("room", ["Bo", "Cy", "Di", "Ari"], "Room"),
        ("overdue", ["Ari", "Bo", "Cy", "Di"], "Overdue"),
        ("height", ["Ari", "Bo", "Cy", "Di"], "Name"),
    ],
)
def test_the_table_is_sorted_as_asked_and_stays_so(signed_in, manager, four, sort, names, header):
    client = signed_in(manager)
    asked = {"sort": sort} if sort else {}
    for query in (asked, {}):
        answer = client.get(reverse("team"), query)
        assert [row.figures.worker.name for row in answer.context["rows"]] == names
        html = answer.content.decode()
        assert html.count("aria-sort") == 1
        assert f">{header}" in html[html.index("aria-sort") :].partition('aria-current="true"')[2].split("</a>")[0]
        assert html.index("<tfoot") > html.index(names[-1]), "the sums stay below"


def test_the_number_of_overdue_contacts_leads_to_exactly_these_people(
    signed_in, organisation, team, other_team, manager, four
):
    ari, bo, *_rest = four
    late = TODAY - timedelta(days=60)
    hold(ari, support="parked", since=late)
    hold(ari, support="parked", since=late, contact_preference="please_dont")
    hold(ari, support="parked", since=TODAY - timedelta(days=45))
    hold(bo, support="parked", since=late)
    client = signed_in(manager)

    page = client.get(reverse("team"))

    counted = {row.figures.worker.name: row.figures.contacts_over for row in page.context["rows"]}
    assert counted == {"Ari": 2, "Bo": 1, "Cy": 0, "Di": 0}
    html = unescape(page.content.decode())
    for worker in (ari, bo):
        url = f"{reverse('people')}?contact=week_over&worker={worker.uid}&team={team.pk}"
        assert f'<a href="{url}">{counted[worker.name]}' in html
        assert len(client.get(url).context["table"].data) == counted[worker.name]
    whole = next(line for line in page.context["lines"] if line.kind == "contacts")
    assert whole.words == "Ari (2) and Bo (1): 3 contacts overdue by a week or more"
    assert len(client.get(whole.url).context["table"].data) == 3
    # A person of another team is counted for the worker and not listed for the manager: so no link says 2.
    hold(bo, support="parked", since=late, team=other_team)
    html = client.get(reverse("team")).content.decode()
    assert f"worker={bo.uid}" not in html and "people of another team. You do not see them." in html
    tomorrow = client.get(reverse("team"), {"on": (TODAY + DAY).isoformat()}).content.decode()
    assert "week_over" not in tomorrow


def test_a_row_opens_onto_the_rest(signed_in, manager, worker, teammate):
    plan = factories.TimePlanFactory(worker=worker, state="agreed")
    factories.SessionFactory(worker=worker, kind="supervision", planned_on=TODAY + 3 * DAY, held_on=None)
    factories.SessionFactory(worker=worker, kind="supervision", planned_on=TODAY - 30 * DAY, held_on=TODAY - 30 * DAY)
    client = signed_in(manager)

    html = client.get(reverse("team")).content.decode()

    row = html[html.index(f">{worker.name}</a>") :].split("</tr>")[0]
    assert "15 Nov" in row and "Last supervision: 13 October." in row
    assert f"{reverse('team_sessions')}#w-{worker.uid}" in row
    assert reverse("plan", args=[plan.uid]) in row and client.get(reverse("plan", args=[plan.uid])).status_code == 200
    assert f'id="w-{worker.uid}"' in client.get(reverse("team_sessions")).content.decode()
    assert "<span>none</span>" in html[html.index(f">{teammate.name}</a>") :].split("</tr>")[0]


# Several teams ---------------------------------------------------------------------------------------------------------

WORKERS = st.fixed_dictionaries(
    {
        "people": st.integers(0, 2),
        "over": st.sampled_from([None, 6, 7]),  # days that the contact of one more person is over
        "away": st.sampled_from([None, None, -3, 10, 60]),  # days since the first day away
        "is_covered": st.booleans(),
        "leaves": st.booleans(),
        "carries": st.sampled_from([None, None, 93, 110]),  # points, before those of people
        "asks": st.sampled_from([None, None, "plan", "leave"]),  # what waits for a decision of who leads the team
    }
)
OF_TEAM = {
    "workers": st.lists(WORKERS, max_size=2),
    "waits": st.integers(0, 2),
    "report": st.sampled_from(["sent", "asked about", "due", "late"]),  # of October; late: that of September too
}
TEAMS = st.lists(st.fixed_dictionaries(OF_TEAM), min_size=2, max_size=3)


def begin(team, leader, facts) -> dict[str, int]:
    """Write down what one worker's facts are, and return the numbers that follow from them."""
    worker = factories.MemberFactory(organisation=team.organisation, in_team=team)
    people = hold(worker, facts["people"], team=team)
    if facts["over"]:
        people += hold(worker, support="parked", since=TODAY - timedelta(days=42 + facts["over"]), team=team)
    if facts["carries"]:
        carry(worker, facts["carries"])
    if facts["leaves"]:
        factories.LeavingFactory(member=worker, last_day=date(2026, 12, 18), organisation=team.organisation)
    if facts["away"]:
        absence = factories.AbsenceFactory(worker=worker, starts_on=TODAY - timedelta(days=facts["away"]))
        for person in people if facts["is_covered"] else []:
            factories.CoverFactory(absence=absence, client=person, worker=leader)
    is_away = facts["away"] is not None and facts["away"] >= 0
    if facts["asks"] == "plan":
        factories.TimePlanFactory(worker=worker, state="proposed", starts_on=date(2026, 11, 16))
    elif facts["asks"] == "leave":
        factories.LeaveRequestFactory(worker=worker)
    return {
        "decisions": int(facts["asks"] is not None),
        "alone": len(people) if is_away and not facts["is_covered"] else 0,
        "soon": len(people) if facts["away"] == -3 and not facts["is_covered"] else 0,
        "over": int(facts["carries"] == 110),
        "little-room": int(facts["carries"] == 93),
        "leaving": int(facts["leaves"]),
        "long": int(facts["away"] == 60),
        "contacts": int(facts["over"] == 7),
        "people": len(people),
        "workers": 1,
        "away": int(is_away),
    }


NUMBERED = {
    "alone": "no one covers {} p",
    "soon": "no one covers {} p",
    "waiting": "{} p",
    "little-room": "{} with little room",
    "due": "October’s report is due in 3 days",
    "late": "Reports: September is 28 days late, October is due in 3 days",
    "questions": "{} question about a report",
    "over": "{} over the limit",
    "leaving": "{} leaving",
    "long": "{} away over eight weeks",
    "contacts": "{} contact",
}


def begin_report(team, manager, facts) -> dict[str, int]:
    """Send October's report, or leave it; a team that has sent August's is late with September's."""
    if not facts["workers"]:
        return {}
    sent = {"due": [], "late": [8], "sent": [10], "asked about": [10]}[facts["report"]]
    for number in sent:
        report = months.send(team=team, month=date(2026, number, 1), by=manager, today=TODAY)
    if facts["report"] == "asked about":
        factories.ReportQuestionFactory(report=report)
    return {
        "due": int(facts["report"] == "due"),
        "late": int(facts["report"] == "late"),
        "questions": int(facts["report"] == "asked about"),
    }


@settings(max_examples=times(6, 150), deadline=None, suppress_health_check=list(HealthCheck))
@given(teams=TEAMS, leads=st.sampled_from(["manager", "deputy", "acting"]))
def test_no_figure_and_no_alarm_of_any_team_is_missed_on_the_first_page(signed_in, teams, leads):
    organisation = factories.OrganisationFactory()
    work.create_scheme(organisation)
    leader = factories.MemberFactory(organisation=organisation, role="manager", name="Ana Whitford")
    other = factories.MemberFactory(organisation=organisation, role="manager", name="Kiri Ihaka")
    absence = factories.AbsenceFactory(worker=other, starts_on=TODAY - DAY) if leads == "acting" else None
    expected = {}
    for number, given_team in enumerate(teams):
        leading = {"manager": leader}  # of the first; of the others as was drawn
        if number and leads != "manager":
            leading = {"manager": other, "deputy": leader if leads == "deputy" else None}
        team = factories.TeamFactory(organisation=organisation, name=f"Team {number}", **leading)
        if absence and number:
            factories.ActingManagerFactory(team=team, member=leader, absence=absence, starts_on=TODAY - DAY)
        expected[team] = Counter()
        for facts in given_team["workers"]:
            expected[team].update(begin(team, leader, facts))
        factories.ClientFactory.create_batch(given_team["waits"], organisation=organisation, team=team, support=None)
        expected[team]["waiting"] = given_team["waits"]
        expected[team].update(begin_report(team, leading["manager"], given_team))
    factories.TeamFactory(organisation=organisation, name="Not mine", manager=other)
    client = signed_in(leader)

    answer = client.get(reverse("team"))

    rows = {row.key: row for row in answer.context["rows"]}
    assert list(rows) == [team.pk for team in expected]
    html = unescape(answer.content.decode())
    for team, numbers in expected.items():
        row = rows[team.pk]
        said = {line.kind: line.short for line in row.lines}
        for kind, words in NUMBERED.items():
            assert (kind in said) is (numbers[kind] > 0), (kind, said, numbers)
            assert words.format(numbers[kind]) in said[kind] if numbers[kind] else True
        sums = row.sums
        assert (sums.workers, sums.people.total) == (numbers["workers"], numbers["people"])
        assert (sums.away, sums.contacts_over, sums.over_limit) == (
            numbers["away"],
            numbers["contacts"],
            numbers["over"],
        )
        assert all(f"{line.short}</a>" in html for line in row.lines)
        page = client.get(reverse("team"), {"team": team.pk})
        assert page.context["sums"] == sums, "the page of the team says the same"
        there = [
            line
            for line in page.context["lines"]
            if line.kind not in ("decisions", "rest", "news", "other-team", "duties")
        ]
        assert there == [line for line in row.lines if not line.rest]
        others = " ".join(line.words for line in page.context["lines"] if line.kind == "other-team")
        for each in expected:
            urgent = any(line.is_urgent for line in rows[each.pk].lines)
            assert (f"{each.name}: " in others) is (urgent and each != team)
    said = {line.kind: line.words for line in answer.context["lines"]}
    decisions = sum(numbers["decisions"] for numbers in expected.values())
    assert ("decisions" in said) is (decisions > 0)
    assert said.get("decisions", "").startswith(f"{decisions} decision" if decisions else "")
    assert answer.context["whole"].sums.workers == sum(numbers["workers"] for numbers in expected.values())
    assert "Not mine" not in html


def test_who_deputises_for_a_second_team_sees_both_and_a_worker_none(
    signed_in, organisation, team, manager, worker, teammate
):
    second = factories.TeamFactory(organisation=organisation, name="Waterfront", deputy=worker)
    assert signed_in(worker).get(reverse("team")).context["team"] == second
    team.deputy = worker
    team.save()
    assert [row.name for row in signed_in(worker).get(reverse("team")).context["rows"]] == ["Harbourside", "Waterfront"]
    assert signed_in(manager).get(reverse("team")).context["team"] == team
    assert signed_in(teammate).get(reverse("team")).status_code == 404


def test_all_teams_ask_as_often_for_two_teams_as_for_five(signed_in, organisation, team, manager, worker):
    def begin_one(name: str) -> None:
        another = factories.TeamFactory(organisation=organisation, name=name, manager=manager)
        there = factories.MemberFactory(organisation=organisation, in_team=another)
        hold(there, 2, support="parked", team=another)

    client = signed_in(manager)
    begin_one("Waterfront")
    client.get(reverse("team"))
    with CaptureQueriesContext(connection) as few:
        assert len(client.get(reverse("team")).context["rows"]) == 2
    for name in ("Hill", "Park", "Quay"):
        begin_one(name)
    with CaptureQueriesContext(connection) as many:
        assert len(client.get(reverse("team")).context["rows"]) == 5
    assert len(many) == len(few)
