"""Tables, times and staff as answers; dated steps; and what becomes of a signed guide."""

import json
from copy import deepcopy
from datetime import date, timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse

from peerload.core import clock
from peerload.guides import actions, queries, rules, shipped
from peerload.guides.models import Guide, GuideStep, GuideTemplate
from tests import factories
from tests.forms import filled
from tests.test_access import BACKEND

DAY = timedelta(days=1)
TABLE = {"key": "t", "kind": "table", "text": "Around it", "rows": ["Before", "After"], "columns": ["What", "Who"]}
TABLE |= {"more_rows": 3}
ITEMS = [
    TABLE,
    {"key": "time", "kind": "date_span", "text": "When"},
    {"key": "who", "kind": "person", "text": "Who to ask"},
]


def content(*items) -> dict:
    raw = deepcopy(factories.EXIT)
    raw["sections"][0]["items"] = [deepcopy(item) for item in items]
    return raw


# Content --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"columns": []}, "Section “The conversation”, item “Around it”: A table needs one column at least"),
        ({"rows": [], "more_rows": 0}, "A table needs rows, or rows that may be added"),
        ({"more_rows": 21}, "“more_rows” has to be a whole number from 0 to 20"),
        ({"more_rows": True}, "“more_rows” has to be a whole number"),
        ({"rows": ["Before", "Before"]}, "“rows” names something twice"),
        ({"rows": ["Before\nAfter"]}, "“rows” has to be a list of texts, each of one line"),
        ({"columns": "What"}, "“columns” has to be a list of 6 at most"),
        ({"kind": "words"}, "Only a table has rows and columns"),
    ],
)
def test_a_broken_table_is_refused_by_name_of_section_and_item(change, says):
    with pytest.raises(rules.BrokenContent) as refused:
        rules.parse(content(TABLE | change))
    assert any(says in problem for problem in refused.value.problems), refused.value.problems


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"first_after_days": 0}, "“first_after_days” has to be a whole number from 1 to 366"),
        ({"ends": "yes"}, "“ends” has to be true or false"),
        ({"steps": 3}, "“steps” has to be a text"),
    ],
)
def test_what_a_guide_says_of_itself_is_refused_by_name(change, says):
    with pytest.raises(rules.BrokenContent, match=says):
        rules.parse(content(TABLE) | change)


def test_the_new_kinds_are_read_back_as_they_were_written():
    read = rules.parse(content(*ITEMS) | {"ends": True, "steps": "Steps", "first_after_days": 30})
    assert rules.parse(json.loads(json.dumps(rules.as_json(read)))) == read


def test_answers_with_parts_are_read_in_words():
    table, time, who = rules.parse(content(*ITEMS)).sections[0].items
    cells = rules.kept_cells(table.table, [["Breathe", ""], ["", ""], ["", ""], ["Walk", "Tom"]])
    assert cells == [["Breathe", ""], ["", ""], ["Walk", "Tom"]]  # an added row without words is not kept
    assert rules.shown_value(table, cells) == "Before\nWhat: Breathe\nRow 3\nWhat: Walk\nWho: Tom"
    assert rules.kept_cells(table.table, [["", ""]] * 4) == []
    assert rules.shown_value(time, "2026-11-02/2026-12-01") == "2 November 2026 to 1 December 2026"
    assert rules.shown_value(time, "/2026-12-01") == "until 1 December 2026"
    assert rules.shown_value(who, rules.kept_person("8c1", "Tom Lealaiauloto")) == "Tom Lealaiauloto"


def sections(code) -> list[int]:
    return [sum(item.kind != "text_only" for item in section.items) for section in shipped.contents()[code].sections]


def test_the_work_plan_has_the_eight_sections_of_the_source_and_is_no_discipline():
    plan = shipped.contents()["work_plan"]
    titles = [section.title.split(".")[0] for section in plan.sections]
    assert titles == ["I", "II", "III", "IV", "V", "VI", "VII", "VIII"]
    looked_at = plan.sections[0].items[1]
    assert len(looked_at.choices) == 7 and sections("work_plan") == [1, 2, 1, 4, 1, 3, 3, 1]
    assert plan.ends and plan.steps == "Immediate steps"
    words = json.dumps(rules.as_json(plan)).casefold()
    assert not any(word in words for word in ("performance", "discipline", "warning", "issue"))


# On the pages ---------------------------------------------------------------------------------------------------------

db = pytest.mark.django_db


@pytest.fixture
def signed_in():
    def of(member):
        browser = Browser()
        browser.force_login(member.user, backend=BACKEND)
        return browser

    return of


