"""
Who may open what: every route of the site, asked by every role, for every kind of object, by GET and by POST.

`make test-long` asks everything. `make test` asks each route for each kind of answer, about each kind of object and by GET and
by POST, each by one member with access and by one without; and lets each reader ask about each kind of object (`kinds`).

The table `ROUTES` is the reviewed answer. A route that is missing from it fails; add a row. To a member without access a page
answers 404, byte for byte as for an object that does not exist; visitors who are not signed in are sent to sign in.
"""

import re
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from typing import NamedTuple

import pytest
from django.db import connection, reset_queries, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, reverse

from peerload.audit.models import Entry
from peerload.core import clock
from peerload.notices.actions import queue_message
from peerload.notices.models import Tick
from peerload.staff.models import Member, User
from tests import factories
from tests.conftest import TODAY
from tests.long import covering
from workload.actions import create_scheme
from workload.months.actions import send
from workload.schemes.actions import begin_draft

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

# Who asks ----------------------------------------------------------------------------------------------------------------

OWNER, MATE, STRANGER = "peer worker", "teammate", "peer worker of another team"
MANAGER, OTHER_MANAGER, DEPUTY = "manager", "manager of another team", "deputy"
SERVICE_MANAGER, ADMIN = "service manager", "admin"
ELSEWHERE, ADMIN_ELSEWHERE = "manager of another service", "admin of another service"
ANONYMOUS, DEACTIVATED = "nobody signed in", "deactivated meanwhile"
NOBODY, PENDING = "without a service", "without a second factor"

LEADERS = {MANAGER, DEPUTY}
EVERY_LEADER = LEADERS | {OTHER_MANAGER, ELSEWHERE}
WORKERS = {OWNER, MATE, STRANGER, DEPUTY}
SUPPORTERS = WORKERS | EVERY_LEADER
ADMINS = {ADMIN, ADMIN_ELSEWHERE}
MEMBERS = SUPPORTERS | ADMINS | {SERVICE_MANAGER}
ACTORS = [*sorted(MEMBERS), ANONYMOUS, DEACTIVATED, NOBODY, PENDING]

# About what --------------------------------------------------------------------------------------------------------------

OWN, MATES, STRANGERS = "own", "a teammate's", "a stranger's"
WAITING, RESPONSIBLE_FOR = "waiting", "waiting, a teammate responsible"
ENDED = "not in touch now after 24 weeks, own before"
FOREIGN, MISSING = "of another service", "missing"

PERSON = {
    OWN: {OWNER} | LEADERS,
    MATES: {MATE} | LEADERS,
    STRANGERS: {STRANGER, OTHER_MANAGER},
    WAITING: LEADERS,
    RESPONSIBLE_FOR: {MATE} | LEADERS,
    ENDED: {OWNER} | LEADERS,
    FOREIGN: {ELSEWHERE},
    MISSING: set(),
}
LED_PERSON = {what: who & EVERY_LEADER for what, who in PERSON.items()}
LAST_WORKER = LED_PERSON | {ENDED: {OWNER} | LEADERS}
RESPONSIBLE = LED_PERSON | {RESPONSIBLE_FOR: {MATE} | LEADERS}
WORKER = {what: who for what, who in PERSON.items() if what not in {WAITING, RESPONSIBLE_FOR, ENDED}}
LED_WORKER = {what: who & EVERY_LEADER for what, who in WORKER.items()}
OWN_RECORD = {OWN: {OWNER}, MATES: {MATE}, STRANGERS: {STRANGER}, FOREIGN: set(), MISSING: set()}
SHARED = {OWN: {MANAGER}, MATES: {MANAGER}, STRANGERS: {OTHER_MANAGER}, FOREIGN: {ELSEWHERE}, MISSING: set()}
OWN_DROP_IN = {OWN: {OWNER}, MATES: {MATE}, STRANGERS: {STRANGER}, FOREIGN: set(), MISSING: set()}  # its author alone
OCTOBER = {"month": "2026-10"}
NEXT_YEAR = date(2027, 9, 6)
DECIDED = {  # whose leaving it is decides nothing about it
    OWN: LEADERS | {ADMIN},
    MATES: LEADERS | {ADMIN},
    STRANGERS: {OTHER_MANAGER, ADMIN},
    FOREIGN: {ELSEWHERE, ADMIN_ELSEWHERE},
    MISSING: set(),
}
LEAVING = {what: who | WORKER[what] for what, who in DECIDED.items()}
ASKED, AGREED = "another team may know", "both teams say the same"
PAIR = {
    OWN: LEADERS,
    ASKED: LEADERS,
    AGREED: LEADERS | {OTHER_MANAGER},
    STRANGERS: {OTHER_MANAGER},
    FOREIGN: {ELSEWHERE},
    MISSING: set(),
}
READ_SENT = {
    OWN: {SERVICE_MANAGER},
    MATES: {SERVICE_MANAGER},
    STRANGERS: {SERVICE_MANAGER},
    FOREIGN: set(),
    MISSING: set(),
}
SERVICE_TEMPLATE = {OWN: LEADERS | {OTHER_MANAGER, ADMIN}, FOREIGN: {ELSEWHERE, ADMIN_ELSEWHERE}, MISSING: set()}
OF_BOTH = {  # a session is with the manager of the worker's team
    OWN: {OWNER, MANAGER},
    MATES: {MATE, MANAGER},
    STRANGERS: {STRANGER, OTHER_MANAGER},
    FOREIGN: {ELSEWHERE},
    MISSING: set(),
}
LEAVE = {  # the worker, and who leads their team
    OWN: {OWNER} | LEADERS,
    MATES: {MATE} | LEADERS,
    STRANGERS: {STRANGER, OTHER_MANAGER},
    FOREIGN: {ELSEWHERE},
    MISSING: set(),
}
OF_SERVICE = {OWN: {ADMIN}, FOREIGN: {ADMIN_ELSEWHERE}, MISSING: set()}
OPENS_SURVEY = {OWN: {ADMIN, SERVICE_MANAGER}, FOREIGN: {ADMIN_ELSEWHERE}, MISSING: set()}
ASKED_IN_SURVEY = {
    OWN: WORKERS | LEADERS | {OTHER_MANAGER, SERVICE_MANAGER, ADMIN},
    FOREIGN: {ELSEWHERE, ADMIN_ELSEWHERE},
    MISSING: set(),
}
NO_ONE: dict[str, set[str]] = {OWN: set(), MATES: set(), STRANGERS: set(), FOREIGN: set(), MISSING: set()}
SEES_EXPORT = {OWN: {ADMIN, MANAGER, OTHER_MANAGER}, FOREIGN: {ADMIN_ELSEWHERE, ELSEWHERE}, MISSING: set()}


