"""One set of rules for the staff, whichever way a fact comes in: by page, by sheet, by command."""

from datetime import date
from io import StringIO

import pghistory
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from caseload import actions as caseload
from caseload.leaving import actions as leaving
from caseload.models import Client
from peerload.interchange import actions as interchange
from peerload.interchange import undoing
from peerload.interchange.errors import FileRefused
from peerload.interchange.sheets.settings import SETTING
from peerload.staff import actions, rules
from peerload.staff.forms.service import ServiceForm
from peerload.staff.leaving.actions import CannotLeave, close_leaver
from peerload.staff.models import Member, Team
from tests import factories

from .sheets import SERVICE, opened

TODAY = date(2026, 11, 12)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


# Ways of writing a row of the staff. Each returns "" where it was taken, else what was said. --------------------------------


def by_page(member, role, *, signed_in, by):
    address, words = reverse("staff_edit", args=[member.uid]), {"name": member.name, "role": role, "active": "on"}
    answer = signed_in(by).post(address, words)
    return "" if answer.status_code == 302 else errors(answer)


def errors(answer) -> str:
    assert answer.status_code == 422
    return " ".join(said for found in answer.context["form"].errors.values() for said in found)


def by_sheet(member, role, **_ways):
    rows = [{"email": member.email, "name": member.name, "role": role}]
    return bring_in(member.organisation, staff=rows)


def bring_in(organisation, **sheets) -> str:
    service = SERVICE | {"name": organisation.name, "code": organisation.code, "region": organisation.region}
    sheets = {"service": [{"key": key, "value": value} for key, value in service.items()], "people": [], **sheets}
    sheets["people"] = [
        {"ref": person.ref, "name": person.name} for person in Client.objects.filter(organisation=organisation)
    ] or [{"ref": "Z9", "name": "Isa Kumar"}]
    try:
        interchange.bring_in(opened(sheets), organisation=organisation)
    except FileRefused as refused:
        return " ".join(fault.says for fault in refused.faults)
    return ""


def by_command(member, role, **_ways):
    try:
        call_command(
            "invite", member.email, "--role", role, "--organisation", member.organisation.code, stdout=StringIO()
        )
    except CommandError as error:
        return str(error)
    return ""


WAYS = {"page": by_page, "sheet": by_sheet, "command": by_command}


# What somebody is, the role they would get, and what is said; "" where it is taken ---------------------------------------------


def supports(member, **_cast):
    factories.ClientFactory(
        organisation=member.organisation, supported_by=member, support="high", since=date(2026, 1, 5)
    )


def will_support(member, **_cast):
    person = factories.ClientFactory(organisation=member.organisation)
    factories.AllocationFactory(client=person, worker=member, starts_on=date(2026, 12, 1))


def has_supported(member, **_cast):
    person = factories.ClientFactory(organisation=member.organisation)
    factories.AllocationFactory(
        client=person, worker=member, starts_on=date(2026, 1, 5), ends_before=date(2026, 11, 12)
    )


def manages(member, **_cast):
    factories.TeamFactory(organisation=member.organisation, name="Northcote", manager=member)


def deputises(member, **_cast):
    factories.TeamFactory(organisation=member.organisation, name="Northcote", deputy=member)


def another_admin(member, **_cast):
    return factories.MemberFactory(organisation=member.organisation, name="Hana Ruru", role="admin")


def another_admin_leaves(member, **_cast):
    factories.LeavingFactory(member=another_admin(member), organisation=member.organisation)


def another_admin_is_closed(member, **_cast):
    Member.objects.filter(pk=another_admin(member).pk).update(active=False)


def nothing(member, **_cast):
    """As they are."""


