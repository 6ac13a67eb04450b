"""What contradicts itself is refused by the database too, no matter what writes it."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.factories import AllocationFactory, ClientFactory, ContactFactory, TierPeriodFactory
from tests.shared import shared

EARLIER, LATER = date(2026, 3, 2), date(2026, 3, 9)


@shared(dated=True)
def person(worker):
    return ClientFactory(organisation=worker.organisation, support=None)


def allocation(**days):
    return lambda person, worker: AllocationFactory(client=person, worker=worker, **days)


def contact(**fields):
    return lambda person, worker: ContactFactory(client=person, author=worker, **fields)


@pytest.mark.parametrize(
    "write",
    [
        allocation(starts_on=LATER, ends_before=EARLIER),
        allocation(starts_on=LATER, ends_before=LATER),
        allocation(starts_on=LATER, close_decided_on=EARLIER),
        allocation(starts_on=LATER, closed_on=EARLIER, ends_before=date(2026, 3, 10)),
        allocation(starts_on=EARLIER, close_decided_on=LATER, closed_on=EARLIER, ends_before=date(2026, 3, 3)),
        allocation(starts_on=EARLIER, closed_on=LATER),
        contact(reached=True, outcome=""),
        contact(reached=False, outcome="other"),
        contact(minutes=1441),
        contact(voided_at=timezone.now()),
        contact(void_reason="for nothing"),
    ],
    ids=[
        "ends before it begins",
        "has no day",
        "decided before it began",
        "closed before it began",
        "closed before it was decided",
        "closed and still open",
        "reached without an outcome",
        "not reached, with an outcome",
        "longer than a day",
        "struck through without a reason",
        "a reason without being struck through",
    ],
)
def test_the_database_refuses(person, worker, write):
    with pytest.raises(IntegrityError), transaction.atomic():
        write(person, worker)


def test_nobody_is_supported_by_two_on_one_day(person, worker, teammate):
    AllocationFactory(client=person, worker=worker, starts_on=EARLIER)
    with pytest.raises(IntegrityError), transaction.atomic():
        AllocationFactory(client=person, worker=teammate, starts_on=LATER)


def test_nobody_has_two_tiers_on_one_day(person):
    TierPeriodFactory(client=person, tier="high", starts_on=EARLIER)
    with pytest.raises(IntegrityError), transaction.atomic():
        TierPeriodFactory(client=person, tier="group", starts_on=LATER)


def test_a_submission_is_one_contact(person, worker):
    first = ContactFactory(client=person, author=worker, submission_id="7d5d2a1e-62f1-4a55-bb0c-7f5f3f1c2b11")
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactFactory(client=person, author=worker, submission_id=first.submission_id)
