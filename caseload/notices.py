"""What people are owed about those they support, in words without names, and whether it is still true."""

from collections import defaultdict

from peerload import clock
from peerload.notices import kinds
from peerload.notices.actions import Owed
from peerload.notices.models import Notice
from peerload.staff.models import Absence

from .cover import queries as cover
from .cover.rules import Due
from .enums import AbsenceNews, ContactPreference, Duty, Finding, LeavingNews, News, ReminderKind, Tier, WaitingStage
from .leaving import queries as leaving
from .leaving.actions import lines_of_steps
from .merging import queries as merging
from .models import Allocation, Client, Cover, EnteredTwice, Leaving, Referral, TemporaryMove

ABSENCES = [
    (
        AbsenceNews.SERVICE_MANAGER,
        Duty.SERVICE_MANAGER,
        "absence takes more than eight weeks: talk with the service manager",
        "absences take more than eight weeks: talk with the service manager",
    ),
    (
        AbsenceNews.OVER_8_WEEKS,
        Duty.SERVICE_MANAGER,
        "unplanned absence takes more than eight weeks: a team manager is to talk with you",
        "unplanned absences take more than eight weeks: team managers are to talk with you",
    ),
    (
        AbsenceNews.LEAVER_STEPS,
        Duty.LEAVER_STEPS,
        "planned absence takes more than eight weeks: everybody is to have somebody before it",
        "planned absences take more than eight weeks: everybody is to have somebody before them",
    ),
    (
        AbsenceNews.COVER_PLAN,
        Duty.COVER_PLAN,
        "absence in your team has no plan who covers",
        "absences in your team have no plan who covers",
    ),
    (
        AbsenceNews.WEEKLY_REVIEW,
        Duty.WEEKLY_REVIEW,
        "weekly review while somebody is away is due",
        "weekly reviews while somebody is away are due",
    ),
]
DUTY_OF = {kind: duty for kind, duty, _, _ in ABSENCES}


def register() -> None:
    """Register the kinds, in the order a digest lists them."""
    kinds.register(
        Finding.STATUTORY,
        one="person with statutory status has no worker now",
        many="people with statutory status have no worker now",
        still_true=still_alone,
    )
    stages = [
        (
            ReminderKind.RAISED,
            "contact has been overdue for a week or more",
            "contacts have been overdue for a week or more",
        ),
        (ReminderKind.OVERDUE, "contact is overdue", "contacts are overdue"),
        (ReminderKind.DUE, "contact is due", "contacts are due"),
        (ReminderKind.SOON, "contact comes due within a week", "contacts come due within a week"),
    ]
    for stage, (kind, one, many) in enumerate(stages):
        kinds.register(kind, one=one, many=many, still_true=still_due, series="contact", stage=-stage)
    kinds.register(
        Finding.REVIEW,
        one="decision after 24 weeks of keeping in touch is waiting",
        many="decisions after 24 weeks of keeping in touch are waiting",
        still_true=still_for_review,
    )
    kinds.register(
        Finding.INACTIVATED,
        one="person is not in touch now after 24 weeks of keeping in touch; this can be undone",
        many="people are not in touch now after 24 weeks of keeping in touch; this can be undone",
        still_true=still_not_in_touch,
    )
    kinds.register(
        Finding.WINDOW,
        one="decision to close is past its closing window",
        many="decisions to close are past their closing window",
        still_true=still_open,
    )
    waiting = [
        (
            WaitingStage.RAISED,
            "person without a worker has waited a week or more past the day by which something was to be done",
            "people without a worker have waited a week or more past the day by which something was to be done",
        ),
        (
            WaitingStage.OVERDUE,
            "person without a worker has waited past the day by which something was to be done",
            "people without a worker have waited past the day by which something was to be done",
        ),
        (
            WaitingStage.DUE,
            "person without a worker waits for what is to be done by today",
            "people without a worker wait for what is to be done by today",
        ),
    ]
    for stage, (kind, one, many) in enumerate(waiting):
        kinds.register(kind, one=one, many=many, still_true=still_waiting, series="waiting", stage=-stage)
    kinds.register(
        News.WAITS_FOR,
        one="person waiting for a worker is yours to see to",
        many="people waiting for a worker are yours to see to",
        still_true=still_responsible,
        then=said_from_ahead,
    )
    kinds.register(
        News.WAITS_HERE,
        one="person who waits for a worker has come to your team",
        many="people who wait for a worker have come to your teams",
        still_true=still_waiting_here,
    )
    kinds.register(
        News.NEWLY_WITH,
        one="person is newly with you",
        many="people are newly with you",
        still_true=still_with,
        then=said_from,
    )
    kinds.register(
        News.ENTERED_TWICE,
        one="record of your team may be of somebody who was entered in another team too",
        many="records of your teams may be of people who were entered in another team too",
        still_true=still_asked,
    )
    kinds.register(
        News.MAY_RETURN,
        one="person may come back to their worker",
        many="people may come back to their workers",
        still_true=still_proposed,
    )
    kinds.register(
        News.COVERED,
        one="person is yours to see to while their worker is away",
        many="people are yours to see to while their worker is away",
        still_true=still_covered,
        then=said_from,
    )
    kinds.register(
        AbsenceNews.NO_DEPUTY,
        one="absence leaves people with nobody, and nobody here leads the team: have a deputy named",
        many="absences leave people with nobody, and nobody here leads the teams: have deputies named",
        still_true=still_without_leader,
    )
    for kind, _, one, many in ABSENCES:
        kinds.register(kind, one=one, many=many, still_true=still_to_do)
    kinds.register(
        LeavingNews.NOBODY,
        one="colleague is leaving and not everybody they support has somebody to go to",
        many="colleagues are leaving and not everybody they support has somebody to go to",
        still_true=still_with_nobody_to_go_to,
        then=said_last_day,
    )
    kinds.register(
        LeavingNews.NOTICE,
        one="colleague of your team is leaving",
        many="colleagues of your team are leaving",
        still_true=still_leaving,
        then=said_last_day,
    )
    kinds.register(
        LeavingNews.STEP_DUE,
        one="step before somebody leaves is due",
        many="steps before somebody leaves are due",
        still_true=still_a_step,
    )


