"""
Every form says what it was filled from, or which submission it is; or it stands in a list here with the reason why not.

See `peerload.staff.concurrency`. The world of members and rows is that of `tests.test_access`.
"""

import re
from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.core import signing
from django.db import transaction
from django.urls import resolve

from caseload.duplicates.actions.merging import merge
from caseload.models import Allocation, Contact, Group, GroupMeeting, TemporaryMove
from caseload.models import Client as Person
from caseload.temporary_moves.board_form import COVER
from peerload.core import clock
from peerload.guides import actions as guide_actions
from peerload.guides import rules as guide_rules
from peerload.guides.models import Guide, GuideAnswers, GuideTemplate
from peerload.notices.models import Message
from peerload.staff import concurrency
from peerload.staff.concurrency import FILLED_FROM, SUBMISSION
from peerload.staff.models import Absence, Leaving
from peerload.staff.templatetags.form_state import views_by_name
from tests import factories
from tests.confirmed import confirm
from tests.conftest import TODAY
from tests.forms import Forms, carried, filled
from tests.long import covering
from tests.test_access import (
    ADMIN,
    ENDED,
    LIBRARY,
    MANAGER,
    MATE,
    MISSING,
    OTHER_MANAGER,
    OWN,
    OWNER,
    RESPONSIBLE_FOR,
    ROUTES,
    WAITING,
    World,
)
from wellbeing.models import Adjustment, PlanLine, PrivateDocument, TimePlan
from workload.models import MonthlyRecord, RemedialAction, Scheme, Weight
from workload.schemes import actions as schemes

VERSION = (
    "version"  # the number of a row's last change, which its action compares under the row's lock and answers 409 to
)

CARRIES_ITS_OWN = {
    # A number, compared by the action under the lock of the row; refused, both texts are shown.
    "next_step_move": VERSION,
    "next_step_end": VERSION,
    "meeting_change": VERSION,
    "meeting_call_off": VERSION,
    "meeting_take_back": VERSION,
    "plan_edit": VERSION,
    "plan_agree": VERSION,
    "plan_change": VERSION,
    "mine_edit": VERSION,
    "adjustment_edit": VERSION,
    "adjustment_agree": VERSION,
    "adjustment_end": VERSION,
    "guide_section": VERSION,
    "guide_sign": VERSION,
    "checklist_template_edit": VERSION,
    "checklist_template_phase": VERSION,
    "guide_template_edit": VERSION,
    "guide_template_section": VERSION,
    "guide_template_publish": VERSION,
    "record_words": VERSION,
    "record_submit": VERSION,
    "record_reason": VERSION,
    "record_supervision": VERSION,
    "record_complete": VERSION,
    "record_agree": VERSION,
    "record_disagree": VERSION,
    "record_other_manager": VERSION,
    "record_explain": VERSION,
    "record_note": VERSION,
    "record_decide": VERSION,
    "action_drop": VERSION,
    "team_month_agree": VERSION,
    "scheme_settings": VERSION,
    "scheme_preset": VERSION,
    "scheme_weight": VERSION,
    "scheme_kind_add": VERSION,
    "scheme_kind_drop": VERSION,
    "scheme_publish": VERSION,
    "scheme_drop": VERSION,
    # The id of a submission that the row itself keeps; each button of the form counts once.
    "time_log": SUBMISSION,
    "study_log": SUBMISSION,
}