@pytest.fixture
def guide(worker, manager, today):
    """A guide with a table, a time and a member of staff, shared by who leads the worker."""
    template = factories.GuideTemplateFactory(
        organisation=worker.organisation, draft=rules.as_json(rules.parse(content(*ITEMS)))
    )
    actions.publish(uid=template.uid, organisation=worker.organisation, by=manager, version=1, today=today)
    found = actions.begin(code=template.code, about=worker, by=manager, today=today)
    return actions.share(guide=found, by=manager, today=today)


@db
def test_a_table_a_time_and_a_person_are_written_read_and_changed(guide, worker, teammate, manager, signed_in):
    page = reverse("guide_section", args=[guide.uid, "talk"])
    mere = signed_in(worker)
    typed = filled(mere.get(page))
    assert {name for name in typed if name.startswith("a_t-")} == {f"a_t-{r}-{c}" for r in range(4) for c in range(2)}
    typed |= {"a_t-0-0": "Breathe", "a_t-3-1": "Tom", "a_time-from": "2026-12-01", "a_time-until": "2026-11-30"}
    answer = mere.post(page, typed | {"a_who": teammate.uid})
    assert answer.status_code == 422
    assert "It ends before it begins" in answer.content.decode() and "Breathe" in answer.content.decode()

    assert mere.post(page, typed | {"a_who": teammate.uid, "a_time-until": "2026-12-04"}).status_code == 302
    read = signed_in(manager).get(reverse("guide", args=[guide.uid])).content.decode()
    assert all(words in read for words in ("Breathe", "Row 3", teammate.name, "1 December 2026 to 4 December 2026"))

    teammate.active = False
    teammate.save()
    again = filled(mere.get(page))
    assert (again["a_t-2-1"], again["a_who"]) == ("Tom", str(teammate.uid))  # a member who left stays named
    stale = mere.post(page, again | {"version": 0, "a_t-0-0": "Wait"})
    assert stale.status_code == 409 and "Breathe" in stale.content.decode()


@db
def test_no_more_rows_come_in_than_the_template_allows(guide, worker, signed_in):
    page = reverse("guide_section", args=[guide.uid, "talk"])
    mere = signed_in(worker)
    typed = filled(mere.get(page)) | {f"a_t-{row}-0": f"Row {row}" for row in range(40)}
    assert mere.post(page, typed).status_code == 302
    answers = queries.answers_of(guide).answers["talk", "worker"]
    assert len(answers.values["t"]) == 5


@db
def test_an_editor_makes_a_table(admin, organisation, today, signed_in):
    template = factories.GuideTemplateFactory(organisation=organisation)
    page = reverse("guide_template_section", args=[template.uid, "talk"])
    sam = signed_in(admin)
    item = {"item-2-text": "Around it", "item-2-kind": "table"}
    refused = sam.post(page, filled(sam.get(page)) | item)
    assert refused.status_code == 422 and "Write one column at least" in refused.content.decode()
    item |= {"item-2-rows": "Before\nAfter", "item-2-columns": "What\nWho", "item-2-more_rows": "3"}
    assert sam.post(page, filled(sam.get(page)) | item).status_code == 302
    made = rules.parse(GuideTemplate.objects.get().draft).sections[0].items[2].table
    assert made == rules.Table(("Before", "After"), ("What", "Who"), 3)
    sam.post(page, filled(sam.get(page)))
    assert rules.parse(GuideTemplate.objects.get().draft).sections[0].items[2].table == made


# Dated steps, and a plan that ends -----------------------------------------------------------------------------------------


@pytest.fixture
def plan(worker, manager, today):
    """A work plan that both read, until 18 December, with a step of the worker for 19 November."""
    found = factories.GuideFactory(
        about=worker,
        period_until=date(2026, 12, 18),
        edition=factories.GuideEditionFactory(organisation=worker.organisation, code="work_plan"),
    )
    actions.add_step(
        guide=found, what="Ask for a quiet desk", owner=worker, due_on=date(2026, 11, 19), by=manager, today=today
    )
    found.refresh_from_db()
    return found


def sweep(member):
    actions.sweep(member.organisation, clock.today(member.organisation))


def sign(guide, *members, today):
    for member in members:
        guide.refresh_from_db()
        actions.sign(guide=guide, by=member, version=guide.version, today=today)
    guide.refresh_from_db()


@db
def test_a_plan_needs_its_last_day(worker, manager, today):
    for until in (None, today - DAY):
        with pytest.raises(actions.EndDayMissing):
            actions.begin(code="work_plan", about=worker, by=manager, today=today, period_until=until)
    assert actions.begin(code="work_plan", about=worker, by=manager, today=today, period_until=today)


@db
def test_a_step_belongs_to_one_of_the_two_and_clears_signatures(plan, worker, manager, teammate, today):
    sign(plan, worker, today=today)
    more = {"guide": plan, "what": "Weekly talk", "due_on": today, "today": today}
    with pytest.raises(actions.NotAnOwner):
        actions.add_step(owner=teammate, by=worker, **more)
    actions.add_step(owner=manager, by=worker, **more)
    assert not plan.signatures.exists()
    sign(plan, worker, manager, today=today)
    with pytest.raises(actions.Signed):
        actions.add_step(owner=manager, by=worker, **more)


