"""A member's record has the day a sign-in was closed, and of a change of role."""

from datetime import UTC, date, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError

from peerload.interchange import actions as interchange
from peerload.interchange.errors import FileRefused
from peerload.staff import actions
from peerload.staff.models import Member
from tests.interchange.sheets import opened, small

TODAY = date(2026, 11, 12)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def change(member, **more):
    as_it_is = {"by": None, "on": TODAY, "name": member.name, "role": member.role, "home_team": member.home_team}
    return actions.edit_member(member_id=member.pk, **as_it_is | {"active": True} | more)


def test_the_day_stands_until_the_sign_in_is_open_again(worker):
    assert change(worker, active=False).closed_on == TODAY
    assert change(worker, active=False, name="Mere P.").closed_on == TODAY
    assert change(worker).closed_on is None


def test_a_sign_in_that_is_open_was_closed_on_no_day(worker):
    worker.closed_on = TODAY
    with pytest.raises(IntegrityError, match="staff_member_closed_while_not_active"):
        worker.save()


def test_only_another_role_is_given(worker):
    assert change(worker, name="Mere P.").role_given_at is None
    assert change(worker, role="manager").role_given_at is not None


def test_a_sheet_gives_another_role_too():
    sheets = small()
    interchange.bring_in(opened(sheets))
    assert not Member.objects.exclude(role_given_at=None).exists()
    sheets["staff"][2] |= {"role": "service_manager"}
    sheets["teams"] = [{"team": "Harbourside", "manager": "", "deputy": ""}]
    interchange.bring_in(opened(sheets))
    [ana] = Member.objects.exclude(role_given_at=None)
    assert ana.name == "Ana Whitford"


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"closed": "no", "closed_on": "2026-11-02"}, "Their sign-in is open. Leave this cell empty."),
        ({"closed": "yes", "closed_on": "2026-11-13"}, "2026-11-13 is in the future. Today is 2026-11-12."),
    ],
)
def test_a_sheet_says_no_day_that_cannot_be(cells, says):
    gone = {"email": "gone@harbourside.example", "name": "Gone Long", "role": "peer_worker"}
    sheets = small()
    sheets["staff"] = [*sheets["staff"], gone | cells]
    with pytest.raises(FileRefused) as refusal:
        interchange.bring_in(opened(sheets))
    assert [fault.says for fault in refusal.value.faults] == [says]


def test_what_only_the_history_told_stands_with_the_member(worker, teammate):
    late = datetime(2026, 11, 12, 11, 30, tzinfo=UTC)  # the 13th in Auckland
    change(worker, active=False)
    change(teammate, role="manager")
    Member.pgh_event_model.objects.update(pgh_created_at=late)
    Member.objects.update(closed_on=None, role_given_at=None)
    Member.pgh_event_model.objects.exclude(pgh_created_at=late).delete()

    import_module("peerload.staff.migrations.0011_closed_on_from_history").from_history(apps, None)

    said = dict(Member.objects.filter(pk__in=[worker.pk, teammate.pk]).values_list("pk", "closed_on"))
    assert said == {worker.pk: date(2026, 11, 13), teammate.pk: None}
    assert Member.objects.get(pk=teammate.pk).role_given_at == late
