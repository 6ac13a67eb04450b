"""Mere is away from Monday 9 November with two people; Tom is here, and so is Ana, who leads the team."""

from datetime import date

from tests import factories
from tests.shared import shared

FIRST_DAY = date(2026, 11, 9)


@shared(dated=True)
def people(worker):
    return [factories.ClientFactory(supported_by=worker, name=name) for name in ("Hana Rewi", "Ioane Faleolo")]


@shared(dated=True)
def absence(worker, people):
    return factories.AbsenceFactory(worker=worker, starts_on=FIRST_DAY)
