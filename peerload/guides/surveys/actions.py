"""
Surveys: opened, answered, closed, withdrawn.

Answering and closing lock the box first, so an answer is in the result or is refused. An answer writes one row, the box,
and nothing else: no history, no audit, no copy of the form.
"""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from peerload.core.formats import format_day
from peerload.core.sealing import Unreadable, seal, unseal
from peerload.guides import actions as guides
from peerload.guides import queries as guide_queries
from peerload.guides.rules import SurveyContent
from peerload.notices import actions as notices_actions
from peerload.staff.actions import Refused, history
from peerload.staff.models import Member, Organisation, Team
from peerload.staff.queries import members_leading

from . import notices, queries, rules
from .models import SurveyAsked, SurveyBox, SurveyResult, SurveyRound
from .rules import RoundState


class SurveyNotOffered(Refused):
    """The survey is not offered any more."""

    field = "code"


class OpensInPast(Refused):
    """A survey opens today or later."""

    field = "opens_on"


class ClosesWrongly(Refused):
    """A survey is open for eight weeks at most, and closes after it opens."""

    field = "closes_on"


class AskedThisYear(Refused):
    """The same people are asked the same statements once a year at most, so that no two results are compared person by person."""

    field = "code"


class TooFewToAsk(Refused):
    """With fewer than five people asked, nothing could ever be shown."""

    field = "team"


class SurveyClosed(Refused):
    """The survey is closed; nothing is kept."""


class AnsweredAlready(Refused):
    """Each member answers once."""


class BoxUnreadable(Refused):
    """No private key opens the box, so nothing can be added to it or counted."""


# Opening --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def open_round(
    *,
    code: str,
    organisation: Organisation,
    team: Team | None,
    opens_on: date,
    closes_on: date,
    by: Member,
    today: date,
) -> SurveyRound:
    """
    Open a survey, or plan it for a later day; who is asked is settled on the day it opens.

    :param team: whose workers are asked, None for everyone in the service
    :raises SurveyNotOffered: if the survey is not offered any more
    :raises OpensInPast: if the first day is over
    :raises ClosesWrongly: if the last day is before the first, or more than eight weeks after it
    :raises TooFewToAsk: if fewer than five would be asked
    :raises AskedThisYear: if some of them are asked some of the statements within a year
    """
    organisation = guides.lock_service(organisation.pk)
    offered = guide_queries.offer(organisation, code, SurveyContent)
    if offered is None:
        raise SurveyNotOffered(_("This survey is not offered any more. Choose another one."))
    _refuse_days(opens_on, closes_on, today)
    if len(queries.members_to_ask(organisation, team, today)) < rules.SMALLEST:
        raise TooFewToAsk(_("Fewer than five people would be asked, so no result could be shown. Ask a larger group."))
    _refuse_within_a_year(organisation, team, offered.content, opens_on)
    with history(by):
        found = SurveyRound.objects.create(
            organisation=organisation,
            edition=guides.edition_of(organisation, offered, today),
            team=team,
            opens_on=opens_on,
            closes_on=closes_on,
            opened_by=by,
        )
        if opens_on <= today:
            _begin(found, today)
    return found


def _refuse_days(opens_on: date, closes_on: date, today: date) -> None:
    """
    Refuse days on which a survey cannot be open.

    :raises OpensInPast: if the first day is over
    :raises ClosesWrongly: if the last day is before the first, or more than eight weeks after it
    """
    if opens_on < today:
        raise OpensInPast(_("Choose today or a later day."))
    if not opens_on <= closes_on <= opens_on + rules.LONGEST:
        raise ClosesWrongly(_("Choose a day after it opens, eight weeks later at most."))


def _refuse_within_a_year(
    organisation: Organisation, team: Team | None, content: SurveyContent, opens_on: date
) -> None:
    """
    Refuse statements that some of the people are asked within a year before or after; a round that showed nothing is no bar.

    :raises AskedThisYear: if there is such a round
    """
    for other in queries.overlapping(organisation, team, content):
        first = rules.next_round_from(other.opens_on)
        if queries.has_result(other) and opens_on < first and other.opens_on < rules.next_round_from(opens_on):
            words = _("Some of these people were asked this on %(day)s. Ask again from %(first)s on.")
            raise AskedThisYear(words % {"day": format_day(other.opens_on), "first": format_day(first)})


def _begin(found: SurveyRound, on: date) -> None:
    """Settle who is asked, put up the empty box, and tell everyone who is asked."""
    asked = queries.members_to_ask(found.organisation, found.team, on)
    rows = [SurveyAsked(round=found, member_id=member, team_id=found.team_id or team) for member, team in asked]
    SurveyAsked.objects.bulk_create(rows)
    box = rules.empty_box({_part(found, team) for __, team in asked}, found.content)
    SurveyBox.objects.create(round=found, sealed=_sealed(found, box, [member for member, __ in asked]))
    found.asked = len(asked)
    found.save()
    members = list(Member.objects.filter(pk__in=[member for member, __ in asked]))
    subject = notices.of_round(found.pk)
    notices_actions.notify(recipients=members, kind=notices.OPEN, subject=subject, anchor_on=found.opens_on)


def _part(found: SurveyRound, team_id: int | None) -> int:
    """Return the group somebody's answers are counted in; a round of one team has no parts."""
    return rules.NO_TEAM if found.team_id else team_id or rules.NO_TEAM


def _sealed(found: SurveyRound, box: rules.BoxContent, asked: list[int]) -> bytes:
    return seal(rules.pack(box, asked), owner=found.uid)


# Answering ------------------------------------------------------------------------------------------------------------


