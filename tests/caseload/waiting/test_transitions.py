"""Every arrow of the state machines of a person (4A) and of their case (4B): what is possible, and what is refused."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from caseload import actions
from caseload.actions.allocations import current
from caseload.models import Allocation, Client, Contact, Reminder
from caseload.queries.person import decisions_of
from caseload.waiting import actions as waiting
from peerload.home.sweep import sweep
from peerload.notices.models import Notice
from tests import factories
from tests.conftest import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

DAY = timedelta(days=1)
SINCE = TODAY - timedelta(weeks=10)
STOPS = ("asked_us_to_stop", "moved_away", "died", "duplicate")


@pytest.fixture
def state(worker, team):
    """Put a person into a state, by its name."""

    def put(name: str) -> Client:
        if name == "waiting":
            person = factories.ClientFactory(organisation=team.organisation, team=team, support=None)
            factories.ReferralFactory(client=person)
            return person
        if name == "allocation ended":
            person = put("active")
            person.allocations.update(ends_before=TODAY)
            return person
        if name == "closed today":
            person = put("active")
            actions.close(client_id=person.pk, on=TODAY, today=TODAY, by=worker, moved_on="ended")
            return person
        support = {"active": "medium", "closing": "medium", "closed": "medium"}.get(name, name)
        person = factories.ClientFactory(supported_by=worker, support=support, since=SINCE)
        if name in {"closing", "closed"}:
            actions.decide_to_close(client_id=person.pk, on=TODAY - DAY, by=worker, today=TODAY)
        if name == "closed":
            person.allocations.update(closed_on=TODAY - DAY, ends_before=TODAY)
            actions.tiers.set_tier(person, "inactive", TODAY, by=worker, today=TODAY)
        factories.refresh_derived(person)
        return person

    return put


@pytest.fixture
def take(worker, teammate, manager):
    """Take a step with a person, by its name, today."""
    last = {"moved_on": "ended", "reason": "We talked"}

    def step(name: str, person: Client):
        who = {"client_id": person.pk, "by": manager, "today": TODAY}
        held = {person.pk: waiting.WaitTerms(owner=manager, due_on=TODAY, contingency="The open group")}
        if name in STOPS:
            return actions.decide_not_in_touch(**who, on=TODAY, moved_on=name, reason="We heard")
        return {
            "allocate": lambda: actions.allocate(**who, on=TODAY, worker=worker, tier="high"),
            "hand over": lambda: actions.hand_over(**who, on=TODAY, worker=teammate),
            "change": lambda: actions.change_tier(**who, on=TODAY, tier="high", reason="More now"),
            "park": lambda: actions.keep_in_touch(**who, on=TODAY, talked=True, reason="Going well"),
            "support again": lambda: actions.support_again(
                **who, on=TODAY, tier="high", reason="Asked", worker=teammate
            ),
            "return_to_waiting": lambda: waiting.return_to_waiting(
                waits=held, on=TODAY, by=manager, today=TODAY, purpose="No room"
            ),
            "decide": lambda: actions.decide_to_close(**who, on=TODAY, reason="Going well"),
            "withdraw": lambda: actions.withdraw_decision(**who, reason="Too soon"),
            "close": lambda: actions.close(**who, on=TODAY, **last),
            "not in touch": lambda: actions.decide_not_in_touch(**who, on=TODAY, **last),
        }[name]()

    return step


HIGH, PARKED, INACTIVE = "high", "parked", "inactive"
TABLE = [
    # 4A and 4B: from, by, to (support and whether somebody supports them) or what it is refused as
    ("waiting", "allocate", (HIGH, True)),
    ("waiting", "park", actions.NotActive),
    ("waiting", "hand over", actions.NotSupported),
    ("waiting", "return_to_waiting", actions.NotSupported),
    ("waiting", "decide", actions.NotSupported),
    ("waiting", "close", actions.NotSupported),
    ("waiting", "withdraw", actions.NothingDecided),
    ("waiting", "support again", actions.SameSupport),
    ("waiting", "not in touch", (INACTIVE, False)),
    ("allocation ended", "allocate", (HIGH, True)),
    ("allocation ended", "park", (PARKED, False)),
    ("allocation ended", "return_to_waiting", actions.NotSupported),
    ("allocation ended", "close", actions.NotSupported),
    ("active", "allocate", actions.AlreadySupported),
    ("active", "change", (HIGH, True)),
    ("active", "park", (PARKED, True)),
    ("active", "hand over", ("medium", True)),
    ("active", "return_to_waiting", ("medium", False)),
    ("active", "support again", actions.SameSupport),
    ("active", "decide", ("medium", True)),
    ("active", "withdraw", actions.NothingDecided),
    ("active", "close", ("medium", True)),  # through today
    ("active", "not in touch", actions.NotActive),
    ("closing", "decide", actions.AlreadyDecided),
    ("closing", "withdraw", ("medium", True)),
    ("closing", "hand over", ("medium", True)),
    ("closing", "return_to_waiting", ("medium", False)),
    ("closing", "close", ("medium", True)),
    ("parked", "park", actions.SameSupport),
    ("parked", "support again", (HIGH, True)),
    ("parked", "change", (HIGH, True)),
    ("parked", "return_to_waiting", (PARKED, False)),
    ("parked", "decide", (PARKED, True)),
    ("parked", "close", (PARKED, True)),
    ("parked", "not in touch", actions.TooEarly),
    ("closed today", "support again", (HIGH, True)),
    ("closed today", "allocate", actions.AlreadySupported),
    ("closed today", "hand over", actions.NotSupported),
    ("closed today", "close", actions.NotSupported),
    ("closed", "support again", (HIGH, True)),
    ("closed", "allocate", (HIGH, True)),
    ("closed", "withdraw", actions.NothingDecided),
    ("closed", "change", actions.NotInTouch),
    ("closed", "park", actions.NotActive),
    ("closed", "hand over", actions.NotSupported),
    ("closed", "return_to_waiting", actions.NotSupported),
    ("closed", "close", actions.NotSupported),
    ("closed", "not in touch", actions.SameSupport),
    *((state, reason, (INACTIVE, None)) for state in ("waiting", "active", "closing", "parked") for reason in STOPS),
]


@pytest.mark.parametrize(("begins", "step", "ends"), TABLE, ids=[f"{a}, {b}" for a, b, _ in TABLE])
def test_a_step_leads_where_the_machine_says_or_is_refused_in_a_sentence(state, take, begins, step, ends):
    person = state(begins)
    if isinstance(ends, type):
        with pytest.raises(ends) as refusal:
            take(step, person)
        assert str(refusal.value).endswith(".")
        return
    take(step, person)

    person.refresh_from_db()
    supported, held = ends[1], Allocation.objects.on(TODAY).filter(client=person)
    assert person.tier == ends[0]
    assert supported is None or held.exists() is supported
    if ends[0] == INACTIVE:
        assert not held.filter(closed_on=None).exists()
        assert not person.referrals.standing().exists()


@pytest.mark.parametrize("begins", ["active", "parked"])
def test_on_the_day_of_closing_it_is_taken_back_with_the_same_worker_and_for_good(state, worker, begins):
    person = state(begins)
    before = person.allocations.get()
    actions.close(client_id=person.pk, on=TODAY, today=TODAY, by=worker, moved_on="ended")
    actions.support_again(client_id=person.pk, on=TODAY, tier="medium", reason="", by=worker, today=TODAY)
    again = person.allocations.get()
    assert (again.starts_on, again.close_decided_on, again.closed_on, again.ends_before) == (
        before.starts_on,
        None,
        None,
        None,
    )
    assert person.tiers.on(TODAY + DAY).get().tier == "medium"


@pytest.mark.parametrize(
    ("closed_on", "words"),
    [(TODAY, "Choose today: that takes the closing back."), (TODAY - DAY, "Choose a day after it.")],
    ids=["closed today", "closed yesterday"],
)
def test_no_closing_is_taken_back_by_a_day_before(state, worker, teammate, closed_on, words):
    person = state("active")
    actions.close(client_id=person.pk, on=closed_on, today=TODAY, by=worker, moved_on="ended")
    who = {"client_id": person.pk, "tier": "medium", "reason": "", "by": worker, "today": TODAY}
    with pytest.raises(actions.tiers.BeforeWhatStands, match=words):
        actions.support_again(**who, on=TODAY - DAY, worker=teammate)
    assert person.allocations.get().closed_on == closed_on


def test_a_closing_taken_back_leaves_no_decision_behind(state, worker):
    person = state("active")
    who = {"client_id": person.pk, "on": TODAY, "by": worker, "today": TODAY}
    actions.close(**who, moved_on="ended")
    actions.support_again(**who, tier="medium", reason="")
    assert decisions_of(person.pk) == []


def test_reopening_is_a_new_allocation_with_its_own_date(state, take, teammate):
    person = state("closed")
    take("support again", person)

    closed, again = person.allocations.order_by("starts_on")
    assert (closed.closed_on, closed.close_decided_on) == (TODAY - DAY, TODAY - DAY)
    assert (again.worker, again.starts_on) == (teammate, TODAY)


def test_nobody_moves_on_before_they_were_handed_over(state, take, manager):
    """What an allocation begun since says is not undone by a decision dated before it."""
    person = state("active")
    take("hand over", person)
    with pytest.raises(actions.BeforeWhatStands):
        actions.decide_not_in_touch(
            client_id=person.pk, on=TODAY - DAY, moved_on="died", reason="x", by=manager, today=TODAY
        )
    assert current(person, TODAY)


class TestSilence:
    """R63: no prompt about a person who died, moved away, was entered twice or asked us to stop."""

    @pytest.fixture
    def overdue(self, state, worker):
        person = state("parked")
        sweep(person.organisation, TODAY)
        assert self.prompts(person)
        return person

    def prompts(self, person) -> list[str]:
        notices = Notice.objects.filter(subject=f"client:{person.pk}", cancelled_at=None)
        reminders = Reminder.objects.filter(client=person, cancelled_at=None)
        return [*notices.values_list("kind", flat=True), *reminders.values_list("kind", flat=True)]

    @pytest.mark.parametrize("reason", STOPS)
    def test_a_decision_silences_everything_at_once(self, overdue, take, reason):
        take(reason, overdue)
        assert not self.prompts(overdue)
        sweep(overdue.organisation, TODAY + DAY)
        assert not self.prompts(overdue)

    @pytest.mark.parametrize("reason", STOPS)
    def test_closing_with_the_reason_does_so_on_the_very_day(self, overdue, manager, worker, reason):
        who = {"client_id": overdue.pk, "by": manager, "today": TODAY}
        actions.close(**who, on=TODAY, moved_on=reason)
        factories.refresh_derived(overdue)
        actions.refresh_reminders([overdue.pk], TODAY)
        sweep(overdue.organisation, TODAY)
        assert not self.prompts(overdue)

    def test_the_worker_is_not_asked_on_my_day_either(self, overdue, signed_in, worker, manager):
        actions.close(client_id=overdue.pk, by=manager, today=TODAY, on=TODAY, moved_on="died")
        page = signed_in(worker).get("/").content.decode()
        assert "No contact is due today or within a week" in page


class TestPleaseDont:
    """R57: choice wins."""

    @pytest.fixture
    def person(self, state):
        return state("parked")

    def say(self, person, by, preference):
        person.refresh_from_db()
        fields = {"contact_preference": preference}
        actions.edit_person(client_id=person.pk, by=by, today=TODAY, version=person.version, fields=fields)

    def reminded(self, person) -> bool:
        return Reminder.objects.filter(client=person, cancelled_at=None).exists()

    def test_reminders_stop_at_once_and_begin_again_when_it_is_taken_back(self, person, worker):
        sweep(person.organisation, TODAY)
        assert self.reminded(person)

        self.say(person, worker, "please_dont")
        assert not self.reminded(person)
        standing = Notice.objects.filter(subject=f"client:{person.pk}", cancelled_at=None)
        assert set(standing.values_list("kind", flat=True)) == {"asked_not"}  # what the manager is to agree to
        sweep(person.organisation, TODAY)
        assert not self.reminded(person)

        self.say(person, worker, "ok")
        assert self.reminded(person)

    def test_the_manager_sees_it_and_agrees_once(self, person, worker, manager):
        self.say(person, worker, "please_dont")
        choice = actions.agree_to_choice(client_id=person.pk, by=manager, today=TODAY)

        assert (choice.asked_on, choice.by, choice.agreed_on, choice.agreed_by) == (TODAY, worker, TODAY, manager)
        with pytest.raises(actions.AgreedAlready, match="Ana Whitford agreed on 12 November 2026"):
            actions.agree_to_choice(client_id=person.pk, by=manager, today=TODAY)

    def test_taken_back_there_is_nothing_to_agree_to_and_asked_again_it_is_agreed_anew(self, person, worker, manager):
        self.say(person, worker, "please_dont")
        actions.agree_to_choice(client_id=person.pk, by=manager, today=TODAY)
        self.say(person, worker, "ok")
        with pytest.raises(actions.NothingToAgree):
            actions.agree_to_choice(client_id=person.pk, by=manager, today=TODAY)
        self.say(person, worker, "please_dont")
        assert person.please_donts.count() == 2
        assert actions.agree_to_choice(client_id=person.pk, by=manager, today=TODAY).asked_on == TODAY

    def test_what_a_sheet_said_is_agreed_without_who_wrote_it_down(self, person, manager):
        Client.objects.filter(pk=person.pk).update(contact_preference="please_dont")
        choice = actions.agree_to_choice(client_id=person.pk, by=manager, today=TODAY)
        assert (choice.asked_on, choice.by, choice.agreed_by) == (None, None, manager)

    def test_a_contact_is_possible_when_they_came_to_us_and_the_form_says_what_they_asked(
        self, person, worker, signed_in
    ):
        self.say(person, worker, "please_dont")
        page = signed_in(worker).get(f"/people/{person.uid}/contact/").content.decode()
        assert "asked not to be contacted" in page
        actions.log_contact(client_id=person.pk, by=worker, on=TODAY, today=TODAY, reached=True, outcome="other")
        assert Contact.objects.filter(client=person).exists()

    def test_moving_on_is_one_step_with_the_reason_chosen(self, person, worker, signed_in):
        self.say(person, worker, "please_dont")
        client = signed_in(worker)
        assert (
            f"/people/{person.uid}/close/?why=asked_us_to_stop" in client.get(f"/people/{person.uid}/").content.decode()
        )
        form = client.get(f"/people/{person.uid}/close/?why=asked_us_to_stop").context["form"]
        assert form["moved_on"].value() == "asked_us_to_stop"


def test_the_timeline_says_who_decided_who_withdrew_and_why(state, take, signed_in, worker, manager):
    person = state("active")
    take("decide", person)
    take("withdraw", person)
    page = " ".join(signed_in(worker).get(f"/people/{person.uid}/").content.decode().split())

    assert "Decided to close" in page and "Going well" in page
    assert "Decision to close withdrawn" in page and "Too soon" in page
    assert page.count(", Ana Whitford</span>") >= 2


def test_constraints_of_what_waits_are_the_databases_too(state, manager):
    person = state("waiting")
    for wrong in (
        lambda: factories.ReferralFactory(client=person),
        lambda: factories.ReferralFactory(client=person, ended_on=date(2026, 11, 5)),
        lambda: person.please_donts.create(organisation=person.organisation, agreed_on=TODAY),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()
