"""The list of who waits, what is written down of each, and who sees it."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from caseload.models import Client, PleaseDont, Referral
from caseload.waiting.rules import Wait
from peerload.audit.models import Entry
from tests import factories
from tests.conftest import TODAY
from tests.forms import carried

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def waits(team):
    """Somebody who waits, by name, with a referral if anything is said of it."""

    def put(name: str, *, of=team, statutory=False, **referral) -> Client:
        person = factories.ClientFactory(
            name=name, organisation=of.organisation, team=of, support=None, statutory=statutory
        )
        if referral:
            factories.ReferralFactory(client=person, **referral)
        return person

    return put


def read(client, url="/waiting/") -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return " ".join(re.sub("<[^>]+>", " ", answer.content.decode().split("<main", 1)[1]).split())


def names(client, url="/waiting/") -> list[str]:
    return [row.name for row, *_ in client.get(url).context["rows"]]


def day(n: int) -> date:
    return TODAY + timedelta(days=n)


def test_they_stand_in_order_of_what_is_most_urgent(signed_in, manager, waits):
    waits("Longer past", owner=manager, due_on=day(-9))
    waits("In time", owner=manager, due_on=day(3), referred_on=day(-30))
    waits("Past", owner=manager, due_on=day(-1))
    waits("Nobody responsible", due_on=day(3))
    waits("No day", owner=manager)
    waits("Law", owner=manager, due_on=day(9), statutory=True)
    waits("Not written down")

    found = names(signed_in(manager))
    assert found[0] == "Law"
    assert set(found[1:4]) == {"Nobody responsible", "No day", "Not written down"}
    assert found[4:] == ["Longer past", "Past", "In time"]


@pytest.mark.parametrize(
    ("due_on", "late"), [(day(-1), 1), (day(0), 0), (day(1), 0), (None, 0)], ids=["yesterday", "today", "ahead", "none"]
)
def test_late_is_the_day_after(due_on, late):
    assert Wait(False, True, due_on, TODAY).days_late(TODAY) == late


def test_the_list_says_in_words_what_is_missing_and_what_is_late(signed_in, manager, waits):
    waits("Hana Rewi", owner=manager, due_on=day(-2), action="Ring her back", contingency="The open group")
    waits("Joe Faleolo", statutory=True)

    words = read(signed_in(manager))
    assert "2 people without a worker. 1 is overdue. 1 has no one responsible or no date." in words
    assert "1 has no one responsible or no date" in words
    assert "One is statutory: allocate at once." in words
    assert "2 days overdue" in words and "10 days" in words
    assert "No worker has room now. While they wait: The open group" in words
    assert Entry.objects.filter(what=Entry.What.LISTED).count() == 1


def test_nobody_waiting_is_said_kindly(signed_in, manager, team):
    assert "People without a worker are listed here" in read(signed_in(manager))


def test_a_worker_sees_whom_they_see_to_and_nobody_else(signed_in, worker, manager, waits, other_team):
    mine = waits("Mine", owner=worker, due_on=day(1))
    waits("Not mine", owner=manager, due_on=day(1))
    waits("Elsewhere", of=other_team)

    client = signed_in(worker)
    assert names(client) == ["Mine"]
    assert "Allocate" not in read(client)
    assert "You are responsible for 1 person who waits for a worker" in read(client, "/")
    assert "Waiting for a worker since" in read(client, mine.get_absolute_url())


def test_several_teams_are_looked_at_one_by_one(signed_in, manager, waits, other_team, organisation):
    second = factories.TeamFactory(organisation=organisation, deputy=manager)
    waits("First")
    waits("Second", of=second)
    waits("Elsewhere", of=other_team)

    client = signed_in(manager)
    assert sorted(names(client)) == ["First", "Second"]
    assert names(client, f"/waiting/?team={second.pk}") == ["Second"]
    assert client.get(f"/waiting/?team={other_team.pk}").status_code == 404


@pytest.mark.parametrize("count", [2, 40])
def test_the_page_asks_as_often_for_two_as_for_forty(signed_in, manager, waits, count):
    for n in range(count):
        waits(f"Person {n}", owner=manager, due_on=day(n))
    client = signed_in(manager)
    client.get("/waiting/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/waiting/")
    assert len(asked) <= 14


class TestWritingDown:
    @pytest.fixture
    def person(self, waits):
        return waits("Whetu Cole")

    def fill(self, client, person, **words):
        url = reverse("waiting_edit", args=[person.uid])
        return client.post(url, {"referred_on": "2026-11-02", **carried(client.get(url))} | words)

    @pytest.mark.parametrize(("last_day", "missing"), [(TODAY, False), (day(-1), True)], ids=["last day", "day after"])
    def test_a_worker_who_has_left_is_responsible_for_nobody(
        self, signed_in, manager, worker, waits, last_day, missing
    ):
        waits("Hana Rewi", owner=worker, action="Ring her", due_on=day(3))
        factories.LeavingFactory(member=worker, last_day=last_day)
        client = signed_in(manager)
        assert ("1 not arranged" in read(client, "/team/")) is missing
        assert (worker.name in read(client)) is not missing

    def test_who_sees_to_it_what_and_by_when(self, signed_in, manager, worker, person):
        words = {"owner": worker.uid, "action": "Ring her", "due_on": "2026-11-20", "referred_by": "GP"}
        answer = self.fill(signed_in(manager), person, **words)

        assert answer.status_code == 302 and answer.url == "/waiting/"
        referral = Referral.objects.get()
        assert (referral.owner, referral.action, referral.due_on, referral.by) == (worker, "Ring her", day(8), manager)
        said = (
            "Waits for a worker 2 November , Ana Whitford Who told us: GP Responsible: Mere Paki To be done: Ring her "
            "By when: 20 November"
        )
        assert said in read(signed_in(manager), person.get_absolute_url())

    def test_the_timeline_tells_what_was_changed_by_whom_and_when(
        self, signed_in, manager, worker, teammate, person, team
    ):
        team.deputy = teammate
        team.save()
        words = {"owner": worker.uid, "action": "Ring her", "due_on": "2026-11-20", "referred_by": "GP"}
        self.fill(signed_in(manager), person, **words)
        changed = words | {"owner": manager.uid, "due_on": "2026-11-27", "contingency": "Ring the nurse"}
        self.fill(signed_in(worker), person, **changed)
        self.fill(signed_in(teammate), person, referred_by="GP", owner=manager.uid)
        self.fill(signed_in(teammate), person, referred_by="GP", owner=manager.uid)  # saved, and nothing changed

        page = read(signed_in(manager), person.get_absolute_url())
        assert page.count("Waiting for a worker: changed") == 2
        assert (
            "Waiting for a worker: changed 12 November , Tom Lealaiauloto To be done: nothing written down "
            "By when: no day While they wait: nothing written down "
            "Waiting for a worker: changed 12 November , Mere Paki Responsible: Ana Whitford "
            "By when: 27 November 2026 While they wait: Ring the nurse"
        ) in page
        assert "Who told us: GP Responsible: Mere Paki To be done: Ring her By when: 20 November" in page

    def test_a_refused_form_keeps_what_was_typed(self, signed_in, manager, person):
        answer = self.fill(signed_in(manager), person, contingency="The open group")
        assert answer.status_code == 422
        assert "The open group" in answer.content.decode()
        assert "Say by when this is checked again." in answer.content.decode()

    def test_two_who_write_at_once_see_both(self, signed_in, manager, person):
        client, url = signed_in(manager), reverse("waiting_edit", args=[person.uid])
        opened = carried(client.get(url))
        self.fill(client, person, action="Ring her")
        words = {"referred_on": "2026-11-02", "action": "Write"}
        answer = client.post(url, words | opened)
        assert answer.status_code == 409
        cells = re.findall(r"<td [^>]*>([^<]*)</td>", answer.content.decode())
        assert ["Nothing", "Ring her", "Write"] in [cells[n : n + 3] for n in range(0, len(cells), 3)]
        client.post(url, words | carried(answer))
        assert Referral.objects.get().action == "Write"

    def test_the_person_responsible_may_pass_it_on_and_then_sees_it_no_more(self, signed_in, worker, teammate, waits):
        person = waits("Hana Rewi", owner=worker)
        client = signed_in(worker)
        self.fill(client, person, owner=teammate.uid)
        assert client.get(person.get_absolute_url()).status_code == 404

    def test_somebody_new_waits_at_once(self, signed_in, manager, worker, team):
        words = {"name": "Whetu Cole", "contact_preference": "ok", "team": team.pk, "owner": worker.uid}
        signed_in(manager).post("/people/add/", words | {"action": "Ring her", "due_on": "2026-11-20"})
        referral = Referral.objects.get()
        assert (referral.owner, referral.referred_on, referral.by) == (worker, TODAY, manager)

    def test_the_person_responsible_is_of_the_team_chosen(self, signed_in, manager, team, organisation):
        other = factories.TeamFactory(organisation=organisation, manager=manager, name="South")
        stranger = factories.MemberFactory(organisation=organisation, name="Tai Rewi", in_team=other)
        typed = {"name": "Somebody New", "team": team.pk, "owner": stranger.uid, "contact_preference": "ok"}

        answer = signed_in(manager).post(reverse("person_add"), typed)

        assert "Tai Rewi neither leads" in answer.content.decode()
        assert not Client.objects.filter(name="Somebody New").exists()

    def test_the_form_begins_with_who_leads_the_team(self, signed_in, manager, team):
        form = signed_in(manager).get("/people/add/").context["form"]
        assert form["owner"].value() == manager.uid

    def test_somebody_who_comes_back_is_offered_to_wait(self, signed_in, manager, team):
        person = factories.ClientFactory(organisation=team.organisation, team=team, support="inactive")
        page = read(signed_in(manager), person.get_absolute_url())
        assert "Wait for a worker again" in page and "Support again" in page

    def test_somebody_statutory_who_has_come_back_is_red_for_everybody(
        self, signed_in, manager, service_manager, organisation, team
    ):
        person = factories.ClientFactory(organisation=organisation, team=team, support="inactive", statutory=True)
        page = person.get_absolute_url()
        assert "statutory: allocate at once" not in read(signed_in(manager), page)
        factories.ReferralFactory(client=person, referred_on=TODAY)
        assert "statutory: allocate at once" in read(signed_in(manager), page)
        assert "with statutory status has no one covering" in read(signed_in(service_manager), "/team/")


class TestPleaseDont:
    def test_the_manager_sees_it_on_the_team_and_in_the_list_and_agrees(self, signed_in, manager, worker):
        person = factories.ClientFactory(supported_by=worker, name="Hana Rewi", contact_preference="please_dont")
        client = signed_in(manager)
        assert "Hana Rewi Asked not to be contacted" in read(client, "/team/")
        assert "Hana Rewi" in read(client)

        client.post(reverse("please_dont_agree", args=[person.uid]))

        assert PleaseDont.objects.get().agreed_by == manager
        assert "sked not to be contacted" not in read(client, "/team/")
        assert "Ana Whitford agreed on 12 November" in read(client, person.get_absolute_url())

    def test_the_worker_reads_that_nothing_waits_for_it(self, signed_in, worker):
        person = factories.ClientFactory(supported_by=worker, contact_preference="please_dont")
        assert "Reminders have stopped already." in read(signed_in(worker), person.get_absolute_url())


def shown(answer) -> str:
    return " ".join(answer.content.decode().split())


class TestBackToWaiting:
    @pytest.fixture
    def supported(self, worker):
        return factories.ClientFactory(supported_by=worker, name="Whetu Cole")

    def words(self, manager, **more) -> dict:
        held = {"on": "2026-12-01", "owner": str(manager.uid), "due_on": "2026-12-10", "contingency": "The open group."}
        return held | more

    def test_who_leads_lets_somebody_wait_and_sees_from_when(self, signed_in, supported, manager, worker):
        browser, url = signed_in(manager), reverse("return_to_waiting", args=[supported.uid])
        assert url in shown(browser.get(supported.get_absolute_url()))

        page = shown(browser.post(url, self.words(manager), follow=True))

        assert "Whetu Cole waits for a worker from 1 December 2026 on." in page
        assert "Waits for a worker from 1 December on" in page and "The open group." in page
        assert "with Mere Paki since" in page

    def test_what_holds_is_asked_and_what_was_typed_stays(self, signed_in, supported, manager):
        words = self.words(manager, due_on="2026-11-30", contingency="", action="Ask the choir.")
        answer = signed_in(manager).post(reverse("return_to_waiting", args=[supported.uid]), words)

        form = answer.context["form"]
        assert set(form.errors) == {"due_on", "contingency"}
        assert "Ask the choir." in shown(answer)

    def test_the_worker_and_the_statutory_have_no_such_step(self, signed_in, supported, manager, worker):
        url = reverse("return_to_waiting", args=[supported.uid])
        assert url not in shown(signed_in(worker).get(supported.get_absolute_url()))
        supported.statutory = True
        supported.save()

        browser = signed_in(manager)
        assert url not in shown(browser.get(supported.get_absolute_url()))
        assert "has statutory status: a worker must support them" in shown(browser.post(url, self.words(manager)))
