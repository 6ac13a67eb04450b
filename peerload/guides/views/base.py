"""What pages about guides have in common: who opens them, which guide, and who can read it."""

from uuid import UUID

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from peerload.audit import actions as audit
from peerload.core.translation import LazyText
from peerload.staff.access import MemberRequest
from peerload.staff.models import Member
from peerload.staff.roles import Capability
from peerload.staff.views.private_pages import opens

from .. import queries
from ..enums import Flow, GuideSide
from ..models import Guide

page_of_two = opens(Capability.SEE_OWN_POINTS, Capability.LEAD_TEAM)
own_page = opens(Capability.SEE_OWN_POINTS)
leaders_page = opens(Capability.LEAD_TEAM)


def find_guide(request: MemberRequest, uid: UUID) -> Guide:
    found = queries.seen_by(request.member, request.on, uid)
    if found is None:
        raise Http404
    return found


def record_reading(request: MemberRequest, found: Guide) -> None:
    """Record that a guide about another member's work was read."""
    if found.about_id not in (None, request.member.pk):
        audit.read_shared(request, found.uid)


def list_of(request: MemberRequest, found: Guide | None) -> tuple[LazyText, LazyText]:
    """Return the address of the list in which a guide is, and what it is called."""
    if found is None or found.about_id == request.member.pk:
        return reverse("growth"), _("Growth")
    return reverse("team_growth"), _("Growth of my team")


def who_reads(guide: Guide, member: Member) -> str:
    """Return the sentence that says who can read a guide now."""
    if guide.is_of_leaders:
        return _("All who lead teams read this and write in it. No one else reads it.")
    mine = guide.about_id == member.pk
    if guide.flow == Flow.OWN:
        if guide.shared_with is None:
            return _("Only you can read this. It is encrypted before it is saved.")
        name = guide.worker.name if not mine else guide.shared_with.name
        return _("Only you and %(name)s can read this, until it is taken back.") % {"name": name}
    if guide.shared_on is None:
        if guide.begun_side == GuideSide.WORKER:
            return _("Only you can read this, until you share it with your team manager.")
        return _("Only those who lead the team can read this, until it is shared with %(name)s.") % {
            "name": guide.worker.name
        }
    if mine:
        return _("Only you and your team manager can read this.")
    return _("Only %(name)s and their team manager can read this.") % {"name": guide.worker.name}
