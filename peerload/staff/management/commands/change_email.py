"""Another address for somebody to sign in with."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from peerload.staff import actions
from peerload.staff.models import Member


class Command(BaseCommand):
    help = "Change the address a member signs in with, at once and in every service they work in; the old one is told."

    def add_arguments(self, parser):
        parser.add_argument("old")
        parser.add_argument("new")

    def handle(self, *, old, new, **options):
        old, new = old.strip().lower(), new.strip().lower()
        try:
            validate_email(new)
        except ValidationError as error:
            raise CommandError(f"{new} is not an email address.") from error
        members = Member.objects.filter(user__email=old).select_related("organisation").order_by("pk")
        if not members:
            raise CommandError(f"No one signs in with {old}.")
        where = [f"{member.name} in {member.organisation.code}" for member in members]
        try:
            actions.change_email(member_id=members[0].pk, email=new, by=None)
        except actions.Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{new} signs in instead of {old}: {', '.join(where)}.")
        self.stdout.write("They are signed out everywhere, and links sent to the old address do not work any more.")
