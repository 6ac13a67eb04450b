"""The page "Who can see what" says of each role what the table of roles says."""

import re

import pytest
from django.urls import reverse

from peerload.staff.enums import Role
from peerload.staff.roles import LEADS, ROLES, Capability

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

ROWS = {
    "Peer worker": ROLES[Role.PEER_WORKER],
    "Manager, deputy, who acts for them": ROLES[Role.MANAGER] | LEADS,
    "Service manager": ROLES[Role.SERVICE_MANAGER],
    "Admin": ROLES[Role.ADMIN],
}
SAYS = [  # column, what it says of those who may, by which capability
    ("People they support", r"read and write", Capability.SUPPORT_PEOPLE),
    ("People of the team", r"read and write", Capability.LEAD_TEAM),
    ("Names beside points", r"monthly reports that were sent", Capability.SEE_TOTALS),
    ("Staff and settings", r"absences of the team", Capability.RECORD_ABSENCES),
    ("Staff and settings", r"absences of managers and deputies", Capability.RECORD_LEADERS_AWAY),
    ("Staff and settings", r"all staff and settings", Capability.LOOK_AFTER_STAFF),
]


@pytest.fixture
def rows(signed_in, worker) -> dict[str, dict[str, str]]:
    """What the table says, by role and column."""
    page = signed_in(worker).get(reverse("who_sees_what")).content.decode()
    found = re.findall(r'<th scope="row" role="rowheader">([^<]*)</th>(.*?)</tr>', page, re.S)
    return {role: dict(re.findall(r'data-label="([^"]*)">([^<]*)</td>', cells)) for role, cells in found}


def test_every_role_has_its_row(rows):
    assert rows.keys() == ROWS.keys()


@pytest.mark.parametrize(("column", "words", "capability"), SAYS)
def test_a_role_reads_of_what_it_may_do_and_of_nothing_else(rows, column, words, capability):
    said = {role for role, cells in rows.items() if re.search(words, cells[column])}
    assert said == {role for role, may in ROWS.items() if capability in may}
