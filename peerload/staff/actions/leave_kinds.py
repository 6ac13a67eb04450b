"""The list of kinds of leave of a service: begun, added to, renamed, put in another order."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from peerload.core.folding import same_name

from .. import rules
from ..models import LeaveKind, Member, Organisation
from .recording import Refused, history


class LeaveKindTaken(Refused):
    """The list has a kind of that name already."""

    field = "name"


def begin_leave_kinds(organisation: Organisation) -> list[LeaveKind]:
    """Give a new service the kinds that peerload comes with."""
    kinds = [
        LeaveKind(organisation=organisation, name=str(name), position=n)
        for n, name in enumerate(rules.LEAVE_KINDS, start=1)
    ]
    return LeaveKind.objects.bulk_create(kinds)


@transaction.atomic
def add_leave_kind(*, organisation: Organisation, by: Member, name: str) -> LeaveKind:
    """
    Add a kind at the end of a service's list.

    :raises LeaveKindTaken: if the list has that name already
    """
    kinds = _locked(organisation)
    _refuse_taken(name, kinds)
    with history(by):
        return LeaveKind.objects.create(organisation=organisation, name=name, position=len(kinds) + 1)


@transaction.atomic
def edit_leave_kind(
    *, organisation: Organisation, kind_id: int, by: Member, name: str, in_use: bool, position: int
) -> LeaveKind:
    """
    Rename a kind, offer it or not, and give it another place. Leave recorded before keeps the name it had.

    :param position: its place in the list; one after the end means the end
    :raises LeaveKindTaken: if another kind of the list has that name
    """
    kinds = _locked(organisation)
    kind = next(each for each in kinds if each.pk == kind_id)
    others = [each for each in kinds if each.pk != kind_id]
    if name != kind.name:
        _refuse_taken(name, others)
    kind.name, kind.in_use = name, in_use
    place = min(max(position, 1), len(kinds)) - 1
    with history(by):
        kind.save(update_fields=["name", "in_use"])
        for n, each in enumerate([*others[:place], kind, *others[place:]], start=1):
            if each.position != n:
                each.position = n
                each.save(update_fields=["position"])
    return kind


def _locked(organisation: Organisation) -> list[LeaveKind]:
    """Lock a service's row, so that its list changes once at a time, and return the list."""
    Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation.pk)
    return list(LeaveKind.objects.filter(organisation=organisation))


def _refuse_taken(name: str, others: Iterable[LeaveKind]) -> None:
    if there := same_name(name, [each.name for each in others]):
        raise LeaveKindTaken(_("There is a kind “%(there)s” already. Choose another name.") % {"there": there})
