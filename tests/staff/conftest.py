"""How a member signs in."""

from tests.shared import shared

PASSWORD = "harbour lantern seventeen"


@shared(dated=True)
def password(worker):
    """The worker's password."""
    worker.user.set_password(PASSWORD)
    worker.user.save()
    return PASSWORD
