"""
Every form says what it was filled from, or which submission it is; or it stands in a list here with the reason why not.

See `peerload.staff.concurrency`. The world of members and rows is that of `tests.test_access`.
"""

import pytest
from django.db import transaction
from django.urls import resolve

from peerload.staff.concurrency import FILLED_FROM, SUBMISSION
from peerload.staff.templatetags.form_state import views_by_name
from tests.forms import Forms
from tests.test_access import LIBRARY, MANAGER, MISSING, ROUTES, World

VERSION = (
    "version"  # the number of a row's last change, which its action compares under the row's lock and answers 409 to
)

CARRIES_ITS_OWN = {
    # A number, compared by the action under the lock of the row; refused, both texts are shown.
    "plan_edit": VERSION,
    "plan_agree": VERSION,
    "plan_change": VERSION,
    "mine_edit": VERSION,
    "adjustment_edit": VERSION,
    "adjustment_agree": VERSION,
    "adjustment_end": VERSION,
    "record_words": VERSION,
    "record_submit": VERSION,
    "record_reason": VERSION,
    "record_supervision": VERSION,
    "record_complete": VERSION,
    "record_agree": VERSION,
    "record_disagree": VERSION,
    "record_other_manager": VERSION,
    "action_drop": VERSION,
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
    "light_or_dark": "sets one's own light or dark to what is chosen, whatever it was",
    "welcome": "a link of one use: the second press finds it used",
    "contact_undo": "takes one contact back; taken back already it says the same",
    "duty_done": "says done or not done of one duty of one day, whatever it was",
    "leaving_step_done": "says done or not done of one step, whatever it was",
    "action_settle": "says done or not done of one action, whatever it was",
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
    "mine_take_back": "has nobody but the author read the plan, whoever could",
    "email_confirm": "a link of one use: the second press finds it used",
    "staff_email_keep": "forgets the address asked for; pressed again there is none",
    "import": "reads a file into a preview; nothing of the service changes",
    "import_confirm": "an upload is brought in once, by its state under its lock",
    "import_undo": "undoes the last import, named by its key, once by its state under the lock of the service",
    "import_let_go": "an upload is let go once, by its state under its lock",
}


@pytest.fixture
def world(db, today, caplog):
    caplog.set_level("CRITICAL", logger="django.request")  # a refusal is no news here
    return World()


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


def takes_forms(world, name: str) -> bool:
    """Return whether a route takes what is posted to it."""
    sid = transaction.savepoint()
    whose, actor = next(who_may(name), (next(iter(ROUTES[name].may)), MANAGER))
    status = world.browser(actor).post(world.address(name, whose)).status_code
    transaction.savepoint_rollback(sid)
    return status != 405


def test_every_route_that_takes_a_form_is_guarded_or_stands_in_a_list(world):
    taking = {name for name in OURS if takes_forms(world, name)}
    guarded = {name for name in OURS if carried_by(name)}

    assert sorted(taking - guarded - set(HARMLESS)) == []
    assert sorted((guarded | set(HARMLESS)) - taking) == []
    assert sorted(guarded & set(HARMLESS)) == []


def forms_shown(world):
    """Yield every form on every page of ours: the route it is posted to, its fields, and where it stands."""
    browsers = {}
    for name in OURS:
        for whose, actor in who_may(name):
            if actor not in browsers:
                browsers[actor] = world.browser(actor)
            url = world.address(name, whose)
            page = browsers[actor].get(url)
            if page.status_code == 200 and "html" in page.headers.get("Content-Type", ""):
                for action, fields in Forms(page.content.decode(), url).found:
                    yield resolve(action.split("?")[0]).url_name, fields, f"{name} {whose} as {actor}"


# Buttons of a state that the world of members and rows is not in.
IN_ANOTHER_STATE = {
    *("message_resend", "plan_drop", "plan_take_back", "record_agree", "record_submit", "scheme_kind_drop"),
    *("scheme_take_back", "session_remove", "study_log", "two_people"),
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
    assert {name for name in OURS if carried_by(name)} - seen == IN_ANOTHER_STATE
