"""What people want, in their own words: on their page, changed, reached and let go, kept as history."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from caseload.duplicates.actions.merging import merge
from caseload.duplicates.actions.taking_apart import take_apart
from caseload.goals import actions
from caseload.models import Goal
from peerload.audit.models import Entry
from tests import factories
from tests.conftest import TODAY
from tests.forms import filled
from tests.shared import shared

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

DAY = timedelta(days=1)
WORDS = "A place of my own, with a door I can shut"


@shared(dated=True)
def goal(whetu):
    return factories.GoalFactory(client=whetu, words=WORDS)


def said(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def read(mine, person):
    return mine.get(person.get_absolute_url())


def send(mine, route, row, **words):
    url = reverse(route, args=[row.uid])
    return mine.post(url, filled(mine.get(url)) | words)


def tapped(mine, person, goal, what):
    """Tap a button of a goal on the page of its person, as a browser without a script sends it."""
    url = reverse("goal_end", args=[goal.uid])
    return mine.post(url, filled(read(mine, person), url) | {"ended_as": what}, follow=True)


class TestOnThePage:
    def test_while_nothing_is_said_there_is_a_way_to_write_it_down_and_no_card(self, mine, whetu):
        page = read(mine, whetu)
        assert 'id="goals"' not in page.content.decode()
        assert reverse("goal_add", args=[whetu.uid]) in page.content.decode()

    def test_their_words_stand_there_with_the_day(self, mine, whetu, goal):
        page = said(read(mine, whetu))
        assert WORDS in page
        assert "Since 2 November" in page

    def test_what_is_reached_or_let_go_is_folded(self, mine, whetu):
        factories.GoalFactory(client=whetu, words="A licence", reached=True)
        page = read(mine, whetu).content.decode()
        card = page[page.index('id="goals"') : page.index('id="line"')]
        assert "1 reached or let go" in said(read(mine, whetu))
        assert card.index("<details") < card.index("A licence")
        assert "Since 2 November, reached on 9 November" in said(read(mine, whetu))

    def test_the_timeline_tells_when_it_was_said_and_reached_and_by_whom_it_was_written(self, mine, whetu, worker):
        factories.GoalFactory(client=whetu, words="A licence", reached=True, author=worker, ended_by=worker)
        page = read(mine, whetu).content.decode()
        line = page[page.index('id="line"') :]
        assert line.index("Reached what they wanted") < line.index("What they want, in their words")
        assert line.count("A licence") == 2 and worker.name in line

    def test_of_a_person_who_moved_on_it_is_readable_and_nothing_is_asked(self, signed_in, manager, team):
        person = factories.ClientFactory(organisation=team.organisation, team=team, support="inactive")
        factories.refresh_derived(person)
        factories.GoalFactory(client=person, words=WORDS)
        page = read(signed_in(manager), person).content.decode()
        assert WORDS in page
        assert "/goals/" not in page

    def test_who_does_not_see_the_person_sees_no_goal(self, signed_in, teammate, goal):
        for route in ("goal_edit", "goal_end"):
            assert signed_in(teammate).get(reverse(route, args=[goal.uid])).status_code == 404

    def test_opening_a_form_is_in_the_audit(self, mine, whetu, goal):
        mine.get(reverse("goal_edit", args=[goal.uid]))
        assert Entry.objects.filter(subject=str(whetu.uid), what=Entry.What.OPENED).exists()


class TestSetAndChanged:
    def test_in_their_words(self, mine, whetu, worker):
        answer = send(mine, "goal_add", whetu, words="  To cook for my kids again ", starts_on=TODAY - DAY)
        assert answer.url == whetu.get_absolute_url()
        goal = Goal.objects.get()
        assert (goal.words, goal.starts_on, goal.author) == ("To cook for my kids again", TODAY - DAY, worker)
        assert goal.organisation_id == whetu.organisation_id

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            ({"words": "   "}, "Write down what they want, in their words."),
            ({"words": "A job", "starts_on": TODAY + DAY}, "13 November 2026 has not come yet."),
            ({"words": "A job", "starts_on": "soon"}, "Write the day as in"),
            ({"words": "a" * 1001}, "1,?000"),
        ],
        ids=["no words", "ahead", "no day", "too long"],
    )
    def test_what_cannot_be_is_refused_with_a_sentence_and_stays_typed(self, mine, whetu, words, sentence):
        answer = send(mine, "goal_add", whetu, **words)
        assert (answer.status_code, Goal.objects.count()) == (422, 0)
        assert re.search(sentence, said(answer))
        assert str(words["words"]).strip() in answer.content.decode()

    def test_the_same_submission_is_one_for_every_way_in(self, whetu, worker):
        said = {"client_id": whetu.pk, "by": worker, "today": TODAY, "starts_on": TODAY, "submission_id": uuid4()}
        assert actions.set_goal(words="A job", **said) == actions.set_goal(words="A job", **said)
        with pytest.raises(actions.SetDifferently):
            actions.set_goal(words="A dog", **said)
        other = factories.ClientFactory(supported_by=worker)
        with pytest.raises(actions.SetDifferently):
            actions.set_goal(words="A job", **said | {"client_id": other.pk})
        assert Goal.objects.count() == 1

    def test_other_words_and_another_day_keep_the_old_ones_in_the_history(self, mine, whetu, goal):
        send(mine, "goal_edit", goal, words="My own flat", starts_on="2026-10-30")
        goal.refresh_from_db()
        assert (goal.words, f"{goal.starts_on}") == ("My own flat", "2026-10-30")
        [before] = goal.events.all()
        assert before.words == WORDS and before.pgh_context.metadata["reason"] == "other words"

    def test_words_of_a_goal_that_ended_are_not_changed(self, mine, whetu):
        goal = factories.GoalFactory(client=whetu, words="A licence", reached=True)
        answer = send(mine, "goal_edit", goal, words="A car")
        assert answer.status_code == 422
        assert "It was reached on 9 November 2026. Take that back first." in said(answer)
        assert "A car" in answer.content.decode()
        assert Goal.objects.get().words == "A licence"


class TestReachedAndLetGo:
    @pytest.mark.parametrize(("what", "words"), [("reached", "Reached:"), ("let_go", "Let go:")])
    def test_one_tap_says_so_with_a_way_back(self, mine, whetu, goal, worker, what, words):
        page = tapped(mine, whetu, goal, what)
        assert f"{words} {WORDS}" in said(page)
        goal.refresh_from_db()
        assert (goal.ended_as, goal.ended_on, goal.ended_by) == (what, TODAY, worker)

        tapped(mine, whetu, goal, "undo")
        goal.refresh_from_db()
        assert (goal.ended_as, goal.ended_on, goal.ended_by) == ("", None, None)

    def test_on_an_earlier_day(self, mine, goal):
        send(mine, "goal_end", goal, ended_as="let_go", ended_on="2026-11-05")
        goal.refresh_from_db()
        assert (goal.ended_as, f"{goal.ended_on}") == ("let_go", "2026-11-05")

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            ({"ended_on": "2026-11-13"}, "13 November 2026 has not come yet."),
            (
                {"ended_on": "2026-11-01"},
                "They have wanted this since 2 November 2026. Choose that day or a later one.",
            ),
            ({"ended_on": ""}, "Say on which day."),
            ({"ended_as": "lost"}, "Select a valid choice|Choose"),
            ({"ended_as": ""}, "Choose whether they reached it or let it go."),
        ],
        ids=["ahead", "before it began", "no day", "another word", "nothing chosen"],
    )
    def test_what_cannot_be_is_refused_with_a_sentence(self, mine, goal, words, sentence):
        answer = send(mine, "goal_end", goal, **{"ended_as": "reached", "ended_on": "2026-11-09"} | words)
        assert answer.status_code == 422
        assert re.search(sentence, said(answer))
        goal.refresh_from_db()
        assert goal.ended_as == ""

    def test_the_action_refuses_the_same_days_without_a_form(self, goal, worker):
        about = {"goal_id": goal.pk, "by": worker, "today": TODAY, "ended_as": "reached"}
        with pytest.raises(actions.EndsAhead):
            actions.end(**about, ended_on=TODAY + DAY)
        with pytest.raises(actions.EndsBeforeItBegan):
            actions.end(**about, ended_on=goal.starts_on - DAY)
        with pytest.raises(actions.WantedAhead):
            actions.change_words(goal_id=goal.pk, by=worker, today=TODAY, words="A job", starts_on=TODAY + DAY)

    def test_two_taps_are_one_and_a_tap_after_another_members_is_asked_about(
        self, mine, signed_in, whetu, manager, goal
    ):
        url, other = reverse("goal_end", args=[goal.uid]), signed_in(manager)
        opened = filled(other.get(url))
        for _ in range(2):
            tapped(mine, whetu, goal, "reached")
        assert goal.events.count() == 1

        answer = other.post(url, opened | {"ended_as": "let_go"})
        assert answer.status_code in (409, 422)
        goal.refresh_from_db()
        assert goal.ended_as == "reached"


class TestWithThePerson:
    def test_goals_go_with_a_person_who_is_handed_over(self, mine, signed_in, whetu, goal, teammate):
        whetu.allocations.update(ends_before=TODAY)
        factories.AllocationFactory(client=whetu, worker=teammate, starts_on=TODAY)
        assert mine.get(reverse("goal_edit", args=[goal.uid])).status_code == 404
        assert WORDS in said(read(signed_in(teammate), whetu))

    def test_two_records_of_one_person_come_together_and_apart_again(self, whetu, goal, manager, team):
        other = factories.ClientFactory(organisation=whetu.organisation, team=team, support="inactive")
        theirs = factories.GoalFactory(client=other, words="A dog")
        factories.refresh_derived(whetu, other)

        made = merge(kept_id=whetu.pk, absorbed_id=other.pk, by=manager, today=TODAY)
        assert set(Goal.objects.filter(client=whetu)) == {goal, theirs}

        take_apart(client_id=other.pk, merge_id=made.pk, by=manager, today=TODAY)
        assert list(Goal.objects.filter(client=other)) == [theirs]
        assert list(Goal.objects.filter(client=whetu)) == [goal]


@pytest.mark.parametrize(
    "row",
    [
        {"words": ""},
        {"ended_as": "reached"},
        {"ended_on": TODAY},
        {"ended_as": "reached", "ended_on": TODAY - 30 * DAY},
    ],
    ids=["no words", "no day", "no end", "before it began"],
)
def test_the_database_refuses(whetu, row):
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.GoalFactory(client=whetu, **row)
