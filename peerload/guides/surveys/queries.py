"""Which surveys a member may answer, and which results they may read. Every function takes the day."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery

from peerload.core.sealing import Unreadable, unseal
from peerload.guides.rules import SurveyContent
from peerload.staff.models import Member, Organisation, Post, Team
from peerload.staff.queries import working_in
from peerload.staff.roles import ROLES, Capability

from . import rules
from .models import SurveyAsked, SurveyBox, SurveyResult, SurveyRound, SurveyRoundQuerySet
from .rules import RoundState

OPENS = (Capability.LOOK_AFTER_SERVICE, Capability.SEE_TOTALS)  # who opens and closes rounds
READS_ALL_TOGETHER = [role for role, may in ROLES.items() if may & set(OPENS)]


# Rounds ---------------------------------------------------------------------------------------------------------------


def rounds() -> SurveyRoundQuerySet:
    """Return rounds with what their pages name, the latest first."""
    found = SurveyRound.objects.select_related("edition__template", "team", "opened_by", "organisation")
    return found.order_by("-opens_on", "-pk")


def state(found: SurveyRound, on: date) -> RoundState:
    """Return where a round stands on a day."""
    return rules.state(
        begun=found.asked is not None,
        opens_on=found.opens_on,
        closes_on=found.closes_on,
        closed_on=found.closed_on,
        on=on,
    )


def members_to_ask(organisation: Organisation, team: Team | None, on: date) -> list[tuple[int, int | None]]:
    """
    Return who is asked in a round that opens on a day, each with their team: the members who can sign in then.

    The workers of one team without who manages it; or everyone in the service.
    """
    posts = Post.objects.written_for(on).filter(worker=OuterRef("pk"), team__isnull=False)
    found = working_in(team.pk, on) if team else Member.objects.filter(organisation=organisation)
    found = found.filter(active=True, user__is_active=True)
    rows = found.order_by("pk").values_list("pk", Subquery(posts.values("team")[:1]), "home_team")
    return [(pk, post_team or home_team) for pk, post_team, home_team in rows]


def overlapping(organisation: Organisation, team: Team | None, content: SurveyContent) -> list[SurveyRound]:
    """Return the rounds that asked, or are to ask, some of the same people some of the same statements (R187)."""
    found = rounds().filter(organisation=organisation)
    if team:
        found = found.filter(Q(team=team) | Q(team=None))
    return [each for each in found if rules.shares_statements(each.content, content)]


def has_result(found: SurveyRound) -> bool:
    """Return whether a round showed, or may still show, anything."""
    return found.closed_on is None or found.results.exists()


# Answering ------------------------------------------------------------------------------------------------------------


def asked(member: Member, uid: UUID) -> SurveyAsked | None:
    """Return that a member is asked in a round that has begun, else None."""
    found = SurveyAsked.objects.select_related("round__edition__template", "round__team", "round__organisation")
    return found.filter(round__uid=uid, member=member).first()


def box_of(found: SurveyRound) -> rules.BoxContent | None:
    """Return what is in the box of an open round; None where no key opens it, or it is closed."""
    box = SurveyBox.objects.filter(round=found).first()
    try:
        return rules.unpack(unseal(box.sealed, owner=found.uid)) if box else None
    except Unreadable:
        return None


def has_answered(found: SurveyRound, member_id: int) -> bool:
    """Return whether a member has answered an open round; once it is closed no one can tell."""
    box = box_of(found)
    return box is not None and member_id in box.answered


class AskedRound(NamedTuple):
    """An open round that asks a member, and whether they have answered."""

    round: SurveyRound
    answered: bool


def open_for(member: Member, on: date) -> list[AskedRound]:
    """Return the open rounds that ask a member, the one that closes first in front."""
    found = rounds().filter(asked_members__member=member, closed_on=None).order_by("closes_on", "pk")
    return [AskedRound(each, has_answered(each, member.pk)) for each in found if state(each, on) == RoundState.OPEN]


def answered_so_far(found: SurveyRound) -> int | None:
    """Return how many have answered a round, for who opened it; None where the box cannot be opened."""
    if found.answered is not None:
        return found.answered
    box = box_of(found)
    return len(box.answered) if box else None


# Results --------------------------------------------------------------------------------------------------------------


class ReadableResult(NamedTuple):
    """A closed round whose result a member may read, of all together or of one team; ``answered`` is None where none is shown."""

    round: SurveyRound
    team: Team | None
    answered: int | None


def readable(member: Member, on: date) -> list[ReadableResult]:
    """
    Return the results that a member may read, the latest first (R186).

    All together: everyone who was asked; of the whole service also service managers and admins. A team: those who were
    asked in it, and who leads it on the day.
    """
    led = set(Team.objects.led_by(member, on).values_list("pk", flat=True))
    mine = dict(SurveyAsked.objects.filter(member=member).values_list("round", "team"))
    found = rounds().closed().filter(organisation=member.organisation_id).prefetch_related("results__team")
    return [row for each in found for row in _readable_of(each, member, mine, led)]


def _readable_of(
    found: SurveyRound, member: Member, mine: dict[int, int | None], led: set[int]
) -> Iterable[ReadableResult]:
    whole = next((result for result in found.results.all() if result.team_id is None), None)
    reads_whole = found.team_id is None and member.role in READS_ALL_TOGETHER
    if found.pk in mine or reads_whole or found.team_id in led:
        yield ReadableResult(found, found.team, whole.answered if whole else None)
    if found.team_id is None:
        for result in sorted(found.results.all(), key=lambda each: each.team_id or 0):
            if result.team_id and (result.team_id in led or mine.get(found.pk) == result.team_id):
                yield ReadableResult(found, result.team, result.answered)


class ReadResult(NamedTuple):
    """A result as its page shows it; ``before`` is the round before, where it has one."""

    round: SurveyRound
    team: Team | None
    answered: int
    statements: list[rules.StatementResult]
    before: SurveyRound | None


def result_of(found: SurveyRound, team: Team | None) -> ReadResult | None:
    """Return the result of a round, of all together or of a part that is one team; None where none is shown."""
    part = team if found.team_id is None else None
    result = SurveyResult.objects.filter(round=found, team=part).first()
    if result is None:
        return None
    earlier = _before(found, team)
    pair = (earlier.round, (earlier.round.content, _counts(earlier))) if earlier else None
    statements = rules.distribution(found.content, _counts(result), pair[1] if pair else None)
    return ReadResult(found, team, result.answered, statements, pair[0] if pair else None)


def _before(found: SurveyRound, team: Team | None) -> SurveyResult | None:
    """Return the result of the same survey about the same group in the round before."""
    same = SurveyResult.objects.filter(
        round__edition__template=found.edition.template_id, round__closed_on__isnull=False
    ).exclude(round=found)
    same = same.filter(Q(round__opens_on__lt=found.opens_on) | Q(round__opens_on=found.opens_on, round__lt=found.pk))
    of_group = Q(team=team) | Q(round__team=team, team=None) if team else Q(round__team=None, team=None)
    rows = same.filter(of_group).select_related("round__edition__template")
    return rows.order_by("-round__opens_on", "-round").first()


def _counts(result: SurveyResult) -> rules.Counts:
    return {key: tuple(numbers) for key, numbers in result.counts.items()}


# The timetable --------------------------------------------------------------------------------------------------------


def due_again(organisation: Organisation, on: date) -> list[tuple[SurveyRound, date]]:
    """Return the closed rounds whose survey may be asked again since a day, and was not; with that day."""
    latest: dict[tuple[int, int | None], SurveyRound] = {}
    for each in rounds().filter(organisation=organisation).order_by("opens_on", "pk"):
        latest[each.edition.template_id, each.team_id] = each
    found = [(each, rules.next_round_from(each.opens_on)) for each in latest.values() if each.closed_on]
    return [(each, day) for each, day in found if day <= on]
