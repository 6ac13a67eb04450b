"""Where worker and manager do not agree, both explain their figures and a third person decides, with a reason."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from peerload.notices.models import Notice
from tests import factories
from tests.conftest import TODAY
from tests.shared import shared
from tests.workload.months.scene import OCTOBER, act, explain_counted, record, submit, version
from workload.months import actions, queries
from workload.notices import RECORD_OTHER_MANAGER
from workload.notices.truth import still_yours_to_decide

from .test_record_page import address, page, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def disagree(worker, by, other):
    return act(actions.disagree, worker, by, total=Decimal(97), note="The group counts twice.", other_manager=other)


@shared(dated=True)
def disagreed(mere, manager, other_manager):
    submit(mere)
    disagree(mere, manager, other_manager)
    return mere


def test_who_decides_neither_leads_the_team_nor_disagreed_nor_is_the_worker(mere, team, manager, deputy, other_manager):
    another = factories.MemberFactory(organisation=team.organisation, role="manager", name="Zoe")
    submit(mere)
    assert set(queries.deciders(mere, team, on=TODAY, besides=mere.pk)) == {other_manager, another}
    assert set(queries.deciders(mere, team, on=TODAY, besides=another.pk)) == {other_manager}
    for wrong in (manager, deputy, mere):
        with pytest.raises(actions.NotYourPartOfRecord):
            disagree(mere, mere, wrong)


def test_each_side_explains_its_figure_until_it_is_decided(signed_in, disagreed, manager, other_manager):
    act(actions.explain, disagreed, disagreed, words="Each evening is a group of its own.")
    act(actions.explain, disagreed, manager, words="It is one group on two evenings.")
    found = record(disagreed)
    assert (found.explained_by, found.explanation) == (disagreed, "Each evening is a group of its own.")
    assert found.disagreement == "It is one group on two evenings."
    with pytest.raises(actions.NotYourPartOfRecord):
        act(actions.explain, disagreed, other_manager, words="Mine")
    with pytest.raises(actions.NeedsMore):
        act(actions.explain, disagreed, manager, words=" ")
    assert "Explain your figure" in page(signed_in(disagreed), disagreed)

    client = signed_in(other_manager)
    decide = address(disagreed, "record_decide")
    said = words(client.get(decide))
    assert "93 points, Mere Paki Each evening is a group of its own." in said
    assert "97 points, Ana Whitford It is one group on two evenings." in said
    assert "Write why you decide so." in words(
        client.post(decide, {"version": version(disagreed), "total": "97.000", "reason": ""})
    )
    client.post(decide, {"version": version(disagreed), "total": "97.000", "reason": "The list says one group."})
    assert (record(disagreed).total, record(disagreed).decided_by) == (97, other_manager)
    assert "The list says one group." in page(signed_in(disagreed), disagreed)
    assert signed_in(disagreed).get(address(disagreed, "record_export", kind="pdf")).status_code == 200
    with pytest.raises(actions.RecordStepRefused):
        act(actions.explain, disagreed, manager, words="Too late")


ASKED_UNTIL = date(2026, 11, 14)


@pytest.mark.parametrize(
    ("day", "explained", "waits"),
    [(ASKED_UNTIL, False, True), (ASKED_UNTIL, True, False), (ASKED_UNTIL + timedelta(days=1), False, False)],
    ids=["last day", "explained", "the day after"],
)
def test_a_decision_waits_until_the_counted_figure_is_explained_or_its_day_is_over(
    on, signed_in, disagreed, other_manager, day, explained, waits
):
    if explained:
        explain_counted(disagreed, decides=other_manager)
    on(day)
    client, decide = signed_in(other_manager), address(disagreed, "record_decide")
    said = words(client.get(decide))
    asked = "Mere Paki is asked to explain 93 points by 14 November 2026."
    assert (asked in said, "93 points, Mere Paki" in said) == (waits, True)
    sent = {"version": version(disagreed), "total": "97.000", "reason": "One group."}
    answer = client.post(decide, sent)
    assert (answer.status_code == 302) is not waits
    if waits:
        assert answer.status_code == 422 and asked in words(answer)
        assert record(disagreed).decided_by is None


def test_no_one_decides_without_a_reason(disagreed, other_manager):
    explain_counted(disagreed, decides=other_manager)
    with pytest.raises(actions.NeedsMore):
        act(actions.agree, disagreed, other_manager, total=Decimal(97))


def test_the_service_manager_decides_where_there_is_no_other_manager(
    signed_in, mere, team, manager, service_manager, tom
):
    person = factories.ClientFactory(supported_by=mere, name="Hana Rewi")
    submit(mere, agree=True)
    assert list(queries.deciders(mere, team, on=TODAY, besides=manager.pk)) == [service_manager]
    assert not queries.other_managers(mere, team, on=TODAY).exists()
    disagree(mere, manager, service_manager)
    assert Notice.objects.get(kind=RECORD_OTHER_MANAGER).recipient == service_manager

    client = signed_in(service_manager)
    decide = address(mere, "record_decide")
    assert decide in client.get(reverse("team")).content.decode()
    said = words(client.get(decide))
    assert "The group counts twice." in said
    assert person.name not in said
    assert client.get(address(mere)).status_code == 404
    for other in (tom, mere, manager):
        assert signed_in(other).get(decide).status_code == 404

    explain_counted(mere, decides=service_manager)
    client = signed_in(service_manager)
    sent = {"version": version(mere), "total": "97.000", "reason": "One group."}
    assert "You have decided 97 points." in words(client.post(decide, sent, follow=True))
    assert client.get(decide).status_code == 404
    assert decide not in client.get(reverse("team")).content.decode()


SINCE, BACK = TODAY - timedelta(days=3), TODAY + timedelta(days=4)
ONE_AFTER_ANOTHER = [  # a day, and whether the manager is away on it
    (SINCE - timedelta(days=1), False),
    (SINCE, True),
    (BACK - timedelta(days=1), True),
    (BACK, False),
]


def leave(member, starts_on=SINCE, ends_before=BACK):
    return factories.AbsenceFactory(worker=member, starts_on=starts_on, ends_before=ends_before)


def waits_for(member, on):
    return list(queries.to_decide(member, on))


@pytest.mark.parametrize(("day", "is_away"), ONE_AFTER_ANOTHER)
def test_a_manager_away_on_the_day_is_not_offered_and_the_service_manager_is(
    mere, team, manager, other_manager, service_manager, day, is_away
):
    leave(other_manager)
    found = list(queries.deciders(mere, team, on=day, besides=manager.pk))
    assert found == [service_manager if is_away else other_manager]


@pytest.mark.parametrize(("day", "is_away"), ONE_AFTER_ANOTHER)
def test_who_acts_for_the_absent_manager_is_offered(
    mere, team, manager, other_manager, other_team, service_manager, stranger, day, is_away
):
    factories.ActingManagerFactory(team=other_team, member=stranger, absence=leave(other_manager), starts_on=SINCE)
    found = list(queries.deciders(mere, team, on=day, besides=manager.pk))
    assert found == [stranger if is_away else other_manager]


@pytest.mark.parametrize("action", ["disagree", "ask"])
def test_an_absent_manager_is_not_asked(mere, manager, other_manager, service_manager, action):
    submit(mere)
    if action == "ask":
        disagree(mere, manager, other_manager)
    leave(other_manager)
    with pytest.raises(actions.NotYourPartOfRecord):
        if action == "ask":
            act(actions.ask_other_manager, mere, mere, other_manager=other_manager)
        else:
            disagree(mere, manager, other_manager)
    if action == "ask":
        act(actions.ask_other_manager, mere, mere, other_manager=service_manager)
    else:
        disagree(mere, manager, service_manager)
    assert record(mere).other_manager == service_manager


PEOPLE = ("deputy there", "acts", "another", "service manager")
INSTEAD = [  # who there is besides the manager asked, and who decides while that manager is away
    (set(), set()),
    ({"service manager"}, {"service manager"}),
    ({"another", "service manager"}, {"another"}),
    ({"acts", "another", "service manager"}, {"acts"}),
    ({"deputy there", "another", "service manager"}, {"deputy there"}),
    ({"acts", "deputy there", "another"}, {"acts", "deputy there"}),
]


@pytest.fixture
def beside(organisation, other_team, other_manager):
    """Bring in who there is besides the manager asked, by name, each with a sign-in and at work."""

    def bring(names):
        absence = leave(other_manager)
        found = {}
        for name in names:
            role = {"another": "manager", "service manager": "service_manager"}.get(name, "peer_worker")
            found[name] = factories.MemberFactory(organisation=organisation, role=role, name=name.title())
        if "deputy there" in found:
            other_team.deputy = found["deputy there"]
            other_team.save()
        if "acts" in found:
            factories.ActingManagerFactory(team=other_team, member=found["acts"], absence=absence, starts_on=SINCE)
        return found

    return bring


@pytest.mark.parametrize(("there", "expected"), INSTEAD, ids=lambda names: ", ".join(sorted(names)) or "no one")
@pytest.mark.parametrize(("day", "is_away"), ONE_AFTER_ANOTHER)
def test_while_the_asked_manager_is_away_it_waits_for_who_decides_instead(
    disagreed, manager, deputy, other_manager, beside, there, expected, day, is_away
):
    people = beside(there)
    able = {name for name, member in people.items() if waits_for(member, day) == [record(disagreed)]}
    assert able == (expected if is_away else set())
    for name, member in people.items():
        place = queries.place(member, disagreed, record(disagreed).team, record(disagreed), on=day)
        assert (place.other, place.sees) == (name in able, name in able)
    [line] = queries.worker_months(disagreed.organisation, OCTOBER, today=day, worker_ids=[disagreed.pk])
    names = sorted(name.title() for name in able)
    assert ("Lena Okafor is away: " if names else "Lena Okafor decides") in line.who_must_act
    assert all(name in line.who_must_act for name in names)
    assert waits_for(other_manager, day) == [record(disagreed)]
    for never in (manager, deputy, disagreed):
        assert waits_for(never, day) == []


@pytest.mark.parametrize(("there", "expected"), INSTEAD[1:], ids=lambda names: ", ".join(sorted(names)))
def test_who_decides_instead_finds_it_decides_and_no_one_else_does(
    signed_in, disagreed, manager, other_manager, beside, there, expected
):
    explain_counted(disagreed, decides=other_manager)
    people = beside(there)
    decide = address(disagreed, "record_decide")
    for name, member in people.items():
        assert signed_in(member).get(decide).status_code == (200 if name in expected else 404), name
    assert signed_in(manager).get(decide).status_code == 404
    by = people[min(expected)]
    client = signed_in(by)
    first = client.get(reverse("team" if "manager" in by.role else "my_day"))
    assert decide in first.content.decode()
    assert "Lena Okafor was asked to decide and is not at work. You can decide instead." in words(first)
    assert "not at work" not in words(signed_in(other_manager).get(reverse("team")))
    sent = {"version": version(disagreed), "total": "97.000", "reason": "One group."}
    answer = signed_in(by).post(decide, sent, follow=True)
    assert answer.status_code == 200 and "You have decided 97 points." in words(answer)
    found = record(disagreed)
    assert (found.decided_by, found.other_manager, found.total) == (by, by, 97)
    for member in (*people.values(), other_manager):
        assert waits_for(member, TODAY) == []


def test_a_service_manager_does_not_agree_in_place_of_an_absent_manager(
    mere, manager, other_manager, service_manager, stranger, other_team
):
    leave(manager)
    submit(mere, agree=True)
    act(actions.ask_other_manager, mere, mere, other_manager=other_manager)
    absence = leave(other_manager)
    assert waits_for(service_manager, TODAY) == []
    factories.ActingManagerFactory(team=other_team, member=stranger, absence=absence, starts_on=SINCE)
    assert waits_for(stranger, TODAY) == [record(mere)]
    assert act(actions.agree, mere, stranger).status == "agreed"
    assert record(mere).other_manager == stranger


def test_neither_side_decides_though_they_act_for_the_asked_manager(disagreed, manager, other_manager, other_team):
    absence = leave(other_manager)
    for member in (manager, disagreed):
        factories.ActingManagerFactory._meta.model.objects.all().delete()
        factories.ActingManagerFactory(team=other_team, member=member, absence=absence, starts_on=SINCE)
        assert waits_for(member, TODAY) == []
        with pytest.raises(actions.NotYourPartOfRecord):
            act(actions.agree, disagreed, member, total=Decimal(97), reason="Mine.")


def test_the_record_names_who_decides_now(signed_in, disagreed, manager, other_manager, beside):
    assert "Lena Okafor decides." in page(signed_in(disagreed), disagreed)
    beside({"acts"})
    said = page(signed_in(disagreed), disagreed)
    assert "Acts decides." in said and "Ask another manager" in said


def test_many_who_may_decide_are_not_listed(signed_in, disagreed, other_manager, organisation):
    leave(other_manager)
    for number in range(4):
        factories.MemberFactory(organisation=organisation, role="manager", name=f"Zoe {number}")
    assert "Not agreed: another manager decides." in page(signed_in(disagreed), disagreed)


def test_a_reminder_reaches_who_decides_now_and_ends_with_the_absence(on, disagreed, manager, team, beside):
    [acts] = beside({"acts"}).values()
    assert "Acts" in actions.remind(team=team, month=record(disagreed).month, by=manager, today=TODAY)
    told = list(Notice.objects.filter(kind=RECORD_OTHER_MANAGER, recipient=acts))
    assert len(told) == 1
    assert still_yours_to_decide(told) == {told[0].pk}
    on(BACK)
    assert still_yours_to_decide(told) == set()