CASES = {
    "a peer worker becomes a manager": ("peer_worker", nothing, "manager", ""),
    "a worker becomes an admin": ("peer_worker", nothing, "admin", ""),
    "somebody with people becomes an admin": ("peer_worker", supports, "admin", "still supports one person"),
    "somebody with people becomes a service manager": ("manager", supports, "service_manager", "still supports one"),
    "somebody with people becomes a manager": ("peer_worker", supports, "manager", ""),
    "somebody who will have people becomes an admin": ("peer_worker", will_support, "admin", "still supports one"),
    "somebody who had people becomes an admin": ("peer_worker", has_supported, "admin", ""),
    "the manager of a team becomes an admin": ("manager", manages, "admin", "leads Northcote"),
    "the manager of a team becomes a peer worker": ("manager", manages, "peer_worker", "leads Northcote"),
    "a deputy becomes a peer worker": ("manager", deputises, "peer_worker", ""),
    "a deputy becomes a service manager": ("manager", deputises, "service_manager", "leads Northcote"),
    "the last admin becomes a peer worker": ("admin", nothing, "peer_worker", "the only admin"),
    "one of two admins becomes a peer worker": ("admin", another_admin, "peer_worker", ""),
    "one of two admins, the other leaving": ("admin", another_admin_leaves, "peer_worker", "the only admin"),
    "one of two admins, the other closed": ("admin", another_admin_is_closed, "peer_worker", "the only admin"),
    "nobody becomes a director": ("peer_worker", nothing, "director", "director"),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", CASES)
def test_a_role_is_changed_or_refused_the_same_whichever_way_it_comes_in(organisation, signed_in, case, way):
    role, situation, wanted, says = CASES[case]
    by = factories.MemberFactory(organisation=organisation, name="Sam Ito", role="admin")
    member = by if role == "admin" else factories.MemberFactory(organisation=organisation, name="Mere Paki", role=role)
    situation(member)

    said = WAYS[way](member, wanted, signed_in=signed_in, by=by)

    assert (says in said) if says else not said
    member.refresh_from_db()
    assert member.role == (role if says else wanted)


ADDRESSES = {
    "hana.ruru@kowhai.example": True,
    "nonsense": False,
    "hana@": False,
    "a@b": False,
    "hana ruru@kowhai.example": False,
}


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("way", WAYS)
def test_an_address_is_one_or_is_refused_whichever_way_it_comes_in(organisation, admin, signed_in, way, address):
    if way == "page":
        words = {"name": "Hana Ruru", "email": address, "role": "peer_worker"}
        taken = signed_in(admin).post(reverse("staff_add"), words).status_code == 302
    elif way == "sheet":
        taken = not bring_in(organisation, staff=[{"email": address, "name": "Hana Ruru", "role": "peer_worker"}])
    else:
        try:
            call_command("invite", address, "--role", "peer_worker", stdout=StringIO())
            taken = True
        except CommandError:
            taken = False

    assert taken == ADDRESSES[address]
    assert organisation.members.exclude(pk=admin.pk).exists() == ADDRESSES[address]


# Who leads a team ----------------------------------------------------------------------------------------------------------

LEADERS = {
    "a manager manages": ("manager", "", True),
    "a peer worker does not manage": ("peer_worker", "", False),
    "an admin does not manage": ("admin", "", False),
    "a peer worker deputises": ("", "peer_worker", True),
    "an admin does not deputise": ("", "admin", False),
    "a service manager does not deputise": ("", "service_manager", False),
    "nobody is their own deputy": ("manager", "same", False),
    "somebody closed does not lead": ("closed", "", False),
}


@pytest.mark.parametrize("way", ["page", "sheet", "action"])
@pytest.mark.parametrize("case", LEADERS)
def test_a_team_is_led_by_whom_the_rules_allow_whichever_way_it_comes_in(organisation, admin, signed_in, case, way):
    manager, deputy, allowed = LEADERS[case]
    who = {
        role: factories.MemberFactory(organisation=organisation, role=role)
        for role in ("peer_worker", "manager", "admin", "service_manager")
    }
    who["closed"] = factories.MemberFactory(organisation=organisation, role="manager", active=False)
    manager, deputy = who.get(manager), who[manager] if deputy == "same" else who.get(deputy)
    if way == "page":
        page = signed_in(admin).get(reverse("team_add"))
        words = {
            "name": "Northcote",
            "manager": form_value(page, "manager", manager),
            "deputy": form_value(page, "deputy", deputy),
        }
        taken = signed_in(admin).post(reverse("team_add"), words).status_code == 302
    elif way == "sheet":
        row = {
            "team": "Northcote",
            "manager": manager.email if manager else "",
            "deputy": deputy.email if deputy else "",
        }
        staff = [{"email": each.email, "name": each.name, "role": each.role} for each in who.values()]
        taken = not bring_in(organisation, staff=staff, teams=[row])
    else:
        try:
            actions.save_team(organisation=organisation, by=admin, name="Northcote", manager=manager, deputy=deputy)
            taken = True
        except actions.Refused:
            taken = False

    assert taken == allowed
    assert Team.objects.exists() == allowed


def form_value(page, name: str, member) -> str:
    return page.context["form"].fields[name].prepare_value(member) or "" if member else ""


# The last admin ------------------------------------------------------------------------------------------------------------


def closes(admin, manager):
    actions.edit_member(
        member_id=admin.pk, by=None, on=TODAY, name=admin.name, role="admin", home_team=None, active=False
    )


def leaves(admin, manager):
    leaving.give_notice(member=admin, notice_on=TODAY, last_day=date(2026, 12, 31), by=manager, today=TODAY)


def has_left(admin, manager):
    """A notice that was written down while there was another admin, who is closed by now."""
    factories.LeavingFactory(member=admin, organisation=admin.organisation, last_day=date(2026, 11, 10))
    close_leaver(member_id=admin.pk, last_day=date(2026, 11, 10), on=TODAY)


def made_by_sheet(admin, manager):
    """The sheet made a peer worker the admin while there was another, who is a manager by now."""
    Member.objects.filter(pk=admin.pk).update(role="peer_worker")
    other = another_admin(admin)
    assert not by_sheet(admin, "admin")
    with pghistory.context(reason="by page"):  # a test is one transaction, which is still that of the sheet
        Member.objects.filter(pk=other.pk).update(role="manager")
    undoing.undo(run_id=undoing.last(admin.organisation).pk, by=admin, today=TODAY)


LOSING = {
    "role by page, sheet or command": lambda admin, manager: actions.edit_member(
        member_id=admin.pk, by=None, on=TODAY, name=admin.name, role="peer_worker", home_team=None, active=True
    ),
    "sign-in": closes,
    "notice": leaves,
    "the end of a leaving": has_left,
    "sheet": lambda admin, manager: refuse(by_sheet(admin, "peer_worker")),
    "undoing the sheet that made them one": made_by_sheet,
}


def refuse(said: str):
    if said:
        raise actions.StillNeeded(said)


@pytest.mark.parametrize("how", LOSING)
def test_the_last_admin_cannot_be_lost(admin, manager, how):
    with pytest.raises((actions.StillNeeded, CannotLeave, undoing.CannotUndo), match="Sam Ito is the only admin"):
        LOSING[how](admin, manager)

    admin.refresh_from_db()
    assert (admin.role, admin.active) == ("admin", True)


def test_two_rows_of_one_sheet_cannot_take_away_both_admins(admin):
    other = another_admin(admin)
    rows = [{"email": each.email, "name": each.name, "role": "peer_worker"} for each in (admin, other)]

    said = bring_in(admin.organisation, staff=rows)

    assert "Sam Ito is the only admin" in said and "Hana Ruru is the only admin" in said


def test_one_sheet_can_hand_the_admin_s_work_over(admin, worker):
    rows = [
        {"email": admin.email, "name": admin.name, "role": "peer_worker"},
        {"email": worker.email, "name": worker.name, "role": "admin"},
    ]

    assert bring_in(admin.organisation, staff=rows) == ""


# Who is given people -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["action", "sheet"])
@pytest.mark.parametrize("whom", ["worker", "admin", "closed", "leaver"])
def test_people_go_to_whom_the_rules_allow_whichever_way_it_comes_in(organisation, worker, manager, admin, way, whom):
    person = factories.ClientFactory(organisation=organisation)
    to = {"admin": admin}.get(whom, worker)
    if whom == "closed":
        Member.objects.filter(pk=worker.pk).update(active=False)
    if whom == "leaver":
        factories.LeavingFactory(member=worker, organisation=organisation, last_day=date(2026, 11, 10))
    to.refresh_from_db()

    if way == "action":
        try:
            caseload.allocate(client_id=person.pk, worker=to, on=TODAY, by=manager, today=TODAY)
            said = ""
        except caseload.NotAWorker as refusal:
            said = str(refusal)
    else:
        staff = [{"email": to.email, "name": to.name, "role": to.role}]
        rows = [{"ref": person.ref, "email": to.email, "from": "2026-11-12"}]
        said = bring_in(organisation, staff=staff, allocations=rows)

    assert (said == "") == (whom == "worker"), said
    assert person.allocations.exists() == (whom == "worker")


# Absences, settings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["action", "sheet"])
def test_covers_end_with_the_absence_whichever_way_the_return_comes_in(organisation, worker, teammate, way):
    person = factories.ClientFactory(supported_by=worker)
    absence = factories.AbsenceFactory(worker=worker, starts_on=date(2026, 11, 2))
    cover = factories.CoverFactory(absence=absence, client=person, worker=teammate)

    if way == "action":
        actions.edit_absence(
            absence_id=absence.pk, by=None, today=TODAY, starts_on=absence.starts_on, ends_before=TODAY
        )
    else:
        staff = [{"email": worker.email, "name": worker.name, "role": worker.role}]
        rows = [{"email": worker.email, "from": "2026-11-02", "back_on": "2026-11-12"}]
        assert bring_in(organisation, staff=staff, absences=rows) == ""

    cover.refresh_from_db()
    assert cover.ends_before == TODAY


@pytest.mark.parametrize("way", ["action", "sheet"])
def test_from_when_a_long_absence_was_known_is_written_down_whichever_way_it_comes_in(organisation, worker, way):
    absence = factories.AbsenceFactory(worker=worker, starts_on=date(2026, 11, 2), expected_back=date(2026, 11, 9))

    if way == "action":
        actions.edit_absence(
            absence_id=absence.pk, by=None, today=TODAY, starts_on=absence.starts_on, expected_back=date(2027, 3, 1)
        )
    else:
        staff = [{"email": worker.email, "name": worker.name, "role": worker.role}]
        rows = [{"email": worker.email, "from": "2026-11-02", "expected_back": "2027-03-01"}]
        assert bring_in(organisation, staff=staff, absences=rows) == ""

    absence.refresh_from_db()
    assert (absence.expected_back, absence.expected_since) == (date(2027, 3, 1), TODAY)


@pytest.mark.parametrize("setting", rules.LIMITS)
def test_a_setting_has_the_same_limits_on_the_page_and_in_the_sheet(setting):
    least, most = rules.LIMITS[setting]
    field = ServiceForm.base_fields[setting]
    kind = SETTING[setting].kind

    assert (field.min_value, field.max_value, kind.least, kind.most) == (least, most, least, most)


def test_every_number_of_the_service_has_limits_that_hold_for_page_and_sheet_alike():
    numbers = {name for name, field in ServiceForm.base_fields.items() if hasattr(field, "max_value")}
    assert numbers == set(rules.LIMITS)
