"""Which organisation a command is about."""

from django.core.management.base import CommandError

from peerload.staff.models import Organisation


def add_argument(parser):
    parser.add_argument("--organisation", metavar="CODE", help="Needed only where there are several.")


def chosen(code: str | None) -> Organisation:
    """
    Return the organisation of a code, or the only one.

    :raises CommandError: if there is none, or several and no code
    """
    found = list(Organisation.objects.filter(**({"code": code} if code else {})).order_by("code")[:20])
    if len(found) == 1:
        return found[0]
    if code:
        raise CommandError(f"There is no organisation {code}.")
    if not found:
        raise CommandError("There is no organisation yet. Bring one in with import_service.")
    raise CommandError(f"Say which with --organisation: {', '.join(each.code for each in found)}.")
