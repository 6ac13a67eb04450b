"""Two records that may be one person's."""

from collections import defaultdict

from django.urls import reverse
from django.utils.translation import gettext as _

from peerload.core import clock
from peerload.notices.kinds import FirstPageLine, Reader, keys_of
from peerload.notices.models import Notice
from peerload.staff.queries import leader_keys

from ..duplicates import queries as duplicates
from ..models import PossibleDuplicate
from .lines import seen_by


def still_asked(notices: list[Notice]) -> set[int]:
    """Return the notices about pairs that the recipient still has to decide."""
    undecided = PossibleDuplicate.objects.filter(pk__in=keys_of(notices)).undecided()
    pairs = {pair.pk: pair for pair in undecided.select_related("older__team", "newer__team")}
    teams = {team.pk for pair in pairs.values() for team in (pair.older.team, pair.newer.team) if team}
    led = defaultdict(set)
    for team, leaders in leader_keys(teams, clock.today(notices[0].organisation)).items() if teams else ():
        for leader in leaders.in_order:
            led[leader].add(team)
    seen = {
        notice.pk: duplicates.as_seen(pairs[key], led[notice.recipient_id]) if (key := notice.key) in pairs else None
        for notice in notices
    }
    return {pk for pk, doubt in seen.items() if doubt and not doubt.answered}


def possible_duplicates(notices: list[Notice], reader: Reader) -> list[FirstPageLine]:
    """Return lines about the reader's record of two that may be one person's, with a link to the two side by side."""
    pairs = PossibleDuplicate.objects.filter(pk__in=keys_of(notices)).select_related("older", "newer").order_by("pk")
    seen = set(
        seen_by(reader, {key for pair in pairs for key in (pair.older_id, pair.newer_id)}).values_list("pk", flat=True)
    )
    return [
        FirstPageLine(
            mine[0].name,
            reverse("possible_duplicate", args=[pair.uid]),
            _("May be in another team too. Say whether it is the same person"),
            "people",
        )
        for pair in pairs
        if (mine := [each for each in (pair.older, pair.newer) if each.pk in seen])
    ]