def still_due(notices: list[Notice]) -> set[int]:
    """Return those whose six weeks still count from the same day, of people who may be contacted."""
    wanted = Client.objects.filter(
        tier=Tier.PARKED, contact_preference=ContactPreference.OK, support_wanted_on=None
    ).values_list("pk", "six_weeks_from")
    return _matching(notices, wanted)


def still_for_review(notices: list[Notice]) -> set[int]:
    """Return those about people kept in touch with since the same day."""
    return _matching(notices, Client.objects.filter(tier=Tier.PARKED).values_list("pk", "parked_on"))


def still_not_in_touch(notices: list[Notice]) -> set[int]:
    """Return those about people who are not in touch since the same day."""
    return _matching(notices, Client.objects.filter(tier=Tier.INACTIVE).values_list("pk", "tier_from"))


def still_open(notices: list[Notice]) -> set[int]:
    """Return those about decisions to close that still stand and are not carried out."""
    return _matching(notices, Allocation.objects.filter(closed_on=None).values_list("client_id", "close_decided_on"))


def still_with(notices: list[Notice]) -> set[int]:
    """Return those about allocations that still begin that day and are neither closed nor given to somebody else."""
    keys = {notice.pk: _key(notice) for notice in notices}
    held = Allocation.objects.filter(pk__in=keys.values(), closed_on=None, ends_before=None)
    begins = dict(held.values_list("pk", "starts_on"))
    return {notice.pk for notice in notices if begins.get(keys[notice.pk]) == notice.anchor_on}


def still_asked(notices: list[Notice]) -> set[int]:
    """Return those about two records of which it is still for the recipient to say whether they are one person's."""
    pairs = EnteredTwice.objects.filter(pk__in={_key(notice) for notice in notices}).undecided()
    pairs = {pair.pk: pair for pair in pairs.select_related("older__team", "newer__team")}
    led = defaultdict(set)
    for pair in pairs.values():
        for team in (pair.older.team, pair.newer.team):
            for leader in {team.manager_id, team.deputy_id} if team else ():
                led[leader].add(team.pk)
    seen = {
        notice.pk: merging.as_seen(pairs[key], led[notice.recipient_id]) if (key := _key(notice)) in pairs else None
        for notice in notices
    }
    return {pk for pk, doubt in seen.items() if doubt and not doubt.answered}


def still_waiting(notices: list[Notice]) -> set[int]:
    """Return those about people who still wait, with that day, told to whoever is responsible or leads the team."""
    rows = Referral.objects.standing().filter(client__in={_key(notice) for notice in notices})
    leads = ("client__team__manager_id", "client__team__deputy_id")
    found = {client: (due_on, told) for client, due_on, *told in rows.values_list("client", "due_on", "owner", *leads)}
    nobody = (None, ())
    return {
        notice.pk
        for notice in notices
        for due_on, told in [found.get(_key(notice), nobody)]
        if notice.anchor_on == due_on and notice.recipient_id in told
    }


def still_responsible(notices: list[Notice]) -> set[int]:
    """Return those about people who still wait and are the recipient's to see to."""
    rows = Referral.objects.standing().filter(client__in={_key(notice) for notice in notices})
    owners = dict(rows.values_list("client", "owner"))
    return {notice.pk for notice in notices if owners.get(_key(notice)) == notice.recipient_id}


def still_waiting_here(notices: list[Notice]) -> set[int]:
    """Return those about people nobody supports, of a team the recipient leads."""
    on = clock.today(notices[0].organisation)
    people = Client.objects.filter(pk__in={_key(notice) for notice in notices}).with_worker(on).filter(worker_id=None)
    leads = {pk: told for pk, *told in people.values_list("pk", "team__manager_id", "team__deputy_id")}
    return {notice.pk for notice in notices if notice.recipient_id in leads.get(_key(notice), ())}