@dataclass(frozen=True)
class Route:
    """
    Who may open a route, by what it is about; ``{"": who}`` where it is about nothing in particular.

    :param pk: the address holds a primary key instead of a random uid
    :param of: what stands in the address: a person, a contact, a worker ...
    """

    may: dict[str, set[str]]
    of: str = ""
    name: str = "uid"
    also: dict = field(default_factory=dict)
    public: bool = False  # also for those who are not signed in, and before the second factor
    before_second_factor: bool = False
    otherwise: str = ""  # where a member who may not is led instead of 404


def page(*who: set[str], **more) -> Route:
    return Route({"": set().union(*who)}, **more)


def public(**more) -> Route:
    return page(MEMBERS, public=True, before_second_factor=True, **more)


def about(of: str, may: dict, name: str = "uid", **more) -> Route:
    return Route(may, of=of, name=name, **more)


ROUTES = {
    # one's own
    "my_day": page(SUPPORTERS, otherwise="first page"),
    "my_points": page(SUPPORTERS),
    "search": page(MEMBERS),
    "account": page(MEMBERS),
    "form_token": page(MEMBERS),
    "passkey_offer": page(MEMBERS),
    "my_email": page(MEMBERS),
    "my_calendar": page(MEMBERS),
    "my_calendar_end": page(MEMBERS),
    "my_calendar_alarm": page(MEMBERS),
    "calendar_feed": page(set(), also={"secret": "x"}, public=True),  # by its secret alone: tests/home/test_calendar.py
    "email_confirm": page(MEMBERS, also={"token": "x"}),
    "kept": page(set(), also={"key": "x"}),
    # people
    "people": page(SUPPORTERS),
    "log_pick": page(SUPPORTERS),
    "person_add": page(EVERY_LEADER),
    "waiting": page(SUPPORTERS),
    "waiting_edit": about("person", RESPONSIBLE),
    "other_team": about("person", LED_PERSON),
    "please_dont_agree": about("person", LED_PERSON),
    "person": about("person", PERSON),
    "person_edit": about("person", PERSON),
    "contact_log": about("person", PERSON),
    "consent_add": about("person", PERSON),
    "consent_edit": about("consent", PERSON),
    "consent_withdraw": about("consent", PERSON),
    "goal_add": about("person", PERSON),
    "goal_edit": about("goal", PERSON),
    "goal_end": about("goal", PERSON),
    "next_step_add": about("person", PERSON),
    "next_step_move": about("next step", PERSON),
    "next_step_end": about("next step", PERSON),
    "change_tier": about("person", PERSON),
    "keep_in_touch": about("person", PERSON),
    "support_again": about("person", PERSON | {ENDED: LEADERS}),
    "look_again": about("person", PERSON),
    "mark_held_by_student": about("person", PERSON),
    "close_decide": about("person", PERSON),
    "close_withdraw": about("person", PERSON),
    "close": about("person", PERSON),
    "allocate": about("person", LED_PERSON),
    "hand_over": about("person", LED_PERSON),
    "return_to_waiting": about("person", LED_PERSON),
    "decide_not_in_touch": about("person", LED_PERSON),
    "undo_not_in_touch": about("person", LAST_WORKER),
    # entered twice: two records of a team, or of two of which both say, or nobody has said, that it is one person
    "possible_duplicates": page(EVERY_LEADER),
    "possible_duplicate": about("pair", PAIR),
    "two_people": about("person", LED_PERSON),
    "contact_undo": about("contact", PERSON),
    "contact_note": about("contact", PERSON),
    "contact_void": about("contact", PERSON),
    "contact_words": about("contact", PERSON),
    "appointment_file": about("next step", PERSON),
    "work_add": about("person", PERSON),
    "work_end": about("work", PERSON, "pk"),
    # groups: of each worker one, with somebody whom they support
    "groups": page(SUPPORTERS),
    "group_add": page(EVERY_LEADER),
    "group": about("group", WORKER),
    "session_log": about("group", WORKER),
    "meeting_add": about("group", WORKER),
    "meeting_change": about("group", WORKER, also={"key": "2026-11-18"}),
    "meeting_call_off": about("group", WORKER, also={"key": "2026-11-18"}),
    "meeting_take_back": about("group", WORKER, also={"key": "2026-11-18"}),
    "drop_ins": page(SUPPORTERS),
    "drop_in_undo": about("drop_in", OWN_DROP_IN),
    "drop_in_void": about("drop_in", OWN_DROP_IN),
    "drop_in_add": about("drop_in", OWN_DROP_IN),
    "group_join": about("group", WORKER),
    "group_leave": about("membership", WORKER, "pk"),
    "session_void": about("session", WORKER),
    "group_edit": about("group", LED_WORKER),
    "group_close": about("group", LED_WORKER),
    "facilitator_add": about("group", LED_WORKER),
    "facilitator_end": about("facilitator", LED_WORKER, "pk"),
    # points and teams
    "points": about("worker", WORKER),
    "responsibility_add": about("worker", WORKER),
    "responsibility_end": about("responsibility", WORKER, "pk"),
    "team": page(EVERY_LEADER, {SERVICE_MANAGER}),
    "team_export": page(EVERY_LEADER, {SERVICE_MANAGER}, also={"kind": "csv"}),
    "team_attention": page({SERVICE_MANAGER}, also={"kind": "statutory"}),
    "resources": page(EVERY_LEADER, {SERVICE_MANAGER}),
    "resources_export": page(EVERY_LEADER, {SERVICE_MANAGER}, also={"kind": "csv"}),
    # one's own weeks, and plans agreed with the manager
    "my_weeks": page(SUPPORTERS),
    "plan_edit": page(SUPPORTERS),
    "plan_take_back": page(SUPPORTERS),
    "plan_drop": page(SUPPORTERS),
    "plan": about("plan", WORKER),
    "plan_agree": about("plan", LED_WORKER),
    "plan_change": about("plan", LED_WORKER),
    "plan_rows": page(ADMINS),
    "plan_row": about("plan row", OF_SERVICE, "code"),
    "plan_row_put_away": about("plan row", OF_SERVICE, "code"),
    "plan_templates": page(EVERY_LEADER, ADMINS),
    "plan_template_add": page(EVERY_LEADER, ADMINS),
    "plan_template": about("plan template", SERVICE_TEMPLATE, "pk"),
    "plan_template_remove": about("plan template", SERVICE_TEMPLATE, "pk"),
    # one's own time
    "time": page(SUPPORTERS),
    "time_log": page(SUPPORTERS),
    "time_remove": about("time entry", OWN_RECORD, "pk"),
    "study": page(SUPPORTERS),
    "study_log": page(SUPPORTERS),
    "study_piece_remove": about("piece of a study", OWN_RECORD, "pk"),
    "study_stop": page(SUPPORTERS),
    "study_result": about("study", OWN_RECORD),
    "study_delete": about("study", OWN_RECORD),
    "team_time": page(EVERY_LEADER),
    # sessions
    "my_sessions": page(SUPPORTERS, {SERVICE_MANAGER}),
    "team_sessions": page(EVERY_LEADER),
    "session_book": about("worker", WORKER),
    "session_talk": page({OWNER, MATE, STRANGER}),
    "session_held": about("supervision", WORKER),
    "session_move": about("supervision", WORKER),
    "session_remove": about("supervision", WORKER),
    "session_note": about("supervision", OF_BOTH),
    "session_cadence": page(ADMINS),
    # leave: asked for by the worker, answered by who leads the team; that of its manager: tests/wellbeing/leave
    "leave": page(SUPPORTERS, {SERVICE_MANAGER}),
    "leave_ask": page(SUPPORTERS),
    "leave_request": about("leave", LEAVE),
    "leave_change": about("leave", OWN_RECORD),
    "leave_withdraw": about("leave", OWN_RECORD),
    "leave_ask_again": about("agreed leave", OWN_RECORD),
    "leave_call_off": about("agreed leave", OWN_RECORD),
    "leave_agree": about("leave", LED_WORKER),
    "leave_answer": about("leave", LED_WORKER),
    "team_calendar": page(SUPPORTERS, {SERVICE_MANAGER}),
    "leave_kinds": page(ADMINS),
    "leave_kind": about("leave kind", OF_SERVICE, "pk"),
    # months
    "my_records": page(SUPPORTERS),
    "record": about("worker", WORKER, also=OCTOBER),
    "record_export": about("worker", WORKER, also=OCTOBER | {"kind": "csv"}),
    "record_words": about("worker", OWN_RECORD, also=OCTOBER),
    "record_submit": about("worker", OWN_RECORD, also=OCTOBER),
    "record_reason": about("worker", WORKER, also=OCTOBER),
    "record_supervision": about("worker", WORKER, also=OCTOBER),
    "record_complete": about("worker", LED_WORKER, also=OCTOBER),
    "record_agree": about("worker", WORKER, also=OCTOBER),
    "record_disagree": about("worker", WORKER, also=OCTOBER),
    "record_other_manager": about("worker", WORKER, also=OCTOBER),
    "record_explain": about("worker", WORKER, also=OCTOBER),
    "record_note": about("worker", LED_WORKER, also=OCTOBER),
    "record_decide": about("worker", NO_ONE, also=OCTOBER),  # who is asked to: tests/workload/months/test_deciding.py
    "record_settle": about(
        "worker", NO_ONE, also=OCTOBER
    ),  # while it is asked: tests/workload/months/test_assumptions.py
    "record_action_add": about("worker", WORKER, also=OCTOBER),
    "open_actions": page(SUPPORTERS),
    "while_away": page(EVERY_LEADER),
    "action_tick_off": about("action", WORKER, "pk"),
    "action_drop": about("action", WORKER, "pk"),
    "team_month": page(EVERY_LEADER, {SERVICE_MANAGER}),
    "points_sent": about("sent record", READ_SENT, also={"month": "2026-09"}),
    "team_month_agree": page(EVERY_LEADER),
    "report_ask": about("report", READ_SENT, "pk"),
    "report_answer": about("question", LED_WORKER, "pk"),
    "team_month_send": page(EVERY_LEADER),
    "team_month_remind": page(EVERY_LEADER),
    "team_months_export": page(EVERY_LEADER, {SERVICE_MANAGER}, also={"kind": "csv"}),
    "team_month_export": page(EVERY_LEADER, {SERVICE_MANAGER}, also={"kind": "csv"}),
    "team_months": page(EVERY_LEADER, {SERVICE_MANAGER}),
    "absences": page(EVERY_LEADER, ADMINS, {SERVICE_MANAGER}),
    "absence_add": page(EVERY_LEADER, ADMINS, {SERVICE_MANAGER}),
    "absence_edit": about("absence", LED_WORKER, "pk"),
    "acting": about("absence of a manager", OF_SERVICE | {OWN: {SERVICE_MANAGER, ADMIN}}, "pk"),
    "acting_end": about("acting", OF_SERVICE | {OWN: {SERVICE_MANAGER, ADMIN}}, "pk"),
    "cover_board": about("absence", LED_WORKER, "pk"),
    "steps_back": about("absence", LED_WORKER, "pk"),
    "returns": page(EVERY_LEADER),
    "away": about("absence", LED_WORKER, "pk"),
    "duty_done": about("absence", LED_WORKER, "pk"),
    "cover": about("absence", LED_WORKER, "pk"),
    # for oneself, shared with the team's manager, and agreed between two
    "mine": page(SUPPORTERS),
    "mine_add": page(SUPPORTERS, also={"kind": "learning"}),
    "mine_same": page({OWNER, MATE, STRANGER}),
    "mine_share": page({OWNER, MATE, STRANGER}),
    "mine_take_back": page({OWNER, MATE, STRANGER}),
    "mine_document": about("document", OWN_RECORD),
    "mine_edit": about("document", OWN_RECORD),
    "mine_delete": about("document", OWN_RECORD),
    "shared": about("document", SHARED),
    "my_adjustments": page(SUPPORTERS),
    "my_adjustment_add": page(SUPPORTERS),
    "team_adjustments": page(EVERY_LEADER),
    "team_adjustment_add": page(EVERY_LEADER),
    "adjustment": about("adjustment", WORKER),
    "adjustment_edit": about("adjustment", WORKER),
    "adjustment_agree": about("adjustment", WORKER),
    "adjustment_end": about("adjustment", WORKER),
    # guides: of two, shared by who leads the worker; and of one, shared with them
    "growth": page(SUPPORTERS),
    "team_growth": page(EVERY_LEADER, {SERVICE_MANAGER}),
    "guide_begin": page(SUPPORTERS, also={"code": "basics"}),
    "guide": about("guide", WORKER),
    "guide_section": about("guide", WORKER, also={"section": "basics"}),
    "guide_sign": about("guide", WORKER),
    "guide_pdf": about("guide", WORKER),
    "guide_share": about("guide", LED_WORKER),
    "guide_remove": about("guide", LED_WORKER),
    "guide_take_back": about("own guide", OWN_RECORD),
    # surveys: answered by everyone who is asked, the result read by the same; opened and closed by two roles
    "surveys": page(MEMBERS),
    "survey_open": page(ADMINS, {SERVICE_MANAGER}),
    "survey": about("survey", ASKED_IN_SURVEY),
    "survey_result": about("closed survey", ASKED_IN_SURVEY),
    "survey_round": about("survey", OPENS_SURVEY),
    "survey_close": about("survey", OPENS_SURVEY),
    "survey_withdraw": about("survey", OPENS_SURVEY),
    "guide_step_add": about("work plan", WORKER),
    "guide_step_tick": about("step of a guide", WORKER),
    "guide_step_remove": about("step of a guide", WORKER),
    "guide_put_away": about("work plan", WORKER),
    "guide_extend": about("work plan", WORKER),
    "guide_first_put_away": about("worker", LED_WORKER),
    "guide_templates": page(ADMINS),
    "guide_template_add": page(ADMINS),
    "guide_template_import": page(ADMINS),
    "guide_template": about("guide template", OF_SERVICE),
    "guide_template_edit": about("guide template", OF_SERVICE),
    "guide_template_section": about("guide template", OF_SERVICE, also={"section": "talk"}),
    "guide_template_publish": about("guide template", OF_SERVICE),
    "guide_template_preview": about("guide template", OF_SERVICE, "code"),
    "guide_template_copy": about("guide template", OF_SERVICE, "code"),
    "guide_template_offer": about("guide template", OF_SERVICE, "code"),
    "guide_template_export": about("guide template", OF_SERVICE, "code"),
    # checklists: of a new worker, of a team, of the service
    "checklist": about("checklist", WORKER),
    "checklist_begin": page(EVERY_LEADER, also={"code": "recruitment"}),
    "checklist_proposed": about("worker", LED_WORKER, also={"subject": "team"}),
    "checklist_proposed_put_away": page(ADMINS),
    "checklist_move": about("recruitment", LED_WORKER),
    "checklist_put_away": about("checklist", LED_WORKER),
    "checklist_step": about("checklist step", WORKER, "pk"),
    "checklist_step_done": about("checklist step", WORKER, "pk"),
    "checklist_part_done": about("checklist step", WORKER, "pk"),
    "checklist_template_add": page(ADMINS),
    "checklist_template_edit": about("checklist template", OF_SERVICE),
    "checklist_template_phase": about("checklist template", OF_SERVICE, also={"phase": "first"}),
    # leaving
    "leaving_add": page(EVERY_LEADER, ADMINS),
    "leaving": about("worker", LEAVING),
    "leaving_change": about("worker", DECIDED),
    "leaving_withdraw": about("worker", DECIDED),
    "leaving_step": about("step", DECIDED, "pk"),
    "leaving_step_done": about("step", LEAVING, "pk"),
    "handover": about("worker", WORKER),
    # settings
    "settings": page(ADMINS),
    "staff": page(ADMINS),
    "staff_add": page(ADMINS),
    "staff_edit": about("member", OF_SERVICE),
    "staff_invite": about("member", OF_SERVICE),
    "staff_email": about("member", OF_SERVICE),
    "staff_email_keep": about("member", OF_SERVICE),
    "post_add": about("member", OF_SERVICE),
    "post_edit": about("post", OF_SERVICE, "pk"),
    "teams": page(ADMINS),
    "team_add": page(ADMINS),
    "team_edit": about("team", OF_SERVICE, "pk"),
    "closures": page(ADMINS),
    "closure_remove": about("closure", OF_SERVICE, "pk"),
    "service": page(ADMINS),
    "scheme": page(ADMINS),
    "scheme_progress": page(ADMINS),
    "scheme_version": about("scheme", OF_SERVICE, "pk"),
    "scheme_take_back": about("scheme", OF_SERVICE, "pk"),
    "scheme_begin": page(ADMINS),
    "scheme_draft": page(ADMINS),
    "scheme_settings": page(ADMINS),
    "scheme_preset": page(ADMINS),
    "scheme_weight": about("weight", OF_SERVICE, "pk"),
    "scheme_kind_drop": about("weight", OF_SERVICE, "pk"),
    "scheme_kind_add": page(ADMINS, also={"element": "case"}),
    "scheme_effect": page(ADMINS),
    "scheme_effect_export": page(ADMINS, also={"kind": "csv"}),
    "scheme_publish": page(ADMINS),
    "scheme_drop": page(ADMINS),
    "in_no_team": page(ADMINS),
    "messages": page(ADMINS),
    "message": about("message", OF_SERVICE),
    "message_resend": about("message", OF_SERVICE),
    "import": page(ADMINS),
    "import_workbook": page(ADMINS),
    "import_example": page(ADMINS),
    "import_undo": page(ADMINS),
    "import_upload": about("upload", OF_SERVICE),
    "import_marked": about("upload", OF_SERVICE),
    "import_confirm": about("upload", OF_SERVICE),
    "import_let_go": about("upload", OF_SERVICE),
    "import_progress": about("upload", OF_SERVICE),
    "exports": page(ADMINS),
    "export_ask": page(ADMINS),
    "export": about("export", SEES_EXPORT),
    "export_decide": about("export", SEES_EXPORT),
    "export_file": about("export", OF_SERVICE),
    # for everybody
    "service_worker": public(),
    "manifest": public(),
    "without_signal": public(),
    "healthz": public(),
    "healthz_live": public(),
    "healthz_worker": public(),
    "help": public(),
    "who_sees_what": public(),
    "light_or_dark": public(),
    "welcome": public(also={"uidb64": "MQ", "token": "x"}),
    "account_login": public(),
    "account_logout": public(),
    "account_inactive": public(),
    "account_signup": public(),
    "account_reset_password": public(),
    "account_reset_password_done": public(),
    "account_reset_password_from_key": public(also={"uidb36": "1", "key": "x"}),
    "account_reset_password_from_key_done": public(),
    "mfa_authenticate": public(),
    # the sign-in library's own
    "account_reauthenticate": page(MEMBERS, before_second_factor=True),
    "account_change_password": page(MEMBERS),
    "account_set_password": page(MEMBERS),
    "mfa_index": page(MEMBERS, before_second_factor=True),
    "mfa_login_webauthn": public(),
    "mfa_reauthenticate": page(MEMBERS, before_second_factor=True),
    "mfa_activate_totp": page(MEMBERS, before_second_factor=True),
    "mfa_deactivate_totp": page(MEMBERS, before_second_factor=True),
    "mfa_view_recovery_codes": page(MEMBERS, before_second_factor=True),
    "mfa_generate_recovery_codes": page(MEMBERS, before_second_factor=True),
    "mfa_download_recovery_codes": page(MEMBERS, before_second_factor=True),
    "mfa_list_webauthn": page(MEMBERS, before_second_factor=True),
    "mfa_add_webauthn": page(MEMBERS, before_second_factor=True),
    "mfa_reauthenticate_webauthn": page(MEMBERS, before_second_factor=True),
    "mfa_remove_webauthn": page(set(), also={"pk": 1}, before_second_factor=True),
    "mfa_edit_webauthn": page(set(), also={"pk": 1}, before_second_factor=True),
}

