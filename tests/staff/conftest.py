"""How a member signs in."""

import pytest

PASSWORD = "harbour lantern seventeen"


@pytest.fixture
def password(worker):
    """The worker's password."""
    worker.user.set_password(PASSWORD)
    worker.user.save()
    return PASSWORD
