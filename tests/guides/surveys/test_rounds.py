"""A survey from opening to result: who is asked, who reads what, what is refused."""

from datetime import date, timedelta

import pytest
from django.db import InternalError, transaction
from django.test import Client as Browser
from django.urls import reverse

from peerload.guides import rules as guide_rules
from peerload.guides import shipped
from peerload.guides.models import GuideTemplate
from peerload.guides.surveys import actions, queries, rules
from peerload.guides.surveys.forms import name_of
from peerload.guides.surveys.models import SurveyAsked, SurveyBox, SurveyResult, SurveyRound
from peerload.home.sweep import sweep
from peerload.notices.models import Message, Notice
from tests import factories
from tests.conftest import TODAY
from tests.test_access import BACKEND

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LAST = TODAY + 14 * DAY


def browser_of(member):
    browser = Browser()
    browser.force_login(member.user, backend=BACKEND)
    return browser


@pytest.fixture
def six(organisation, team):
    """A team of six."""
    return [factories.MemberFactory(organisation=organisation, in_team=team) for _ in range(6)]


@pytest.fixture
def open_round(organisation, admin, today):
    def opened(team=None, *, opens_on=TODAY, closes_on=None, code="recovery_workplace", by=None, day=TODAY):
        return actions.open_round(
            code=code,
            organisation=organisation,
            team=team,
            opens_on=opens_on,
            closes_on=closes_on or opens_on + 14 * DAY,
            by=by or admin,
            today=day,
        )

    return opened


def all_of(found, code="agree"):
    return {statement.key: code for statement in found.content.statements}


def answer(found, member, code="agree", day=TODAY):
    actions.answer(asked=queries.asked(member, found.uid), answers=all_of(found, code), today=day)


def words(found, code="agree"):
    return {name_of(statement): code for statement in found.content.statements}


def test_four_answers_show_nothing_and_five_do(six, team, open_round, manager):
    few, enough = open_round(team), None
    for member in six[:4]:
        answer(few, member)
    actions.close(found=few, by=None, today=LAST)
    assert not SurveyResult.objects.exists()
    page = browser_of(six[0]).get(reverse("survey_result", args=[few.uid])).content.decode()
    assert "Fewer than five people answered" in page and "%)" not in page

    enough = open_round(team)  # a round that showed nothing is no bar to another
    for member in six[:5]:
        answer(enough, member, "disagree")
    url = reverse("survey_result", args=[enough.uid])
    assert browser_of(six[0]).get(url).status_code == 404  # nothing is shown while it is open
    actions.close(found=enough, by=None, today=LAST)
    assert browser_of(six[5]).get(url).content.decode().count("<strong>5</strong> (100%)") == 11  # asked, not answered
    assert browser_of(manager).get(url).status_code == 200


def test_one_leaves_a_team_of_six_and_nothing_changes(six, team, open_round, other_team, organisation):
    """What is shown is counted once, at closing; who leaves before or after changes nothing, no second count is ever made."""
    found = open_round(team)
    for member in six:
        answer(found, member, "agree")
    post = six[5].posts.get()
    post.team = other_team
    post.save()
    six[5].active = False
    six[5].save()
    actions.close(found=found, by=None, today=LAST)
    result = SurveyResult.objects.get()
    assert (result.answered, set(map(tuple, result.counts.values()))) == (6, {(0, 6, 0, 0, 0)})
    assert not SurveyBox.objects.exists()  # and nothing is left to count anew
    with pytest.raises(InternalError), transaction.atomic():
        SurveyResult.objects.update(answered=5)
    for scope in (team, None):  # nor is anyone of them asked the same within the year, five in place of six
        with pytest.raises(actions.AskedThisYear, match="12 November 2027"):
            open_round(scope, opens_on=TODAY + 20 * DAY, day=TODAY + 20 * DAY)
    again = open_round(team, opens_on=date(2027, 11, 12), day=date(2027, 11, 12))
    assert again.asked == 5


