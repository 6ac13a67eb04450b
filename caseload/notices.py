"""What people are owed about those they support, in words without names, and whether it is still true."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date

from django.db.models import Q
from django.urls import reverse

from peerload.core import clock
from peerload.core.formats import format_day
from peerload.notices import kinds
from peerload.notices.actions import NewNotice
from peerload.notices.kinds import Line, Reader
from peerload.notices.models import Notice
from peerload.staff.enums import Role
from peerload.staff.models import Absence, Leaving, Member

from . import rules
from .cover import queries as cover
from .cover.rules import Due
from .duplicates import queries as merging
from .enums import (
    AbsenceNews,
    ContactPreference,
    ContactState,
    Duty,
    Finding,
    LeavingNews,
    News,
    ReminderKind,
    Tier,
    WaitingStage,
)
from .leaving import queries as leaving
from .leaving.actions import lines_of_steps
from .models import Allocation, Client, Cover, LeavingStep, PleaseDont, PossibleDuplicate, Referral, TemporaryMove
from .queries.in_touch import next_due
from .queries.people import is_with
from .queries.settings import cadence_of

ABSENCES = [
    (
        AbsenceNews.SERVICE_MANAGER,
        Duty.SERVICE_MANAGER,
        "absence takes more than eight weeks. Talk with the service manager",
        "absences take more than eight weeks. Talk with the service manager",
    ),
    (
        AbsenceNews.OVER_8_WEEKS,
        Duty.SERVICE_MANAGER,
        "unplanned absence takes more than eight weeks. The team manager should talk with you",
        "unplanned absences take more than eight weeks. The team managers should talk with you",
    ),
    (
        AbsenceNews.LEAVER_STEPS,
        Duty.LEAVER_STEPS,
        "planned absence takes more than eight weeks. Everyone needs another worker before it begins",
        "planned absences take more than eight weeks. Everyone needs another worker before they begin",
    ),
    (
        AbsenceNews.COVER_PLAN,
        Duty.COVER_PLAN,
        "absence in your team has no plan for who covers",
        "absences in your team have no plan for who covers",
    ),
    (
        AbsenceNews.WEEKLY_REVIEW,
        Duty.WEEKLY_REVIEW,
        "weekly review of what came in for an absent worker is due",
        "weekly reviews of what came in for absent workers are due",
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
        shown=of_people(
            lambda person, notice, reader: "Statutory, with no one covering. Allocate or hand over today",
            "person-exclamation",
        ),
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
        kinds.register(kind, one=one, many=many, still_true=still_due, shown=contacts, series="contact", stage=-stage)
    kinds.register(
        Finding.REVIEW,
        one="decision at the end of keeping in touch waits for you",
        many="decisions at the end of keeping in touch wait for you",
        still_true=still_for_review,
    )
    kinds.register(
        Finding.INACTIVATED,
        one="person counts as not in touch, because keeping in touch has ended. You can undo this",
        many="people count as not in touch, because keeping in touch has ended. You can undo this",
        still_true=still_not_in_touch,
        shown=of_people(_ended, "arrow-counterclockwise"),
    )
    kinds.register(
        Finding.WINDOW,
        one="decision to close is past its time to close",
        many="decisions to close are past their time to close",
        still_true=still_open,
    )
    waiting = [
        (
            WaitingStage.RAISED,
            "next step for a person without a worker is a week or more overdue",
            "next steps for people without a worker are a week or more overdue",
        ),
        (
            WaitingStage.OVERDUE,
            "next step for a person without a worker is overdue",
            "next steps for people without a worker are overdue",
        ),
        (
            WaitingStage.DUE,
            "next step for a person without a worker is due today",
            "next steps for people without a worker are due today",
        ),
    ]
    for stage, (kind, one, many) in enumerate(waiting):
        kinds.register(
            kind, one=one, many=many, still_true=still_waiting, shown=of_people(_waits), series="waiting", stage=-stage
        )
    kinds.register(
        News.WAITS_FOR,
        one="person waits for a worker, and you are responsible",
        many="people wait for a worker, and you are responsible",
        still_true=still_responsible,
        then=said_from_ahead,
        shown=waits_for,
    )
    kinds.register(
        News.WAITS_HERE,
        one="person who waits for a worker has come to your team",
        many="people who wait for a worker have come to your teams",
        still_true=still_waiting_here,
        shown=of_people(lambda person, notice, reader: "Has come to your team, and waits for a worker", "person-plus"),
    )
    kinds.register(
        News.NEWLY_WITH,
        one="person is newly with you",
        many="people are newly with you",
        still_true=still_with,
        then=said_from,
        shown=newly_with,
    )
    kinds.register(
        News.ENTERED_TWICE,
        one="record of your team may be about a person who is in another team too",
        many="records of your teams may be about people who are in another team too",
        still_true=still_asked,
        shown=entered_twice,
    )
    kinds.register(
        News.MAY_RETURN,
        one="person may come back to their worker",
        many="people may come back to their workers",
        still_true=still_proposed,
        shown=may_return,
    )
    kinds.register(
        News.COVERED,
        one="person is covered by you while their worker is away",
        many="people are covered by you while their worker is away",
        still_true=still_covered,
        then=said_from,
        shown=covers_ahead,
    )
    kinds.register(
        News.ASKED_NOT,
        one="person asked not to be contacted. Read it, and agree",
        many="people asked not to be contacted. Read it, and agree",
        still_true=still_to_agree,
    )
    kinds.register(
        AbsenceNews.NO_DEPUTY,
        one="absence leaves people with no one covering, and no one at work leads the team. Ask an admin to name a deputy",
        many="absences leave people with no one covering, and no one at work leads the teams. Ask an admin to name deputies",
        still_true=still_without_leader,
    )
    for kind, _, one, many in ABSENCES:
        kinds.register(kind, one=one, many=many, still_true=still_to_do, shown=duties)
    kinds.register(
        LeavingNews.NOBODY,
        one="colleague is leaving and some of their people have no next worker yet",
        many="colleagues are leaving and some of their people have no next worker yet",
        still_true=still_with_nobody_to_go_to,
        then=said_last_day,
        shown=people_of_leavers,
    )
    kinds.register(
        LeavingNews.NOTICE,
        one="colleague of your team is leaving",
        many="colleagues of your team are leaving",
        still_true=still_leaving,
        then=said_last_day,
        shown=leavers,
    )
    kinds.register(
        LeavingNews.STEP_DUE,
        one="step before a worker leaves is due",
        many="steps before a worker leaves are due",
        still_true=still_a_step,
        shown=steps_of_leavers,
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
    people = Client.objects.not_absorbed().filter(tier=Tier.INACTIVE)
    return _matching(notices, people.values_list("pk", "tier_from"))


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
    pairs = PossibleDuplicate.objects.filter(pk__in={_key(notice) for notice in notices}).undecided()
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
    """Return those about people who still wait, with that day, told to the person responsible or the team manager."""
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
    people = Client.objects.filter(pk__in={_key(notice) for notice in notices}).with_worker(on)
    people = people.filter(Q(worker_id=None) | Q(worker_left=True))
    leads = {pk: told for pk, *told in people.values_list("pk", "team__manager_id", "team__deputy_id")}
    return {notice.pk for notice in notices if notice.recipient_id in leads.get(_key(notice), ())}


def still_proposed(notices: list[Notice]) -> set[int]:
    """Return those about moves nobody has decided about, and that are to be asked about on that very day."""
    keys = {notice.pk: _key(notice) for notice in notices}
    untils = dict(TemporaryMove.objects.standing().filter(pk__in=keys.values()).values_list("pk", "until"))
    return {notice.pk for notice in notices if untils.get(keys[notice.pk]) == notice.anchor_on}


def still_alone(notices: list[Notice]) -> set[int]:
    """Return those about people with statutory status who have no one responsible, for the same reason as then."""
    organisation = notices[0].organisation
    on = clock.today(organisation)
    alone = {(client_id, since) for client_id, _, since in cover.statutory_alone(organisation, on, today=on)}
    return {notice.pk for notice in notices if (_key(notice), notice.anchor_on) in alone}


def still_to_agree(notices: list[Notice]) -> set[int]:
    """Return those about people who still ask not to be contacted since that day, to which nobody has agreed yet."""
    wanted = PleaseDont.objects.standing().filter(agreed_on=None).exclude(client__tier=Tier.INACTIVE)
    asked = dict(wanted.filter(client__in=set(map(_key, notices))).values_list("client", "asked_on"))
    return {
        notice.pk
        for notice in notices
        if (key := _key(notice)) in asked
        and asked[key] in {None, notice.anchor_on}  # None: a sheet does not say since when
    }


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
    """Return those about steps due that day still and not ticked, told to the member they would go to today."""
    keys = {_key(notice) for notice in notices}
    standing = Leaving.objects.standing().filter(steps__in=keys).values_list("pk", flat=True)
    due = set(lines_of_steps(list(standing), clock.today(notices[0].organisation)))
    return {n.pk for n in notices if NewNotice(n.recipient_id, n.kind, n.subject, n.anchor_on) in due}


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


# On the first page ----------------------------------------------------------------------------------------------------
# By name, of those alone that the reader may open; what has a section of its own on the page is left to it.


def of_people(say: Callable[[Client, Notice, Reader], str], icon: str = "person") -> Callable:
    """Return what shows notices about people: each by name, with a link to their page and what ``say`` says of them."""

    def shown(notices: list[Notice], reader: Reader) -> list[Line]:
        about = {_key(notice): notice for notice in notices}
        people = _seen(reader, about).order_by("name_key", "pk")
        return [_line(person, say(person, about[person.pk], reader), icon) for person in people]

    return shown


def contacts(notices: list[Notice], reader: Reader) -> list[Line]:
    """Return lines about contacts with people who are somebody else's; one's own stand under Contacts to make."""
    about = {_key(notice): notice for notice in notices}
    people = _seen(reader, about).exclude(is_with(reader.member, reader.on)).order_by("six_weeks_from", "pk")
    every = cadence_of(reader.member.organisation)
    return [_line(person, _contact(person, reader.on, every), "clock-history") for person in people]


def _contact(person: Client, on: date, every) -> str:
    due = next_due(person.six_weeks_from, on, every)
    days = f"{due.days} day{'' if due.days == 1 else 's'}"
    words = {
        ContactState.OVERDUE: f"Contact {days} overdue",
        ContactState.DUE: "Contact due today",
        ContactState.UPCOMING: f"Contact due on {format_day(due.on)}",
    }[due.state]
    supported = person.worker_name and not person.worker_left
    return f"{words}; {f'with {person.worker_name}' if supported else 'no worker now'}"


def _ended(person: Client, notice: Notice, reader: Reader) -> str:
    weeks = reader.member.organisation.inactive_weeks
    return f"Not in touch now since {format_day(notice.anchor_on)}, after {weeks} weeks of keeping in touch. You can undo it."


def _waits(person: Client, notice: Notice, reader: Reader) -> str:
    is_due = "was due" if notice.anchor_on < reader.on else "is due"
    return f"Waits for a worker. The next step {is_due} by {format_day(notice.anchor_on)}"


def waits_for(notices: list[Notice], reader: Reader) -> list[Line]:
    """Return lines about people who wait and are the reader's to see to; from a later day on without a name."""
    shown = of_people(lambda person, notice, reader: "Waits for a worker. You are responsible", "person-exclamation")
    ahead = [notice.anchor_on for notice in notices if notice.anchor_on > reader.on]
    return shown(notices, reader) + _from_later(
        ahead, "waits for a worker, and you are responsible", "wait for a worker, and you are responsible"
    )