HARMLESS = {
    "my_day": "shows the page, whatever is posted",
    "kept": "throws away what this browser kept; pressed again there is nothing to throw away",
    "my_calendar": "makes one's own link anew, as its button says; pressed again, the second link holds",
    "my_calendar_end": "ends one's own link; ended already there is nothing to end",
    "my_calendar_alarm": "sets one's own alarm to what is chosen, whatever it was",
    "search": "turns a key off or on, on this device, whatever it was",
    "passkey_offer": "lets this device remember that it was asked, whatever it remembered",
    "light_or_dark": "sets one's own light or dark to what is chosen, whatever it was",
    "welcome": "a link of one use: the second press finds it used",
    "drop_in_undo": "takes one drop-in back; taken back already it says the same",
    "contact_undo": "takes one contact back; taken back already it says the same",
    "duty_done": "says done or not done of one duty of one day, whatever it was",
    "leaving_step_done": "says done or not done of one step, whatever it was",
    "report_answer": "answers one question once; answered already it says who did",
    "record_settle": "answers once what was assumed; answered already it says so",
    "action_tick_off": "says done or not done of one action, whatever it was",
    "plan_row_put_away": "offers one row in no new plan; put away already it is not there",
    "closure_remove": "opens one day again, which has nothing to change; pressed again the day is not there",
    "scheme_begin": "a service has one draft: where there is one, it leads to it",
    "in_no_team": "gives a team only to people who have none, asked again under their locks",
    "time_remove": "deletes one's own entry; pressed again it is not there",
    "study_piece_remove": "deletes one's own entry; pressed again it is not there",
    "study_stop": "ends one's own study with today; ended already it says so",
    "study_delete": "deletes one's own study after a question; pressed again it is not there",
    "mine_delete": "deletes one's own page after a question; pressed again it is not there",
    "mine_same": "sets the day one's own plan was looked at to today",
    "mine_take_back": "ends the sharing of one's own plan; not shared, there is nothing to end",
    "guide_share": "shares a guide after a question; shared already it says so",
    "session_talk": "books a debrief where none is ahead; again, the one ahead stands",
    "guide_take_back": "ends the sharing of one's own guide; not shared, there is nothing to end",
    "guide_step_tick": "says that a step is done or is not, as the button says, whatever it was",
    "guide_step_remove": "removes a step; pressed again it is not there",
    "guide_put_away": "ends a signed guide; ended already, nothing changes",
    "guide_extend": "sets a later last day; one that is not later is refused",
    "guide_first_put_away": "puts a proposal away; again, nothing changes",
    "guide_remove": "removes a guide after a question; pressed again it is not there",
    "survey": "counts a member's answers once, by the box under its lock; answered already it says so",
    "survey_close": "closes a survey after a question; closed already it is not there",
    "survey_withdraw": "removes a survey after a question; pressed again it is not there",
    "checklist_step_done": "says done or not done of one step, whatever it was",
    "checklist_part_done": "says done or not done of one part of a step, whatever it was",
    "checklist_put_away": "puts a checklist away; put away already it is not there",
    "checklist_proposed_put_away": "puts a proposal away; put away already there is none",
    "guide_template_offer": "offers a template or puts it away, as the button says, whatever it was",
    "email_confirm": "a link of one use: the second press finds it used",
    "staff_email_keep": "forgets the address asked for; pressed again there is none",
    "import": "reads a file into a preview; nothing of the service changes",
    "import_confirm": "an upload is brought in once, by its state under its lock",
    "import_undo": "undoes the last import, named by its key, once by its state under the lock of the service",
    "export_decide": "confirms or refuses one export once, by its state under its lock",
    "import_let_go": "an upload is let go once, by its state under its lock",
}


MADE_ONCE = {"world": (World, TODAY)}


OURS = [name for name in ROUTES if name not in LIBRARY]


def carried_by(name: str) -> set[str]:
    """Return the hidden fields that the form of a route has to carry."""
    view = views_by_name()[name]
    found = {field for field, guarded in ((FILLED_FROM, "changes"), (SUBMISSION, "creates")) if hasattr(view, guarded)}
    return found or {CARRIES_ITS_OWN[name]} if name in CARRIES_ITS_OWN else found


def who_may(name: str):
    """Yield about what, and as whom, a route is opened here; the manager before the deputy, who sees the same."""
    for whose, who in ROUTES[name].may.items():
        if whose != MISSING and who:
            yield whose, sorted(who, key=lambda actor: (actor != MANAGER, actor))[0]


def takes_forms(world, browsers: dict, name: str) -> bool:
    """Return whether a route takes what is posted to it."""
    whose, actor = next(who_may(name), (next(iter(ROUTES[name].may)), MANAGER))
    if actor not in browsers:
        browsers[actor] = world.browser(actor)
    sid = transaction.savepoint()
    status = browsers[actor].post(world.address(name, whose)).status_code
    transaction.savepoint_rollback(sid)
    return status != 405


