"""The timeline of a person's page: everything that happened, newest first."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import zip_longest
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from caseload.enums import ACTIVE_TIERS, GoalEnd, MovedOn, NextStepEnd, NextStepKind, Outcome, ReferralEnd, Tier
from caseload.models import (
    Allocation,
    AllocationReview,
    Client,
    CloseDecision,
    Consent,
    Contact,
    Goal,
    Merge,
    PleaseDont,
    Referral,
    TierPeriod,
)
from caseload.next_steps.queries import Ended
from caseload.queries.person import decisions_of, reviews_of
from caseload.templatetags.contacts import channel_icon, happened
from caseload.waiting import queries as waiting
from peerload.core.formats import format_number
from peerload.staff.models import Member
from peerload.ui.templatetags.ui import day, tier_words
from workload import queries as workload
from workload import rules
from workload.models import Activity


class Happened(NamedTuple):
    """One thing that happened; ``tint`` and ``icon`` as the look names them."""

    on: date
    rank: int  # the order of entries on one day
    title: str
    by: str
    words: str
    icon: str
    tint: str = ""
    contact: Contact | None = None


def timeline(
    found: Client,
    contacts: Sequence[Contact],
    tiers: Sequence[TierPeriod],
    allocations: Sequence[Allocation],
    referrals: Sequence[Referral],
    choices: Sequence[PleaseDont],
    merges: Sequence[Merge] = (),
    ended: Sequence[Ended] = (),
    goals: Sequence[Goal] = (),
    consents: Sequence[Consent] = (),
    activities: Sequence[Activity] = (),
) -> list[Happened]:
    """Return everything that happened with a person, newest first."""
    entries = [_contact(contact) for contact in contacts]
    entries += [_next_step(step) for step in ended]
    entries += [entry for goal in goals for entry in _goal(goal)]
    entries += [entry for consent in consents for entry in _consent(consent)]
    entries += [_tier(tier, before) for tier, before in zip_longest(tiers, tiers[1:])]
    decisions, reviews = decisions_of(found.pk), reviews_of(found.pk)
    for allocation in allocations:
        about = [[each for each in rows if each.allocation_id == allocation.pk] for rows in (decisions, reviews)]
        entries += _allocation(allocation, *about)
    told = waiting.told_of(found, referrals)
    for referral in referrals:
        entries += _waiting(referral, told[referral.pk])
    for choice in choices:
        entries += _choice(choice)
    if activities:
        entries += _work(activities, workload.schemes(found.organisation_id))
    for merge in merges:
        entries += _merge(merge)
    return sorted(entries, key=lambda entry: (entry.on, entry.rank), reverse=True)


class LastReached(NamedTuple):
    """The last contact that reached a person: as in the timeline, its note from where it opens to where it goes on."""

    entry: Happened
    opening: str
    rest: str


def last_reached(contacts: Sequence[Contact]) -> LastReached | None:
    """Return the last counted contact that reached a person; None where there was none."""
    reached = (contact for contact in contacts if contact.reached and not contact.voided_at)
    last = max(reached, key=lambda contact: (contact.on, contact.recorded_at, contact.pk), default=None)
    return LastReached(_contact(last), *opened(last.note)) if last else None


def opened(words: str, most: int = 240) -> tuple[str, str]:
    """Return how a note opens, at the end of a word, and the rest of it (R127)."""
    words = words.strip()
    if len(words) <= most:
        return words, ""
    end = words.rfind(" ", most // 2, most + 1)
    end = most if end < 0 else end
    return words[:end].rstrip(), words[end:].lstrip()


def _contact(contact: Contact) -> Happened:
    came = contact.group_name and contact.reached and contact.outcome == Outcome.OTHER
    what = _("Came to %(group_name)s") % {"group_name": contact.group_name} if came else happened(contact)
    how = [] if came else [contact.get_channel_display().lower(), contact.group_name]
    details = [contact.author.name if contact.author else "", *how]
    if contact.minutes is not None:
        details.append(
            ngettext("%(count)s minute", "%(count)s minutes", contact.minutes)
            % {"count": format_number(contact.minutes)}
        )
    tint = "quiet" if contact.outcome == Outcome.SUPPORT_WANTED else "good" if contact.reached else ""
    by = ", ".join(detail for detail in details if detail)
    return Happened(contact.on, 4, what, by, contact.note, channel_icon(contact), tint, contact)


NEXT_STEPS = {
    (NextStepKind.PROMISE, NextStepEnd.KEPT): gettext_lazy("Promise kept"),
    (NextStepKind.PROMISE, NextStepEnd.NOT_KEPT): gettext_lazy("Promise not kept"),
    (NextStepKind.PROMISE, NextStepEnd.CALLED_OFF): gettext_lazy("Promise called off"),
    (NextStepKind.APPOINTMENT, NextStepEnd.KEPT): gettext_lazy("Appointment kept"),
    (NextStepKind.APPOINTMENT, NextStepEnd.NOT_KEPT): gettext_lazy("Appointment not kept"),
    (NextStepKind.APPOINTMENT, NextStepEnd.CALLED_OFF): gettext_lazy("Appointment called off"),
}


def _next_step(step: Ended) -> Happened:
    icon = "hand-thumbs-up" if step.kind == NextStepKind.PROMISE else "calendar-event"
    tint = "good" if step.ended_as == NextStepEnd.KEPT else ""
    title = str(NEXT_STEPS[NextStepKind(step.kind), NextStepEnd(step.ended_as)])
    words = [] if step.ended_on == step.due_on else [_("It was for %(day)s.") % {"day": day(step.due_on)}]
    return Happened(step.ended_on, 5, title, step.ended_by, " ".join([*filter(None, [step.what]), *words]), icon, tint)


def _goal(goal: Goal) -> list[Happened]:
    """Return what a person wants since a day, and what became of it."""
    title = _("What they want, in their words")
    found = [Happened(goal.starts_on, 5, title, _name(goal.author), goal.words, "chat-square-heart", "accent")]
    if goal.ended_on:
        reached = goal.ended_as == GoalEnd.REACHED
        title, tint = (_("Reached what they wanted"), "good") if reached else (_("Let go of what they wanted"), "")
        found.append(Happened(goal.ended_on, 6, title, _name(goal.ended_by), goal.words, "chat-square-heart", tint))
    return found


def _consent(consent: Consent) -> list[Happened]:
    """Return that somebody may be spoken to since a day, and that the person withdrew it."""
    words = {"name": consent.name, "relation": consent.relation}
    given, withdrawn = (
        _("%(name)s, %(relation)s, may be spoken to") % words,
        _("%(name)s, %(relation)s, may no longer be spoken to") % words,
    )
    found = [Happened(consent.consented_on, 3, given, _name(consent.author), consent.about, "person-check", "accent")]
    if consent.withdrawn_on:
        by = _name(consent.withdrawn_by)
        found.append(Happened(consent.withdrawn_on, 4, withdrawn, by, consent.about, "person-dash", "accent"))
    return found


TIER_ICONS: Mapping[str, str] = {Tier.PARKED: "telephone", Tier.INACTIVE: "pause"}


def _tier(tier: TierPeriod, before: TierPeriod | None) -> Happened:
    title = tier_words(tier.tier).capitalize()
    if tier.tier in ACTIVE_TIERS:
        title = _("%(tier)s support") % {"tier": tier_words(tier.tier).capitalize()}
        if before and before.tier in ACTIVE_TIERS:
            title = _("From %(before)s to %(after)s support") % {
                "before": tier_words(before.tier),
                "after": tier_words(tier.tier),
            }
        elif before:
            title = _("Support again: %(tier)s") % {"tier": tier_words(tier.tier)}
    said = [tier.reason]
    if tier.moved_on:
        said.insert(0, MovedOn(tier.moved_on).label + ".")
    if tier.tier == Tier.PARKED and not tier.talked:
        said.append(_("They have not talked about it together."))
    by = (
        tier.by.name
        if tier.by
        else _("automatic, when the weeks of keeping in touch were over")
        if tier.automatic
        else ""
    )
    icon = TIER_ICONS.get(tier.tier, "arrow-left-right")
    return Happened(tier.starts_on, 2, title, by, " ".join(filter(None, said)), icon, "accent")


def _allocation(
    allocation: Allocation, decisions: Sequence[CloseDecision], reviews: Sequence[AllocationReview]
) -> list[Happened]:
    by = allocation.by.name if allocation.by else ""
    said = [allocation.purpose]
    if allocation.first_action:
        said.append(_("First thing to do: %(first_action)s") % {"first_action": allocation.first_action})
    if allocation.review_on and not reviews:
        said.append(_("To be reviewed on %(day)s.") % {"day": day(allocation.review_on)})
    if allocation.note:
        said.append(_("Note to %(worker)s: %(note)s") % {"worker": allocation.worker.name, "note": allocation.note})
    title = (
        _("Allocated to %(worker)s, supported by a student")
        if allocation.student_held
        else _("Allocated to %(worker)s")
    )
    title %= {"worker": allocation.worker.name}
    found = [Happened(allocation.starts_on, 1, title, by, "\n".join(filter(None, said)), "person-plus", "accent")]
    found += map(_review, reviews)
    for decision in decisions:
        found += _decision(decision)
    known = {decision.decided_on for decision in decisions} | {allocation.closed_on}
    if allocation.close_decided_on and allocation.close_decided_on not in known:
        found.append(Happened(allocation.close_decided_on, 3, DECIDED[0], "", "", DECIDED[1], "quiet"))
    if allocation.closed_on:
        found.append(
            Happened(
                allocation.closed_on,
                3,
                _("Closed with %(worker)s") % {"worker": allocation.worker.name},
                "",
                "",
                "check2",
                "quiet",
            )
        )
    return found


def _review(review: AllocationReview) -> Happened:
    until = (
        _("To be reviewed on %(day)s.") % {"day": day(review.next_on)}
        if review.next_on
        else _("No further review is planned.")
    )
    words = "\n".join(filter(None, [review.words, until]))
    return Happened(review.looked_on, 3, _("Support reviewed"), _name(review.by), words, "eye")


def _decision(decision: CloseDecision) -> list[Happened]:
    title, icon = DECIDED
    found = [Happened(decision.decided_on, 3, title, _name(decision.by), decision.reason, icon, "quiet")]
    if decision.withdrawn_on:
        by, why = _name(decision.withdrawn_by), decision.withdrawn_reason
        title, icon = _("Decision to close withdrawn"), "arrow-counterclockwise"
        found.append(Happened(decision.withdrawn_on, 3, title, by, why, icon, "quiet"))
    return found


def _name(member: Member | None) -> str:
    return member.name if member else ""


DECIDED = gettext_lazy("Decided to close"), "hourglass-split"


def _waiting(referral: Referral, told: list[waiting.Told]) -> list[Happened]:
    """Return a waiting person's referral and each change of it, the newest first."""
    first, *changes = told
    found = []
    for change in reversed(changes):
        words = "\n".join(_said_waiting(field, now) for field, now in change.said.items())
        found.append(Happened(change.on, 1, _("Waiting for a worker: changed"), change.by, words, "pencil", "quiet"))
    said = [_said_waiting(field, now) for field, now in first.said.items() if now]
    if referral.ended_as == ReferralEnd.MOVED_ON:
        said.append(_("Moved on without a worker on %(day)s.") % {"day": day(referral.ended_on)})
    words = "\n".join(said)
    return [*found, Happened(first.on, 1, _("Waits for a worker"), first.by, words, "hourglass-split", "quiet")]


