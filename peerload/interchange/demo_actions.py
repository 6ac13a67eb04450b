"""Load the demo service, and remove it. Only where `settings.DEMO` is set."""

from types import SimpleNamespace

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from peerload.core import clock
from peerload.staff.models import Organisation, User

from . import actions, demo_data, removal
from .demo_rooms import Rooms

ZONE = SimpleNamespace(timezone="Pacific/Auckland")


class NoDemoHere(Exception):
    """This is not a place for the demo; says why."""


@transaction.atomic
def load(*, password: str, again: bool = False) -> bool:
    """
    Load the demo service as of today unless it exists; ``again``: replace it. Return whether it was loaded.

    :param password: of each of its sign-ins
    :raises NoDemoHere: outside a demo, or without a password
    """
    if not settings.DEMO:
        raise NoDemoHere(_("The demo is loaded only where PEERLOAD_DEMO=1, never beside the data of a real service."))
    if not password:
        raise NoDemoHere(_("Set PEERLOAD_DEMO_PASSWORD: the password of the demo's sign-ins."))
    there = Organisation.objects.filter(code=demo_data.CODE).first()
    if there and not again:
        return False
    if there:
        removal.take_out(there)
    today = clock.today(ZONE)
    plan = actions.bring_in(demo_data.as_of(today), code=demo_data.CODE)
    Rooms(plan.organisation, today, demo_data.as_at(today)).fill()
    emails = plan.organisation.members.values("user__email")
    User.objects.filter(email__in=demo_data.SIGN_INS).filter(email__in=emails).update(password=make_password(password))
    return True
