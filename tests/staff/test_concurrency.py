"""Two saves of one thing: the second never undoes the first unseen, and the same save never counts twice."""

import re

import pytest
from django.urls import reverse

from peerload.staff import actions
from peerload.staff.models import Team
from tests import factories
from tests.caseload.test_side_by_side import at_once
from tests.forms import carried

BACKEND = "django.contrib.auth.backends.ModelBackend"


def value(page, name="filled_from") -> str:
    return carried(page)[name]


@pytest.fixture
def admin(client, organisation):
    member = factories.MemberFactory(organisation=organisation, role="admin")
    client.force_login(member.user)
    return member


@pytest.fixture
def team(admin):
    return factories.TeamFactory(organisation=admin.organisation, name="Waka")


def test_two_admins_rename_a_team_and_the_second_is_asked(client, today, admin, team):
    url = reverse("team_edit", args=[team.pk])
    first, second = value(client.get(url)), value(client.get(url))
    assert client.post(url, {"name": "Waka Ama", "filled_from": first}).status_code == 302

    answer = client.post(url, {"name": "Waka Moana", "filled_from": second})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "This changed while you had it open" in page and f"{admin.name} saved it on" in page
    assert re.findall(r"<td [^>]*>([^<]*)</td>", page) == ["Waka", "Waka Ama", "Waka Moana"]
    assert 'value="Waka Moana"' in page or "\nWaka Moana</textarea>" in page
    team.refresh_from_db()
    assert team.name == "Waka Ama"


def test_the_one_who_was_asked_can_save_theirs_all_the_same(client, today, admin, team):
    url = reverse("team_edit", args=[team.pk])
    opened = value(client.get(url))
    client.post(url, {"name": "Waka Ama", "filled_from": opened})
    asked = client.post(url, {"name": "Waka Moana", "filled_from": opened})

    client.post(url, {"name": "Waka Moana", "filled_from": value(asked)})

    team.refresh_from_db()
    assert team.name == "Waka Moana"


def test_saving_the_same_words_after_somebody_else_did_is_no_question(client, today, admin, team):
    url = reverse("team_edit", args=[team.pk])
    opened = value(client.get(url))
    client.post(url, {"name": "Waka Ama", "filled_from": opened})

    assert client.post(url, {"name": "Waka Ama", "filled_from": opened}).status_code == 302


def test_what_is_wrong_in_a_form_is_said_before_what_changed_meanwhile(client, today, admin, team):
    url = reverse("team_edit", args=[team.pk])
    opened = value(client.get(url))
    client.post(url, {"name": "Waka Ama", "filled_from": opened})

    answer = client.post(url, {"name": "", "filled_from": opened})

    assert answer.status_code == 422
    assert value(answer) == opened  # so that the question comes once the form is right


def test_a_form_saved_twice_makes_one(client, today, admin):
    url = reverse("team_add")
    form = {"name": "Waka", "submission_id": value(client.get(url), "submission_id")}
    assert client.post(url, form).status_code == 302

    again = client.post(url, form, follow=True)

    assert again.redirect_chain == [(reverse("teams"), 303)]
    assert "Nothing was saved a second time." in again.content.decode()
    assert Team.objects.filter(organisation=admin.organisation).count() == 1


def test_a_form_saved_again_with_other_words_is_a_question(client, today, admin):
    url = reverse("team_add")
    form = {"name": "Waka", "submission_id": value(client.get(url), "submission_id")}
    client.post(url, form)

    asked = client.post(url, form | {"name": "Another waka"})

    assert asked.status_code == 409 and "Another waka" in asked.content.decode()
    assert Team.objects.get(organisation=admin.organisation).name == "Waka"
    words = {name: value(asked, name) for name in ("submission_id", "save_once_more")}
    assert client.post(url, form | {"name": "Another waka"} | words).status_code == 302
    assert Team.objects.filter(organisation=admin.organisation).count() == 2


def three_at_once(does) -> list[str]:
    """Do something three times at once, on connections of their own; return what each was told."""

    def once():
        try:
            return str(does())
        except actions.Refused as refusal:
            return str(refusal)

    return at_once(3, once)


@pytest.mark.django_db(transaction=True)
def test_three_who_add_a_team_of_one_name_at_once_make_one(organisation):
    words = {"organisation": organisation, "by": None, "name": "Waka", "manager": None, "deputy": None}

    said = three_at_once(lambda: actions.save_team(**words))

    assert sorted(said) == ["There is a team Waka already. Choose another name."] * 2 + ["Waka"]


@pytest.mark.django_db(transaction=True)
def test_three_who_add_a_member_of_one_address_at_once_make_one(organisation):
    words = {"email": "tai@kowhai.example", "name": "Tai Rewi", "role": "peer_worker"}

    said = three_at_once(lambda: actions.add_member(organisation=organisation, by=None, **words))

    assert said.count("tai@kowhai.example belongs to Tai Rewi, who is among the staff already.") == 2
