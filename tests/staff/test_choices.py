"""Labels distinguish people of one name wherever a member is chosen."""

import re
from datetime import date
from html.parser import HTMLParser

import pytest
from django import forms as django_forms
from django.urls import reverse

from peerload.staff import queries, rules
from peerload.staff.forms.fields import MemberChoice
from peerload.staff.models import Member
from tests import factories
from tests.shared import shared


@pytest.mark.parametrize(
    ("email", "others", "label"),
    [
        ("mere@a.nz", [], "Mere Paki"),
        ("mere@a.nz", ["m.paki@a.nz"], "Mere Paki (mere)"),
        ("mere@a.nz", ["mere@b.nz"], "Mere Paki (mere@a.nz)"),
        ("mere@a.nz", ["m.paki@a.nz", "mere@b.nz"], "Mere Paki (mere@a.nz)"),
    ],
)
def test_how_somebody_is_called_in_a_choice(email, others, label):
    assert rules.choice_label("Mere Paki", email, others) == label


@shared(dated=True)
def two(worker, organisation, team):
    """Two called Mere Paki, one of them without the capital."""
    user = factories.UserFactory(email="m.paki@harbourside.example")
    worker.user.email = "mere@harbourside.example"
    worker.user.save()
    return worker, factories.MemberFactory(organisation=organisation, user=user, name="Mere paki", in_team=team)


def test_only_those_of_one_name_get_more_than_their_name(two, teammate, django_assert_num_queries):
    with django_assert_num_queries(1):
        labels = queries.choice_labels([*two, teammate])
    assert sorted(labels.values()) == ["Mere Paki (mere)", "Mere paki (m.paki)", "Tom Lealaiauloto"]
    with django_assert_num_queries(0):
        assert queries.choice_labels([two[0], teammate])[two[0].pk] == "Mere Paki"


def test_every_choice_of_members_is_one_that_tells_them_apart():
    import workload.months.forms  # noqa: F401

    def every(kind):
        for each in kind.__subclasses__():
            yield each
            yield from every(each)

    fields = {
        (form.__module__, form.__qualname__, name): field
        for form in every(django_forms.BaseForm)
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, django_forms.ModelChoiceField) and field.queryset.model is Member
    }
    assert len(fields) > 8
    assert not [where for where, field in fields.items() if not isinstance(field, MemberChoice)]


class Choices(HTMLParser):
    """
    The words of every choice of a page: options by their select, labels by the name of their radio buttons and ticks.

    What is suggested for a text field is its value.
    """

    def __init__(self):
        super().__init__()
        self.found, self.inputs, self.labels = {}, {}, {}
        self.select = self.target = None
        self.suggests = False

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "select":
            self.select, self.suggests = attrs.get("name"), False
        elif tag == "datalist":
            self.select, self.suggests = attrs.get("id"), True
        elif tag == "option":
            self.target = self.found.setdefault(self.select, [])
            self.target.append(attrs["value"] if self.suggests else "")
        elif tag == "input" and attrs.get("type") in ("radio", "checkbox"):
            self.inputs[attrs.get("id")] = attrs.get("name")
        elif tag == "label":
            self.target = self.labels.setdefault(attrs.get("for"), [])
            self.target.append("")

    def handle_endtag(self, tag):
        if tag in ("option", "label"):
            self.target = None

    def handle_data(self, data):
        if self.target:
            self.target[-1] += data

    def words(self) -> dict[str, list[str]]:
        ticked = {}
        for key, name in self.inputs.items():
            ticked.setdefault(name, []).extend(self.labels.get(key, []))
        found = {**self.found, **ticked}
        return {name: [re.sub(r"\s+", " ", each).strip() for each in words] for name, words in found.items()}


def test_no_page_offers_two_of_one_name_in_the_same_words(two, teammate, manager, team, signed_in, today):
    """Every page with a choice of workers, as the manager of both sees it."""
    person = factories.ClientFactory(supported_by=teammate)
    waiting = factories.ClientFactory(organisation=team.organisation, team=team)
    factories.ReferralFactory(client=waiting)
    absence = factories.AbsenceFactory(worker=teammate, starts_on=date(2026, 11, 9))
    group = factories.GroupFactory(facilitated_by=teammate, people=[person])
    pages = {
        "absence_add": reverse("absence_add"),
        "leaving_add": reverse("leaving_add"),
        "people": reverse("people"),
        "cover": reverse("cover", args=[absence.pk]),
        "cover_board": reverse("cover_board", args=[absence.pk]),
        "hand_over": reverse("hand_over", args=[person.uid]),
        "allocate": reverse("allocate", args=[waiting.uid]),
        "waiting_edit": reverse("waiting_edit", args=[waiting.uid]),
        "group_add": reverse("group_add"),
        "facilitator_add": reverse("facilitator_add", args=[group.uid]),
        "team_adjustment_add": reverse("team_adjustment_add"),
    }
    offering = set()
    for name, address in pages.items():
        answer = signed_in(manager).get(address)
        assert answer.status_code == 200, name
        page = Choices()
        page.feed(answer.content.decode())
        for field, words in page.words().items():
            theirs = [each for each in words if "mere paki" in each.lower()]
            if len(theirs) > 1:
                offering.add(name)
                told = [each for each in theirs if re.search(r"\((mere|m\.paki)\)", each)]
                assert told == theirs and len(set(theirs)) == len(theirs), (name, field, theirs)

    assert offering == set(pages)