def test_every_route_that_takes_a_form_is_guarded_or_stands_in_a_list(world):
    browsers: dict = {}
    taking = {name for name in OURS if takes_forms(world, browsers, name)}
    guarded = {name for name in OURS if carried_by(name)}

    assert sorted(taking - guarded - set(HARMLESS)) == []
    assert sorted((guarded | set(HARMLESS)) - taking) == []
    assert sorted(guarded & set(HARMLESS)) == []


def _kinds_of_pages(page):
    """Yield the page with the state of what it is about, and whose that is: another's page is like one's own."""
    name, whose, _ = page
    yield name, whose if whose in {WAITING, RESPONSIBLE_FOR, ENDED} else ""
    yield ROUTES[name].of, whose


def forms_shown(world):
    """
    Yield the forms on every page of ours: the route each is posted to, its fields, and where it stands.

    Every page is opened about a thing in each state, about each kind of object one page; in a long run every page about each.
    """
    browsers = {}
    pages = [(name, whose, actor) for name in OURS for whose, actor in who_may(name)]
    for name, whose, actor in covering(pages, _kinds_of_pages):
        if actor not in browsers:
            browsers[actor] = world.browser(actor)
        url = world.address(name, whose)
        page = browsers[actor].get(url)
        if page.status_code == 200 and "html" in page.headers.get("Content-Type", ""):
            for action, fields in Forms(page.content.decode(), url).found:
                yield resolve(action.split("?")[0]).url_name, fields, f"{name} {whose} as {actor}"


# Opened twice ---------------------------------------------------------------------------------------------------------

OTHER_SUPPORT = ("change_tier", {"tier": "high", "reason": "More is needed."})
OTHER_MINUTES = ("group_edit", {"minutes": "45"})
OTHER_LAST_DAY = ("leaving_change", {"last_day": "2026-12-21"})

# By route: who opens it, about what, what the first one saves (with which form, where it is another), and what the second does.
OPENED_TWICE = {
    "team_edit": (ADMIN, OWN, {"name": "Waka Ama"}, {"name": "Waka Moana"}),
    "staff_edit": (ADMIN, OWN, {"name": "Mere Paki"}, {"name": "Mere Rewi"}),
    "post_edit": (ADMIN, OWN, {"fte": "0.8"}, {"fte": "0.5"}),
    "post_add": (ADMIN, OWN, {"starts_on": "2026-12-01", "fte": "0.8"}, {"starts_on": "2026-12-08", "fte": "0.5"}),
    "service": (ADMIN, "", {"parked_weeks": "8"}, {"parked_weeks": "7"}),
    "session_cadence": (ADMIN, "", {"check_in": "3"}, {"check_in": "5"}),
    "absence_edit": (MANAGER, OWN, {"expected_back": "2026-12-07"}, {"kind": "Annual leave"}),
    "leave_kind": (ADMIN, OWN, {"name": "Yearly leave"}, {"name": "Paid leave"}),
    "acting": (ADMIN, OWN, ("acting_end", {"ends_before": "2027-09-13"}), {"starts_on": "2027-09-07"}),
    "acting_end": (ADMIN, OWN, {"ends_before": "2027-09-13"}, {"ends_before": "2027-09-20"}),
    "person_edit": (MANAGER, OWN, {"phone": "021 555 0111"}, {"contact_note": "Ask for Lottie"}),
    "change_tier": (MANAGER, OWN, OTHER_SUPPORT, {"tier": "group", "reason": "Less is needed."}),
    "keep_in_touch": (MANAGER, OWN, OTHER_SUPPORT, {"talked": "yes", "reason": "They are well."}),
    "close_decide": (MANAGER, OWN, OTHER_SUPPORT, {"reason": "They move away."}),
    "close": (MANAGER, OWN, OTHER_SUPPORT, {"moved_on": "ended", "reason": "They are well."}),
    "return_to_waiting": (MANAGER, OWN, OTHER_SUPPORT, {"due_on": "2026-11-20", "contingency": "Ring the nurse"}),
    "waiting_edit": (MANAGER, RESPONSIBLE_FOR, {"action": "Ring her"}, {"action": "Write to her"}),
    "contact_note": (OWNER, OWN, {"minutes": "30"}, {"note": "She feels better"}),
    "consent_edit": (OWNER, OWN, {"about": "Housing alone"}, {"name": "Sina Ward"}),
    "goal_edit": (OWNER, OWN, {"words": "A job in a kitchen"}, {"words": "A job with animals"}),
    "group_edit": (MANAGER, OWN, {"name": "Friday kitchen"}, {"name": "Friday garden"}),
    "group_close": (MANAGER, OWN, OTHER_MINUTES, {"on": "2026-11-20"}),
    "work_end": (MANAGER, OWN, {"until": "2026-11-20"}, {"until": "2026-11-27"}),
    "responsibility_end": (MANAGER, OWN, {"until": "2026-11-20"}, {"until": "2026-11-27"}),
    "leaving_change": (MANAGER, OWN, {"last_day": "2026-12-21"}, {"last_day": "2026-12-14"}),
    "leaving_step": (MANAGER, OWN, {"due_on": "2026-11-20"}, {"due_on": "2026-11-27"}),
    "checklist_step": (MANAGER, OWN, {"due_on": "2026-11-20", "note": "x"}, {"due_on": "2026-11-27", "note": "x"}),
    "checklist_move": (MANAGER, OWN, {"anchor_on": "2027-02-01"}, {"anchor_on": "2027-03-01"}),
    "session_held": (MANAGER, OWN, {"held_on": "2026-11-10"}, {"held_on": "2026-11-11"}),
    "plan_template": (MANAGER, OWN, {"name": "Ours", "act": "keep"}, {"name": "Yours", "act": "keep"}),
}


