"""Seal everything private with the first of the private keys, so that the others can be dropped."""

from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core.commands import TranslatedCommand
from wellbeing import sealing


class Command(TranslatedCommand):
    help = gettext_lazy("Seal what is private with the first of PRIVATE_KEYS. Running it again changes no word.")

    def handle(self, **options: Any) -> None:
        done, unreadable = sealing.reseal()
        self.stdout.write(_("%(done)s sealed with the first key.") % {"done": done})
        if unreadable:
            raise CommandError(
                _("%(unreadable)s cannot be opened by any key here and stay as they are.") % {"unreadable": unreadable}
            )
