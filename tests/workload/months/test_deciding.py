"""Where worker and manager do not agree, both explain their figures and a third person decides, with a reason."""

from decimal import Decimal

import pytest
from django.urls import reverse

from peerload.notices.models import Notice
from tests import factories
from tests.conftest import TODAY
from tests.shared import shared
from tests.workload.months.scene import act, record, submit, version
from workload.months import actions, queries
from workload.notices import RECORD_OTHER_MANAGER

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


def test_no_one_decides_without_a_reason(disagreed, other_manager):
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

    client = signed_in(service_manager)
    sent = {"version": version(mere), "total": "97.000", "reason": "One group."}
    assert "You have decided 97 points." in words(client.post(decide, sent, follow=True))
    assert client.get(decide).status_code == 404
    assert decide not in client.get(reverse("team")).content.decode()