def still_proposed(notices: list[Notice]) -> set[int]:
    """Return those about moves nobody has decided about, and that are to be asked about on that very day."""
    keys = {notice.pk: _key(notice) for notice in notices}
    untils = dict(TemporaryMove.objects.standing().filter(pk__in=keys.values()).values_list("pk", "until"))
    return {notice.pk for notice in notices if untils.get(keys[notice.pk]) == notice.anchor_on}


def still_alone(notices: list[Notice]) -> set[int]:
    """Return those about people with statutory status to whom nobody sees, for the same reason as then."""
    organisation = notices[0].organisation
    on = clock.today(organisation)
    alone = {(client_id, since) for client_id, _, since in cover.statutory_alone(organisation, on, today=on)}
    return {notice.pk for notice in notices if (_key(notice), notice.anchor_on) in alone}


def still_covered(notices: list[Notice]) -> set[int]:
    """Return those about covers that hold, or will, from that day on, of people whose support is not closed by then."""
    on = clock.today(notices[0].organisation)
    covers = Cover.objects.filter(pk__in={_key(notice) for notice in notices})
    begins = dict(covers.values_list("pk", "starts_on"))
    holding = set()
    for day in {max(starts_on, on) for starts_on in begins.values()}:
        supported = Allocation.objects.on(day).filter(closed_on=None).values("client")
        found = covers.holding(day).filter(client__in=supported)
        holding |= {(key, day) for key in found.values_list("pk", flat=True)}
    return {
        notice.pk
        for notice in notices
        if begins.get(_key(notice)) == notice.anchor_on and (_key(notice), max(notice.anchor_on, on)) in holding
    }


def still_without_leader(notices: list[Notice]) -> set[int]:
    """Return those about absences with something due that day still, and nobody who leads the team to see to it."""
    organisation = notices[0].organisation
    on = clock.today(organisation)
    keys = {each.absence_id for each in cover.nobody_leads(organisation, on)}
    found = cover.open_duties(Absence.objects.filter(pk__in=keys).select_related("organisation"), on)
    due = {(pk, each.by) for pk, duties in found.items() for each in duties}
    return {notice.pk for notice in notices if (_key(notice), notice.anchor_on) in due}


def still_to_do(notices: list[Notice]) -> set[int]:
    """Return those about duties of absences that are due that day still, and not ticked."""
    on = clock.today(notices[0].organisation)
    absences = Absence.objects.filter(pk__in={_key(notice) for notice in notices}).select_related("organisation")
    found = cover.open_duties(cover.of_who_is_staff(absences, on), on)
    return {
        notice.pk for notice in notices if Due(notice.anchor_on, DUTY_OF[notice.kind]) in found.get(_key(notice), [])
    }


def still_leaving(notices: list[Notice]) -> set[int]:
    """Return those about notices that stand, with that last day."""
    standing = Leaving.objects.standing().filter(pk__in={_key(notice) for notice in notices})
    last_days = dict(standing.values_list("pk", "last_day"))
    return {notice.pk for notice in notices if last_days.get(_key(notice)) == notice.anchor_on}


def still_with_nobody_to_go_to(notices: list[Notice]) -> set[int]:
    """Return those about notices that stand, with that last day, while not everybody has somebody to go to."""
    standing = Leaving.objects.standing().filter(pk__in={_key(notice) for notice in notices})
    alone = leaving.with_nobody_to_go_to(list(standing), clock.today(notices[0].organisation))
    return {notice.pk for notice in notices if _key(notice) in alone} & still_leaving(notices)


def still_a_step(notices: list[Notice]) -> set[int]:
    """Return those about steps due that day still and not ticked, told to whom they would be today."""
    keys = {_key(notice) for notice in notices}
    standing = Leaving.objects.standing().filter(steps__in=keys).values_list("pk", flat=True)
    due = set(lines_of_steps(list(standing), clock.today(notices[0].organisation)))
    return {n.pk for n in notices if Owed(n.recipient_id, n.kind, n.subject, n.anchor_on) in due}


def said_last_day(notices: list[Notice]) -> str:
    """Say which day is the last; of several, the first of them."""
    first = min(notice.anchor_on for notice in notices)
    return f": the {'' if len(notices) == 1 else 'first '}last day is {first.day} {first:%B}"


def said_from(notices: list[Notice]) -> str:
    """Say from which day on; of several, the first."""
    first = min(notice.anchor_on for notice in notices)
    return f"{'' if len(notices) == 1 else ', the first'} from {first.day} {first:%B} on"


def said_from_ahead(notices: list[Notice]) -> str:
    """The same, as long as all of it lies ahead."""
    today = clock.today(notices[0].organisation)
    return said_from(notices) if all(notice.anchor_on > today for notice in notices) else ""


def _key(notice: Notice) -> int:
    """Return the primary key in a subject: 17 of ``client:17``."""
    return int(notice.subject.partition(":")[2])


def _matching(notices: list[Notice], rows) -> set[int]:
    """Return the notices of whose subject the rows, (client, day), say the anchor."""
    about = {notice.pk: (_key(notice), notice.anchor_on) for notice in notices}
    name = "client_id__in" if rows.model is Allocation else "pk__in"
    true = set(rows.filter(**{name: {client_id for client_id, _ in about.values()}}))
    return {pk for pk, subject in about.items() if subject in true}
