"""What was done in a manager's or deputy's teams while they were away: one list of what was decided, and who decided it."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple

from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from caseload.models import Allocation, Client, CloseDecision, Cover, PleaseDont, Referral, TemporaryMove, TierPeriod
from peerload.audit import actions as audit
from peerload.core import dates
from peerload.core.formats import format_day, format_month, format_number
from peerload.core.periods import lasts_half_open
from peerload.staff import access
from peerload.staff.models import Absence, ActingManager, Leaving, Member, Team
from peerload.staff.queries import RECENT, leader_keys, workers_led_by
from peerload.staff.roles import Capability
from peerload.ui.templatetags.ui import tier_words
from wellbeing.models import TimePlan
from workload.enums import Side
from workload.models import Agreement, MonthlyRecord, TeamReport


class Done(NamedTuple):
    """One thing that was decided: on which day, who decided it, about what, and where it stands now."""

    on: date
    by: str
    label: str
    url: str
    words: str


class Meanwhile(NamedTuple):
    """The days on which a member was away, as far as they have come, and who led their teams on them."""

    member: Member
    teams: Collection[int]
    first: date
    last: date
    others: Collection[int]  # who led these teams on one of the days, except the member


def last_absence(member: Member, on: date) -> Absence | None:
    """Return the absence a member is on, or the last one they came back from within eight weeks."""
    begun = Absence.objects.filter(lasts_half_open(on - RECENT), worker=member, starts_on__lte=on)
    return begun.order_by("starts_on").last()


def meanwhile(member: Member, absence: Absence, on: date) -> Meanwhile:
    """Return the days and the members that the list is about."""
    teams = list(Team.objects.named_to(member.pk).values_list("pk", flat=True))
    last = min(on, absence.ends_before - dates.DAY) if absence.ends_before else on
    acted = ActingManager.objects.filter(absence=absence, starts_on__lte=last).values_list("member", flat=True)
    led = {key for leaders in leader_keys(teams, on).values() for key in leaders.in_order}
    return Meanwhile(member, teams, absence.starts_on, last, (led | set(acted)) - {member.pk})


def done_in(asked: Meanwhile, on: date) -> list[Done]:
    """Return what was decided on those days, the latest first; each kind is one statement."""
    if not asked.teams:
        return []
    found = [each for kind in KINDS for each in kind(asked, on)]
    return sorted(found, key=lambda each: (each.on, each.label), reverse=True)


# Who leads ------------------------------------------------------------------------------------------------------------


def _acting(asked: Meanwhile, on: date) -> Iterator[Done]:
    rows = ActingManager.objects.filter(absence__worker=asked.member, starts_on__range=(asked.first, asked.last))
    for each in rows.select_related("team", "member", "by"):
        words = _("%(name)s acts in your place") % {"name": each.member.name}
        yield Done(each.starts_on, each.by.name, each.team.name, f"{reverse('team')}?team={each.team_id}", words)


# People ---------------------------------------------------------------------------------------------------------------


def _of_people(rows: QuerySet, asked: Meanwhile, day: str, by: str, person: str = "client") -> QuerySet:
    """Return the rows about people of the teams that one of the others wrote on those days."""
    theirs = {
        f"{person}__team__in": asked.teams,
        f"{by}__in": asked.others,
        f"{day}__range": (asked.first, asked.last),
    }
    return rows.filter(**theirs).select_related(person, by)


def _allocations(asked: Meanwhile, on: date) -> Iterator[Done]:
    rows = _of_people(Allocation.objects.all(), asked, "starts_on", "by").select_related("worker")
    for each in rows:
        words = _("Is with %(worker)s") % {"worker": each.worker.name}
        yield _about(each.client, each.starts_on, each.by, words)


def _support(asked: Meanwhile, on: date) -> Iterator[Done]:
    for each in _of_people(TierPeriod.objects.all(), asked, "starts_on", "by"):
        yield _about(each.client, each.starts_on, each.by, _("Support: %(tier)s") % {"tier": tier_words(each.tier)})


def _closing(asked: Meanwhile, on: date) -> Iterator[Done]:
    rows = _of_people(CloseDecision.objects.all(), asked, "decided_on", "by", "allocation__client")
    for each in rows:
        yield _about(each.allocation.client, each.decided_on, each.by, _("It was decided to close"))


def _choices(asked: Meanwhile, on: date) -> Iterator[Done]:
    for each in _of_people(PleaseDont.objects.all(), asked, "agreed_on", "agreed_by"):
        yield _about(each.client, each.agreed_on, each.agreed_by, _("Is not contacted, as they asked"))


def _waiting(asked: Meanwhile, on: date) -> Iterator[Done]:
    for each in _of_people(Referral.objects.all(), asked, "referred_on", "by"):
        yield _about(each.client, each.referred_on, each.by, _("Waits for a worker"))


def _returns(asked: Meanwhile, on: date) -> Iterator[Done]:
    rows = _of_people(TemporaryMove.objects.all(), asked, "settled_on", "settled_by").select_related("back_to")
    for each in rows:
        words = _("The return to %(worker)s was decided") % {"worker": each.back_to.name}
        yield _about(each.client, each.settled_on, each.settled_by, words)


def _about(person: Client, on: date, by: Member, words: str) -> Done:
    return Done(on, by.name, person.name, person.get_absolute_url(), words)


def _cover(asked: Meanwhile, on: date) -> Iterator[Done]:
    """Count the people of an absent worker who were covered by a choice of one of the others."""
    rows = Cover.objects.filter(
        client__team__in=asked.teams, by__in=asked.others, starts_on__range=(asked.first, asked.last)
    )
    columns = ("starts_on", "by__name", "absence__worker__name", "absence", "worker__name")
    for day, by, absent, absence, worker in (
        rows.values_list(*columns).annotate(people=Count("pk")).order_by(*columns).values_list(*columns)
    ):
        words = _("%(worker)s covers") % {"worker": worker}
        yield Done(day, by, absent, reverse("away", args=[absence]), words)


# Months, plans, staff -------------------------------------------------------------------------------------------------


def _agreements(asked: Meanwhile, on: date) -> Iterator[Done]:
    rows = Agreement.objects.filter(record__team__in=asked.teams, side=Side.MANAGER).exclude(member=asked.member)
    rows = rows.filter(at__date__range=(asked.first, asked.last)).select_related("member", "record__worker")
    for each in rows:
        words = _("Record agreed to at %(total)s points") % {"total": format_number(each.total)}
        yield Done(each.at.date(), each.member.name, *_of_record(each.record), words)


def _completed(asked: Meanwhile, on: date) -> Iterator[Done]:
    rows = MonthlyRecord.objects.filter(team__in=asked.teams, completed_by__in=asked.others)
    for each in rows.filter(completed_on__range=(asked.first, asked.last)).select_related("completed_by", "worker"):
        if each.completed_by_id != each.worker_id:
            words = _("Record completed for the worker, who was away")
            yield Done(each.completed_on, each.completed_by.name, *_of_record(each), words)


def _of_record(record: MonthlyRecord) -> tuple[str, str]:
    label = _("%(worker)s, %(month)s") % {"worker": record.worker.name, "month": format_month(record.month)}
    return label, reverse("record", args=[record.worker.uid, f"{record.month:%Y-%m}"])


def _reports(asked: Meanwhile, on: date) -> Iterator[Done]:
    rows = TeamReport.objects.filter(team__in=asked.teams, sent_on__range=(asked.first, asked.last))
    for each in rows.exclude(sent_by=asked.member).select_related("team", "sent_by"):
        url = f"{reverse('team_month')}?team={each.team_id}&month={each.month:%Y-%m}"
        words = _("Report of %(month)s sent") % {"month": format_month(each.month)}
        yield Done(each.sent_on, each.sent_by.name, each.team.name, url, words)


def _plans(asked: Meanwhile, on: date) -> Iterator[Done]:
    workers = workers_led_by(asked.member, on).order_by().values("pk")
    rows = TimePlan.objects.filter(worker__in=workers, agreed_on__range=(asked.first, asked.last))
    for each in rows.exclude(agreed_by=asked.member).exclude(agreed_by=None).select_related("worker", "agreed_by"):
        words = _("Time plan agreed to")
        yield Done(each.agreed_on, each.agreed_by.name, each.worker.name, reverse("plan", args=[each.uid]), words)


def _leavings(asked: Meanwhile, on: date) -> Iterator[Done]:
    workers = workers_led_by(asked.member, on).order_by().values("pk")
    rows = Leaving.objects.filter(member__in=workers, notice_on__range=(asked.first, asked.last))
    for each in rows.exclude(by=asked.member).filter(withdrawn_on=None).select_related("member", "by"):
        words = _("Leaves. The last day is %(day)s") % {"day": format_day(each.last_day)}
        url = reverse("leaving", args=[each.member.uid])
        yield Done(each.notice_on, each.by.name, each.member.name, url, words)


KINDS = (
    _acting,
    _allocations,
    _support,
    _closing,
    _choices,
    _waiting,
    _returns,
    _cover,
    _agreements,
    _completed,
    _reports,
    _plans,
    _leavings,
)


# The page -------------------------------------------------------------------------------------------------------------


@access.requires(Capability.LEAD_TEAM)
@require_GET
def while_away(request: access.MemberRequest) -> HttpResponse:
    """Show what was decided in the reader's teams while they were away, and who decided it."""
    absence = last_absence(request.member, request.on)
    asked = meanwhile(request.member, absence, request.on) if absence else None
    found = done_in(asked, request.on) if asked else []
    if found:
        audit.listed(request, "meanwhile", len(found))
    return render(
        request, "home/while_away.html", {"on": request.on, "absence": absence, "asked": asked, "done": found}
    )