@pytest.mark.parametrize("name", sorted(OPENED_TWICE))
def test_of_two_who_have_a_form_open_the_second_is_asked(world, name):
    actor, whose, first, second = OPENED_TWICE[name]
    first_name, first = first if isinstance(first, tuple) else (name, first)
    client, url = world.browser(actor), world.address(name, whose)
    first_url = world.address(first_name, whose)
    opened = filled(client.get(url)) | second
    saved = client.post(first_url, filled(client.get(first_url)) | first)
    assert saved.status_code in (302, 303), saved.content.decode()
    state = views_by_name()[name].changes
    kwargs = resolve(url).kwargs
    request = saved.wsgi_request
    row = state.find(request, **kwargs)
    theirs = state.describe_now(row, request)

    asked = client.post(url, opened)

    assert asked.status_code == 409, asked.content.decode()
    page = asked.content.decode()
    assert "This changed while you had it open" in page
    assert all(value in page for value in second.values())
    assert state.describe_now(row, request) == theirs

    insisted = client.post(url, opened | carried(asked))
    assert insisted.status_code in (302, 303), insisted.content.decode()
    assert state.describe_now(row, request) != theirs


def note_field(world) -> str:
    """Return the name of the field for the note about the one person a leaver supports."""
    return f"note_{world.objects['person', OWN]['uid'].hex}"


def board_choice(world) -> dict:
    """Return the choice of a cover board that the manager covers the one person of an absent worker."""
    uid = world.objects["person", OWN]["uid"].hex
    return {f"to_{uid}": COVER, f"who_{uid}": world.members[MANAGER].name}


# States in which there is such a form ------------------------------------------------------------------------------------


def rows_of(world, model, of: str, whose: str = OWN):
    return model.objects.filter(pk=world.objects[of, whose]["pk"])


def nothing(world):
    """Leave the world as it is: the form is shown to another reader than the walk sends."""


def kind_added(world):
    draft = Scheme.objects.get(organisation=world.team.organisation, published_at=None)
    added = schemes.add_kind(
        scheme_id=draft.pk,
        version=draft.version,
        element="extra",
        fields={"label": "Marae visit", "points": 3, "per": "row"},
    )
    world.put("weight", OWN, added)


def decided(world):
    Allocation.objects.filter(client=world.objects["person", OWN]["pk"]).update(close_decided_on=TODAY)


def struck(world):
    contacts = rows_of(world, Contact, "contact")
    contacts.update(
        voided_at=clock.now(), voided_by=world.members[OWNER], void_reason="Another person", note="She feels better"
    )


def two_facilitate(world):
    group = rows_of(world, Group, "group").get()
    group.facilitators.create(organisation=group.organisation, worker=world.members[MATE], starts_on=TODAY)


