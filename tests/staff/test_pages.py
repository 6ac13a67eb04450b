"""Pages of staff, posts, teams, the service and absences."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from peerload.core import events
from peerload.notices.models import Message
from peerload.staff import actions
from peerload.staff.forms.service import ServiceForm
from peerload.staff.models import Absence, ClosureDay, Member, MemberEvent, Organisation, Post, Team
from tests import factories
from tests.conftest import TODAY
from tests.html import tight

WEEK = timedelta(days=7)


@pytest.fixture
def announced(monkeypatch):
    """What was told to the receivers that derive something from these facts."""
    heard = []
    monkeypatch.setattr(events, "send_facts_changed", lambda organisation_id, **units: heard.append(units))
    monkeypatch.setattr(events, "send_everything_changed", lambda organisation_id: heard.append("everything"))
    return heard


@pytest.fixture
def as_admin(signed_in, admin, today, settings):
    settings.EMAIL_URL = "smtp://localhost"
    return signed_in(admin)


@pytest.fixture
def as_manager(signed_in, manager, team, today):
    return signed_in(manager)


def words(response) -> str:
    return tight(response.content.decode().replace("&#x27;", "'"))


# Staff -----------------------------------------------------------------------------------------------------------------


def new(**more):
    return {"name": "Hana Ruru", "email": "Hana@Harbourside.example", "role": "peer_worker", "invite": "on"} | more


def test_an_admin_adds_somebody_who_is_invited_at_once(as_admin, organisation, team):
    assert as_admin.post(reverse("staff_add"), new(home_team=team.pk)).status_code == 302

    member = Member.objects.get(name="Hana Ruru")
    assert (member.email, member.home_team, member.organisation) == ("hana@harbourside.example", team, organisation)
    assert Message.objects.get(recipient=member).kind == "invitation"


def test_the_same_email_twice_is_refused_in_words_and_what_was_typed_stays(as_admin, worker):
    response = as_admin.post(reverse("staff_add"), new(email=worker.email))

    assert response.status_code == 422
    assert "Mere Paki, who is among the staff already" in words(response)
    assert 'value="Hana Ruru"' in words(response)


def test_one_person_may_work_for_two_services(as_admin):
    elsewhere = factories.MemberFactory(user__email="hana@harbourside.example")

    as_admin.post(reverse("staff_add"), new())

    assert elsewhere.user.members.count() == 2


def edit(member, **more):
    return {"name": member.name, "role": member.role, "home_team": member.home_team_id or "", "active": "on"} | more


def change(client, member, **more):
    data = {name: value for name, value in edit(member, **more).items() if value is not None}
    return client.post(reverse("staff_edit", args=[member.uid]), data)


def test_a_change_leaves_what_was_before_in_the_history_with_who_did_it(as_admin, admin, worker):
    assert change(as_admin, worker, role="manager").status_code == 302

    event = MemberEvent.objects.get(pgh_obj=worker)
    assert event.role == "peer_worker"
    assert event.pgh_context.metadata["member"] == admin.pk


def test_nobody_who_supports_people_is_closed(as_admin, worker):
    factories.ClientFactory(supported_by=worker)

    response = change(as_admin, worker, active=None)

    assert response.status_code == 422
    assert "Mere Paki still supports one person. Hand them over first." in words(response)
    assert Member.objects.get(pk=worker.pk).active


def test_nobody_who_leads_a_team_is_closed_or_becomes_an_admin(as_admin, manager, team):
    for more in ({"active": None}, {"role": "admin"}):
        assert "Ana Whitford leads Harbourside." in words(change(as_admin, manager, **more))


def test_the_last_admin_stays_one(as_admin, admin):
    assert "Sam Ito is the only admin." in words(change(as_admin, admin, role="manager"))
    assert "You cannot close your own sign-in" in words(change(as_admin, admin, active=None))


def test_the_staff_list_asks_as_often_for_two_as_for_forty(as_admin, team, django_assert_num_queries, organisation):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            as_admin.get(reverse("staff"))
        counts.append(len(queries))
        for _ in range(38):
            factories.MemberFactory(organisation=organisation, in_team=team)
    assert counts[0] == counts[1]


# Posts -----------------------------------------------------------------------------------------------------------------


def post(**more):
    return {"starts_on": "2026-12-01", "last_day": "", "fte": "0.8", "weekly_hours": "30", "duty": "on"} | more


def test_a_new_post_ends_the_one_before_the_day_before(as_admin, worker, team, announced):
    assert as_admin.post(reverse("post_add", args=[worker.uid]), post(team=team.pk)).status_code == 302

    old, new_post = Post.objects.filter(worker=worker).order_by("starts_on")
    assert (old.ends_before, new_post.starts_on, new_post.fte, new_post.duty) == (
        date(2026, 12, 1),
        date(2026, 12, 1),
        Decimal("0.8"),
        True,
    )
    assert announced == [{"workers": [worker.pk]}]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"last_day": "2026-11-30"}, "The last day is before the first day. Choose a later last day."),
        ({"fte": "0"}, "FTE is above 0 and at most 1.5."),
        ({"fte": "1.6"}, "FTE is above 0 and at most 1.5."),
        ({"fte": "NaN"}, "Write a number"),
        ({"fte": "1e400"}, "Ensure that there are no more than"),
        ({"weekly_hours": "169"}, "Write 168 or less."),
        ({"starts_on": "31/11/2026"}, "Write the day as in"),
        ({"starts_on": "0001-01-01"}, "Check the year."),
        ({"starts_on": "9999-12-31", "last_day": "9999-12-31"}, "Check the year."),
        ({"starts_on": "2025-01-06"}, "has another post from 6 January 2025"),
        ({"starts_on": "2024-01-01"}, "has another post from 6 January 2025"),
    ],
)
def test_what_contradicts_is_refused_in_words(as_admin, worker, given, said):
    response = as_admin.post(reverse("post_add", args=[worker.uid]), post(**given))

    assert response.status_code == 422
    assert said in words(response)
    assert Post.objects.filter(worker=worker).count() == 1


def test_a_post_corrected_into_another_is_refused_by_the_database_in_words(as_admin, worker):
    later = (
        factories.PostFactory(worker=worker, starts_on=date(2027, 1, 1))
        if Post.objects.filter(worker=worker).update(ends_before=date(2027, 1, 1))
        else None
    )

    response = as_admin.post(reverse("post_edit", args=[later.pk]), post(starts_on="2026-12-01"))

    assert response.status_code == 422
    assert "Mere Paki has another post in these days." in words(response)


# Teams, closure days, the service --------------------------------------------------------------------------------------


def test_a_team_has_a_manager_and_a_deputy_who_are_two(as_admin, manager, worker):
    assert (
        as_admin.post(reverse("team_add"), {"name": "South", "manager": manager.pk, "deputy": worker.pk}).status_code
        == 302
    )
    assert Team.objects.get(name="South").deputy == worker

    response = as_admin.post(reverse("team_add"), {"name": "West", "manager": manager.pk, "deputy": manager.pk})
    assert "have to be different people" in words(response)


def test_the_teams_say_who_manages_and_who_deputises(as_admin, team):
    page = words(as_admin.get(reverse("teams")))

    assert [page.count(f">{heading}</th>") for heading in ("Name", "Manager", "Deputy")] == [1, 1, 1]


def test_a_team_name_is_there_once(as_admin, team):
    for name in ("harbourside", "Hārbourside", "“Harbourside”"):
        says = words(as_admin.post(reverse("team_add"), {"name": name}))
        assert "There is a team Harbourside already. Choose another name." in says, name
    assert Team.objects.count() == 1


def test_two_teams_whose_names_read_alike_from_before_are_saved_as_they_are(as_admin, team, admin):
    other = factories.TeamFactory(organisation=team.organisation, name="Hārbourside")
    words = {"organisation": team.organisation, "by": admin, "manager": None, "deputy": None, "team_id": other.pk}

    assert actions.save_team(name="Hārbourside", **words).name == "Hārbourside"
    with pytest.raises(actions.Contradicts, match="There is a team Harbourside already"):
        actions.save_team(name="HARBOURSIDE!", **words)


def test_an_admin_is_never_offered_to_lead_a_team(as_admin, admin, service_manager):
    page = words(as_admin.get(reverse("team_add")))

    assert f'value="{service_manager.pk}"' not in page and f'value="{admin.pk}"' not in page


def test_a_closure_day_counts_everything_anew(as_admin, organisation, announced):
    assert as_admin.post(reverse("closures"), {"on": "2026-12-29", "label": "Between the years"}).status_code == 302
    day = ClosureDay.objects.get(organisation=organisation)
    assert "already" in words(as_admin.post(reverse("closures"), {"on": "2026-12-29"}))

    as_admin.post(reverse("closure_remove", args=[day.pk]))

    assert announced == ["everything", "everything"]
    assert not ClosureDay.objects.exists()


def service(organisation, **more):
    names = """name timezone region full_time_hours person_noun people_noun greeting
        parked_weeks inactive_weeks undo_weeks consecutive_over
        boundary_high boundary_medium boundary_group boundary_parked
        quiet_high quiet_medium quiet_group action_days""".split()
    return {name: getattr(organisation, name) for name in names} | {"cycle_anchor": ""} | more


def test_who_to_call_tonight_is_a_setting_and_may_be_empty(as_admin, organisation, announced):
    for line in ("Call or text 1737, any time.", ""):
        as_admin.post(reverse("service"), service(organisation, tonight_line=line))
        assert Organisation.objects.get(pk=organisation.pk).tonight_line == line
    assert announced == []


def test_every_setting_of_the_service_stands_once_in_a_section_that_the_list_above_leads_to(as_admin, organisation):
    html = as_admin.get(reverse("service")).content.decode()
    held = [name for section in ServiceForm.SECTIONS for name in section.fields]
    assert sorted(held) == sorted(ServiceForm.base_fields)
    anchors = re.findall(r'<li><a href="#([\w-]+)">', html)
    assert anchors == re.findall(r'<fieldset class="pl-section" id="([\w-]+)">', html)
    assert (len(anchors), html.count('<legend class="pl-section__name">')) == (6, 6)
    order = [html.index(f'name="{name}"') for name in held]
    assert order == sorted(order)


def test_what_signs_in_stands_apart_from_calendar_and_screen(signed_in, worker, today):
    html = signed_in(worker).get(reverse("account")).content.decode()
    sign_in, devices = (
        html.partition(f'<h2 id="{name}">')[2].partition("</section>")[0] for name in ("signin", "devices")
    )
    links = [reverse(name) for name in ("my_calendar", "light_or_dark")]
    assert [(f'href="{link}"' in sign_in, f'href="{link}"' in devices) for link in links] == [(False, True)] * 2
    assert reverse("account_change_password") in sign_in and "Sign out" in sign_in


def test_another_region_counts_everything_anew_another_greeting_nothing(as_admin, organisation, announced):
    as_admin.post(reverse("service"), service(organisation, greeting="Kia ora"))
    assert (Organisation.objects.get(pk=organisation.pk).greeting, announced) == ("Kia ora", [])

    as_admin.post(reverse("service"), service(organisation, region="GB-ENG"))
    assert (Organisation.objects.get(pk=organisation.pk).region, announced) == ("GB-ENG", ["everything"])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"timezone": "Auckland"}, "is not a time zone"),
        ({"timezone": "../etc/passwd"}, "is not a time zone"),
        ({"region": "NZ-XXX"}, "is not a region"),
        ({"region": "Narnia"}, "is not a region"),
        ({"cycle_anchor": "2026-11-12"}, "That day is not a Monday. Choose a Monday."),
        ({"full_time_hours": "0"}, "Write 1 or more."),
        ({"parked_weeks": "-1"}, "Write 1 or more."),
        ({"parked_weeks": "six"}, "Write a whole number."),
        ({"quiet_high": "0"}, "Write 1 or more."),
        ({"quiet_medium": "366"}, "Write 365 or less."),
        ({"quiet_group": "a month"}, "Write a whole number."),
    ],
)
def test_settings_nobody_could_work_with_are_refused(as_admin, organisation, given, said):
    response = as_admin.post(reverse("service"), service(organisation, **given))

    assert response.status_code == 422
    assert said in words(response)


# Away ------------------------------------------------------------------------------------------------------------------


def away(who, **more):
    return {
        "worker": who.pk,
        "starts_on": "2026-11-10",
        "expected_back": "2026-11-20",
        "planned": "yes",
        "kind": "leave",
    } | more


def test_a_manager_records_who_is_away_and_that_they_are_back(as_manager, worker):
    assert as_manager.post(reverse("absence_add"), away(worker)).status_code == 302
    absence = Absence.objects.get()
    assert (absence.planned, absence.expected_back, absence.organisation) == (
        True,
        date(2026, 11, 20),
        worker.organisation,
    )
    assert "Mere Paki" in words(as_manager.get(reverse("absences")))

    data = away(worker, ends_before="2026-11-16")
    assert as_manager.post(reverse("absence_edit", args=[absence.pk]), data).status_code == 302
    absence.refresh_from_db()
    assert absence.ends_before == date(2026, 11, 16)


@pytest.mark.parametrize(
    ("expected", "band"),
    [
        (date(2026, 6, 14), "under two weeks"),
        (date(2026, 6, 15), "two to eight weeks"),
        (date(2026, 7, 27), "two to eight weeks"),
        (date(2026, 7, 28), "over eight weeks"),
    ],
    ids=["13 days", "14 days", "56 days", "57 days"],
)
def test_the_page_says_the_band(signed_in, manager, worker, on, expected, band):
    """H01"""
    on(date(2026, 6, 1))
    factories.AbsenceFactory(worker=worker, starts_on=date(2026, 6, 1), expected_back=expected)

    assert band in words(signed_in(manager).get(reverse("absences")))


def test_past_the_expected_return_somebody_is_still_away(as_manager, worker):
    factories.AbsenceFactory(worker=worker, starts_on=TODAY - 2 * WEEK, expected_back=TODAY - WEEK)

    assert "return date has passed" in words(as_manager.get(reverse("absences")))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"expected_back": "2026-11-10"}, "The expected return is before the first day away. Choose a later day."),
        ({"worker": ""}, "Say who is away."),
        ({"starts_on": "2026-11-03", "expected_back": ""}, "is recorded as away on some of these days already"),
    ],
)
def test_an_absence_that_contradicts_is_refused(as_manager, worker, given, said):
    factories.AbsenceFactory(worker=worker, starts_on=date(2026, 11, 9), ends_before=date(2026, 11, 12))

    response = as_manager.post(reverse("absence_add"), away(worker, **given))

    assert response.status_code == 422
    assert said in words(response)
    assert Absence.objects.count() == 1


def test_of_another_team_nobody_is_offered_or_shown(as_manager, worker, stranger):
    factories.AbsenceFactory(worker=stranger)

    assert "Sina" not in words(as_manager.get(reverse("absences")))
    assert f'value="{stranger.pk}"' not in words(as_manager.get(reverse("absence_add")))


# Light or dark -----------------------------------------------------------------------------------------------------------


def test_the_theme_is_kept_with_the_account_and_on_the_device(signed_in, worker, today):
    client = signed_in(worker)

    client.post(reverse("light_or_dark"), {"theme": "dark", "next": "//evil.example"})

    assert 'data-bs-theme="dark"' in words(client.get(reverse("account")))
    client.logout()
    client.cookies["theme"] = "dark"
    assert 'data-bs-theme="dark"' in words(client.get(reverse("account_login")))
    client.cookies["theme"] = '"><script>'
    assert "<script>" not in words(client.get(reverse("account_login"))).replace("<script src", "")