def test_a_copy_of_a_survey_is_the_same_survey(six, team, open_round, admin, organisation):
    found = open_round(team)
    browser_of(admin).post(reverse("guide_template_copy", args=["recovery_workplace"]))
    copy = GuideTemplate.objects.get(shipped=False)
    browser_of(admin).post(reverse("guide_template_publish", args=[copy.uid]), {"version": copy.draft_version})
    with pytest.raises(actions.AskedThisYear):
        open_round(team, code=copy.code)
    open_round(team, code="psychosocial_factors")  # other statements
    actions.withdraw(found=found, by=admin)
    open_round(team, code=copy.code)


def test_of_the_whole_service_a_team_is_shown_only_beside_five_others(
    six, team, other_team, organisation, open_round, manager, other_manager, service_manager, admin
):
    others = [factories.MemberFactory(organisation=organisation, in_team=other_team) for _ in range(4)]
    found = open_round()
    assert found.asked == 6 + 4 + 4
    for member in [*six, *others]:
        answer(found, member)
    answer(found, manager)  # in no team
    actions.close(found=found, by=None, today=LAST)
    assert {(each.team, each.answered) for each in SurveyResult.objects.all()} == {(None, 11), (team, 6)}
    whole = reverse("survey_result", args=[found.uid])
    of_team = f"{whole}?team={team.pk}"
    may = {
        six[0]: (200, 200), others[0]: (200, 404), manager: (200, 200), other_manager: (200, 404),
        service_manager: (200, 404), admin: (200, 404),
    }  # fmt: skip
    for member, statuses in may.items():
        browser = browser_of(member)
        assert (browser.get(whole).status_code, browser.get(of_team).status_code) == statuses, member
        assert browser.get(f"{whole}?team={other_team.pk}").status_code == 404
    newcomer = factories.MemberFactory(organisation=organisation, in_team=team)
    assert browser_of(newcomer).get(whole).status_code == 404  # was not asked


def test_a_round_of_a_team_is_for_the_team_and_who_leads_it(
    six, team, open_round, manager, service_manager, admin, stranger
):
    found = open_round(team)
    assert found.asked == 6  # not the manager, who reads the result
    for member in six[:5]:
        answer(found, member)
    actions.close(found=found, by=admin, today=TODAY)
    url = reverse("survey_result", args=[found.uid])
    assert [browser_of(who).get(url).status_code for who in (six[5], manager)] == [200, 200]
    assert [browser_of(who).get(url).status_code for who in (stranger, service_manager, admin)] == [404] * 3


def test_how_many_have_answered_is_for_who_opened_it_alone(six, team, open_round, admin, service_manager, manager):
    found = open_round(team, by=service_manager)
    for member in six[:3]:
        answer(found, member)
    page = reverse("survey_round", args=[found.uid])
    assert "3 of 6 answered" in browser_of(service_manager).get(page).content.decode()
    other = browser_of(admin).get(page).content.decode()
    assert "answered" not in other and "3 of" not in other
    for member in six:
        assert member.name not in browser_of(service_manager).get(page).content.decode()
    assert browser_of(manager).get(page).status_code == 404


def test_it_is_answered_once_on_one_page_and_what_is_missing_keeps_the_rest(six, team, open_round):
    found, browser = open_round(team), browser_of(six[0])
    url = reverse("survey", args=[found.uid])
    given = words(found)
    missing = given.pop(name_of(found.content.statements[3]))
    refused = browser.post(url, given)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert page.count("Choose an answer.") >= 1 and page.count("checked") == 10
    assert not queries.box_of(found).answered
    sent = browser.post(url, given | {name_of(found.content.statements[3]): missing}, follow=True)
    assert "Thank you, you have answered." in sent.content.decode()
    assert "Thank you, you have answered." in browser.get(url).content.decode()
    twice = browser.post(url, words(found, "disagree"), follow=True)
    assert "You have answered this survey already. Nothing was changed." in twice.content.decode()
    assert set(queries.box_of(found).counts[rules.NO_TEAM].values()) == {(0, 1, 0, 0, 0)}
    assert browser.post(url, words(found, "perhaps")).status_code == 422


