"""The services there are."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from peerload.core.commands import TranslatedCommand
from peerload.interchange import removal
from peerload.staff.models import Organisation


class Command(TranslatedCommand):
    help = _("List the services: code, name, and how much there is of each.")

    def handle(self, **options: Any) -> None:
        for service in Organisation.objects.order_by("code"):
            self.stdout.write(f"{service.code}: {service.name}, {summary(service)}")


def summary(service: Organisation) -> str:
    """Return a summary of a service's size."""
    there = removal.counts(service)
    words = ngettext(
        "%(staff)s staff (%(admins)s admin), %(people)s people, %(contacts)s contacts",
        "%(staff)s staff (%(admins)s admins), %(people)s people, %(contacts)s contacts",
        there.admins,
    )
    return words % {
        "staff": there.staff,
        "admins": there.admins,
        "people": there.people,
        "contacts": there.contacts,
    }