LIBRARY = {name for name in ROUTES if name.startswith(("account_", "mfa_"))}  # they keep their own rules beside ours
OPENED = frozenset({200, 302, 303, 400, 405, 409, 410, 422})  # the page, or its answer to a form without anything in it


def routes(resolver=None):
    """Return every named route of the site."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield entry.name
        else:
            yield from routes(entry)


def test_every_route_stands_in_the_table():
    assert sorted(set(map(str, routes()))) == sorted(ROUTES)  # one of ours may stand before one of a library


# The service they ask about ----------------------------------------------------------------------------------------------


class World:
    """Two teams of a service and one of another, with one of everything for each kind of whose it is."""

    def __init__(self):
        self.members, self.objects = {}, {}
        ours, theirs = factories.OrganisationFactory(), factories.OrganisationFactory()
        self.manager_and_team(ours)
        self.other_team(ours)
        roles = {SERVICE_MANAGER: "service_manager", ADMIN: "admin", NOBODY: "peer_worker", DEACTIVATED: "manager"}
        for who, role in roles.items():
            self.members[who] = factories.MemberFactory(organisation=ours, role=role)
        self.members[PENDING] = self.members[MANAGER]
        self.elsewhere(theirs)
        for whose, worker in (
            (OWN, self.members[OWNER]),
            (MATES, self.members[MATE]),
            (STRANGERS, self.members[STRANGER]),
            (FOREIGN, self.worker_elsewhere),
        ):
            self.of_worker(whose, worker)
        self.of_person(WAITING, factories.ClientFactory(organisation=ours, team=self.team))
        self.pairs()
        waits = factories.ClientFactory(organisation=ours, team=self.team)
        factories.ReferralFactory(client=waits, owner=self.members[MATE])
        self.of_person(RESPONSIBLE_FOR, waits)
        self.of_person(ENDED, factories.ended_by_time(worker=self.members[OWNER], on=TODAY - timedelta(days=30)))
        self.of_service(OWN, ours, self.team, self.members[ADMIN])
        self.of_service(FOREIGN, theirs, self.team_elsewhere, self.members[ADMIN_ELSEWHERE])
        for of in {route.of for route in ROUTES.values()} - {""}:
            self.objects[of, MISSING] = {"pk": 2**40, "uid": uuid.uuid4(), "code": "missing"}

    def manager_and_team(self, ours):
        self.members[MANAGER] = factories.MemberFactory(organisation=ours, role="manager")
        self.team = factories.TeamFactory(organisation=ours, manager=self.members[MANAGER])
        for who in (OWNER, MATE):
            self.members[who] = factories.MemberFactory(organisation=ours, in_team=self.team)

    def other_team(self, ours):
        self.members[OTHER_MANAGER] = factories.MemberFactory(organisation=ours, role="manager")
        self.team_beside = factories.TeamFactory(organisation=ours, manager=self.members[OTHER_MANAGER])
        for who in (STRANGER, DEPUTY):
            self.members[who] = factories.MemberFactory(organisation=ours, in_team=self.team_beside)
        self.team.deputy = self.members[DEPUTY]
        self.team.save()

    def elsewhere(self, theirs):
        self.members[ELSEWHERE] = factories.MemberFactory(organisation=theirs, role="manager")
        self.members[ADMIN_ELSEWHERE] = factories.MemberFactory(organisation=theirs, role="admin")
        self.team_elsewhere = factories.TeamFactory(organisation=theirs, manager=self.members[ELSEWHERE])
        self.worker_elsewhere = factories.MemberFactory(organisation=theirs, in_team=self.team_elsewhere)

    def of_worker(self, whose, worker):
        self.put("worker", whose, worker)
        self.put("absence", whose, factories.AbsenceFactory(worker=worker))
        self.put("leave", whose, factories.LeaveRequestFactory(worker=worker))
        agreed = {"state": "agreed", "starts_on": date(2026, 11, 9), "ends_before": date(2026, 11, 28)}
        agreed["absence"] = worker.absences.get()
        self.put("agreed leave", whose, factories.LeaveRequestFactory(worker=worker, **agreed))
        self.put("drop_in", whose, factories.DropInFactory(author=worker, first_name="Kiri"))
        self.put("responsibility", whose, factories.ResponsibilityFactory(worker=worker))
        self.put("action", whose, factories.RemedialActionFactory(record__worker=worker))
        report = factories.sent_record(worker, month=date(2026, 9, 1)).report
        self.put("sent record", whose, worker)
        self.put("report", whose, report)
        moment = datetime.combine(TODAY, time(0, len(self.objects) % 60), tzinfo=UTC)
        self.put("question", whose, factories.ReportQuestionFactory(report=report, asked_by=worker, asked_at=moment))
        self.put("plan", whose, factories.TimePlanFactory(worker=worker, state="proposed", proposed_on=TODAY))
        supervision = {"held_on": TODAY, "with_member": worker.home_team.manager}
        self.put("supervision", whose, factories.SessionFactory(worker=worker, **supervision))
        shared = {"kind": "wellness_plan", "shared_with": worker.home_team.manager, "shared_on": TODAY}
        self.put("document", whose, factories.PrivateDocumentFactory(author=worker, **shared))
        self.put("time entry", whose, factories.TimeEntryFactory(worker=worker))
        piece = factories.StudyEntryFactory(study__worker=worker)
        self.put("study", whose, piece.study)
        self.put("piece of a study", whose, piece)
        self.put("adjustment", whose, factories.AdjustmentFactory(worker=worker))
        self.put("guide", whose, factories.GuideFactory(about=worker))
        step = factories.GuideStepFactory(guide__about=worker)
        self.put("step of a guide", whose, step)
        self.put("work plan", whose, step.guide)
        self.put("own guide", whose, factories.GuideFactory(about=worker, own=True))
        run = factories.ChecklistRunFactory(about=worker)
        self.put("checklist", whose, run)
        self.put("checklist step", whose, run.steps.get(kind="programme"))
        chosen = date(2026, 11, 2 if whose == OWN else 3)  # two of a team are told apart by their day
        team = factories.ChecklistRunFactory(recruiting=worker.home_team, anchor_on=chosen)
        self.put("recruitment", whose, team)
        leaving = factories.LeavingFactory(member=worker)
        self.put("step", whose, factories.LeavingStepFactory(leaving=leaving))
        person = factories.ClientFactory(supported_by=worker)
        self.of_person(whose, person, worker)
        self.of_group(whose, factories.GroupFactory(facilitated_by=worker, people=[person]))

    def of_group(self, whose, group):
        self.put("group", whose, group)
        self.put("membership", whose, group.members.get())
        self.put("facilitator", whose, group.facilitators.get())
        self.put("session", whose, factories.GroupSessionFactory(group=group))

    def of_person(self, whose, person, author=None):
        self.put("person", whose, person)
        self.put("contact", whose, factories.ContactFactory(client=person, author=author))
        self.put("work", whose, factories.ActivityFactory(client=person))
        self.put("consent", whose, factories.ConsentFactory(client=person, author=author))
        self.put("goal", whose, factories.GoalFactory(client=person, author=author))
        self.put("next step", whose, factories.NextStepFactory(client=person, appointment=True, author=author))

    def pairs(self):
        teams = {OWN: [self.team] * 2, ASKED: [self.team, self.team_beside], AGREED: [self.team, self.team_beside]}
        teams |= {STRANGERS: [self.team_beside] * 2, FOREIGN: [self.team_elsewhere] * 2}
        for whose, (older, newer) in teams.items():
            of = {"older__team": older, "newer__team": newer}
            of |= {f"{side}__organisation": older.organisation for side in ("older", "newer")}
            if whose == AGREED:
                of |= {"older_says": "same", "older_by": older.manager, "newer_says": "same", "newer_by": newer.manager}
            self.put("pair", whose, factories.PossibleDuplicateFactory(**of))

    def of_service(self, whose, organisation, team, admin):
        member = factories.MemberFactory(organisation=organisation, in_team=team)
        self.put("member", whose, member)
        self.put("post", whose, member.posts.get())
        self.put("team", whose, team)
        away = factories.AbsenceFactory(worker=team.manager, starts_on=NEXT_YEAR)
        self.put("absence of a manager", whose, away)
        self.put("acting", whose, factories.ActingManagerFactory(team=team, member=member, absence=away, by=admin))
        self.put("closure", whose, factories.ClosureDayFactory(organisation=organisation))
        admin = self.members[ADMIN if whose == OWN else ADMIN_ELSEWHERE]
        self.put("leave kind", whose, factories.LeaveKindFactory(organisation=organisation, name="Annual leave"))
        self.put("plan row", whose, factories.PlanRowFactory(organisation=organisation))
        self.put("guide template", whose, factories.GuideTemplateFactory(organisation=organisation))
        self.put("survey", whose, factories.SurveyRoundFactory(organisation=organisation, opened_by=admin))
        closed = factories.SurveyRoundFactory(organisation=organisation, opened_by=admin, closed=True)
        self.put("closed survey", whose, closed)
        checklist = factories.GuideTemplateFactory(organisation=organisation, checklist=True)
        self.put("checklist template", whose, checklist)
        self.put("plan template", whose, factories.PlanTemplateFactory(organisation=organisation))
        self.put("scheme", whose, create_scheme(organisation))
        draft = begin_draft(organisation=organisation, by=admin, on=TODAY)
        self.put("weight", whose, draft.weights.first())
        self.put("upload", whose, factories.UploadFactory(member=admin))
        factories.ImportFactory(member=admin)
        self.put("export", whose, factories.ExportFactory(member=admin))
        mail = queue_message(to=member.email, kind="account", subject="x", body="x", organisation=organisation)
        self.put("message", whose, mail)

    def put(self, of, whose, row):
        uid = getattr(row, "message_id", None) or getattr(row, "uid", None)
        self.objects[of, whose] = {"pk": row.pk, "uid": uid, "code": getattr(row, "code", None)}

    def address(self, name: str, whose: str) -> str:
        route = ROUTES[name]
        kwargs = {route.name: self.objects[route.of, whose][route.name]} if route.of else {}
        return reverse(name, kwargs=kwargs | route.also)

    def browser(self, who: str, **how) -> Client:
        """Return a browser of somebody; for those it is taken from meanwhile, with the session they still have."""
        client = Client(raise_request_exception=False, **how)
        if who == ANONYMOUS:
            return client
        member = self.members[who]
        client.force_login(member.user, backend=BACKEND)
        client.get(reverse("help"))  # the session's age begins here, not in the page looked at
        if who in (NOBODY, DEACTIVATED):
            Member.objects.filter(pk=member.pk).update(active=False)
        if who == DEACTIVATED:
            User.objects.filter(pk=member.user_id).update(is_active=False)
        return client


MADE_ONCE = {"world": (World, TODAY)}


@pytest.fixture
def world(made_once, today, caplog):
    caplog.set_level("CRITICAL", logger="django.request")  # a refusal is no news here
    Tick.objects.create(job="sweep", slot=clock.now(), done_at=clock.now())  # the timetable runs
    return made_once


# The walk ----------------------------------------------------------------------------------------------------------------


class Question(NamedTuple):
    """What one role asks of a route."""

    actor: str
    name: str
    whose: str
    method: str

    @property
    def may(self) -> bool:
        return self.actor in ROUTES[self.name].may[self.whose]

    def expected(self) -> frozenset[int]:
        """Return the kind of its answer."""
        route = ROUTES[self.name]
        if self.name == "calendar_feed":
            return frozenset({404, 405})
        if route.public:
            return OPENED
        if self.actor in (ANONYMOUS, DEACTIVATED):
            return frozenset({302} if self.method == "GET" else {401})
        if self.actor == PENDING:
            return OPENED | {403, 404} if route.before_second_factor else frozenset({302})
        if self.name in LIBRARY:
            return OPENED | {403, 404}
        if self.name == "kept":
            return frozenset({404})
        if self.actor == NOBODY:
            return frozenset({403, 405})
        if route.otherwise and not self.may:
            return frozenset({302})
        # 405 comes before anything is looked up, so for what does not exist as well.
        return OPENED if self.may else frozenset({404, 405})

    def __str__(self):
        return f"{self.actor}: {self.method} {self.name} {self.whose}".strip()


@dataclass
class Cell:
    """One question and its answer."""

    question: Question
    response: object
    writes: list[str]

    def faults(self):
        """Yield what is wrong with the answer."""
        status, expected = self.response.status_code, self.question.expected()
        if status not in expected:
            yield f"answers {status}, not {sorted(expected)}"
        if self.writes and (self.question.method == "GET" or not self.question.may):
            yield f"writes {sorted(set(self.writes))}"

    def __str__(self):
        return str(self.question)


WRITE = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
NOT_COUNTED = {"audit_entry", "django_session", "peerload_cache"}  # the last: what a device is asked at a sign-in


def ask(world: World, client: Client, question: Question) -> Cell:
    """Ask once, and undo whatever it did."""
    cookies = {key: morsel.value for key, morsel in client.cookies.items()}
    sid = transaction.savepoint()
    reset_queries()  # the log holds so many, and a walk asks more
    with CaptureQueriesContext(connection) as queries:
        response = getattr(client, question.method.lower())(world.address(question.name, question.whose))
        b"".join(response) if response.streaming else response.content
    transaction.savepoint_rollback(sid)
    client.cookies.clear()
    for key, value in cookies.items():
        client.cookies[key] = value
    writes = [found for query in queries for found in WRITE.findall(query["sql"]) if found not in NOT_COUNTED]
    return Cell(question, response, writes)


EVERY_QUESTION = [
    Question(actor, name, whose, method)
    for actor in ACTORS
    for name, route in ROUTES.items()
    for method in ("GET", "POST")
    for whose in route.may
]


def kinds(question: Question):
    """Yield the kinds of which `make test` asks at least one question each."""
    actor, name, whose, method = question
    yield name, question.expected()
    yield name, whose, question.may
    yield name, method, question.may
    yield actor, whose, question.may


ASKED_NOW = frozenset(covering(EVERY_QUESTION, kinds))


def walk(world: World, actor: str):
    """Yield the answers of each route to one role; to what is refused belongs the answer to what does not exist, as the last."""
    client = world.browser(actor)
    for name, route in ROUTES.items():
        for method in ("GET", "POST"):
            asked = [one for whose in route.may if (one := Question(actor, name, whose, method)) in ASKED_NOW]
            missing = Question(actor, name, MISSING, method)
            if MISSING in route.may and missing not in asked and not all(one.may for one in asked):
                asked.append(missing)
            if asked:
                yield [ask(world, client, question) for question in asked]


@pytest.mark.parametrize("actor", ACTORS)
def test_every_route_answers_as_the_table_says(world, settings, actor):
    settings.MFA_REQUIRED = actor == PENDING
    wrong, cells = [], 0
    for row in walk(world, actor):
        cells += len(row)
        wrong += [f"{cell}: {fault}" for cell in row for fault in cell.faults()]
        wrong += [f"{cell}: differs from what does not exist" for cell in strangers(row) if not same(cell, row[-1])]
    assert not wrong, "\n".join([f"{len(wrong)} of {cells} cells are wrong:", *wrong])


def strangers(row: list[Cell]) -> list[Cell]:
    return [cell for cell in row if row[-1].question.whose == MISSING and not cell.question.may]


def same(one: Cell, other: Cell) -> bool:
    """Return whether two answers cannot be told apart: status, headers, every byte; a redirect names only what was asked for."""
    if one.response.status_code == 302:
        return other.response.status_code == 302
    if one.response.status_code == 401:
        return other.response.status_code == 401
    return (
        one.response.status_code == other.response.status_code
        and words(one.response) == words(other.response)
        and dict(one.response.headers) == dict(other.response.headers)
    )


def words(response) -> bytes:
    """Return a page without the token of its form, which is another at every look."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", response.content)


