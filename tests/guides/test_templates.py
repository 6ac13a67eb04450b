"""Settings > Guides: copied, changed item by item, published, taken out, brought in; and what is refused."""

import json
import re

import pytest
from django.test import Client as Browser
from django.urls import reverse

from peerload.guides import actions, rules, shipped
from peerload.guides.models import GuideEdition, GuideTemplate
from tests import factories
from tests.forms import filled
from tests.test_access import BACKEND

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam(admin, today):
    browser = Browser()
    browser.force_login(admin.user, backend=BACKEND)
    return browser


def content_of(template) -> rules.Content:
    template.refresh_from_db()
    return rules.parse(template.draft)


def section_page(template, section) -> str:
    return reverse("guide_template_section", args=[template.uid, section])


def test_a_copy_of_a_shipped_one_is_the_same_and_saving_a_section_loses_nothing(sam, organisation):
    assert sam.post(reverse("guide_template_copy", args=["basics"])).status_code == 302
    copy = GuideTemplate.objects.get(shipped=False)
    assert content_of(copy) == shipped.contents()["basics"]
    assert copy.code == "the_basics"
    page = section_page(copy, "basics")
    assert sam.post(page, filled(sam.get(page))).status_code == 302
    assert content_of(copy) == shipped.contents()["basics"]


def test_a_section_of_the_review_keeps_scale_rare_answers_and_when_a_comment_is_needed(sam, organisation):
    sam.post(reverse("guide_template_copy", args=["work_review"]))
    copy = GuideTemplate.objects.get(shipped=False)
    page = section_page(copy, "crisis")
    sam.post(page, filled(sam.get(page)) | {"title": "Hard hours"})
    before = shipped.contents()["work_review"]
    found = content_of(copy)
    assert found.section("crisis").title == "Hard hours"
    assert found.section("crisis").comments == before.section("crisis").comments
    assert found.section("crisis").items == before.section("crisis").items
    assert found.scales == before.scales


def test_items_are_added_moved_and_left_out(sam, organisation):
    template = factories.GuideTemplateFactory(organisation=organisation)
    page = section_page(template, "talk")
    typed = filled(sam.get(page)) | {
        "item-0-place": "5",
        "item-2-text": "Why?",
        "item-2-kind": "several",
        "item-2-choices": "Money\nHealth\n",
        "item-2-place": "1",
    }
    assert sam.post(page, typed).status_code == 302
    items = content_of(template).section("talk").items
    assert [item.text for item in items] == ["Why?", "Would you come back?", "What went well?"]
    assert [choice.code for choice in items[0].choices] == ["money", "health"]
    assert [item.key for item in items[1:]] == ["again", "well"]  # what is filled in goes on to mean the same
    typed = filled(sam.get(page)) | {"item-1-drop": "on"}
    sam.post(page, typed)
    assert [item.text for item in content_of(template).section("talk").items] == ["Why?", "What went well?"]


def test_a_choice_of_one_answer_is_refused_beside_its_item_with_what_was_typed(sam, organisation):
    template = factories.GuideTemplateFactory(organisation=organisation)
    page = section_page(template, "talk")
    typed = filled(sam.get(page)) | {"item-2-text": "Which way?", "item-2-kind": "choice", "item-2-choices": "Left"}
    answer = sam.post(page, typed)
    assert answer.status_code == 422
    assert "Write two answers at least" in answer.content.decode() and "Which way?" in answer.content.decode()


def test_a_section_without_anything_is_refused_by_its_name(sam, organisation):
    template = factories.GuideTemplateFactory(organisation=organisation)
    page = section_page(template, "talk")
    typed = filled(sam.get(page)) | {"item-0-drop": "on", "item-1-drop": "on"}
    answer = sam.post(page, typed)
    assert answer.status_code == 422
    assert "Section “The conversation”: There is nothing to read or answer in it" in answer.content.decode()


def test_sections_are_added_moved_and_left_out(sam, organisation):
    template = factories.GuideTemplateFactory(organisation=organisation)
    page = reverse("guide_template_edit", args=[template.uid])
    sam.post(page, filled(sam.get(page)) | {"new_section": "Keys and papers", "begins": ["worker", "leader"]})
    assert [each.title for each in content_of(template).sections] == ["The conversation", "Keys and papers"]
    sam.post(page, filled(sam.get(page)) | {"place_talk": "9", "begins": ["worker", "leader"]})
    assert [each.title for each in content_of(template).sections] == ["Keys and papers", "The conversation"]
    sam.post(page, filled(sam.get(page)) | {"drop_section_2": "on", "begins": ["worker", "leader"]})
    assert [each.title for each in content_of(template).sections] == ["The conversation"]


