"""A service with a scheme that counts since ever, and a draft to follow it from 1 December 2026."""

import pytest

from tests.shared import shared
from workload.actions import create_scheme
from workload.schemes import actions


@shared(dated=True)
def scheme(organisation):
    return create_scheme(organisation, "peer")


@shared(dated=True)
def draft(organisation, scheme, admin, today):
    return actions.begin_draft(organisation=organisation, by=admin, on=today)


@pytest.fixture
def change(draft):
    """Change rows of the draft by their code: ``change(new={"points": 2})``."""

    def change_rows(**rows):
        for code, fields in rows.items():
            weight = draft.weights.filter(code=code).order_by("pk").first()
            draft.refresh_from_db()
            actions.change_weight(weight_id=weight.pk, version=draft.version, fields=fields)
        draft.refresh_from_db()
        return draft

    return change_rows
