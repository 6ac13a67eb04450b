"""Whether what a notice about points, the scheme or a month says is still true."""

from collections.abc import Mapping

from django.db.models import Q

from peerload.core import clock
from peerload.notices.models import Notice
from peerload.staff.models import Member, Organisation, Post
from peerload.staff.queries import acted_until, leader_keys

from .. import queries
from ..enums import RecordStatus, Side
from ..models import (
    KEPT,
    Assumption,
    MonthlyRecord,
    MonthlyRecordQuerySet,
    RemedialAction,
    ReportQuestion,
    Scheme,
)
from ..notice_subjects import key_of, month_of


def always(notices: list[Notice]) -> set[int]:
    """Return all notices: a finding, or a report that was sent, stays true."""
    return {notice.pk for notice in notices}


def still_to_submit(notices: list[Notice]) -> set[int]:
    """Return the notices about months whose record waits for the worker: none, or a draft."""
    about = {notice.pk: month_of(notice) for notice in notices}
    done = queries.months_submitted(*map(set, zip(*about.values(), strict=True)))
    return {pk for pk, whose in about.items() if whose not in done}


def still_asked(notices: list[Notice]) -> set[int]:
    """Return the notices about months whose record waits for the worker to submit it, or to agree to it."""
    about = {notice.pk: month_of(notice) for notice in notices}
    workers, months = map(set, zip(*about.values(), strict=True))
    records = MonthlyRecord.objects.filter(worker__in=workers, month__in=months)
    done = records.filter(Q(status__in=KEPT) | Q(agreements__side=Side.WORKER))
    done = set(done.values_list("worker_id", "month"))
    return {pk for pk, whose in about.items() if whose not in done}


def still_away(notices: list[Notice]) -> set[int]:
    """Return the notices about months whose record waits for a worker who is away today, or cannot sign in."""
    waiting = still_to_submit(notices)
    workers = {month_of(notice)[0] for notice in notices}
    on = clock.today(notices[0].organisation)
    at_work = set(Member.objects.at_work(on).filter(pk__in=workers).values_list("pk", flat=True))
    true = {notice.pk for notice in notices if notice.pk in waiting and month_of(notice)[0] not in at_work}
    teams = dict(Member.objects.filter(pk__in=workers).values_list("pk", "home_team"))
    posts = Post.objects.written_for(on).filter(worker__in=workers, team__isnull=False)
    teams |= dict(posts.values_list("worker", "team"))
    return _of_leaders(true, notices, {notice.pk: teams.get(month_of(notice)[0]) for notice in notices})


def still_to_send(notices: list[Notice]) -> set[int]:
    """Return the notices about months whose report the team has not sent."""
    about = {notice.pk: month_of(notice) for notice in notices}
    sent = queries.months_reported(*map(set, zip(*about.values(), strict=True)))
    true = {pk for pk, whose in about.items() if whose not in sent}
    return _of_leaders(true, notices, {pk: team for pk, (team, __) in about.items()})


def _of_leaders(true: set[int], notices: list[Notice], teams: Mapping[int, int | None]) -> set[int]:
    """
    Leave out the notices to members who acted in a team and do not lead it any more.

    :param teams: by primary key of the notice
    """
    ended = acted_until({notice.recipient_id for notice in notices}, clock.today(notices[0].organisation))
    return true - {notice.pk for notice in notices if (notice.recipient_id, teams.get(notice.pk)) in ended}


def still_draft(notices: list[Notice]) -> set[int]:
    """Return the notices about records that are drafts."""
    return _about(notices, MonthlyRecord.objects.filter(status=RecordStatus.DRAFT))


def still_not_agreed(notices: list[Notice]) -> set[int]:
    """Return the notices about records not agreed or decided yet; a report that was sent does not change that (R42)."""
    true = _about(notices, MonthlyRecord.objects.filter(status=RecordStatus.NOT_AGREED, decided_by=None))
    return _of_leaders(true, notices, _teams_of_records(notices))


def still_decided(notices: list[Notice]) -> set[int]:
    """Return the notices about records whose decision is still in force: no fact has opened the record since."""
    true = _about(notices, MonthlyRecord.objects.filter(decided_by__isnull=False))
    return _of_leaders(true, notices, _teams_of_records(notices))


