"""For every state of somebody, of a session, of a plan: what a page offers to each who reads it works when it is pressed."""

from datetime import date, timedelta
from functools import partial
from random import Random

import pytest
from django.urls import reverse

from caseload import actions as caseload
from caseload.duplicates.actions.merging import merge
from caseload.leaving import actions as leaving
from caseload.models import Client
from peerload.home.sweep import sweep
from tests import factories
from tests.buttons import reader, refusals
from tests.conftest import TODAY
from tests.long import first_met
from wellbeing.plans import actions as plans
from wellbeing.plans.rules.templates import NOTES
from workload import actions as work
from workload.schemes.actions import begin_draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

LONG_AGO = date(2026, 3, 2)


@pytest.fixture
def readers(organisation, worker, teammate, manager, deputy, other_manager, stranger, service_manager, admin):
    work.create_scheme(organisation)
    return {
        "worker": worker,
        "teammate": teammate,
        "manager": manager,
        "deputy": deputy,
        "other manager": other_manager,
        "stranger": stranger,
        "service manager": service_manager,
        "admin": admin,
    }


def wrong(readers, addresses, state) -> dict[tuple[str, str], list[str]]:
    """
    Return what pages offer a reader and refuse.

    Every reader presses every button. Of links to one kind of page the first is followed, by one reader to whom it is offered;
    who that is differs from state to state. `make test-long` lets every reader follow those offered to them.
    """
    found, is_first = {}, first_met()
    order = list(readers.items())
    Random(state.__name__).shuffle(order)
    for who, member in order:
        client = reader(member)
        for address in addresses:
            refused = refusals(client, address, links=partial(is_first, who))[1]
            if refused:
                found[who, address] = refused
    return found


# Somebody ---------------------------------------------------------------------------------------------------------------


def supported(worker, **given):
    return factories.ClientFactory(name="Aroha Tipene", supported_by=worker, since=LONG_AGO, **given)


def waiting(worker, manager):
    person = factories.ClientFactory(
        name="Aroha Tipene", organisation=worker.organisation, team=worker.home_team, since=date(2026, 11, 2)
    )
    factories.ReferralFactory(client=person, referred_on=date(2026, 11, 2))
    return person


def active(worker, manager):
    return supported(worker)


def closing(worker, manager, on=date(2026, 11, 9)):
    person = supported(worker)
    caseload.decide_to_close(client_id=person.pk, on=on, by=worker, reason="It is going well.", today=TODAY)
    return person


def past_28_days(worker, manager):
    return closing(worker, manager, on=date(2026, 10, 1))


def parked(worker, manager):
    return supported(worker, support="parked")


def not_in_touch(worker, manager, moved_on="moved_away"):
    person = supported(worker)
    why = {"moved_on": moved_on, "reason": "They moved away."}
    caseload.close(client_id=person.pk, on=date(2026, 11, 9), by=manager, today=TODAY, **why)
    return person


def not_in_touch_by_the_weeks(worker, manager):
    person = factories.ClientFactory(name="Aroha Tipene", supported_by=worker, support="parked", since=LONG_AGO)
    for weeks in range(5, 25, 5):
        day = LONG_AGO + timedelta(weeks=weeks)
        factories.ContactFactory(client=person, on=day, outcome="no_support_needed")
    caseload.refresh([person.pk], TODAY)
    sweep(worker.organisation, TODAY)
    return person


def please_dont(worker, manager):
    person = supported(worker, support="parked")
    fields = {"contact_preference": "please_dont"}
    caseload.edit_person(client_id=person.pk, by=worker, today=TODAY, version=person.version, fields=fields)
    return person


def absorbed(worker, manager):
    kept, other = supported(worker), supported(worker)
    merge(kept_id=kept.pk, absorbed_id=other.pk, by=manager, today=TODAY, worker=worker)
    return other


def kept_of_two(worker, manager):
    return Client.objects.get(merges__absorbed=absorbed(worker, manager))