def test_the_walk_is_long_enough():
    assert len(EVERY_QUESTION) > 15_000
    assert len(ASKED_NOW) > 1_500


def test_every_run_asks_each_route_for_each_kind_of_answer_about_each_kind_of_object_by_who_may_and_by_who_may_not():
    assert {kind for one in ASKED_NOW for kind in kinds(one)} == {kind for one in EVERY_QUESTION for kind in kinds(one)}
    asked = {(one.name, one.whose, one.may) for one in ASKED_NOW} | {
        (one.name, one.method, one.may) for one in ASKED_NOW
    }
    for name, route in ROUTES.items():
        for whose, who in route.may.items():
            assert ((name, whose, True) in asked) is bool(who)
            assert (name, whose, False) in asked
        for method in ("GET", "POST"):
            assert ((name, method, True) in asked) is any(route.may.values())
            assert (name, method, False) in asked


def test_nobody_posts_anything_without_a_token_of_the_page(world):
    accepted, browsers = [], {}
    for name, route in ROUTES.items():
        whose = next((whose for whose, who in route.may.items() if who), next(iter(route.may)))
        actor = sorted(route.may[whose] or {MANAGER})[0]
        if actor not in browsers:
            browsers[actor] = world.browser(actor, enforce_csrf_checks=True)
        answer = browsers[actor].post(world.address(name, whose))
        if answer.status_code not in ({403} if not route.public else {403, 405}):
            accepted.append(f"{name}: {answer.status_code}")
    assert not accepted


