"""
A form that is sent twice makes one thing: after a double tap, after Back and Save, after an answer that was lost.

`MAKES` is the table of the routes that make something; a route that is missing from it fails. The world of members and rows is
that of `tests.test_access`.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client as Browser

from caseload.models import Client as Person
from caseload.models import (
    Consent,
    Contact,
    DropIn,
    Goal,
    Group,
    GroupFacilitator,
    GroupMeeting,
    GroupMember,
    GroupSession,
    NextStep,
)
from peerload.core import clock
from peerload.guides.checklists.models import ChecklistRun
from peerload.guides.models import Guide, GuideStep, GuideTemplate
from peerload.guides.surveys.models import SurveyRound
from peerload.interchange.models import Export
from peerload.notices.models import Message, Notice
from peerload.staff.concurrency import SUBMISSION
from peerload.staff.models import Absence, ClosureDay, LeaveKind, Leaving, Member, Post, Team, User
from peerload.staff.templatetags.form_state import views_by_name
from tests import factories
from tests.caseload.test_side_by_side import at_once
from tests.conftest import TODAY
from tests.forms import filled
from tests.test_access import ADMIN, DEPUTY, MANAGER, MATE, OWN, OWNER, SERVICE_MANAGER, STRANGER, STRANGERS, World
from tests.test_concurrency import (
    CARRIES_ITS_OWN,
    OLDER_NUMBER,
    OPENED_TWICE,
    OURS,
    READ_BEFORE,
    just_confirmed,
    nothing,
    said_of,
    with_password,
)
from wellbeing.models import (
    Adjustment,
    LeaveRequest,
    PlanRow,
    PlanTemplate,
    PrivateDocument,
    Session,
    StudyEntry,
    TimeEntry,
    TimeStudy,
)
from workload import tasks
from workload.models import Activity, RemedialAction, ReportQuestion, Responsibility, TeamReport

pytestmark = pytest.mark.django_db

ALREADY = "Nothing was saved a second time."


# States in which there is such a form ------------------------------------------------------------------------------------


def a_newcomer(world):
    """A worker and a person of the team, who belong to no group yet and have given no notice."""
    world.newcomer = factories.MemberFactory(organisation=world.team.organisation, in_team=world.team)
    world.person = factories.ClientFactory(supported_by=world.members[OWNER])


def has_come_in(world):
    """The member has signed in, so that another address has to be confirmed by its link."""
    User.objects.filter(members=world.objects["member", OWN]["pk"]).update(last_login=clock.now())


def no_study(world):
    TimeStudy.objects.filter(worker=world.members[OWNER]).delete()


def mate_is_back(world):
    Absence.objects.filter(worker=world.members[MATE]).update(ends_before=TODAY)


def leave_lies_ahead(world):
    ahead = {"starts_on": "2027-03-01", "expected_back": "2027-03-06"}
    Absence.objects.filter(worker=world.members[STRANGER]).update(**ahead)


# The table ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Makes:
    """
    A route that makes something.

    :param words: what is typed; or a function that takes the world and returns it
    :param page: the route of the page with the form, where it is posted to another
    :param asks: whether the same words from a fresh page are asked about; a button that is pressed again means it
    """

    actor: str
    whose: str
    model: type
    words: dict | Callable = field(default_factory=dict)
    arrange: Callable = nothing
    page: str = ""
    asks: bool = True


def someone_away(world) -> dict:
    return {"worker": world.members[DEPUTY].pk, "kind": "Annual leave", "starts_on": "2026-11-16"}


def an_action(world) -> dict:
    return {"what": "Nobody new for four weeks", "owner": world.members[OWNER].pk, "due_on": "2026-11-30"}


def a_group(world) -> dict:
    about = {"name": "Friday garden", "purpose": "Gardening", "starts_on": "2026-11-12", "minutes": "60"}
    return about | {"facilitators": world.members[OWNER].uid}


def a_notice(world) -> dict:
    return {"member": world.newcomer.uid, "notice_on": "2026-11-12", "last_day": "2026-12-18"}


A_MEMBER = {"name": "Isla Penney", "email": "isla@harbourside.example", "role": "peer_worker"}
NEW_ADDRESS = {"email": "new@harbourside.example"}
A_TAP = {"what": "physical_exercise-30", "day": "today"}
A_PIECE = {"kind": "travel", "minutes": "15", "day": "today"}
A_CONTACT = {"reached": "yes", "outcome": "other", "note": "She feels better"}

A_GUIDE = {"title": "Exit", "purpose": "Talk", "flow": "together", "begins": ["worker"], "section": "Before you go"}
A_SURVEY = {"code": "psychosocial_factors", "opens_on": "2026-11-12", "closes_on": "2026-11-26"}
A_CHECKLIST = {"title": "Volunteers", "purpose": "Begin well", "subject": "worker", "phase": "First week"}
CONSENT = {"name": "Sina Leota", "relation": "sister", "about": "Housing"}

MAKES = {
    "contact_log": Makes(OWNER, OWN, Contact, A_CONTACT),
    "person_add": Makes(MANAGER, "", Person, {"name": "Isla Penney", "contact_preference": "ok"}),
    "responsibility_add": Makes(MANAGER, OWN, Responsibility, {"kind": "group_work"}),
    "team_add": Makes(ADMIN, "", Team, {"name": "Waka Ama"}),
    "absence_add": Makes(MANAGER, "", Absence, someone_away),
    "closures": Makes(ADMIN, "", ClosureDay, {"on": "2026-12-24", "name": "Christmas Eve"}),
    "plan_rows": Makes(ADMIN, "", PlanRow, {"label": "Marae time"}),
    "staff_add": Makes(ADMIN, "", Member, A_MEMBER),
    "record_action_add": Makes(MANAGER, OWN, RemedialAction, an_action),
    "consent_add": Makes(OWNER, OWN, Consent, CONSENT),
    "goal_add": Makes(OWNER, OWN, Goal, {"words": "A job with animals"}),
    "next_step_add": Makes(OWNER, OWN, NextStep, {"what": "Ring", "chosen": "2026-11-13"}),
    "group_add": Makes(MANAGER, "", Group, a_group),
    "my_adjustment_add": Makes(OWNER, "", Adjustment, {"text": "Starts at ten."}),
    "team_adjustment_add": Makes(
        MANAGER, "", Adjustment, lambda world: {"worker": world.members[OWNER].uid, "text": "Starts at ten."}
    ),
    "work_add": Makes(MANAGER, OWN, Activity, {"kind": "court"}),
    "guide_begin": Makes(OWNER, "", Guide, lambda world: {"about": world.members[OWNER].uid}),
    "guide_step_add": Makes(
        OWNER,
        OWN,
        GuideStep,
        lambda world: {"what": "Ask", "owner": world.members[OWNER].uid, "due_on": "2026-11-20"},
    ),
    "checklist_begin": Makes(MANAGER, "", ChecklistRun, {"anchor_on": "2027-02-01"}),
    "checklist_proposed": Makes(MANAGER, OWN, ChecklistRun, page="team_growth", asks=False),
    "checklist_template_add": Makes(ADMIN, "", GuideTemplate, A_CHECKLIST),
    "guide_template_add": Makes(ADMIN, "", GuideTemplate, A_GUIDE),
    "guide_template_import": Makes(ADMIN, "", GuideTemplate, {"words": json.dumps(factories.EXIT)}),
    "survey_open": Makes(ADMIN, "", SurveyRound, A_SURVEY),
    "guide_template_copy": Makes(ADMIN, OWN, GuideTemplate, page="guide_templates", asks=False),
    "post_add": Makes(ADMIN, OWN, Post, {"starts_on": "2026-12-01", "fte": "0.8"}),
    "facilitator_add": Makes(MANAGER, OWN, GroupFacilitator, lambda world: {"who": world.members[MATE].uid}),
    "meeting_add": Makes(OWNER, OWN, GroupMeeting, {"on": "2026-11-20", "minutes": "60"}),
    "group_join": Makes(MANAGER, OWN, GroupMember, lambda world: {"who": world.person.uid}, a_newcomer),
    "leave_ask": Makes(MATE, "", LeaveRequest, {"starts_on": "2027-02-01", "kind": "Annual leave"}, mate_is_back),
    "leave_ask_again": Makes(OWNER, OWN, LeaveRequest, {"last_day": "2026-11-20"}),
    "leave_call_off": Makes(STRANGER, STRANGERS, LeaveRequest, {"words": "The trip fell through"}, leave_lies_ahead),
    "leave_kinds": Makes(ADMIN, "", LeaveKind, {"name": "Study leave"}),
    "leaving_add": Makes(MANAGER, "", Leaving, a_notice, a_newcomer),
    "mine_add": Makes(OWNER, "", PrivateDocument, {"words": "Rest on Fridays"}),
    "plan_template_add": Makes(ADMIN, "", PlanTemplate, {"name": "Quiet weeks", "act": "keep"}),
    "session_book": Makes(MANAGER, OWN, Session, {"planned_on": "2026-12-03"}),
    "session_log": Makes(OWNER, OWN, GroupSession),
    "drop_ins": Makes(OWNER, "", DropIn, {"people": "3", "minutes": "45"}),
    "drop_in_add": Makes(OWNER, OWN, Person, {"name": "Lupe Vaka", "contact_preference": "ok"}),
    "staff_invite": Makes(ADMIN, OWN, Message, page="staff_edit", asks=False),
    "my_email": Makes(
        MANAGER, "", Message, NEW_ADDRESS | {"password": "wide river at night"}, with_password, asks=False
    ),
    "staff_email": Makes(ADMIN, OWN, Message, NEW_ADDRESS, has_come_in, asks=False),
    "study": Makes(OWNER, "", TimeStudy, {"starts_on": "2026-11-12"}, no_study),
    "team_month_remind": Makes(
        *(MANAGER, "", Notice, lambda world: {"worker": world.newcomer.pk}, a_newcomer), page="team_month", asks=False
    ),
    "report_ask": Makes(SERVICE_MANAGER, OWN, ReportQuestion, {"question": "Why is it over the limit?"}),
    "team_month_send": Makes(MANAGER, "", TeamReport, {"note": "A quiet month"}),
    "export_ask": Makes(ADMIN, "", Export, {"reason": "We move", "format": "zip"}, just_confirmed),
    "time_log": Makes(OWNER, "", TimeEntry, A_TAP, page="time", asks=False),
    "study_log": Makes(OWNER, "", StudyEntry, A_PIECE, page="study", asks=False),
}
SAYS = {  # a row that keeps the id of its submission is known again, and its page says once more what was saved
    "contact_log": "logged.</strong>",
    "session_log": "is recorded",
    "drop_ins": "dropped in on",
    "time_log": "Logged:",
    "study_log": "Logged:",
}
MONTH = {"month": "2026-10"}  # of the pages that show one


MADE_ONCE = {"world": (World, TODAY)}


@pytest.fixture
def world(made_once, today, caplog, settings):
    settings.EMAIL_URL = "smtp://localhost"  # an invitation goes by mail, and nothing is sent in tests
    caplog.set_level("CRITICAL", logger="django.request")  # a refusal is no news here
    return made_once


def opened(world, name: str):
    """Open the page of a form; return the browser, where the form is posted to, and all that it sends."""
    makes = MAKES[name]
    client, url = world.browser(makes.actor), world.address(name, makes.whose)
    shown = client.get(world.address(makes.page or name, makes.whose), MONTH)
    return client, url, filled(shown, url) | typed(world, name)


def typed(world, name: str) -> dict:
    words = MAKES[name].words
    return words(world) if callable(words) else words


def test_every_route_that_makes_something_stands_in_the_table():
    making = {name for name in OURS if hasattr(views_by_name()[name], "creates")}
    keeping = {name for name, carries in CARRIES_ITS_OWN.items() if carries == SUBMISSION}

    assert sorted(making | keeping) == sorted(MAKES)


UNCOUNTED = {"audit.entry", "sessions.session", "staff.savedform"}  # each request may leave one of these


def rows() -> dict[str, int]:
    """Return how many rows each table has."""
    tables = [model._meta for model in apps.get_models() if model._meta.managed and not model._meta.proxy]
    counts = [
        f"SELECT '{meta.label}', count(*) FROM \"{meta.db_table}\""
        for meta in tables
        if meta.label_lower not in UNCOUNTED
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(counts))
        return dict(cursor.fetchall())


@pytest.mark.parametrize("name", sorted(MAKES))
def test_the_same_form_sent_again_makes_one_and_says_so(world, name):
    makes = MAKES[name]
    makes.arrange(world)
    client, url, form = opened(world, name)
    before = makes.model.objects.count()
    made = client.post(url, form)
    assert made.status_code in (302, 303), said_of(made)
    assert makes.model.objects.count() == before + 1
    client.get(made.url)  # which says what was made
    there = rows()

    again = client.post(url, form)

    assert again.status_code in (302, 303), said_of(again)
    assert again.url == made.url
    page = client.get(again.url)
    assert page.status_code == 200
    assert (SAYS.get(name) or ALREADY) in page.content.decode()
    assert rows() == there


@pytest.mark.parametrize("name", sorted(name for name, makes in MAKES.items() if makes.asks))
def test_the_same_words_from_a_fresh_form_are_asked_about(world, name):
    MAKES[name].arrange(world)
    client, url, form = opened(world, name)
    fresh = filled(client.get(url, MONTH), url) | typed(world, name)
    assert client.post(url, form).status_code in (302, 303)
    there = rows()

    asked = client.post(url, fresh)

    assert asked.status_code == 409 and "You have saved this already" in asked.content.decode()
    assert rows() == there


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_twice_at_once_makes_one(world):
    """One test for all routes, as the world is built anew for a test that commits."""
    for arrange in {makes.arrange for makes in MAKES.values()}:
        arrange(world)
    wrong = {}
    for name, makes in sorted(MAKES.items()):
        tasks.recount()  # a month is not sent while points are still to be counted
        client, url, form = opened(world, name)
        before = makes.model.objects.count()

        answers = at_once(2, lambda client=client, url=url, form=form: another_tab(client).post(url, form))

        found = sorted(answer.status_code for answer in answers), makes.model.objects.count() - before
        if found not in (([302, 302], 1), ([302, 303], 1), ([303, 303], 1)):
            wrong[name] = found, [said_of(answer) for answer in answers]
    assert not wrong, str(wrong)


def another_tab(client) -> Browser:
    """Return the same browser on a connection of its own."""
    other = Browser(raise_request_exception=False)
    other.cookies.load({key: morsel.value for key, morsel in client.cookies.items()})
    return other


# What changes a row, and may add one beside it -------------------------------------------------------------------------


def changing(world):
    """Yield the routes that change a row: the actor, about what, what is typed, and the state there has to be."""
    for name, (actor, whose, _first, second) in OPENED_TWICE.items():
        yield name, actor, whose, second, []
    for name, (actor, whose, words, *arranged) in (READ_BEFORE | OLDER_NUMBER).items():
        yield name, actor, whose, words, arranged


def test_a_form_that_changes_a_row_adds_nothing_the_second_time(world):
    """One test for all routes: each is undone before the next, as the world takes longer to build than the forms to send."""
    objects, wrong, added = dict(world.objects), {}, set()
    for name, actor, whose, words, arranged in changing(world):
        before_all = transaction.savepoint()
        for arrange in arranged:
            arrange(world)
        client, url = world.browser(actor), world.address(name, whose)
        page = client.get(url)
        shown = filled(page) if page.status_code == 200 else {}
        form = shown | (words(world) if callable(words) else words)
        before = rows()
        client.post(url, form)
        there = rows()
        added |= {name} if there != before else set()

        again = client.post(url, form)

        if rows() != there or again.status_code not in (200, 302, 303, 404, 409, 422):
            wrong[name] = again.status_code, set(rows().items()) - set(there.items())
        transaction.savepoint_rollback(before_all)
        world.objects = dict(objects)
        world.members[MANAGER].user.refresh_from_db()
    assert not wrong, str(wrong)
    assert {"allocate", "hand_over", "support_again", "steps_back", "returns"} <= added, "what is there to add at all"
