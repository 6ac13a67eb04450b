"""A group on Wednesdays of three people, not all of them supported by its facilitator."""

import pytest

from tests import factories


@pytest.fixture
def hana(worker, today):
    return factories.ClientFactory(supported_by=worker, name="Hana Rewi", support="group")


@pytest.fixture
def joe(worker, today):
    return factories.ClientFactory(supported_by=worker, name="Joe Marsh", support="medium")


@pytest.fixture
def sione(teammate, today):
    """Somebody a teammate supports."""
    return factories.ClientFactory(supported_by=teammate, name="Sione Vea", support="high")


@pytest.fixture
def group(worker, hana, joe, sione):
    return factories.GroupFactory(facilitated_by=worker, people=[hana, joe, sione], name="Wednesday walkers")
