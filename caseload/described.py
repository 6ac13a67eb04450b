"""
What forms about people are filled from, in the words of their pages (see `peerload.staff.concurrency`).

Each function describes one side of a record. A form names the side it changes, so a corrected phone number never stops somebody
else's handing over.
"""

from peerload.audit import actions as audit
from peerload.core.dates import last_day
from peerload.core.periods import lasts_half_open
from peerload.staff.concurrency import Description, fields, labels_of, shown
from peerload.staff.models import Absence, Leaving, Organisation

from .forms.person import PersonForm
from .models import Allocation, Client, Contact, Cover, Referral, TemporaryMove
from .temporary_moves.queries import proposed_to


def contact_details(person: Client, request) -> Description:
    """Describe who somebody is and how to contact them."""
    return fields(person, **labels_of(PersonForm, person))


def support(person: Client, request) -> Description:
    """Describe who supports somebody and how, today and as far as it is arranged."""
    lasts = lasts_half_open(request.on)
    held = list(person.allocations.filter(lasts).select_related("worker", "temporary_move").order_by("starts_on"))
    tiers = person.tiers.filter(lasts).order_by("starts_on")
    decided = [row.close_decided_on for row in held if row.close_decided_on]
    looked_at = [row.review_on for row in held if row.review_on]
    return {
        "Support": _one_after_another(f"{row.get_tier_display()} from {shown(row.starts_on)}" for row in tiers),
        "Worker": _one_after_another(_held(row) for row in held),
        "Decided to close": decided[-1] if decided else None,
        "Look at it again on": looked_at[-1] if looked_at else None,
        "Waiting": Referral.objects.standing().filter(client=person).exists(),
    }


def _held(row) -> str:
    words = f"{row.worker.name} from {shown(row.starts_on)}"
    if row.student_held:
        words += ", held by a student"
    if row.ends_before:
        words += f" to {shown(last_day(row.ends_before))}"
    move = getattr(row, "temporary_move", None)
    return f"{words}, until {shown(move.until)}" if move and move.settled_on is None else words


def _one_after_another(words) -> str:
    return "; ".join(words)


def waiting(person: Client, request) -> Description:
    """Describe what is written down of somebody who waits, and in which team they do."""
    found = Referral.objects.standing().filter(client=person).select_related("owner").first()
    labels = {"referred_on": "Waiting since", "referred_by": "Who told the service", "owner": "Responsible"}
    labels |= {"action": "What is to be done", "due_on": "By", "contingency": "What is arranged until then"}
    return {"Team": person.team} | (fields(found, **labels) if found else {})


def wish(person: Client, request) -> Description:
    """Describe whether somebody asked not to be contacted, and who agreed."""
    asked = person.please_donts.standing().select_related("agreed_by").first()
    words = fields(person, contact_preference="May we contact them?")
    return words | (fields(asked, asked_on="Asked on", agreed_by="Agreed by") if asked else {})


def contact(row: Contact, request) -> Description:
    """Describe a contact as far as it can be added to or taken back."""
    return fields(row, channel="How you talked", minutes="Minutes", note="Note", void_reason="Taken out of the count")


# The people of a worker who is away ------------------------------------------------------------------------------------


def board(absence: Absence, request) -> Description:
    """Describe who supports and who covers each person of an absent worker, as far as the member may see them."""
    day = max(request.on, absence.starts_on)
    seen = Client.objects.visible_to(request.member, request.on)
    held = Allocation.objects.filter(lasts_half_open(day), worker=absence.worker, client__in=seen)
    covers = Cover.objects.filter(lasts_half_open(day), absence=absence).select_related("worker")
    by_person: dict[int, list[str]] = {}
    for cover in covers.order_by("starts_on"):
        by_person.setdefault(cover.client_id, []).append(f"{cover.worker.name} covers from {shown(cover.starts_on)}")
    rows = held.select_related("client", "worker", "temporary_move").order_by(
        "client__name_key", "client_id", "starts_on"
    )
    return {_name(row.client): _one_after_another([_held(row), *by_person.get(row.client_id, [])]) for row in rows}


def board_seen(request, absence: Absence) -> None:
    """Write down that a member saw the people of an absent worker."""
    audit.listed(request, "cover_board", len(board(absence, request)))


def steps_back(absence: Absence, request) -> Description:
    """Describe the days and posts of a way back to work in steps, and until when people are with somebody else."""
    posts = absence.worker.posts.filter(lasts_half_open(request.on)).order_by("starts_on")
    moves = TemporaryMove.objects.standing().filter(
        absence=absence, client__in=Client.objects.visible_to(request.member, request.on)
    )
    return (
        fields(absence, expected_back="Expected back", ends_before="Back at work since")
        | {"Posts": _one_after_another(f"{shown(post.fte)} FTE from {shown(post.starts_on)}" for post in posts)}
        | {
            _name(move.client): f"until {shown(move.until)}"
            for move in moves.select_related("client").order_by("client_id")
        }
    )


def returns(organisation: Organisation, request) -> Description:
    """Describe whose return is proposed to a member who leads teams, and whose they are now."""
    found = proposed_to(request.member, request.on)
    return {_name(move.client): f"{move.allocation.worker.name} until {shown(move.until)}" for move in found}


def handover(leaving: Leaving, request) -> Description:
    """Describe the workers a leaver's people go to, with what is written down about it."""
    held = Allocation.objects.filter(lasts_half_open(request.on), worker=leaving.member)
    seen = Client.objects.visible_to(request.member, request.on)
    words = {
        _name(row.client): _held(row)
        for row in held.filter(client__in=seen).select_related("client", "worker", "temporary_move")
    }
    planned = leaving.handovers.filter(client__in=seen).select_related("client", "to").order_by("client_id")
    labels = {"to": "Goes to", "note": "Note", "told_on": "Told on", "moved_on": "Handed over from"}
    for row in planned:
        words |= {f"{_name(row.client)}: {label}": value for label, value in fields(row, **labels).items()}
    return words


def _name(person: Client) -> str:
    return f"{person.name} ({person.ref})"