def _locked_box(found: SurveyRound) -> SurveyBox:
    """
    Lock the box of an open round.

    :raises SurveyClosed: if it is closed or withdrawn
    """
    box = SurveyBox.objects.select_for_update(of=("self",)).filter(round=found.pk).first()
    if box is None:
        raise SurveyClosed(_("This survey has closed while you were answering. Nothing of your answers was kept."))
    return box


def _opened(found: SurveyRound, box: SurveyBox) -> rules.BoxContent:
    try:
        return rules.unpack(unseal(box.sealed, owner=found.uid))
    except Unreadable:
        raise BoxUnreadable(
            _("Answers cannot be taken now: the key of the service is missing. Nothing was kept. Tell your admin.")
        ) from None


@transaction.atomic
def answer(*, asked: SurveyAsked, answers: Mapping[str, str], today: date) -> None:
    """
    Add a member's answers to the counts; who has answered and the counts are sealed again together.

    :param answers: the code of an answer to every statement, by its key
    :raises SurveyClosed: if the round is closed or withdrawn, or its last day is over
    :raises AnsweredAlready: if the member has answered
    :raises BoxUnreadable: if no private key opens the box
    """
    found = asked.round
    box = _locked_box(found)
    if queries.state(found, today) != RoundState.OPEN:
        raise SurveyClosed(_("This survey has closed while you were answering. Nothing of your answers was kept."))
    content = _opened(found, box)
    if asked.member_id in content.answered:
        raise AnsweredAlready(_("You have answered this survey already. Nothing was changed."))
    part = _part(found, asked.team_id)
    added = rules.add(content, member=asked.member_id, part=part, answers=answers, content=found.content)
    members = list(SurveyAsked.objects.filter(round=found).values_list("member", flat=True))
    SurveyBox.objects.filter(pk=box.pk).update(sealed=_sealed(found, added, members))


# Closing --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def close(*, found: SurveyRound, by: Member | None, today: date) -> SurveyRound:
    """
    Close a round: what may be shown is written once and for all, the box is deleted. Closed already, it stays as it is.

    :param by: None where its last day is over
    :raises BoxUnreadable: if no private key opens the box; it stays until one does
    :raises SurveyRound.DoesNotExist: if it is withdrawn, or has not begun
    """
    box = SurveyBox.objects.select_for_update(of=("self",)).filter(round=found.pk).first()
    found = queries.rounds().select_for_update(of=("self",)).begun().get(pk=found.pk)
    if box is None:
        return found
    content = _opened(found, box)
    shown = rules.results(content)
    SurveyResult.objects.bulk_create(
        SurveyResult(round=found, team_id=team, answered=part.answered, counts=part.counts)
        for team, part in shown.items()
    )
    box.delete()
    found.closed_on, found.answered = today, len(content.answered)
    with history(by):
        found.save()
    if shown:
        told = _who_reads(found, [team for team in shown if team], today)
        subject = notices.of_round(found.pk)
        notices_actions.notify(recipients=told, kind=notices.RESULT, subject=subject, anchor_on=today)
    return found


def _who_reads(found: SurveyRound, teams: list[int], on: date) -> list[Member]:
    """Return who may read something of a result: everyone who was asked, and who leads a team that is shown."""
    asked = {member.pk: member for member in Member.objects.active().filter(pk__in=_asked_keys(found))}
    shown = [found.team_id] if found.team_id else teams
    leaders = {leader.pk: leader for each in members_leading(shown, on).values() for leader in each}
    return [*asked.values(), *(leader for key, leader in leaders.items() if key not in asked)]


def _asked_keys(found: SurveyRound) -> list[int]:
    return list(SurveyAsked.objects.filter(round=found).order_by("member").values_list("member", flat=True))


@transaction.atomic
def withdraw(*, found: SurveyRound, by: Member) -> None:
    """
    Remove a round that is planned or open, with everything that was answered.

    :raises SurveyClosed: if it is closed: its result is there for everyone who was asked
    """
    SurveyBox.objects.select_for_update(of=("self",)).filter(round=found.pk).first()
    current = SurveyRound.objects.select_for_update(of=("self",)).filter(pk=found.pk).first()
    if current is None:
        return
    if current.closed_on:
        raise SurveyClosed(_("It is closed. Everyone who was asked can read its result."))
    SurveyBox.objects.filter(round=current).delete()
    SurveyAsked.objects.filter(round=current).delete()
    with history(by):
        current.delete()


# The timetable --------------------------------------------------------------------------------------------------------


def sweep(organisation: Organisation, on: date) -> int:
    """Open rounds whose day has come, close those whose last day is over, and remind; return how many notices are new."""
    mine = queries.rounds().filter(organisation=organisation)
    for found in mine.filter(asked=None, opens_on__lte=on).order_by("pk"):
        _begin(found, on)
    for found in mine.begun().filter(closed_on=None, closes_on__lt=on).order_by("pk"):
        try:
            close(found=found, by=None, today=on)
        except BoxUnreadable:
            continue  # the pages say so; it is counted once the key is there
    lines = [
        notices_actions.NewNotice(member, notices.CLOSING, notices.of_round(found.pk), found.closes_on)
        for found in mine.begun().filter(closed_on=None).order_by("pk")
        if rules.closes_soon(found.closes_on, found.opens_on, on)
        for member in _asked_keys(found)
    ]
    lines += [
        notices_actions.NewNotice(found.opened_by_id, notices.AGAIN, notices.of_round(found.pk), day)
        for found, day in queries.due_again(organisation, on)
    ]
    return notices_actions.notify_each(organisation.pk, lines) if lines else 0