def test_a_draft_is_not_offered_until_it_is_published(sam, worker, organisation, today):
    template = factories.GuideTemplateFactory(organisation=organisation)
    with pytest.raises(actions.NotForThem):
        actions.begin(code=template.code, about=worker, by=worker, today=today)
    publish = reverse("guide_template_publish", args=[template.uid])
    sam.post(publish, {"version": template.draft_version})
    assert GuideEdition.objects.get(template=template).number == 1
    assert actions.begin(code=template.code, about=worker, by=worker, today=today)
    assert "There is nothing new to publish" in sam.post(publish, {"version": 2}, follow=True).content.decode()


def test_what_goes_out_as_json_comes_in_again_the_same(sam, organisation):
    out = sam.get(reverse("guide_template_export", args=["work_review"]))
    assert out["Content-Type"] == "application/json"
    answer = sam.post(reverse("guide_template_import"), {"words": out.content.decode()})
    assert answer.status_code == 302
    assert content_of(GuideTemplate.objects.get()) == shipped.contents()["work_review"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("", "Choose a file, or paste its text"),
        ("{", "This is not the JSON of a template"),
        ("[" * 100_000, "This is not the JSON of a template"),
        ("[]", "not a group of named values"),
        (json.dumps(factories.EXIT | {"style": "body{}"}), "“style” is not known here"),
        (
            json.dumps(factories.EXIT).replace('"kind": "words"', '"kind": "frame"'),
            "Section “The conversation”, item “What went well?”: “kind” has to be one of",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_by_name_and_nothing_is_kept(sam, organisation, words, says):
    answer = sam.post(reverse("guide_template_import"), {"words": words})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not GuideTemplate.objects.exists()


def test_an_import_runs_and_fetches_and_styles_nothing(sam, worker, organisation, today):
    markup = '<img src="https://elsewhere.example/x" onerror="alert(1)"><style>*{display:none}</style>{{ 7|add:7 }}'
    raw = json.dumps(factories.EXIT).replace("What went well?", json.dumps(markup)[1:-1])
    sam.post(reverse("guide_template_import"), {"words": raw})
    template = GuideTemplate.objects.get()
    sam.post(reverse("guide_template_publish", args=[template.uid]), {"version": 1})
    guide = actions.begin(code=template.code, about=worker, by=worker, today=today)
    mere = Browser()
    mere.force_login(worker.user, backend=BACKEND)
    pages = [
        sam.get(reverse("guide_template_preview", args=[template.code])),
        sam.get(reverse("guide_template", args=[template.uid])),
        sam.get(section_page(template, "talk")),
        mere.get(reverse("guide", args=[guide.uid])),
        mere.get(reverse("guide_section", args=[guide.uid, "talk"])),
    ]
    for page in pages:
        text = page.content.decode()
        assert page.status_code == 200
        assert "<img src=" not in text and "<style>*" not in text and "14" not in text.partition("alert(1)")[2][:80]


def test_a_service_manager_sees_how_many_and_never_whose(worker, teammate, team, service_manager, today):
    factories.GuideFactory(about=worker)
    factories.GuideFactory(about=worker, shared_on=None)  # a draft of the manager's
    factories.GuideFactory(about=teammate, signed_on=today)
    factories.GuideFactory(about=teammate, own=True)
    ruth = Browser()
    ruth.force_login(service_manager.user, backend=BACKEND)
    page = ruth.get(reverse("team_growth")).content.decode()
    main = " ".join(page.partition("<main")[2].split())
    assert re.findall(r'<td class="pl-r">(\d+)</td>', main) == ["1", "1"]
    assert team.name in main and worker.name not in main and "The basics" not in main


def test_admins_and_service_managers_read_no_answers(sam, worker, manager, service_manager, today):
    guide = factories.GuideFactory(about=worker)
    ruth = Browser()
    ruth.force_login(service_manager.user, backend=BACKEND)
    for name in ("guide", "guide_pdf", "guide_share", "guide_remove"):
        for browser in (sam, ruth):
            assert browser.get(reverse(name, args=[guide.uid])).status_code == 404