def newly_with(notices: list[Notice], reader: Reader) -> list[Line]:
    """Return lines about people newly with the reader who are not under New with you: from a later day, or long since."""
    ahead = [notice.anchor_on for notice in notices if notice.anchor_on > reader.on]
    on_page = not reader.leads
    since = {_key(n): n.anchor_on for n in notices if not (on_page and rules.is_new(n.anchor_on, reader.on))}
    people = Client.objects.visible_to(reader.member, reader.on)
    held = Allocation.objects.on(reader.on).filter(pk__in=since, client__in=people).select_related("client")
    lines = [
        _line(each.client, f"With you since {format_day(each.starts_on)}", "person-plus")
        for each in held.order_by("pk")
    ]
    return lines + _from_later(ahead, "is newly with you", "are newly with you")


def covers_ahead(notices: list[Notice], reader: Reader) -> list[Line]:
    """Return lines about covers from a later day on; those that hold have a section of their own."""
    ahead = [notice.anchor_on for notice in notices if notice.anchor_on > reader.on]
    return _from_later(
        ahead, "is covered by you while their worker is away", "are covered by you while their worker is away"
    )


def _from_later(days: list[date], one: str, many: str) -> list[Line]:
    """Return a line for each day from which people are the reader's; nobody is named to them before it."""
    return [
        Line(
            f"From {format_day(day)}",
            reverse("people"),
            f"{(n := days.count(day))} {'person' if n == 1 else 'people'} {one if n == 1 else many}. "
            "You can open their pages from that day",
            "calendar-plus",
        )
        for day in sorted(set(days))
    ]


