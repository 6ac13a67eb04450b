"""The demo service, as of today."""

import os
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core.commands import TranslatedCommand
from peerload.interchange import demo_actions, demo_data
from peerload.staff.models import Member


class Command(TranslatedCommand):
    help = gettext_lazy(
        "Load the demo service, Harbourside, as of today, and print its sign-ins. If it is there already, nothing "
        "changes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--again", action="store_true", help=_("Delete the demo service and load it again."))

    def handle(self, *, again: bool, **options: Any) -> None:
        try:
            demo_actions.load(password=os.environ.get("PEERLOAD_DEMO_PASSWORD", ""), again=again)
        except demo_actions.NoDemoHere as error:
            raise CommandError(str(error)) from error
        members = Member.objects.filter(organisation__code=demo_data.CODE, user__email__in=demo_data.SIGN_INS)
        roles = {member.email: member.get_role_display().lower() for member in members.select_related("user")}
        self.stdout.write(_("Demo sign-ins:"))
        for email in demo_data.SIGN_INS:
            self.stdout.write(f"  {email:<28} {roles[email]}")
