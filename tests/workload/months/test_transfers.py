"""Nobody is handed over inside a month that is reported: the report says who held them."""

from datetime import date

import pytest
from django.urls import reverse

from caseload import actions
from caseload.models import Allocation
from tests import factories, reported

AUGUST, SEPTEMBER, OCTOBER, NOVEMBER = (date(2026, month, 1) for month in (8, 9, 10, 11))
TODAY = date(2026, 11, 12)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def holders(person):
    return list(person.allocations.order_by("starts_on").values_list("worker__name", "starts_on", "ends_before"))


@pytest.mark.parametrize(
    ("handed_on", "first"),
    [
        (date(2026, 9, 30), NOVEMBER),
        (OCTOBER, NOVEMBER),
        (date(2026, 10, 31), NOVEMBER),
        (NOVEMBER, None),
        (date(2026, 11, 12), None),
        (date(2026, 12, 1), None),
    ],
    ids=[
        "the month before, not reported itself",
        "the first day of the month reported",
        "its last day",
        "the first day after",
        "today",
        "ahead",
    ],
)
@pytest.mark.parametrize("whose", ["worker", "teammate"], ids=["the giver's month", "the receiver's month"])
def test_the_day_lies_after_the_last_month_reported(request, team, hana, teammate, manager, handed_on, first, whose):
    reported.report(team, OCTOBER, request.getfixturevalue(whose))
    before = holders(hana)
    words = {"client_id": hana.pk, "worker": teammate, "on": handed_on, "by": manager, "today": TODAY}
    if first is None:
        actions.hand_over(**words)
        assert holders(hana) == [("Mere Paki", factories.LONG_AGO, handed_on), ("Tom Lealaiauloto", handed_on, None)]
    else:
        with pytest.raises(actions.MonthReported) as refusal:
            actions.hand_over(**words)
        assert str(refusal.value) == (
            "The report for October 2026 is sent. Hana Rewi can be handed over from 1 November 2026 on."
        )
        assert holders(hana) == before


@pytest.mark.parametrize(
    "fields",
    [{"status": "draft"}, {"status": "submitted"}, {"status": "agreed"}, {"status": "agreed", "imported": True}],
    ids=["draft", "submitted", "agreed", "brought in as agreed"],
)
def test_a_month_not_reported_yet_refuses_nothing(hana, worker, teammate, manager, fields):
    reported.record(worker, OCTOBER, **fields)
    actions.hand_over(client_id=hana.pk, worker=teammate, on=OCTOBER, by=manager, today=TODAY)


def test_a_month_brought_in_as_reported_is_reported(hana, worker, teammate, manager):
    reported.record(worker, OCTOBER, status="reported", imported=True)
    with pytest.raises(actions.MonthReported, match="from 1 November 2026 on"):
        actions.hand_over(client_id=hana.pk, worker=teammate, on=OCTOBER, by=manager, today=TODAY)


def test_the_months_of_others_refuse_nothing(team, hana, stranger, teammate, manager, other_team):
    reported.report(other_team, OCTOBER, stranger)
    actions.hand_over(client_id=hana.pk, worker=teammate, on=OCTOBER, by=manager, today=TODAY)


def test_the_later_of_two_reports_says_the_day(team, hana, worker, teammate, manager):
    reported.report(team, AUGUST, worker, teammate)
    reported.report(team, SEPTEMBER, teammate)
    with pytest.raises(actions.MonthReported, match="from 1 October 2026 on"):
        actions.hand_over(client_id=hana.pk, worker=teammate, on=AUGUST, by=manager, today=TODAY)


def test_somebody_waiting_is_allocated_whatever_is_reported(team, worker, manager):
    waiting = factories.ClientFactory(organisation=worker.organisation, team=team, support=None)
    reported.report(team, OCTOBER, worker)
    actions.allocate(client_id=waiting.pk, worker=worker, on=OCTOBER, by=manager, today=TODAY, tier="high")
    assert Allocation.objects.get(client=waiting).starts_on == OCTOBER


def test_the_form_says_it_beside_the_day_and_keeps_what_was_typed(signed_in, team, hana, worker, teammate, manager):
    reported.report(team, OCTOBER, worker)
    words = {"worker": str(teammate.uid), "on": "2026-10-31", "purpose": "Closer to home"}
    html = signed_in(manager).post(reverse("hand_over", args=[hana.uid]), words).content.decode()
    beside = html.partition('id="error_1_id_on"')[2] or html.partition("id_on_error")[2]
    assert "can be handed over from 1 November 2026 on." in beside[:400]
    assert "Closer to home" in html
    assert len(holders(hana)) == 1
