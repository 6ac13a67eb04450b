"""Change the address a user signs in with."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core.commands import TranslatedCommand
from peerload.staff import actions
from peerload.staff.models import Member


class Command(TranslatedCommand):
    help = gettext_lazy(
        "Change the address a member signs in with, at once and in every service they work in; the old one is told."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("old")
        parser.add_argument("new")

    def handle(self, *, old: str, new: str, **options: Any) -> None:
        old, new = old.strip().lower(), new.strip().lower()
        try:
            validate_email(new)
        except ValidationError as error:
            raise CommandError(_("%(new)s is not an email address.") % {"new": new}) from error
        members = Member.objects.filter(user__email=old).select_related("organisation").order_by("pk")
        if not members:
            raise CommandError(_("No one signs in with %(old)s.") % {"old": old})
        where = [
            _("%(member)s in %(code)s") % {"member": member.name, "code": member.organisation.code}
            for member in members
        ]
        try:
            actions.change_email(member_id=members[0].pk, email=new, by=None)
        except actions.Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("%(new)s signs in instead of %(old)s: %(names)s.") % {"new": new, "old": old, "names": ", ".join(where)}
        )
        self.stdout.write(_("They are signed out everywhere, and links sent to the old address do not work any more."))
