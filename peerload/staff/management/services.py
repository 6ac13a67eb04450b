"""Which service a command is about, and what it asks before it changes much."""

import sys
from collections.abc import Iterable
from difflib import get_close_matches

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from peerload.core.folding import fold_code
from peerload.core.translation import LazyText
from peerload.staff.models import Organisation

ALIKE = 0.85  # of 1: one letter of seven mistyped is alike


def add_argument(parser: CommandParser, help: LazyText = gettext_lazy("needed only where there are several")) -> None:
    parser.add_argument("--organisation", metavar="CODE", help=help)


def chosen(code: str | None) -> Organisation:
    """
    Return the service of a code, or the only one.

    :raises CommandError: if there is none, or several and no code
    """
    there = list(Organisation.objects.order_by("code"))
    if code:
        found = [each for each in there if each.code == code]
        if found:
            return found[0]
        raise CommandError(unknown(code, there))
    if not there:
        raise CommandError(_("There is no service yet. Import one with import_service."))
    if len(there) > 1:
        raise CommandError(
            _("There are several services: say which with --organisation: %(codes)s.") % {"codes": codes(there)}
        )
    return there[0]


def unknown(code: str, there: Iterable[Organisation]) -> str:
    """Return the sentence that no service has a code, with similar ones."""
    there = list(there)
    like = named_like([code], there)
    if like:
        return _("There is no service %(code)s. Did you mean %(codes)s?") % {"code": code, "codes": codes(like)}
    return _("There is no service %(code)s. ") % {"code": code} + (
        _("There are: %(codes)s.") % {"codes": codes(there)} if there else _("There is none yet.")
    )


def codes(services: Iterable[Organisation], most: int = 20) -> str:
    return ", ".join(each.code for each in list(services)[:most])


def named_like(names: Iterable[str], there: Iterable[Organisation]) -> list[Organisation]:
    """Return the services whose code or name is like one of these names: ignoring case, accents, spaces and punctuation."""
    wanted = [fold_code(name) for name in names]
    return [
        each
        for each in there
        if any(
            get_close_matches(name, [fold_code(each.code), fold_code(each.name)], n=1, cutoff=ALIKE) for name in wanted
        )
    ]


def add_yes(parser: CommandParser) -> None:
    parser.add_argument("--yes", action="store_true", help=_("do not ask"))


def ask(question: str, answer: str, *, yes: bool) -> None:
    """
    Ask at the terminal for a typed answer.

    :param yes: whether ``--yes`` has answered already
    :raises CommandError: if something else was typed, or if there is no terminal to ask at
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise CommandError(
            _("%(question)s Add --yes if that is what you want. Nothing was changed.") % {"question": question}
        )
    if input(_("%(question)s Type %(answer)s to go on: ") % {"question": question, "answer": answer}).strip() != answer:
        raise CommandError(_("Nothing was changed."))
