"""The person whose next steps these tests are about."""

import pytest

from tests import factories


@pytest.fixture
def person(worker):
    return factories.ClientFactory(supported_by=worker, name="Whetu Cole", called="Whetu")