def one_moved(world):
    factories.GroupMeetingFactory(group=rows_of(world, Group, "group").get())


def all_answered(world):
    """Both have answered the guide about the worker, so that it can be signed."""
    for by in (OWNER, MANAGER):
        guide = rows_of(world, Guide, "guide").get()
        values = {item.key: "yes" for item in guide.content.sections[0].items}
        answers = guide_rules.SideAnswers(values)
        guide_actions.write(
            guide=guide, section="basics", by=world.members[by], answers=answers, version=0, today=TODAY
        )


def not_sent(world):
    rows_of(world, Message, "message").update(state="failed")


def own_to_share(world):
    rows_of(world, PrivateDocument, "document").update(shared_with=None, shared_on=None)


def with_password(world):
    user = world.members[MANAGER].user
    user.set_password("wide river at night")
    user.save()


def is_back(world):
    Absence.objects.filter(worker=world.members[OWNER]).update(ends_before=TODAY)


def plan_a_draft(world):
    rows_of(world, TimePlan, "plan").update(state="draft", proposed_on=None)


def asks_not_to_be_contacted(world):
    rows_of(world, Person, "person").update(contact_preference="please_dont")


def return_proposed(world):
    """Somebody of a teammate who is at work is with the manager until today."""
    mate, manager = world.members[MATE], world.members[MANAGER]
    Absence.objects.filter(worker=mate).delete()
    Leaving.objects.filter(member=mate).update(withdrawn_on=TODAY)
    person = factories.ClientFactory(supported_by=mate, since=date(2026, 10, 1))
    person.allocations.update(ends_before=date(2026, 11, 2))
    allocation = factories.AllocationFactory(client=person, worker=manager, starts_on=date(2026, 11, 2))
    about = {"organisation": person.organisation, "client": person, "allocation": allocation, "back_to": mate}
    TemporaryMove.objects.create(**about, until=TODAY, by=manager)


def return_chosen(world):
    return {f"answer_{TemporaryMove.objects.get().pk}": "stays", "do": "save"}


def published_ahead(world):
    draft = Scheme.objects.get(organisation=world.team.organisation, published_at=None)
    schemes.publish(scheme_id=draft.pk, version=draft.version, by=world.members[ADMIN])
    world.put("scheme", OWN, draft)


def submitted(world):
    MonthlyRecord.objects.filter(worker=world.members[OWNER]).update(status="submitted")


def not_agreed(world):
    worker, other = world.members[OWNER], world.members[OTHER_MANAGER]
    words = {"disagreed_by": worker, "disagreed_total": 97, "disagreement": "Twice"}
    words |= {"explained_by": world.members[MANAGER], "explanation": "Once"}  # which a decision waits for
    MonthlyRecord.objects.filter(worker=worker).update(status="not_agreed", other_manager=other, **words)


def session_planned(world):
    world.put(
        "supervision", OWN, factories.SessionFactory(worker=world.members[OWNER], with_member=world.members[MANAGER])
    )


def one_record_of_two(world):
    kept = rows_of(world, Person, "person").get()
    absorbed = factories.ClientFactory(organisation=kept.organisation, team=kept.team, support="inactive")
    factories.refresh_derived(absorbed)
    merge(kept_id=kept.pk, absorbed_id=absorbed.pk, by=world.members[MANAGER], today=TODAY)


def just_confirmed(world):
    browser = world.browser

    def confirmed(who):
        found = browser(who)
        confirm(found.session, world.members[who])
        return found

    world.browser = confirmed


