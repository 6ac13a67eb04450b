"""
The first admin of a service, or another of its staff: ``manage.py invite EMAIL``.

An unknown email is added first, as an admin unless ``--role`` says otherwise. The link is printed once and mailed.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core import clock
from peerload.core.commands import TranslatedCommand
from peerload.staff import actions
from peerload.staff.enums import Role
from peerload.staff.management import services
from peerload.staff.models import UNNAMED, Member, Organisation


class Command(TranslatedCommand):
    help = gettext_lazy(
        "Invite a member by email. They get a link to choose a password. It works once, for three days."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", help=_("for a new member; otherwise the part before the @"))
        parser.add_argument(
            "--role",
            choices=Role.values,
            help=_("for a new member, admin if left out; for a known member, another role"),
        )
        parser.add_argument(
            "--new-second-step",
            action="store_true",
            help=_("remove the app, keys and codes of a member who has lost them"),
        )
        services.add_argument(parser)
        parser.add_argument(
            "--new-service",
            nargs="?",
            const=UNNAMED,
            metavar="NAME",
            help=_("make a service; without a name, it takes the name in the first import"),
        )
        services.add_yes(parser)
        parser.add_argument("--timezone", default="Pacific/Auckland", help=_("of a service that is made"))
        parser.add_argument("--region", default="NZ", help=_("of a service that is made: NZ, NZ-AUK, GB-ENG"))

    @transaction.atomic
    def handle(self, *, email: str, **options: Any) -> None:
        email = email.strip().lower()
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(_("%(email)s is not an email address.") % {"email": email}) from error
        try:
            member = self.member(email, options)
            if options["new_second_step"]:
                actions.take_off_second_step(member_id=member.pk)
            url = actions.invite(member_id=member.pk, by=None)
        except actions.Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("%(member)s, %(role)s of %(organisation)s, is invited.")
            % {"member": member.name, "role": member.get_role_display().lower(), "organisation": member.organisation}
        )
        self.stdout.write(_("This link works once, for three days:"))
        self.stdout.write(url)

    def member(self, email: str, options: dict[str, Any]) -> Member:
        """Return the member to invite: a known one, with another role if one is given, or a new one."""
        organisation = self.organisation(options)
        member = Member.objects.filter(organisation=organisation, user__email=email).first()
        if member is None and options["new_second_step"]:
            raise CommandError(
                _("No one in %(organisation)s signs in with %(email)s, so there is no second step to take off.")
                % {"organisation": organisation, "email": email}
            )
        role = options["role"]
        if member is None:
            name = options["name"] or email.split("@")[0]
            return actions.add_member(
                organisation=organisation, by=None, email=email, name=name, role=role or Role.ADMIN
            )
        if role and role != member.role:
            return actions.edit_member(
                member_id=member.pk,
                by=None,
                on=clock.today(organisation),
                name=member.name,
                role=role,
                home_team=member.home_team,
                active=member.active,
            )
        return member

    def organisation(self, options: dict[str, Any]) -> Organisation:
        name, there = options["new_service"], Organisation.objects.order_by("code")
        if not name:
            if not there and not options["organisation"]:
                raise CommandError(
                    _("There is no service yet. Add --new-service to make one, with its name or without.")
                )
            return services.chosen(options["organisation"])
        code = options["organisation"] or name
        if there.filter(code=code).exists():
            raise CommandError(
                _("There is a service %(code)s already. Leave --new-service out to invite a member to it.")
                % {"code": code}
            )
        if like := services.named_like({code, name}, there):
            services.ask(
                _("There is %(codes)s already. Make %(code)s as well?") % {"codes": services.codes(like), "code": code},
                code,
                yes=options["yes"],
            )
        try:
            return actions.begin_service(code=code, name=name, timezone=options["timezone"], region=options["region"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
