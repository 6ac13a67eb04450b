"""How a service has set keeping in touch, quiet for long and the boundary of a caseload."""

from peerload.staff.models import Organisation

from .. import rules


def cadence_of(organisation: Organisation) -> rules.Cadence:
    """Return how often the service contacts people it keeps in touch with."""
    return rules.Cadence(organisation.parked_weeks, organisation.inactive_weeks)


def quiet_from(organisation: Organisation) -> rules.QuietFrom:
    """Return from how many days without contact on the service counts a person as quiet for long."""
    return rules.QuietFrom(organisation.quiet_high, organisation.quiet_medium, organisation.quiet_group)


def boundary_of(organisation: Organisation) -> rules.Boundary:
    """Return the service's caseload boundary of one full-time worker."""
    return rules.Boundary(
        organisation.boundary_high,
        organisation.boundary_medium,
        organisation.boundary_group,
        organisation.boundary_parked,
    )
