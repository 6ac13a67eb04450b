"""People of several of these tests."""

from datetime import date

from tests import factories
from tests.shared import shared


@shared(dated=True)
def whetu(worker):
    """A person called Whetu by everybody."""
    return factories.ClientFactory(supported_by=worker, name="Whetu Cole", called="Whetu")


@shared(dated=True)
def tane(worker, today):
    """A person kept in touch with, due today."""
    return factories.ClientFactory(name="Tāne Rāwiri", supported_by=worker, support="parked", since=date(2026, 10, 1))


@shared(dated=True)
def parked(worker):
    """A person kept in touch with since 5 January 2026, due on 16 February."""
    return factories.ClientFactory(supported_by=worker, support="parked", since=date(2026, 1, 5), name="Hana Rewi")


@shared(dated=True)
def people(worker):
    """Three people of the worker."""
    return factories.ClientFactory.create_batch(3, supported_by=worker)