def test_a_survey_that_closes_while_somebody_answers_says_so_and_keeps_nothing(six, team, open_round, on):
    found, browser = open_round(team), browser_of(six[0])
    url = reverse("survey", args=[found.uid])
    assert browser.get(url).status_code == 200
    on(LAST + DAY)  # its last day is over, and the sweep has not come yet
    said = "This survey has closed while you were answering. Nothing of your answers was kept."
    assert said in browser.post(url, words(found), follow=True).content.decode()
    assert not queries.box_of(found).answered
    actions.close(found=found, by=None, today=LAST + DAY)
    assert said in browser.post(url, words(found), follow=True).content.decode()
    assert SurveyRound.objects.get().answered == 0


@pytest.mark.parametrize(
    ("opens_on", "closes_on", "refused"),
    [
        (TODAY - DAY, LAST, actions.OpensInPast),
        (TODAY, TODAY, None),
        (TODAY, TODAY - DAY, actions.ClosesWrongly),
        (TODAY, TODAY + 56 * DAY, None),
        (TODAY, TODAY + 57 * DAY, actions.ClosesWrongly),
        (TODAY + DAY, LAST, None),
    ],
)
def test_the_days_of_a_round(six, team, open_round, opens_on, closes_on, refused):
    if refused:
        with pytest.raises(refused):
            open_round(team, opens_on=opens_on, closes_on=closes_on)
    else:
        assert (open_round(team, opens_on=opens_on, closes_on=closes_on).asked is None) == (opens_on > TODAY)


def test_four_people_are_not_asked(organisation, team, open_round):
    members = [factories.MemberFactory(organisation=organisation, in_team=team) for _ in range(5)]
    members[0].active = False
    members[0].save()
    with pytest.raises(actions.TooFewToAsk):
        open_round(team)
    members[0].active = True
    members[0].save()
    assert open_round(team).asked == 5


def test_everyone_gets_the_same_notices_whether_they_have_answered_or_not(
    six, team, open_round, organisation, on, admin
):
    found = open_round(team, opens_on=TODAY + DAY)
    assert not Notice.objects.filter(
        subject=f"survey:{found.pk}"
    ).exists()  # planned: who is asked is settled on the day
    sweep(organisation, on(TODAY + DAY))
    first_page = reverse("my_day")
    assert found.title in browser_of(six[0]).get(first_page).content.decode()
    answer(found, six[0], day=TODAY + DAY)
    assert found.title not in browser_of(six[0]).get(first_page).content.decode()  # nothing is written for that
    assert found.title in browser_of(six[1]).get(first_page).content.decode()
    for day in range(2, 17):
        sweep(organisation, on(TODAY + day * DAY))
        if day == 14:
            assert found.title in browser_of(six[1]).get(first_page).content.decode()
    rows = Notice.objects.filter(subject=f"survey:{found.pk}").exclude(kind="survey_result")
    by_member = {
        member.pk: sorted(rows.filter(recipient=member).values_list("kind", "anchor_on", "cancelled_at"))
        for member in six
    }
    assert len(set(map(str, by_member.values()))) == 1
    assert [kind for kind, *_ in by_member[six[0].pk]] == ["survey_closing", "survey_open"]
    found.refresh_from_db()
    assert (found.closed_on, found.answered) == (TODAY + 16 * DAY, 1)
    assert not Message.objects.filter(body__contains=found.title).exists()


