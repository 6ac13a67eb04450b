"""One search on every page: people, groups, staff and pages, among what its reader may see."""

import re

import pytest
from django.test import Client as Browser
from django.urls import resolve, reverse

from caseload.models import Client
from peerload.audit.models import Entry
from peerload.home.pages import PAGES
from peerload.home.search import found_among, offered_to
from tests import factories
from tests.shared import shared
from tests.test_access import ADMIN, BACKEND, DEPUTY, LIBRARY, MANAGER, OWNER, ROUTES, SERVICE_MANAGER, World

SEARCH = "/search/"


def results(client, words: str) -> str:
    """Return the page of results, without the frame and without the tokens of its forms."""
    page = client.get(SEARCH, {"q": words})
    assert page.status_code == 200
    main = re.search(r"<main.*</main>", page.content.decode(), re.S)[0]
    return re.sub(r'value="[\w-]{30,}"', "", main)


@shared(dated=True)
def hine(worker, today):
    return factories.ClientFactory(
        name="Hinemoa Āperahama", called="Hine", ref="PL-0417", phone="+64 21 555 0142", supported_by=worker
    )


@pytest.mark.parametrize(
    "words",
    [
        "hinemoa",
        "apera",
        "hine",
        "0142",
        "021 555 0142",
        "+64 21 555 0142",
        "pl-0417",
        "0417",
        "hine aperahama",
        "HINE",
    ],
)
def test_a_person_is_found_by_any_part_of_what_is_known_of_them(signed_in, worker, hine, words):
    assert reverse("person", args=[hine.uid]) in results(signed_in(worker), words)


@pytest.mark.parametrize("words", ["021", "(021)", "021 5", "+64 21"])
def test_the_first_digits_of_a_phone_find_phones_first_and_references_below(signed_in, worker, today, words):
    """By their names those with a reference would come first: one is a number, one has it within."""
    for name, ref, phone in (
        ("Ana Ref", "0215", ""),
        ("Ben Ref", "PL-6421-0215", ""),
        ("Cy Typed", "PL-1", "Home (021) 555 0199"),
        ("Dee Abroad", "PL-2", "+64 21 555 0142"),
    ):
        factories.ClientFactory(name=name, ref=ref, phone=phone, supported_by=worker)
    html = results(signed_in(worker), words)
    found = sorted((name for name in ("Ana Ref", "Ben Ref", "Cy Typed", "Dee Abroad") if name in html), key=html.index)
    assert found[:2] == ["Cy Typed", "Dee Abroad"]
    assert set(found[2:]) == {"Ana Ref", "Ben Ref"}


def test_digits_within_a_phone_keep_the_usual_order(signed_in, worker, today):
    factories.ClientFactory(name="Ana Ref", ref="PL-4155", supported_by=worker)
    factories.ClientFactory(name="Ben Phone", phone="021 555 4155", supported_by=worker)
    html = results(signed_in(worker), "4155")
    assert html.index("Ana Ref") < html.index("Ben Phone")


def test_a_row_calls_and_logs_and_says_how_to_contact_safely(signed_in, worker, hine):
    Client.objects.filter(pk=hine.pk).update(contact_how="Text before you call")
    page = results(signed_in(worker), "555 0142")

    assert 'href="tel:+64215550142"' in page and "+64 21 555 0142" in page
    assert f'action="{reverse("contact_log", args=[hine.uid])}"' in page
    assert "Text before you call" in page


def test_a_contact_logged_from_the_results_leads_back_to_them(signed_in, worker, hine):
    client = signed_in(worker)
    page = client.get(SEARCH, {"q": "hine"}).content.decode()
    submission = re.search(r'name="submission_id" value="([^"]+)"', page)[1]

    answer = client.post(
        reverse("contact_log", args=[hine.uid]),
        {"submission_id": submission, "back": "list", "answer": "not_reached"},
    )

    assert answer.status_code == 303 and answer.url == f"{SEARCH}?q=hine"
    assert "Attempt with Hinemoa Āperahama logged." in client.get(answer.url).content.decode()


def test_no_row_offers_to_call_those_who_asked_not_to_be_contacted(signed_in, worker, hine):
    Client.objects.filter(pk=hine.pk).update(contact_preference="please_dont")
    page = results(signed_in(worker), "0142")

    assert reverse("person", args=[hine.uid]) in page and "It is their choice." in page
    assert "tel:" not in page and "555 0142" not in page


