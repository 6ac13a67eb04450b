"""Loading the demo service, and taking it out again. Only ever where `settings.DEMO` says so."""

from types import SimpleNamespace

from django.apps import apps
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from peerload import clock
from peerload.staff.models import Organisation, User
from workload.models import Weight

from . import actions, demo_data
from .demo_rooms import Rooms

ZONE = SimpleNamespace(timezone="Pacific/Auckland")


class NoDemoHere(Exception):
    """This is not a place for the demo; says why."""


@transaction.atomic
def load(*, password: str, again: bool = False) -> bool:
    """
    Load the demo service as of today unless it is there; ``again``: anew. Return whether it was loaded.

    :param password: of each of its sign-ins
    :raises NoDemoHere: outside a demo, or without a password
    """
    if not settings.DEMO:
        raise NoDemoHere("The demo is loaded only where PEERLOAD_DEMO=1, never beside the data of a real service.")
    if not password:
        raise NoDemoHere("Set PEERLOAD_DEMO_PASSWORD: the password of the demo's sign-ins.")
    there = Organisation.objects.filter(code=demo_data.CODE).first()
    if there and not again:
        return False
    if there:
        _take_out(there)
    today = clock.today(ZONE)
    plan = actions.bring_in(demo_data.as_of(today), code=demo_data.CODE)
    Rooms(plan.organisation, today, demo_data.as_at(today)).fill()
    emails = plan.organisation.members.values("user__email")
    User.objects.filter(email__in=demo_data.SIGN_INS).filter(email__in=emails).update(password=make_password(password))
    return True


def _take_out(organisation: Organisation):
    """Delete all rows of the demo organisation, what is kept of their history last. Foreign keys are asked at the end."""
    users = list(organisation.members.values_list("user_id", flat=True))
    Weight.objects.filter(scheme__organisation=organisation).delete()
    theirs = [(_whose(model), _is_history(model), model) for model in apps.get_models()]
    # What knows its service by another row goes before that row; deleting writes history, so that goes after.
    theirs = sorted((each for each in theirs if each[0]), key=lambda each: (-each[0].count("SELECT"), each[1]))
    with connection.cursor() as cursor:
        for whose, _, model in theirs:
            cursor.execute(f"DELETE FROM {_table(model)} WHERE {whose}", [organisation.pk])
    Organisation.pgh_event_model.objects.filter(pgh_obj=organisation)._raw_delete(using=connection.alias)
    Organisation.objects.filter(pk=organisation.pk)._raw_delete(using=connection.alias)
    User.objects.filter(pk__in=users, members=None).delete()


def _whose(model) -> str:
    """Return the condition by which a row is of a service, its own or that of a row it belongs to; "" if it is of none."""
    fields = [field for field in model._meta.concrete_fields if field.many_to_one or field.one_to_one]
    if any(field.name == "organisation" for field in fields):
        return "organisation_id = %s"
    for field in fields:
        above = field.related_model
        if not field.null and above is not model and not field.name.startswith("pgh_") and (whose := _whose(above)):
            return f'"{field.column}" IN (SELECT id FROM {_table(above)} WHERE {whose})'
    return ""


def _table(model) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _is_history(model) -> bool:
    return hasattr(model, "pgh_tracked_model")
