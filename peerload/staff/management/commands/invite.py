"""
The first admin of a service, or anybody else: ``manage.py invite EMAIL``.

Somebody unknown is added first, as an admin unless ``--role`` says otherwise. The link is printed once and mailed.
"""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from peerload.staff import actions
from peerload.staff.enums import Role
from peerload.staff.models import UNNAMED, Member, Organisation


class Command(BaseCommand):
    help = "Invite somebody by email: a link by which they choose a password, once, within three days."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--name", help="for somebody new; otherwise what stands before the @")
        parser.add_argument("--role", choices=Role.values, default=Role.ADMIN, help="for somebody new")
        parser.add_argument(
            "--new-second-step",
            action="store_true",
            help="take off the app, keys and codes of somebody who has lost them",
        )
        parser.add_argument(
            "--organisation", metavar="CODE", help="needed where there are several; made where it is not there yet"
        )
        parser.add_argument("--timezone", default="Pacific/Auckland", help="of a service that is made")
        parser.add_argument("--region", default="NZ", help="of a service that is made: NZ, NZ-AUK, GB-ENG")

    @transaction.atomic
    def handle(self, *, email, name, role, **options):
        organisation = self.organisation(options)
        member = Member.objects.filter(organisation=organisation, user__email=email.strip().lower()).first()
        if member is None:
            member = actions.add_member(
                organisation=organisation, by=None, email=email, name=name or email.split("@")[0], role=role
            )
        if options["new_second_step"]:
            actions.take_off_second_step(member_id=member.pk)
        try:
            url = actions.invite(member_id=member.pk, by=None)
        except actions.Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{member.name}, {member.get_role_display().lower()} of {organisation}, is invited.")
        self.stdout.write("This link works once, for three days:")
        self.stdout.write(url)

    def organisation(self, options) -> Organisation:
        found = Organisation.objects.order_by("pk")
        if code := options["organisation"]:
            return found.filter(code=code).first() or self.begin(code, options)
        if len(found) > 1:
            codes = ", ".join(found.values_list("code", flat=True))
            raise CommandError(f"There are several services: say which with --organisation, one of {codes}.")
        if not found:
            return self.begin(UNNAMED, options)
        return found[0]

    def begin(self, code, options) -> Organisation:
        try:
            return actions.begin_service(code=code, name=code, timezone=options["timezone"], region=options["region"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