def test_what_is_not_the_readers_answers_as_what_is_not_there(
    signed_in, worker, manager, stranger, hine, admin, service_manager, team
):
    factories.GroupFactory(name="Hinemoa circle", team=team, facilitated_by=worker)
    for member in (stranger, service_manager, admin):
        client = signed_in(member)
        theirs = results(client, "hinemoa").replace("hinemoa", "?")
        assert theirs == results(client, "qqqqqqq").replace("qqqqqqq", "?")
        assert "Nothing you can open matches" in theirs
    assert "Hinemoa" in results(signed_in(manager), "hinemoa")


def test_a_record_that_goes_on_in_another_one_is_not_found(signed_in, manager, worker, hine):
    from caseload.duplicates.actions.merging import merge
    from tests.conftest import TODAY

    other = factories.ClientFactory(name="Hinemoa Aperahama", ref="OLD-1", supported_by=None, team=worker.home_team)
    merge(kept_id=hine.pk, absorbed_id=other.pk, by=manager, today=TODAY)

    page = results(signed_in(manager), "hinemoa")
    assert str(hine.uid) in page and str(other.uid) not in page


def test_groups_are_found_by_those_who_see_them(signed_in, worker, teammate, manager, team, today):
    group = factories.GroupFactory(name="Friday Kāuta", team=team, facilitated_by=worker)

    for member in (worker, manager):
        assert reverse("group", args=[group.uid]) in results(signed_in(member), "kauta")
    assert reverse("group", args=[group.uid]) not in results(signed_in(teammate), "kauta")


def test_an_admin_finds_staff_and_no_one_else_does(signed_in, admin, manager, worker, today):
    address = reverse("staff_edit", args=[worker.uid])
    for words in (worker.name.split()[0], worker.email):
        assert address in results(signed_in(admin), words)
        assert address not in results(signed_in(manager), words)


def test_a_staff_of_another_service_is_not_found(signed_in, admin, today):
    other = factories.MemberFactory(organisation=factories.OrganisationFactory(), name="Zelda Elsewhere")
    assert str(other.uid) not in results(signed_in(admin), "zelda")


@pytest.mark.parametrize(
    ("words", "route"),
    [
        ("time study", "study"),
        ("supervision", "my_sessions"),
        ("password", "account_change_password"),
        ("dark", "light_or_dark"),
    ],
)
def test_pages_are_found_by_what_they_do(signed_in, worker, today, words, route):
    assert reverse(route) in results(signed_in(worker), words)


def test_a_page_is_found_only_by_those_who_may_open_it(signed_in, worker, manager, admin, today):
    assert reverse("scheme") in results(signed_in(admin), "points scheme")
    assert reverse("scheme") not in results(signed_in(worker), "points scheme")
    assert reverse("leaving_add") in results(signed_in(manager), "last day")


def test_the_title_counts_more_than_other_words(worker):
    assert found_among(offered_to(worker), "points")[0].route == "my_points"


def test_without_words_the_page_lists_what_can_be_opened(signed_in, worker, today):
    page = results(signed_in(worker), "")
    assert "Pages you can open" in page and reverse("my_weeks") in page and reverse("staff") not in page


@pytest.mark.parametrize("words", ["%", "_", "\\", "'; drop", "...", "\x00", "()", "q" * 500, "٣٤", "😀"])
def test_any_input_is_answered(signed_in, worker, hine, words):
    page = signed_in(worker).get(SEARCH, {"q": words})
    assert page.status_code in (200, 400)
    assert "Āperahama" not in page.content.decode()


def test_at_most_twenty_people_are_shown_and_it_says_that_there_are_more(signed_in, worker, today):
    factories.ClientFactory.create_batch(21, name="Many Alike", supported_by=worker)
    page = results(signed_in(worker), "alike")
    assert page.count('class="pl-row__name"') == 20 and "More people match." in page


def test_a_search_that_shows_people_is_written_down_without_its_words(signed_in, worker, hine, admin):
    signed_in(worker).get(SEARCH, {"q": "hine"})
    signed_in(admin).get(SEARCH, {"q": "hine"})
    signed_in(worker).get(SEARCH)

    entry = Entry.objects.get(what="listed", subject="search")
    assert (entry.member, entry.counts) == (worker, {"people": 1})


