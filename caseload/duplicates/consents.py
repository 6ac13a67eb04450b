"""Consents of two records that are merged: what one record says was withdrawn does not hold by the other."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from peerload.core.folding import fold_name

from ..models import Client, Consent
from . import rules


def withdraw_what_the_other_did(one: Client, other: Client) -> dict[str, str]:
    """
    Withdraw each record's consents that the other record says were withdrawn (R130); return the days by primary key.

    They are withdrawn by the member who wrote the withdrawal down; the history names who merged the records.
    """
    found = list(Consent.objects.filter(client__in=[one, other]).order_by("pk"))
    withdrawals: dict[tuple[int, str], list[Consent]] = defaultdict(list)
    for each in found:
        if each.withdrawn_on:
            withdrawals[each.client_id, fold_name(each.name)].append(each)
    days = {}
    for each in found:
        elsewhere = other.pk if each.client_id == one.pk else one.pk
        ended = {row.withdrawn_on: row.withdrawn_by for row in withdrawals.get((elsewhere, fold_name(each.name)), ())}
        day = None if each.withdrawn_on else rules.withdrawn_elsewhere(each.consented_on, filter(None, ended))
        if day:
            each.withdrawn_on, each.withdrawn_by = day, ended[day]
            each.save(update_fields=["withdrawn_on", "withdrawn_by"])
            days[str(each.pk)] = day.isoformat()
    return days


def let_hold_again(days: dict[str, str], people: Iterable[int]) -> None:
    """Take back the withdrawals that a merge made; what was written about a consent since stays."""
    for key, day in days.items():
        theirs = Consent.objects.filter(pk=int(key), client__in=people, withdrawn_on=date.fromisoformat(day))
        theirs.update(withdrawn_on=None, withdrawn_by=None)
