"""Who reads the figures of a service."""

import pytest


@pytest.fixture
def reader(signed_in, service_manager):
    """A client signed in as the service manager."""
    return signed_in(service_manager)