def test_typing_is_answered_with_the_results_alone(signed_in, worker, hine):
    page = signed_in(worker).get(SEARCH, {"q": "hine"}, headers={"HX-Request": "true"}).content.decode()
    assert "Hinemoa" in page and "<html" not in page and "Found: 1 person." in page


@pytest.mark.parametrize("who", ["worker", "manager", "service_manager", "admin"])
def test_the_search_is_on_every_page_of_every_role(request, signed_in, team, today, who):
    page = signed_in(request.getfixturevalue(who)).get(reverse("account")).content.decode()
    assert page.count('role="search"') == 1 and f'<a class="pl-find__go" href="{SEARCH}"' in page


def test_the_key_can_be_turned_off_on_a_device(signed_in, worker, today):
    client = signed_in(worker)
    assert 'aria-keyshortcuts="/"' in client.get("/help/").content.decode()
    assert client.post(SEARCH, {"key": "off"}).status_code == 302
    assert "aria-keyshortcuts" not in client.get("/help/").content.decode()
    client.post(SEARCH, {"key": "on"})
    assert 'aria-keyshortcuts="/"' in client.get("/help/").content.decode()


# The list of pages ------------------------------------------------------------------------------------------------------

NOT_A_PAGE = {  # routes about nothing in particular that no search leads to, and why
    "checklist_proposed_put_away": "a button of Settings",
    "search": "is the search",
    "form_token": "answers a script",
    "passkey_offer": "is offered at the first sign-in on a phone; Second step of signing in leads there",
    "my_calendar_end": "a button of My calendar",
    "my_calendar_alarm": "a button of My calendar",
    "session_talk": "a button after a contact was logged, and of For me",
    "plan_take_back": "a button of My weeks",
    "plan_drop": "a button of My weeks",
    "time_log": "a button of the page of logged time",
    "study_log": "a button of the time study",
    "study_stop": "a button of the time study",
    "team_month_send": "a step of the team report",
    "team_month_remind": "a button of the team report",
    "mine_same": "a button of For me",
    "mine_share": "a step of For me",
    "mine_take_back": "a button of For me",
    "scheme_progress": "shows a recount while it lasts",
    "scheme_begin": "a button of the points scheme",
    "scheme_draft": "is there only while there is a draft",
    "scheme_settings": "a part of the draft",
    "scheme_preset": "a part of the draft",
    "scheme_effect": "a part of the draft",
    "scheme_publish": "a step of the draft",
    "scheme_drop": "a button of the draft",
    "import_workbook": "a file of the import",
    "import_example": "a file of the import",
    "import_undo": "is there only after an import",
}
OFFERED = {"account_change_password", "mfa_index", "help", "who_sees_what", "light_or_dark"}  # of those left out below


def test_every_page_is_in_the_list_or_it_is_said_why_not():
    plain = {name for name, route in ROUTES.items() if not route.of and not route.also}
    besides = {name for name in plain if name in LIBRARY or ROUTES[name].public} - OFFERED

    listed = {page.route for page in PAGES}
    assert listed == plain - besides - NOT_A_PAGE.keys()
    assert plain >= NOT_A_PAGE.keys()


def test_a_page_is_offered_by_the_capability_that_its_view_asks_for():
    wrong = []
    for page in PAGES:
        view = resolve(reverse(page.route)).func
        asked = getattr(view, "requires", getattr(getattr(view, "view_class", None), "requires", None))
        if asked is None and hasattr(view, "view_class"):
            asked = getattr(view.view_class.dispatch, "requires", None)
        if asked is not None and set(asked) != set(page.capabilities):
            wrong.append((page.route, asked, page.capabilities))
    assert not wrong


@pytest.mark.parametrize("who", [OWNER, DEPUTY, MANAGER, SERVICE_MANAGER, ADMIN])
def test_each_page_opens_for_each_to_whom_it_is_offered(db, today, who):
    world = World()
    member, client = world.members[who], Browser()
    member.user.set_password("Kahikatea-river-19-lantern")  # an export asks for it once more
    member.user.save()
    client.force_login(member.user, backend=BACKEND)

    closed = [
        page.route for page in offered_to(member) if client.get(reverse(page.route), follow=True).status_code != 200
    ]

    assert not closed
    may = {name for name, route in ROUTES.items() if not route.of and not route.also and who in route.may[""]}
    listed = {page.route for page in PAGES}
    assert {page.route for page in offered_to(member)} == listed & may
