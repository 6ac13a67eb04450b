"""Mere is away; Tom and Hana are here."""

from datetime import date

import pytest

from tests import factories


@pytest.fixture
def absence(worker):
    return factories.AbsenceFactory(worker=worker, starts_on=date(2026, 11, 9), expected_back=date(2027, 2, 1))


@pytest.fixture
def people(worker):
    return [factories.ClientFactory(supported_by=worker) for _ in range(3)]
