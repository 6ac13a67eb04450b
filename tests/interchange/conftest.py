"""Who the tests of sheets have: the service of a file, and its admin."""

import pytest

from tests import factories


@pytest.fixture
def sam(service):
    return factories.MemberFactory(organisation=service, name="Sam Ito", role="admin")
