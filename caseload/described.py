"""
Describe what forms about people were filled from, in the words of their pages (see `peerload.staff.concurrency`).

Each function describes one side of a record. A form names the side it changes, so a corrected phone number never stops
another member's handover.
"""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from peerload.audit import actions as audit
from peerload.core.compile_once import compile_once
from peerload.core.dates import last_day
from peerload.core.periods import lasts_half_open
from peerload.staff.access import MemberRequest
from peerload.staff.concurrency import Description, fields, labels_of, shown
from peerload.staff.models import Absence, Leaving, Member, Organisation

from .forms.person import PersonForm
from .models import Allocation, Client, Contact, Cover, Handover, Referral, TemporaryMove
from .temporary_moves.queries import proposed_to


def contact_details(person: Client, request: MemberRequest) -> Description:
    """Describe who a person is and how to contact them."""
    return fields(person, **labels_of(PersonForm, person))


def support(person: Client, request: MemberRequest) -> Description:
    """Describe who supports a person and how, today and as planned."""
    lasts = lasts_half_open(request.on)
    held = list(person.allocations.filter(lasts).select_related("worker", "temporary_move").order_by("starts_on"))
    tiers = person.tiers.filter(lasts).order_by("starts_on")
    decided = [row.close_decided_on for row in held if row.close_decided_on]
    looked_at = [row.review_on for row in held if row.review_on]
    return {
        _("Support"): _one_after_another(
            _("%(tier)s from %(starts_on)s") % {"tier": row.get_tier_display(), "starts_on": shown(row.starts_on)}
            for row in tiers
        ),
        _("Worker"): _one_after_another(_held(row) for row in held),
        _("Decided to close"): decided[-1] if decided else None,
        _("Review the support on"): looked_at[-1] if looked_at else None,
        _("Waiting"): Referral.objects.standing().filter(client=person).exists(),
    }


def _held(row: Allocation) -> str:
    words = {"worker": row.worker.name, "first": shown(row.starts_on), "last": shown(last_day(row.ends_before))}
    if row.student_held and row.ends_before:
        held = _("%(worker)s from %(first)s, supported by a student to %(last)s") % words
    elif row.student_held:
        held = _("%(worker)s from %(first)s, supported by a student") % words
    elif row.ends_before:
        held = _("%(worker)s from %(first)s to %(last)s") % words
    else:
        held = _("%(worker)s from %(first)s") % words
    move = getattr(row, "temporary_move", None)
    if move is None or move.settled_on is not None:
        return held
    return _("%(held)s, until %(day)s") % {"held": held, "day": shown(move.until)}


def _one_after_another(words: Iterable[str]) -> str:
    return "; ".join(words)


def waiting(person: Client, request: MemberRequest) -> Description:
    """Describe a waiting person's referral and team."""
    found = Referral.objects.standing().filter(client=person).select_related("owner").first()
    labels = {"referred_on": _("Waiting since"), "referred_by": _("Who told the service"), "owner": _("Responsible")}
    labels |= {"action": _("What is to be done"), "due_on": _("By"), "contingency": _("What is arranged until then")}
    return {_("Team"): person.team} | (fields(found, **labels) if found else {})


def wish(person: Client, request: MemberRequest) -> Description:
    """Describe whether a person asked not to be contacted, and who agreed."""
    asked = person.please_donts.standing().select_related("agreed_by").first()
    words = fields(person, contact_preference=_("May we contact them?"))
    return words | (fields(asked, asked_on=_("Asked on"), agreed_by=_("Agreed by")) if asked else {})


def contact(row: Contact, request: MemberRequest) -> Description:
    """Describe a contact as far as it can be added to or taken back."""
    labels = {"channel": _("How you talked"), "minutes": _("Minutes"), "note": _("Note")}
    labels |= {"written_with": _("Who agreed to the words"), "void_reason": _("Removed from the count")}
    return fields(row, **labels)


# The people of a worker who is away ------------------------------------------------------------------------------------


def board(absence: Absence, request: MemberRequest) -> Description:
    """Describe who supports and who covers each person of an absent worker, as far as the member may see them."""
    day = max(request.on, absence.starts_on)
    member = request.member
    rows = _held_from(absence.worker_id, day, member.pk, member.organisation_id, request.on)
    covers = Cover.objects.filter(lasts_half_open(day), absence=absence).select_related("worker")
    by_person: dict[int, list[str]] = {}
    for cover in covers.order_by("starts_on"):
        by_person.setdefault(cover.client_id, []).append(
            _("%(worker)s covers from %(starts_on)s")
            % {"worker": cover.worker.name, "starts_on": shown(cover.starts_on)}
        )
    return {_name(row.client): _one_after_another([_held(row), *by_person.get(row.client_id, [])]) for row in rows}


@compile_once
def _held_from(worker_id: int, day: date, member_id: int, organisation_id: int, today: date) -> QuerySet[Allocation]:
    seen = Client.objects.visible_to(Member(pk=member_id, organisation_id=organisation_id), today)
    held = Allocation.objects.filter(lasts_half_open(day), worker=worker_id, client__in=seen)
    return held.select_related("client", "worker", "temporary_move").order_by(
        "client__name_key", "client_id", "starts_on"
    )


def board_seen(request: MemberRequest, absence: Absence) -> None:
    """Write down that a member saw the people of an absent worker."""
    audit.listed(request, "cover_board", len(board(absence, request)))


def steps_back(absence: Absence, request: MemberRequest) -> Description:
    """Describe the days and posts of a return to work in steps, and until when people are with another worker."""
    posts = absence.worker.posts.filter(lasts_half_open(request.on)).order_by("starts_on")
    moves = TemporaryMove.objects.standing().filter(
        absence=absence, client__in=Client.objects.visible_to(request.member, request.on)
    )
    return (
        fields(absence, expected_back=_("Expected back"), ends_before=_("Back at work since"))
        | {
            _("Posts"): _one_after_another(
                _("%(fte)s FTE from %(starts_on)s") % {"fte": shown(post.fte), "starts_on": shown(post.starts_on)}
                for post in posts
            )
        }
        | {
            _name(move.client): _("until %(until)s") % {"until": shown(move.until)}
            for move in moves.select_related("client").order_by("client_id")
        }
    )


def returns(organisation: Organisation, request: MemberRequest) -> Description:
    """Describe whose return is proposed to a member who leads teams, and their current worker."""
    found = proposed_to(request.member, request.on)
    return {
        _name(move.client): _("%(worker)s until %(until)s")
        % {"worker": move.allocation.worker.name, "until": shown(move.until)}
        for move in found
    }


def handover(leaving: Leaving, request: MemberRequest) -> Description:
    """Describe the workers a leaver's people go to, with the handover notes."""
    reader = request.member.pk, request.member.organisation_id, request.on
    words = {_name(row.client): _held(row) for row in _held_from(leaving.member_id, request.on, *reader)}
    planned = _handovers_seen(leaving.pk, *reader)
    labels = {"to": _("Goes to"), "note": _("Note"), "told_on": _("Told on"), "moved_on": _("Handed over from")}
    for row in planned:
        words |= {f"{_name(row.client)}: {label}": value for label, value in fields(row, **labels).items()}
    return words


@compile_once
def _handovers_seen(leaving_id: int, member_id: int, organisation_id: int, today: date) -> QuerySet[Handover]:
    seen = Client.objects.visible_to(Member(pk=member_id, organisation_id=organisation_id), today)
    planned = Handover.objects.filter(leaving=leaving_id, client__in=seen)
    return planned.select_related("client", "to").order_by("client_id")


def _name(person: Client) -> str:
    return f"{person.name} ({person.ref})"
