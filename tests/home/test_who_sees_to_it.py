"""A member who has gone is never named as responsible for a person."""

from datetime import date

import pytest
from django.urls import reverse

from peerload.staff.models import Member
from tests import factories

pytestmark = pytest.mark.usefixtures("today")


def words(answer) -> str:
    return " ".join(answer.content.decode().replace("&#x27;", "'").split())


def close(member):
    Member.objects.filter(pk=member.pk).update(active=False)


def leave(member):
    factories.LeavingFactory(member=member, organisation=member.organisation, last_day=date(2026, 11, 10))


GONE = pytest.mark.parametrize("goes", [close, leave], ids=["closed", "left"])


@GONE
def test_a_worker_who_has_gone_is_not_responsible_for_a_person_who_waits(teammate, team, manager, signed_in, goes):
    person = factories.ClientFactory(organisation=team.organisation, team=team)
    factories.ReferralFactory(client=person, owner=teammate)
    page = signed_in(manager).get(reverse("person", args=[person.uid]))
    assert "does not work here any more" not in words(page)

    goes(teammate)
    page = words(signed_in(manager).get(reverse("person", args=[person.uid])))

    assert "Tom Lealaiauloto does not work here any more. Ana Whitford manages the team." in page


@GONE
def test_a_worker_who_has_gone_does_not_cover(worker, teammate, manager, signed_in, goes):
    person = factories.ClientFactory(supported_by=worker)
    absence = factories.AbsenceFactory(worker=worker, starts_on=date(2026, 11, 9))
    factories.CoverFactory(absence=absence, client=person, worker=teammate)

    goes(teammate)
    page = words(signed_in(manager).get(reverse("person", args=[person.uid])))

    assert "No one covers while Mere Paki is away: Tom Lealaiauloto does not work here any more" in page


def test_a_step_of_somebody_who_has_gone_says_so(worker, teammate, manager, signed_in):
    leaving = factories.LeavingFactory(member=worker)
    factories.LeavingStepFactory(leaving=leaving, owner=teammate)

    close(teammate)
    page = words(signed_in(manager).get(reverse("leaving", args=[worker.uid])))

    assert "Tom Lealaiauloto (does not work here any more)" in page
