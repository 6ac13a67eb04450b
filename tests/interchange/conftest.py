"""Who the tests of sheets have: the service of a file, and its admin."""

import pytest

from tests import factories


@pytest.fixture
def service(made_once):
    """Return the service that the file of the test says is made once."""
    return made_once


@pytest.fixture
def sam(service):
    return factories.MemberFactory(organisation=service, name="Sam Ito", role="admin")
