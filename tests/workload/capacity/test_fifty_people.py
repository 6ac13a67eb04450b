"""The cover board and a leaver's list of 50 people and 48 workers: small, and everyone is weighed once."""

import gzip
import re
from datetime import date

import pytest
from django.urls import reverse

from caseload.models import Allocation
from peerload.audit.models import Entry
from tests import factories
from tests.conftest import TODAY
from tests.figures.tree import read
from tests.shared import shared
from workload.capacity import capacity

pytestmark = pytest.mark.usefixtures("today")

PEOPLE, WORKERS = 50, 48
PAGE, COMPRESSED = 79_000, 11_500  # bytes
FIGURES = {"X-Peerload-Figures": "1"}
KINDS = ("high", "medium", "group", "parked")


@shared(dated=True)
def fifty(organisation, manager, team, worker):
    with factories.refreshed_at_once():
        for n in range(WORKERS):
            factories.MemberFactory(organisation=organisation, name=f"Worker Number{n:02}", in_team=team)
        for n in range(PEOPLE):
            factories.ClientFactory(
                supported_by=worker,
                name=f"Person Number{n:02}",
                support=KINDS[n % 4],
                statutory=n % 10 == 0,
                contact_how="Text first, then call. Mornings are hardest.",
            )


def parts(answer) -> dict[str, str]:
    """Return the words of each part of a page that a choice changes, by name."""
    named = read(answer.content.decode()).all(where=lambda each: "data-figures" in each.attributes)
    return {each.attributes["data-figures"]: each.words for each in named}


@pytest.fixture
def weighed(monkeypatch):
    """The units whose points were counted, one entry each time."""
    found, count = [], capacity.rules.case_lines

    def counted(people, *args, **kwargs):
        found.append([person.key for person in people])
        return count(people, *args, **kwargs)

    monkeypatch.setattr(capacity.rules, "case_lines", counted)
    return found


def must_be_small(answer) -> None:
    page, compressed = bytes_of(answer)
    assert (page < PAGE, compressed < COMPRESSED) == (True, True), (page, compressed)


def bytes_of(answer) -> tuple[int, int]:
    return len(answer.content), len(gzip.compress(answer.content, 6))


def test_the_board_is_small_before_and_after_a_proposal_and_weighs_nobody_for_each_worker(
    signed_in, manager, absence, fifty, weighed
):
    browser, url = signed_in(manager), reverse("cover_board", args=[absence.pk])
    words = {"on": TODAY.isoformat(), "how_long": "good", "until": ""}

    for do in ("", "share_cover", "share_move"):
        answer = browser.post(url, words | {"do": do}) if do else browser.get(url)
        must_be_small(answer)
        # as they are now, with any other worker, and with the one proposed
        assert len(weighed) <= 3 * PEOPLE
        weighed.clear()

    assert answer.context["left"] == 0
    assert answer.content.count(b"<datalist") == 1 and answer.content.count(b'list="workers"') == PEOPLE


def test_the_list_of_a_leaver_is_as_small_and_as_quick(signed_in, manager, worker, fifty, weighed):
    factories.LeavingFactory(member=worker, last_day=date(2026, 11, 30))
    browser, url = signed_in(manager), reverse("handover", args=[worker.uid])

    for do in ("", "share_out"):
        answer = browser.post(url, {"on": "2026-12-01", "do": do}) if do else browser.get(url)
        must_be_small(answer)
        assert len(weighed) <= 3 * PEOPLE
        weighed.clear()

    assert answer.context["left"] == 0


@pytest.mark.parametrize("kind", ["board", "list"])
def test_the_figures_after_a_choice_are_those_that_the_button_shows_and_nothing_is_saved_or_recorded(
    signed_in, manager, worker, absence, fifty, kind
):
    if kind == "list":
        factories.LeavingFactory(member=worker, last_day=date(2026, 11, 30))
    browser = signed_in(manager)
    url = reverse("cover_board", args=[absence.pk]) if kind == "board" else reverse("handover", args=[worker.uid])
    people = list(worker.organisation.client_set.order_by("name"))
    on = {"on": TODAY.isoformat() if kind == "board" else "2026-12-01", "how_long": "good", "until": "", "do": "look"}
    choices = {f"to_{each.uid.hex}": "move" if kind == "board" else "go" for each in people}
    choices |= {f"who_{each.uid.hex}": "Number07" for each in people[:30]} | {f"who_{people[40].uid.hex}": "Nobody"}
    choices |= {f"to_{people[45].uid.hex}": "wait"}

    page = browser.post(url, on | choices)
    must_be_small(page)  # with something to know beside every choice
    entries, seen = Entry.objects.count(), parts(page)
    figures = browser.post(url, on | choices, headers=FIGURES)

    moved = Allocation.objects.exclude(worker=worker).count()
    assert (figures.status_code, Entry.objects.count(), moved) == (200, entries, 0)
    found = parts(figures)
    assert found == {name: seen[name] for name in found} and {"sums", "changes", "waits"} <= found.keys()
    assert "takes 30 people" in found["sums"]
    notes = dict(re.findall(r'data-figures-for="who_(\w+)">(.*?)</div>', figures.content.decode(), re.DOTALL))
    assert len(notes) == PEOPLE and "half of the post" in notes[people[0].uid.hex]
    assert "Nobody" in notes[people[40].uid.hex] and not any(each.name in figures.content.decode() for each in people)
    assert len(gzip.compress(figures.content, 6)) < COMPRESSED / 2


def test_a_question_for_figures_after_the_sign_in_has_expired_keeps_no_form(client, signed_in, manager, absence, fifty):
    url = reverse("cover_board", args=[absence.pk])
    browser = signed_in(manager)
    session = browser.session
    session["began"] = session["seen"] = 0
    session.save()

    answer = browser.post(url, {"do": "look"}, headers=FIGURES)

    assert (answer.status_code, answer.content) == (401, b"")