WAITING_WORDS = {
    "referred_by": (gettext_lazy("Who told us"), gettext_lazy("not written down")),
    "owner": (gettext_lazy("Responsible"), gettext_lazy("no one")),
    "action": (gettext_lazy("To be done"), gettext_lazy("nothing written down")),
    "due_on": (gettext_lazy("By when"), gettext_lazy("no day")),
    "contingency": (gettext_lazy("While they wait"), gettext_lazy("nothing written down")),
}


def _said_waiting(field: str, now: str | date) -> str:
    label, nothing = WAITING_WORDS[field]
    return f"{label}: {(day(now) if field == 'due_on' else now) if now else nothing}"


def _choice(choice: PleaseDont) -> list[Happened]:
    """Return a person's requests not to be contacted, agreements and withdrawals, as recorded here."""
    steps = (
        (choice.asked_on, choice.by, _("Asked not to be contacted")),
        (choice.agreed_on, choice.agreed_by, _("Not contacted, as they asked: agreed")),
        (choice.ended_on, choice.ended_by, _("Contact is welcome again")),
    )
    return [Happened(on, 3, title, by.name if by else "", "", "bell-slash", "accent") for on, by, title in steps if on]


def _work(activities: Sequence[Activity], schemes: Sequence[rules.Scheme]) -> list[Happened]:
    return [each for activity in activities for each in _activity(activity, schemes)]


def _activity(activity: Activity, schemes: Sequence[rules.Scheme]) -> list[Happened]:
    label = rules.scheme_on(schemes, activity.starts_on).label(activity.code, schemes)
    found = [Happened(activity.starts_on, 0, _("%(label)s begun") % {"label": label}, "", "", "journal-text", "quiet")]
    if activity.finished_on:
        found.append(
            Happened(activity.finished_on, 0, _("%(label)s ended") % {"label": label}, "", "", "journal-check", "quiet")
        )
    return found


def _merge(merge: Merge) -> list[Happened]:
    words = " ".join(
        filter(
            None,
            [_("%(ref)s was entered twice. This is the record in use.") % {"ref": merge.absorbed.ref}, merge.reason],
        )
    )
    found = [Happened(merge.on, 3, _("Two records became one"), merge.by.name, words, "people", "accent")]
    if merge.undone_on:
        words = _("%(ref)s is another person.") % {"ref": merge.absorbed.ref}
        by = merge.undone_by.name
        found.append(Happened(merge.undone_on, 3, _("Two records again"), by, words, "arrow-counterclockwise", "quiet"))
    return found