# Buttons of a state that the world of members and rows is not in: the state, the page, about what, and who opens it.
IN_ANOTHER_STATE = {
    "export_ask": (just_confirmed, "export_ask", "", ADMIN),
    "guide_sign": (all_answered, "guide", OWN, MANAGER),
    "leave_withdraw": (nothing, "leave_request", OWN, OWNER),
    "meeting_take_back": (one_moved, "group", OWN, OWNER),
    "message_resend": (not_sent, "message", OWN, ADMIN),
    "plan_drop": (plan_a_draft, "my_weeks", "", OWNER),
    "plan_take_back": (nothing, "my_weeks", "", OWNER),
    "record_agree": (submitted, "record", OWN, MANAGER),
    "record_decide": (not_agreed, "record_decide", OWN, OTHER_MANAGER),
    "record_submit": (nothing, "record", OWN, OWNER),
    "scheme_kind_drop": (kind_added, "scheme_weight", OWN, ADMIN),
    "scheme_take_back": (published_ahead, "scheme_version", OWN, ADMIN),
    "session_remove": (session_planned, "session_held", OWN, MANAGER),
    "study_log": (nothing, "study", "", OWNER),
    "two_people": (one_record_of_two, "two_people", OWN, MANAGER),
}


def test_every_form_carries_what_it_was_filled_from_or_which_submission_it_is(world):
    wrong, seen = [], set()
    for name, fields, where in forms_shown(world):
        if name in LIBRARY:
            continue
        seen.add(name)
        if lacking := carried_by(name) - {field for field, value in fields.items() if value}:
            wrong.append(f"{where}: the form to {name} carries no {', '.join(sorted(lacking))}")

    assert not wrong, "\n".join(wrong)
    assert sorted({name for name in OURS if carried_by(name)} - seen) == sorted(IN_ANOTHER_STATE)


@pytest.mark.parametrize("name", sorted(IN_ANOTHER_STATE))
def test_a_button_of_another_state_carries_what_it_was_filled_from_too(world, name):
    arrange, page, whose, actor = IN_ANOTHER_STATE[name]
    arrange(world)
    url = world.address(page, whose)
    answer = world.browser(actor).get(url)
    found = [
        fields for to, fields in Forms(answer.content.decode(), url).found if resolve(to.split("?")[0]).url_name == name
    ]
    assert found and all(fields.get(field) for fields in found for field in carried_by(name)), said_of(answer)


# Forms whose first save leaves the second nothing to do: they are filled from something else than what is stored.
READ_BEFORE = {
    "look_again": (MANAGER, OWN, {"words": "It still holds", "review_on": "2026-12-07"}),
    "other_team": (MANAGER, WAITING, lambda world: {"team": world.team_beside.pk, "words": "Nearer"}),
    "decide_not_in_touch": (MANAGER, OWN, {"moved_on": "moved_away", "reason": "To Nelson"}),
    "hand_over": (
        *(MANAGER, OWN),
        lambda world: {"worker": world.members[MATE].uid, "purpose": "Nearer", "first_action": "Ring"},
    ),
    "contact_void": (OWNER, OWN, {"reason": "Another person"}),
    "session_void": (MANAGER, OWN, {"reason": "Another group"}),
    "drop_in_void": (OWNER, OWN, {"reason": "Counted twice"}),
    "consent_withdraw": (OWNER, OWN, {"withdrawn_on": "2026-11-10"}),
    "goal_end": (OWNER, OWN, {"ended_as": "reached", "ended_on": "2026-11-10"}),
    "leave_withdraw": (OWNER, OWN, {}),
    "leave_answer": (MANAGER, OWN, {"what": "other_days", "answer": "The week after?"}),
    "leave_agree": (MANAGER, OWN, {}, is_back),
    "leave_change": (OWNER, OWN, {"last_day": "2026-12-10", "words": "Mere visits Hana"}, is_back),
    "meeting_change": (OWNER, OWN, {"on": "2026-11-20"}),
    "leaving_withdraw": (MANAGER, OWN, {}),
    "session_note": (MANAGER, OWN, {"words": "We keep this"}),
    "plan_template_remove": (MANAGER, OWN, {}),
    "handover": (OWNER, OWN, lambda world: {note_field(world): "Likes to be rung late"}),
    "allocate": (
        *(MANAGER, WAITING),
        lambda world: {"worker": world.members[MATE].uid, "purpose": "Nearer", "first_action": "Ring"},
    ),
    "cover": (MANAGER, OWN, lambda world: {"everybody": world.members[MANAGER].name, "do": "everybody"}),
    "cover_board": (
        MANAGER,
        OWN,
        lambda world: board_choice(world) | {"until": "2026-12-07", "do": "save"},
    ),
    "close_withdraw": (MANAGER, OWN, {"reason": "They stay"}, decided),
    "contact_words": (OWNER, OWN, {}, struck),
    "possible_duplicate": (MANAGER, OWN, {"reason": "Brothers", "answer": "two"}),
    "facilitator_end": (MANAGER, OWN, {}, two_facilitate),
    "group_leave": (MANAGER, OWN, {}),
    "mark_held_by_student": (MANAGER, OWN, {}),
    "message_resend": (ADMIN, OWN, {}, not_sent),
    "mine_share": (OWNER, "", lambda world: {"reader": world.members[MANAGER].uid}, own_to_share),
    "my_email": (MANAGER, "", {"email": "new@harbourside.example", "password": "wide river at night"}, with_password),
    "plan_row": (ADMIN, OWN, {"label": "Marae time"}),
    "plan_drop": (OWNER, "", {}, plan_a_draft),
    "plan_take_back": (OWNER, "", {}),
    "please_dont_agree": (MANAGER, OWN, {}, asks_not_to_be_contacted),
    "returns": (MANAGER, "", return_chosen, return_proposed),
    "scheme_take_back": (ADMIN, OWN, {}, published_ahead),
    "session_move": (MANAGER, OWN, {"planned_on": "2026-11-20"}, session_planned),
    "session_remove": (MANAGER, OWN, {}, session_planned),
    "staff_email": (ADMIN, OWN, {"email": "new@harbourside.example"}),
    "steps_back": (MANAGER, OWN, {"day_0": "2026-11-30", "fte_0": "0.5", "full_from": "2026-12-14"}),
    "support_again": (
        *(MANAGER, ENDED),
        lambda world: {"worker": world.members[MATE].uid, "purpose": "Back", "first_action": "Ring", "tier": "medium"},
    ),
    "two_people": (MANAGER, OWN, {}, one_record_of_two),
    "undo_not_in_touch": (MANAGER, ENDED, {}),
}


