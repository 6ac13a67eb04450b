"""How a service has set keeping in touch and the boundary of a caseload."""

from peerload.staff.models import Organisation

from .. import rules


def cadence_of(organisation: Organisation) -> rules.Cadence:
    """Return how often the service contacts people it keeps in touch with."""
    return rules.Cadence(organisation.parked_weeks, organisation.inactive_weeks)


def boundary_of(organisation: Organisation) -> rules.Boundary:
    """Return the service's caseload boundary of one full-time worker."""
    return rules.Boundary(
        organisation.boundary_high,
        organisation.boundary_medium,
        organisation.boundary_group,
        organisation.boundary_parked,
    )