def still_settled(notices: list[Notice]) -> set[int]:
    """Return the notices about records whose worker has answered what was assumed, to those who lead the team."""
    return _of_leaders(always(notices), notices, _teams_of_records(notices))


def _teams_of_records(notices: list[Notice]) -> dict[int, int | None]:
    """Return the team of the record that each notice is about, by primary key of the notice."""
    about = {notice.pk: key_of(notice) for notice in notices}
    teams = dict(MonthlyRecord.objects.filter(pk__in=about.values()).values_list("pk", "team"))
    return {pk: teams.get(record) for pk, record in about.items()}


def still_yours_to_decide(notices: list[Notice]) -> set[int]:
    """Return the notices whose record still waits for the recipient: asked, or able to while the one asked is away."""
    records = set(map(key_of, notices))
    asked = MonthlyRecord.objects.filter(pk__in=records).exclude(status__in=KEPT)
    asked = asked.exclude(agreements__side=Side.MANAGER)
    asked = list(asked.filter(other_manager__isnull=False))
    deciding = {record.pk: {record.other_manager_id} for record in asked}
    for pk, instead in queries.in_place_of_asked(asked, clock.today(notices[0].organisation)).items():
        deciding[pk] |= instead
    return {notice.pk for notice in notices if notice.recipient_id in deciding.get(key_of(notice), ())}


def _about(notices: list[Notice], records: MonthlyRecordQuerySet) -> set[int]:
    """Return the notices whose subject is one of these records."""
    about = {notice.pk: int(notice.subject.partition(":")[2]) for notice in notices}
    true = set(records.filter(pk__in=about.values()).values_list("pk", flat=True))
    return {pk for pk, record in about.items() if record in true}


def still_overdue(notices: list[Notice]) -> set[int]:
    """Return the notices about actions that are still not done, and still late enough for the service manager (R142)."""
    overdue = risen_actions(notices[0].organisation)
    return {notice.pk for notice in notices if key_of(notice) in overdue}


def risen_actions(organisation: Organisation) -> dict[int, RemedialAction]:
    return {each.pk: each for each in queries.risen_actions(organisation, clock.today(organisation))}


def still_to_answer(notices: list[Notice]) -> set[int]:
    """Return the notices about questions that wait for an answer, to members who lead the team today."""
    asked = dict(ReportQuestion.objects.open().filter(pk__in=map(key_of, notices)).values_list("pk", "report__team"))
    leaders = leader_keys(set(asked.values()), clock.today(notices[0].organisation)) if asked else {}
    return {
        notice.pk for notice in notices if (team := asked.get(key_of(notice))) and notice.recipient_id in leaders[team]
    }


def still_answered(notices: list[Notice]) -> set[int]:
    """Return the notices about questions that are answered; an import may be undone."""
    answered = ReportQuestion.objects.exclude(answered_by=None).filter(pk__in=map(key_of, notices))
    true = set(answered.values_list("pk", flat=True))
    return {notice.pk for notice in notices if key_of(notice) in true}


def still_to_settle(notices: list[Notice]) -> set[int]:
    """Return the notices about months whose worker has not said whether what was assumed holds (W23)."""
    about = {notice.pk: month_of(notice) for notice in notices}
    workers, months = map(set, zip(*about.values(), strict=True))
    waiting = Assumption.objects.filter(record__worker__in=workers, record__month__in=months, answer="")
    waiting = set(waiting.values_list("record__worker_id", "record__month"))
    return {pk for pk, whose in about.items() if whose in waiting}


def still_published(notices: list[Notice]) -> set[int]:
    """Return the notices about versions of the scheme that are published and start on the same day."""
    about = {notice.pk: (int(notice.subject.partition(":")[2]), notice.anchor_on) for notice in notices}
    schemes = Scheme.objects.published().filter(pk__in={scheme_id for scheme_id, __ in about.values()})
    true = set(schemes.values_list("pk", "starts_on"))
    return {pk for pk, subject in about.items() if subject in true}