def test_a_round_is_closed_early_withdrawn_and_then_not_there(six, team, open_round, admin):
    found, browser = open_round(team), browser_of(admin)
    for member in six[:5]:
        answer(found, member)
    browser.post(reverse("survey_close", args=[found.uid]))
    found.refresh_from_db()
    assert (found.closed_on, found.answered) == (TODAY, 5)
    for name in ("survey_close", "survey_withdraw"):
        assert browser.post(reverse(name, args=[found.uid])).status_code == 404
    other = open_round(team, code="psychosocial_factors")
    answer(other, six[0])
    browser.post(reverse("survey_withdraw", args=[other.uid]))
    assert not SurveyRound.objects.filter(pk=other.pk).exists()
    assert not SurveyAsked.objects.filter(round=other.pk).exists() and not SurveyBox.objects.exists()


def test_without_the_key_nothing_is_taken_counted_or_lost(six, team, open_round, organisation, settings, on, admin):
    found = open_round(team)
    for member in six[:5]:
        answer(found, member)
    keys, settings.PRIVATE_KEYS = settings.PRIVATE_KEYS, ["x" * 50]
    refused = browser_of(six[5]).post(reverse("survey", args=[found.uid]), words(found))
    assert refused.status_code == 422 and refused.content.decode().count("checked") == 11
    sweep(organisation, on(LAST + DAY))
    found.refresh_from_db()
    assert found.closed_on is None
    assert (
        "cannot be opened now" not in browser_of(admin).get(reverse("survey_round", args=[found.uid])).content.decode()
    )
    settings.PRIVATE_KEYS = keys
    sweep(organisation, LAST + DAY)
    found.refresh_from_db()
    assert found.answered == 5


def test_last_years_result_stands_beside_this_years(six, team, open_round, on):
    old = open_round(team)
    for member in six:
        answer(old, member, "disagree")
    actions.close(found=old, by=None, today=LAST)
    day = on(date(2027, 11, 12))
    new = open_round(team, opens_on=day, day=day)
    for member in six[:5]:
        answer(new, member, day=day)
    actions.close(found=new, by=None, today=day)
    page = browser_of(six[0]).get(reverse("survey_result", args=[new.uid])).content.decode()
    assert page.count("before 6 (100%)") == page.count("<strong>5</strong> (100%)") == 11
    assert "average" not in page.casefold()


def test_a_service_changes_a_copy_of_a_survey_and_what_keeps_its_words_stays_comparable(admin, organisation, today):
    browser = browser_of(admin)
    browser.post(reverse("guide_template_copy", args=["recovery_workplace"]))
    copy = GuideTemplate.objects.get(shipped=False)
    edit = reverse("guide_template_edit", args=[copy.uid])
    page = browser.get(edit).context["form"]
    lines = page.fields["lines_workplace"].initial.splitlines()
    typed = {name: page.initial[name] for name in ("title", "purpose", "says", "source", "lead", "choices", "version")}
    typed |= {"heading_workplace": "Us", "new_heading": "Rest", "new_lines": "Has room to rest | Breaks\n\nSings"}
    typed |= {"lines_workplace": "\n".join([*lines[1:], lines[0], "Laughs"]), "title": "Our survey"}
    assert browser.post(edit, typed | {"choices": "Agree"}).status_code == 422  # two answers at least
    assert browser.post(edit, typed | {"version": 99}).status_code == 409
    assert browser.post(edit, typed).status_code == 302
    copy.refresh_from_db()
    content = guide_rules.parse(copy.draft)
    old = shipped.contents()["recovery_workplace"]
    assert [each.text for each in content.sections[0].items] == [*lines[1:], lines[0], "Laughs"]
    assert {each.text: each.key for each in old.statements}.items() <= {
        each.text: each.key for each in content.statements
    }.items()
    assert content.choices == old.choices and (content.title, content.items) == ("Our survey", 14)
    assert [(each.text, each.says) for each in content.sections[1].items] == [
        ("Has room to rest", "Breaks"),
        ("Sings", ""),
    ]