def said_of(answer) -> str:
    """Return what is said of a form that was not taken: on its page, or on the one that it leads to."""
    if answer.status_code == 302:
        return " ".join(str(each) for each in get_messages(answer.wsgi_request) if each.level_tag != "success")
    page = answer.content.decode().partition("<main")[2]
    return " ".join(re.sub("<[^>]*>", " ", page).split())[:1000]


@pytest.mark.parametrize("name", sorted(READ_BEFORE))
def test_a_form_filled_from_something_else_is_asked_about(world, name):
    actor, whose, words, *state = READ_BEFORE[name]
    for arrange in state:
        arrange(world)
    words = words(world) if callable(words) else words
    client, url = world.browser(actor), world.address(name, whose)
    page = client.get(url)
    typed = (filled(page) if page.status_code == 200 else {}) | words
    read_before = signing.dumps({"Something": "else"}, salt=concurrency.SALT)

    asked = client.post(url, typed | {FILLED_FROM: read_before})

    assert asked.status_code == 409, said_of(asked)
    assert all(str(value) in asked.content.decode() for value in words.values())
    keeps = re.search(r'href="([^"]+)">Keep what is there now', asked.content.decode()).group(1)
    assert client.get(keeps).status_code == 200
    assert client.post(url, typed | carried(asked)).status_code in (302, 303)


# A number of an older change ------------------------------------------------------------------------------------------

WORDS = "Kept as it was typed"
OTHER_FIGURE = {"total": "97", "note": WORDS}
NEW_KIND = {"label": WORDS, "points": "3", "per": "row", "window": "none", "condition": "none", "on": "on"}


def another_manager(world) -> dict:
    return {"other_manager": world.members[OTHER_MANAGER].pk}