@db
def test_a_step_is_done_by_either_once_signed_and_leaves_both_first_pages(plan, worker, manager, on, today, signed_in):
    sign(plan, worker, manager, today=today)
    on(date(2026, 11, 12))
    sweep(worker)
    words = "Ask for a quiet desk"
    first, theirs = signed_in(worker).get("/").content.decode(), signed_in(manager).get("/team/").content.decode()
    assert words in first and "Yours, by 19 November" in first
    assert words in theirs and f"{worker.name}’s, by 19 November" in theirs.replace("&#x27;", "’")
    step = GuideStep.objects.get()
    signed_in(manager).post(reverse("guide_step_tick", args=[step.uid]), {"done": "yes"})
    assert words not in signed_in(worker).get("/").content.decode()
    assert signed_in(manager).get(reverse("guide_pdf", args=[plan.uid])).content.startswith(b"%PDF")


@db
def test_on_its_last_day_both_are_asked_and_it_goes_on_or_ends(plan, worker, manager, on, today, signed_in):
    sign(plan, worker, manager, today=today)
    title = "Work plan, made together"
    for day, said in ((date(2026, 12, 17), 0), (date(2026, 12, 18), 1)):
        on(day)
        sweep(worker)
        for member in (worker, manager):
            assert member.notices.filter(kind="guide_again").count() == said
    browser = signed_in(worker)
    page = browser.get(reverse("guide", args=[plan.uid])).content.decode()
    assert title in page and "Go on until another day" in page and "End it now" in page
    late = browser.post(reverse("guide_extend", args=[plan.uid]), {"until": "2026-12-18"})
    assert late.status_code == 422
    browser.post(reverse("guide_extend", args=[plan.uid]), {"until": "2027-01-15"})
    sweep(worker)
    assert manager.notices.filter(kind="guide_extended").count() == 1
    signed_in(manager).post(reverse("guide_put_away", args=[plan.uid]))
    plan.refresh_from_db()
    on(date(2027, 1, 15))
    sweep(worker)
    assert plan.ended_on == date(2026, 12, 18)
    assert manager.notices.filter(kind="guide_again", anchor_on=date(2027, 1, 15)).count() == 0


@db
def test_a_reminder_that_is_put_away_does_not_come_back(worker, manager, on, today, signed_in):
    old = date(2025, 11, 1)
    guide = factories.GuideFactory(about=worker, begun_on=old, shared_on=old, signed_on=old)
    sweep(worker)
    assert queries.due_again(worker.organisation_id, today)
    signed_in(manager).post(reverse("guide_put_away", args=[guide.uid]))
    assert not queries.due_again(worker.organisation_id, today)
    refused = signed_in(worker).post(reverse("guide_put_away", args=[guide.uid]), follow=True)
    assert "Only those who are reminded of it" in refused.content.decode()


@db
@pytest.mark.parametrize(("days", "proposed"), [(89, 0), (90, 1), (117, 1), (118, 0)])
def test_a_new_workers_first_review_is_proposed_from_the_ninetieth_day(worker, manager, today, days, proposed):
    worker.posts.update(starts_on=today - days * DAY)
    found = queries.first_guides(worker.organisation, today)
    assert [each[1].code for each in found if each[0] == worker] == ["work_review"] * proposed


@db
def test_the_first_review_is_put_away_with_one_press(worker, manager, team, today, on, signed_in):
    worker.posts.update(starts_on=today - 90 * DAY)
    sweep(worker)
    ana = signed_in(manager)
    assert "For the first time" in ana.get(reverse("team_growth")).content.decode()
    ana.post(reverse("guide_first_put_away", args=[worker.uid]))
    on(today + DAY)
    sweep(worker)
    assert "For the first time" not in ana.get(reverse("team_growth")).content.decode()
    actions.begin(code="work_review", about=worker, by=manager, today=today)
    assert not queries.first_guides(worker.organisation, today)


@db
def test_a_story_plan_is_seen_by_no_one_and_comes_again_after_six_months(worker, manager, on, today, signed_in):
    guide = actions.begin(code="story_plan", about=worker, by=worker, today=today)
    sign(guide, worker, today=today)
    assert guide.uid not in {each.uid for each in queries.of_team(manager, today)}
    team = signed_in(manager).get(reverse("team_growth")).content.decode()
    assert "My story plan" not in team
    on(date(2027, 5, 12))
    sweep(worker)
    assert worker.notices.filter(kind="guide_again").count() == 1
    assert not manager.notices.filter(kind__startswith="guide").exists()
    assert Guide.objects.get().shared_on is None
