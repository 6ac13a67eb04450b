"""The cover board and a leaver's list of 50 people and 48 workers: small, and everyone is weighed once."""

import gzip
from datetime import date

import pytest
from django.urls import reverse

from tests import factories
from tests.conftest import TODAY
from tests.shared import shared
from workload.capacity import capacity

pytestmark = pytest.mark.usefixtures("today")

PEOPLE, WORKERS = 50, 48
PAGE, COMPRESSED = 80_000, 12_000  # bytes
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