def of_a_leaver_past_the_last_day(worker, manager):
    person = supported(worker)
    leaving.give_notice(
        member=worker, notice_on=date(2026, 10, 12), last_day=date(2026, 11, 6), by=manager, today=date(2026, 10, 12)
    )
    return person


def dead(worker, manager):
    return not_in_touch(worker, manager, moved_on="died")


STATES = [
    *(waiting, active, closing, past_28_days, parked),
    *(not_in_touch, not_in_touch_by_the_weeks, please_dont, dead),
    *(absorbed, kept_of_two, of_a_leaver_past_the_last_day),
]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_what_a_person_s_page_offers_works_for_everybody(readers, worker, manager, state):
    person = state(worker, manager)
    assert not wrong(readers, [reverse("person", args=[person.uid])], state)


# Around somebody -------------------------------------------------------------------------------------------------------


def a_session_planned(readers):
    factories.SessionFactory(worker=readers["worker"], with_member=readers["manager"])
    return ["my_sessions", "team_sessions"]


def a_session_gone_by(readers):
    factories.SessionFactory(worker=readers["worker"], with_member=readers["manager"], planned_on=date(2026, 11, 5))
    return ["my_sessions", "team_sessions", "my_day"]


def a_session_held(readers):
    factories.SessionFactory(worker=readers["worker"], with_member=readers["manager"], held_on=date(2026, 11, 5))
    return ["my_sessions", "team_sessions"]


def a_draft_of_the_scheme(readers):
    begin_draft(organisation=readers["admin"].organisation, by=readers["admin"], on=TODAY)
    return ["scheme", "scheme_draft", "settings"]


def no_draft_of_the_scheme(readers):
    return ["scheme", "settings"]


def somebody_leaves(readers):
    supported(readers["worker"])
    leaving.give_notice(
        member=readers["worker"], notice_on=TODAY, last_day=date(2026, 12, 11), by=readers["manager"], today=TODAY
    )
    return [("leaving", readers["worker"].uid), "team"]


def somebody_waits(readers):
    waiting(readers["worker"], readers["manager"])
    return ["waiting", "team", "my_day"]


def away_now(readers, **given):
    supported(readers["worker"])
    absence = factories.AbsenceFactory(worker=readers["worker"], **given)
    return ["absences", "team", ("away", absence.pk)]


def away_ahead(readers):
    return away_now(readers, starts_on=date(2026, 11, 30), expected_back=date(2026, 12, 21))


def back_again(readers):
    return away_now(readers, starts_on=date(2026, 10, 5), ends_before=date(2026, 11, 2))


def possible_duplicates(readers):
    factories.ClientFactory(name="Aroha Tipene", supported_by=readers["worker"], phone="021 555 0101")
    factories.ClientFactory(name="Aroha Tipene", supported_by=readers["teammate"], phone="021 555 0101")
    return ["possible_duplicates"]


def a_plan(readers, state="agreed"):
    plan = factories.TimePlanFactory(worker=readers["worker"], state=state)
    return ["my_weeks", ("plan", plan.uid)]


def a_plan_in_draft(readers):
    return a_plan(readers, state="draft")


def a_plan_proposed(readers):
    given = {"starts_on": date(2026, 11, 16), "template": "from the notes", "grid": NOTES.grid}
    plan, _ = plans.propose(worker=readers["worker"], version=0, today=TODAY, **given)
    return ["my_weeks", ("plan", plan.uid)]


AROUND = [
    *(a_session_planned, a_session_gone_by, a_session_held, a_draft_of_the_scheme, no_draft_of_the_scheme),
    *(somebody_leaves, somebody_waits, away_now, away_ahead, back_again, possible_duplicates),
    *(a_plan, a_plan_in_draft, a_plan_proposed),
]


@pytest.mark.parametrize("state", AROUND, ids=lambda state: state.__name__)
def test_what_a_page_with_states_offers_works_for_everybody(readers, state):
    pages = [page if isinstance(page, tuple) else (page,) for page in state(readers)]
    assert not wrong(readers, [reverse(name, args=args) for name, *args in pages], state)