OTHER_METHODS = ("PUT", "PATCH", "DELETE", "TRACE")
OTHERWISE_NOW = frozenset(
    covering(product(OTHER_METHODS, ROUTES), lambda one: one)
)  # each method and each route is met


@pytest.mark.parametrize("method", OTHER_METHODS)
def test_other_methods_change_nothing(world, method):
    client, wrong = world.browser(MANAGER), []
    for name, route in ROUTES.items():
        if (method, name) not in OTHERWISE_NOW:
            continue
        whose = next((whose for whose, who in route.may.items() if MANAGER in who), next(iter(route.may)))
        sid = transaction.savepoint()
        with CaptureQueriesContext(connection) as queries:
            answer = client.generic(method, world.address(name, whose))
        transaction.savepoint_rollback(sid)
        writes = {found for query in queries for found in WRITE.findall(query["sql"])} - NOT_COUNTED
        if answer.status_code >= 500 or writes:
            wrong.append(f"{name}: {answer.status_code} {writes}")
    assert not wrong


def test_a_refusal_is_written_down(world):
    world.browser(STRANGER).get(world.address("person", OWN))

    entry = Entry.objects.get(what="refused")
    assert entry.member == world.members[STRANGER]
    assert entry.subject == str(world.objects["person", OWN]["uid"])
    assert entry.counts == {"route": "person"}


