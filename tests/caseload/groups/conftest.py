"""A group on Wednesdays of three people, not all of them supported by its facilitator."""

from tests import factories
from tests.shared import shared


@shared(dated=True)
def hana(worker, today):
    return factories.ClientFactory(supported_by=worker, name="Hana Rewi", support="group")


@shared(dated=True)
def joe(worker, today):
    return factories.ClientFactory(supported_by=worker, name="Joe Marsh", support="medium")


@shared(dated=True)
def sione(teammate, today):
    """Somebody a teammate supports."""
    return factories.ClientFactory(supported_by=teammate, name="Sione Vea", support="high")


@shared(dated=True)
def group(worker, hana, joe, sione):
    return factories.GroupFactory(facilitated_by=worker, people=[hana, joe, sione], name="Wednesday walkers")
