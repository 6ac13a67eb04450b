"""However a name, a code or a number is written: one person is found, one family is one, one reference is one."""

from datetime import date

import pytest
from django.urls import reverse

from caseload.actions import RefTaken, add_person, edit_person
from caseload.models import Client, Family
from caseload.queries.people import pick
from tests.factories import ClientFactory, refresh_derived

TODAY = date(2026, 11, 12)
EDIT = {"name": "Ana Ngata", "contact_preference": "ok", "ref": "", "version": 1}


def write(member, **fields):
    return add_person(organisation=member.organisation, by=member, on=TODAY, fields=fields)


@pytest.mark.parametrize("typed", ["O'Connor", "O’Connor", "oconnor", "0147", "+64 21 555 0147", "H047", "47", "Bill"])
@pytest.mark.parametrize("where", ["/people/?q={}", "/search/?q={}", "/log/?q={}"])
def test_somebody_is_found_by_name_phone_or_reference(signed_in, worker, today, where, typed):
    ClientFactory(name="Liam O’Connor", called="Bill", ref="H047", phone="021 555 0147", supported_by=worker)
    ClientFactory(name="Tom Hale", ref="H100", supported_by=worker)
    found = signed_in(worker).get(where.format(typed.replace("+", "%2B"))).content.decode()
    assert "Liam O’Connor" in found and "Tom Hale" not in found


@pytest.mark.parametrize("code", ["NGATA", "ngata ", "Nga ta", "NGĀTA"])
def test_a_family_is_one_however_its_code_is_written(manager, code):
    first, second = write(manager, name="Ana", family="Ngata"), write(manager, name="Ben", family=code)
    assert first.family == second.family
    assert Family.objects.get().code == "Ngata"


def test_people_of_one_family_written_in_three_ways_are_one_case(manager, worker, today):
    people = [ClientFactory(name=name, supported_by=worker, since=date(2026, 1, 5)) for name in ("Ana", "Ben", "Cal")]
    for person, code in zip(people, ("NGATA", "Ngata", "ngata "), strict=True):
        fields = {"name": person.name, "family": code}
        edit_person(client_id=person.pk, by=manager, today=TODAY, version=person.version, fields=fields)
    refresh_derived(*people)
    cases = worker.lines.filter(element="case", ends_before=None)
    assert [float(line.points) for line in cases] == [2.0]


def test_the_form_offers_the_families_there_are_and_says_when_one_is_new(signed_in, manager, worker, today):
    of = {"team": manager.organisation.teams.first(), "supported_by": worker}
    write(manager, name="Ana", family="Ngata", team=of["team"])
    person = ClientFactory(name="Ben", **of)
    browser, url = signed_in(manager), reverse("person_edit", args=[person.uid])
    assert '<option value="Ngata">' in browser.get(url).content.decode()
    for code, new in (("NGATA", False), ("Paki", True)):
        version = Client.objects.get(pk=person.pk).version
        sent = EDIT | {"name": "Ben", "ref": person.ref, "version": version, "family": code}
        saved = browser.post(url, sent, follow=True).content.decode()
        assert ("is new. No one else has this code yet" in saved) is new


@pytest.mark.parametrize("typed", ["k001", "K 001", "K-001"])
def test_a_reference_typed_otherwise_is_still_somebody_elses(manager, typed):
    write(manager, name="Ana", ref="K001")
    with pytest.raises(RefTaken, match="K001"):
        write(manager, name="Ben", ref=typed)


def test_somebody_may_write_their_own_reference_otherwise(manager):
    person = write(manager, name="Ana", ref="K001")
    fields = {"name": "Ana", "ref": "k001"}
    edited = edit_person(client_id=person.pk, by=manager, today=TODAY, version=1, fields=fields)
    assert edited.ref == "k001"


# Names of people ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "called", "says"),
    [
        ("Nguyễn Thị Hoa", "", "How to contact Nguyễn Thị Hoa safely"),
        ("Te Rangi Hīroa", "", "How to contact Te Rangi Hīroa safely"),
        ("Te Rangi Hīroa", "Pita", "How to contact Pita safely"),
    ],
)
def test_a_sentence_says_what_somebody_likes_to_be_called_else_the_whole_name(
    signed_in, worker, today, name, called, says
):
    person = ClientFactory(name=name, called=called, supported_by=worker, support="parked", since=date(2026, 10, 1))
    browser = signed_in(worker)
    assert says in browser.get(person.get_absolute_url()).content.decode()
    row = browser.get("/").content.decode()
    assert f"How did it go with {called or name}?" in row


def test_the_page_says_name_pronouns_and_language_as_they_were_written_down(signed_in, worker, today):
    person = ClientFactory(name="Te Rangi Hīroa", supported_by=worker)
    browser = signed_in(worker)
    words = {"name": person.name, "called": "Pita", "pronouns": "ia", "language": "te reo Māori", "version": 1}
    browser.post(reverse("person_edit", args=[person.uid]), EDIT | words | {"ref": person.ref})
    html = browser.get(person.get_absolute_url()).content.decode()
    for says in ("Likes to be called Pita.", "Pronouns: ia.", "Language: te reo Māori."):
        assert says in html


def test_what_is_looked_for_is_asked_of_those_one_may_see(worker, other_manager, today):
    ClientFactory(name="Liam O’Connor", supported_by=worker)
    assert not pick(other_manager, TODAY, "oconnor")