# By route: who, about what, what is typed, and the state in which there is such a form. A button has no words.
OLDER_NUMBER = {
    "next_step_move": (OWNER, OWN, {"due_on": "2026-11-25"}),
    "next_step_end": (OWNER, OWN, {}),
    "meeting_change": (OWNER, OWN, {"on": "2026-11-20"}),
    "meeting_call_off": (OWNER, OWN, {}),
    "meeting_take_back": (OWNER, OWN, {}, one_moved),
    "record_words": (OWNER, OWN, {"comment": WORDS}),
    "record_reason": (MANAGER, OWN, {"reason": WORDS}),
    "record_supervision": (MANAGER, OWN, {"supervision_held_on": "2026-10-29"}),
    "record_disagree": (MANAGER, OWN, lambda world: OTHER_FIGURE | another_manager(world), submitted),
    "record_other_manager": (MANAGER, OWN, another_manager, submitted),
    "record_explain": (MANAGER, OWN, {"explanation": WORDS}, not_agreed),
    "record_note": (MANAGER, OWN, {"manager_note": WORDS}),
    "record_decide": (OTHER_MANAGER, OWN, {"total": "97.000", "reason": WORDS}, not_agreed),
    "record_submit": (OWNER, OWN, {}),
    "record_agree": (MANAGER, OWN, {}, submitted),
    "record_complete": (MANAGER, OWN, {"assumptions": WORDS}),
    "action_drop": (MANAGER, OWN, {}),
    "team_month_agree": (MANAGER, "", {}, submitted),
    "plan_edit": (OWNER, "", {"act": "keep", "template": WORDS}, plan_a_draft),
    "plan_agree": (MANAGER, OWN, {}),
    "plan_change": (MANAGER, OWN, {"words": WORDS}),
    "mine_edit": (OWNER, OWN, {"keeps_me_well": WORDS}),
    "adjustment_edit": (MANAGER, OWN, {"text": WORDS}),
    "adjustment_agree": (MANAGER, OWN, {}),
    "adjustment_end": (MANAGER, OWN, {}),
    "guide_section": (MANAGER, OWN, {"n_role": WORDS}),
    "guide_sign": (MANAGER, OWN, {}),
    "checklist_template_edit": (ADMIN, OWN, {"title": WORDS}),
    "checklist_template_phase": (ADMIN, OWN, {"title": WORDS}),
    "guide_template_edit": (ADMIN, OWN, {"title": WORDS}),
    "guide_template_section": (ADMIN, OWN, {"title": WORDS}),
    "guide_template_publish": (ADMIN, OWN, {}),
    "scheme_settings": (ADMIN, "", {"name": WORDS}),
    "scheme_preset": (ADMIN, "", {"preset": "peer"}),
    "scheme_weight": (ADMIN, OWN, {"label": WORDS}),
    "scheme_kind_add": (ADMIN, "", NEW_KIND),
    "scheme_kind_drop": (ADMIN, OWN, {}),
    "scheme_publish": (ADMIN, "", {}),
    "scheme_drop": (ADMIN, "", {}),
}
NUMBERED = (
    MonthlyRecord,
    RemedialAction,
    TimePlan,
    PlanLine,
    PrivateDocument,
    Adjustment,
    Scheme,
    Weight,
    GroupMeeting,
    Guide,
    GuideAnswers,
    GuideTemplate,
)


def stored() -> list:
    """Return all that the forms of these routes change."""
    return [list(model._base_manager.order_by("pk").values()) for model in NUMBERED]


@pytest.mark.parametrize("name", sorted(OLDER_NUMBER))
def test_a_save_from_an_older_page_is_refused_and_its_words_are_kept(world, name):
    actor, whose, words, *state = OLDER_NUMBER[name]
    for arrange in state:
        arrange(world)
    words = words(world) if callable(words) else words
    client, url = world.browser(actor), world.address(name, whose)
    page = client.get(url)
    typed = (filled(page) if page.status_code == 200 else {}) | words
    before = stored()

    answer = client.post(url, typed | {"version": "999"})

    assert stored() == before
    if words:
        assert answer.status_code in (409, 422), said_of(answer)
        assert all(str(value) in answer.content.decode() for key, value in words.items() if key != "act")
        assert re.search("while you were writing|changed", said_of(answer)), said_of(answer)
    else:
        assert re.search("changed|another version|meanwhile", said_of(answer)), said_of(answer)


def test_every_guarded_route_is_saved_from_an_older_page_here():
    changing = {name for name in OURS if hasattr(views_by_name()[name], "changes")}
    assert sorted(changing - set(OPENED_TWICE) - set(READ_BEFORE)) == []
    assert {name for name, carries in CARRIES_ITS_OWN.items() if carries == VERSION} == set(OLDER_NUMBER)