def entered_twice(notices: list[Notice], reader: Reader) -> list[Line]:
    """Return lines about the reader's record of two that may be one person's, with a link to the two side by side."""
    pairs = PossibleDuplicate.objects.filter(pk__in=map(_key, notices)).select_related("older", "newer").order_by("pk")
    seen = set(
        _seen(reader, {key for pair in pairs for key in (pair.older_id, pair.newer_id)}).values_list("pk", flat=True)
    )
    return [
        Line(
            mine[0].name,
            reverse("entered_twice_pair", args=[pair.uid]),
            "May be in another team too. Say whether it is the same person",
            "people",
        )
        for pair in pairs
        if (mine := [each for each in (pair.older, pair.newer) if each.pk in seen])
    ]


def may_return(notices: list[Notice], reader: Reader) -> list[Line]:
    """Return lines about people who may come back to their worker; the team page has a section of its own."""
    if reader.leads:
        return []
    people = Client.objects.visible_to(reader.member, reader.on)
    moves = TemporaryMove.objects.filter(pk__in=map(_key, notices), client__in=people).select_related("client")
    url = reverse("returns")
    return [
        Line(move.client.name, url, "May come back to their worker. Decide who comes back", "arrow-return-right")
        for move in moves.order_by("pk")
    ]


def duties(notices: list[Notice], reader: Reader) -> list[Line]:
    """Return lines about what is to be done while somebody is away; the team page has a section of its own."""
    if reader.leads:
        return []
    absences = Absence.objects.filter(pk__in=map(_key, notices)).select_related("worker__home_team")
    if reader.member.role == Role.SERVICE_MANAGER:
        words = "A worker is away for more than eight weeks. The team manager should talk with you"
        url = reverse("team_attention", args=["over-eight-weeks"])
        return [Line(_team_of(each.worker), url, words, "calendar-x") for each in absences]
    seen = cover.absences_seen_by(reader.member, reader.on).filter(pk__in=absences).select_related("worker")
    words = f"Is away. To do: {'; '.join(sorted({DUTY_OF[notice.kind].label for notice in notices}))}"
    return [Line(each.worker.name, reverse("away", args=[each.pk]), words, "calendar-x") for each in seen]


