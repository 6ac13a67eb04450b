"""A person's page: contacting safely first, everything that happened, what can be done next."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from caseload import actions
from caseload.next_steps import queries as next_steps
from peerload.audit.models import Entry
from peerload.core import clock
from peerload.home.timeline import opened
from tests.factories import (
    AbsenceFactory,
    ActivityFactory,
    AllocationFactory,
    ClientFactory,
    ContactFactory,
    CoverFactory,
    NextStepFactory,
    ReferralFactory,
    TierPeriodFactory,
    refresh_derived,
)
from tests.forms import Forms
from tests.shared import shared

TODAY = date(2026, 11, 12)
PARKED_ON = date(2026, 6, 12)


def url(person, query=""):
    return reverse("person", args=[person.uid]) + query


@shared(dated=True)
def person(worker, today):
    return ClientFactory(
        name="Tāne Rāwiri",
        called="Tāne",
        supported_by=worker,
        support="parked",
        since=PARKED_ON,
        phone="021 555 0142, his own phone",
        contact_how="Text first. No voicemail.",
        contact_note="Weekdays after 3 pm.\nNo letters to the house.",
    )


@pytest.fixture
def read(signed_in, worker, person):
    return lambda query="": signed_in(worker).get(url(person, query)).content.decode()


def test_how_to_contact_safely_is_the_first_part(read):
    html = read()
    main = html[html.index("<main") :]
    assert main.index("How to contact Tāne safely") == main.index("<h2", main.index("<h1")) + main[
        main.index("<h2") :
    ].index("How to contact")
    assert "Text first. No voicemail." in html and "No letters to the house." in html


def test_the_number_is_a_link_beside_the_words(read):
    html = read()
    assert 'href="tel:+64215550142"' in html and 'href="sms:+64215550142"' in html
    assert "021 555 0142, his own phone" in html


@pytest.mark.parametrize(
    ("phone", "link"),
    [("+64 21 555 0142", "tel:+64215550142"), ("ask at the desk", None), ("", None)],
    ids=["abroad", "words", "none"],
)
def test_only_a_number_becomes_a_link(signed_in, worker, today, phone, link):
    html = signed_in(worker).get(url(ClientFactory(supported_by=worker, phone=phone))).content.decode()
    assert (link in html) if link else ("tel:" not in html)


def test_the_title_and_the_address_hold_no_name(read, person):
    html = read()
    assert "<title>A person - peerload</title>" in html
    assert "T%C4%81ne" not in url(person) and str(person.uid) in url(person)


def test_please_dont_contact_me_comes_before_everything(signed_in, worker, today):
    person = ClientFactory(supported_by=worker, support="parked", since=PARKED_ON, contact_preference="please_dont")
    html = signed_in(worker).get(url(person)).content.decode()
    assert "Please don’t contact me." in html
    assert "days over</span>" not in html


def test_opening_a_person_is_one_row_of_the_audit(read, person, worker):
    read()
    entry = Entry.objects.get(what=Entry.What.OPENED)
    assert (entry.subject, entry.member) == (str(person.uid), worker)


def test_who_has_looked_is_shown(read, signed_in, manager, person):
    signed_in(manager).get(url(person))
    html = read()
    assert "2 members of staff opened this page in the last month" in html
    assert "Ana Whitford" in html


def test_keeping_in_touch_says_in_words_what_happens_next(read, person):
    for day in (date(2026, 7, 22), date(2026, 8, 31), date(2026, 10, 2)):
        ContactFactory(client=person, on=day)
    refresh_derived(person)
    html = read()
    assert "Three contacts so far; the fourth is due by 13 November." in html
    assert (
        "If one more contact says that no further support is needed, Tāne will count as not in touch from 27 November, when"
        " 24 weeks are over." in html
    )


def test_support_wanted_while_parked_is_said(read, person):
    ContactFactory(client=person, on=date(2026, 11, 10), outcome="support_wanted")
    refresh_derived(person)
    assert "Tāne asked for support on 10 November" in read()


def test_the_timeline_tells_everything_newest_first(read, person, worker):
    ContactFactory(
        client=person, on=date(2026, 10, 2), author=worker, minutes=20, channel="phone", note="Enjoys the course."
    )
    ContactFactory(client=person, on=date(2026, 9, 28), attempt=True, author=worker)
    ActivityFactory(client=person, code="court", starts_on=date(2026, 9, 1))
    refresh_derived(person)
    html = read()
    line = html[html.index('id="line"') :]
    told = [
        "Enjoys the course.",
        "Tried, not reached",
        "Court support begun",
        "Keeping in touch",
        "Allocated to",
    ]
    assert [line.index(words) for words in told] == sorted(line.index(words) for words in told)
    assert "Mere Paki, phone, 20 minutes" in line


PARTS = ["safe", "next-steps", "last", "log", "next", "worried", "touch", "line", "facts"]


def test_the_page_stands_in_the_order_a_worker_needs(read, person, worker, organisation):
    ContactFactory(client=person, on=date(2026, 10, 2), author=worker, note="Enjoys the course.")
    organisation.tonight_line = "Call or text 1737, any time."
    organisation.save()
    refresh_derived(person)
    assert re.findall(r'<h2[^>]* id="([^"]+)"', read()) == PARTS


def test_the_last_contact_that_reached_them_stands_above_the_log_with_its_note(read, person, worker):
    ContactFactory(client=person, on=date(2026, 9, 2), author=worker, note="Moved house.")
    ContactFactory(client=person, on=date(2026, 10, 2), author=worker, note="Enjoys the course.")
    ContactFactory(
        client=person, on=date(2026, 10, 3), author=worker, note="Not them.", voided_at=clock.now(), void_reason="x"
    )
    ContactFactory(client=person, on=date(2026, 10, 4), attempt=True, author=worker)
    html = read()
    last = html[html.index('id="last"') : html.index('id="log"')]
    assert "Enjoys the course." in last and "2 October" in last
    assert "Moved house." not in last and "Not them." not in last


LONG = "It was a long talk about the house, the boats and the course. " * 8


@pytest.mark.parametrize(
    ("words", "opening", "rest"),
    [("", 0, 0), ("Short.", 6, 0), ("x" * 240, 240, 0), ("x" * 241, 240, 1), (LONG, 239, len(LONG.strip()) - 240)],
    ids=["none", "short", "just short enough", "one word too long", "long"],
)
def test_a_long_note_opens_at_the_end_of_a_word(words, opening, rest):
    found = opened(words)
    assert (len(found[0]), len(found[1])) == (opening, rest)
    assert " ".join(filter(None, found)).replace(" ", "") == words.replace(" ", "")


def test_if_we_are_worried_is_read_by_those_who_may_open_the_page(signed_in, worker, teammate, manager, person):
    person.worry_helps, person.worry_call = "Sit with me.", "My sister Sina, 021 555 0188"
    person.save()
    CoverFactory(absence=AbsenceFactory(worker=worker), client=person, worker=teammate)
    for member in (worker, teammate, manager):
        html = signed_in(member).get(url(person)).content.decode()
        assert 'href="#worried"' in html and "Sit with me." in html and 'href="tel:+64215550188"' in html


def test_what_nobody_wrote_down_is_not_there(read):
    html = read()
    assert "If we are worried" not in html and "Pronouns" not in html and "Interpreter" not in html


def test_what_they_like_to_be_called_and_to_speak_stands_under_the_name(read, person):
    person.pronouns, person.language, person.interpreter = "ia", "te reo Māori", "book Ana, 021 555 0100"
    person.save()
    html = read()
    lead = html[html.index("<h1>") : html.index('id="safe"')]
    said = "Likes to be called Tāne. Pronouns: ia. Language: te reo Māori. Interpreter: book Ana, 021 555 0100."
    assert said in " ".join(re.sub("<[^>]+>", " ", lead).split())


def test_the_four_answers_are_open_and_lead_back_to_the_page(signed_in, worker, person):
    mine, log = signed_in(worker), reverse("contact_log", args=[person.uid])
    quick, _ = (
        sent for where, sent in Forms(mine.get(url(person)).content.decode(), url(person)).found if where == log
    )
    found = mine.post(log, quick | {"answer": "other"})
    assert (found.status_code, found.url) == (303, url(person))
    assert "logged." in mine.get(url(person)).content.decode()


@pytest.mark.parametrize(
    ("due", "now", "later"),
    [([], 0, 0), ([3], 1, 0), ([3, 5], 1, 1), ([-2, 0, 3], 2, 1), ([0, 0], 2, 0)],
    ids=["none", "ahead", "two ahead", "late, today and ahead", "today"],
)
def test_what_is_late_or_for_today_stands_open_and_at_least_the_next(person, due, now, later):
    for days in due:
        NextStepFactory(client=person, due_on=TODAY + timedelta(days=days))
    found = next_steps.of_person(person, TODAY)
    assert (len(found.now), len(found.later)) == (now, later)


def test_only_contacts_leaves_the_rest_out(read, person):
    ContactFactory(client=person, on=date(2026, 10, 2))
    assert "Allocated to" not in read("?only=contacts")


def test_a_long_timeline_begins_with_the_newest(read, person):
    for n in range(60):
        ContactFactory(client=person, on=TODAY - timedelta(days=n))
    html = read()
    assert "57 earlier" in html and html[html.index('id="line"') : html.index("57 earlier")].count("<li") == 5
    assert "earlier</a>" not in read("?all=1")


def steps(html):
    return html[html.index("What you can do for") : html.index('id="line"')]


def test_the_worker_is_offered_what_the_state_allows(read):
    offered = steps(read())
    for label in ("Support again", "Decide to close", "Please don’t contact me"):
        assert label in offered
    for label in ("Hand over", "Keep in touch", "Not in touch now", "Change support"):
        assert f">{label}</a>" not in offered


@pytest.mark.parametrize(
    ("support", "first"),
    [("high", ["Keep in touch", "Change support", "Close support"]), ("parked", ["Support again", "Close support"])],
)
def test_keep_in_touch_change_support_and_close_come_first(signed_in, worker, today, support, first):
    person = ClientFactory(supported_by=worker, support=support, since=PARKED_ON)
    assert labels(signed_in(worker).get(url(person)).content.decode())[: len(first)] == first


def test_the_manager_is_offered_to_hand_over_and_to_decide(signed_in, manager, person):
    offered = steps(signed_in(manager).get(url(person)).content.decode())
    assert "Hand over" in offered and "Not in touch now" in offered


def test_an_automatic_outcome_can_be_undone_by_the_manager(signed_in, manager, person, worker):
    person.tiers.update(ends_before=TODAY)
    TierPeriodFactory(client=person, tier="inactive", starts_on=TODAY, automatic=True)
    refresh_derived(person)
    assert "Keep in touch after all" in steps(signed_in(manager).get(url(person)).content.decode())


def test_on_the_last_day_of_support_the_page_says_so_and_offers_no_other(signed_in, manager, worker, today):
    person = ClientFactory(name="Whetu Walker", supported_by=worker, support="high")
    actions.close(client_id=person.pk, on=TODAY, today=TODAY, by=manager, moved_on="ended")
    html = signed_in(manager).get(url(person)).content.decode()
    assert "Support is closed." in html and "Its last day is 12 November." in html
    assert not [
        label
        for label in ("Change support", "Keep in touch", "Hand over", "Close support")
        if f">{label}</a>" in steps(html)
    ]


def test_after_it_is_undone_a_person_decides(signed_in, manager, worker, today):
    person = ClientFactory(supported_by=worker, support="parked", since=date(2026, 5, 1))
    for weeks in (6, 12, 18, 24):
        ContactFactory(client=person, on=date(2026, 5, 1) + timedelta(weeks=weeks))
    refresh_derived(person)
    person.kept_in_touch_on = TODAY
    person.save()
    html = signed_in(manager).get(url(person)).content.decode()
    assert "for a manager to decide" in html and "from here on" not in html


def test_somebody_waiting_can_be_allocated(signed_in, manager, team, today):
    person = ClientFactory(team=team, organisation=team.organisation, support=None)
    html = signed_in(manager).get(url(person)).content.decode()
    assert "without a worker" in html and ">Allocate</a>" in html


UNSAID = "What they want", "Who else may be spoken to"


def labels(html) -> list[str]:
    return re.findall(r'<a href="[^"]+">([^<]+)</a> <span class="pl-sub">', steps(html))


class TestSomebodyIsArranged:
    """Tom supports Whetu from 1 December on; nobody does until then."""

    FIRST = date(2026, 12, 1)

    @pytest.fixture
    def arranged(self, team, teammate, manager, today):
        def arranged(support, **facts):
            person = ClientFactory(team=team, organisation=team.organisation, support=support, **facts)
            who = {"client_id": person.pk, "on": self.FIRST, "worker": teammate, "by": manager, "today": TODAY}
            actions.allocate(**who, tier="high")
            return person

        return arranged

    @pytest.mark.parametrize("waited", [False, True], ids=["never waited", "waited until then"])
    @pytest.mark.parametrize(
        ("support", "offered"),
        [
            (
                None,
                [
                    "Hand over",
                    "Not in touch now",
                    "Please don’t contact me",
                    "What they want",
                    "Who else may be spoken to",
                ],
            ),
            ("inactive", ["Hand over", "Not in touch now", "Log a contact"]),
            (
                "parked",
                [
                    "Hand over",
                    "Support again",
                    "Not in touch now",
                    "Please don’t contact me",
                    "What they want",
                    "Who else may be spoken to",
                ],
            ),
            (
                "medium",
                [
                    "Hand over",
                    "Keep in touch",
                    "Change support",
                    "Not in touch now",
                    "Please don’t contact me",
                    "What they want",
                    "Who else may be spoken to",
                ],
            ),
        ],
    )
    def test_nothing_is_offered_that_could_only_be_refused(
        self, signed_in, manager, team, teammate, today, support, offered, waited
    ):
        person = ClientFactory(team=team, organisation=team.organisation, support=support)
        if waited:
            ReferralFactory(client=person, referred_on=TODAY - timedelta(days=9))
        who = {"client_id": person.pk, "on": self.FIRST, "worker": teammate, "by": manager, "today": TODAY}
        actions.allocate(**who, tier="high")
        html = signed_in(manager).get(url(person)).content.decode()
        assert labels(html) == offered
        assert "no one; Tom Lealaiauloto from 1 December on" in html

    def test_handed_over_it_is_from_the_day_that_is_arranged(self, signed_in, manager, worker, arranged):
        person = arranged("inactive")
        refresh_derived(workers=[worker])
        address = reverse("hand_over", args=[person.uid])
        form = signed_in(manager).get(address).context["form"]
        assert form["on"].value() == self.FIRST
        assert [name for _, name in form.fields["worker"].choices] == ["Mere Paki"]

        words = {"worker": worker.uid, "tier": "high", "on": "2026-12-01"}
        signed_in(manager).post(address, words)
        assert [held.worker for held in person.allocations.all()] == [worker]

    def test_moved_on_after_all_nobody_is_arranged(self, signed_in, manager, arranged):
        person = arranged("inactive")
        words = {"moved_on": "own_wish", "on": f"{TODAY}", "reason": "They rang"}
        signed_in(manager).post(reverse("decide_not_in_touch", args=[person.uid]), words)
        assert not person.allocations.exists()

    def test_what_24_weeks_ended_is_undone_until_then(self, signed_in, manager, worker, teammate, person):
        person.allocations.update(
            closed_on=TODAY - timedelta(days=1),
            close_decided_on=TODAY - timedelta(days=1),
            ends_before=TODAY,
            ended_by_sweep=True,
        )
        person.tiers.update(ends_before=TODAY - timedelta(days=1))
        TierPeriodFactory(client=person, tier="inactive", starts_on=TODAY - timedelta(days=1), automatic=True)
        refresh_derived(person)
        who = {"client_id": person.pk, "on": self.FIRST, "worker": teammate, "by": manager, "today": TODAY}
        actions.allocate(**who, tier="high")
        assert "Keep in touch after all" in labels(signed_in(manager).get(url(person)).content.decode())

        signed_in(manager).post(reverse("undo_not_in_touch", args=[person.uid]))
        held = person.allocations.order_by("starts_on")
        assert [(each.worker, each.closed_on, each.ends_before) for each in held] == [
            (worker, None, self.FIRST),
            (teammate, None, None),
        ]


@pytest.mark.parametrize("who", ["teammate", "stranger", "other_manager", "service_manager", "admin"])
def test_to_a_stranger_the_person_does_not_exist(request, signed_in, person, who):
    assert signed_in(request.getfixturevalue(who)).get(url(person)).status_code == 404
    assert not Entry.objects.filter(what=Entry.What.OPENED).exists()


def test_a_person_handed_over_is_not_the_givers_any_more(signed_in, worker, teammate, person):
    person.allocations.update(ends_before=TODAY)
    AllocationFactory(client=person, worker=teammate, starts_on=TODAY)
    assert signed_in(worker).get(url(person)).status_code == 404
    assert signed_in(teammate).get(url(person)).status_code == 200


def test_back_leads_to_the_list_as_it_was_left(signed_in, worker, person):
    mine = signed_in(worker)
    mine.get("/people/?q=rawiri&sort=-due&page=1")
    assert 'href="/people/?q=rawiri&amp;sort=-due&amp;page=1"' in mine.get(url(person)).content.decode()


@pytest.mark.parametrize("count", [2, 60])
def test_the_number_of_queries_does_not_grow_with_the_timeline(
    signed_in, worker, person, count, django_assert_num_queries
):
    for n in range(count):
        ContactFactory(client=person, on=TODAY - timedelta(days=n), author=worker)
    mine = signed_in(worker)
    mine.get(url(person))
    with django_assert_num_queries(QUERIES):
        mine.get(url(person))


QUERIES = 20


def test_who_covers_is_said_to_everybody_who_opens_the_page(signed_in, worker, teammate, manager, person):
    absence = AbsenceFactory(worker=worker, expected_back=date(2026, 12, 1))
    assert signed_in(teammate).get(url(person)).status_code == 404
    CoverFactory(absence=absence, client=person, worker=teammate)

    for member, said in ((teammate, "You cover while"), (manager, f"{teammate.name} covers while")):
        html = signed_in(member).get(url(person)).content.decode()
        assert f"{said} {worker.name} is away." in html
        assert "Expected back on 1 December." in html
