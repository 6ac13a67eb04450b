"""Records that are alike, within a team and across two."""

import pytest

from tests import factories

PHONE = "021 555 0142"


@pytest.fixture
def enter(organisation, today):
    """Enter a record as the sheets would: ``enter(team, worker)``."""

    def enter(team=None, worker=None, name="Tāne Rāwiri", phone=PHONE, **more):
        if worker:
            return factories.ClientFactory(name=name, phone=phone, supported_by=worker, **more)
        more = {"support": None} | more
        return factories.ClientFactory(name=name, phone=phone, organisation=organisation, team=team, **more)

    return enter