def _team_of(worker: Member) -> str:
    """Name the team of a person a service manager reads about: workers are named in sent reports alone."""
    return worker.home_team.name if worker.home_team else "In no team"


def leavers(notices: list[Notice], reader: Reader) -> list[Line]:
    """
    Return lines about colleagues who leave; the team page has a section of its own.

    A service manager, who has no checklist and reads no worker's name outside the reports, is led to the teams that somebody
    leaves.
    """
    if reader.leads:
        return []
    leavings = Leaving.objects.filter(pk__in=map(_key, notices)).select_related("member__home_team")
    above = reader.member.role == Role.SERVICE_MANAGER
    return [
        Line(
            _team_of(each.member) if above else each.member.name,
            reverse("team_attention", args=["leaving"]) if above else reverse("leaving", args=[each.member.uid]),
            f"{'A worker is' if above else 'Is'} leaving. The last day is {format_day(each.last_day)}",
            "person-dash",
        )
        for each in leavings.order_by("last_day", "pk")
    ]


def people_of_leavers(notices: list[Notice], reader: Reader) -> list[Line]:
    """Return lines about colleagues who leave while people of theirs have no one to go to."""
    lines = leavers(notices, reader)
    return [line._replace(words=f"{line.words}. Some of their people have no next worker yet") for line in lines]


def steps_of_leavers(notices: list[Notice], reader: Reader) -> list[Line]:
    """Return lines about steps of a checklist that are due; the team page has a section of its own."""
    if reader.leads:
        return []
    steps = (
        LeavingStep.objects.filter(pk__in=map(_key, notices)).select_related("leaving__member").order_by("due_on", "pk")
    )
    return [
        Line(
            step.get_kind_display(),
            reverse("leaving", args=[step.leaving.member.uid]),
            f"Due by {format_day(step.due_on)}, before {_who(step.leaving.member, reader)}",
            "person-dash",
        )
        for step in steps
    ]


def _who(leaver: Member, reader: Reader) -> str:
    return "your last day" if leaver.pk == reader.member.pk else f"{leaver.name} leaves"


def _seen(reader: Reader, client_ids):
    return Client.objects.visible_to(reader.member, reader.on).filter(pk__in=client_ids).with_worker(reader.on)


def _line(person: Client, words: str, icon: str) -> Line:
    return Line(person.name, person.get_absolute_url(), words, icon)
