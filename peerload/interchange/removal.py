"""Remove a whole service: all of its rows, or none."""

from typing import NamedTuple

import pgtrigger
from django.apps import apps
from django.db import OperationalError, connection, transaction
from django.db.models import Count, Model, Q, QuerySet
from django.utils.translation import gettext as _

from caseload.models import Client, Contact
from peerload.audit import actions as audit
from peerload.core.database import take_time
from peerload.staff.models import Member, Organisation, User
from workload.models import Weight

from .models import Upload


class ServiceSize(NamedTuple):
    """The size of a service."""

    staff: int
    admins: int
    people: int
    contacts: int


class StillComesIn(Exception):
    """An import of the service is under way."""


def counts(organisation: Organisation) -> ServiceSize:
    """Return the size of a service."""
    members = Member.objects.active().filter(organisation=organisation)
    staff = members.aggregate(all=Count("pk"), admins=Count("pk", filter=Q(role="admin")))
    people = Client.objects.filter(organisation=organisation).count()
    contacts = Contact.objects.standing().filter(organisation=organisation).count()
    return ServiceSize(staff["all"], staff["admins"], people, contacts)


def only_here(organisation: Organisation) -> int:
    """Return how many sign-ins end with a service: those of members of no other."""
    return _users_only_here(organisation).count()


def _users_only_here(organisation: Organisation) -> QuerySet[User]:
    elsewhere = Member.objects.exclude(organisation=organisation)
    return User.objects.filter(members__organisation=organisation).exclude(members__in=elsewhere).distinct()


@transaction.atomic
def remove(organisation: Organisation) -> None:
    """
    Remove a service with everything in it. The audit keeps its code.

    :raises StillComesIn: while an import of it waits or is under way
    """
    take_time()
    going_on = (Upload.State.WAITING, Upload.State.RUNNING)
    try:
        with transaction.atomic():  # an import by command keeps this row locked until it is done
            list(Organisation.objects.filter(pk=organisation.pk).select_for_update(of=("self",), nowait=True))
    except OperationalError as error:
        raise StillComesIn(
            _("Something is being saved in this service. Wait until that is finished, then try again.")
        ) from error
    if Upload.objects.filter(organisation=organisation, state__in=going_on).exists():
        raise StillComesIn(_("An import of this service is under way. Wait until it is done, then try again."))
    there = counts(organisation)._asdict()
    take_out(organisation)
    audit.removed(organisation.code, counts=there)


def take_out(organisation: Organisation) -> None:
    """
    Delete all rows of a service, the history last. Foreign keys are checked at the end.

    No row writes history of its own removal: it would go in the same transaction, and takes a minute for 10,000 rows.
    """
    users = list(organisation.members.values_list("user_id", flat=True))
    Weight.objects.filter(scheme__organisation=organisation).delete()
    theirs = [(_whose(model), _is_history(model), model) for model in apps.get_models()]
    # What knows its service by another row goes before that row, history after what it is of.
    theirs = sorted((each for each in theirs if each[0]), key=lambda each: (-each[0].count("SELECT"), each[1]))
    with pgtrigger.ignore(), connection.cursor() as cursor:
        for whose, __, model in theirs:
            cursor.execute(f"DELETE FROM {_table(model)} WHERE {whose}", [organisation.pk])
    events = Organisation.pgh_event_model.objects  # type: ignore[attr-defined]  # `history` sets it
    events.filter(pgh_obj=organisation)._raw_delete(using=connection.alias)
    Organisation.objects.filter(pk=organisation.pk)._raw_delete(using=connection.alias)
    User.objects.filter(pk__in=users, members=None).delete()


def _whose(model: type[Model]) -> str:
    """Return the SQL condition that selects a service's rows of a table, directly or through a parent; "" if there is none."""
    fields = [field for field in model._meta.concrete_fields if field.many_to_one or field.one_to_one]
    if any(field.name == "organisation" for field in fields):
        return "organisation_id = %s"
    for field in fields:
        above = field.related_model
        if not field.null and above is not model and not field.name.startswith("pgh_") and (whose := _whose(above)):
            return f'"{field.column}" IN (SELECT id FROM {_table(above)} WHERE {whose})'
    return ""


def _table(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _is_history(model: type[Model]) -> bool:
    return hasattr(model, "pgh_tracked_model")