@pytest.mark.parametrize("name", sorted(name for name, route in ROUTES.items() if route.of == "person"))
def test_seeing_a_person_leaves_one_row(world, name):
    client, uid = world.browser(MANAGER), world.objects["person", OWN]["uid"]

    status = client.get(world.address(name, OWN)).status_code

    shown = status == 200
    entries = Entry.objects.filter(what="opened", subject=str(uid), member=world.members[MANAGER])
    assert entries.count() == (1 if shown else 0)


def test_a_page_whose_reading_cannot_be_written_down_is_not_shown(world, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("no room")

    client = world.browser(OWNER)
    monkeypatch.setattr(Entry.objects, "create", broken)

    answer = client.get(world.address("person", OWN))

    assert answer.status_code == 500
    assert "Person" not in answer.content.decode()


def test_a_deputy_who_is_one_no_more_is_a_stranger_on_the_next_request(world):
    client = world.browser(DEPUTY)
    assert client.get(world.address("person", OWN)).status_code == 200

    world.team.deputy = None
    world.team.save()

    assert client.get(world.address("person", OWN)).status_code == 404
    assert client.get(reverse("team")).status_code == 404


def test_a_worker_who_handed_somebody_over_is_a_stranger_the_day_it_holds(world, on):
    client, worker = world.browser(OWNER), world.members[OWNER]
    allocation = worker.allocations.get(ends_before=None)
    allocation.ends_before = TODAY + timedelta(days=1)
    allocation.save()
    assert client.get(world.address("person", OWN)).status_code == 200

    on(TODAY + timedelta(days=1))

    assert client.get(world.address("person", OWN)).status_code == 404


# What a service manager reads ------------------------------------------------------------------------------------------

REPORT = {"month": "2026-10"}


@pytest.mark.parametrize("sent", [True, False], ids=["sent", "not sent"])
@pytest.mark.parametrize("actor", sorted(MEMBERS))
def test_a_report_is_read_by_those_who_lead_the_team_and_once_it_is_sent_by_the_service_manager(world, actor, sent):
    """The figures of workers: on the page, as PDF, as CSV and xlsx. To everybody else the team is not there."""
    if sent:
        send(team=world.team, month=date(2026, 10, 1), by=world.members[MANAGER], today=TODAY)
    client, asked = world.browser(actor), REPORT | {"team": world.team.pk}
    figures = actor in LEADERS or (sent and actor == SERVICE_MANAGER)

    page = client.get(reverse("team_month"), asked)
    files = [client.get(reverse("team_month_export", args=[kind]), asked) for kind in ("pdf", "csv", "xlsx")]

    opens = actor in LEADERS | {SERVICE_MANAGER}
    assert page.status_code == (200 if opens else 404)
    names_the_worker = re.search(rf"\b{world.members[OWNER].name}\b", page.content.decode())
    assert (opens and bool(names_the_worker)) is figures
    assert {answer.status_code for answer in files} == {200 if figures else 404}


# What is posted may name nothing of another team or service either -----------------------------------------------------


def foreign_fields(world):
    """Yield (actor, route, whose, field, values of others, the rest of the form)."""
    day = TODAY.isoformat()
    strangers = [world.members[STRANGER], world.worker_elsewhere]
    their_teams = [world.team_beside, world.team_elsewhere]
    allocation = {"on": day, "tier": "medium", "purpose": "x", "first_action": "x"}
    post = {"starts_on": day, "fte": "1"}
    yield MANAGER, "allocate", WAITING, "worker", strangers, allocation
    yield MANAGER, "hand_over", OWN, "worker", strangers, allocation
    yield MANAGER, "return_to_waiting", OWN, "owner", strangers, {"on": day, "due_on": day, "contingency": "x"}
    yield MANAGER, "person_add", "", "team", their_teams, {"name": "Somebody", "contact_preference": "ok"}
    yield MANAGER, "other_team", WAITING, "team", their_teams[1:], {}
    theirs = [world.members[who].allocations.get().client for who in (MATE, STRANGER)]
    group = {"name": "x", "minutes": "60", "on": day, "facilitators": str(world.members[OWNER].uid)}
    yield MANAGER, "group_add", "", "team", their_teams, group
    yield MANAGER, "group_add", "", "facilitators", strangers, group | {"team": world.team.pk}
    yield MANAGER, "facilitator_add", OWN, "who", strangers, {"on": day}
    yield OWNER, "group_join", OWN, "who", theirs, {"on": day}
    yield MANAGER, "absence_add", "", "worker", strangers, {"starts_on": day}
    yield OWNER, "session_book", OWN, "with_member", strangers, {"kind": "check_in", "planned_on": day, "minutes": "30"}
    yield (
        ADMIN,
        "staff_add",
        "",
        "home_team",
        their_teams[1:],
        {"name": "x", "email": "x@y.example", "role": "peer_worker"},
    )
    yield ADMIN, "staff_edit", OWN, "home_team", their_teams[1:], {"name": "x", "role": "peer_worker", "active": "on"}
    yield ADMIN, "post_add", OWN, "team", their_teams[1:], post
    yield ADMIN, "post_edit", OWN, "team", their_teams[1:], post
    yield ADMIN, "team_add", "", "manager", [world.members[ELSEWHERE]], {"name": "x"}
    yield ADMIN, "team_edit", OWN, "deputy", strangers[1:], {"name": "x"}


def test_a_form_names_nobody_and_nothing_of_another_team_or_service(world):
    taken = []
    for actor, name, whose, field_name, others, rest in foreign_fields(world):
        client = world.browser(actor)
        for other in others:
            for value in {other.pk, getattr(other, "uid", other.pk)}:
                with CaptureQueriesContext(connection) as queries:
                    answer = client.post(world.address(name, whose), rest | {field_name: str(value)})
                writes = {found for query in queries for found in WRITE.findall(query["sql"])} - NOT_COUNTED
                if answer.status_code not in {200, 422} or writes:
                    taken.append(f"{name}.{field_name}: {answer.status_code} {writes}")
    assert not taken


def test_fields_nobody_offers_are_not_taken(world):
    """A person's organisation, points or author cannot be set by posting them."""
    person = world.members[OWNER].allocations.get(ends_before=None).client
    answer = world.browser(MANAGER).post(
        world.address("person_edit", OWN),
        {
            "name": "Hine Te Ao",
            "contact_preference": "ok",
            "version": person.version,
            "organisation": world.members[ELSEWHERE].organisation_id,
            "team": world.team_beside.pk,
            "tier": "high",
            "uid": str(uuid.uuid4()),
        },
    )
    before = person.organisation_id, person.team_id, person.tier, person.uid
    person.refresh_from_db()
    assert answer.status_code == 302 and person.name == "Hine Te Ao"
    assert (person.organisation_id, person.team_id, person.tier, person.uid) == before
