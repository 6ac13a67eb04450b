"""Forms filled in without a browser: what a browser would not send is not sent, and what peerload refuses is told."""

import pytest

from peerload.staff.models import ClosureDay
from tests.browser.by_client import ByClient

CLOSURES = "/settings/closures/"


def test_a_form_is_filled_in_and_sent(admin):
    ByClient(admin).fill_in(CLOSURES, on="2026-12-29", label="Summer")

    assert ClosureDay.objects.get().label == "Summer"


@pytest.mark.parametrize(
    "fields, said",
    [
        ({"label": "Summer"}, "on may not be ''"),
        ({"on": "2026-12-29", "label": "S" * 1000}, "label may not be 'SSS"),
    ],
)
def test_what_a_browser_would_not_send_is_not_sent(admin, fields, said):
    with pytest.raises(AssertionError, match=said):
        ByClient(admin).fill_in(CLOSURES, **fields)

    assert not ClosureDay.objects.exists()


def test_a_refusal_is_told(admin):
    ByClient(admin).fill_in(CLOSURES, on="2026-12-29", label="Summer")

    with pytest.raises(AssertionError, match=CLOSURES):
        ByClient(admin).fill_in(CLOSURES, on="2026-12-29", label="Summer")


def test_a_button_that_is_not_there_is_missed(admin):
    with pytest.raises(AssertionError, match="no button 'Close down'"):
        ByClient(admin).fill_in(CLOSURES, "Close down", on="2026-12-29")
